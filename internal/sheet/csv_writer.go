package sheet

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// CSVWriter writes values separated by commas, in UTF-8 with a byte order mark so that spreadsheet programs read the
// Chinese, with CR LF line ends. A text they might take for a formula gets an apostrophe before it, which Open takes
// off again.
type CSVWriter struct {
	w    *bufio.Writer
	line []byte
	text []byte
	err  error
}

// NewCSV begins a file. The caller closes w after Close.
func NewCSV(w io.Writer) *CSVWriter {
	c := &CSVWriter{w: bufio.NewWriterSize(w, 64<<10)}
	_, c.err = c.w.WriteString("\ufeff")
	return c
}

// Header writes the titles; of the columns nothing else has a place in the file.
func (c *CSVWriter) Header(columns []Column) error {
	titles := make([]Value, len(columns))
	for i, col := range columns {
		titles[i] = Str(columnTitle(col))
	}
	return c.Row(titles)
}

// columnTitle gives a title as it is shown.
func columnTitle(c Column) string {
	if c.Required {
		return c.Title + "*"
	}
	return c.Title
}

// Row writes one row.
func (c *CSVWriter) Row(values []Value) error {
	if c.err != nil {
		return c.err
	}
	c.line = c.line[:0]
	for i, v := range values {
		if i > 0 {
			c.line = append(c.line, ',')
		}
		c.text = appendPlain(c.text[:0], v)
		c.line = appendField(c.line, c.text)
	}
	c.line = append(c.line, '\r', '\n')
	_, c.err = c.w.Write(c.line)
	return c.err
}

// Close writes what is still held back.
func (c *CSVWriter) Close() error {
	if c.err == nil {
		c.err = c.w.Flush()
	}
	return c.err
}

// appendPlain writes a value as bare text, one that could run guarded by an apostrophe.
func appendPlain(buf []byte, v Value) []byte {
	switch v.kind {
	case valueText:
		text := strings.ToValidUTF8(strings.ReplaceAll(v.text, "\x00", ""), "\ufffd")
		if csvGuarded(text) {
			buf = append(buf, '\'')
		}
		return append(buf, text...)
	case valueInt:
		return strconv.AppendInt(buf, v.whole, 10)
	case valueNum:
		return append(buf, formatNumber(v.num)...)
	case valueMoney:
		return appendMoney(buf, v.whole)
	case valueDate:
		return v.time.AppendFormat(buf, "2006-01-02")
	case valueDateTime:
		return v.time.AppendFormat(buf, "2006-01-02 15:04")
	case valueBool:
		return append(buf, Cell{Kind: Bool, Num: float64(v.whole)}.String()...)
	default:
		return buf
	}
}

// appendField writes a text between commas, in quotation marks where it needs them.
func appendField(buf, text []byte) []byte {
	quote := len(text) > 0 && (text[0] == ' ' || text[0] == '\t')
	for _, b := range text {
		if b == ',' || b == '"' || b == '\n' || b == '\r' {
			quote = true
			break
		}
	}
	if !quote {
		return append(buf, text...)
	}
	buf = append(buf, '"')
	for _, b := range text {
		if b == '"' {
			buf = append(buf, '"')
		}
		buf = append(buf, b)
	}
	return append(buf, '"')
}
