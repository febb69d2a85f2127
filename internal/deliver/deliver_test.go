package deliver_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/deliver"
	"genjin/internal/errs"
	"genjin/internal/notify"
	"genjin/internal/record"
)

func TestPushMailAndRobot(t *testing.T) {
	o := newOffice(t)
	phone := o.subscribe(o.rep, "/push")
	o.robot("wecom", "", 0, true)
	x := o.customer(o.rep, "深圳启明科技")
	o.tell(notify.Note{To: o.rep.ID, Kind: "due", Key: "due:1", Text: "notify.group_title", Params: map[string]any{"text": "x"}, Entity: "customer", Record: x})
	o.once()
	o.Clock.Advance(5 * time.Second) // the group waits for more
	o.once()
	o.once()
	got := o.hook.take()
	if len(got) != 2 {
		t.Fatalf("%d requests", len(got))
	}
	said := phone.open(t, got[0].body)
	expect(t, "title", said.Title, "到期")
	expect(t, "path", said.Path, "/customers/"+x.String())
	expect(t, "topic is the key", got[0].key, said.Key)
	expect(t, "authorised", strings.HasPrefix(got[0].header.Get("Authorization"), "vapid t="), true)
	expect(t, "group", texts(got[1:]), "[李销售：同事：x\nhttps://crm.example.com/]")
	letters := o.post.Letters()
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	expect(t, "to", letters[0].To, "rep@example.com")
	expect(t, "subject", letters[0].Subject, "到期：同事：x")
	expect(t, "link", strings.Contains(letters[0].Text, "https://crm.example.com/customers/"+x.String()), true)
	key := letters[0].Header.Get("Message-Id")
	expect(t, "has a key", len(key) > 15 && strings.Contains(key, "@"), true)
	expect(t, "sent", o.count(`SELECT COUNT(*) FROM delivery WHERE state = 'sent'`), 3)
}

func TestNothingIsToldOfWhatIsOutOfSight(t *testing.T) {
	o := newOffice(t)
	o.subscribe(o.rep, "/push")
	o.robot("wecom", "", 0, true)
	x := o.customer(o.far, "北京机密客户")
	note := notify.Note{To: o.rep.ID, Kind: "due", Key: "due:1", Text: "notify.group_title", Params: map[string]any{"text": "x"}, Entity: "customer", Record: x}
	o.tell(note)
	note.To = o.far.ID
	o.tell(note)
	o.Clock.Advance(5 * time.Second)
	o.once()
	o.Clock.Advance(5 * time.Second)
	o.once()
	letters := o.post.Letters()
	if len(letters) != 1 || letters[0].To != "far@example.com" {
		t.Errorf("letters %v", letters)
	}
	// The group hears of one thing once, though two people are told; here the one who may not see it came first.
	expect(t, "requests", len(o.hook.take()), 0)
	o.Read(o.rep, func(ctx context.Context, s *record.Session) error {
		notes, err := notify.Since(ctx, s.Tx, o.rep.ID, 0, 10)
		o.Must(err)
		said, err := o.d.Say(ctx, s, notes)
		expect(t, "said", len(said), 0)
		return err
	})
}

func TestGroupsHearNoTitlesUnlessAllowed(t *testing.T) {
	o := newOffice(t)
	o.robot("feishu", "", 0, false)
	x := o.customer(o.rep, "深圳启明科技")
	n := due(o.rep, "due:1", "深圳启明科技 今天到期")
	n.Entity, n.Record = "customer", x
	o.tell(n, due(o.far, "due:2", "别的"))
	o.once()
	o.Clock.Advance(5 * time.Second)
	o.once()
	got := texts(o.hook.take())
	expect(t, "one message", got, "[李销售：到期\n王远方：到期\nhttps://crm.example.com/]")
}

