// Package mail hands letters over to the company's mail server by SMTP. It knows no templates and no queue: who sends a
// letter writes it, and sends it from a job that is tried again.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"genjin/internal/errs"
)

// Security says how the connection to the mail server is protected.
type Security string

// The securities.
const (
	STARTTLS Security = "starttls" // plain at first, then encrypted or given up; usually port 587
	TLS      Security = "tls"      // encrypted from the first byte; usually port 465
	None     Security = "none"     // for a server on the same machine or a network that nobody listens on
)

// Server is a mail server and the address that letters come from.
type Server struct {
	Host     string
	Port     int // that of the security when 0
	Security Security
	User     string // "" for no signing in
	Password string
	From     string // an address, with or without a name: "Genjin <crm@example.com>"
}

// Letter is what is sent to one address.
type Letter struct {
	To      string
	Subject string
	Text    string // plain text
	ID      string // names it, without angle brackets: a letter that is sent again keeps its own; "" for a new one

	// Ready is called when the server waits for the letter and has heard nothing of it; an error keeps it from being sent.
	Ready func(ctx context.Context) error
}

// Sender sends letters.
type Sender struct {
	Dial  func(ctx context.Context, network, address string) (net.Conn, error) // decides which servers may be reached
	Roots *x509.CertPool                                                       // who vouches for servers; the system's when nil
	Now   func() time.Time                                                     // the date that letters bear
}

const patience = 30 * time.Second

// Check refuses settings that cannot work. The fields are named as Server has them, in lower case.
func (s Server) Check() error {
	var problems errs.Fields
	if s.Host == "" {
		problems.Add("host", "field.required")
	}
	if s.Port < 0 || s.Port > 65535 {
		problems.Add("port", "mail.port")
	}
	if s.Security != STARTTLS && s.Security != TLS && s.Security != None {
		problems.Add("security", "mail.security")
	}
	if s.Security == None && s.Password != "" {
		problems.Add("security", "mail.plain_password")
	}
	if err := mail.NewMsg().From(s.From); err != nil {
		problems.Add("from", "mail.address")
	}
	return problems.Err()
}

// Send gives a letter to the server and returns when the server has taken it. An address that is none gives errs.Invalid;
// whatever may work later, errs.Unavailable with what the server said.
func (s *Sender) Send(ctx context.Context, server Server, l Letter) error {
	msg, err := s.message(server, l)
	if err != nil {
		return err
	}
	c, err := s.client(server)
	if err != nil {
		return err
	}
	if err = c.DialWithContext(ctx); err == nil {
		err = handOver(ctx, c, l, msg)
	}
	if err != nil {
		if e, known := errs.As(err); known { // the way there is barred
			return e
		}
		return errors.Join(errs.New(errs.Unavailable, "mail.failed", "host", server.Host, "reason", reason(err)), err)
	}
	return nil
}

func handOver(ctx context.Context, c *mail.Client, l Letter, msg *mail.Msg) error {
	defer func() { _ = c.Close() }() // the server has taken the letter, or said why not
	if l.Ready != nil {
		if err := l.Ready(ctx); err != nil {
			return err
		}
	}
	return c.Send(msg)
}

func (s *Sender) message(server Server, l Letter) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(server.From); err != nil {
		return nil, errs.OfField("from", "mail.address")
	}
	if err := msg.To(l.To); err != nil {
		return nil, errs.OfField("to", "mail.address")
	}
	msg.Subject(l.Subject)
	msg.SetBodyString(mail.TypeTextPlain, l.Text)
	if l.ID == "" {
		msg.SetMessageID()
	} else {
		msg.SetMessageIDWithValue(l.ID)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if s.Now != nil {
		msg.SetDateWithValue(s.Now())
	} else {
		msg.SetDate()
	}
	return msg, nil
}

func (s *Sender) client(server Server) (*mail.Client, error) {
	secure := &tls.Config{ServerName: server.Host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
	options := []mail.Option{mail.WithTimeout(patience), mail.WithTLSConfig(secure), mail.WithoutNoop()}
	dial := mail.DialContextFunc(s.Dial)
	port := server.Port
	switch server.Security {
	case TLS:
		// The library's own way knows nothing of dial; so the connection is encrypted before it, and what it asks for
		// besides is there already.
		options, dial = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic)), encrypted(dial, secure)
		port = or(port, 465)
	case None:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
		port = or(port, 25)
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
		port = or(port, 587)
	}
	options = append(options, mail.WithPort(port), mail.WithDialContextFunc(dial))
	if server.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(server.User), mail.WithPassword(server.Password))
	}
	c, err := mail.NewClient(server.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %s: %w", net.JoinHostPort(server.Host, strconv.Itoa(port)), err)
	}
	return c, nil
}

func or(port, usual int) int {
	if port == 0 {
		return usual
	}
	return port
}

// encrypted dials and speaks TLS from the first byte.
func encrypted(dial mail.DialContextFunc, config *tls.Config) mail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		plain, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		conn := tls.Client(plain, config)
		if err := conn.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, plain.Close())
		}
		return conn, nil
	}
}

// reason is what went wrong, short enough for a form.
func reason(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), 300)])
}
