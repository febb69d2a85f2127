package house

import (
	"encoding/csv"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var asvsID = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

// TestASVSIsTrue: what docs/asvs.csv says meets a requirement is there, and so are the tests that show it.
func TestASVSIsTrue(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(read(t, "docs/asvs.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		id, level, state, where, shown := row[0], row[1], row[3], row[5], row[6]
		if !asvsID.MatchString(id) || seen[id] || !slices.Contains([]string{"1", "2"}, level) || !slices.Contains([]string{"met", "partly", "open"}, state) {
			t.Errorf("%v", row)
		}
		seen[id] = true
		if state != "open" && where == "" {
			t.Errorf("%s does not say where it is met", id)
		}
		for file := range strings.SplitSeq(where, "; ") {
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s: %s is not there", id, file)
			}
		}
		for name := range strings.SplitSeq(shown, "; ") {
			_, err := os.Stat(filepath.Join(root, name))
			if name != "" && !tests[name] && err != nil {
				t.Errorf("%s: there is no test %s", id, name)
			}
		}
	}
}

// testNames gives the names of all tests in Go.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	eachSource(t, func(s source) {
		if !s.test {
			return
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
	})
	return names
}
