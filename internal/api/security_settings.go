package api

import (
	"context"
	"net/http"

	"genjin/internal/auth"
	"genjin/internal/id"
	"genjin/internal/mail"
)

// SecuritySettings are the settings of signing in. No secret is among them.
type SecuritySettings struct {
	PublicURL string        `json:"public_url" doc:"How browsers reach the server, as its configuration says; empty when it does not"`
	Callback  string        `json:"callback" doc:"The address that the provider of single sign-on must know; empty without public_url"`
	Mail      *MailSettings `json:"mail" doc:"null without a mail server"`
	SSO       *SSOSettings  `json:"sso" doc:"null without a provider"`
}

// MailSettings are those of the mail server.
type MailSettings struct {
	Host        string  `json:"host" maxLength:"200"`
	Port        int     `json:"port,omitempty" doc:"The usual one of the security when missing"`
	Security    string  `json:"security" enum:"starttls,tls,none"`
	User        string  `json:"user,omitempty" maxLength:"200"`
	Password    *string `json:"password,omitempty" maxLength:"1000" doc:"Never given; missing leaves it as it is, empty removes it"`
	PasswordSet bool    `json:"password_set,omitempty" readOnly:"true"`
	From        string  `json:"from" maxLength:"300" doc:"The address that letters come from, with or without a name"`
}

// SSOSettings are those of single sign-on by OpenID Connect.
type SSOSettings struct {
	Enabled     bool     `json:"enabled"`
	Label       string   `json:"label" maxLength:"100" doc:"What stands on the button"`
	Issuer      string   `json:"issuer" maxLength:"500"`
	ClientID    string   `json:"client_id" maxLength:"300"`
	Secret      *string  `json:"client_secret,omitempty" maxLength:"1000" doc:"Never given; missing leaves it as it is, empty removes it"`
	SecretSet   bool     `json:"client_secret_set,omitempty" readOnly:"true"`
	MatchEmail  bool     `json:"match_email,omitempty" doc:"Link who comes for the first time to the user with the address that the provider has verified"`
	CreateUsers bool     `json:"create_users,omitempty" doc:"Make a user of who comes for the first time and is nobody's match"`
	Role        string   `json:"role_id,omitempty"`
	Department  string   `json:"department_id,omitempty"`
	Domains     []string `json:"domains,omitempty" doc:"Of the addresses that may be matched or made users; all when empty"`
	TrustFactor bool     `json:"trust_factor,omitempty" doc:"Ask no second factor here of who comes by it"`
}

// TestLetter names the address that a test goes to.
type TestLetter struct {
	To string `json:"to" maxLength:"300"`
}

type securityAnswer struct{ Body SecuritySettings }

// onSecurity describes an operation on the settings of signing in.
func onSecurity(method, path, name, does, summary string) Op {
	return Op{Method: method, Path: path, ID: name, Summary: summary, Does: does, Object: "security_settings", Scope: "security", Person: true, Confirm: "security:edit"}
}

func (a *API) securityOperations() {
	look := onSecurity(http.MethodGet, "/security", "security-settings", "get", "The settings of signing in")
	look.Confirm = ""
	handle(a, look, func(ctx context.Context, rq *Request, _ *struct{}) (*securityAnswer, error) {
		if err := auth.MayView(rq.Actor); err != nil {
			return nil, err
		}
		return a.securitySettings(ctx)
	})
	handle(a, onSecurity(http.MethodPut, "/security/mail", "set-mail", "update", "Set the mail server"),
		func(ctx context.Context, rq *Request, in *struct{ Body MailSettings }) (*securityAnswer, error) {
			if err := a.Auth.SetMailServer(ctx, rq.Who, in.Body.server(), in.Body.Password, rq.From); err != nil {
				return nil, err
			}
			return a.securitySettings(ctx)
		})
	handle(a, onSecurity(http.MethodDelete, "/security/mail", "remove-mail", "delete", "Forget the mail server").noBody(),
		func(ctx context.Context, rq *Request, _ *struct{}) (*struct{}, error) {
			return nil, a.Auth.RemoveMailServer(ctx, rq.Who, rq.From)
		})
	test := onSecurity(http.MethodPost, "/security/mail/test", "test-mail", "test", "Send a letter as a test").noBody()
	test.Timeout = 2 * usualTimeout
	handle(a, test, func(ctx context.Context, rq *Request, in *struct{ Body TestLetter }) (*struct{}, error) {
		return nil, a.Auth.TestLetter(ctx, rq.Who, in.Body.To)
	})
	handle(a, onSecurity(http.MethodPut, "/security/sso", "set-sso", "update", "Set single sign-on"), a.setSSO)
	handle(a, onSecurity(http.MethodDelete, "/security/sso", "remove-sso", "delete", "Forget single sign-on").noBody(),
		func(ctx context.Context, rq *Request, _ *struct{}) (*struct{}, error) {
			return nil, a.Auth.RemoveOIDC(ctx, rq.Who, rq.From)
		})
	handle(a, onSecurity(http.MethodPost, "/security/sso/test", "test-sso", "test", "Ask the provider to describe itself").noBody(),
		func(ctx context.Context, rq *Request, _ *struct{}) (*struct{}, error) {
			return nil, a.Auth.TestOIDC(ctx, rq.Who)
		})
}

func (m MailSettings) server() mail.Server {
	return mail.Server{Host: m.Host, Port: m.Port, Security: mail.Security(m.Security), User: m.User, From: m.From}
}

func (a *API) setSSO(ctx context.Context, rq *Request, in *struct{ Body SSOSettings }) (*securityAnswer, error) {
	b := in.Body
	o := auth.OIDC{
		Enabled: b.Enabled, Label: b.Label, Issuer: b.Issuer, ClientID: b.ClientID, MatchEmail: b.MatchEmail,
		CreateUsers: b.CreateUsers, Domains: b.Domains, TrustFactor: b.TrustFactor,
	}
	for _, ref := range []struct {
		to   *id.ID
		text string
	}{{&o.Role, b.Role}, {&o.Department, b.Department}} {
		if ref.text == "" {
			continue
		}
		x, err := parseID(ref.text)
		if err != nil {
			return nil, err
		}
		*ref.to = x
	}
	if err := a.Auth.SetOIDC(ctx, rq.Who, o, b.Secret, rq.From); err != nil {
		return nil, err
	}
	return a.securitySettings(ctx)
}

func (a *API) securitySettings(ctx context.Context) (*securityAnswer, error) {
	out := &securityAnswer{}
	out.Body.PublicURL, out.Body.Callback = a.Auth.Addresses()
	m, set, err := a.Auth.MailServer(ctx)
	if err != nil {
		return nil, err
	}
	if set {
		out.Body.Mail = &MailSettings{
			Host: m.Host, Port: m.Port, Security: string(m.Security), User: m.User, PasswordSet: m.Password != "", From: m.From,
		}
	}
	o, err := a.Auth.OIDCSettings(ctx)
	if err != nil {
		return nil, err
	}
	if o.Issuer != "" {
		out.Body.SSO = ssoSettings(o)
	}
	return out, nil
}

func ssoSettings(o auth.OIDC) *SSOSettings {
	return &SSOSettings{
		Enabled: o.Enabled, Label: o.Label, Issuer: o.Issuer, ClientID: o.ClientID, SecretSet: o.ClientSecret != "", MatchEmail: o.MatchEmail,
		CreateUsers: o.CreateUsers, Role: o.Role.String(), Department: o.Department.String(), Domains: o.Domains, TrustFactor: o.TrustFactor,
	}
}
