package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// OIDC are the settings of single sign-on by OpenID Connect, with one provider.
type OIDC struct {
	Enabled      bool
	Label        string // on the button: "企业微信"
	Issuer       string // https://…, where the provider describes itself
	ClientID     string
	ClientSecret string // "" for a client without one
	// MatchEmail links who comes for the first time to the user with their address, if the provider has verified it.
	MatchEmail bool
	// CreateUsers makes a user of who comes for the first time and is nobody's match, with Role in Department.
	CreateUsers bool
	Role        id.ID
	Department  id.ID
	// Domains are those of addresses that may be matched or made users; empty for all.
	Domains []string
	// TrustFactor takes the provider's sign-in for both factors; else who has a second factor here shows it, unless the
	// provider says that it asked for several (amr: mfa).
	TrustFactor bool
}

// CallbackPath is where the provider sends people back to, below the public address.
const CallbackPath = "/api/v1/session/oidc/callback"

// providerCache keeps what a provider says of itself.
type providerCache struct {
	mu       sync.Mutex
	issuer   string
	provider *oidc.Provider
	asked    time.Time
}

const providerFor = time.Hour

// discover gives what the provider says of itself, from memory for an hour.
func (a *Service) discover(ctx context.Context, issuer string) (*oidc.Provider, error) {
	a.provider.mu.Lock()
	defer a.provider.mu.Unlock()
	now := a.clock.Now()
	if a.provider.issuer == issuer && now.Sub(a.provider.asked) < providerFor {
		return a.provider.provider, nil
	}
	// The provider keeps the context's client for its keys, beyond this request.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), a.outbound.HTTP()), issuer)
	if err != nil {
		if e, known := errs.As(err); known {
			return nil, e
		}
		a.log.WarnContext(ctx, "the provider of single sign-on cannot be used", "issuer", issuer, "error", err)
		return nil, errs.New(errs.Unavailable, "oidc.discovery", "reason", clip(err.Error(), 200))
	}
	a.provider.issuer, a.provider.provider, a.provider.asked = issuer, p, now
	return p, nil
}

// OIDCSettings gives the settings; the zero value when there are none.
func (a *Service) OIDCSettings(ctx context.Context) (o OIDC, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		o = OIDC{}
		_, err := a.loadSealed(ctx, tx, oidcSetting, &o)
		return err
	})
	return o, err
}

// usableOIDC gives the settings if people can sign in by them.
func (a *Service) usableOIDC(ctx context.Context) (OIDC, error) {
	o, err := a.OIDCSettings(ctx)
	if err == nil && (!o.Enabled || a.origin == "") {
		err = errs.New(errs.NotFound, "oidc.off")
	}
	return o, err
}

// OIDCLabel gives what stands on the button of single sign-on; false when there is none.
func (a *Service) OIDCLabel(ctx context.Context) (string, bool, error) {
	o, err := a.usableOIDC(ctx)
	if errs.Is(err, errs.NotFound) {
		return "", false, nil
	}
	return o.Label, err == nil, err
}

func (a *Service) client(p *oidc.Provider, o OIDC) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: a.origin + CallbackPath,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}

// journey is what is kept while somebody is with the provider.
type journey struct {
	State, Nonce, Verifier, Next string
	Session                      id.ID // the session to be confirmed; zero for signing in
}

const oidcStep = "oidc"

// BeginOIDC gives the address of the provider to which the browser goes, and the secret for the ticket's cookie, by which
// it is known when it comes back. Next is the page to go on to: a path of this site. With who it is to confirm their
// session: the provider is to ask for the password again.
func (a *Service) BeginOIDC(ctx context.Context, who *Who, next string) (address, ticket string, err error) {
	o, err := a.usableOIDC(ctx)
	if err != nil {
		return "", "", err
	}
	p, err := a.discover(ctx, o.Issuer)
	if err != nil {
		return "", "", err
	}
	j := journey{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), Next: localPath(next)}
	options := []oauth2.AuthCodeOption{oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)}
	if who != nil {
		j.Session = who.Session
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	data, err := json.Marshal(j)
	if err != nil {
		return "", "", fmt.Errorf("auth: %w", err)
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		ticket, err = a.openStep(ctx, tx, oidcStep, 0, string(data), stepLife)
		return err
	})
	return a.client(p, o).AuthCodeURL(j.State, options...), ticket, err
}

// localPath gives a path of this site, whatever was asked for: an address elsewhere would make a sign-in page the door to
// a forged one.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return u.String()
}

// claims are what the provider says of somebody.
type claims struct {
	Subject       string   `json:"sub"`
	Email         string   `json:"email"`
	EmailVerified flag     `json:"email_verified"`
	Name          string   `json:"name"`
	Username      string   `json:"preferred_username"`
	Authorized    string   `json:"azp"`
	AuthTime      float64  `json:"auth_time"`
	AMR           []string `json:"amr"`
}

// flag is true or "true": some providers write it as text.
type flag bool

// UnmarshalJSON reads the flag.
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) == "true" || string(b) == `"true"`
	return nil
}

// strong reports whether the provider asked for more than one factor (RFC 8176).
func (c claims) strong() bool { return slices.Contains(c.AMR, "mfa") }

// confirmed reports whether the provider has just asked who they are.
func (c claims) confirmed(now time.Time) bool {
	return c.AuthTime > 0 && now.Sub(time.Unix(int64(c.AuthTime), 0)) < confirmedFor
}

