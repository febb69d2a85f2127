package sheet

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// xlsBook is a workbook of Excel 5 to 2003, or of WPS under the name of .et.
type xlsBook struct {
	*watchedReader
	stream   *cfbStream
	lim      Limits
	infos    []Info
	starts   []int64 // of the sheets in the stream
	page     encoding.Encoding
	from1904 bool
	strings  *sharedStrings
	formats  map[int]*numFmt
	styles   []*numFmt
	surveys  map[int]*survey
}

// openCompound opens what is in a compound file: a workbook, or something to be refused by its name.
func openCompound(r io.ReaderAt, size int64, lim Limits) (Book, error) {
	b := &xlsBook{watchedReader: &watchedReader{r: r, budget: -1}, lim: lim, strings: &sharedStrings{}, formats: map[int]*numFmt{}, surveys: map[int]*survey{}}
	c, err := openCFB(b.watchedReader, size)
	if err != nil {
		return nil, b.known(err)
	}
	has := func(name string) bool { _, ok := c.streams[name]; return ok }
	switch {
	case has("encryptedpackage"):
		return nil, fail("password")
	case has("workbook"):
		b.stream, err = c.stream("workbook")
	case has("book"):
		b.stream, err = c.stream("book")
	default:
		return nil, fail("not_table")
	}
	if err == nil {
		err = b.readGlobals()
	}
	if err != nil {
		return nil, b.known(err)
	}
	if len(b.infos) == 0 {
		return nil, fail("no_sheet")
	}
	for i, start := range b.starts {
		b.infos[i].Rows = b.estimate(start)
	}
	return b, nil
}

// readGlobals reads what stands before the sheets: their list, strings, formats.
func (b *xlsBook) readGlobals() error {
	r := newBIFFReader(b.stream, 0, b.stream.size)
	if err := r.next(); err != nil {
		return err
	}
	if r.id != biffBOF {
		return unsupported("xls_old")
	}
	if version := r.u16(); version < 0x0600 {
		b.page = codePage(936)
	}
	for {
		if err := r.next(); err != nil {
			return err
		}
		if r.id == biffEOF {
			return nil
		}
		if err := b.readGlobal(r); err != nil {
			return err
		}
		if r.err != nil {
			return r.err
		}
	}
}

func (b *xlsBook) readGlobal(r *biffReader) error {
	switch r.id {
	case biffFilePass:
		return fail("password")
	case biffCodePage:
		if page := r.u16(); b.page != nil {
			b.page = codePage(page)
		}
	case biffDateMode:
		b.from1904 = r.u16() == 1
	case biffFormat:
		id, lenBytes := r.u16(), 2
		if b.page != nil {
			lenBytes = 1
		}
		f := parseFormat(r.text(lenBytes, b.page))
		b.formats[id] = &f
	case biffXF:
		r.u16()
		b.styles = append(b.styles, styleOf(r.u16(), b.formats))
	case biffBoundSheet:
		return b.addSheet(r)
	case biffSST:
		return b.readSST(r)
	}
	return nil
}

// codePage gives the encoding of texts before Excel 97.
func codePage(n int) encoding.Encoding {
	switch n {
	case 932:
		return japanese.ShiftJIS
	case 949:
		return korean.EUCKR
	case 950:
		return traditionalchinese.Big5
	case 1252, 0x8001:
		return charmap.Windows1252
	case 10000, 0x8000:
		return charmap.Macintosh
	default:
		return simplifiedchinese.GB18030
	}
}

func (b *xlsBook) addSheet(r *biffReader) error {
	start, state, kind := r.u32(), r.u8(), r.u8()
	name := r.text(1, b.page)
	if kind != 0 || r.err != nil { // sheets of charts and macros
		return nil
	}
	if len(b.infos) >= b.lim.Sheets {
		return failLarge("too_many_sheets", "max", b.lim.Sheets)
	}
	b.infos = append(b.infos, Info{Name: strings.TrimRight(name, "\x00"), Hidden: state&3 != 0, Rows: -1})
	b.starts = append(b.starts, int64(start))
	return nil
}

