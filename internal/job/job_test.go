package job_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"genjin/internal/dbtest"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/sqldb"
)

type order struct {
	Customer id.ID
	Name     string
}

func TestRunsAndTellsHow(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Handle("export", func(_ context.Context, run *job.Run) error {
		var o order
		if err := run.Decode(&o); err != nil {
			return err
		}
		run.Progress(7, 9)
		return run.SetResult(map[string]any{"name": o.Name, "by": run.By, "attempt": run.Attempt})
	})
	start(t, q)
	x := add(t, db, job.Job{Kind: "export", Payload: order{Customer: 5, Name: "<深圳>"}, By: 77})
	s := await(t, db, x, job.Done)
	if string(s.Payload) != `{"Customer":"0000000000005","Name":"<深圳>"}` {
		t.Errorf("payload: %s", s.Payload)
	}
	if want := `{"attempt":1,"by":"000000000002d","name":"<深圳>"}`; string(s.Result) != want {
		t.Errorf("result: %s, want %s", s.Result, want)
	}
	if s.Done != 7 || s.Total != 9 || s.By != 77 || !s.Over() || s.StartedAt.IsZero() || s.Err != nil {
		t.Errorf("status: %+v", s)
	}
}

func TestRolledBackNeverRuns(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	ran := make(chan id.ID, 10)
	q.Handle("mail", func(_ context.Context, run *job.Run) error { ran <- run.ID; return nil })
	start(t, q)
	no := errors.New("no")
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := job.Add(t.Context(), tx, job.Job{Kind: "mail"}); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatal(err)
	}
	x := add(t, db, job.Job{Kind: "mail"})
	if got := receive(t, ran); got != x {
		t.Errorf("ran %v, want %v", got, x)
	}
	await(t, db, x, job.Done)
	if n := number(t, db, `SELECT COUNT(*) FROM job WHERE kind = 'mail'`); n != 1 {
		t.Errorf("%d jobs", n)
	}
}

func TestUniqueWhileUnfinished(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Handle("sweep", func(context.Context, *job.Run) error { return nil })
	first := add(t, db, job.Job{Kind: "sweep", Unique: "a"})
	if again := add(t, db, job.Job{Kind: "sweep", Unique: "a"}); again != first {
		t.Errorf("the same key gave %v, want %v", again, first)
	}
	if other := add(t, db, job.Job{Kind: "sweep", Unique: "b"}); other == first {
		t.Error("another key gave the same job")
	}
	must(t, q.Drain(t.Context()))
	if next := add(t, db, job.Job{Kind: "sweep", Unique: "a"}); next == first {
		t.Error("a finished job was given")
	}
}

func TestInOrderAndInTime(t *testing.T) {
	db, fake := openAt(t)
	q := newQueue(t, db)
	var ran []string
	q.Handle("say", func(_ context.Context, run *job.Run) error {
		var word string
		err := run.Decode(&word)
		ran = append(ran, word)
		return err
	})
	say := func(word string, after time.Duration) {
		add(t, db, job.Job{Kind: "say", Payload: word, RunAt: fake.Now().Add(after)})
	}
	say("tomorrow", 24*time.Hour)
	say("now", 0)
	say("then", 0)
	say("later", time.Minute)
	say("soon", time.Second)
	steps := []struct {
		wait time.Duration
		want []string
	}{
		{0, []string{"now", "then"}},
		{999 * time.Millisecond, nil},
		{time.Hour, []string{"soon", "later"}},
		{24 * time.Hour, []string{"tomorrow"}},
	}
	for _, step := range steps {
		ran = nil
		fake.Advance(step.wait)
		must(t, q.Drain(t.Context()))
		if !reflect.DeepEqual(ran, step.want) {
			t.Errorf("after %v ran %v, want %v", step.wait, ran, step.want)
		}
	}
}

func TestUnknownKindsStay(t *testing.T) {
	db := dbtest.Open(t)
	x := add(t, db, job.Job{Kind: "of a newer program"})
	must(t, newQueue(t, db).Drain(t.Context()))
	if s := get(t, db, x); s.State != job.Waiting {
		t.Errorf("it is %s", s.State)
	}
}

func TestBackoffAndDeadLetter(t *testing.T) {
	db, fake := openAt(t)
	q := newQueue(t, db)
	var attempts []int
	q.Handle("flaky", func(_ context.Context, run *job.Run) error {
		attempts = append(attempts, run.Attempt)
		switch run.Attempt {
		case 1:
			return errors.New("the line was cut")
		case 2:
			panic("oh")
		}
		return errs.New(errs.Unavailable, "sqldb.away")
	})
	x := add(t, db, job.Job{Kind: "flaky", MaxAttempts: 4})
	for i, wait := range []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second} {
		fake.Advance(wait - min(wait, time.Millisecond))
		must(t, q.Drain(t.Context()))
		if len(attempts) > i && wait > 0 {
			t.Fatalf("attempt %d came early", i+1)
		}
		fake.Advance(min(wait, time.Millisecond))
		must(t, q.Drain(t.Context()))
		if len(attempts) != i+1 {
			t.Fatalf("attempts %v, want %d", attempts, i+1)
		}
		if s := get(t, db, x); i < 3 && (s.State != job.Waiting || s.Err == nil) {
			t.Errorf("after attempt %d: %s, %v", i+1, s.State, s.Err)
		}
	}
	s := get(t, db, x)
	if s.State != job.Failed || s.Err.Key != "sqldb.away" || s.Attempts != 4 || !s.Over() {
		t.Errorf("%+v", s)
	}
	if s.Err.Message(i18n.ZH) != "数据库暂时无法访问，请稍后再试" {
		t.Error(s.Err.Message(i18n.ZH))
	}
}

