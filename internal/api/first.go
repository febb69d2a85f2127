package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"genjin/internal/i18n"
)

// First is what the page is told of who opens it.
type First struct {
	Lang i18n.Lang // of the answers: the user's own, else the browser's
	// Get answers a GET of a path below Base on behalf of who opens the page, under the same rights as a request of
	// their own; nil unless it succeeds soon.
	Get func(path string) json.RawMessage
}

// firstPatience is how long all that a page brings with it may take; the page itself asks for the rest.
const firstPatience = 400 * time.Millisecond

// first says what the page is told of who sent r.
func (a *API) first(r *http.Request) First {
	f := First{Lang: requestOf(r.Context()).Lang}
	if who, err := a.Auth.Authenticate(r.Context(), r); err == nil && who.Actor.Lang != "" {
		f.Lang = who.Actor.Lang
	}
	end := time.Now().Add(firstPatience) //nolint:forbidigo // patience, whatever the clock of the records says
	f.Get = func(path string) json.RawMessage {
		ctx, cancel := context.WithDeadline(r.Context(), end)
		defer cancel()
		return a.inner(r.WithContext(ctx), Base+path, f.Lang)
	}
	return f
}

// inner answers a GET of the API on behalf of who sent r; nil unless it succeeds.
func (a *API) inner(r *http.Request, address string, lang i18n.Lang) json.RawMessage {
	u, err := url.Parse(address)
	if err != nil || r.Context().Err() != nil {
		return nil
	}
	inside := r.Clone(r.Context())
	inside.Method, inside.URL, inside.RequestURI, inside.Body = http.MethodGet, u, address, http.NoBody
	for _, name := range []string{"If-None-Match", "Accept", "Accept-Encoding", "Range"} {
		inside.Header.Del(name)
	}
	inside.Header.Set("Accept-Language", string(lang))
	inside, _ = a.begin(inside)
	w := &kept{header: http.Header{}}
	a.mux.ServeHTTP(w, inside)
	if w.status != http.StatusOK {
		return nil
	}
	return w.body.Bytes()
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
