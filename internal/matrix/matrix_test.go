package matrix

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"genjin/internal/dbtest"
)

// few is how many cases of an operation a sample has, when GENJIN_MATRIX gives no other number.
const few = 4

// sampled gives how many cases of an operation a sample has: on PostgreSQL, which answers by the same rules and is put back
// more slowly after each, half as many.
func sampled() int {
	if n, err := strconv.Atoi(os.Getenv("GENJIN_MATRIX")); err == nil && n > 0 {
		return n
	}
	if dbtest.Postgres() {
		return few / 2
	}
	return few
}

// TestMatrix asks every operation as everybody about everything and compares with the policy.
func TestMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := atDoors(w.trials())
	cases := all
	switch {
	case stopAtFirst() && (full() || doors() != ""):
		cases = shuffled(all)
	case stopAtFirst():
		cases = shuffled(sample(all, 5*few))
	case !full():
		cases = sample(all, sampled())
	}
	r := newReport("matrix", w.kind())
	for _, one := range cases {
		r.count(one.door)
		for _, f := range w.run(one) {
			r.found(f)
		}
		if r.enough() {
			break
		}
	}
	if left := w.state.changes(); len(left) > 0 {
		t.Errorf("the database is not what it was: %s", left[0])
	}
	r.print(t, fmt.Sprintf("of %d", len(all)))
}

// doors names the operations that alone are asked, by comma; "" for all.
func doors() string { return os.Getenv("GENJIN_MATRIX_DOORS") }

// atDoors gives the cases of those operations.
func atDoors(all []trial) []trial {
	if doors() == "" {
		return all
	}
	names := strings.Split(doors(), ",")
	return slices.DeleteFunc(all, func(t trial) bool { return !slices.Contains(names, t.door) })
}

func (w *world) kind() string {
	if w.db == "" {
		return "SQLite"
	}
	return "PostgreSQL"
}

// trials gives every case.
func (w *world) trials() []trial {
	ops := w.operations()
	var all []trial
	for _, op := range ops {
		if m := makerOf(op); m != nil { // TestEveryOperationIsCovered tells of the others
			all = append(all, op.guarded(m(w, op))...)
		}
	}
	all = append(all, w.strangerTrials(ops)...)
	all = append(all, w.retryTrials()...)
	return append(all, w.pageTrials()...)
}

// sample gives some cases of each door, by seed: those that must fail and those that must succeed alike.
func sample(all []trial, of int) []trial {
	groups := map[string][]trial{}
	for _, t := range all {
		key := t.door + wants[t.want]
		groups[key] = append(groups[key], t)
	}
	rnd := rand.New(rand.NewPCG(seed(), 0))
	var out []trial
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		g := groups[key]
		for _, i := range rnd.Perm(len(g))[:min(of, len(g))] {
			out = append(out, g[i])
		}
	}
	return out
}

// shuffled gives cases in another order, by seed.
func shuffled(all []trial) []trial {
	rnd := rand.New(rand.NewPCG(seed(), 1))
	out := slices.Clone(all)
	rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// report counts cases by door and keeps what was found.
type report struct {
	name     string
	on       string
	start    time.Time
	doors    map[string]int
	findings []finding
}

func newReport(name, on string) *report {
	return &report{name: name, on: on, start: time.Now(), doors: map[string]int{}}
}

func (r *report) count(door string) { r.doors[door]++ }

func (r *report) found(f finding) { r.findings = append(r.findings, f) }

// enough says that more findings would say no more.
func (r *report) enough() bool {
	return stopAtFirst() && len(r.findings) > 0 || len(r.findings) >= 3000
}

// shown is how many findings of one door are told.
const shown = 4

// print tells what was found, and ends with one line of figures.
func (r *report) print(t *testing.T, more string) {
	t.Helper()
	byDoor := map[string]int{}
	for _, f := range r.findings {
		if byDoor[f.door]++; byDoor[f.door] <= shown {
			t.Error(f.what)
		}
	}
	total := 0
	var parts []string
	for _, door := range slices.Sorted(maps.Keys(r.doors)) {
		total += r.doors[door]
		text := fmt.Sprintf("%s %d", door, r.doors[door])
		if n := byDoor[door]; n > 0 {
			text += fmt.Sprintf(" (%d found)", n)
		}
		parts = append(parts, text)
	}
	fmt.Printf("%s on %s: %d cases %s, %d findings, %s; by door: %s\n", r.name, r.on, total, more, len(r.findings),
		time.Since(r.start).Round(100*time.Millisecond), strings.Join(parts, ", "))
}