// FinishOIDC lets in who comes back from the provider with the ticket that BeginOIDC gave and the parameters of their
// address. Next is where to go on. A confirmation gives the session's new secret.
func (a *Service) FinishOIDC(ctx context.Context, ticket string, who *Who, answer url.Values, from From) (e Entry, next string, err error) {
	j, err := a.takeJourney(ctx, ticket)
	if err != nil {
		return Entry{}, "/", err
	}
	o, err := a.usableOIDC(ctx)
	if err != nil {
		return Entry{}, j.Next, err
	}
	c, err := a.redeem(ctx, o, j, answer)
	if err != nil {
		return Entry{}, j.Next, a.wrongOIDC(ctx, c, err, from)
	}
	if j.Session != 0 {
		e.Session, err = a.confirmOIDC(ctx, who, j, o, c, from)
		return e, j.Next, err
	}
	e, err = a.arriveOIDC(ctx, o, c, from)
	if err != nil {
		return Entry{}, j.Next, a.wrongOIDC(ctx, c, err, from)
	}
	return e, j.Next, nil
}

func (a *Service) takeJourney(ctx context.Context, ticket string) (j journey, err error) {
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		s, err := a.takeStep(ctx, tx, oidcStep, ticket)
		if err != nil {
			return err
		}
		j = journey{}
		return json.Unmarshal([]byte(s.data), &j)
	})
	return j, err
}

// redeem checks what the provider sent along and asks it who came.
func (a *Service) redeem(ctx context.Context, o OIDC, j journey, answer url.Values) (claims, error) {
	var c claims
	if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(j.State)) != 1 {
		return c, errStepOver()
	}
	if said := answer.Get("error"); said != "" {
		return c, errs.New(errs.Unauthenticated, "oidc.refused", "reason", clip(said, 100))
	}
	p, err := a.discover(ctx, o.Issuer)
	if err != nil {
		return c, err
	}
	if iss := answer.Get("iss"); iss != "" && iss != o.Issuer { // RFC 9207
		return c, errs.New(errs.Unauthenticated, "oidc.answer")
	}
	ctx = oidc.ClientContext(ctx, a.outbound.HTTP())
	tokens, err := a.client(p, o).Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return c, a.badAnswer(ctx, err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := p.VerifierContext(ctx, &oidc.Config{ClientID: o.ClientID, Now: a.clock.Now}).Verify(ctx, raw)
	if err != nil {
		return c, a.badAnswer(ctx, err)
	}
	if err := token.Claims(&c); err != nil {
		return c, a.badAnswer(ctx, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(j.Nonce)) != 1 || c.Subject == "" ||
		c.Authorized != "" && c.Authorized != o.ClientID || len(token.Audience) > 1 && c.Authorized == "" {
		return c, a.badAnswer(ctx, fmt.Errorf("nonce, sub, azp or aud of the ID token is wrong"))
	}
	return c, nil
}

// badAnswer tells the operator what was wrong and the user only that something was.
func (a *Service) badAnswer(ctx context.Context, err error) error {
	if e, known := errs.As(err); known {
		return e
	}
	a.log.WarnContext(ctx, "single sign-on refused", "error", err)
	return errs.New(errs.Unauthenticated, "oidc.answer")
}

// confirmOIDC confirms the session from which the journey began, if it is the same user who came back, and the provider
// has just asked who they are.
func (a *Service) confirmOIDC(ctx context.Context, who *Who, j journey, o OIDC, c claims, from From) (fresh string, err error) {
	if who == nil || who.Session != j.Session {
		return "", errStepOver()
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		user, err := userOfIdentity(ctx, tx, o.Issuer, c.Subject)
		if err != nil {
			return err
		}
		if user != who.Actor.ID || !c.confirmed(tx.Now) {
			return errs.New(errs.Unauthenticated, "oidc.not_confirmed")
		}
		fresh, err = a.confirm(ctx, tx, *who, ByOIDC, from)
		return err
	})
	return fresh, err
}

// arriveOIDC lets in whom the provider vouches for.
func (a *Service) arriveOIDC(ctx context.Context, o OIDC, c claims, from From) (e Entry, err error) {
	user, err := a.identify(ctx, o, c, from)
	if err != nil {
		return Entry{}, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		u, err := accountWhere(ctx, tx, `a.id = ?`, int64(user))
		if err != nil {
			return err
		}
		if !u.active {
			return errs.New(errs.Unauthenticated, "oidc.inactive")
		}
		_, err = tx.Exec(ctx, `UPDATE identity SET seen_at = ?, email = ? WHERE issuer = ? AND subject = ?`, tx.Now, clip(c.Email, 200), o.Issuer, c.Subject)
		if err != nil {
			return err
		}
		e, err = a.enter(ctx, tx, arrival{user: u, method: ByOIDC, strong: o.TrustFactor || c.strong(), stale: !c.confirmed(tx.Now), from: from})
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	return a.admitted(ctx, e, user)
}

func userOfIdentity(ctx context.Context, tx *sqldb.Tx, issuer, subject string) (user id.ID, err error) {
	err = tx.QueryRow(ctx, `SELECT user_id FROM identity WHERE issuer = ? AND subject = ?`, issuer, subject).Scan(&user)
	if sqldb.IsNoRows(err) {
		return 0, nil
	}
	return user, err
}

// Identity is who a user is to the provider.
type Identity struct {
	ID      id.ID
	Issuer  string
	Subject string
	Email   string
	Created clock.Instant
	Seen    clock.Instant // zero for never
}
