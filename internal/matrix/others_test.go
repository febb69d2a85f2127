package matrix

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/matrix/policy"
)

// others are the makers of the operations that are not the same for every entity, by their ids in the document.
var others = map[string]maker{
	"boot": alikeTrials(open), "meta": metaTrials, "directory": directoryTrials, "list-codes": codeTrials, "get-code": codeTrials,
	"setup": setupTrials, "sign-in": signInTrials, "sign-out": signOutTrials,
	"me": alikeTrials(works), "change-me": changeMeTrials, "change-password": personTrials, "set-password": setPasswordTrials,
	"list-sessions": personTrials, "end-session": endLoginTrials, "list-tokens": personTrials, "create-token": createTokenTrials, "end-token": endLoginTrials,
	"create-field": settingTrials, "archive-field": settingTrials, "set-choices": settingTrials, "set-field-use": settingTrials,
	"settings": settingTrials, "set-settings": settingTrials, "add-choice": addChoiceTrials,
	"working-calendar": calendarTrials, "set-working-calendar": calendarTrials, "department-calendar": calendarTrials, "set-department-calendar": calendarTrials,
	"calendar-year": calendarTrials, "take-notice": calendarTrials, "drop-notice": calendarTrials,
	"undo": undoTrials, "search": searchTrials, "timeline": timelineTrials("customer"), "lead-timeline": timelineTrials("lead"),
	"upload": uploadTrials("customer"), "upload-to-lead": uploadTrials("lead"), "download": contentTrials, "preview": contentTrials,
	"list-views": listViewTrials, "create-view": createViewTrials, "update-view": viewTrials, "delete-view": viewTrials,
	"start-import": startImportTrials, "list-imports": listImportTrials, "get-import": importTrials, "change-import": importTrials,
	"check-import": importTrials, "run-import": importTrials, "undo-import": importTrials, "cancel-import": importTrials,
	"get-field": settingTrials, "update-field": settingTrials, "order-fields": settingTrials,
	"list-log": companyLogTrials, "export-log": companyLogTrials, "get-log-seal": companyLogTrials,
	"role-catalogue": catalogueTrials, "explain-access": explainTrials,
	"list-holdings": holdingTrials, "hand-over": handOverTrials, "list-handovers": listHandoverTrials, "undo-handover": undoHandoverTrials,
	"export-personal-data": personalDataTrials, "export-lead-personal-data": personalDataTrials, "erase-contact": eraseTrials, "erase-lead": eraseTrials,
	"refused-of-import": importTrials, "problems-of-import": importTrials, "get-job": jobTrials,
	"list-notes": listNoteTrials, "mark-notes": markNoteTrials, "events": eventTrials,
	"note-preferences": notePreferenceTrials, "set-note-preferences": notePreferenceTrials,
	"push": pushTrials, "add-push": pushTrials, "remove-push": pushTrials,
	"list-robots": robotTrials, "create-robot": robotTrials, "update-robot": robotTrials, "delete-robot": robotTrials, "test-robot": robotTrials,
	"failed-deliveries": robotTrials, "retry-deliveries": robotTrials,
	"send-code-contact": sendCodeTrials, "confirm-code-contact": confirmCodeTrials, "send-code-lead": sendCodeTrials, "confirm-code-lead": confirmCodeTrials,
	"sms-settings": gatewayTrials, "set-sms": gatewayTrials, "remove-sms": gatewayTrials, "test-sms": gatewayTrials,
	"my-pools": myPoolTrials, "pool-records": poolRecordTrials, "pool-followups": poolFollowupTrials, "claim": claimTrials, "assign-from-pool": assignFromPoolTrials, "put-into-pool": putTrials,
	"preview-pool": previewTrials, "who-has": whoHasTrials, "ask-for": askForTrials, "list-clash-requests": clashListTrials, "decide-clash-request": decideTrials,
	"list-clash-questions": clashListTrials,
	"list-clock-kinds":     clockKindTrials, "set-clock-kind": clockKindTrials, "list-todo": todoTrials,
	"tick-todo": dutyTrials, "snooze-todo": dutyTrials, "nudge-todo": dutyTrials,
	"calendar": seeingTrials("?from=2025-03-01&to=2025-04-20&scope=team"), "work-day": seeingTrials("?day=2025-03-10"),
	"review-leads": reviewTrials, "assign-leads": assignLeadTrials, "resubmit-lead": leadTrials, "move-lead": leadTrials, "grade-lead": leadTrials,
	"convert-lead": convertTrials, "unconvert-lead": leadTrials, "lead-queue": queueTrials, "lead-advice": adviceTrials,
	"web-form-askable": formTrials, "preview-web-form": formTrials, "web-form-use": oneFormTrials, "web-form-qr": oneFormTrials, "renew-web-form": oneFormTrials,
	"lead-rules": leadRuleTrials, "set-lead-rules": leadRuleTrials, "lead-talks": leadRuleTrials, "set-lead-talks": leadRuleTrials,
	"list-reports": alikeTrials(works), "get-report": reportTrials, "export-report": reportTrials,
	"list-report-archives": archiveReportTrials, "freeze-reports": archiveReportTrials, "get-report-archive": archiveReportTrials, "export-report-archive": archiveReportTrials,
	"source-costs": sourceCostTrials, "set-source-costs": sourceCostTrials,
	"timeliness": seeingTrials("?from=2025-01-01&to=2026-12-31&by=user"), "postponed": seeingTrials("?from=2025-01-01&to=2026-12-31"),
}

