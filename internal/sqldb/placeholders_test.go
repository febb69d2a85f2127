package sqldb

import (
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT 1":                "SELECT 1",
		"a = ? AND b = ?":         "a = $1 AND b = $2",
		"a = '?' AND b = ?":       "a = '?' AND b = $1",
		"a = 'it''s ?' AND b = ?": "a = 'it''s ?' AND b = $1",
		`"wh?t" = ?`:              `"wh?t" = $1`,
		"a -- ?\n= ?":             "a -- ?\n= $1",
		"a /* ? */ = ?":           "a /* ? */ = $1",
		"a = '?":                  "a = '?",
		"a - ? / ?":               "a - $1 / $2",
	} {
		if got := number(query); got != want {
			t.Errorf("%q gives %q, want %q", query, got, want)
		}
	}
}

func TestStatementsForgetWhenTheyAreTooMany(t *testing.T) {
	var s statements
	for i := range 2 * statementsKept {
		s.get(strings.Repeat(" ", i%5000) + "?")
	}
	if len(s.texts) > statementsKept {
		t.Errorf("%d kept", len(s.texts))
	}
}

func FuzzNumber(f *testing.F) {
	f.Add("SELECT '?' -- ?\n, \"?\" /* ? */ WHERE a = ?")
	f.Fuzz(func(t *testing.T, query string) {
		if strings.Contains(query, "$") {
			return
		}
		got := number(query)
		n := strings.Count(got, "$")
		if strings.Count(query, "?") != strings.Count(got, "?")+n {
			t.Errorf("%q gives %q", query, got)
		}
	})
}
