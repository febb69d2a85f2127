package api

import (
	"context"
	"encoding/base64"
	"net/http"

	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/id"
)

// Security is how a user signs in.
type Security struct {
	Password       bool           `json:"password" doc:"There is one"`
	TOTP           clock.Instant  `json:"totp" nullable:"true" doc:"Since when codes of an app are used; null when they are not"`
	Passkeys       []PasskeyItem  `json:"passkeys" nullable:"false"`
	Recovery       int            `json:"recovery" doc:"Recovery codes left"`
	Required       bool           `json:"required" doc:"A role demands a second factor"`
	Identities     []IdentityItem `json:"identities" nullable:"false" doc:"Accounts of single sign-on"`
	ConfirmedUntil clock.Instant  `json:"confirmed_until" nullable:"true" doc:"Until when what is guarded is open to this session; null when it is not"`
	Confirm        []string       `json:"confirm" nullable:"false" doc:"The ways to open it: password, totp, passkey, oidc"`
}

// PasskeyItem is a passkey.
type PasskeyItem struct {
	ID       id.ID         `json:"id"`
	Name     string        `json:"name"`
	Created  clock.Instant `json:"created_at"`
	LastUsed clock.Instant `json:"last_used_at" nullable:"true"`
}

// IdentityItem is who a user is to the provider of single sign-on.
type IdentityItem struct {
	ID       id.ID         `json:"id"`
	Issuer   string        `json:"issuer"`
	Subject  string        `json:"subject"`
	Email    string        `json:"email"`
	Created  clock.Instant `json:"created_at"`
	LastUsed clock.Instant `json:"last_used_at" nullable:"true"`
}

// NewTOTP is what an app needs to make codes.
type NewTOTP struct {
	Secret string `json:"secret" doc:"For typing in"`
	URI    string `json:"uri"`
	QR     string `json:"qr" doc:"The URI as a picture: data:image/png;base64,…"`
}

// TOTPCode is the code that an app shows.
type TOTPCode struct {
	Code string `json:"code" maxLength:"20"`
}

// RecoveryCodes are shown once; each works once in the place of a second factor that is lost.
type RecoveryCodes struct {
	Codes []string `json:"codes" nullable:"false" doc:"Empty for who has some already"`
}

// NewPasskey is a passkey that a browser has made.
type NewPasskey struct {
	PasskeyAnswer
	Name string `json:"name" maxLength:"200" doc:"To tell it from others"`
}

// AddedPasskey is a passkey with the recovery codes of who had none.
type AddedPasskey struct {
	PasskeyItem
	RecoveryCodes
}

// PasskeyName names a passkey.
type PasskeyName struct {
	Name string `json:"name" maxLength:"200"`
}

type codesAnswer struct{ Body RecoveryCodes }

// codesOf gives codes as a list that is never null.
func codesOf(codes []string) RecoveryCodes {
	if codes == nil {
		codes = []string{}
	}
	return RecoveryCodes{codes}
}

// own describes an operation on how one signs in oneself. Whoever must set up a second factor first may do it.
func own(method, path, name, does, object, summary string) Op {
	return Op{Method: method, Path: path, ID: name, Summary: summary, Does: does, Object: object, Scope: "self", Person: true, Confirm: "security:edit", Enrol: true}
}

// noBody makes an operation answer nothing.
func (op Op) noBody() Op {
	op.Status = http.StatusNoContent
	return op
}

func (a *API) ownFactorOperations() {
	look := own(http.MethodGet, "/me/security", "my-security", "get", "security", "How I sign in")
	look.Confirm = ""
	handle(a, look, func(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body Security }, error) {
		s, err := a.securityOf(ctx, rq, rq.Actor.ID)
		if err != nil {
			return nil, err
		}
		s.ConfirmedUntil, err = a.Auth.ConfirmedUntil(ctx, rq.Who)
		return &struct{ Body Security }{s}, err
	})
	handle(a, own(http.MethodPost, "/me/totp", "begin-totp", "prepare", "totp", "What an app needs to make codes for me"),
		func(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body NewTOTP }, error) {
			t, err := a.Auth.BeginTOTP(ctx, rq.Who)
			qr := "data:image/png;base64," + base64.StdEncoding.EncodeToString(t.QR)
			return &struct{ Body NewTOTP }{NewTOTP{t.Secret, t.URI, qr}}, err
		})
	handle(a, own(http.MethodPost, "/me/totp/confirm", "confirm-totp", "create", "totp", "Use codes of the app from now on"),
		func(ctx context.Context, rq *Request, in *struct{ Body TOTPCode }) (*codesAnswer, error) {
			codes, err := a.Auth.ConfirmTOTP(ctx, rq.Who, in.Body.Code, rq.From)
			return &codesAnswer{codesOf(codes)}, err
		})
	handle(a, own(http.MethodDelete, "/me/totp", "remove-totp", "delete", "totp", "Use codes of the app no more").noBody(),
		func(ctx context.Context, rq *Request, _ *struct{}) (*struct{}, error) {
			return nil, a.Auth.RemoveTOTP(ctx, rq.Who, rq.From)
		})
	handle(a, own(http.MethodPost, "/me/recovery", "renew-recovery", "create", "recovery", "New recovery codes in the place of the old ones"),
		func(ctx context.Context, rq *Request, _ *struct{}) (*codesAnswer, error) {
			codes, err := a.Auth.RenewRecovery(ctx, rq.Who, rq.From)
			return &codesAnswer{codesOf(codes)}, err
		})
}

