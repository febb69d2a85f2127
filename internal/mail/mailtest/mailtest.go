// Package mailtest is a mail server for tests: it speaks SMTP on this machine, with TLS or the switch to it, and keeps
// what it is given.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"genjin/internal/mail"
)

// Letter is what was delivered.
type Letter struct {
	To      string
	Header  netmail.Header
	Subject string
	Text    string
}

// Server is a mail server.
type Server struct {
	Port     int
	Roots    *x509.CertPool // who vouches for it
	Password string         // of the user "crm"; "" asks nobody

	mu      sync.Mutex
	letters []Letter
	refuse  bool
}

// New starts a mail server that ends with the test. With implicit it speaks TLS from the first byte, else it offers to
// switch to it.
func New(t testing.TB, password string, implicit bool) *Server {
	t.Helper()
	s := &Server{Password: password, Roots: x509.NewCertPool()}
	config := s.certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
	if implicit {
		l = tls.NewListener(l, config)
	}
	server := smtp.NewServer(s)
	server.Domain, server.TLSConfig = "localhost", config
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return s
}

// Settings are those by which the server is reached.
func (s *Server) Settings(security mail.Security) mail.Server {
	m := mail.Server{Host: "localhost", Port: s.Port, Security: security, From: "跟进 <crm@example.com>"}
	if s.Password != "" {
		m.User, m.Password = "crm", s.Password
	}
	return m
}

// Letters gives what was delivered so far.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.letters)
}

// Refuse has the server take nothing, or take letters again.
func (s *Server) Refuse(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = yes
}

func (s *Server) certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
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
	s.Roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

// NewSession begins to talk to a client.
func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{Server: s, in: s.Password == ""}, nil
}

// session is a client that talks to the server.
type session struct {
	*Server
	in bool
	to string
}

func (c *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if c.in = user == "crm" && password == c.Password; !c.in {
			return errors.New("wrong")
		}
		return nil
	}), nil
}

func (c *session) Mail(string, *smtp.MailOptions) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"}
	}
	if !c.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	c.to = to
	return nil
}

func (c *session) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	l := Letter{To: c.to, Header: m.Header}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return err
	}
	text, err := io.ReadAll(quoted(m))
	if err != nil {
		return err
	}
	l.Text = string(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letters = append(c.letters, l)
	return nil
}

func (c *session) Reset()        {}
func (c *session) Logout() error { return nil }

// quoted gives the text of a letter as it was written.
func quoted(m *netmail.Message) io.Reader {
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		return quotedprintable.NewReader(m.Body)
	}
	return m.Body
}
