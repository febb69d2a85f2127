package dav_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/dav"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/testkit"
)

// shop is a company with a door for phones.
type shop struct {
	*testkit.Kit
	auth   *auth.Service
	server *httptest.Server
	rep    *phone
}

func newShop(t *testing.T) *shop {
	t.Helper()
	k := &shop{Kit: testkit.New(t)}
	k.auth = auth.New(k.Store, k.Actors, auth.Options{Clock: k.Clock, Cost: auth.Cost{Memory: 64, Passes: 1}})
	k.server = httptest.NewServer(dav.New(dav.Deps{Store: k.Store, Auth: k.auth, Origin: "https://crm.example.com"}))
	t.Cleanup(k.server.Close)
	k.rep = k.phone(k.User("rep", "王芳", org.SalesRep, k.Root))
	return k
}

// phone is a program of a user.
type phone struct {
	*shop
	user   *access.Actor
	secret string
	id     id.ID // of the app password
}

func (k *shop) phone(user *access.Actor) *phone {
	k.T.Helper()
	secret, p, err := k.auth.CreateAppPassword(k.T.Context(), user, "phone", auth.From{})
	k.Must(err)
	return &phone{k, user, secret, p.ID}
}

func (p *phone) plans() string    { return dav.Prefix + p.user.ID.String() + "/calendars/plans/" }
func (p *phone) tasks() string    { return dav.Prefix + p.user.ID.String() + "/calendars/tasks/" }
func (p *phone) contacts() string { return dav.Prefix + p.user.ID.String() + "/contacts/customers/" }

type answer struct {
	*http.Response
	body string
}

// send sends a request; header are names and values in turn.
func (p *phone) send(method, path, body string, header ...string) answer {
	p.T.Helper()
	r, err := http.NewRequestWithContext(p.T.Context(), method, p.server.URL+path, strings.NewReader(body))
	p.Must(err)
	r.SetBasicAuth(p.user.Login, p.secret)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	p.Must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	p.Must(err)
	return answer{res, string(b)}
}

func (p *phone) want(status int, method, path, body string, header ...string) answer {
	p.T.Helper()
	a := p.send(method, path, body, header...)
	if a.StatusCode != status {
		p.T.Fatalf("%s %s: %d, want %d: %s", method, path, a.StatusCode, status, a.body)
	}
	return a
}

func add[T any](k *shop, by *access.Actor, rec *T) *T {
	k.T.Helper()
	k.Must(k.Do(by, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, rec) }))
	return rec
}

// change changes a record in the page.
func change[T any](k *shop, x id.ID, fn func(rec *T)) error {
	return k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, x, 0, func(rec *T) error { fn(rec); return nil })
		return err
	})
}

func get[T any](k *shop, x id.ID) (rec *T) {
	k.T.Helper()
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) (err error) {
		rec, err = record.Get[T](ctx, s, x)
		return err
	})
	return rec
}

func (p *phone) customer(name string) *crm.Customer {
	p.T.Helper()
	return add(p.shop, p.user, &crm.Customer{Name: name})
}

// planned plans a visit for the user of the phone, tomorrow at 14:30 of the company's zone.
func (p *phone) planned(customer *crm.Customer, change func(f *crm.Followup)) *crm.Followup {
	p.T.Helper()
	f := &crm.Followup{
		CustomerID: customer.ID, Way: "visit", State: crm.FollowupPlanned, PlannedAt: clock.At(p.tomorrow(14, 30)),
		Purpose: "谈二期合同", Place: "深圳湾, 1 号楼", Remind: entity.List{"30"}, LaterReason: "客户要求",
	}
	if change != nil {
		change(f)
	}
	return add(p.shop, p.user, f)
}

func (k *shop) tomorrow(hour, minute int) time.Time {
	now := k.Clock.Now().In(k.Store.Zone())
	return time.Date(now.Year(), now.Month(), now.Day()+1, hour, minute, 0, 0, k.Store.Zone())
}

const allProps = `<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>`

