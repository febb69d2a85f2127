package matrix

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"genjin/internal/dav"
)

// phone is a program that fetches somebody's calendar and address book.
type phone struct {
	*subject
	login string
	id    string // of the app password
}

// phoneOf lets somebody add a phone.
func (w *world) phoneOf(s *subject) *phone {
	w.t.Helper()
	a := s.send(post("/me/app-passwords", map[string]any{"name": "phone"}))
	if !a.ok() {
		w.t.Fatalf("%s gets no app password: %s", s.name, a)
	}
	var made struct{ ID, Secret, Login string }
	a.json(&made)
	basic := base64.StdEncoding.EncodeToString([]byte(made.Login + ":" + made.Secret))
	return &phone{&subject{s.name, s.who, &client{handler: s.handler, from: s.from, basic: basic}}, made.Login, made.ID}
}

// collections are what a phone fetches, by the entity that is in each.
var collections = map[string]string{"calendars/plans/": "followup", "calendars/tasks/": "followup", "contacts/customers/": "contact"}

func (p *phone) at(below string) string { return "page:" + dav.Prefix + p.who.User + "/" + below }

func (p *phone) list(below string) call {
	return call{method: "PROPFIND", path: p.at(below), body: `<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>`}.with("Depth", "1")
}

var objectForm = regexp.MustCompile(`/([0-9a-z]{13})\.(?:ics|vcf)<`)

// TestPhones: what phones fetch tells nobody more than get does, and what is not in somebody's calendar or address book is
// not found there, whatever is asked of it.
func TestPhones(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("phones", w.kind())
	for _, s := range w.subjects {
		if !s.isPerson() {
			continue
		}
		p := w.phoneOf(s)
		fetched := 0
		for below, entity := range collections {
			fetched += w.fetch(r, p, below, entity)
		}
		if s.name == "rep" && fetched == 0 {
			r.found(finding{"phones", "rep has neither plans nor contacts: nothing is tried"})
		}
		w.refuseOthers(r, p)
	}
	r.print(t, "")
}

// fetch looks at all that a collection holds.
func (w *world) fetch(r *report, p *phone, below, entity string) (n int) {
	door := "phone: " + below
	c := p.list(below)
	a := p.send(c)
	r.count(door)
	if a.status != http.StatusMultiStatus {
		r.found(finding{door, fmt.Sprintf("%s: %s", p.name, a)})
	}
	for _, what := range w.leaks(p.subject, c, a, "") {
		r.found(finding{door, fmt.Sprintf("%s by %s: %s", c, p.name, what)})
	}
	for _, m := range objectForm.FindAllStringSubmatch(string(a.body), -1) {
		n++
		r.count(door)
		ending := map[string]string{"followup": ".ics", "contact": ".vcf"}[entity]
		one := get(p.at(below + m[1] + ending))
		got := p.send(one)
		for _, what := range w.leaks(p.subject, one, got, "") {
			r.found(finding{door, fmt.Sprintf("%s by %s: %s", one, p.name, what)})
		}
		if path := "/" + w.def(entity).Path + "/" + m[1]; !got.ok() || !w.subject(p.name).send(get(path)).ok() {
			r.found(finding{door, fmt.Sprintf("%s is told of %s, which the page does not open", p.name, m[1])})
		}
	}
	return n
}

// sparse is which part of what is not theirs is tried, unless all is to be.
const sparse = 10

// refuseOthers asks for what is none of theirs: objects that their collections do not hold, and other users' places.
func (w *world) refuseOthers(r *report, p *phone) {
	mark := w.state.mark()
	for below, entity := range collections {
		ending := map[string]string{"followup": ".ics", "contact": ".vcf"}[entity]
		listed := string(p.send(p.list(below)).body)
		for i, x := range w.of(entity) {
			if strings.Contains(listed, x.id) || !full() && i%sparse != len(p.name)%sparse {
				continue
			}
			for _, method := range []string{http.MethodGet, http.MethodDelete, "PROPFIND"} {
				c := call{method: method, path: p.at(below + x.id + ending)}
				never := call{method: method, path: p.at(below + neverWas + ending)}
				r.count("phone: " + method)
				a := p.send(c)
				if want := p.send(never); a.status != http.StatusNotFound || plain(a, c) != plain(want, never) {
					r.found(finding{"phone: " + method, fmt.Sprintf("%s by %s gave %s, for what never was %s", c, p.name, a, want)})
				}
			}
		}
	}
	for _, other := range w.users {
		if other == p.who.User {
			continue
		}
		r.count("phone: others")
		c := call{method: "PROPFIND", path: "page:" + dav.Prefix + other + "/calendars/plans/"}
		if a := p.send(c); a.status != http.StatusNotFound {
			r.found(finding{"phone: others", fmt.Sprintf("%s by %s gave %s", c, p.name, a)})
		}
	}
	for _, c := range w.state.since(mark) {
		if c.table != "app_password" && !slices.Contains(attemptTables, c.table) { // the phone's own, and what counts attempts
			r.found(finding{"phone: others", fmt.Sprintf("%s wrote %s", p.name, c)})
		}
	}
}

// TestPhonesAreOutSoon: a phone whose app password has ended, or whose user is disabled, fetches nothing a second later,
// here and on other replicas.
func TestPhonesAreOutSoon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handlers := []http.Handler{w.app.API}
	if w.db != "" { // SQLite has one process
		replica := w.open()
		t.Cleanup(func() {
			if err := replica.Close(); err != nil {
				t.Error(err)
			}
		})
		handlers = append(handlers, replica.API)
	}
	rep := w.subject("rep")
	for name, out := range map[string]func(p *phone) answer{
		"ended": func(p *phone) answer {
			return rep.send(call{method: http.MethodDelete, path: "/me/app-passwords/" + p.id})
		},
		"ended for the user": func(p *phone) answer {
			return w.subject("admin").send(call{method: http.MethodDelete, path: "/users/" + p.who.User + "/app-passwords/" + p.id})
		},
		"disabled": func(p *phone) answer {
			return w.subject("admin").send(change(http.MethodPatch, "/users/"+p.who.User, map[string]any{"active": false}))
		},
	} {
		for _, handler := range handlers {
			mark := w.state.mark()
			p := w.phoneOf(rep)
			there := &phone{p.subject.at(handler), p.login, p.id}
			ask := there.list("calendars/plans/")
			if a := there.send(ask); !a.ok() {
				t.Fatalf("%s: not in before: %s", name, a)
			}
			if a := out(p); !a.ok() {
				t.Fatalf("%s: %s", name, a)
			}
			for start := time.Now(); there.send(ask).status != http.StatusUnauthorized; time.Sleep(20 * time.Millisecond) {
				if time.Since(start) > soon {
					t.Errorf("%s: still in after %s", name, soon)
					break
				}
			}
			w.state.reset(w.state.since(mark))
			w.must(w.forget())
		}
	}
}
