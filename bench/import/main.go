// Command import measures how fast and how small importing a large workbook is. It compares
//
//	bare      reading the workbook as a stream with the usual library (excelize) and inserting its columns as they are into
//	          one table of SQLite without an index, in large transactions with a prepared statement: what a program would be
//	          that only takes the rows in
//	lean      the same on the product's own reader: the least there is. The product writes per row a customer, a contact, a
//	          stage, three log entries and two rows of search terms, under twenty indexes, and cannot come near it
//	import    the product's import: every row understood, checked, compared with what is there, split into customer and
//	          contact, logged and made searchable
//	check     the same without writing, as the page does before it imports
//	undo      taking that import back
//
// Each runs in a process of its own, so that its peak memory is its own. The peak counts the pages of the database file that
// are mapped into the process too, up to 256 MiB for each of its two sides; the system takes those back when it needs them.
//
//	go run ./bench/import [-rows 100000] [-rounds 3]
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Goals (sheets.md, “many rows a second”).
const (
	goalRatio = 3.0
	goalRSS   = 300 // MiB
)

func main() {
	rows := flag.Int("rows", 100_000, "rows of the workbook")
	rounds := flag.Int("rounds", 3, "of each measurement; the median counts")
	mode := flag.String("mode", "", "bare, lean or import: measure that in this process; workbook: make the workbook; else all, each in a process of its own")
	dir := flag.String("dir", "", "where the workbook and the databases lie")
	profile := flag.String("profile", "", "write a profile of the processor's time to this file, in the mode import")
	step := flag.String("step", "import", "what the profile is of: check, import or undo")
	flag.Parse()
	var err error
	switch *mode {
	case "":
		err = compare(*rows, *rounds)
	case "workbook":
		err = makeWorkbook(filepath.Join(*dir, workbook), *rows)
	default:
		err = measure(context.Background(), *mode, *dir, profiling{*profile, *step})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// figures are what one process measured.
type figures struct {
	Mode    string
	Seconds float64
	CPU     float64 // seconds of processor time, which a busy machine does not change
	RSS     int     // peak of the process, MiB
	Note    string
}

func compare(rows, rounds int) error {
	dir, err := os.MkdirTemp("", "genjin-bench-import")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := makeWorkbook(filepath.Join(dir, workbook), rows); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, workbook))
	if err != nil {
		return err
	}
	fmt.Printf("%d rows × %d columns, %.1f MB\n\n", rows, len(columns), float64(info.Size())/1e6)
	fmt.Printf("%-10s %8s %8s %10s %9s\n", "", "seconds", "CPU", "rows/s", "peak MiB")
	medians := map[string]figures{}
	for _, mode := range []string{"bare", "lean", "import"} {
		var all []figures
		for range rounds {
			measured, err := start(mode, dir)
			if err != nil {
				return err
			}
			all = append(all, measured...)
		}
		for _, name := range []string{"bare", "lean", "check", "import", "undo"} {
			if f, ok := median(all, name); ok {
				medians[name] = f
				fmt.Printf("%-10s %8.2f %8.2f %10.0f %9d  %s\n", name, f.Seconds, f.CPU, float64(rows)/f.Seconds, f.RSS, f.Note)
			}
		}
	}
	ratio := medians["import"].Seconds / medians["bare"].Seconds
	fmt.Printf("\nimport / bare: %.2f (goal ≤ %.0f; by processor time %.2f)   import / lean: %.2f   peak memory: %d MiB (goal ≤ %d)\n",
		ratio, goalRatio, medians["import"].CPU/medians["bare"].CPU, medians["import"].Seconds/medians["lean"].Seconds, medians["import"].RSS, goalRSS)
	return nil
}

func median(all []figures, mode string) (figures, bool) {
	var of []figures
	for _, f := range all {
		if f.Mode == mode {
			of = append(of, f)
		}
	}
	if len(of) == 0 {
		return figures{}, false
	}
	slices.SortFunc(of, func(a, b figures) int {
		switch {
		case a.Seconds < b.Seconds:
			return -1
		case a.Seconds > b.Seconds:
			return 1
		}
		return 0
	})
	return of[len(of)/2], true
}

// start measures in a process of its own.
func start(mode, dir string) ([]figures, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-mode", mode, "-dir", dir) //nolint:gosec // this very program
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", mode, err)
	}
	var all []figures
	return all, json.Unmarshal(out, &all)
}

// measure does one thing and prints its figures.
func measure(ctx context.Context, mode, dir string, p profiling) error {
	var all []figures
	var err error
	switch mode {
	case "bare":
		all, err = bare(ctx, dir, readExcelize)
	case "lean":
		all, err = bare(ctx, dir, readStream)
		all[0].Mode = mode
	case "import":
		all, err = importAndUndo(ctx, dir, p)
	default:
		return fmt.Errorf("unknown mode %q", mode)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

// timed measures fn.
func timed(mode string, fn func() (note string, err error)) (figures, error) {
	begin, used := time.Now(), processorTime()
	note, err := fn()
	return figures{
		Mode: mode, Seconds: time.Since(begin).Seconds(), CPU: (processorTime() - used).Seconds(), RSS: peakRSS(), Note: note,
	}, err
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakRSS gives the most memory the process has had, in MiB; 0 where the system does not say.
func peakRSS() int {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kib, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), " kB"))
			return kib / 1024
		}
	}
	return 0
}