func TestNobodyIsLetInWithoutAppPassword(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	stranger := &phone{k, k.rep.user, "wrong", 0}
	a := stranger.want(http.StatusUnauthorized, "PROPFIND", dav.Prefix, "")
	if !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic ") {
		t.Error("nobody says how to sign in")
	}
	k.rep.want(http.StatusTemporaryRedirect, "PROPFIND", "/.well-known/caldav", "")
	k.rep.want(http.StatusNoContent, "OPTIONS", k.rep.plans(), "")
	for range 6 {
		a = stranger.send("PROPFIND", dav.Prefix, "")
	}
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("guessing goes on: %d", a.StatusCode)
	}
	k.rep.want(http.StatusMultiStatus, "PROPFIND", dav.Prefix, "")
}

func TestOneSeesOnesOwnPlaceAlone(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	boss := k.phone(k.User("boss", "李总", org.Admin, k.Root))
	f := k.rep.planned(k.rep.customer("深圳市华盛精密设备有限公司"), nil)
	for _, path := range []string{k.rep.plans(), k.rep.tasks(), k.rep.contacts(), dav.Prefix + k.rep.user.ID.String() + "/", boss.plans() + f.ID.String() + ".ics"} {
		boss.want(http.StatusNotFound, "PROPFIND", path, allProps)
		boss.want(http.StatusNotFound, http.MethodDelete, boss.plans()+f.ID.String()+".ics", "")
	}
	missing, there := boss.send("GET", boss.plans()+"0000000000001.ics", ""), boss.send("GET", boss.plans()+f.ID.String()+".ics", "")
	if missing.StatusCode != there.StatusCode || missing.body != there.body {
		t.Errorf("what is not in one's calendar is told apart from what never was: %s, %s", missing.body, there.body)
	}
}

