package matrix

import (
	"fmt"
	"net/http"
	"slices"

	"genjin/internal/entity"
	"genjin/internal/matrix/policy"
)

// allowed gives how a request to change a record must end.
func (w *world) allowed(s *subject, x string, may bool) want {
	switch {
	case !w.policy.Sees(s.who, x):
		return hidden
	case may:
		return works
	}
	return refused
}

// textField gives a field into which somebody may write a word: the first that is none that others depend on; nil when
// there is none.
func (w *world) textField(who policy.Who, of string) *entity.Field {
	for _, f := range w.def(of).Fields {
		plain := (f.Type == entity.Text || f.Type == entity.LongText) && !f.ReadOnly && !f.Internal && !f.Unique && len(f.Match) == 0
		if plain && w.policy.Writes(who, of, f.Name) {
			return f
		}
	}
	return nil
}

// anyText is textField or, for those who may write none, one that they may not.
func (w *world) anyText(who policy.Who, of string) (f *entity.Field, writes bool) {
	if f = w.textField(who, of); f != nil {
		return f, true
	}
	return w.textField(policy.Who{User: w.users["admin"]}, of), false
}

func updateTrials(w *world, op operation) []trial {
	of := op.def.Name
	out := onEach(w, op, func(s *subject, x *thing) trial {
		f, writes := w.anyText(s.who, of)
		values := map[string]any{f.Name: w.gen.fresh()}
		return trial{
			call: op.ofMethod(op.byID(x.id), values), want: w.allowed(s, x.id, writes && w.changes(s.who, x.id)),
			never: op.ofMethod(op.byID(neverWas), values), may: w.touching(of, x.id),
		}
	})
	for _, s := range w.subjects {
		out = append(out, w.eachField(op, s)...)
		out = append(out, w.eachReference(op, s)...)
	}
	if op.def.Owned {
		out = append(out, assignTrials(w, op)...)
	}
	return out
}

// changes reports whether somebody may change the fields of a record: who may edit it, unless a rule keeps it as it is.
func (w *world) changes(who policy.Who, x string) bool {
	return w.policy.Does(who, "edit", x) && w.stored[x].values["converted_at"] == nil
}

// eachField writes into each field of a record that somebody may edit, also into those that nobody may.
func (w *world) eachField(op operation, s *subject) []trial {
	var out []trial
	of := op.def.Name
	at := slices.IndexFunc(w.of(of), func(x *thing) bool { return w.changes(s.who, x.id) })
	if at < 0 {
		return nil
	}
	x := w.of(of)[at]
	for _, f := range w.def(of).Fields {
		value := w.gen.of(f)
		if _, isCode := f.Type.(entity.Tree); isCode {
			value = w.stored[x.id].values[f.Name] // another could be that of somebody else's record
		}
		if value == nil {
			value = w.users["rep"]
		}
		if f.Ref == "role" {
			value = []string{w.roles["supervisor"]}
		}
		ends := open
		if f.Internal || f.ReadOnly || !w.policy.Writes(s.who, of, f.Name) || f.Ref == "role" && !w.policy.May(s.who, "role", "assign") {
			ends = refused
		}
		may := w.touching(of, x.id)
		may.owner = f.Name == "owner_id" && w.policy.Does(s.who, "assign", x.id) || slices.Contains(peopleEntities, of) && ends == open
		may.other = signsOut
		out = append(out, trial{
			door: op.id, by: s, about: "the field " + f.Name + " of " + x.String(), want: ends, may: may,
			call: op.ofMethod(op.byID(x.id), map[string]any{f.Name: value}),
		})
	}
	return out
}

