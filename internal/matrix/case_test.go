package matrix

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// want is how a request must end.
type want int

// The ends.
const (
	works   want = iota // it succeeds, and is to
	hidden              // not found, in the same words as for what never was
	refused             // refused, one way or another
	open                // either; what holds for every request holds for this one, too
)

var wants = []string{"works", "is not found", "is refused", "ends"}

// trial is one case: a request of somebody, how it must end, and what it may change.
type trial struct {
	door  string // the operation, or what else is asked
	by    *subject
	about string
	of    string // id of the record that it is about; "" for none, or many
	call  call
	want  want
	never call                  // of a hidden one: the same request for what never was
	may   *may                  // what may change when it succeeds; nothing when nil
	check func(a answer) string // what is wrong with the answer; "" for nothing
	first []step                // what happens before
	// inspect is check for every answer, also a refusal.
	inspect func(a answer) string

	status  int    // of a refusal; any when zero
	attempt bool   // attempts are counted, also refused ones
	lacks   bool   // it needs a server that this installation does not have
	theirs  string // the record that becomes the subject's own by it, so that they see it in full
}

// step is a request that must succeed before a case. Its answer is given to the case's call when that has a place for it.
type step struct {
	by   *subject
	call call
	took func(a answer, t *trial)
}

func (t trial) String() string {
	return fmt.Sprintf("%s by %s: %s: %s", t.door, t.by.name, t.about, t.call)
}

// finding is something that must not be.
type finding struct{ door, what string }

// run runs a case, puts the database back as it was, and gives what it found.
func (w *world) run(t trial) []finding {
	var found []finding
	report := func(format string, args ...any) {
		found = append(found, finding{t.door, fmt.Sprintf("%s\n    %s", t, fmt.Sprintf(format, args...))})
	}
	mark := w.state.mark()
	for _, s := range t.first {
		a := s.by.send(s.call)
		if !a.ok() {
			report("could not be prepared: %s gave %s", s.call, a)
		}
		if s.took != nil {
			s.took(a, &t)
		}
	}
	before := w.state.since(mark)
	a := t.by.send(t.call)
	all := w.state.since(mark)
	for _, what := range w.judge(t, a) {
		report("%s", what)
	}
	for _, c := range beyond(before, all) {
		if t.attempt && slices.Contains(attemptTables, c.table) {
			continue
		}
		if !a.ok() || !t.may.allows(c) {
			report("it wrote what it may not (%d): %s", a.status, c)
		}
	}
	w.state.reset(w.state.since(mark))
	return found
}

// beyond gives the changes that are not among those of before.
func beyond(before, all []rowChange) []rowChange {
	known := map[string]map[string]string{}
	for _, c := range before {
		known[c.table+" "+c.key] = c.new
	}
	var out []rowChange
	for _, c := range all {
		then, there := known[c.table+" "+c.key]
		switch {
		case !there:
			out = append(out, c)
		case !maps.Equal(then, c.new):
			c.old = then
			out = append(out, c)
		}
	}
	return out
}

// judge looks at an answer.
func (w *world) judge(t trial, a answer) []string {
	var found []string
	if a.status >= 500 && !(t.lacks && a.status == http.StatusServiceUnavailable) {
		found = append(found, fmt.Sprintf("failed: %s %s", a, w.log.take()))
	}
	found = append(found, w.leaks(t.by, t.call, a, t.theirs)...)
	switch {
	case t.want == works && !a.ok() || t.want != works && t.want != open && a.status < 400 || t.want == hidden && a.status != http.StatusNotFound && t.call.method == http.MethodGet:
		found = append(found, fmt.Sprintf("gave %s, but such a request %s", a, wants[t.want]))
	case t.status != 0 && a.status != t.status:
		found = append(found, fmt.Sprintf("gave %s, not %d", a, t.status))
	case t.want == hidden && t.never.path != "":
		if never := w.answerToNever(t); never != plain(a, t.call) {
			found = append(found, fmt.Sprintf("is told apart from what never was: %s, not %s", plain(a, t.call), never))
		}
	}
	if t.inspect != nil {
		if what := t.inspect(a); what != "" {
			found = append(found, what)
		}
	}
	if t.check != nil && a.ok() {
		if what := t.check(a); what != "" {
			found = append(found, what)
		}
	}
	return found
}

// leaks gives what an answer tells that its reader may not know. What the request said itself is no news in a refusal;
// its ids are none anywhere.
func (w *world) leaks(by *subject, rq call, a answer, theirs string) []string {
	asked := rq.path + " " + rq.text()
	var found []string
	seen := map[string]bool{}
	tokens(a.text(), func(token string) {
		if seen[token] {
			return
		}
		seen[token] = true
		own := func(s source) bool { return w.isOf(by.who, s) }
		becomes := func(s source) bool { return s.id == theirs }
		if w.maySeeToken(by.who, token) || theirs != "" && slices.ContainsFunc(w.sources[token], becomes) || aboutOneself(by, rq.path) && slices.ContainsFunc(w.sources[token], own) || (!a.ok() || len(token) == idLength) && strings.Contains(asked, token) {
			return
		}
		found = append(found, fmt.Sprintf("tells %s, which is %v: %s", token, w.sources[token][0], w.describe(w.sources[token][0])))
	})
	if len(found) > 3 {
		found = append(found[:3], fmt.Sprintf("… and %d more", len(found)-3))
	}
	return found
}

// aboutOneself reports whether a request is answered with what its sender is.
func aboutOneself(by *subject, path string) bool {
	return strings.HasPrefix(path, "/users/"+by.who.User+"/access") || slices.Contains([]string{"/me", "/boot", "/session"}, path) || strings.HasPrefix(path, "page:")
}

