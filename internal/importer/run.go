package importer

import (
	"context"
	"errors"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet/layout"
	"genjin/internal/sqldb"
)

// batchRows is how many rows are written in one transaction. What they did and how far the import is are committed
// together, so that an import that was cut off goes on with the next row.
const batchRows = 500

// Check goes through the whole file without writing a record, so that every problem is known before.
func (m *Importer) Check(ctx context.Context, actor *access.Actor, x id.ID, progress func(Progress)) (*Import, error) {
	imp, err := m.begin(ctx, actor, x, Checking)
	if err != nil {
		return nil, err
	}
	err = m.pass(ctx, actor, imp, true, progress)
	imp.State = Checked
	if err != nil {
		imp.State = Analysed
	}
	return imp, m.finish(ctx, actor, imp, err)
}

// Run imports the file. It goes on where an earlier run of the same import was cut off. When ctx is cancelled because of
// ErrCancelled, everything written is taken back; any other end of ctx leaves the import to be resumed.
func (m *Importer) Run(ctx context.Context, actor *access.Actor, x id.ID, progress func(Progress)) (*Import, error) {
	imp, err := m.begin(ctx, actor, x, Running)
	if err != nil {
		return nil, err
	}
	err = m.pass(ctx, actor, imp, false, progress)
	switch {
	case err == nil:
		imp.State = Done
	case errors.Is(context.Cause(ctx), ErrCancelled):
		ctx = context.WithoutCancel(ctx)
		if _, err := m.takeBack(ctx, actor, imp, nil); err != nil {
			return nil, err
		}
		imp.State, err = Cancelled, nil
	case ctx.Err() != nil:
		return nil, ctx.Err() // to be resumed
	default:
		imp.State = Failed
	}
	return imp, m.finish(ctx, actor, imp, err)
}

// ErrCancelled is the cause with which the context of a run is cancelled when its user stops it.
var ErrCancelled = errors.New("importer: cancelled by the user")

// begin moves an import to its next state, or lets one that was cut off in that state go on.
func (m *Importer) begin(ctx context.Context, actor *access.Actor, x id.ID, next State) (*Import, error) {
	imp, err := m.Get(ctx, actor, x)
	if err != nil {
		return nil, err
	}
	if imp.State == next {
		if next == Checking {
			imp.Result, imp.Progress = Result{}, Progress{}
		}
		return imp, nil
	}
	if imp.State != Analysed && imp.State != Checked {
		return nil, errs.New(errs.Conflict, "import.not_open")
	}
	if err := imp.ready(m, actor); err != nil {
		return nil, err
	}
	imp.State, imp.Result, imp.Progress, imp.Unknown, imp.Error = next, Result{}, Progress{}, nil, ""
	err = m.store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if err := dropProblems(ctx, tx, imp); err != nil {
			return err
		}
		return updateImport(ctx, tx, imp)
	})
	return imp, err
}

// ready refuses an import in which nothing names the records.
func (imp *Import) ready(m *Importer, actor *access.Actor) error {
	def := m.store.Schema().Def(imp.Entity)
	if !actor.May(def.ModuleName(), access.Import) {
		return errs.New(errs.Denied, "import.denied")
	}
	included := false
	for i := range imp.Sheets {
		sh := &imp.Sheets[i]
		if !sh.Include {
			continue
		}
		included = true
		if !sh.has(imp.Entity+"."+def.Title) && !sh.has(RecordID) {
			return errs.New(errs.Invalid, "import.no_name", "sheet", sh.Name, "label", def.TitleField().Label)
		}
	}
	if !included {
		return errs.New(errs.Invalid, "import.no_table")
	}
	return nil
}

func (m *Importer) finish(ctx context.Context, actor *access.Actor, imp *Import, cause error) error {
	if cause != nil {
		imp.Error = message(actor.Lang, cause)
		if imp.Error == "" {
			imp.Error = i18n.Message(actor.Lang, "import.failed", nil)
		}
	}
	err := m.store.DB().Write(context.WithoutCancel(ctx), func(tx *sqldb.Tx) error {
		imp.FinishedAt = clock.At(tx.Now)
		if imp.State == Done {
			if err := imp.remember(ctx, tx); err != nil {
				return err
			}
		}
		return updateImport(ctx, tx, imp)
	})
	return errors.Join(cause, err)
}

// batch is a part of a sheet on its way from the reader to the writer.
type batch struct {
	sheet int
	items []*item
	err   error
}

