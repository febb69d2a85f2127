// Package notify tells people things, each once. A note is a row, written in the transaction of what it tells of, so
// that it exists exactly when that was committed; whoever tells the same again, after a crash or beside others, changes
// nothing. What goes out of the house (push, mail, chat groups) is worked out from the notes afterwards, by others.
//
// A note never holds what a record is called: that is looked up when the note is read, under the reader's permissions.
package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"genjin/internal/bell"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Note is something that one person is told.
type Note struct {
	To   id.ID  // who is told
	Kind string // a registered kind; people choose by kind how they are told
	Key  string // what it is, among all that To is told: the same is told once, ever
	// Text is the key of a sentence. It may name {title}, what the record is called, {who}, the name of By, and {kind}, the
	// label of the kind, which are filled in when it is read; the others are of Params.
	Text string
	// Params are plain values. A text that is an RFC 3339 time is shown in the company's zone; a number is shown as it is,
	// but as a length of time, such as 2 天 3 小时, when its name ends in "minutes".
	Params map[string]any
	By     id.ID  // whose doing it is; zero for the program's
	Entity string // what it is about; "" for nothing one could open
	Record id.ID
	Page   string    // the path of the page that it opens; "" for the record's
	At     time.Time // when it had to be said; zero for now. Said much later, it goes out together with others
	Urgent bool      // quiet hours do not hold it back
}

// told is rung after the commit of every Tell in this process, whichever database it was for: to who listens for another
// one it means one needless look.
var told bell.Bell

// Listen gives a channel that is closed when somebody is told something in this process. Who listens first and looks
// afterwards misses nothing that was told here.
func Listen() <-chan struct{} { return told.Listen() }

// Tell tells notes within a transaction: rolled back, they were never told. Give it many at once. Those that were told
// before are left out. Open pages of this process hear of them once they are committed, those of others within a second.
func Tell(ctx context.Context, tx *sqldb.Tx, notes ...Note) error {
	if len(notes) == 0 {
		return nil
	}
	rows := make([][]any, len(notes))
	for i := range notes {
		row, err := notes[i].row(tx)
		if err != nil {
			return err
		}
		rows[i] = row
	}
	// As late as can be: from here to the commit others who tell have to wait for their numbers.
	tx.BeforeCommit(func(ctx context.Context) error { return insert(ctx, tx, rows) })
	return nil
}

const columns = "seq, id, to_id, kind, key, sentence, params, by_id, entity, record_id, page, urgent, at, created_at"

// row gives the values of the columns; the first, seq, is missing yet.
func (n *Note) row(tx *sqldb.Tx) ([]any, error) {
	if n.To == 0 || n.Kind == "" || n.Key == "" || n.Text == "" {
		return nil, fmt.Errorf("notify: a note lacks its reader, kind, key or text: %+v", *n)
	}
	if (n.Entity == "") != (n.Record == 0) {
		return nil, errors.New("notify: entity and record are given together: " + n.Key)
	}
	params := []byte("{}")
	if len(n.Params) > 0 {
		var err error
		if params, err = json.Marshal(n.Params); err != nil {
			return nil, fmt.Errorf("notify: %w", err)
		}
	}
	at := n.At
	if at.IsZero() {
		at = tx.Now
	}
	return []any{
		nil, tx.NewID(), n.To, n.Kind, n.Key, n.Text, string(params), n.By, n.Entity, n.Record, n.Page, n.Urgent, at, tx.Now,
	}, nil
}

// batches are how many rows one statement takes: few lengths, so that few statements are kept.
var batches = []int{100, 10, 1}

func insert(ctx context.Context, tx *sqldb.Tx, rows [][]any) error {
	var last int64
	err := tx.QueryRow(ctx, `UPDATE note_feed SET last = last + ? RETURNING last`, len(rows)).Scan(&last)
	if err != nil {
		return err
	}
	for i, row := range rows {
		row[0] = last - int64(len(rows)-1-i)
	}
	for _, n := range batches {
		for len(rows) >= n {
			if err := insertSome(ctx, tx, rows[:n]); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	tx.AfterCommit(told.Ring)
	return nil
}

func insertSome(ctx context.Context, tx *sqldb.Tx, rows [][]any) error {
	one := "(" + sqldb.Placeholders(len(rows[0])) + ")"
	args := make([]any, 0, len(rows)*len(rows[0]))
	for _, row := range rows {
		args = append(args, row...)
	}
	_, err := tx.Exec(ctx, "INSERT INTO note ("+columns+") VALUES "+strings.TrimSuffix(strings.Repeat(one+",", len(rows)), ",")+
		" ON CONFLICT (to_id, key) DO NOTHING", args...)
	return err
}
