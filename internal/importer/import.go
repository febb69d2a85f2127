package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sheet/layout"
	"genjin/internal/sqldb"
)

// Complete is the domain's part in understanding a row of an entity: what the values of a new record and of those that
// hang on it mean for each other.
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

// State of an import.
type State string

// The states. Analysed and Checked can be changed and run; Done can be taken back.
const (
	Analysed  State = "analysed"
	Checking  State = "checking"
	Checked   State = "checked"
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled" // stopped, and what it had written was taken back
	Failed    State = "failed"    // stopped by a failure; what it had written stands and can be taken back
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
	Match      []string                     `json:"match,omitempty"` // "entity.field" that count; all when empty
	OwnerID    id.ID                        `json:"owner_id"`        // of new records that name nobody; the importing user when zero
	DateOrder  string                       `json:"date_order,omitempty"`
	Values     map[string]map[string]string `json:"values,omitempty"` // target → text in the sheet → value, "" to leave out
}

// Sheet is a sheet of the file as it was understood.
type Sheet struct {
	Index     int      `json:"index"`
	Name      string   `json:"name"`
	Hidden    bool     `json:"hidden"`
	Rows      int      `json:"rows"`    // about how many; -1 unknown
	Include   bool     `json:"include"` // takes part in the import
	HeaderRow int      `json:"header_row"`
	FirstRow  int      `json:"first_row"` // of data
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

func (r *Result) add(o Result) {
	r.Rows += o.Rows
	r.Created += o.Created
	r.Updated += o.Updated
	r.Skipped += o.Skipped
	r.Refused += o.Refused
}

// Progress says how far a check or a run is.
type Progress struct {
	Sheet         int     `json:"sheet"`
	Row           int     `json:"row"` // the last row dealt with, of the sheet: where a run goes on after a restart
	Done          int     `json:"done"`
	Total         int     `json:"total"`
	RowsPerSecond float64 `json:"rows_per_second"`
	SecondsLeft   int     `json:"seconds_left"`
	Seq           int     `json:"seq"` // problems noted so far
}

// Import is one file on its way in.
type Import struct {
	ID         id.ID                     `json:"id"`
	Entity     string                    `json:"entity"`
	File       string                    `json:"file"`
	Size       int64                     `json:"size"`
	SHA256     string                    `json:"-"`
	State      State                     `json:"state"`
	Job        id.ID                     `json:"job,omitempty"`
	Sheets     []Sheet                   `json:"sheets"`
	Options    Options                   `json:"options"`
	Progress   Progress                  `json:"progress"`
	Result     Result                    `json:"result"`
	Unknown    map[string]map[string]int `json:"-"`
	Error      string                    `json:"error,omitempty"`
	CreatedBy  id.ID                     `json:"created_by"`
	CreatedAt  clock.Instant             `json:"created_at"`
	FinishedAt clock.Instant             `json:"finished_at"`
}

// Start takes a file in and understands its tables; nothing is imported yet. The actor needs the permission to import.
func (m *Importer) Start(ctx context.Context, actor *access.Actor, entityName, fileName string, r io.Reader) (*Import, error) {
	def := m.store.Registry().Def(entityName)
	if def == nil || def.Internal || def.Derived {
		return nil, errs.New(errs.NotFound, "")
	}
	if !actor.May(def.ModuleName(), access.Import) {
		return nil, errs.New(errs.Denied, "import.denied")
	}
	file, err := m.files.Put(ctx, r, m.limits.FileBytes)
	if err != nil {
		return nil, err
	}
	imp := &Import{Entity: entityName, File: fileName, Size: file.Size, SHA256: file.SHA256, State: Analysed, CreatedBy: actor.ID}
	err = m.store.Read(ctx, actor, func(s *record.Session) error { return m.analyse(ctx, s, imp) })
	if err != nil {
		return nil, err
	}
	err = m.store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		imp.ID, imp.CreatedAt = tx.NewID(), clock.At(tx.Now)
		return insertImport(ctx, tx, imp)
	})
	return imp, err
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

const headRows = 60 // of a sheet, by which it is understood

// analyse finds the table of each sheet and gives its columns their meaning. Sheets take part that name the records of
// the entity and are not hidden.
func (m *Importer) analyse(ctx context.Context, s *record.Session, imp *Import) error {
	book, done, err := m.open(ctx, imp)
	if err != nil {
		return err
	}
	defer done()
	p := newPlan(s, imp.Entity)
	for i, info := range book.Sheets() {
		sh, err := m.analyseSheet(ctx, s, p, book, i, info)
		if err != nil {
			return err
		}
		imp.Sheets = append(imp.Sheets, sh)
	}
	imp.include(p)
	return nil
}

