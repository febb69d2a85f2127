package layout

import (
	"strings"

	"genjin/internal/sheet"
)

// finder looks for the header among the first rows of a sheet.
type finder struct {
	rows  []Row
	known func(string) float64
	width int
}

// rank is how much a row looks like a header.
type rank struct {
	known  float64 // sum of how surely its texts name fields
	score  float64
	labels int // texts that could name something
	data   int // values that name nothing
	filled int
}

// bestRow gives the index of the header's most telling line, -1 when the table has none.
func (f *finder) bestRow() int {
	best, bestRank := -1, rank{}
	for i := range f.rows {
		if r := f.rank(f.rows[i]); r.filled > 0 && (best < 0 || r.score > bestRank.score+0.01) {
			best, bestRank = i, r
		}
	}
	switch {
	case best < 0:
		return -1
	case bestRank.known >= 1.2, bestRank.known >= 0.6 && bestRank.filled <= 2 && bestRank.data == 0:
		return best
	case bestRank.data == 0 && bestRank.filled >= 2 && f.contrast(best):
		return best
	default:
		return -1
	}
}

func (f *finder) rank(row Row) rank {
	var r rank
	for i, cell := range row.Cells {
		text := strings.TrimSpace(cell.String())
		if text == "" {
			continue
		}
		r.filled++
		switch {
		case f.spanned(row, i)*5 > f.width*3 && f.width > 2: // a title over most of the table
		case isData(cell):
			r.data++
		case isLabel(text):
			r.labels++
			r.known += f.known(CleanHeader(text))
		}
	}
	r.score = 2*r.known + 0.5*float64(r.labels) - 1.5*float64(r.data)
	if r.filled == 1 && f.width > 1 {
		r.score *= 0.2
	}
	return r
}

// spanned gives over how many columns the cell in a column goes.
func (f *finder) spanned(row Row, column int) int {
	for _, s := range row.Merges {
		if s.Column == column {
			return s.Columns
		}
	}
	return 1
}

// contrast reports whether below a row of texts some column holds values of another nature, which tells names from
// values where no name is known.
func (f *finder) contrast(header int) bool {
	for column, cell := range f.rows[header].Cells {
		data, all := 0, 0
		for _, row := range f.rows[header+1:] {
			if c := row.Cell(column); !c.IsEmpty() && !c.Merged {
				all++
				if isData(c) {
					data++
				}
			}
		}
		if !cell.IsEmpty() && data > 0 && data*2 >= all {
			return true
		}
	}
	return false
}

// lines gives the first and last index of the header's lines around its most telling one.
func (f *finder) lines(best int) (first, last int) {
	first, last = best, best
	for first > 0 && best-first < 2 && f.isUpperLine(f.rows[first-1], f.rows[first]) {
		first--
	}
	if last+1 < len(f.rows) && f.isLowerLine(f.rows[last], f.rows[last+1]) {
		last++
	}
	return first, last
}

// isUpperLine reports whether a row stands above a header line as part of the header: cells merged into groups, or
// down into the line below.
func (f *finder) isUpperLine(upper, line Row) bool {
	if line.Number-upper.Number != 1 {
		return false
	}
	groups, labels := 0, 0
	for i, cell := range upper.Cells {
		text := strings.TrimSpace(cell.String())
		if text == "" {
			continue
		}
		if isData(cell) || !isLabel(text) || strings.ContainsAny(text, "：:") {
			return false
		}
		labels++
		span := f.spanned(upper, i)
		if span > 1 && span*5 <= f.width*4 || line.Cell(i).Merged {
			groups++
		}
	}
	return groups > 0 && labels > 1 || labels > 1 && len(upper.Merges) == 0 && f.fillsGaps(upper, line)
}

// fillsGaps reports whether the line below names every column the row above names, and others in its gaps: groups in
// a file that knows no merged cells.
func (f *finder) fillsGaps(upper, line Row) bool {
	gaps := 0
	for i, cell := range line.Cells {
		above := upper.Cell(i)
		if cell.IsEmpty() {
			return false
		}
		if above.IsEmpty() {
			gaps++
		}
	}
	return gaps > 0 && !upper.Cell(0).IsEmpty()
}

