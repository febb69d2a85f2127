package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"genjin/internal/auth"
	"genjin/internal/importer"
	"genjin/internal/org"
)

// TestCookiesOverHTTPS: their names have browsers take them from this host alone, and one that another host of the
// domain has set under the plain name counts for nothing.
func TestCookiesOverHTTPS(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.Auth = auth.New(s.store, s.Actors, auth.Options{
		Clock: s.clock, Cost: auth.Cost{Memory: 64, Passes: 1}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")},
	})
	v := s.visitor()
	v.header.Set("X-Forwarded-Proto", "https")
	v.header.Set("X-Forwarded-For", "198.51.100.7")
	a := v.want(http.StatusCreated, "POST", "/setup", Setup{Company: "c", Name: "王芳", Login: "root", Password: password})
	names := map[string]*http.Cookie{}
	for _, c := range a.Cookies() {
		names[c.Name] = c
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%+v", c)
		}
	}
	session := names["__Host-genjin_session"]
	if session == nil || names["__Host-genjin_device"] == nil || len(names) != 2 {
		t.Fatalf("%v", names)
	}
	for name, want := range map[string]int{"__Host-genjin_session": 200, "genjin_session": 401} {
		r := httptest.NewRequest(http.MethodGet, Base+"/me", nil)
		r.RemoteAddr = "10.0.0.1:999"
		r.Header.Set("X-Forwarded-Proto", "https")
		r.AddCookie(&http.Cookie{Name: name, Value: session.Value})
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", name, w.Code, want)
		}
	}
	if got := a.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Error(got)
	}
}

// TestSessionFixation: a session that somebody else put into the browser is not the one that signing in gives, and is
// over.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	s.user("ann", org.SalesRep)
	attacker := s.user("eve", org.SalesRep)
	victim := s.visitor()
	victim.cookie = attacker.cookie
	victim.want(200, "POST", "/session", SignIn{"ann", password})
	if victim.cookie == attacker.cookie {
		t.Error("the session was kept")
	}
	attacker.want(401, "GET", "/me", nil)
	victim.cookie = "made-up-by-an-attacker"
	victim.want(200, "POST", "/session", SignIn{"ann", password})
	if victim.cookie == "made-up-by-an-attacker" {
		t.Error("a made-up session was taken")
	}
}

// TestOtherSitesChangeNothing: every operation that changes something, public ones too, is closed to pages of other
// sites.
func TestOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	v := s.setUp()
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}},
	} {
		v.header = header
		s.eachOperation(func(method, path string, op operation) {
			if method == http.MethodGet {
				return
			}
			if a := v.send(method, op.example(path), map[string]any{}); a.StatusCode != 403 || into[Problem](t, a).Key != "api.origin" {
				t.Errorf("%v: %s: %d %s", header, op.OperationID, a.StatusCode, a.body)
			}
		})
	}
	v.header = http.Header{}
	v.want(200, "GET", "/me", nil)
}

var requestIDs = regexp.MustCompile(`"id":"[^"]*"`)

// TestNobodyLearnsWhoIsThere: whether a login exists shows in no answer of what is open to everybody.
func TestNobodyLearnsWhoIsThere(t *testing.T) {
	t.Parallel()
	s, post, _ := newPost(t)
	s.user("ann", org.SalesRep)
	s.setMail(post)
	for _, ask := range []func(b *browser, login string) answer{
		func(b *browser, login string) answer { return b.do("POST", "/session", SignIn{login, "wrong"}) },
		func(b *browser, login string) answer { return b.do("POST", "/password/forgot", Forgotten{login}) },
		func(b *browser, login string) answer {
			for range 7 {
				b.do("POST", "/session", SignIn{login, "wrong"})
			}
			return b.do("POST", "/session", SignIn{login, "wrong"})
		},
	} {
		there, nobody := ask(s.browser(), "ann"), ask(s.browser(), "zoe")
		if there.StatusCode != nobody.StatusCode || requestIDs.ReplaceAllString(string(there.body), "") != requestIDs.ReplaceAllString(string(nobody.body), "") {
			t.Errorf("%d %s, %d %s", there.StatusCode, there.body, nobody.StatusCode, nobody.body)
		}
	}
}

