package house

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// reachesOut are the names of package net/http and net by which a program talks to other servers.
var reachesOut = map[string][]string{
	"http": {"Client", "Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "Transport", "NewRequest"},
	"net":  {"Dialer", "Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP"},
	"tls":  {"Dial", "DialWithDialer", "Dialer"},
}

// mayReachOut are the places that do, with reasons.
var mayReachOut = map[string]string{
	"internal/outbound":     "it is the way out",
	"internal/cli/where.go": "the socket of the server in the same data folder",
	"internal/sqldb":        "the database is where whoever runs the machine says it is",
}

// TestOneWayOut: an address that somebody entered may be chosen to make the program knock where they cannot. Only
// internal/outbound checks that, so nothing else connects.
func TestOneWayOut(t *testing.T) {
	eachSource(t, func(s source) {
		if s.test || !strings.HasPrefix(s.pkg, "internal/") || mayReachOut[s.pkg] != "" || mayReachOut[s.path] != "" || s.in(forTests...) {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && slices.Contains(reachesOut[pkg.Name], sel.Sel.Name) {
				t.Errorf("%s: %s.%s: other servers are reached through internal/outbound, which refuses private addresses", s.at(n), pkg.Name, sel.Sel.Name)
			}
			return true
		})
	})
}
