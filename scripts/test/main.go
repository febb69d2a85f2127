// Command test runs every test of the project, each suite by its own runner, and counts them in one plain last line. A
// suite that could not run counts as a failure; what the tests need and the machine lacks is installed first.
//
//	go run ./scripts/test                 all suites
//	go run ./scripts/test sqlite page     these groups: sqlite, postgres, page, browser, house
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// suite is a part of the tests with one runner.
type suite struct {
	group string
	name  string
	needs []tool
	run   func(ctx context.Context) (tally, error)
}

// suites in the order of how soon they tell that something is broken.
var suites = []suite{
	{"page", "page: lint", []tool{packages}, check("web", "npm", "run", "lint")},
	{"page", "page: types", []tool{packages}, check("web", "npm", "run", "typecheck")},
	{"page", "page: unit tests", []tool{packages}, pageUnits},
	{"page", "page: build", []tool{packages}, check(".", "make", "page")},
	{"page", "page: size budget", []tool{packages}, check("web", "npm", "run", "budget")},
	{"house", "house: go vet", nil, check(".", "go", "vet", "./...")},
	{"house", "house: lint", nil, check(".", "make", "lint-go")},
	{"house", "house: generated files", nil, check(".", "make", "verify-generated")},
	{"sqlite", "Go on SQLite", []tool{caldav}, goOnSQLite},
	{"postgres", "Go on PostgreSQL", []tool{postgres, caldav}, goOnPostgres},
	{"browser", "browser: build", []tool{packages}, check(".", "make", "build")},
	{"browser", "browser: flows", []tool{packages, chromium, fonts}, browserFlows},
}

// tally counts the tests of a suite.
type tally struct{ passed, failed, skipped int }

func (t tally) plus(o tally) tally {
	return tally{t.passed + o.passed, t.failed + o.failed, t.skipped + o.skipped}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if !runAll(ctx, os.Args[1:]) {
		os.Exit(1)
	}
}

// runAll runs the suites of the groups (all when there are none) and reports whether every test passed.
func runAll(ctx context.Context, groups []string) bool {
	var total tally
	var report strings.Builder
	for _, s := range suites {
		if len(groups) > 0 && !slices.Contains(groups, s.group) {
			continue
		}
		fmt.Printf("\n━━ %s\n", s.name)
		start := time.Now()
		t, err := s.try(ctx)
		if err != nil {
			fmt.Printf("%s: %v\n", s.name, err)
		}
		if t.failed == 0 && (err != nil || t.passed == 0) {
			t.failed = 1 // it could not run
		}
		total = total.plus(t)
		fmt.Fprintf(&report, "%-26s %6d passed %5d failed %4d skipped %7s\n", s.name, t.passed, t.failed, t.skipped,
			time.Since(start).Round(time.Second))
	}
	fmt.Printf("\n%s\n%d passed, %d failed\n", report.String(), total.passed, total.failed)
	return total.failed == 0 && total.passed > 0
}

func (s suite) try(ctx context.Context) (tally, error) {
	for _, need := range s.needs {
		if err := need.ready(ctx); err != nil {
			return tally{}, fmt.Errorf("could not run: %w", err)
		}
	}
	return s.run(ctx)
}