// each gives a case for each subject.
func each(w *world, op operation, plan func(s *subject) trial) []trial {
	var out []trial
	for _, s := range w.subjects {
		t := plan(s)
		t.door, t.by = op.id, s
		out = append(out, t)
	}
	return out
}

// isPerson says whether somebody signed in themselves, and not through a token.
func (s *subject) isPerson() bool { return s.token == "" }

// alikeTrials ask for what everybody may ask for about themselves.
func alikeTrials(want want) maker {
	return func(w *world, op operation) []trial {
		return each(w, op, func(*subject) trial { return trial{about: "for themselves", call: get(op.path), want: want} })
	}
}

func metaTrials(w *world, op operation) []trial {
	return append(metaTagTrials(w, op), each(w, op, func(s *subject) trial {
		return trial{about: "for themselves", call: get(op.path), want: works, check: func(a answer) string {
			var m struct {
				Entities []struct {
					Name   string
					Fields []struct {
						Name, Access string
						Filter       bool
					}
				}
			}
			a.json(&m)
			for _, e := range m.Entities {
				for _, f := range e.Fields {
					if level := w.policy.Level(s.who, e.Name, f.Name); level != f.Access || level == "hidden" || f.Filter != w.policy.Asks(s.who, e.Name, f.Name) {
						return fmt.Sprintf("says of %s.%s that one may %s it, filter %v", e.Name, f.Name, f.Access, f.Filter)
					}
				}
			}
			return ""
		}}
	})...)
}

// metaTagTrials ask with the tag of what somebody else was told: it holds only for who is told the same.
func metaTagTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		var theirs answer
		return trial{
			about: "as the administrator got it", call: get(op.path), want: open,
			first: []step{{w.subject("admin"), get(op.path), func(a answer, t *trial) {
				theirs = a
				t.call = t.call.with("If-None-Match", a.header.Get("ETag"))
			}}},
			inspect: func(a answer) string {
				if own := s.send(get(op.path)); a.status == http.StatusNotModified && string(own.body) != string(theirs.body) {
					return "is told that it is as somebody else got it"
				}
				return ""
			},
		}
	})
}

// retryTrials send what somebody else sent, with the same Idempotency-Key.
func (w *world) retryTrials() []trial {
	var out []trial
	values := map[string]any{"name": w.gen.fresh(), "remark": w.gen.canary()}
	secret, _ := values["remark"].(string)
	for i, doer := range []*subject{w.subject("rep"), w.subject("admin"), w.subject("ops")} {
		c := post("/customers", values).with("Idempotency-Key", fmt.Sprintf("key-%d", i))
		for _, s := range w.subjects {
			var theirs answer
			t := trial{
				door: "idempotency", by: s, about: "what " + doer.name + " sent", call: c, want: open, may: w.adding("customer", ""),
				first: []step{{doer, c, func(a answer, _ *trial) { theirs = a }}},
				inspect: func(a answer) string {
					replayed := a.header.Get("Idempotent-Replay") != "" || string(a.body) == string(theirs.body)
					same := s.who.User == doer.who.User && s.who.Only == nil
					if replayed && !same || !w.policy.Adds(s.who, "customer", "") && strings.Contains(string(a.body), secret) {
						return "is given the answer to somebody else: " + a.String()
					}
					return ""
				},
			}
			out = append(out, t)
		}
	}
	return out
}

