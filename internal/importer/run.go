package importer

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/sheet"
	"genjin/internal/sheet/layout"
	"genjin/internal/sqldb"
)

// Check goes through the whole file without writing a record, so that every problem is known before.
func (m *Importer) Check(ctx context.Context, actor *access.Actor, x id.ID, progress func(Progress)) (*Import, error) {
	imp, err := m.begin(ctx, actor, x, Checking)
	if err != nil {
		return nil, err
	}
	err = m.pass(ctx, actor, imp, true, progress)
	imp.State = Analysed
	switch {
	case err == nil:
		imp.State = Checked
	case cancelled(ctx):
		err = nil
	case ctx.Err() != nil || passing(err):
		return imp, err // to be begun again
	}
	return imp, m.finish(ctx, actor, imp, err)
}

// ErrCancelled is the cause with which the context of a run is cancelled when its user stops it.
var ErrCancelled = job.ErrCancelled

// Run imports the file. It goes on where an earlier run of the same import was cut off. When ctx ends because of
// ErrCancelled, everything written is taken back. Any other end of ctx, and a failure that may pass, leaves the import to
// be run on.
func (m *Importer) Run(ctx context.Context, actor *access.Actor, x id.ID, progress func(Progress)) (*Import, error) {
	whole := context.WithoutCancel(ctx)
	if cancelled(ctx) {
		return m.Retract(whole, actor, x)
	}
	imp, err := m.begin(whole, actor, x, Running)
	if err != nil {
		return nil, err
	}
	err = m.pass(ctx, actor, imp, false, progress)
	switch {
	case err == nil:
		imp.State = Done
	case cancelled(ctx):
		return m.Retract(whole, actor, x)
	case ctx.Err() != nil || passing(err):
		return imp, err
	default:
		imp.State = Failed
	}
	return imp, m.finish(ctx, actor, imp, err)
}

func cancelled(ctx context.Context) bool { return errors.Is(context.Cause(ctx), ErrCancelled) }

// passing reports whether the same run may succeed later: a batch conflicts when somebody took one of its values at the
// same moment, which the next attempt sees.
func passing(err error) bool {
	e, ok := errs.As(err)
	return !ok || e.Kind == errs.Unavailable || e.Kind == errs.TooMany || e.Kind == errs.Stale || e.Kind == errs.Conflict
}

// Retract stops an import that was begun: what it has written is taken back.
func (m *Importer) Retract(ctx context.Context, actor *access.Actor, x id.ID) (*Import, error) {
	imp, err := m.Get(ctx, actor, x)
	if err != nil {
		return nil, err
	}
	if imp.State != Running && imp.State != Undoing {
		return nil, errs.New(errs.Conflict, "import.not_open")
	}
	imp.State = Undoing
	if err := m.save(ctx, imp); err != nil {
		return nil, err
	}
	if imp.Conflicts, err = m.takeBack(ctx, actor, imp, nil, nil); err != nil {
		return nil, err
	}
	imp.State = Cancelled
	return imp, m.finish(ctx, actor, imp, nil)
}

func (m *Importer) save(ctx context.Context, imp *Import) error {
	return m.store.DB().Write(ctx, func(tx *sqldb.Tx) error { return updateImport(ctx, tx, imp) })
}

// begin moves an import to its next state, or lets one that was cut off in that state go on.
func (m *Importer) begin(ctx context.Context, actor *access.Actor, x id.ID, next State) (imp *Import, err error) {
	err = m.store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if imp, err = m.GetIn(ctx, tx, actor, x); err != nil {
			return err
		}
		return m.enter(ctx, tx, actor, imp, next)
	})
	return imp, err
}

