package api

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"

	"genjin/internal/i18n"
)

// First is what a page brings with it, so that it paints without asking again.
type First struct {
	Lang   i18n.Lang
	Nonce  string // for the styles that the page's kit puts in
	Policy string // the page's Content-Security-Policy, which allows them
	// Answers is the JSON of [{"path": …, "data": …}]: what the API answers to the first requests of the page. It is
	// escaped so that it can stand inside a <script type="application/json">.
	Answers []byte
}

// firstAnswer is the answer to a GET.
type firstAnswer struct {
	Path string          `json:"path"`
	Data json.RawMessage `json:"data"`
}

// first gives what the page asked for by r brings with it.
func (a *API) first(r *http.Request) First {
	f := First{Lang: requestOf(r.Context()).Lang, Nonce: rand.Text()}
	f.Policy = PagePolicy(f.Nonce)
	answers := []firstAnswer{}
	for _, path := range []string{"/boot", "/meta", "/directory"} {
		data, ok := a.inner(r, Base+path)
		if !ok {
			continue // nobody is signed in
		}
		answers = append(answers, firstAnswer{Base + path, data})
	}
	b, err := json.Marshal(answers) // escapes <, > and &
	if err != nil {
		b = []byte("[]") // the page asks for itself
	}
	f.Answers = b
	return f
}

// inner answers a GET of the API on behalf of who sent r; false unless it succeeds.
func (a *API) inner(r *http.Request, address string) (json.RawMessage, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, false
	}
	inside := r.Clone(r.Context())
	inside.Method, inside.URL, inside.RequestURI, inside.Body = http.MethodGet, u, address, http.NoBody
	for _, name := range []string{"If-None-Match", "Accept", "Accept-Encoding", "Range"} {
		inside.Header.Del(name)
	}
	inside, _ = a.begin(inside)
	w := &kept{header: http.Header{}}
	a.mux.ServeHTTP(w, inside)
	return w.body.Bytes(), w.status == http.StatusOK
}

// kept keeps an answer in memory.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *kept) Header() http.Header { return w.header }

func (w *kept) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *kept) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}
