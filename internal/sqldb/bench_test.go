//go:build unix

package sqldb_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

// cpu gives the processor time this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportCPU(b *testing.B, start time.Duration, per int) {
	b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N*per), "cpu-µs/op")
}

const benchTable = `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', owner_id INTEGER, stage TEXT NOT NULL
	DEFAULT '', amount INTEGER, created_at INTEGER, a TEXT NOT NULL DEFAULT '', b TEXT NOT NULL DEFAULT '', c TEXT NOT NULL DEFAULT '',
	d TEXT NOT NULL DEFAULT '');
	CREATE INDEX item_owner ON item (owner_id)`

func benchDB(b *testing.B, rows int) *sqldb.DB {
	db := dbtest.OpenWith(b, dbtest.Empty(b))
	script(b, db, benchTable)
	must(b, db.WriteAlone(b.Context(), func(tx *sqldb.Tx) error {
		return tx.InsertMany(b.Context(), "item", []string{"id", "name", "owner_id"}, items(1, rows)[:rows])
	}))
	return db
}

func items(first, n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{first + i, fmt.Sprintf("深圳市某某科技有限公司 %d", i), i % 100}
	}
	return rows
}

func BenchmarkPointRead(b *testing.B) {
	db := benchDB(b, 10000)
	for _, kind := range []string{"background", "cancellable"} {
		b.Run(kind, func(b *testing.B) {
			ctx := context.Background()
			if kind == "cancellable" {
				ctx = b.Context()
			}
			start := cpu()
			for i := range b.N {
				var name string
				must(b, db.Read(ctx, func(tx *sqldb.Tx) error {
					return tx.QueryRow(ctx, "SELECT name FROM item WHERE id = ?", 1+i%10000).Scan(&name)
				}))
			}
			reportCPU(b, start, 1)
		})
	}
}

func BenchmarkReadOne(b *testing.B) {
	db := benchDB(b, 10000)
	ctx := b.Context()
	start := cpu()
	for i := range b.N {
		var name string
		must(b, db.ReadOne(ctx, func(tx *sqldb.Tx) error {
			return tx.QueryRow(ctx, "SELECT name FROM item WHERE id = ?", 1+i%10000).Scan(&name)
		}))
	}
	reportCPU(b, start, 1)
}

func BenchmarkReadFour(b *testing.B) {
	db := benchDB(b, 10000)
	ctx := b.Context()
	start := cpu()
	for i := range b.N {
		must(b, db.Read(ctx, func(tx *sqldb.Tx) error {
			for range 4 {
				var name string
				if err := tx.QueryRow(ctx, "SELECT name FROM item WHERE id = ?", 1+i%10000).Scan(&name); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	reportCPU(b, start, 1)
}

func BenchmarkWrite(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			db := benchDB(b, 1000)
			ctx := b.Context()
			var next atomic.Int64
			next.Store(1_000_000)
			b.SetParallelism(max(1, clients/2))
			b.ResetTimer()
			start, began := cpu(), time.Now()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					must(b, db.Write(ctx, func(tx *sqldb.Tx) error {
						_, err := tx.Exec(ctx, "INSERT INTO item (id, name, owner_id) VALUES (?, ?, ?)", next.Add(1), "深圳市某某科技有限公司", 7)
						return err
					}))
				}
			})
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "writes/s")
			reportCPU(b, start, 1)
		})
	}
}

func BenchmarkInsertMany(b *testing.B) {
	db := benchDB(b, 1)
	ctx := b.Context()
	const batch = 1000
	columns := []string{"id", "name", "owner_id", "stage", "amount", "created_at", "a", "b", "c", "d"}
	start, began := cpu(), time.Now()
	for i := range b.N {
		rows := make([][]any, batch)
		for j := range rows {
			rows[j] = []any{int64(10 + i*batch + j), "深圳市某某科技有限公司", 7, "lead", 12345, time.Now(), "a", "bbbbbbbbbb", "cc", ""}
		}
		must(b, db.WriteAlone(ctx, func(tx *sqldb.Tx) error { return tx.InsertMany(ctx, "item", columns, rows) }))
	}
	b.ReportMetric(float64(b.N*batch)/time.Since(began).Seconds(), "rows/s")
	reportCPU(b, start, batch)
}
