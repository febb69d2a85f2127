package api

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// textGateway is a gateway for text messages on this machine.
type textGateway struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	status int
}

func newTextGateway(t *testing.T) *textGateway {
	g := &textGateway{status: http.StatusOK}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.bodies = append(g.bodies, string(body))
		w.WriteHeader(g.status)
		fmt.Fprintf(w, `{"code":%d,"key":"geheim"}`, g.status-http.StatusOK)
	}))
	t.Cleanup(g.Close)
	return g
}

// got gives how many messages came, and the last.
func (g *textGateway) got() (n int, last string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n = len(g.bodies); n > 0 {
		last = g.bodies[n-1]
	}
	return n, last
}

func (g *textGateway) says(status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.status = status
}

func (g *textGateway) settings() map[string]any {
	return map[string]any{
		"active": true, "method": "POST", "address": g.URL, "headers": []any{}, "format": "form", "body": "{{code}}&{{phone}}&{{secret.key}}", "signature": "", "message": "",
		"secrets": []any{map[string]any{"name": "key", "value": "geheim"}}, "computed": []any{}, "success": map[string]any{"path": "code", "equals": "0"}, "abroad": false,
	}
}

// newTexting is a company with a gateway and a contact.
func newTexting(t *testing.T) (s *server, admin *visitor, g *textGateway, contact string) {
	s, admin = newCompany(t)
	g = newTextGateway(t)
	admin.want(http.StatusOK, "PUT", "/sms", g.settings())
	customer := admin.send("POST", "/customers", map[string]any{"name": "上海测试有限公司"}).object(t)["id"]
	contact = admin.send("POST", "/contacts", map[string]any{"customer_id": customer, "name": "王芳", "mobile": "13800138000"}).object(t)["id"].(string)
	return s, admin, g, contact
}

func TestVerifyingByCode(t *testing.T) {
	s, admin, g, x := newTexting(t)
	sent := admin.send("POST", "/contacts/"+x+"/sms-code", map[string]any{"field": "mobile"}).object(t)
	if sent["to"] != "138****8000" || sent["expires_at"] != s.clock.Now().Add(10*time.Minute).Format(time.RFC3339) {
		t.Errorf("%v", sent)
	}
	_, body := g.got()
	code, _, _ := strings.Cut(body, "&")
	wrong := "1" + code[1:]
	if wrong == code {
		wrong = "2" + code[1:]
	}
	path := "/contacts/" + x + "/sms-code/confirm"
	admin.header.Set("Idempotency-Key", "first")
	for range 2 { // the attempt counts, and leaves the key free
		if a := admin.send("POST", path, map[string]any{"field": "mobile", "code": wrong}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), "sms.wrong") {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
	for range 2 { // a retry is the same confirmation
		a := admin.send("POST", path, map[string]any{"field": "mobile", "code": code})
		if got := a.object(t); a.StatusCode != http.StatusOK || got["mobile_verified_at"] == nil || a.Header.Get("ETag") == "" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
	admin.header.Del("Idempotency-Key")
	list := admin.send("GET", `/contacts?filter={"field":"mobile_verified_at","op":"not_empty"}&fields=name,mobile_verified_at`, nil)
	if !strings.Contains(string(list.body), x) {
		t.Errorf("lists do not filter by it: %s", list.body)
	}
	log := string(admin.send("GET", "/contacts/"+x+"/log", nil).body)
	if !strings.Contains(log, `"send_code"`) || !strings.Contains(log, "138****8000") || !strings.Contains(log, `"verify"`) {
		t.Errorf("the log is %s", log)
	}
	a := admin.send("POST", "/contacts/"+x+"/sms-code", map[string]any{"field": "landline"})
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a field that cannot be verified: %d %s", a.StatusCode, a.body)
	}
}

// TestARefusedCodeCanBeSentAgain: what the gateway did not take is no answer to keep for a retry.
func TestARefusedCodeCanBeSentAgain(t *testing.T) {
	s, admin, g, x := newTexting(t)
	admin.header.Set("Idempotency-Key", "once")
	send := func(want int) answer {
		t.Helper()
		return admin.want(want, "POST", "/contacts/"+x+"/sms-code", map[string]any{"field": "mobile"})
	}
	g.says(http.StatusInternalServerError)
	send(http.StatusServiceUnavailable)
	a := send(http.StatusTooManyRequests)
	if a.Header.Get("Retry-After") != "60" || !strings.Contains(string(a.body), "60 秒") {
		t.Errorf("%v %s", a.Header, a.body)
	}
	g.says(http.StatusOK)
	s.clock.Advance(time.Minute)
	first := send(http.StatusOK)
	again := send(http.StatusOK) // a retry
	if n, _ := g.got(); n != 2 || string(first.body) != string(again.body) {
		t.Errorf("%d messages; %s, then %s", n, first.body, again.body)
	}
}

func TestGatewaySettingsOverHTTP(t *testing.T) {
	s, admin, g, _ := newTexting(t)
	for _, a := range []answer{admin.send("GET", "/sms", nil), admin.send("PUT", "/sms", g.settings())} {
		if text := string(a.body); strings.Contains(text, "geheim") || !strings.Contains(text, `"secrets":[{"name":"key"}]`) || !strings.Contains(text, `"per_day":1000`) {
			t.Errorf("%d %s", a.StatusCode, text)
		}
	}
	tested := admin.send("POST", "/sms/test", map[string]any{"phone": "13900139000"}).object(t)
	if tested["accepted"] != true || tested["answer"] != `{"code":0,"key":"██"}` {
		t.Errorf("%v", tested)
	}
	g.says(http.StatusForbidden)
	s.clock.Advance(time.Minute)
	tested = admin.send("POST", "/sms/test", map[string]any{"phone": "13900139000"}).object(t)
	if tested["accepted"] != false || tested["status"] != float64(http.StatusForbidden) {
		t.Errorf("%v", tested)
	}
	rep := s.user("rep", "sales_rep")
	for _, r := range [][2]string{{"GET", "/sms"}, {"PUT", "/sms"}, {"DELETE", "/sms"}, {"POST", "/sms/test"}} {
		body := any(nil)
		switch r[0] {
		case "PUT":
			body = g.settings()
		case "POST":
			body = map[string]any{"phone": "13900139000"}
		}
		if a := rep.send(r[0], r[1], body); a.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %d %s", r, a.StatusCode, a.body)
		}
	}
	says := func() string {
		_, fields := admin.metaOf("contact")
		return fields["mobile"].Verified
	}
	if says() != "mobile_verified_at" {
		t.Error("the page is not told that numbers can be verified")
	}
	admin.want(http.StatusNoContent, "DELETE", "/sms", nil)
	if says() != "" || string(admin.send("GET", "/sms", nil).body) != "{\"gateway\":null}\n" {
		t.Error("the gateway is not gone")
	}
}

// TestNobodyTypesThatANumberIsVerified: it is read-only at every door.
func TestNobodyTypesThatANumberIsVerified(t *testing.T) {
	_, admin, _, x := newTexting(t)
	a := admin.send("POST", "/contacts", map[string]any{"name": "李", "mobile_verified_at": "2026-01-01T00:00:00Z"})
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), "field.read_only") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	admin.header.Set("If-Match", "*")
	a = admin.send("PATCH", "/contacts/"+x, map[string]any{"mobile_verified_at": "2026-01-01T00:00:00Z"})
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	_, fields := admin.metaOf("contact")
	if f := fields["mobile_verified_at"]; !f.ReadOnly || !f.Filter {
		t.Errorf("%+v", f)
	}
}
