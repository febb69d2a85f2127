package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"genjin/internal/errs"
	"genjin/internal/mail"
)

// post is a mail server that keeps what it is given.
type post struct {
	mu       sync.Mutex
	letters  []string
	to       []string
	port     int
	roots    *x509.CertPool
	password string // of the user "crm"; "" asks nobody
}

type postSession struct {
	*post
	in bool
	to string
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &postSession{post: p, in: p.password == ""}, nil
}
func (s *postSession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *postSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.in = user == "crm" && password == s.password; !s.in {
			return errors.New("wrong")
		}
		return nil
	}), nil
}

func (s *postSession) Mail(string, *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	s.to = to
	return nil
}

func (s *postSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters, s.post.to = append(s.letters, string(b)), append(s.post.to, s.to)
	return err
}
func (s *postSession) Reset()        {}
func (s *postSession) Logout() error { return nil }

// newPost starts a mail server; implicit speaks TLS from the first byte, otherwise STARTTLS is offered.
func newPost(t *testing.T, password string, implicit bool) *post {
	t.Helper()
	p := &post{password: password, roots: x509.NewCertPool()}
	config := p.certificate(t)
	s := smtp.NewServer(p)
	s.Domain, s.TLSConfig, s.AllowInsecureAuth = "localhost", config, false
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	if implicit {
		l = tls.NewListener(l, config)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return p
}

func (p *post) certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour), NotBefore: time.Now().Add(-time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	p.roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
}

func (p *post) server(security mail.Security) mail.Server {
	s := mail.Server{Host: "localhost", Port: p.port, Security: security, From: "跟进 <crm@example.com>"}
	if p.password != "" {
		s.User, s.Password = "crm", p.password
	}
	return s
}

var dial = (&net.Dialer{}).DialContext

var letter = mail.Letter{To: "ann@example.com", Subject: "重设密码", Text: "请打开：\nhttps://crm.example.com/#x\n"}

func TestSend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		security mail.Security
		password string
	}{{mail.STARTTLS, "secret"}, {mail.TLS, "secret"}, {mail.None, ""}, {mail.STARTTLS, ""}} {
		p := newPost(t, tt.password, tt.security == mail.TLS)
		sender := &mail.Sender{Dial: dial, Roots: p.roots}
		if err := sender.Send(t.Context(), p.server(tt.security), letter); err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		m, err := netmail.ReadMessage(strings.NewReader(p.letters[0]))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != letter.Subject || p.to[0] != letter.To || m.Header.Get("Message-Id") == "" || m.Header.Get("Auto-Submitted") == "" {
			t.Errorf("%+v: %v, to %v, %v", tt, m.Header, p.to, err)
		}
	}
}

func TestNothingGoesOutUnprotected(t *testing.T) {
	t.Parallel()
	p := newPost(t, "secret", false)
	stranger := &mail.Sender{Dial: dial} // does not know who vouches for the server
	if err := stranger.Send(t.Context(), p.server(mail.STARTTLS), letter); !errs.Is(err, errs.Unavailable) {
		t.Error(err)
	}
	plain := p.server(mail.None)
	if err := (&mail.Sender{Dial: dial, Roots: p.roots}).Send(t.Context(), plain, letter); err == nil {
		t.Error("the password went out in the clear")
	}
	if err := plain.Check(); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	if len(p.letters) > 0 {
		t.Errorf("%q", p.letters)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	p := newPost(t, "", false)
	sender := &mail.Sender{Dial: dial, Roots: p.roots}
	for _, tt := range []struct {
		letter mail.Letter
		want   errs.Kind
	}{
		{mail.Letter{To: "nobody@example.com", Subject: "x", Text: "x"}, errs.Unavailable},
		{mail.Letter{To: "no address", Subject: "x", Text: "x"}, errs.Invalid},
		{mail.Letter{To: "a@example.com\r\nBcc: all@example.com", Subject: "x", Text: "x"}, errs.Invalid},
	} {
		if err := sender.Send(t.Context(), p.server(mail.STARTTLS), tt.letter); !errs.Is(err, tt.want) {
			t.Errorf("%q: %v", tt.letter.To, err)
		}
	}
	if err := sender.Send(t.Context(), p.server(mail.STARTTLS), mail.Letter{To: "a@example.com", Subject: "x\r\nBcc: all@example.com", Text: "x"}); err == nil {
		if m, err := netmail.ReadMessage(strings.NewReader(p.letters[0])); err != nil || m.Header.Get("Bcc") != "" {
			t.Errorf("a subject became a header: %v %v", m.Header, err)
		}
	}
	barred := &mail.Sender{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errs.New(errs.Invalid, "outbound.refused", "host", "x")
	}}
	if e, _ := errs.As(barred.Send(t.Context(), p.server(mail.TLS), letter)); e == nil || e.Key != "outbound.refused" {
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
