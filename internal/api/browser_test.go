package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"genjin/internal/auth"
	"genjin/internal/crm"
	"genjin/internal/mail"
	"genjin/internal/outbound"
	"genjin/internal/seal"
)

// site is the server at an address of its own, reached over the network as browsers do.
type site struct {
	*server
	origin string
}

// newSite starts a server that knows its address. Whatever it reaches out to is on this machine, which is allowed.
func newSite(t *testing.T, sender *mail.Sender) *site {
	t.Helper()
	var handler http.Handler
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(listening.Close)
	s := &site{origin: strings.Replace(listening.URL, "127.0.0.1", "localhost", 1)}
	s.server = newServerOf(t, crm.Register, func(*Deps) {})
	s.Auth = auth.New(s.store, s.Actors, auth.Options{
		Clock: s.clock, Cost: auth.Cost{Memory: 64, Passes: 1}, Origin: s.origin, Seal: seal.Passing(), Mail: sender,
		Outbound: outbound.New(outbound.Options{Hosts: []string{"127.0.0.1", "localhost"}}),
	})
	handler = s.API
	return s
}

// browser keeps cookies and does not follow redirects by itself.
type browser struct {
	*site
	client *http.Client
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// do sends a request to the API, or to any address that begins with http.
func (b *browser) do(method, path string, body any) answer {
	b.t.Helper()
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	if !strings.HasPrefix(path, "http") {
		path = b.origin + Base + path
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, path, r)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Language", "en")
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{res, text}
}

func (b *browser) must(status int, method, path string, body any) answer {
	b.t.Helper()
	a := b.do(method, path, body)
	if a.StatusCode != status {
		b.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.StatusCode, status, a.body)
	}
	return a
}

// signedIn gives a browser in which a user is signed in.
func (s *site) signedIn(login string) *browser {
	s.t.Helper()
	b := s.browser()
	b.must(http.StatusOK, "POST", "/session", SignIn{login, password})
	return b
}

// refusal gives the code of a problem, and the key of its first field if it has one.
func refusal(t *testing.T, a answer) string {
	t.Helper()
	p := into[Problem](t, a)
	if len(p.Errors) > 0 {
		return p.Code + " " + p.Errors[0].Key
	}
	return p.Code
}

// operation is one of the published document.
type operation struct {
	OperationID string            `json:"operationId"`
	Genjin      map[string]string `json:"x-genjin"`
}

// eachOperation calls fn with every operation of the published document.
func (s *server) eachOperation(fn func(method, path string, op operation)) {
	s.t.Helper()
	var doc struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(s.OpenAPI(), &doc); err != nil {
		s.t.Fatal(err)
	}
	if len(doc.Paths) < 50 {
		s.t.Fatalf("only %d paths", len(doc.Paths))
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			fn(strings.ToUpper(method), path, op)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// example gives an address of the operation with ids of nothing.
func (op operation) example(path string) string {
	return placeholder.ReplaceAllString(path, "0000000000005")
}

// body gives an empty object where one is sent.
func (op operation) body(method string) any {
	if method == http.MethodGet || method == http.MethodDelete {
		return nil
	}
	return map[string]any{}
}
