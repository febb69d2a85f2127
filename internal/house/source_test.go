package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// source is one Go file of the project.
type source struct {
	path string // from the root, with slashes
	pkg  string // its folder
	test bool
	file *ast.File
	set  *token.FileSet
}

// sources parses every Go file of the project once.
var sources = sync.OnceValues(func() (all []source, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "node_modules" || name == "testdata" || name == "dist" || name[0] == '.' && path != root) {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		s := source{set: token.NewFileSet(), test: strings.HasSuffix(path, "_test.go")}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s.path = filepath.ToSlash(relative)
		s.pkg = s.path[:max(strings.LastIndexByte(s.path, '/'), 0)]
		s.file, err = parser.ParseFile(s.set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil && !s.ignored() {
			all = append(all, s)
		}
		return err
	})
	return all, err
})

// ignored says whether the file is a tool that is no part of the program, such as one that makes a table.
func (s source) ignored() bool {
	for _, group := range s.file.Comments {
		if group.Pos() < s.file.Package && strings.HasPrefix(group.List[0].Text, "//go:build ignore") {
			return true
		}
	}
	return false
}

// eachSource calls fn with every file.
func eachSource(t *testing.T, fn func(s source)) {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d files found: the test looks in the wrong place", len(all))
	}
	for _, s := range all {
		fn(s)
	}
}

// at gives the place of a node.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// in says whether the file belongs to one of the packages, which are named below internal.
func (s source) in(packages ...string) bool {
	for _, p := range packages {
		if s.pkg == "internal/"+p || strings.HasPrefix(s.pkg, "internal/"+p+"/") {
			return true
		}
	}
	return false
}

// imports gives the paths a file imports with the places.
func (s source) imports() map[string]string {
	found := map[string]string{}
	for _, i := range s.file.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil {
			found[path] = s.at(i)
		}
	}
	return found
}
