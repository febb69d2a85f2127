package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const page = `<!doctype html><html><head><script type="module" src="/assets/index-1.js"></script></head><body></body></html>`

// built is a small build: a document, two chunks and their styles.
func built(first func(r *http.Request, phone bool) FirstView) *handler {
	return &handler{
		root: fstest.MapFS{
			"index.html":              {Data: []byte(page)},
			"icon.svg":                {Data: []byte("<svg/>")},
			".vite/manifest.json":     {Data: []byte("{}")},
			"assets/home-2.js":        {Data: []byte("plain")},
			"assets/home-2.js.gz":     {Data: []byte("gzip")},
			"assets/home-2.js.br":     {Data: []byte("brotli")},
			"assets/uncompressed.css": {Data: []byte("a{}")},
		},
		page: []byte(page),
		manifest: manifest{
			"index.html":                 {File: "assets/index-1.js", Imports: []string{"_base"}},
			"_base":                      {File: "assets/base-3.js"},
			"src/features/home/home.tsx": {File: "assets/home-2.js", CSS: []string{"assets/home-2.css"}, Imports: []string{"index.html", "_base"}},
		},
		first: first,
	}
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDocument(t *testing.T) {
	h := built(func(_ *http.Request, phone bool) FirstView {
		if phone {
			return FirstView{Lang: "zh", Answers: []byte(`[{"path":"/api/v1/boot","data":{}}]`)}
		}
		return FirstView{Chunks: []string{}, Policy: "default-src 'none'"}
	})
	w := get(h, "/", "Sec-CH-UA-Mobile", "?1")
	body := w.Body.String()
	for _, want := range []string{
		`<link rel="modulepreload" href="/assets/home-2.js">`, `<link rel="stylesheet" href="/assets/home-2.css">`,
		`<link rel="modulepreload" href="/assets/base-3.js">`, `id="boot" data-lang="zh">[{"path"`,
	} {
		if strings.Count(body, want) != 1 {
			t.Errorf("%s stands %d times in %s", want, strings.Count(body, want), body)
		}
	}
	if got := w.Header().Get("Content-Security-Policy"); got != Policy {
		t.Error("policy", got)
	}
	w = get(h, "/deep/link", "User-Agent", "Desktop")
	if body := w.Body.String(); strings.Contains(body, "boot") || strings.Contains(body, "modulepreload") {
		t.Error("a page without a first view has one:", body)
	}
	if got := w.Header().Get("Content-Security-Policy"); got != "default-src 'none'" {
		t.Error("policy", got)
	}
}

func TestFiles(t *testing.T) {
	h := built(nil)
	for _, c := range []struct {
		path, accept, encoding, body string
		forever                      bool
	}{
		{"/assets/home-2.js", "gzip, br", "br", "brotli", true},
		{"/assets/home-2.js", "gzip", "gzip", "gzip", true},
		{"/assets/home-2.js", "", "", "plain", true},
		{"/assets/uncompressed.css", "br", "", "a{}", true},
		{"/icon.svg", "br", "", "<svg/>", false},
	} {
		w := get(h, c.path, "Accept-Encoding", c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.encoding || w.Body.String() != c.body {
			t.Errorf("%s with %q: encoding %q, body %q", c.path, c.accept, got, w.Body)
		}
		if got := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); got != c.forever {
			t.Errorf("%s: kept for ever %v", c.path, got)
		}
	}
	for target, want := range map[string]int{"/assets/none.js": 404, "/api/none": 404, "/customers/1": 200, "/.vite/manifest.json": 200, "/../go.mod": 200} {
		w := get(h, target)
		if w.Code != want || want == 200 && !strings.Contains(w.Body.String(), "<!doctype html>") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/customers", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed {
		t.Error("POST:", w.Code)
	}
}

// Every source that Chunks names is there, so that a moved file does not silently lose its preload.
func TestChunksExist(t *testing.T) {
	for _, address := range []string{"/", "/customers", "/customers/1", "/import", "/import/1", "/people", "/settings", "/contacts", "/contacts/1"} {
		for _, phone := range []bool{true, false} {
			for _, source := range Chunks(address, phone) {
				if _, err := os.Stat(filepath.FromSlash(source)); err != nil {
					t.Errorf("%s: %v", address, err)
				}
			}
		}
	}
}

func TestNotBuilt(t *testing.T) {
	w := get(notBuilt(), "/customers")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "npm run build") {
		t.Error(w.Code, w.Body)
	}
	if w := get(notBuilt(), "/api/v1/boot"); w.Code != http.StatusNotFound {
		t.Error("the API has a page:", w.Code)
	}
}

// The build that lies here, if there is one, is served.
func TestHandler(t *testing.T) {
	h, err := Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	body := get(h, "/").Body.String()
	script := regexp.MustCompile(`/assets/index-[^"]+\.js`).FindString(body)
	if script == "" {
		t.Skip("the page is not built")
	}
	if w := get(h, script, "Accept-Encoding", "br"); w.Header().Get("Content-Encoding") != "br" || !strings.Contains(w.Header().Get("Content-Type"), "javascript") {
		t.Error(script, w.Code, w.Header())
	}
	if !strings.Contains(body, "modulepreload") {
		t.Error("no preloads:", body)
	}
}
