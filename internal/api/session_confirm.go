package api

import (
	"context"
	"net/http"

	"genjin/internal/auth"
	"genjin/internal/clock"
)

// Confirmation shows again who is signed in.
type Confirmation struct {
	Method string `json:"method" enum:"password,totp"`
	Secret string `json:"secret" maxLength:"1000" doc:"The password, or the code"`
}

// ConfirmedUntil says until when what is guarded is open.
type ConfirmedUntil struct {
	Until clock.Instant `json:"until" nullable:"true" doc:"null when it is not"`
}

// confirmedAnswer brings the session's new secret along.
type confirmedAnswer struct {
	Cookie string `header:"Set-Cookie"`
	Body   ConfirmedUntil
}

func (a *API) confirmOperations() {
	handle(a, Op{
		Method: http.MethodPost, Path: "/me/confirm", ID: "confirm", Summary: "Show again who I am, for what is guarded",
		Does: "confirm", Object: "session", Scope: "self", Person: true, Enrol: true,
	}, func(ctx context.Context, rq *Request, in *struct{ Body Confirmation }) (*confirmedAnswer, error) {
		secret, err := a.Auth.Confirm(ctx, rq.Who, auth.Method(in.Body.Method), in.Body.Secret, rq.From)
		if err != nil {
			return nil, err
		}
		return a.confirmedUntil(ctx, rq, secret)
	})
	handle(a, Op{
		Method: http.MethodPost, Path: "/me/confirm/passkey/options", ID: "ask-confirm", Summary: "What a browser needs to ask for a passkey of mine",
		Does: "prepare", Object: "session", Scope: "self", Person: true, Enrol: true,
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*ceremonyAnswer, error) {
		c, err := a.Auth.AskConfirm(ctx, rq.Who)
		if err != nil {
			return nil, err
		}
		return ceremonyOf(c)
	})
	handle(a, Op{
		Method: http.MethodPost, Path: "/me/confirm/passkey", ID: "confirm-by-passkey", Summary: "Show again who I am by a passkey",
		Does: "confirm", Object: "session", Scope: "self", Person: true, Enrol: true,
	}, func(ctx context.Context, rq *Request, in *struct{ Body PasskeyAnswer }) (*confirmedAnswer, error) {
		credential, err := in.Body.credential()
		if err != nil {
			return nil, err
		}
		secret, err := a.Auth.ConfirmPasskey(ctx, rq.Who, in.Body.Ceremony, credential, rq.From)
		if err != nil {
			return nil, err
		}
		return a.confirmedUntil(ctx, rq, secret)
	})
}

func (a *API) confirmedUntil(ctx context.Context, rq *Request, secret string) (*confirmedAnswer, error) {
	until, err := a.Auth.ConfirmedUntil(ctx, rq.Who)
	return &confirmedAnswer{auth.Cookie(secret, a.Auth.Secure(rq.HTTP)).String(), ConfirmedUntil{until}}, err
}
