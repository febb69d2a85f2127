package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// screen is what the page shows at an address: what of the build it needs, and what it asks of the API first. Each
// request is spelt as the page spells it; one that is not simply comes later, when the page asks itself.
type screen struct {
	path   string   // "/customers/{id}"; the first screen that fits an address is its own
	chunks []string // sources as the build's manifest names them
	phone  []string // further ones on a phone
	desk   []string // further ones elsewhere
	asks   func(*asking)
}

const lists = "src/record/list/"

// The words that come with a screen's first view: of plans and clocks, of lists, of leads, of pools and of reports.
const (
	workWords    = "src/locales/work-zh.ts"
	recordWords  = "src/locales/records-zh.ts"
	leadWords    = "src/locales/leads-zh.ts"
	poolWords    = "src/locales/pools-zh.ts"
	reportWords  = "src/locales/reports-zh.ts"
	worklogWords = "src/locales/worklog-zh.ts"
	adminWords   = "src/locales/admin-zh.ts"
)

// inSettings gives the chunks of a page of the settings.
func inSettings(page string) []string {
	return []string{"src/app/settings-layout.tsx", "src/features/" + page}
}

var (
	onPhone = []string{lists + "cards.tsx"}
	onDesk  = []string{lists + "desk.tsx", lists + "desk-tools.tsx"}
)

var screens = []screen{
	{path: "/", chunks: []string{"src/features/home/home.tsx", workWords}, asks: (*asking).home},
	{path: "/customers", chunks: []string{"src/app/customers-route.tsx", recordWords}, phone: onPhone, desk: onDesk, asks: (*asking).list},
	{path: "/customers/{id}", chunks: []string{"src/features/customer/customer-page.tsx"}, desk: []string{"src/form/follow-form.tsx", "src/features/customer/contacts.tsx"}, asks: (*asking).customer},
	{path: "/leads", chunks: []string{"src/features/lead/leads-page.tsx", recordWords, leadWords, workWords}, phone: onPhone, desk: onDesk, asks: (*asking).list},
	{path: "/leads/{id}", chunks: []string{"src/features/lead/lead-page.tsx", leadWords, workWords}, desk: []string{"src/form/follow-form.tsx"}, asks: (*asking).lead},
	{path: "/review", chunks: []string{"src/features/lead/review-page.tsx", leadWords, workWords}, asks: (*asking).review},
	{path: "/pools", chunks: []string{"src/features/pools/pools-page.tsx", poolWords}},
	{path: "/pools/{id}", chunks: []string{"src/features/pools/pools-page.tsx", poolWords}},
	{path: "/requests", chunks: []string{"src/features/pools/requests-page.tsx", poolWords}},
	{path: "/reports", chunks: []string{"src/features/reports/reports-page.tsx", reportWords, recordWords}},
	{path: "/todo", chunks: []string{"src/features/todo/todo-page.tsx", workWords}, asks: (*asking).todo},
	{path: "/calendar", chunks: []string{"src/features/calendar/calendar-page.tsx", workWords}},
	{path: "/worklog", chunks: []string{"src/features/worklog/worklog-page.tsx", workWords, worklogWords}},
	{path: "/timeliness", chunks: []string{"src/features/timeliness/timeliness-page.tsx", workWords, reportWords}},
	{path: "/import", chunks: []string{"src/features/import/imports-page.tsx"}, asks: (*asking).imports},
	{path: "/import/{id}", chunks: []string{"src/features/import/wizard.tsx"}, asks: (*asking).imports},
	{path: "/people", chunks: []string{"src/app/people-route.tsx", adminWords}},
	{path: "/settings", chunks: inSettings("settings/settings-page.tsx")},
	{path: "/settings/security", chunks: inSettings("security/security-page.tsx")},
	{path: "/settings/sign-in", chunks: inSettings("security/company-page.tsx")},
	{path: "/settings/company", chunks: inSettings("settings/company-page.tsx"), asks: (*asking).settings},
	{path: "/settings/fields", chunks: inSettings("settings/fields-page.tsx"), asks: (*asking).settings},
	{path: "/settings/clocks", chunks: append(inSettings("clocks/clocks-page.tsx"), workWords)},
	{path: "/settings/log", chunks: inSettings("log/log-page.tsx")},
	{path: "/settings/web-forms", chunks: inSettings("webform/webforms-page.tsx")},
	{path: "/settings/roles", chunks: inSettings("roles/roles-page.tsx")},
	{path: "/settings/roles/{id}", chunks: inSettings("roles/role-page.tsx")},
	{path: "/settings/handovers", chunks: inSettings("handover/handovers-page.tsx")},
	{path: "/{path}", chunks: []string{"src/app/list-route.tsx", recordWords}, phone: onPhone, desk: onDesk, asks: (*asking).list},
	{path: "/{path}/{id}", chunks: []string{"src/app/record-route.tsx", recordWords}, asks: (*asking).itself},
}

