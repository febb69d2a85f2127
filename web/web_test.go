package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const page = `<!doctype html><html><head><script type="module" src="/assets/index-1.js"></script></head><body></body></html>`

// built is a small build: a document, some chunks and their styles.
func built(visit func(r *http.Request) Visit) *handler {
	return &handler{
		root: fstest.MapFS{
			"index.html":              {Data: []byte(page)},
			"icon.svg":                {Data: []byte("<svg/>")},
			"sw.js":                   {Data: []byte("worker")},
			".vite/manifest.json":     {Data: []byte("{}")},
			"assets/home-2.js":        {Data: []byte("plain")},
			"assets/home-2.js.gz":     {Data: []byte("gzip")},
			"assets/home-2.js.br":     {Data: []byte("brotli")},
			"assets/uncompressed.css": {Data: []byte("a{}")},
		},
		page: []byte(page),
		manifest: manifest{
			"index.html":                    {File: "assets/index-1.js", Imports: []string{"_base"}},
			"_base":                         {File: "assets/base-3.js"},
			"src/features/home/home.tsx":    {File: "assets/home-2.js", CSS: []string{"assets/home-2.css"}, Imports: []string{"index.html", "_base"}},
			"src/features/auth/sign-in.tsx": {File: "assets/sign-in-4.js"},
			"src/locales/en.ts":             {File: "assets/en-5.js"},
		},
		visit: visit,
	}
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// api answers what the map says.
func api(lang string, answers map[string]string) func(r *http.Request) Visit {
	return func(*http.Request) Visit {
		return Visit{Lang: lang, Get: func(path string) json.RawMessage {
			if text, ok := answers[path]; ok {
				return json.RawMessage(text)
			}
			return nil
		}}
	}
}

func TestDocument(t *testing.T) {
	const evil = `{"user":{"name":"</script><script>"}}`
	for _, c := range []struct {
		name       string
		visit      func(r *http.Request) Visit
		want, lack []string
	}{
		{
			"signed in", api("zh", map[string]string{"/boot": evil}),
			[]string{`<link rel="modulepreload" href="/assets/home-2.js">`, `<link rel="stylesheet" href="/assets/home-2.css">`, `<link rel="modulepreload" href="/assets/base-3.js">`, `id="boot" data-lang="zh">[{"path":"/api/v1/boot","data":{"user":{"name":"\u003c/script`},
			[]string{"sign-in-4", "en-5", "<script>\""},
		},
		{"nobody, in English", api("en", map[string]string{"/boot": `{"user":null}`, "/meta": "{}"}), []string{"sign-in-4", "en-5", `"user":null`}, []string{"home-2", "/meta"}},
		{"without the API", nil, []string{"home-2.js"}, []string{"boot"}},
		{"the API fails", api("zh", nil), []string{"home-2.js"}, []string{"boot"}},
	} {
		w := get(built(c.visit), "/")
		body := w.Body.String()
		for _, want := range c.want {
			if strings.Count(body, want) != 1 {
				t.Errorf("%s: %s stands %d times in %s", c.name, want, strings.Count(body, want), body)
			}
		}
		for _, lack := range c.lack {
			if strings.Contains(body, lack) {
				t.Errorf("%s: %s stands in %s", c.name, lack, body)
			}
		}
		if got := w.Header(); got.Get("Content-Security-Policy") != policy || got.Get("Cache-Control") != "no-store" {
			t.Error(c.name, got)
		}
	}
	if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self';") {
		t.Error(policy)
	}
}

