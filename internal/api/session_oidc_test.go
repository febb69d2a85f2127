package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"genjin/internal/id"
	"genjin/internal/org"
)

// person is somebody as the provider knows them.
type person struct {
	Subject  string   `json:"-"`
	Email    string   `json:"email,omitempty"`
	Verified bool     `json:"email_verified"`
	Name     string   `json:"name,omitempty"`
	Username string   `json:"preferred_username,omitempty"`
	AuthTime int64    `json:"auth_time,omitempty"`
	AMR      []string `json:"amr,omitempty"`
	Nonce    string   `json:"-"` // forged when not empty
}

func (p *person) ID() string                        { return p.Subject }
func (p *person) Userinfo([]string) ([]byte, error) { return json.Marshal(p) }
func (p *person) Claims(_ []string, base *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	if p.Nonce != "" {
		base.Nonce = p.Nonce
	}
	return struct {
		*mockoidc.IDTokenClaims
		*person
	}{base, p}, nil
}

// provider is a provider of single sign-on, reached over the network.
type provider struct {
	*mockoidc.MockOIDC
	site *site
}

// newProvider starts a provider and has the site use it. Its clock is the site's; the library has one for all providers,
// so these tests do not run beside each other.
func newProvider(t *testing.T, s *site, change func(o *SSOSettings)) *provider {
	t.Helper()
	mockoidc.NowFunc = func() time.Time { return s.clock.Now() }
	t.Cleanup(func() { mockoidc.NowFunc = time.Now })
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	secret := m.ClientSecret
	o := SSOSettings{Enabled: true, Label: "企业账号", Issuer: m.Issuer(), ClientID: m.ClientID, Secret: &secret, MatchEmail: true}
	change(&o)
	s.signedIn("root").must(200, "PUT", "/security/sso", o)
	return &provider{m, s}
}

// visit goes to the provider, where p signs in, and gives the address at which the provider sends the browser back.
func (p *provider) visit(b *browser, who *person, query string) string {
	b.t.Helper()
	p.QueueUser(who)
	gone := b.must(302, "GET", "/session/oidc?"+query, nil)
	there := gone.Header.Get("Location")
	if !strings.HasPrefix(there, p.Issuer()) {
		b.t.Fatalf("sent to %s", there)
	}
	return b.must(302, "GET", there, nil).Header.Get("Location")
}

// signIn goes to the provider and back, and gives the page it ends at.
func (p *provider) signIn(b *browser, who *person, query string) string {
	b.t.Helper()
	return b.must(302, "GET", p.visit(b, who, query), nil).Header.Get("Location")
}

// problem gives the sentence that the page shows after a failure.
func (b *browser) problem() string {
	b.t.Helper()
	boot := into[Boot](b.t, b.must(200, "GET", "/boot", nil))
	if boot.User != nil || boot.Step == nil || boot.Step.Step != "problem" {
		b.t.Fatalf("no problem: %+v", boot)
	}
	if again := into[Boot](b.t, b.must(200, "GET", "/boot", nil)); again.Step != nil {
		b.t.Error("the problem is told twice")
	}
	return boot.Step.Problem
}

// setEmail gives a user an address.
func (s *site) setEmail(login, email string) {
	s.t.Helper()
	s.signedIn(login).must(200, "PATCH", "/me", map[string]any{"email": email})
}

func TestSingleSignOn(t *testing.T) { //nolint:paralleltest // the provider's clock is one for all
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	s.setEmail("ann", "ann@example.com")
	p := newProvider(t, s, func(*SSOSettings) {})

	b := s.browser()
	if boot := into[Boot](t, b.must(200, "GET", "/boot", nil)); boot.SignIn.SSO == nil || *boot.SignIn.SSO != "企业账号" {
		t.Errorf("%+v", boot)
	}
	ann := &person{Subject: "a-1", Email: "Ann@Example.com", Verified: true, Name: "Ann"}
	if at := p.signIn(b, ann, "next=/customers%3Fview%3D1"); at != "/customers?view=1" {
		t.Errorf("ended at %s", at)
	}
	if me := into[Me](t, b.must(200, "GET", "/me", nil)); me.Login != "ann" {
		t.Errorf("%+v", me)
	}
	linked := into[Security](t, b.must(200, "GET", "/me/security", nil)).Identities
	if len(linked) != 1 || linked[0].Subject != "a-1" || linked[0].LastUsed.IsZero() {
		t.Errorf("%+v", linked)
	}
	// From now on the subject counts, whatever the address.
	again := s.browser()
	p.signIn(again, &person{Subject: "a-1", Email: "new@example.com"}, "")
	again.must(200, "GET", "/me", nil)

	for _, tt := range []struct {
		what string
		who  *person
		want string
	}{
		{"an address nobody verified", &person{Subject: "b", Email: "ann@example.com"}, "not linked"},
		{"an address nobody has", &person{Subject: "c", Email: "c@example.com", Verified: true}, "not linked"},
		{"no address", &person{Subject: "d", Verified: true}, "not linked"},
		{"a forged nonce", &person{Subject: "a-1", Nonce: "forged"}, "not accepted"},
	} {
		b := s.browser()
		p.signIn(b, tt.who, "")
		b.must(401, "GET", "/me", nil)
		if got := b.problem(); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s", tt.what, got)
		}
	}
	unknown := into[SignInPage](t, s.signedIn("root").must(200, "GET", "/sign-ins?method=oidc&result=failed", nil))
	if len(unknown.Items) != 4 || unknown.Items[2].Login != "c@example.com c" || unknown.Items[2].Reason != "oidc.unknown" {
		t.Errorf("the log does not say whom to link: %+v", unknown)
	}
}

