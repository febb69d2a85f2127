package files_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"genjin/internal/files"
)

func picture(t *testing.T, side int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hugePicture is a small PNG that says it is 60,000 × 60,000.
func hugePicture(t *testing.T) string {
	b := []byte(picture(t, 1))
	binary.BigEndian.PutUint32(b[16:], 60_000)
	binary.BigEndian.PutUint32(b[20:], 60_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return string(b)
}

func TestServePreview(t *testing.T) {
	s, _, _ := open(t)
	for _, c := range []struct {
		name, content string
		inline        bool
	}{
		{"照片.png", picture(t, 4), true},
		{"a.txt", "plain text", true},
		{"a.pdf", "%PDF-1.7\n...", true},
		{"a.html", "<html><script>alert(1)</script>", false},
		{"a.svg", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, false},
		{"text.png", "<!doctype html><script>alert(1)</script>", false},
		{"broken.png", "\x89PNG\x0d\x0a\x1a\x0a broken", false},
		{"huge.png", hugePicture(t), false},
		{"a.zip", "PK\x03\x04....", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := put(t, s, c.content)
			w := httptest.NewRecorder()
			if err := s.ServePreview(w, httptest.NewRequest(http.MethodGet, "/", nil), o.SHA256, c.name); err != nil {
				t.Fatal(err)
			}
			h := w.Header()
			kind, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
			if err != nil || params["filename"] != c.name || (kind == "inline") != c.inline {
				t.Errorf("disposition %q, %v; want inline: %v", h.Get("Content-Disposition"), err, c.inline)
			}
			if !c.inline && h.Get("Content-Type") != "application/octet-stream" {
				t.Errorf("type %q", h.Get("Content-Type"))
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("headers %v", h)
			}
			if policy := h.Get("Content-Security-Policy"); strings.Contains(policy, "sandbox") == (c.name == "a.pdf") ||
				strings.Contains(policy, "frame-ancestors 'self'") != c.inline || (h.Get("X-Frame-Options") == "SAMEORIGIN") != c.inline {
				t.Errorf("framing: %v", h)
			}
			if w.Body.String() != c.content {
				t.Error("another content")
			}
		})
	}
}

func TestServeRange(t *testing.T) {
	s, _, _ := open(t)
	o := put(t, s, "0123456789")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Range", "bytes=2-4")
	w := httptest.NewRecorder()
	if err := s.Serve(w, r, o.SHA256, "a.html"); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusPartialContent || w.Body.String() != "234" || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("got %d %q %v", w.Code, w.Body, w.Header())
	}
}

func TestTypeOf(t *testing.T) {
	for _, c := range []struct{ name, sniffed, want string }{
		{"a.XLSX", "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"a.xlsx", "text/html; charset=utf-8", "text/html; charset=utf-8"},
		{"a.csv", "text/plain; charset=utf-8", "text/csv; charset=utf-8"},
		{"a", "image/png", "image/png"},
	} {
		if got := files.TypeOf(c.name, c.sniffed); got != c.want {
			t.Errorf("%s %s: got %s", c.name, c.sniffed, got)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"合同.pdf", "../../etc/passwd", `C:\a\b.txt`, "", "...", "a\r\nSet-Cookie: x", "gpj.\u202eexe", strings.Repeat("长", 300) + ".pdf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := files.CleanName(name)
		if got == "" || strings.ContainsAny(got, "/\\\r\n\x00\u202e") || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 {
			t.Errorf("%q gives %q", name, got)
		}
		if again := files.CleanName(got); again != got {
			t.Errorf("%q gives %q, that gives %q", name, got, again)
		}
	})
}
