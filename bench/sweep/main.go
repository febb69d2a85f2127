// Command sweep measures what it costs to tell people what falls due among a million open clocks. It compares, on SQLite
//
//	bare   the least that must be written: the due clocks are found, a note is inserted for each, and the clock is marked,
//	       with prepared statements in one transaction
//	sweep  the product's sweep: steps worked out, notes told once, in parts that let others write in between
//
// and says how long the sweep kept others from writing at most.
//
//	go run ./bench/sweep [-clocks 1000000] [-due 10000] [-rounds 3]
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/migrations"
	"genjin/internal/obligation"
	"genjin/internal/sqldb"
)

// Goals.
const (
	goalRatio = 2.0
	goalHold  = 50 * time.Millisecond
)

func main() {
	clocks := flag.Int("clocks", 1_000_000, "open clocks")
	due := flag.Int("due", 10_000, "of which fall due")
	rounds := flag.Int("rounds", 3, "of each measurement; the median counts")
	flag.Parse()
	if err := compare(context.Background(), *clocks, *due, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var start = time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)

// bench is a database full of open clocks.
type bench struct {
	db    *sqldb.DB
	clock *clock.Fake
	rep   id.ID
	all   int
}

func compare(ctx context.Context, clocks, due, rounds int) error {
	dir, err := os.MkdirTemp("", "genjin-bench-sweep")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer b.db.Close()
	if err := b.fill(ctx, clocks, start.AddDate(1, 0, 0)); err != nil {
		return err
	}
	var bare, sweep, holds []time.Duration
	for range rounds {
		for _, one := range []struct {
			into *[]time.Duration
			run  func(context.Context) error
		}{{&bare, b.bare}, {&sweep, func(ctx context.Context) error {
			hold, err := b.sweep(ctx, due)
			holds = append(holds, hold)
			return err
		}}} {
			if err := b.fill(ctx, due, b.clock.Now().Add(time.Hour)); err != nil {
				return err
			}
			b.clock.Advance(time.Hour)
			began := time.Now()
			if err := one.run(ctx); err != nil {
				return err
			}
			*one.into = append(*one.into, time.Since(began))
		}
	}
	ratio := float64(median(sweep)) / float64(median(bare))
	fmt.Printf("%d open clocks, %d due: bare %v, sweep %v, ratio %.2f (goal %.1f); others waited %v at most (goal %v)\n",
		b.all, due, median(bare).Round(time.Millisecond), median(sweep).Round(time.Millisecond), ratio, goalRatio,
		slices.Max(holds).Round(time.Millisecond), goalHold)
	return nil
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func open(ctx context.Context, dir string) (*bench, error) {
	b := &bench{clock: clock.NewFake(start)}
	var err error
	if b.db, err = sqldb.Open(ctx, sqldb.Options{Dir: dir, Clock: b.clock}); err != nil {
		return nil, err
	}
	if err := migrations.Run(ctx, b.db); err != nil {
		return nil, err
	}
	return b, b.db.Write(ctx, func(tx *sqldb.Tx) error {
		b.rep = tx.NewID()
		_, err := tx.Exec(ctx, `INSERT INTO account (id, version, login, name, created_at, updated_at, active) VALUES (?, 1, 'rep', 'rep', ?, ?, 1)`, b.rep, tx.Now, tx.Now)
		return err
	})
}

var settings = obligation.ClockSettings{Active: true, At: true, Lasts: map[string]obligation.Span{"": {N: 1, Unit: obligation.Hour}}}

func setting(string) *obligation.ClockSettings { return &settings }

// fill opens n clocks that are due at a time.
func (b *bench) fill(ctx context.Context, n int, due time.Time) error {
	const part = 5000
	for ; n > 0; n -= part {
		err := b.db.Write(ctx, func(tx *sqldb.Tx) error {
			clocks := make([]obligation.Clock, min(n, part))
			for i := range clocks {
				x := tx.NewID()
				clocks[i] = obligation.Clock{Kind: "customer.cadence", Entity: "customer", Record: x, Parent: x, Owner: b.rep, Started: tx.Now, Due: due}
			}
			b.all += len(clocks)
			return obligation.Open(ctx, tx, clocks, setting)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bare writes the least that must be written.
func (b *bench) bare(ctx context.Context) error {
	return b.db.Write(ctx, func(tx *sqldb.Tx) error {
		clocks, err := obligation.Select(ctx, tx, "o.next_at <= ?", tx.Now)
		if err != nil {
			return err
		}
		var last int64
		if err := tx.QueryRow(ctx, `UPDATE note_feed SET last = last + ? RETURNING last`, len(clocks)).Scan(&last); err != nil {
			return err
		}
		for i, c := range clocks {
			_, err := tx.Exec(ctx, `INSERT INTO note (id, seq, to_id, kind, key, sentence, entity, record_id, at, created_at) VALUES (?, ?, ?, ?, ?, 'clock.at', ?, ?, ?, ?)`,
				tx.NewID(), last-int64(len(clocks)-1-i), b.rep, c.Kind, c.ID.String(), c.Entity, c.Record, tx.Now, tx.Now)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE obligation SET told = 0, next_at = NULL WHERE id = ?`, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweep sweeps while somebody else writes all the time, and gives how long that one waited at most.
func (b *bench) sweep(ctx context.Context, due int) (longest time.Duration, err error) {
	var over atomic.Bool
	waited := make(chan time.Duration)
	go func() {
		var most time.Duration
		for !over.Load() {
			began := time.Now()
			if b.db.Write(ctx, func(tx *sqldb.Tx) error { return nil }) == nil {
				most = max(most, time.Since(began))
			}
			time.Sleep(5 * time.Millisecond)
		}
		waited <- most
	}()
	kind := func(string) *obligation.Kind { return nil }
	sw := &obligation.Sweeper{DB: b.db, Kind: kind, Settings: setting, Log: slog.Default()}
	n, err := sw.Sweep(ctx)
	over.Store(true)
	longest = <-waited
	if err == nil && n != due {
		err = fmt.Errorf("sweep: %d spoke of %d", n, due)
	}
	return longest, err
}
