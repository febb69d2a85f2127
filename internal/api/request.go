package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/i18n"
	"genjin/internal/record"
)

// Request is one request to the API: who sends it and how it is to be answered.
type Request struct {
	ID    string        // names the request in logs and answers
	Actor *access.Actor // who asks, in the language of the request; nil for operations open to the public
	Who   auth.Who      // how they showed it
	Lang  i18n.Lang
	From  auth.From
	HTTP  *http.Request

	route string    // the pattern that matched, for figures
	key   string    // the Idempotency-Key of a POST
	hash  hash.Hash // of what was read of the body, when there is a key
	rows  int       // records that the answer shows, for the budgets of API tokens
}

type requestKey struct{}

// requestOf gives the request that ctx belongs to.
func requestOf(ctx context.Context) *Request { return ctx.Value(requestKey{}).(*Request) }

// begin makes the Request of r and gives r with it inside.
func (a *API) begin(r *http.Request) (*http.Request, *Request) {
	rq := &Request{ID: requestID(r), Lang: i18n.Match(r.Header.Get("Accept-Language")), From: a.Auth.FromOf(r)}
	if r.Method == http.MethodPost {
		rq.key = r.Header.Get("Idempotency-Key")
	}
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, rq))
	if rq.key != "" {
		rq.hash = sha256.New()
		r.Body = readCloser{io.TeeReader(r.Body, rq.hash), r.Body}
	}
	rq.HTTP = r
	return r, rq
}

type readCloser struct {
	io.Reader
	io.Closer
}

// identify makes out who sends the request; with enrol also who has to set up a second factor before anything else.
func (a *API) identify(ctx context.Context, rq *Request, enrol bool) error {
	ask := a.Auth.Authenticate
	if enrol {
		ask = a.Auth.Recognise
	}
	who, err := ask(ctx, rq.HTTP)
	if err != nil {
		return err
	}
	rq.as(who)
	return nil
}

// as makes the request that of somebody. What is said to them is in the language that the request asks for, else in
// their own.
func (rq *Request) as(who auth.Who) {
	rq.Who, rq.Actor = who, who.Actor
	if rq.HTTP.Header.Get("Accept-Language") == "" && who.Actor.Lang != "" {
		rq.Lang = who.Actor.Lang
	}
	if who.Actor.Lang != rq.Lang {
		actor := *who.Actor
		actor.Lang = rq.Lang
		rq.Actor = &actor
	}
}

// Origin gives the door as the change log names it.
func (rq *Request) Origin() audit.Origin { return rq.Who.Origin() }

// read runs fn on a snapshot on behalf of the request's actor. What fn counts in rq.rows is taken from the budget of an
// API token, before anything of it is sent.
func (a *API) read(ctx context.Context, rq *Request, fn func(s *record.Session) error) error {
	if err := a.Store.Read(ctx, rq.Actor, fn); err != nil {
		return err
	}
	return a.Auth.Spend(ctx, rq.Who, rq.rows)
}

// fingerprint names what the request asks for: method, address and body; and the rights with which it is asked, so that an
// answer is kept for nobody who may not have it any more.
func (rq *Request) fingerprint() string {
	// What nobody read of the body belongs to the request all the same. An error shows again to who reads on.
	_, _ = io.Copy(io.Discard, rq.HTTP.Body)
	h := sha256.New()
	h.Write([]byte(rq.HTTP.Method + " " + rq.HTTP.URL.RequestURI() + "\n"))
	h.Write(rq.hash.Sum(nil))
	h.Write([]byte(rq.Actor.Rights()))
	return hex.EncodeToString(h.Sum(nil))
}
