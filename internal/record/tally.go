package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// Tally gives how many records of a list have each value of a choice field; those without one count under "". The field is
// one that the actor may filter by.
func (s *Session) Tally(ctx context.Context, entityName string, q Query, field string) (map[string]int64, error) {
	k := s.store.reg.byName[entityName]
	if k == nil {
		return nil, errs.New(errs.NotFound, "")
	}
	c := compiler{s, s.Def(entityName)}
	f, err := c.filterable(field)
	if err != nil {
		return nil, err
	}
	if f == nil || f.Type != entity.OneOf {
		return nil, errs.OfField("by", "field.choice", "value", field)
	}
	return s.tally(ctx, k, q, c.expr(f))
}

// TallyOwners gives how many records of a list each user owns, by the ids of users.
func (s *Session) TallyOwners(ctx context.Context, entityName string, q Query) (map[string]int64, error) {
	return s.tally(ctx, s.store.reg.kind(entityName), q, "t.owner_id")
}

// Listed gives the condition on the table of an entity, aliased t, that a row is in a list: within the actor's reach, by
// the filter, not put away. It is for reports, which count what a list would show.
func (s *Session) Listed(ctx context.Context, entityName string, q Query) (access.Condition, error) {
	return s.listed(ctx, s.store.reg.kind(entityName), q, true)
}

func (s *Session) tally(ctx context.Context, k *kind, q Query, expr string) (map[string]int64, error) {
	where, err := s.listed(ctx, k, q, true)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	err = s.each(ctx, "SELECT "+expr+", COUNT(*) FROM "+k.def.TableName()+" t WHERE "+where.SQL+" GROUP BY 1", where.Args,
		func(scan func(dest ...any) error) error {
			var value any
			var n int64
			err := scan(&value, &n)
			switch v := value.(type) {
			case int64:
				out[id.ID(v).String()] = n
			case string:
				out[v] = n
			default:
				out[""] = n
			}
			return err
		})
	return out, err
}