// eachReference lets a record that somebody may edit refer to one that they do not see: it is refused in the words in which
// a reference to nothing is.
func (w *world) eachReference(op operation, s *subject) []trial {
	var out []trial
	of := op.def.Name
	at := slices.IndexFunc(w.of(of), func(x *thing) bool { return w.changes(s.who, x.id) })
	if at < 0 {
		return nil
	}
	x := w.of(of)[at]
	for _, f := range w.def(of).Fields {
		if f.Ref == "" || f.ReadOnly || f.Internal || f.Type != entity.Ref {
			continue
		}
		for i, y := range w.of(f.Ref) {
			if i%5 != 0 || w.policy.Sees(s.who, y.id) || idText(w.stored[x.id].values[f.Name]) == y.id { // what it refers to stays
				continue
			}
			to := func(id string) call { return op.ofMethod(op.byID(x.id), map[string]any{f.Name: id}) }
			out = append(out, trial{
				door: op.id, by: s, about: fmt.Sprintf("%s of %s: %s", f.Name, x, y), of: y.id, call: to(y.id), never: to(neverWas), want: hidden,
			})
		}
	}
	return out
}

// assignTrials give each record to several people.
func assignTrials(w *world, op operation) []trial {
	var out []trial
	for _, to := range []string{"", "rep", "far", "team", "leaver", "myself"} {
		out = append(out, onEach(w, op, func(s *subject, x *thing) trial {
			owner := w.users[to]
			if to == "myself" {
				owner = s.who.User
			}
			may := w.policy.Does(s.who, "assign", x.id) && w.policy.Writes(s.who, op.def.Name, "owner_id") &&
				(owner == "" || owner == w.policy.Records[x.id].Owner || w.policy.Gives(s.who, op.def.Name, owner))
			t := trial{
				call: op.ofMethod(op.byID(x.id), map[string]any{"owner_id": owner}), want: w.allowed(s, x.id, may),
				never: op.ofMethod(op.byID(neverWas), map[string]any{"owner_id": owner}), may: w.moving(op.def.Name, x.id),
			}
			if owner == s.who.User {
				t.theirs = x.id
			}
			return t
		})...)
	}
	for i := range out {
		out[i].door += " (assign)"
	}
	return out
}

// demanded are fields that rules ask for where the definition does not.
var demanded = map[string][]string{
	"contact":  {"mobile"}, // of who would be the main one
	"followup": {"content"},
}

// required gives values for the fields that a new record must have, and whether somebody may set them all.
func (w *world) required(who policy.Who, def *entity.Def, parents map[string]string) (values map[string]any, may bool) {
	values, may = map[string]any{}, true
	for _, f := range def.Fields {
		isParent := slices.Contains(def.Parents, f.Name)
		if f.Internal || !f.Required && !isParent && !slices.Contains(demanded[def.Name], f.Name) {
			continue
		}
		may = may && !f.ReadOnly && w.policy.Writes(who, def.Name, f.Name)
		switch {
		case isParent:
			values[f.Name] = parents[f.Name]
		case f.Ref == "user":
			values[f.Name] = w.users["rep"]
		case f.Ref == "department":
			values[f.Name] = w.departments["n1"]
		case f.Ref == "role":
			values[f.Name] = []string{w.roles["sales_rep"]}
			may = may && w.policy.May(who, "role", "assign")
		default:
			values[f.Name] = w.gen.of(f)
		}
	}
	return values, may
}

func createTrials(w *world, op operation) []trial {
	var out []trial
	def := w.def(op.def.Name)
	for _, s := range w.subjects {
		parents := []*thing{{}}
		via := ""
		if len(def.Parents) > 0 {
			via = def.Parents[0]
			parents = append(w.of(def.Field(via).Ref), &thing{name: "nothing", id: neverWas})
		}
		for _, p := range parents {
			values, may := w.required(s.who, def, map[string]string{via: p.id})
			ends := refused
			if may && w.policy.Adds(s.who, def.Name, p.id) {
				ends = works
			}
			out = append(out, trial{door: op.id, by: s, about: "on " + p.String(), call: post(op.path, values), want: ends, may: w.adding(def.Name, p.id)})
		}
		out = append(out, w.createFor(op, s, parents[len(parents)/2], via)...)
	}
	return out
}

