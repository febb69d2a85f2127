package sheet

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/dustin/go-humanize"
)

// errStop ends reading when the reader of the rows wants no more.
var errStop = errors.New("sheet: no more rows wanted")

// stream turns a reader that pushes rows into the sequence a Book gives. It is the one place that leaves out rows
// without a value, cuts trailing empty cells, counts against the limits and looks at the context.
func stream(ctx context.Context, lim Limits, infos []Info, sheet int, read func(emit func(Row) error) error) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if sheet < 0 || sheet >= len(infos) {
			yield(Row{}, fail("no_sheet"))
			return
		}
		seen, rows, cells := 0, 0, 0
		err := read(func(row Row) error {
			if seen++; seen%64 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			var own bool
			if row.Cells, own = trimCells(row.Cells); !own {
				return nil
			}
			rows, cells = rows+1, cells+len(row.Cells)
			if err := lim.check(row, rows, cells); err != nil {
				return err
			}
			if !yield(row, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Row{}, err)
		}
	}
}

// trimCells cuts trailing empty cells and reports whether the row has a value of its own: one that is not white space
// and was not filled down.
func trimCells(cells []Cell) (trimmed []Cell, own bool) {
	for len(cells) > 0 && cells[len(cells)-1].IsEmpty() {
		cells = cells[:len(cells)-1]
	}
	for i := range cells {
		c := &cells[i]
		if c.Kind != Empty && !c.Merged && (c.Kind != Text || strings.TrimSpace(c.Text) != "") {
			return cells, true
		}
	}
	return cells, false
}

func (l *Limits) check(row Row, rows, cells int) error {
	switch {
	case rows > l.Rows:
		return failLarge("too_many_rows", "max", humanize.Comma(int64(l.Rows)))
	case len(row.Cells) > l.Columns:
		return failLarge("too_many_columns", "row", row.Number, "max", l.Columns)
	case cells > l.Cells:
		return failLarge("too_many_cells", "max", humanize.Comma(int64(l.Cells)))
	default:
		return nil
	}
}

// oneSheet is what a book with a single sheet is made of.
type oneSheet struct {
	format string
	info   Info
	lim    Limits
	read   func(emit func(Row) error) error
}

func (b *oneSheet) Format() string { return b.format }
func (b *oneSheet) Sheets() []Info { return []Info{b.info} }
func (b *oneSheet) Close() error   { return nil }

func (b *oneSheet) Rows(ctx context.Context, sheet int) iter.Seq2[Row, error] {
	return stream(ctx, b.lim, b.Sheets(), sheet, b.read)
}
