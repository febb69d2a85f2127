package org

import (
	"testing"

	"genjin/internal/access"
)

// FuzzPermissions: what is taken is stored in one form that is taken again as it is and grants the same.
func FuzzPermissions(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"customer":{"view":"self","create":true,"edit":"none"}}`, `{"user":{"edit":true}}`, `[]`, `null`, `{"customer":null}`,
		`{"customer":{"view":{"scope":"listed","departments":["0adjanjg0080v"],"below":true}}}`, `{"customer":{"view":{"scope":"all"}}}`,
		`{"customer":{"view":{"scope":"listed","departments":["0adjanjg0080v"],"more":1}}}`, `{"customer":{"view":""}} x`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stored, ok := checkPermissions(text)
		if !ok {
			return
		}
		if again, ok := checkPermissions(stored); !ok || again != stored {
			t.Fatalf("%s is stored as %s, which becomes %s (%v)", text, stored, again, ok)
		}
		p, err := parsePermissions(stored)
		if err != nil {
			t.Fatal(err)
		}
		for name, actions := range p {
			for action, grant := range actions {
				if m := module(name); m == nil || !grant.valid(m, action) || grant.Scope == access.None {
					t.Fatalf("%s grants %s %s: %+v", text, action, name, grant)
				}
			}
		}
	})
}

// FuzzFieldRules: what is taken names accesses that exist.
func FuzzFieldRules(f *testing.F) {
	for _, seed := range []string{`{}`, `{"customer":{"grade":"hidden"}}`, `{"customer":{"grade":"open"}}`, `{"customer":null}`, `[]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stored, ok := checkFieldRules(text)
		if !ok {
			return
		}
		rules, err := parseFieldRules(stored)
		if err != nil {
			t.Fatal(err)
		}
		for _, fields := range rules {
			for field, level := range fields {
				if openness(level) < 0 {
					t.Fatalf("%s: %s is %s", text, field, level)
				}
			}
		}
	})
}
