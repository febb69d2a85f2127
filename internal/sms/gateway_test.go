package sms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"genjin/internal/cn/phone"
	"genjin/internal/errs"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// TestKnownGateways speaks as well-known gateways want it, and reads their answers.
func TestKnownGateways(t *testing.T) {
	o := newOffice(t)
	key := []Secret{{"key", kept("k&y \"1\"")}}
	for name, tt := range map[string]struct {
		set    Gateway
		answer string
		check  func(r sent) bool
	}{
		"form, the message itself": { // 云片
			set: Gateway{
				Method: http.MethodPost, Format: FormatForm, Body: "apikey={{secret.key}}&mobile={{phone}}&text={{text}}", Secrets: key,
				Signature: "【某某】", Text: "{{signature}}您的验证码是{{code}}，{{minutes}}分钟内有效", Success: Success{"code", "0"},
			},
			answer: `{"code":0,"msg":"发送成功"}`,
			check: func(r sent) bool {
				form, err := url.ParseQuery(r.body)
				return err == nil && form.Get("apikey") == `k&y "1"` && form.Get("mobile") == "13900139000" && strings.HasPrefix(form.Get("text"), "【某某】您的验证码是") &&
					strings.HasPrefix(r.header.Get("Content-Type"), "application/x-www-form-urlencoded")
			},
		},
		"query": {
			set: Gateway{
				Method: http.MethodGet, Format: FormatForm, Address: "/sms?method=Submit&password={{secret.key}}&mobile={{phone_e164}}&content={{code}}", Body: "is left out", Secrets: key,
				Success: Success{"", "0,,success"},
			},
			answer: "success 42",
			check: func(r sent) bool {
				return r.method == http.MethodGet && r.query.Get("password") == `k&y "1"` && r.query.Get("mobile") == "+8613900139000" && r.body == "" && r.header.Get("Content-Type") == ""
			},
		},
		"headers that are signed": { // 网易云信
			set: Gateway{
				Method: http.MethodPost, Format: FormatForm, Body: `mobiles=["{{phone}}"]&params=["{{code}}"]`, Secrets: key,
				Headers:  []Header{{"Nonce", "{{nonce}}"}, {"CurTime", "{{timestamp}}"}, {"CheckSum", "{{sign.sum}}"}},
				Computed: []Computed{{"sum", "sha256", "", "{{secret.key}}{{nonce}}{{timestamp}}", "hex"}}, Success: Success{"code", "200"},
			},
			answer: `{"code":200}`,
			check: func(r sent) bool {
				sum := sha256.Sum256([]byte(`k&y "1"` + r.header.Get("Nonce") + r.header.Get("CurTime")))
				return r.header.Get("CheckSum") == hex.EncodeToString(sum[:]) && len(r.header.Get("Nonce")) == 32
			},
		},
		"JSON with an answer for each number": { // 腾讯云
			set: Gateway{
				Method: http.MethodPost, Format: FormatJSON, Body: `{"PhoneNumberSet":["{{phone_e164}}"],"TemplateParamSet":["{{code}}","{{minutes}}"],"key":"{{secret.key}}"}`, Secrets: key,
				Headers: []Header{{"Authorization", "Basic {{sign.basic}}"}}, Computed: []Computed{{"basic", "plain", "", "me:{{secret.key}}", "base64"}},
				Success: Success{"Response.SendStatusSet.0.Code", "Ok"},
			},
			answer: `{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}`,
			check: func(r sent) bool {
				var body struct {
					PhoneNumberSet []string
					Key            string
				}
				err := json.Unmarshal([]byte(r.body), &body)
				return err == nil && body.Key == `k&y "1"` && body.PhoneNumberSet[0] == "+8613900139000" && r.header.Get("Authorization") == "Basic bWU6ayZ5ICIxIg=="
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o.T = t
			tt.set.Active = true
			if tt.set.Address == "" {
				tt.set.Address = "/send"
			}
			tt.set.Address = o.gateway.URL + tt.set.Address
			o.set(tt.set)
			for answer, accepted := range map[string]bool{tt.answer: true, `{"code":22,"msg":"no"}`: false, "<html>": false, "": false} {
				o.gateway.answer = answer
				o.Clock.Advance(25 * time.Hour)
				o.Must(o.test("13900139000"))
				var order *Order
				o.Clock.Advance(25 * time.Hour)
				o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) (err error) {
					order, err = o.v.OrderTest(ctx, s, "13900139000")
					return err
				}))
				a, err := o.v.Send(t.Context(), order)
				o.Must(err)
				if a.Accepted != accepted || a.Text != answer {
					t.Errorf("%q was read as %+v", answer, a)
				}
				if got := o.gateway.last(t); !tt.check(got) {
					t.Errorf("the gateway was asked %+v", got)
				}
			}
		})
	}
}

