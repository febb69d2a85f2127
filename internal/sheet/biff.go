package sheet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// The records of BIFF ([MS-XLS]) that are read.
const (
	biffFormula    = 0x0006
	biffEOF        = 0x000A
	biffDateMode   = 0x0022
	biffFilePass   = 0x002F
	biffContinue   = 0x003C
	biffCodePage   = 0x0042
	biffBoundSheet = 0x0085
	biffMulRK      = 0x00BD
	biffRString    = 0x00D6
	biffXF         = 0x00E0
	biffMergeCells = 0x00E5
	biffSST        = 0x00FC
	biffLabelSST   = 0x00FD
	biffDimensions = 0x0200
	biffNumber     = 0x0203
	biffLabel      = 0x0204
	biffBoolErr    = 0x0205
	biffString     = 0x0207
	biffRK         = 0x027E
	biffFormat     = 0x041E
	biffBOF        = 0x0809
)

var errBIFF = errors.New("sheet: damaged BIFF record")

// biffReader reads the records of a stream one after the other, and the values within a record, across the CONTINUE
// records it goes on in.
type biffReader struct {
	r    *bufio.Reader
	id   uint16
	data []byte // of the record, not yet used
	buf  []byte
	err  error // the first failure of reading values
}

func newBIFFReader(r io.ReaderAt, from, size int64) *biffReader {
	return &biffReader{r: bufio.NewReaderSize(io.NewSectionReader(r, from, max(0, size-from)), 64<<10)}
}

// next reads the next record. A stream that ends without EOF record was cut: io.ErrUnexpectedEOF.
func (b *biffReader) next() error {
	var head [4]byte
	if _, err := io.ReadFull(b.r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	b.id = binary.LittleEndian.Uint16(head[:])
	n := int(binary.LittleEndian.Uint16(head[2:]))
	if cap(b.buf) < n {
		b.buf = make([]byte, max(n, 9000))
	}
	b.data, b.err = b.buf[:n], nil
	_, err := io.ReadFull(b.r, b.data)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// continued goes on to the CONTINUE record that follows, if one does.
func (b *biffReader) continued() bool {
	head, err := b.r.Peek(2)
	if err != nil || binary.LittleEndian.Uint16(head) != biffContinue {
		return false
	}
	id := b.id
	err = b.next()
	b.id = id
	return err == nil
}

// take gives the next n bytes, which must stand in one record.
func (b *biffReader) take(n int) []byte {
	if len(b.data) == 0 && n > 0 {
		b.continued()
	}
	if len(b.data) < n {
		b.err = errBIFF
		b.data = nil
		return make([]byte, n)
	}
	p := b.data[:n]
	b.data = b.data[n:]
	return p
}

func (b *biffReader) u8() int     { return int(b.take(1)[0]) }
func (b *biffReader) u16() int    { return int(binary.LittleEndian.Uint16(b.take(2))) }
func (b *biffReader) u32() uint32 { return binary.LittleEndian.Uint32(b.take(4)) }
func (b *biffReader) float() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(b.take(8)))
}

// skip passes over n bytes, over as many CONTINUE records as they fill.
func (b *biffReader) skip(n int) {
	for n > len(b.data) {
		n -= len(b.data)
		b.data = nil
		if !b.continued() {
			b.err = errBIFF
			return
		}
	}
	b.data = b.data[n:]
}

// unicode appends n characters to text, of one or two bytes each as wide says. Where they go on in a CONTINUE record,
// its first byte says anew how wide they are.
func (b *biffReader) unicode(text []byte, n int, wide bool) []byte {
	for {
		size := 1
		if wide {
			size = 2
		}
		here := min(n, len(b.data)/size)
		text = appendUnits(text, b.data[:here*size], wide)
		b.data = b.data[here*size:]
		if n -= here; n == 0 {
			return text
		}
		if len(b.data) > 0 || !b.continued() || len(b.data) == 0 {
			b.err = errBIFF
			return text
		}
		wide = b.u8()&1 != 0
	}
}

// appendUnits appends UTF-16 units, or the lower bytes of such, as UTF-8. A pair of surrogates may be cut by the end
// of a record; its halves then are replaced.
func appendUnits(text, data []byte, wide bool) []byte {
	if !wide {
		for _, c := range data {
			text = utf8.AppendRune(text, rune(c))
		}
		return text
	}
	for len(data) >= 2 {
		r := rune(binary.LittleEndian.Uint16(data))
		data = data[2:]
		if r >= 0xD800 && r < 0xDC00 && len(data) >= 2 {
			if low := rune(binary.LittleEndian.Uint16(data)); low >= 0xDC00 && low < 0xE000 {
				r, data = (r-0xD800)<<10+(low-0xDC00)+0x10000, data[2:]
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// text reads a string of BIFF8, whose length of lenBytes stands before it, or of BIFF5 in a code page.
func (b *biffReader) text(lenBytes int, page encoding.Encoding) string {
	var n int
	if lenBytes == 1 {
		n = b.u8()
	} else {
		n = b.u16()
	}
	if page != nil {
		return decodePage(page, b.take(min(n, len(b.data))))
	}
	if n == 0 {
		return ""
	}
	flags := b.u8()
	return string(b.unicode(nil, n, flags&1 != 0))
}

func decodePage(page encoding.Encoding, data []byte) string {
	text, err := page.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	return string(text)
}

// shared appends the next string of the table of shared strings to text.
func (b *biffReader) shared(text []byte) []byte {
	n, flags := b.u16(), b.u8()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = b.u16()
	}
	if flags&4 != 0 {
		extra = int(b.u32())
	}
	if n > 0 {
		text = b.unicode(text, n, flags&1 != 0)
	}
	if skip := 4*runs + extra; skip > 0 {
		b.skip(skip)
	}
	return text
}

// rk unpacks the short form of numbers.
func rk(v uint32) float64 {
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

var biffErrors = map[int]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

func biffError(code int) Cell {
	text, ok := biffErrors[code]
	if !ok {
		text = "#N/A"
	}
	return Cell{Kind: Error, Text: text}
}
