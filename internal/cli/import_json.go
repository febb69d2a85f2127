package cli

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/importer"
)

// importReport is what import --json says.
type importReport struct {
	ID       string             `json:"id"`
	State    importer.State     `json:"state"`
	Error    string             `json:"error,omitempty"`
	Result   importer.Result    `json:"result"` // of all sheets
	Sheets   []sheetReport      `json:"sheets"` // those that took part
	Problems []importer.Problem `json:"problems"`
}

// sheetReport is what became of one sheet.
type sheetReport struct {
	Sheet     string         `json:"sheet"`
	HeaderRow int            `json:"header_row"` // as a spreadsheet program shows it; 0: none
	Columns   []columnReport `json:"columns"`
	Created   int            `json:"created"`
	Updated   int            `json:"updated"`
	Skipped   int            `json:"skipped"`
	Refused   []refusal      `json:"refused"`
}

type columnReport struct {
	Header string `json:"header"`
	Field  string `json:"field"` // "" is left out
}

// refusal is one reason why a row was refused; a row may have several.
type refusal struct {
	Row    int    `json:"row"` // as a spreadsheet program shows it
	Column string `json:"column"`
	Value  string `json:"value"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// reportOf gives the report of an import with every reason of every refused row.
func reportOf(ctx context.Context, m *importer.Importer, actor *access.Actor, imp *importer.Import, problems []importer.Problem) (*importReport, error) {
	refused := map[string][]refusal{}
	for seq := 0; ; {
		page, next, err := m.Problems(ctx, actor, imp.ID, importer.Refused, seq, 1000)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			refused[p.Sheet] = append(refused[p.Sheet], refusal{p.Row, p.Column, p.Value, p.Code, p.Reason})
		}
		if seq = next; next == 0 {
			break
		}
	}
	r := &importReport{ID: imp.ID.String(), State: imp.State, Error: imp.Error, Result: imp.Result, Sheets: []sheetReport{}, Problems: problems}
	for _, sh := range imp.Sheets {
		if sh.Include {
			r.Sheets = append(r.Sheets, reportOfSheet(sh, imp.Of[sh.Index], refused[sh.Name]))
		}
	}
	return r, nil
}

func reportOfSheet(sh importer.Sheet, of importer.Result, refused []refusal) sheetReport {
	r := sheetReport{
		Sheet: sh.Name, HeaderRow: sh.HeaderRow, Columns: []columnReport{},
		Created: of.Created, Updated: of.Updated, Skipped: of.Skipped, Refused: refused,
	}
	if refused == nil {
		r.Refused = []refusal{}
	}
	for _, c := range sh.Columns {
		r.Columns = append(r.Columns, columnReport{c.Header, c.Field})
	}
	return r
}