// include chooses the sheets that take part: visible ones that name the records, or else the first with anything.
func (imp *Import) include(p *plan) {
	any := false
	for i := range imp.Sheets {
		sh := &imp.Sheets[i]
		sh.Include = !sh.Hidden && sh.has(p.title.Name)
		any = any || sh.Include
	}
	for i := range imp.Sheets {
		if sh := &imp.Sheets[i]; !any && !sh.Hidden && len(sh.Columns) > 0 {
			sh.Include = true
			return
		}
	}
}

func (sh *Sheet) has(target string) bool {
	for _, c := range sh.Columns {
		if c.Field == target {
			return true
		}
	}
	return false
}

func (m *Importer) analyseSheet(ctx context.Context, s *record.Session, p *plan, book sheet.Book, i int, info sheet.Info) (Sheet, error) {
	sh := Sheet{Index: i, Name: info.Name, Hidden: info.Hidden, Rows: info.Rows}
	head, err := sheet.Head(ctx, book, i, headRows)
	if err != nil {
		return sh, err
	}
	table := layout.FindTable(head, p.sureness)
	sh.HeaderRow, sh.FirstRow, sh.Note = table.HeaderRow, table.FirstDataRow, table.Note
	values := make([][]string, len(table.Columns))
	for c, col := range table.Columns {
		for _, row := range head {
			if row.Number < table.FirstDataRow || layout.IsFooter(row) {
				continue
			}
			if v := strings.TrimSpace(row.Cell(col.Index).String()); v != "" {
				values[c] = append(values[c], v)
			}
		}
		sh.Columns = append(sh.Columns, Column{Index: col.Index, Header: col.Header, Samples: firstFew(values[c])})
	}
	remembered, err := rememberedMapping(ctx, s.Tx, p.entity, sh.shape())
	if err != nil {
		return sh, err
	}
	if remembered == nil {
		p.assign(sh.Columns, values)
		return sh, nil
	}
	for c := range sh.Columns {
		field := remembered[c]
		if p.byName[field] != nil || field == "" {
			sh.Columns[c].Field, sh.Columns[c].Certain = field, true
		}
	}
	return sh, nil
}

func firstFew(values []string) []string {
	const few = 3
	out := make([]string, 0, few)
	for _, v := range values[:min(few, len(values))] {
		if r := []rune(v); len(r) > 40 {
			v = string(r[:39]) + "…"
		}
		out = append(out, v)
	}
	return out
}

