package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/deliver"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sms"
	"genjin/internal/sqldb"
)

const password = "correct horse"

// server is the API over a database of its own.
type server struct {
	*API
	t     testing.TB
	clock *clock.Fake
	store *record.Store
	log   *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newServer(t testing.TB) *server { return newServerWith(t, func(*Deps) {}) }

func newServerWith(t testing.TB, fn func(d *Deps)) *server {
	return newServerOf(t, func(*record.Registry) {}, fn)
}

// newServerOf is newServerWith further kinds of records.
func newServerOf(t testing.TB, register func(reg *record.Registry), fn func(d *Deps)) *server {
	t.Helper()
	s := &server{t: t, clock: clock.NewFake(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)), log: &syncBuffer{}}
	options := dbtest.Options(t)
	options.Clock = s.clock
	reg := record.NewRegistry()
	actors := org.Register(reg)
	register(reg)
	s.store = record.NewStore(dbtest.OpenWith(t, options), reg, time.UTC)
	d := Deps{
		Store: s.store, Actors: actors, Version: "test", Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Auth: auth.New(s.store, actors, auth.Options{Clock: s.clock, Cost: auth.Cost{Memory: 64, Passes: 1}}),
	}
	d.Deliver = deliver.New(s.store, actors, deliver.Options{Kinds: noteKinds, Outbound: reachingHere})
	d.SMS = sms.New(s.store, sms.Options{Outbound: reachingHere})
	fn(&d)
	s.API = New(d)
	return s
}

// visitor is a browser or program that talks to the server.
type visitor struct {
	*server
	cookie string
	token  string
	header http.Header
}

func (s *server) visitor() *visitor { return &visitor{server: s, header: http.Header{}} }

// answer is what came back.
type answer struct {
	*http.Response
	body []byte
}

// send sends a request; body is sent as JSON unless it is a string.
func (v *visitor) send(method, path string, body any) answer {
	v.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			v.t.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	if !strings.HasPrefix(path, "/healthz") && !strings.HasPrefix(path, "/readyz") && !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/?") {
		path = Base + path
	}
	req := httptest.NewRequest(method, path, r)
	req.RemoteAddr = "10.0.0.1:999"
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range v.header {
		req.Header[name] = values
	}
	if v.cookie != "" {
		req.AddCookie(&http.Cookie{Name: auth.CookieName, Value: v.cookie})
	}
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
	w := httptest.NewRecorder()
	v.ServeHTTP(w, req)
	res := w.Result()
	for _, c := range res.Cookies() {
		if c.Name == auth.CookieName {
			v.cookie = c.Value
		}
	}
	return answer{res, w.Body.Bytes()}
}

func (v *visitor) want(status int, method, path string, body any) answer {
	v.t.Helper()
	a := v.send(method, path, body)
	if a.StatusCode != status {
		v.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.StatusCode, status, a.body)
	}
	return a
}

