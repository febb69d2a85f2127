package house

import (
	"bufio"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestNoInit: what runs unasked at start-up cannot be ordered, tested or left out.
func TestNoInit(t *testing.T) {
	eachSource(t, func(s source) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: no init(): register in the one visible list", s.at(f))
			}
		}
	})
}

// kernel are the packages that serve every entity alike.
var kernel = []string{"sqldb", "migrations", "entity", "access", "audit", "job", "search", "notify", "record", "files", "archive", "check"}

var sellingWords = regexp.MustCompile(`(?i)^(customers?|contacts?|followups?|opportunit(y|ies)|contracts?|receivables?|invoices?)$`)

// TestKernelKnowsNoSelling: a mechanism that knows one entity has to be changed for the next.
func TestKernelKnowsNoSelling(t *testing.T) {
	eachSource(t, func(s source) {
		if s.test || !s.in(kernel...) {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			var text string
			switch x := n.(type) {
			case *ast.Ident:
				text = x.Name
			case *ast.BasicLit:
				if x.Kind == token.STRING {
					text = x.Value
				}
			}
			for _, word := range words(text) {
				if sellingWords.MatchString(word) {
					t.Errorf("%s: “%s” in the kernel: a mechanism that knows one entity has to be changed for the next", s.at(n), word)
				}
			}
			return true
		})
	})
}

// words splits names and texts: customerID, customer_id and "a customer" all have the word customer.
func words(text string) []string {
	var b strings.Builder
	previous := ' '
	for _, r := range text {
		if !unicode.IsLetter(r) {
			r = ' '
		} else if unicode.IsUpper(r) && unicode.IsLower(previous) {
			b.WriteRune(' ')
		}
		b.WriteRune(r)
		previous = r
	}
	return strings.Fields(b.String())
}

// Bounds of size. Most files and functions are far below (docs/architecture.md).
const (
	maxFile     = 700
	maxFunction = 100
)

func TestSizes(t *testing.T) {
	eachSource(t, func(s source) {
		lines := s.set.Position(s.file.End()).Line
		if lines > maxFile && !s.test && !ast.IsGenerated(s.file) {
			t.Errorf("%s has %d lines, more than %d: it tells more than one story", s.path, lines, maxFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || s.test || f.Body == nil || isTable(f) {
				continue
			}
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > maxFunction {
				t.Errorf("%s: %s has %d lines, more than %d: name its parts", s.at(f), f.Name.Name, n, maxFunction)
			}
		}
	})
}

// isTable says whether a function does nothing but give a literal.
func isTable(f *ast.FuncDecl) bool {
	if len(f.Body.List) != 1 {
		return false
	}
	_, ok := f.Body.List[0].(*ast.ReturnStmt)
	return ok
}

// TestPackagesSayWhatTheyAre: the first thing a reader of a package needs.
func TestPackagesSayWhatTheyAre(t *testing.T) {
	documented := map[string]bool{}
	eachSource(t, func(s source) {
		if !s.test {
			documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil && len(s.file.Doc.Text()) > 40
		}
	})
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment that says what it is for", pkg)
		}
	}
}

var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b|not implemented`)

// TestNothingUnfinished: what is left for later belongs in the issue tracker, where somebody sees it.
func TestNothingUnfinished(t *testing.T) {
	for _, pattern := range []string{"internal", "cmd", "scripts", "web/src", "web/scripts", "web/e2e", "bench"} {
		err := filepath.WalkDir(filepath.Join(root, pattern), func(path string, d os.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || d.IsDir() || strings.Contains(path, "internal/house") {
				return err
			}
			switch filepath.Ext(path) {
			case ".go", ".ts", ".tsx", ".mjs", ".css", ".sql":
				return scanUnfinished(t, path)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func scanUnfinished(t *testing.T, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if found := unfinished.FindString(lines.Text()); found != "" {
			t.Errorf("%s:%d: %s", path, n, found)
		}
	}
	return lines.Err()
}

var logs = regexp.MustCompile(`(?i)\b(UPDATE|DELETE FROM|INTO)\s+(signin_log|audit_entry)\b`)

// mayWriteLogs are the places that write a log, forget what is older than it is kept, or restore a backup. A log that
// anything else could change would prove nothing.
var mayWriteLogs = []string{"internal/audit/", "internal/auth/service.go"}

func TestLogsAreNeverEdited(t *testing.T) {
	eachSource(t, func(s source) {
		if s.test || slices.ContainsFunc(mayWriteLogs, func(place string) bool { return strings.HasPrefix(s.path, place) }) {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && logs.MatchString(lit.Value) {
				t.Errorf("%s: a log is written by internal/audit and changed by nobody", s.at(n))
			}
			return true
		})
	})
}
