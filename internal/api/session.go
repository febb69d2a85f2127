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

// Ways are how people can sign in here.
type Ways struct {
	Passkeys bool    `json:"passkeys" doc:"Browsers accept passkeys at this address"`
	SSO      *string `json:"sso" doc:"What stands on the button of single sign-on, which leads to session/oidc; null for none"`
	Forgot   bool    `json:"forgot" doc:"Who forgot their password can have a link sent"`
}

// Step is what is missing to be signed in.
type Step struct {
	Step    string   `json:"step" enum:"factor,enrol,problem" doc:"factor: show a second factor; enrol: set one up, with the session that there is; problem: coming from elsewhere failed"`
	Methods []string `json:"methods" nullable:"false" doc:"The ways that will do: totp, passkey, recovery"`
	Problem string   `json:"problem,omitempty" doc:"Why it failed, for people; told once"`
}

// SessionItem is a place where somebody is signed in.
type SessionItem struct {
	ID       id.ID     `json:"id"`
	Current  bool      `json:"current" doc:"The one that asks"`
	Created  time.Time `json:"created_at"`
	LastSeen time.Time `json:"last_seen_at" doc:"To a few minutes"`
	Method   string    `json:"method" doc:"How they signed in: password, totp, passkey, recovery, oidc; with + between two"`
	Address  string    `json:"address"`
	Agent    string    `json:"agent"`
}

// EndedSessions says how many sessions were ended.
type EndedSessions struct {
	Ended int64 `json:"ended"`
}

// ByID is the input of an operation on one thing.
type ByID struct {
	ID string `path:"id"`
}

// id gives the id. One that is none names nothing that could be found.
func (in ByID) id() (id.ID, error) { return parseID(in.ID) }

func parseID(text string) (id.ID, error) {
	x, err := id.Parse(text)
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
		Does: "create", Object: "session", Scope: "public", Public: true, Gives: Me{}, GivesAlso: map[int]any{http.StatusAccepted: Step{}},
	}, a.signIn)
	handle(a, Op{
		Method: http.MethodDelete, Path: "/session", ID: "sign-out", Summary: "Sign out",
		Does: "delete", Object: "session", Scope: "public", Public: true, Status: http.StatusNoContent,
	}, a.signOut)
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/sessions", ID: "list-sessions", Summary: "Where I am signed in",
		Does: "list", Object: "session", Scope: "self", Person: true,
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*sessionsAnswer, error) {
		return a.sessionsOf(ctx, rq, rq.Actor.ID)
	})
	handle(a, Op{
		Method: http.MethodDelete, Path: "/me/sessions/{id}", ID: "end-session", Summary: "End one of my sessions",
		Does: "delete", Object: "session", Scope: "self", Person: true, Confirm: "security:edit", Status: http.StatusNoContent,
	}, func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
		session, err := in.id()
		if err != nil {
			return nil, err
		}
		return nil, a.Auth.EndSession(ctx, rq.Actor, rq.Actor.ID, session, rq.From)
	})
	handle(a, Op{
		Method: http.MethodDelete, Path: "/me/sessions", ID: "end-other-sessions", Summary: "End all my sessions but this one",
		Does: "delete", Object: "session", Scope: "self", Person: true, Confirm: "security:edit",
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body EndedSessions }, error) {
		n, err := a.Auth.EndSessions(ctx, rq.Actor, rq.Actor.ID, rq.Who.Session, rq.From)
		return &struct{ Body EndedSessions }{EndedSessions{n}}, err
	})
}

// maySignIn bounds how often an address may try what is open to everybody, before anything dear is done for it.
func (a *API) maySignIn(rq *Request) error {
	if !a.signIns.allow(rq.From.Network()) {
		return errs.New(errs.TooMany, "")
	}
	return nil
}

func (a *API) signIn(ctx context.Context, rq *Request, in *struct{ Body SignIn }) (*Answer, error) {
	if err := a.maySignIn(rq); err != nil {
		return nil, err
	}
	entry, err := a.Auth.SignIn(ctx, in.Body.Login, in.Body.Password, rq.From)
	if err != nil {
		return nil, err
	}
	return a.entered(ctx, rq, entry)
}