// TestCrowdsAreStopped: whatever is open to everybody and does something is bounded by address, before it does it.
func TestCrowdsAreStopped(t *testing.T) {
	t.Parallel()
	harmless := map[string]bool{"boot": true, "sign-out": true, "setup": true} // setup works once
	bodies := map[string]any{
		"sign-in": SignIn{"x", "x"}, "show-factor": FactorCode{"totp", "1"}, "sign-in-by-passkey": PasskeyAnswer{"x", map[string]any{}},
		"forgot-password": Forgotten{"x"}, "look-at-link": LinkSecret{"x"}, "use-link": LinkPassword{"x", "x"},
	}
	s := newServer(t)
	s.setUp()
	s.eachOperation(func(method, path string, op operation) {
		if op.Genjin["scope"] != "public" || harmless[op.OperationID] {
			return
		}
		s.signIns = newLimiter()
		v := s.visitor()
		for range signInBurst + 10 {
			v.send(method, path, bodies[op.OperationID])
		}
		a := v.send(method, path, bodies[op.OperationID])
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", op.OperationID, a.StatusCode, a.body)
		}
	})
}

// TestMonstrousRequests: too large, too deep, not JSON or not text is refused at once, by every operation that reads a
// body, and never breaks anything.
func TestMonstrousRequests(t *testing.T) {
	t.Parallel()
	onePath(t)
	s := newServerWith(t, func(d *Deps) { d.Importer = importer.New(d.Store, openFiles(t), nil) })
	v := s.setUp()
	deep := strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000)
	bodies := map[string]string{
		"large": `{"login":"` + strings.Repeat("x", 3<<20) + `"}`, "deep": deep, "deep lists": strings.Repeat("[", 100_000),
		"not JSON": "\x00\xff\xfe", "two": `{}{}`, "long key": `{"` + strings.Repeat("k", 500_000) + `":1}`, "huge number": `{"days":1e999999}`,
	}
	start := time.Now()
	s.eachOperation(func(method, path string, op operation) {
		if method == http.MethodGet || method == http.MethodDelete {
			return
		}
		s.signIns = newLimiter()
		for what, body := range bodies {
			a := v.send(method, op.example(path), body)
			taken := a.StatusCode < 400 && !bodiless[op.OperationID] && what != "long key" && what != "huge number" // of fields nobody asks for
			if taken || a.StatusCode >= 500 && a.StatusCode != 503 {
				t.Errorf("%s, %s: %d %.200s", op.OperationID, what, a.StatusCode, a.body)
			}
		}
	})
	if took := time.Since(start); took > time.Minute {
		t.Errorf("refusing them takes %v", took)
	}
}

// bodiless are operations that need no body and do not read one.
var bodiless = map[string]bool{"ask-passkey": true, "ask-confirm": true, "begin-totp": true, "renew-recovery": true, "begin-passkey": true}

// TestSecretsAreNotLogged: nothing that somebody shows to sign in, or is given to, stands in the log of requests.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	root := s.setUp()
	made := into[TokenMade](t, root.want(201, "POST", "/me/tokens", NewToken{Name: "x"}))
	app := into[NewTOTP](t, root.want(200, "POST", "/me/totp", nil))
	v := s.visitor()
	v.send("POST", "/session?password=in-the-address", SignIn{"root", "typed-by-mistake"})
	v.send("GET", "/session/oidc/callback?code=from-the-provider&state=x", nil)
	v.token = made.Secret
	v.want(200, "GET", "/me", nil)
	for _, secret := range []string{password, root.cookie, made.Secret, app.Secret, "in-the-address", "typed-by-mistake", "from-the-provider"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%q stands in the log", secret)
		}
	}
}
