package sqldb_test

import (
	"fmt"
	"testing"

	"genjin/internal/sqldb"
)

func TestInsertMany(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	insert := func(first, n int, code string) error {
		rows := make([][]any, n)
		for i := range rows {
			rows[i] = []any{first + i, fmt.Sprint(code, i), ""}
		}
		return db.WriteAlone(ctx, func(tx *sqldb.Tx) error {
			return tx.InsertMany(ctx, "entry", []string{"id", "code", "part"}, rows)
		})
	}
	total := int64(0)
	for _, n := range []int{0, 1, 166, 167, 1000} {
		must(t, insert(int(total)+1, n, fmt.Sprintf("%d-", n)))
		total += int64(n)
		if got := number(t, db, "SELECT COUNT(*) FROM entry"); got != total {
			t.Fatalf("%d rows, want %d", got, total)
		}
	}
	for first, want := range map[int]string{10_000: "code", 1: "id"} {
		err := insert(first, 1000, "1000-")
		if column, ok := sqldb.UniqueViolation(err); !ok || column != want && want == "code" {
			t.Errorf("%v: column %q, want %q", err, column, want)
		}
	}
	if got := number(t, db, "SELECT COUNT(*) FROM entry"); got != total {
		t.Errorf("%d rows after the collisions, want %d", got, total)
	}
}

func TestInsertManyStoresValuesLikeExec(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		return tx.InsertMany(ctx, "counter", []string{"id", "n"}, [][]any{
			{tx.NewID(), true}, {tx.NewID(), tx.Now}, {int64(7), 1}, {8, int32(2)},
		})
	}))
	if n := number(t, db, "SELECT COUNT(*) FROM counter WHERE n = 1 OR n > 1000000000000 OR id IN (7, 8)"); n != 4 {
		t.Errorf("%d found", n)
	}
}
