package api

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"genjin/internal/errs"
)

// wrapped puts around the routes what holds for every request.
func (a *API) wrapped(next http.Handler) http.Handler {
	next = a.sameSite(next)
	return compressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now() //nolint:forbidigo // how long it takes, whatever the clock of the records says
		r, rq := a.begin(r)
		out := &recorder{ResponseWriter: w}
		out.Header().Set("X-Request-Id", rq.ID)
		secured(out.Header(), a.Auth.Secure(r))
		defer func() {
			if p := recover(); p != nil {
				a.panicked(out, rq, p)
			}
			a.finished(rq, out, time.Since(start))
		}()
		next.ServeHTTP(out, r)
	}))
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader remembers the status.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap gives http.ResponseController what lies below.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// panicked answers for a handler that broke down. A handler that aborts on purpose, in the middle of a download, goes
// on doing so.
func (a *API) panicked(w *recorder, rq *Request, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	a.Log.Error("request panicked", "request", rq.ID, "route", rq.route, "panic", p, "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	a.writeProblem(w, rq, errs.New(internal, "", "id", rq.ID))
}

// finished logs the request and counts it. The log holds neither query nor body: people search for names in the one and
// write secrets in the other.
func (a *API) finished(rq *Request, w *recorder, took time.Duration) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	a.metrics.observe(rq, w.status, took)
	level := slog.LevelInfo
	if strings.HasPrefix(rq.HTTP.URL.Path, "/healthz") || strings.HasPrefix(rq.HTTP.URL.Path, "/readyz") {
		level = slog.LevelDebug
	}
	ctx := rq.HTTP.Context()
	if !a.Log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request", rq.ID), slog.String("method", rq.HTTP.Method), slog.String("path", rq.HTTP.URL.Path),
		slog.Int("status", w.status), slog.Int64("bytes", w.bytes), slog.Duration("took", took),
		slog.String("address", rq.From.Address.String()),
	}
	if rq.Actor != nil {
		attrs = append(attrs, slog.String("user", rq.Actor.ID.String()))
	}
	a.Log.LogAttrs(ctx, level, "request", attrs...)
}

var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID takes the id that a proxy gave the request, or makes one.
func requestID(r *http.Request) string {
	if given := r.Header.Get("X-Request-Id"); given != "" && requestIDForm.MatchString(given) {
		return given
	}
	return rand.Text()[:16]
}

// sameSite refuses requests that change something and that another site's page had the browser send.
func (a *API) sameSite(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	for _, origin := range a.Origins {
		if err := p.AddTrustedOrigin(origin); err != nil {
			panic("api: " + err.Error())
		}
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.writeProblem(w, requestOf(r.Context()), errs.New(errs.Denied, "api.origin"))
	}))
	return p.Handler(next)
}

// compressed packs answers for clients that take it. What is packed already, such as pictures and workbooks, stays.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.CompressionLevel(1), gzhttp.EnableZstd(true), gzhttp.PreferZstd(true))
	if err != nil {
		panic("api: " + err.Error()) // the options are part of the program
	}
	return wrap(next)
}

// secured sets what keeps browsers from being turned against their users. The page sets its own policy for content;
// nothing else that is served here may run or load anything.
func secured(h http.Header, https bool) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Cache-Control", "no-store")
	if https {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}
