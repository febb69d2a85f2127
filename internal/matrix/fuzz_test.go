package matrix

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"genjin/internal/api"
	"genjin/internal/auth"
	"genjin/internal/entity"
	"genjin/internal/matrix/policy"
)

// requests is how many a document of so many operations is asked: some in every run, GENJIN_PROOF before a release.
func requests(ops int) int {
	if n, err := strconv.Atoi(os.Getenv("GENJIN_PROOF")); err == nil {
		return n
	}
	return 4 * ops
}

// TestRequestsFromTheDocument sends requests made from the served OpenAPI document, right ones and wrong ones, as everybody,
// over the network: no answer is a failure of the server, none is other than the document says, and none tells what its
// reader may not know.
func TestRequestsFromTheDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := newFuzzer(w)
	r := newReport("requests from the document", w.kind())
	order := f.rnd.Perm(len(f.doc.ops))
	for n := range requests(len(f.doc.ops)) {
		if n%4 == 0 { // what four requests in a row did stays for the next of them
			f.reset()
		}
		op := f.doc.ops[order[n%len(order)]]
		r.count(op.id)
		for _, what := range f.ask(op) {
			r.found(finding{op.id, what})
		}
	}
	f.reset()
	if left := w.state.changes(); len(left) > 0 {
		t.Errorf("the database is not what it was: %s", left[0])
	}
	r.print(t, fmt.Sprintf("(%v)", f.ends))
	f.everythingWorkedOnce(t)
}

// fuzzer makes requests.
type fuzzer struct {
	*world
	doc    *document
	rnd    *rand.Rand
	server *httptest.Server
	mark   string // of the database as it was
	wrong  int    // of a hundred values, how many are made wrong in this request

	ids, cursors []string
	by           map[string][]string // ids by what they are of
	ends         map[string]int      // answers by the first digit of their status
	worked       map[string]bool     // operations that did what they are for
}

func newFuzzer(w *world) *fuzzer {
	w.t.Helper()
	f := &fuzzer{
		world: w, doc: w.document(), rnd: rand.New(rand.NewPCG(seed(), 2)), mark: w.state.mark(), by: map[string][]string{},
		ends: map[string]int{}, worked: map[string]bool{},
	}
	f.server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = r.Header.Get("X-Test-From") + ":999" // so that crowds do not get in each other's way
		w.app.API.ServeHTTP(out, r)
	}))
	w.t.Cleanup(f.server.Close)
	for _, x := range w.things {
		f.by[x.entity] = append(f.by[x.entity], x.id)
	}
	for _, kind := range []struct {
		name string
		ids  []string
	}{
		{"view", slices.Sorted(maps.Keys(w.facts.views))},
		{"import", slices.Sorted(maps.Keys(w.facts.imports))},
		{"job", slices.Sorted(maps.Keys(w.jobs))},
		{"login", slices.Sorted(maps.Keys(w.logins))},
		{"handover", slices.Sorted(maps.Keys(w.handovers))},
	} {
		f.by[kind.name] = kind.ids
	}
	for _, name := range slices.Sorted(maps.Keys(f.by)) {
		f.ids = append(f.ids, f.by[name]...)
	}
	return f
}

// reset brings the company back as it was.
func (f *fuzzer) reset() {
	f.t.Helper()
	f.state.reset(f.state.since(f.mark))
	f.mark = f.state.mark()
}

// ask sends a request to an operation and gives what is wrong with the answer.
func (f *fuzzer) ask(op described) []string {
	f.t.Helper()
	f.wrong = []int{0, 0, 5, 30}[f.rnd.IntN(4)]
	s := f.somebody()
	rq := f.request(op, s)
	unchanged := f.state.mark() == f.mark
	a := f.send(s, rq, op.isStream())
	f.ends[strconv.Itoa(a.status/100)+"xx"]++
	f.learn(a)
	if a.status < 400 {
		f.worked[op.id] = true
	}
	var found []string
	report := func(what string) {
		found = append(found, fmt.Sprintf("%s by %s: %s\n    %s\n    %s", rq, s.name, a, what, f.log.take()))
	}
	if a.status >= 500 && a.status != http.StatusServiceUnavailable { // which says that there is no mail server, say
		report("failed")
	}
	if what := f.doc.wrongAnswer(op, a); what != "" {
		report(what)
	}
	if unchanged && f.state.mark() == f.mark && op.entity != "code" {
		echo := call{path: unescaped(rq.path), body: rq.text()}
		for _, what := range f.leaks(s, echo, answer{0, a.header, a.body}, "") {
			report(what)
		}
	}
	return found
}