func directoryTrials(w *world, op operation) []trial {
	out := each(w, op, func(*subject) trial { return trial{about: "of all", call: get(op.path), want: works} })
	return append(out, each(w, op, func(s *subject) trial {
		var tag string
		return trial{
			about: "as somebody else got it", call: get(op.path), want: open,
			first: []step{{w.subject("admin"), get(op.path), func(a answer, t *trial) {
				tag = a.header.Get("ETag")
				t.call = t.call.with("If-None-Match", tag)
			}}},
		}
	})...)
}

func codeTrials(w *world, op operation) []trial {
	path := strings.NewReplacer("{set}", "gbt2260", "{code}", "440300").Replace(op.path)
	return each(w, op, func(*subject) trial { return trial{about: "of regions", call: get(path), want: works} })
}

func setupTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "a second time", want: refused, call: post(op.path, map[string]any{"company": "x", "name": "x", "login": s.name + "2", "password": password})}
	})
}

// counting lets the tables that count attempts and sessions change.
func counting(tables ...string) *may {
	return &may{other: func(c rowChange) bool { return slices.Contains(tables, c.table) }}
}

// attemptTables count what people try.
var attemptTables = []string{"signin_log", "signin_failure", "signin_step"}

func signInTrials(w *world, op operation) []trial {
	var out []trial
	for _, one := range []struct {
		login, password string
		want            want
	}{{"rep", password, works}, {"rep", "wrong", refused}, {"leaver", password, refused}, {"noone", password, refused}} {
		by := &subject{name: "anybody", who: policy.Who{User: w.users[one.login]}, client: &client{handler: w.app.API, from: "10.4.0.1"}}
		out = append(out, trial{
			door: op.id, by: by, about: "as " + one.login, want: one.want, may: counting("session"), attempt: true,
			call: post(op.path, map[string]any{"login": one.login, "password": one.password}),
		})
	}
	return out
}

func signOutTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		return trial{about: "themselves", call: call{method: http.MethodDelete, path: op.path}, want: open, may: &may{other: func(c rowChange) bool {
			return c.table == "session" && c.removed() && textID(c.old["user_id"]) == s.who.User && s.isPerson()
		}}, attempt: true}
	})
}

// ownAccount lets somebody's own account change, but for what others decide.
func (w *world) ownAccount(s *subject) *may {
	m := w.touching("user", s.who.User)
	m.other = func(c rowChange) bool { return c.table == "user_setting" && idOf(c.key) == s.who.User }
	return m
}

func changeMeTrials(w *world, op operation) []trial {
	ends := func(s *subject, may bool) want {
		if may && s.isPerson() {
			return works
		}
		return refused
	}
	var out []trial
	for field, may := range map[string]bool{"name": true, "email": true, "settings": true, "role_ids": false, "active": false, "department_id": false, "login": false, "id": false} {
		var value any = w.gen.fresh()
		switch field {
		case "email":
			value = w.gen.fresh() + "@example.com"
		case "settings":
			value = map[string]any{"x": w.gen.fresh()}
		}
		out = append(out, each(w, op, func(s *subject) trial {
			return trial{about: "their " + field, call: call{method: op.method, path: op.path, body: map[string]any{field: value}}, want: ends(s, may), may: w.ownAccount(s)}
		})...)
	}
	return out
}

// personTrials ask for what is done by who signed in alone.
func personTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "their own", call: call{method: op.method, path: op.path}, want: refused, attempt: op.method == http.MethodPut}
		if op.method == http.MethodPut {
			t.call.body = map[string]any{"old": "wrong", "new": "another password"}
		} else if s.isPerson() {
			t.want = works
		}
		return t
	})
}

func setPasswordTrials(w *world, op operation) []trial {
	var out []trial
	for _, x := range w.of("user") {
		out = append(out, each(w, op, func(s *subject) trial {
			allowed := s.isPerson() && w.policy.May(s.who, "user", "edit") && (w.policy.May(s.who, "role", "edit") || !w.policy.Records[x.id].Admin)
			t := trial{
				about: "of " + x.String(), call: post(op.byID(x.id), map[string]any{"password": w.gen.fresh() + " horse"}), want: refused,
				attempt: true, may: counting("credential", "session", "api_token", "signin_link"),
			}
			if allowed {
				t.want = works
			}
			return t
		})...)
	}
	return out
}

