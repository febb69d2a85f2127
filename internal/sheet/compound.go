package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
)

// compoundSignature begins a Compound File Binary ([MS-CFB]), in which Excel 5 to 2003 kept its workbook and in which
// Office wraps encrypted files.
const compoundSignature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

var errCompound = errors.New("sheet: damaged compound file")

const (
	cfbEnd         = 0xFFFFFFFA // and above: no sector
	cfbNone        = 0xFFFFFFFF // no directory entry
	cfbMini        = 64
	cfbMiniMaximum = 4096
	cfbEntryBytes  = 128
	cfbMaxEntries  = 100_000
)

// compound is an opened compound file. What it keeps is bounded by the file's size, whatever the file claims.
type compound struct {
	r       io.ReaderAt
	size    int64
	sector  int64
	fat     []uint32
	miniFAT []uint32
	mini    *cfbStream // holds the small streams
	streams map[string]cfbEntry
}

type cfbEntry struct {
	kind               byte // 1 storage, 2 stream, 5 root
	start              uint32
	size               int64
	name               string
	left, right, child uint32
}

func openCFB(r io.ReaderAt, size int64) (*compound, error) {
	header := make([]byte, 512)
	if _, err := r.ReadAt(header, 0); err != nil {
		return nil, cmpEOF(err)
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return nil, errCompound
	}
	c := &compound{r: r, size: size, sector: 1 << shift, streams: map[string]cfbEntry{}}
	if err := c.readFAT(header); err != nil {
		return nil, err
	}
	entries, err := c.readDirectory(binary.LittleEndian.Uint32(header[48:]))
	if err != nil {
		return nil, err
	}
	if c.miniFAT, err = c.table(binary.LittleEndian.Uint32(header[60:])); err != nil {
		return nil, err
	}
	root := entries[0]
	sectors, err := c.chain(c.fat, root.start)
	if err != nil {
		return nil, err
	}
	c.mini = &cfbStream{file: c, sectors: sectors, unit: c.sector, size: min(root.size, int64(len(sectors))*c.sector)}
	c.collect(entries, root.child)
	return c, nil
}

func cmpEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return errCompound
	}
	return err
}

// sectors is how many the file can hold.
func (c *compound) sectors() int { return int(c.size/c.sector) + 1 }

// readSector reads a sector; what the file lacks at its end reads as zeros.
func (c *compound) readSector(n uint32, buf []byte) error {
	got, err := c.r.ReadAt(buf, int64(n+1)*c.sector)
	if got == 0 || err != nil && !errors.Is(err, io.EOF) {
		return cmpEOF(err)
	}
	clear(buf[got:])
	return nil
}

// readFAT reads the table of which sector follows which, over the list of its own sectors.
func (c *compound) readFAT(header []byte) error {
	buf := make([]byte, c.sector)
	list := header[76:512]
	next := binary.LittleEndian.Uint32(header[68:])
	for more := c.sectors(); ; more-- {
		for ; len(list) >= 4 && len(c.fat) < c.sectors(); list = list[4:] {
			n := binary.LittleEndian.Uint32(list)
			if n >= cfbEnd {
				continue
			}
			if err := c.readSector(n, buf); err != nil {
				return err
			}
			c.fat = appendUint32s(c.fat, buf)
		}
		if next >= cfbEnd || len(c.fat) >= c.sectors() {
			return nil
		}
		if more == 0 {
			return errCompound
		}
		list = make([]byte, c.sector)
		if err := c.readSector(next, list); err != nil {
			return err
		}
		next = binary.LittleEndian.Uint32(list[c.sector-4:])
		list = list[:c.sector-4]
	}
}

func appendUint32s(to []uint32, from []byte) []uint32 {
	for ; len(from) >= 4; from = from[4:] {
		to = append(to, binary.LittleEndian.Uint32(from))
	}
	return to
}

// chain lists the sectors of a stream. One that is longer than the file goes round in circles.
func (c *compound) chain(table []uint32, start uint32) ([]uint32, error) {
	var list []uint32
	longest := max(c.sectors(), len(c.miniFAT))
	for n := start; n < cfbEnd; n = table[n] {
		if int64(n) >= int64(len(table)) || len(list) > longest {
			return nil, errCompound
		}
		list = append(list, n)
	}
	return list, nil
}

