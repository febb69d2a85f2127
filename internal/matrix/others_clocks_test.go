package matrix

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// clockKindTrials ask for the kinds of clocks, and set one.
func clockKindTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of the company", call: call{method: op.method, path: strings.Replace(op.path, "{kind}", "customer.verify", 1)}, want: works}
		if op.method != http.MethodPut {
			return t
		}
		t.call.body = map[string]any{"active": true, "lasts": map[string]any{"": map[string]any{"n": 9, "unit": "month"}}, "before": []int{60}, "at": true, "after": []any{}}
		t.may = counting("setting", "schema_version", "job")
		if !w.policy.May(s.who, "setting", "edit") {
			t.want = refused
		}
		return t
	})
}

// duty is a running clock as the database has it.
type duty struct{ id, kind, entity, record, owner, department string }

// mayDuty reports whether somebody may see a duty: their own, or one within their reach, about a record that they see.
func (w *world) mayDuty(s *subject, d duty, team bool) bool {
	if d.kind == "birthday.care" && !w.seesBirthday(s, d) {
		return false
	}
	mine := d.owner == s.who.User
	if !w.policy.Sees(s.who, d.record) || mine == team {
		return false
	}
	return mine || w.policy.Reaches(s.who, w.policy.Entities[d.entity].Module, "view", d.owner, d.department)
}

// seesBirthday reports whether the day of a birthday is no secret.
func (w *world) seesBirthday(s *subject, d duty) bool {
	return w.maySee(s.who, source{"contact", d.record, "birthday"})
}

// wrongDuties says which duties are given to somebody who may not see them, or are missing.
func (w *world) wrongDuties(s *subject, team bool, given map[string]bool) string {
	for _, d := range w.duties {
		if may := w.mayDuty(s, d, team); may != given[d.id] && !(may && d.kind == "customer.cadence") {
			return fmt.Sprintf("%s about %s of %s: given %v, may %v", d.kind, w.describe(source{d.entity, d.record, "id"}), d.owner, given[d.id], may)
		}
	}
	return ""
}

func todoTrials(w *world, op operation) []trial {
	var out []trial
	for _, team := range []bool{false, true} {
		scope := map[bool]string{false: "mine", true: "team"}[team]
		out = append(out, each(w, op, func(s *subject) trial {
			return trial{about: scope, call: get(op.path + "?limit=200&scope=" + scope), want: works, check: func(a answer) string {
				given := map[string]bool{}
				for {
					var page struct {
						Items  []struct{ ID string }
						Next   string
						Counts map[string]int
					}
					a.json(&page)
					for _, item := range page.Items {
						given[item.ID] = true
					}
					if page.Next == "" {
						return w.wrongDuties(s, team, given)
					}
					a = s.send(get(op.path + "?limit=200&scope=" + scope + "&cursor=" + page.Next))
				}
			}}
		})...)
	}
	return out
}

// dutyTrials do something about a duty of each kind and owner.
func dutyTrials(w *world, op operation) []trial {
	var out []trial
	body := map[string]any{"snooze-todo": map[string]any{"minutes": 10}, "nudge-todo": map[string]any{"text": "!"}}[op.id]
	for i, d := range w.duties {
		if i%7 != 0 {
			continue
		}
		ask := func(x string) call { return post(strings.Replace(op.path, "{id}", x, 1), body) }
		out = append(out, each(w, op, func(s *subject) trial {
			mine := w.mayDuty(s, d, false)
			t := trial{about: d.kind + " about " + d.record, of: d.record, call: ask(d.id), never: ask(neverWas), want: hidden}
			if !mine && !w.mayDuty(s, d, true) {
				return t
			}
			t.want = refused
			switch op.id {
			case "tick-todo":
				if w.policy.Does(s.who, "edit", d.record) && slices.Contains([]string{"customer.verify", "birthday.care"}, d.kind) {
					t.want, t.may = works, w.touching(d.entity, d.record)
				}
			case "snooze-todo":
				if mine {
					t.want, t.may = works, counting("obligation")
				}
			case "nudge-todo":
				if !mine && d.owner != "" {
					t.want, t.may = works, counting("note", "note_feed")
				}
			}
			return t
		})...)
	}
	return out
}

// seeingTrials ask for what is gathered from many records: what it tells is looked at in every answer.
func seeingTrials(query string) maker {
	return func(w *world, op operation) []trial {
		var out []trial
		for _, more := range []string{"", "&user=" + w.users["rep"], "&user=" + w.users["far"]} {
			out = append(out, each(w, op, func(*subject) trial {
				return trial{about: "as far as they reach" + more, call: get(op.path + query + more), want: works}
			})...)
		}
		return out
	}
}
