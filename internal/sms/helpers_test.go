package sms

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"sync"
	"testing"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/outbound"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/testkit"
)

// sent is a request that came to the gateway.
type sent struct {
	method, path string
	query        url.Values
	header       http.Header
	body         string
}

// gateway is a real one, on this machine: it writes down what it is asked, and answers as it is told.
type gateway struct {
	*httptest.Server
	mu     sync.Mutex
	got    []sent
	status int
	answer string
}

func newGateway(t *testing.T) *gateway {
	g := &gateway{status: http.StatusOK, answer: `{"code":0,"msg":"OK"}`}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.got = append(g.got, sent{r.Method, r.URL.Path, r.URL.Query(), r.Header, string(body)})
		if g.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(g.status)
		_, _ = io.WriteString(w, g.answer)
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) last(t *testing.T) sent {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.got) == 0 {
		t.Fatal("nothing came to the gateway")
	}
	return g.got[len(g.got)-1]
}

func (g *gateway) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.got)
}

func kept(s string) *string { return &s }

// usual is a gateway that takes JSON.
func (g *gateway) usual() Gateway {
	return Gateway{
		Active: true, Method: http.MethodPost, Address: g.URL + "/send", Format: FormatJSON,
		Body:    `{"key":"{{secret.key}}","to":"{{phone}}","code":"{{code}}"}`,
		Secrets: []Secret{{"key", kept("geheim")}}, Success: Success{Path: "code", Equals: "0"},
	}
}

// office is a company with a gateway and a contact.
type office struct {
	*testkit.Kit
	v       *Service
	gateway *gateway
	contact id.ID
}

func newOffice(t *testing.T) *office {
	k := testkit.New(t)
	o := &office{Kit: k, gateway: newGateway(t), v: New(k.Store, Options{
		Seal: seal.Passing(), Outbound: outbound.New(outbound.Options{Hosts: []string{"127.0.0.1"}}),
	})}
	o.set(o.gateway.usual())
	o.contact = o.person("13800138000")
	return o
}

func (o *office) set(g Gateway) {
	o.T.Helper()
	o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error { return o.v.SetGateway(ctx, s, g) }))
}

// person adds a customer of the administrator's with a contact who has a number.
func (o *office) person(mobile string) id.ID {
	o.T.Helper()
	p := &crm.Contact{Name: "王芳", Mobile: mobile}
	o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
		c := &crm.Customer{Name: "客户" + s.Tx.NewID().String()}
		if err := record.Create(ctx, s, c); err != nil {
			return err
		}
		p.CustomerID = c.ID
		return record.Create(ctx, s, p)
	}))
	return p.ID
}

func (o *office) load(x id.ID) (p *crm.Contact) {
	o.T.Helper()
	o.Read(o.Admin, func(ctx context.Context, s *record.Session) (err error) {
		p, err = record.Get[crm.Contact](ctx, s, x)
		return err
	})
	return p
}

func mobileOf(x id.ID) Subject { return Subject{"contact", x, "mobile"} }

// order orders a code and sends it.
func (o *office) order(by *access.Actor, x id.ID) error {
	var order *Order
	err := o.Do(by, func(ctx context.Context, s *record.Session) (err error) {
		order, err = o.v.Order(ctx, s, mobileOf(x))
		return err
	})
	if err != nil {
		return err
	}
	a, err := o.v.Send(o.T.Context(), order)
	if err != nil {
		return err
	}
	return a.Refused()
}

var inBody = regexp.MustCompile(`"code":"(\d{6})"`)

// code gives the code that came last.
func (o *office) code() string {
	o.T.Helper()
	m := inBody.FindStringSubmatch(o.gateway.last(o.T.(*testing.T)).body)
	if m == nil {
		o.T.Fatal("no code came")
	}
	return m[1]
}

// confirm enters a code.
func (o *office) confirm(by *access.Actor, x id.ID, code string) error {
	var wrong error
	err := o.Do(by, func(ctx context.Context, s *record.Session) (err error) {
		wrong, err = o.v.Confirm(ctx, s, mobileOf(x), code)
		return err
	})
	if err == nil {
		return wrong
	}
	return err
}

// other gives a code that is not this one.
func other(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

// keyOf gives the key of an error, or of its first field.
func keyOf(err error) string {
	e, ok := errs.As(err)
	switch {
	case err == nil:
		return ""
	case !ok:
		return err.Error()
	case len(e.Fields) > 0:
		return e.Fields[0].Key
	case e.Key == "":
		return string(e.Kind)
	}
	return e.Key
}

func (o *office) rep(login string) *access.Actor { return o.User(login, login, org.SalesRep, o.Root) }
