package sqldb

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
)

// Dialect is one of the two databases. Whatever they say differently is said by its methods and nowhere else. What they
// say alike needs no method: ON CONFLICT … DO UPDATE, RETURNING, COUNT(*) FILTER (WHERE …), NULLS FIRST/LAST, ||,
// COALESCE, CASE, window functions, WITH RECURSIVE.
type Dialect string

// The databases.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// pick gives the text for the database at hand.
func (d Dialect) pick(sqlite, postgres string) string {
	if d == Postgres {
		return postgres
	}
	return sqlite
}

// JSONText gives an expression for the text stored under key in a column of JSON objects, NULL when it is missing or the
// column is ”.
func (d Dialect) JSONText(column, key string) string {
	return "(NULLIF(" + column + ",'')" + d.pick("", "::jsonb") + "->>" + Quote(key) + ")"
}

// JSONInt is JSONText for whole numbers.
func (d Dialect) JSONInt(column, key string) string {
	return "CAST(" + d.JSONText(column, key) + d.pick(" AS INTEGER)", " AS BIGINT)")
}

// JSONReal is JSONText for numbers.
func (d Dialect) JSONReal(column, key string) string {
	return "CAST(" + d.JSONText(column, key) + d.pick(" AS REAL)", " AS DOUBLE PRECISION)")
}

// JSONHas gives a condition with one placeholder: the JSON array in expr (a column or JSONList) has the text.
func (d Dialect) JSONHas(expr string) string {
	return "EXISTS (SELECT 1 FROM " + d.JSONEach(expr) + " WHERE value = ?)"
}

// JSONEach gives a table with one column "value" for FROM: the texts of the JSON array in expr.
func (d Dialect) JSONEach(expr string) string {
	return d.pick("json_each(NULLIF("+expr+",''))", "jsonb_array_elements_text(NULLIF("+expr+",'')::jsonb) AS elements(value)")
}

// JSONList gives an expression for the array stored under key in a column of JSON objects, as text for JSONHas.
func (d Dialect) JSONList(column, key string) string { return d.JSONText(column, key) }

// Like gives a condition with one placeholder for a pattern made with LikeEscape; ASCII letters match in either case.
func (d Dialect) Like(expr string) string {
	return expr + d.pick(" LIKE ", " ILIKE ") + `? ESCAPE '\'`
}

// LikeEscape takes the meaning from the wildcards in s: Like's argument is, say, "%"+LikeEscape(s)+"%".
func LikeEscape(s string) string { return likeEscaper.Replace(s) }

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// ForUpdate is the tail of a SELECT that keeps its rows from others until the commit. SQLite has one writer anyway.
func (d Dialect) ForUpdate() string { return d.pick("", " FOR UPDATE") }

// SkipLocked is ForUpdate without the rows that others hold, for queues.
func (d Dialect) SkipLocked() string { return d.pick("", " FOR UPDATE SKIP LOCKED") }

// NoIndex writes a column so that SQLite does not choose an index by it: the way to keep OR from becoming a multi-index
// scan with a sort.
func (d Dialect) NoIndex(column string) string { return d.pick("+"+column, column) }

// Greatest gives the largest of expressions that are not NULL.
func (d Dialect) Greatest(exprs ...string) string {
	return d.pick("max", "GREATEST") + "(" + strings.Join(exprs, ", ") + ")"
}

// Least gives the smallest of expressions that are not NULL.
func (d Dialect) Least(exprs ...string) string {
	return d.pick("min", "LEAST") + "(" + strings.Join(exprs, ", ") + ")"
}

// JoinText is the aggregate that strings the texts of a group together.
func (d Dialect) JoinText(expr, separator string) string {
	return d.pick("group_concat(", "string_agg(") + expr + ", " + Quote(separator) + ")"
}

