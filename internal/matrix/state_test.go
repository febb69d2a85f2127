package matrix

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// state is the database as it was when the company was set up. It tells what has changed since, and undoes it. It goes to
// the database beside the program, so that it sees what the program wrote and nothing that the program says it wrote.
type state struct {
	w       *world
	store   stateStore
	tables  []string
	keys    map[string][]string // by table
	rows    map[string]row      // by table and key
	version int64               // of people, as it stands; grows with each return to other people, so that nobody is remembered
}

// stateStore is what differs between the databases.
type stateStore interface {
	// tables gives the tables and their keys, apart from the search index.
	tables(ctx context.Context) (map[string][]string, error)
	query(ctx context.Context, query string) (*sql.Rows, error)
	// mark changes whenever somebody may have written.
	mark(ctx context.Context) (string, error)
	// reset brings changed rows, and the search index, back as they were; version becomes that of people.
	reset(ctx context.Context, changes []rowChange, version int64) error
	close() error
}

// unseen are tables that say nothing of anybody: what changed, they count.
var unseen = []string{"access_version", "schema_version"}

// row is a row of a table: column → value as text.
type row struct {
	table, key string
	values     map[string]string
}

// rowChange is a row that was added, removed or changed.
type rowChange struct {
	table, key string
	old, new   map[string]string // nil for none
}

func (c rowChange) added() bool   { return c.old == nil }
func (c rowChange) removed() bool { return c.new == nil }

// columns gives the columns whose values differ.
func (c rowChange) columns() []string {
	var out []string
	for name := range c.new {
		if c.old == nil || c.old[name] != c.new[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (c rowChange) String() string {
	switch {
	case c.added():
		return "new row in " + c.table + " " + fmt.Sprint(c.new)
	case c.removed():
		return "row gone from " + c.table + " " + fmt.Sprint(c.old)
	}
	var parts []string
	for _, name := range c.columns() {
		parts = append(parts, fmt.Sprintf("%s %q → %q", name, c.old[name], c.new[name]))
	}
	return c.table + " " + c.key + ": " + strings.Join(parts, ", ")
}

func newState(w *world) *state {
	w.t.Helper()
	var store stateStore
	var err error
	if w.db == "" {
		store, err = newSQLiteStore(w.t.Context(), w.dir)
	} else {
		store, err = newPostgresStore(w.t.Context(), w.db)
	}
	w.must(err)
	w.t.Cleanup(func() {
		if err := store.close(); err != nil {
			w.t.Error(err)
		}
	})
	s := &state{w: w, store: store, keys: map[string][]string{}, version: 1_000_000}
	keys, err := store.tables(w.t.Context())
	w.must(err)
	for _, table := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(unseen, table) {
			s.tables, s.keys[table] = append(s.tables, table), keys[table]
		}
	}
	s.rows = s.read()
	if len(s.tables) < 10 || len(s.rows) < 100 {
		w.t.Fatalf("only %d tables with %d rows are compared", len(s.tables), len(s.rows))
	}
	return s
}

// read reads every row.
func (s *state) read() map[string]row {
	s.w.t.Helper()
	all := map[string]row{}
	for _, table := range s.tables {
		s.readTable(table, all)
	}
	return all
}

func (s *state) readTable(table string, into map[string]row) {
	s.w.t.Helper()
	rows, err := s.store.query(s.w.t.Context(), "SELECT * FROM "+table)
	s.w.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	s.w.must(err)
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		s.w.must(rows.Scan(dest...))
		r := row{table: table, values: make(map[string]string, len(columns))}
		for i, name := range columns {
			r.values[name] = textOf(values[i])
		}
		for _, name := range s.keys[table] {
			r.key += r.values[name] + " "
		}
		into[table+" "+r.key] = r
	}
	s.w.must(rows.Err())
}

func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}

// changes gives what is not as it was.
func (s *state) changes() []rowChange {
	s.w.t.Helper()
	now := s.read()
	var out []rowChange
	for at, r := range now {
		old, there := s.rows[at]
		switch {
		case !there:
			out = append(out, rowChange{r.table, r.key, nil, r.values})
		case !maps.Equal(old.values, r.values):
			out = append(out, rowChange{r.table, r.key, old.values, r.values})
		}
	}
	for at, r := range s.rows {
		if _, there := now[at]; !there {
			out = append(out, rowChange{r.table, r.key, r.values, nil})
		}
	}
	slices.SortFunc(out, func(a, b rowChange) int { return strings.Compare(a.table+a.key, b.table+b.key) })
	return out
}

// mark gives a mark that changes whenever something was written.
func (s *state) mark() string {
	s.w.t.Helper()
	mark, err := s.store.mark(s.w.t.Context())
	s.w.must(err)
	return mark
}

// since gives what changed since a mark was taken; nothing without looking when nobody wrote.
func (s *state) since(mark string) []rowChange {
	if s.mark() == mark {
		return nil
	}
	return s.changes()
}

// reset undoes changes and makes the program forget what it remembers of people and fields.
func (s *state) reset(changes []rowChange) {
	s.w.t.Helper()
	if len(changes) == 0 {
		return
	}
	people := slices.ContainsFunc(changes, func(c rowChange) bool { return slices.Contains(remembered, c.table) })
	if people {
		s.version += 1000
	}
	s.w.must(s.store.reset(s.w.t.Context(), changes, s.version))
	if people {
		s.w.must(s.w.forget())
		s.version++ // which forgetting counted
	}
}

// remembered are the tables of which the program remembers what it read.
var remembered = []string{
	"account", "role", "department", "session", "api_token", "credential", "setting", "choice", "custom_field",
}
