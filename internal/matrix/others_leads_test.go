package matrix

import (
	"maps"
	"net/http"
	"slices"

	"genjin/internal/access"
	"genjin/internal/id"
)

// addLeads brings leads of some people to where a review brings them: one that passed, one that was sent back, and one
// that became a customer.
func (w *world) addLeads(admin *client) {
	w.t.Helper()
	def := w.def("lead")
	for _, name := range []string{"rep", "far", "lead", "boss"} {
		for _, state := range []string{"passed", "sent back", "converted"} {
			x := w.addRecord(admin, def, relation{name: state + " of " + name, owner: name}, nil)
			decision := map[string]any{"ids": []string{x}, "result": "pass", "grade": "B", "opinion": w.gen.canary()}
			if state == "sent back" {
				decision = map[string]any{"ids": []string{x}, "result": "return", "lacking": []string{"budget"}, "opinion": w.gen.canary()}
			}
			w.done(admin, post("/leads/review", decision))
			if state == "converted" {
				w.done(admin, post("/leads/"+x+"/convert", map[string]any{}))
			}
		}
	}
}

// reviews reports whether somebody may review a lead: who may approve, within the reach of their editing.
func (w *world) reviews(s *subject, x string) bool {
	r := w.policy.Records[x]
	return w.policy.May(s.who, "lead", "approve") && w.policy.Does(s.who, "edit", x) && w.policy.Reaches(s.who, "lead", "edit", r.Owner, r.Department)
}

func (w *world) leadState(x string) string {
	state, _ := w.stored[x].values["state"].(string)
	return state
}

// bulkOfOne is what a decision about one lead must have done.
func bulkOfOne(may bool) func(a answer) string {
	return func(a answer) string {
		var done struct{ Changed int }
		a.json(&done)
		if (done.Changed == 1) != may {
			return "changed it, or did not, against the rules"
		}
		return ""
	}
}

func reviewTrials(w *world, op operation) []trial {
	may := func(s *subject, x string) bool { return w.reviews(s, x) && w.leadState(x) == "pending" }
	return w.manyLeadTrials(op, "approve", map[string]any{"result": "invalid", "invalid_reason": "spam"}, may)
}

func assignLeadTrials(w *world, op operation) []trial {
	far := w.users["far"]
	return w.manyLeadTrials(op, "assign", map[string]any{"owner_id": far}, func(s *subject, x string) bool {
		return w.policy.Does(s.who, "assign", x) && w.policy.Writes(s.who, "lead", "owner_id") &&
			(w.policy.Gives(s.who, "lead", far) || w.policy.Records[x].Owner == far)
	})
}

// manyLeadTrials do something that takes a permission to each lead, and to all that a filter finds.
func (w *world) manyLeadTrials(op operation, permission string, body map[string]any, may func(s *subject, x string) bool) []trial {
	ask := func(s *subject, chosen string, which any, mine []string) trial {
		with := maps.Clone(body)
		with[chosen] = which
		t := trial{call: post(op.path, with), want: orRefused(w.policy.May(s.who, "lead", permission))}
		if len(mine) > 0 {
			t.may = w.touching("lead", mine...)
			t.may.owner = body["owner_id"] != nil
		}
		return t
	}
	out := onEachOf(w, op, "lead", func(s *subject, x *thing) trial {
		var mine []string
		if may(s, x.id) {
			mine = []string{x.id}
		}
		t := ask(s, "ids", []string{x.id}, mine)
		t.check = bulkOfOne(len(mine) > 0)
		return t
	})
	return append(out, each(w, op, func(s *subject) trial {
		found := w.listed(s.who, "lead", false)
		mine := slices.DeleteFunc(slices.Clone(found), func(x string) bool { return !may(s, x) })
		t := ask(s, "filter", map[string]any{"and": []any{}}, mine)
		t.about = "all that a filter finds"
		t.check = func(a answer) string { return bulkDid(a, len(found), mine, false) }
		return t
	})...)
}

