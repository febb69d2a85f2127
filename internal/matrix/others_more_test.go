package matrix

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"genjin/internal/matrix/policy"
)

// seesView reports whether somebody sees a saved view.
func (w *world) seesView(who policy.Who, x string) bool {
	return w.maySee(who, source{ofView, x, "id"})
}

func listViewTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "all", call: get(op.path), want: works, check: func(a answer) string {
			var list struct{ Items []struct{ ID string } }
			a.json(&list)
			var got, want []string
			for _, item := range list.Items {
				got = append(got, item.ID)
			}
			for x := range w.views {
				if w.seesView(s.who, x) {
					want = append(want, x)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				return fmt.Sprintf("lists %v, not %v", got, want)
			}
			return ""
		}}
	})
}

// savesViews reports whether somebody may change what is kept for their page: whoever signed in, and tokens that were
// let do everything.
func (s *subject) savesViews() bool { return s.who.Only == nil }

func createViewTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{
			about: "for themselves", want: refused, call: post(op.path, map[string]any{"name": w.gen.fresh(), "entity": "customer", "scope": "all", "search": map[string]any{}}),
			may: &may{other: func(c rowChange) bool {
				return c.table == "saved_view" && c.added() && textID(c.new["owner_id"]) == s.who.User
			}},
		}
		if s.savesViews() {
			t.want = works
		}
		return t
	})
}

// viewTrials change or delete each view there is.
func viewTrials(w *world, op operation) []trial {
	var out []trial
	for _, x := range slices.Sorted(maps.Keys(w.views)) {
		v := w.views[x]
		out = append(out, each(w, op, func(s *subject) trial {
			request := func(x string) call {
				c := op.ofMethod(op.byID(x), nil)
				if op.method == http.MethodPatch {
					c.body = map[string]any{"name": w.gen.fresh(), "scope": "all"}
				}
				return c
			}
			t := trial{
				about: "of " + w.describe(source{id: v.owner}) + " for " + v.scope, call: request(x), want: hidden, never: request(neverWas),
				may: &may{other: func(c rowChange) bool { return c.table == "saved_view" && idOf(c.key) == x && !c.added() }},
			}
			switch {
			case !w.seesView(s.who, x):
			case s.savesViews() && (v.owner == s.who.User || w.policy.May(s.who, "setting", "edit")):
				t.want = works
			default:
				t.want = refused
			}
			return t
		})...)
	}
	return out
}

func startImportTrials(w *world, op operation) []trial {
	var out []trial
	for _, def := range w.defs() {
		out = append(out, each(w, op, func(s *subject) trial {
			t := trial{
				about: "of " + def.Name, call: post(op.path+query("entity", def.Name), upload{w.gen.fresh() + ".csv": "名称,备注\nx,y\n"}), want: refused,
				may: &may{other: func(c rowChange) bool {
					return c.table == "import" && c.added() && textID(c.new["created_by"]) == s.who.User
				}},
			}
			if importable(def) && w.policy.May(s.who, def.ModuleName(), "import") {
				t.want = works
			}
			return t
		})...)
	}
	return out
}

func listImportTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "all", call: get(op.path), want: works, check: func(a answer) string {
			var list struct{ Items []struct{ ID string } }
			a.json(&list)
			want := 0
			for x := range w.imports {
				if w.maySee(s.who, source{ofImport, x, "sheets"}) {
					want++
				}
			}
			if len(list.Items) != want {
				return fmt.Sprintf("lists %d, not %d", len(list.Items), want)
			}
			return ""
		}}
	})
}

// importTrials do to each import what an operation does: the states in which it can be done are those of package importer.
func importTrials(w *world, op operation) []trial {
	var out []trial
	for _, x := range slices.Sorted(maps.Keys(w.imports)) {
		imp := w.imports[x]
		out = append(out, each(w, op, func(s *subject) trial {
			request := func(x string) call {
				c := call{method: op.method, path: op.byID(x)}
				if op.method == http.MethodPatch {
					c.body = map[string]any{"options": map[string]any{"duplicates": "skip"}}
				}
				return c
			}
			t := trial{
				about: "of " + w.describe(source{id: imp.by}) + ", " + imp.state, call: request(x), want: hidden, never: request(neverWas),
				may: &may{other: func(c rowChange) bool {
					return c.table == "import" && idOf(c.key) == x || c.table == "job" || c.table == "import_problem" || c.table == "import_mapping"
				}},
			}
			if w.maySee(s.who, source{ofImport, x, "sheets"}) {
				t.want = open
				if op.method == http.MethodGet && (op.id != "refused-of-import" || imp.state == "done") {
					t.want = works
				}
			}
			return t
		})...)
	}
	return out
}

func jobTrials(w *world, op operation) []trial {
	var out []trial
	for _, x := range slices.Sorted(maps.Keys(w.jobs)) {
		out = append(out, each(w, op, func(s *subject) trial {
			t := trial{about: "of " + w.describe(source{id: w.jobs[x]}), call: get(op.byID(x)), want: hidden, never: get(op.byID(neverWas))}
			if w.jobs[x] == s.who.User {
				t.want = works
			}
			return t
		})...)
	}
	return out
}

// strangerTrials ask every operation that is not for everybody as nobody, and with credentials that are none.
func (w *world) strangerTrials(ops []operation) []trial {
	var out []trial
	strangers := []*subject{
		{name: "nobody at all", client: &client{handler: w.app.API, from: "10.8.0.1"}},
		{name: "a forged cookie", client: &client{handler: w.app.API, from: "10.8.0.2", cookie: "forged"}},
		{name: "a forged token", client: &client{handler: w.app.API, from: "10.8.0.3", token: "gj_forged"}},
	}
	for _, op := range ops {
		if op.public {
			continue
		}
		x := w.things[0]
		if op.def != nil && len(w.of(op.def.Name)) > 0 {
			x = w.of(op.def.Name)[0]
		}
		for _, s := range strangers {
			c := op.ofMethod(op.byID(x.id), nil)
			if op.method != http.MethodGet {
				c.body = map[string]any{}
			}
			out = append(out, trial{door: op.id, by: s, about: "without being anybody", call: c, want: refused, status: http.StatusUnauthorized})
		}
	}
	return out
}

// pageTrials open the page at several addresses: what it brings with it is asked under its visitor's rights.
func (w *world) pageTrials() []trial {
	var out []trial
	for _, s := range w.subjects {
		addresses := []string{"/", "/customers", "/contacts", "/followups", "/import", "/settings/company", "/people"}
		for _, name := range []string{"customer", "contact", "followup"} {
			for i, x := range w.of(name) {
				if i%5 == 0 {
					addresses = append(addresses, "/"+w.def(name).Path+"/"+x.id)
				}
			}
		}
		for _, address := range addresses {
			out = append(out, trial{door: "page", by: s, about: address, call: get("page:" + address), want: works})
		}
	}
	return out
}