// In gives a condition that expr is among values, and its arguments. It keeps the number of different statements small:
// PostgreSQL has one, SQLite one for each power of two up to 256 and one beyond. No values give a condition that is
// never true.
func In[T ~int64 | ~string](d Dialect, expr string, values []T) (condition string, args []any) {
	switch n := len(values); {
	case n == 0:
		return "1 = 0", nil
	case d == Postgres:
		return expr + " = ANY(?)", []any{array(values)}
	case n > 256:
		list, _ := json.Marshal(array(values)) // numbers and texts always can be written
		return expr + " IN (SELECT value FROM json_each(?))", []any{string(list)}
	}
	size := 1
	for size < len(values) {
		size *= 2
	}
	for i := range size {
		args = append(args, plain(values[min(i, len(values)-1)]))
	}
	return expr + " IN (" + Placeholders(size) + ")", args
}

// array gives values as []int64 or []string.
func array[T ~int64 | ~string](values []T) any {
	var numbers []int64
	var texts []string
	for _, v := range values {
		switch x := plain(v).(type) {
		case int64:
			numbers = append(numbers, x)
		case string:
			texts = append(texts, x)
		}
	}
	if numbers != nil {
		return numbers
	}
	return texts
}

// plain gives v as int64 or string.
func plain[T ~int64 | ~string](v T) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		return r.String()
	} else {
		return r.Int()
	}
}

// Placeholders gives n placeholders with commas between.
func Placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// Quote gives s as an SQL text.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// rewrite turns placeholders into those of the database.
func (d Dialect) rewrite(query string) string {
	if d == Postgres {
		return numbered.get(query)
	}
	return query
}

// quiet gives the context for the driver, which costs less when it never ends. SQLite's never ends for a write, since
// an interrupted one would roll back the whole group it is merged with; for a read it ends in the driver only.
// PostgreSQL's ends when it is another than the one that watch looks after already.
func (tx *Tx) quiet(ctx context.Context) context.Context {
	if tx.db.dialect == SQLite {
		return quietContext{ctx, tx.reads}
	}
	if ctx.Done() == tx.watched {
		return quietContext{ctx, false}
	}
	return ctx
}

// begin starts a transaction that only reads, from one state of the database.
func (tx *Tx) begin() error {
	if tx.db.dialect == Postgres {
		return postgresBegin(tx.conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	}
	_, err := tx.conn.ExecContext(context.Background(), "BEGIN")
	return err
}

// end ends a transaction that only read.
func (tx *Tx) end() error {
	if tx.db.dialect == Postgres {
		return postgresEnd(tx.conn, "ROLLBACK")
	}
	_, err := tx.conn.ExecContext(context.Background(), "ROLLBACK")
	return err
}

// Lock keeps every other transaction that asks for the same key waiting until this one ends: for rules over several rows
// that no unique index can hold. SQLite has one writer anyway.
func (tx *Tx) Lock(ctx context.Context, key string) error {
	if tx.db.dialect == SQLite {
		return nil
	}
	_, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key)
	return err
}

// Column is a column of a table as the database has it.
type Column struct {
	Name    string
	Type    string // INTEGER, TEXT, REAL or BLOB on either database
	NotNull bool
}

// Columns gives the columns of a table in their order; none when there is no such table.
func (tx *Tx) Columns(ctx context.Context, table string) ([]Column, error) {
	rows, err := tx.Query(ctx, tx.db.dialect.pick(
		`SELECT name, type, "notnull" OR pk > 0 FROM pragma_table_info(?) ORDER BY cid`,
		`SELECT column_name, data_type, CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`), table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var columns []Column
	for rows.Next() {
		var c Column
		if err := rows.Scan(&c.Name, &c.Type, &c.NotNull); err != nil {
			return nil, err
		}
		if word, ok := sqliteTypes[c.Type]; ok {
			c.Type = word
		}
		columns = append(columns, c)
	}
	return columns, rows.Err()
}

// Tables gives the names of the tables, sorted.
func (tx *Tx) Tables(ctx context.Context) ([]string, error) {
	rows, err := tx.Query(ctx, tx.db.dialect.pick(
		`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`,
		`SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
		ORDER BY table_name COLLATE "C"`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// PostgreSQL's names of the types that the migrations write in SQLite's words.
var sqliteTypes = map[string]string{"bigint": "INTEGER", "text": "TEXT", "double precision": "REAL", "bytea": "BLOB"}
