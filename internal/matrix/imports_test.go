package matrix

import (
	"strings"

	"genjin/internal/id"
	"genjin/internal/importer"
)

// addImports lets two people import: a file that was taken in, one that is to be checked, and one that is done, of which
// a row was refused.
func (w *world) addImports() {
	w.t.Helper()
	for _, name := range []string{"ops", "importer"} {
		c := w.login(name)
		w.startImport(c)
		w.done(c, post("/imports/"+w.startImport(c)+"/check", nil))
		w.runImport(name, w.startImport(c))
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
	user, err := id.Parse(w.users[name])
	w.must(err)
	actor, err := w.app.Actors.Get(w.t.Context(), w.app.DB, user)
	w.must(err)
	number, err := id.Parse(x)
	w.must(err)
	imp, err := w.app.Importer.Run(w.t.Context(), actor, number, func(importer.Progress) {})
	w.must(err)
	if imp.State != importer.Done || imp.Result.Created == 0 || imp.Result.Refused == 0 {
		w.t.Fatalf("the import of %s is %s: %+v", name, imp.State, imp.Result)
	}
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
