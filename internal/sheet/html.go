package sheet

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	htmlMaxToken = 2 << 20
	htmlMaxDepth = 16
	htmlMaxSpan  = 1 << 16
)

// openHTML opens the tables of a page, which many programs save under the name of .xls, as one sheet.
func openHTML(source *textSource, lim Limits) (Book, error) {
	if ok, err := hasTable(source.open()); err != nil {
		return nil, err
	} else if !ok {
		return nil, fail("not_table")
	}
	read := func(emit func(Row) error) error {
		h := htmlRows{lim: lim, emit: emit}
		return h.read(source.open())
	}
	return &oneSheet{format: "html", info: Info{Name: sheetName(0), Rows: -1}, lim: lim, read: read}, nil
}

// hasTable looks for the beginning of a table, so that a page that only says “please sign in” is told from one.
func hasTable(r io.Reader) (bool, error) {
	const overlap = 16
	buf := make([]byte, 64<<10)
	for kept := 0; ; {
		n, err := r.Read(buf[kept:])
		data := buf[:kept+n]
		if bytes.Contains(bytes.ToLower(data), []byte("<table")) {
			return true, nil
		}
		if err != nil {
			return false, ignoreEOF(err)
		}
		kept = copy(buf, data[max(0, len(data)-overlap):])
	}
}

// htmlRows reads the rows of all tables of a page. A table within a cell gives rows of its own, before the one it
// stands in.
type htmlRows struct {
	lim    Limits
	emit   func(Row) error
	tables []*htmlTable
	number int
}

// htmlTable is a table being read.
type htmlTable struct {
	row    Row
	merges *merges
	taken  []int // by column the last row that a cell from above covers
	inRow  bool
	inCell bool
	column int
	text   []byte
	space  bool
	cell   Cell // what attributes say about the value
	span   Span
}

func (h *htmlRows) read(r io.Reader) error {
	z := html.NewTokenizer(r)
	z.SetMaxBuf(htmlMaxToken)
	for {
		var err error
		switch z.Next() {
		case html.ErrorToken:
			return h.finish(z.Err())
		case html.TextToken:
			err = h.text(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			err = h.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			err = h.end(atom.Lookup(name))
		}
		if err != nil {
			return err
		}
	}
}

func (h *htmlRows) finish(err error) error {
	if errors.Is(err, html.ErrBufferExceeded) {
		return fail("suspicious")
	}
	for len(h.tables) > 0 && errors.Is(err, io.EOF) {
		if e := h.end(atom.Table); e != nil {
			return e
		}
	}
	return ignoreEOF(err)
}

// top is the innermost open table, nil outside of any.
func (h *htmlRows) top() *htmlTable {
	if len(h.tables) == 0 {
		return nil
	}
	return h.tables[len(h.tables)-1]
}

func (h *htmlRows) text(text []byte) error {
	t := h.top()
	if t == nil || !t.inCell {
		return nil
	}
	for _, r := range string(text) {
		switch r {
		case ' ', '\t', '\n', '\r', '\u00a0':
			t.space = true
		default:
			t.put(r)
		}
	}
	if len(t.text) > h.lim.CellBytes {
		return failLarge("cell_too_long", "row", h.number+1)
	}
	return nil
}

// put appends a character, with one space before it where there was white space.
func (t *htmlTable) put(r rune) {
	if t.space && len(t.text) > 0 && t.text[len(t.text)-1] != '\n' {
		t.text = append(t.text, ' ')
	}
	t.space = false
	t.text = append(t.text, string(r)...)
}

func (h *htmlRows) start(z *html.Tokenizer) error {
	name, hasAttr := z.TagName()
	t := h.top()
	switch tag := atom.Lookup(name); tag {
	case atom.Table:
		if len(h.tables) < htmlMaxDepth {
			h.tables = append(h.tables, &htmlTable{merges: newMerges(nil)})
		}
	case atom.Script, atom.Style, atom.Title, atom.Textarea:
		z.Next() // their text, which is no tag
	case atom.Tr:
		if t != nil {
			if err := h.endRow(t); err != nil {
				return err
			}
			t.inRow = true
		}
	case atom.Td, atom.Th:
		if t != nil {
			if err := h.endCell(t); err != nil {
				return err
			}
			t.beginCell(z, hasAttr)
		}
	case atom.Br, atom.P, atom.Div, atom.Li:
		if t != nil && t.inCell && len(t.text) > 0 && t.text[len(t.text)-1] != '\n' {
			t.space = false
			t.text = append(t.text, '\n')
		}
	}
	return nil
}

// beginCell begins a cell in the next column that no cell from above covers.
func (t *htmlTable) beginCell(z *html.Tokenizer, hasAttr bool) {
	t.inRow, t.inCell, t.space = true, true, false
	t.text, t.cell, t.span = t.text[:0], Cell{Kind: Text}, Span{Columns: 1, Rows: 1}
	for t.column < len(t.taken) && t.taken[t.column] > t.row.Number {
		t.column++
	}
	for hasAttr {
		var key, value []byte
		key, value, hasAttr = z.TagAttr()
		switch string(key) {
		case "colspan":
			t.span.Columns = spanOf(value)
		case "rowspan":
			t.span.Rows = spanOf(value)
		case "x:num":
			if num, ok := parseNumber(value); ok {
				t.cell = Cell{Kind: Number, Num: num}
			}
		}
	}
}

func spanOf(value []byte) int {
	n, err := strconv.Atoi(strings.TrimSpace(string(value)))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, htmlMaxSpan)
}

