package matrix

import (
	"net/http"
	"strings"

	"genjin/internal/access"
	"genjin/internal/id"
	"genjin/internal/importer"
)

// addImports lets two people import: a file that was taken in, one that is to be checked, one that is done, of which a row
// was refused, and one that was taken back but for a record that is somebody else's by now.
func (w *world) addImports(admin *client) {
	w.t.Helper()
	for _, name := range []string{"ops", "importer"} {
		c := w.login(name)
		w.startImport(c)
		w.done(c, post("/imports/"+w.startImport(c)+"/check", nil))
		w.runImport(name, w.startImport(c))
		w.takeBack(admin, name, c)
	}
}

// takeBack imports, has a record changed and given away that the import made, and takes the import back.
func (w *world) takeBack(admin *client, name string, c *client) {
	w.t.Helper()
	x := w.startImport(c)
	w.runImport(name, x)
	var list struct{ Items []struct{ ID string } }
	w.done(c, get("/customers"+query("sort", "-created_at", "limit", "1"))).json(&list)
	w.done(admin, change(http.MethodPatch, "/customers/"+list.Items[0].ID, map[string]any{"remark": w.gen.canary(), "owner_id": w.users["far"]}))
	actor, number := w.actorOf(name, x)
	imp, err := w.app.Importer.Undo(w.t.Context(), actor, number, nil, nil)
	w.must(err)
	if len(imp.Conflicts) != 1 {
		w.t.Fatalf("taking the import of %s back left %v", name, imp.Conflicts)
	}
}

// startImport takes in a file whose second row says nothing that could be a customer.
func (w *world) startImport(c *client) string {
	w.t.Helper()
	rows := []string{
		"客户名称,联系人,手机,成立日期,备注",
		strings.Join([]string{w.gen.canary() + "公司", w.gen.canary(), w.gen.phone(), w.gen.day(), w.gen.canary()}, ","),
		strings.Join([]string{"", w.gen.canary(), w.gen.phone(), w.gen.canary(), w.gen.canary()}, ","),
	}
	return w.made(c, post("/imports?entity=customer", upload{w.gen.canary() + ".csv": strings.Join(rows, "\n")}))
}

// runImport does what a job would.
func (w *world) runImport(name, x string) {
	w.t.Helper()
	actor, number := w.actorOf(name, x)
	imp, err := w.app.Importer.Run(w.t.Context(), actor, number, func(importer.Progress) {})
	w.must(err)
	if imp.State != importer.Done || imp.Result.Created == 0 || imp.Result.Refused == 0 {
		w.t.Fatalf("the import of %s is %s: %+v", name, imp.State, imp.Result)
	}
}

// actorOf gives somebody, and an id as a number.
func (w *world) actorOf(name, x string) (*access.Actor, id.ID) {
	w.t.Helper()
	user, err := id.Parse(w.users[name])
	w.must(err)
	actor, err := w.app.Actors.Get(w.t.Context(), w.app.DB, user)
	w.must(err)
	number, err := id.Parse(x)
	w.must(err)
	return actor, number
}

// addViews saves views of each scope.
func (w *world) addViews() {
	w.t.Helper()
	for _, v := range [][2]string{{"rep", "private"}, {"rep", "department"}, {"ops", "all"}, {"far", "private"}, {"far", "department"}, {"admin", "private"}} {
		w.done(w.subject(v[0]).client, post("/views", map[string]any{
			"name": w.gen.canary(), "entity": "customer", "scope": v[1],
			"search": map[string]any{"q": w.gen.canary()},
		}))
	}
}
