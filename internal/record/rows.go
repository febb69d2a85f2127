package record

import (
	"context"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// each runs a query and calls fn for each of its rows with what scans it.
func (s *Session) each(ctx context.Context, query string, args []any, fn func(scan func(dest ...any) error) error) error {
	return s.Tx.Each(ctx, fn, query, args...)
}

// closing ends rows and gives the first error there was.
func closing(rows *sqldb.Rows, err error) error {
	closed := rows.Close()
	if err != nil {
		return err
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return closed
}

// in gives the condition that expr is one of values, however many.
func in[T ~int64 | ~string](s *Session, expr string, values []T) access.Condition {
	sql, args := sqldb.In(s.Tx.Dialect(), expr, values)
	return access.Condition{SQL: sql, Args: args}
}

// ids gives the members of a set.
func ids[V any](set map[id.ID]V) []id.ID {
	out := make([]id.ID, 0, len(set))
	for x := range set {
		if x != 0 {
			out = append(out, x)
		}
	}
	return out
}

// storable reports whether both databases can hold a text; PostgreSQL refuses others even to be compared with.
func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Sees gives which of some records the actor may see, archived ones too.
func (s *Session) Sees(ctx context.Context, entityName string, some []id.ID) (map[id.ID]bool, error) {
	set := make(map[id.ID]bool, len(some))
	for _, x := range some {
		set[x] = true
	}
	found, err := s.reachable(ctx, s.store.reg.kind(entityName), set, access.View)
	for x := range set {
		_, set[x] = found[x]
	}
	return set, err
}