// createFor makes records for others, and with values that nobody sets.
func (w *world) createFor(op operation, s *subject, parent *thing, via string) []trial {
	var out []trial
	def := w.def(op.def.Name)
	with := func(about, field string, value any, want func(may bool) want) {
		values, may := w.required(s.who, def, map[string]string{via: parent.id})
		values[field] = value
		may = may && w.policy.Adds(s.who, def.Name, parent.id)
		out = append(out, trial{door: op.id, by: s, about: about, call: post(op.path, values), want: want(may), may: w.adding(def.Name, parent.id)})
	}
	if def.Owned {
		for _, owner := range []string{"rep", "far", "team", "leaver", s.name} {
			with("for "+owner, "owner_id", w.users[owner], func(may bool) want {
				if may && w.policy.Writes(s.who, def.Name, "owner_id") && w.users[owner] != "" &&
					(w.users[owner] == s.who.User || w.policy.Gives(s.who, def.Name, w.users[owner])) {
					return works
				}
				return refusedUnlessEmpty(w.users[owner] == "")
			})
		}
	}
	for _, f := range def.Fields {
		if f.Internal || f.ReadOnly && !slices.Contains(def.Parents, f.Name) {
			with("with "+f.Name, f.Name, 1, func(bool) want { return refused })
		}
	}
	return out
}

// refusedUnlessEmpty is how a request ends that must be refused; one that names nobody may end either way.
func refusedUnlessEmpty(empty bool) want {
	if empty {
		return open
	}
	return refused
}

func archiveTrials(w *world, op operation) []trial {
	return onEach(w, op, func(s *subject, x *thing) trial {
		may := w.policy.Does(s.who, "delete", x.id)
		t := trial{
			call: op.ofMethod(op.byID(x.id), nil), want: w.allowed(s, x.id, may), never: op.ofMethod(op.byID(neverWas), nil),
			may: w.touching(op.def.Name, x.id),
		}
		return w.unlessInUse(t, op)
	})
}

func restoreTrials(w *world, op operation) []trial {
	return onEach(w, op, func(s *subject, x *thing) trial {
		t := trial{
			call: post(op.byID(x.id), nil), want: w.allowed(s, x.id, w.policy.Does(s.who, "delete", x.id)), never: post(op.byID(neverWas), nil),
			may: w.touching(op.def.Name, x.id),
		}
		if w.policy.Records[x.id].Admin && t.want == refused && w.policy.May(s.who, "user", "delete") {
			t.want = open // who is there needs no bringing back
		}
		return t
	})
}

// unlessInUse lets people, departments and roles stay for reasons that are none of permission: somebody works there, or something lies there.
func (w *world) unlessInUse(t trial, op operation) trial {
	if slices.Contains(peopleEntities, op.def.Name) && t.want == works {
		t.want = open
		t.may.other = signsOut
	}
	if op.def.Name == "pool" && t.want == works { // something lies in each
		t.want = refused
	}
	return t
}

func bulkTrials(w *world, op operation) []trial {
	var out []trial
	for _, s := range w.subjects {
		f, writes := w.anyText(s.who, op.def.Name)
		edit := map[string]any{f.Name: w.gen.fresh()}
		level := w.policy.Level(s.who, op.def.Name, f.Name)
		out = append(out, w.bulkTrial(op, s, "update", edit, level, func(x string) bool { return writes && w.changes(s.who, x) }))
		archive := op
		archive.confirm = w.policy.Entities[op.def.Name].Module + ":delete"
		out = append(out, archive.guarded([]trial{w.bulkTrial(op, s, "archive", nil, "", func(x string) bool { return w.policy.Does(s.who, "delete", x) })})...)
		out = append(out, w.bulkTrial(op, s, "restore", nil, "", func(x string) bool { return w.policy.Does(s.who, "delete", x) }))
		if op.def.Owned {
			level := w.policy.Level(s.who, op.def.Name, "owner_id")
			out = append(out, w.bulkTrial(op, s, "assign", map[string]any{"owner_id": w.users["far"]}, level, func(x string) bool {
				return level == "edit" && w.policy.Does(s.who, "assign", x) &&
					(w.policy.Gives(s.who, op.def.Name, w.users["far"]) || w.policy.Records[x].Owner == w.users["far"])
			}))
		}
		for _, f := range w.def(op.def.Name).Fields {
			if f.Type == entity.Tags {
				level := w.policy.Level(s.who, op.def.Name, f.Name)
				out = append(out, w.bulkTrial(op, s, "tag", map[string]any{f.Name: []string{w.gen.fresh()}}, level, func(x string) bool {
					return level == "edit" && w.changes(s.who, x)
				}))
			}
		}
		out = append(out, w.bulkByFilter(op, s, edit, level, writes))
	}
	return out
}

