// Package access knows who acts and what they may reach. It is the only place that turns a data scope into a condition
// of SQL, so that what a list, a search, an export or a count shows is exactly what its user may open.
package access

import (
	"fmt"
	"slices"
	"strings"

	"genjin/internal/i18n"
	"genjin/internal/id"
)

// Scope is a data scope, in the words users know. They are ordered from narrow to wide.
type Scope string

// The scopes.
const (
	None           Scope = ""
	Self           Scope = "self"            // 本人
	Subordinates   Scope = "subordinates"    // 本人及下属: the people of the departments one supervises, and below
	Department     Scope = "department"      // 本部门
	DepartmentTree Scope = "department_tree" // 本部门及下级
	Listed         Scope = "listed"          // 指定部门
	All            Scope = "all"             // 全部
)

// Scopes is every scope, from narrow to wide.
var Scopes = []Scope{None, Self, Subordinates, Department, DepartmentTree, Listed, All}

// Action is what may be done with the records of a module.
type Action string

// The actions. View, Edit, Delete and Assign reach the records of a scope; the others are granted or not.
const (
	View    Action = "view"
	Create  Action = "create"
	Edit    Action = "edit"
	Delete  Action = "delete"
	Assign  Action = "assign"
	Import  Action = "import"
	Export  Action = "export"
	Approve Action = "approve"
	Print   Action = "print"
)

// Actions is every action, in the order in which they are shown.
var Actions = []Action{View, Create, Edit, Delete, Assign, Import, Export, Approve, Print}

// FieldAccess says what a user may do with a field, from most to least.
type FieldAccess string

// The field accesses.
const (
	FieldEdit   FieldAccess = "edit"
	FieldSee    FieldAccess = "see"
	FieldMasked FieldAccess = "masked"
	FieldHidden FieldAccess = "hidden"
)

// Reach is the set of records that an action of a user extends to: those owned by Owners, those of Departments, and,
// unless the action is outside sharing, those shared with the user.
type Reach struct {
	Scope       Scope // the widest scope granted, for display
	Everything  bool
	Owners      []id.ID
	Departments []id.ID
	// Wide says that the set is likely a large part of all records, so that the database should walk the order asked
	// for and test each row instead of collecting the set first.
	Wide bool
}

// Empty reports whether nothing is reached through owners and departments.
func (r Reach) Empty() bool {
	return !r.Everything && len(r.Owners) == 0 && len(r.Departments) == 0
}

// Includes reports whether a record with this owner and department is reached, sharing aside.
func (r Reach) Includes(owner, department id.ID) bool {
	return r.Everything ||
		owner != 0 && slices.Contains(r.Owners, owner) ||
		department != 0 && slices.Contains(r.Departments, department)
}

// Actor is who acts: a user with everything their roles allow, resolved to ids.
type Actor struct {
	ID         id.ID
	Login      string
	Name       string
	Department id.ID
	Lang       i18n.Lang
	// System actors are parts of the program; they may do everything and are named in the log.
	System bool
	// Reaches is module → action → records reached.
	Reaches map[string]map[Action]Reach
	// Fields is entity → field → access, where it differs from the rule.
	Fields map[string]map[string]FieldAccess
	// SeesPrivate lets personal data of every record show in full; otherwise only that of one's own.
	SeesPrivate bool
	// Masked shows personal data masked even on one's own records, as auditors see it.
	Masked bool
	// Only names, by module, the actions that are let through however they are granted, by sharing too: those of a
	// narrowed API token. Nil lets all through.
	Only map[string][]Action
	// Within, unless nil, is all that the actor reaches, and that for view alone.
	Within *Within
}

// Within is the records of an entity whose column names a group. Sharing does not widen it.
type Within struct {
	Entity string
	Column string
	Group  id.ID
}

// Where gives the condition that a row of table, one of some entity, is among the records.
func (w *Within) Where(table, entity string, action Action) Condition {
	if entity != w.Entity || action != View {
		return Never
	}
	return Condition{SQL: table + "." + w.Column + " = ?", Args: []any{int64(w.Group)}}
}

// System gives the actor of a part of the program; name stands in the log.
func System(name string) *Actor {
	return &Actor{Login: name, Name: name, System: true, SeesPrivate: true, Lang: i18n.ZH}
}

// Elevated gives the same actor with every permission, for what follows by rule from something they were allowed to do.
func (a *Actor) Elevated() *Actor {
	e := *a
	e.System = true
	return &e
}

