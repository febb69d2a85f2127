package sheet

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"genjin/internal/sheet/xmlscan"
)

// sharedStrings holds the texts of a workbook that cells refer to by number: the characters in chunks, eight bytes of
// index for each text. Texts handed out share their chunk's memory.
type sharedStrings struct {
	chunks  []string
	index   [][]uint64 // in blocks of stringBlock: chunk<<40 | offset<<20 | length
	count   int
	filling strings.Builder
	bytes   int64
}

const (
	stringChunk   = 64 << 10
	stringBlock   = 8 << 10
	stringMaximum = 1<<20 - 1
)

// add appends a text of at most stringMaximum bytes.
func (t *sharedStrings) add(text []byte) {
	if t.filling.Len() > 0 && t.filling.Len()+len(text) > stringChunk {
		t.flush()
	}
	if t.filling.Len() == 0 {
		t.filling.Grow(max(stringChunk, len(text)))
	}
	if t.count%stringBlock == 0 {
		t.index = append(t.index, make([]uint64, 0, stringBlock))
	}
	t.count++
	block := &t.index[len(t.index)-1]
	*block = append(*block, uint64(len(t.chunks))<<40|uint64(t.filling.Len())<<20|uint64(len(text)))
	t.filling.Write(text)
	t.bytes += int64(len(text)) + 8
}

// flush ends the chunk being filled; it must be called before get.
func (t *sharedStrings) flush() {
	t.chunks = append(t.chunks, t.filling.String())
	t.filling = strings.Builder{}
}

func (t *sharedStrings) get(i int) (string, bool) {
	if i < 0 || i >= t.count {
		return "", false
	}
	at := t.index[i/stringBlock][i%stringBlock]
	offset, length := at>>20&stringMaximum, at&stringMaximum
	return t.chunks[at>>40][offset : offset+length], true
}

// readStrings reads the part of shared strings.
func (c *container) readStrings(name string) (*sharedStrings, error) {
	t := &sharedStrings{}
	var text []byte
	err := c.scan(name, func(s *xmlscan.Scanner) error {
		if string(s.Name) != "si" {
			return nil
		}
		var err error
		if text, err = richText(s, text[:0]); err != nil {
			return err
		}
		if len(text) > c.lim.CellBytes || len(text) > stringMaximum {
			return failLarge("cell_too_long", "row", "?")
		}
		if t.add(text); t.bytes > c.lim.StringBytes {
			return failLarge("too_much_text")
		}
		return nil
	})
	t.flush()
	return t, err
}

// richText appends the text of the element whose Start was given last, an <si> or <is>, to buf: all runs of it, and
// not the pronunciation shown above it.
func richText(s *xmlscan.Scanner, buf []byte) ([]byte, error) {
	within, text := s.Depth(), 0
	for {
		kind, err := s.Next()
		if err != nil {
			return buf, err
		}
		switch kind {
		case xmlscan.Start:
			switch string(s.Name) {
			case "t":
				text = s.Depth()
			case "rPh":
				if err := s.Skip(); err != nil {
					return buf, err
				}
			}
		case xmlscan.Chars:
			if text > 0 {
				buf = append(buf, s.Text...)
			}
		case xmlscan.End:
			if s.Depth() < within {
				return unescape(buf), nil
			}
			if s.Depth() < text {
				text = 0
			}
		}
	}
}

// unescape replaces _x000D_ and the like, by which workbooks write characters XML has no place for, within buf.
func unescape(buf []byte) []byte {
	for i := 0; i+7 <= len(buf); i++ {
		if buf[i] != '_' || buf[i+1] != 'x' || buf[i+6] != '_' {
			continue
		}
		code, err := strconv.ParseUint(string(buf[i+2:i+6]), 16, 16)
		if err != nil || code >= 0xD800 && code < 0xE000 {
			continue
		}
		var sign [4]byte
		n := utf8.EncodeRune(sign[:], rune(code))
		if code == 0 {
			n = 0
		}
		rest := buf[i+7:]
		buf = append(append(buf[:i], sign[:n]...), rest...)
		i += n - 1
	}
	return buf
}
