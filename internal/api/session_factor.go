package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/auth"
	"genjin/internal/errs"
)

// FactorCode is a code that shows a second factor.
type FactorCode struct {
	Method string `json:"method" enum:"totp,recovery"`
	Code   string `json:"code" maxLength:"100"`
}

// Ceremony is what a browser needs to ask for a passkey. Its answer is sent with the ceremony's secret.
type Ceremony struct {
	Ceremony string         `json:"ceremony"`
	Options  map[string]any `json:"options" doc:"For PublicKeyCredential.parseRequestOptionsFromJSON or parseCreationOptionsFromJSON"`
}

// PasskeyAnswer is what a browser gave when it was asked for a passkey.
type PasskeyAnswer struct {
	Ceremony   string         `json:"ceremony" maxLength:"100"`
	Credential map[string]any `json:"credential" doc:"credential.toJSON()"`
}

type ceremonyAnswer struct{ Body Ceremony }

func ceremonyOf(c auth.Ceremony) (*ceremonyAnswer, error) {
	out := &ceremonyAnswer{Ceremony{Ceremony: c.Secret}}
	return out, json.Unmarshal(c.Options, &out.Body.Options)
}

// credential gives the browser's answer as the library reads it.
func (p PasskeyAnswer) credential() (json.RawMessage, error) { return json.Marshal(p.Credential) }

func (a *API) factorOperations() {
	public := func(o Op) Op {
		o.Object, o.Scope, o.Public, o.Gives, o.GivesAlso = "session", "public", true, Me{}, map[int]any{http.StatusAccepted: Step{}}
		return o
	}
	handle(a, public(Op{
		Method: http.MethodPost, Path: "/session/factor", ID: "show-factor", Summary: "Show the second factor by a code", Does: "create",
	}), a.showFactor)
	handle(a, public(Op{
		Method: http.MethodPost, Path: "/session/passkey", ID: "sign-in-by-passkey", Summary: "Sign in, or show the second factor, by a passkey", Does: "create",
	}), a.signInByPasskey)
	handle(a, Op{
		Method: http.MethodPost, Path: "/session/passkey/options", ID: "ask-passkey", Summary: "What a browser needs to ask for a passkey",
		Does: "prepare", Object: "session", Scope: "public", Public: true,
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*ceremonyAnswer, error) {
		if err := a.maySignIn(rq); err != nil {
			return nil, err
		}
		c, err := a.Auth.AskPasskey(ctx, a.Auth.Ticket(rq.HTTP))
		if err != nil {
			return nil, err
		}
		return ceremonyOf(c)
	})
	a.raw(Op{
		Method: http.MethodGet, Path: "/session/oidc", ID: "begin-sso", Summary: "Go to the provider of single sign-on",
		Does: "prepare", Object: "session", Scope: "public", Public: true, Status: http.StatusFound,
		Params: []*huma.Param{
			{Name: "next", In: "query", Description: "The page to go on to; a path of this site", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "purpose", In: "query", Description: "confirm: show again who is signed in", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"sign_in", "confirm"}}},
		},
	}, a.beginOIDC)
	a.raw(Op{
		Method: http.MethodGet, Path: "/session/oidc/callback", ID: "finish-sso", Summary: "Come back from the provider of single sign-on",
		Does: "create", Object: "session", Scope: "public", Public: true, Status: http.StatusFound,
	}, a.finishOIDC)
}

func (a *API) showFactor(ctx context.Context, rq *Request, in *struct{ Body FactorCode }) (*Answer, error) {
	if err := a.maySignIn(rq); err != nil {
		return nil, err
	}
	entry, err := a.Auth.FinishFactor(ctx, a.Auth.Ticket(rq.HTTP), auth.Method(in.Body.Method), in.Body.Code, rq.From)
	if err != nil {
		return nil, err
	}
	return a.entered(ctx, rq, entry)
}

func (a *API) signInByPasskey(ctx context.Context, rq *Request, in *struct{ Body PasskeyAnswer }) (*Answer, error) {
	if err := a.maySignIn(rq); err != nil {
		return nil, err
	}
	credential, err := in.Body.credential()
	if err != nil {
		return nil, err
	}
	entry, err := a.Auth.FinishPasskey(ctx, in.Body.Ceremony, a.Auth.Ticket(rq.HTTP), credential, rq.From)
	if err != nil {
		return nil, err
	}
	return a.entered(ctx, rq, entry)
}

// beginOIDC leads to the provider. What goes wrong is told by the page, since a browser has come here by a link.
func (a *API) beginOIDC(w http.ResponseWriter, rq *Request) error {
	ctx, q := rq.HTTP.Context(), rq.HTTP.URL.Query()
	if err := a.maySignIn(rq); err != nil {
		return err
	}
	if site := rq.HTTP.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return redirect(w, "/") // another site's page would sign people in without their asking for it
	}
	var who *auth.Who
	if q.Get("purpose") == "confirm" {
		shown, err := a.Auth.Recognise(ctx, rq.HTTP)
		if err != nil {
			return err
		}
		who = &shown
	}
	address, ticket, err := a.Auth.BeginOIDC(ctx, who, q.Get("next"))
	if err != nil {
		return a.failedOIDC(w, rq, "/", err)
	}
	http.SetCookie(w, auth.TicketCookie(ticket, a.Auth.Secure(rq.HTTP)))
	return redirect(w, address)
}

// finishOIDC lets in who comes back and leads on to where they wanted to go.
func (a *API) finishOIDC(w http.ResponseWriter, rq *Request) error {
	ctx := rq.HTTP.Context()
	if err := a.maySignIn(rq); err != nil {
		return err
	}
	var who *auth.Who
	if shown, err := a.Auth.Recognise(ctx, rq.HTTP); err == nil {
		who = &shown
	}
	entry, next, err := a.Auth.FinishOIDC(ctx, a.Auth.Ticket(rq.HTTP), who, rq.HTTP.URL.Query(), rq.From)
	if err != nil {
		return a.failedOIDC(w, rq, next, err)
	}
	if entry.Session != "" && entry.Who.Session != 0 { // not a confirmation
		a.endShown(ctx, rq)
	}
	for _, cookie := range a.cookies(rq, entry) {
		w.Header().Add("Set-Cookie", cookie)
	}
	return redirect(w, next)
}

// failedOIDC leads to the page, which asks boot what the problem was.
func (a *API) failedOIDC(w http.ResponseWriter, rq *Request, next string, err error) error {
	e, expected := errs.As(err)
	if !expected {
		return err
	}
	ticket, err := a.Auth.Problem(rq.HTTP.Context(), e)
	if err != nil {
		return err
	}
	http.SetCookie(w, auth.TicketCookie(ticket, a.Auth.Secure(rq.HTTP)))
	return redirect(w, next)
}

// redirect leads on. The address is one of the configuration's or a path that was checked.
func redirect(w http.ResponseWriter, address string) error {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusFound)
	return nil
}
