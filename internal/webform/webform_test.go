package webform

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

// stand is a company with a form, and the door to it.
type stand struct {
	*testkit.Kit
	door *Door
	rep  *access.Actor
	form *crm.WebForm
	from string // the visitor's address
}

func newStand(t testing.TB, change func(f *crm.WebForm)) *stand {
	t.Helper()
	k := testkit.New(t)
	s := &stand{Kit: k, rep: k.User("rep", "王芳", org.SalesRep, k.Root), from: "203.0.113.7"}
	s.door = New(Deps{Store: k.Store, Auth: auth.New(k.Store, k.Actors, auth.Options{Clock: k.Clock}), Seal: seal.Passing(), Clock: k.Clock})
	s.form = s.add("展会", change)
	return s
}

func (s *stand) add(name string, change func(f *crm.WebForm)) *crm.WebForm {
	s.T.Helper()
	f := &crm.WebForm{Name: name, Title: "预约演示", Active: true, ReceiverID: s.rep.ID}
	if change != nil {
		change(f)
	}
	s.Must(s.Do(s.Admin, func(ctx context.Context, session *record.Session) error { return record.Create(ctx, session, f) }))
	return f
}

func (s *stand) ask(method, path string, body url.Values, headers ...string) *httptest.ResponseRecorder {
	s.T.Helper()
	r := httptest.NewRequestWithContext(s.T.Context(), method, path, strings.NewReader(body.Encode()))
	r.RemoteAddr = s.from + ":4711"
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	w.Header().Set("X-Frame-Options", "DENY") // as the server sets it around every handler
	s.door.ServeHTTP(w, r)
	return w
}

var tokenIn = regexp.MustCompile(`name="token" value="([^"]+)"`)

// open opens a form and gives the token of its page.
func (s *stand) open(f *crm.WebForm) string {
	s.T.Helper()
	w := s.ask("GET", Path(f.PublicName), nil)
	found := tokenIn.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || found == nil {
		s.T.Fatalf("the form: %d %s", w.Code, w.Body)
	}
	return found[1]
}

func filled(token, phone string) url.Values {
	return url.Values{"token": {token}, "f.company": {"华谷科技"}, "f.contact_name": {"周敏"}, "f.phone": {phone}, "f.need": {"两台"}}
}

// work does what a browser does for a page.
func work(text string) string {
	for n := 0; ; n++ {
		if (token{text: text}).proven(fmt.Sprint(n)) {
			return fmt.Sprint(n)
		}
	}
}

func (s *stand) leads() (n int64) {
	s.T.Helper()
	s.Read(s.Admin, func(ctx context.Context, session *record.Session) (err error) {
		n, err = session.Count(ctx, "lead", record.Query{})
		return err
	})
	return n
}

func (s *stand) use() (u crm.FormUse) {
	s.T.Helper()
	s.Read(s.Admin, func(ctx context.Context, session *record.Session) (err error) {
		u, err = crm.UseOf(ctx, session, s.form.ID)
		return err
	})
	return u
}

func TestAVisitorBecomesALead(t *testing.T) {
	s := newStand(t, nil)
	token := s.open(s.form)
	s.Clock.Advance(3 * time.Second)
	w := s.ask("POST", Path(s.form.PublicName), filled(token, "13800138000"))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != Path(s.form.PublicName)+"/thanks" {
		t.Fatalf("sent: %d %s %s", w.Code, w.Header(), w.Body)
	}
	if w = s.ask("GET", w.Header().Get("Location"), nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "感谢您的提交") {
		t.Errorf("thanks: %d %s", w.Code, w.Body)
	}
	if u := s.use(); s.leads() != 1 || u.Views != 1 || u.Submissions != 1 {
		t.Errorf("%d leads, %+v", s.leads(), u)
	}
}

