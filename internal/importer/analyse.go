package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"genjin/internal/cn/text"
	"genjin/internal/entity"
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
	values := map[int][][]string{}
	for i, info := range book.Sheets() {
		sh, found, err := m.analyseSheet(ctx, s, p, book, i, info)
		if err != nil {
			return err
		}
		imp.Sheets, values[i] = append(imp.Sheets, sh), found
	}
	imp.include(p)
	imp.guessDates(p, values)
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

func (m *Importer) analyseSheet(ctx context.Context, s *record.Session, p *plan, book sheet.Book, i int, info sheet.Info) (Sheet, [][]string, error) {
	sh := Sheet{Index: i, Name: info.Name, Hidden: info.Hidden}
	head, err := sheet.Head(ctx, book, i, headRows)
	if err != nil {
		return sh, nil, err
	}
	values := sh.shape(layout.FindTable(head, p.sureness), head, info.Rows)
	remembered, err := rememberedMapping(ctx, s.Tx, p.entity, &sh)
	if err != nil {
		return sh, nil, err
	}
	if remembered == nil {
		p.assign(sh.Columns, values)
	} else {
		p.recall(sh.Columns, remembered, values)
	}
	return sh, values, nil
}

// shape takes over the table that was found among the first rows of a sheet and gives the values of its columns there.
// claims is how many rows the file says the sheet has.
func (sh *Sheet) shape(t layout.Table, head []sheet.Row, claims int) (values [][]string) {
	sh.HeaderRow, sh.Lines, sh.FirstRow, sh.Note, sh.Columns = t.HeaderRow, t.HeaderRows, t.FirstDataRow, t.Note, nil
	values = make([][]string, len(t.Columns))
	isRecord, records := t.Records(), 0
	for _, row := range head {
		if row.Number < t.FirstDataRow || !isRecord(row) {
			continue
		}
		records++
		for c, col := range t.Columns {
			if v := strings.TrimSpace(row.Cell(col.Index).String()); v != "" {
				values[c] = append(values[c], v)
			}
		}
	}
	for c, col := range t.Columns {
		sh.Columns = append(sh.Columns, Column{Index: col.Index, Header: col.Header, Samples: firstFew(values[c])})
	}
	switch {
	case len(head) < headRows:
		sh.Rows = records
	case claims < 0:
		sh.Rows = -1
	default:
		sh.Rows = max(records, claims-t.FirstDataRow+1)
	}
	return values
}

// recall gives columns the meaning they had in an earlier sheet with the same headings. What the actor may not fill, or
// what is no more, is guessed anew.
func (p *plan) recall(columns []Column, fields []string, values [][]string) {
	taken := map[*Target]bool{}
	for c := range columns {
		if t := p.byName[fields[c]]; t != nil {
			columns[c].Field, taken[t] = fields[c], true
		}
		columns[c].Certain = true
	}
	for c := range columns {
		if fields[c] != "" && columns[c].Field == "" {
			columns[c].Certain = false
			p.guess(&columns[c], values[c], taken)
		}
	}
}

// guessDates finds how the dates of the file are written where that is not told.
func (imp *Import) guessDates(p *plan, values map[int][][]string) {
	var dates []string
	for _, sh := range imp.Sheets {
		for c, col := range sh.Columns {
			if t := p.byName[col.Field]; sh.Include && t != nil && t.Field != nil && (t.Field.Type == entity.Date || t.Field.Type == entity.DateTime) {
				dates = append(dates, values[sh.Index][c]...)
			}
		}
	}
	if order := text.GuessOrder(dates); order != text.YMD {
		imp.Options.DateOrder = string(order)
	}
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

// fingerprint tells sheets with the same headings in the same order; "" for a sheet without.
func (sh *Sheet) fingerprint() string {
	if sh.HeaderRow == 0 {
		return ""
	}
	h := sha256.New()
	for _, c := range sh.Columns {
		h.Write([]byte(foldHeading(c.Header) + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func rememberedMapping(ctx context.Context, tx *sqldb.Tx, entityName string, sh *Sheet) ([]string, error) {
	var stored string
	err := tx.QueryRow(ctx, `SELECT columns FROM import_mapping WHERE entity = ? AND shape = ?`, entityName, sh.fingerprint()).Scan(&stored)
	if sqldb.IsNoRows(err) {
		return nil, nil //nolint:nilnil // nothing remembered is no failure
	}
	if err != nil {
		return nil, err
	}
	var fields []string
	if err := json.Unmarshal([]byte(stored), &fields); err != nil || len(fields) != len(sh.Columns) {
		return nil, err
	}
	return fields, nil
}

// remember keeps what the user made of a sheet's columns for the next file of the same shape.
func (imp *Import) remember(ctx context.Context, tx *sqldb.Tx) error {
	for i := range imp.Sheets {
		sh := &imp.Sheets[i]
		if !sh.Include || sh.fingerprint() == "" {
			continue
		}
		fields := make([]string, len(sh.Columns))
		for i, c := range sh.Columns {
			fields[i] = c.Field
		}
		stored, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO import_mapping (entity, shape, columns, used_at, used_by) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (entity, shape) DO UPDATE SET columns = excluded.columns, used_at = excluded.used_at, used_by = excluded.used_by`,
			imp.Entity, sh.fingerprint(), string(stored), tx.Now.UnixMilli(), imp.CreatedBy)
		if err != nil {
			return err
		}
	}
	return nil
}