func unescaped(path string) string {
	if out, err := url.QueryUnescape(path); err == nil {
		return out
	}
	return path
}

// somebody gives anybody, most often somebody who may do much.
func (f *fuzzer) somebody() *subject {
	switch f.rnd.IntN(10) {
	case 0:
		return &subject{name: "a stranger", who: policy.Who{}, client: &client{from: fmt.Sprintf("10.7.%d.%d", f.rnd.IntN(250), f.rnd.IntN(250))}}
	case 1, 2, 3:
		return f.subject("admin")
	case 4:
		return f.subject("ops")
	}
	return f.subjects[f.rnd.IntN(len(f.subjects))]
}

// glance is how long a stream is looked at, which ends when its reader goes.
const glance = 300 * time.Millisecond

// send sends a request over the network. Of a stream it gives what came so far.
func (f *fuzzer) send(s *subject, rq call, stream bool) answer {
	f.t.Helper()
	ctx := f.t.Context()
	if stream {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, glance)
		defer cancel()
	}
	body, mediaType := rq.encoded()
	r, err := http.NewRequestWithContext(ctx, rq.method, f.server.URL+api.Base+rq.path, strings.NewReader(string(body)))
	f.must(err)
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	for name, value := range rq.header {
		r.Header.Set(name, value)
	}
	r.Header.Set("X-Test-From", s.from)
	if s.cookie != "" {
		r.AddCookie(&http.Cookie{Name: auth.CookieName, Value: s.cookie})
	}
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return answer{599, http.Header{}, []byte(err.Error())}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil && !stream {
		return answer{599, res.Header, []byte(err.Error())}
	}
	return answer{res.StatusCode, res.Header, text}
}

var idForm = regexp.MustCompile(`"id":"([0-9a-z]{13})"`)

// learn keeps ids and cursors of an answer for later requests.
func (f *fuzzer) learn(a answer) {
	const kept = 400
	for _, m := range idForm.FindAllSubmatch(a.body, 3) {
		if len(f.ids) < kept {
			f.ids = append(f.ids, string(m[1]))
		}
	}
	if m := cursorForm.FindSubmatch(a.body); m != nil {
		f.cursors = append(f.cursors, string(m[1]))
	}
}

// isWrong says of one value more whether it is to be wrong.
func (f *fuzzer) isWrong() bool { return f.rnd.IntN(100) < f.wrong }

func pick[T any](f *fuzzer, from []T) T {
	var none T
	if len(from) == 0 {
		return none
	}
	return from[f.rnd.IntN(len(from))]
}

// request makes a request to an operation.
func (f *fuzzer) request(op described, s *subject) call {
	rq := call{method: op.method, header: map[string]string{"Accept-Language": pick(f, []string{"zh", "en", "", "de;q=x"})}}
	path, q := op.path, url.Values{}
	for _, p := range op.parameters {
		switch p.in {
		case "path":
			path = strings.Replace(path, "{"+p.name+"}", url.PathEscape(f.inPath(op, p, s)), 1)
		case "query":
			if p.required || f.rnd.IntN(3) == 0 {
				q.Add(p.name, f.inQuery(op, p))
			}
		case "header":
			if p.required && !f.isWrong() || f.rnd.IntN(3) == 0 {
				rq.header[p.name] = f.inHeader(p)
			}
		}
	}
	rq.path = path
	if len(q) > 0 {
		rq.path += "?" + q.Encode()
	}
	switch {
	case op.isUpload:
		rq.body = upload{pick(f, fileNames): pick(f, fileContents)}
	case op.body != nil && f.isWrong():
		rq.body = pick(f, brokenBodies)
	case op.body != nil:
		rq.body = f.value(op, "", op.body, 0)
	}
	return rq
}

