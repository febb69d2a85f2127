// Package policy says who may see and do what, a second time: in few words, from the text of the rules, over plain values,
// and without a line of the product, so that the two can be compared. Where the product decides one record or one table at
// a time in SQL, this decides one question at a time by walking the company.
//
// The rules, in the order in which they stand below: a role grants actions over records of a scope, and roles add up; a
// collaborator reaches what is shared with them; what hangs on a record is seen with it; a token does no more than it was
// let; of a field the most generous role decides, and personal data shows in full to those whose role says so and to the
// owner.
package policy

import "slices"

// Company is everything that decides who may do what. Keys are ids, of entities and fields their names.
type Company struct {
	Departments map[string]Department
	Users       map[string]User
	Roles       map[string]Role
	Entities    map[string]Entity
	Records     map[string]Record
}

// Department is a part of the company.
type Department struct {
	Parent      string
	Supervisors []string
}

// User is somebody who works with the product.
type User struct {
	Department string
	Roles      []string
	Active     bool
}

// Role is a set of permissions.
type Role struct {
	Everything bool                         // the administrator's: every action that a module has
	ReadsAll   bool                         // the auditor's: sees the records of every module
	Grants     map[string]map[string]Grant  // module → action
	Fields     map[string]map[string]string // entity → field → "see", "masked" or "hidden"; others may be edited
	// Private shows personal data of all records in full; Masked shows none in full, not even of one's own.
	Private, Masked bool
}

// Grant is how far an action extends: self, subordinates, department, department_tree, listed or all.
type Grant struct {
	Scope       string
	Departments []string // of listed
	Below       bool     // of listed: those below, too
}

// Entity is a kind of record.
type Entity struct {
	Module  string
	Owned   bool
	Common  bool   // seen by everybody who is signed in
	Child   bool   // hangs on others
	AddedBy string // what adding one demands on the record that it hangs on: "view" or "edit"
	Derived bool   // made by rules alone
	Author  bool   // edited by who made it alone
	Fields  map[string]Field
}

// Field is a field of an entity.
type Field struct {
	Private bool // personal data
	Closed  bool // neither sorted nor filtered by, by anybody
}

// Record is one record.
type Record struct {
	Entity            string
	Owner, Department string
	Parents           []string
	Shares            map[string]string // user → "read" or "edit"
	Archived          bool
	Author            string // who made it
	Admin             bool   // a user who is an administrator
}

// Who asks: a user, perhaps through a token that lets through only some actions (module → actions; nil lets all through).
type Who struct {
	User string
	Only map[string][]string
}

func (w Who) lets(module, action string) bool {
	return w.Only == nil || slices.Contains(w.Only[module], action)
}

// colleague are the fields of users that only those who may view users see.
var colleague = []string{"role_ids", "mobile", "email", "regions", "industries", "language", "created_by", "updated_by"}

// directory are the fields by which everybody knows everybody: the address book shows them to all who are signed in, so
// no role hides them.
var directory = map[string][]string{
	"user":       {"name", "login", "department_id", "active"},
	"department": {"name", "parent_id"},
}

// roles gives the roles of a user.
func (c *Company) roles(user string) []Role {
	var out []Role
	for _, x := range c.Users[user].Roles {
		out = append(out, c.Roles[x])
	}
	return out
}

func (r Role) grant(module, action string) Grant {
	if !has(module, action) {
		return Grant{}
	}
	if r.Everything || r.ReadsAll && action == "view" {
		return Grant{Scope: "all"}
	}
	return r.Grants[module][action]
}

// May reports whether somebody is granted an action for any record of a module.
func (c *Company) May(w Who, module, action string) bool {
	return w.lets(module, action) && slices.ContainsFunc(c.roles(w.User), func(r Role) bool { return r.grant(module, action).Scope != "" })
}

// Reaches reports whether somebody's action extends to what belongs to an owner and a department.
func (c *Company) Reaches(w Who, module, action, owner, department string) bool {
	if !w.lets(module, action) {
		return false
	}
	return slices.ContainsFunc(c.roles(w.User), func(r Role) bool {
		return c.within(w.User, r.grant(module, action), owner, department)
	})
}

