package importer

import (
	"context"
	"io"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/sheet"
)

// WriteRefused writes the rows that were refused as a workbook: each as it was, with its number and the reasons beside
// it, so that it can be mended and dropped again.
func (m *Importer) WriteRefused(ctx context.Context, actor *access.Actor, x id.ID, w io.Writer) error {
	imp, err := m.Get(ctx, actor, x)
	if err != nil {
		return err
	}
	reasons, err := m.reasons(ctx, actor, imp)
	if err != nil {
		return err
	}
	if len(reasons) == 0 {
		return errs.New(errs.NotFound, "import.none_refused")
	}
	book, done, err := m.open(ctx, imp)
	if err != nil {
		return err
	}
	defer done()
	out := sheet.NewXLSX(w, sheet.XLSXOptions{})
	for i := range imp.Sheets {
		sh := &imp.Sheets[i]
		if rows := reasons[sh.Name]; len(rows) > 0 {
			if err := writeRefusedSheet(ctx, actor.Lang, out, book, sh, rows); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// reasons gives the reasons by sheet and row.
func (m *Importer) reasons(ctx context.Context, actor *access.Actor, imp *Import) (map[string]map[int]string, error) {
	out := map[string]map[int]string{}
	for seq := 0; ; {
		problems, next, err := m.Problems(ctx, actor, imp.ID, Refused, seq, 1000)
		if err != nil {
			return nil, err
		}
		for _, p := range problems {
			if out[p.Sheet] == nil {
				out[p.Sheet] = map[int]string{}
			}
			reason := p.Reason
			if p.Column != "" {
				reason = p.Column + "：" + reason
			}
			if said := out[p.Sheet][p.Row]; said != "" {
				reason = said + "；" + reason
			}
			out[p.Sheet][p.Row] = reason
		}
		if next == 0 {
			return out, nil
		}
		seq = next
	}
}

func writeRefusedSheet(ctx context.Context, lang i18n.Lang, out *sheet.XLSXWriter, book sheet.Book, sh *Sheet, reasons map[int]string) error {
	out.Sheet(sh.Name)
	columns := make([]sheet.Column, 0, len(sh.Columns)+1)
	for _, c := range sh.Columns {
		columns = append(columns, sheet.Column{Title: c.Header})
	}
	columns = append(columns, sheet.Column{Title: i18n.Message(lang, "import.reason", nil), Width: 50})
	if err := out.Header(columns); err != nil {
		return err
	}
	for row, err := range book.Rows(ctx, sh.Index) {
		if err != nil {
			return err
		}
		reason, refused := reasons[row.Number]
		if !refused {
			continue
		}
		values := make([]sheet.Value, 0, len(columns))
		for _, c := range sh.Columns {
			values = append(values, row.Cell(c.Index).Value())
		}
		if err := out.Row(append(values, sheet.Str(reason))); err != nil {
			return err
		}
	}
	return nil
}
