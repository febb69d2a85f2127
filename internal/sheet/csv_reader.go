package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

const (
	csvBuffer    = 64 << 10
	csvMaxRecord = 16 << 20
	csvPatience  = 100 // unclosed quotation marks, after which none is taken to reach past its line
)

// csvReader splits text into records. It loses nothing: a quotation mark that no closing one answers is an ordinary
// character, and the lines after it are records of their own.
type csvReader struct {
	r         io.Reader
	delimiter []byte
	lim       Limits
	buf       []byte // read and not yet used is buf[pos:]
	pos       int
	eof       bool
	line      int // on which the next record starts
	unclosed  int
	scratch   []byte // the values of a record, one after the other
	ends      []int  // where each ends in scratch
	cells     []Cell
}

func newCSVReader(r io.Reader, delimiter string, lim Limits) *csvReader {
	return &csvReader{r: r, delimiter: []byte(delimiter), lim: lim, line: 1, buf: make([]byte, 0, csvBuffer)}
}

// each reads all records.
func (c *csvReader) each(emit func(Row) error) error {
	for {
		line, err := c.next()
		if err != nil {
			return ignoreEOF(err)
		}
		c.cells = c.cells[:0]
		text, from := string(c.scratch), 0
		for _, to := range c.ends {
			cell := Cell{}
			if value := csvValue(text[from:to]); value != "" {
				cell = Cell{Kind: Text, Text: value}
			}
			c.cells, from = append(c.cells, cell), to
		}
		if err := emit(Row{Number: line, Cells: c.cells}); err != nil {
			return err
		}
	}
}

// next reads one record into scratch and ends, and gives the line it starts on; io.EOF after the last.
func (c *csvReader) next() (line int, err error) {
	for {
		data := c.buf[c.pos:]
		if len(data) == 0 && c.eof {
			return c.line, io.EOF
		}
		if used, ok := c.parse(data); ok {
			if err := c.check(); err != nil {
				return c.line, err
			}
			line = c.line
			c.line += lineEnds(data[:used])
			c.pos += used
			return line, nil
		}
		if err := c.more(); err != nil {
			return c.line, err
		}
	}
}

// check refuses a record past the limits.
func (c *csvReader) check() error {
	if len(c.ends) > c.lim.Columns {
		return failLarge("too_many_columns", "row", c.line, "max", c.lim.Columns)
	}
	from := 0
	for _, to := range c.ends {
		if to-from > c.lim.CellBytes {
			return failLarge("cell_too_long", "row", c.line)
		}
		from = to
	}
	return nil
}

// lineEnds counts the lines that end in data.
func lineEnds(data []byte) int {
	if n := bytes.Count(data, []byte{'\n'}); n > 0 || bytes.IndexByte(data, '\r') < 0 {
		return n
	}
	return bytes.Count(data, []byte{'\r'})
}

// more reads on, and makes room where the record fills the buffer.
func (c *csvReader) more() error {
	if c.pos > 0 {
		c.buf = c.buf[:copy(c.buf, c.buf[c.pos:])]
		c.pos = 0
	}
	if len(c.buf) == cap(c.buf) {
		if len(c.buf) >= csvMaxRecord {
			return failLarge("cell_too_long", "row", c.line)
		}
		c.buf = slices.Grow(c.buf, len(c.buf))
	}
	n, err := c.r.Read(c.buf[len(c.buf):cap(c.buf)])
	c.buf = c.buf[:len(c.buf)+n]
	if errors.Is(err, io.EOF) {
		c.eof = true
		return nil
	}
	return err
}

// parse splits the record that data begins with. It gives how many bytes the record takes with its line end; not ok
// when that cannot be told before more is read.
func (c *csvReader) parse(data []byte) (used int, ok bool) {
	c.scratch, c.ends = c.scratch[:0], c.ends[:0]
	for at := 0; ; {
		end, quoted, ok := c.quoted(data, at)
		if !quoted {
			end, ok = c.plain(data, at)
		}
		if !ok {
			return 0, false
		}
		c.ends = append(c.ends, len(c.scratch))
		switch rest := data[end:]; {
		case len(rest) == 0:
			return end, c.eof
		case rest[0] == '\n':
			return end + 1, true
		case rest[0] == '\r' && len(rest) == 1:
			return end + 1, c.eof
		case rest[0] == '\r' && rest[1] == '\n':
			return end + 2, true
		case rest[0] == '\r':
			return end + 1, true
		}
		if at = end + len(c.delimiter); len(c.ends) > c.lim.Columns {
			return at, true // refused by check
		}
	}
}

// plain reads a value without quotation marks around it and gives where it ends.
func (c *csvReader) plain(data []byte, at int) (end int, ok bool) {
	end = len(data)
	for i := at; i < len(data); i++ {
		if b := data[i]; (b == '\n' || b == '\r' || b == c.delimiter[0]) && c.atEnd(data[i:]) {
			end = i
			break
		}
	}
	if end == len(data) && !c.eof {
		return 0, false
	}
	c.add(data[at:end])
	return end, true
}

// atEnd reports whether a value ends before data: at a delimiter, a line end or the end of what was read.
func (c *csvReader) atEnd(data []byte) bool {
	return len(data) == 0 || data[0] == '\n' || data[0] == '\r' ||
		data[0] == c.delimiter[0] && bytes.HasPrefix(data, c.delimiter)
}

// quoted reads a value in quotation marks and gives where it ends. It is not quoted when no mark stands at its
// beginning or none closes it; where marks stand within it that are not doubled, one on its own line must.
func (c *csvReader) quoted(data []byte, at int) (end int, quoted, ok bool) {
	for at < len(data) && data[at] == ' ' {
		at++
	}
	if at == len(data) || data[at] != '"' {
		return 0, false, false
	}
	from := at + 1
	limit := min(len(data), from+2*c.lim.CellBytes)
	loose := c.unclosed > csvPatience // no longer trusted past the end of the line
	for i := from; i < limit; i++ {
		switch {
		case data[i] == '\n' && loose:
			return 0, false, false
		case data[i] != '"':
		case i+1 < len(data) && data[i+1] == '"':
			i++
		case i+1 == len(data) && !c.eof:
			return 0, true, false
		default:
			end := i + 1
			for end < len(data) && data[end] == ' ' {
				end++
			}
			if c.atEnd(data[end:]) {
				c.addUnquoted(data[from:i])
				return end, true, true
			}
			loose = true
		}
	}
	if limit == len(data) && !c.eof {
		return 0, true, false
	}
	c.unclosed++
	return 0, false, false
}

// addUnquoted keeps a value with its doubled quotation marks made single.
func (c *csvReader) addUnquoted(value []byte) {
	for {
		i := bytes.Index(value, []byte(`""`))
		if i < 0 {
			c.add(value)
			return
		}
		c.add(value[:i+1])
		value = value[i+2:]
	}
}

// add keeps the bytes of a value. Zero bytes, which some programs leave at the end of texts, are dropped.
func (c *csvReader) add(value []byte) {
	if bytes.IndexByte(value, 0) < 0 {
		c.scratch = append(c.scratch, value...)
		return
	}
	for _, b := range value {
		if b != 0 {
			c.scratch = append(c.scratch, b)
		}
	}
}