// endLoginTrials end each session or token there is.
func endLoginTrials(w *world, op operation) []trial {
	var out []trial
	table := map[string]string{"end-session": "session", "end-token": "api_token"}[op.id]
	for x, owner := range w.logins {
		if w.loginTables[x] != table {
			continue
		}
		out = append(out, each(w, op, func(s *subject) trial {
			t := trial{
				about: "of " + w.describe(source{id: owner}), call: call{method: op.method, path: op.byID(x)}, want: refused, attempt: true,
				may: &may{other: func(c rowChange) bool { return c.table == table && c.removed() && idOf(c.key) == x }},
			}
			switch {
			case s.isPerson() && owner == s.who.User:
				t.want = works
			case s.isPerson():
				t.want, t.never = hidden, call{method: op.method, path: op.byID(neverWas)}
			}
			return t
		})...)
	}
	return out
}

func createTokenTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "for themselves", call: post(op.path, map[string]any{"name": w.gen.fresh()}), want: refused, attempt: true, may: &may{other: func(c rowChange) bool {
			return c.table == "api_token" && c.added() && textID(c.new["user_id"]) == s.who.User
		}}}
		if s.isPerson() {
			t.want = works
		}
		return t
	})
}

// settingTrials change the company's fields and settings.
func settingTrials(w *world, op operation) []trial {
	path := strings.NewReplacer("{entity}", "customer", "{field}", "x_choice").Replace(op.path)
	module, action, body := "setting", "edit", any(nil)
	switch op.id {
	case "create-field":
		body = map[string]any{"entity": "customer", "name": "x_new", "label_zh": "新", "type": "text"}
	case "set-choices":
		module = "dictionary"
		body = map[string]any{"choices": []map[string]any{{"value": "one", "label_zh": "壹"}}}
	case "set-field-use":
		path, body = strings.Replace(path, "x_choice", "bank", 1), map[string]any{"required": false, "hidden": true}
	case "set-settings":
		body = map[string]any{"company": "新名", "code_rule": "{year}-{serial:4}"}
	case "update-field":
		body = map[string]any{"label_zh": "改"}
	case "order-fields":
		body = map[string]any{"fields": []string{"x_choice", "x_date", "x_int", "x_text"}}
	case "settings":
		action = "view"
	}
	return each(w, op, func(s *subject) trial {
		t := trial{
			about: "of the company", call: call{method: op.method, path: path, body: body}, want: refused,
			may: counting("setting", "choice", "custom_field", "schema_version"),
		}
		if w.policy.May(s.who, module, action) {
			t.want = works
		}
		return t
	})
}

func addChoiceTrials(w *world, op operation) []trial {
	var out []trial
	for _, def := range w.defs() {
		for _, f := range def.Fields {
			if !f.Open {
				continue
			}
			module := def.ModuleName()
			out = append(out, each(w, op, func(s *subject) trial {
				may := w.policy.Writes(s.who, def.Name, f.Name) && (w.policy.May(s.who, module, "edit") || w.policy.May(s.who, module, "create"))
				t := trial{
					about: def.Name + "." + f.Name, call: post(op.path, map[string]any{"entity": def.Name, "field": f.Name, "label": w.gen.fresh()}), want: refused,
					may: counting("choice", "schema_version"),
				}
				if may {
					t.want = works
				}
				return t
			})...)
		}
	}
	return out
}

// undoTrials take back what somebody else did to many records, or what one did oneself.
func undoTrials(w *world, op operation) []trial {
	var out []trial
	for _, did := range []string{"admin", "boss", "rep"} {
		doer := w.subject(did)
		var ids []string
		for _, x := range w.of("customer") {
			if w.policy.Does(doer.who, "edit", x.id) {
				ids = append(ids, x.id)
			}
		}
		for _, s := range w.subjects {
			may := s.who.User == doer.who.User
			edits := !slices.ContainsFunc(ids, func(x string) bool { return !w.policy.Does(s.who, "edit", x) })
			t := trial{
				door: op.id, by: s, about: "what " + did + " did", call: post(op.path, nil), want: hidden,
				first: []step{{doer, post("/customers/bulk", map[string]any{"ids": ids, "action": "update", "values": map[string]any{"remark": w.gen.fresh()}}), tokenTo}},
			}
			switch {
			case may && edits:
				t.want, t.may = works, w.touching("customer", ids...)
			case may:
				t.want = open // it takes nothing back
			}
			out = append(out, t)
		}
	}
	return out
}

