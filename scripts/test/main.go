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
	"sync"
	"syscall"
	"time"
)

// suite is a part of the tests with one runner.
type suite struct {
	group string
	name  string
	needs []tool
	run   func(ctx context.Context) (tally, error)
	// beside runs while the suites after it run: neither uses two processors all the time.
	beside bool
}

// suites in the order of how soon they tell that something is broken. What makes the page comes first, since programs are
// built with it inside.
var suites = []suite{
	{group: "page", name: "page: lint", needs: []tool{packages}, run: check("web", "npm", "run", "lint")},
	{group: "page", name: "page: types", needs: []tool{packages}, run: check("web", "npm", "run", "typecheck")},
	{group: "page", name: "page: unit tests", needs: []tool{packages}, run: pageUnits},
	{group: "page", name: "page: build", needs: []tool{packages}, run: check(".", "make", "page")},
	{group: "page", name: "page: size budget", needs: []tool{packages}, run: check("web", "npm", "run", "budget")},
	{group: "browser", name: "browser: build", needs: []tool{packages}, run: check(".", "make", "build")},
	{group: "browser", name: "browser: flows", needs: []tool{packages, chromium, fonts}, run: browserFlows, beside: true},
	{group: "house", name: "house: go vet", run: check(".", "go", "vet", "./...")},
	{group: "house", name: "house: lint", run: check(".", "make", "lint-go")},
	{group: "house", name: "house: generated files", run: check(".", "make", "verify-generated")},
	{group: "sqlite", name: "Go on SQLite", needs: []tool{caldav}, run: goOnSQLite},
	{group: "postgres", name: "Go on PostgreSQL", needs: []tool{postgres, caldav}, run: goOnPostgres},
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
	var chosen []suite
	for _, s := range suites {
		if len(groups) == 0 || slices.Contains(groups, s.group) {
			chosen = append(chosen, s)
		}
	}
	results := make([]result, len(chosen))
	var beside sync.WaitGroup
	for i, s := range chosen {
		if s.beside {
			beside.Go(func() { results[i] = s.judge(ctx) })
			continue
		}
		results[i] = s.judge(ctx)
	}
	beside.Wait()
	var total tally
	var report strings.Builder
	for i, r := range results {
		total = total.plus(r.tally)
		fmt.Fprintf(&report, "%-26s %6d passed %5d failed %4d skipped %7s\n", chosen[i].name, r.passed, r.failed, r.skipped, r.took.Round(time.Second))
	}
	fmt.Printf("\n%s\n%d passed, %d failed\n", report.String(), total.passed, total.failed)
	return total.failed == 0 && total.passed > 0
}

// result is what became of a suite.
type result struct {
	tally
	took time.Duration
}

// judge runs a suite and says what became of it.
func (s suite) judge(ctx context.Context) result {
	fmt.Printf("\n━━ %s\n", s.name)
	start := time.Now()
	t, err := s.try(ctx)
	if err != nil {
		fmt.Printf("%s: %v\n", s.name, err)
	}
	if t.failed == 0 && (err != nil || t.passed == 0) {
		t.failed = 1 // it could not run
	}
	return result{t, time.Since(start)}
}

// installing lets one tool be installed at a time.
var installing sync.Mutex

func (s suite) try(ctx context.Context) (tally, error) {
	if err := s.ready(ctx); err != nil {
		return tally{}, fmt.Errorf("could not run: %w", err)
	}
	return s.run(ctx)
}

func (s suite) ready(ctx context.Context) error {
	installing.Lock()
	defer installing.Unlock()
	for _, need := range s.needs {
		if err := need.ready(ctx); err != nil {
			return err
		}
	}
	return nil
}