// entered answers who has come in with themselves, and who has not with the step that is missing.
func (a *API) entered(ctx context.Context, rq *Request, e auth.Entry) (*Answer, error) {
	if e.Session != "" {
		a.endShown(ctx, rq)
	}
	var body any
	status := http.StatusAccepted
	if e.Step != nil {
		body = stepOf(rq, e.Step)
	} else {
		rq.as(e.Who)
		me, err := a.me(ctx, rq)
		if err != nil {
			return nil, err
		}
		status, body = http.StatusOK, me
	}
	answer, err := jsonAnswer(status, body)
	if err == nil {
		answer.Cookies = a.cookies(rq, e)
	}
	return answer, err
}

func stepOf(rq *Request, s *auth.Step) *Step {
	step := &Step{Step: string(s.Kind), Methods: []string{}}
	for _, m := range s.Methods {
		step.Methods = append(step.Methods, string(m))
	}
	if s.Problem != nil {
		step.Problem = s.Problem.Message(rq.Lang)
	}
	return step
}

// cookies gives what the browser keeps of an entry: the session or the step before it, and that it is known.
func (a *API) cookies(rq *Request, e auth.Entry) []string {
	secure := a.Auth.Secure(rq.HTTP)
	var list []string
	if e.Session != "" {
		list = append(list, auth.Cookie(e.Session, secure).String())
	}
	if e.Ticket != "" || a.Auth.Ticket(rq.HTTP) != "" {
		list = append(list, auth.TicketCookie(e.Ticket, secure).String())
	}
	if e.Device != "" {
		list = append(list, auth.DeviceCookie(e.Device, secure).String())
	}
	return list
}

// endShown ends the session whose cookie the new one takes the place of. That it is over already is no failure, and one
// that cannot be ended now runs out by itself.
func (a *API) endShown(ctx context.Context, rq *Request) {
	if old, err := a.Auth.Recognise(ctx, rq.HTTP); err == nil && old.Session != 0 {
		_ = a.Auth.SignOut(ctx, old, rq.From)
	}
}

// wayIn says how to sign in, and what is missing for who has begun.
func (a *API) wayIn(ctx context.Context, rq *Request, mustEnrol bool) (*Ways, *Step, error) {
	label, has, err := a.Auth.OIDCLabel(ctx)
	if err != nil {
		return nil, nil, err
	}
	ways := &Ways{Passkeys: a.Auth.Passkeys()}
	if has {
		ways.SSO = &label
	}
	if ways.Forgot, err = a.Auth.MailWorks(ctx); err != nil {
		return nil, nil, err
	}
	if mustEnrol {
		return ways, stepOf(rq, a.Auth.EnrolStep()), nil
	}
	step, err := a.Auth.StepOf(ctx, a.Auth.Ticket(rq.HTTP))
	if err != nil || step == nil {
		return ways, nil, err
	}
	return ways, stepOf(rq, step), nil
}

// signedOut is an answer that takes the cookies away.
type signedOut struct {
	Cookies []string `header:"Set-Cookie"`
	Clear   string   `header:"Clear-Site-Data"` // what the browser keeps of answers
}

func (a *API) signOut(ctx context.Context, rq *Request, _ *struct{}) (*signedOut, error) {
	who, err := a.Auth.Recognise(ctx, rq.HTTP)
	if err == nil {
		err = a.Auth.SignOut(ctx, who, rq.From)
	}
	if err != nil && !errs.Is(err, errs.Unauthenticated) {
		return nil, err
	}
	secure := a.Auth.Secure(rq.HTTP)
	return &signedOut{[]string{auth.Cookie("", secure).String(), auth.TicketCookie("", secure).String()}, `"cache"`}, nil
}

type sessionsAnswer struct{ Body items[SessionItem] }

func (a *API) sessionsOf(ctx context.Context, rq *Request, user id.ID) (*sessionsAnswer, error) {
	list, err := a.Auth.Sessions(ctx, user)
	if err != nil {
		return nil, err
	}
	out := &sessionsAnswer{items[SessionItem]{make([]SessionItem, len(list))}}
	for i, s := range list {
		out.Body.Items[i] = SessionItem{
			ID: s.ID, Current: s.ID == rq.Who.Session, Created: s.Created.Time, LastSeen: s.Seen.Time, Method: s.Method,
			Address: s.Address, Agent: s.Agent,
		}
	}
	return out, nil
}
