package matrix

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// soon is how long a right that was taken away may still be used, at any door and on any replica.
const soon = time.Second

// revocation is a way to take rights away, and how one sees that they were there.
type revocation struct {
	name string
	by   call // of the administrator, or of somebody for themselves
	self bool
	who  *subject
	of   *thing // a record that is out of sight afterwards; nil when everything is
}

// TestRevokingWorksSoon: after a role, a user, a share, a supervisor, a token or a session is gone, no door opens any more,
// here and on other replicas.
func TestRevokingWorksSoon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("revoking works within a second", w.kind())
	handlers := map[string]http.Handler{"": w.app.API}
	if w.db != "" { // SQLite has one process
		replica := w.open()
		t.Cleanup(func() {
			if err := replica.Close(); err != nil {
				t.Error(err)
			}
		})
		handlers[" on another replica"] = replica.API
	}
	slowest := time.Duration(0)
	for _, one := range w.revocations() {
		for where, handler := range handlers {
			took := w.revoke(r, one, where, handler)
			slowest = max(slowest, took)
		}
	}
	r.print(t, fmt.Sprintf("(slowest %s)", slowest.Round(time.Millisecond)))
}

// at gives the subject asking another process.
func (s *subject) at(handler http.Handler) *subject {
	c := *s.client
	c.handler = handler
	return &subject{s.name, s.who, &c}
}

func (w *world) revocations() []revocation {
	user := func(name string, values map[string]any) call {
		return change(http.MethodPatch, "/users/"+w.users[name], values)
	}
	role := func(name string, values map[string]any) call {
		return change(http.MethodPatch, "/roles/"+w.roles[name], values)
	}
	far, mine, shared := w.named("customer", "of far"), w.named("customer", "of rep"), w.named("customer", "shared to be read")
	rep, importer := w.subject("rep"), w.subject("importer")
	return []revocation{
		{name: "another role", by: user("ops", map[string]any{"role_ids": []string{w.roles["sales_rep"]}}), who: w.subject("ops"), of: far},
		{name: "disabled", by: user("rep", map[string]any{"active": false}), who: rep},
		{name: "disabled, by token", by: user("rep", map[string]any{"active": false}), who: w.subject("token of rep for everything")},
		{name: "put away", by: change(http.MethodDelete, "/users/"+w.users["rep"], nil), who: rep},
		{name: "the role grants nothing", by: role("lead", map[string]any{"permissions": map[string]any{}}), who: w.subject("lead"), of: far},
		{name: "the role hides", by: role("team", map[string]any{"permissions": map[string]any{"customer": map[string]any{"view": "self"}, "followup": map[string]any{"view": "self"}}}), who: w.subject("team"), of: w.named("customer", "of lead")},
		{name: "no longer supervisor", by: change(http.MethodPatch, "/departments/"+w.departments["s2"], map[string]any{"supervisor_ids": []string{}}), who: w.subject("lead"), of: far},
		{name: "moved to another department", by: user("boss", map[string]any{"department_id": w.departments["o1"]}), who: w.subject("boss"), of: w.named("customer", "of other")},
		{name: "another place of the department", by: change(http.MethodPatch, "/departments/"+w.departments["n2"], map[string]any{"parent_id": w.departments["south"]}), who: w.subject("boss"), of: w.named("customer", "of other")},
		{name: "the share ended", by: call{method: http.MethodPut, path: "/customers/" + shared.id + "/collaborators", body: map[string]any{"items": []any{}}}, who: w.subject("nobody"), of: shared},
		{name: "given to somebody else", by: change(http.MethodPatch, "/customers/"+mine.id, map[string]any{"owner_id": w.users["team"]}), who: rep, of: mine},
		{name: "password given by others", by: post("/users/"+w.users["rep"]+"/password", map[string]any{"password": "an entirely new password"}), who: rep},
		{name: "all sessions ended", by: call{method: http.MethodDelete, path: "/users/" + w.users["importer"] + "/sessions"}, who: importer},
		{name: "signed out", by: call{method: http.MethodDelete, path: "/session"}, self: true, who: importer},
		{name: "token ended", by: call{method: http.MethodDelete, path: "/tokens/" + w.tokenOf("ops")}, who: w.subject(w.tokenName("ops"))},
	}
}

