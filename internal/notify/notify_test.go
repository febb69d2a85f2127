package notify_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// people adds users to a fresh database.
func people(t testing.TB, db *sqldb.DB, n int) []id.ID {
	t.Helper()
	users := make([]id.ID, n)
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for i := range users {
			users[i] = tx.NewID()
			_, err := tx.Exec(t.Context(), `INSERT INTO account (id, version, login, name, created_at, updated_at) VALUES (?, 1, ?, ?, ?, ?)`,
				users[i], fmt.Sprint("user", i), fmt.Sprint("User ", i), tx.Now, tx.Now)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return users
}

func tell(t testing.TB, db *sqldb.DB, notes ...notify.Note) {
	t.Helper()
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error { return notify.Tell(t.Context(), tx, notes...) }))
}

func all(t testing.TB, db *sqldb.DB, to id.ID) (out []*notify.Told) {
	t.Helper()
	must(t, db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		out, err = notify.Since(t.Context(), tx, to, 0, 100_000)
		return err
	}))
	return out
}

func TestToldOnce(t *testing.T) {
	db := dbtest.Open(t)
	users := people(t, db, 2)
	note := notify.Note{To: users[0], Kind: "nudge", Key: "nudge:1", Text: "notify.nudge", Params: map[string]any{"minutes": 90}}
	other := note
	other.To = users[1]
	tell(t, db, note, note, other)
	tell(t, db, note)
	for _, user := range users {
		if got := all(t, db, user); len(got) != 1 || got[0].Key != "nudge:1" || got[0].Params["minutes"] != 90.0 || got[0].At.IsZero() {
			t.Errorf("told %+v", got)
		}
	}
}

func TestRolledBackIsNotTold(t *testing.T) {
	db := dbtest.Open(t)
	user := people(t, db, 1)[0]
	rang := notify.Listen()
	failed := errors.New("no")
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		if err := notify.Tell(t.Context(), tx, notify.Note{To: user, Kind: "nudge", Key: "a", Text: "notify.nudge"}); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
		err := tx.Try(t.Context(), func() error {
			must(t, notify.Tell(t.Context(), tx, notify.Note{To: user, Kind: "nudge", Key: "b", Text: "notify.nudge"}))
			return failed
		})
		if !errors.Is(err, failed) {
			t.Error(err)
		}
		return nil
	}))
	if got := all(t, db, user); len(got) != 0 {
		t.Errorf("told %d", len(got))
	}
	select {
	case <-rang:
		t.Error("the bell rang for nothing")
	default:
	}
	tell(t, db, notify.Note{To: user, Kind: "nudge", Key: "c", Text: "notify.nudge"})
	<-rang
}

func TestIncompleteNotesAreRefused(t *testing.T) {
	db := dbtest.Open(t)
	user := people(t, db, 1)[0]
	for _, n := range []notify.Note{
		{Kind: "nudge", Key: "k", Text: "t"},
		{To: user, Key: "k", Text: "t"},
		{To: user, Kind: "nudge", Text: "t"},
		{To: user, Kind: "nudge", Key: "k"},
		{To: user, Kind: "nudge", Key: "k", Text: "t", Entity: "thing"},
	} {
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return notify.Tell(t.Context(), tx, n) }); err == nil {
			t.Errorf("%+v was told", n)
		}
	}
}