var (
	fileNames    = []string{"客户.csv", "a.txt", "x.html", "x.svg", "../../x.csv", "卡.vcf", "x.xlsx", "\u202etxt.exe", strings.Repeat("n", 300) + ".csv"}
	fileContents = []string{
		"客户名称,手机\n张三,13900000000\n", "", "\x00\xff\xfe", "<svg onload=alert(1)>", "PK\x03\x04", "BEGIN:VCARD\nFN:张三\nEND:VCARD\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"=cmd|' /C calc'!A0,1\n", "客户名称\t手机\n甲公司\t010-88888888\n",
	}
	brokenBodies = []any{
		"", "null", "[]", `"x"`, "{", `{"`, "\x00", strings.Repeat(`{"a":`, 3000), strings.Repeat("[", 20_000), `{"name":1e999}`, `{}{}`, `{"name":"` + strings.Repeat("长", 400_000) + `"}`,
		`{"\u0000":1}`, `{"name":"\ud800"}`, "\xff", `{"id":1,"id":2}`,
	}
	// misfits stand in place of any value.
	misfits = []any{
		nil, true, 0, -1, 1.5, 1e300, json.Number("9223372036854775808"), json.Number("-1e999"), "", " ", "\u0000", "0",
		[]any{},
		map[string]any{},
		[]any{nil, 1, "x"},
		map[string]any{"field": map[string]any{}},
		strings.Repeat("长", 5000), "2026-02-30", "9999-99-99T99:99:99Z",
	}
)

func (f *fuzzer) misfit() any {
	if f.rnd.IntN(2) == 0 {
		return pick(f, hostile)
	}
	return pick(f, misfits)
}

// text gives a value as it stands in an address or a header.
func textFor(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	must(err)
	return string(b)
}

// inPath gives what stands in a path: most often what fits there.
func (f *fuzzer) inPath(op described, p parameter, s *subject) string {
	switch {
	case f.isWrong():
		return cmp.Or(textFor(f.misfit()), "0") // an address without the part is that of something else
	case p.name == "part":
		return pick(f, f.by["login"])
	case p.name == "id":
		return f.idFor(op, s)
	case p.name == "field":
		return pick(f, []string{"x_text", "x_int", "x_choice", "x_date", "stage", "source", "name", "x_none"})
	case p.name == "code":
		return pick(f, []string{"440300", "110000", "I65", "CN", "65"})
	}
	return textFor(f.value(op, p.name, p.schema, 0))
}

// idFor gives an id of what an operation is about, most often.
func (f *fuzzer) idFor(op described, s *subject) string {
	kind := op.entity
	switch parts := strings.Split(op.path, "/"); {
	case f.rnd.IntN(12) == 0:
		return pick(f, append([]string{neverWas}, f.ids...))
	case parts[1] == "me" || parts[1] == "tokens":
		kind = "login"
	default:
		for _, def := range f.defs() {
			if def.Path == parts[1] {
				kind = def.Name
			}
		}
	}
	if kind == "login" && f.rnd.IntN(2) == 0 {
		var own []string
		for _, x := range f.by[kind] {
			if f.logins[x] == s.who.User {
				own = append(own, x)
			}
		}
		return pick(f, own)
	}
	if f.by[kind] == nil {
		return pick(f, f.ids)
	}
	return pick(f, f.by[kind])
}

// inQuery gives what stands behind a question mark.
func (f *fuzzer) inQuery(op described, p parameter) string {
	def := f.def(op.entity)
	switch {
	case f.isWrong():
		return textFor(f.misfit())
	case p.name == "cursor" && len(f.cursors) > 0:
		return pick(f, f.cursors)
	case def == nil:
	case p.name == "filter":
		return jsonText(f.filter(def, 0))
	case p.name == "sort", p.name == "fields", p.name == "by":
		var names []string
		for range 1 + f.rnd.IntN(3) {
			name := f.field(def).Name
			if p.name == "sort" && f.rnd.IntN(2) == 0 {
				name = "-" + name
			}
			names = append(names, name)
		}
		if p.name == "by" {
			return names[0]
		}
		return strings.Join(names, ",")
	}
	return textFor(f.value(op, p.name, p.schema, 0))
}

