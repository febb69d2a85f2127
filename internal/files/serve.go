package files

import (
	"context"
	"image"
	_ "image/gif"  // formats that a preview may have
	_ "image/jpeg" // the same
	_ "image/png"  // the same
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "golang.org/x/image/webp" // the same
)

// Bounds of images that browsers are handed as such: what is larger is a download.
const (
	maxSide   = 12_000
	maxPixels = 50_000_000
)

// previews are the types that may be shown inside a page, and how. Everything else, SVG and HTML above all, is only ever
// downloaded.
var previews = map[string]struct {
	as    string // the Content-Type it is shown as
	image bool   // its header is checked first
}{
	"image/png":                 {"image/png", true},
	"image/jpeg":                {"image/jpeg", true},
	"image/gif":                 {"image/gif", true},
	"image/webp":                {"image/webp", true},
	"application/pdf":           {"application/pdf", false},
	"text/plain; charset=utf-8": {"text/plain; charset=utf-8", false},
}

// CanPreview says whether content of a type may be shown inside a page, as far as the type tells.
func CanPreview(mediaType string) bool {
	_, ok := previews[mediaType]
	return ok
}

// documents are types that look like others by their first bytes and are told by the ending of the name.
var documents = map[string]string{
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".xls":  "application/vnd.ms-excel",
	".doc":  "application/msword",
	".ppt":  "application/vnd.ms-powerpoint",
	".csv":  "text/csv; charset=utf-8",
}

// TypeOf gives the type of a file by its content's first bytes and, among those that look alike, by its name.
func TypeOf(name, sniffed string) string {
	switch sniffed {
	case "application/zip", "application/octet-stream", "text/plain; charset=utf-8":
		if t, ok := documents[strings.ToLower(filepath.Ext(name))]; ok {
			return t
		}
	}
	return sniffed
}

// Serve answers a request with an object as a download called name, with ranges. Errors come before anything is written:
// those of Open.
func (s *Store) Serve(w http.ResponseWriter, r *http.Request, sum, name string) error {
	f, err := s.Open(r.Context(), sum)
	if err != nil {
		return err
	}
	defer f.Close()
	w.Header().Set("Content-Disposition", disposition("attachment", name))
	send(w, r, f, sum, "application/octet-stream", "sandbox; default-src 'none'")
	return nil
}

// ServePreview answers a request with an object to be shown inside a page. What may not be shown, because of its type or
// because its image is too large to be unpacked, becomes a download.
func (s *Store) ServePreview(w http.ResponseWriter, r *http.Request, sum, name string) error {
	f, err := s.Open(r.Context(), sum)
	if err != nil {
		return err
	}
	defer f.Close()
	as, ok := showAs(r.Context(), f)
	if !ok {
		return s.Serve(w, r, sum, name)
	}
	policy := "sandbox; default-src 'none'; style-src 'unsafe-inline'"
	if as == "application/pdf" {
		policy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'" // browsers show no PDF in a sandbox
	}
	w.Header().Set("Content-Disposition", disposition("inline", name))
	w.Header().Set("X-Frame-Options", "SAMEORIGIN") // what frame-ancestors says, for browsers that go by this
	send(w, r, f, sum, as, policy+"; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
	return nil
}

// showAs looks at the content itself, not at what was said of it, and leaves the file at its beginning.
func showAs(ctx context.Context, f *os.File) (mediaType string, ok bool) {
	var head [512]byte
	n, err := io.ReadFull(reader{ctx, f}, head[:])
	if err != nil && n == 0 {
		return "", false
	}
	p, ok := previews[http.DetectContentType(head[:n])]
	if !ok {
		return "", false
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", false
	}
	if p.image && !smallImage(f) {
		return "", false
	}
	_, err = f.Seek(0, io.SeekStart)
	return p.as, err == nil
}

func smallImage(r io.Reader) bool {
	c, _, err := image.DecodeConfig(r)
	return err == nil && c.Width <= maxSide && c.Height <= maxSide && c.Width*c.Height <= maxPixels
}

// send writes the answer. The content never changes under its name, but who may see it does: browsers ask each time.
func send(w http.ResponseWriter, r *http.Request, f *os.File, sum, mediaType, policy string) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+sum+`"`)
	http.ServeContent(w, r, "", time.Time{}, f)
}

// disposition writes the header with the name as RFC 6266 wants it.
func disposition(kind, name string) string {
	return mime.FormatMediaType(kind, map[string]string{"filename": CleanName(name)})
}

// CleanName gives a file name without folders and control characters, at most 200 characters long; "file" for none.
func CleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r) { // direction marks make "exe.txt" of "txt.exe"
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "�"))
	if name = strings.Trim(name, " ."); name == "" {
		return "file"
	}
	if runes := []rune(name); len(runes) > 200 {
		ext := []rune(filepath.Ext(name))
		ext = ext[:min(len(ext), 20)]
		name = string(runes[:200-len(ext)]) + string(ext)
	}
	return name
}
