package job_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"genjin/internal/dbtest"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/sqldb"
)

func TestCancelBeforeItBegins(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Handle("export", func(context.Context, *job.Run) error { t.Error("it ran"); return nil })
	x := add(t, db, job.Job{Kind: "export", Unique: "one"})
	must(t, cancel(t, db, x))
	must(t, q.Drain(t.Context()))
	if s := get(t, db, x); s.State != job.Cancelled || !s.Over() {
		t.Errorf("%+v", s)
	}
	if err := cancel(t, db, x); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second time: %v", err)
	}
	if again := add(t, db, job.Job{Kind: "export", Unique: "one"}); again == x {
		t.Error("the cancelled job was given")
	}
}

func TestCancelWhileRunning(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	began, ended := make(chan *job.Run, 1), make(chan error, 1)
	q.Handle("export", untilStopped(began, ended))
	start(t, q)
	quickest := time.Hour
	for tries := 0; tries < 5 && quickest > 500*time.Millisecond; tries++ { // the machine may be busy
		x := add(t, db, job.Job{Kind: "export"})
		receive(t, began)
		asked := time.Now()
		must(t, cancel(t, db, x))
		if cause := receive(t, ended); !errors.Is(cause, job.ErrCancelled) {
			t.Error(cause)
		}
		quickest = min(quickest, time.Since(asked))
		await(t, db, x, job.Cancelled)
	}
	if quickest > 500*time.Millisecond {
		t.Errorf("it took %v", quickest)
	}
}

// A job that has begun is called once more when it is cancelled while it waits, so that it can tidy up.
func TestCancelBetweenAttempts(t *testing.T) {
	db, _ := openAt(t)
	q := newQueue(t, db)
	var causes []error
	q.Handle("export", func(ctx context.Context, _ *job.Run) error {
		causes = append(causes, context.Cause(ctx))
		return errors.New("broken off")
	})
	x := add(t, db, job.Job{Kind: "export"})
	must(t, q.Drain(t.Context()))
	must(t, cancel(t, db, x))
	must(t, q.Drain(t.Context()))
	if len(causes) != 2 || causes[0] != nil || !errors.Is(causes[1], job.ErrCancelled) {
		t.Errorf("causes %v", causes)
	}
	if s := get(t, db, x); s.State != job.Cancelled {
		t.Errorf("it is %s", s.State)
	}
}

func TestDoneThoughCancelled(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	began := make(chan bool)
	q.Handle("export", func(ctx context.Context, _ *job.Run) error {
		began <- true
		<-ctx.Done()
		return nil
	})
	start(t, q)
	x := add(t, db, job.Job{Kind: "export"})
	receive(t, began)
	must(t, cancel(t, db, x))
	await(t, db, x, job.Done)
}

func TestStopHandsBack(t *testing.T) {
	db := dbtest.Open(t)
	began, ended := make(chan *job.Run, 2), make(chan error, 2)
	first := newQueue(t, db)
	first.Handle("import", untilStopped(began, ended))
	must(t, first.Start(context.WithoutCancel(t.Context())))
	x := add(t, db, job.Job{Kind: "import"})
	receive(t, began)
	stop(t, first)
	if cause := receive(t, ended); !errors.Is(cause, job.ErrStopping) {
		t.Error(cause)
	}
	if s := get(t, db, x); s.State != job.Waiting || s.Attempts != 0 {
		t.Errorf("after Stop: %+v", s)
	}
	second := newQueue(t, db)
	second.Handle("import", untilStopped(began, ended))
	start(t, second)
	if run := receive(t, began); run.ID != x || run.Attempt != 1 {
		t.Errorf("%+v", run)
	}
}