func (f *fuzzer) inHeader(p parameter) string {
	switch {
	case p.name == "If-Match" && !f.isWrong():
		return "*"
	case p.name == "If-Match":
		return pick(f, []string{`"1"`, `W/"1"`, "x", "", `"99999999999999999999"`, `"-1"`})
	case f.isWrong():
		return pick(f, []string{"x", strings.Repeat("k", 2000), `"`, "0"})
	}
	return fmt.Sprint("key-", f.rnd.IntN(20))
}

func (f *fuzzer) field(def *entity.Def) *entity.Field { return pick(f, def.Fields) }

// filter makes a filter on some fields.
func (f *fuzzer) filter(def *entity.Def, depth int) any {
	if depth < 3 && f.rnd.IntN(3) == 0 {
		switch key := pick(f, []string{"and", "or", "not"}); key {
		case "not":
			return map[string]any{key: f.filter(def, depth+1)}
		default:
			return map[string]any{key: []any{f.filter(def, depth+1), f.filter(def, depth+1)}}
		}
	}
	field := f.field(def)
	op := firstOp(field)
	if ops := field.Type.Ops(); len(ops) > 0 {
		op = pick(f, ops)
	}
	out := map[string]any{"field": field.Name, "op": op, "value": f.valueOf(field)}
	if strings.Contains(string(op), "in") || strings.Contains(string(op), "between") {
		out["value"] = []any{f.valueOf(field), f.valueOf(field)}
	}
	for _, key := range []string{"field", "op", "value"} {
		if f.isWrong() {
			out[key] = f.misfit()
		}
	}
	return out
}

// valueOf gives a value of a field.
func (f *fuzzer) valueOf(field *entity.Field) any {
	if f.isWrong() {
		return f.misfit()
	}
	switch {
	case field.Ref != "" && entity.IsList(field.Type):
		return []string{pick(f, f.by[field.Ref])}
	case field.Ref != "":
		return pick(f, append([]string{""}, f.by[field.Ref]...))
	}
	switch field.Type {
	case entity.Tags:
		return []string{f.gen.fresh()}
	case entity.Text, entity.LongText:
		return f.gen.fresh()
	case entity.Email:
		return f.gen.fresh() + "@example.com"
	case entity.URL:
		return "https://" + f.gen.fresh() + ".example.com"
	case entity.Int, entity.Money:
		return f.rnd.IntN(20_000) - 10_000
	}
	if v := f.gen.of(field); v != nil {
		return v
	}
	return pick(f, f.ids)
}

// values gives values of an entity as they are sent to make or change one.
func (f *fuzzer) values(def *entity.Def) map[string]any {
	out := map[string]any{}
	for _, field := range def.Fields {
		if field.Required && f.rnd.IntN(20) > 0 || f.rnd.IntN(6) == 0 {
			if !field.ReadOnly && !field.Internal || f.isWrong() {
				out[field.Name] = f.valueOf(field)
			}
		}
	}
	if f.isWrong() {
		out[textFor(f.misfit())] = f.misfit()
	}
	return out
}

// value makes a value of a schema; name is what it is called.
func (f *fuzzer) value(op described, name string, schema map[string]any, depth int) any {
	if def := f.def(op.entity); def != nil && (textIn(schema["$ref"]) == "#/components/schemas/"+nameOf(def)+"Values" || name == "values" && depth < 3) {
		return f.values(def)
	}
	if def := f.def(op.entity); def != nil && name == "filter" && depth > 0 {
		return f.filter(def, 0)
	}
	schema = f.doc.resolved(schema)
	if depth > 0 && f.isWrong() {
		return f.misfit()
	}
	if list, ok := schema["enum"].([]any); ok {
		return pick(f, list)
	}
	switch typeOf(schema, f) {
	case "object":
		return f.object(op, schema, depth)
	case "array":
		out := []any{}
		for range f.rnd.IntN(4) {
			out = append(out, f.value(op, strings.TrimSuffix(name, "s"), of(schema["items"]), depth+1))
		}
		return out
	case "integer", "number":
		return pick(f, []int{0, 1, 2, 5, 50, 100, f.rnd.IntN(1000)})
	case "boolean":
		return f.rnd.IntN(2) == 0
	case "null":
		return nil
	case "string":
		return f.word(op, name, schema)
	}
	return pick(f, []any{"x", 1, nil, map[string]any{"q": "x"}})
}