// within reports whether a grant of a user extends to an owner and a department. Every scope has one's own records.
func (c *Company) within(user string, g Grant, owner, department string) bool {
	if g.Scope == "" {
		return false
	}
	if g.Scope == "all" || owner != "" && owner == user {
		return true
	}
	home := c.Users[user].Department
	switch g.Scope {
	case "subordinates":
		return owner != "" && c.supervises(user, c.Users[owner].Department)
	case "department":
		return department != "" && department == home
	case "department_tree":
		return c.isBelow(department, home)
	case "listed":
		return slices.ContainsFunc(g.Departments, func(d string) bool {
			return department == d || g.Below && c.isBelow(department, d)
		})
	}
	return false
}

// isBelow reports whether a department is another or lies below it.
func (c *Company) isBelow(department, top string) bool {
	for d := department; d != ""; d = c.Departments[d].Parent {
		if d == top {
			return true
		}
	}
	return false
}

// supervises reports whether a user supervises a department or one above it.
func (c *Company) supervises(user, department string) bool {
	for d := department; d != ""; d = c.Departments[d].Parent {
		if slices.Contains(c.Departments[d].Supervisors, user) {
			return true
		}
	}
	return false
}

// Sees reports whether somebody may open a record.
func (c *Company) Sees(w Who, record string) bool {
	r, there := c.Records[record]
	e := c.Entities[r.Entity]
	switch {
	case !there:
		return false
	case e.Common:
		return true
	case !w.lets(e.Module, "view"):
		return false
	case e.Owned && (c.Reaches(w, e.Module, "view", r.Owner, r.Department) || r.Shares[w.User] != ""):
		return true
	case e.Child:
		return slices.ContainsFunc(r.Parents, func(p string) bool { return c.Sees(w, p) })
	}
	return !e.Owned && c.May(w, e.Module, "view")
}

// Does reports whether somebody may edit, delete or assign a record that they see. What was put away is only brought back.
func (c *Company) Does(w Who, action, record string) bool {
	r := c.Records[record]
	e := c.Entities[r.Entity]
	if !c.Sees(w, record) || !w.lets(e.Module, action) || e.Derived {
		return false
	}
	if r.Archived && action != "delete" || e.Author && action == "edit" && r.Author != w.User {
		return false
	}
	switch {
	case e.Owned:
		return c.Reaches(w, e.Module, action, r.Owner, r.Department) || action == "edit" && r.Shares[w.User] == "edit"
	case e.Child:
		return slices.ContainsFunc(r.Parents, func(p string) bool { return c.edits(w, p) })
	case r.Admin:
		return c.May(w, e.Module, action) && (c.May(w, "role", "edit") || record == w.User)
	}
	return c.May(w, e.Module, action)
}

// edits is Does for a record that something hangs on: that it was put away keeps nobody from putting away what hangs on it.
func (c *Company) edits(w Who, record string) bool {
	r := c.Records[record]
	e := c.Entities[r.Entity]
	return c.Sees(w, record) && w.lets(e.Module, "edit") &&
		(c.Reaches(w, e.Module, "edit", r.Owner, r.Department) || r.Shares[w.User] == "edit")
}

// Adds reports whether somebody may add a record of an entity, which hangs on parent unless that is "".
func (c *Company) Adds(w Who, entity, parent string) bool {
	e := c.Entities[entity]
	if !c.May(w, e.Module, "create") || e.Derived {
		return false
	}
	switch {
	case !e.Child:
		return true
	case parent == "" || c.Records[parent].Archived:
		return false
	case e.AddedBy == "view":
		return c.Sees(w, parent)
	}
	return c.edits(w, parent)
}

// Gives reports whether somebody may make a user the owner of a record of an entity.
func (c *Company) Gives(w Who, entity, owner string) bool {
	u := c.Users[owner]
	return u.Active && c.Reaches(w, c.Entities[entity].Module, "assign", owner, u.Department)
}

