package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/id"
)

const mostLabels = 1000

// Labels gives the titles of the records of an entity that the actor may see and that are not archived, at most a
// thousand: to choose from where there are few, such as users and departments.
func (s *Session) Labels(ctx context.Context, entityName string) (map[id.ID]string, error) {
	k := s.store.reg.kind(entityName)
	where := access.And(s.where(k, "t", access.View), access.Condition{SQL: "t.archived_at IS NULL"})
	rows, err := s.Tx.Query(ctx, "SELECT t.id, t."+k.def.Title+" FROM "+k.def.TableName()+" t WHERE "+where.SQL+" ORDER BY t.id LIMIT ?",
		append(where.Args, mostLabels)...)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]string{}
	for rows.Next() {
		var x id.ID
		var title string
		if err := rows.Scan(&x, &title); err != nil {
			return nil, closing(rows, err)
		}
		out[x] = title
	}
	return out, closing(rows, nil)
}
