package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sheet/layout"
	"genjin/internal/sqldb"
)

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