// TestPagesAreGoodOnceAndNotForEver: what no page of ours sent, or too soon, too late or again, makes no lead.
func TestPagesAreGoodOnceAndNotForEver(t *testing.T) {
	s := newStand(t, nil)
	other := s.add("另一个", nil)
	first := s.open(s.form)
	steps := []struct {
		name   string
		token  string
		wait   time.Duration
		status int
		leads  int64
	}{
		{"at once", first, 0, http.StatusUnprocessableEntity, 0},
		{"none", "", 5 * time.Second, http.StatusUnprocessableEntity, 0},
		{"made up", "AAAAAAAAAAAA.tp0000.AAAAAAAAAAAAAAAAAAAAAA", 0, http.StatusUnprocessableEntity, 0},
		{"of another form", s.open(other), 3 * time.Second, http.StatusUnprocessableEntity, 0},
		{"in time", first, 0, http.StatusSeeOther, 1},
		{"again", first, time.Minute, http.StatusSeeOther, 1},
	}
	for i, step := range steps {
		s.Clock.Advance(step.wait)
		w := s.ask("POST", Path(s.form.PublicName), filled(step.token, fmt.Sprintf("138001380%02d", i)))
		if w.Code != step.status || s.leads() != step.leads {
			t.Errorf("%s: %d, %d leads; want %d, %d", step.name, w.Code, s.leads(), step.status, step.leads)
		}
		if step.status != http.StatusSeeOther && !strings.Contains(w.Body.String(), "华谷科技") {
			t.Errorf("%s: what was typed is gone", step.name)
		}
	}
	late := s.open(s.form)
	s.Clock.Advance(oldest + time.Minute)
	w := s.ask("POST", Path(s.form.PublicName), filled(late, "13900139000"))
	fresh := tokenIn.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusUnprocessableEntity || fresh == nil || fresh[1] == late {
		t.Fatalf("too late: %d", w.Code)
	}
	s.Clock.Advance(3 * time.Second)
	if w = s.ask("POST", Path(s.form.PublicName), filled(fresh[1], "13900139000")); w.Code != http.StatusSeeOther || s.leads() != 2 {
		t.Errorf("with the page that came back: %d, %d leads", w.Code, s.leads())
	}
}

// TestProgramsLearnNothing: what falls into the trap, and what is sent twice, is answered as what makes a lead.
func TestProgramsLearnNothing(t *testing.T) {
	s := newStand(t, nil)
	answers := map[string]string{}
	send := func(name string, change func(v url.Values)) {
		v := filled(s.open(s.form), "13800138000")
		if change != nil {
			change(v)
		}
		s.Clock.Advance(time.Minute)
		w := s.ask("POST", Path(s.form.PublicName), v)
		answers[name] = fmt.Sprint(w.Code, w.Header(), w.Body)
	}
	send("first", nil)
	send("the same visitor", nil)
	send("known to the company", func(v url.Values) { v.Set("f.phone", "+86 138 0013 8000") })
	send("a program", func(v url.Values) { v.Set("website", "https://spam.example.com") })
	for name, got := range answers {
		if got != answers["first"] {
			t.Errorf("%s is answered otherwise:\n%s\n%s", name, got, answers["first"])
		}
	}
	if u := s.use(); s.leads() != 1 || u.Submissions != 3 || u.Duplicates != 2 || u.Dropped != 1 {
		t.Errorf("%d leads, %+v", s.leads(), u)
	}
}

func TestFloods(t *testing.T) {
	s := newStand(t, nil)
	send := func(n int, proven bool) int {
		v := filled(s.open(s.form), fmt.Sprintf("138%08d", n))
		if proven {
			v.Set("work", work(v.Get("token")))
		}
		s.Clock.Advance(2 * time.Second)
		return s.ask("POST", Path(s.form.PublicName), v).Code
	}
	made := 0
	for n := range 12 {
		if send(n, false) == http.StatusSeeOther {
			made++
		}
	}
	if made != 6 {
		t.Errorf("one address sent %d without work, want 6", made)
	}
	if got := send(100, true); got != http.StatusSeeOther {
		t.Errorf("who has done the work is answered %d behind the same address", got)
	}
	made = 0
	for n := range 300 { // from everywhere
		s.from = fmt.Sprintf("198.51.%d.%d", n/200, n%200)
		v := filled(s.open(s.form), fmt.Sprintf("139%08d", n))
		s.Clock.Advance(10 * time.Millisecond)
		if s.ask("POST", Path(s.form.PublicName), v).Code != http.StatusTooManyRequests {
			made++
		}
	}
	if made > 70 {
		t.Errorf("a form took %d from everywhere at once", made)
	}
	s.from = "192.0.2.1"
	codes := map[int]int{}
	for range 200 {
		codes[s.ask("GET", Path(s.form.PublicName), nil).Code]++
	}
	if codes[http.StatusTooManyRequests] < 70 {
		t.Errorf("looked at: %v", codes)
	}
}