func TestEndOfStartsContextHandsBack(t *testing.T) {
	db := dbtest.Open(t)
	began, ended := make(chan *job.Run, 1), make(chan error, 1)
	q := newQueue(t, db)
	q.Handle("import", untilStopped(began, ended))
	ctx, end := context.WithCancel(t.Context())
	must(t, q.Start(ctx))
	x := add(t, db, job.Job{Kind: "import"})
	receive(t, began)
	end()
	receive(t, ended)
	stop(t, q)
	if s := get(t, db, x); s.State != job.Waiting || s.Attempts != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStopDoesNotWaitForever(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	began, release := make(chan bool), make(chan bool)
	q.Handle("deaf", func(context.Context, *job.Run) error {
		began <- true
		<-release
		return nil
	})
	must(t, q.Start(t.Context()))
	x := add(t, db, job.Job{Kind: "deaf"})
	receive(t, began)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := q.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if s := get(t, db, x); s.State != job.Running {
		t.Errorf("a job whose handler still runs is %s", s.State)
	}
	close(release)
}

// A process that died leaves its job running. Another takes it up when the lease is over, or on SQLite at its start.
func TestCrash(t *testing.T) {
	db, fake := openAt(t)
	crash(t, db, "import", func() {})
	began, ended := make(chan *job.Run, 1), make(chan error, 1)
	q := newQueue(t, db)
	q.Handle("import", untilStopped(began, ended))
	start(t, q)
	if db.Dialect() == sqldb.Postgres {
		fake.Advance(29 * time.Second)
		select {
		case <-began:
			t.Fatal("taken up before the lease was over")
		case <-time.After(1500 * time.Millisecond):
		}
		fake.Advance(2 * time.Second)
	}
	if run := receive(t, began); run.Attempt != 2 {
		t.Errorf("attempt %d", run.Attempt)
	}
}

// crash leaves a job of a kind running in a queue that does nothing any more. Tidy ends its handler after the test.
func crash(t *testing.T, db *sqldb.DB, kind string, tidy func()) id.ID {
	t.Helper()
	q := newQueue(t, db)
	began, release := make(chan bool), make(chan bool)
	q.Handle(kind, func(context.Context, *job.Run) error {
		began <- true
		<-release
		tidy()
		return nil
	})
	must(t, q.Start(t.Context()))
	x := add(t, db, job.Job{Kind: kind, MaxAttempts: 3})
	receive(t, began)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if q.Stop(ctx) == nil {
		t.Error("the queue stopped")
	}
	t.Cleanup(func() { close(release) })
	return x
}

// What kills its process again and again is given up.
func TestCrashesAreCounted(t *testing.T) {
	db, fake := openAt(t)
	x := crash(t, db, "poison", func() {})
	for i := range 3 {
		q := newQueue(t, db)
		began := make(chan *job.Run, 1)
		release := make(chan bool)
		q.Handle("poison", func(_ context.Context, run *job.Run) error {
			began <- run
			<-release
			return nil
		})
		t.Cleanup(func() { close(release) })
		fake.Advance(2 * time.Minute)
		must(t, q.Start(t.Context()))
		if i == 2 {
			s := await(t, db, x, job.Failed)
			if s.Err.Key != "job.crashed" {
				t.Error(s.Err)
			}
			stop(t, q)
			break
		}
		eventually(t, func() bool {
			fake.Advance(time.Second) // the growing waits
			q.Wake()
			return len(began) == 1
		})
		if run := <-began; run.Attempt != i+2 {
			t.Errorf("attempt %d, want %d", run.Attempt, i+2)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_ = q.Stop(ctx)
	}
}

// Who has lost a job to another cannot write in its name any more.
func TestLostJobCannotWrite(t *testing.T) {
	db, fake := openAt(t)
	script(t, db, `CREATE TABLE effect (job INTEGER NOT NULL) STRICT`)
	effect := func(ctx context.Context, run *job.Run) error {
		return db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO effect (job) VALUES (?)`, run.ID); err != nil {
				return err
			}
			return run.ProgressIn(ctx, tx, 1, 1, true)
		})
	}
	slow := newQueue(t, db)
	slow.Workers = 1 // or it would take the job up itself
	began, goOn, lost := make(chan bool, 1), make(chan bool), make(chan error, 1)
	slow.Handle("send", func(_ context.Context, run *job.Run) error {
		began <- true
		<-goOn
		err := effect(context.Background(), run)
		lost <- err
		return err
	})
	start(t, slow)
	x := add(t, db, job.Job{Kind: "send"})
	receive(t, began)

	var others atomic.Int32
	quick := newQueue(t, db)
	quick.Handle("send", func(ctx context.Context, run *job.Run) error {
		others.Add(1)
		return effect(ctx, run)
	})
	fake.Advance(time.Minute) // the slow one hangs: its lease runs out before it is renewed
	start(t, quick)
	await(t, db, x, job.Done)
	goOn <- true
	if err := receive(t, lost); !errors.Is(err, job.ErrLost) {
		t.Errorf("the slow one got %v", err)
	}
	if n := number(t, db, `SELECT COUNT(*) FROM effect`); n != 1 || others.Load() != 1 {
		t.Errorf("%d effects, %d runs by the other", n, others.Load())
	}
	if s := get(t, db, x); s.State != job.Done {
		t.Errorf("it is %s", s.State)
	}
}

// A lease far in the future is from before the clock went back.
func TestClockThatWentBack(t *testing.T) {
	db, fake := openAt(t)
	crash(t, db, "import", func() {})
	fake.Advance(-365 * 24 * time.Hour)
	began, ended := make(chan *job.Run, 1), make(chan error, 1)
	q := newQueue(t, db)
	q.Handle("import", untilStopped(began, ended))
	start(t, q)
	receive(t, began)
}
