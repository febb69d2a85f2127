package demo_test

import (
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/demo"
	"genjin/internal/id"
	"genjin/internal/record"
)

// TestTimelinesRunBackInTime walks through every customer's timeline in small pages: no event stands above a later one, and
// each is there once. What demo data writes on one day happened on many.
func TestTimelinesRunBackInTime(t *testing.T) {
	store := newStore(t, now)
	load(t, store, demo.Options{Customers: 40})
	var customers []*crm.Customer
	read(t, store, func(s *record.Session) (err error) {
		customers, err = record.Find[crm.Customer](t.Context(), s, record.Query{Limit: 100})
		return err
	})
	types := map[string]int{}
	for _, c := range customers {
		var last time.Time
		seen := map[id.ID]bool{}
		for place := (crm.Place{}); ; {
			var events []crm.Event
			must(t, store.Read(t.Context(), access.System("test"), func(s *record.Session) (err error) {
				events, err = crm.Timeline(t.Context(), s, "customer", c.ID, place, crm.TimelineTypes, 3)
				return err
			}))
			for _, e := range events {
				var x id.ID
				if e.Row != nil {
					x = e.Row.ID()
				} else {
					x = e.Change.ID
				}
				if seen[x] {
					t.Errorf("%s: %s of %s is there twice", c.Name, e.Type, e.At)
				}
				if !last.IsZero() && e.At.After(last) {
					t.Errorf("%s: %s of %s stands below %s", c.Name, e.Type, e.At, last)
				}
				seen[x], last, place = true, e.At, e.Place
				types[e.Type]++
			}
			if len(events) < 3 {
				break
			}
		}
	}
	written := int(number(t, store, `SELECT (SELECT COUNT(*) FROM followup WHERE state = 'done' AND customer_id IS NOT NULL) + (SELECT COUNT(*) FROM stage_change)
		+ (SELECT COUNT(*) FROM audit_entry WHERE entity = 'customer' AND action IN ('create', 'pool'))`))
	if got := types["followup"] + types["stage"] + types["log"]; got != written || types["stage"] == 0 || types["log"] < len(customers) {
		t.Errorf("%d events, want %d: %v", got, written, types)
	}
}
