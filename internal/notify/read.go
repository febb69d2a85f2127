package notify

import (
	"context"
	"encoding/json"
	"fmt"

	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Told is a note as it stands.
type Told struct {
	Note
	ID      id.ID
	Seq     int64         // its place in the order in which notes were committed
	Created clock.Instant // when it was said
	Read    clock.Instant // missing while it is unread
}

const toldColumns = "id, seq, to_id, kind, key, sentence, params, by_id, entity, record_id, page, urgent, at, created_at, read_at"

// Last gives the number of the newest note; every note that is committed later has a greater one.
func Last(ctx context.Context, tx *sqldb.Tx) (last int64, err error) {
	err = tx.QueryRow(ctx, `SELECT last FROM note_feed`).Scan(&last)
	return last, err
}

// Since gives the notes after a number, oldest first; to zero for everybody's.
func Since(ctx context.Context, tx *sqldb.Tx, to id.ID, after int64, limit int) ([]*Told, error) {
	if to == 0 {
		return query(ctx, tx, `WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
	}
	return query(ctx, tx, `WHERE to_id = ? AND seq > ? ORDER BY seq LIMIT ?`, to, after, limit)
}

// Before gives a user's notes before a number, newest first; with unread only those not read yet.
func Before(ctx context.Context, tx *sqldb.Tx, to id.ID, seq int64, unread bool, limit int) ([]*Told, error) {
	where := `WHERE to_id = ? AND seq < ?`
	if unread {
		where += ` AND read_at IS NULL`
	}
	return query(ctx, tx, where+` ORDER BY seq DESC LIMIT ?`, to, seq, limit)
}

// Some gives the notes with these ids, in the order in which they were told.
func Some(ctx context.Context, tx *sqldb.Tx, ids []id.ID) ([]*Told, error) {
	where, args := sqldb.In(tx.Dialect(), "id", ids)
	return query(ctx, tx, `WHERE `+where+` ORDER BY seq`, args...)
}

// Readers gives who was told something after one number and up to another.
func Readers(ctx context.Context, tx *sqldb.Tx, after, upTo int64) ([]id.ID, error) {
	return tx.IDs(ctx, `SELECT DISTINCT to_id FROM note WHERE seq > ? AND seq <= ?`, after, upTo)
}

// MarkRead marks notes of a user as read, or as unread again, and gives how many that changed.
func MarkRead(ctx context.Context, tx *sqldb.Tx, to id.ID, ids []id.ID, read bool) (int64, error) {
	where, args := sqldb.In(tx.Dialect(), "id", ids)
	if read {
		return tx.Exec(ctx, `UPDATE note SET read_at = ? WHERE to_id = ? AND read_at IS NULL AND `+where, append([]any{tx.Now, to}, args...)...)
	}
	return tx.Exec(ctx, `UPDATE note SET read_at = NULL WHERE to_id = ? AND read_at IS NOT NULL AND `+where, append([]any{to}, args...)...)
}

// MarkAllRead marks what a user was told up to a number as read.
func MarkAllRead(ctx context.Context, tx *sqldb.Tx, to id.ID, upTo int64) (int64, error) {
	return tx.Exec(ctx, `UPDATE note SET read_at = ? WHERE to_id = ? AND read_at IS NULL AND seq <= ?`, tx.Now, to, upTo)
}

func query(ctx context.Context, tx *sqldb.Tx, tail string, args ...any) (out []*Told, err error) {
	rows, err := tx.Query(ctx, "SELECT "+toldColumns+" FROM note "+tail, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		n := &Told{}
		var params string
		var at clock.Instant
		err := rows.Scan(&n.ID, &n.Seq, &n.To, &n.Kind, &n.Key, &n.Text, &params, &n.By, &n.Entity, &n.Record, &n.Page, &n.Urgent,
			&at, &n.Created, &n.Read)
		if err != nil {
			return nil, err
		}
		n.At = at.Time
		if err := json.Unmarshal([]byte(params), &n.Params); err != nil {
			return nil, fmt.Errorf("notify: damaged note %s: %w", n.ID, err)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