// enter moves an import to Checking or Running.
func (m *Importer) enter(ctx context.Context, tx *sqldb.Tx, actor *access.Actor, imp *Import, next State) error {
	if err := imp.ready(m, actor); err != nil {
		return err
	}
	goesOn := next == Running && (imp.State == Running || imp.State == Failed)
	if !goesOn && imp.State != next && imp.State != Analysed && imp.State != Checked {
		return errs.New(errs.Conflict, "import.not_open")
	}
	imp.State, imp.Error, imp.FinishedAt = next, "", clock.Instant{}
	if !goesOn {
		imp.Result, imp.Of, imp.Progress, imp.Unknown = Result{}, nil, Progress{}, nil
		if err := dropProblems(ctx, tx, imp); err != nil {
			return err
		}
	}
	return updateImport(ctx, tx, imp)
}

// ready refuses an import in which nothing names the records.
func (imp *Import) ready(m *Importer, actor *access.Actor) error {
	if err := m.Allowed(actor, imp.Entity); err != nil {
		return err
	}
	def := m.store.Schema().Def(imp.Entity)
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

// finish writes how a check or run ended.
func (m *Importer) finish(ctx context.Context, actor *access.Actor, imp *Import, cause error) error {
	if cause != nil {
		imp.Error = message(actor.Lang, cause)
	}
	ctx = context.WithoutCancel(ctx)
	err := m.store.DB().Write(ctx, func(tx *sqldb.Tx) error {
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

// A batch is what is written at a time: as many rows as take about batchTime, so that nobody else's write waits long,
// within these bounds; more when the next row belongs to the same record, up to mostFollowing. What the rows did and how
// far the import is are committed together, so that an import that was cut off goes on with the next row.
const (
	firstBatch    = 500
	leastBatch    = 100
	mostBatch     = 2000
	mostFollowing = 2 * mostBatch
	batchTime     = 100 * time.Millisecond
)

// nextBatch gives how many rows to write next after so many took so long.
func nextBatch(rows int, took time.Duration) int {
	if took <= 0 {
		return mostBatch
	}
	fits := int(float64(rows) * float64(batchTime) / float64(took))
	return min(max(fits, leastBatch), mostBatch, max(2*rows, leastBatch))
}

// batch is a part of a sheet on its way from the reader to the writer.
type batch struct {
	sheet int // among those that take part
	items []*item
	ends  bool // the sheet
	rows  int  // of the sheet so far
	err   error
}

// pass takes all rows of the sheets that take part through the gate. Reading and understanding run beside the writing.
func (m *Importer) pass(ctx context.Context, actor *access.Actor, imp *Import, dry bool, report func(Progress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := m.newWriter(ctx, actor, imp, dry)
	if err != nil {
		return err
	}
	batches := make(chan batch, 1)
	f := &feed{from: batches}
	f.size.Store(firstBatch)
	p := &producer{importer: m, imp: *imp, sheets: w.sheets, readers: w.readers, out: batches, size: &f.size}
	var producing sync.WaitGroup
	defer producing.Wait()
	defer cancel()
	producing.Go(func() {
		defer close(batches)
		p.produce(ctx)
	})
	meter := startMeter(imp, report)
	for b, more := f.next(); more; b, more = f.next() {
		if b.err != nil {
			return b.err
		}
		if err := w.write(ctx, b, f, meter); err != nil {
			return err
		}
		meter.tell(imp)
	}
	if p.broken {
		return ctx.Err()
	}
	meter.ends(imp)
	return nil
}

// feed gives the batches one after the other and decides how large they are.
type feed struct {
	from <-chan batch
	held *batch // taken but not given
	size atomic.Int64
}

// next gives the next batch, and waits for it; false after the last.
func (f *feed) next() (batch, bool) {
	if b := f.held; b != nil {
		f.held = nil
		return *b, true
	}
	b, more := <-f.from
	return b, more
}

// ready adds the next batch to batches when it is there and not a failure.
func (f *feed) ready(batches []batch) []batch {
	select {
	case b, more := <-f.from:
		switch {
		case b.err != nil:
			f.held = &b
		case more:
			return append(batches, b)
		}
	default:
	}
	return batches
}

// took tells how long a batch of so many rows took.
func (f *feed) took(rows int, took time.Duration) {
	if rows >= leastBatch {
		f.size.Store(int64(nextBatch(rows, took)))
	}
}

// producer reads sheets and understands their rows.
type producer struct {
	importer *Importer
	imp      Import // as it was when the pass began
	sheets   []*Sheet
	readers  []*reader
	out      chan<- batch
	size     *atomic.Int64 // of a batch
	broken   bool          // off, before everything was handed over
}

func (p *producer) send(ctx context.Context, b batch) bool {
	select {
	case p.out <- b:
		return true
	case <-ctx.Done():
		return false
	}
}

// produce hands the rows of the sheets over in batches, from the row on where the import stands.
func (p *producer) produce(ctx context.Context) {
	book, done, err := p.importer.open(ctx, &p.imp)
	if err == nil {
		defer done()
		err = p.all(ctx, book)
	}
	if err != nil && !p.send(ctx, batch{err: err}) {
		p.broken = true
	}
}

func (p *producer) all(ctx context.Context, book sheet.Book) error {
	for i, sh := range p.sheets {
		if sh.Index < p.imp.Progress.Sheet {
			continue
		}
		if err := p.sheet(ctx, book, i, sh); err != nil {
			return err
		}
	}
	return nil
}

func (p *producer) sheet(ctx context.Context, book sheet.Book, i int, sh *Sheet) error {
	from := 0
	if sh.Index == p.imp.Progress.Sheet {
		from = p.imp.Progress.Row
	}
	isRecord := sh.table().Records()
	b := batch{sheet: i}
	for row, err := range book.Rows(ctx, sh.Index) {
		if err != nil {
			return err
		}
		if row.Number < sh.FirstRow || !isRecord(row) {
			continue
		}
		b.rows++
		if row.Number <= from {
			continue
		}
		it := p.readers[i].read(row)
		if it.empty {
			continue
		}
		if n := len(b.items); n >= int(p.size.Load()) && !it.follows || n >= mostFollowing {
			if !p.send(ctx, b) {
				return ctx.Err()
			}
			b.items = nil
		}
		b.items = append(b.items, it)
	}
	b.ends = true
	if !p.send(ctx, b) {
		return ctx.Err()
	}
	return nil
}

// table gives the sheet's table as it was found, or as the user says it is.
func (sh *Sheet) table() layout.Table {
	t := layout.Table{HeaderRow: sh.HeaderRow, HeaderRows: sh.Lines, FirstDataRow: sh.FirstRow}
	for _, c := range sh.Columns {
		t.Columns = append(t.Columns, layout.Column{Index: c.Index, Header: c.Header})
	}
	return t
}

// meter measures how far and how fast an import is.
type meter struct {
	began  time.Time
	from   int // rows that an earlier run did
	report func(Progress)
}

func startMeter(imp *Import, report func(Progress)) *meter {
	total := 0
	for _, sh := range imp.Sheets {
		if !sh.Include {
			continue
		}
		if sh.Rows < 0 {
			total = 0
			break
		}
		total += sh.Rows
	}
	imp.Progress.Total = total
	return &meter{began: time.Now(), from: imp.Progress.Done, report: report}
}

// moves counts the rows that are being dealt with.
func (m *meter) moves(imp *Import, rows int) {
	p := &imp.Progress
	p.Done += rows
	if p.Total > 0 {
		p.Total = max(p.Total, p.Done)
	}
	if seconds := time.Since(m.began).Seconds(); seconds > 0 {
		p.RowsPerSecond = math.Round(float64(p.Done-m.from) / seconds)
	}
	if p.RowsPerSecond > 0 && p.Total > 0 {
		p.SecondsLeft = int(math.Ceil(float64(p.Total-p.Done) / p.RowsPerSecond))
	}
}

func (m *meter) tell(imp *Import) {
	if m.report != nil {
		m.report(imp.Progress)
	}
}

// ends corrects what was estimated before the file was read to its end.
func (m *meter) ends(imp *Import) {
	imp.Progress.Total, imp.Progress.SecondsLeft = imp.Progress.Done, 0
	m.tell(imp)
}
