package sqldb

import (
	"fmt"
	"testing"
)

// A connection keeps a bounded number of statements, and those thrown out can be prepared again.
func TestStatementsKeptAreBounded(t *testing.T) {
	ctx := t.Context()
	db, err := Open(ctx, Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(ctx, func(tx *Tx) error {
		for i := range 3 * stmtsKept {
			var n int
			if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT %d", i%(stmtsKept+50))).Scan(&n); err != nil || n != i%(stmtsKept+50) {
				return fmt.Errorf("%d gave %d, %w", i, n, err)
			}
		}
		return tx.conn.Raw(func(c any) error {
			if kept := c.(*cachingConn); kept.order.Len() != stmtsKept || len(kept.stmts) != stmtsKept {
				t.Errorf("%d kept, %d known", kept.order.Len(), len(kept.stmts))
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
