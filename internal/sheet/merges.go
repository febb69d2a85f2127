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
	filled []filledCell // by column
	active int          // how many columns are being filled
	spans  []Span
}

type filledCell struct {
	bottom int // the last row to fill, 0 when none
	cell   Cell
}

func newMerges(list []merge) *merges {
	slices.SortStableFunc(list, func(a, b merge) int { return cmp.Compare(a.top, b.top) })
	return &merges{list: list}
}

// apply sets the row's merged ranges and fills what the ranges above it cover. Of overlapping ranges, which no
// spreadsheet program writes, the later one counts.
func (m *merges) apply(row *Row) {
	if m.active > 0 {
		m.fill(row)
	}
	m.spans = m.spans[:0]
	for ; m.next < len(m.list) && int(m.list[m.next].top) <= row.Number; m.next++ {
		if r := m.list[m.next]; int(r.top) == row.Number {
			m.begin(row, r)
		}
	}
	row.Merges = m.spans
}

func (m *merges) fill(row *Row) {
	for column := range m.filled {
		switch f := &m.filled[column]; {
		case f.bottom == 0:
		case f.bottom < row.Number:
			*f = filledCell{}
			m.active--
		default:
			row.Cells = setCell(row.Cells, column, f.cell)
		}
	}
}

// begin notes a range that starts in the row. Only a column with a value is filled, so it is within the limits.
func (m *merges) begin(row *Row, r merge) {
	m.spans = append(m.spans, Span{Column: int(r.left), Columns: int(r.right-r.left) + 1, Rows: int(r.bottom-r.top) + 1})
	cell := row.Cell(int(r.left))
	if r.bottom == r.top || cell.IsEmpty() {
		return
	}
	cell.Merged = true
	for len(m.filled) <= int(r.left) {
		m.filled = append(m.filled, filledCell{})
	}
	f := &m.filled[r.left]
	if f.bottom == 0 {
		m.active++
	}
	*f = filledCell{bottom: int(r.bottom), cell: cell}
}

// setCell puts a cell at a column, with empty ones before it.
func setCell(cells []Cell, column int, cell Cell) []Cell {
	for len(cells) <= column {
		cells = append(cells, Cell{})
	}
	cells[column] = cell
	return cells
}
