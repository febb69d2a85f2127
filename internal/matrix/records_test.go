package matrix

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"genjin/internal/entity"
)

// unset are fields that stay empty in this company, since a value would ask for more than it tells.
var unset = map[string]string{
	"followup.stage":        "moves the customer, which is a case of its own",
	"followup.lead_state":   "moves the lead, likewise",
	"followup.state":        "follows from the rest",
	"followup.minutes":      "is bounded",
	"customer.cadence_days": "is bounded",
	"followup.planned_at":   "is of plans, which are a case of their own",
	"followup.next_at":      "makes a plan, which is a case of its own",
	"customer.loss_reason":  "is for customers that were lost",
	"customer.locked":       "is for supervisors",
	"lead.locked":           "is for supervisors",
}

// relation is a way for a record to stand to the people of the company.
type relation struct {
	name     string
	owner    string // of a user; "" for none
	archived bool
	shares   map[string]string // user → read or edit; "everybody" is everybody but the owner
	from     string            // who made it and had it taken from them
}

// relations are those of the records that belong to somebody: one of everybody's, and one for each other way.
func relations() []relation {
	var out []relation
	for _, name := range append([]string{"admin"}, names()...) {
		out = append(out, relation{name: "of " + name, owner: name})
	}
	return append(out,
		relation{name: "without an owner"},
		relation{name: "shared to be read", owner: "far", shares: map[string]string{"everybody": "read"}},
		relation{name: "shared to be edited", owner: "other", shares: map[string]string{"everybody": "edit"}},
		relation{name: "put away of rep", owner: "rep", archived: true},
		relation{name: "put away of far", owner: "far", archived: true},
		relation{name: "put away without an owner", archived: true},
		relation{name: "put away and shared", owner: "other", archived: true, shares: map[string]string{"everybody": "edit"}},
		relation{name: "taken from rep", owner: "far", from: "rep"},
		relation{name: "taken from lead", owner: "rep", from: "lead"},
	)
}

// peopleEntities are the company itself, which was set up before.
var peopleEntities = []string{"user", "role", "department"}

// addRecords makes the records of every entity that has a door.
func (w *world) addRecords(admin *client) {
	w.parentsOf = map[string][]string{}
	for _, def := range w.defs() {
		switch {
		case slices.Contains(peopleEntities, def.Name) || def.Derived || def.Name == "pool" || def.Name == "web_form": // which addPools and addForms make
		case len(def.Parents) > 0:
			w.addChildren(admin, def)
		default:
			w.addRoots(admin, def)
		}
	}
	w.addPlans(admin)
	w.addLeads(admin)
	for _, t := range w.things { // last, since nothing is hung on what was put away
		if t.archived {
			w.done(admin, change(http.MethodDelete, "/"+w.def(t.entity).Path+"/"+t.id, nil))
		}
	}
}

// addPlans plans a follow-up with a customer of each of some people.
func (w *world) addPlans(admin *client) {
	w.t.Helper()
	for _, name := range []string{"rep", "far", "lead", "boss", "other"} {
		customer, def := w.named("customer", "of "+name), w.def("followup")
		x := w.create(admin, def, map[string]any{
			"customer_id": customer.id, "owner_id": w.users[name], "planned_at": began.AddDate(0, 0, 2).Format(time.RFC3339),
			"purpose": w.gen.canary(), "later_reason": w.gen.canary(),
		})
		w.records[x] = &thing{entity: "followup", id: x, name: "planned of " + name}
		w.things = append(w.things, w.records[x])
		w.parentsOf[x] = []string{customer.id}
	}
}

func (w *world) addRoots(admin *client, def *entity.Def) {
	for _, r := range relations() {
		if !def.Owned && r.owner != "" && r.owner != "rep" {
			continue // one of each state is enough of what belongs to nobody
		}
		maker := admin
		if r.from != "" {
			maker = w.login(r.from)
		}
		x := w.addRecord(maker, def, r, nil)
		w.settle(admin, def, x, r)
	}
}

// login signs somebody in.
func (w *world) login(name string) *client {
	c := &client{handler: w.app.API, from: "10.3.0.1"}
	w.done(c, post("/session", map[string]any{"login": name, "password": password}))
	return c
}

// addRecord makes a record with a value in every field that a door sets.
func (w *world) addRecord(maker *client, def *entity.Def, r relation, parents map[string]string) string {
	w.t.Helper()
	values := map[string]any{}
	for _, f := range def.Fields {
		switch {
		case f.Internal || f.ReadOnly && def.Name != "file" || unset[def.Name+"."+f.Name] != "":
		case f.Name == "owner_id":
			values[f.Name] = w.users[r.first()]
		case slices.Contains(def.Parents, f.Name):
			values[f.Name] = parents[f.Name]
		case f.ReadOnly:
		case f.Ref != "":
			if other := w.beside(f.Ref, parents); other != "" && f.Type == entity.Ref && r.from == "" { // who makes it sees that
				values[f.Name] = other
			}
		default:
			if v := w.gen.of(f); v != nil {
				values[f.Name] = v
			}
		}
	}
	x := w.create(maker, def, values)
	w.records[x] = &thing{entity: def.Name, id: x, name: r.name, archived: r.archived}
	w.things = append(w.things, w.records[x])
	for _, p := range parents {
		w.parentsOf[x] = append(w.parentsOf[x], p)
	}
	return x
}