// isLowerLine reports whether a row goes on with the header: it only divides columns that the line above holds
// together.
func (f *finder) isLowerLine(line, lower Row) bool {
	if lower.Number-line.Number != 1 {
		return false
	}
	covered := map[int]bool{}
	for _, s := range line.Merges {
		for i := 0; s.Columns > 1 && i < s.Columns; i++ {
			covered[s.Column+i] = true
		}
	}
	labels := 0
	for i, cell := range lower.Cells {
		text := strings.TrimSpace(cell.String())
		if text == "" || cell.Merged {
			continue
		}
		if !covered[i] || isData(cell) || !isLabel(text) {
			return false
		}
		labels++
	}
	return labels > 1
}

// table describes the table whose header are the rows first to last.
func (f *finder) table(first, last int) Table {
	t := Table{
		HeaderRow:    f.rows[first].Number,
		HeaderRows:   f.rows[last].Number - f.rows[first].Number + 1,
		FirstDataRow: f.rows[last].Number + 1,
		Note:         note(f.rows[:first]),
	}
	below := f.rows[last+1:]
	for len(below) > 0 && f.isInstruction(below[0]) {
		below = below[1:]
	}
	if len(below) > 0 {
		t.FirstDataRow = below[0].Number
	}
	headers := f.headers(f.rows[first : last+1])
	for i := range max(f.width, len(headers)) {
		switch {
		case i < len(headers) && headers[i] != "":
			t.Columns = append(t.Columns, Column{Index: i, Header: headers[i]})
		case hasValues(below, i):
			t.Columns = append(t.Columns, Column{Index: i, Header: sheet.ColumnName(i)})
		}
	}
	return t
}

// isInstruction reports whether a row right below the header explains it: one text over most of the table, or an
// example that says so.
func (f *finder) isInstruction(row Row) bool {
	for i, cell := range row.Cells {
		if text := strings.TrimSpace(cell.String()); text != "" {
			return f.width > 2 && f.spanned(row, i)*5 > f.width*3 || startsWithAny(text, "示例", "（示例", "(示例", "样例", "填写说明", "填写示例")
		}
	}
	return false
}

// headers joins the lines of a header by column.
func (f *finder) headers(lines []Row) []string {
	headers := f.spread(lines[len(lines)-1])
	for i := len(lines) - 2; i >= 0; i-- {
		upper := f.spread(lines[i])
		count := map[string]int{}
		for _, h := range headers {
			count[h]++
		}
		for len(headers) < len(upper) {
			headers = append(headers, "")
		}
		for column := range upper {
			lower := headers[column]
			certain := count[lower] == 1 && f.known(lower) >= 0.8
			headers[column] = join(upper[column], lower, certain)
		}
	}
	return headers
}

// join names a column by its group and its own name; by its own alone where that is enough.
func join(upper, lower string, certain bool) string {
	switch {
	case lower == "":
		return upper
	case upper == "" || certain || strings.Contains(lower, upper):
		return lower
	default:
		return upper + "/" + lower
	}
}

// spread gives the names in one line by column, a group's name in each column it covers.
func (f *finder) spread(line Row) []string {
	names := make([]string, len(line.Cells))
	for i, cell := range line.Cells {
		names[i] = CleanHeader(cell.String())
	}
	for _, s := range line.Merges {
		for i := s.Column + 1; i < s.Column+s.Columns && s.Column < len(line.Cells) && i < f.width; i++ {
			for len(names) <= i {
				names = append(names, "")
			}
			if names[i] == "" {
				names[i] = names[s.Column]
			}
		}
	}
	return names
}

// bare describes a table without header.
func (f *finder) bare() Table {
	t := Table{FirstDataRow: 1}
	if len(f.rows) > 0 {
		t.FirstDataRow = f.rows[0].Number
	}
	for i := range f.width {
		if hasValues(f.rows, i) {
			t.Columns = append(t.Columns, Column{Index: i, Header: sheet.ColumnName(i)})
		}
	}
	return t
}

func hasValues(rows []Row, column int) bool {
	for _, r := range rows {
		if strings.TrimSpace(r.Cell(column).String()) != "" {
			return true
		}
	}
	return false
}

// note joins the texts of rows, one line each.
func note(rows []Row) string {
	var lines []string
	for _, row := range rows {
		var texts []string
		for _, cell := range row.Cells {
			if text := strings.Join(strings.Fields(cell.String()), " "); text != "" && !cell.Merged {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			lines = append(lines, strings.Join(texts, " "))
		}
	}
	return strings.Join(lines, "\n")
}