func TestUsersMistakeFailsAtOnce(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Handle("read", func(context.Context, *job.Run) error {
		return &errs.Error{
			Kind: errs.Invalid, Key: "field.no_such", Params: i18n.Params{"label": i18n.T("客户", "Customer")},
			Fields: []errs.Field{{Name: "name", Key: "field.too_long", Params: i18n.Params{"max": int64(12_345_678)}}},
		}
	})
	x := add(t, db, job.Job{Kind: "read"})
	must(t, q.Drain(t.Context()))
	s := get(t, db, x)
	if s.State != job.Failed || s.Attempts != 1 || s.Err.Kind != errs.Invalid {
		t.Fatalf("%+v", s)
	}
	if got := s.Err.Message(i18n.ZH); got != "没有找到该客户，或您无权查看" {
		t.Error(got)
	}
	if got := s.Err.Fields[0].Message(i18n.EN); got != "At most 12345678 characters" {
		t.Error(got)
	}
}

func TestInternalErrorsAreNotShown(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Handle("read", func(context.Context, *job.Run) error { return errors.New("password=123") })
	x := add(t, db, job.Job{Kind: "read", MaxAttempts: 1})
	must(t, q.Drain(t.Context()))
	s := get(t, db, x)
	if want := "Something went wrong; tell your administrator this id: " + x.String(); s.Err.Message(i18n.EN) != want {
		t.Error(s.Err.Message(i18n.EN))
	}
	if s.Detail != "password=123" {
		t.Errorf("the operator reads %q", s.Detail)
	}
}

func TestProgressForgivesFailures(t *testing.T) {
	db, fake := openAt(t)
	q := newQueue(t, db)
	var resumed []int
	q.Handle("import", func(ctx context.Context, run *job.Run) error {
		at := 0
		if _, err := run.Resume(&at); err != nil {
			return err
		}
		resumed = append(resumed, at)
		if at == 5 {
			return nil
		}
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return run.ProgressIn(ctx, tx, int64(at+1), 5, at+1) }))
		return errors.New("broken off")
	})
	x := add(t, db, job.Job{Kind: "import", MaxAttempts: 2})
	for range 6 {
		must(t, q.Drain(t.Context()))
		fake.Advance(time.Second) // always the first wait, since there was progress
	}
	if want := []int{0, 1, 2, 3, 4, 5}; !reflect.DeepEqual(resumed, want) {
		t.Errorf("resumed at %v, want %v", resumed, want)
	}
	if s := get(t, db, x); s.State != job.Done || s.Done != 5 || s.Total != 5 || s.Err != nil {
		t.Errorf("%+v", s)
	}
}

func TestLimitOfAKind(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Workers = 4
	now, most := make(chan int, 1), 0
	now <- 0
	count := func(by int) {
		n := <-now + by
		most = max(most, n)
		now <- n
	}
	q.Handle("import", func(context.Context, *job.Run) error {
		count(1)
		time.Sleep(3 * time.Millisecond)
		count(-1)
		return nil
	})
	q.Limit("import", 1)
	q.Handle("other", func(context.Context, *job.Run) error { return nil })
	var last id.ID
	for range 20 {
		add(t, db, job.Job{Kind: "other"})
		last = add(t, db, job.Job{Kind: "import"})
	}
	start(t, q)
	await(t, db, last, job.Done)
	<-now
	if most != 1 {
		t.Errorf("%d imports at the same time", most)
	}
}

func TestList(t *testing.T) {
	db := dbtest.Open(t)
	q := newQueue(t, db)
	q.Handle("a", func(context.Context, *job.Run) error { return nil })
	first := add(t, db, job.Job{Kind: "a", By: 1})
	must(t, q.Drain(t.Context()))
	second := add(t, db, job.Job{Kind: "a", By: 2})
	third := add(t, db, job.Job{Kind: "b", By: 2})
	for _, c := range []struct {
		filter job.Filter
		want   []id.ID
	}{
		{job.Filter{}, []id.ID{third, second, first}},
		{job.Filter{Limit: 2}, []id.ID{third, second}},
		{job.Filter{Before: second}, []id.ID{first}},
		{job.Filter{Kind: "a"}, []id.ID{second, first}},
		{job.Filter{State: job.Done}, []id.ID{first}},
		{job.Filter{By: 2, Kind: "a"}, []id.ID{second}},
		{job.Filter{By: 3}, nil},
	} {
		var got []id.ID
		must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error {
			all, err := job.List(t.Context(), tx, c.filter)
			for _, s := range all {
				got = append(got, s.ID)
			}
			return err
		}))
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.filter, got, c.want)
		}
	}
}

func TestGetMissing(t *testing.T) {
	db := dbtest.Open(t)
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		_, err := job.Get(t.Context(), tx, 12)
		return err
	})
	if !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := cancel(t, db, 12); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
