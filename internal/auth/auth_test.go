package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

const password = "correct horse"

// cheap keeps tests quick; what is hashed stays Argon2id.
var cheap = auth.Cost{Memory: 64, Passes: 1}

var (
	home   = auth.From{Address: netip.MustParseAddr("10.0.0.1"), Agent: "test"}
	mobile = auth.From{Address: netip.MustParseAddr("10.0.0.2"), Agent: "test"}
	enemy  = auth.From{Address: netip.MustParseAddr("203.0.113.9"), Agent: "test"}
)

type house struct {
	*auth.Service
	t     *testing.T
	clock *clock.Fake
	store *record.Store
	user  map[string]id.ID
}

func newHouse(t *testing.T, o auth.Options) *house {
	t.Helper()
	h := &house{t: t, clock: clock.NewFake(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)), user: map[string]id.ID{}}
	options := dbtest.Options(t)
	options.Clock = h.clock
	reg := record.NewRegistry()
	actors := org.Register(reg)
	h.store = record.NewStore(dbtest.OpenWith(t, options), reg, time.UTC)
	if o.Cost == (auth.Cost{}) {
		o.Cost = cheap
	}
	o.Clock = h.clock
	h.Service = auth.New(h.store, actors, o)
	for _, login := range []string{"ann", "bob", "root"} {
		h.add(login)
	}
	return h
}

func (h *house) add(login string) {
	h.t.Helper()
	hash, err := h.Hash(h.t.Context(), password)
	h.must(err)
	h.must(h.write(func(ctx context.Context, s *record.Session) error {
		if err := org.Seed(ctx, s); err != nil {
			return err
		}
		key := org.SalesRep
		if login == "root" {
			key = org.Admin
		}
		role, err := org.RoleOf(ctx, s.Tx, key)
		if err != nil {
			return err
		}
		d := &org.Department{Name: login}
		if err := record.Create(ctx, s, d); err != nil {
			return err
		}
		u := &org.User{Login: login, Name: "name of " + login, DepartmentID: d.ID, RoleIDs: entity.List{role.String()}}
		if err := record.Create(ctx, s, u); err != nil {
			return err
		}
		h.user[login] = u.ID
		return h.StorePassword(ctx, s, u.ID, hash, 0)
	}))
}

