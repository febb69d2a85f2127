package importer

import (
	"context"
	"errors"
	"io"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sqldb"
)

// Complete is the domain's part in understanding a row of an entity: what the values of a new record and of those that
// hang on it mean for each other. It may be called more than once for a row.
type Complete func(main record.Values, children map[string]record.Values, today clock.Date, env *entity.Env)

// Importer takes in workbooks.
type Importer struct {
	store    *record.Store
	files    *files.Store
	complete map[string]Complete
	limits   sheet.Limits
}

// New gives an importer. Complete has the domain's part by entity.
func New(store *record.Store, files *files.Store, complete map[string]Complete) *Importer {
	return &Importer{store: store, files: files, complete: complete, limits: sheet.DefaultLimits()}
}

// MaxFile is how many bytes a file may have.
func (m *Importer) MaxFile() int64 { return m.limits.FileBytes }

// State of an import.
type State string

// The states. Analysed and Checked can be changed and run; Done and Failed can be taken back, Failed also be run on.
const (
	Analysed  State = "analysed"
	Checking  State = "checking"
	Checked   State = "checked"
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled" // stopped, and what it had written was taken back
	Failed    State = "failed"    // stopped by a failure; what it had written stands
	Undoing   State = "undoing"
	Undone    State = "undone"
)

// What is done with a row whose record is there already.
const (
	Auto      = ""          // by id or code: overwrite; by name, number or credit code: skip
	Skip      = "skip"      // leave the record as it is
	Fill      = "fill"      // fill in what the record misses
	Overwrite = "overwrite" // write what the row says
	Create    = "create"    // make another record
)

// Options are the choices of the importing user.
type Options struct {
	Duplicates string                       `json:"duplicates"`
	Match      []string                     `json:"match,omitempty"`  // "entity.field" that count; all when empty
	OwnerID    id.ID                        `json:"owner_id"`         // of new records that name nobody; the importing user when zero
	DateOrder  string                       `json:"date_order"`       // of dates such as 03/01/2024; "" as far as the file tells
	Values     map[string]map[string]string `json:"values,omitempty"` // target → text in the sheet → value, "" to leave out
}

// Sheet is a sheet of the file as it was understood.
type Sheet struct {
	Index     int      `json:"index"`
	Name      string   `json:"name"`
	Hidden    bool     `json:"hidden"`
	Rows      int      `json:"rows"`    // of data: counted once the sheet was read to its end, about how many before; -1 unknown
	Include   bool     `json:"include"` // takes part in the import
	HeaderRow int      `json:"header_row"`
	Lines     int      `json:"header_rows"` // of the header; 0 without one
	FirstRow  int      `json:"first_row"`   // of data
	Columns   []Column `json:"columns"`
	Note      string   `json:"note"`
}

// Result counts what became of the rows.
type Result struct {
	Rows    int `json:"rows"`
	Created int `json:"created"`
	Updated int `json:"updated"`
	Skipped int `json:"skipped"`
	Refused int `json:"refused"`
}

// Progress says how far a check or a run is.
type Progress struct {
	Sheet         int     `json:"sheet"`
	Row           int     `json:"row"` // the last row dealt with, of the sheet: where a run goes on after a restart
	Done          int     `json:"done"`
	Total         int     `json:"total"` // 0 unknown
	RowsPerSecond float64 `json:"rows_per_second"`
	SecondsLeft   int     `json:"seconds_left"`
	Seq           int     `json:"seq"` // problems noted so far
}

// Import is one file on its way in.
type Import struct {
	ID         id.ID
	Entity     string
	File       string
	Size       int64
	SHA256     string
	State      State
	Job        id.ID
	Sheets     []Sheet
	Options    Options
	Progress   Progress
	Result     Result
	Of         map[int]Result // by index of sheet
	Conflicts  []Conflict     // what taking it back left as it is
	Unknown    unknowns
	Error      string
	CreatedBy  id.ID
	CreatedAt  clock.Instant
	FinishedAt clock.Instant

	was standing // as it is stored
}

// standing is by what a run finds out that another one has gone on with its import.
type standing struct{ state, progress string }

// errElsewhere says that something else has gone on with the import.
var errElsewhere = errors.New("importer: another run has gone on with this import")

// Start takes a file in and understands its tables; nothing is imported yet. The actor needs the permission to import.
func (m *Importer) Start(ctx context.Context, actor *access.Actor, entityName, fileName string, r io.Reader) (*Import, error) {
	imp, err := m.Prepare(ctx, actor, entityName, fileName, r)
	if err != nil {
		return nil, err
	}
	return imp, m.store.DB().Write(ctx, func(tx *sqldb.Tx) error { return m.Add(ctx, tx, imp) })
}

// Prepare is the part of Start before anything is written to the database.
func (m *Importer) Prepare(ctx context.Context, actor *access.Actor, entityName, fileName string, r io.Reader) (*Import, error) {
	if err := m.Allowed(actor, entityName); err != nil {
		return nil, err
	}
	file, err := m.files.Put(ctx, r, m.limits.FileBytes)
	if err != nil {
		return nil, err
	}
	imp := &Import{Entity: entityName, File: fileName, Size: file.Size, SHA256: file.SHA256, State: Analysed, CreatedBy: actor.ID}
	return imp, m.store.Read(ctx, actor, func(s *record.Session) error { return m.analyse(ctx, s, imp) })
}

// Add writes what Prepare made.
func (m *Importer) Add(ctx context.Context, tx *sqldb.Tx, imp *Import) error {
	imp.ID, imp.CreatedAt = tx.NewID(), clock.At(tx.Now)
	return insertImport(ctx, tx, imp)
}

// Allowed says whether the actor may import records of an entity, and why not.
func (m *Importer) Allowed(actor *access.Actor, entityName string) error {
	def := m.store.Registry().Def(entityName)
	if def == nil || def.Internal || def.Derived {
		return errs.New(errs.NotFound, "")
	}
	if !actor.May(def.ModuleName(), access.Import) {
		return errs.New(errs.Denied, "import.denied")
	}
	return nil
}

func (m *Importer) open(ctx context.Context, imp *Import) (sheet.Book, func(), error) {
	f, err := m.files.Open(ctx, imp.SHA256)
	if err != nil {
		return nil, nil, err
	}
	book, err := sheet.Open(f, imp.Size, imp.File, m.limits)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return book, func() { book.Close(); f.Close() }, nil
}

// Targets lists what a column can mean for the actor.
func (m *Importer) Targets(s *record.Session, entityName string) []*Target {
	return newPlan(s, entityName).targets
}

func message(lang i18n.Lang, err error) string {
	e, ok := errs.As(err)
	if !ok {
		return i18n.Message(lang, "import.failed", nil)
	}
	if e.Key == "" && len(e.Fields) > 0 {
		return e.Fields[0].Message(lang)
	}
	return e.Message(lang)
}
