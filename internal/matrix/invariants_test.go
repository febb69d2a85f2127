package matrix

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// idsIn gives the ids of the items of a list.
func idsIn(a answer) []string {
	var page struct{ Items []struct{ ID string } }
	a.json(&page)
	var out []string
	for _, item := range page.Items {
		out = append(out, item.ID)
	}
	slices.Sort(out)
	return out
}

// some gives all subjects in the full form, and every n-th in the short one.
func (w *world) some(n int) []*subject {
	if full() {
		return w.subjects
	}
	var out []*subject
	for i, s := range w.subjects {
		if i%n == int(seed())%n {
			out = append(out, s)
		}
	}
	return out
}

// TestListsAreWhatOpens: what a list shows, put away or not, is exactly what opens by its id; and what other doors show
// opens, too. No policy is asked.
func TestListsAreWhatOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("lists are what opens", w.kind())
	for _, s := range w.some(4) {
		opens := map[string]bool{}
		for _, def := range w.defs() {
			var listed, open []string
			for _, away := range []string{"false", "true"} {
				listed = append(listed, idsIn(s.send(get("/"+def.Path+query("limit", "500", "fields", "id", "archived", away))))...)
			}
			for _, x := range w.of(def.Name) {
				r.count("get-" + def.Name)
				if s.send(get("/" + def.Path + "/" + x.id)).ok() {
					open = append(open, x.id)
					opens[x.id] = true
				}
			}
			slices.Sort(listed)
			slices.Sort(open)
			if !slices.Equal(listed, open) {
				r.found(finding{"list-" + def.Path, fmt.Sprintf("%s of %s: lists %d and opens %d: %s", def.Path, s.name, len(listed), len(open), w.difference(listed, open))})
			}
		}
		for _, what := range w.shownElsewhere(s, r) {
			if !opens[what.id] {
				r.found(finding{what.entity, fmt.Sprintf("%s shows %s to %s, who cannot open it", what.entity, w.describe(source{id: what.id}), s.name)})
			}
		}
	}
	r.print(t, "")
}

// shownElsewhere gives the ids that doors other than lists show, with the door in the place of the entity.
func (w *world) shownElsewhere(s *subject, r *report) []source {
	var out []source
	add := func(door string, a answer) {
		r.count(door)
		if !a.ok() {
			return
		}
		tokens(a.text(), func(token string) {
			if t := w.records[token]; t != nil && !slices.Contains(peopleEntities, t.entity) {
				out = append(out, source{entity: door, id: token})
			}
		})
	}
	for i, x := range w.things {
		title, _ := w.stored[x.id].values[w.def(x.entity).Title].(string)
		if i%3 != 0 || slices.Contains(peopleEntities, x.entity) || title == "" {
			continue
		}
		if found := s.send(get("/search" + query("q", title))); found.ok() {
			for _, id := range idsIn(found) {
				out = append(out, source{entity: "search", id: id})
			}
			r.count("search")
		}
		if x.entity == "customer" {
			r.count("duplicates")
			for _, id := range idsIn(s.send(post("/customers/duplicates", map[string]any{"values": map[string]any{"name": title}}))) {
				if id != "" {
					out = append(out, source{entity: "duplicates", id: id})
				}
			}
		}
	}
	add("page", s.send(get("page:/customers")))
	add("imports", s.send(get("/imports")))
	mark := w.state.mark()
	for _, name := range []string{"customer", "contact", "followup"} {
		a := s.send(get("/" + w.def(name).Path + "/export?format=csv&fields=created_at"))
		add("export", a)
	}
	w.state.reset(w.state.since(mark))
	return out
}

// TestTokensStayBelowTheirOwners: what a token is told its owner is told, too.
func TestTokensStayBelowTheirOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("tokens stay below their owners", w.kind())
	for _, token := range w.subjects {
		if token.isPerson() {
			continue
		}
		owner := w.ownerOf(token)
		for _, one := range w.readings(token, 60) {
			r.count(one.door)
			mark := w.state.mark()
			less, more := token.send(one.call), owner.send(one.call)
			known := map[string]bool{}
			tokens(more.text(), func(text string) { known[text] = true })
			if less.ok() && !more.ok() {
				r.found(finding{one.door, fmt.Sprintf("%s: the token may, its owner may not: %s", one, more)})
			}
			tokens(less.text(), func(text string) {
				if len(w.sources[text]) > 0 && !known[text] && less.ok() {
					r.found(finding{one.door, fmt.Sprintf("%s: the token is told %s (%v), its owner is not", one, text, w.sources[text][0])})
				}
			})
			w.state.reset(w.state.since(mark))
		}
	}
	r.print(t, "")
}

func (w *world) ownerOf(token *subject) *subject {
	for _, s := range w.subjects {
		if s.isPerson() && s.who.User == token.who.User {
			return s
		}
	}
	panic("matrix: nobody owns " + token.name)
}

