package house

import (
	"regexp"
	"testing"
)

// TestAttacksAreTried: the tests that docs/attacks.md names are there.
func TestAttacksAreTried(t *testing.T) {
	tests, n := testNames(t), 0
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(read(t, "docs/attacks.md"), -1) {
		if n++; !tests[m[1]] {
			t.Errorf("there is no test %s", m[1])
		}
	}
	if n < 40 {
		t.Errorf("only %d tests are named", n)
	}
}
