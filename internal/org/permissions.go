package org

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// Permissions are what a role grants: module → action → grant. What is not named is not granted.
type Permissions map[string]map[access.Action]Grant

// Grant is one permission: how far it reaches. In JSON it is true or false for actions without a reach, a scope for
// those with one, and {"scope":"listed","departments":[…],"below":true} for listed departments.
type Grant struct {
	Scope       access.Scope
	Departments []id.ID // for access.Listed
	Below       bool    // the departments below those listed too
}

// Granted is the grant of an action that has no reach.
var Granted = Grant{Scope: access.All}

type listed struct {
	Scope       access.Scope `json:"scope"`
	Departments []id.ID      `json:"departments"`
	Below       bool         `json:"below,omitempty"`
}

// MarshalJSON writes the grant.
func (g Grant) MarshalJSON() ([]byte, error) {
	if g.Scope == access.Listed {
		return json.Marshal(listed(g))
	}
	if g.Scope == access.None {
		return []byte("false"), nil
	}
	return json.Marshal(g.Scope)
}

// UnmarshalJSON reads the grant.
func (g *Grant) UnmarshalJSON(b []byte) error {
	*g = Grant{}
	switch b = bytes.TrimSpace(b); {
	case string(b) == "true":
		g.Scope = access.All
		return nil
	case string(b) == "false" || string(b) == "null" || string(b) == `"none"`:
		return nil
	case b[0] == '{':
		var l listed
		if err := strictly(b, &l); err != nil {
			return err
		}
		*g = Grant(l)
		return nil
	}
	return json.Unmarshal(b, &g.Scope)
}

// valid says whether the grant means something for an action of a module.
func (g Grant) valid(m *Module, action access.Action) bool {
	if !slices.Contains(m.Actions, action) || !slices.Contains(access.Scopes, g.Scope) {
		return false
	}
	if g.Scope != access.None && g.Scope != access.All && (!m.Scoped || !Reaches(action)) {
		return false
	}
	return (g.Scope == access.Listed) == (len(g.Departments) > 0) && !slices.Contains(g.Departments, 0)
}

// FieldRules say what a role may do with fields: entity → field → access. Fields that are not named may be edited by
// whoever may edit the record.
type FieldRules map[string]map[string]access.FieldAccess

func strictly(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("org: more than one JSON value")
	}
	return nil
}

// parsePermissions reads stored permissions; "" gives none.
func parsePermissions(text string) (Permissions, error) {
	p := Permissions{}
	if entity.IsMissing(text) {
		return p, nil
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, fmt.Errorf("org: damaged permissions: %w", err)
	}
	return p, nil
}

func parseFieldRules(text string) (FieldRules, error) {
	r := FieldRules{}
	if entity.IsMissing(text) {
		return r, nil
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, fmt.Errorf("org: damaged field rules: %w", err)
	}
	return r, nil
}

// stored gives the form in which the permissions are kept: every module is named, so that a module which a later
// version adds can be told from one that was refused.
func (p Permissions) stored() string {
	full := make(Permissions, len(Modules))
	for _, m := range Modules {
		full[m.Name] = map[access.Action]Grant{}
		for action, grant := range p[m.Name] {
			if grant.Scope != access.None {
				full[m.Name][action] = grant
			}
		}
	}
	b, err := json.Marshal(full)
	if err != nil { // maps of texts always encode
		panic(err)
	}
	return string(b)
}

var (
	permissionsType = entity.Document("permissions", "role.permissions", "{}", checkPermissions)
	fieldRulesType  = entity.Document("field_rules", "role.field_rules", "{}", checkFieldRules)
)

func checkPermissions(text string) (string, bool) {
	p := Permissions{}
	if strictly([]byte(text), &p) != nil {
		return "", false
	}
	for name, actions := range p {
		m := module(name)
		if m == nil {
			return "", false
		}
		for action, grant := range actions {
			if !grant.valid(m, action) {
				return "", false
			}
		}
	}
	return p.stored(), true
}

func checkFieldRules(text string) (string, bool) {
	rules := FieldRules{}
	if strictly([]byte(text), &rules) != nil {
		return "", false
	}
	for _, fields := range rules {
		for _, level := range fields {
			if openness(level) < 0 {
				return "", false
			}
		}
	}
	b, err := json.Marshal(rules)
	return string(b), err == nil
}

// openness orders field accesses from hidden to edit; -1 for what is none.
func openness(level access.FieldAccess) int {
	return slices.Index([]access.FieldAccess{access.FieldHidden, access.FieldMasked, access.FieldSee, access.FieldEdit}, level)
}

// refuse is an error about one field.
func refuse(field, key string, pairs ...any) error { return errs.OfField(field, key, pairs...) }
