// Package outbound is the one way in which the program reaches other servers: those of single sign-on, of mail, of
// whatever else somebody has entered an address for. Such an address may be chosen to make the program knock where
// whoever chose it cannot: at this machine, its neighbours, the service that hands out a cloud machine's passwords. So
// an address that the Internet does not reach is refused, unless whoever runs the machine has allowed the host
// (outbound_hosts). The check is made where the connection is, on the address it goes to, so that neither a name that
// changes its address nor a redirect gets round it. Size and time of answers are bounded.
package outbound

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"genjin/internal/errs"
)

// Options say how far the client goes. The zero value reaches the Internet and nothing else.
type Options struct {
	Hosts    []string      // names, addresses and networks that may be reached wherever they are, and by plain HTTP
	Timeout  time.Duration // of a request with its answer; 15 seconds when zero
	MaxBytes int64         // of an answer; 4 MB when zero
}

// Client reaches other servers. It is safe for use by many goroutines.
type Client struct {
	hosts    []string
	maxBytes int64
	timeout  time.Duration
	http     *http.Client
}

const (
	usualTimeout = 15 * time.Second
	usualBytes   = 4 << 20
	mostHops     = 5
	dialTime     = 8 * time.Second
	headerBytes  = 64 << 10
)

// New makes a client.
func New(o Options) *Client {
	c := &Client{maxBytes: o.MaxBytes, timeout: o.Timeout}
	for _, host := range o.Hosts {
		c.hosts = append(c.hosts, strings.ToLower(strings.TrimSpace(host)))
	}
	if c.timeout == 0 {
		c.timeout = usualTimeout
	}
	if c.maxBytes == 0 {
		c.maxBytes = usualBytes
	}
	c.http = &http.Client{
		Timeout: c.timeout,
		Transport: bounded{c, &http.Transport{
			// No proxy: one would be asked for names that are never checked here.
			DialContext: c.Dial, TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: c.timeout, ForceAttemptHTTP2: true,
			MaxIdleConns: 20, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: headerBytes,
		}},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > mostHops {
				return errs.New(errs.Unavailable, "outbound.redirects")
			}
			return nil
		},
	}
	return c
}

// HTTP gives the client in the form that libraries take. Every request of it, redirects too, keeps to the rules.
func (c *Client) HTTP() *http.Client { return c.http }

// Dial connects to "host:port" if the address behind the name may be reached. It is for protocols other than HTTP.
func (c *Client) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	if !c.allowed(host) {
		d.ControlContext = c.check(host)
	}
	conn, err := d.DialContext(ctx, network, address)
	if err == nil || ctx.Err() != nil {
		return conn, err
	}
	if e, known := errs.As(err); known {
		return nil, e
	}
	return nil, errs.New(errs.Unavailable, "outbound.unreachable", "host", host)
}

// check refuses the addresses of a host that are not the Internet's. It is asked with the very address that is about to
// be connected to. A name that an allowed network holds the address of is let through.
func (c *Client) check(host string) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !public(ap.Addr()) && !c.allowed(ap.Addr().Unmap().WithZone("").String()) {
			return errs.New(errs.Invalid, "outbound.refused", "host", host)
		}
		return nil
	}
}

// bounded lets through what may be asked, and no more of the answer than the bound.
type bounded struct {
	c    *Client
	next http.RoundTripper
}

// RoundTrip sends one request; a redirect is another one.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	host := r.URL.Hostname()
	plain := r.URL.Scheme == "http" && b.c.allowed(host)
	if r.URL.Scheme != "https" && !plain || r.URL.User != nil || !slices.Contains([]string{http.MethodGet, http.MethodPost}, r.Method) {
		return nil, errs.New(errs.Invalid, "outbound.scheme", "host", host)
	}
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = &limited{res.Body, b.c.maxBytes}
	return res, nil
}

// ErrTooLong is given by an answer that is longer than the bound.
var ErrTooLong = errors.New("outbound: the answer is too long")

// limited fails where it would pass the bound: half an answer must not look like a whole one.
type limited struct {
	io.ReadCloser
	left int64
}

// Read reads on, up to the bound.
func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, ErrTooLong
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1] // one more than allowed tells that there is more
	}
	n, err := l.ReadCloser.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, ErrTooLong
	}
	return n, err
}
