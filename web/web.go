// Package web holds the built page and serves it.
package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// Visit is somebody opening the page.
type Visit struct {
	// Lang is the language of the answers, "zh" or "en": a page in the other one asks for itself.
	Lang string
	// Get answers a GET of a path below the API's base, such as "/boot", as the visitor may have it; nil when there is
	// no answer. The page brings what its screen asks first with it and so paints without asking again. None when nil.
	Get func(path string) json.RawMessage
}

// apiBase is where the API lies.
const apiBase = "/api/v1"

// policy is the page's Content-Security-Policy: everything comes from here, and nothing that is written into the page
// runs. Attachments are previewed in frames; pictures being chosen are blobs.
var policy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
	"connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "media-src 'self' blob:", "frame-src 'self' blob:",
	"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'",
}, "; ")

// Handler serves the page: assets as they were compressed by the build and kept by browsers for ever, and for every
// other path the document, with the preloads of its screen and the answers to what that asks first. visit says who
// opens it; nil says nothing.
func Handler(visit func(r *http.Request) Visit) (http.Handler, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	page, err := fs.ReadFile(root, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return notBuilt(), nil
	}
	if err != nil {
		return nil, err
	}
	b, err := fs.ReadFile(root, ".vite/manifest.json")
	if err != nil {
		return nil, err
	}
	var man manifest
	if err := json.Unmarshal(b, &man); err != nil {
		return nil, err
	}
	return &handler{root: root, page: page, manifest: man, visit: visit}, nil
}

type handler struct {
	root     fs.FS
	page     []byte
	manifest manifest
	visit    func(r *http.Request) Visit
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if h.isFile(name) {
		h.serveFile(w, r, name)
		return
	}
	if strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "api/") {
		http.NotFound(w, r)
		return
	}
	if name == shell {
		h.serveShell(w)
		return
	}
	visit := Visit{}
	if h.visit != nil {
		visit = h.visit(r)
	}
	h.serveDocument(w, r, visit)
}

// shell is the document as nobody's: the service worker keeps it and shows it while there is no network.
const shell = "shell.html"

// worker is the service worker, which fetches for the page and is held to the same policy.
const worker = "sw.js"

func (h *handler) serveShell(w http.ResponseWriter) {
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-cache")
	head.Set("Content-Security-Policy", policy)
	_, _ = w.Write(h.page)
}

// serveDocument sends the head at once, so that the browser fetches what the screen needs while the API is asked what
// it will show.
func (h *handler) serveDocument(w http.ResponseWriter, r *http.Request, visit Visit) {
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store") // it holds what this visitor may see
	head.Set("Content-Security-Policy", policy)
	head.Add("Vary", "User-Agent, Sec-CH-UA-Mobile, Cookie, Accept-Language")
	a := &asking{visit: visit, r: r, phone: IsPhone(r)}
	scr := a.begin()
	before, after, _ := bytes.Cut(h.page, []byte("</head>"))
	sources := scr.sources(a.phone)
	if a.user {
		sources = append(sources, frame[a.phone])
	}
	if visit.Lang == "en" {
		sources = append(sources, "src/locales/en.ts")
	}
	_, _ = w.Write(before) // the client is gone if this fails, and whatever follows
	_, _ = w.Write(h.manifest.links(h.page, sources))
	_, _ = io.WriteString(w, "</head>")
	_ = http.NewResponseController(w).Flush() // a writer that cannot is a test's
	before, after, _ = bytes.Cut(after, []byte("</body>"))
	_, _ = w.Write(before)
	_, _ = w.Write(a.script(scr))
	_, _ = io.WriteString(w, "</body>")
	_, _ = w.Write(after)
}

// isFile reports whether name is served as it lies. The build's own notes begin with a dot and are not.
func (h *handler) isFile(name string) bool {
	if name == "" || name == "index.html" || strings.HasPrefix(name, ".") {
		return false
	}
	st, err := fs.Stat(h.root, name)
	return err == nil && !st.IsDir()
}

// serveFile serves a file, in the best of the forms the build made that the client takes.
func (h *handler) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	head := w.Header()
	head.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // their names hold a hash of what is in them
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if t := typeOf(path.Ext(name)); t != "" {
		head.Set("Content-Type", t)
	}
	if name == worker {
		head.Set("Content-Security-Policy", policy)
	}
	head.Set("X-Content-Type-Options", "nosniff")
	head.Add("Vary", "Accept-Encoding")
	accept := r.Header.Get("Accept-Encoding")
	for _, form := range [][2]string{{"br", ".br"}, {"gzip", ".gz"}} {
		if !strings.Contains(accept, form[0]) {
			continue
		}
		if b, err := fs.ReadFile(h.root, name+form[1]); err == nil {
			head.Set("Content-Encoding", form[0])
			_, _ = w.Write(b)
			return
		}
	}
	b, err := fs.ReadFile(h.root, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(b)
}

// typeOf gives the content type of an extension; what the system thinks of scripts and styles is not asked.
func typeOf(ext string) string {
	switch ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return mime.TypeByExtension(ext)
}

// notBuilt says what to do when the program holds no page.
func notBuilt() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/assets/") || strings.HasPrefix(r.URL.Path, "/api/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(placeholder)
	})
}

// IsPhone reports whether the page will draw itself for a phone.
func IsPhone(r *http.Request) bool {
	if hint := r.Header.Get("Sec-CH-UA-Mobile"); hint != "" {
		return hint == "?1"
	}
	return strings.Contains(r.UserAgent(), "Mobile")
}

// manifest is what the build says about its chunks, by their sources.
type manifest map[string]struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
	CSS     []string `json:"css"`
}

// links tells the browser to fetch the chunks of sources, all that they import, and their styles, but for what the
// document names itself.
func (m manifest) links(page []byte, sources []string) []byte {
	var out bytes.Buffer
	done := map[string]bool{}
	link := func(rel, file string) {
		if !done[file] && !bytes.Contains(page, []byte(file)) {
			fmt.Fprintf(&out, `<link rel=%q href="/%s">`, rel, file)
		}
		done[file] = true
	}
	var walk func(string)
	walk = func(source string) {
		c, ok := m[source]
		if !ok || done[source] {
			return
		}
		done[source] = true
		if source != "index.html" {
			link("modulepreload", c.File)
		}
		for _, css := range c.CSS {
			link("stylesheet", css)
		}
		for _, i := range c.Imports {
			walk(i)
		}
	}
	for _, source := range sources {
		walk(source)
	}
	return out.Bytes()
}