func (b *xlsBook) readSST(r *biffReader) error {
	r.u32()
	var text []byte
	for left := r.u32(); left > 0; left-- {
		if len(r.data) == 0 && !r.continued() {
			break
		}
		text = r.shared(text[:0])
		if r.err != nil {
			return r.err
		}
		if len(text) > b.lim.CellBytes {
			return failLarge("cell_too_long", "row", "?")
		}
		if b.strings.add(text); b.strings.bytes > b.lim.StringBytes {
			return failLarge("too_much_text")
		}
	}
	b.strings.flush()
	return nil
}

// estimate reads how many rows a sheet says it has; -1 when it does not say so near its beginning.
func (b *xlsBook) estimate(start int64) int {
	r := newBIFFReader(b.stream, start, b.stream.size)
	for range 200 {
		if r.next() != nil || r.id == biffEOF {
			return -1
		}
		if r.id == biffDimensions {
			var first, last uint32
			if b.page == nil {
				first, last = r.u32(), r.u32()
			} else {
				first, last = uint32(r.u16()), uint32(r.u16())
			}
			if r.err != nil || last < first || last > 1<<16 {
				return -1
			}
			return int(last - first)
		}
	}
	return -1
}

func (b *xlsBook) Format() string { return "xls" }
func (b *xlsBook) Sheets() []Info { return b.infos }
func (b *xlsBook) Close() error {
	b.strings, b.surveys = nil, nil
	return nil
}

func (b *xlsBook) Rows(ctx context.Context, sheet int) iter.Seq2[Row, error] {
	return stream(ctx, b.lim, b.infos, sheet, func(emit func(Row) error) error {
		s, err := b.survey(sheet)
		if err != nil {
			return b.known(err)
		}
		r := &xlsRows{book: b, records: newBIFFReader(b.stream, b.starts[sheet], b.stream.size), merges: newMerges(s.merges), emit: emit}
		if !s.sorted {
			r.held = map[int][]placed{}
		}
		return b.at(r.read(), b.infos[sheet].Name, r.row.Number)
	})
}

// survey is what must be known of a sheet before its cells are read.
type survey struct {
	merges []merge
	sorted bool // the cells of each row stand together and the rows in their order
}

// survey goes over a sheet's records once and keeps what it finds. A sheet that breaks off is surveyed up to there.
func (b *xlsBook) survey(sheet int) (*survey, error) {
	if s := b.surveys[sheet]; s != nil {
		return s, nil
	}
	s := &survey{sorted: true}
	r := newBIFFReader(b.stream, b.starts[sheet], b.stream.size)
	depth, last := 0, 0
	for {
		err := r.next()
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			depth = 0
		case err != nil:
			return nil, err
		case r.id == biffBOF:
			depth++
		case r.id == biffEOF:
			depth--
		case depth == 1 && r.id == biffMergeCells:
			if err := b.addMerges(s, r); err != nil {
				return nil, err
			}
		case depth == 1 && isCell(r.id):
			row := r.u16()
			s.sorted = s.sorted && row >= last
			last = row
		}
		if depth <= 0 {
			b.surveys[sheet] = s
			return s, nil
		}
	}
}

func isCell(id uint16) bool {
	switch id {
	case biffLabelSST, biffLabel, biffRString, biffNumber, biffRK, biffMulRK, biffFormula, biffBoolErr:
		return true
	default:
		return false
	}
}

func (b *xlsBook) addMerges(s *survey, r *biffReader) error {
	for n := r.u16(); n > 0 && len(r.data) >= 8; n-- {
		top, bottom, left, right := r.u16(), r.u16(), r.u16(), r.u16()
		if len(s.merges) >= b.lim.Merges {
			return failLarge("too_many_merges")
		}
		if bottom >= top && right >= left {
			s.merges = append(s.merges, merge{top: int32(top) + 1, bottom: int32(bottom) + 1, left: int32(left), right: int32(right)})
		}
	}
	return nil
}
