package record

import (
	"context"

	"genjin/internal/id"
)

// NoCircle refuses a change after which whoever goes from a record to the one that field names, and on from there, would
// come back to it. Records that were put away count, so that nothing that comes back closes a circle.
func NoCircle[T any](field string) Rule[T] {
	return func(ctx context.Context, s *Session, old, next *T) error {
		k := kindOf[T](s.store.reg)
		at := k.def.Index(field)
		above, _ := k.bind.value(next, at).(int64)
		if old == nil || above == 0 || k.bind.value(old, at) == above { // nobody names a record before it is made
			return nil
		}
		if err := s.Tx.Lock(ctx, k.def.Name+"."+field); err != nil { // two changes at once could close a circle
			return err
		}
		leads, err := s.leadsTo(ctx, k, field, id.ID(above), baseOf(next).ID)
		if err == nil && leads {
			err = fieldError(field, "field.circle")
		}
		return err
	}
}

// leadsTo reports whether one comes from a record to another, or is there already, by what field names. Circles that are
// there do no harm.
func (s *Session) leadsTo(ctx context.Context, k *kind, field string, from, to id.ID) (is bool, err error) {
	table := k.def.TableName()
	err = s.Tx.QueryRow(ctx, "WITH RECURSIVE above (id) AS (SELECT id FROM "+table+" WHERE id = ? UNION SELECT t."+field+
		" FROM "+table+" t JOIN above ON t.id = above.id) SELECT CASE WHEN EXISTS (SELECT 1 FROM above WHERE id = ?) THEN 1 ELSE 0 END",
		int64(from), int64(to)).Scan(&is)
	return is, err
}
