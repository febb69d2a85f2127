package matrix

import (
	"fmt"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// hiddenInPools are fields that the pools of this company hide.
var hiddenInPools = map[string][]string{
	"customer": {"need", "remark", "address", "mnemonic", "main_phone", "credit_code", "expected_amount"},
	"lead":     {"need", "remark", "phone", "address", "budget"},
}

// pooled is what lies in a pool: the pool, and what.
type pooled struct{ pool, x string }

// addPools makes a pool of customers and one of leads, with members in one department and an administrator, and puts
// something into each.
func (w *world) addPools(admin *client) {
	w.t.Helper()
	for _, holds := range []string{"customer", "lead"} {
		x := w.made(admin, post("/pools", map[string]any{
			"name": w.gen.canary(), "holds": holds, "member_ids": []string{w.users["rep"], w.users["nobody"], w.users["blinda"], w.users["finance"]}, "department_ids": []string{w.departments["s2"]},
			"admin_ids": []string{w.users["boss"]}, "hidden": hiddenInPools[holds],
		}))
		w.records[x] = &thing{entity: "pool", id: x, name: "of " + holds + "s"}
		w.things = append(w.things, w.records[x])
		def := w.def(holds)
		in := w.addRecord(admin, def, relation{name: "in the pool", owner: "mate"}, nil)
		if holds == "lead" {
			w.done(admin, post("/leads/review", map[string]any{"ids": []string{in}, "result": "pass", "grade": "B", "opinion": w.gen.canary()}))
		}
		followups := w.def("followup")
		w.addRecord(admin, followups, relation{name: "of what lies in the pool", owner: "mate"}, map[string]string{record.ParentField(followups, holds): in})
		w.done(admin, post("/pools/"+x+"/put", map[string]any{"ids": []string{in}}))
	}
}

// lying gives what lies in pools.
func (w *world) lying(holds string) (out []pooled) {
	for _, of := range []string{"customer", "lead"} {
		for _, t := range w.of(of) {
			if pool := idText(w.stored[t.id].values["pool_id"]); pool != "" && (holds == "" || of == holds) {
				out = append(out, pooled{pool, t.id})
			}
		}
	}
	return out
}

// inPool says what somebody is to a pool, by the rules: members and administrators who see what it holds at all.
func (w *world) inPool(s *subject, pool string) (member, admin bool) {
	values := w.stored[pool].values
	admin = entity.ListOf(values["admin_ids"]).Has(s.who.User)
	member = admin || entity.ListOf(values["member_ids"]).Has(s.who.User)
	for _, top := range entity.ListOf(values["department_ids"]) {
		for d := w.policy.Users[s.who.User].Department; d != ""; d = w.policy.Departments[d].Parent {
			member = member || d == top
		}
	}
	holds, _ := values["holds"].(string)
	return member && !w.policy.Records[pool].Archived && w.policy.May(s.who, holds, "view"), admin
}

// holdsOf is the entity that a pool holds.
func (w *world) holdsOf(pool string) string {
	holds, _ := w.stored[pool].values["holds"].(string)
	return holds
}

func myPoolTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "their own", call: get(op.path), want: works, check: func(a answer) string {
			var list struct{ Items []struct{ ID string } }
			a.json(&list)
			for _, x := range w.of("pool") {
				given := slices.ContainsFunc(list.Items, func(one struct{ ID string }) bool { return one.ID == x.id })
				if member, _ := w.inPool(s, x.id); member != given {
					return fmt.Sprintf("gives %s: %v", x, given)
				}
			}
			return ""
		}}
	})
}

