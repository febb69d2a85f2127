package sheet

import (
	"bytes"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
)

// Open reads what a file is from its content and, where that leaves it open, from its name. The reader must stay
// readable until the book is closed. Errors are an *errs.Error that says what the user can do, or the reader's own.
func Open(r io.ReaderAt, size int64, name string, lim Limits) (Book, error) {
	if size == 0 {
		return nil, fail("empty")
	}
	if size > lim.FileBytes {
		return nil, failLarge("too_large", "max", humanize.IBytes(uint64(lim.FileBytes)))
	}
	start := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(start, 0); n < len(start) {
		return nil, err
	}
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
	switch {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("PK\x05\x06")):
		return openZip(r, size, lim)
	case bytes.HasPrefix(start, []byte(compoundSignature)):
		return openCompound(r, size, lim)
	case isOldBIFF(start):
		return nil, unsupported("xls_old")
	}
	if err := refuseKnown(start); err != nil {
		return nil, err
	}
	return openText(r, size, ext, lim)
}

// isOldBIFF recognises the first record of Excel 2, 3 and 4 files, which stand bare in the file.
func isOldBIFF(start []byte) bool {
	for _, bof := range []string{"\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00"} {
		if bytes.HasPrefix(start, []byte(bof)) {
			return true
		}
	}
	return false
}

// refuseKnown refuses files that are surely something else.
func refuseKnown(start []byte) error {
	for _, archive := range []string{"Rar!", "7z\xbc\xaf", "\x1f\x8b", "PK"} {
		if bytes.HasPrefix(start, []byte(archive)) {
			return fail("archive")
		}
	}
	for _, other := range []string{"%PDF", "\x89PNG", "\xff\xd8\xff", "GIF8", "MZ", "\x7fELF", "{\\rtf", "SQLite format 3"} {
		if bytes.HasPrefix(start, []byte(other)) {
			return fail("not_table")
		}
	}
	if bytes.HasPrefix(start, []byte("MIME-Version:")) {
		return unsupported("mhtml")
	}
	return nil
}

// openText opens what is made of characters: a vCard, XML, HTML, or separated values.
func openText(r io.ReaderAt, size int64, ext string, lim Limits) (Book, error) {
	source, err := newTextSource(r, size)
	if err != nil {
		return nil, err
	}
	start, err := source.start()
	if err != nil {
		return nil, err
	}
	lower := strings.ToLower(strings.TrimSpace(start))
	switch {
	case !looksLikeText(start):
		return nil, fail("not_table")
	case lower == "":
		return nil, fail("empty")
	case strings.HasPrefix(lower, "begin:vcard"):
		return openVCard(source, lim), nil
	case strings.HasPrefix(lower, "<?xml"), strings.Contains(lower, "urn:schemas-microsoft-com:office:spreadsheet") && strings.Contains(lower, "<workbook"):
		if !strings.Contains(lower, "<html") {
			return openXML2003(source, lim)
		}
		return openHTML(source, lim)
	case strings.HasPrefix(lower, "<") && containsAny(lower, "<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style"):
		return openHTML(source, lim)
	default:
		return openCSV(source, ext, lim)
	}
}

func containsAny(s string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}

// looksLikeText reports whether the characters are those people write: hardly any control characters.
func looksLikeText(s string) bool {
	strange, all := 0, 0
	for _, r := range s {
		all++
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0 || r == '\uFFFD' {
			strange++
		}
	}
	return strange*20 <= all
}

// sheetName gives the n-th sheet, from 0, of a file that names none.
func sheetName(n int) string { return "Sheet" + strconv.Itoa(n+1) }
