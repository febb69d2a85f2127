package search

import (
	"context"
	"slices"
	"strings"

	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Pending are changes of the index that are written together at the end of a transaction, in the order of the records'
// ids: FTS5 writes what it has collected to the file whenever ids go backwards or a statement for many rows of any table
// follows, and a change of one record after another's would do so each time.
//
// The zero Pending is ready. A copy keeps what was pending when it was made. It is not safe for concurrent use.
type Pending struct{ parts []*part }

// part are the changes of one call.
type part struct {
	ids     []id.ID
	removes bool          // what the index has of them
	terms   []string      // per id, what the index shall have; nil for nothing
	made    chan struct{} // closed when terms are there
}

// beside is from how many records on terms are made beside the caller's work.
const beside = 50

// Add indexes records that are not in the index.
func (p *Pending) Add(docs []Doc) {
	if len(docs) > 0 {
		p.parts = append(p.parts[:len(p.parts):len(p.parts)], newPart(docs, false))
	}
}

// Replace indexes a record anew.
func (p *Pending) Replace(doc Doc) {
	p.parts = append(p.parts[:len(p.parts):len(p.parts)], newPart([]Doc{doc}, true))
}

// Remove takes records out of the index; one that is not in it does no harm.
func (p *Pending) Remove(ids ...id.ID) {
	made := make(chan struct{})
	close(made)
	p.parts = append(p.parts[:len(p.parts):len(p.parts)], &part{ids: ids, removes: true, made: made})
}

func newPart(docs []Doc, removes bool) *part {
	p := &part{ids: make([]id.ID, len(docs)), removes: removes, made: make(chan struct{})}
	for i, d := range docs {
		p.ids[i] = d.ID
	}
	work := func() {
		defer close(p.made)
		p.terms = make([]string, len(docs))
		for i, d := range docs {
			p.terms[i] = strings.Join(d.terms(), " ")
		}
	}
	if len(docs) < beside {
		work()
	} else {
		go work()
	}
	return p
}

// change is what happens to the index's row of a record.
type change struct {
	removes bool
	terms   string // "" for none
}

// Write writes the changes and forgets them.
func (p *Pending) Write(ctx context.Context, tx *sqldb.Tx) error {
	if len(p.parts) == 0 {
		return nil
	}
	changes := map[id.ID]change{}
	for _, part := range p.parts {
		<-part.made
		for i, x := range part.ids {
			c := change{removes: changes[x].removes || part.removes}
			if part.terms != nil {
				c.terms = part.terms[i]
			}
			changes[x] = c
		}
	}
	p.parts = nil
	ids := make([]id.ID, 0, len(changes))
	for x := range changes {
		ids = append(ids, x)
	}
	slices.Sort(ids)
	if tx.Dialect() == sqldb.SQLite {
		return writeFTS(ctx, tx, ids, changes)
	}
	return writeVectors(ctx, tx, ids, changes)
}

// writeFTS writes row by row: an INSERT of many rows is a savepoint, for which FTS5 writes what it has collected.
func writeFTS(ctx context.Context, tx *sqldb.Tx, ids []id.ID, changes map[id.ID]change) error {
	for _, x := range ids {
		c := changes[x]
		if c.removes {
			if _, err := tx.Exec(ctx, "DELETE FROM search WHERE rowid = ?", int64(x)); err != nil {
				return err
			}
		}
		if c.terms != "" {
			if _, err := tx.Exec(ctx, "INSERT INTO search (rowid, terms) VALUES (?, ?)", int64(x), c.terms); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeVectors(ctx context.Context, tx *sqldb.Tx, ids []id.ID, changes map[id.ID]change) error {
	var gone, rows []any
	for _, x := range ids {
		c := changes[x]
		if c.removes {
			gone = append(gone, int64(x))
		}
		if c.terms != "" {
			rows = append(rows, int64(x), c.terms)
		}
	}
	for chunk := range slices.Chunk(gone, 500) {
		if _, err := tx.Exec(ctx, "DELETE FROM search WHERE id IN ("+sqldb.Placeholders(len(chunk))+")", chunk...); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(rows, 2*500) {
		values := strings.TrimSuffix(strings.Repeat("(?::bigint, array_to_tsvector(string_to_array(?::text, ' '))), ", len(chunk)/2), ", ")
		if _, err := tx.Exec(ctx, "INSERT INTO search (id, terms) VALUES "+values, chunk...); err != nil {
			return err
		}
	}
	return nil
}