func TestSigning(t *testing.T) {
	values := map[string]string{"secret.key": "key", "phone": "The quick brown fox jumps over the lazy dog"}
	for _, tt := range []struct{ how, form, want string }{
		{"hmac-md5", "hex", "80070713463e7749b90c2dc24911e275"},
		{"hmac-sha1", "hex", "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"},
		{"hmac-sha256", "hex", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"},
		{"md5", "HEX", "9E107D9D372BB6826BD81D3542A419D6"},
		{"sha1", "base64", "L9ThxnotKPzthJ7hu3bnORuT6xI="},
		{"sha256", "hex", "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"},
	} {
		c := Computed{How: tt.how, Form: tt.form, Key: "{{secret.key}}", Text: "{{phone}}"}
		if got := c.value(values); got != tt.want {
			t.Errorf("%s: %s", tt.how, got)
		}
	}
}

func TestGatewaysThatSendNothing(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	for status, want := range map[int]string{http.StatusInternalServerError: "sms.refused", http.StatusFound: "sms.refused", http.StatusUnauthorized: "sms.refused"} {
		o.gateway.status = status
		o.Clock.Advance(25 * time.Hour)
		before := o.gateway.count()
		if got := keyOf(o.order(o.Admin, o.contact)); got != want || o.gateway.count() != before+1 {
			t.Errorf("%d: %q, asked %d times", status, got, o.gateway.count()-before)
		}
	}
	o.gateway.Close()
	o.Clock.Advance(25 * time.Hour)
	err := o.order(o.Admin, o.contact)
	if key := keyOf(err); key != "outbound.unreachable" && key != "sms.unreached" || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
}

func TestSecretsOfTheGatewayStayHere(t *testing.T) {
	o := newOffice(t)
	o.gateway.answer = `{"code":1,"you_said":"geheim"}`
	var order *Order
	o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) (err error) {
		order, err = o.v.OrderTest(ctx, s, "13900139000")
		return err
	}))
	a, err := o.v.Send(t.Context(), order)
	if err != nil || strings.Contains(a.Text, "geheim") || !strings.Contains(a.Text, "you_said") {
		t.Errorf("%+v %v", a, err)
	}
	var sealed string
	o.Must(o.Store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT value FROM sealed_setting WHERE name = 'sms'`).Scan(&sealed)
	}))
	o.Read(o.Admin, func(ctx context.Context, s *record.Session) error {
		g, err := o.v.Gateway(ctx, s)
		if g.Secrets[0].Value != nil || strings.Contains(sealed, "geheim") {
			t.Error("a secret is given back, or lies open")
		}
		return err
	})
	// Without a value it stays, as long as it goes to the same host.
	g := o.gateway.usual()
	g.Secrets[0].Value = nil
	g.Address += "/v2"
	o.set(g)
	o.Clock.Advance(25 * time.Hour)
	o.Must(o.test("13900139000"))
	if got := o.gateway.last(t); !strings.Contains(got.body, `"key":"geheim"`) || got.path != "/send/v2" {
		t.Errorf("%+v", got)
	}
	g = o.gateway.usual()
	g.Secrets[0].Value = nil
	g.Address = "https://collector.example.com/send"
	err = o.Do(o.Admin, func(ctx context.Context, s *record.Session) error { return o.v.SetGateway(ctx, s, g) })
	if keyOf(err) != "sms.secret" {
		t.Errorf("a secret goes to another host: %v", err)
	}
}

func TestGatewaySettings(t *testing.T) {
	o := newOffice(t)
	for name, tt := range map[string]struct {
		change func(g *Gateway)
		want   string // field and key
	}{
		"as it is":             {func(*Gateway) {}, ""},
		"no address":           {func(g *Gateway) { g.Address = " " }, "address field.required"},
		"no host":              {func(g *Gateway) { g.Address = "send" }, "address sms.address"},
		"the host by a value":  {func(g *Gateway) { g.Address = "https://{{code}}.example.com/" }, "address sms.address"},
		"a password in it":     {func(g *Gateway) { g.Address = "https://a:b@example.com/" }, "address sms.address"},
		"not encrypted":        {func(g *Gateway) { g.Address = "http://example.com/" }, "address outbound.scheme"},
		"a file":               {func(g *Gateway) { g.Address = "file:///etc/passwd" }, "address sms.address"},
		"another method":       {func(g *Gateway) { g.Method = "DELETE" }, "method field.choice"},
		"another format":       {func(g *Gateway) { g.Format = "xml" }, "format field.choice"},
		"no number":            {func(g *Gateway) { g.Body = `{"x":"{{code}}"}` }, "body sms.no_phone"},
		"no code":              {func(g *Gateway) { g.Body = `{"x":"{{phone}}"}` }, "body sms.no_code_used"},
		"no code in the text":  {func(g *Gateway) { g.Body, g.Text = `{"x":"{{phone}}{{text}}"}`, "hello" }, "body sms.no_code_used"},
		"no text":              {func(g *Gateway) { g.Body = `{"x":"{{phone}}{{text}}{{code}}"}` }, "message field.required"},
		"text in the text":     {func(g *Gateway) { g.Text = "{{text}}{{code}}" }, "message sms.placeholder"},
		"no JSON":              {func(g *Gateway) { g.Body = `{"x":{{phone}}{{code}}"}` }, "body sms.json"},
		"an unknown name":      {func(g *Gateway) { g.Body = `{"x":"{{phone}}{{code}}{{secret.pass}}"}` }, "body sms.placeholder"},
		"a secret without one": {func(g *Gateway) { g.Secrets[0].Value = kept("") }, "secrets.0 sms.secret"},
		"a name twice":         {func(g *Gateway) { g.Secrets = append(g.Secrets, Secret{"key", kept("x")}) }, "secrets sms.name"},
		"a name that is none":  {func(g *Gateway) { g.Secrets = append(g.Secrets, Secret{"Ä", kept("x")}) }, "secrets sms.name"},
		"a header that is two": {func(g *Gateway) { g.Headers = []Header{{"X: y\r\nZ", "1"}} }, "headers sms.header"},
		"a way that is none":   {func(g *Gateway) { g.Computed = []Computed{{"a", "rot13", "", "", "hex"}} }, "computed sms.computed"},
		"a sign before itself": {func(g *Gateway) { g.Computed = []Computed{{"a", "md5", "", "{{sign.a}}", "hex"}} }, "computed sms.placeholder"},
		"a sign over another": {func(g *Gateway) {
			g.Computed = []Computed{{"a", "md5", "", "x", "hex"}, {"b", "md5", "", "{{sign.a}}", "hex"}}
		}, ""},
		"too many messages": {func(g *Gateway) { g.PerDay = 1e6 }, "per_day sms.bound"},
		"too many headers":  {func(g *Gateway) { g.Headers = slices.Repeat([]Header{{"X", "1"}}, 11) }, "headers field.too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			g := o.gateway.usual()
			tt.change(&g)
			err := o.Do(o.Admin, func(ctx context.Context, s *record.Session) error { return o.v.SetGateway(ctx, s, g) })
			got := ""
			if e, ok := errs.As(err); ok {
				got = e.Fields[0].Name + " " + e.Fields[0].Key
			}
			if got != tt.want {
				t.Errorf("%q %v", got, err)
			}
		})
	}
	rep := o.rep("rep")
	for name, do := range map[string]func(ctx context.Context, s *record.Session) error{
		"look":   func(ctx context.Context, s *record.Session) error { _, err := o.v.Gateway(ctx, s); return err },
		"set":    func(ctx context.Context, s *record.Session) error { return o.v.SetGateway(ctx, s, o.gateway.usual()) },
		"remove": func(ctx context.Context, s *record.Session) error { return o.v.DropGateway(ctx, s) },
		"test": func(ctx context.Context, s *record.Session) error {
			_, err := o.v.OrderTest(ctx, s, "13900139000")
			return err
		},
	} {
		if err := o.Do(rep, do); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzTemplate: whatever a template and a value say, what is written is as long as it must be, and JSON stays JSON.
func FuzzTemplate(f *testing.F) {
	for _, seed := range [][2]string{{`{"a":"{{code}}"}`, `"`}, {"{{ text }}{{code", "{{text}}"}, {`["{{code}}"]`, "\\\x00\u2028"}, {"", ""}} {
		f.Add(seed[0], seed[1])
	}
	number, err := phone.ParseOne("13800138000")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body, value string) {
		g := Gateway{Method: http.MethodPost, Address: "https://example.com/{{code}}", Format: FormatJSON, Body: body, Headers: []Header{{"X", value + "{{code}}"}}}
		plain := template(body).fill(g.values(number, "1", time.Unix(0, 0)), inJSON)
		hostile := template(body).fill(g.values(number, value, time.Unix(0, 0)), inJSON)
		inStrings := json.Valid([]byte(strings.ReplaceAll(body, "{{code}}", "x"))) && !json.Valid([]byte(strings.ReplaceAll(body, "{{code}}", `"`)))
		if inStrings && json.Valid([]byte(plain)) && strings.Count(body, "{{") == strings.Count(body, "{{code}}") && !json.Valid([]byte(hostile)) {
			t.Errorf("%q with %q is %q", body, value, hostile)
		}
		r, err := g.request(t.Context(), g.values(number, value, time.Unix(0, 0)))
		if err == nil && (r.URL.Host != "example.com" || strings.ContainsAny(r.Header.Get("X"), "\r\n")) {
			t.Errorf("%q went to %s", value, r.URL)
		}
	})
}

func FuzzLookUp(f *testing.F) {
	f.Add(`{"a":[{"b":1}]}`, "a.0.b")
	f.Add(`[`, "..")
	f.Fuzz(func(t *testing.T, said, path string) {
		if value, found := lookUp([]byte(said), path); !found && value != "" {
			t.Errorf("%q", value)
		}
	})
}