// gates are shown in the place of every screen to those who have not signed in, or while there is nobody at all.
var gates = map[bool]screen{
	false: {chunks: []string{"src/features/auth/sign-in.tsx"}},
	true:  {chunks: []string{"src/features/setup/setup.tsx"}},
}

// frame is what stands around every screen of those who have signed in, on a phone and elsewhere.
var frame = map[bool]string{true: "src/app/bottom-bar.tsx", false: "src/app/side-bar.tsx"}

// screenAt gives the screen of an address with the parts of its path that stand for something.
func screenAt(address string) (screen, map[string]string) {
	parts := strings.Split(strings.Trim(address, "/"), "/")
	for _, s := range screens {
		if values, ok := fits(strings.Split(strings.Trim(s.path, "/"), "/"), parts); ok {
			return s, values
		}
	}
	return screen{}, nil
}

func fits(pattern, parts []string) (map[string]string, bool) {
	if len(pattern) != len(parts) {
		return nil, false
	}
	values := map[string]string{}
	for i, p := range pattern {
		if name, ok := strings.CutPrefix(p, "{"); ok && parts[i] != "" {
			values[strings.TrimSuffix(name, "}")] = parts[i]
		} else if p != parts[i] {
			return nil, false
		}
	}
	return values, true
}

func (s screen) sources(phone bool) []string {
	if phone {
		return slices.Concat(s.chunks, s.phone)
	}
	return slices.Concat(s.chunks, s.desk)
}

// asking gathers the answers to what a screen asks first.
type asking struct {
	visit Visit
	r     *http.Request
	path  map[string]string
	phone bool
	user  bool // somebody is signed in
	meta  meta
	got   []answer
}

// answer is the API's answer to a GET.
type answer struct {
	Path string          `json:"path"`
	Data json.RawMessage `json:"data"`
}

// begin learns who asks, and gives the screen they are shown.
func (a *asking) begin() screen {
	var scr screen
	scr, a.path = screenAt(a.r.URL.Path)
	if a.visit.Get == nil {
		return scr
	}
	var boot struct {
		Setup bool            `json:"setup_needed"`
		User  json.RawMessage `json:"user"`
	}
	if json.Unmarshal(a.get("/boot"), &boot) != nil {
		return scr
	}
	if a.user = string(boot.User) != "null"; !a.user {
		return gates[boot.Setup]
	}
	return scr
}

// script gives the element that holds the answers; json.Marshal escapes what would end it.
func (a *asking) script(scr screen) []byte {
	if a.user {
		a.get("/directory")
		if json.Unmarshal(a.get("/meta"), &a.meta) == nil && scr.asks != nil {
			scr.asks(a)
		}
	}
	b, err := json.Marshal(a.got)
	if err != nil || len(a.got) == 0 {
		return nil // the page asks for itself
	}
	return fmt.Appendf(nil, `<script type="application/json" id="boot" data-lang=%q>%s</script>`, a.visit.Lang, b)
}

// get asks for a path below the API's base, with a query of names and values in turn, and keeps the answer; nil when
// there is none.
func (a *asking) get(path string, query ...string) json.RawMessage {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			values.Set(query[i], query[i+1])
		}
	}
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	data := a.visit.Get(path)
	if data != nil {
		a.got = append(a.got, answer{apiBase + path, data})
	}
	return data
}

// meta is what the screens go by of the definitions that the API answers.
type meta struct {
	Entities []entity `json:"entities"`
}

type entity struct {
	Name, Path, Title, Sort string
	Columns, Card           []string
	Fields                  []struct{ Name string }
	Views                   []view
}

type view struct {
	Name, Filter, Sort string
	Columns            []string
}

func (m meta) entity(fits func(entity) bool) *entity {
	if i := slices.IndexFunc(m.Entities, fits); i >= 0 {
		return &m.Entities[i]
	}
	return nil
}

func (e entity) has(field string) bool {
	return slices.ContainsFunc(e.Fields, func(f struct{ Name string }) bool { return f.Name == field })
}

// itself asks for what the address names.
func (a *asking) itself() { a.get(a.r.URL.Path) }

