package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestShort goes through every measurement with few rows, so that the program works when it is wanted, and holds its
// memory to the goal.
func TestShort(t *testing.T) {
	const rows = 3000
	dir := t.TempDir()
	if err := makeWorkbook(filepath.Join(dir, workbook), rows); err != nil {
		t.Fatal(err)
	}
	var all []figures
	for _, read := range []reading{readStream, readExcelize} {
		f, err := bare(t.Context(), dir, read)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f...)
	}
	f, err := importAndUndo(t.Context(), dir, profiling{})
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, f...)
	for _, f := range all {
		if !strings.HasPrefix(f.Note, "3000 ") || !strings.HasSuffix(f.Note, "rows") && !strings.HasSuffix(f.Note, " 0 refused") {
			t.Errorf("%+v", f)
		}
		if f.RSS > goalRSS && !raced {
			t.Errorf("%s took %d MiB", f.Mode, f.RSS)
		}
	}
}
