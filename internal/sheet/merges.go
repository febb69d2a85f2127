package sheet

import (
	"cmp"
	"slices"
)

// merge is one merged range: rows by number, columns from 0, all inclusive.
type merge struct{ top, bottom, left, right int32 }

// merges fills the value of vertically merged cells down the rows they cover, while the rows come by in their order.
type merges struct {
	list   []merge // by top; those before next have begun
	next   int
	active []activeMerge
	spans  []Span
}

type activeMerge struct {
	column int
	bottom int
	cell   Cell
}

func newMerges(list []merge) *merges {
	slices.SortStableFunc(list, func(a, b merge) int { return cmp.Compare(a.top, b.top) })
	return &merges{list: list}
}

// apply sets the row's merged ranges and fills what the ranges above it cover. Of overlapping ranges, which no
// spreadsheet program writes, the later one counts.
func (m *merges) apply(row *Row) {
	if m.next == len(m.list) && len(m.active) == 0 {
		return
	}
	m.active = slices.DeleteFunc(m.active, func(a activeMerge) bool { return row.Number > a.bottom })
	for i := range m.active {
		a := &m.active[i]
		row.Cells = setCell(row.Cells, a.column, a.cell)
	}
	m.spans = m.spans[:0]
	for ; m.next < len(m.list) && int(m.list[m.next].top) <= row.Number; m.next++ {
		if r := m.list[m.next]; int(r.top) == row.Number {
			m.begin(row, r)
		}
	}
	row.Merges = m.spans
}

func (m *merges) begin(row *Row, r merge) {
	m.spans = append(m.spans, Span{Column: int(r.left), Columns: int(r.right-r.left) + 1, Rows: int(r.bottom-r.top) + 1})
	cell := row.Cell(int(r.left))
	if r.bottom == r.top || cell.IsEmpty() {
		return
	}
	cell.Merged = true
	a := activeMerge{column: int(r.left), bottom: int(r.bottom), cell: cell}
	if i := slices.IndexFunc(m.active, func(o activeMerge) bool { return o.column == a.column }); i >= 0 {
		m.active[i] = a
		return
	}
	m.active = append(m.active, a)
}

// setCell puts a cell at a column, with empty ones before it.
func setCell(cells []Cell, column int, cell Cell) []Cell {
	for len(cells) <= column {
		cells = append(cells, Cell{})
	}
	cells[column] = cell
	return cells
}
