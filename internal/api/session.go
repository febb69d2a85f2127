package api

import (
	"context"
	"net/http"
	"time"

	"genjin/internal/auth"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// SignIn is a login with its password.
type SignIn struct {
	Login    string `json:"login" maxLength:"200"`
	Password string `json:"password" maxLength:"1000"`
}

// SessionItem is a place where somebody is signed in.
type SessionItem struct {
	ID       id.ID     `json:"id"`
	Current  bool      `json:"current" doc:"The one that asks"`
	Created  time.Time `json:"created_at"`
	LastSeen time.Time `json:"last_seen_at" doc:"To a few minutes"`
	Address  string    `json:"address"`
	Agent    string    `json:"agent"`
}

// ByID is the input of an operation on one thing.
type ByID struct {
	ID string `path:"id"`
}

// id gives the id. One that is none names nothing that could be found.
func (in ByID) id() (id.ID, error) {
	x, err := id.Parse(in.ID)
	if err != nil || x == 0 {
		return 0, errs.New(errs.NotFound, "")
	}
	return x, nil
}

// items is the body of every list.
type items[T any] struct {
	Items []T `json:"items" nullable:"false"`
}

func (a *API) sessionOperations() {
	handle(a, Op{
		Method: http.MethodPost, Path: "/session", ID: "sign-in", Summary: "Sign in",
		Does: "create", Object: "session", Scope: "public", Public: true, Gives: Me{},
	}, a.signIn)
	handle(a, Op{
		Method: http.MethodDelete, Path: "/session", ID: "sign-out", Summary: "Sign out",
		Does: "delete", Object: "session", Scope: "public", Public: true, Status: http.StatusNoContent,
	}, a.signOut)
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/sessions", ID: "list-sessions", Summary: "Where I am signed in",
		Does: "list", Object: "session", Scope: "self", Person: true,
	}, a.sessions)
	handle(a, Op{
		Method: http.MethodDelete, Path: "/me/sessions/{id}", ID: "end-session", Summary: "End one of my sessions",
		Does: "delete", Object: "session", Scope: "self", Person: true, Status: http.StatusNoContent,
	}, a.endSession)
}

func (a *API) signIn(ctx context.Context, rq *Request, in *struct{ Body SignIn }) (*Answer, error) {
	if !a.signIns.allow(rq.From.Network()) {
		return nil, errs.New(errs.TooMany, "")
	}
	secret, who, err := a.Auth.SignIn(ctx, in.Body.Login, in.Body.Password, rq.From)
	if err != nil {
		return nil, err
	}
	a.endShown(ctx, rq)
	rq.as(who)
	me, err := a.me(ctx, rq)
	if err != nil {
		return nil, err
	}
	answer, err := jsonAnswer(http.StatusOK, me)
	if err != nil {
		return nil, err
	}
	answer.Cookie = auth.Cookie(secret, a.Auth.Secure(rq.HTTP)).String()
	return answer, nil
}

// endShown ends the session whose cookie the new one takes the place of. That it is over already is no failure, and one
// that cannot be ended now runs out by itself.
func (a *API) endShown(ctx context.Context, rq *Request) {
	if old, err := a.Auth.Authenticate(ctx, rq.HTTP); err == nil && old.Session != 0 {
		_ = a.Auth.SignOut(ctx, old)
	}
}

// signedOut is an answer that takes the cookie away.
type signedOut struct {
	Cookie string `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, rq *Request, _ *struct{}) (*signedOut, error) {
	who, err := a.Auth.Authenticate(ctx, rq.HTTP)
	if err == nil {
		err = a.Auth.SignOut(ctx, who)
	}
	if err != nil && !errs.Is(err, errs.Unauthenticated) && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	return &signedOut{auth.Cookie("", a.Auth.Secure(rq.HTTP)).String()}, nil
}

func (a *API) sessions(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body items[SessionItem] }, error) {
	list, err := a.Auth.Sessions(ctx, rq.Actor)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body items[SessionItem] }{items[SessionItem]{make([]SessionItem, len(list))}}
	for i, s := range list {
		out.Body.Items[i] = SessionItem{
			ID: s.ID, Current: s.ID == rq.Who.Session, Created: s.Created.Time, LastSeen: s.Seen.Time,
			Address: s.Address, Agent: s.Agent,
		}
	}
	return out, nil
}

func (a *API) endSession(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
	session, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, a.Auth.EndSession(ctx, rq.Actor, session)
}
