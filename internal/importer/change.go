package importer

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/cn/text"
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
	imp.State, imp.Result, imp.Of, imp.Progress, imp.Unknown, imp.Error = Analysed, Result{}, nil, Progress{}, nil, ""
	return imp, m.store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if err := dropProblems(ctx, tx, imp); err != nil {
			return err
		}
		return updateImport(ctx, tx, imp)
	})
}

func (m *Importer) apply(ctx context.Context, s *record.Session, imp *Import, change Change) error {
	if change.Options != nil {
		if err := change.Options.check(); err != nil {
			return err
		}
		imp.Options = *change.Options
	}
	p := newPlan(s, imp.Entity)
	for _, c := range change.Sheets {
		if c.Index < 0 || c.Index >= len(imp.Sheets) {
			return errs.OfField("sheets", "import.no_sheet")
		}
		sh := &imp.Sheets[c.Index]
		if c.HeaderRow != nil && (*c.HeaderRow < 0 || *c.HeaderRow > headRows) {
			return errs.OfField("header_row", "import.header_row", "max", headRows)
		}
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

func (o *Options) check() error {
	switch o.Duplicates {
	case Auto, Skip, Fill, Overwrite, Create:
	default:
		return errs.OfField("duplicates", "field.choice", "value", o.Duplicates)
	}
	switch text.Order(o.DateOrder) {
	case "", text.YMD, text.DMY, text.MDY:
	default:
		return errs.OfField("date_order", "field.choice", "value", o.DateOrder)
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
	values := sh.shape(layout.AsHeader(head, header, 1, p.sureness), head, book.Sheets()[sh.Index].Rows)
	p.assign(sh.Columns, values)
	return nil
}
