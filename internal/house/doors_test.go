package house

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// TestPolicyIsASecondOne: what the product's permissions are compared with must not be made of them.
func TestPolicyIsASecondOne(t *testing.T) {
	eachSource(t, func(s source) {
		if !s.in("matrix/policy") {
			return
		}
		for path, at := range s.imports() {
			if strings.Contains(path, ".") || strings.HasPrefix(path, "genjin/") {
				t.Errorf("%s: the second policy imports %s: it has to stand by itself to say something", at, path)
			}
		}
	})
}

// TestEveryRouteIsInTheDocument: the permission matrix asks what the OpenAPI document describes. A route that is registered
// beside it would be watched by nobody.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	registrars := []string{"internal/api/operation.go", "internal/api/server.go"} // the second: page, health and the document itself
	eachSource(t, func(s source) {
		if s.test || !strings.HasPrefix(s.pkg, "internal/api") || slices.Contains(registrars, s.path) {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if ok && (f.Sel.Name == "HandleFunc" || f.Sel.Name == "Handle" && len(call.Args) == 2) {
				t.Errorf("%s: register routes with handle or raw, so that they are in the document and in the permission matrix", s.at(n))
			}
			return true
		})
	})
}