// TestSingleSignOnIsBound: to the browser that began it, to its state, and to one use.
func TestSingleSignOnIsBound(t *testing.T) { //nolint:paralleltest // the provider's clock is one for all
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	s.setEmail("ann", "ann@example.com")
	p := newProvider(t, s, func(*SSOSettings) {})
	ann := &person{Subject: "a-1", Email: "ann@example.com", Verified: true}

	begun := s.browser()
	back := p.visit(begun, ann, "")
	victim := s.browser()
	victim.must(302, "GET", back, nil) // a link that an attacker sent
	victim.must(401, "GET", "/me", nil)
	forged, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := forged.Query()
	q.Set("state", "forged")
	forged.RawQuery = q.Encode()
	other := s.browser()
	p.visit(other, ann, "")
	other.must(302, "GET", forged.String(), nil)
	other.must(401, "GET", "/me", nil)

	begun.must(302, "GET", back, nil)
	begun.must(200, "GET", "/me", nil)
	begun.must(204, "DELETE", "/session", nil)
	begun.must(302, "GET", back, nil)
	begun.must(401, "GET", "/me", nil)

	late := s.browser()
	back = p.visit(late, ann, "")
	s.clock.Advance(11 * time.Minute)
	late.must(302, "GET", back, nil)
	late.must(401, "GET", "/me", nil)

	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1"} {
		b := s.browser()
		if at := p.signIn(b, ann, url.Values{"next": {next}}.Encode()); !strings.HasPrefix(at, "/") || strings.HasPrefix(at, "//") || strings.ContainsAny(at, "\\\r\n") {
			t.Errorf("%s leads to %q", next, at)
		}
	}
	r := httptest.NewRequest(http.MethodGet, Base+"/session/oidc", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 302 || w.Header().Get("Location") != "/" || len(w.Result().Cookies()) != 0 {
		t.Errorf("another site's page begins a sign-in: %d %v", w.Code, w.Header())
	}
	gone, err := url.Parse(s.browser().must(302, "GET", "/session/oidc", nil).Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	asked := gone.Query()
	if asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") == "" || asked.Get("redirect_uri") != s.origin+"/api/v1/session/oidc/callback" {
		t.Errorf("%v", asked)
	}
}

