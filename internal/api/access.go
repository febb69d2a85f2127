package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Access says what a user may do and why.
type Access struct {
	User    Named          `json:"user"`
	Roles   []Named        `json:"roles" nullable:"false"`
	Modules []ModuleAccess `json:"modules" nullable:"false"`
	Record  *RecordAccess  `json:"record" doc:"Of the record that was asked for"`
}

// ModuleAccess says what a user may do with the records of a module.
type ModuleAccess struct {
	Module  string         `json:"module"`
	Label   string         `json:"label"`
	Actions []ActionAccess `json:"actions" nullable:"false"`
}

// ActionAccess says whether, how far and by what a user may do something.
type ActionAccess struct {
	Action  access.Action `json:"action"`
	Label   string        `json:"label"`
	Allowed bool          `json:"allowed"`
	Why     []string      `json:"why" nullable:"false" doc:"What allows it, each a sentence; what keeps from it when nothing does"`
}

// RecordAccess says what a user may do with one record.
type RecordAccess struct {
	Entity  string         `json:"entity"`
	Record  Named          `json:"record"`
	Owner   Named          `json:"owner"`
	Actions []ActionAccess `json:"actions" nullable:"false"`
	Fields  []FieldSeen    `json:"fields" nullable:"false" doc:"Empty when the user does not see the record"`
}

// FieldSeen says how a user sees a field of a record.
type FieldSeen struct {
	Field  string             `json:"field"`
	Label  string             `json:"label"`
	Access access.FieldAccess `json:"access" enum:"edit,see,masked,hidden"`
}

func (a *API) accessOperations() {
	text := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	a.raw(Op{
		Method: http.MethodGet, Path: "/users/{id}/access", ID: "explain-access", Summary: "What a user may do and see, and why",
		Does: "explain", Object: "user", Scope: "view", Gives: Access{},
		Params: append(idParam(), text("entity", "Of a record: its entity"), text("record", "Id of the record")),
	}, a.explainAccess)
	handle(a, Op{
		Method: http.MethodGet, Path: "/roles/catalogue", ID: "role-catalogue", Summary: "What roles can grant, and how many users have each",
		Does: "catalogue", Object: "role", Scope: "view",
	}, a.roleCatalogue)
}

