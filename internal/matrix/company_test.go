package matrix

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/matrix/policy"
)

// company is the company of a world: who there is and what there is. Names are those of this file; ids the product's.
type company struct {
	departments map[string]string
	roles       map[string]string
	users       map[string]string
	rules       map[string]policy.Role // by id of role
	subjects    []*subject
	records     map[string]*thing // by id
	things      []*thing          // in the order in which they were made
	parentsOf   map[string][]string
	contents    map[string]string // of files, by id
}

// subject is somebody who asks.
type subject struct {
	name string
	who  policy.Who
	*client
}

// thing is a record with what it was made for.
type thing struct {
	entity, id, name string
	archived         bool
}

func (t *thing) String() string { return t.entity + " " + t.name }

// moduleActions are the actions of each module that hold for records of a scope, and those that are granted or not.
var (
	reaching = []string{"view", "edit", "delete", "assign"}
	anyone   = []string{"customer", "lead", "followup"}
)

// scopedRoles grants everything over records of one scope, for the scopes that no built-in role has.
func scopedRole(scope string) policy.Role {
	r := policy.Role{Private: true, Grants: map[string]map[string]policy.Grant{}}
	for _, module := range anyone {
		r.Grants[module] = grants(scope, "view", "create", "edit", "delete", "assign", "export")
	}
	r.Grants["lead"]["approve"] = policy.Grant{Scope: "all"}
	return r
}

func grants(scope string, actions ...string) map[string]policy.Grant {
	out := map[string]policy.Grant{}
	for _, action := range actions {
		out[action] = policy.Grant{Scope: scope}
		if !slices.Contains(reaching, action) {
			out[action] = policy.Grant{Scope: "all"}
		}
	}
	return out
}

// sets joins the grants of different actions.
func sets(all ...map[string]policy.Grant) map[string]policy.Grant {
	out := map[string]policy.Grant{}
	for _, one := range all {
		maps.Copy(out, one)
	}
	return out
}

// customRoles are the roles of this company beside the built-in ones.
func (w *world) customRoles() map[string]policy.Role {
	listed := func(below bool, departments ...string) policy.Grant {
		g := policy.Grant{Scope: "listed", Below: below}
		for _, name := range departments {
			g.Departments = append(g.Departments, w.departments[name])
		}
		return g
	}
	in := func(grants map[string]policy.Grant) map[string]map[string]policy.Grant {
		return map[string]map[string]policy.Grant{"customer": grants, "lead": grants, "followup": grants}
	}
	ruled := func(level string, odd int) policy.Role {
		return policy.Role{
			Private: level != "masked", Fields: w.everyOther(level, odd),
			Grants: in(grants("all", "view", "edit", "delete", "export")),
		}
	}
	people := ruled("hidden", 1)
	people.Grants["user"], people.Grants["role"] = grants("all", "view"), grants("all", "view")
	return map[string]policy.Role{
		"lead": scopedRole("subordinates"),
		"team": scopedRole("department"),
		"lister": {Private: true, Grants: in(map[string]policy.Grant{
			"view": listed(false, "s1", "office"), "edit": listed(true, "north"), "assign": listed(true, "south"), "create": {Scope: "all"},
		})},
		"blinda": ruled("hidden", 0), "blindb": people, "dima": ruled("masked", 0), "dimb": ruled("masked", 1), "fixed": ruled("see", 0),
		"mover":    {Grants: in(sets(grants("self", "view", "create", "edit", "delete"), grants("all", "assign")))},
		"importer": {Private: true, Grants: in(grants("self", "view", "create", "edit", "import", "export"))},
		"hr":       {Private: true, Grants: map[string]map[string]policy.Grant{"user": grants("all", "view", "create", "edit", "delete", "export"), "role": grants("all", "view")}},
		"exports":  {Grants: in(grants("self", "view", "export"))},
		"looks":    {Grants: in(grants("all", "view"))},
		"clerk": {Grants: map[string]map[string]policy.Grant{
			"customer": grants("self", "view", "edit"), "followup": grants("self", "view"), "log": grants("all", "view", "export"),
		}},
		"keeper":  {Grants: map[string]map[string]policy.Grant{"security": grants("all", "view", "edit")}},
		"nothing": {Grants: map[string]map[string]policy.Grant{}},
	}
}

