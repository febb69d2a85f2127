package sheet

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// openBytes opens a file held in memory.
func openBytes(t testing.TB, data []byte, name string) Book {
	t.Helper()
	b, err := Open(bytes.NewReader(data), int64(len(data)), name, DefaultLimits())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// all reads every row of a sheet.
func all(t testing.TB, b Book, sheet int) []Row {
	t.Helper()
	var rows []Row
	for row, err := range b.Rows(context.Background(), sheet) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row.Clone())
	}
	return rows
}

// picture writes rows for comparing: number: values with the first letter of their kind, ^ where filled down.
func picture(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(formatNumber(float64(r.Number)) + ":")
		for _, c := range r.Cells {
			b.WriteString(" " + string("-TNDBE"[c.Kind]))
			if c.Merged {
				b.WriteByte('^')
			}
			b.WriteString(c.String())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func checkPicture(t *testing.T, rows []Row, want string) {
	t.Helper()
	want = strings.TrimLeft(want, "\n")
	if got := picture(rows); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
