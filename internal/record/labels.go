package record

import (
	"context"
	"strconv"

	"genjin/internal/access"
	"genjin/internal/id"
)

const mostLabels = 1000

// Labels gives the titles of the records of an entity that the actor may see and that are not archived, at most a
// thousand: to choose from where there are few, such as users and departments.
func (s *Session) Labels(ctx context.Context, entityName string) (map[id.ID]string, error) {
	k := s.store.reg.kind(entityName)
	where := access.And(s.where(k, "t", access.View), access.Condition{SQL: "t.archived_at IS NULL"})
	return s.titles(ctx, k, where, " ORDER BY t.id LIMIT "+strconv.Itoa(mostLabels))
}
