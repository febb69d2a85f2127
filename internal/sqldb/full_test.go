package sqldb

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"genjin/internal/errs"
)

// A full disk: writes say so, nothing is acknowledged that is not stored, and when there is room again writes go on. The
// limit on the number of pages stands for the disk, since SQLite treats both alike.
func TestFullDisk(t *testing.T) {
	ctx := t.Context()
	db, err := Open(ctx, Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	limit := func(pages string) {
		if err := db.WriteAlone(ctx, func(tx *Tx) error { return tx.Script(ctx, "PRAGMA max_page_count = "+pages) }); err != nil {
			t.Fatal(err)
		}
	}
	err = db.Write(ctx, func(tx *Tx) error {
		return tx.Script(ctx, "CREATE TABLE big (id INTEGER PRIMARY KEY, x TEXT NOT NULL)")
	})
	if err != nil {
		t.Fatal(err)
	}
	limit("200")
	var stored, refused atomic.Int64
	var wg sync.WaitGroup
	write := func() error {
		return db.Write(ctx, func(tx *Tx) error {
			for range 2 {
				if _, err := tx.Exec(ctx, "INSERT INTO big (id, x) VALUES (?, ?)", tx.NewID(), strings.Repeat("x", 3000)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range 16 {
		wg.Go(func() {
			for range 20 {
				err := write()
				if e, ok := errs.As(err); ok && e.Key == "sqldb.full" {
					refused.Add(1)
				} else if err != nil {
					t.Error(err)
				} else {
					stored.Add(2)
				}
			}
		})
	}
	wg.Wait()
	limit("1000000")
	if err := write(); err != nil {
		t.Error("after there was room again:", err)
	}
	var n int64
	err = db.Read(ctx, func(tx *Tx) error { return tx.QueryRow(ctx, "SELECT COUNT(*) FROM big").Scan(&n) })
	if err != nil || n != stored.Load()+2 || refused.Load() == 0 {
		t.Errorf("%d stored, %d acknowledged, %d refused, %v", n, stored.Load()+2, refused.Load(), err)
	}
}
