package matrix

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"genjin/internal/matrix/policy"
)

// granted gives how a request ends that needs a permission and nothing more.
func granted(may bool) want {
	if may {
		return works
	}
	return refused
}

// companyLogTrials read the company's log, whole and of some things.
func companyLogTrials(w *world, op operation) []trial {
	action := map[string]string{"export-log": "export"}[op.id]
	queries := []string{""}
	if op.id != "get-log-seal" {
		queries = append(queries, "?entity=customer", "?action=create", "?record="+w.named("customer", "of far").id, "?user="+w.users["rep"])
	}
	if action == "" {
		action = "view"
	}
	var out []trial
	for _, q := range queries {
		out = append(out, each(w, op, func(s *subject) trial {
			return trial{about: "of all that is " + q, call: get(op.path + q), want: granted(w.policy.May(s.who, "log", action)), may: &may{}}
		})...)
	}
	return out
}

func catalogueTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "all", call: get(op.path), want: granted(w.policy.May(s.who, "role", "view"))}
	})
}

// explainTrials ask what each user may do, and with a record of somebody's.
func explainTrials(w *world, op operation) []trial {
	var out []trial
	for _, name := range append([]string{"admin"}, names()...) {
		out = append(out, each(w, op, func(s *subject) trial {
			may := s.who.User == w.users[name] || w.policy.May(s.who, "user", "view") && w.policy.May(s.who, "role", "view")
			t := trial{about: "of " + name, call: get(op.byID(w.users[name])), want: granted(may && !left(name))}
			return t
		})...)
		for _, x := range []*thing{w.named("customer", "of far"), w.named("contact", "of rep"), w.named("customer", "shared to be read")} {
			out = append(out, each(w, op, func(s *subject) trial {
				may := s.who.User == w.users[name] || w.policy.May(s.who, "user", "view") && w.policy.May(s.who, "role", "view")
				asked := func(x *thing, id string) call {
					return get(op.byID(w.users[name]) + query("entity", x.entity, "record", id))
				}
				t := trial{about: "of " + name + " and " + x.String(), call: asked(x, x.id), want: refused}
				switch {
				case !may || left(name):
				case w.policy.Sees(s.who, x.id):
					t.want = works
				default:
					t.want, t.never = hidden, asked(x, neverWas)
				}
				return t
			})...)
		}
	}
	return out
}

// manages reports whether somebody may say how a user works: administrators are managed by administrators.
func (w *world) manages(who policy.Who, user string) bool {
	return w.policy.May(who, "user", "edit") && (!w.policy.Records[user].Admin || w.policy.May(who, "role", "edit") || who.User == user)
}

func holdingTrials(w *world, op operation) []trial {
	return onEachOf(w, op, "user", func(s *subject, x *thing) trial {
		return trial{call: get(op.byID(x.id)), want: granted(w.manages(s.who, x.id))}
	})
}

// handingOver lets a hand-over change what it changes at once: the rest is the work of a job.
func (w *world) handingOver(from string) *may {
	m := w.touching("user", from)
	m.adds = append(m.adds, "job", "handover")
	m.other = func(c rowChange) bool {
		if signsOut(c) {
			return true
		}
		switch c.table {
		case "department":
			return slices.Equal(changedBeside(c), []string{"supervisor_ids"})
		case "saved_view":
			return c.old != nil && textID(c.old["owner_id"]) == from
		}
		return false
	}
	return m
}

// changedBeside gives the columns that changed beside those that every change changes.
func changedBeside(c rowChange) []string {
	return slices.DeleteFunc(c.columns(), func(name string) bool {
		return name == "version" || name == "updated_at" || name == "updated_by"
	})
}

func handOverTrials(w *world, op operation) []trial {
	return onEachOf(w, op, "user", func(s *subject, x *thing) trial {
		to := w.users["team"]
		if x.id == to {
			to = w.users["far"]
		}
		t := trial{call: post(op.byID(x.id), map[string]any{"to": to}), want: refused, may: w.handingOver(x.id)}
		if w.manages(s.who, x.id) && w.manages(s.who, to) && x.id != s.who.User {
			t.want = open // some are handing over already
			if x.id == w.users["rep"] {
				t.want = works
			}
		}
		return t
	})
}

func listHandoverTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "all", call: get(op.path), want: granted(w.policy.May(s.who, "user", "edit"))}
	})
}

func undoHandoverTrials(w *world, op operation) []trial {
	var out []trial
	for _, x := range append(slices.Sorted(maps.Keys(w.handovers)), neverWas) {
		out = append(out, each(w, op, func(s *subject) trial {
			may := &may{adds: []string{"job"}, other: func(c rowChange) bool { return c.table == "handover" && idOf(c.key) == x }}
			t := trial{about: "of " + w.describe(source{id: w.handovers[x]}), call: post(op.byID(x), nil), want: refused, may: may}
			if x != neverWas && w.manages(s.who, w.handovers[x]) {
				t.want = works
			}
			return t
		})...)
	}
	return out
}

// personalDataTrials take out everything that is kept about a person.
func personalDataTrials(w *world, op operation) []trial {
	return onEach(w, op, func(s *subject, x *thing) trial {
		t := trial{call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas)), may: &may{}}
		if t.want != works {
			return t
		}
		t.want = granted(w.policy.May(s.who, op.def.ModuleName(), "export") && w.policy.SeesPrivate(s.who))
		if t.want == works && len(w.rulesOf(s)) > 0 {
			t.want = open // of follow-ups in an order that they may not know
		}
		return t
	})
}

// rulesOf gives the field rules that somebody's roles have.
func (w *world) rulesOf(s *subject) []string {
	var out []string
	for _, role := range w.policy.Users[s.who.User].Roles {
		for name, fields := range w.rules[role].Fields {
			if len(fields) > 0 {
				out = append(out, name)
			}
		}
	}
	return out
}

// erased are the columns in which a person may be named, and which are blotted out with them.
var erased = map[string][]string{
	"customer":    {"main_contact", "main_phone", "need", "remark", "stage_note"},
	"followup":    {"content", "feedback", "next_action", "purpose", "place", "postpone_reason", "cancel_reason", "later_reason", "checked_in_place"},
	"lead":        {"company", "company_key", "norm_name", "core_name", "contact_name", "title", "phone", "phone_verified_at", "email", "wechat", "address", "need", "source_detail", "remark", "decision", "opinion", "closed_note", "custom"},
	"lead_review": {"opinion"},
	"comment":     {"content"},
}

func eraseTrials(w *world, op operation) []trial {
	return onEach(w, op, func(s *subject, x *thing) trial {
		m := w.touching(op.def.Name, x.id)
		for _, l := range w.of("lead") { // with a contact goes the lead that it was made of
			if idText(w.stored[l.id].values["contact_id"]) == x.id {
				w.include(m, l.id)
			}
		}
		m.rule = erased
		m.other = func(c rowChange) bool {
			return c.table == "audit_entry" && !c.removed() && fmt.Sprint(c.columns()) == "[changes erased]"
		}
		body := map[string]any{"reason": "本人申请"}
		return trial{
			call: call{method: http.MethodPost, path: op.byID(x.id), body: body}, want: w.allowed(s, x.id, w.policy.Does(s.who, "delete", x.id) && w.stored[x.id].values["contact_id"] == nil),
			never: call{method: http.MethodPost, path: op.byID(neverWas), body: body}, may: m,
		}
	})
}