// Shares reports whether somebody may say with whom a record is shared: who may assign it, and its owner as long as they
// may edit it at all.
func (c *Company) Shares(w Who, record string) bool {
	r := c.Records[record]
	m := c.Entities[r.Entity].Module
	return c.Sees(w, record) && (c.Reaches(w, m, "assign", r.Owner, r.Department) ||
		r.Owner == w.User && c.Reaches(w, m, "edit", r.Owner, r.Department))
}

// Reading is how somebody sees a field of a record.
type Reading int

// The readings.
const (
	Nothing Reading = iota
	Masked
	Full
)

// Level gives what the roles of somebody say of a field: the most generous holds, and a role that says nothing lets edit.
func (c *Company) Level(w Who, entity, field string) string {
	levels := []string{"hidden", "masked", "see", "edit"}
	best := -1
	for _, r := range c.roles(w.User) {
		at := slices.Index(levels, r.Fields[entity][field])
		if at < 0 {
			at = len(levels) - 1
		}
		best = max(best, at)
	}
	if entity == "user" && slices.Contains(colleague, field) && !c.May(w, "user", "view") {
		return "hidden"
	}
	if best < 0 || slices.Contains(directory[entity], field) && best < slices.Index(levels, "see") {
		return "see"
	}
	return levels[best]
}

// SeesPrivate reports whether personal data of all records that somebody sees shows to them in full.
func (c *Company) SeesPrivate(w Who) bool {
	sees, masked := c.private(w.User)
	return sees && !masked
}

func (c *Company) private(user string) (sees, masked bool) {
	roles := c.roles(user)
	sees = slices.ContainsFunc(roles, func(r Role) bool { return r.Private || r.Everything })
	return sees, len(roles) > 0 && !slices.ContainsFunc(roles, func(r Role) bool { return !r.Masked })
}

// Reads says how somebody sees a field of a record that they may open.
func (c *Company) Reads(w Who, record, field string) Reading {
	r := c.Records[record]
	f, known := c.Entities[r.Entity].Fields[field]
	level := c.Level(w, r.Entity, field)
	if !known || level == "hidden" || !c.Sees(w, record) {
		return Nothing
	}
	sees, masked := c.private(w.User)
	mine := c.ownerOf(record) == w.User && !masked
	if !mine && (level == "masked" || f.Private && (masked || !sees)) {
		return Masked
	}
	return Full
}

// ownerOf gives whose a record is: its own owner or, of what has none, that of the record it hangs on.
func (c *Company) ownerOf(record string) string {
	r := c.Records[record]
	if c.Entities[r.Entity].Owned {
		return r.Owner
	}
	for _, p := range r.Parents {
		if owner := c.ownerOf(p); owner != "" {
			return owner
		}
	}
	return ""
}

// Writes reports whether somebody may set a field of records that they may edit.
func (c *Company) Writes(w Who, entity, field string) bool {
	return c.Level(w, entity, field) == "edit"
}

// Asks reports whether somebody may filter and sort by a field: only by what they see in full on every record they see, so
// that nobody finds out by asking.
func (c *Company) Asks(w Who, entity, field string) bool {
	f, known := c.Entities[entity].Fields[field]
	level := c.Level(w, entity, field)
	sees, masked := c.private(w.User)
	return known && !f.Closed && (level == "see" || level == "edit") && !(f.Private && (masked || !sees))
}

// Exports reports whether somebody may take a record out: what an export shows is what its user may open.
func (c *Company) Exports(w Who, record string) bool {
	return c.May(w, c.Entities[c.Records[record].Entity].Module, "export") && c.Sees(w, record)
}

// SeesImport reports whether somebody sees an import of an entity that a user began: that user, and who may import and
// sees all there is.
func (c *Company) SeesImport(w Who, entity, beganBy string) bool {
	m := c.Entities[entity].Module
	if !w.lets(m, "import") {
		return false
	}
	return beganBy == w.User || slices.ContainsFunc(c.roles(w.User), func(r Role) bool {
		return r.grant(m, "import").Scope != "" && r.grant(m, "view").Scope == "all"
	})
}