// shape tells sheets with the same headings in the same order.
func (sh *Sheet) shape() string {
	h := sha256.New()
	for _, c := range sh.Columns {
		io.WriteString(h, foldHeading(c.Header)+"\x00") //nolint:errcheck // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func rememberedMapping(ctx context.Context, tx *sqldb.Tx, entityName, shape string) ([]string, error) {
	var text string
	err := tx.QueryRow(ctx, `SELECT columns FROM import_mapping WHERE entity = ? AND shape = ?`, entityName, shape).Scan(&text)
	if sqldb.IsNoRows(err) {
		return nil, nil //nolint:nilnil // nothing remembered is no failure
	}
	if err != nil {
		return nil, err
	}
	var fields []string
	return fields, json.Unmarshal([]byte(text), &fields)
}

// remember keeps what the user made of a sheet's columns for the next file of the same shape.
func (imp *Import) remember(ctx context.Context, tx *sqldb.Tx) error {
	for _, sh := range imp.Sheets {
		if !sh.Include {
			continue
		}
		fields := make([]string, len(sh.Columns))
		for i, c := range sh.Columns {
			fields[i] = c.Field
		}
		text, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO import_mapping (entity, shape, columns, used_at, used_by) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (entity, shape) DO UPDATE SET columns = excluded.columns, used_at = excluded.used_at, used_by = excluded.used_by`,
			imp.Entity, sh.shape(), string(text), tx.Now.UnixMilli(), imp.CreatedBy)
		if err != nil {
			return err
		}
	}
	return nil
}

// Change is what a user changes before an import runs; nil leaves as it is.
type Change struct {
	Sheets  []SheetChange `json:"sheets,omitempty"`
	Options *Options      `json:"options,omitempty"`
}

// SheetChange changes how one sheet is understood.
type SheetChange struct {
	Index     int               `json:"index"`
	Include   *bool             `json:"include,omitempty"`
	HeaderRow *int              `json:"header_row,omitempty"` // finds the columns anew; 0: there is no header
	Fields    map[string]string `json:"fields,omitempty"`     // column index → target
}

// Change changes how a file is understood, before it runs. Its problems must be looked for anew.
func (m *Importer) Change(ctx context.Context, actor *access.Actor, x id.ID, change Change) (*Import, error) {
	imp, err := m.Get(ctx, actor, x)
	if err != nil {
		return nil, err
	}
	if imp.State != Analysed && imp.State != Checked {
		return nil, errs.New(errs.Conflict, "import.not_open")
	}
	err = m.store.Read(ctx, actor, func(s *record.Session) error { return m.apply(ctx, s, imp, change) })
	if err != nil {
		return nil, err
	}
	imp.State, imp.Result, imp.Progress, imp.Unknown = Analysed, Result{}, Progress{}, nil
	return imp, m.store.DB().Write(ctx, func(tx *sqldb.Tx) error { return updateImport(ctx, tx, imp) })
}

func (m *Importer) apply(ctx context.Context, s *record.Session, imp *Import, change Change) error {
	if change.Options != nil {
		switch change.Options.Duplicates {
		case Auto, Skip, Fill, Overwrite, Create:
		default:
			return errs.OfField("duplicates", "field.choice", "value", change.Options.Duplicates)
		}
		imp.Options = *change.Options
	}
	p := newPlan(s, imp.Entity)
	for _, c := range change.Sheets {
		if c.Index < 0 || c.Index >= len(imp.Sheets) {
			return errs.OfField("sheets", "import.no_sheet")
		}
		sh := &imp.Sheets[c.Index]
		if c.HeaderRow != nil && *c.HeaderRow != sh.HeaderRow {
			if err := m.moveHeader(ctx, p, imp, sh, *c.HeaderRow); err != nil {
				return err
			}
		}
		if c.Include != nil {
			sh.Include = *c.Include
		}
		if err := sh.setFields(p, c.Fields); err != nil {
			return err
		}
	}
	return nil
}

func (sh *Sheet) setFields(p *plan, fields map[string]string) error {
	for i := range sh.Columns {
		field, ok := fields[itoa(sh.Columns[i].Index)]
		if !ok {
			continue
		}
		if field != "" && p.byName[field] == nil {
			return errs.OfField("fields", "import.no_target", "name", field)
		}
		sh.Columns[i].Field, sh.Columns[i].Certain = field, true
	}
	return nil
}

// moveHeader finds the columns anew with the header in another row.
func (m *Importer) moveHeader(ctx context.Context, p *plan, imp *Import, sh *Sheet, header int) error {
	book, done, err := m.open(ctx, imp)
	if err != nil {
		return err
	}
	defer done()
	head, err := sheet.Head(ctx, book, sh.Index, headRows)
	if err != nil {
		return err
	}
	sh.HeaderRow, sh.FirstRow, sh.Columns = header, header+1, nil
	var values [][]string
	width := 0
	for _, row := range head {
		width = max(width, len(row.Cells))
	}
	for c := range width {
		heading := sheet.ColumnName(c)
		var list []string
		for _, row := range head {
			v := strings.TrimSpace(row.Cell(c).String())
			switch {
			case row.Number == header && v != "":
				heading = layout.CleanHeader(v)
			case row.Number > header && v != "":
				list = append(list, v)
			}
		}
		if len(list) > 0 || heading != sheet.ColumnName(c) {
			sh.Columns = append(sh.Columns, Column{Index: c, Header: heading, Samples: firstFew(list)})
			values = append(values, list)
		}
	}
	p.assign(sh.Columns, values)
	return nil
}

// Targets lists what a column can mean for the actor.
func (m *Importer) Targets(ctx context.Context, actor *access.Actor, entityName string) ([]*Target, error) {
	var out []*Target
	err := m.store.Read(ctx, actor, func(s *record.Session) error {
		out = newPlan(s, entityName).targets
		return nil
	})
	return out, err
}

func message(lang i18n.Lang, err error) string {
	if e, ok := errs.As(err); ok {
		return e.Message(lang)
	}
	return ""
}
