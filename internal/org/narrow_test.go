package org_test

import (
	"testing"

	"genjin/internal/access"
	"genjin/internal/org"
)

func TestNarrowedSeeNoMoreOfColleagues(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles(org.Admin) }))
	whole := c.actor("ann")
	for _, x := range []struct {
		only map[string][]access.Action
		want access.FieldAccess
	}{
		{nil, access.FieldEdit},
		{map[string][]access.Action{"customer": {access.View}}, access.FieldHidden},
		{map[string][]access.Action{"user": {access.View}}, access.FieldEdit},
	} {
		if got := org.Narrowed(whole, x.only).Field("user", "mobile"); got != x.want {
			t.Errorf("%v: mobiles are %s, want %s", x.only, got, x.want)
		}
	}
	if whole.Field("user", "mobile") != access.FieldEdit || whole.Only != nil {
		t.Error("narrowing changed the actor that is shared")
	}
}

func TestRulesHideNothingThatTheDirectoryShows(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addRole("遮", org.Role{Fields: `{"user":{"name":"hidden","login":"masked","active":"see","regions":"hidden"},"department":{"name":"hidden"}}`})
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles("遮") }))
	a := c.actor("ann")
	for _, x := range []struct {
		entity, field string
		want          access.FieldAccess
	}{
		{"user", "name", access.FieldSee},
		{"user", "login", access.FieldSee},
		{"user", "active", access.FieldSee},
		{"user", "department_id", access.FieldEdit},
		{"user", "regions", access.FieldHidden},
		{"department", "name", access.FieldSee},
	} {
		if got := a.Field(x.entity, x.field); got != x.want {
			t.Errorf("%s.%s is %s, want %s", x.entity, x.field, got, x.want)
		}
	}
}