// everyOther gives field rules for every second field of every entity.
func (w *world) everyOther(level string, odd int) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, def := range w.defs() {
		out[def.Name] = map[string]string{}
		for i, f := range def.Fields {
			if !f.Internal && i%2 == odd {
				out[def.Name][f.Name] = level
			}
		}
	}
	return out
}

// people says who works where, as what.
var people = []struct {
	name, department string
	roles            []string
}{
	{"auditor", "o1", []string{"auditor"}},
	{"ops", "o1", []string{"sales_ops"}},
	{"service", "o2", []string{"service"}},
	{"finance", "o2", []string{"finance"}},
	{"boss", "north", []string{"supervisor"}},
	{"rep", "n1", []string{"sales_rep"}},
	{"mate", "n1", []string{"sales_rep"}},
	{"other", "n2", []string{"sales_rep"}},
	{"far", "s2", []string{"sales_rep"}},
	{"lead", "s1", []string{"lead"}},
	{"team", "s1", []string{"team"}},
	{"lister", "s2", []string{"lister"}},
	{"blinda", "o1", []string{"blinda"}},
	{"blindb", "o1", []string{"blindb"}},
	{"dima", "o2", []string{"dima"}},
	{"dimb", "o2", []string{"dimb"}},
	{"fixed", "o2", []string{"fixed"}},
	{"mover", "n2", []string{"mover"}},
	{"importer", "s1", []string{"importer"}},
	{"hr", "o1", []string{"hr"}},
	{"both", "n2", []string{"exports", "looks"}},
	{"nobody", "o2", []string{"nothing"}},
	{"keeper", "o1", []string{"keeper"}},
	{"clerk", "s2", []string{"clerk"}},
	{"head", "south", []string{"team"}},
	{"moved", "n1", []string{"sales_rep"}}, // to s2, later
	{"leaver", "s2", []string{"sales_rep"}},
	{"gone", "n2", []string{"sales_rep"}}, // what they had went to other
}

const password = "correct horse matrix"

// found sets the company up, through the API alone.
func (w *world) found() company {
	w.company = company{
		departments: map[string]string{}, roles: map[string]string{}, users: map[string]string{}, rules: map[string]policy.Role{},
		records: map[string]*thing{}, contents: map[string]string{},
	}
	admin := &client{handler: w.app.API, from: "10.0.0.1"}
	var me struct {
		ID         string
		Department struct{ ID string }
	}
	w.done(admin, post("/setup", map[string]any{"company": "矩阵公司", "name": w.gen.canary(), "login": "admin", "password": password, "language": "zh"})).json(&me)
	w.users["admin"], w.departments["root"] = me.ID, me.Department.ID
	w.addDepartments(admin)
	w.addFields(admin)
	w.addRoles(admin)
	w.addUsers(admin)
	w.addRecords(admin)
	w.handOver(admin)
	w.addImports(admin)
	w.moveOn(admin)
	w.addPools(admin)
	w.addForms(admin)
	w.signIn()
	w.addViews()
	for _, s := range w.subjects { // the last use of a session is noted, once in a while
		if a := s.send(get("/me")); !a.ok() {
			w.t.Fatalf("%s cannot ask for themselves: %s", s.name, a)
		}
	}
	return w.company
}

// done sends a request that must succeed while the company is set up.
func (w *world) done(c *client, rq call) answer {
	w.t.Helper()
	w.clock.Advance(100 * time.Millisecond)
	a := c.send(rq)
	if !a.ok() {
		w.t.Fatalf("setting up: %s\ngave %s\n%s", rq, a, w.log.take())
	}
	return a
}

