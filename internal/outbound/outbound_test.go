package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"genjin/internal/errs"
)

func get(t *testing.T, c *Client, address string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.HTTP().Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

func keyOf(err error) string {
	if e, ok := errs.As(err); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"1.1.1.1": true, "223.5.5.5": true, "2400:3200::1": true, "172.15.0.1": true, "172.32.0.1": true, "100.128.0.1": true,
		"127.0.0.1": false, "127.1.2.3": false, "::1": false, "0.0.0.0": false, "::": false, "10.1.2.3": false, "172.16.0.1": false,
		"172.31.255.255": false, "192.168.1.1": false, "169.254.169.254": false, "100.100.100.200": false, "fd00:ec2::254": false,
		"fe80::1": false, "fe80::1%eth0": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "224.0.0.1": false, "255.255.255.255": false, "::7f00:1": false, "2001::1": false, "ff02::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestOwnMachineIsRefused(t *testing.T) {
	t.Parallel()
	knocked := false
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { knocked = true }))
	defer s.Close()
	port := strings.TrimPrefix(s.URL, "http://127.0.0.1:")
	c := New(Options{})
	for _, host := range []string{"127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"} {
		if _, err := get(t, c, "https://"+host+":"+port); err == nil {
			t.Errorf("%s was reached", host)
		}
		if conn, err := c.Dial(t.Context(), "tcp", net.JoinHostPort(strings.Trim(host, "[]"), port)); err == nil {
			conn.Close()
			t.Errorf("%s was dialled", host)
		}
	}
	if _, err := get(t, c, "https://127.0.0.1:"+port); keyOf(err) != "outbound.refused" {
		t.Error(err)
	}
	if _, err := get(t, c, "http://example.com/"); keyOf(err) != "outbound.scheme" {
		t.Errorf("plain HTTP: %v", err)
	}
	for _, address := range []string{"file:///etc/passwd", "gopher://127.0.0.1/", "https://user:pass@example.com/"} {
		if _, err := get(t, c, address); err == nil {
			t.Errorf("%s was reached", address)
		}
	}
	if knocked {
		t.Error("the server heard something")
	}
}

func TestAllowedHosts(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	defer s.Close()
	port := strings.TrimPrefix(s.URL, "http://127.0.0.1:")
	for _, tt := range []struct {
		allow, host string
		ok          bool
	}{
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.0/8", "127.0.0.1", true},
		{"LocalHost", "localhost", true},
		{"localhost", "127.0.0.1", false},
		{"10.0.0.0/8", "127.0.0.1", false},
	} {
		text, err := get(t, New(Options{Hosts: []string{tt.allow}}), "http://"+tt.host+":"+port)
		if (err == nil && text == "hello") != tt.ok {
			t.Errorf("%+v: %q %v", tt, text, err)
		}
	}
	// A name whose address an allowed network holds: reached, but not by plain HTTP.
	conn, err := New(Options{Hosts: []string{"127.0.0.0/8", "::1/128"}}).Dial(t.Context(), "tcp", "localhost:"+port)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

// TestRedirect: a server that may be reached cannot send the program to one that may not.
func TestRedirect(t *testing.T) {
	t.Parallel()
	knocked := false
	inner := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { knocked = true }))
	defer inner.Close()
	var to string
	outer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }))
	defer outer.Close()
	through := strings.Replace(outer.URL, "127.0.0.1", "localhost", 1)
	c := New(Options{Hosts: []string{"localhost"}})
	for _, to = range []string{inner.URL, strings.Replace(inner.URL, "https:", "http:", 1), "http://169.254.169.254/latest/meta-data/"} {
		if _, err := get(t, c, through); keyOf(err) != "outbound.refused" && keyOf(err) != "outbound.scheme" {
			t.Errorf("to %s: %v", to, err)
		}
	}
	to = through
	if _, err := get(t, c, through); keyOf(err) != "outbound.redirects" {
		t.Errorf("in a circle: %v", err)
	}
	if knocked {
		t.Error("the redirect was followed")
	}
}

// TestNameThatChanges: what counts is the address that is connected to, not what a name meant when it was looked up
// before.
func TestNameThatChanges(t *testing.T) {
	t.Parallel()
	check := New(Options{}).check("changing.example")
	if err := check(t.Context(), "tcp4", "93.184.216.34:443", nil); err != nil {
		t.Error(err)
	}
	if err := check(t.Context(), "tcp4", "127.0.0.1:443", nil); keyOf(err) != "outbound.refused" {
		t.Error(err)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 0
		_, _ = fmt.Sscan(strings.Trim(r.URL.Path, "/"), &n)
		_, _ = w.Write(make([]byte, n))
		if r.URL.Query().Has("slow") {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
	}))
	defer s.Close()
	c := New(Options{Hosts: []string{"127.0.0.1"}, MaxBytes: 1000, Timeout: 300 * time.Millisecond})
	if text, err := get(t, c, s.URL+"/1000"); err != nil || len(text) != 1000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if _, err := get(t, c, s.URL+"/1001"); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
	var late *url.Error
	start := time.Now()
	if _, err := get(t, c, s.URL+"/10?slow"); err == nil || errors.As(err, &late) && !late.Timeout() && !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
		t.Errorf("an answer without end: %v", err)
	}
}
