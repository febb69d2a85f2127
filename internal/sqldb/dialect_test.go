package sqldb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Every expression that differs between the databases gives the same answer on both.
func TestExpressionsMeanTheSame(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	d := db.Dialect()
	script(t, db, `CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT NOT NULL DEFAULT '') STRICT;
		INSERT INTO doc (id, body) VALUES (1, '{"name":"a\"b","n":42,"r":1.5,"tags":["x","y"]}'), (2, ''), (3, '{}'), (4, '["x","z"]')`)
	for _, c := range []struct {
		query string
		args  []any
		want  string
	}{
		{"SELECT " + d.JSONText("body", "name") + " FROM doc WHERE id = 1", nil, `a"b`},
		{"SELECT COALESCE(" + d.JSONText("body", "name") + ", 'none') FROM doc WHERE id = 2", nil, "none"},
		{"SELECT COALESCE(" + d.JSONText("body", "it's") + ", 'none') FROM doc WHERE id = 1", nil, "none"},
		{"SELECT " + d.JSONInt("body", "n") + " + 1 FROM doc WHERE id = 1", nil, "43"},
		{"SELECT " + d.JSONReal("body", "r") + " * 2 FROM doc WHERE id = 1", nil, "3"},
		{"SELECT COUNT(*) FROM doc WHERE id IN (2, 4) AND " + d.JSONHas("body"), []any{"x"}, "1"},
		{"SELECT COUNT(*) FROM doc WHERE id <= 3 AND " + d.JSONHas(d.JSONText("body", "tags")), []any{"y"}, "1"},
		{"SELECT COUNT(*) FROM doc WHERE " + d.Like("body"), []any{"%" + sqldb.LikeEscape(`"NAME"`) + "%"}, "1"},
		{"SELECT COUNT(*) FROM doc WHERE " + d.Like("body"), []any{"%" + sqldb.LikeEscape("%") + "%"}, "0"},
		{"SELECT " + d.Greatest("1", "3", "2") + " - " + d.Least("1", "3", "2"), nil, "2"},
		{"SELECT COUNT(*) FROM doc WHERE " + d.NoIndex("id") + " = 1" + d.SkipLocked(), nil, "1"},
		{"SELECT " + d.JoinText("body", "|") + " FROM doc WHERE id IN (2, 3)", nil, "|{}"},
	} {
		var got string
		query := strings.ReplaceAll(c.query, "COUNT(*) FROM doc WHERE "+d.NoIndex("id")+" = 1", "id FROM doc WHERE "+d.NoIndex("id")+" = 1")
		err := db.Write(ctx, func(tx *sqldb.Tx) error { return tx.QueryRow(ctx, query, c.args...).Scan(&got) })
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", query, got, err, c.want)
		}
	}
}

func TestInFindsWhatIsListed(t *testing.T) {
	db := withCounter(t)
	script(t, db, `INSERT INTO entry (id, code) VALUES (1, 'a'), (2, 'b'), (3, 'c')`)
	many := make([]id.ID, 1000)
	for i := range many {
		many[i] = id.ID(i + 2)
	}
	for _, list := range [][]id.ID{nil, {2}, {1, 2, 3}, {1, 2, 3, 4, 5}, many} {
		condition, args := sqldb.In(db.Dialect(), "id", list)
		want := 0
		for i := range 3 {
			if slices.Contains(list, id.ID(i+1)) {
				want++
			}
		}
		if n := number(t, db, "SELECT COUNT(*) FROM entry WHERE "+condition, args...); n != int64(want) {
			t.Errorf("%d listed: %d found, want %d", len(list), n, want)
		}
	}
	type code string
	condition, args := sqldb.In(db.Dialect(), "code", []code{"a", "c", "it's"})
	if n := number(t, db, "SELECT COUNT(*) FROM entry WHERE "+condition, args...); n != 2 {
		t.Errorf("%d found by text", n)
	}
}

func TestColumnsAndTables(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	script(t, db, `CREATE TABLE kinds (id INTEGER PRIMARY KEY, t TEXT NOT NULL, r REAL, b BLOB) STRICT`)
	must(t, db.Read(ctx, func(tx *sqldb.Tx) error {
		columns, err := tx.Columns(ctx, "kinds")
		must(t, err)
		if got := fmt.Sprint(columns); got != "[{id INTEGER true} {t TEXT true} {r REAL false} {b BLOB false}]" {
			t.Error(got)
		}
		tables, err := tx.Tables(ctx)
		must(t, err)
		if !slices.Contains(tables, "kinds") || !slices.IsSorted(tables) {
			t.Error(tables)
		}
		return nil
	}))
}

func TestTextSortsByItsBytes(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	script(t, db, `INSERT INTO entry (id, code) VALUES (1, 'b'), (2, 'B'), (3, 'a'), (4, '中'), (5, 'A'), (6, '_')`)
	var order []string
	must(t, db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, "SELECT code FROM entry ORDER BY code")
		must(t, err)
		defer rows.Close()
		for rows.Next() {
			var code string
			must(t, rows.Scan(&code))
			order = append(order, code)
		}
		return rows.Err()
	}))
	if !slices.IsSorted(order) {
		t.Error(order)
	}
}

func TestDDL(t *testing.T) {
	const text = `CREATE TABLE a ( -- an INTEGER? a BLOB?
	id INTEGER PRIMARY KEY, n integer NOT NULL, t TEXT NOT NULL DEFAULT 'TEXT', r REAL, b BLOB, "TEXT" TEXT
) STRICT, WITHOUT ROWID;
SELECT CAST(n AS TEXT), CAST(t AS INTEGER) FROM a;`
	const want = `CREATE TABLE a ( -- an INTEGER? a BLOB?
	id BIGINT PRIMARY KEY, n BIGINT NOT NULL, t TEXT COLLATE "C" NOT NULL DEFAULT 'TEXT', r DOUBLE PRECISION, b BYTEA, "TEXT" TEXT COLLATE "C"
);
SELECT CAST(n AS TEXT), CAST(t AS BIGINT) FROM a;`
	if got := sqldb.Postgres.DDL(text); got != want {
		t.Error(got)
	}
	if sqldb.SQLite.DDL(text) != text {
		t.Error("SQLite's words were changed")
	}
}