func poolRecordTrials(w *world, op operation) []trial {
	var out []trial
	for _, p := range w.lying("") {
		holds := w.holdsOf(p.pool)
		ask := func(query string) trial {
			return trial{about: "of " + holds + "s" + query, call: get(op.byID(p.pool) + query)}
		}
		seen := func(s *subject, t trial) trial {
			member, admin := w.inPool(s, p.pool)
			if t.want, t.never = hidden, get(op.byID(neverWas)); !member {
				return t
			}
			t.want, t.never, t.theirs = works, call{}, p.x
			t.check = func(a answer) string {
				if !strings.Contains(string(a.body), p.x) {
					return "does not show what lies there"
				}
				return w.hiddenShown(p, string(a.body), admin)
			}
			return t
		}
		out = append(out, each(w, op, func(s *subject) trial { return seen(s, ask("")) })...)
		for _, k := range w.clocksOf(holds) { // what hangs there shows in no filter, to administrators neither
			filter := map[string]any{"field": record.ClocksField, "op": entity.NotIn, "value": []string{record.Stood(k.Name, obligation.Standings[0])}}
			out = append(out, each(w, op, func(s *subject) trial {
				t := trial{about: holds + " by " + k.Name, call: get(op.byID(p.pool) + query("filter", jsonText(filter))), want: hidden, never: get(op.byID(neverWas))}
				if member, _ := w.inPool(s, p.pool); member {
					t.want, t.never = refused, call{}
				}
				return t
			})...)
		}
		for _, f := range w.def(holds).Fields { // nobody asks by what is hidden, nor finds by it
			if !slices.Contains(hiddenInPools[holds], f.Name) {
				continue
			}
			for _, query := range []string{"?sort=" + f.Name, `?filter={"field":"` + f.Name + `","op":"not_empty"}`} {
				out = append(out, each(w, op, func(s *subject) trial {
					t := trial{about: holds + query, call: get(op.byID(p.pool) + strings.NewReplacer(`{"`, "%7B%22", `"}`, "%22%7D", `"`, "%22").Replace(query)), want: hidden, never: get(op.byID(neverWas))}
					member, admin := w.inPool(s, p.pool)
					switch {
					case member && admin:
						t.want, t.theirs = open, p.x
					case member:
						t.want = refused
					}
					return t
				})...)
			}
			text, _ := w.stored[p.x].values[f.Name].(string)
			if text == "" {
				continue
			}
			out = append(out, each(w, op, func(s *subject) trial {
				t := trial{about: holds + " by its " + f.Name, call: get(op.byID(p.pool) + query("q", text)), want: hidden, never: get(op.byID(neverWas))}
				if member, admin := w.inPool(s, p.pool); member {
					t.want, t.theirs = works, p.x
					t.check = func(a answer) string {
						if !admin && strings.Contains(string(a.body), p.x) {
							return "is found by what is hidden"
						}
						return ""
					}
				}
				return t
			})...)
		}
	}
	return out
}

// poolFollowupTrials ask how what lies in a pool was followed up, and how what lies in none was.
func poolFollowupTrials(w *world, op operation) []trial {
	var out []trial
	for _, p := range w.lying("") {
		holds := w.holdsOf(p.pool)
		elsewhere := w.named(holds, "of far").id
		for _, x := range w.of("followup") {
			if !slices.Contains(w.parentsOf[x.id], p.x) {
				continue
			}
			out = append(out, each(w, op, func(s *subject) trial {
				t := trial{about: "of a " + holds, call: get(op.byID(p.pool) + query("record", p.x)), want: hidden, never: get(op.byID(neverWas) + query("record", p.x))}
				member, admin := w.inPool(s, p.pool)
				if !member {
					return t
				}
				asks := w.policy.May(s.who, "followup", "view") && w.policy.Asks(s.who, "followup", "happened_at") && w.policy.Asks(s.who, holds, "last_followup_at")
				t.want, t.never, t.theirs = works, call{}, x.id
				t.check = func(a answer) string {
					body := string(a.body)
					switch {
					case strings.Contains(body, x.id) != asks:
						return fmt.Sprintf("shows it: %v", !asks)
					case !admin && (strings.Contains(body, `"content":`) || strings.Contains(body, `"feedback":`) || strings.Contains(body, `"next_action":`)):
						return "says what was said, of which the pool hides something"
					}
					return ""
				}
				return t
			})...)
		}
		out = append(out, each(w, op, func(s *subject) trial {
			t := trial{about: "of what lies elsewhere", call: get(op.byID(p.pool) + query("record", elsewhere)), want: hidden, never: get(op.byID(p.pool) + query("record", neverWas))}
			return t
		})...)
	}
	return out
}