// endCell puts the cell that was read into its row.
func (h *htmlRows) endCell(t *htmlTable) error {
	if !t.inCell {
		return nil
	}
	t.inCell = false
	text := strings.TrimSpace(string(t.text))
	if t.column >= h.lim.Columns {
		if text == "" {
			return nil
		}
		return failLarge("too_many_columns", "row", h.number+1, "max", h.lim.Columns)
	}
	if _, number := parseNumber([]byte(strings.ReplaceAll(text, ",", ""))); t.cell.Kind == Text || !number {
		t.cell = Cell{Kind: Text, Text: text} // a date is said to be a number too, and shown as what it is
	}
	if text != "" {
		t.row.Cells = setCell(t.row.Cells, t.column, t.cell)
	}
	t.span.Column, t.span.Columns = t.column, min(t.span.Columns, h.lim.Columns-t.column)
	if t.span.Columns > 1 || t.span.Rows > 1 {
		t.cover()
	}
	t.column += t.span.Columns
	return nil
}

// cover notes the range that the current cell covers. Rows of a table are counted from 1, the current one being the
// next after those given away.
func (t *htmlTable) cover() {
	row, s := t.row.Number+1, t.span
	t.merges.list = append(t.merges.list, merge{top: int32(row), bottom: int32(row + s.Rows - 1), left: int32(s.Column), right: int32(s.Column + s.Columns - 1)})
	for len(t.taken) < s.Column+s.Columns {
		t.taken = append(t.taken, 0)
	}
	for i := s.Column; i < s.Column+s.Columns; i++ {
		t.taken[i] = row + s.Rows - 1
	}
}

// endRow gives the current row away.
func (h *htmlRows) endRow(t *htmlTable) error {
	if err := h.endCell(t); err != nil || !t.inRow {
		return err
	}
	t.inRow, t.column = false, 0
	t.row.Number++
	t.merges.apply(&t.row)
	h.number++
	row := t.row
	row.Number = h.number
	t.row.Cells = t.row.Cells[:0]
	if len(t.merges.list) == t.merges.next {
		t.merges.list, t.merges.next = t.merges.list[:0], 0
	}
	return h.emit(row)
}

func (h *htmlRows) end(tag atom.Atom) error {
	t := h.top()
	if t == nil {
		return nil
	}
	switch tag {
	case atom.Td, atom.Th:
		return h.endCell(t)
	case atom.Tr:
		return h.endRow(t)
	case atom.Table:
		h.tables = h.tables[:len(h.tables)-1]
		return h.endRow(t)
	}
	return nil
}
