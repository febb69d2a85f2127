package audit_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

var at = clock.At(time.Date(2026, 3, 10, 2, 0, 0, 5e6, time.UTC))

func entry(x id.ID, batch, record id.ID, changes ...audit.Change) audit.Entry {
	return audit.Entry{ID: x, At: at, User: 7, UserName: "王芳", Origin: audit.Screen, Batch: batch, Entity: "thing", Record: record, Action: "create", Changes: changes}
}

func TestEntriesSurviveTheDatabase(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t)
	entries := []audit.Entry{
		entry(1, 0, 50),
		entry(2, 9, 50, audit.Change{Field: "a", Old: "", New: "<甲> & \"乙\"\n\u2028"}, audit.Change{Field: "b", Old: nil, New: int64(9_007_199_254_740_993)}),
		entry(3, 9, 51, audit.Change{Field: "c", Old: int64(-1), New: nil}, audit.Change{Field: "d", Old: 1.5, New: int64(0)}),
		{ID: 4, At: at, UserName: "系统", Origin: audit.Rule, Batch: 9, Entity: "other", Record: 52, Action: "update"},
	}
	read := func(fn func(tx *sqldb.Tx) ([]audit.Entry, error)) (out []audit.Entry) {
		t.Helper()
		err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
			out, err = fn(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, batch := range [][]audit.Entry{entries, nil} {
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return audit.Write(t.Context(), tx, batch) }); err != nil {
			t.Fatal(err)
		}
	}
	var got []audit.Entry
	for _, x := range []id.ID{52, 51, 50} {
		got = append(got, read(func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfRecord(t.Context(), tx, x, 0, 10) })...)
	}
	slices.Reverse(got)
	if !reflect.DeepEqual(got, entries) {
		t.Errorf("read back:\n got %+v\nwant %+v", got, entries)
	}
	ids := func(entries []audit.Entry) (out []id.ID) {
		for _, e := range entries {
			out = append(out, e.ID)
		}
		return out
	}
	for _, c := range []struct {
		of    func(tx *sqldb.Tx) ([]audit.Entry, error)
		want  []id.ID
		named string
	}{
		{func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfRecord(t.Context(), tx, 50, 0, 1) }, []id.ID{2}, "the newest"},
		{func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfRecord(t.Context(), tx, 50, 2, 9) }, []id.ID{1}, "before it"},
		{func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfRecord(t.Context(), tx, 99, 0, 9) }, nil, "of nothing"},
		{func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfBatch(t.Context(), tx, 9, 0, 9) }, []id.ID{4, 3, 2}, "of a batch"},
		{func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfBatch(t.Context(), tx, 9, 4, 1) }, []id.ID{3}, "of a batch, before"},
		{func(tx *sqldb.Tx) ([]audit.Entry, error) { return audit.OfBatch(t.Context(), tx, 0, 0, 9) }, nil, "of no batch"},
	} {
		if got := ids(read(c.of)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.named, got, c.want)
		}
	}
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		made, err := audit.Made(t.Context(), tx, 9, "thing")
		if !reflect.DeepEqual(made, map[id.ID]bool{50: true, 51: true}) {
			t.Errorf("made: %v", made)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestADamagedEntryIsTold(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t)
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		if err := audit.Write(t.Context(), tx, []audit.Entry{entry(1, 0, 50)}); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `UPDATE audit_entry SET changes = '[{'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx *sqldb.Tx) error {
		_, err := audit.OfRecord(t.Context(), tx, 50, 0, 1)
		return err
	})
	if err == nil {
		t.Error("a damaged entry is read as a whole one")
	}
}