// explainAccess is for those who may see users and roles, and for everybody about themselves.
func (a *API) explainAccess(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	if x != rq.Actor.ID && !(rq.Actor.May("user", access.View) && rq.Actor.May("role", access.View)) {
		return errs.New(errs.Denied, "")
	}
	ctx, values := rq.HTTP.Context(), rq.HTTP.URL.Query()
	asked, err := id.Parse(values.Get("record"))
	if err != nil {
		return errs.OfField("record", "log.id", "value", values.Get("record"))
	}
	var out Access
	err = a.read(ctx, rq, func(s *record.Session) error {
		e, err := explanationOf(ctx, s, x)
		if err != nil {
			return err
		}
		out = e.access()
		if asked != 0 {
			out.Record, err = e.record(ctx, values.Get("entity"), asked)
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

// explanation is of one user, for the actor of the session.
type explanation struct {
	s      *record.Session
	target *access.Actor
	roles  []org.RoleReach
}

func explanationOf(ctx context.Context, s *record.Session, user id.ID) (*explanation, error) {
	e := &explanation{s: s}
	var err error
	if e.target, err = org.LoadActor(ctx, s.Tx, user); errs.Is(err, errs.Unauthenticated) {
		return nil, errs.New(errs.NotFound, "access.inactive")
	}
	if err != nil {
		return nil, err
	}
	e.target.Lang = s.Actor.Lang
	e.roles, err = org.RolesOf(ctx, s.Tx, user)
	return e, err
}

func (e *explanation) access() Access {
	lang := e.s.Actor.Lang
	out := Access{User: Named{e.target.ID, e.target.Name}, Roles: []Named{}, Modules: []ModuleAccess{}}
	for _, r := range e.roles {
		out.Roles = append(out.Roles, Named{r.ID, r.Name})
	}
	for _, m := range org.Modules {
		of := ModuleAccess{Module: m.Name, Label: m.Label.In(lang)}
		for _, action := range m.Actions {
			one := ActionAccess{Action: action, Label: org.ActionLabel(action).In(lang), Allowed: e.target.May(m.Name, action), Why: []string{}}
			for _, r := range e.roles {
				if r.Actor.May(m.Name, action) {
					one.Why = append(one.Why, e.byRole(r, m.Name, action))
				}
			}
			of.Actions = append(of.Actions, one)
		}
		out.Modules = append(out.Modules, of)
	}
	return out
}

// byRole says what a role allows: “销售主管：本部门及下级”; of what has no reach, the role alone.
func (e *explanation) byRole(r org.RoleReach, module string, action access.Action) string {
	lang := e.s.Actor.Lang
	if !org.Reaches(action) {
		return i18n.Message(lang, "access.of_role", i18n.Params{"role": r.Name})
	}
	scope := r.Actor.Reach(module, action).Scope
	return i18n.Message(lang, "access.by_role", i18n.Params{"role": r.Name, "scope": org.ScopeLabel(scope).In(lang)})
}

// record explains the access to a record that the asker sees themselves.
func (e *explanation) record(ctx context.Context, entityName string, x id.ID) (*RecordAccess, error) {
	def := e.s.Def(entityName)
	if def == nil {
		return nil, errs.New(errs.NotFound, "")
	}
	owner, department, err := org.Decides(ctx, e.s, def, x)
	if err != nil {
		return nil, err
	}
	titles, err := e.s.Titles(ctx, entityName, map[id.ID]bool{x: true})
	if err != nil {
		return nil, err
	}
	names, err := e.s.Titles(ctx, "user", map[id.ID]bool{owner: true})
	if err != nil {
		return nil, err
	}
	out := &RecordAccess{
		Entity: entityName, Record: Named{x, titles[x]}, Owner: Named{owner, names[owner]}, Actions: []ActionAccess{}, Fields: []FieldSeen{},
	}
	as := e.s.As(e.target, audit.Screen)
	row, err := as.Load(ctx, entityName, x)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	actions := []access.Action{access.View, access.Edit, access.Delete, access.Assign}
	if !def.Owned {
		actions = actions[:3]
	}
	for _, action := range actions {
		one := ActionAccess{Action: action, Label: org.ActionLabel(action).In(e.s.Actor.Lang), Why: []string{}}
		one.Allowed = row != nil && (action == access.View || row.Can(action))
		one.Why = append(one.Why, e.why(def, owner, department, action, one.Allowed)...)
		out.Actions = append(out.Actions, one)
	}
	if row == nil {
		return out, nil
	}
	out.Fields, err = fieldsSeen(ctx, as, def, row)
	return out, err
}

// why gives the roles that reach a record, or what else makes it possible, or what keeps from it.
func (e *explanation) why(def *entity.Def, owner, department id.ID, action access.Action, allowed bool) (why []string) {
	lang, module := e.s.Actor.Lang, def.ModuleName()
	for _, r := range e.roles {
		if r.Actor.Reach(module, action).Includes(owner, department) {
			why = append(why, e.byRole(r, module, action))
		}
	}
	switch {
	case allowed && len(why) == 0 && def.Common:
		return []string{i18n.Message(lang, "access.common", nil)}
	case allowed && len(why) == 0:
		return []string{i18n.Message(lang, "access.shared", nil)}
	case allowed:
		return why
	case !e.target.May(module, action):
		return []string{i18n.Message(lang, "access.no_role", nil)}
	case len(why) > 0:
		return []string{i18n.Message(lang, "access.state", nil)}
	}
	return []string{i18n.Message(lang, "access.beyond", i18n.Params{"scope": org.ScopeLabel(e.target.Reach(module, action).Scope).In(lang)})}
}

func fieldsSeen(ctx context.Context, as *record.Session, def *entity.Def, row *record.Row) ([]FieldSeen, error) {
	v, err := as.View(ctx, def.Name, []*record.Row{row}, nil)
	if err != nil {
		return nil, err
	}
	out := []FieldSeen{}
	for _, f := range as.Def(def.Name).Fields {
		if f.Internal {
			continue
		}
		seen := FieldSeen{f.Name, f.Label.In(as.Actor.Lang), v.Access(row, f)}
		if seen.Access == access.FieldEdit && !row.Can(access.Edit) {
			seen.Access = access.FieldSee
		}
		out = append(out, seen)
	}
	return out, nil
}