// TestLimitsCountTogether: doors of several processes, and one that was started anew, let as much through as one.
func TestLimitsCountTogether(t *testing.T) {
	s := newStand(t, nil)
	doors := []*Door{s.door, New(s.door.Deps), New(s.door.Deps)}
	made := 0
	for n := range 15 {
		v := filled(s.open(s.form), fmt.Sprintf("138%08d", n))
		s.Clock.Advance(2 * time.Second)
		s.door = doors[n%len(doors)]
		if s.ask("POST", Path(s.form.PublicName), v).Code == http.StatusSeeOther {
			made++
		}
	}
	if made != 6 {
		t.Errorf("one address sent %d through three doors, want 6", made)
	}
	left := func() (n int) {
		s.Must(Clean(t.Context(), s.Store))
		s.Read(s.Admin, func(ctx context.Context, session *record.Session) error {
			return session.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM web_form_limit`).Scan(&n)
		})
		return n
	}
	if n := left(); n != 2 {
		t.Errorf("%d limits are kept while they count, want those of the address and the form", n)
	}
	s.Clock.Advance(10 * time.Minute)
	if n := left(); n != 0 {
		t.Errorf("%d limits are kept that count no more", n)
	}
}

// TestOneBucket: many at once never take more than there is, and it fills up again. On PostgreSQL they are two processes.
func TestOneBucket(t *testing.T) {
	time0 := clock.NewFake(testkit.Start)
	o := dbtest.Options(t)
	o.Clock = time0
	dbs := []*sqldb.DB{dbtest.OpenWith(t, o)}
	if dbtest.Postgres() {
		dbs = append(dbs, dbtest.OpenWith(t, o))
	}
	b := bucket{every: time.Minute, burst: 8}
	take := func(db *sqldb.DB) (ok bool) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
			ok, err = b.take(t.Context(), tx, "one")
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return ok
	}
	for _, step := range []struct {
		wait time.Duration
		want int64
	}{{0, 8}, {59 * time.Second, 0}, {time.Second, 1}, {3 * time.Minute, 3}, {time.Hour, 8}} {
		time0.Advance(step.wait)
		var n atomic.Int64
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if take(dbs[i%len(dbs)]) {
					n.Add(1)
				}
			})
		}
		all.Wait()
		if n.Load() != step.want {
			t.Errorf("after %s more, %d of 40 were let through, want %d", step.wait, n.Load(), step.want)
		}
	}
}

// TestWorkIsNoWord: only what makes the hash small is work.
func TestWorkIsNoWord(t *testing.T) {
	one := token{text: "AAAAAAAAAAAA.tp0000.AAAAAAAAAAAAAAAAAAAAAA"}
	right := work(one.text)
	for _, wrong := range []string{"", "0", "-1", right + " ", "1e5", strings.Repeat("9", 40), right + "0"} {
		if one.proven(wrong) {
			t.Errorf("%q is taken", wrong)
		}
	}
	if (token{text: one.text + "B"}).proven(right) {
		t.Error("the work for another page is taken")
	}
}

const script = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

// TestNothingTypedRuns: neither what visitors type nor what the form says is ever markup.
func TestNothingTypedRuns(t *testing.T) {
	s := newStand(t, func(f *crm.WebForm) {
		f.Title, f.Intro, f.Consent, f.Thanks, f.MustAgree = "标题"+script, script, script, script, true
		f.Fields = `[{"field":"company","required":true,"label":"` + "<b>公司" + `"},{"field":"phone","required":true},{"field":"email"},{"field":"need"},{"field":"region"}]`
	})
	v := url.Values{"token": {script}, "work": {script}, "agreed": {script}, "f." + script: {script}, script: {script}}
	for _, name := range []string{"company", "phone", "email", "need", "region"} {
		v.Set("f."+name, script)
	}
	for _, w := range []*httptest.ResponseRecorder{
		s.ask("GET", Path(s.form.PublicName), nil), s.ask("GET", Path(s.form.PublicName)+"/thanks", nil), s.ask("POST", Path(s.form.PublicName), v),
		s.ask("GET", Prefix+url.PathEscape(script), nil), s.ask("GET", Prefix+"-/theme.css?accent="+url.QueryEscape(script), nil),
	} {
		body := w.Body.String()
		for _, bad := range []string{"<script>", "<img", "<b>", `""><`} {
			if strings.Contains(body, bad) {
				t.Errorf("%d holds %s:\n%s", w.Code, bad, body)
			}
		}
	}
}

// TestOddRequests: whatever is sent, the answer is a page, and nothing is kept.
func TestOddRequests(t *testing.T) {
	s := newStand(t, nil)
	path := Path(s.form.PublicName)
	huge := url.Values{"f.need": {strings.Repeat("需", 200_000)}}
	many := url.Values{}
	for i := range 9_000 {
		many.Set(fmt.Sprint("f.x", i), "1")
	}
	list := filled("", "13800138000")
	list["f.need"] = make([]string, 5_000)
	for name, c := range map[string]struct {
		body url.Values
		want int
	}{
		"huge": {huge, http.StatusRequestEntityTooLarge}, "many fields": {many, http.StatusUnprocessableEntity}, "a list": {list, http.StatusUnprocessableEntity},
		"nothing": {url.Values{}, http.StatusUnprocessableEntity}, "zero bytes": {filled("a\x00b.c.d", "138\x00"), http.StatusUnprocessableEntity},
	} {
		s.from = "203.0.113." + fmt.Sprint(len(name))
		if w := s.ask("POST", path, c.body); w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
	for _, odd := range []string{Prefix, Prefix + "x", Prefix + "-/page.html", Prefix + "-/../page.go", path + "/other", Path(strings.ToUpper(s.form.PublicName)), Prefix + "%00"} {
		if w := s.ask("GET", odd, nil); w.Code != http.StatusNotFound && w.Code != http.StatusTemporaryRedirect && w.Code != http.StatusMovedPermanently {
			t.Errorf("%s: %d", odd, w.Code)
		}
	}
	if s.leads() != 0 {
		t.Error("something was kept")
	}
}

func TestFramesAndCookies(t *testing.T) {
	s := newStand(t, nil)
	open := s.add("嵌入", func(f *crm.WebForm) {
		f.Origins, f.Redirect = entity.List{"https://WWW.Example.com/", "http://localhost:8080"}, "https://shop.example.com/thanks?a=b"
	})
	w := s.ask("GET", Path(s.form.PublicName), nil)
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") || w.Header().Get("X-Frame-Options") != "DENY" {
		t.Errorf("a form that nobody frames: %v", w.Header())
	}
	w = s.ask("GET", Path(open.PublicName), nil)
	csp := w.Header().Get("Content-Security-Policy")
	if !strings.HasSuffix(csp, "form-action 'self' https://shop.example.com; frame-ancestors https://www.example.com http://localhost:8080") || w.Header().Get("X-Frame-Options") != "" {
		t.Errorf("a form that is framed: %v", w.Header())
	}
	if strings.Contains(csp, "unsafe") || len(w.Header().Values("Set-Cookie")) > 0 {
		t.Errorf("headers %v", w.Header())
	}
	for dest, want := range map[string]string{"document": "https://shop.example.com/thanks?a=b", "iframe": Path(open.PublicName) + "/thanks"} {
		v := filled(s.open(open), map[string]string{"document": "13800138000", "iframe": "13900139000"}[dest])
		s.Clock.Advance(time.Minute)
		if w := s.ask("POST", Path(open.PublicName), v, "Sec-Fetch-Dest", dest); w.Header().Get("Location") != want {
			t.Errorf("in a %s it goes on to %q", dest, w.Header().Get("Location"))
		}
	}
}

func TestConsentIsAskedFor(t *testing.T) {
	s := newStand(t, func(f *crm.WebForm) { f.Consent, f.MustAgree, f.Language = "We call you back.", true, "en" })
	v := filled(s.open(s.form), "13800138000")
	s.Clock.Advance(time.Minute)
	if w := s.ask("POST", Path(s.form.PublicName), v); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "agree to it first") {
		t.Errorf("without: %d", w.Code)
	}
	v.Set("agreed", "1")
	if w := s.ask("POST", Path(s.form.PublicName), v); w.Code != http.StatusSeeOther {
		t.Errorf("with: %d", w.Code)
	}
	s.Read(s.Admin, func(ctx context.Context, session *record.Session) error {
		var agreed bool
		err := session.Tx.QueryRow(ctx, `SELECT consented = 1 FROM web_form_submission WHERE form_version = ?`, s.form.Version).Scan(&agreed)
		if !agreed {
			t.Error("it is not on record")
		}
		return err
	})
}

// TestEveryQuestion: each sort of field is asked, answered and given back with what was typed.
func TestEveryQuestion(t *testing.T) {
	s := newStand(t, func(f *crm.WebForm) {
		f.Fields = `[{"field":"company","required":true},{"field":"phone","required":true},{"field":"industry"},{"field":"region"},{"field":"budget"},{"field":"purchase_on"},{"field":"need"},{"field":"wechat"}]`
	})
	v := filled(s.open(s.form), "不是号码")
	for name, value := range map[string]string{"industry": "C", "region": "440300", "budget": "50万", "purchase_on": "2026-05-01", "wechat": "zhou"} {
		v.Set("f."+name, value)
	}
	w := s.ask("POST", Path(s.form.PublicName), v)
	for _, want := range []string{
		`value="440300" selected`, `value="C" selected`, `value="50万"`, `type="date" id="q5" name="f.purchase_on" value="2026-05-01"`, `aria-describedby="q1-error"`, `id="q1-error"`,
		`<optgroup label="广东省">`, `autocomplete="tel"`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Count(w.Body.String(), "aria-invalid") != 1 {
		t.Errorf("more is marked than the number:\n%s", w.Body)
	}
}

// TestLettersCanBeRead: the letters of the button stand out from every colour (WCAG 2.2, 1.4.3).
func TestLettersCanBeRead(t *testing.T) {
	for _, accent := range []string{"1f5fd0", "ffffff", "000000", "ffcc00", "777777", "d92d20", "12b76a"} {
		css := string(theme(accent))
		on := "#ffffff"
		if strings.Contains(css, "--on-accent:#111") {
			on = "#111111"
		}
		a, b := luminance("#"+accent), luminance(on)
		if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4 {
			t.Errorf("%s: %s on it has a contrast of %.1f", accent, on, ratio)
		}
	}
}

// FuzzAnswers: whatever a stranger sends is read without failing, and shown as text alone.
func FuzzAnswers(f *testing.F) {
	s := newStand(f, func(form *crm.WebForm) {
		form.Fields = `[{"field":"company","required":true},{"field":"phone","required":true},{"field":"email"},{"field":"region"},{"field":"industry"},{"field":"budget"},{"field":"purchase_on"},{"field":"need"}]`
	})
	good := s.open(s.form)
	f.Add("token="+good+"&f.company=a&f.phone=13800138000", "12")
	f.Add("f.company=%3Cscript%3E&f.phone=%00%ff&f.budget=1e999&f.purchase_on=0000-00-00", "")
	f.Add("f.need="+url.QueryEscape(script)+"&f.need=2&website=&token=a.b.c", "x")
	f.Add("%zz&;&=&f.=&f.region=44&f.industry=A&f.email=@", "99999999999999")
	f.Fuzz(func(t *testing.T, body, work string) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", Path(s.form.PublicName), strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a, err := readAnswers(r)
		if err != nil {
			return
		}
		read, _ := s.door.readToken(s.form, a.token)
		_ = read.proven(work)
		p, values, err := s.door.page(t.Context(), s.form, a.typed)
		if err != nil {
			t.Fatal(err)
		}
		for name := range values {
			if !strings.Contains(s.form.Fields, `"`+name+`"`) {
				t.Errorf("%s was not asked", name)
			}
		}
		html, err := p.html()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(html), "<script") != 1 || strings.Contains(string(html), "<img") || strings.ContainsRune(string(html), 0) && !strings.Contains(body, "%00") {
			t.Errorf("the page holds what was typed as markup: %q", body)
		}
	})
}
