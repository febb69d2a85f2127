package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// command prepares a program that ends with ctx and speaks to the terminal.
func command(ctx context.Context, dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

// check is a suite of one test: the program's own verdict.
func check(dir, name string, args ...string) func(context.Context) (tally, error) {
	return func(ctx context.Context) (tally, error) {
		if err := command(ctx, dir, nil, name, args...).Run(); err != nil {
			return tally{failed: 1}, err
		}
		return tally{passed: 1}, nil
	}
}

// slowRaces are packages that the race detector makes ten times slower: they start many processes, or chew through data
// in one goroutine.
var slowRaces = []string{
	"genjin/bench/import", "genjin/internal/cli", "genjin/internal/demo", "genjin/internal/exporter", "genjin/internal/importer",
	"genjin/internal/matrix", "genjin/internal/sheet",
}

// everyClient lets tests fail that would be skipped for want of a calendar program.
const everyClient = "GENJIN_TEST_CLIENTS=1"

// goOnSQLite runs all packages, with the race detector where time allows.
func goOnSQLite(ctx context.Context) (tally, error) {
	all, err := goList(ctx, "{{.ImportPath}}")
	if err != nil {
		return tally{}, err
	}
	raced := slices.DeleteFunc(all, func(path string) bool { return slices.Contains(slowRaces, path) })
	env, flags := []string{"GENJIN_TEST_DB=sqlite", everyClient}, []string{"-shuffle=on", "-timeout=20m"}
	one, err := goTest(ctx, env, slices.Concat(flags, []string{"-race"}, raced)...)
	other, otherErr := goTest(ctx, env, slices.Concat(flags, slowRaces)...)
	return one.plus(other), errors.Join(err, otherErr)
}

// goList gives a line for each package.
func goList(ctx context.Context, format string) ([]string, error) {
	cmd := command(ctx, ".", nil, "go", "list", "-f", format, "./...")
	cmd.Stdout = nil
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n"), nil
}

// goOnPostgres runs the packages whose tests use a database, on a server made for them.
func goOnPostgres(ctx context.Context) (tally, error) {
	env, err := startPostgres(ctx)
	if err != nil {
		return tally{}, err
	}
	defer command(context.WithoutCancel(ctx), ".", nil, "scripts/testpg", "stop").Run()
	using, err := databasePackages(ctx)
	if err != nil {
		return tally{}, err
	}
	return goTest(ctx, append(env, everyClient), append([]string{"-shuffle=on", "-timeout=20m"}, using...)...)
}

// startPostgres starts a server and gives the variables by which the tests find it.
func startPostgres(ctx context.Context) ([]string, error) {
	cmd := command(ctx, ".", nil, "scripts/testpg", "start")
	cmd.Stdout = nil
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var env []string
	for line := range strings.Lines(string(out)) {
		name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if ok {
			env = append(env, name+"="+strings.Trim(value, "'"))
		}
	}
	return env, nil
}

// databasePackages lists the packages whose tests stand on a database.
func databasePackages(ctx context.Context) ([]string, error) {
	lines, err := goList(ctx, "{{.ImportPath}} {{.TestImports}} {{.XTestImports}}")
	if err != nil {
		return nil, err
	}
	var found []string
	for _, line := range lines {
		path, imports, _ := strings.Cut(line, " ")
		if strings.Contains(imports, "genjin/internal/dbtest") || strings.Contains(imports, "genjin/internal/testkit") {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no package has tests on a database")
	}
	return found, nil
}

// goTest runs `go test -json`, says what fails and counts.
func goTest(ctx context.Context, env []string, args ...string) (tally, error) {
	cmd := command(ctx, ".", env, "go", append([]string{"test", "-json"}, args...)...)
	cmd.Stdout = nil
	events, err := cmd.StdoutPipe()
	if err != nil {
		return tally{}, err
	}
	if err := cmd.Start(); err != nil {
		return tally{}, err
	}
	t, readErr := readEvents(events, os.Stdout)
	return t, errors.Join(readErr, cmd.Wait())
}

// event is a line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

// readEvents counts the tests, and shows packages as they end and the output of what fails. A package that fails without
// a failing test (it does not build, it panics, it is too slow) counts as one failure.
func readEvents(r io.Reader, show io.Writer) (t tally, err error) {
	output := map[string]*strings.Builder{}
	failedIn := map[string]int{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(show, lines.Text()) // the go command itself
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			fmt.Fprint(show, e.Output)
			continue
		case "output":
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
			continue
		case "pass", "fail", "skip":
		default:
			continue
		}
		if e.Test != "" {
			t.count(e.Action)
		}
		if e.Action == "fail" {
			if e.Test == "" && failedIn[e.Package] == 0 {
				t.failed++
			}
			failedIn[e.Package]++
			fmt.Fprintf(show, "--- FAIL %s\n%s", key, text(output[key]))
		} else if e.Action == "skip" && e.Test != "" {
			fmt.Fprintf(show, "--- skipped %s\n%s", key, text(output[key]))
		} else if e.Test == "" && e.Action == "pass" {
			fmt.Fprintf(show, "ok  %-50s %6.1fs\n", e.Package, e.Elapsed)
		}
		delete(output, key)
	}
	return t, lines.Err()
}

func (t *tally) count(action string) {
	switch action {
	case "pass":
		t.passed++
	case "fail":
		t.failed++
	case "skip":
		t.skipped++
	}
}

func text(b *strings.Builder) string {
	if b == nil {
		return ""
	}
	return b.String()
}

// pageUnits runs the page's unit tests.
func pageUnits(ctx context.Context) (tally, error) {
	file, err := reportFile("vitest.json")
	if err != nil {
		return tally{}, err
	}
	runErr := command(ctx, "web", nil, "npx", "vitest", "run", "--reporter=default", "--reporter=json", "--outputFile.json="+file).Run()
	var report struct {
		NumPassedTests, NumFailedTests, NumPendingTests, NumFailedTestSuites int
	}
	if err := readReport(file, &report); err != nil {
		return tally{}, errors.Join(runErr, err)
	}
	failed := max(report.NumFailedTests, min(report.NumFailedTestSuites, 1)) // a file that does not load has no tests
	return tally{report.NumPassedTests, failed, report.NumPendingTests}, runErr
}

// browserFlows runs the flows in a browser; playwright.config.ts starts the program.
func browserFlows(ctx context.Context) (tally, error) {
	file, err := reportFile("playwright.json")
	if err != nil {
		return tally{}, err
	}
	program, err := filepath.Abs("genjin")
	if err != nil {
		return tally{}, err
	}
	env := []string{"PLAYWRIGHT_JSON_OUTPUT_NAME=" + file, "GENJIN_BIN=" + program, "CI=1"}
	runErr := command(ctx, "web", env, "npx", "playwright", "test", "--reporter=list,json").Run()
	var report struct {
		Stats struct{ Expected, Unexpected, Flaky, Skipped int }
	}
	if err := readReport(file, &report); err != nil {
		return tally{}, errors.Join(runErr, err)
	}
	s := report.Stats
	return tally{s.Expected, s.Unexpected + s.Flaky, s.Skipped}, runErr
}

// reportFile gives the absolute name of a report that does not exist yet.
func reportFile(name string) (string, error) {
	file, err := filepath.Abs(filepath.Join(".cache", "test", name))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return "", err
	}
	return file, nil
}

func readReport(file string, into any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}
