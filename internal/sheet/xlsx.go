package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"path"

	"genjin/internal/sheet/xmlscan"
)

// xlsxBook is an Office Open XML workbook, transitional or strict.
type xlsxBook struct {
	*container
	infos    []Info
	parts    []string // of the sheets
	stringsP string
	stylesP  string
	from1904 bool

	loaded  bool // strings and styles
	strings *sharedStrings
	styles  []*numFmt
	merged  map[int][]merge // of the sheets read so far
}

// openXLSX reads the list of sheets; strings and styles are read with the first rows.
func openXLSX(c *container, workbook string) (Book, error) {
	dir := path.Dir(workbook)
	rels, err := c.relations(partName(dir, "_rels/"+path.Base(workbook)+".rels"), dir)
	if err != nil {
		return nil, err
	}
	b := &xlsxBook{container: c, stringsP: partName(dir, "sharedStrings.xml"), stylesP: partName(dir, "styles.xml"), merged: map[int][]merge{}}
	sheets := map[string]string{}
	for _, rel := range rels {
		switch rel.kind {
		case "worksheet":
			sheets[rel.id] = rel.target
		case "sharedStrings":
			b.stringsP = rel.target
		case "styles":
			b.stylesP = rel.target
		}
	}
	if err := b.readWorkbook(workbook, sheets); err != nil {
		return nil, err
	}
	if len(b.infos) == 0 {
		return nil, fail("no_sheet")
	}
	return b, nil
}

// readWorkbook takes the worksheets in their order; sheets of charts, dialogs and macros are left out.
func (b *xlsxBook) readWorkbook(name string, sheets map[string]string) error {
	return b.scan(name, func(s *xmlscan.Scanner) error {
		switch string(s.Name) {
		case "workbookPr":
			b.from1904 = isTrue(s.Attr("date1904"))
		case "sheet":
			part := sheets[string(s.Attr("id"))]
			if b.container.parts[part] == nil {
				return nil
			}
			if len(b.infos) >= b.lim.Sheets {
				return failLarge("too_many_sheets", "max", b.lim.Sheets)
			}
			state := string(s.Attr("state"))
			info := Info{Name: string(s.Attr("name")), Hidden: state == "hidden" || state == "veryHidden", Rows: b.estimate(part)}
			b.infos, b.parts = append(b.infos, info), append(b.parts, part)
		}
		return nil
	})
}

func isTrue(value []byte) bool { return string(value) == "1" || string(value) == "true" }

// estimate says about how many rows a sheet has, from the first of them and the size the part claims.
func (b *xlsxBook) estimate(part string) int {
	r, err := b.open(part)
	if err != nil {
		return -1
	}
	defer r.Close()
	start := make([]byte, 64<<10)
	n, err := io.ReadFull(r, start)
	rows := bytes.Count(start[:n], []byte("<row")) + bytes.Count(start[:n], []byte(":row "))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return rows
	case err != nil || rows == 0:
		return -1
	}
	all := b.container.parts[part].UncompressedSize64
	return int(min(uint64(rows)*all/uint64(n), uint64(b.lim.Rows)))
}

func (b *xlsxBook) Format() string { return "xlsx" }
func (b *xlsxBook) Sheets() []Info { return b.infos }
func (b *xlsxBook) Close() error {
	b.strings, b.styles, b.merged = nil, nil, nil
	return nil
}

func (b *xlsxBook) Rows(ctx context.Context, sheet int) iter.Seq2[Row, error] {
	return stream(ctx, b.lim, b.infos, sheet, func(emit func(Row) error) error {
		if err := b.load(); err != nil {
			return err
		}
		ranges, err := b.ranges(ctx, sheet)
		if err != nil {
			return err
		}
		part, err := b.open(b.parts[sheet])
		if err != nil {
			return err
		}
		defer part.Close()
		r := &xlsxRows{book: b, scan: xmlscan.New(part), merges: newMerges(ranges), emit: emit}
		return b.file.at(r.read(), b.infos[sheet].Name, r.row.Number)
	})
}

// load reads strings and styles once.
func (b *xlsxBook) load() (err error) {
	if b.loaded {
		return nil
	}
	if b.strings, err = b.readStrings(b.stringsP); err != nil {
		return err
	}
	if b.styles, err = b.readStyles(b.stylesP); err != nil {
		return err
	}
	b.loaded = true
	return nil
}