// TestSingleSignOnMakesUsers: with the role of the settings, never an administrator, and only of the company's domain.
func TestSingleSignOnMakesUsers(t *testing.T) { //nolint:paralleltest // the provider's clock is one for all
	s := newSite(t, nil)
	root := s.setUp()
	s.user("ann", org.SalesRep)
	b := s.signedIn("root")
	roles := map[string]string{}
	for _, r := range into[page](t, root.want(200, "GET", "/roles", nil)).Items {
		roles[r["built_in"].(string)] = r.id()
	}
	department := into[Me](t, b.must(200, "GET", "/me", nil)).Department.ID.String()
	p := newProvider(t, s, func(o *SSOSettings) {
		o.CreateUsers, o.Role, o.Department, o.Domains = true, roles[org.SalesRep], department, []string{"@Example.com"}
	})
	neu := s.browser()
	p.signIn(neu, &person{Subject: "n", Email: "li.wei@example.com", Verified: true, Name: "李伟", Username: "Li.Wei"}, "")
	me := into[Me](t, neu.must(200, "GET", "/me", nil))
	if me.Login != "li.wei" || me.Name != "李伟" || len(me.Roles) != 1 || me.Roles[0] != org.SalesRep || me.Email != "li.wei@example.com" {
		t.Errorf("%+v", me)
	}
	for what, who := range map[string]*person{
		"another domain": {Subject: "x1", Email: "a@evil.example", Verified: true, Username: "a1"},
		"not verified":   {Subject: "x2", Email: "b@example.com", Username: "b1"},
		"a taken login":  {Subject: "x3", Email: "c@example.com", Verified: true, Username: "root"},
	} {
		b := s.browser()
		p.signIn(b, who, "")
		if a := b.do("GET", "/me", nil); a.StatusCode != 401 {
			t.Errorf("%s is let in: %s", what, a.body)
		}
	}
	settings := into[SecuritySettings](t, b.must(200, "GET", "/security", nil))
	if settings.SSO.Secret != nil || !settings.SSO.SecretSet || settings.Callback != s.origin+"/api/v1/session/oidc/callback" {
		t.Errorf("%+v", settings.SSO)
	}
	admin := *settings.SSO
	admin.Role = roles[org.Admin]
	if got := refusal(t, b.must(422, "PUT", "/security/sso", admin)); got != "invalid oidc.role" {
		t.Error(got)
	}
	// Disabled is disabled, whoever vouches.
	root.header.Set("If-Match", "*")
	root.want(200, "PATCH", "/users/"+me.ID.String(), rec{"active": false})
	neu.must(401, "GET", "/me", nil)
	p.signIn(neu, &person{Subject: "n", Email: "li.wei@example.com", Verified: true}, "")
	neu.must(401, "GET", "/me", nil)
}

// TestSingleSignOnAndFactors: a second factor here is asked for unless the provider says it asked for one, or is trusted.
func TestSingleSignOnAndFactors(t *testing.T) { //nolint:paralleltest // the provider's clock is one for all
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	s.setEmail("ann", "ann@example.com")
	signedIn := s.signedIn("ann")
	app := into[NewTOTP](t, signedIn.must(200, "POST", "/me/totp", nil))
	signedIn.must(200, "POST", "/me/totp/confirm", TOTPCode{signedIn.code(app.Secret)})
	p := newProvider(t, s, func(*SSOSettings) {})
	ann := &person{Subject: "a-1", Email: "ann@example.com", Verified: true}
	s.clock.Advance(time.Minute)

	b := s.browser()
	p.signIn(b, ann, "")
	if boot := into[Boot](t, b.must(200, "GET", "/boot", nil)); boot.Step == nil || boot.Step.Step != "factor" {
		t.Errorf("%+v", boot)
	}
	b.must(200, "POST", "/session/factor", FactorCode{"totp", b.code(app.Secret)})
	strong := *ann
	strong.AMR = []string{"pwd", "mfa"}
	b = s.browser()
	p.signIn(b, &strong, "")
	b.must(200, "GET", "/me", nil)

	// Nobody was asked for anything: what is guarded waits for a confirmation, which the provider can give.
	if got := refusal(t, b.must(403, "POST", "/me/recovery", nil)); got != "reauth_required" {
		t.Error(got)
	}
	sec := into[Security](t, b.must(200, "GET", "/me/security", nil))
	if sec.Confirm[len(sec.Confirm)-1] != "oidc" {
		t.Errorf("%v", sec.Confirm)
	}
	gone, err := url.Parse(b.must(302, "GET", "/session/oidc?purpose=confirm", nil).Header.Get("Location"))
	if err != nil || gone.Query().Get("prompt") != "login" || gone.Query().Get("max_age") != "0" {
		t.Errorf("%v %v", gone, err)
	}
	for what, who := range map[string]*person{
		"somebody else": {Subject: "other", AuthTime: s.clock.Now().Unix()},
		"not asked now": {Subject: "a-1", AuthTime: s.clock.Now().Add(-time.Hour).Unix()},
		"not asked":     {Subject: "a-1"},
	} {
		p.signIn(b, who, "purpose=confirm")
		if a := b.do("POST", "/me/recovery", nil); a.StatusCode != 403 {
			t.Errorf("%s: %d", what, a.StatusCode)
		}
	}
	p.signIn(b, &person{Subject: "a-1", AuthTime: s.clock.Now().Unix()}, "purpose=confirm&next=/me")
	b.must(200, "POST", "/me/recovery", nil)
	b.must(200, "GET", "/me", nil)
}

