package sheet

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// xlsRows reads the cells of one sheet and puts them into rows.
type xlsRows struct {
	book    *xlsBook
	records *biffReader
	merges  *merges
	emit    func(Row) error
	row     Row
	pending int              // the column whose formula's text is to come, -1 none
	held    map[int][]placed // all cells by row number, where the file has the rows in disorder
	holding int
}

type placed struct {
	column int
	cell   Cell
}

// maxHeld bounds the cells kept of a sheet whose rows are in disorder; a whole old worksheet of sixteen columns.
const maxHeld = 1 << 20

func (x *xlsRows) read() error {
	x.pending = -1
	for depth := 0; ; {
		if err := x.records.next(); err != nil {
			return err
		}
		switch id := x.records.id; {
		case id == biffBOF:
			depth++
		case id == biffEOF:
			if depth--; depth <= 0 {
				return x.finish()
			}
		case depth == 0:
			return errBIFF
		case depth == 1:
			if err := x.record(id); err != nil {
				return err
			}
		}
	}
}

// record reads a record that may hold cells.
func (x *xlsRows) record(id uint16) error {
	r := x.records
	if id == biffString && x.pending >= 0 {
		text := r.text(2, x.book.page)
		column := x.pending
		x.pending = -1
		if r.err != nil {
			return r.err
		}
		return x.set(column, Cell{Kind: Text, Text: text})
	}
	if !isCell(id) {
		return nil
	}
	row, column := r.u16()+1, r.u16()
	if r.err != nil {
		return r.err
	}
	if row != x.row.Number {
		if err := x.end(); err != nil {
			return err
		}
		x.row = Row{Number: row, Cells: x.row.Cells[:0]}
	}
	x.pending = -1
	if id == biffMulRK {
		return x.several(column)
	}
	style := r.u16()
	cell := x.cell(id, column, style)
	if r.err != nil {
		return r.err
	}
	return x.set(column, cell)
}

// several reads the numbers of a MULRK record.
func (x *xlsRows) several(column int) error {
	for r := x.records; len(r.data) >= 6+2; column++ {
		style := r.u16()
		if err := x.set(column, x.number(rk(r.u32()), style)); err != nil {
			return err
		}
	}
	return nil
}

// cell reads the value of a cell record from behind its style.
func (x *xlsRows) cell(id uint16, column, style int) Cell {
	r := x.records
	switch id {
	case biffLabelSST:
		text, ok := x.book.strings.get(int(r.u32()))
		if !ok {
			r.err = errBIFF
		}
		return Cell{Kind: Text, Text: text}
	case biffLabel, biffRString:
		return Cell{Kind: Text, Text: r.text(2, x.book.page)}
	case biffNumber:
		return x.number(r.float(), style)
	case biffRK:
		return x.number(rk(r.u32()), style)
	case biffBoolErr:
		value, isError := r.u8(), r.u8()
		if isError != 0 {
			return biffError(value)
		}
		return Cell{Kind: Bool, Num: float64(value & 1)}
	default:
		return x.formula(r.take(8), column, style)
	}
}

// formula reads a formula's cached value. A text stands in a record of its own that follows.
func (x *xlsRows) formula(value []byte, column, style int) Cell {
	if binary.LittleEndian.Uint16(value[6:]) != 0xFFFF {
		return x.number(math.Float64frombits(binary.LittleEndian.Uint64(value)), style)
	}
	switch value[0] {
	case 0:
		x.pending = column
		return Cell{}
	case 1:
		return Cell{Kind: Bool, Num: float64(value[2] & 1)}
	case 2:
		return biffError(int(value[2]))
	default:
		return Cell{}
	}
}

func (x *xlsRows) number(num float64, style int) Cell {
	if math.IsNaN(num) || math.IsInf(num, 0) {
		return Cell{}
	}
	if style >= len(x.book.styles) {
		return Cell{Kind: Number, Num: num}
	}
	return x.book.styles[style].cell(num, x.book.from1904)
}

// set puts a cell into the current row.
func (x *xlsRows) set(column int, cell Cell) error {
	switch {
	case cell.IsEmpty() || cell.Kind == Text && cell.Text == "":
		return nil
	case column >= x.book.lim.Columns:
		return failLarge("too_many_columns", "row", x.row.Number, "max", x.book.lim.Columns)
	case len(cell.Text) > x.book.lim.CellBytes:
		return failLarge("cell_too_long", "row", x.row.Number)
	case x.held == nil:
		x.row.Cells = setCell(x.row.Cells, column, cell)
		return nil
	}
	if x.holding++; x.holding > maxHeld {
		return failLarge("too_many_cells", "max", maxHeld)
	}
	x.held[x.row.Number] = append(x.held[x.row.Number], placed{column, cell})
	return nil
}

// end gives the current row away.
func (x *xlsRows) end() error {
	if x.row.Number == 0 || x.held != nil {
		return nil
	}
	x.merges.apply(&x.row)
	return x.emit(x.row)
}

// finish gives away what is left: the last row, or all rows when they were in disorder.
func (x *xlsRows) finish() error {
	if x.held == nil {
		return x.end()
	}
	for _, number := range slices.Sorted(maps.Keys(x.held)) {
		row := Row{Number: number}
		for _, p := range x.held[number] {
			row.Cells = setCell(row.Cells, p.column, p.cell)
		}
		x.merges.apply(&row)
		if err := x.emit(row); err != nil {
			return err
		}
	}
	return nil
}
