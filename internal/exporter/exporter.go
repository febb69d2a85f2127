// Package exporter takes records out into workbooks and text files: under the scopes and field rules of who asks, page by
// page so that memory does not grow with the rows, logged, and so that what went out comes back in (sheets.md, “Out”).
package exporter

import (
	"context"
	"io"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/importer"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// Format is a format of files.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Order says what is to be taken out.
type Order struct {
	Entity    string
	Query     record.Query // Fields, Limit and Cursor are ignored
	Fields    []string     // in their order; all that the actor sees when nil
	Format    Format
	Watermark bool // a line above the header says who took the data out, and when
}

// Export writes the records that o describes and the actor may see to w, and logs that they did. It gives how many there
// were. What was written when an error is given is not whole and not logged. The actor needs the permission to export.
func Export(ctx context.Context, st *record.Store, actor *access.Actor, origin audit.Origin, o Order, w io.Writer) (rows int, err error) {
	if err := Allowed(st, actor, o.Entity); err != nil {
		return 0, err
	}
	var fields []*entity.Field
	err = st.Read(ctx, actor, func(s *record.Session) (err error) {
		if fields, err = chosen(s, o); err != nil {
			return err
		}
		rows, err = write(ctx, s, o, fields, w)
		return err
	})
	if err != nil {
		return 0, err
	}
	return rows, st.Write(ctx, actor, origin, func(s *record.Session) error { return log(ctx, s, o, fields, rows) })
}

// Allowed says whether the actor may export records of an entity, and why not.
func Allowed(st *record.Store, actor *access.Actor, entityName string) error {
	def := st.Schema().Def(entityName)
	if def == nil {
		return errs.New(errs.NotFound, "")
	}
	if !actor.May(def.ModuleName(), access.Export) {
		return errs.New(errs.Denied, "export.denied")
	}
	return nil
}

// chosen gives the fields of an export. One that is not there, or hidden from the actor, is an error.
func chosen(s *record.Session, o Order) ([]*entity.Field, error) {
	visible := s.Visible(o.Entity)
	if o.Fields == nil {
		return visible, nil
	}
	var out []*entity.Field
	for _, name := range o.Fields {
		i := slices.IndexFunc(visible, func(f *entity.Field) bool { return f.Name == name })
		if i < 0 {
			return nil, errs.OfField("fields", "export.no_field", "name", name)
		}
		if !slices.Contains(out, visible[i]) {
			out = append(out, visible[i])
		}
	}
	return out, nil
}

func write(ctx context.Context, s *record.Session, o Order, fields []*entity.Field, w io.Writer) (int, error) {
	def := s.Def(o.Entity)
	out, err := newWriter(s, o, def.Plural.In(s.Actor.Lang), w)
	if err != nil {
		return 0, err
	}
	if err := out.Header(columns(s, def, fields)); err != nil {
		return 0, err
	}
	q := o.Query
	q.Fields, q.Limit, q.Cursor = names(fields), record.MaxLimit, ""
	n := 0
	values := make([]sheet.Value, 0, len(fields)+2)
	for {
		page, err := s.List(ctx, o.Entity, q)
		if err != nil {
			return 0, err
		}
		view, err := s.View(ctx, o.Entity, page.Rows, q.Fields)
		if err != nil {
			return 0, err
		}
		for _, row := range page.Rows {
			values = values[:0]
			for _, f := range fields {
				values = append(values, view.Cell(row, f))
			}
			values = append(values, sheet.Str(row.ID().String()), sheet.Int(row.Version()))
			if err := out.Row(values); err != nil {
				return 0, err
			}
		}
		n += len(page.Rows)
		if q.Cursor = page.Next; q.Cursor == "" {
			return n, out.Close()
		}
	}
}

func names(fields []*entity.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

// Mark gives the line that says who takes data out, and when, for what the company wants to bear one; "" when it does not.
func Mark(s *record.Session) string {
	if s.Setting(org.Watermark, "") == "" {
		return ""
	}
	return mark(s)
}

func mark(s *record.Session) string {
	return i18n.Message(s.Actor.Lang, "export.watermark", i18n.Params{
		"name": s.Actor.Name, "time": s.Tx.Now.In(s.Store().Zone()).Format("2006-01-02 15:04"),
	})
}

func newWriter(s *record.Session, o Order, name string, w io.Writer) (sheet.Writer, error) {
	switch o.Format {
	case XLSX:
		opts := sheet.XLSXOptions{Sheet: name, Author: s.Actor.Name}
		if opts.Banner = Mark(s); o.Watermark {
			opts.Banner = mark(s)
		}
		opts.Footer = opts.Banner
		return sheet.NewXLSX(w, opts), nil
	case CSV:
		return sheet.NewCSV(w), nil
	}
	return nil, errs.OfField("format", "export.format")
}

// columns describes the columns of the fields, and behind them the two by which an exported row finds its record again.
func columns(s *record.Session, def *entity.Def, fields []*entity.Field) []sheet.Column {
	lang := s.Actor.Lang
	out := make([]sheet.Column, 0, len(fields)+2)
	for _, f := range fields {
		out = append(out, column(f, f.Label.In(lang), lang))
	}
	headings := importer.RoundTripHeadings
	idHeading, versionHeading := headings(lang)
	return append(out, sheet.Column{Title: idHeading, Width: 16, Format: sheet.AsText}, sheet.Column{Title: versionHeading, Width: 10})
}

// column describes the column of a field.
func column(f *entity.Field, title string, lang i18n.Lang) sheet.Column {
	const pixels = 8 // of a character
	c := sheet.Column{Title: title, Width: float64(f.Width) / pixels, Hint: f.Help.In(lang), Format: formatOf(f.Type)}
	if f.Type == entity.OneOf {
		for _, choice := range f.Choices {
			if !choice.Disabled {
				c.Choices = append(c.Choices, choice.Label.In(lang))
			}
		}
	}
	if f.Type == entity.Bool {
		env := &entity.Env{Lang: lang}
		c.Choices = []string{f.Type.Text(int64(1), f, env), f.Type.Text(int64(0), f, env)}
	}
	return c
}

func formatOf(t entity.Type) sheet.Format {
	switch t {
	case entity.Int:
		return sheet.AsInteger
	case entity.Money:
		return sheet.AsMoney
	case entity.Date:
		return sheet.AsDate
	case entity.DateTime:
		return sheet.AsTime
	case entity.Text, entity.Phone, entity.Phones, entity.CreditCode, entity.Birthday:
		return sheet.AsText
	}
	return sheet.General
}

// log writes who took what out. The entry belongs to the entity, not to a record.
func log(ctx context.Context, s *record.Session, o Order, fields []*entity.Field, rows int) error {
	filter, err := o.Query.Filter.String()
	if err != nil {
		return err
	}
	changes := []audit.Change{
		{Field: "rows", New: int64(rows)},
		{Field: "format", New: string(o.Format)},
		{Field: "fields", New: strings.Join(names(fields), ",")},
	}
	for _, c := range []audit.Change{{Field: "filter", New: filter}, {Field: "q", New: o.Query.Text}} {
		if c.New != "" {
			changes = append(changes, c)
		}
	}
	if o.Query.Archived {
		changes = append(changes, audit.Change{Field: "archived", New: int64(1)})
	}
	return Log(ctx, s, o.Entity, changes)
}

// Log writes who took something out: of an entity, or of what of names.
func Log(ctx context.Context, s *record.Session, of string, changes []audit.Change) error {
	return audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: of, Action: audit.Export, Changes: changes,
	}})
}