func TestRobotsOfDepartments(t *testing.T) {
	o := newOffice(t)
	below := o.Department("深圳", o.rep.Department)
	o.exec(`UPDATE account SET department_id = ? WHERE id = ?`, below, o.rep.ID)
	south := o.robot("wecom", "", o.rep.Department, false)
	o.tell(due(o.rep, "1", "x"), due(o.far, "2", "x"), notify.Note{To: o.rep.ID, Kind: "alarm", Key: "3", Text: "notify.several"})
	o.once()
	o.Clock.Advance(5 * time.Second)
	o.once()
	expect(t, "only of the department and the kind", texts(o.hook.take()), "[李销售：到期\nhttps://crm.example.com/]")
	south.Active = false
	o.Must(o.Store.Write(t.Context(), o.Admin, audit.Screen, func(s *record.Session) error { return o.d.SetRobot(t.Context(), s, south, nil, nil) }))
	o.tell(due(o.rep, "4", "x"))
	o.once()
	o.Clock.Advance(5 * time.Second)
	o.once()
	expect(t, "switched off", len(o.hook.take()), 0)
}

func TestSignatures(t *testing.T) {
	o := newOffice(t)
	sign := func(key, text string) string {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(text))
		return base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	ding, fei := o.robot("dingtalk", "SEC-ding", 0, false), o.robot("feishu", "SEC-fei", 0, false)
	o.Must(o.d.TestRobot(t.Context(), o.Admin, ding.ID))
	o.Must(o.d.TestRobot(t.Context(), o.Admin, fei.ID))
	got := o.hook.take()
	q, err := url.ParseQuery(got[0].query)
	o.Must(err)
	expect(t, "dingtalk", q.Get("sign"), sign("SEC-ding", q.Get("timestamp")+"\nSEC-ding"))
	var body struct{ Timestamp, Sign string }
	o.Must(json.Unmarshal(got[1].body, &body))
	expect(t, "feishu", body.Sign, sign(body.Timestamp+"\nSEC-fei", ""))
	if err := o.d.TestRobot(t.Context(), o.rep, ding.ID); !errs.Is(err, errs.Denied) {
		t.Error("anybody may test:", err)
	}
	o.hook.answers(func(received) (int, string) { return 200, `{"errcode":310000,"errmsg":"sign not match"}` })
	if err := o.d.TestRobot(t.Context(), o.Admin, ding.ID); !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "sign not match") {
		t.Error("a refusal is taken for a yes:", err)
	}
}

// TestGroupsAreNotCalledByWhatPeopleWrite: 飞书 takes a tag in a text for a call to everybody.
func TestGroupsAreNotCalledByWhatPeopleWrite(t *testing.T) {
	o := newOffice(t)
	o.robot("feishu", "", 0, true)
	o.tell(due(o.rep, "1", `<at user_id="all">`))
	o.once()
	o.Clock.Advance(5 * time.Second)
	o.once()
	if got := texts(o.hook.take()); len(got) != 1 || strings.Contains(got[0], "<at") || !strings.Contains(got[0], "＜at") {
		t.Errorf("%q", got)
	}
}

// TestOneDigestThatFailsStopsNobody: the others get theirs, and what else there is goes out.
func TestOneDigestThatFailsStopsNobody(t *testing.T) {
	o := newOffice(t)
	o.digest = func(_ context.Context, s *record.Session) (string, map[string]any, error) {
		if s.Actor.ID == o.rep.ID {
			return "", nil, errs.New(errs.Unavailable, "")
		}
		return "notify.several", map[string]any{"count": 1}, nil
	}
	if err := o.d.TellDigests(t.Context()); err == nil {
		t.Error("it failed and says nothing")
	}
	expect(t, "digests", o.count(`SELECT COUNT(*) FROM note WHERE kind = 'digest'`), 2)
	o.digest = nil
	o.once()
	expect(t, "remembered", o.count(`SELECT COUNT(*) FROM note_digest`), 3)
}