func (h *house) write(fn func(ctx context.Context, s *record.Session) error) error {
	return h.store.Write(h.t.Context(), access.System("test"), audit.Screen, func(s *record.Session) error { return fn(h.t.Context(), s) })
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wrong(login string, from auth.From) error {
	_, err := h.SignIn(h.t.Context(), login, "wrong password", from)
	return err
}

func (h *house) right(login string, from auth.From) (string, error) {
	e, err := h.SignIn(h.t.Context(), login, password, from)
	return e.Session, err
}

func (h *house) signedIn(login string) string {
	h.t.Helper()
	secret, err := h.right(login, home)
	h.must(err)
	return secret
}

// with gives a request that shows a session.
func with(secret string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(auth.Cookie(secret, false))
	return r
}

func bearer(secret string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	return r
}

func (h *house) known(r *http.Request) bool {
	h.t.Helper()
	_, err := h.Authenticate(h.t.Context(), r)
	if err != nil && !errs.Is(err, errs.Unauthenticated) {
		h.t.Fatal(err)
	}
	return err == nil
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: got %v, want %s", what, err, kind)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	e, err := h.SignIn(t.Context(), " ＡNN ", password, home)
	h.must(err)
	secret, who := e.Session, e.Who
	if who.Actor.ID != h.user["ann"] || who.Origin() != audit.Screen || len(secret) < 43 {
		t.Errorf("got %+v, secret of %d", who, len(secret))
	}
	who, err = h.Authenticate(t.Context(), with(secret))
	h.must(err)
	if who.Actor.Login != "ann" || who.Session == 0 {
		t.Errorf("got %+v", who)
	}
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/", nil), with("nonsense"), with(""), bearer(secret), bearer("gj_nonsense"), bearer(""),
	} {
		if h.known(r) {
			t.Errorf("known by %v", r.Header)
		}
	}
	wantKind(t, "wrong password", h.wrong("ann", home), errs.Unauthenticated)
	wantKind(t, "unknown login", h.wrong("nobody", home), errs.Unauthenticated)
	var texts []string
	h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		rows, err := tx.Query(t.Context(), `SELECT login, result || ' ' || reason FROM signin_log WHERE result <> 'changed' ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var login, result string
			if err := rows.Scan(&login, &result); err != nil {
				return err
			}
			texts = append(texts, login+" "+result)
		}
		return rows.Err()
	}))
	if want := []string{"ann signed_in ", "ann failed password", "no… failed unknown"}; !slices.Equal(texts, want) {
		t.Errorf("log %q, want %q", texts, want)
	}
}

func TestDisabledUserGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	secret := h.signedIn("ann")
	setActive := func(active bool) {
		h.must(h.write(func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, h.user["ann"], 0, func(u *org.User) error { u.Active = active; return nil })
			return err
		}))
	}
	setActive(false)
	if h.known(with(secret)) {
		t.Error("the session of a disabled user goes on")
	}
	_, err := h.right("ann", home)
	disabled, _ := errs.As(err)
	unknown, _ := errs.As(h.wrong("nobody", home))
	if disabled == nil || unknown == nil || disabled.Kind != unknown.Kind || disabled.Key != unknown.Key {
		t.Errorf("disabled: %v, unknown: %v", disabled, unknown)
	}
	setActive(true)
	if h.known(with(secret)) {
		t.Error("a session ended by disabling came back")
	}
}

func TestGuessingSlowsDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	guesses := 0
	for end := h.clock.Now().Add(2 * time.Hour); h.clock.Now().Before(end); h.clock.Advance(2 * time.Second) {
		if errs.Is(h.wrong("ann", enemy), errs.Unauthenticated) {
			guesses++
		}
	}
	if guesses > 40 {
		t.Errorf("%d guesses in two hours from one address", guesses)
	}
	_, err := h.right("ann", enemy)
	wantKind(t, "the right password while it is locked", err, errs.TooMany)
	if e, _ := errs.As(err); e == nil || e.Params["seconds"].(int) > 301 {
		t.Errorf("locked for %v", e)
	}
}

func TestGuessingDoesNotLockTheUserOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	h.signedIn("ann") // at home once
	for i := range 200 {
		from := enemy
		from.Address = netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
		_ = h.wrong("ann", from)
		if i%10 == 0 {
			h.clock.Advance(time.Second)
		}
	}
	if _, err := h.right("ann", home); err != nil {
		t.Error("the user is locked out where they signed in before:", err)
	}
	if _, err := h.right("bob", home); err != nil {
		t.Error("another user is locked out:", err)
	}
	h.clock.Advance(31 * time.Second)
	if _, err := h.right("ann", mobile); err != nil {
		t.Error("the user is locked out elsewhere for longer than half a minute:", err)
	}
}

func TestGuessingFromManyAddressesSlowsDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	guesses := 0
	for i := range 1200 { // twenty minutes, a fresh address each second
		from := auth.From{Address: netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)})}
		if errs.Is(h.wrong("ann", from), errs.Unauthenticated) {
			guesses++
		}
		h.clock.Advance(time.Second)
	}
	if guesses > 75 {
		t.Errorf("%d guesses in twenty minutes from many addresses", guesses)
	}
}

func TestTryingOnePasswordOnManyLoginsSlowsDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	guesses := 0
	for i := range 900 {
		if i%10 == 0 { // an account of their own does not help
			_, _ = h.right("bob", enemy)
		}
		if errs.Is(h.wrong(fmt.Sprint("login", i), enemy), errs.Unauthenticated) {
			guesses++
		}
		h.clock.Advance(time.Second)
	}
	if guesses > 130 {
		t.Errorf("%d logins tried in a quarter of an hour", guesses)
	}
}

func TestGuessesAtOnceAreAllCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	var wg sync.WaitGroup
	verdicts := make([]error, 64)
	for i := range verdicts {
		wg.Go(func() { verdicts[i] = h.wrong("ann", enemy) })
	}
	wg.Wait()
	let := 0
	for _, err := range verdicts {
		if errs.Is(err, errs.Unauthenticated) {
			let++
		} else if !errs.Is(err, errs.TooMany) {
			t.Error(err)
		}
	}
	if let > 6 {
		t.Errorf("%d of 64 guesses at once were let through", let)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	one, two := h.signedIn("ann"), h.signedIn("ann")
	other := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: cheap}) // another replica
	who, err := other.Authenticate(t.Context(), with(one))
	h.must(err)
	list, err := h.Sessions(t.Context(), who.Actor.ID)
	h.must(err)
	if len(list) != 2 || list[0].Address != "10.0.0.1" || list[0].Agent != "test" {
		t.Errorf("sessions: %+v", list)
	}
	bob, err := h.Authenticate(t.Context(), with(h.signedIn("bob")))
	h.must(err)
	wantKind(t, "ending somebody else's", h.EndSession(t.Context(), bob.Actor, bob.Actor.ID, who.Session, home), errs.NotFound)
	h.must(h.SignOut(t.Context(), who, home))
	if h.known(with(one)) {
		t.Error("a session that was ended is known where it was ended")
	}
	if !h.known(with(two)) {
		t.Error("the other session ended too")
	}
	for end := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := other.Authenticate(t.Context(), with(one)); errs.Is(err, errs.Unauthenticated) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("another replica knows the session for longer than a second")
		}
	}
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	idle, used := h.signedIn("ann"), h.signedIn("ann")
	for range 89 {
		h.clock.Advance(24 * time.Hour)
		if !h.known(with(used)) {
			t.Fatal("a session in use ended early")
		}
	}
	if h.known(with(idle)) {
		t.Error("a session that nobody used goes on")
	}
	h.clock.Advance(24 * time.Hour)
	if h.known(with(used)) {
		t.Error("a session lives longer than 90 days")
	}
	h.must(h.Clean(t.Context()))
	var n int
	h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM session`).Scan(&n)
	}))
	if n != 0 {
		t.Errorf("%d expired sessions are kept", n)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	here, there := h.signedIn("ann"), h.signedIn("ann")
	who, err := h.Authenticate(t.Context(), with(here))
	h.must(err)
	wantKind(t, "wrong old one", h.ChangePassword(t.Context(), who, "wrong", "a new password", home), errs.Invalid)
	wantKind(t, "bad new one", h.ChangePassword(t.Context(), who, password, "short", home), errs.Invalid)
	h.must(h.ChangePassword(t.Context(), who, password, "a new password", home))
	if !h.known(with(here)) || h.known(with(there)) {
		t.Error("the other session must end and this one go on")
	}
	wantKind(t, "the old password", func() error { _, err := h.right("ann", home); return err }(), errs.Unauthenticated)
	for range 8 {
		_ = h.ChangePassword(t.Context(), who, "guess", "another good secret", home)
	}
	wantKind(t, "guessing the old one", h.ChangePassword(t.Context(), who, "guess", "another good secret", home), errs.TooMany)
}

func TestSetPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	as := func(login string) auth.Who {
		who, err := h.Authenticate(t.Context(), with(h.signedIn(login)))
		h.must(err)
		return who
	}
	ann, root := as("ann"), as("root")
	session := h.signedIn("bob")
	wantKind(t, "a colleague", h.SetPassword(t.Context(), ann, h.user["bob"], "a new password", home), errs.Denied)
	wantKind(t, "nobody", h.SetPassword(t.Context(), root, 77, "a new password", home), errs.NotFound)
	h.must(h.SetPassword(t.Context(), root, h.user["bob"], "a new password", home))
	if h.known(with(session)) {
		t.Error("sessions go on after the password was set")
	}
	if _, err := h.SignIn(t.Context(), "bob", "a new password", home); err != nil {
		t.Error(err)
	}
	var n int
	h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_entry WHERE record_id = ? AND action = 'password' AND changes = '' AND user_id = ?`,
			h.user["bob"], h.user["root"]).Scan(&n)
	}))
	if n != 1 {
		t.Errorf("%d entries in the log", n)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who, err := h.Authenticate(t.Context(), with(h.signedIn("ann")))
	h.must(err)
	full, _, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: "full"}, home)
	h.must(err)
	narrow, token, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: "narrow", Limits: auth.Limits{"customer": {access.View, access.Import}}}, home)
	h.must(err)
	actorOf := func(secret string) *access.Actor {
		who, err := h.Authenticate(t.Context(), bearer(secret))
		h.must(err)
		if who.Origin() != audit.API || who.Token == 0 {
			t.Errorf("got %+v", who)
		}
		return who.Actor
	}
	if a := actorOf(full); !a.May("customer", access.Edit) || a.ID != h.user["ann"] {
		t.Error("a token without limits must do what its owner may")
	}
	a := actorOf(narrow)
	for _, tt := range []struct {
		module string
		action access.Action
		want   bool
	}{
		{"customer", access.View, true},
		{"customer", access.Edit, false},
		{"customer", access.Create, false},
		{"followup", access.View, false},
		{"customer", access.Import, false}, // its owner may not import
	} {
		if a.May(tt.module, tt.action) != tt.want {
			t.Errorf("the token may %s %s: %v", tt.action, tt.module, !tt.want)
		}
	}
	list, err := h.Tokens(t.Context(), who.Actor.ID)
	h.must(err)
	if len(list) != 2 || list[0].Name != "narrow" || list[0].Seen.IsZero() {
		t.Errorf("tokens: %+v", list)
	}
	h.must(h.EndToken(t.Context(), who.Actor, who.Actor.ID, token.ID, home))
	if h.known(bearer(narrow)) {
		t.Error("a token that was ended is known")
	}
	h.clock.Advance(91 * 24 * time.Hour)
	if h.known(bearer(full)) {
		t.Error("a token outlives its days")
	}
	for _, bad := range []struct {
		name   string
		life   time.Duration
		limits auth.Limits
	}{
		{"", 0, nil},
		{"x", time.Hour, nil},
		{"x", 400 * 24 * time.Hour, nil},
		{"x", 0, auth.Limits{"nothing": {access.View}}},
		{"x", 0, auth.Limits{"setting": {access.Delete}}},
	} {
		_, _, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: bad.name, Life: bad.life, Limits: bad.limits}, home)
		wantKind(t, fmt.Sprint(bad), err, errs.Invalid)
	}
}

func TestTokenFollowsItsOwner(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who, err := h.Authenticate(t.Context(), with(h.signedIn("ann")))
	h.must(err)
	secret, _, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: "x"}, home)
	h.must(err)
	h.must(h.write(func(ctx context.Context, s *record.Session) error {
		auditor, err := org.RoleOf(ctx, s.Tx, org.Auditor)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, s, h.user["ann"], 0, func(u *org.User) error { u.RoleIDs = entity.List{auditor.String()}; return nil })
		return err
	}))
	who, err = h.Authenticate(t.Context(), bearer(secret))
	h.must(err)
	if who.Actor.May("customer", access.Edit) || !who.Actor.Masked {
		t.Error("the token kept what its owner lost")
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for password, key := range map[string]string{
		"correct horse": "", "今天天气真不错出去走走": "", "Tr0ub4dor&3": "", "Kranich-im-Nebel-7": "",
		"short": "password.short", "九个字的密码还不够": "password.short", "password": "password.short", "PassW0rd123": "password.common",
		"8888888888": "password.common", "abcdefghij": "password.common", "9876543210": "password.common", "Woaini1314": "password.common",
		"iloveyou1314": "password.common", "Genjin@2026": "password.common", "1qaz2wsx3edc": "password.common", "qwertyuiop1": "password.common",
		"Huasheng2026": "password.common", "Password2026": "password.common", "huawei123456": "password.common",
		"5201314520": "password.common", "woaini1314520": "password.common", "5201314woaini": "password.common", "2468013579": "password.common",
		"zhangwei5201314": "password.common", "168168laopo": "password.common", "li13145201314": "password.common", "xiaoming1988": "password.common",
		"lina19880521": "password.common", "Qq13800138000": "password.common", "shenzhen@2026": "password.common", "admin@888888": "password.common",
		"1314520chen": "password.common", "asd5201314": "password.common", "crm789456123": "password.common", "li.wang1234": "password.common", "Genjin-2026!ok": "",
		"banmei-qu4-Langtou": "", "horse battery": "", "zhangwei7402968": "", "kT9-wangfei": "", "woaichibeijingkaoya": "",
		"wangfang2024": "password.login", "xx王小芳xxxxxxx": "password.login",
		string(make([]byte, 129)): "password.long",
	} {
		e, _ := errs.As(auth.CheckPassword("password", password, "wangfang", "王小芳", "Huasheng"))
		got := ""
		if e != nil {
			got = e.Fields[0].Key
		}
		if got != key {
			t.Errorf("%q: %q, want %q", password, got, key)
		}
	}
}

func TestOutdatedHashIsRenewed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	dearer := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: auth.Cost{Memory: 128, Passes: 2}})
	stored := func() (hash string) {
		h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT hash FROM credential WHERE user_id = ?`, h.user["ann"]).Scan(&hash)
		}))
		return hash
	}
	before := stored()
	_, err := dearer.SignIn(t.Context(), "ann", password, home)
	h.must(err)
	if after := stored(); after == before {
		t.Error("the hash was not renewed at the new cost")
	}
	_, err = dearer.SignIn(t.Context(), "ann", password, home)
	h.must(err)
}

