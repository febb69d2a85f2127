package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// textSource is a file of characters whose encoding is known; it can be read from the start any number of times.
type textSource struct {
	r        io.ReaderAt
	size     int64
	skip     int64 // the byte order mark
	encoding encoding.Encoding
}

// newTextSource finds the encoding: by the byte order mark; UTF-16 when every other byte of ASCII text is zero;
// UTF-8 when the whole file is valid UTF-8, or all but a few cut characters; GB18030 otherwise, which takes any bytes.
func newTextSource(r io.ReaderAt, size int64) (*textSource, error) {
	s := &textSource{r: r, size: size, encoding: encoding.Nop}
	start := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(start, 0); n < len(start) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		s.skip = 3
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		s.skip, s.encoding = 2, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
		return s, nil
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		s.skip, s.encoding = 2, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
		return s, nil
	}
	if order, ok := utf16Order(start); ok {
		s.encoding = unicode.UTF16(order, unicode.IgnoreBOM)
		return s, nil
	}
	good, bad, err := countUTF8(s.raw())
	switch {
	case bad == 0:
	case s.skip > 0, bad*50 <= good: // UTF-8 that was cut in the middle of a character here and there
		s.encoding = unicode.UTF8
	default:
		s.encoding = simplifiedchinese.GB18030
	}
	return s, err
}

// utf16Order recognises UTF-16 without a byte order mark: text with spaces, line ends, digits and Latin letters has
// zeros on one side of its pairs and hardly any on the other.
func utf16Order(start []byte) (unicode.Endianness, bool) {
	var zeros [2]int
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	pairs := len(start) / 2
	switch {
	case pairs >= 2 && zeros[1]*8 >= pairs && zeros[0]*20 <= zeros[1]:
		return unicode.LittleEndian, true
	case pairs >= 2 && zeros[0]*8 >= pairs && zeros[1]*20 <= zeros[0]:
		return unicode.BigEndian, true
	default:
		return unicode.LittleEndian, false
	}
}

// countUTF8 reads r to its end and counts the bytes of characters beyond ASCII, less one for each, and the bytes that
// cannot be UTF-8. A character cut off at the very end of the file counts as neither.
func countUTF8(r io.Reader) (good, bad int, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		data := buf[:kept+n]
		whole := data[:len(data)-unfinished(data)]
		if utf8.Valid(whole) {
			good += len(whole) - utf8.RuneCount(whole)
		} else {
			g, b := countRunes(whole)
			good, bad = good+g, bad+b
		}
		kept = copy(buf, data[len(whole):])
		if errors.Is(err, io.EOF) {
			return good, bad, nil
		}
		if err != nil {
			return good, bad, err
		}
	}
}

func countRunes(data []byte) (good, bad int) {
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			bad++
		}
		good += n - 1
		data = data[n:]
	}
	return good, bad
}

// unfinished gives how many bytes at the end of data begin a character that goes on after it.
func unfinished(data []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if tail := data[len(data)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// raw reads the bytes after the byte order mark.
func (s *textSource) raw() io.Reader { return io.NewSectionReader(s.r, s.skip, s.size-s.skip) }

// open reads the file from its start as UTF-8. What is invalid becomes U+FFFD.
func (s *textSource) open() io.Reader {
	if s.encoding == encoding.Nop {
		return s.raw()
	}
	return transform.NewReader(s.raw(), s.encoding.NewDecoder())
}

// start gives the first few thousand characters.
func (s *textSource) start() (string, error) {
	buf := make([]byte, 8192)
	n, err := io.ReadFull(s.open(), buf)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	buf = buf[:n]
	return string(buf[:n-unfinished(buf)]), nil
}
