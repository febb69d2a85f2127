// Package web holds the built page and serves it.
package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// FirstView is what a page brings with it, so that it paints without asking again.
type FirstView struct {
	// Chunks are sources as the build's manifest names them, such as "src/features/home/home.tsx", that the page is
	// told to fetch at once; those of the address when nil.
	Chunks []string
	// Lang is the language of the answers, "zh" or "en": a page in the other one asks for itself. Empty says nothing.
	Lang string
	// Answers is the JSON of [{"path": "/api/v1/boot", "data": …}], with <, > and & escaped as json.Marshal does: what
	// the API answers to the first requests of the page. Empty for none.
	Answers []byte
	// Policy is the page's Content-Security-Policy; Policy when empty.
	Policy string
}

// Policy is the Content-Security-Policy that the page lives with: everything from here, nothing written into the page.
// Attachments are previewed in frames; pictures being chosen are blobs.
const Policy = "default-src 'self'; img-src 'self' data: blob:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler serves the page: assets as they were compressed by the build and kept by browsers for ever, and for every
// other path the document, with the preloads of its first view and the answers that first gives for the request.
func Handler(first func(r *http.Request, phone bool) FirstView) (http.Handler, error) {
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
	return &handler{root: root, page: page, manifest: man, first: first}, nil
}

type handler struct {
	root     fs.FS
	page     []byte
	manifest manifest
	first    func(r *http.Request, phone bool) FirstView
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
	phone := IsPhone(r)
	view := FirstView{}
	if h.first != nil {
		view = h.first(r, phone)
	}
	if view.Chunks == nil {
		view.Chunks = Chunks(r.URL.Path, phone)
	}
	if view.Policy == "" {
		view.Policy = Policy
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Content-Security-Policy", view.Policy)
	head.Add("Vary", "User-Agent, Sec-CH-UA-Mobile, Cookie, Accept-Language")
	_, _ = w.Write(h.manifest.fill(h.page, view)) // the client is gone if this fails
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

// Chunks gives the sources whose chunks the page of an address needs first.
func Chunks(address string, phone bool) []string {
	parts := strings.Split(strings.Trim(address, "/"), "/")
	list := []string{"src/app/list-route.tsx", "src/record/list/desk.tsx", "src/record/list/desk-tools.tsx"}
	if phone {
		list = []string{"src/app/list-route.tsx", "src/record/list/cards.tsx"}
	}
	switch {
	case parts[0] == "":
		return []string{"src/features/home/home.tsx"}
	case parts[0] == "customers" && len(parts) == 1:
		list[0] = "src/app/customers-route.tsx"
		return list
	case parts[0] == "customers":
		return []string{"src/features/customer/customer-page.tsx"}
	case parts[0] == "import" && len(parts) == 1:
		return []string{"src/features/import/imports-page.tsx"}
	case parts[0] == "import":
		return []string{"src/features/import/wizard.tsx"}
	case parts[0] == "people":
		return []string{"src/features/people/people-page.tsx"}
	case parts[0] == "settings" && len(parts) == 2 && (parts[1] == "company" || parts[1] == "fields"):
		return []string{"src/features/settings/" + parts[1] + "-page.tsx"}
	case parts[0] == "settings":
		return []string{"src/features/settings/settings-page.tsx"}
	case len(parts) == 1:
		return list
	}
	return []string{"src/app/record-route.tsx"}
}

// manifest is what the build says about its chunks, by their sources.
type manifest map[string]struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
	CSS     []string `json:"css"`
}

// fill puts the first view into the document's head.
func (m manifest) fill(page []byte, v FirstView) []byte {
	var head bytes.Buffer
	done := map[string]bool{}
	link := func(rel, file string) {
		if !done[file] && !bytes.Contains(page, []byte(file)) {
			fmt.Fprintf(&head, `<link rel=%q href="/%s">`, rel, file)
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
	for _, source := range v.Chunks {
		walk(source)
	}
	if len(v.Answers) > 0 {
		fmt.Fprintf(&head, `<script type="application/json" id="boot" data-lang=%q>%s</script>`, v.Lang, v.Answers)
	}
	return bytes.Replace(page, []byte("</head>"), append(head.Bytes(), "</head>"...), 1)
}
