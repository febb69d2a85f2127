package job_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"genjin/internal/dbtest"
	"genjin/internal/job"
	"genjin/internal/sqldb"
)

// Several queues over one database do each job exactly once.
func TestManyQueuesRunEachOnce(t *testing.T) {
	jobs, queues := 5000, 3
	if !dbtest.Postgres() {
		queues = 1 // one process owns the folder
	}
	db := dbtest.Open(t)
	script(t, db, `CREATE TABLE effect (job INTEGER NOT NULL) STRICT`)
	began := time.Now()
	must(t, db.WriteAlone(t.Context(), func(tx *sqldb.Tx) error {
		for i := range jobs {
			if _, err := job.Add(t.Context(), tx, job.Job{Kind: "count", Payload: i}); err != nil {
				return err
			}
		}
		return nil
	}))
	t.Logf("added %.0f jobs/s", float64(jobs)/time.Since(began).Seconds())
	var runs atomic.Int64
	began = time.Now()
	for range queues {
		q := newQueue(t, db)
		q.Workers = 4
		q.Handle("count", func(ctx context.Context, run *job.Run) error {
			runs.Add(1)
			return db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO effect (job) VALUES (?)`, run.ID)
				return err
			})
		})
		start(t, q)
	}
	for runs.Load() < int64(jobs) && time.Since(began) < time.Minute {
		time.Sleep(10 * time.Millisecond)
	}
	eventually(t, func() bool {
		return number(t, db, `SELECT COUNT(*) FROM job WHERE kind = 'count' AND state <> 'done'`) == 0
	})
	t.Logf("ran %.0f jobs/s, each with a write of its own", float64(jobs)/time.Since(began).Seconds())
	if n := runs.Load(); n != int64(jobs) {
		t.Errorf("%d runs", n)
	}
	if n := number(t, db, `SELECT COUNT(DISTINCT job) FROM effect`); n != int64(jobs) {
		t.Errorf("%d jobs had an effect", n)
	}
}

func TestPeriodicOncePerSlot(t *testing.T) {
	db, fake := openAt(t) // 09:30
	queues := 3
	if !dbtest.Postgres() {
		queues = 1
	}
	var runs atomic.Int64
	var last *job.Queue
	for range queues {
		last = newQueue(t, db)
		last.Every("sweep", 10*time.Minute, func(context.Context, *job.Run) error { runs.Add(1); return nil })
		start(t, last)
	}
	slots := func() int64 { return number(t, db, `SELECT COUNT(*) FROM job WHERE kind = 'sweep' AND state = 'done'`) }
	for i := range 4 {
		eventually(t, func() bool { return slots() == int64(i+1) })
		fake.Advance(10 * time.Minute)
	}
	eventually(t, func() bool { return slots() == 5 })
	time.Sleep(1200 * time.Millisecond) // every queue looks once more
	if n := runs.Load(); n != 5 || slots() != 5 {
		t.Errorf("%d runs in %d slots, want 5", n, slots())
	}
	if n := number(t, db, `SELECT COUNT(DISTINCT slot) FROM job WHERE kind = 'sweep'`); n != 5 {
		t.Errorf("%d different slots", n)
	}
}

func TestPeriodicDoesNotOverlap(t *testing.T) {
	db, fake := openAt(t)
	q := newQueue(t, db)
	began, release := make(chan bool, 10), make(chan bool)
	q.Every("sweep", time.Minute, func(ctx context.Context, _ *job.Run) error {
		began <- true
		select {
		case <-release:
		case <-ctx.Done():
		}
		return nil
	})
	start(t, q)
	receive(t, began)
	fake.Advance(time.Minute)
	select {
	case <-began:
		t.Fatal("two at the same time")
	case <-time.After(1200 * time.Millisecond):
	}
	release <- true
	receive(t, began) // the second slot's, late
}

func TestHistoryIsPurged(t *testing.T) {
	db, fake := openAt(t)
	q := newQueue(t, db)
	q.Handle("a", func(context.Context, *job.Run) error { return nil })
	add(t, db, job.Job{Kind: "a"})
	must(t, q.Drain(t.Context()))
	waiting := add(t, db, job.Job{Kind: "a", RunAt: fake.Now().AddDate(1, 0, 0)})
	fake.Advance(31 * 24 * time.Hour)
	start(t, q)
	eventually(t, func() bool { return number(t, db, `SELECT COUNT(*) FROM job WHERE kind = 'a'`) == 1 })
	if s := get(t, db, waiting); s.State != job.Waiting {
		t.Errorf("%+v", s)
	}
}

func TestProgressIsSeen(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	began, goOn := make(chan bool), make(chan bool)
	q.Handle("export", func(ctx context.Context, run *job.Run) error {
		run.Progress(10, 100)
		began <- true
		<-goOn
		return db.Write(ctx, func(tx *sqldb.Tx) error { return run.ProgressIn(ctx, tx, 100, 100, nil) })
	})
	start(t, q)
	x := add(t, db, job.Job{Kind: "export"})
	receive(t, began)
	eventually(t, func() bool { s := get(t, db, x); return s.Done == 10 && s.Total == 100 })
	goOn <- true
	if s := await(t, db, x, job.Done); s.Done != 100 {
		t.Errorf("%+v", s)
	}
}

func BenchmarkJobs(b *testing.B) {
	db := dbtest.Open(b)
	must(b, db.WriteAlone(b.Context(), func(tx *sqldb.Tx) error {
		for range b.N {
			if _, err := job.Add(b.Context(), tx, job.Job{Kind: "nothing"}); err != nil {
				return err
			}
		}
		return nil
	}))
	q := newQueue(b, db)
	var runs atomic.Int64
	over := make(chan bool)
	q.Handle("nothing", func(context.Context, *job.Run) error {
		if runs.Add(1) == int64(b.N) {
			close(over)
		}
		return nil
	})
	b.ResetTimer()
	start(b, q)
	<-over
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
}
