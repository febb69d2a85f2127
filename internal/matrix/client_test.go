package matrix

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"

	"genjin/internal/api"
	"genjin/internal/auth"
)

// call is a request.
type call struct {
	method, path string
	body         any // sent as JSON; upload and string as they are
	header       map[string]string
}

// upload is a body with files, by their names.
type upload map[string]string

func (c call) String() string {
	s := c.method + " " + c.path
	if c.body != nil {
		s += " " + c.text()
	}
	for _, name := range slices.Sorted(maps.Keys(c.header)) {
		s += " " + name + ": " + c.header[name]
	}
	return s
}

func (c call) text() string {
	b, _ := c.encoded()
	return string(b)
}

// encoded gives the body and its media type.
func (c call) encoded() ([]byte, string) {
	switch body := c.body.(type) {
	case nil:
		return nil, ""
	case string:
		return []byte(body), "application/json"
	case upload:
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		must(m.SetBoundary("matrixmatrixmatrix"))
		for _, name := range slices.Sorted(maps.Keys(body)) {
			part, err := m.CreateFormFile("file", name)
			must(err)
			_, err = io.WriteString(part, body[name])
			must(err)
		}
		must(m.Close())
		return b.Bytes(), m.FormDataContentType()
	}
	b, err := json.Marshal(c.body)
	must(err)
	return b, "application/json"
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// with gives the call with another header.
func (c call) with(name, value string) call {
	c.header = maps.Clone(c.header)
	if c.header == nil {
		c.header = map[string]string{}
	}
	c.header[name] = value
	return c
}

func get(path string) call { return call{method: http.MethodGet, path: path} }

func post(path string, body any) call { return call{method: http.MethodPost, path: path, body: body} }

// change is a call that says which version it saw: any.
func change(method, path string, body any) call {
	return call{method: method, path: path, body: body}.with("If-Match", "*")
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

func (a answer) String() string {
	body := string(a.body)
	if len(body) > 600 {
		body = body[:600] + "…"
	}
	return fmt.Sprintf("%d %s", a.status, body)
}

// json reads the answer.
func (a answer) json(v any) {
	if err := json.Unmarshal(a.body, v); err != nil {
		panic(fmt.Sprintf("%v: %s", err, a))
	}
}

var cursorForm = regexp.MustCompile(`"next":"([A-Za-z0-9_-]+)"`)

// text gives everything an answer says: headers, body, and what its cursor holds.
func (a answer) text() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		if name != "X-Request-Id" && name != "Date" && name != "Set-Cookie" {
			b.WriteString(name + ": " + strings.Join(a.header[name], ", ") + "\n")
		}
	}
	if bytes.HasPrefix(a.body, []byte("PK")) {
		if inside, err := unzipped(a.body); err == nil {
			b.WriteString(inside)
		}
	}
	b.Write(a.body)
	for _, m := range cursorForm.FindAllSubmatch(a.body, -1) {
		if decoded, err := base64.RawURLEncoding.DecodeString(string(m[1])); err == nil {
			b.WriteByte('\n')
			b.Write(decoded)
		}
	}
	return b.String()
}

// client sends requests as somebody.
type client struct {
	handler http.Handler
	cookie  string
	token   string
	basic   string // login and app password, as programs show them
	from    string // address
}

// send sends a request and gives the answer, whatever it is.
func (c *client) send(rq call) answer {
	body, mediaType := rq.encoded()
	path := rq.path
	if strings.HasPrefix(path, "page:") {
		path = path[len("page:"):]
	} else if !strings.HasPrefix(path, "/api/") {
		path = api.Base + path
	}
	r := httptest.NewRequest(rq.method, path, bytes.NewReader(body))
	r.RemoteAddr = c.from + ":999"
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	r.Header.Set("Accept-Language", "zh")
	for name, value := range rq.header {
		r.Header.Set(name, value)
	}
	if c.cookie != "" {
		r.AddCookie(&http.Cookie{Name: auth.CookieName, Value: c.cookie})
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.basic != "" {
		r.Header.Set("Authorization", "Basic "+c.basic)
	}
	out := httptest.NewRecorder()
	if broken := serve(c.handler, out, r); broken != "" {
		return answer{599, http.Header{}, []byte(broken)}
	}
	res := out.Result()
	for _, one := range res.Cookies() {
		// A later one, as who confirms gets, is forgotten with all that the request changed.
		if one.Name == auth.CookieName && one.Value != "" && c.cookie == "" {
			c.cookie = one.Value
		}
	}
	return answer{out.Code, res.Header, out.Body.Bytes()}
}

// serve lets a handler answer; a handler that breaks off says how.
func serve(h http.Handler, out http.ResponseWriter, r *http.Request) (broken string) {
	defer func() {
		if p := recover(); p != nil {
			broken = fmt.Sprint("broke off: ", p)
		}
	}()
	h.ServeHTTP(out, r)
	return ""
}
