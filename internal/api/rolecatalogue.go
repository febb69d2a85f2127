package api

import (
	"context"
	"encoding/json"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// RoleCatalogue is all that roles can grant, for those who look at them, and how many users have each.
type RoleCatalogue struct {
	Modules  []ModuleGrants  `json:"modules" nullable:"false"`
	Scopes   []ScopeMeta     `json:"scopes" nullable:"false" doc:"From narrow to wide, without the empty one"`
	Entities []EntityRules   `json:"entities" nullable:"false" doc:"What field rules can be about"`
	Users    map[id.ID]int64 `json:"users" doc:"How many active users have each role, by its id; those of nobody are missing"`
}

// ModuleGrants is what a role can grant over the records of a module.
type ModuleGrants struct {
	Module  string        `json:"module"`
	Label   string        `json:"label"`
	Actions []ActionGrant `json:"actions" nullable:"false"`
}

// ActionGrant is an action that a role can grant.
type ActionGrant struct {
	Action access.Action `json:"action"`
	Label  string        `json:"label"`
	Reach  bool          `json:"reach" doc:"It takes a scope; others are granted or not"`
}

// ScopeMeta is a scope in the words of people.
type ScopeMeta struct {
	Scope access.Scope `json:"scope"`
	Label string       `json:"label"`
}

// EntityRules is an entity whose fields can have rules.
type EntityRules struct {
	Entity string      `json:"entity"`
	Label  string      `json:"label"`
	Fields []RuleField `json:"fields" nullable:"false"`
}

// RuleField is a field that can have a rule.
type RuleField struct {
	Field    string `json:"field"`
	Label    string `json:"label"`
	Private  bool   `json:"private" doc:"Personal data: it is masked without a rule where the role does not see it in full"`
	ReadOnly bool   `json:"read_only" doc:"Nobody edits it"`
}

func (a *API) roleCatalogue(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body RoleCatalogue }, error) {
	if !rq.Actor.May("role", access.View) {
		return nil, errs.New(errs.Denied, "")
	}
	out := &struct{ Body RoleCatalogue }{}
	err := a.read(ctx, rq, func(s *record.Session) (err error) {
		out.Body = catalogueOf(s)
		out.Body.Users, err = usersByRole(ctx, s)
		return err
	})
	return out, err
}

func catalogueOf(s *record.Session) RoleCatalogue {
	lang := s.Actor.Lang
	c := RoleCatalogue{Modules: []ModuleGrants{}, Scopes: []ScopeMeta{}, Entities: []EntityRules{}}
	for _, m := range org.Modules {
		of := ModuleGrants{Module: m.Name, Label: m.Label.In(lang)}
		for _, action := range m.Actions {
			of.Actions = append(of.Actions, ActionGrant{action, org.ActionLabel(action).In(lang), m.Scoped && org.Reaches(action)})
		}
		c.Modules = append(c.Modules, of)
	}
	for _, scope := range access.Scopes {
		if scope != access.None {
			c.Scopes = append(c.Scopes, ScopeMeta{scope, org.ScopeLabel(scope).In(lang)})
		}
	}
	for _, def := range s.Store().Schema().Defs() {
		if def.Internal || def.Common || def.Aside {
			continue
		}
		c.Entities = append(c.Entities, rulesOf(s, s.Def(def.Name)))
	}
	return c
}

func rulesOf(s *record.Session, def *entity.Def) EntityRules {
	e := EntityRules{Entity: def.Name, Label: def.Label.In(s.Actor.Lang), Fields: []RuleField{}}
	for _, f := range def.Fields {
		if !f.Internal {
			e.Fields = append(e.Fields, RuleField{f.Name, f.Label.In(s.Actor.Lang), f.Private, f.ReadOnly})
		}
	}
	return e
}

// usersByRole counts the active users that the actor sees, if they see who has which role.
func usersByRole(ctx context.Context, s *record.Session) (map[id.ID]int64, error) {
	out := map[id.ID]int64{}
	def := s.Def("user")
	if !s.Actor.May("user", access.View) || !s.Filterable(def, def.Field("role_ids")) {
		return out, nil
	}
	active := record.Filter{Field: "active", Op: entity.Is, Value: json.RawMessage("true")}
	roles, err := s.List(ctx, "role", record.Query{Limit: record.MaxLimit})
	if err != nil {
		return nil, err
	}
	for _, row := range roles.Rows {
		has := record.Filter{Field: "role_ids", Op: entity.In, Value: json.RawMessage(`["` + row.ID().String() + `"]`)}
		n, err := s.Count(ctx, "user", record.Query{Filter: &record.Filter{And: []record.Filter{active, has}}})
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out[row.ID()] = n
		}
	}
	return out, nil
}
