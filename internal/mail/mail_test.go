package mail_test

import (
	"context"
	"net"
	"testing"

	"genjin/internal/errs"
	"genjin/internal/mail"
	"genjin/internal/mail/mailtest"
)

var letter = mail.Letter{To: "ann@example.com", Subject: "重设密码", Text: "请打开：\nhttps://crm.example.com/#x\n"}

func sender(s *mailtest.Server) *mail.Sender {
	return &mail.Sender{Dial: (&net.Dialer{}).DialContext, Roots: s.Roots}
}

func TestSend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		security mail.Security
		password string
	}{{mail.STARTTLS, "secret"}, {mail.TLS, "secret"}, {mail.None, ""}, {mail.STARTTLS, ""}} {
		s := mailtest.New(t, tt.password, tt.security == mail.TLS)
		if err := sender(s).Send(t.Context(), s.Settings(tt.security), letter); err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		got := s.Letters()[0]
		if got.To != letter.To || got.Subject != letter.Subject || got.Text != "请打开：\r\nhttps://crm.example.com/#x\r\n" ||
			got.Header.Get("Message-Id") == "" || got.Header.Get("Auto-Submitted") == "" {
			t.Errorf("%+v: %+v", tt, got)
		}
	}
}

func TestNothingGoesOutUnprotected(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, "secret", false)
	stranger := &mail.Sender{Dial: (&net.Dialer{}).DialContext} // does not know who vouches for the server
	if err := stranger.Send(t.Context(), s.Settings(mail.STARTTLS), letter); !errs.Is(err, errs.Unavailable) {
		t.Error(err)
	}
	plain := s.Settings(mail.None)
	if err := sender(s).Send(t.Context(), plain, letter); err == nil {
		t.Error("the password went out in the clear")
	}
	if err := plain.Check(); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	if got := s.Letters(); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, "", false)
	for _, tt := range []struct {
		to   string
		want errs.Kind
	}{
		{"nobody@example.com", errs.Unavailable},
		{"no address", errs.Invalid},
		{"a@example.com\r\nBcc: all@example.com", errs.Invalid},
	} {
		if err := sender(s).Send(t.Context(), s.Settings(mail.STARTTLS), mail.Letter{To: tt.to, Subject: "x", Text: "x"}); !errs.Is(err, tt.want) {
			t.Errorf("%q: %v", tt.to, err)
		}
	}
	trick := mail.Letter{To: "a@example.com", Subject: "x\r\nBcc: all@example.com", Text: "x"}
	if err := sender(s).Send(t.Context(), s.Settings(mail.STARTTLS), trick); err == nil && s.Letters()[0].Header.Get("Bcc") != "" {
		t.Error("a subject became a header")
	}
	barred := &mail.Sender{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errs.New(errs.Invalid, "outbound.refused", "host", "x")
	}}
	if e, _ := errs.As(barred.Send(t.Context(), s.Settings(mail.TLS), letter)); e == nil || e.Key != "outbound.refused" {
		t.Error(e)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := mail.Server{Host: "smtp.example.com", Security: mail.STARTTLS, From: "crm@example.com"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	bad := mail.Server{Port: 70000, Security: "ssl", From: "nobody"}
	e, _ := errs.As(bad.Check())
	if e == nil || len(e.Fields) != 4 {
		t.Errorf("%v", e)
	}
}