func (a *API) ownPasskeyOperations() {
	handle(a, own(http.MethodPost, "/me/passkeys/options", "begin-passkey", "prepare", "passkey", "What a browser needs to make a passkey for me"),
		func(ctx context.Context, rq *Request, _ *struct{}) (*ceremonyAnswer, error) {
			c, err := a.Auth.BeginPasskey(ctx, rq.Who)
			if err != nil {
				return nil, err
			}
			return ceremonyOf(c)
		})
	add := own(http.MethodPost, "/me/passkeys", "add-passkey", "create", "passkey", "Add the passkey that the browser made")
	add.Status = http.StatusCreated
	handle(a, add, a.addPasskey)
	rename := own(http.MethodPatch, "/me/passkeys/{id}", "rename-passkey", "update", "passkey", "Name a passkey of mine").noBody()
	rename.Confirm = ""
	handle(a, rename, func(ctx context.Context, rq *Request, in *struct {
		ByID
		Body PasskeyName
	},
	) (*struct{}, error) {
		x, err := in.id()
		if err != nil {
			return nil, err
		}
		return nil, a.Auth.RenamePasskey(ctx, rq.Who, x, in.Body.Name)
	})
	handle(a, own(http.MethodDelete, "/me/passkeys/{id}", "remove-passkey", "delete", "passkey", "Remove a passkey of mine").noBody(),
		func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
			x, err := in.id()
			if err != nil {
				return nil, err
			}
			return nil, a.Auth.RemovePasskey(ctx, rq.Who, x, rq.From)
		})
}

func (a *API) addPasskey(ctx context.Context, rq *Request, in *struct{ Body NewPasskey }) (*struct{ Body AddedPasskey }, error) {
	credential, err := in.Body.credential()
	if err != nil {
		return nil, err
	}
	k, codes, err := a.Auth.AddPasskey(ctx, rq.Who, in.Body.Ceremony, in.Body.Name, credential, rq.From)
	return &struct{ Body AddedPasskey }{AddedPasskey{passkeyItem(k), codesOf(codes)}}, err
}

func passkeyItem(k auth.Passkey) PasskeyItem { return PasskeyItem{k.ID, k.Name, k.Created, k.Seen} }

// securityOf says how a user signs in.
func (a *API) securityOf(ctx context.Context, rq *Request, user id.ID) (Security, error) {
	s := Security{Passkeys: []PasskeyItem{}, Identities: []IdentityItem{}, Confirm: []string{}}
	f, err := a.Auth.FactorsOf(ctx, user)
	if err != nil {
		return s, err
	}
	identities, err := a.Auth.Identities(ctx, user)
	if err != nil {
		return s, err
	}
	if s.Password, err = a.Auth.HasPassword(ctx, user); err != nil {
		return s, err
	}
	if s.Required, err = a.Auth.Required(ctx, user); err != nil {
		return s, err
	}
	s.TOTP, s.Recovery = f.TOTP, f.Recovery
	for _, k := range f.Passkeys {
		s.Passkeys = append(s.Passkeys, passkeyItem(k))
	}
	for _, i := range identities {
		s.Identities = append(s.Identities, IdentityItem{i.ID, i.Issuer, i.Subject, i.Email, i.Created, i.Seen})
	}
	if user == rq.Actor.ID {
		s.Confirm, err = a.waysToConfirm(ctx, s)
	}
	return s, err
}

// waysToConfirm gives the ways in which somebody can show again who they are.
func (a *API) waysToConfirm(ctx context.Context, s Security) ([]string, error) {
	_, sso, err := a.Auth.OIDCLabel(ctx)
	ways := []string{}
	for _, way := range []struct {
		name string
		has  bool
	}{
		{"password", s.Password},
		{"totp", !s.TOTP.IsZero()},
		{"passkey", len(s.Passkeys) > 0 && a.Auth.Passkeys()},
		{"oidc", len(s.Identities) > 0 && sso},
	} {
		if way.has {
			ways = append(ways, way.name)
		}
	}
	return ways, err
}
