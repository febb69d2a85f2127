package house

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// modulesUsed gives the modules of go.mod that our packages import.
func modulesUsed(t *testing.T) map[string]bool {
	t.Helper()
	required := regexp.MustCompile(`(?m)^\t(\S+) v`).FindAllStringSubmatch(read(t, "go.mod"), -1)
	used := map[string]bool{}
	eachSource(t, func(s source) {
		for path := range s.imports() {
			for _, m := range required {
				if path == m[1] || strings.HasPrefix(path, m[1]+"/") {
					used[m[1]] = true
				}
			}
		}
	})
	return used
}

// TestDependenciesHaveReasons: whoever adds one says why, and whoever drops one tidies up.
func TestDependenciesHaveReasons(t *testing.T) {
	used := modulesUsed(t)
	var page struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal([]byte(read(t, "web/package.json")), &page); err != nil {
		t.Fatal(err)
	}
	for _, group := range []map[string]string{page.Dependencies, page.DevDependencies} {
		for name := range group {
			used[name] = true
		}
	}
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \| [^|]+ \| [^|]+ \|$`).FindAllStringSubmatch(read(t, "docs/dependencies.md"), -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			listed[name] = true
		}
	}
	for name := range used {
		if !listed[name] {
			t.Errorf("%s is used but has no reason in docs/dependencies.md", name)
		}
	}
	for name := range listed {
		if !used[name] && name != "module" && name != "package" {
			t.Errorf("docs/dependencies.md gives a reason for %s, which is not used", name)
		}
	}
}

// TestDocsNameWhatExists: files named in the documents are there.
func TestDocsNameWhatExists(t *testing.T) {
	named := regexp.MustCompile("(?:`|\\()((?:docs|internal|scripts|web|cmd)/[\\w./-]+)(?:`|\\))")
	links := regexp.MustCompile(`\]\(([\w./-]+)\)`)
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "node_modules" || name == "testdata" || (name[0] == '.' && path != root) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, found := range named.FindAllStringSubmatch(string(b), -1) {
			exists(t, path, filepath.Join(root, found[1]), filepath.Join(filepath.Dir(path), found[1]))
		}
		for _, found := range links.FindAllStringSubmatch(string(b), -1) {
			exists(t, path, filepath.Join(filepath.Dir(path), found[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// exists says when none of the files that a name may mean is there.
func exists(t *testing.T, document string, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := os.Stat(name); err == nil || strings.Contains(name, "web/dist") { // made by the build
			return
		}
	}
	t.Errorf("%s names %s, which is not there", document, names[0])
}
