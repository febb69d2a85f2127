package deliver_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/deliver"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/mail"
	"genjin/internal/mail/mailtest"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/outbound"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

// office is a company whose people are told things, with the places outside where they are told.
type office struct {
	*testkit.Kit
	kinds    *notify.Registry
	post     *mailtest.Server
	hook     *hook
	out      *outbound.Client
	ring     *seal.Ring
	digest   deliver.Digest
	d        *deliver.Service
	rep, far *access.Actor
	browsers map[id.ID]*browser
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{Kit: testkit.New(t), hook: newHook(t), ring: seal.Passing(), browsers: map[id.ID]*browser{}}
	o.kinds = notify.NewRegistry(
		notify.Kind{Name: "due", Label: i18n.T("到期", "Due"), By: []notify.Channel{notify.PopUp, notify.Push, notify.Mail}},
		notify.Kind{Name: "alarm", Label: i18n.T("警报", "Alarm"), Urgent: true, By: []notify.Channel{notify.Push, notify.Mail}},
		notify.Kind{Name: deliver.DigestKind, Label: i18n.T("早报", "Digest"), By: []notify.Channel{notify.Mail}},
	)
	o.post = mailtest.New(t, "", false)
	o.out = outbound.New(outbound.Options{Hosts: []string{"127.0.0.1", "localhost"}})
	south := o.Department("华南", o.Root)
	north := o.Department("华北", o.Root)
	o.rep, o.far = o.User("rep", "李销售", org.SalesRep, south), o.User("far", "王远方", org.SalesRep, north)
	for _, user := range []*access.Actor{o.rep, o.far} {
		o.exec(`UPDATE account SET email = ? WHERE id = ?`, user.Login+"@example.com", user.ID)
	}
	o.exec(`INSERT INTO sealed_setting (name, value, updated_at) VALUES ('mail', '', 0)`)
	o.d = o.service()
	return o
}

// service gives another process of the same installation.
func (o *office) service() *deliver.Service {
	return deliver.New(o.Store, o.Actors, deliver.Options{
		Kinds: o.kinds, Seal: o.ring, Outbound: o.out, Mail: &mail.Sender{Dial: o.out.Dial, Now: o.Clock.Now}, Origin: "https://crm.example.com",
		Server: func(context.Context) (mail.Server, bool, error) { return o.post.Settings(mail.None), true, nil },
		Digest: func(ctx context.Context, s *record.Session) (string, map[string]any, error) {
			if o.digest == nil {
				return "", nil, nil
			}
			return o.digest(ctx, s)
		},
		Log: slog.New(slog.NewTextHandler(o.T.Output(), nil)),
	})
}

func (o *office) exec(query string, args ...any) {
	o.T.Helper()
	o.Must(o.Store.DB().Write(o.T.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(o.T.Context(), query, args...)
		return err
	}))
}

func (o *office) count(query string, args ...any) (n int) {
	o.T.Helper()
	o.Must(o.Store.DB().Read(o.T.Context(), func(tx *sqldb.Tx) error { return tx.QueryRow(o.T.Context(), query, args...).Scan(&n) }))
	return n
}

func (o *office) tell(notes ...notify.Note) {
	o.T.Helper()
	o.Must(o.Store.DB().Write(o.T.Context(), func(tx *sqldb.Tx) error { return notify.Tell(o.T.Context(), tx, notes...) }))
}

// due is a note of the kind “due” that says something.
func due(to *access.Actor, key, what string) notify.Note {
	return notify.Note{To: to.ID, Kind: "due", Key: key, Text: "notify.group_title", Params: map[string]any{"text": what}}
}

func (o *office) once() {
	o.T.Helper()
	o.Must(o.d.Once(o.T.Context()))
}

// prefer changes how somebody wants to be told.
func (o *office) prefer(who *access.Actor, change func(p *notify.Preferences)) {
	o.T.Helper()
	p := notify.Usual()
	change(&p)
	o.Must(o.Store.DB().Write(o.T.Context(), func(tx *sqldb.Tx) error { return notify.SetPreferences(o.T.Context(), tx, who.ID, p) }))
}

// customer makes one of somebody's.
func (o *office) customer(of *access.Actor, name string) id.ID {
	o.T.Helper()
	c := &crm.Customer{Name: name}
	o.Must(o.Do(of, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, c) }))
	return c.ID
}

