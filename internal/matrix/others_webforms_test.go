package matrix

import (
	"net/http"
)

// addForms makes a form for strangers, and has one fill it in.
func (w *world) addForms(admin *client) {
	w.t.Helper()
	x := w.made(admin, post("/web-forms", map[string]any{
		"name": w.gen.canary(), "title": w.gen.canary(), "intro": w.gen.canary(), "consent": w.gen.canary(), "thanks": w.gen.canary(),
		"active": true, "receiver_id": w.users["rep"], "source_detail": w.gen.canary(),
	}))
	w.records[x] = &thing{entity: "web_form", id: x, name: "of the company"}
	w.things = append(w.things, w.records[x])
}

// formTrials ask what a form may ask, and how one would look.
func formTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of the company", call: get(op.path), want: orRefused(w.policy.May(s.who, "web_form", "view"))}
		if op.method == http.MethodPost {
			t.call = post(op.path, map[string]any{"title": w.gen.fresh(), "fields": []any{map[string]any{"field": "company", "required": true}}, "accent": "#1f5fd0"})
		}
		return t
	})
}

func oneFormTrials(w *world, op operation) []trial {
	return onEachOf(w, op, "web_form", func(s *subject, x *thing) trial {
		if op.method == http.MethodGet {
			return trial{call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas))}
		}
		t := trial{call: post(op.byID(x.id), nil), never: post(op.byID(neverWas), nil), want: w.allowed(s, x.id, w.policy.Does(s.who, "edit", x.id))}
		if t.want == works {
			t.may = w.touching("web_form", x.id)
		}
		return t
	})
}
