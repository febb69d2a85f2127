package sms

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"genjin/internal/cn/phone"
	"genjin/internal/errs"
)

// Gateway is how a gateway for text messages is spoken to. Texts with {{names}} are templates.
type Gateway struct {
	Active  bool     `json:"active"`
	Method  string   `json:"method"`  // GET or POST
	Address string   `json:"address"` // a template but for the host
	Headers []Header `json:"headers"`
	Format  string   `json:"format"` // of the body: FormatJSON or FormatForm
	Body    string   `json:"body"`   // a template; "" for none
	// Signature and Text make {{text}}, for gateways that take the message itself and no number of a template of theirs.
	Signature string     `json:"signature"` // 【公司】
	Text      string     `json:"message"`
	Secrets   []Secret   `json:"secrets"`
	Computed  []Computed `json:"computed"`
	Success   Success    `json:"success"`
	Abroad    bool       `json:"abroad"` // numbers of other countries get codes, too
	PerHour   int        `json:"per_hour"`
	PerDay    int        `json:"per_day"` // how many messages go out in all
}

// Header is a header of the request; its value is a template.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Secret is a value that is kept sealed: {{secret.name}}.
type Secret struct {
	Name  string  `json:"name"`
	Value *string `json:"value"` // nil: as it is
}

// Computed is a value worked out for each request: {{sign.name}}. It may use those before it.
type Computed struct {
	Name string `json:"name"`
	How  string `json:"how"`  // one of Hows
	Key  string `json:"key"`  // a template, for HMAC
	Text string `json:"over"` // a template: what is signed
	Form string `json:"form"` // one of Forms
}

// Success is how an answer tells that the message was taken: by a status of 2xx and, unless Equals is empty, by a value.
type Success struct {
	Path   string `json:"path"`   // to the value in JSON: "code", "SendStatusSet.0.Code"; "" when the answer begins with Equals
	Equals string `json:"equals"` // several by comma
}

// Formats of a body.
const (
	FormatJSON = "json"
	FormatForm = "form"
)

// Bounds of a description.
const (
	mostParts   = 10
	longestName = 40
	longestText = 4000
	mostPerHour = 10_000
)

var partName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// given are the names that every template has, with a value of the form they take.
var given = map[string]string{
	"phone": "13800138000", "phone_digits": "8613800138000", "phone_e164": "+8613800138000", "code": "135790", "minutes": "10",
	"signature": "x", "text": "x", "timestamp": "1700000000", "timestamp_ms": "1700000000000", "time": "2023-11-14T22:13:20Z",
	"time_local": "20231115061320", "nonce": "x", "random": "1",
}

// keepSecrets fills in the secrets that were not given anew.
func (g *Gateway) keepSecrets(old *Gateway) {
	if hostOf(g.Address) != hostOf(old.Address) {
		return
	}
	for i, s := range g.Secrets {
		at := slices.IndexFunc(old.Secrets, func(o Secret) bool { return o.Name == s.Name })
		if s.Value == nil && at >= 0 {
			g.Secrets[i].Value = old.Secrets[at].Value
		}
	}
}

// hostOf gives scheme and host of an address; the address itself when it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// check tidies the description and refuses one by which no code would arrive. Plain says to which hosts one may speak
// without encryption.
func (g *Gateway) check(plain func(host string) bool) error {
	var problems errs.Fields
	g.Address = strings.TrimSpace(g.Address)
	g.checkAddress(&problems, plain)
	if g.Method != http.MethodGet && g.Method != http.MethodPost {
		problems.Add("method", "field.choice", "value", g.Method)
	}
	if g.Method == http.MethodGet {
		g.Body = ""
	}
	if g.Format != FormatJSON && g.Format != FormatForm {
		problems.Add("format", "field.choice", "value", g.Format)
	}
	for name, n := range map[string]int{"headers": len(g.Headers), "secrets": len(g.Secrets), "computed": len(g.Computed)} {
		if n > mostParts {
			problems.Add(name, "field.too_many", "max", mostParts)
		}
	}
	for name, text := range map[string]string{"address": g.Address, "body": g.Body, "message": g.Text, "signature": g.Signature, "success.path": g.Success.Path, "success.equals": g.Success.Equals} {
		if utf8.RuneCountInString(text) > longestText {
			problems.Add(name, "field.too_long", "max", longestText)
		}
	}
	g.checkLimits(&problems)
	g.checkNames(&problems)
	if err := problems.Err(); err != nil {
		return err
	}
	g.checkUse(&problems)
	return problems.Err()
}