// made sends a request that must make something and gives its id.
func (w *world) made(c *client, rq call) string {
	w.t.Helper()
	var one struct{ ID string }
	w.done(c, rq).json(&one)
	return one.ID
}

func (w *world) addDepartments(admin *client) {
	for _, d := range [][2]string{
		{"north", "root"},
		{"south", "root"},
		{"office", "root"},
		{"n1", "north"},
		{"n2", "north"},
		{"s1", "south"},
		{"s2", "south"},
		{"o1", "office"},
		{"o2", "office"},
	} {
		w.departments[d[0]] = w.made(admin, post("/departments", map[string]any{"name": w.gen.canary(), "parent_id": w.departments[d[1]]}))
	}
}

// addFields adds fields of the company's own, so that they are in the matrix like any other.
func (w *world) addFields(admin *client) {
	for _, def := range w.defs() {
		if !def.Owned || def.Internal {
			continue
		}
		for _, typ := range []string{"text", "int", "date", "choice"} {
			field := map[string]any{"entity": def.Name, "name": "x_" + typ, "label_zh": "自定" + typ, "label_en": "Own " + typ, "type": typ}
			if typ == "choice" {
				field["choices"] = []map[string]any{{"value": "one", "label_zh": "一"}, {"value": "two", "label_zh": "二"}}
			}
			w.done(admin, post("/fields", field))
		}
	}
}

func (w *world) addRoles(admin *client) {
	var list struct {
		Items []struct {
			ID      string
			BuiltIn string `json:"built_in"`
		}
	}
	w.done(admin, get("/roles")).json(&list)
	builtIn := policy.BuiltIn()
	for _, r := range list.Items {
		rule, known := builtIn[r.BuiltIn]
		if !known {
			w.t.Errorf("the built-in role %q is not in package policy", r.BuiltIn)
		}
		w.roles[r.BuiltIn], w.rules[r.ID] = r.ID, rule
	}
	custom := w.customRoles()
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		rule := custom[name]
		w.roles[name] = w.made(admin, post("/roles", map[string]any{
			"name": w.gen.canary(), "remark": w.gen.canary(), "permissions": permissionsOf(rule), "fields": rule.Fields,
			"sees_private": rule.Private, "masked": rule.Masked,
		}))
		w.rules[w.roles[name]] = rule
	}
}

// permissionsOf writes what a role grants as the API takes it.
func permissionsOf(r policy.Role) map[string]map[string]any {
	out := map[string]map[string]any{}
	for module, actions := range r.Grants {
		out[module] = map[string]any{}
		for action, g := range actions {
			switch {
			case !slices.Contains(reaching, action):
				out[module][action] = true
			case g.Scope == "listed":
				out[module][action] = map[string]any{"scope": "listed", "departments": g.Departments, "below": g.Below}
			default:
				out[module][action] = g.Scope
			}
		}
	}
	return out
}

func (w *world) addUsers(admin *client) {
	for _, p := range people {
		var roles []string
		for _, name := range p.roles {
			roles = append(roles, w.roles[name])
		}
		values := map[string]any{"login": p.name, "name": w.gen.canary(), "department_id": w.departments[p.department], "role_ids": roles, "active": true}
		for _, f := range w.def("user").Fields {
			if _, set := values[f.Name]; !set && !f.ReadOnly && !f.Internal && f.Type != entity.OneOf {
				if v := w.gen.of(f); v != nil {
					values[f.Name] = v
				}
			}
		}
		w.users[p.name] = w.made(admin, post("/users", values))
		w.done(admin, post("/users/"+w.users[p.name]+"/password", map[string]any{"password": password}))
	}
	for department, who := range map[string]string{"north": "boss", "s2": "lead"} {
		w.done(admin, change(http.MethodPatch, "/departments/"+w.departments[department], map[string]any{"supervisor_ids": []string{w.users[who]}}))
	}
}