// Rights names what the actor may do and see: it is the same for an actor who may do and see the same.
func (a *Actor) Rights() string {
	reaches := map[string]map[Action]Reach{}
	for module, actions := range a.Reaches {
		reaches[module] = map[Action]Reach{}
		for action, reach := range actions {
			reach.Wide = false // says how to look, not what is reached
			reaches[module][action] = reach
		}
	}
	return fmt.Sprint(a.System, reaches, a.Fields, a.SeesPrivate, a.Masked, a.Only == nil, a.Only) // maps are printed in order
}

// Lets reports whether Only lets an action through.
func (a *Actor) Lets(module string, action Action) bool {
	return a.Only == nil || slices.Contains(a.Only[module], action)
}

// Reach gives the records of module that action extends to.
func (a *Actor) Reach(module string, action Action) Reach {
	if a.System {
		return Reach{Scope: All, Everything: true}
	}
	if !a.Lets(module, action) {
		return Reach{}
	}
	return a.Reaches[module][action]
}

// May reports whether the action is granted for any record of the module. Being shared a record makes View and Edit
// possible without it.
func (a *Actor) May(module string, action Action) bool {
	r := a.Reach(module, action)
	return !r.Empty() || r.Scope != None
}

// Field gives what the actor may do with a field of an entity, apart from the masking of personal data.
func (a *Actor) Field(entity, field string) FieldAccess {
	if access, ok := a.Fields[entity][field]; ok && !a.System {
		return access
	}
	return FieldEdit
}

// SeesInFull reports whether personal data of a record with this owner shows in full.
func (a *Actor) SeesInFull(owner id.ID) bool {
	if a.System {
		return true
	}
	return !a.Masked && (a.SeesPrivate || owner == a.ID)
}

// Condition is a condition of SQL with its arguments. The zero value is always true.
type Condition struct {
	SQL  string
	Args []any
}

// Never is never true.
var Never = Condition{SQL: "1 = 0"}

// And joins conditions that must all hold.
func And(conditions ...Condition) Condition {
	var out Condition
	for _, c := range conditions {
		if c.SQL == "" {
			continue
		}
		if out.SQL != "" {
			out.SQL += " AND "
		}
		out.SQL += c.SQL
		out.Args = append(out.Args, c.Args...)
	}
	return out
}

// Where gives the condition that a row of table is within the actor's reach for action: owned within it, of a
// department within it, or shared with the actor. Rows have the columns id, owner_id and department_id.
func (a *Actor) Where(table, module string, action Action) Condition {
	if !a.Lets(module, action) {
		return Never
	}
	r := a.Reach(module, action)
	if r.Everything {
		return Condition{}
	}
	or, args := r.owned(table)
	if sql, arg, ok := a.shared(table, action); ok {
		or, args = append(or, r.plus()+sql), append(args, arg)
	}
	return anyOf(or, args)
}

// WhereOwned is Where for rows that are about records and say whose those are: sharing does not count.
func (a *Actor) WhereOwned(table, module string, action Action) Condition {
	if !a.Lets(module, action) {
		return Never
	}
	r := a.Reach(module, action)
	if r.Everything {
		return Condition{}
	}
	return anyOf(r.owned(table))
}

func anyOf(or []string, args []any) Condition {
	if len(or) == 0 {
		return Never
	}
	return Condition{SQL: "(" + strings.Join(or, " OR ") + ")", Args: args}
}

// plus keeps SQLite from collecting a large set by index and sorting it.
func (r Reach) plus() string {
	if r.Wide {
		return "+"
	}
	return ""
}

// owned gives the conditions of which one holds for rows that are reached by owner or department.
func (r Reach) owned(table string) (or []string, args []any) {
	add := func(column string, ids []id.ID) {
		if len(ids) == 0 {
			return
		}
		or = append(or, r.plus()+table+"."+column+" IN (?"+strings.Repeat(", ?", len(ids)-1)+")")
		for _, x := range ids {
			args = append(args, int64(x))
		}
	}
	add("owner_id", r.Owners)
	add("department_id", r.Departments)
	return or, args
}

// shared gives the condition that a record is shared with the actor so that action is possible.
func (a *Actor) shared(table string, action Action) (sql string, arg any, ok bool) {
	sql = table + ".id IN (SELECT record_id FROM share WHERE user_id = ?"
	switch action {
	case View, Export, Print:
		return sql + ")", int64(a.ID), true
	case Edit:
		return sql + " AND access = 'edit')", int64(a.ID), true
	}
	return "", nil, false
}
