package house

import (
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// message is a sentence as internal/i18n/messages_*.go has it.
type message struct{ at, zh, en string }

// messages collects all sentences by key.
func messages(t *testing.T) map[string]message {
	t.Helper()
	found := map[string]message{}
	eachSource(t, func(s source) {
		if !strings.HasPrefix(s.path, "internal/i18n/messages_") {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			pair, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			call, isCall := pair.Value.(*ast.CallExpr)
			if key, isText := literal(pair.Key); isText && isCall && len(call.Args) == 2 {
				zh, _ := literal(call.Args[0])
				en, _ := literal(call.Args[1])
				found[key] = message{s.at(pair), zh, en}
			}
			return true
		})
	})
	if len(found) < 50 {
		t.Fatalf("only %d messages found: the test looks in the wrong place", len(found))
	}
	return found
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

var keyForm = regexp.MustCompile(`^[a-z][a-z_0-9]*(\.[a-z][a-z_0-9]*)*$`)

// texts gives every text of the program outside the messages that may be a key, and the beginnings of keys that are put
// together, such as "sheet." + code.
func texts(t *testing.T) (found map[string]bool, beginnings []string) {
	t.Helper()
	found = map[string]bool{}
	eachSource(t, func(s source) {
		if s.test || strings.HasPrefix(s.path, "internal/i18n/messages_") {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if text, ok := literal(lit); ok && keyForm.MatchString(text) {
					found[text] = true
				}
			}
			if sum, ok := n.(*ast.BinaryExpr); ok {
				if text, ok := literal(sum.X); ok && strings.HasSuffix(text, ".") && keyForm.MatchString(text[:len(text)-1]) {
					beginnings = append(beginnings, text)
				}
			}
			return true
		})
	})
	return found, beginnings
}

// TestEveryMessageIsUsed: a sentence nobody says is one that translators keep for nothing.
func TestEveryMessageIsUsed(t *testing.T) {
	used, beginnings := texts(t)
	all := messages(t)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		together := slices.ContainsFunc(beginnings, func(b string) bool {
			end, ok := strings.CutPrefix(key, b)
			return ok && used[end]
		})
		if !used[key] && !together {
			t.Errorf("%s: nobody says %q", all[key].at, key)
		}
	}
}

// speaks are the functions that take a message key, with the number of the argument it is.
var speaks = map[string]int{"New": 1, "OfField": 1, "Message": 1, "Say": 0, "message": 0, "Add": 1}

// TestEveryUsedMessageExists: an unknown key is shown as it is.
func TestEveryUsedMessageExists(t *testing.T) {
	all := messages(t)
	eachSource(t, func(s source) {
		if s.test {
			return
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				name = f.Sel.Name
			case *ast.Ident:
				name = f.Name
			}
			at, ok := speaks[name]
			if !ok || at >= len(call.Args) {
				return true
			}
			key, ok := literal(call.Args[at])
			if ok && strings.Contains(key, ".") && keyForm.MatchString(key) {
				if _, exists := all[key]; !exists {
					t.Errorf("%s: there is no message %q", s.at(call), key)
				}
			}
			return true
		})
	})
}

var parameter = regexp.MustCompile(`\{[a-z_0-9]+\}`)

// TestBothLanguages: both are there and name the same parameters.
func TestBothLanguages(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for key, m := range messages(t) {
		switch {
		case m.zh == "" || m.en == "":
			t.Errorf("%s: %q lacks a language", m.at, key)
		case han.MatchString(parameter.ReplaceAllString(m.en, "")) && !strings.Contains(m.en, "“"):
			t.Errorf("%s: the English of %q is Chinese", m.at, key)
		}
		zh, en := parameter.FindAllString(m.zh, -1), parameter.FindAllString(m.en, -1)
		slices.Sort(zh)
		slices.Sort(en)
		if !slices.Equal(slices.Compact(zh), slices.Compact(en)) {
			t.Errorf("%s: %q names %v in Chinese and %v in English", m.at, key, zh, en)
		}
	}
}
