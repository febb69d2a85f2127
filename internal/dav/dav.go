// Package dav is the door for calendars and address books of phones and other programs: CalDAV (RFC 4791) with a calendar of
// planned follow-ups and a list of the same as tasks, and CardDAV (RFC 6352) with the contacts of one's own customers. It
// lets in by login and app password, shows what the user may see as the gate lets them, and changes through the gate.
//
// What is there for a user, whose id begins every path:
//
//	/dav/                            says who one is
//	/dav/<user>/                     the principal
//	/dav/<user>/calendars/plans/     planned follow-ups as events
//	/dav/<user>/calendars/tasks/     the same as tasks
//	/dav/<user>/contacts/customers/  contacts of one's own customers
//
// Each object is one file that is made anew from its record; its tag is a hash of what the reader sees, so that it changes
// when and only when that does. Collections have a tag of all of them, which is their sync-token (RFC 6578), too: nothing
// is remembered about what a program knows. Asked for changes since another token, a program is told to ask for all tags.
//
// The protocol is spoken here and not by a library: the one there is for Go (emersion/go-webdav) knows neither tags of
// collections nor RFC 6578. Its client tests this server.
package dav

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"genjin/internal/auth"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Prefix begins every path.
const Prefix = "/dav/"

// Deps are what the door stands on.
type Deps struct {
	Store *record.Store
	Auth  *auth.Service
	// Origin is how browsers reach the page, "https://crm.example.com"; links to records are left out without it.
	Origin string
	Log    *slog.Logger // no log when nil
}

// Server is the handler of everything below Prefix and of the well-known addresses.
type Server struct{ Deps }

// New makes the door.
func New(d Deps) *Server {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{d}
}

// request is one request: who sends it and what it is about.
type request struct {
	*Server
	ctx  context.Context
	w    http.ResponseWriter
	r    *http.Request
	who  auth.Who
	lang i18n.Lang
	at   place
}

// maxBody bounds what a program sends. An event or a contact has a few hundred bytes, and some programs put pictures in.
const maxBody = 1_000_000

// methods that some place takes.
const methods = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT"

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/.well-known/") {
		http.Redirect(w, r, Prefix, http.StatusTemporaryRedirect) // others let some programs go on with GET
		return
	}
	w.Header().Set("DAV", "1, 3, access-control, calendar-access, addressbook")
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", methods)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	rq := &request{Server: s, ctx: r.Context(), w: w, r: r, lang: i18n.Match(r.Header.Get("Accept-Language"))}
	if err := rq.serve(); err != nil {
		rq.fail(err)
	}
}

func (rq *request) serve() (err error) {
	if rq.who, err = rq.Auth.ByAppPassword(rq.ctx, rq.r, rq.Auth.FromOf(rq.r)); err != nil {
		return err
	}
	actor := *rq.who.Actor
	rq.lang = org.Lang(&actor, rq.lang)
	actor.Lang = rq.lang
	rq.who.Actor = &actor
	var found bool
	do := doing[rq.r.Method]
	if do == nil {
		rq.w.Header().Set("Allow", methods)
		return refusal{status: http.StatusMethodNotAllowed}
	}
	if rq.at, found = placeOf(rq.r.URL.Path, actor.ID); !found {
		return errs.New(errs.NotFound, "")
	}
	return do(rq)
}

var doing = map[string]func(rq *request) error{
	"PROPFIND": (*request).propfind, "PROPPATCH": (*request).proppatch, "REPORT": (*request).report,
	http.MethodGet: (*request).get, http.MethodHead: (*request).get, http.MethodPut: (*request).put, http.MethodDelete: (*request).remove,
}

// refusal is an answer that is a status of the protocol, with the condition that was not met (“D:valid-sync-token”) and a
// sentence for people.
type refusal struct {
	status    int
	condition name
	say       string
}

func (e refusal) Error() string {
	return fmt.Sprintf("dav: %d %s %s", e.status, e.condition.local, e.say)
}

// forbid refuses with a sentence.
func (rq *request) forbid(key string, pairs ...any) error {
	return refusal{status: http.StatusForbidden, say: errs.New(errs.Denied, key, pairs...).Message(rq.lang)}
}

var statuses = map[errs.Kind]int{
	errs.NotFound: http.StatusNotFound, errs.Denied: http.StatusForbidden, errs.Invalid: http.StatusForbidden, errs.Conflict: http.StatusConflict,
	errs.Stale: http.StatusPreconditionFailed, errs.TooMany: http.StatusTooManyRequests, errs.Unavailable: http.StatusServiceUnavailable,
	errs.Unauthenticated: http.StatusUnauthorized, errs.TooLarge: http.StatusRequestEntityTooLarge,
}

// fail answers with what went wrong. A rule that is broken is told in its own words.
func (rq *request) fail(err error) {
	var no refusal
	var large *http.MaxBytesError
	switch e, known := errs.As(err); {
	case errors.As(err, &no):
	case errors.As(err, &large):
		no = refusal{status: http.StatusRequestEntityTooLarge}
	case known && statuses[e.Kind] != 0:
		no = refusal{status: statuses[e.Kind], say: e.Message(rq.lang)}
		for _, f := range e.Fields {
			no.say = f.Message(rq.lang)
		}
		if seconds, ok := e.Params["seconds"].(int); ok {
			rq.w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
	case rq.ctx.Err() != nil:
		no = refusal{status: http.StatusServiceUnavailable}
	default:
		rq.Log.ErrorContext(rq.ctx, "a program's request failed", "method", rq.r.Method, "error", err)
		no = refusal{status: http.StatusInternalServerError}
	}
	if no.status == http.StatusUnauthorized {
		rq.w.Header().Set("WWW-Authenticate", `Basic realm="Genjin", charset="UTF-8"`)
	}
	rq.sendError(no)
}