// table reads a chain of sectors that holds sector numbers.
func (c *compound) table(start uint32) ([]uint32, error) {
	list, err := c.chain(c.fat, start)
	if err != nil {
		return nil, err
	}
	var table []uint32
	buf := make([]byte, c.sector)
	for _, n := range list {
		if err := c.readSector(n, buf); err != nil {
			return nil, err
		}
		table = appendUint32s(table, buf)
	}
	return table, nil
}

func (c *compound) readDirectory(start uint32) ([]cfbEntry, error) {
	list, err := c.chain(c.fat, start)
	if err != nil {
		return nil, err
	}
	var entries []cfbEntry
	buf := make([]byte, c.sector)
	for _, n := range list {
		if err := c.readSector(n, buf); err != nil {
			return nil, err
		}
		for at := 0; at < len(buf) && len(entries) < cfbMaxEntries; at += cfbEntryBytes {
			entries = append(entries, c.entry(buf[at:at+cfbEntryBytes]))
		}
	}
	if len(entries) == 0 {
		return nil, errCompound
	}
	return entries, nil
}

func (c *compound) entry(b []byte) cfbEntry {
	size := int64(binary.LittleEndian.Uint64(b[120:]))
	if c.sector == 512 {
		size &= 0xFFFFFFFF
	}
	units := make([]uint16, 0, 32)
	for i := 0; i+1 < int(min(binary.LittleEndian.Uint16(b[64:]), 64)); i += 2 {
		if u := binary.LittleEndian.Uint16(b[i:]); u != 0 {
			units = append(units, u)
		}
	}
	return cfbEntry{
		kind:  b[66],
		name:  strings.ToLower(string(utf16.Decode(units))),
		left:  binary.LittleEndian.Uint32(b[68:]),
		right: binary.LittleEndian.Uint32(b[72:]),
		child: binary.LittleEndian.Uint32(b[76:]),
		start: binary.LittleEndian.Uint32(b[116:]),
		size:  max(size, 0),
	}
}

// collect notes the streams directly under the root; those of embedded objects stand deeper.
func (c *compound) collect(entries []cfbEntry, top uint32) {
	seen := map[uint32]bool{}
	for todo := []uint32{top}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == cfbNone || int64(n) >= int64(len(entries)) || seen[n] {
			continue
		}
		seen[n] = true
		e := entries[n]
		if e.kind == 2 {
			c.streams[e.name] = e
		}
		todo = append(todo, e.left, e.right)
	}
}

// stream opens a stream by its name in lower case; nil without one.
func (c *compound) stream(name string) (*cfbStream, error) {
	e, ok := c.streams[name]
	if !ok {
		return nil, nil
	}
	s := &cfbStream{file: c, unit: c.sector}
	table := c.fat
	if e.size < cfbMiniMaximum {
		s.unit, s.within, table = cfbMini, c.mini, c.miniFAT
	}
	var err error
	s.sectors, err = c.chain(table, e.start)
	s.size = min(e.size, int64(len(s.sectors))*s.unit)
	return s, err
}

// cfbStream reads one stream at any place.
type cfbStream struct {
	file    *compound
	within  *cfbStream // the stream that holds this one's sectors; nil: the file
	sectors []uint32
	unit    int64
	size    int64
}

// ReadAt reads as io.ReaderAt wants it.
func (s *cfbStream) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		if off >= s.size {
			return done, io.EOF
		}
		within := off % s.unit
		n := min(int64(len(p)-done), s.unit-within, s.size-off)
		if err := s.readPart(p[done:done+int(n)], s.sectors[off/s.unit], within); err != nil {
			return done, err
		}
		done, off = done+int(n), off+n
	}
	return done, nil
}

func (s *cfbStream) readPart(p []byte, sector uint32, within int64) error {
	if s.within != nil {
		_, err := s.within.ReadAt(p, int64(sector)*cfbMini+within)
		return cmpEOF(err)
	}
	got, err := s.file.r.ReadAt(p, (int64(sector)+1)*s.unit+within)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if got == 0 {
		return errCompound
	}
	clear(p[got:])
	return nil
}