func (g *Gateway) checkAddress(problems *errs.Fields, plain func(host string) bool) {
	u, err := url.Parse(g.Address)
	switch {
	case g.Address == "":
		problems.Add("address", "field.required")
	case err != nil || u.Host == "" || u.User != nil || strings.Contains(u.Host, "{"):
		problems.Add("address", "sms.address")
	case u.Scheme != "https" && (u.Scheme != "http" || !plain(u.Hostname())):
		problems.Add("address", "outbound.scheme", "host", u.Hostname())
	}
}

// The usual bounds of messages in all.
const (
	usualPerHour = 200
	usualPerDay  = 1000
)

func (g *Gateway) checkLimits(problems *errs.Fields) {
	if g.PerHour == 0 {
		g.PerHour = usualPerHour
	}
	if g.PerDay == 0 {
		g.PerDay = usualPerDay
	}
	for name, n := range map[string]int{"per_hour": g.PerHour, "per_day": g.PerDay} {
		if n < 1 || n > mostPerHour {
			problems.Add(name, "sms.bound", "max", mostPerHour)
		}
	}
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]{1,100}$`)

// checkNames checks the parts that have names, and that templates use no others.
func (g *Gateway) checkNames(problems *errs.Fields) {
	known := map[string]bool{}
	for name := range given {
		known[name] = true
	}
	add := func(field, prefix, name string) {
		if !partName.MatchString(name) || known[prefix+name] {
			problems.Add(field, "sms.name", "name", name)
		}
		known[prefix+name] = true
	}
	for i, s := range g.Secrets {
		if add("secrets", "secret.", s.Name); s.Value == nil || *s.Value == "" || len(*s.Value) > longestText {
			problems.Add("secrets."+strconv.Itoa(i), "sms.secret", "name", s.Name)
		}
	}
	uses := func(field string, t template) {
		for _, name := range t.names() {
			if !known[name] {
				problems.Add(field, "sms.placeholder", "name", name)
			}
		}
	}
	for _, c := range g.Computed {
		uses("computed", template(c.Key))
		uses("computed", template(c.Text))
		if !slices.Contains(Hows, c.How) || !slices.Contains(Forms, c.Form) || len(c.Key)+len(c.Text) > longestText {
			problems.Add("computed", "sms.computed", "name", c.Name)
		}
		add("computed", "sign.", c.Name)
	}
	for _, h := range g.Headers {
		if !headerName.MatchString(h.Name) || len(h.Value) > longestText {
			problems.Add("headers", "sms.header", "name", h.Name)
		}
		uses("headers", template(h.Value))
	}
	uses("address", template(g.Address))
	uses("body", template(g.Body))
	delete(known, "text")
	uses("message", template(g.Text))
}

// checkUse refuses what would send no number, no code, or JSON that is none.
func (g *Gateway) checkUse(problems *errs.Fields) {
	used := map[string]bool{}
	note := func(t template) {
		for _, name := range t.names() {
			used[name] = true
		}
	}
	note(template(g.Address))
	note(template(g.Body))
	for _, h := range g.Headers {
		note(template(h.Value))
	}
	if used["text"] {
		if note(template(g.Text)); strings.TrimSpace(g.Text) == "" {
			problems.Add("message", "field.required")
		}
	}
	at := "body"
	if g.Method == http.MethodGet {
		at = "address"
	}
	if !used["phone"] && !used["phone_digits"] && !used["phone_e164"] {
		problems.Add(at, "sms.no_phone")
	}
	if !used["code"] {
		problems.Add(at, "sms.no_code_used")
	}
	if n, err := phone.ParseOne(given["phone"]); err == nil && g.Format == FormatJSON && g.Body != "" {
		if !json.Valid([]byte(template(g.Body).fill(g.values(n, given["code"], time.Unix(0, 0)), inJSON))) {
			problems.Add("body", "sms.json")
		}
	}
}
