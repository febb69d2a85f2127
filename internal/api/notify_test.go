package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"genjin/internal/auth"
	"genjin/internal/dbtest"
	"genjin/internal/deliver"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/outbound"
	"genjin/internal/sqldb"
)

var (
	noteKinds = notify.NewRegistry(
		notify.Kind{Name: "nudge", Label: i18n.T("催办", "Nudges"), By: []notify.Channel{notify.PopUp}},
		notify.Kind{Name: "quiet", Label: i18n.T("安静", "Quiet ones")},
	)
	reachingHere = outbound.New(outbound.Options{Hosts: []string{"127.0.0.1", "localhost"}})
)

// tell tells somebody something, about a record or nothing.
func (s *server) tell(to id.ID, key, kind, entity string, record id.ID) {
	s.t.Helper()
	err := s.store.DB().Write(s.t.Context(), func(tx *sqldb.Tx) error {
		return notify.Tell(s.t.Context(), tx, notify.Note{
			To: to, Kind: kind, Key: key, Text: "notify.group_title", Params: map[string]any{"text": key}, Entity: entity, Record: record,
		})
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (v *visitor) me() id.ID {
	v.t.Helper()
	x, err := id.Parse(v.send("GET", "/me", nil).object(v.t)["id"].(string))
	if err != nil {
		v.t.Fatal(err)
	}
	return x
}

func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("%s: %s", err, a.body)
	}
	return out
}

func (v *visitor) notes(query string) NoteList {
	v.t.Helper()
	a := v.send("GET", "/notes"+query, nil)
	var out NoteList
	if err := json.Unmarshal(a.body, &out); err != nil || a.StatusCode != http.StatusOK {
		v.t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	return out
}

func TestNotes(t *testing.T) {
	s := newServer(t)
	admin := s.setUp()
	rep := s.user("rep", "sales_rep")
	me := rep.me()
	for i := range 5 {
		s.tell(me, fmt.Sprint("n", i), "nudge", "", 0)
	}
	s.tell(admin.me(), "other", "nudge", "", 0)
	all := rep.notes("")
	if len(all.Items) != 5 || all.Unread != 5 || all.Items[0].Text != "同事：n4" || !all.Items[0].PopUp || all.Items[0].Label != "催办" {
		t.Errorf("%+v", all)
	}
	page := rep.notes("?limit=2")
	if next := rep.notes("?limit=2&cursor=" + page.Next); len(next.Items) != 2 || next.Items[0].ID != all.Items[2].ID {
		t.Errorf("the second page is %+v", next)
	}
	mine, theirs := all.Items[0].ID.String(), admin.notes("").Items[0].ID.String()
	if a := rep.send("POST", "/notes/read", map[string]any{"ids": []string{mine, theirs}}); a.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if got := rep.notes("?unread=true"); len(got.Items) != 4 || got.Unread != 4 {
		t.Errorf("%+v", got)
	}
	if admin.notes("").Unread != 1 {
		t.Error("somebody else's note was marked")
	}
	rep.send("POST", "/notes/read", map[string]any{"until": all.Last})
	if got := rep.notes(""); got.Unread != 0 || got.Items[0].Read == nil {
		t.Errorf("%+v", got)
	}
	rep.send("POST", "/notes/read", map[string]any{"ids": []string{mine}, "unread": true})
	if got := rep.notes("?unread=true"); len(got.Items) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestNotesOfWhatIsOutOfSightAreLeftOut(t *testing.T) {
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	x, err := id.Parse(admin.send("POST", "/customers", map[string]any{"name": "机密客户"}).object(t)["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 150 {
		s.tell(rep.me(), fmt.Sprint("secret", i), "nudge", "customer", x)
	}
	s.tell(rep.me(), "plain", "nudge", "", 0)
	if got := rep.notes(""); len(got.Items) != 1 || got.Unread != 1 || got.Next != "" {
		t.Errorf("%+v", got)
	}
	s.tell(admin.me(), "mine", "nudge", "customer", x)
	if got := admin.notes(""); len(got.Items) != 1 || got.Items[0].Title != "机密客户" || got.Items[0].Path != "/customers/"+x.String() {
		t.Errorf("%+v", got)
	}
}

func TestNotePreferences(t *testing.T) {
	s := newServer(t)
	s.setUp()
	rep := s.user("rep", "sales_rep")
	p := rep.send("GET", "/me/notifications", nil).object(t)
	if kinds := p["kinds"].([]any); len(kinds) != 2 || p["digest"].(map[string]any)["at"] != "08:30" {
		t.Errorf("%v", p)
	}
	until := s.clock.Now().Add(time.Hour).Format(time.RFC3339)
	a := rep.send("PUT", "/me/notifications", map[string]any{
		"kinds": []any{map[string]any{"kind": "nudge", "channels": []string{"mail"}, "muted_until": until}},
		"quiet": map[string]any{"from": "22:00", "until": "07:00"}, "digest": map[string]any{"at": "", "workdays": false},
	})
	if a.StatusCode != http.StatusOK || !strings.Contains(string(a.body), `"channels":["mail"],"usual":["popup"],"muted_until":"2026`) {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	s.tell(rep.me(), "x", "nudge", "", 0)
	if rep.notes("").Items[0].PopUp {
		t.Error("it pops up though it is muted")
	}
	for _, bad := range []string{
		`{"kinds":[{"kind":"nudge","channels":["pigeon"]}],"quiet":{"from":"","until":""},"digest":{"at":"","workdays":false}}`,
		`{"kinds":[{"kind":"none","channels":[]}],"quiet":{"from":"","until":""},"digest":{"at":"","workdays":false}}`,
		`{"kinds":[],"quiet":{"from":"22:00","until":""},"digest":{"at":"","workdays":false}}`,
		`{"kinds":[],"quiet":{"from":"","until":""},"digest":{"at":"noon","workdays":false}}`,
	} {
		if a := rep.send("PUT", "/me/notifications", bad); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}

func TestRobotsAndFailures(t *testing.T) {
	s := newServer(t)
	admin := s.setUp()
	rep := s.user("rep", "sales_rep")
	var heard atomic.Int32
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		heard.Add(1)
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	t.Cleanup(chat.Close)
	robot := map[string]any{
		"name": "销售群", "service": "wecom", "department_id": "", "kinds": []string{"nudge"}, "titles": false, "language": "zh", "active": true,
		"address": chat.URL + "/secret-key", "secret": "hush",
	}
	if a := rep.send("POST", "/robots", robot); a.StatusCode != http.StatusForbidden {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	a := admin.send("POST", "/robots", robot)
	if a.StatusCode != http.StatusCreated || a.object(t)["secret_set"] != true {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	x, _ := a.object(t)["id"].(string)
	list := admin.send("GET", "/robots", nil)
	for _, told := range []string{string(a.body), string(list.body)} {
		if strings.Contains(told, "secret-key") || strings.Contains(told, "hush") {
			t.Errorf("a secret is told: %s", told)
		}
	}
	if a := admin.send("POST", "/robots/"+x+"/test", nil); a.StatusCode != http.StatusNoContent || heard.Load() != 1 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	delete(robot, "address")
	delete(robot, "secret")
	robot["name"] = "另一个名字"
	if a := admin.send("PUT", "/robots/"+x, robot); a.StatusCode != http.StatusOK || a.object(t)["secret_set"] != true {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := admin.send("GET", "/log?entity=setting", nil); !strings.Contains(string(a.body), "另一个名字") {
		t.Errorf("the log tells nothing of it: %s", a.body)
	}
	if a := admin.send("GET", "/deliveries/failed", nil); string(a.body) != `{"items":[],"next":""}`+"\n" {
		t.Errorf("%s", a.body)
	}
	if a := rep.send("GET", "/deliveries/failed", nil); a.StatusCode != http.StatusForbidden {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := admin.send("POST", "/deliveries/retry", map[string]any{}); string(a.body) != `{"retried":0}`+"\n" {
		t.Errorf("%s", a.body)
	}
	if a := admin.send("DELETE", "/robots/"+x, nil); a.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// event is one of the stream.
type event struct{ id, name, data string }

// listening is an open stream.
type listening struct {
	events chan event
	ended  chan struct{}
	status int
	stop   context.CancelFunc
}

// listen opens the stream of somebody at a server that is reached over the network.
func listen(t testing.TB, address string, v *visitor, query, last string) *listening {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+Base+"/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: auth.CookieName, Value: v.cookie})
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	l := &listening{events: make(chan event, 1000), ended: make(chan struct{}), status: res.StatusCode, stop: cancel}
	t.Cleanup(cancel)
	go func() {
		defer close(l.ended)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		var e event
		for lines.Scan() {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					l.events <- e
				}
				e = event{}
			}
		}
	}()
	return l
}

// next gives the next note, within some time; "" when there is none.
func (l *listening) next(within time.Duration) (text, at string) {
	timeout := time.After(within)
	for {
		select {
		case e := <-l.events:
			if e.name == "note" {
				var n NoteItem
				_ = json.Unmarshal([]byte(e.data), &n)
				return n.Text, e.id
			}
		case <-timeout:
			return "", ""
		}
	}
}

// second is how soon an open page hears, on any replica.
const second = time.Second

func TestEvents(t *testing.T) {
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	site := httptest.NewServer(s.API)
	t.Cleanup(site.Close)
	secret, err := id.Parse(admin.send("POST", "/customers", map[string]any{"name": "机密客户"}).object(t)["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	s.tell(rep.me(), "before", "nudge", "", 0)
	pages := []*listening{listen(t, site.URL, rep, "?lang=en", ""), listen(t, site.URL, rep, "?lang=zh", "")}
	theirs := listen(t, site.URL, admin, "", "")
	if e := <-pages[0].events; e.name != "unread" || !strings.Contains(e.data, `"unread":1`) {
		t.Errorf("first comes %+v", e)
	}
	s.tell(rep.me(), "secret", "nudge", "customer", secret)
	s.tell(rep.me(), "now", "nudge", "", 0)
	for i, want := range []string{"Somebody: now", "同事：now"} {
		if got, _ := pages[i].next(second); got != want {
			t.Errorf("page %d heard %q", i, got)
		}
		if got, _ := pages[i].next(second); got != "" {
			t.Errorf("page %d heard once more: %q", i, got)
		}
	}
	if got, _ := theirs.next(second / 2); got != "" {
		t.Errorf("somebody else heard %q", got)
	}
	pages[0].stop()
	// What was told while the page was away comes when it is there again, once.
	s.tell(rep.me(), "meanwhile 1", "nudge", "", 0)
	_, at := pages[1].next(second)
	s.tell(rep.me(), "meanwhile 2", "nudge", "", 0)
	again := listen(t, site.URL, rep, "", at)
	if got, _ := again.next(second); got != "同事：meanwhile 2" {
		t.Errorf("on coming back it heard %q", got)
	}
	if got, _ := again.next(second / 2); got != "" {
		t.Errorf("on coming back it heard %q, too", got)
	}
	// Whoever signs out hears nothing more.
	rep.send("DELETE", "/session", nil)
	for _, l := range []*listening{again, pages[1]} {
		select {
		case <-l.ended:
		case <-time.After(3 * second):
			t.Error("the stream outlives the session")
		}
	}
	if l := listen(t, site.URL, rep, "", ""); l.status != http.StatusUnauthorized {
		t.Errorf("%d without a session", l.status)
	}
}

func TestEventsAreBounded(t *testing.T) {
	s := newServer(t)
	admin := s.setUp()
	site := httptest.NewServer(s.API)
	t.Cleanup(site.Close)
	for range 16 {
		if l := listen(t, site.URL, admin, "", ""); l.status != http.StatusOK {
			t.Fatal(l.status)
		}
	}
	if l := listen(t, site.URL, admin, "", ""); l.status != http.StatusTooManyRequests {
		t.Errorf("%d for one too many", l.status)
	}
	s.Deliver.Streams.Close()
	if l := listen(t, site.URL, admin, "", ""); l.status != http.StatusServiceUnavailable {
		t.Errorf("%d while the server stops", l.status)
	}
	for _, bad := range []string{"?after=x", "?after=1&lang=%00"} {
		if a := admin.send("GET", "/events"+bad, nil); a.StatusCode < 400 {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}

// TestEventsOfAnotherReplica: a page that is connected to one replica hears within a second what another one tells.
func TestEventsOfAnotherReplica(t *testing.T) {
	if !dbtest.Postgres() {
		t.Skip("SQLite has one process")
	}
	s := newServer(t)
	admin := s.setUp()
	other := New(Deps{Store: s.store, Actors: s.Actors, Auth: s.Auth, Deliver: deliver.New(s.store, s.Actors, deliver.Options{Kinds: noteKinds})})
	site := httptest.NewServer(other)
	t.Cleanup(site.Close)
	l := listen(t, site.URL, admin, "", "")
	<-l.events
	start := time.Now()
	s.exec(`UPDATE note_feed SET last = last + 1`)
	s.exec(`INSERT INTO note (id, seq, to_id, kind, key, sentence, at, created_at) SELECT 77, last, (SELECT id FROM account WHERE login = 'root'), 'nudge', 'x', 'notify.no_mail', 0, 0 FROM note_feed`)
	if got, _ := l.next(second); got == "" {
		t.Errorf("heard nothing in %v", time.Since(start))
	}
}

func (s *server) exec(query string) {
	s.t.Helper()
	err := s.store.DB().Write(s.t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(s.t.Context(), query)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestSlowReadersAreLetGo: a page that does not take what it is sent keeps nobody waiting, and is let go.
func TestSlowReadersAreLetGo(t *testing.T) {
	s := newServer(t)
	admin := s.setUp()
	site := httptest.NewUnstartedServer(s.API)
	site.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10)
		return ctx
	}
	site.Start()
	t.Cleanup(site.Close)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", site.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(conn, "GET %s/events HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\n\r\n", Base, auth.CookieName, admin.cookie) // and reads nothing
	quick := listen(t, site.URL, admin, "", "")
	<-quick.events
	me := admin.me()
	long := strings.Repeat("长", 3000)
	for i := range 40 {
		s.tell(me, fmt.Sprint(i, long), "nudge", "", 0)
		if got, _ := quick.next(second); got == "" {
			t.Fatalf("the quick page waits for the slow one at note %d", i)
		}
	}
	for deadline := time.Now().Add(slowest + 5*time.Second); s.Deliver.Streams.Open() > 1 && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
	if n := s.Deliver.Streams.Open(); n != 1 {
		t.Errorf("%d streams are open", n)
	}
}

func TestPushSubscriptions(t *testing.T) {
	s := newServer(t)
	admin := s.setUp()
	state := admin.send("GET", "/me/push", nil).object(t)
	if key, _ := state["key"].(string); len(key) != 87 {
		t.Errorf("%v", state)
	}
	browser := map[string]any{"endpoint": "https://push.example.com/1", "expirationTime": nil, "name": "Chrome", "keys": map[string]any{
		"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg",
	}}
	a := admin.send("POST", "/me/push", browser)
	if a.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	x, _ := a.object(t)["id"].(string)
	if again := admin.send("POST", "/me/push", browser).object(t)["id"]; again != x {
		t.Errorf("the same browser is %v and %v", x, again)
	}
	list := admin.send("GET", "/me/push", nil)
	if !strings.Contains(string(list.body), `"name":"Chrome","current":true`) || strings.Contains(string(list.body), "push.example.com") {
		t.Errorf("%s", list.body)
	}
	for _, bad := range []string{"http://push.example.com/1", "https://", "javascript:alert(1)", ""} {
		browser["endpoint"] = bad
		if a := admin.send("POST", "/me/push", browser); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", bad, a.StatusCode)
		}
	}
	if a := s.user("rep", "sales_rep").send("DELETE", "/me/push/"+x, nil); a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's: %d", a.StatusCode)
	}
	if a := admin.send("DELETE", "/me/push/"+x, nil); a.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}