// hiddenShown says which hidden value an answer shows.
func (w *world) hiddenShown(p pooled, body string, admin bool) string {
	for _, name := range hiddenInPools[w.holdsOf(p.pool)] {
		if strings.Contains(body, `"`+name+`":`) && !admin {
			return "shows the hidden " + name
		}
	}
	return ""
}

// takingFrom is what may change when a record goes into a pool or out of it.
func (w *world) takingFrom(holds, x string) *may {
	m := w.touching(holds, x)
	m.owner = true
	m.other = func(c rowChange) bool {
		return c.table == "pool_move" && c.added() || c.table == "share" || c.table == "note" || c.table == "note_feed"
	}
	return m
}

func claimTrials(w *world, op operation) []trial {
	var out []trial
	for _, p := range w.lying("") {
		holds := w.holdsOf(p.pool)
		out = append(out, each(w, op, func(s *subject) trial {
			body := map[string]any{"id": p.x}
			t := trial{about: w.describe(source{holds, p.x, "id"}), of: p.x, call: post(op.byID(p.pool), body), want: hidden, never: post(op.byID(neverWas), body)}
			if member, _ := w.inPool(s, p.pool); member {
				t.want, t.never = refused, call{}
				if w.policy.May(s.who, holds, "edit") {
					t.want, t.may = works, w.takingFrom(holds, p.x)
				}
			}
			return t
		})...)
	}
	return out
}

func assignFromPoolTrials(w *world, op operation) []trial {
	var out []trial
	for _, p := range w.lying("") {
		holds := w.holdsOf(p.pool)
		out = append(out, each(w, op, func(s *subject) trial {
			body := map[string]any{"ids": []string{p.x}, "owner_id": w.users["far"]}
			t := trial{about: w.describe(source{holds, p.x, "id"}), of: p.x, call: post(op.byID(p.pool), body), want: hidden, never: post(op.byID(neverWas), body)}
			if member, admin := w.inPool(s, p.pool); member {
				t.want, t.never = refused, call{}
				if admin && s.lets(holds, "assign") {
					t.want, t.may, t.check = works, w.takingFrom(holds, p.x), bulkOfOne(true)
				}
			}
			return t
		})...)
	}
	return out
}

func putTrials(w *world, op operation) []trial {
	var out []trial
	for _, holds := range []string{"customer", "lead"} {
		pool := w.lying(holds)[0].pool
		out = append(out, onEachOf(w, op, holds, func(s *subject, x *thing) trial {
			r, values := w.policy.Records[x.id], w.stored[x.id].values
			member, _ := w.inPool(s, pool)
			rests := holds == "lead" && (!slices.Contains([]string{"todo", "working", "need", "proposal", "negotiating"}, w.leadState(x.id)) || values["converted_at"] != nil)
			won := holds == "customer" && (values["stage"] == "won" || values["deal_status"] == "closed")
			supervises := w.policy.Sees(s.who, x.id) && w.widely(s, holds, x.id)
			may := !r.Archived && w.policy.Sees(s.who, x.id) && !rests && idText(values["pool_id"]) == "" &&
				(supervises || r.Owner == s.who.User && member && !won && s.lets(holds, "edit"))
			t := trial{
				call: post(op.byID(pool), map[string]any{"ids": []string{x.id}, "reason": w.gen.fresh()}), want: works, check: bulkOfOne(may),
			}
			if may {
				t.may = w.takingFrom(holds, x.id)
			}
			return t
		})...)
	}
	return out
}

// lets reports whether somebody came by a way that lets an action through.
func (s *subject) lets(module, action string) bool {
	return s.who.Only == nil || slices.Contains(s.who.Only[module], action)
}

// widely reports whether somebody may assign a record as one who looks after more than their own.
func (w *world) widely(s *subject, module, x string) bool {
	r := w.policy.Records[x]
	if !w.policy.Reaches(s.who, module, "assign", r.Owner, r.Department) {
		return false
	}
	return slices.ContainsFunc(w.policy.Users[s.who.User].Roles, func(role string) bool {
		rule := w.rules[role]
		scope := rule.Grants[module]["assign"].Scope
		return rule.Everything || scope != "" && scope != "self"
	})
}

func previewTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of a draft", want: refused, call: post(op.path, map[string]any{
			"holds": "customer", "department_ids": []string{w.departments["root"]}, "days": 60,
			"recycle": map[string]any{"groups": []any{map[string]any{"all": []any{map[string]any{"since": "followup", "days": 1}}}}},
		})}
		if w.policy.May(s.who, "pool", "edit") || w.policy.May(s.who, "pool", "create") {
			t.want = works
		}
		return t
	})
}

// asksWho reports whether somebody may ask who has what.
func (w *world) asksWho(s *subject) bool {
	return w.policy.May(s.who, "customer", "create") || w.policy.May(s.who, "lead", "create")
}

func whoHasTrials(w *world, op operation) []trial {
	var out []trial
	for of, title := range map[string]string{"customer": "name", "lead": "company"} {
		out = append(out, onEachOf(w, op, of, func(s *subject, x *thing) trial {
			name, _ := w.stored[x.id].values[title].(string)
			t := trial{call: post(op.path, map[string]any{"q": name}), want: refused}
			if w.asksWho(s) {
				t.want, t.may, t.theirs = works, counting("clash_query", "clash_hit"), x.id
				t.check = func(a answer) string {
					body := string(a.body)
					if !w.policy.Sees(s.who, x.id) && (strings.Contains(body, x.id) || strings.Contains(body, `"title":"`+name)) {
						return "tells more than that it exists"
					}
					return ""
				}
			}
			return t
		})...)
	}
	return out
}

// asked is a step that has somebody ask who has a customer, and put the answer into the path of the case.
func (w *world) asked(by *subject, x string) step {
	name, _ := w.stored[x].values["name"].(string)
	return step{by, post("/clashes", map[string]any{"q": name}), func(a answer, t *trial) {
		var found struct{ Items []struct{ Hit string } }
		a.json(&found)
		if len(found.Items) > 0 {
			t.call.path = strings.Replace(t.call.path, "{id}", found.Items[0].Hit, 1)
		}
	}}
}

func askForTrials(w *world, op operation) []trial {
	x := w.named("customer", "of rep").id
	far := w.subject("far")
	return each(w, op, func(s *subject) trial {
		t := trial{
			about: "what somebody else was answered", call: post(op.path, map[string]any{"wants": "take_over", "reason": w.gen.fresh()}), want: hidden,
			first: []step{w.asked(far, x)},
		}
		if s.who.User == far.who.User {
			t.about, t.want, t.may = "what they were answered", works, counting("clash_request", "note", "note_feed")
		}
		return t
	})
}

func decideTrials(w *world, op operation) []trial {
	x := w.named("customer", "of rep").id
	far := w.subject("far")
	return each(w, op, func(s *subject) trial {
		t := trial{
			about: "about a customer of rep", call: post(op.path, map[string]any{"accept": true}), want: hidden,
			first: []step{{far, post("/clashes", map[string]any{"q": w.stored[x].values["name"]}), nil}},
		}
		t.first[0].took = func(a answer, _ *trial) {
			var found struct{ Items []struct{ Hit string } }
			a.json(&found)
			far.send(post("/clashes/"+found.Items[0].Hit+"/request", map[string]any{"wants": "take_over", "reason": "?"}))
		}
		t.first = append(t.first, step{far, get("/clash-requests?mine=true&open=true"), func(a answer, t *trial) {
			var list struct{ Items []struct{ ID string } }
			a.json(&list)
			t.call.path = strings.Replace(t.call.path, "{id}", list.Items[0].ID, 1)
		}})
		r := w.policy.Records[x]
		if s.who.User != r.Owner && s.who.User != far.who.User && s.lets("customer", "assign") && (w.widely(s, "customer", x) || s.who.User == w.users["boss"]) {
			t.want, t.may = works, w.touching("customer", x)
			t.may.owner = true
			t.may.other = func(c rowChange) bool {
				return slices.Contains([]string{"clash_request", "note", "note_feed"}, c.table)
			}
		}
		return t
	})
}

func clashListTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "all", call: get(op.path), want: works}
		if op.id == "list-clash-questions" && !w.policy.May(s.who, "log", "view") {
			t.want = refused
		}
		return t
	})
}