func TestRobotsAreChecked(t *testing.T) {
	o := newOffice(t)
	for _, address := range []string{"", "ftp://x", "http://10.0.0.1/hook", "https://user:pass@qyapi.weixin.qq.com/x", "javascript:alert(1)"} {
		r := &deliver.Robot{Name: "x", Service: "wecom"}
		err := o.Store.Write(t.Context(), o.Admin, audit.Screen, func(s *record.Session) error { return o.d.SetRobot(t.Context(), s, r, &address, nil) })
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%q is taken: %v", address, err)
		}
	}
	// An address on the inside is let in by its form and refused where the connection is.
	inside := "https://10.0.0.1/hook"
	r := &deliver.Robot{Name: "x", Service: "wecom"}
	o.Must(o.Store.Write(t.Context(), o.Admin, audit.Screen, func(s *record.Session) error { return o.d.SetRobot(t.Context(), s, r, &inside, nil) }))
	if err := o.d.TestRobot(t.Context(), o.Admin, r.ID); !errs.Is(err, errs.Invalid) {
		t.Error("an inner address is asked:", err)
	}
	// A new address takes none of the old secret with it.
	ding := o.robot("dingtalk", "SEC", 0, false)
	other := o.hook.URL + "/other"
	o.Must(o.Store.Write(t.Context(), o.Admin, audit.Screen, func(s *record.Session) error { return o.d.SetRobot(t.Context(), s, ding, &other, nil) }))
	expect(t, "secret is kept", ding.SecretSet, false)
	expect(t, "sealed", o.count(`SELECT COUNT(*) FROM sealed_setting WHERE value LIKE '%SEC%' OR value LIKE '%127.0.0.1%'`), 0)
	o.Must(o.Store.Write(t.Context(), o.Admin, audit.Screen, func(s *record.Session) error { return o.d.DropRobot(t.Context(), s, ding.ID) }))
	expect(t, "secrets left", o.count(`SELECT COUNT(*) FROM sealed_setting WHERE name = ?`, "robot:"+ding.ID.String()), 0)
}

func TestQuietHours(t *testing.T) {
	o := newOffice(t) // it is 10:00
	o.prefer(o.rep, func(p *notify.Preferences) { p.Quiet = notify.Hours{From: "09:00", Until: "11:00"} })
	o.tell(due(o.rep, "1", "一"), due(o.rep, "2", "二"), due(o.rep, "3", "三"), notify.Note{To: o.rep.ID, Kind: "alarm", Key: "4", Text: "notify.minutes", Params: map[string]any{"n": 4}})
	o.once()
	letters := o.post.Letters()
	if len(letters) != 1 || letters[0].Subject != "警报：4 分钟" {
		t.Fatalf("not only what is urgent: %v", letters)
	}
	o.Clock.Advance(30 * time.Minute)
	o.markRead(o.rep, "2")
	o.once()
	expect(t, "still quiet", len(o.post.Letters()), 1)
	o.Clock.Advance(31 * time.Minute)
	o.once()
	o.once()
	letters = o.post.Letters()
	expect(t, "letters", len(letters), 2)
	expect(t, "subject", letters[1].Subject, "2 条提醒：同事：一")
	expect(t, "what was read is left out", strings.Contains(letters[1].Text, "二"), false)
}

func (o *office) markRead(who interface{ Rights() string }, key string) {
	o.T.Helper()
	o.exec(`UPDATE note SET read_at = ? WHERE key = ?`, o.Clock.Now(), key)
}

func TestMutedAndUnchosen(t *testing.T) {
	o := newOffice(t)
	o.prefer(o.rep, func(p *notify.Preferences) {
		p.Muted = map[string]clock.Instant{"due": clock.At(o.Clock.Now().Add(time.Hour))}
		p.Channels = map[string][]notify.Channel{"alarm": {}}
	})
	o.tell(due(o.rep, "1", "x"), notify.Note{To: o.rep.ID, Kind: "alarm", Key: "2", Text: "notify.several"}, notify.Note{To: o.rep.ID, Kind: "no such kind", Key: "3", Text: "notify.several"})
	o.once()
	expect(t, "letters", len(o.post.Letters()), 0)
	o.Clock.Advance(2 * time.Hour)
	o.tell(due(o.rep, "4", "x"))
	o.once()
	expect(t, "letters", len(o.post.Letters()), 1)
}