// left says who does not work here any more.
func left(name string) bool { return name == "leaver" || name == "gone" }

// handOver gives what somebody has to another in one action, and does the job.
func (w *world) handOver(admin *client) {
	var h struct{ Job string }
	w.done(admin, post("/users/"+w.users["gone"]+"/handover", map[string]any{"to": w.users["other"]})).json(&h)
	x, err := id.Parse(h.Job)
	w.must(err)
	status, err := w.app.Await(w.t.Context(), x, func(*job.Status) {})
	w.must(err)
	if status.State != job.Done {
		w.t.Fatalf("the hand-over ended as %s: %v", status.State, status.Err)
	}
}

// moveOn lets somebody leave and somebody go to another department, after both had records.
func (w *world) moveOn(admin *client) {
	w.done(admin, change(http.MethodPatch, "/users/"+w.users["moved"], map[string]any{"department_id": w.departments["s2"]}))
	w.done(admin, change(http.MethodPatch, "/users/"+w.users["leaver"], map[string]any{"active": false}))
}

// apiTokens are the API tokens there are, by the name of their owner and what they let through.
var apiTokens = []struct {
	of   string
	only map[string][]string
}{
	{"rep", nil},
	{"admin", map[string][]string{"customer": {"view"}}},
	{"ops", map[string][]string{"customer": {"view", "export"}, "followup": {"view"}}},
	{"boss", map[string][]string{"customer": {"view", "edit"}, "followup": {"view", "create"}}},
	{"boss", map[string][]string{"lead": {"view", "edit", "approve"}}},
	{"rep", map[string][]string{"customer": {"view"}, "followup": {"view", "edit"}}},
	{"ops", map[string][]string{"followup": {"view"}}},
	{"importer", map[string][]string{"customer": {"import"}}},
	{"hr", map[string][]string{"user": {"view", "edit"}}},
	{"keeper", map[string][]string{"security": {"view"}}},
}

// signIn gives everybody a session, and some tokens.
func (w *world) signIn() {
	byName := map[string]*subject{}
	for i, name := range append([]string{"admin"}, names()...) {
		if left(name) {
			continue
		}
		c := &client{handler: w.app.API, from: fmt.Sprintf("10.1.%d.1", i)}
		w.done(c, post("/session", map[string]any{"login": name, "password": password}))
		byName[name] = &subject{name: name, who: policy.Who{User: w.users[name]}, client: c}
	}
	w.subjects = nil
	for _, name := range append([]string{"admin"}, names()...) {
		if s := byName[name]; s != nil {
			w.subjects = append(w.subjects, s)
		}
	}
	for i, one := range apiTokens {
		rq := map[string]any{"name": w.gen.canary()}
		if one.only != nil {
			rq["permissions"] = one.only
		}
		var made struct{ Secret string }
		w.done(byName[one.of].client, post("/me/tokens", rq)).json(&made)
		w.subjects = append(w.subjects, &subject{
			name: fmt.Sprintf("token of %s for %s", one.of, onlySaid(one.only)), who: policy.Who{User: w.users[one.of], Only: one.only},
			client: &client{handler: w.app.API, token: made.Secret, from: fmt.Sprintf("10.2.%d.1", i)},
		})
	}
}

func names() []string {
	var out []string
	for _, p := range people {
		out = append(out, p.name)
	}
	return out
}

func onlySaid(only map[string][]string) string {
	if only == nil {
		return "everything"
	}
	var parts []string
	for _, module := range slices.Sorted(maps.Keys(only)) {
		parts = append(parts, module+" "+strings.Join(only[module], "+"))
	}
	return strings.Join(parts, ", ")
}

// subject gives somebody by name.
func (w *world) subject(name string) *subject {
	for _, s := range w.subjects {
		if s.name == name {
			return s
		}
	}
	panic("matrix: no subject " + name)
}