// signsOut lets those lose their sessions and tokens who left, which the log of signing in says.
func signsOut(c rowChange) bool {
	if c.table == "signin_log" {
		return c.added()
	}
	return c.removed() && slices.Contains([]string{"session", "api_token", "signin_step", "signin_link"}, c.table)
}

// bulkTrial does one thing to all records of an entity at once, seen or not: exactly those change that may.
func (w *world) bulkTrial(op operation, s *subject, action string, values map[string]any, level string, may func(x string) bool) trial {
	ids := []string{neverWas}
	var mine []string
	for _, x := range w.of(op.def.Name) {
		if ids = append(ids, x.id); may(x.id) {
			mine = append(mine, x.id)
		}
	}
	t := trial{
		door: op.id, by: s, about: action + " of all", want: works, may: w.moving(op.def.Name, mine...),
		call:  post(op.path, map[string]any{"ids": ids, "action": action, "values": values}),
		check: func(a answer) string { return bulkDid(a, len(ids), mine, slices.Contains(peopleEntities, op.def.Name)) },
	}
	t.may.owner = action == "assign"
	if level == "hidden" {
		t.want = refused
	}
	t.may.other = signsOut
	return t
}

// bulkDid says how a bulk action did not do what it is to. Some of people, departments and roles are kept by rules.
func bulkDid(a answer, asked int, mine []string, people bool) string {
	var done struct {
		Changed int
		Failed  []struct{ ID string }
	}
	a.json(&done)
	if done.Changed+len(done.Failed) != asked || done.Changed != len(mine) && !people {
		return fmt.Sprintf("changed %d and failed for %d, but %d of %d may be changed", done.Changed, len(done.Failed), len(mine), asked)
	}
	for _, f := range done.Failed {
		if slices.Contains(mine, f.ID) && !people {
			return "failed for one that may be changed"
		}
	}
	return ""
}

// bulkByFilter does one thing to all that a filter finds.
func (w *world) bulkByFilter(op operation, s *subject, values map[string]any, level string, writes bool) trial {
	var mine []string
	visible := w.listed(s.who, op.def.Name, false)
	for _, x := range visible {
		if writes && w.changes(s.who, x) {
			mine = append(mine, x)
		}
	}
	t := trial{
		door: op.id, by: s, about: "update of what a filter finds", want: works, may: w.touching(op.def.Name, mine...),
		call: post(op.path, map[string]any{"filter": map[string]any{"and": []any{}}, "action": "update", "values": values}),
		check: func(a answer) string {
			return bulkDid(a, len(visible), mine, slices.Contains(peopleEntities, op.def.Name))
		},
	}
	if level == "hidden" {
		t.want = refused
	}
	return t
}

func shareTrials(w *world, op operation) []trial {
	out := onEach(w, op, func(s *subject, x *thing) trial { return w.shareTrial(op, s, x, "team", true) })
	return append(out, onEach(w, op, func(s *subject, x *thing) trial { return w.shareTrial(op, s, x, "leaver", false) })...)
}

func (w *world) shareTrial(op operation, s *subject, x *thing, with string, possible bool) trial {
	body := map[string]any{"items": []map[string]string{{"user_id": w.users[with], "access": "edit"}}}
	return trial{
		call: call{method: http.MethodPut, path: op.byID(x.id), body: body}, want: w.allowed(s, x.id, possible && w.policy.Shares(s.who, x.id)),
		never: call{method: http.MethodPut, path: op.byID(neverWas), body: body},
		may: &may{other: func(c rowChange) bool {
			of := c.new
			if c.removed() {
				of = c.old
			}
			return c.table == "share" && textID(of["record_id"]) == x.id
		}},
	}
}

// textID gives the id of a number that the database wrote as text.
func textID(number string) string { return idOf(number) }
