package policy

import "slices"

// BuiltIn gives the roles that come with the product (people-and-access, “Roles”), by their stable names.
func BuiltIn() map[string]Role {
	own := func(actions ...string) map[string]Grant { return scoped("self", actions...) }
	return map[string]Role{
		"sales_rep": {
			Private: true,
			Grants: map[string]map[string]Grant{
				"customer": own("view", "create", "edit", "delete", "print"),
				"lead":     own("view", "create", "edit", "delete", "print"),
				"followup": own("view", "create", "edit", "delete"),
			},
		},
		"supervisor": {
			Private: true,
			Grants: map[string]map[string]Grant{
				"customer": scoped("department_tree", "view", "create", "edit", "delete", "assign", "print"),
				"lead":     scoped("department_tree", "view", "create", "edit", "delete", "assign", "approve", "print"),
				"followup": scoped("department_tree", "view", "create", "edit", "delete", "assign"),
			},
		},
		"sales_ops": {
			Private: true,
			Grants: map[string]map[string]Grant{
				"customer":   scoped("all", "view", "create", "edit", "delete", "assign", "import", "export", "print"),
				"lead":       scoped("all", "view", "create", "edit", "delete", "assign", "import", "export", "print"),
				"followup":   scoped("all", "view", "create", "edit", "delete", "assign", "import", "export"),
				"pool":       scoped("all", "view", "create", "edit", "delete"),
				"web_form":   scoped("all", "view", "create", "edit", "delete"),
				"dictionary": scoped("all", "edit"),
				"user":       scoped("all", "view"),
				"role":       scoped("all", "view"),
				"setting":    scoped("all", "view"),
			},
		},
		"service": {
			Private: true,
			Grants: map[string]map[string]Grant{
				"customer": joined(scoped("all", "view"), own("edit")),
				"lead":     joined(scoped("all", "view"), own("create", "edit")),
				"followup": joined(scoped("all", "view"), own("create", "edit", "delete")),
			},
		},
		"finance": {
			Grants: map[string]map[string]Grant{
				"customer": scoped("all", "view", "print"),
				"followup": scoped("all", "view"),
			},
		},
		"admin":   {Everything: true},
		"auditor": {ReadsAll: true, Masked: true},
	}
}

// few are the actions of modules that have not all of them.
var few = map[string][]string{
	"user":       {"view", "create", "edit", "delete", "export"},
	"role":       {"view", "create", "edit", "delete", "assign"},
	"pool":       {"view", "create", "edit", "delete"},
	"web_form":   {"view", "create", "edit", "delete"},
	"dictionary": {"edit"},
	"setting":    {"view", "edit"},
	"security":   {"view", "edit"},
	"log":        {"view", "export"},
}

// has reports whether a module has an action.
func has(module, action string) bool {
	actions, known := few[module]
	return !known || slices.Contains(actions, action)
}

func scoped(scope string, actions ...string) map[string]Grant {
	out := map[string]Grant{}
	for _, action := range actions {
		out[action] = Grant{Scope: scope}
	}
	return out
}

func joined(a, b map[string]Grant) map[string]Grant {
	for action, grant := range b {
		a[action] = grant
	}
	return a
}