func TestFromOf(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{Proxies: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("::1/128")}})
	for _, tt := range []struct {
		peer, forwarded, proto, want string
		secure                       bool
	}{
		{"192.0.2.1:1234", "", "", "192.0.2.1", false},
		{"192.0.2.1:1234", "8.8.8.8", "https", "192.0.2.1", false}, // not a proxy of ours
		{"10.1.0.5:80", "8.8.8.8", "https", "8.8.8.8", true},
		{"10.1.0.5:80", "1.1.1.1, 8.8.8.8, 10.1.0.7", "http", "8.8.8.8", false}, // the client wrote the first
		{"10.1.0.5:80", "garbage", "", "10.1.0.5", false},
		{"[::1]:80", "2001:db8::7", "", "2001:db8::7", false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.peer
		r.Header.Set("X-Forwarded-For", tt.forwarded)
		r.Header.Set("X-Forwarded-Proto", tt.proto)
		if got := h.FromOf(r).Address.String(); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
		if got := h.Secure(r); got != tt.secure {
			t.Errorf("%+v: secure %v", tt, got)
		}
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	reg := record.NewRegistry()
	actors := org.Register(reg)
	store := record.NewStore(dbtest.Open(b), reg, time.UTC)
	a := auth.New(store, actors, auth.Options{Cost: cheap})
	var secret string
	err := store.Write(b.Context(), access.System("test"), audit.Screen, func(s *record.Session) error {
		ctx := b.Context()
		if err := org.Seed(ctx, s); err != nil {
			return err
		}
		role, err := org.RoleOf(ctx, s.Tx, org.SalesRep)
		if err != nil {
			return err
		}
		d := &org.Department{Name: "x"}
		if err := record.Create(ctx, s, d); err != nil {
			return err
		}
		u := &org.User{Login: "ann", Name: "x", DepartmentID: d.ID, RoleIDs: entity.List{role.String()}}
		if err := record.Create(ctx, s, u); err != nil {
			return err
		}
		e, err := a.Open(ctx, s, u.ID, home)
		secret = e.Session
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	r := with(secret)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Authenticate(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	a := auth.New(record.NewStore(dbtest.Open(b), record.NewRegistry(), time.UTC), &org.Actors{}, auth.Options{})
	for b.Loop() {
		if _, err := a.Hash(b.Context(), password); err != nil {
			b.Fatal(err)
		}
	}
}
