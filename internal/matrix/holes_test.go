package matrix

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	root   = "../.."
	module = "genjin/internal/planted"
)

// planted is the package that says which hole is open. It is in the program that holes are made in, and nowhere else.
const planted = `// Package planted says which hole is open.
package planted

import "os"

var open = os.Getenv("GENJIN_PLANTED")

func Is(name string) bool { return name == open }

func Or(name string) string {
	if Is(name) {
		return "1 = 1 OR "
	}
	return ""
}

func Unless(name string) int64 {
	if Is(name) {
		return 0
	}
	return 1
}
`

var holeNames = regexp.MustCompile(`planted\.(?:Is|Or|Unless)\(\\?"([^"\\]+)\\?"\)`)

// names gives the holes that there are, in order.
func namesOfHoles() []string {
	var out []string
	for _, h := range holes {
		for _, m := range holeNames.FindAllStringSubmatch(h.is, -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

var packageClause = regexp.MustCompile(`(?m)^package \w+\n`)

// holed gives the files with all holes in them, by path.
func holed(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, h := range holes {
		path := filepath.Join(root, "internal", filepath.FromSlash(h.file))
		text, begun := out[path]
		if !begun {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text = packageClause.ReplaceAllString(string(b), "$0\nimport \""+module+"\"\n")
		}
		if n := strings.Count(text, h.was); n != 1 {
			t.Errorf("%s has %d places for the hole\n\t%s\nand not one. Whoever changed the code there says in internal/matrix/holes_list_test.go what the mistake would look like now.", h.file, n, h.was)
		}
		out[path] = strings.Replace(text, h.was, h.is, 1)
	}
	return out
}

// TestHolesHaveTheirPlaces: each mistake that the matrix must find can still be made.
func TestHolesHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	holed(t)
	if n := len(namesOfHoles()); n < 20 {
		t.Errorf("only %d holes", n)
	}
}

// TestHolesAreFound makes each hole in turn and sees that the matrix finds it. It takes minutes, so it runs in the full
// form alone.
func TestHolesAreFound(t *testing.T) {
	if !full() && os.Getenv("GENJIN_HOLES") == "" {
		t.Skip("in the full form alone: GENJIN_MATRIX=full")
	}
	program := build(t)
	start, made, missed := time.Now(), 0, 0
	for _, name := range namesOfHoles() {
		if only := os.Getenv("GENJIN_HOLES"); only != "" && only != "all" && !slices.Contains(strings.Split(only, ","), name) {
			continue
		}
		made++
		by := found(t, program, name)
		fmt.Printf("hole: %s: %s\n", name, cmp.Or(by, "NOT FOUND"))
		if by == "" {
			missed++
			t.Errorf("the hole “%s” is not found", name)
		}
	}
	fmt.Printf("holes: %d made, %d not found, %s\n", made, missed, time.Since(start).Round(time.Second))
}

// build makes the test program with all holes in it, each closed until it is asked for.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	put := func(path, text string) {
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.go", len(overlay.Replace)))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[absolute] = file
	}
	for path, text := range holed(t) {
		put(path, text)
	}
	put(filepath.Join(root, "internal", "planted", "planted.go"), planted)
	b, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	list, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "holed.test")
	if err := os.WriteFile(list, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", list, "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("the program with holes does not build: %v\n%s", err, out)
	}
	return program
}

// finder is a test that looks for a hole, and in which form.
type finder struct{ test, form string }

// finders are those that look for every hole, in the order of how soon they find most.
var finders = []finder{
	{"TestMatrix", "short"},
	{"TestRevokingWorksSoon", "short"},
	{"TestInvisibleValuesChangeNoAnswer", "short"},
	{"TestListsAreWhatOpens", "short"},
	{"TestTokensStayBelowTheirOwners", "short"},
	{"TestMatrix", "full"},
}

var someFindings = regexp.MustCompile(`cases.* [1-9]\d* findings`)

// found gives the test that finds a hole; "" when none does.
func found(t *testing.T, program, name string) string {
	t.Helper()
	for i, f := range append([]finder{{"TestMatrix", "short"}}, finders...) {
		at := ""
		if i == 0 {
			if at = foundAt[name]; at == "" {
				continue
			}
		}
		cmd := exec.CommandContext(t.Context(), program, "-test.run", "^"+f.test+"$", "-test.timeout", "30m")
		cmd.Env = append(os.Environ(), "GENJIN_PLANTED="+name, "GENJIN_MATRIX="+f.form, "GENJIN_MATRIX_DOORS="+at)
		out, err := cmd.CombinedOutput()
		switch {
		case err == nil:
		case someFindings.Match(out):
			return f.test + " in its " + f.form + " form"
		default:
			t.Errorf("with the hole “%s” %s could not run: %s", name, f.test, out[:min(len(out), 2000)])
		}
	}
	return ""
}