// TestMissedOnesComeTogether: the server was down for days; each of the missed is listed, and one letter goes out.
func TestMissedOnesComeTogether(t *testing.T) {
	o := newOffice(t)
	phone := o.subscribe(o.rep, "/push")
	was := o.Clock.Now()
	o.Clock.Advance(72 * time.Hour)
	for i, n := range []notify.Note{due(o.rep, "1", "一"), due(o.rep, "2", "二"), due(o.rep, "3", "三"), due(o.far, "4", "四")} {
		n.At = was.Add(time.Duration(i) * time.Hour)
		o.tell(n)
		o.once()
	}
	expect(t, "letters at once", len(o.post.Letters()), 0)
	o.Clock.Advance(time.Minute)
	o.once()
	o.once()
	letters := o.post.Letters()
	expect(t, "letters", len(letters), 2)
	got := o.hook.take()
	if len(got) != 1 {
		t.Fatalf("%d pushes", len(got))
	}
	said := phone.open(t, got[0].body)
	expect(t, "title", said.Title, "3 条提醒")
	expect(t, "text", said.Text, "同事：一\n同事：二\n同事：三")
	expect(t, "listed", o.count(`SELECT COUNT(*) FROM note WHERE to_id = ?`, o.rep.ID), 3)
}

func TestFailuresEndInTheList(t *testing.T) {
	o := newOffice(t)
	r := o.robot("wecom", "", 0, false)
	o.hook.answers(func(received) (int, string) { return 503, "busy" })
	o.tell(due(o.rep, "1", "x"))
	keys := map[string]int{}
	for range 40 {
		o.Clock.Advance(30 * time.Minute)
		o.once()
		for _, got := range o.hook.take() {
			keys[got.key]++
		}
	}
	if len(keys) != 1 {
		t.Fatalf("keys %v", keys)
	}
	for _, n := range keys {
		expect(t, "attempts", n, 8)
	}
	var failed []*deliver.Failed
	read := func() {
		o.Read(o.Admin, func(ctx context.Context, s *record.Session) (err error) {
			failed, err = o.d.Failures(ctx, s, 0, 10)
			return err
		})
	}
	if read(); len(failed) != 1 || failed[0].To != "wecom" || failed[0].Attempts != 8 || !strings.Contains(failed[0].Problem, "503") || failed[0].Notes != 1 {
		t.Fatalf("%+v", failed)
	}
	err := o.Store.Read(t.Context(), o.rep, func(s *record.Session) error { _, err := o.d.Failures(t.Context(), s, 0, 10); return err })
	if !errs.Is(err, errs.Denied) {
		t.Error("everybody sees what failed:", err)
	}
	o.hook.answers(nil)
	o.Must(o.Store.Write(t.Context(), o.Admin, audit.Screen, func(s *record.Session) error {
		n, err := o.d.Retry(t.Context(), s, failed[0].ID)
		expect(t, "retried", n, 1)
		return err
	}))
	o.once()
	got := o.hook.take()
	if len(got) != 1 || keys[got[0].key] == 0 {
		t.Errorf("retried with another key, or not: %v", got)
	}
	if read(); len(failed) != 0 {
		t.Error("still among what failed")
	}
	_ = r
}

func TestBrowsersThatAreGone(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		o := newOffice(t)
		o.subscribe(o.rep, "/push")
		o.hook.answers(func(received) (int, string) { return status, "gone" })
		o.tell(due(o.rep, "1", "x"))
		o.once()
		expect(t, "subscriptions", o.count(`SELECT COUNT(*) FROM push_subscription`), 0)
		expect(t, "waiting", o.count(`SELECT COUNT(*) FROM delivery WHERE state IN ('waiting', 'failed')`), 0)
	}
}

// TestSignedOutBrowsersHearNothing: whoever signs out at a browser is told nothing more there; nor is the next one told
// what the one before was.
func TestSignedOutBrowsersHearNothing(t *testing.T) {
	o := newOffice(t)
	o.subscribe(o.rep, "/push")
	o.tell(due(o.rep, "1", "x"))
	o.exec(`DELETE FROM session WHERE user_id = ?`, o.rep.ID)
	o.once()
	expect(t, "pushes", len(o.hook.take()), 0)
	expect(t, "subscriptions", o.count(`SELECT COUNT(*) FROM push_subscription`), 0)

	o.subscribe(o.rep, "/shared")
	o.tell(due(o.rep, "2", "x"))
	other := o.subscribe(o.far, "/shared")
	o.tell(due(o.far, "3", "y"))
	o.once()
	got := o.hook.take()
	if len(got) != 1 {
		t.Fatalf("%d pushes", len(got))
	}
	expect(t, "said", other.open(t, got[0].body).Text, "同事：y")
	expect(t, "subscriptions", o.count(`SELECT COUNT(*) FROM push_subscription`), 1)
}

