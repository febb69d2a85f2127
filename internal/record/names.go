package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
)

// Named gives the one record of an entity that a person means by text: its title or the value of a field by which the
// search box finds codes, such as a login. Zero when there is none, or more than one, within the actor's reach.
func (s *Session) Named(ctx context.Context, entityName, text string) (id.ID, error) {
	key := entityName + "\x00" + text
	if x, ok := s.named[key]; ok {
		return x, nil
	}
	if !storable(text) {
		return 0, nil // nothing is named so
	}
	k := s.store.reg.kind(entityName)
	or := []access.Condition{{SQL: "t." + k.def.Title + " IN (?, ?, ?)", Args: []any{text, k.def.Said(text, i18n.ZH), k.def.Said(text, i18n.EN)}}}
	for _, f := range k.def.Fields {
		if f.Unique {
			or = append(or, access.Condition{SQL: "t." + f.Name + " = ?", Args: []any{text}})
		}
	}
	where := access.And(anyOf(or), s.where(k, "t", access.View))
	var found []id.ID
	err := s.each(ctx, "SELECT t.id FROM "+k.def.TableName()+" t WHERE "+where.SQL+" AND "+s.state(k, Query{}, false)+" LIMIT 2", where.Args,
		func(scan func(dest ...any) error) error {
			var x id.ID
			err := scan(&x)
			found = append(found, x)
			return err
		})
	if err != nil {
		return 0, err
	}
	var x id.ID
	if len(found) == 1 {
		x = found[0]
	}
	s.named[key] = x
	return x, nil
}

// SureKeys gives the keys by which a candidate is surely the same as another: those of the entity's own fields, and its
// loose ones together with those of what hangs on it.
func (s *Session) SureKeys(entityName string, keys Keys) []string {
	var sure, loose, children []string
	for w, way := range s.matchKeys(s.store.reg.kind(entityName)) {
		if keys == nil || keys[w] == "" {
			continue
		}
		value := way.name + "\x00" + keys[w]
		switch {
		case way.child:
			children = append(children, value)
		case way.match.Loose:
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

// Meanwhile is what happened to a record since some version: for each field that people changed the value before, and for
// each that rules changed the values before each time, the newest first.
type Meanwhile struct {
	People map[string]any
	Rules  map[string][]any
}

// ChangedSince gives what changed in the last versions of a record, and since the last of them.
func (s *Session) ChangedSince(ctx context.Context, record id.ID, versions int) (m Meanwhile, err error) {
	m = Meanwhile{map[string]any{}, map[string][]any{}}
	for before := id.ID(0); ; {
		entries, err := audit.OfRecord(ctx, s.Tx, record, before, 100)
		if err != nil || len(entries) == 0 {
			return m, err
		}
		for _, e := range entries {
			before = e.ID
			byRule := e.Origin == audit.Rule // most such changes leave the version alone
			if !byRule && versions == 0 || e.Action == "create" {
				return m, nil
			}
			if !byRule {
				versions--
			}
			for _, c := range e.Changes {
				old := storedAgain(s.defOf(e.Entity), c.Field, c.Old)
				if byRule {
					m.Rules[c.Field] = append(m.Rules[c.Field], old)
				} else {
					m.People[c.Field] = old
				}
			}
		}
	}
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
