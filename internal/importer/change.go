package importer

import (
	"context"
	"strings"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sheet/layout"
	"genjin/internal/sqldb"
)

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