// leadTrials move a lead on its way.
func leadTrials(w *world, op operation) []trial {
	return onEachOf(w, op, "lead", func(s *subject, x *thing) trial {
		edits, state := w.policy.Does(s.who, "edit", x.id), w.leadState(x.id)
		converted := w.stored[x.id].values["converted_at"] != nil
		var body map[string]any
		may := false
		switch op.id {
		case "resubmit-lead":
			body, may = map[string]any{"opinion": w.gen.fresh()}, edits && state == "returned"
		case "move-lead":
			to := "need"
			if converted {
				to = "won"
			}
			body, may = map[string]any{"state": to, "note": w.gen.fresh()}, edits && slices.Contains([]string{"todo", "working"}, state)
		case "grade-lead":
			body, may = map[string]any{"grade": "A"}, w.reviews(s, x.id) && !converted && slices.Contains([]string{"todo", "working"}, state)
		case "unconvert-lead":
			may = converted && (w.reviews(s, x.id) || edits && s.who.User == w.users["admin"])
		}
		t := trial{call: post(op.byID(x.id), body), want: w.allowed(s, x.id, may), never: post(op.byID(neverWas), body)}
		if may {
			t.may = w.touching("lead", x.id)
			customer, _ := w.stored[x.id].values["customer_id"].(int64)
			if converted && (op.id != "move-lead" || w.policy.Does(s.who, "edit", id.ID(customer).String())) {
				t.may.other = conversion // what hangs on the customer that it became, which is gone then, or won
			}
		}
		return t
	})
}

// conversion are the tables in which the making of a customer of a lead, and the taking back of that, writes.
func conversion(c rowChange) bool {
	return slices.Contains([]string{"customer", "contact", "followup", "attachment", "share", "stage_change", "obligation", "search_term", "search_index"}, c.table)
}

func convertTrials(w *world, op operation) []trial {
	return onEachOf(w, op, "lead", func(s *subject, x *thing) trial {
		may := w.policy.Does(s.who, "edit", x.id) && w.policy.May(s.who, "customer", "create") && w.leadState(x.id) == "todo" &&
			w.stored[x.id].values["converted_at"] == nil
		t := trial{call: post(op.byID(x.id), map[string]any{}), want: w.allowed(s, x.id, may), never: post(op.byID(neverWas), map[string]any{})}
		if may {
			t.may = w.touching("lead", x.id)
			t.may.other = conversion
		}
		return t
	})
}

// queueTrials ask for what waits for a review: all that may be reviewed, and nothing else.
func queueTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{
			about: "mine", call: get(op.path + "?limit=50"), want: orRefused(w.policy.May(s.who, "lead", string(access.Approve))),
			check: func(a answer) string {
				given := map[string]bool{}
				for {
					var page struct {
						Items []struct{ Lead struct{ ID string } }
						Next  string
					}
					a.json(&page)
					for _, item := range page.Items {
						given[item.Lead.ID] = true
					}
					if page.Next == "" {
						break
					}
					a = s.send(get(op.path + "?limit=50&cursor=" + page.Next))
				}
				for _, x := range w.of("lead") {
					if want := w.reviews(s, x.id) && w.leadState(x.id) == "pending"; given[x.id] != want {
						return "the queue and the rules disagree about " + x.String()
					}
				}
				return ""
			},
		}
	})
}

func adviceTrials(w *world, op operation) []trial {
	return onEachOf(w, op, "lead", func(s *subject, x *thing) trial {
		return trial{call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas))}
	})
}

// leadRuleTrials ask for how leads are scored and given out, or for what is said to them, and set it.
func leadRuleTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of the company", call: call{method: op.method, path: op.path}, want: works}
		if op.method != http.MethodPut {
			return t
		}
		t.call.body = map[string]any{
			"scoring":    map[string]any{"criteria": []any{map[string]any{"kind": "budget", "weight": 9, "amount": 100}}, "a": 50, "b": 20},
			"assignment": map[string]any{"rule": "round_robin", "capacity": 7},
		}
		if op.path == "/lead-talks" {
			track := map[string]any{"name": "T" + w.gen.fresh(), "sources": []any{"fair"}, "way": "visit", "goal": "G", "points": []any{"P", "Q"}}
			t.call.body = map[string]any{"remind": "15", "tracks": []any{track}}
		}
		t.may = counting("setting", "schema_version")
		if !w.policy.May(s.who, "dictionary", "edit") {
			t.want = refused
		}
		return t
	})
}

// orRefused is how a request ends that may be made, or not.
func orRefused(may bool) want {
	if may {
		return works
	}
	return refused
}