func nameOf(def *entity.Def) string {
	var out strings.Builder
	for part := range strings.SplitSeq(def.Name, "_") {
		out.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return out.String()
}

// typeOf gives the type of a schema; one of them when there are more.
func typeOf(schema map[string]any, f *fuzzer) string {
	if list, ok := schema["type"].([]any); ok {
		if f.rnd.IntN(4) > 0 {
			return textIn(list[0])
		}
		return textIn(pick(f, list))
	}
	return textIn(schema["type"])
}

func (f *fuzzer) object(op described, schema map[string]any, depth int) any {
	out := map[string]any{}
	required, _ := schema["required"].([]any)
	properties := of(schema["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(required, any(name)) && !f.isWrong() || depth < 5 && f.rnd.IntN(2) == 0 {
			out[name] = f.value(op, name, of(properties[name]), depth+1)
		}
	}
	if more := of(schema["additionalProperties"]); more != nil && f.rnd.IntN(2) == 0 {
		out[pick(f, []string{"customer", "customer.stage", "x"})] = f.value(op, "", more, depth+1)
	}
	if f.isWrong() {
		out[textFor(f.misfit())] = f.misfit()
	}
	return out
}

// word gives a text by what it is called.
func (f *fuzzer) word(op described, name string, schema map[string]any) string {
	switch {
	case schema["format"] == "date-time":
		return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(f.rnd.IntN(8760)) * time.Hour).Format(time.RFC3339)
	case name == "id" || strings.HasSuffix(name, "_id") || name == "to" || name == "user" || name == "record":
		kind := strings.TrimSuffix(name, "_id")
		if kind == "owner" || kind == "to" {
			kind = "user"
		}
		if f.by[kind] != nil {
			return pick(f, f.by[kind])
		}
		if def := f.def(op.entity); def != nil {
			return pick(f, f.by[def.Name])
		}
		return pick(f, f.ids)
	case name == "entity" && f.rnd.IntN(2) == 0:
		return "customer"
	case name == "entity" || name == "ref":
		return pick(f, f.defs()).Name
	case strings.HasPrefix(name, "field"):
		return f.field(f.def(pick(f, []string{"customer", "customer", "contact", "followup"}))).Name
	case name == "code_rule":
		return "{year}-{serial:4}"
	case name == "login":
		return pick(f, append(names(), "nobody-of-that-name"))
	case strings.HasPrefix(name, "password") || name == "old" || name == "new" || name == "secret":
		return pick(f, []string{password, "wrong", f.gen.fresh() + " horse"})
	}
	return pick(f, []string{f.gen.fresh(), "view", "edit", "name", "2026-03-01", "customer.name", "zh", ""})
}

// everythingWorkedOnce sees that the requests were not all refused at the door.
func (f *fuzzer) everythingWorkedOnce(t *testing.T) {
	t.Helper()
	var never []string
	for _, op := range f.doc.ops {
		if !f.worked[op.id] {
			never = append(never, op.id)
		}
	}
	fmt.Printf("requests from the document: %d of %d operations did something; never %s\n", len(f.worked), len(f.doc.ops), strings.Join(never, ", "))
	if share := 100 * len(f.worked) / len(f.doc.ops); requests(len(f.doc.ops)) >= 4*len(f.doc.ops) && share < 50 {
		t.Errorf("only %d%% of the operations were asked in a way that works; never %s", share, strings.Join(never, ", "))
	}
}