// TestNobodyMissesASmallerNumber: who has seen the newest number has seen every note below it, however many tell at once,
// and whatever the clock says.
func TestNobodyMissesASmallerNumber(t *testing.T) {
	now := clock.NewFake(time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC))
	o := dbtest.Options(t)
	o.Clock = now
	db := dbtest.OpenWith(t, o)
	users := people(t, db, 3)
	const tellers, each = 6, 25
	var wg sync.WaitGroup
	done := make(chan struct{})
	for w := range tellers {
		wg.Go(func() {
			for i := range each {
				var notes []notify.Note
				for _, user := range users {
					notes = append(notes, notify.Note{To: user, Kind: "nudge", Key: fmt.Sprint(w, "-", i), Text: "notify.nudge"})
				}
				must(t, db.Write(context.Background(), func(tx *sqldb.Tx) error { return notify.Tell(context.Background(), tx, notes...) }))
				now.Advance([]time.Duration{time.Hour, -365 * 24 * time.Hour, 400 * 24 * time.Hour}[i%3])
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	seen := map[string]bool{}
	last := int64(0)
	read := func() {
		must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error {
			got, err := notify.Since(t.Context(), tx, users[0], last, 1000)
			for _, n := range got {
				if seen[n.Key] || n.Seq <= last {
					t.Errorf("%s came again", n.Key)
				}
				seen[n.Key], last = true, n.Seq
			}
			return err
		}))
	}
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		read()
	}
	if len(seen) != tellers*each {
		t.Errorf("%d of %d were seen", len(seen), tellers*each)
	}
}

func TestReading(t *testing.T) {
	db := dbtest.Open(t)
	users := people(t, db, 2)
	for i := range 5 {
		tell(t, db, notify.Note{To: users[0], Kind: "nudge", Key: fmt.Sprint(i), Text: "notify.nudge"},
			notify.Note{To: users[1], Kind: "nudge", Key: fmt.Sprint(i), Text: "notify.nudge"})
	}
	list := all(t, db, users[0])
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
		ctx := t.Context()
		n, err := notify.MarkRead(ctx, tx, users[1], []id.ID{list[0].ID}, true) // somebody else's
		if n != 0 || err != nil {
			t.Error("marked", n, err)
		}
		if n, err = notify.MarkRead(ctx, tx, users[0], []id.ID{list[0].ID, list[1].ID}, true); n != 2 || err != nil {
			t.Error("marked", n, err)
		}
		if n, err = notify.MarkRead(ctx, tx, users[0], []id.ID{list[1].ID}, false); n != 1 || err != nil {
			t.Error("unmarked", n, err)
		}
		n, err = notify.MarkAllRead(ctx, tx, users[0], list[3].Seq)
		if n != 3 || err != nil {
			t.Error("marked", n, err)
		}
		unread, err := notify.Before(ctx, tx, users[0], 1<<62, true, 10)
		if len(unread) != 1 || unread[0].Key != "4" || err != nil {
			t.Error("unread", unread, err)
		}
		page, err := notify.Before(ctx, tx, users[0], list[3].Seq, false, 2)
		if len(page) != 2 || page[0].Key != "2" || page[1].Key != "1" || err != nil {
			t.Error("page", page, err)
		}
		readers, err := notify.Readers(ctx, tx, list[3].Seq, 1<<62)
		if len(readers) != 2 || err != nil {
			t.Error("readers", readers, err)
		}
		return nil
	}))
}

func TestThousandsAtOnce(t *testing.T) {
	db := dbtest.Open(t)
	users := people(t, db, 50)
	notes := make([]notify.Note, 0, 5000)
	for i := range 5000 {
		notes = append(notes, notify.Note{To: users[i%50], Kind: "nudge", Key: fmt.Sprint("bulk:", i), Text: "notify.nudge"})
	}
	tell(t, db, notes...)
	tell(t, db, notes...) // by somebody else, who began at the same time
	if n := len(all(t, db, 0)); n != 5000 {
		t.Errorf("%d notes", n)
	}
}

func TestRegistry(t *testing.T) {
	r := notify.NewRegistry(notify.Kind{Name: "a", Label: i18n.T("甲", "A")}, notify.Kind{Name: "b", Label: i18n.T("乙", "B"), Urgent: true})
	if r.Kind("b") == nil || !r.Kind("b").Urgent || r.Kind("c") != nil || len(r.Kinds()) != 2 {
		t.Error("kinds are not found")
	}
	defer func() {
		if recover() == nil {
			t.Error("two kinds of one name")
		}
	}()
	notify.NewRegistry(notify.Kind{Name: "a", Label: i18n.T("甲", "A")}, notify.Kind{Name: "a", Label: i18n.T("甲", "A")})
}
