package record

import (
	"context"
	"slices"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/id"
)

// Rows gives those of the records that the actor may see, archived ones too.
func (s *Session) Rows(ctx context.Context, entityName string, ids []id.ID) (map[id.ID]*Row, error) {
	out := make(map[id.ID]*Row, len(ids))
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := s.rows(ctx, entityName, access.Condition{SQL: "t.id IN (" + marks(len(chunk)) + ")", Args: anys(chunk)})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.ID()] = row
		}
	}
	return out, nil
}

// Hanging gives the records of an entity whose field via names one of parents, that are not archived, that the actor may
// see, and of which at least one field has one of the values that equal gives for it.
func (s *Session) Hanging(ctx context.Context, entityName, via string, parents []id.ID, equal map[string][]any) ([]*Row, error) {
	var or []access.Condition
	for field, values := range equal {
		if len(values) > 0 {
			or = append(or, access.Condition{SQL: "t." + field + " IN (" + marks(len(values)) + ")", Args: values})
		}
	}
	if len(or) == 0 {
		return nil, nil
	}
	var out []*Row
	for chunk := range slices.Chunk(parents, 500) {
		rows, err := s.rows(ctx, entityName, access.And(
			access.Condition{SQL: "t." + via + " IN (" + marks(len(chunk)) + ") AND t.archived_at IS NULL", Args: anys(chunk)}, anyOf(or)))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// rows gives the whole rows of an entity, aliased t, for which a condition holds and that the actor may see.
func (s *Session) rows(ctx context.Context, entityName string, where access.Condition) ([]*Row, error) {
	k := s.store.reg.kind(entityName)
	def := s.Def(entityName)
	where = access.And(where, s.where(k, "t", access.View))
	found, err := s.Tx.Query(ctx, "SELECT "+k.columns+" FROM "+k.def.TableName()+" t WHERE "+where.SQL+" ORDER BY t.id", where.Args...)
	if err != nil {
		return nil, err
	}
	var out []*Row
	dest := make([]any, len(k.names))
	for found.Next() {
		row := &Row{def: def, values: make([]any, len(def.Fields))}
		for i := range dest {
			dest[i] = &row.values[i]
		}
		if err := found.Scan(dest...); err != nil {
			return nil, closing(found, err)
		}
		row.expandCustom(len(k.names))
		out = append(out, row)
	}
	return out, closing(found, nil)
}

// MadeHere gives a record that was made in this session, as it was then; nil for another.
func (s *Session) MadeHere(entityName string, x id.ID) *Row {
	rec := s.created[x]
	if rec == nil {
		return nil
	}
	def := s.Def(entityName)
	return &Row{def: def, values: s.stored(s.store.reg.kind(entityName), def, rec)}
}

// Suppose lets a dry session take a record for made that a dry session before it would have made.
func (s *Session) Suppose(entityName string, x id.ID) {
	if s.Dry && s.created[x] == nil {
		k := s.store.reg.kind(entityName)
		rec := k.bind.new()
		baseOf(rec).ID = x
		s.created[x] = rec
	}
}

// EachValue calls fn with the values of a row that are not missing.
func (r *Row) EachValue(fn func(f *entity.Field, value any)) {
	for i, f := range r.def.Fields {
		if !entity.IsMissing(r.values[i]) {
			fn(f, r.values[i])
		}
	}
}

// In reports whether the record is one of a set, visible or not.
func (f *Found) In(set map[id.ID]bool) bool { return set[f.record] }