// pass takes all rows of the sheets that take part through the gate. Reading and understanding run beside the writing.
func (m *Importer) pass(ctx context.Context, actor *access.Actor, imp *Import, dry bool, progress func(Progress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := m.newWriter(ctx, actor, imp, dry)
	if err != nil {
		return err
	}
	batches := make(chan batch, 2)
	go func() {
		defer close(batches)
		m.produce(ctx, w, batches)
	}()
	meter := startMeter(imp, progress)
	for b := range batches {
		if b.err != nil {
			return b.err
		}
		if err := w.write(ctx, b); err != nil {
			return err
		}
		meter.moved(imp)
	}
	return ctx.Err()
}

// produce reads the sheets and hands their rows over in batches, from the row on where the import stands.
func (m *Importer) produce(ctx context.Context, w *writer, out chan<- batch) {
	send := func(b batch) bool {
		select {
		case out <- b:
			return true
		case <-ctx.Done():
			return false
		}
	}
	book, done, err := m.open(ctx, w.imp)
	if err != nil {
		send(batch{err: err})
		return
	}
	defer done()
	at := w.imp.Progress
	for i := range w.sheets {
		sh := w.sheets[i]
		if sh.Index < at.Sheet {
			continue
		}
		b := batch{sheet: i}
		for row, err := range book.Rows(ctx, sh.Index) {
			if err != nil {
				send(batch{err: err})
				return
			}
			if row.Number < sh.FirstRow || sh.Index == at.Sheet && row.Number <= at.Row || layout.IsFooter(row) {
				continue
			}
			it := w.readers[i].read(row)
			if it.empty {
				continue
			}
			b.items = append(b.items, it)
			if len(b.items) == batchRows {
				if !send(b) {
					return
				}
				b.items = nil
			}
		}
		if len(b.items) > 0 && !send(b) {
			return
		}
	}
}

// meter measures how fast an import is.
type meter struct {
	began  time.Time
	from   int
	report func(Progress)
}

func startMeter(imp *Import, report func(Progress)) *meter {
	imp.Progress.Total = 0
	for _, sh := range imp.Sheets {
		if sh.Include && sh.Rows > 0 {
			imp.Progress.Total += max(0, sh.Rows-sh.FirstRow+1)
		}
	}
	return &meter{began: time.Now(), from: imp.Progress.Done, report: report}
}

func (m *meter) moved(imp *Import) {
	p := &imp.Progress
	p.Total = max(p.Total, p.Done)
	if seconds := time.Since(m.began).Seconds(); seconds > 0 {
		p.RowsPerSecond = float64(p.Done-m.from) / seconds
	}
	if p.RowsPerSecond > 0 {
		p.SecondsLeft = int(float64(p.Total-p.Done)/p.RowsPerSecond) + 1
	}
	if m.report != nil {
		m.report(*p)
	}
}

// writer takes understood rows through the gate.
type writer struct {
	m       *Importer
	actor   *access.Actor
	imp     *Import
	dry     bool
	plan    *plan
	sheets  []*Sheet
	readers []*reader
	unknown *unknowns
	made    map[id.ID]bool   // records of the entity that this import made
	seen    map[string]id.ID // in a dry run: keys of the rows so far, which are not in the database
}

func (m *Importer) newWriter(ctx context.Context, actor *access.Actor, imp *Import, dry bool) (*writer, error) {
	w := &writer{
		m: m, actor: actor, imp: imp, dry: dry, unknown: &unknowns{counts: imp.Unknown},
		made: map[id.ID]bool{}, seen: map[string]id.ID{},
	}
	err := m.store.Read(ctx, actor, func(s *record.Session) error {
		w.plan = newPlan(s, imp.Entity)
		env := s.Env()
		if imp.Options.DateOrder != "" {
			env.DateOrder = imp.Options.DateOrder
		}
		for i := range imp.Sheets {
			if sh := &imp.Sheets[i]; sh.Include {
				w.sheets = append(w.sheets, sh)
				w.readers = append(w.readers, newReader(w.plan, sh.Name, sh.Columns, env, imp.Options, w.unknown))
			}
		}
		if imp.Progress.Done == 0 || dry {
			return nil
		}
		return w.recall(ctx, s)
	})
	return w, err
}

// recall finds what an import that goes on had made before.
func (w *writer) recall(ctx context.Context, s *record.Session) error {
	for before := id.ID(0); ; {
		entries, err := audit.OfBatch(ctx, s.Tx, w.imp.ID, before, 1000)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			before = e.ID
			if e.Entity == w.imp.Entity && e.Action == "create" {
				w.made[e.Record] = true
			}
		}
	}
}

// write takes one batch through the gate and notes how far the import is, in one transaction.
func (w *writer) write(ctx context.Context, b batch) error {
	result, progress := w.imp.Result, w.imp.Progress
	var made []id.ID
	do := func(s *record.Session) error {
		s.Batch, s.Dry = w.imp.ID, w.dry
		w.imp.Result, w.imp.Progress = result, progress // PostgreSQL may run this again
		t := &turn{writer: w, s: s, reader: w.readers[b.sheet], items: b.items}
		if err := t.run(ctx); err != nil {
			return err
		}
		made = t.made
		return nil
	}
	note := func(tx *sqldb.Tx) error {
		last := b.items[len(b.items)-1]
		w.imp.Progress.Sheet, w.imp.Progress.Row = w.sheets[b.sheet].Index, last.row
		w.imp.Progress.Done += len(b.items)
		var problems []Problem
		for _, it := range b.items {
			problems = append(problems, it.problems...)
		}
		w.imp.Unknown = w.unknown.counts
		if err := addProblems(ctx, tx, w.imp, problems); err != nil {
			return err
		}
		return updateImport(ctx, tx, w.imp)
	}
	var err error
	if w.dry {
		if err = w.m.store.Read(ctx, w.actor, do); err == nil {
			err = w.m.store.DB().Write(ctx, note)
		}
	} else {
		err = w.m.store.WriteAlone(ctx, w.actor, audit.Import, func(s *record.Session) error {
			if err := do(s); err != nil {
				return err
			}
			return note(s.Tx)
		})
	}
	for _, x := range made {
		w.made[x] = true
	}
	return err
}