// readings gives some of the cases of a subject that only read, by seed; all in the full form.
func (w *world) readings(s *subject, few int) []trial {
	var all []trial
	for _, t := range w.trialsOf(s) {
		reads := t.call.method == http.MethodGet && !strings.HasPrefix(t.call.path, "/boot") || strings.HasSuffix(t.call.path, "/duplicates")
		if reads && len(t.first) == 0 && t.may == nil {
			all = append(all, t)
		}
	}
	if full() {
		few *= 20
	}
	return shuffled(all)[:min(few, len(all))]
}

// trialsOf gives the cases of one subject.
func (w *world) trialsOf(s *subject) []trial {
	if w.bySubject == nil {
		w.bySubject = map[*subject][]trial{}
		for _, t := range w.trials() {
			w.bySubject[t.by] = append(w.bySubject[t.by], t)
		}
	}
	return w.bySubject[s]
}

// hostile are texts that mean something to a database, a path or a parser.
var hostile = []string{
	`'`, `"`, "`", `\`, `;`, `--`, `/*`, `%`, `_`, `%%`, `' OR '1'='1`, `" OR ""="`, `'; DROP TABLE customer; --`, `1; SELECT pg_sleep(1)`,
	`name desc`, `name,(SELECT 1)`, `(CASE WHEN 1=1 THEN name ELSE id END)`, `name COLLATE NOCASE`, `t.name`, `t.owner_id`, `owner_id IS NULL`, `rowid`, `1`, `-1`,
	`custom`, `custom->>'x_text'`, `x_text') OR 1=1 --`, `x_text"`, `x_text.y`, `x_text'`, `$.x_text`, `x_text}`, `name_key`, `norm_name`, `password`, `version`,
	`UNION SELECT hash FROM credential`, `{{7*7}}`, `${7*7}`, `<script>`, "\u0000", "a\u0000b", "\ufeff", "名\u202e", strings.Repeat("(", 200), strings.Repeat("a", 3000),
	`../../etc/passwd`, `null`, `NaN`, `[]`, `{}`, `*`, `search MATCH 'x'`, `terms`,
}

// TestHostileTextsChangeNothing: a hostile text in the place of an order, a field, a value, a cursor or an id is refused, or
// gives what a harmless text gives that means as little. Never another order, other rows or a failure.
func TestHostileTextsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("hostile texts change nothing", w.kind())
	attackers := []string{"rep"}
	if full() {
		attackers = append(attackers, "admin", "dima")
	}
	for _, name := range attackers {
		s := w.subject(name)
		for _, def := range w.defs() {
			text := w.textField(s.who, def.Name)
			field := def.Title
			if text != nil && w.policy.Asks(s.who, def.Name, text.Name) {
				field = text.Name
			}
			w.attack(r, s, "/"+def.Path, field)
			w.attack(r, s, "/"+def.Path+"/count", field)
			w.attack(r, s, "/"+def.Path+"/export", field)
			for _, h := range someHostile() {
				r.refuses(w, s, get("/"+def.Path+"/"+url.PathEscape(h)))
				r.refuses(w, s, get("/"+def.Path+query("by", h)+"&limit=x"))
				r.refuses(w, s, get("/"+def.Path+"/count"+query("by", h)))
			}
		}
		w.attackOthers(r, s)
		w.attackWrites(r, s)
	}
	r.print(t, "")
}

// attackWrites puts hostile texts into fields: they are refused or stored as they are, which is all the same to everybody
// else's records.
func (w *world) attackWrites(r *report, s *subject) {
	for _, def := range w.defs() {
		at := slices.IndexFunc(w.of(def.Name), func(x *thing) bool { return w.policy.Does(s.who, "edit", x.id) })
		f := w.textField(s.who, def.Name)
		if at < 0 || f == nil {
			continue
		}
		x := w.of(def.Name)[at]
		for _, h := range someHostile() {
			for _, values := range []map[string]any{{f.Name: h}, {h: "x"}, {f.Name: map[string]any{h: h}}} {
				r.count("hostile values")
				mark := w.state.mark()
				a := s.send(change(http.MethodPatch, "/"+def.Path+"/"+x.id, values))
				changes := w.state.since(mark)
				for _, c := range changes {
					if !w.touching(def.Name, x.id).allows(c) {
						r.found(finding{"hostile values", fmt.Sprintf("%v by %s wrote %s", values, s.name, c)})
					}
				}
				if a.status >= 500 {
					r.found(finding{"hostile values", fmt.Sprintf("%v by %s: %s %s", values, s.name, a, w.log.take())})
				}
				w.state.reset(changes)
			}
		}
	}
}

// attack tries each parameter of a list.
func (w *world) attack(r *report, s *subject, path, field string) {
	export := strings.HasSuffix(path, "/export")
	ask := func(pairs ...string) answer {
		r.count("hostile " + path)
		if export {
			pairs = append(pairs, "format", "csv")
		}
		mark := w.state.mark()
		a := s.send(get(path + query(pairs...)))
		w.state.reset(w.state.since(mark))
		return a
	}
	same := func(what string, got, like answer) {
		if got.status >= 500 || got.ok() && (!like.ok() || string(got.body) != string(like.body)) {
			r.found(finding{"hostile " + path, fmt.Sprintf("%s by %s: %s\ninstead of %s\n%s", what, s.name, got, like, w.log.take())})
		}
	}
	filter := func(field, op string, value any) string {
		return jsonText(map[string]any{"field": field, "op": op, "value": value})
	}
	usual := ask("limit", "200")
	none, all := ask("filter", filter(field, "is", "wxyzzyq"), "limit", "200"), ask("filter", filter(field, "not_contains", "wxyzzyq"), "limit", "200")
	for _, h := range someHostile() {
		same("sort "+h, ask("sort", h, "limit", "200"), usual)
		same("sort -"+h, ask("sort", "-"+h, "limit", "200"), usual)
		same("field "+h, ask("filter", filter(h, "is", "x"), "limit", "200"), answer{status: http.StatusBadRequest})
		same("op "+h, ask("filter", filter(field, h, "x"), "limit", "200"), answer{status: http.StatusBadRequest})
		same("value "+h, ask("filter", filter(field, "is", "wxyzzyq"+h), "limit", "200"), none)
		same("value contained "+h, ask("filter", filter(field, "contains", h+"wxyzzyq"), "limit", "200"), none)
		same("value not contained "+h, ask("filter", filter(field, "not_contains", "wxyzzyq"+h), "limit", "200"), all)
		same("value begun with "+h, ask("filter", filter(field, "starts", h+"wxyzzyq"), "limit", "200"), none)
		same("values among "+h, ask("filter", filter(field, "in", []string{"wxyzzyq" + h, "wxyzzyq"}), "limit", "200"), none)
		same("filter "+h, ask("filter", h, "limit", "200"), refusedOr(h, usual))
		same("text "+h, ask("q", "wxyzzyq"+h, "limit", "200"), none)
		same("archived "+h, ask("archived", h, "limit", "200"), usual)
		if export {
			continue // the rest is the same code as that of lists
		}
		same("cursor "+h, ask("cursor", h, "limit", "200"), usual)
		if !strings.HasSuffix(path, "/count") {
			same("limit "+h, ask("limit", h), refusedOr(h, ask("limit", "1")))
		}
	}
}

// refusedOr is what a hostile text must give: a refusal, but where it happens to be a word that means something harmless.
func refusedOr(h string, usual answer) answer {
	if slices.Contains([]string{"1", "null", "{}"}, h) {
		return usual
	}
	return answer{status: http.StatusBadRequest}
}

// someHostile gives all hostile texts, or some by seed in the short form.
func someHostile() []string {
	if full() {
		return hostile
	}
	var out []string
	for i, h := range hostile {
		if (i+int(seed()))%9 == 0 {
			out = append(out, h)
		}
	}
	return out
}

// attackOthers tries doors that are no lists of records.
func (w *world) attackOthers(r *report, s *subject) {
	customer := w.named("customer", "of rep").id
	for _, h := range someHostile() {
		e := url.QueryEscape(h)
		for _, path := range []string{
			"/search?q=" + e, "/search?limit=" + e + "&q=x", "/views?q=" + e, "/codes/gbt2260?q=" + e, "/codes/gbt2260?parent=" + e, "/codes/" + url.PathEscape(h),
			"/codes/gbt2260/" + url.PathEscape(h), "/customers/" + customer + "/timeline?types=" + e, "/customers/" + customer + "/timeline?cursor=" + e,
			"/customers/" + customer + "/log?cursor=" + e, "/log?entity=" + e, "/log?action=" + e, "/log?user=" + e, "/log?from=" + e, "/log?cursor=" + e,
			"/sign-ins?login=" + e, "/sign-ins?user=" + e, "/sign-ins?address=" + e, "/jobs/" + url.PathEscape(h), "/imports/" + url.PathEscape(h), "/fields/customer/" + url.PathEscape(h),
			"/fields/" + url.PathEscape(h) + "/name", "/users/" + w.users["rep"] + "/access?entity=" + e + "&record=" + customer, "/users/" + w.users["rep"] + "/access?record=" + e,
		} {
			r.count("hostile others")
			a := s.send(get(path))
			for _, what := range w.leaks(s, get(path), a, "") {
				r.found(finding{"hostile others", fmt.Sprintf("%s by %s %s", path, s.name, what)})
			}
			if a.status >= 500 {
				r.found(finding{"hostile others", fmt.Sprintf("%s by %s: %s %s", path, s.name, a, w.log.take())})
			}
		}
	}
}

// refuses notes when a request is not refused.
func (r *report) refuses(w *world, s *subject, c call) {
	r.count("hostile " + strings.Split(c.path, "/")[1])
	if a := s.send(c); a.status < 400 || a.status >= 500 {
		r.found(finding{"hostile", fmt.Sprintf("%s by %s: %s %s", c, s.name, a, w.log.take())})
	}
}