// tokenTo puts the token of a bulk action into the request to take it back.
func tokenTo(a answer, t *trial) {
	var done struct{ Undo string }
	a.json(&done)
	t.call.body = map[string]any{"token": done.Undo}
}

// searchTrials type what stands in one record.
func searchTrials(w *world, op operation) []trial {
	var out []trial
	for _, def := range w.defs() {
		for _, f := range def.Fields {
			if !f.Search.Indexed() || def.Aside {
				continue
			}
			for _, x := range w.of(def.Name) {
				text, _ := w.stored[x.id].values[f.Name].(string)
				if text == "" {
					continue
				}
				out = append(out, each(w, op, func(s *subject) trial {
					finds := !w.isAway(x.id) && w.policy.Reads(s.who, x.id, f.Name) == policy.Full
					return trial{about: f.Name + " of " + x.String(), call: get(op.path + query("q", text)), want: works, check: func(a answer) string {
						if got := strings.Contains(string(a.body), `"id":"`+x.id+`"`); got != finds {
							return fmt.Sprintf("finds it: %v", got)
						}
						return ""
					}}
				})...)
			}
		}
	}
	return out
}

func timelineTrials(of string) maker {
	return func(w *world, op operation) []trial {
		return onEachOf(w, op, of, func(s *subject, x *thing) trial {
			return trial{
				call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas)),
				check: func(a answer) string { return w.wrongTimeline(s, a, of, x.id) },
			}
		})
	}
}

// onEachOf is onEach for the records of an entity that the operation is not about by name.
func onEachOf(w *world, op operation, of string, plan func(s *subject, x *thing) trial) []trial {
	op.def = w.def(of)
	return onEach(w, op, plan)
}

// wrongTimeline says which of what hangs on a customer or a lead a timeline does not show, or shows and may not.
func (w *world) wrongTimeline(s *subject, a answer, of, x string) string {
	var page struct {
		Items []struct{ Record struct{ ID string } }
	}
	a.json(&page)
	shown := map[string]bool{}
	for _, item := range page.Items {
		shown[item.Record.ID] = true
	}
	for name, at := range map[string]string{"followup": "happened_at", "stage_change": "created_at", "lead_review": "created_at", "file": "created_at"} {
		for _, child := range w.of(name) {
			r := w.policy.Records[child.id]
			if !slices.Contains(r.Parents, x) || w.stored[child.id].values[at] == nil { // a plan has not happened yet
				continue
			}
			// What happened when one may not know, or with whom, stands in no timeline.
			sees := w.policy.Sees(s.who, child.id) && !r.Archived && w.policy.Asks(s.who, name, of+"_id") && w.policy.Asks(s.who, name, at)
			if shown[child.id] != sees {
				return fmt.Sprintf("shows %s: %v", child, shown[child.id])
			}
		}
	}
	return ""
}

func uploadTrials(of string) maker {
	return func(w *world, op operation) []trial {
		def := w.def("file")
		return onEachOf(w, op, of, func(s *subject, x *thing) trial {
			files := upload{w.gen.fresh() + ".txt": w.gen.fresh()}
			may := w.policy.Does(s.who, "edit", x.id) && w.policy.Adds(s.who, "file", x.id)
			m := w.adding("file", x.id)
			m.adds = append(m.adds, def.TableName())
			return trial{call: post(op.byID(x.id), files), want: w.allowed(s, x.id, may), never: post(op.byID(neverWas), files), may: m}
		})
	}
}

func contentTrials(w *world, op operation) []trial {
	out := onEachOf(w, op, "file", func(s *subject, x *thing) trial {
		return trial{
			call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas)),
			check: func(a answer) string {
				if string(a.body) != w.contents[x.id] {
					return "is not what was uploaded"
				}
				return ""
			},
		}
	})
	for _, other := range []string{"customer", "contact", "user"} { // whose ids open no file
		x := w.of(other)[0]
		out = append(out, each(w, op, func(*subject) trial {
			return trial{about: "by the id of " + x.String(), call: get(op.byID(x.id)), want: hidden, never: get(op.byID(neverWas))}
		})...)
	}
	return out
}

// modules says which entities of the registry the importer takes.
func importable(def *entity.Def) bool { return !def.Internal && !def.Derived }