// into reads the answer's JSON.
func into[T any](t testing.TB, a answer) (v T) {
	t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// setUp sets the company up and gives its administrator, signed in.
func (s *server) setUp() *visitor {
	s.t.Helper()
	v := s.visitor()
	v.want(http.StatusCreated, "POST", "/setup", Setup{Company: "华盛精密设备", Name: "王芳", Login: "root", Password: password, Language: "zh"})
	return v
}

// user adds a user with a built-in role and gives them, signed in.
func (s *server) user(login, role string) *visitor {
	s.t.Helper()
	hash, err := s.Auth.Hash(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.store.Write(s.t.Context(), access.System("test"), audit.Screen, func(rs *record.Session) error {
		ctx := s.t.Context()
		x, err := org.RoleOf(ctx, rs.Tx, role)
		if err != nil {
			return err
		}
		d := &org.Department{Name: login}
		if err := record.Create(ctx, rs, d); err != nil {
			return err
		}
		u := &org.User{Login: login, Name: "用户" + login, DepartmentID: d.ID, RoleIDs: entity.List{x.String()}}
		if err := record.Create(ctx, rs, u); err != nil {
			return err
		}
		return s.Auth.StorePassword(ctx, rs, u.ID, hash, 0)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	v := s.visitor()
	v.want(http.StatusOK, "POST", "/session", SignIn{Login: login, Password: password})
	return v
}

func TestSetupOnceOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	v := s.visitor()
	if b := into[Boot](t, v.want(200, "GET", "/boot", nil)); !b.SetupNeeded || b.User != nil || b.Version != "test" {
		t.Errorf("boot: %+v", b)
	}
	p := into[Problem](t, v.want(422, "POST", "/setup", Setup{Login: "x", Password: "short"}))
	fields := map[string]string{}
	for _, e := range p.Errors {
		fields[e.Field] = e.Key
	}
	if fields["company"] != "field.required" || fields["name"] != "field.required" || fields["password"] != "password.short" {
		t.Errorf("problem: %+v", p)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for i := range 8 {
		wg.Go(func() {
			a := s.visitor().send("POST", "/setup", Setup{Company: "c", Name: "name", Login: fmt.Sprint("root", i), Password: password})
			mu.Lock()
			defer mu.Unlock()
			statuses[a.StatusCode]++
		})
	}
	wg.Wait()
	if statuses[201] != 1 || statuses[409] != 7 {
		t.Errorf("eight setups at once: %v", statuses)
	}
	if b := into[Boot](t, v.want(200, "GET", "/boot", nil)); b.SetupNeeded || b.Company != "c" {
		t.Errorf("boot: %+v", b)
	}
}

func TestSetupSignsIn(t *testing.T) {
	t.Parallel()
	job := id.ID(4711)
	s := newServerWith(t, func(d *Deps) {
		d.Demo = func(context.Context, *record.Session) (id.ID, error) { return job, nil }
	})
	start := access.System("start") // as every start does
	err := s.store.Write(t.Context(), start, audit.Rule, func(rs *record.Session) error { return org.Seed(t.Context(), rs) })
	if err != nil {
		t.Fatal(err)
	}
	v := s.visitor()
	a := v.want(201, "POST", "/setup", Setup{Company: "c", Name: "王芳", Login: "Root", Password: password, Language: "en", Demo: true})
	done := into[SetupDone](t, a)
	if done.Login != "root" || done.Name != "王芳" || done.Job != job || done.Department == nil || done.Department.Name != "c" ||
		len(done.Roles) != 1 || done.Roles[0] != "admin" || done.Permissions["customer"]["view"] != "all" || done.Permissions["customer"]["export"] != true {
		t.Errorf("got %s", a.body)
	}
	c := a.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure {
		t.Errorf("cookie: %+v", c)
	}
	if me := into[Me](t, v.want(200, "GET", "/me", nil)); me.ID != done.ID || me.Language != "en" {
		t.Errorf("me: %+v", me)
	}
	if b := into[Boot](t, v.want(200, "GET", "/boot", nil)); b.User == nil || b.User.ID != done.ID {
		t.Errorf("boot: %+v", b)
	}
	var role string
	err = s.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT name FROM role WHERE built_in = 'sales_rep'`).Scan(&role)
	})
	if err != nil || role != "Sales representative" {
		t.Errorf("a role is named %q in an English setup: %v", role, err)
	}
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	first := s.setUp().cookie
	v := s.visitor()
	v.want(401, "GET", "/me", nil)
	wrong := into[Problem](t, v.want(401, "POST", "/session", SignIn{"root", "wrong password"}))
	unknown := into[Problem](t, v.want(401, "POST", "/session", SignIn{"nobody", "wrong password"}))
	wrong.ID, unknown.ID = "", ""
	if fmt.Sprint(wrong) != fmt.Sprint(unknown) || wrong.Key != "signin.wrong" || wrong.Detail != "登录名或密码不正确" {
		t.Errorf("wrong password: %+v; unknown login: %+v", wrong, unknown)
	}
	v.cookie = "chosen-by-somebody-else"
	v.want(200, "POST", "/session", SignIn{"root", password})
	if v.cookie == "chosen-by-somebody-else" || v.cookie == first {
		t.Error("signing in did not make a new session")
	}
	old := v.cookie
	v.want(200, "POST", "/session", SignIn{"root", password})
	before := s.visitor()
	before.cookie = old
	before.want(401, "GET", "/me", nil)
	type list struct{ Items []SessionItem }
	sessions := into[list](t, v.want(200, "GET", "/me/sessions", nil)).Items
	if len(sessions) != 2 || !sessions[0].Current && !sessions[1].Current {
		t.Errorf("sessions: %+v", sessions)
	}
	for _, one := range sessions {
		if !one.Current {
			v.want(204, "DELETE", "/me/sessions/"+one.ID.String(), nil)
			v.want(404, "DELETE", "/me/sessions/"+one.ID.String(), nil)
		}
	}
	setup := s.visitor()
	setup.cookie = first
	setup.want(401, "GET", "/me", nil)
	signedIn := v.cookie
	a := v.want(204, "DELETE", "/session", nil)
	if c := a.Cookies()[0]; c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("cookie after signing out: %+v", c)
	}
	v.cookie = signedIn
	v.want(401, "GET", "/me", nil)
	v.want(204, "DELETE", "/session", nil)
}

func TestLockOut(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	v := s.visitor()
	var locked answer
	for range 10 {
		if locked = v.send("POST", "/session", SignIn{"root", "wrong password"}); locked.StatusCode == 429 {
			break
		}
	}
	p := into[Problem](t, locked)
	if locked.StatusCode != 429 || p.Code != "too_many" || p.Key != "signin.locked" || locked.Header.Get("Retry-After") == "" {
		t.Errorf("got %d %s, Retry-After %q", locked.StatusCode, locked.body, locked.Header.Get("Retry-After"))
	}
	s.clock.Advance(10 * time.Minute)
	v.want(200, "POST", "/session", SignIn{"root", password})
}

func TestSignInRateLimit(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i := range 300 {
		if a := s.visitor().send("POST", "/session", SignIn{fmt.Sprint("login", i), "wrong password"}); a.StatusCode == 429 {
			return
		}
	}
	t.Error("300 attempts from one address were let through")
}

func TestMe(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	v := s.user("ann", org.SalesRep)
	me := into[Me](t, v.want(200, "GET", "/me", nil))
	if me.Permissions["customer"]["view"] != "self" || me.Permissions["customer"]["assign"] != "none" ||
		me.Permissions["customer"]["import"] != false || me.Permissions["setting"]["edit"] != "none" {
		t.Errorf("permissions: %v", me.Permissions)
	}
	me = into[Me](t, v.want(200, "PATCH", "/me", map[string]any{
		"mobile": "138 0013 8000", "email": "ann@example.com", "language": "en", "settings": map[string]any{"theme": "dark", "rows": 50},
	}))
	if me.Mobile == "" || me.Email != "ann@example.com" || me.Language != "en" || me.Settings["theme"] != "dark" || me.Name != "用户ann" {
		t.Errorf("me: %+v", me)
	}
	me = into[Me](t, v.want(200, "PATCH", "/me", map[string]any{"settings": map[string]any{"theme": nil, "dense": true}}))
	if _, still := me.Settings["theme"]; still || me.Settings["dense"] != true || me.Settings["rows"] != 50.0 {
		t.Errorf("settings: %v", me.Settings)
	}
	p := into[Problem](t, v.want(422, "PATCH", "/me", map[string]any{"email": "no address", "language": "fr"}))
	if len(p.Errors) != 2 || p.Code != "invalid" || p.Errors[0].Message == "" {
		t.Errorf("problem: %+v", p)
	}
	for _, field := range []string{"login", "role_ids", "active", "department_id"} {
		p := into[Problem](t, v.want(422, "PATCH", "/me", map[string]any{field: "x"}))
		if len(p.Errors) != 1 || p.Errors[0].Field != field || p.Errors[0].Key != "field.unknown" {
			t.Errorf("%s: %+v", field, p)
		}
	}
	v.want(413, "PATCH", "/me", map[string]any{"settings": map[string]any{"x": strings.Repeat("x", 70<<10)}})
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	root := s.setUp()
	ann := s.user("ann", org.SalesRep)
	other := s.visitor()
	other.want(200, "POST", "/session", SignIn{"ann", password})
	p := into[Problem](t, ann.want(422, "PUT", "/me/password", NewPassword{"wrong", "a new password"}))
	if p.Errors[0].Field != "old" {
		t.Errorf("problem: %+v", p)
	}
	ann.want(204, "PUT", "/me/password", NewPassword{password, "a new password"})
	ann.want(200, "GET", "/me", nil)
	other.want(401, "GET", "/me", nil)
	me := into[Me](t, ann.want(200, "GET", "/me", nil))
	rootMe := into[Me](t, root.want(200, "GET", "/me", nil))
	ann.want(403, "POST", "/users/"+rootMe.ID.String()+"/password", GivenPassword{"another good secret"})
	root.want(404, "POST", "/users/"+id.ID(5).String()+"/password", GivenPassword{"another good secret"})
	root.want(204, "POST", "/users/"+me.ID.String()+"/password", GivenPassword{"another good secret"})
	ann.want(401, "GET", "/me", nil)
	ann.want(200, "POST", "/session", SignIn{"ann", "another good secret"})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	ann := s.user("ann", org.Supervisor)
	made := into[TokenMade](t, ann.want(201, "POST", "/me/tokens", map[string]any{"name": "sync", "permissions": map[string]any{"customer": []string{"view"}}}))
	program := s.visitor()
	program.token = made.Secret
	me := into[Me](t, program.want(200, "GET", "/me", nil))
	if me.Login != "ann" || me.Permissions["customer"]["view"] != "department_tree" || me.Permissions["customer"]["edit"] != "none" || me.Permissions["customer"]["create"] != false {
		t.Errorf("me by token: %+v", me)
	}
	for _, tt := range [][2]string{{"PATCH", "/me"}, {"PUT", "/me/password"}, {"POST", "/me/tokens"}, {"GET", "/me/tokens"}, {"GET", "/me/sessions"}} {
		program.want(403, tt[0], tt[1], map[string]any{})
	}
	if a := ann.want(200, "GET", "/me/tokens", nil); strings.Contains(string(a.body), made.Secret) {
		t.Error("the list of tokens tells a secret")
	}
	ann.want(204, "DELETE", "/me/tokens/"+made.ID.String(), nil)
	program.want(401, "GET", "/me", nil)
	if strings.Contains(s.log.String(), made.Secret) || strings.Contains(s.log.String(), ann.cookie) {
		t.Error("the log holds a secret")
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	v := s.visitor()
	for accept, want := range map[string]string{"": "请先登录", "en-GB,zh;q=0.5": "Please sign in", "zh-CN": "请先登录", "fr": "请先登录"} {
		v.header.Set("Accept-Language", accept)
		if p := into[Problem](t, v.want(401, "GET", "/me", nil)); p.Detail != want {
			t.Errorf("%q: %s", accept, p.Detail)
		}
	}
	ann := s.user("ann", org.SalesRep)
	ann.want(200, "PATCH", "/me", map[string]any{"language": "en"})
	if p := into[Problem](t, ann.want(404, "GET", "/codes/gbt2260/999999", nil)); p.Title != "Not found, or not yours to see" {
		t.Errorf("in the user's own language: %+v", p)
	}
	ann.header.Set("Accept-Language", "zh")
	if p := into[Problem](t, ann.want(404, "GET", "/codes/gbt2260/999999", nil)); p.Title != "没有找到，或您无权查看" {
		t.Errorf("in the language asked for: %+v", p)
	}
}

// TestKnownNames: roles that come with the product are called in the reader's language, until somebody renames them.
func TestKnownNames(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	s.user("ann", org.SalesRep)
	seen := func(lang string) string {
		t.Helper()
		v := *admin
		v.header = http.Header{"Accept-Language": {lang}}
		users := into[page](t, v.want(200, "GET", query("/users", "filter", `{"field":"login","op":"is","value":"ann"}`), nil))
		text, _ := users.Items[0]["_text"].(map[string]any)
		roles := into[page](t, v.want(200, "GET", query("/roles", "filter", `{"field":"built_in","op":"is","value":"sales_rep"}`), nil))
		return fmt.Sprint(roles.Items[0]["name"], " ", text["role_ids"] == roles.Items[0]["name"])
	}
	if zh, en := seen("zh"), seen("en"); zh != "销售代表 true" || en != "Sales representative true" {
		t.Errorf("roles: %s, %s", zh, en)
	}
	role := into[page](t, admin.want(200, "GET", query("/roles", "filter", `{"field":"built_in","op":"is","value":"sales_rep"}`), nil)).Items[0]
	admin.ifMatch(role["version"]).want(200, "PATCH", "/roles/"+role.id(), rec{"name": "业务员"})
	if en := seen("en"); en != "业务员 true" {
		t.Errorf("renamed: %s", en)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	v := s.setUp()
	for _, tt := range []struct {
		method, path string
		body         any
		status       int
		code, key    string
	}{
		{"GET", "/nothing", nil, 404, "not_found", "api.no_such_route"},
		{"PUT", "/boot", nil, 405, "bad_request", "api.method"},
		{"POST", "/session", "{", 400, "bad_request", "api.body"},
		{"POST", "/session", map[string]any{"login": "x"}, 422, "invalid", "invalid"},
		{"POST", "/session", map[string]any{"login": 1, "password": "x"}, 422, "invalid", "invalid"},
		{"POST", "/session", `{"login":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "too_large", "too_large"},
		{"GET", "/codes/nothing", nil, 422, "invalid", "invalid"},
		{"DELETE", "/me/sessions/x", nil, 404, "not_found", "not_found"},
	} {
		a := v.want(tt.status, tt.method, tt.path, tt.body)
		p := into[Problem](t, a)
		if p.Type != "about:blank" || p.Status != tt.status || p.Code != tt.code || p.Key != tt.key || p.Title == "" || p.Detail == "" || p.ID == "" || p.Params == nil {
			t.Errorf("%s %s: %s", tt.method, tt.path, a.body)
		}
		if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s %s: %s", tt.method, tt.path, got)
		}
		if p.ID != a.Header.Get("X-Request-Id") {
			t.Errorf("%s %s: id %q, header %q", tt.method, tt.path, p.ID, a.Header.Get("X-Request-Id"))
		}
	}
	p := into[Problem](t, v.want(422, "POST", "/session", map[string]any{"login": "x", "more": 1}))
	keys := map[string]string{}
	for _, e := range p.Errors {
		keys[e.Field] = e.Key
	}
	if keys["password"] != "field.required" || keys["more"] != "field.unknown" {
		t.Errorf("fields: %+v", p.Errors)
	}
}

func TestInternalErrorsTellNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	op := Op{Method: "GET", ID: "x", Does: "get", Object: "test", Scope: "public", Public: true}
	fail := func(path string, fn func() error) {
		op.Path, op.ID = path, path
		handle(s.API, op, func(context.Context, *Request, *struct{}) (*struct{}, error) { return nil, fn() })
	}
	fail("/broken", func() error { return fmt.Errorf("password of postgres is hunter2") })
	fail("/panics", func() error { panic("password of postgres is hunter2") })
	fail("/late", func() error { return context.DeadlineExceeded })
	v := s.visitor()
	v.header.Set("X-Request-Id", "given-by-proxy")
	for _, path := range []string{"/broken", "/panics"} {
		a := v.want(500, "GET", path, nil)
		p := into[Problem](t, a)
		if strings.Contains(string(a.body), "hunter2") || p.ID != "given-by-proxy" || !strings.Contains(p.Detail, "given-by-proxy") {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	if !strings.Contains(s.log.String(), "hunter2") || !strings.Contains(s.log.String(), "given-by-proxy") {
		t.Error("the log does not say what failed")
	}
	v.want(503, "GET", "/late", nil)
	v.header.Set("X-Request-Id", "bad id\nwith line")
	if a := v.send("GET", "/boot", nil); strings.Contains(a.Header.Get("X-Request-Id"), " ") {
		t.Error("a request id that could spoil the log was taken")
	}
}

// counter is an operation that counts its effects in a setting.
func (s *server) counter() {
	handle(s.API, Op{
		Method: "POST", Path: "/count", ID: "count", Does: "create", Object: "test", Scope: "self", Status: 201,
	}, func(ctx context.Context, rq *Request, in *struct {
		Body struct {
			By   int  `json:"by"`
			Fail bool `json:"fail,omitempty"`
		}
	},
	) (*Answer, error) {
		return s.write(ctx, rq, func(rs *record.Session) (*Answer, error) {
			n, err := rs.Serial(ctx, "test")
			if err != nil {
				return nil, err
			}
			if in.Body.Fail {
				return nil, errs.New(errs.Conflict, "")
			}
			out, err := jsonAnswer(201, map[string]any{"n": n, "by": in.Body.By})
			if err == nil {
				out.ETag = `"7"`
			}
			return out, err
		})
	})
}

func (s *server) counted() (n int) {
	s.t.Helper()
	err := s.store.DB().Read(s.t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(s.t.Context(), `SELECT COALESCE(MAX(last), 0) FROM serial WHERE series = 'test'`).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.counter()
	v := s.setUp()
	other := s.user("ann", org.SalesRep)
	v.header.Set("Idempotency-Key", "key-1")
	other.header.Set("Idempotency-Key", "key-1")
	first := v.want(201, "POST", "/count", `{"by":1}`)
	again := v.want(201, "POST", "/count", `{"by":1}`)
	if string(first.body) != string(again.body) || again.Header.Get("Idempotent-Replay") != "true" || first.Header.Get("Idempotent-Replay") != "" ||
		again.Header.Get("ETag") != `"7"` || again.Header.Get("Content-Type") != "application/json" {
		t.Errorf("first %s %v, again %s %v", first.body, first.Header, again.body, again.Header)
	}
	if n := s.counted(); n != 1 {
		t.Errorf("counted %d", n)
	}
	if p := into[Problem](t, v.want(422, "POST", "/count", `{"by":2}`)); p.Key != "api.reused_key" {
		t.Errorf("problem: %+v", p)
	}
	if a := other.want(201, "POST", "/count", `{"by":1}`); a.Header.Get("Idempotent-Replay") != "" {
		t.Error("somebody else's key was taken for one's own")
	}
	v.header.Set("Idempotency-Key", "key-2")
	v.want(409, "POST", "/count", `{"by":1,"fail":true}`)
	v.want(201, "POST", "/count", `{"by":1}`) // what failed left the key free
	if n := s.counted(); n != 3 {
		t.Errorf("counted %d", n)
	}
	s.clock.Advance(keyKept + time.Hour)
	if err := s.Clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.header.Del("Idempotency-Key")
	v.want(200, "POST", "/session", SignIn{"root", password}) // that is over, too
	v.header.Set("Idempotency-Key", "key-2")
	if a := v.want(201, "POST", "/count", `{"by":1}`); a.Header.Get("Idempotent-Replay") != "" {
		t.Error("a key is kept for longer than a month")
	}
	v.header.Set("Idempotency-Key", strings.Repeat("x", 201))
	v.want(422, "POST", "/count", `{"by":1}`)
}

func TestIdempotencyAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.counter()
	root := s.setUp()
	for round := range 10 {
		var wg sync.WaitGroup
		bodies := make([]string, 16)
		for i := range bodies {
			wg.Go(func() {
				v := s.visitor()
				v.cookie = root.cookie
				v.header.Set("Idempotency-Key", fmt.Sprint("round", round))
				bodies[i] = string(v.send("POST", "/count", `{"by":1}`).body)
			})
		}
		wg.Wait()
		for _, body := range bodies {
			if body != bodies[0] {
				t.Fatalf("different answers: %q", bodies)
			}
		}
		if n := s.counted(); n != round+1 {
			t.Fatalf("round %d: counted %d", round, n)
		}
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	v := s.user("ann", org.SalesRep)
	a := v.want(200, "GET", "/directory", nil)
	d := into[Directory](t, a)
	if len(d.Users) != 2 || len(d.Departments) != 2 || d.Users[0].Name == "" || strings.Contains(string(a.body), "role") {
		t.Errorf("directory: %s", a.body)
	}
	names := map[string]string{}
	for _, u := range d.Users {
		names[u.Login] = u.Pinyin
	}
	if names["root"] != "wang fang" {
		t.Errorf("pinyin: %v", names)
	}
	v.header.Set("If-None-Match", a.Header.Get("ETag"))
	v.want(304, "GET", "/directory", nil)
	s.user("bob", org.SalesRep)
	if d := into[Directory](t, v.want(200, "GET", "/directory", nil)); len(d.Users) != 3 {
		t.Errorf("a new user is missing: %+v", d)
	}
	s.visitor().want(401, "GET", "/directory", nil)
}

func TestCodes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	v := s.setUp()
	type list struct{ Items []CodeItem }
	get := func(path string) []CodeItem { return into[list](t, v.want(200, "GET", path, nil)).Items }
	if got := get("/codes/gbt2260"); len(got) < 31 || got[0].Level != 1 || got[0].Leaf {
		t.Errorf("provinces: %d", len(got))
	}
	if got := get("/codes/gbt2260?parent=440300"); len(got) < 5 || got[0].Path == "" {
		t.Errorf("districts: %+v", got)
	}
	for _, q := range []string{"nanshanqu", "440305", "%E5%8D%97%E5%B1%B1"} {
		found := false
		for _, c := range get("/codes/gbt2260?limit=20&q=" + q) {
			found = found || c.Code == "440305" && c.Path == "广东省 / 深圳市 / 南山区" && c.Leaf
		}
		if !found {
			t.Errorf("%s does not find 南山区", q)
		}
	}
	if c := into[CodeItem](t, v.want(200, "GET", "/codes/gbt4754/65", nil)); c.Name != "软件和信息技术服务业" {
		t.Errorf("industry: %+v", c)
	}
	v.want(404, "GET", "/codes/gbt4754/zzz", nil)
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := newServerWith(t, func(d *Deps) { d.Origins = []string{"https://crm.example.com"} })
	v := s.setUp()
	for _, tt := range []struct {
		site, origin string
		status       int
	}{
		{"cross-site", "https://evil.example", 403},
		{"same-site", "https://evil.example.com", 403},
		{"", "https://evil.example", 403},
		{"same-origin", "http://example.com", 200},
		{"cross-site", "https://crm.example.com", 200},
		{"none", "", 200},
		{"", "", 200},
	} {
		v.header = http.Header{}
		if tt.site != "" {
			v.header.Set("Sec-Fetch-Site", tt.site)
		}
		if tt.origin != "" {
			v.header.Set("Origin", tt.origin)
		}
		a := v.want(tt.status, "PATCH", "/me", map[string]any{})
		if tt.status == 403 && into[Problem](t, a).Key != "api.origin" {
			t.Errorf("%+v: %s", tt, a.body)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	v := s.visitor()
	for _, path := range []string{"/boot", "/nothing", "/healthz"} {
		h := v.send("GET", path, nil).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	v := s.setUp()
	for _, encoding := range []string{"gzip", "zstd"} {
		v.header.Set("Accept-Encoding", encoding)
		if got := v.want(200, "GET", "/codes/gbt2260", nil).Header.Get("Content-Encoding"); got != encoding {
			t.Errorf("%s: %q", encoding, got)
		}
		if got := v.want(200, "GET", "/me/sessions", nil).Header.Get("Content-Encoding"); got != "" {
			t.Errorf("a small answer is packed as %q", got)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	var broken error
	s := newServerWith(t, func(d *Deps) { d.Ready = func(context.Context) error { return broken } })
	v := s.visitor()
	v.want(200, "GET", "/healthz", nil)
	v.want(200, "GET", "/readyz", nil)
	broken = fmt.Errorf("disk is full")
	if a := v.want(503, "GET", "/readyz", nil); strings.Contains(string(a.body), "disk") {
		t.Errorf("readyz tells %s", a.body)
	}
	w := httptest.NewRecorder()
	v.send("GET", "/boot", nil)
	s.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if body := w.Body.String(); !strings.Contains(body, `genjin_http_request_seconds_count{method="GET",route="/boot",status="200"} 1`) || !strings.Contains(body, "go_goroutines") {
		t.Errorf("metrics: %s", body)
	}
}

func TestFirst(t *testing.T) {
	t.Parallel()
	s := newServerWith(t, func(d *Deps) {
		d.Page = func(first func(r *http.Request) First) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				f := first(r)
				w.Header().Set("Content-Language", string(f.Lang))
				_, _ = w.Write(f.Get(r.URL.Query().Get("get")))
			})
		}
	})
	stranger := s.visitor()
	got := stranger.want(200, "GET", "/?get=/boot", nil)
	for range 20 { // on a busy machine an answer may come too late to be brought along
		if len(got.body) > 0 {
			break
		}
		got = stranger.want(200, "GET", "/?get=/boot", nil)
	}
	if !strings.Contains(string(got.body), `"setup_needed":true`) {
		t.Errorf("stranger: %s", got.body)
	}
	v := s.visitor()
	v.want(201, "POST", "/setup", Setup{Company: "华盛", Name: "王芳", Login: "root", Password: password, Language: "en"})
	if got := stranger.want(200, "GET", "/?get=/me", nil); len(got.body) != 0 {
		t.Errorf("a stranger is told: %s", got.body)
	}
	for path, want := range map[string]string{"/me": `"login":"root"`, "/directory": "王芳", "/none": "", "/toys/none": "", "/../../readyz": ""} {
		got := v.want(200, "GET", "/?get="+path, nil)
		if want == "" && len(got.body) != 0 || !strings.Contains(string(got.body), want) {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	if lang := v.want(200, "GET", "/?get=/me", nil).Header.Get("Content-Language"); lang != "en" {
		t.Errorf("language: %s, although the user's own is en", lang)
	}
}

// TestOperationsSayWhatTheyDo reads the published document: the tests of permissions are made from it.
func TestOperationsSayWhatTheyDo(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	type operation struct {
		OperationID string            `json:"operationId"`
		Genjin      map[string]string `json:"x-genjin"`
		Security    []map[string]any  `json:"security"`
	}
	doc := into[struct {
		OpenAPI string                          `json:"openapi"`
		Paths   map[string]map[string]operation `json:"paths"`
	}](t, s.visitor().want(200, "GET", "/api/openapi.json", nil))
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Paths) < 10 {
		t.Fatalf("document: %+v", doc)
	}
	public := map[string]bool{}
	for _, name := range []string{
		"boot", "setup", "sign-in", "sign-out", "show-factor", "sign-in-by-passkey", "ask-passkey", "begin-sso", "finish-sso",
		"forgot-password", "look-at-link", "use-link",
	} {
		public[name] = true
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.Genjin["does"] == "" || op.Genjin["object"] == "" || op.Genjin["scope"] == "" {
				t.Errorf("%s %s says nothing: %v", method, path, op.Genjin)
			}
			if (op.Genjin["scope"] == "public") != public[op.OperationID] || (op.Security == nil) != public[op.OperationID] {
				t.Errorf("%s %s: %+v", method, path, op)
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an operation that does not say what it does was taken")
		}
	}()
	s.raw(Op{Method: "GET", Path: "/x", ID: "x"}, func(http.ResponseWriter, *Request) error { return nil })
}

// TestStrangersGetNowhere asks every operation that is not public without saying who asks.
func TestStrangersGetNowhere(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.setUp()
	doc := into[struct {
		Paths map[string]map[string]struct {
			Genjin map[string]string `json:"x-genjin"`
		}
	}](t, answer{body: s.spec})
	n := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.Genjin["scope"] == "public" {
				continue
			}
			n++
			path := strings.NewReplacer("{id}", id.ID(1).String(), "{set}", "gbt2260", "{code}", "110000").Replace(path)
			s.visitor().want(401, strings.ToUpper(method), path, "{ no JSON")
		}
	}
	if n < 10 {
		t.Errorf("only %d operations", n)
	}
}

func BenchmarkRequest(b *testing.B) {
	s := newServer(b)
	s.Log = slog.New(slog.DiscardHandler)
	v := s.setUp()
	handle(s.API, Op{Method: "GET", Path: "/nothing", ID: "nothing", Does: "get", Object: "test", Scope: "self"},
		func(context.Context, *Request, *struct{}) (*struct{}, error) { return nil, nil })
	for _, path := range []string{"/nothing", "/me", "/directory"} {
		b.Run(path[1:], func(b *testing.B) {
			req := httptest.NewRequest("GET", Base+path, nil)
			req.AddCookie(&http.Cookie{Name: auth.CookieName, Value: v.cookie})
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, req)
				if w.Code >= 300 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
