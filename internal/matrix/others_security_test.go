package matrix

import (
	"net/http"
	"strings"
)

// security says of the operations of signing in what they need, and in which tables they write.
var security = map[string]struct {
	needs  string // self, view, edit, manage or nothing
	body   map[string]any
	tables []string
}{
	"my-security": {needs: "self"}, "my-sign-ins": {needs: "self"},
	"end-other-sessions": {needs: "self", tables: []string{"session"}},
	"confirm":            {needs: "self", body: map[string]any{"method": "password", "secret": password}, tables: []string{"session"}},
	"ask-confirm":        {needs: "self"},
	"confirm-by-passkey": {needs: "self", body: map[string]any{"ceremony": "x", "credential": map[string]any{}}},
	"begin-totp":         {needs: "self", tables: []string{"totp"}},
	"confirm-totp":       {needs: "self", body: map[string]any{"code": "000000"}, tables: []string{"totp", "recovery_code"}},
	"remove-totp":        {needs: "self", tables: []string{"totp", "recovery_code"}},
	"renew-recovery":     {needs: "self", tables: []string{"recovery_code"}},
	"begin-passkey":      {needs: "self"},
	"add-passkey":        {needs: "self", body: map[string]any{"ceremony": "x", "credential": map[string]any{}, "name": "x"}, tables: []string{"passkey", "recovery_code"}},
	"rename-passkey":     {needs: "self", body: map[string]any{"name": "x"}, tables: []string{"passkey"}},
	"remove-passkey":     {needs: "self", tables: []string{"passkey", "recovery_code"}},

	"list-app-passwords": {needs: "self"}, "end-app-password": {needs: "self", tables: []string{"app_password"}},
	"create-app-password": {needs: "self", body: map[string]any{"name": "x"}, tables: []string{"app_password"}},
	"user-app-passwords":  {needs: "view"}, "end-user-app-password": {needs: "manage", tables: []string{"app_password"}},

	"security-settings": {needs: "view"}, "user-security": {needs: "view"}, "all-tokens": {needs: "view"}, "sign-ins": {needs: "view"},
	"set-mail": {
		needs: "edit", body: map[string]any{"host": "mail.example.com", "port": 587, "security": "starttls", "from": "crm@example.com"},
		tables: []string{"sealed_setting"},
	},
	"remove-mail": {needs: "edit", tables: []string{"sealed_setting"}}, "test-mail": {needs: "edit", body: map[string]any{"to": "x@example.com"}},
	"set-sso": {
		needs: "edit", body: map[string]any{"enabled": false, "label": "x", "issuer": "https://id.example.com", "client_id": "x", "secret": "x"},
		tables: []string{"sealed_setting"},
	},
	"remove-sso": {needs: "edit", tables: []string{"sealed_setting"}}, "test-sso": {needs: "edit"},
	"end-any-token": {needs: "edit", tables: []string{"api_token", "api_token_use"}},

	"end-user-sessions": {needs: "manage", tables: []string{"session"}}, "end-user-session": {needs: "manage", tables: []string{"session"}},
	"reset-factors": {needs: "manage", tables: []string{"totp", "recovery_code", "passkey", "session"}},
	"make-link":     {needs: "manage", body: map[string]any{"hand_over": true}, tables: []string{"signin_link"}},
	"link-identity": {needs: "manage", body: map[string]any{"subject": "x"}, tables: []string{"identity"}}, "unlink-identity": {needs: "manage", tables: []string{"identity"}},

	"forgot-password": {body: map[string]any{"login": "rep"}, tables: []string{"signin_link", "job"}},
	"look-at-link":    {body: map[string]any{"secret": "x"}}, "use-link": {body: map[string]any{"secret": "x", "password": "another password of mine"}},
	"show-factor": {body: map[string]any{"step": "x", "method": "totp", "code": "000000"}},
	"ask-passkey": {body: map[string]any{}}, "sign-in-by-passkey": {body: map[string]any{"ceremony": "x", "credential": map[string]any{}}},
	"begin-sso": {}, "finish-sso": {},
}

// securityTrials ask for an operation of signing in: on themselves, on everybody, or on the settings.
func securityTrials(w *world, op operation) []trial {
	o := security[op.id]
	var out []trial
	for _, x := range w.aboutWhom(op) {
		for _, part := range w.parts(op, x) {
			c := call{method: op.method, path: strings.Replace(op.byID(x), "{part}", part, 1)}
			if o.body != nil {
				c.body = o.body
			}
			out = append(out, each(w, op, func(s *subject) trial {
				whose := map[string]string{"self": s.who.User, "manage": x}[o.needs]
				return trial{
					about: "of " + w.describe(source{id: x}), call: c, want: w.mayOnSecurity(s, op, x), attempt: true, lacks: true,
					may: &may{other: func(c rowChange) bool { return w.isIn(c, o.tables, whose) }},
				}
			})...)
		}
	}
	return out
}

// isIn reports whether a change is in one of tables and about somebody; about anybody when that is "".
func (w *world) isIn(c rowChange, tables []string, whose string) bool {
	values := c.new
	if c.removed() {
		values = c.old
	}
	for _, table := range tables {
		if c.table == table {
			return whose == "" || textID(values["user_id"]) == whose
		}
	}
	return false
}

// aboutWhom gives the ids for the path of an operation: those of users, or of tokens; one for none.
func (w *world) aboutWhom(op operation) []string {
	switch {
	case op.id == "end-any-token":
		var out []string
		for x := range w.logins {
			if w.loginTables[x] == "api_token" {
				out = append(out, x)
			}
		}
		return out
	case strings.HasPrefix(op.path, "/users/{id}"):
		var out []string
		for _, x := range w.of("user") {
			out = append(out, x.id)
		}
		return out
	}
	return []string{neverWas}
}

// parts gives what a path names below a user: their sessions, and one of somebody else.
func (w *world) parts(op operation, user string) []string {
	if !strings.Contains(op.path, "{part}") {
		return []string{""}
	}
	out := []string{neverWas}
	for x, owner := range w.logins {
		if w.loginTables[x] == "session" && (owner == user || owner == w.users["far"]) {
			out = append(out, x)
		}
	}
	return out
}

// mayOnSecurity gives how a request ends. Tokens sign nobody in; they may read the log of it.
func (w *world) mayOnSecurity(s *subject, op operation, user string) want {
	person := s.isPerson() || op.id == "sign-ins"
	may := map[string]bool{
		"": true, "self": true, "view": w.policy.May(s.who, "security", "view"), "edit": w.policy.May(s.who, "security", "edit"),
		"manage": w.manages(s.who, user),
	}[security[op.id].needs]
	needs := security[op.id].needs
	switch {
	case !may || !person && needs != "":
		return refused
	case op.method == http.MethodGet && needs != "":
		return works
	}
	return open // most need something more: a code, a key, a server
}