// first gives who has the record when it is made.
func (r relation) first() string {
	switch {
	case r.from != "":
		return r.from
	case r.owner != "":
		return r.owner
	}
	return "far"
}

// create makes a record through the door that its entity has for that.
func (w *world) create(maker *client, def *entity.Def, values map[string]any) string {
	w.t.Helper()
	if def.Name == "file" {
		return w.attach(maker, values)
	}
	return w.made(maker, post("/"+def.Path, values))
}

// attach uploads a file and says what there is to say about it.
func (w *world) attach(maker *client, values map[string]any) string {
	w.t.Helper()
	content := w.gen.canary() + " is the content\n"
	at, on := "/customers/", values["customer_id"]
	if lead, _ := values["lead_id"].(string); lead != "" {
		at, on = "/leads/", lead
	}
	name, _ := values["name"].(string)
	var done struct{ Items []struct{ ID string } }
	w.done(maker, post(fmt.Sprintf("%s%s/files", at, on), upload{name + ".txt": content})).json(&done)
	delete(values, "name")
	delete(values, "customer_id")
	delete(values, "lead_id")
	x := done.Items[0].ID
	w.done(maker, change(http.MethodPatch, "/files/"+x, values))
	w.contents[x] = content
	return x
}

// beside gives a record of an entity that a new one may refer to: one that hangs on the same record, or any.
func (w *world) beside(of string, parents map[string]string) string {
	for _, t := range w.things {
		if t.entity == of && (len(w.def(of).Parents) == 0 || w.hangsOn(t, parents)) {
			return t.id
		}
	}
	return ""
}

// hangsOn reports whether a record hangs on one of parents.
func (w *world) hangsOn(t *thing, parents map[string]string) bool {
	for _, p := range parents {
		if slices.Contains(w.parentsOf[t.id], p) {
			return true
		}
	}
	return false
}

// settle gives a new record to whom its relation says, and shares it.
func (w *world) settle(admin *client, def *entity.Def, x string, r relation) {
	w.t.Helper()
	at := "/" + def.Path + "/" + x
	if def.Owned && r.first() != r.owner {
		w.done(admin, change(http.MethodPatch, at, map[string]any{"owner_id": w.users[r.owner]}))
	}
	if len(r.shares) > 0 && def.Owned {
		w.done(admin, call{method: http.MethodPut, path: at + "/collaborators", body: map[string]any{"items": w.sharing(r)}})
	}
}

func (w *world) sharing(r relation) []map[string]string {
	var out []map[string]string
	for _, name := range append([]string{"admin"}, names()...) {
		access := r.shares[name]
		if access == "" && name != r.owner {
			access = r.shares["everybody"]
		}
		if access != "" {
			out = append(out, map[string]string{"user_id": w.users[name], "access": access})
		}
	}
	return out
}

// addChildren hangs one record on each that there is, and further ones: of somebody else's, shared, put away.
func (w *world) addChildren(admin *client, def *entity.Def) {
	for _, name := range def.Parents {
		of := def.Field(name).Ref
		for _, parent := range slices.Clone(w.things) {
			if parent.entity == of {
				w.addChild(admin, def, name, parent, relation{name: parent.name, owner: ownerIn(parent.name)})
			}
		}
		for _, r := range besides {
			if parent := w.named(of, r.on); parent != nil && (def.Owned || r.archived) {
				w.addChild(admin, def, name, parent, r.relation)
			}
		}
	}
}

// besides are further records to hang on one of a relation.
var besides = []struct {
	on string
	relation
}{
	{"of far", relation{name: "of rep on one of far", owner: "rep"}},
	{"of far", relation{name: "of boss on one of far", owner: "boss"}},
	{"of far", relation{name: "of lead on one of far", owner: "lead"}},
	{"of far", relation{name: "of both on one of far", owner: "both"}},
	{"of far", relation{name: "of far, shared to be read", owner: "far", shares: map[string]string{"rep": "read", "nobody": "read", "dima": "read"}}},
	{"of far", relation{name: "of far, shared to be edited", owner: "far", shares: map[string]string{"rep": "edit", "nobody": "edit", "blinda": "edit"}}},
	{"of far", relation{name: "on one of far without an owner"}},
	{"of rep", relation{name: "put away, on one of rep", owner: "rep", archived: true}},
	{"shared to be edited", relation{name: "put away, on one shared to be edited", owner: "other", archived: true}},
}

func (w *world) addChild(admin *client, def *entity.Def, via string, parent *thing, r relation) {
	w.t.Helper()
	x := w.addRecord(admin, def, r, map[string]string{via: parent.id})
	w.settle(admin, def, x, r)
}

// ownerIn gives who has the records of a relation.
func ownerIn(name string) string {
	for _, r := range relations() {
		if r.name == name {
			return r.owner
		}
	}
	return ""
}

// named gives a record by entity and name, or nil.
func (w *world) named(of, name string) *thing {
	for _, t := range w.things {
		if t.entity == of && t.name == name {
			return t
		}
	}
	return nil
}
