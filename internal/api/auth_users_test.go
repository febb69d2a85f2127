package api

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"genjin/internal/job"
	"genjin/internal/mail"
	"genjin/internal/mail/mailtest"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// newPost gives a site whose letters go to a mail server, and that server.
func newPost(t *testing.T) (*site, *mailtest.Server, func()) {
	t.Helper()
	post := mailtest.New(t, "secret-of-the-mail-server", false)
	s := newSite(t, &mail.Sender{Dial: (&net.Dialer{}).DialContext, Roots: post.Roots})
	s.setUp()
	queue := job.New(s.store.DB(), s.Log)
	s.Auth.Work(queue)
	return s, post, func() {
		t.Helper()
		if err := queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// setMail enters the mail server.
func (s *site) setMail(post *mailtest.Server) {
	s.t.Helper()
	m := post.Settings(mail.STARTTLS)
	s.signedIn("root").must(200, "PUT", "/security/mail", MailSettings{
		Host: m.Host, Port: m.Port, Security: string(m.Security), User: m.User, Password: &m.Password, From: m.From,
	})
}

// secretIn gives what stands behind # in the link of a letter or an answer.
func secretIn(t *testing.T, text string) string {
	t.Helper()
	_, secret, ok := strings.Cut(text, "/set-password#")
	if !ok {
		t.Fatalf("no link in %q", text)
	}
	return strings.TrimSpace(strings.SplitN(secret, "\r\n", 2)[0])
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	s, post, work := newPost(t)
	b := s.browser()
	s.user("ann", org.SalesRep)
	s.user("bob", org.SalesRep) // has no address
	s.setEmail("ann", "ann@example.com")
	if got := into[Problem](t, b.must(503, "POST", "/password/forgot", Forgotten{"ann"})); got.Key != "link.no_mail" {
		t.Errorf("%+v", got)
	}
	s.setMail(post)
	if boot := into[Boot](t, b.must(200, "GET", "/boot", nil)); !boot.SignIn.Forgot {
		t.Errorf("%+v", boot.SignIn)
	}
	session := s.signedIn("ann")
	for _, login := range []string{"nobody", "bob", "Ann", "nobody@example.com", "ann@example.com"} {
		b.must(204, "POST", "/password/forgot", Forgotten{login})
	}
	work()
	letters := post.Letters()
	if len(letters) != 1 { // the second one for ann came too soon
		t.Fatalf("%d letters", len(letters))
	}
	l := letters[0]
	if l.To != "ann@example.com" || !strings.Contains(l.Text, s.origin+"/set-password#") || !strings.Contains(l.Text, "用户ann") {
		t.Errorf("%+v", l)
	}
	secret := secretIn(t, l.Text)
	info := into[LinkInfo](t, b.must(200, "POST", "/password/link", LinkSecret{secret}))
	if info.Login != "ann" || info.Purpose != "reset" {
		t.Errorf("%+v", info)
	}
	if got := refusal(t, b.must(422, "POST", "/password/set", LinkPassword{secret, "short"})); got != "invalid password.short" {
		t.Error(got)
	}
	b.must(204, "POST", "/password/set", LinkPassword{secret, "a brand new secret"})
	if got := into[Problem](t, b.must(404, "POST", "/password/set", LinkPassword{secret, "yet another secret"})); got.Key != "link.over" {
		t.Errorf("%+v", got)
	}
	b.must(404, "POST", "/password/link", LinkSecret{secret})
	session.must(401, "GET", "/me", nil)
	b.must(401, "POST", "/session", SignIn{"ann", password})
	b.must(200, "POST", "/session", SignIn{"ann", "a brand new secret"})

	s.clock.Advance(10 * time.Minute)
	b.must(204, "POST", "/password/forgot", Forgotten{"ann"})
	work()
	old := secretIn(t, post.Letters()[1].Text)
	s.clock.Advance(61 * time.Minute)
	b.must(404, "POST", "/password/set", LinkPassword{old, "yet another secret"})
}

// TestLinksHideFromTheDatabase: neither in its table nor in the queue can a link be read, and nothing of it is logged.
func TestLinksHideFromTheDatabase(t *testing.T) {
	t.Parallel()
	s, post, work := newPost(t)
	ann := s.user("ann", org.SalesRep)
	s.setEmail("ann", "ann@example.com")
	s.setMail(post)
	me := into[Me](t, ann.want(200, "GET", "/me", nil)).ID.String()
	post.Refuse(true)
	s.signedIn("root").must(201, "POST", "/users/"+me+"/link", Invitation{})
	dump := s.dump("signin_link", "job", "sealed_setting", "signin_log")
	work()
	post.Refuse(false)
	s.clock.Advance(time.Hour)
	work()
	if len(post.Letters()) != 1 {
		t.Fatal("the letter was not tried again")
	}
	secret := secretIn(t, post.Letters()[0].Text)
	for what, text := range map[string]string{"link": secret, "password of the mail server": post.Password} {
		if strings.Contains(dump, text) || strings.Contains(s.dump("signin_link", "job", "sealed_setting", "signin_log"), text) || strings.Contains(s.log.String(), text) {
			t.Errorf("the %s can be read", what)
		}
	}
	settings := s.signedIn("root").must(200, "GET", "/security", nil)
	if strings.Contains(string(settings.body), post.Password) || !strings.Contains(string(settings.body), `"password_set":true`) {
		t.Errorf("%s", settings.body)
	}
}

// dump gives all texts of tables.
func (s *server) dump(tables ...string) string {
	s.t.Helper()
	columns := map[string]string{
		"signin_link": "secret_hash", "job": "payload || result || error", "sealed_setting": "value", "signin_log": "login || reason || method",
		"credential": "hash", "session": "token_hash", "api_token": "token_hash", "totp": "secret", "recovery_code": "hash",
	}
	var all strings.Builder
	err := s.store.DB().Read(s.t.Context(), func(tx *sqldb.Tx) error {
		for _, table := range tables {
			rows, err := tx.Query(s.t.Context(), `SELECT `+columns[table]+` FROM `+table)
			if err != nil {
				return err
			}
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					return err
				}
				all.WriteString(text + "\n")
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return all.String()
}

// TestHostHeaderPoisonsNoLink: whatever a request says about the host, links lead to the configured address.
func TestHostHeaderPoisonsNoLink(t *testing.T) {
	t.Parallel()
	s, post, work := newPost(t)
	s.user("ann", org.SalesRep)
	s.setEmail("ann", "ann@example.com")
	s.setMail(post)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.origin+Base+"/password/forgot", strings.NewReader(`{"login":"ann"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	r.Header.Set("X-Forwarded-Host", "evil.example")
	r.Header.Set("Forwarded", "host=evil.example")
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	work()
	letters := post.Letters()
	if len(letters) != 1 || strings.Contains(letters[0].Text, "evil") || !strings.Contains(letters[0].Text, s.origin+"/set-password#") {
		t.Errorf("%+v", letters)
	}
}

// TestInvitation: a new user gets a link to their first password; by hand where no mail can be sent.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s, post, work := newPost(t)
	root := s.signedIn("root")
	ann := s.user("ann", org.SalesRep)
	made := into[rec](t, root.must(201, "POST", "/users", map[string]any{
		"name": "新人", "login": "neu", "email": "neu@example.com", "department_id": into[Me](t, root.must(200, "GET", "/me", nil)).Department.ID,
		"role_ids": []string{s.roleID(org.SalesRep)},
	})).id()
	if a := ann.send("POST", "/users/"+made+"/link", Invitation{}); a.StatusCode != 403 {
		t.Errorf("a colleague makes a link: %s", a.body)
	}
	link := into[PasswordLink](t, root.must(201, "POST", "/users/"+made+"/link", Invitation{}))
	if link.Sent || !strings.HasPrefix(link.Link, s.origin+"/set-password#") || link.Expires.Sub(s.clock.Now()) != 7*24*time.Hour {
		t.Errorf("%+v", link)
	}
	s.setMail(post)
	sent := into[PasswordLink](t, root.must(201, "POST", "/users/"+made+"/link", Invitation{}))
	if !sent.Sent || sent.Link != "" {
		t.Errorf("%+v", sent)
	}
	work()
	b := s.browser()
	b.must(404, "POST", "/password/set", LinkPassword{secretIn(t, link.Link), "a brand new secret"}) // a newer one took its place
	b.must(204, "POST", "/password/set", LinkPassword{secretIn(t, post.Letters()[0].Text), "a brand new secret"})
	b.must(200, "POST", "/session", SignIn{"neu", "a brand new secret"})
	handed := into[PasswordLink](t, root.must(201, "POST", "/users/"+made+"/link", Invitation{HandOver: true}))
	if handed.Sent || handed.Expires.Sub(s.clock.Now()) != 24*time.Hour {
		t.Errorf("%+v", handed)
	}
	root.client.CheckRedirect = nil
	root.must(200, "POST", "/me/confirm", Confirmation{"password", password})
	v := s.visitor()
	v.want(200, "POST", "/session", SignIn{"root", password})
	v.header.Set("If-Match", "*")
	v.want(200, "PATCH", "/users/"+made, rec{"active": false})
	b.must(404, "POST", "/password/set", LinkPassword{secretIn(t, handed.Link), "a brand new secret"})
	root.must(409, "POST", "/users/"+made+"/link", Invitation{})
}

// roleID gives the id of a built-in role.
func (s *server) roleID(key string) (text string) {
	s.t.Helper()
	err := s.store.DB().Read(s.t.Context(), func(tx *sqldb.Tx) error {
		x, err := org.RoleOf(s.t.Context(), tx, key)
		text = x.String()
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

func TestMailSettings(t *testing.T) {
	t.Parallel()
	s, post, _ := newPost(t)
	root := s.signedIn("root")
	s.setMail(post)
	root.must(204, "POST", "/security/mail/test", TestLetter{"root@example.com"})
	if l := post.Letters(); len(l) != 1 || l[0].To != "root@example.com" {
		t.Errorf("%+v", l)
	}
	if p := into[Problem](t, root.must(503, "POST", "/security/mail/test", TestLetter{"nobody@example.com"})); p.Key != "mail.failed" || !strings.Contains(p.Detail, "no such mailbox") {
		t.Errorf("%+v", p)
	}
	m := MailSettings{Host: "localhost", Port: post.Port, Security: "starttls", User: "crm", From: "crm@example.com"}
	if got := into[SecuritySettings](t, root.must(200, "PUT", "/security/mail", m)); !got.Mail.PasswordSet {
		t.Error("the password went away")
	}
	root.must(204, "POST", "/security/mail/test", TestLetter{"root@example.com"})
	m.Host = "127.0.0.1"
	if got := into[SecuritySettings](t, root.must(200, "PUT", "/security/mail", m)); got.Mail.PasswordSet {
		t.Error("the password of one server would be sent to another")
	}
	for _, bad := range []func(m *MailSettings){
		func(m *MailSettings) { m.Host = "" },
		func(m *MailSettings) { m.From = "nobody" },
		func(m *MailSettings) { m.Security = "ssl" },
		func(m *MailSettings) { m.Host, m.Security = "smtp.example.com", "none" },
	} {
		b := m
		bad(&b)
		root.must(422, "PUT", "/security/mail", b)
	}
	root.must(204, "DELETE", "/security/mail", nil)
	if got := into[SecuritySettings](t, root.must(200, "GET", "/security", nil)); got.Mail != nil {
		t.Errorf("%+v", got.Mail)
	}
}
