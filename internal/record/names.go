package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/id"
)

// Named gives the one record of an entity that a person means by text: its title or the value of a field by which the
// search box finds codes, such as a login. Zero when there is none, or more than one, within the actor's reach.
func (s *Session) Named(ctx context.Context, entityName, text string) (id.ID, error) {
	key := entityName + "\x00" + text
	if x, ok := s.named[key]; ok {
		return x, nil
	}
	k := s.store.reg.kind(entityName)
	or := []access.Condition{{SQL: "t." + k.def.Title + " = ?", Args: []any{text}}}
	for _, f := range k.def.Fields {
		if f.Unique {
			or = append(or, access.Condition{SQL: "t." + f.Name + " = ?", Args: []any{text}})
		}
	}
	where := access.And(anyOf(or), s.where(k, "t", access.View))
	rows, err := s.Tx.Query(ctx, "SELECT t.id FROM "+k.def.TableName()+" t WHERE "+where.SQL+" AND t.archived_at IS NULL LIMIT 2", where.Args...)
	if err != nil {
		return 0, err
	}
	var found []id.ID
	for rows.Next() {
		var x id.ID
		if err := rows.Scan(&x); err != nil {
			return 0, closing(rows, err)
		}
		found = append(found, x)
	}
	if err := closing(rows, nil); err != nil {
		return 0, err
	}
	var x id.ID
	if len(found) == 1 {
		x = found[0]
	}
	if s.named == nil {
		s.named = map[string]id.ID{}
	}
	s.named[key] = x
	return x, nil
}

// SureKeys gives the keys by which a candidate is surely the same as another: those of the entity's own fields, and its
// loose ones together with those of what hangs on it.
func (s *Session) SureKeys(entityName string, c Candidate) []string {
	var sure, loose, children []string
	for _, key := range s.matchKeys(s.store.reg.kind(entityName)) {
		value := keyOf(key.match, c[key.name])
		if value == "" {
			continue
		}
		value = key.name + "\x00" + value
		switch {
		case key.child:
			children = append(children, value)
		case key.match.Loose:
			loose = append(loose, value)
		default:
			sure = append(sure, value)
		}
	}
	for _, l := range loose {
		for _, child := range children {
			sure = append(sure, l+"\x00"+child)
		}
	}
	return sure
}

// ChangedSince gives the fields that the last versions of a record changed, each with its value before them.
func (s *Session) ChangedSince(ctx context.Context, record id.ID, versions int) (map[string]any, error) {
	out := map[string]any{}
	for before := id.ID(0); versions > 0; {
		entries, err := audit.OfRecord(ctx, s.Tx, record, before, 100)
		if err != nil || len(entries) == 0 {
			return out, err
		}
		for _, e := range entries {
			before = e.ID
			if e.Origin == audit.Rule {
				continue // such changes leave the version alone
			}
			if versions == 0 {
				break
			}
			versions--
			for _, c := range e.Changes {
				out[c.Field] = storedAgain(s.defOf(e.Entity), c.Field, c.Old)
			}
		}
	}
	return out, nil
}

func (s *Session) defOf(name string) *entity.Def { return s.schema.Def(name) }

// storedAgain gives a value of the log as it is stored: missing ones are left out there.
func storedAgain(def *entity.Def, field string, value any) any {
	if value == nil && def != nil {
		if f := def.Field(field); f != nil {
			return entity.Missing(f.Type)
		}
	}
	return value
}