// TestLinkByAdministrator: who is nobody's match is linked by the subject that the log shows.
func TestLinkByAdministrator(t *testing.T) { //nolint:paralleltest // the provider's clock is one for all
	s := newSite(t, nil)
	s.setUp()
	ann := s.user("ann", org.SalesRep)
	p := newProvider(t, s, func(o *SSOSettings) { o.MatchEmail = false })
	me := into[Me](t, ann.want(200, "GET", "/me", nil)).ID.String()
	b := s.browser()
	p.signIn(b, &person{Subject: "z", Email: "z@example.com", Verified: true}, "")
	b.must(401, "GET", "/me", nil)
	s.signedIn("ann").must(403, "POST", "/users/"+me+"/identities", NewIdentity{"z"})
	root := s.signedIn("root")
	made := into[MadeIdentity](t, root.must(201, "POST", "/users/"+me+"/identities", NewIdentity{"z"}))
	root.must(409, "POST", "/users/"+me+"/identities", NewIdentity{"z"})
	p.signIn(b, &person{Subject: "z"}, "")
	b.must(200, "GET", "/me", nil)
	root.must(204, "DELETE", "/users/"+me+"/identities/"+made.ID.String(), nil)
	b.must(401, "GET", "/me", nil)
	root.must(404, "DELETE", "/users/"+me+"/identities/"+id.ID(5).String(), nil)
}

func TestSSOSettings(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.setUp()
	ann := s.user("ann", org.SalesRep)
	auditor := s.user("eve", org.Auditor)
	ann.want(403, "GET", "/security", nil)
	ann.want(403, "PUT", "/security/sso", SSOSettings{Label: "x", Issuer: "https://id.example", ClientID: "x"})
	auditor.want(200, "GET", "/security", nil)
	auditor.want(403, "PUT", "/security/sso", SSOSettings{Label: "x", Issuer: "https://id.example", ClientID: "x"})
	b := s.signedIn("root")
	secret := "s3cret-of-the-client"
	good := SSOSettings{Label: "x", Issuer: "https://id.example", ClientID: "x", Secret: &secret}
	b.must(200, "PUT", "/security/sso", good)
	for _, bad := range []func(o *SSOSettings){
		func(o *SSOSettings) { o.Issuer = "http://id.example" },
		func(o *SSOSettings) { o.Issuer = "https://id.example/?x=1" },
		func(o *SSOSettings) { o.Issuer = "nonsense" },
		func(o *SSOSettings) { o.ClientID = "" },
		func(o *SSOSettings) { o.Label = "" },
		func(o *SSOSettings) { o.CreateUsers = true },
	} {
		o := good
		bad(&o)
		b.must(422, "PUT", "/security/sso", o)
	}
	kept := good
	kept.Secret = nil
	if got := into[SecuritySettings](t, b.must(200, "PUT", "/security/sso", kept)); !got.SSO.SecretSet {
		t.Error("the secret went away")
	}
	kept.Issuer = "https://evil.example" // the secret is not for them
	if got := into[SecuritySettings](t, b.must(200, "PUT", "/security/sso", kept)); got.SSO.SecretSet {
		t.Error("the secret of one provider would be sent to another")
	}
	// An issuer within the network is not asked unless the operator allows it.
	inner := good
	inner.Issuer = "https://169.254.169.254/latest"
	b.must(200, "PUT", "/security/sso", inner)
	if p := into[Problem](t, b.must(422, "POST", "/security/sso/test", nil)); p.Key != "outbound.refused" {
		t.Errorf("%+v", p)
	}
	b.must(204, "DELETE", "/security/sso", nil)
	if a := b.must(302, "GET", "/session/oidc", nil); a.Header.Get("Location") != "/" {
		t.Errorf("%v", a.Header)
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("the secret stands in the log")
	}
}

// TestOpenRedirects: wherever a link to sign in says to go on to, it is a page of this site.
func TestOpenRedirects(t *testing.T) { //nolint:paralleltest // the provider's clock is one for all
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	s.setEmail("ann", "ann@example.com")
	p := newProvider(t, s, func(*SSOSettings) {})
	ann := &person{Subject: "a-1", Email: "ann@example.com", Verified: true, Name: "Ann"}
	home, err := url.Parse(s.origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{
		"https://evil.example", "//evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "https:evil.example", "javascript:alert(1)", "///evil.example", "/%0d%0aLocation:%20https://evil.example",
		"http://localhost@evil.example/", "?next=//evil.example", " //evil.example", "/x\r\nSet-Cookie: a=b", "data:text/html,x", "",
	} {
		s.signIns = newLimiter()
		b := s.browser()
		at, err := home.Parse(p.signIn(b, ann, "next="+url.QueryEscape(next)))
		if err != nil || at.Host != home.Host || at.Scheme != home.Scheme {
			t.Errorf("%q leads to %s, %v", next, at, err)
		}
		b.must(200, "GET", "/me", nil)
	}
}