// robot adds one that speaks of due.
func (o *office) robot(service, secret string, department id.ID, titles bool) *deliver.Robot {
	o.T.Helper()
	r := &deliver.Robot{Name: service, Service: service, Department: department, Kinds: []string{"due"}, Titles: titles, Active: true}
	address := o.hook.URL + "/" + service
	o.Must(o.Store.Write(o.T.Context(), o.Admin, audit.Screen, func(s *record.Session) error {
		return o.d.SetRobot(o.T.Context(), s, r, &address, &secret)
	}))
	return r
}

// hook is a server on which chats and push services are.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	taken  map[string]int // how often something was taken well, by its key
	answer func(r received) (status int, body string)
	pauses chan struct{}
}

type received struct {
	path, query, key string
	header           http.Header
	body             []byte
}

func newHook(t testing.TB) *hook {
	h := &hook{taken: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		one := received{r.URL.Path, r.URL.RawQuery, r.Header.Get("Idempotency-Key") + r.Header.Get("Topic"), r.Header, body}
		h.mu.Lock()
		h.got = append(h.got, one)
		answer, pauses := h.answer, h.pauses
		h.mu.Unlock()
		if pauses != nil {
			<-pauses
		}
		status, text := http.StatusOK, `{"errcode":0,"code":0}`
		if answer != nil {
			status, text = answer(one)
		}
		if status < http.StatusMultipleChoices {
			h.mu.Lock()
			h.taken[one.path+" "+one.key]++
			h.mu.Unlock()
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) take() []received {
	h.mu.Lock()
	defer h.mu.Unlock()
	got := h.got
	h.got = nil
	return got
}

func (h *hook) answers(fn func(r received) (int, string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = fn
}

// texts gives what chats were told.
func texts(got []received) []string {
	var out []string
	for _, r := range got {
		var b struct {
			Text    struct{ Content string }
			Content struct{ Text string }
		}
		_ = json.Unmarshal(r.body, &b)
		out = append(out, b.Text.Content+b.Content.Text)
	}
	return out
}

// browser is one that lets itself be pushed to.
type browser struct {
	id      id.ID
	private *ecdh.PrivateKey
	auth    []byte
}

// subscribe has somebody's browser pushed to, with a session of theirs.
func (o *office) subscribe(who *access.Actor, path string) *browser {
	o.T.Helper()
	session := o.Store.DB().NewID()
	o.exec(`INSERT INTO session (id, token_hash, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		session, session.String(), who.ID, o.Clock.Now(), o.Clock.Now(), o.Clock.Now().AddDate(200, 0, 0))
	b := &browser{auth: make([]byte, 16)}
	_, _ = rand.Read(b.auth)
	var err error
	b.private, err = ecdh.P256().GenerateKey(rand.Reader)
	o.Must(err)
	b.id, err = o.d.Subscribe(o.T.Context(), who.ID, session, deliver.Subscription{
		Endpoint: o.hook.URL + path, P256dh: base64.RawURLEncoding.EncodeToString(b.private.PublicKey().Bytes()),
		Auth: base64.RawURLEncoding.EncodeToString(b.auth), Name: "test",
	})
	o.Must(err)
	return b
}

// open reads what was pushed (RFC 8188, RFC 8291).
func (b *browser) open(t testing.TB, body []byte) (said struct{ Key, Title, Text, Path string }) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	salt, n := body[:16], int(body[20])
	key := body[21 : 21+n]
	server, err := ecdh.P256().NewPublicKey(key)
	must(err)
	shared, err := b.private.ECDH(server)
	must(err)
	info := "WebPush: info\x00" + string(b.private.PublicKey().Bytes()) + string(key)
	ikm, err := hkdf.Key(sha256.New, shared, b.auth, info, 32)
	must(err)
	cek, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	must(err)
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	must(err)
	block, err := aes.NewCipher(cek)
	must(err)
	gcm, err := cipher.NewGCM(block)
	must(err)
	plain, err := gcm.Open(nil, nonce, body[21+n:], nil)
	must(err)
	text := strings.TrimRight(string(plain), "\x00")
	must(json.Unmarshal([]byte(strings.TrimSuffix(text, "\x02")), &said))
	return said
}

func expect(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}
