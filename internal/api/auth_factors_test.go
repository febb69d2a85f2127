package api

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/org"
	"genjin/internal/record"
)

// demandFactor has a role demand a second factor.
func (s *server) demandFactor(role string) {
	s.t.Helper()
	err := s.store.Write(s.t.Context(), access.System("test"), audit.Screen, func(rs *record.Session) error {
		ctx := context.Background()
		x, err := org.RoleOf(ctx, rs.Tx, role)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, rs, x, 0, func(r *org.Role) error { r.SecondFactor = true; return nil })
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (b *browser) code(secret string) string {
	b.t.Helper()
	code, err := totp.GenerateCode(secret, b.clock.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

// TestFactorAtSignIn: by password and app, over the network, with the step surviving a reload of the page.
func TestFactorAtSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	ann := s.signedIn("ann")
	app := into[NewTOTP](t, ann.must(200, "POST", "/me/totp", nil))
	codes := into[RecoveryCodes](t, ann.must(200, "POST", "/me/totp/confirm", TOTPCode{ann.code(app.Secret)}))
	if len(codes.Codes) != 10 || app.QR[:22] != "data:image/png;base64," {
		t.Errorf("%+v %s", codes, app.QR[:30])
	}
	s.clock.Advance(time.Minute)

	b := s.browser()
	step := into[Step](t, b.must(202, "POST", "/session", SignIn{"ann", password}))
	if step.Step != "factor" || len(step.Methods) != 2 {
		t.Errorf("%+v", step)
	}
	b.must(401, "GET", "/me", nil)
	boot := into[Boot](t, b.must(200, "GET", "/boot", nil))
	if boot.User != nil || boot.Step == nil || boot.Step.Step != "factor" || boot.SignIn == nil || !boot.SignIn.Passkeys || boot.SignIn.Forgot || boot.SignIn.SSO != nil {
		t.Errorf("after a reload: %+v", boot)
	}
	if got := refusal(t, b.must(422, "POST", "/session/factor", FactorCode{"totp", "000000"})); got != "invalid signin.code" {
		t.Error(got)
	}
	if got := refusal(t, s.browser().must(401, "POST", "/session/factor", FactorCode{"totp", b.code(app.Secret)})); got != "unauthenticated" {
		t.Error("another browser:", got)
	}
	me := into[Me](t, b.must(200, "POST", "/session/factor", FactorCode{"totp", b.code(app.Secret)}))
	if me.Login != "ann" {
		t.Errorf("%+v", me)
	}
	if boot := into[Boot](t, b.must(200, "GET", "/boot", nil)); boot.User == nil || boot.Step != nil || boot.SignIn != nil {
		t.Errorf("signed in: %+v", boot)
	}
	sec := into[Security](t, b.must(200, "GET", "/me/security", nil))
	if sec.TOTP.IsZero() || sec.Recovery != 10 || !sec.Password || sec.Required || sec.ConfirmedUntil.IsZero() || len(sec.Confirm) != 2 {
		t.Errorf("%+v", sec)
	}
	b.must(204, "DELETE", "/session", nil)
	b.must(202, "POST", "/session", SignIn{"ann", password})
	b.must(200, "POST", "/session/factor", FactorCode{"recovery", codes.Codes[0]})
}

// TestEnrolBeforeAnythingElse: every operation but those of setting a second factor up is closed, by default and not by
// a list.
func TestEnrolBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	s.demandFactor(org.SalesRep)
	b := s.browser()
	step := into[Step](t, b.must(202, "POST", "/session", SignIn{"ann", password}))
	if step.Step != "enrol" || len(step.Methods) != 2 {
		t.Errorf("%+v", step)
	}
	open := map[string]bool{}
	for _, name := range []string{
		"my-security", "begin-totp", "confirm-totp", "remove-totp", "renew-recovery", "begin-passkey", "add-passkey", "rename-passkey",
		"remove-passkey", "confirm", "ask-confirm", "confirm-by-passkey",
	} {
		open[name] = true
	}
	s.eachOperation(func(method, path string, op operation) {
		if op.Genjin["scope"] == "public" {
			return
		}
		a := b.do(method, op.example(path), op.body(method))
		if closed := a.StatusCode == 403 && refusal(t, a) == "enrol_required"; closed == open[op.OperationID] {
			t.Errorf("%s: %d %s", op.OperationID, a.StatusCode, a.body)
		}
	})
	if boot := into[Boot](t, b.must(200, "GET", "/boot", nil)); boot.User != nil || boot.Step == nil || boot.Step.Step != "enrol" {
		t.Errorf("%+v", boot)
	}
	app := into[NewTOTP](t, b.must(200, "POST", "/me/totp", nil))
	b.must(200, "POST", "/me/totp/confirm", TOTPCode{b.code(app.Secret)})
	b.must(200, "GET", "/me", nil)
	if got := refusal(t, b.must(409, "DELETE", "/me/totp", nil)); got != "conflict" {
		t.Error(got)
	}
}

// key is a security key or a phone, made of software.
type key struct {
	t    *testing.T
	site virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

func newKey(t *testing.T, origin string) *key {
	return &key{
		t: t, site: virtualwebauthn.RelyingParty{ID: "localhost", Name: "Genjin", Origin: origin},
		auth: virtualwebauthn.NewAuthenticator(), cred: newCredential(),
	}
}

// newCredential draws keys until both coordinates have all 32 bytes: virtualwebauthn leaves out their leading zeros (RFC
// 9053, 7.1.1 demands them), so one key in 128 would be refused, and rightly.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key on P-256
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

// answer makes the body that a browser sends after a ceremony.
func (k *key) answer(c Ceremony, response string, more map[string]any) map[string]any {
	k.t.Helper()
	var credential map[string]any
	if err := json.Unmarshal([]byte(response), &credential); err != nil {
		k.t.Fatal(err)
	}
	body := map[string]any{"ceremony": c.Ceremony, "credential": credential}
	for name, value := range more {
		body[name] = value
	}
	return body
}

func (k *key) options(c Ceremony) string {
	k.t.Helper()
	text, err := json.Marshal(c.Options)
	if err != nil {
		k.t.Fatal(err)
	}
	return string(text)
}

// made answers to the options of a new passkey.
func (k *key) made(c Ceremony, name string) map[string]any {
	k.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(k.options(c))
	if err != nil {
		k.t.Fatal(err)
	}
	k.auth.Options.UserHandle = []byte(o.UserID)
	k.auth.AddCredential(k.cred)
	return k.answer(c, virtualwebauthn.CreateAttestationResponse(k.site, k.auth, k.cred, *o), map[string]any{"name": name})
}

// shown answers to the options of showing one.
func (k *key) shown(c Ceremony) map[string]any {
	k.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(k.options(c))
	if err != nil {
		k.t.Fatal(err)
	}
	k.cred.Counter++
	return k.answer(c, virtualwebauthn.CreateAssertionResponse(k.site, k.auth, k.cred, *o), nil)
}

func (b *browser) ceremony(path string) Ceremony {
	b.t.Helper()
	return into[Ceremony](b.t, b.must(200, "POST", path, nil))
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.setUp()
	s.user("ann", org.SalesRep)
	s.user("bob", org.SalesRep)
	ann := s.signedIn("ann")
	k := newKey(t, s.origin)
	added := into[AddedPasskey](t, ann.must(201, "POST", "/me/passkeys", k.made(ann.ceremony("/me/passkeys/options"), "办公室")))
	if added.Name != "办公室" || len(added.Codes) != 10 {
		t.Errorf("%+v", added)
	}
	if got := refusal(t, s.signedIn("bob").must(422, "POST", "/me/passkeys", k.made(ann.ceremony("/me/passkeys/options"), "x"))); got != "invalid signin.step_over" {
		t.Error("somebody else's ceremony:", got)
	}

	b := s.browser() // as the second factor
	if step := into[Step](t, b.must(202, "POST", "/session", SignIn{"ann", password})); step.Methods[0] != "passkey" {
		t.Errorf("%+v", step)
	}
	shown := k.shown(b.ceremony("/session/passkey/options"))
	if got := refusal(t, s.browser().must(401, "POST", "/session/passkey", shown)); got != "unauthenticated" {
		t.Error("another browser:", got)
	}
	b.must(200, "POST", "/session/passkey", shown)
	if got := refusal(t, b.must(401, "POST", "/session/passkey", shown)); got != "unauthenticated" {
		t.Error("again:", got)
	}

	p := s.browser() // without a password
	c := p.ceremony("/session/passkey/options")
	if c.Options["allowCredentials"] != nil || c.Options["userVerification"] != "required" {
		t.Errorf("%+v", c.Options)
	}
	if me := into[Me](t, p.must(200, "POST", "/session/passkey", k.shown(c))); me.Login != "ann" {
		t.Errorf("%+v", me)
	}
	for what, spoil := range map[string]func(k *key){
		"another site":     func(k *key) { k.site.Origin = "https://evil.example" },
		"another address":  func(k *key) { k.site.ID = "evil.example" },
		"nobody verified":  func(k *key) { k.auth.Options.UserNotVerified = true },
		"nobody there":     func(k *key) { k.auth.Options.UserNotPresent = true },
		"another user":     func(k *key) { k.auth.Options.UserHandle = []byte{0, 0, 0, 0, 0, 0, 0, 1} },
		"no user":          func(k *key) { k.auth.Options.UserHandle = nil },
		"a copy":           func(k *key) { k.cred.Counter = 0 },
		"another's key":    func(k *key) { k.cred.Key = newCredential().Key },
		"an unknown key":   func(k *key) { k.cred.ID = []byte("0123456789abcdef0123456789abcdef") },
		"not even JSON":    func(k *key) { k.auth.Options.UserHandle = []byte("short") },
		"flags of a clone": func(k *key) { k.auth.Options.BackupEligible = true },
	} {
		forged := *k
		spoil(&forged)
		p := s.browser()
		if a := p.do("POST", "/session/passkey", forged.shown(p.ceremony("/session/passkey/options"))); a.StatusCode != 401 {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
		p.must(401, "GET", "/me", nil)
	}

	s.clock.Advance(11 * time.Minute) // to confirm
	if got := refusal(t, p.must(403, "POST", "/me/recovery", nil)); got != "reauth_required" {
		t.Error(got)
	}
	p.must(200, "POST", "/me/confirm/passkey", k.shown(p.ceremony("/me/confirm/passkey/options")))
	p.must(200, "POST", "/me/recovery", nil)
	p.must(204, "PATCH", "/me/passkeys/"+added.ID.String(), PasskeyName{"手机"})
	sec := into[Security](t, p.must(200, "GET", "/me/security", nil))
	if len(sec.Passkeys) != 1 || sec.Passkeys[0].Name != "手机" || sec.Passkeys[0].LastUsed.IsZero() {
		t.Errorf("%+v", sec)
	}
	s.signedIn("bob").must(404, "DELETE", "/me/passkeys/"+added.ID.String(), nil)
	p.must(204, "DELETE", "/me/passkeys/"+added.ID.String(), nil)
	s.signedIn("ann")
}

// TestConfirmGuards: what is guarded asks a session that is older than ten minutes to confirm, and a token to name the
// permission. What is guarded is read from the published document.
func TestConfirmGuards(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	root := s.setUp()
	b := s.signedIn("root")
	full := into[TokenMade](t, b.must(201, "POST", "/me/tokens", NewToken{Name: "full"}))
	b.must(200, "GET", "/customers/export?format=csv", nil)
	s.clock.Advance(11 * time.Minute)
	program := s.visitor()
	program.token = full.Secret
	guarded := map[string]bool{}
	s.eachOperation(func(method, path string, op operation) {
		if op.Genjin["confirm"] == "" {
			return
		}
		guarded[op.Genjin["does"]+" "+op.Genjin["object"]] = true
		a := b.do(method, op.example(path), op.body(method))
		if a.StatusCode != 403 || refusal(t, a) != "reauth_required" {
			t.Errorf("%s: %d %s", op.OperationID, a.StatusCode, a.body)
		}
		if a := program.send(method, op.example(path), op.body(method)); a.StatusCode != 403 {
			t.Errorf("%s by a token: %d %s", op.OperationID, a.StatusCode, a.body)
		}
	})
	for _, must := range []string{
		"export customer", "export log", "update role", "create role", "archive role", "create user", "update user", "bulk user", "create token",
		"update security_settings", "delete security_settings", "update password", "create totp", "delete totp", "create recovery", "create passkey",
		"create link", "create identity", "delete session",
	} {
		if !guarded[must] {
			t.Errorf("%s is not guarded", must)
		}
	}
	b.must(403, "POST", "/customers/bulk", map[string]any{"ids": []string{}, "action": "archive"})
	b.must(200, "POST", "/customers/bulk", map[string]any{"ids": []string{}, "action": "update", "values": map[string]any{}})
	b.must(403, "PATCH", "/me", map[string]any{"email": "root@example.com"})
	b.must(200, "PATCH", "/me", map[string]any{"mobile": "13800138000", "email": ""})

	if got := refusal(t, b.must(422, "POST", "/me/confirm", Confirmation{"password", "wrong"})); got != "invalid password.wrong" {
		t.Error(got)
	}
	until := into[ConfirmedUntil](t, b.must(200, "POST", "/me/confirm", Confirmation{"password", password}))
	if until.Until.Sub(s.clock.Now()) != 10*time.Minute {
		t.Errorf("%v", until)
	}
	b.must(200, "GET", "/customers/export?format=csv", nil)
	b.must(200, "POST", "/customers/bulk", map[string]any{"ids": []string{}, "action": "archive"})

	named := into[TokenMade](t, b.must(201, "POST", "/me/tokens", NewToken{Name: "export", Permissions: map[string][]access.Action{"customer": {"view", "export"}}}))
	program.token = named.Secret
	program.want(200, "GET", "/customers/export?format=csv", nil)
	if p := into[Problem](t, program.want(403, "GET", "/followups/export", nil)); p.Key != "token.scope" || p.Params["scope"] != "followup:export" {
		t.Errorf("%+v", p)
	}
	program.want(403, "POST", "/customers/bulk", map[string]any{"ids": []string{}, "action": "archive"})
	program.want(403, "POST", "/me/confirm", Confirmation{"password", password})
	_ = root
}

// TestTokenBudget: whatever shows records takes from a token's budget of the day, before it is sent.
func TestTokenBudget(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	root := s.setUp()
	for _, name := range []string{"华为技术", "腾讯科技", "比亚迪股份"} {
		root.make("/customers", rec{"name": name})
	}
	b := s.signedIn("root")
	token := func(rows int) *visitor {
		made := into[TokenMade](t, b.must(201, "POST", "/me/tokens", NewToken{
			Name: "x", RowsPerDay: rows, Permissions: map[string][]access.Action{"customer": {"view", "export"}, "user": {"view"}},
		}))
		v := s.visitor()
		v.token = made.Secret
		return v
	}
	for _, path := range []string{"/customers", "/customers/export?format=csv"} {
		rich, poor := token(3), token(2)
		rich.want(200, "GET", path, nil)
		rich.want(429, "GET", "/me", nil) // nothing is left, for anything
		if a := poor.want(429, "GET", path, nil); len(a.body) > 1000 || refusal(t, a) != "too_many" {
			t.Errorf("%s: %s", path, a.body)
		}
		poor.want(200, "GET", "/me", nil)
	}
	v := token(3)
	v.want(200, "GET", "/search?q="+"%E5%8D%8E%E4%B8%BA", nil)
	one := into[page](t, v.want(200, "GET", "/customers?limit=1", nil)).Items[0].id()
	v.want(200, "GET", "/customers/"+one, nil)
	v.want(429, "GET", "/customers/"+one, nil)
	s.clock.Advance(24 * time.Hour)
	v.want(200, "GET", "/customers/"+one, nil)
}

// TestTokensOfEverybody: administrators see and end them, others only their own.
func TestTokensOfEverybody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	root := s.setUp()
	ann, auditor := s.user("ann", org.SalesRep), s.user("eve", org.Auditor)
	made := into[TokenMade](t, ann.want(201, "POST", "/me/tokens", NewToken{Name: "sync"}))
	if made.Prefix != made.Secret[:len(made.Prefix)] || len(made.Prefix) > 10 {
		t.Errorf("%+v", made)
	}
	ann.want(403, "GET", "/tokens", nil)
	for _, v := range []*visitor{root, auditor} {
		all := into[items[TokenItem]](t, v.want(200, "GET", "/tokens", nil))
		if len(all.Items) != 1 || all.Items[0].User.Name != "用户ann" || all.Items[0].Prefix != made.Prefix {
			t.Errorf("%+v", all)
		}
	}
	auditor.want(403, "DELETE", "/tokens/"+made.ID.String(), nil)
	root.want(404, "DELETE", "/me/tokens/"+made.ID.String(), nil)
	root.want(204, "DELETE", "/tokens/"+made.ID.String(), nil)
	program := s.visitor()
	program.token = made.Secret
	program.want(401, "GET", "/me", nil)
}

// TestSignInLog: administrators and auditors read everybody's, others their own; nobody changes it.
func TestSignInLog(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	root := s.setUp()
	ann, auditor := s.user("ann", org.SalesRep), s.user("eve", org.Auditor)
	s.visitor().want(401, "POST", "/session", SignIn{"ann", "wrong"})
	ann.want(403, "GET", "/sign-ins", nil)
	s.user("ops", org.SalesOps).want(403, "GET", "/sign-ins", nil)
	own := into[SignInPage](t, ann.want(200, "GET", "/me/sign-ins", nil))
	for _, line := range own.Items {
		if line.User == nil || line.User.Name != "用户ann" {
			t.Errorf("not one's own: %+v", line)
		}
	}
	for _, v := range []*visitor{root, auditor} {
		failed := into[SignInPage](t, v.want(200, "GET", "/sign-ins?result=failed&login=an", nil))
		if len(failed.Items) != 1 || failed.Items[0].Reason != "password" || failed.Items[0].Address != "10.0.0.1" {
			t.Errorf("%+v", failed)
		}
	}
	var seen int
	for cursor, pages := "", 0; pages < 50; pages++ {
		p := into[SignInPage](t, root.want(200, "GET", query("/sign-ins", "limit", "2", "cursor", cursor), nil))
		seen += len(p.Items)
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if all := into[SignInPage](t, root.want(200, "GET", "/sign-ins?limit=500", nil)); len(all.Items) != seen {
		t.Errorf("%d by pages, %d at once", seen, len(all.Items))
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		root.want(405, method, "/sign-ins", nil)
	}
}

// TestUserSecurity: administrators look after others; those who may not do not even see.
func TestUserSecurity(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	root := s.setUp()
	ann, auditor := s.user("ann", org.SalesRep), s.user("eve", org.Auditor)
	other := s.visitor()
	other.want(200, "POST", "/session", SignIn{"ann", password})
	me := into[Me](t, ann.want(200, "GET", "/me", nil)).ID.String()
	rootID := into[Me](t, root.want(200, "GET", "/me", nil)).ID.String()
	ann.want(403, "GET", "/users/"+rootID+"/security", nil)
	sec := into[UserSecurity](t, auditor.want(200, "GET", "/users/"+me+"/security", nil))
	if len(sec.Sessions) != 2 || !sec.Password || len(sec.Confirm) != 0 {
		t.Errorf("%+v", sec)
	}
	for _, path := range []string{"/sessions", "/sessions/" + sec.Sessions[0].ID.String(), "/factors"} {
		auditor.want(403, "DELETE", "/users/"+me+path, nil)
		ann.want(403, "DELETE", "/users/"+rootID+path, nil)
	}
	root.want(404, "GET", "/users/0000000000005/security", nil)
	root.want(404, "DELETE", "/users/0000000000005/sessions", nil)
	root.want(204, "DELETE", "/users/"+me+"/sessions/"+sec.Sessions[0].ID.String(), nil)
	if e := into[EndedSessions](t, root.want(200, "DELETE", "/users/"+me+"/sessions", nil)); e.Ended != 1 {
		t.Errorf("%+v", e)
	}
	ann.want(401, "GET", "/me", nil)
	other.want(401, "GET", "/me", nil)
	ann.want(200, "POST", "/session", SignIn{"ann", password})
	app := into[NewTOTP](t, ann.want(200, "POST", "/me/totp", nil))
	code, err := totp.GenerateCode(app.Secret, s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	ann.want(200, "POST", "/me/totp/confirm", TOTPCode{code})
	root.want(204, "DELETE", "/users/"+me+"/factors", nil)
	ann.want(401, "GET", "/me", nil)
	ann.want(200, "POST", "/session", SignIn{"ann", password})
}
