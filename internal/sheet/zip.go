package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"

	"genjin/internal/sheet/xmlscan"
)

const (
	zipDirectoryBytes = 4 << 20 // of the list of parts; 40,000 parts and more
	bombFloor         = 32 << 20
	bombRatio         = 200 // ordinary sheets shrink to a tenth; nothing but emptiness to a two-hundredth
)

// container is an Open Packaging zip: its parts by lower-case name without leading slash.
type container struct {
	parts map[string]*zip.File
	file  *watchedReader
	lim   Limits
}

// openZip opens what is in a zip: a workbook, or something to be refused by its name.
func openZip(r io.ReaderAt, size int64, lim Limits) (Book, error) {
	c := &container{file: &watchedReader{r: r, budget: zipDirectoryBytes}, lim: lim, parts: map[string]*zip.File{}}
	archive, err := zip.NewReader(c.file, size)
	switch {
	case errors.Is(err, errBudget):
		return nil, fail("suspicious")
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, c.file.known(err)
	}
	c.file.budget = -1
	archive.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	for _, f := range archive.File {
		name := partName("", f.Name)
		if _, twice := c.parts[name]; !twice {
			c.parts[name] = f
		}
	}
	main, err := c.mainPart()
	if err != nil {
		return nil, err
	}
	if main == "" {
		return nil, c.refusal()
	}
	return openXLSX(c, main)
}

// partName gives the name of a part as the container keeps it; target may be relative to the folder base.
func partName(base, target string) string {
	target = strings.ToLower(strings.ReplaceAll(target, `\`, "/"))
	if !strings.HasPrefix(target, "/") {
		target = base + "/" + target
	}
	return strings.TrimPrefix(path.Clean("/"+target), "/")
}

// mainPart finds the workbook by the package's relations, else where everybody puts it; "" without one.
func (c *container) mainPart() (string, error) {
	rels, err := c.relations("_rels/.rels", "")
	if err != nil {
		return "", err
	}
	for _, rel := range rels {
		if rel.kind == "officeDocument" && c.parts[rel.target] != nil && c.isWorkbook(rel.target) {
			return rel.target, nil
		}
	}
	if c.parts["xl/workbook.xml"] != nil {
		return "xl/workbook.xml", nil
	}
	return "", nil
}

// isWorkbook reports whether a main part is the XML of a workbook and not that of a text or a presentation.
func (c *container) isWorkbook(name string) bool {
	return strings.HasSuffix(name, ".xml") && !strings.HasPrefix(name, "word/") && !strings.HasPrefix(name, "ppt/")
}

// refusal says what a zip without a workbook is.
func (c *container) refusal() error {
	has := func(name string) bool { return c.parts[name] != nil }
	switch {
	case has("xl/workbook.bin"):
		return unsupported("xlsb")
	case has("index/document.iwa"), has("index.zip"):
		return unsupported("numbers")
	case has("mimetype") && has("content.xml"):
		return unsupported("ods")
	case has("word/document.xml"), has("ppt/presentation.xml"):
		return fail("not_table")
	case has("[content_types].xml"):
		return fail("damaged")
	default:
		return fail("archive")
	}
}

// open reads a part. One that claims to unpack to more than the limits, or that no honest program would have written,
// is refused before; the zip reader holds it to what it claims. A part that is missing is empty.
func (c *container) open(name string) (io.ReadCloser, error) {
	f := c.parts[name]
	switch {
	case f == nil:
		return io.NopCloser(strings.NewReader("")), nil
	case f.Flags&1 != 0:
		return nil, fail("password")
	case f.UncompressedSize64 > uint64(c.lim.UnzippedBytes),
		f.UncompressedSize64 > bombFloor && f.UncompressedSize64/bombRatio > f.CompressedSize64:
		return nil, failLarge("suspicious")
	}
	r, err := f.Open()
	if err != nil {
		return nil, c.file.known(err)
	}
	return r, nil
}

// scan reads a part of XML and calls start for each start tag, which may read on within the element.
func (c *container) scan(name string, start func(s *xmlscan.Scanner) error) error {
	r, err := c.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	s := xmlscan.New(r)
	for {
		kind, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && kind == xmlscan.Start {
			if string(s.Name) == "Choice" { // of mc:AlternateContent: for those who know its name space
				err = s.Skip()
			} else {
				err = start(s)
			}
		}
		if err != nil {
			return c.file.known(err)
		}
	}
}

// relation is one entry of a .rels part.
type relation struct{ id, kind, target string }

const maxRelations = 10_000

// relations reads a .rels part; targets are names of parts, relative ones taken from the folder base. A missing part
// gives none.
func (c *container) relations(name, base string) ([]relation, error) {
	var rels []relation
	err := c.scan(name, func(s *xmlscan.Scanner) error {
		if string(s.Name) != "Relationship" || string(s.Attr("TargetMode")) == "External" {
			return nil
		}
		if len(rels) >= maxRelations {
			return fail("suspicious")
		}
		rels = append(rels, relation{
			id:     string(s.Attr("Id")),
			kind:   path.Base(string(s.Attr("Type"))),
			target: partName(base, string(s.Attr("Target"))),
		})
		return nil
	})
	return rels, err
}