func (w *world) describe(s source) string {
	if t := w.records[s.id]; t != nil {
		return t.String()
	}
	return s.entity
}

// answerToNever gives the answer to the same request for what never was.
func (w *world) answerToNever(t trial) string {
	key := t.by.name + " " + t.never.String()
	if _, known := w.missing[key]; !known {
		w.missing[key] = plain(t.by.send(t.never), t.never)
	}
	return w.missing[key]
}

// neverWas is the id of nothing.
const neverWas = "04zzzzzzzzzz0"

// plain gives an answer without what differs between any two: the request's own name, and the id that it was about.
func plain(a answer, rq call) string {
	var problem map[string]any
	if json.Unmarshal(a.body, &problem) == nil {
		delete(problem, "id")
		a.body, _ = json.Marshal(problem)
	}
	text := fmt.Sprint(a.status, " ", a.header.Get("Content-Type"), " ", a.header.Get("ETag"), " ", string(a.body))
	for part := range strings.FieldsFuncSeq(rq.path, func(r rune) bool { return r == '/' || r == '?' }) {
		if len(part) == idLength {
			text = strings.ReplaceAll(text, part, "ID")
		}
	}
	return text
}

// may says what a request may change.
type may struct {
	records map[string]bool // rows of records that may change, by id
	around  map[string]bool // rows that rules may change with them
	rule    map[string][]string
	adds    []string // tables that may get rows
	owner   bool     // who owns records may change
	other   func(c rowChange) bool
}

// always are the tables that every change may add to.
var always = []string{"audit_entry", "idempotency", "serial"}

// owning are the columns that say whose a record is and what people may do. They move only where that is asked for.
var owning = []string{"owner_id", "department_id", "role_ids", "created_by", "user_id"}

func (m *may) allows(c rowChange) bool {
	switch {
	case m == nil:
		return false
	case m.other != nil && m.other(c):
		return true
	case slices.Contains(following, c.table):
		return m.follows(c)
	case slices.Contains(always, c.table):
		return !c.removed() && (c.added() || c.table == "serial")
	case c.added():
		return slices.Contains(m.adds, c.table)
	}
	x := idOf(c.key)
	moved := slices.ContainsFunc(c.columns(), func(name string) bool { return slices.Contains(owning, name) })
	if moved && !m.owner && !m.around[x] || c.removed() {
		return false
	}
	if m.records[x] {
		return true
	}
	return m.around[x] && !slices.ContainsFunc(c.columns(), func(name string) bool { return !slices.Contains(m.rule[c.table], name) })
}

// idOf gives the id that is the key of a row.
func idOf(key string) string {
	var n int64
	if _, err := fmt.Sscan(key, &n); err != nil {
		return ""
	}
	return idText(n)
}

// rules are the columns that the rules of an entity keep on other records: of those that it hangs on, and beside it.
var rules = map[string]map[string][]string{
	"customer": {"followup": planned},
	"contact":  {"customer": {"main_contact", "main_phone"}, "contact": {"main", "reports_to"}},
	"followup": {
		"customer": {"last_followup_at", "next_followup_at", "next_planned_at"}, "followup": planned,
		"lead": {"last_followup_at", "next_followup_at", "first_plan_at", "contacted_at", "state"},
	},
	"lead": {"followup": planned},
}

// planned are the columns of plans that rules keep: a plan goes with its customer, and ends when another takes its place.
var planned = []string{
	"state", "cancel_reason", "planned_at", "planned_set_at", "first_planned_at", "postponed", "owner_id", "department_id", "version", "updated_at", "updated_by",
}

// following are the tables that say what is to be done by when, and who was told: rows about what a request may change
// follow from the change.
var following = []string{"obligation", "note", "note_feed"}

// follows reports whether a change of one of those tables is about what may change.
func (m *may) follows(c rowChange) bool {
	row := c.new
	if row == nil {
		row = c.old
	}
	if c.table == "note_feed" || len(m.adds) > 0 && c.added() {
		return true
	}
	for _, column := range []string{"record_id", "parent_id"} {
		if x := idOf(row[column]); m.records[x] || m.around[x] {
			return true
		}
	}
	return false
}

// touching gives what a change of records may change: themselves, and what rules keep on those around.
func (w *world) touching(of string, ids ...string) *may {
	m := &may{records: map[string]bool{}, around: map[string]bool{}, rule: rules[of]}
	if of == "followup" { // which may say what is next
		m.adds = append(m.adds, "followup")
	}
	for _, x := range ids {
		m.records[x] = true
		if of == "customer" || of == "lead" { // whose plans go with it
			w.include(m, x)
			m.adds = append(m.adds, "followup")
		}
		for _, p := range w.policy.Records[x].Parents {
			w.include(m, p)
		}
	}
	for _, def := range w.defs() {
		if def.Derived {
			m.adds = append(m.adds, def.TableName())
		}
	}
	return m
}

// include lets rules change a record and all that hangs on it.
func (w *world) include(m *may, x string) {
	m.around[x] = true
	for other, r := range w.policy.Records {
		if slices.Contains(r.Parents, x) {
			m.around[other] = true
		}
	}
}

// adding gives what the making of a record below a parent may change.
func (w *world) adding(of, parent string) *may {
	m := w.touching(of)
	m.owner = true
	m.adds = append(m.adds, w.def(of).TableName())
	if parent != "" {
		w.include(m, parent)
	}
	return m
}

// moving is touching for changes that are meant to change whose a record is.
func (w *world) moving(of string, ids ...string) *may {
	m := w.touching(of, ids...)
	m.owner = true
	return m
}
