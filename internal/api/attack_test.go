package api

import (
	"testing"
)

// TestBlankIsMissing: a text of which nothing is left when it is tidied is none, wherever one is required.
func TestBlankIsMissing(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	for _, blank := range []string{" ", "\u3000", "\u0000", "\ufffd", "\u200b\t"} {
		for _, path := range []string{"/roles", "/departments", "/customers"} {
			p := into[Problem](t, admin.want(422, "POST", path, rec{"name": blank}))
			if len(p.Errors) != 1 || p.Errors[0].Key != "field.required" {
				t.Errorf("%s named %q: %+v", path, blank, p)
			}
		}
	}
}