// The requests are spelt as the page spells them; e2e/first.spec.ts sees that the page has no more to ask.
func TestScreensAsk(t *testing.T) {
	const customers = `{"name":"customer","path":"customers","title":"name","sort":"-created_at","columns":["name","stage","gone"],"card":["grade"],` +
		`"fields":[{"name":"name"},{"name":"stage"},{"name":"grade"}],"views":[{"name":"all"},{"name":"mine","filter":"{\"field\": \"owner_id\"}","sort":"name","columns":["grade"]}]}`
	signedIn := map[string]string{"/boot": `{"user":{}}`, "/meta": `{"entities":[` + customers + `]}`, "/customers/count": `{"count":3}`}
	for _, c := range []struct{ address, agent, want string }{
		{"/", "", "/customers/count?by=stage&filter=OWN|/customers/count?by=stage|/todo?limit=8&scope=mine"},
		{"/todo", "", "/todo?limit=50&scope=mine"},
		{"/todo?scope=team&user=0abc&kind=followup.due", "", "/todo?kind=followup.due&limit=50&scope=team&user=0abc"},
		{"/todo?user=0abc", "", ""},
		{"/customers", "", "/views|/customers?fields=name,stage&limit=50&sort=-created_at|/customers/count"},
		{"/customers", "Mobile", "/views|/customers?fields=name,grade&limit=50&sort=-created_at|/customers/count"},
		{"/customers?view=mine", "", `/views|/customers?fields=name,grade&filter={"field":"owner_id"}&limit=50&sort=name|/customers/count?filter={"field":"owner_id"}`},
		{"/customers?view=mine&f=none&sort=stage&archived=true", "", `/views|/customers?archived=true&fields=name,grade&limit=50&sort=stage|/customers/count?archived=true`},
		{"/customers?f=%7B%22a%22%3A+1%7D", "", `/views|/customers?fields=name,stage&filter={"a":1}&limit=50&sort=-created_at|/customers/count?filter={"a":1}`},
		{"/customers?q=hua", "", "/views"},
		{"/customers?view=0abc", "", "/views"},
		{"/unknown", "", "/views"},
		{"/contacts/0abc", "", "/contacts/0abc"},
		{"/customers/0abc", "", `/customers/0abc|/customers/0abc/collaborators|/customers/0abc/timeline|/followups?filter={"and":[{"field":"customer_id","op":"in","value":["0abc"]},{"field":"state","op":"in","value":["planned"]}]}&limit=20&sort=planned_at|/contacts?filter={"field":"customer_id","op":"in","value":["0abc"]}&limit=200&sort=created_at`},
		{"/settings/fields", "", "/settings"},
		{"/import", "", "/imports"},
		{"/import/0abc", "", "/imports/0abc"},
		{"/people", "", ""},
	} {
		var asked []string
		visit := func(*http.Request) Visit {
			return Visit{Get: func(path string) json.RawMessage {
				asked = append(asked, path)
				path, _, _ = strings.Cut(path, "?")
				return json.RawMessage(cmp.Or(signedIn[path], "null"))
			}}
		}
		get(built(visit), c.address, "User-Agent", c.agent)
		got, err := url.QueryUnescape(strings.Join(asked, "|"))
		own := strings.ReplaceAll(c.want, "OWN", `{"field":"owner_id","op":"in","value":["me"]}`)
		if want := strings.TrimSuffix("/boot|/directory|/meta|"+own, "|"); err != nil || got != want {
			t.Errorf("%s %s asks\n%s, want\n%s", c.address, c.agent, got, want)
		}
	}
}

func TestFiles(t *testing.T) {
	h := built(nil)
	for _, c := range []struct {
		path, accept, encoding, body string
		forever                      bool
	}{
		{"/assets/home-2.js", "gzip, br", "br", "brotli", true},
		{"/assets/home-2.js", "gzip", "gzip", "gzip", true},
		{"/assets/home-2.js", "", "", "plain", true},
		{"/assets/uncompressed.css", "br", "", "a{}", true},
		{"/icon.svg", "br", "", "<svg/>", false},
	} {
		w := get(h, c.path, "Accept-Encoding", c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.encoding || w.Body.String() != c.body {
			t.Errorf("%s with %q: encoding %q, body %q", c.path, c.accept, got, w.Body)
		}
		if got := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); got != c.forever {
			t.Errorf("%s: kept for ever %v", c.path, got)
		}
	}
	for target, want := range map[string]int{"/assets/none.js": 404, "/api/none": 404, "/customers/1": 200, "/.vite/manifest.json": 200, "/../go.mod": 200} {
		w := get(h, target)
		if w.Code != want || want == 200 && !strings.Contains(w.Body.String(), "<!doctype html>") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/customers", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed {
		t.Error("POST:", w.Code)
	}
}

// The document that is kept for when there is no network says nothing of whoever fetched it.
func TestShell(t *testing.T) {
	visit := func(*http.Request) Visit {
		t.Error("somebody was asked for")
		return Visit{}
	}
	w := get(built(visit), "/shell.html")
	if got := w.Header(); w.Body.String() != page || got.Get("Content-Security-Policy") != policy || got.Get("Cache-Control") != "no-cache" {
		t.Error(w.Body, got)
	}
	if w := get(built(visit), "/sw.js"); w.Header().Get("Content-Security-Policy") != policy || w.Header().Get("Cache-Control") != "no-cache" {
		t.Error("the worker may not fetch, or is kept:", w.Header())
	}
}

// Every source that a screen names is there, so that a moved file does not silently lose its preload.
func TestSourcesExist(t *testing.T) {
	for _, s := range append(screens, gates[false], gates[true], screen{chunks: []string{frame[true], frame[false]}}) {
		for _, source := range append(s.sources(true), s.sources(false)...) {
			if _, err := os.Stat(filepath.FromSlash(source)); err != nil {
				t.Errorf("%s: %v", s.path, err)
			}
		}
	}
}

func TestNotBuilt(t *testing.T) {
	w := get(notBuilt(), "/customers")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "npm run build") {
		t.Error(w.Code, w.Body)
	}
	if w := get(notBuilt(), "/api/v1/boot"); w.Code != http.StatusNotFound {
		t.Error("the API has a page:", w.Code)
	}
}

// The build that lies here, if there is one, is served.
func TestHandler(t *testing.T) {
	h, err := Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	body := get(h, "/").Body.String()
	script := regexp.MustCompile(`/assets/index-[^"]+\.js`).FindString(body)
	if script == "" {
		t.Skip("the page is not built")
	}
	if w := get(h, script, "Accept-Encoding", "br"); w.Header().Get("Content-Encoding") != "br" || !strings.Contains(w.Header().Get("Content-Type"), "javascript") {
		t.Error(script, w.Code, w.Header())
	}
	if !strings.Contains(body, "modulepreload") {
		t.Error("no preloads:", body)
	}
}
