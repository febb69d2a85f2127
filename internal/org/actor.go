package org

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// wideShare is the share of all active users from which on a reach counts as wide.
const wideShare = 5 // one in five

// LoadActor gives a user with everything their roles allow. Several roles add up: of each permission, field rule and
// view of personal data the most generous holds. A user who is missing or not active gives errs.Unauthenticated.
func LoadActor(ctx context.Context, tx *sqldb.Tx, user id.ID) (*access.Actor, error) {
	b, err := loadBasis(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	return b.actor(b.roles), nil
}

// basis is everything from which follows what a user may do.
type basis struct {
	user   access.Actor
	roles  []grantedRole
	tree   *tree
	people []person
}

func loadBasis(ctx context.Context, tx *sqldb.Tx, user id.ID) (*basis, error) {
	b := &basis{user: access.Actor{ID: user}}
	var roleIDs entity.List
	var active bool
	err := tx.QueryRow(ctx, `SELECT login, name, department_id, role_ids, active, language FROM account WHERE id = ?`, user).
		Scan(&b.user.Login, &b.user.Name, &b.user.Department, &roleIDs, &active, &b.user.Lang)
	if sqldb.IsNoRows(err) || err == nil && !active {
		return nil, errs.New(errs.Unauthenticated, "")
	}
	if err != nil {
		return nil, err
	}
	if b.roles, err = loadRoles(ctx, tx, roleIDs); err != nil {
		return nil, err
	}
	if b.tree, err = loadTree(ctx, tx); err != nil {
		return nil, err
	}
	b.people, err = loadPeople(ctx, tx)
	return b, err
}

// actor gives the user with what some roles allow.
func (b *basis) actor(roles []grantedRole) *access.Actor {
	a := b.user
	a.Reaches = map[string]map[access.Action]access.Reach{}
	r := resolver{actor: &a, tree: b.tree, people: b.people}
	for _, role := range roles {
		r.grant(role.permissions)
	}
	r.finish()
	a.Fields = fieldRules(roles)
	showDirectory(a.Fields)
	hideColleagues(&a)
	a.SeesPrivate = slices.ContainsFunc(roles, func(r grantedRole) bool { return r.seesPrivate })
	a.Masked = len(roles) > 0 && !slices.ContainsFunc(roles, func(r grantedRole) bool { return !r.masked })
	return &a
}

// Lang gives the language of a user who chose one, else that of the request.
func Lang(a *access.Actor, asked i18n.Lang) i18n.Lang { return cmp.Or(a.Lang, asked) }

type grantedRole struct {
	id                  id.ID
	name                string
	permissions         Permissions
	fields              FieldRules
	seesPrivate, masked bool
}

func loadRoles(ctx context.Context, tx *sqldb.Tx, ids entity.List) ([]grantedRole, error) {
	var numbers []id.ID
	for _, text := range ids {
		if x, err := id.Parse(text); err == nil {
			numbers = append(numbers, x)
		}
	}
	in, args := sqldb.In(tx.Dialect(), "id", numbers)
	rows, err := tx.Query(ctx, `SELECT id, name, built_in, permissions, fields, sees_private, masked FROM role WHERE archived_at IS NULL AND `+in, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var roles []grantedRole
	for rows.Next() {
		var r grantedRole
		var builtIn, permissions, fields string
		if err := rows.Scan(&r.id, &r.name, &builtIn, &permissions, &fields, &r.seesPrivate, &r.masked); err != nil {
			return nil, err
		}
		if r.permissions, err = parsePermissions(permissions); err != nil {
			return nil, err
		}
		if r.fields, err = parseFieldRules(fields); err != nil {
			return nil, err
		}
		if builtIn == Admin {
			r.permissions = everything()
		}
		roles = append(roles, r)
	}
	return roles, rows.Err()
}

// person is a user as far as reaches need to know: where they work and whether they still do.
type person struct {
	id, department id.ID
	active         bool
}

func loadPeople(ctx context.Context, tx *sqldb.Tx) ([]person, error) {
	rows, err := tx.Query(ctx, `SELECT id, department_id, active FROM account`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var people []person
	for rows.Next() {
		var p person
		if err := rows.Scan(&p.id, &p.department, &p.active); err != nil {
			return nil, err
		}
		people = append(people, p)
	}
	return people, rows.Err()
}

// resolver turns grants into the ids they reach.
type resolver struct {
	actor  *access.Actor
	tree   *tree
	people []person
}

// grant adds what one role permits. An action without a reach of its own, such as export, reaches what the role views,
// so that a role which may not export adds nothing to what is exported.
func (r *resolver) grant(p Permissions) {
	for name, actions := range p {
		m := module(name)
		if m == nil {
			continue
		}
		if r.actor.Reaches[name] == nil {
			r.actor.Reaches[name] = map[access.Action]access.Reach{}
		}
		for action, grant := range actions {
			if grant.Scope == access.None || !slices.Contains(m.Actions, action) {
				continue
			}
			reach := r.resolve(grant)
			if !Reaches(action) && action != access.Create {
				reach = r.resolve(actions[access.View])
				reach.Scope = access.All
			}
			r.actor.Reaches[name][action] = union(r.actor.Reaches[name][action], reach)
		}
	}
}

// resolve gives what a grant reaches. Every scope includes the user's own records.
func (r *resolver) resolve(g Grant) access.Reach {
	reach := access.Reach{Scope: g.Scope}
	if g.Scope == access.None {
		return reach
	}
	reach.Owners = []id.ID{r.actor.ID}
	switch g.Scope {
	case access.None, access.Self:
	case access.Subordinates:
		reach.Owners = r.subordinates()
	case access.Department:
		reach.Departments = keys(map[id.ID]bool{r.actor.Department: true})
	case access.DepartmentTree:
		reach.Departments = keys(r.tree.below(r.actor.Department))
	case access.Listed:
		reach.Departments = r.listed(g)
	case access.All:
		return access.Reach{Scope: access.All, Everything: true}
	}
	return reach
}

// subordinates gives the user and the people of the departments they supervise, and below; those who left too, since
// their records remain.
func (r *resolver) subordinates() []id.ID {
	departments := r.tree.below(r.tree.supervisedBy(r.actor.ID)...)
	owners := map[id.ID]bool{r.actor.ID: true}
	for _, p := range r.people {
		if departments[p.department] {
			owners[p.id] = true
		}
	}
	return keys(owners)
}

func (r *resolver) listed(g Grant) []id.ID {
	if g.Below {
		return keys(r.tree.below(g.Departments...))
	}
	set := map[id.ID]bool{}
	for _, x := range g.Departments {
		set[x] = true
	}
	return keys(set)
}

// keys gives the ids of a set in order, without the missing one.
func keys(set map[id.ID]bool) []id.ID {
	delete(set, 0)
	return slices.Sorted(maps.Keys(set))
}

// union adds one reach to another.
func union(a, b access.Reach) access.Reach {
	wider := max(slices.Index(access.Scopes, a.Scope), slices.Index(access.Scopes, b.Scope))
	out := access.Reach{Scope: access.Scopes[wider], Everything: a.Everything || b.Everything}
	if out.Everything {
		return out
	}
	out.Owners = merged(a.Owners, b.Owners)
	out.Departments = merged(a.Departments, b.Departments)
	return out
}

func merged(a, b []id.ID) []id.ID {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// finish says of each reach whether it is wide.
func (r *resolver) finish() {
	active := 0
	for _, p := range r.people {
		if p.active {
			active++
		}
	}
	for _, actions := range r.actor.Reaches {
		for action, reach := range actions {
			reach.Wide = !reach.Everything && r.reached(reach)*wideShare >= active
			actions[action] = reach
		}
	}
}

// reached counts the active users whose records a reach includes.
func (r *resolver) reached(reach access.Reach) int {
	n := 0
	for _, p := range r.people {
		if p.active && reach.Includes(p.id, p.department) {
			n++
		}
	}
	return n
}

// fieldRules joins the rules of roles: of each field the most generous holds, and a role without a rule is the most
// generous.
func fieldRules(roles []grantedRole) map[string]map[string]access.FieldAccess {
	out := map[string]map[string]access.FieldAccess{}
	if len(roles) == 0 {
		return out
	}
	for name, fields := range roles[0].fields {
		out[name] = maps.Clone(fields)
		for field, level := range fields {
			for _, other := range roles[1:] {
				also, ruled := other.fields[name][field]
				if !ruled {
					also = access.FieldEdit
				}
				if openness(also) > openness(level) {
					level = also
				}
			}
			out[name][field] = level
		}
	}
	return out
}

// inDirectory are the fields by which everybody knows everybody: the directory shows them to all who are signed in, so no role
// hides them.
var inDirectory = map[string][]string{
	"user":       {"name", "login", "department_id", "active"},
	"department": {"name", "parent_id"},
}

// showDirectory lets rules hide nothing that the directory shows.
func showDirectory(rules map[string]map[string]access.FieldAccess) {
	for name, fields := range inDirectory {
		for _, field := range fields {
			if level, ruled := rules[name][field]; ruled && openness(level) < openness(access.FieldSee) {
				rules[name][field] = access.FieldSee
			}
		}
	}
}

// Narrowed gives the actor with no more than the actions that only names, module by module; nil leaves the actor as it is.
func Narrowed(a *access.Actor, only map[string][]access.Action) *access.Actor {
	if only == nil {
		return a
	}
	narrow := *a
	narrow.Only, narrow.Fields = only, maps.Clone(a.Fields)
	hideColleagues(&narrow)
	return &narrow
}

// hideColleagues leaves of users only what everybody needs to name them, unless the actor may see users.
func hideColleagues(a *access.Actor) {
	if a.May("user", access.View) {
		return
	}
	hidden := maps.Clone(a.Fields["user"])
	if hidden == nil {
		hidden = map[string]access.FieldAccess{}
	}
	for _, field := range hiddenFromColleagues {
		hidden[field] = access.FieldHidden
	}
	a.Fields["user"] = hidden
}
