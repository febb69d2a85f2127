package exporter_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"genjin/internal/audit"
	"genjin/internal/exporter"
	"genjin/internal/record"
)

// gauge is a writer that measures: how much came, in how large parts, and how much memory is in use meanwhile.
type gauge struct {
	total, largest int
	next           int
	live           []uint64 // bytes in use now and then
}

func (g *gauge) Write(b []byte) (int, error) {
	g.total += len(b)
	g.largest = max(g.largest, len(b))
	if g.total >= g.next {
		g.next = g.total + g.total/2 + 64<<10
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		g.live = append(g.live, m.HeapAlloc)
	}
	return len(b), nil
}

// TestMemoryDoesNotGrowWithTheRows exports several thousand wide rows: what was written is gone from memory.
func TestMemoryDoesNotGrowWithTheRows(t *testing.T) {
	c := newCompany(t)
	remark := strings.Repeat("一二三四五六七八九十", 90)
	for range 4 {
		c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
			all := make([]record.Values, 1000)
			for i := range all {
				all[i] = record.Values{"name": fmt.Sprintf("客户%04d有限公司", i), "remark": fmt.Sprint(i, remark), "need": remark}
			}
			_, _, err := s.CreateMany(ctx, "customer", all)
			return err
		}))
	}
	for _, format := range []exporter.Format{exporter.CSV, exporter.XLSX} {
		var g gauge
		rows, err := exporter.Export(t.Context(), c.Store, c.Admin, audit.Screen, exporter.Order{Entity: "customer", Format: format}, &g)
		c.Must(err)
		least, most := g.live[0], g.live[0]
		for _, n := range g.live {
			least, most = min(least, n), max(most, n)
		}
		if rows != 4000 || g.largest > 1<<20 || most-least > 12<<20 {
			t.Errorf("%s: %d rows, %d bytes in parts of up to %d, memory between %d and %d", format, rows, g.total, g.largest, least, most)
		}
		t.Logf("%s: %d bytes in parts of up to %d, memory between %d and %d", format, g.total, g.largest, least, most)
	}
}
