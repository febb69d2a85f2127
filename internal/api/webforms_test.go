package api

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/seal"
	"genjin/internal/webform"
)

// newFormCompany is a company whose forms strangers reach, and the clock of those.
func newFormCompany(t *testing.T) (*server, *visitor, *clock.Fake) {
	t.Helper()
	c := clock.NewFake(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	s := newServerOf(t, crm.Register, func(d *Deps) {
		d.Forms = webform.New(webform.Deps{Store: d.Store, Auth: d.Auth, Seal: seal.Passing(), Clock: c})
	})
	return s, s.setUp(), c
}

// stranger sends a request as somebody who is not signed in, from a site or from none.
func (s *server) stranger(method, path string, body url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://crm.example.com"+path, strings.NewReader(body.Encode()))
	r.RemoteAddr = "203.0.113.7:4711"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

var pageToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// TestFormsOverHTTP tries a form as strangers reach it, through everything that stands around it: what is framed by whom,
// what other sites may send, what is kept and what is told.
func TestFormsOverHTTP(t *testing.T) {
	t.Parallel()
	s, admin, c := newFormCompany(t)
	form := admin.make("/web-forms", rec{
		"name": "展会", "title": "预约<script>alert(1)</script>", "active": true, "receiver_id": admin.me().String(), "origins": []string{"https://www.example.com"},
	})
	path := webform.Path(form["public_name"].(string))
	w := s.stranger("GET", path, nil)
	token := pageToken.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || token == nil {
		t.Fatalf("the form: %d %s", w.Code, w.Body)
	}
	h := w.Header()
	csp := h.Get("Content-Security-Policy")
	if h.Get("X-Frame-Options") != "" || !strings.HasSuffix(csp, "frame-ancestors https://www.example.com") || !strings.HasPrefix(csp, "default-src 'none'") || len(h.Values("Set-Cookie")) > 0 || h.Get("Cache-Control") != "no-store" {
		t.Errorf("its headers: %v", h)
	}
	if strings.Contains(w.Body.String(), "<script>") {
		t.Error("a title runs")
	}
	c.Advance(time.Minute)
	known := admin.make("/leads", rec{"company": "华谷科技有限公司", "contact_name": "周敏", "phone": "13800138000", "source": "fair"})
	v := url.Values{
		"token": {token[1]}, "f.company": {"<b>华谷</b>科技有限公司"}, "f.contact_name": {"周敏"}, "f.phone": {"13800138000"}, "f.state": {"won"}, "f.owner_id": {known.id()},
		"f.customer_id": {known.id()}, "f.id": {known.id()},
	}
	if w := s.stranger("POST", path, v, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example.com"); w.Code != http.StatusForbidden {
		t.Errorf("another site sends it: %d", w.Code)
	}
	w = s.stranger("POST", path, v, "Sec-Fetch-Site", "same-origin", "Origin", "http://crm.example.com")
	if w.Code != http.StatusSeeOther || strings.Contains(fmt.Sprint(w.Header(), w.Body), known.id()) {
		t.Fatalf("sent: %d %v %s", w.Code, w.Header(), w.Body)
	}
	use := into[WebFormUse](t, admin.want(200, "GET", "/web-forms/"+form.id()+"/use", nil))
	if use.Submissions != 1 || len(use.Recent) != 1 || use.Recent[0].Lead == nil || use.Problem != "" || !strings.HasSuffix(use.Address, path) {
		t.Fatalf("its use: %+v", use)
	}
	lead := into[rec](t, admin.want(200, "GET", "/leads/"+use.Recent[0].Lead.ID.String(), nil))
	if lead["company"] != "<b>华谷</b>科技有限公司" || lead["state"] != "pending" || lead["source"] != "website" || lead.id() == known.id() {
		t.Errorf("the lead: %v", lead)
	}
	admin.want(204, "POST", "/web-forms/"+form.id()+"/renew", nil)
	if w := s.stranger("GET", path, nil); w.Code != http.StatusNotFound {
		t.Errorf("at its old address: %d", w.Code)
	}
}

// TestFormsAreForWhoLooksAfterThem: others see neither forms nor how they are used; who does not see leads is not told
// whose they are.
func TestFormsAreForWhoLooksAfterThem(t *testing.T) {
	t.Parallel()
	s, admin, _ := newFormCompany(t)
	form := admin.make("/web-forms", rec{"name": "展会", "title": "预约", "active": true, "receiver_id": admin.me().String()})
	rep := s.user("rep", "sales_rep")
	for _, path := range []string{"/web-forms/" + form.id(), "/web-forms/" + form.id() + "/use", "/web-forms/" + form.id() + "/qr", "/web-forms/askable"} {
		if a := rep.send("GET", path, nil); a.StatusCode != 404 && a.StatusCode != 403 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	svg := admin.want(200, "GET", "/web-forms/"+form.id()+"/qr", nil)
	if !bytes.HasPrefix(svg.body, []byte("<svg ")) || svg.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("as SVG: %v", svg.Header)
	}
	picture, err := png.Decode(bytes.NewReader(admin.want(200, "GET", "/web-forms/"+form.id()+"/qr?format=png", nil).body))
	if err != nil || picture.Bounds().Dx() < 400 {
		t.Errorf("as PNG: %v", err)
	}
	admin.want(422, "GET", "/web-forms/"+form.id()+"/qr?format=gif", nil)
	preview := into[WebFormPreview](t, admin.want(200, "POST", "/web-forms/preview", rec{"title": "<i>预约", "accent": "red", "fields": []rec{{"field": "phone"}, {"field": "state"}}}))
	if !strings.Contains(preview.HTML, "&lt;i&gt;预约") || strings.Contains(preview.HTML, "<form method") || strings.Contains(preview.HTML, "f.state") {
		t.Errorf("preview: %s", preview.HTML)
	}
}