// tokenOf gives the id of the first token of somebody, tokenName its name as a subject.
func (w *world) tokenOf(name string) string {
	var list struct {
		Items []struct {
			ID          string
			Permissions map[string][]string
		}
	}
	w.subject(name).send(get("/me/tokens")).json(&list)
	for _, item := range list.Items {
		if onlySaid(item.Permissions) == strings.TrimPrefix(w.tokenName(name), "token of "+name+" for ") {
			return item.ID
		}
	}
	panic("matrix: no token of " + name)
}

func (w *world) tokenName(name string) string {
	for _, s := range w.subjects {
		if strings.HasPrefix(s.name, "token of "+name+" ") {
			return s.name
		}
	}
	panic("matrix: no token of " + name)
}

// doorsOf gives requests that show a record, or anything at all.
func (w *world) doorsOf(of *thing) []call {
	if of == nil {
		return []call{get("/me"), get("/customers"), get("/directory"), get("/meta"), get("/search?q=zq"), get("/views"), get("/customers/count"), get("/imports"), get("/notes"), get("/events?seconds=0")}
	}
	title := w.stored[of.id].values["name"].(string)
	calls := []call{
		get("/customers/" + of.id), get("/customers?limit=500"), get("/customers/" + of.id + "/log"), get("/customers/" + of.id + "/timeline"),
		get("/customers/" + of.id + "/collaborators"), get("/search" + query("q", title)), get("/customers" + query("q", title)), get("page:/customers/" + of.id),
		get("/customers" + query("filter", jsonText(map[string]any{"field": "name", "op": "is", "value": title}))), get("/contacts?limit=500"), get("/files?limit=500"), get("/notes?limit=100"),
		post("/customers/duplicates", map[string]any{"values": map[string]any{"name": title}}),
	}
	for _, x := range w.things {
		if r := w.policy.Records[x.id]; len(r.Parents) > 0 && r.Parents[0] == of.id && x.entity != "followup" && x.entity != "stage_change" {
			calls = append(calls, get("/"+w.def(x.entity).Path+"/"+x.id))
			if x.entity == "file" {
				calls = append(calls, get("/files/"+x.id+"/content"), get("/files/"+x.id+"/preview"))
			}
		}
	}
	return calls
}

// shows reports whether a door still shows what it showed.
func (w *world) shows(s *subject, c call, of *thing) bool {
	a := s.send(c)
	if of == nil {
		return a.status != http.StatusUnauthorized
	}
	if !a.ok() {
		return false
	}
	canary := w.stored[of.id].values["name"].(string)[:canaryLength]
	byID := strings.Contains(c.path, "/") && !strings.Contains(string(a.body), `"items"`) && !strings.HasPrefix(c.path, "page:")
	return strings.Contains(a.text(), canary) || byID || strings.Contains(a.text(), `"customer_id":"`+of.id)
}

// revoke takes a right away and says how long it was of use.
func (w *world) revoke(r *report, one revocation, where string, handler http.Handler) time.Duration {
	w.t.Helper()
	there := one.who.at(handler)
	door := "revoking: " + one.name + where
	var doors []call
	for _, c := range w.doorsOf(one.of) {
		if w.shows(there, c, one.of) {
			doors = append(doors, c)
		}
	}
	if len(doors) < 3 {
		r.found(finding{door, fmt.Sprintf("only %d doors were open before", len(doors))})
	}
	mark := w.state.mark()
	by := w.subject("admin")
	if one.self {
		by = one.who
	}
	if a := by.send(one.by); !a.ok() {
		r.found(finding{door, fmt.Sprintf("%s gave %s", one.by, a)})
		return 0
	}
	start := time.Now()
	for _, c := range doors {
		r.count(door)
		for w.shows(there, c, one.of) {
			if time.Since(start) > soon {
				r.found(finding{door, fmt.Sprintf("%s still sees by %s after %s", one.who.name, c, soon)})
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	took := time.Since(start)
	w.state.reset(w.state.since(mark))
	if w.db != "" {
		time.Sleep(soon / 2) // until other replicas know of that, too
	}
	return took
}
