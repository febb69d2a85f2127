// Package audit keeps the change log: who changed what, when and through which door. Entries are written in the
// transaction of the change and never edited.
package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Origin is the door a change came through.
type Origin string

// The doors.
const (
	Screen Origin = "screen"
	API    Origin = "api"
	Import Origin = "import"
	Rule   Origin = "rule"
	CLI    Origin = "cli"
	Undo   Origin = "undo"
	Demo   Origin = "demo"
	DAV    Origin = "dav"  // a calendar or address book of a phone
	Form   Origin = "form" // a form on the web, sent by a visitor
)

// Action is what was done: create, update, archive, restore, delete, share, or the name of an action of the entity.
type Action string

// Export says that records of an entity were taken out. Its entry names no record; its changes say how many, which
// fields and by which filter.
const Export Action = "export"

// Change is one field's old and new stored value; nil or "" for none.
type Change struct {
	Field string `json:"f"`
	Old   any    `json:"o,omitempty"`
	New   any    `json:"n,omitempty"`
}

// Entry is one line of the log.
type Entry struct {
	ID       id.ID
	At       clock.Instant
	User     id.ID // zero for parts of the program, which UserName then names
	UserName string
	Origin   Origin
	Batch    id.ID // the import or bulk operation it belongs to; zero for none
	Entity   string
	Record   id.ID
	Action   Action
	Changes  []Change
}

var columns = []string{"id", "at", "user_id", "user_name", "origin", "batch_id", "entity", "record_id", "action", "changes"}

const selected = "id, at, user_id, user_name, origin, batch_id, entity, record_id, action, changes"

// Write adds entries.
func Write(ctx context.Context, tx *sqldb.Tx, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		changes, err := encode(e.Changes)
		if err != nil {
			return err
		}
		rows[i] = []any{
			int64(e.ID), e.At.UnixMilli(), nullable(e.User), e.UserName, string(e.Origin), nullable(e.Batch), e.Entity,
			int64(e.Record), string(e.Action), changes,
		}
	}
	return tx.InsertMany(ctx, "audit_entry", columns, rows)
}

func nullable(x id.ID) any {
	if x == 0 {
		return nil
	}
	return int64(x)
}

func encode(changes []Change) (string, error) {
	if len(changes) == 0 {
		return "", nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(changes); err != nil {
		return "", fmt.Errorf("audit: %w", err)
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}

// OfRecord gives the entries of a record older than before (zero: from the newest), newest first, at most limit.
func OfRecord(ctx context.Context, tx *sqldb.Tx, record, before id.ID, limit int) ([]Entry, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return list(ctx, tx, `SELECT `+selected+` FROM audit_entry WHERE record_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
		int64(record), int64(before), limit)
}

// OfRecordBy gives the entries of a record from before a moment and, of those of that moment, older than before, the latest
// first, at most limit. It is the order of OfRecord unless entries were written later than what they tell of.
func OfRecordBy(ctx context.Context, tx *sqldb.Tx, record id.ID, at time.Time, before id.ID, limit int) ([]Entry, error) {
	return list(ctx, tx, `SELECT `+selected+` FROM audit_entry WHERE record_id = ? AND (at < ? OR at = ? AND id < ?) ORDER BY at DESC, id DESC LIMIT ?`,
		int64(record), at.UnixMilli(), at.UnixMilli(), int64(before), limit)
}

// OfBatch gives the entries of an import or bulk operation older than before, newest first, at most limit.
func OfBatch(ctx context.Context, tx *sqldb.Tx, batch, before id.ID, limit int) ([]Entry, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return list(ctx, tx, `SELECT `+selected+` FROM audit_entry WHERE batch_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
		int64(batch), int64(before), limit)
}

func list(ctx context.Context, tx *sqldb.Tx, query string, args ...any) ([]Entry, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		var e Entry
		var changes string
		err := rows.Scan(&e.ID, &e.At, &e.User, &e.UserName, &e.Origin, &e.Batch, &e.Entity, &e.Record, &e.Action, &changes)
		if err != nil {
			return nil, err
		}
		if e.Changes, err = decode(changes); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func decode(text string) ([]Change, error) {
	if text == "" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var changes []Change
	if err := d.Decode(&changes); err != nil {
		return nil, fmt.Errorf("audit: damaged entry: %w", err)
	}
	for i := range changes {
		changes[i].Old, changes[i].New = plain(changes[i].Old), plain(changes[i].New)
	}
	return changes, nil
}

func plain(v any) any {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64() // a number that JSON wrote and no integer
	return f
}

// MadeBefore gives the records of an entity that an operation made, the newest first, by entries older than before (zero:
// from the newest), at most limit; last is the entry to go on before.
func MadeBefore(ctx context.Context, tx *sqldb.Tx, batch id.ID, entity string, before id.ID, limit int) (made []id.ID, last id.ID, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	rows, err := tx.Query(ctx, `SELECT id, record_id FROM audit_entry WHERE batch_id = ? AND id < ? AND entity = ? AND action = 'create'
		ORDER BY id DESC LIMIT ?`, batch, before, entity, limit)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var x id.ID
		if err := rows.Scan(&last, &x); err != nil {
			return nil, 0, err
		}
		made = append(made, x)
	}
	return made, last, rows.Err()
}

// Made gives the records of an entity that an operation made.
func Made(ctx context.Context, tx *sqldb.Tx, batch id.ID, entity string) (map[id.ID]bool, error) {
	rows, err := tx.Query(ctx, `SELECT record_id FROM audit_entry WHERE batch_id = ? AND entity = ? AND action = 'create'`, batch, entity)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	made := map[id.ID]bool{}
	for rows.Next() {
		var x id.ID
		if err := rows.Scan(&x); err != nil {
			return nil, err
		}
		made[x] = true
	}
	return made, rows.Err()
}

// Filter chooses entries of the log; a zero field chooses all.
type Filter struct {
	Entities []string // any of these
	Action   Action
	Origin   Origin
	User     id.ID
	Record   id.ID
	Batch    id.ID
	From, To time.Time // from From on and before To
}

// List gives the entries that a filter chooses older than before (zero: from the newest), newest first, at most limit.
func List(ctx context.Context, tx *sqldb.Tx, f Filter, before id.ID, limit int) ([]Entry, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	where, args := "id < ?", []any{int64(before)}
	add := func(present bool, condition string, value any) {
		if present {
			where, args = where+" AND "+condition, append(args, value)
		}
	}
	if len(f.Entities) > 0 {
		where += " AND entity IN (?" + strings.Repeat(", ?", len(f.Entities)-1) + ")"
		for _, name := range f.Entities {
			args = append(args, name)
		}
	}
	add(f.Action != "", "action = ?", string(f.Action))
	add(f.Origin != "", "origin = ?", string(f.Origin))
	add(f.User != 0, "user_id = ?", int64(f.User))
	add(f.Record != 0, "record_id = ?", int64(f.Record))
	add(f.Batch != 0, "batch_id = ?", int64(f.Batch))
	add(!f.From.IsZero(), "at >= ?", f.From.UnixMilli())
	add(!f.To.IsZero(), "at < ?", f.To.UnixMilli())
	return list(ctx, tx, "SELECT "+selected+" FROM audit_entry WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
}