func (a *asking) imports() { a.get(strings.Replace(a.r.URL.Path, "/import", "/imports", 1)) }

func (a *asking) settings() { a.get("/settings") }

// customer is asked by features/customer/customer-view.tsx.
func (a *asking) customer() { a.customerOf(a.path["id"]) }

func (a *asking) customerOf(id string) {
	a.worked("customer", "/customers/"+id, id)
	a.get("/contacts", "filter", `{"field":"customer_id","op":"in","value":["`+id+`"]}`, "sort", "created_at", "limit", "200")
}

// lead is asked by features/lead/lead-view.tsx.
func (a *asking) lead() {
	id := a.path["id"]
	a.worked("lead", "/leads/"+id, id)
	a.get("/leads/" + id + "/advice")
}

// worked is asked for what follow-ups hang on: itself, with whom it is worked, what happened and what is planned.
func (a *asking) worked(of, at, id string) {
	a.get(at)
	a.get(at + "/collaborators")
	a.get(at + "/timeline")
	a.get("/followups", "filter", `{"and":[{"field":"`+of+`_id","op":"in","value":["`+id+`"]},{"field":"state","op":"in","value":["planned"]}]}`,
		"sort", "planned_at", "limit", "20")
}

// review is asked by features/lead/use-queue.ts.
func (a *asking) review() { a.get("/lead-queue", "limit", "20") }

// list is asked by record/list/list-page.tsx: the page of the view that the address names, in its words. Who searches,
// or chose columns, asks later.
func (a *asking) list() {
	a.get("/views")
	path := strings.Trim(a.r.URL.Path, "/")
	e := a.meta.entity(func(e entity) bool { return e.Path == path })
	if e == nil {
		return
	}
	asked := a.r.URL.Query()
	v, ok := e.view(asked.Get("view"))
	if !ok || asked.Get("q") != "" || asked.Get("cols") != "" {
		return
	}
	filter, sort, archived := v.Filter, v.Sort, asked.Get("archived")
	switch f := asked.Get("f"); f {
	case "":
	case "none":
		filter = ""
	default:
		filter = f
	}
	if sort == "" {
		sort = e.Sort
	}
	if s := asked.Get("sort"); s != "" {
		sort = s
	}
	filter = compact(filter)
	a.get("/"+path, "filter", filter, "sort", sort, "archived", archived, "fields", strings.Join(e.listed(v, a.phone), ","), "limit", "50")
	a.get("/"+path+"/count", "filter", filter, "archived", archived)
	if open := asked.Get("open"); open != "" && path == "customers" && !a.phone {
		a.customerOf(open)
	}
}

// view gives the built-in view of that name, the first one for "".
func (e entity) view(name string) (view, bool) {
	if name == "" && len(e.Views) == 0 {
		return view{}, true
	}
	for _, v := range e.Views {
		if name == "" || v.Name == name {
			return v, true
		}
	}
	return view{}, false
}

// listed gives the fields of a list: the title first, then those of cards or columns.
func (e entity) listed(v view, phone bool) []string {
	fields := e.Columns
	if len(v.Columns) > 0 {
		fields = v.Columns
	}
	if phone {
		fields = e.Card
	}
	out := []string{}
	for _, f := range append([]string{e.Title}, fields...) {
		if !slices.Contains(out, f) && (phone || e.has(f)) {
			out = append(out, f)
		}
	}
	return out
}

// compact is JSON as the page writes it; "" for what is none.
func compact(filter string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(filter)) != nil {
		return ""
	}
	return b.String()
}

// home is asked by features/home/home.tsx: how the customers stand, and what comes first of what is to be done.
func (a *asking) home() {
	const own = `{"field":"owner_id","op":"in","value":["me"]}`
	var counts [2]struct{ Count int }
	for i, whose := range []string{own, ""} {
		if json.Unmarshal(a.get("/customers/count", "by", "stage", "filter", whose), &counts[i]) != nil {
			return
		}
	}
	scope := "mine"
	if counts[0].Count == 0 && counts[1].Count > 0 {
		scope = "team"
	}
	a.get("/todo", "scope", scope, "limit", "8")
}

// todo is asked by features/todo/todo-page.tsx.
func (a *asking) todo() {
	asked := a.r.URL.Query()
	scope := "mine"
	if asked.Get("scope") == "team" {
		scope = "team"
	} else if asked.Get("user") != "" {
		return // only of a team
	}
	a.get("/todo", "scope", scope, "user", asked.Get("user"), "kind", asked.Get("kind"), "limit", "50")
}
