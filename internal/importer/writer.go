package importer

import (
	"context"
	"errors"
	"maps"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// writer takes understood rows through the gate.
type writer struct {
	m       *Importer
	actor   *access.Actor
	imp     *Import
	dry     bool
	plan    *plan
	sheets  []*Sheet
	readers []*reader
	made    map[id.ID]bool // records of the entity that this import made
	shadow  *shadow        // of a check
}

func (m *Importer) newWriter(ctx context.Context, actor *access.Actor, imp *Import, dry bool) (*writer, error) {
	w := &writer{m: m, actor: actor, imp: imp, dry: dry, made: map[id.ID]bool{}}
	if dry {
		w.shadow = newShadow(nil)
	}
	err := m.store.Read(ctx, actor, func(s *record.Session) (err error) {
		w.plan = newPlan(s, imp.Entity)
		env := s.Env()
		if imp.Options.DateOrder != "" {
			env.DateOrder = imp.Options.DateOrder
		}
		for i := range imp.Sheets {
			if sh := &imp.Sheets[i]; sh.Include {
				w.sheets = append(w.sheets, sh)
				w.readers = append(w.readers, newReader(w.plan, sh.Name, sh.Columns, env, imp.Options))
			}
		}
		if imp.Progress.Done > 0 {
			w.made, err = audit.Made(ctx, s.Tx, imp.ID, imp.Entity)
		}
		return err
	})
	return w, err
}

// write takes a batch through the gate, and those after it that are ready while nobody else wants to write, and notes how
// far the import is, in one transaction. What a transaction costs by itself is the greater part of writing a few rows.
func (w *writer) write(ctx context.Context, first batch, f *feed, m *meter) error {
	before := *w.imp
	batches := []batch{first}
	var made []id.ID
	err, again := errAgain, false
	for ; errors.Is(err, errAgain); again = true {
		began := time.Now()
		err = w.transact(ctx, func(s *record.Session) error {
			w.restore(before, made)
			made = nil
			for i := 0; i < len(batches); i++ {
				t, err := w.turn(ctx, s, batches[i], f, m)
				if err != nil {
					return err
				}
				made = append(made, t.made...)
				for _, x := range t.made {
					w.made[x] = true
				}
				if i == len(batches)-1 && !again && !w.dry && !s.Tx.Wanted() && time.Since(began) < longestWrite {
					batches = f.ready(batches)
				}
			}
			return nil
		}, func(tx *sqldb.Tx) error { return w.note(ctx, tx, batches) })
	}
	if err != nil {
		w.restore(before, made)
	}
	return err
}

// longestWrite is for how long batches join a transaction when nobody else wants to write.
const longestWrite = 400 * time.Millisecond

// restore takes what an import has come to back to what it was before it made some records.
func (w *writer) restore(before Import, made []id.ID) {
	for _, x := range made {
		delete(w.made, x)
	}
	w.imp.Result, w.imp.Of, w.imp.Unknown, w.imp.Progress = before.Result, before.Of, before.Unknown, before.Progress
}

// turn takes one batch through the gate.
func (w *writer) turn(ctx context.Context, s *record.Session, b batch, f *feed, m *meter) (*turn, error) {
	began := time.Now()
	s.Batch, s.Dry, s.Origin = w.imp.ID, w.dry, audit.Import
	t := &turn{writer: w, s: s, reader: w.readers[b.sheet], items: b.items, later: map[id.ID]record.Values{}}
	if w.dry {
		t.shade = newShadow(w.shadow)
	}
	m.moves(w.imp, len(b.items))
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	if w.dry {
		t.shade.settle()
	}
	w.count(b, t.result)
	f.took(len(b.items), time.Since(began))
	return t, nil
}

// transact writes rows and notes it in one transaction. A check writes no rows, and notes in a transaction of its own.
func (w *writer) transact(ctx context.Context, rows func(s *record.Session) error, note func(tx *sqldb.Tx) error) error {
	if !w.dry {
		return w.m.store.WriteAlone(ctx, w.actor, audit.Import, func(s *record.Session) error {
			if err := rows(s); err != nil {
				return err
			}
			return note(s.Tx)
		})
	}
	if err := w.m.store.Read(ctx, w.actor, rows); err != nil {
		return err
	}
	return w.m.store.DB().Write(ctx, note)
}

// count adds what became of a batch to what became of its sheet and of the file.
func (w *writer) count(b batch, r Result) {
	index := w.sheets[b.sheet].Index
	of := maps.Clone(w.imp.Of)
	if of == nil {
		of = map[int]Result{}
	}
	of[index] = of[index].plus(r)
	w.imp.Of, w.imp.Result = of, w.imp.Result.plus(r)
}

func (r Result) plus(o Result) Result {
	return Result{r.Rows + o.Rows, r.Created + o.Created, r.Updated + o.Updated, r.Skipped + o.Skipped, r.Refused + o.Refused}
}

// note writes how far the import is and what is wrong with the rows of batches.
func (w *writer) note(ctx context.Context, tx *sqldb.Tx, batches []batch) error {
	var problems []Problem
	for _, b := range batches {
		sh := w.sheets[b.sheet]
		if b.ends {
			sh.Rows = b.rows
		}
		if w.imp.Progress.Sheet != sh.Index {
			w.imp.Progress.Sheet, w.imp.Progress.Row = sh.Index, 0
		}
		if len(b.items) > 0 {
			w.imp.Progress.Row = b.items[len(b.items)-1].row
		}
		for _, it := range b.items {
			problems = append(problems, it.problems...)
		}
		w.imp.Unknown = w.imp.Unknown.with(b.items)
	}
	if err := addProblems(ctx, tx, w.imp, problems); err != nil {
		return err
	}
	return updateImport(ctx, tx, w.imp)
}
