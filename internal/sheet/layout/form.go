package layout

import "genjin/internal/sheet"

// minPairs is how many names of fields with their values beside them make a form.
const minPairs = 3

// Form recognises a single record laid out as a form, with each field's name to the left of its value, and gives it as
// a table of two rows: header and record, both with the row number of the form's first line. Not ok: the rows are no
// form. Ask before FindTable, which takes the first line of a form for a header.
func Form(rows []Row, known func(header string) float64) (header, record Row, ok bool) {
	if len(rows) > Lookahead {
		rows = rows[:Lookahead]
	}
	names, lines, filledLines := map[string]bool{}, 0, 0
	for _, row := range rows {
		pairs, isHeader := pairsOf(row, known)
		if isHeader && len(names) == 0 {
			return Row{}, Row{}, false
		}
		if filled(row) > 1 {
			filledLines++
		}
		if len(pairs) > 0 {
			lines++
		}
		for _, p := range pairs {
			if names[p.name] {
				return Row{}, Row{}, false // a list of several
			}
			names[p.name] = true
			header.Cells = append(header.Cells, sheet.Cell{Kind: sheet.Text, Text: p.name})
			record.Cells = append(record.Cells, p.value)
		}
	}
	if len(names) < minPairs || lines < 2 || 2*lines <= filledLines {
		return Row{}, Row{}, false
	}
	header.Number, record.Number = rows[0].Number, rows[0].Number
	return header, record, true
}

type pair struct {
	name  string
	value sheet.Cell
}

// pairsOf gives the names in a row that have a value to their right; isHeader says that two names stand side by side.
func pairsOf(row Row, known func(header string) float64) (pairs []pair, isHeader bool) {
	name := ""
	for _, cell := range row.Cells {
		text := CleanHeader(cell.String())
		switch {
		case text == "" || cell.Merged:
		case known(text) >= 0.6 && !isData(cell):
			isHeader = isHeader || name != ""
			name = text
		case name != "":
			pairs, name = append(pairs, pair{name, cell}), ""
		}
	}
	return pairs, isHeader
}