func TestDigest(t *testing.T) {
	o := newOffice(t) // Tuesday, 10:00
	o.digest = func(_ context.Context, s *record.Session) (string, map[string]any, error) {
		if s.Actor.ID == o.far.ID {
			return "", nil, nil
		}
		return "notify.several", map[string]any{"count": 5}, nil
	}
	o.prefer(o.Admin, func(p *notify.Preferences) { p.Digest = notify.Digest{} })
	o.Clock.Advance(-2 * time.Hour) // 08:00
	o.once()
	expect(t, "before its hour", o.count(`SELECT COUNT(*) FROM note`), 0)
	o.Clock.Advance(31 * time.Minute)
	o.once()
	o.once()
	expect(t, "notes", o.count(`SELECT COUNT(*) FROM note WHERE kind = 'digest'`), 1)
	if letters := o.post.Letters(); len(letters) != 1 || letters[0].Subject != "早报：5 条提醒" {
		t.Errorf("letters %v", letters)
	}
	o.Clock.Advance(24 * time.Hour)
	o.once()
	expect(t, "the next day", o.count(`SELECT COUNT(*) FROM note WHERE kind = 'digest'`), 2)
	o.Clock.Advance(24*time.Hour + 8*time.Hour) // the server was down until late in the day
	o.once()
	expect(t, "too late", o.count(`SELECT COUNT(*) FROM note WHERE kind = 'digest'`), 2)
}

func TestCleaning(t *testing.T) {
	o := newOffice(t)
	o.tell(due(o.rep, "1", "x"))
	o.once()
	o.Must(o.d.Clean(t.Context()))
	expect(t, "kept", o.count(`SELECT COUNT(*) FROM delivery`), 1)
	o.Clock.Advance(31 * 24 * time.Hour)
	o.Must(o.d.Clean(t.Context()))
	expect(t, "kept", o.count(`SELECT COUNT(*) FROM delivery`), 0)
	o.tell(due(o.rep, "1", "x")) // told before
	o.once()
	expect(t, "letters", len(o.post.Letters()), 1)
}

func TestSpan(t *testing.T) {
	for length, want := range map[time.Duration]string{
		0: "0 分钟", 59 * time.Minute: "59 分钟", 90 * time.Minute: "1 小时 30 分钟", 24 * time.Hour: "1 天", 24*time.Hour + 5*time.Minute: "1 天",
		-50 * time.Hour: "2 天 2 小时", 400 * 24 * time.Hour: "400 天",
	} {
		expect(t, length.String(), deliver.Span(length, "zh"), want)
	}
}

// TestStreams: who has an open page is woken, whichever process told them; nobody else is.
func TestStreams(t *testing.T) {
	o := newOffice(t)
	here, there := o.service(), o.service()
	mine, err := here.Streams.Join(o.rep.ID)
	o.Must(err)
	defer mine.Leave()
	far, err := there.Streams.Join(o.far.ID)
	o.Must(err)
	defer far.Leave()
	woken := func(s *deliver.Stream) bool {
		select {
		case <-s.Woken:
			return true
		case <-time.After(1500 * time.Millisecond):
			return false
		}
	}
	woken(mine) // the first look wakes those who have joined
	woken(far)
	o.tell(due(o.rep, "1", "x"))
	expect(t, "woken", woken(mine), true)
	expect(t, "woken for what others are told", woken(far), false)
	var last *deliver.Stream
	for range 15 {
		last, err = here.Streams.Join(o.rep.ID)
		o.Must(err)
	}
	if _, err := here.Streams.Join(o.rep.ID); !errs.Is(err, errs.TooMany) {
		t.Error("no bound:", err)
	}
	last.Leave()
	if _, err := here.Streams.Join(o.rep.ID); err != nil {
		t.Error(err)
	}
	here.Streams.Close()
	<-mine.Ended
	if _, err := here.Streams.Join(o.far.ID); !errs.Is(err, errs.Unavailable) {
		t.Error("joined while it stops:", err)
	}
}
