package importer_test

import (
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/org"
)

func TestNarrowedSeeImportsOnlyWhenLet(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp, err := c.m.Start(t.Context(), c.Admin, "customer", "x.csv", strings.NewReader("客户名称\n甲公司\n"))
	c.Must(err)
	for _, x := range []struct {
		only map[string][]access.Action
		sees bool
	}{
		{nil, true},
		{map[string][]access.Action{"customer": {access.Import}}, true},
		{map[string][]access.Action{"customer": {access.View}}, false},
		{map[string][]access.Action{}, false},
	} {
		_, err := c.m.Get(t.Context(), org.Narrowed(c.Admin, x.only), imp.ID)
		if x.sees != (err == nil) || !x.sees && !errs.Is(err, errs.NotFound) {
			t.Errorf("%v: %v", x.only, err)
		}
	}
}