func TestEventAndTask(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.customer("深圳市华盛精密设备有限公司")
	f := k.rep.planned(c, nil)
	at := f.PlannedAt.UTC().Format("20060102T150405Z")
	event := k.rep.want(200, "GET", k.rep.plans()+f.ID.String()+".ics", "")
	for _, line := range []string{
		"BEGIN:VEVENT", "DTSTART:" + at, "DTEND:" + f.PlannedAt.Add(30*time.Minute).UTC().Format("20060102T150405Z"), "SUMMARY:拜访 深圳市华盛精密设备有限公司",
		"DESCRIPTION:谈二期合同", `LOCATION:深圳湾\, 1 号楼`, "TRIGGER:-PT30M", "ACTION:DISPLAY", "UID:" + f.ID.String() + "@genjin",
		"URL:https://crm.example.com/followups/" + f.ID.String(),
	} {
		if !strings.Contains(unfolded(event.body), "\r\n"+line+"\r\n") {
			t.Errorf("the event lacks %q:\n%s", line, event.body)
		}
	}
	task := k.rep.want(200, "GET", k.rep.tasks()+f.ID.String()+".ics", "")
	for _, line := range []string{"BEGIN:VTODO", "DUE:" + at, "STATUS:NEEDS-ACTION", "TRIGGER;RELATED=END:-PT30M"} {
		if !strings.Contains(unfolded(task.body), "\r\n"+line+"\r\n") {
			t.Errorf("the task lacks %q:\n%s", line, task.body)
		}
	}
	for line := range strings.SplitSeq(event.body, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	k.rep.want(304, "GET", k.rep.plans()+f.ID.String()+".ics", "", "If-None-Match", event.Header.Get("ETag"))
}

func TestDayPlan(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	f := k.rep.planned(k.rep.customer("甲公司"), func(f *crm.Followup) { f.PlannedAt = clock.At(k.tomorrow(0, 0)) })
	day := k.tomorrow(0, 0).Format("20060102")
	if a := k.rep.want(200, "GET", k.rep.plans()+f.ID.String()+".ics", ""); !strings.Contains(a.body, "DTSTART;VALUE=DATE:"+day) {
		t.Errorf("a plan for a day:\n%s", a.body)
	}
}

func unfolded(s string) string { return strings.ReplaceAll(s, "\r\n ", "") }

// edited gives a file with some of its lines changed, by what they begin with.
func edited(file string, lines map[string]string) string {
	var out []string
	for line := range strings.SplitSeq(unfolded(file), "\r\n") {
		for begins, now := range lines {
			if strings.HasPrefix(line, begins) {
				line = now
			}
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\r\n") + "\r\n"
}

func TestTaskIsCompleted(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.customer("甲公司")
	for _, x := range []struct {
		name  string
		lines map[string]string
		want  string // content
	}{
		{"ticked", map[string]string{"STATUS": "STATUS:COMPLETED"}, "在手机日历中完成"},
		{"with a word", map[string]string{"STATUS": "STATUS:COMPLETED\r\nPERCENT-COMPLETE:100", "DESCRIPTION": `DESCRIPTION:谈二期合同\n已谈妥，下周签`}, "已谈妥，下周签"},
	} {
		f := k.rep.planned(c, nil)
		path := k.rep.tasks() + f.ID.String() + ".ics"
		was := k.rep.want(200, "GET", path, "")
		done := edited(was.body, x.lines)
		k.rep.want(http.StatusNoContent, "PUT", path, done, "If-Match", was.Header.Get("ETag"))
		k.rep.want(http.StatusPreconditionFailed, "PUT", path, done, "If-Match", was.Header.Get("ETag"))
		if now := get[crm.Followup](k, f.ID); now.State != crm.FollowupDone || now.Content != x.want || now.HappenedAt.IsZero() {
			t.Errorf("%s: %s, %q at %v", x.name, now.State, now.Content, now.HappenedAt)
		}
		task := k.rep.want(200, "GET", path, "")
		if !strings.Contains(task.body, "STATUS:COMPLETED") || strings.Contains(task.body, "VALARM") {
			t.Errorf("%s: the task afterwards:\n%s", x.name, task.body)
		}
		k.rep.want(http.StatusNoContent, "PUT", path, task.body)
		open := edited(task.body, map[string]string{"STATUS": "STATUS:NEEDS-ACTION", "COMPLETED": "", "PERCENT": ""})
		if a := k.rep.want(http.StatusForbidden, "PUT", path, open); !strings.Contains(a.body, "已完成的跟进不能") {
			t.Errorf("%s: opened again: %s", x.name, a.body)
		}
		k.rep.want(http.StatusForbidden, "DELETE", path, "")
	}
}

func TestEventIsMovedAndCancelled(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	f := k.rep.planned(k.rep.customer("甲公司"), nil)
	path := k.rep.plans() + f.ID.String() + ".ics"
	later := f.PlannedAt.Add(26 * time.Hour)
	moved := edited(k.rep.want(200, "GET", path, "").body, map[string]string{
		"DTSTART": "DTSTART;TZID=Asia/Shanghai:" + later.In(k.Store.Zone()).Format("20060102T150405"),
		"DTEND":   "DURATION:PT1H", "LOCATION": "LOCATION:广州", "TRIGGER": "TRIGGER:-PT1H", "SUMMARY": "SUMMARY:改名",
	})
	k.rep.want(http.StatusNoContent, "PUT", path, moved)
	now := get[crm.Followup](k, f.ID)
	if !now.PlannedAt.Equal(later) || now.Minutes == nil || *now.Minutes != 60 || now.Place != "广州" || now.PostponeReason != "在手机日历中改期" ||
		now.FirstPlanned != f.PlannedAt || *now.Postponed != 1 || len(now.Remind) != 1 || now.Remind[0] != "60" || now.Purpose != f.Purpose {
		t.Errorf("moved: %+v", now)
	}
	k.rep.want(http.StatusForbidden, "PUT", path, edited(moved, map[string]string{"UID": "UID:other"}))
	k.rep.want(http.StatusForbidden, "PUT", path, edited(moved, map[string]string{"SUMMARY": "RRULE:FREQ=DAILY"}))
	k.rep.want(http.StatusNoContent, "DELETE", path, "")
	if now := get[crm.Followup](k, f.ID); now.State != crm.FollowupCancelled || now.CancelReason != "在手机日历中删除" {
		t.Errorf("deleted: %s, %q", now.State, now.CancelReason)
	}
	k.rep.want(http.StatusNotFound, "GET", path, "")
	k.rep.want(http.StatusNotFound, "DELETE", path, "")
}

const newEvent = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:ABC-1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Asia/Shanghai:20270301T093000\r\n" +
	"DTEND;TZID=Asia/Shanghai:20270301T103000\r\nSUMMARY:%s\r\nDESCRIPTION:带样品\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestPlanIsMadeInThePhone(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.customer("深圳市华盛精密设备有限公司")
	k.rep.customer("上海远大贸易有限公司")
	put := func(name, summary string, status int) answer {
		t.Helper()
		return k.rep.want(status, "PUT", k.rep.plans()+name, strings.Replace(newEvent, "%s", summary, 1), "If-None-Match", "*")
	}
	put("ABC 1.ics", "拜访华盛精密设备：看新厂房", http.StatusCreated)
	a := k.rep.want(200, "GET", k.rep.plans()+"ABC%201.ics", "")
	if !strings.Contains(a.body, "UID:ABC-1\r\n") {
		t.Errorf("the program does not find its UID again:\n%s", a.body)
	}
	var made []*crm.Followup
	k.Read(k.rep.user, func(ctx context.Context, s *record.Session) (err error) {
		made, err = record.Find[crm.Followup](ctx, s, record.Query{Filter: record.Where("customer_id", c.ID)})
		return err
	})
	if len(made) != 1 || made[0].Way != "visit" || made[0].Purpose != "看新厂房\n带样品" || *made[0].Minutes != 60 || made[0].State != crm.FollowupPlanned {
		t.Fatalf("made: %+v", *made[0])
	}
	put("ABC 1.ics", "x", http.StatusPreconditionFailed)
	for name, summary := range map[string]string{"nobody's": "看牙医", "of two": "华盛精密设备 or 远大贸易有限"} {
		if a := put("N.ics", summary, http.StatusForbidden); name == "nobody's" && !strings.Contains(a.body, "您的客户名称") {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	k.rep.want(http.StatusNoContent, "DELETE", k.rep.plans()+"ABC%201.ics", "")
	if now := get[crm.Followup](k, made[0].ID); now.State != crm.FollowupCancelled {
		t.Errorf("deleted: %s", now.State)
	}
}

func TestParticipantsSeePlansButDoNotCancelThem(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	lead := k.phone(k.User("lead", "陈经理", org.Supervisor, k.Root))
	f := k.rep.planned(k.rep.customer("甲公司"), func(f *crm.Followup) { f.Participants = entity.List{lead.user.ID.String()} })
	other := k.rep.planned(k.rep.customer("乙公司"), nil)
	path := lead.plans() + f.ID.String() + ".ics"
	lead.want(200, "GET", path, "")
	lead.want(http.StatusNotFound, "GET", lead.plans()+other.ID.String()+".ics", "")
	lead.want(http.StatusForbidden, "DELETE", path, "")
}

func TestEndedPasswordsAndUsersAreOut(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	k.rep.want(http.StatusMultiStatus, "PROPFIND", k.rep.plans(), allProps)
	two := k.phone(k.rep.user)
	k.Must(k.auth.EndAppPassword(t.Context(), k.rep.user, k.rep.user.ID, k.rep.id, auth.From{}))
	k.rep.want(http.StatusUnauthorized, "PROPFIND", k.rep.plans(), allProps)
	two.want(http.StatusMultiStatus, "PROPFIND", k.rep.plans(), allProps)
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, k.rep.user.ID, 0, func(u *org.User) error { u.Active = false; return nil })
		return err
	}))
	two.want(http.StatusUnauthorized, "PROPFIND", k.rep.plans(), allProps)
}
