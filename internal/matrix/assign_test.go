package matrix

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// smuggled are names that no definition lets anybody set, or that are none.
var smuggled = []string{
	"id", "version", "created_at", "created_by", "updated_at", "updated_by", "archived_at", "custom", "_can", "_refs", "_masked", "norm_name", "name_key",
	"password", "hash", "is_admin", "t.owner_id", "owner_id ", "Owner_ID", "__proto__", "constructor",
}

// TestNobodyAssignsWhatIsNotTheirs: what the program alone decides is refused by name when it is sent along, also from who
// may do everything, and nothing of the rest is taken.
func TestNobodyAssignsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("nobody assigns what is not theirs", w.kind())
	s := w.subject("admin")
	ops := w.operations()
	for _, def := range w.defs() {
		names := slices.Clone(smuggled)
		for _, f := range def.Fields {
			if f.ReadOnly || f.Internal {
				names = append(names, f.Name)
			}
		}
		at := slices.IndexFunc(w.of(def.Name), func(x *thing) bool { return w.policy.Does(s.who, "edit", x.id) && !x.archived })
		for _, op := range ops {
			if op.def != def || at < 0 || !op.isUsual() || op.does != "create" && op.does != "update" {
				continue
			}
			for _, name := range names {
				w.smuggle(r, s, op, w.of(def.Name)[at].id, def.Title, name)
			}
		}
	}
	if len(r.doors) < 8 {
		t.Errorf("only %v were asked", r.doors)
	}
	r.print(t, "")
}

// smuggle sends a field along that nobody sets, with each sort of value.
func (w *world) smuggle(r *report, s *subject, op operation, x, title, name string) {
	for _, value := range []any{"1", 7, true, nil, x, w.users["far"], []string{x}, "2026-01-01T00:00:00Z", map[string]any{"edit": true}} {
		r.count(op.id)
		mark := w.state.mark()
		rq := call{method: op.method, path: op.byID(x), body: map[string]any{title: w.gen.fresh(), name: value}}.with("If-Match", "*")
		a := s.send(rq)
		if a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
			r.found(finding{op.id, fmt.Sprintf("%s gave %s %s", rq, a, w.log.take())})
		}
		changes := w.state.since(mark)
		for _, c := range changes {
			r.found(finding{op.id, fmt.Sprintf("%s wrote %s", rq, c)})
		}
		w.state.reset(changes)
	}
}
