package sheet

import (
	"archive/zip"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
)

// XLSXOptions are the choices for a workbook.
type XLSXOptions struct {
	Sheet  string // name of the first sheet; later ones are named by Sheet
	Banner string // a line above each header, such as who took the data out and when
	Footer string // a line at the foot of each page that is printed
	Author string // stands in the file's properties
}

// XLSXWriter writes a workbook row by row: real dates and numbers, texts that cannot run, a frozen header with filter,
// widths that fit, drop-down lists. When a sheet is full the next one goes on with the same header.
type XLSXWriter struct {
	out     *zip.Writer
	opts    XLSXOptions
	sheets  []string // names of those begun
	lists   lists
	sheet   *xlsxSheet // nil between sheets
	next    string     // name of the sheet that the next Header begins
	columns []Column
	err     error
}

// NewXLSX begins a workbook. The caller closes w after Close.
func NewXLSX(w io.Writer, opts XLSXOptions) *XLSXWriter {
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	if opts.Sheet == "" {
		opts.Sheet = sheetName(0)
	}
	return &XLSXWriter{out: out, opts: opts, next: opts.Sheet}
}

// Sheet names the sheet that the next Header begins.
func (x *XLSXWriter) Sheet(name string) { x.next = name }

// Header ends the current sheet and begins the next with these columns.
func (x *XLSXWriter) Header(columns []Column) error {
	if err := x.finish(); err != nil {
		return err
	}
	x.columns = columns
	return x.begin(x.next)
}

// Row writes one row.
func (x *XLSXWriter) Row(values []Value) error {
	if x.err != nil {
		return x.err
	}
	if x.sheet == nil {
		if x.err = x.begin(x.next); x.err != nil {
			return x.err
		}
	}
	if x.sheet.row >= excelRows {
		name := x.next
		if x.err = x.finish(); x.err == nil {
			x.err = x.begin(name)
		}
		if x.err != nil {
			return x.err
		}
	}
	x.err = x.sheet.write(values)
	return x.err
}

// begin starts a sheet under a name made valid and unlike the others.
func (x *XLSXWriter) begin(name string) error {
	name = x.unique(cleanSheetName(name))
	x.sheets = append(x.sheets, name)
	part, err := x.out.Create("xl/worksheets/sheet" + strconv.Itoa(len(x.sheets)) + ".xml")
	if err != nil {
		x.err = err
		return err
	}
	x.sheet = newXLSXSheet(part, x.columns, &x.opts, &x.lists)
	x.err = x.sheet.header()
	return x.err
}

func (x *XLSXWriter) finish() error {
	if x.sheet != nil && x.err == nil {
		x.err = x.sheet.finish()
	}
	x.sheet = nil
	return x.err
}

// cleanSheetName makes a name that spreadsheet programs accept.
func cleanSheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), "' ")
	if name == "" || strings.EqualFold(name, "History") {
		name = sheetName(0)
	}
	return cutName(name, excelSheetName)
}

// cutName cuts a text to a number of UTF-16 units.
func cutName(name string, limit int) string {
	units := 0
	for i, r := range name {
		if units++; r > 0xFFFF {
			units++
		}
		if units > limit {
			return strings.TrimRight(name[:i], "' ")
		}
	}
	return name
}

// unique adds a number to a name that was used before, or that the sheet of choices will have.
func (x *XLSXWriter) unique(name string) string {
	taken := func(n string) bool {
		for _, s := range append(x.sheets, listSheet) {
			if strings.EqualFold(s, n) {
				return true
			}
		}
		return false
	}
	candidate := name
	for n := 2; taken(candidate); n++ {
		suffix := " (" + strconv.Itoa(n) + ")"
		candidate = cutName(name, excelSheetName-len(suffix)) + suffix
	}
	return candidate
}

// Close writes the parts that name the others, and ends the file. A workbook without any Header or Row has one empty
// sheet.
func (x *XLSXWriter) Close() error {
	if len(x.sheets) == 0 && x.err == nil {
		x.err = x.begin(x.next)
	}
	if err := x.finish(); err != nil {
		return err
	}
	visible := len(x.sheets)
	if len(x.lists.columns) > 0 {
		x.sheets = append(x.sheets, listSheet)
		x.part("xl/worksheets/sheet"+strconv.Itoa(len(x.sheets))+".xml", x.lists.sheet())
	}
	x.part("xl/workbook.xml", x.workbook(visible))
	x.part("xl/_rels/workbook.xml.rels", x.workbookRels())
	x.part("xl/styles.xml", []byte(stylesPart))
	x.part("docProps/core.xml", x.properties())
	x.part("_rels/.rels", []byte(relsPart))
	x.part("[Content_Types].xml", x.contentTypes())
	if x.err == nil {
		x.err = x.out.Close()
	}
	return x.err
}

func (x *XLSXWriter) part(name string, content []byte) {
	if x.err != nil {
		return
	}
	w, err := x.out.Create(name)
	if err == nil {
		_, err = w.Write(content)
	}
	x.err = err
}
