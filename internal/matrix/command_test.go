package matrix

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"genjin/internal/cli"
	"genjin/internal/matrix/policy"
	"genjin/internal/sqldb"
)

// TestCommandsShowWhatTheirUserSees: the command line exports as somebody what they may export, and no more; and nobody
// who left.
func TestCommandsShowWhatTheirUserSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("commands show what their user sees", w.kind())
	where := w.elsewhere()
	users := []string{"rep", "team", "dima", "leaver"}
	if full() {
		users = append([]string{"admin"}, names()...)
	}
	for _, name := range users {
		for _, def := range w.defs() {
			if !importable(def) {
				continue
			}
			r.count("genjin export " + def.Name)
			out, said, status := w.command(append(where, "export", def.Name, "--as", name, "--format", "csv", "-o", "-")...)
			who := policy.Who{User: w.users[name]}
			var want []string
			for _, x := range w.listed(who, def.Name, false) {
				if w.policy.Exports(who, x) {
					want = append(want, x)
				}
			}
			s := &subject{name: name, who: who}
			found := func(format string, args ...any) {
				r.found(finding{"genjin export " + def.Name, name + ": " + fmt.Sprintf(format, args...)})
			}
			may := w.policy.May(who, def.ModuleName(), "export") && !left(name)
			if may != (status == cli.OK) {
				found("status %d, may %v: %s", status, may, said)
			}
			a := answer{status: 200, body: []byte(out)}
			for _, what := range w.leaks(s, call{}, a, "") {
				found("%s", what)
			}
			if may {
				if what := w.wrongExport(a, "csv", def.Name, want); what != "" {
					found("%s", what)
				}
			}
			if status != cli.OK && strings.Contains(out, canaryStart) {
				found("shows something all the same: %s", out)
			}
		}
	}
	r.print(t, "")
}

// elsewhere gives the settings of a copy of the installation, since the data folder of a running one is its own.
func (w *world) elsewhere() []string {
	w.t.Helper()
	if w.db != "" {
		return []string{"--db", w.db, "--data", w.t.TempDir(), "--unsafe-db", "yes"}
	}
	dir := w.t.TempDir()
	b, err := os.ReadFile(filepath.Join(w.dir, "pristine.db"))
	w.must(err)
	w.must(os.WriteFile(filepath.Join(dir, sqldb.File), b, 0o600))
	return []string{"--data", dir}
}

// command runs a command in this process.
func (w *world) command(args ...string) (out, said string, status int) {
	var stdout, stderr bytes.Buffer
	at := slices.Index(args, "export")
	status = cli.Main(w.t.Context(), cli.Process{
		Args: append(slices.Clone(args[at:]), args[:at]...), Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Lookup: func(string) (string, bool) { return "", false }, Version: "matrix",
	})
	return stdout.String(), stderr.String(), status
}
