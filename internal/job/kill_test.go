package job_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"genjin/internal/dbtest"
	"genjin/internal/job"
	"genjin/internal/sqldb"
)

func TestMain(m *testing.M) {
	if os.Getenv("GENJIN_JOB_CHILD") != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const (
	killSteps = 200
	kills     = 8
)

// Processes that are killed at any moment do all of a job's parts, each once.
func TestKilledProcesses(t *testing.T) {
	o := dbtest.Options(t)
	db := dbtest.OpenWith(t, o)
	script(t, db, `CREATE TABLE effect (step INTEGER NOT NULL) STRICT`)
	x := add(t, db, job.Job{Kind: "steps", MaxAttempts: 3})
	for i := range kills + 1 {
		if o.URL == "" {
			must(t, db.Close()) // the folder belongs to one process
		}
		runChild(t, o, i)
		if o.URL == "" {
			db = dbtest.OpenWith(t, o)
		}
	}
	if s := get(t, db, x); s.State != job.Done || s.Done != killSteps {
		t.Errorf("%+v", s)
	}
	if n := number(t, db, `SELECT COUNT(DISTINCT step) FROM effect`); n != killSteps {
		t.Errorf("%d different steps, want %d", n, killSteps)
	}
	if n := number(t, db, `SELECT COUNT(*) FROM effect`); n != killSteps {
		t.Errorf("%d steps, want %d", n, killSteps)
	}
}

// runChild lets a process work and kills it after some steps; the last one may come to the end.
func runChild(t *testing.T, o sqldb.Options, i int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "GENJIN_JOB_CHILD="+strconv.Itoa(i), "JOB_DIR="+o.Dir, "JOB_URL="+o.URL)
	command.Stderr = t.Output()
	out, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	left := 1 + rand.IntN(12)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if left--; left == 0 && i < kills {
			time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
			must(t, command.Process.Kill())
		}
	}
	if err := command.Wait(); i == kills && err != nil {
		t.Error(err)
	}
}

// ahead is a clock that runs ahead of the machine's: every child begins when the lease of the one before is over.
type ahead time.Duration

func (a ahead) Now() time.Time {
	return time.Now().UTC().Add(time.Duration(a)).Truncate(time.Millisecond)
}

func child() error {
	i, err := strconv.Atoi(os.Getenv("GENJIN_JOB_CHILD"))
	if err != nil {
		return err
	}
	ctx := context.Background()
	db, err := sqldb.Open(ctx, sqldb.Options{
		Dir: os.Getenv("JOB_DIR"), URL: os.Getenv("JOB_URL"), Unsafe: true, Clock: ahead(time.Duration(i) * time.Minute),
	})
	if err != nil {
		return err
	}
	over := make(chan bool, 1)
	q := job.New(db, slog.New(slog.DiscardHandler))
	q.Handle("steps", func(ctx context.Context, run *job.Run) error {
		at := 0
		if _, err := run.Resume(&at); err != nil {
			return err
		}
		for ; at < killSteps; at++ {
			if err := step(ctx, db, run, at); err != nil {
				return err
			}
			fmt.Println(at)
		}
		over <- true
		return nil
	})
	if err := q.Start(ctx); err != nil {
		return err
	}
	<-over
	if err := q.Stop(ctx); err != nil {
		return err
	}
	return db.Close()
}

func step(ctx context.Context, db *sqldb.DB, run *job.Run, at int) error {
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO effect (step) VALUES (?)`, at); err != nil {
			return err
		}
		return run.ProgressIn(ctx, tx, int64(at+1), killSteps, at+1)
	})
}
