package crm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/record"
	"genjin/internal/report"
)

// reported computes a report and says its rows in short: “展会 4 3 2 …”.
func (f *fair) reported(by *access.Actor, name string, a report.Ask) (*report.Table, string) {
	f.T.Helper()
	var t *report.Table
	f.Read(by, func(ctx context.Context, s *record.Session) (err error) {
		for _, d := range crm.Reports() {
			if d.Name == name {
				t, err = d.Compute(ctx, s, a)
			}
		}
		return err
	})
	var lines []string
	for _, r := range append(t.Rows, t.Total) {
		line := r.Label.ZH
		for i, v := range r.Values {
			switch {
			case v == nil:
				line += " -"
			case t.Columns[i].Unit == report.Share:
				line += fmt.Sprintf(" %.0f%%", *v*100)
			default:
				line += fmt.Sprintf(" %g", *v)
			}
		}
		lines = append(lines, line)
	}
	return t, strings.Join(lines, "; ")
}

var march = report.Ask{From: "2026-03-01", To: "2026-03-31"}

// fillReports registers leads of two sources that come differently far.
func (f *fair) fillReports() {
	f.T.Helper()
	for i, source := range []string{"fair", "fair", "fair", "website"} {
		l := f.lead(func(l *crm.Lead) { l.Source = source })
		f.Clock.Advance(time.Duration(i+1) * time.Hour)
		if i == 2 {
			f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewInvalid, Invalid: "spam"}))
			continue
		}
		f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass, Grade: "A"}))
		if i == 0 {
			f.Clock.Advance(2 * time.Hour)
			f.follow(f.rep, &crm.Followup{LeadID: l.ID, Content: "谈过"})
			f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
				if _, err := crm.ConvertLead(ctx, s, l.ID, crm.Conversion{}); err != nil {
					return err
				}
				return crm.MoveLead(ctx, s, l.ID, crm.Outcome{State: crm.LeadWon, Amount: yuan(5000)})
			}))
		}
	}
	f.lead(nil) // waits
}

// TestLeadReports compares the figures with the leads that were made, and each with the list behind it.
func TestLeadReports(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	f.fillReports()
	table, got := f.reported(f.boss, "lead-conversion", march)
	// leads, reviewed, passed, contacted, converted, won, lost, invalid; rates; medians in minutes
	want := "展会 4 3 2 1 1 1 0 1 67% 50% 25% 90 120 180; 官网 1 1 1 0 0 0 0 0 100% 0% 0% 240 - -; 合计 5 4 3 1 1 1 0 1 75% 33% 20% 120 120 180"
	if got != want {
		t.Errorf("conversion:\n got %s\nwant %s", got, want)
	}
	f.behind(f.boss, table)
	if _, got := f.reported(f.boss, "lead-stations", march); got != "线索登记 5 5 0 0 100%; 线索审核 4 4 0 0 100%; 线索补充 0 0 0 0 -; 线索跟进计划 1 1 0 0 100%; 线索首次联系 1 1 0 0 100%; 全程（每条线索计一次） 5 5 0 0 100%" {
		t.Errorf("stations: %s", got)
	}
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		return crm.SetSourceCosts(ctx, s, "2026-03", map[string]int64{"fair": 200_000})
	}))
	if _, got := f.reported(f.Admin, "lead-sources", march); got != "展会 4 2 1 1 500000 1 1 25% 80% 200000 50000 2.5; 官网 1 1 0 0 0 0 0 0% 20% - - -; 合计 5 3 1 1 500000 1 1 20% - 200000 40000 2.5" {
		t.Errorf("sources: %s", got)
	}
	// Whoever reaches nothing of it counts nothing of it.
	if _, got := f.reported(f.elsewhere, "lead-conversion", march); !strings.HasPrefix(got, "合计 0 0 0") {
		t.Errorf("elsewhere: %s", got)
	}
	if _, got := f.reported(f.boss, "lead-conversion", report.Ask{From: "2026-03-01", To: "2026-03-31", By: "owner_id", Filter: &record.Filter{Field: "grade", Op: "is", Value: []byte(`"A"`)}}); !strings.HasPrefix(got, "王芳 3 3 3 1") {
		t.Errorf("by owner, of a grade: %s", got)
	}
}

// behind compares each figure of a report with the list behind it: a number is how many there are, a share is one of them.
func (f *fair) behind(by *access.Actor, t *report.Table) {
	f.T.Helper()
	f.Read(by, func(ctx context.Context, s *record.Session) error {
		for _, r := range append(t.Rows, t.Total) {
			for i, v := range r.Values {
				column := t.Columns[i]
				if len(r.Filters) != len(r.Values) || (column.Entity == "") != (r.Filters[i] == nil) {
					f.T.Fatalf("%s, %s: what is behind it is not said", r.Label.ZH, column.Label.ZH)
				}
				if column.Entity == "" || v == nil {
					continue
				}
				filter, err := record.ParseFilter(string(r.Filters[i]))
				f.Must(err)
				n, err := s.Count(ctx, column.Entity, record.Query{Filter: filter})
				f.Must(err)
				part := *v * float64(n)
				if column.Unit == report.Count && float64(n) != *v || column.Unit == report.Share && math.Abs(part-math.Round(part)) > 1e-9 || n == 0 && *v != 0 {
					f.T.Errorf("%s, %s: %g, but its list has %d", r.Label.ZH, column.Label.ZH, *v, n)
				}
			}
		}
		return nil
	})
}

// TestStationsLeadToTheirLeads: of several deadlines at a station the worst counts, at each station and on the whole way, and
// each figure is the length of its list, whoever asks.
func TestStationsLeadToTheirLeads(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	back := f.lead(nil) // reviewed in time, sent back, supplemented in time, and then reviewed late
	f.Must(f.review(f.boss, back.ID, crm.Review{Result: crm.ReviewReturn, Lacking: entity.List{"phone"}}))
	f.Clock.Advance(time.Hour)
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error { return crm.ResubmitLead(ctx, s, back.ID, "") }))
	late := f.lead(func(l *crm.Lead) { l.AcquiredAt = clock.At(f.Clock.Now().Add(-3 * day)) }) // registered late
	f.Clock.Advance(3 * day)
	for _, l := range []*crm.Lead{back, late} {
		f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass, Grade: "A"}))
	}
	f.Clock.Advance(2 * day) // nobody plans, nobody calls
	f.follow(f.rep, &crm.Followup{LeadID: back.ID, Content: "谈过"})
	f.lead(nil) // waits
	for by, want := range map[*access.Actor]string{
		f.boss:      "线索登记 3 2 1 0 67%; 线索审核 2 0 2 0 0%; 线索补充 1 1 0 0 100%; 线索跟进计划 2 0 1 1 0%; 线索首次联系 2 0 1 1 0%; 全程（每条线索计一次） 3 1 1 1 33%",
		f.elsewhere: "线索登记 0 0 0 0 -; 线索审核 0 0 0 0 -; 线索补充 0 0 0 0 -; 线索跟进计划 0 0 0 0 -; 线索首次联系 0 0 0 0 -; 全程（每条线索计一次） 0 0 0 0 -",
	} {
		table, got := f.reported(by, "lead-stations", march)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", by.Name, got, want)
		}
		f.behind(by, table)
	}
	for _, name := range []string{"lead-conversion", "lead-sources"} {
		table, _ := f.reported(f.boss, name, march)
		f.behind(f.boss, table)
	}

	asked := func(by *access.Actor, entityName, text string) string {
		var out string
		f.Read(by, func(ctx context.Context, s *record.Session) error {
			filter, err := record.ParseFilter(text)
			f.Must(err)
			n, err := s.Count(ctx, entityName, record.Query{Filter: filter})
			out = fmt.Sprint(n, keyOf(err))
			return nil
		})
		return out
	}
	for text, want := range map[string]string{
		`{"field":"clocks","op":"in","value":["lead.review:late"]}`:                      "2",
		`{"field":"clocks","op":"in","value":["lead.review:met"]}`:                       "0",
		`{"field":"clocks","op":"in","value":["lead.register:met","lead.plan:overdue"]}`: "3",
		`{"field":"clocks","op":"not_in","value":["lead.review:late"]}`:                  "1",
		`{"not":{"field":"clocks","op":"in","value":["lead.review:late"]}}`:              "1",
		`{"field":"clocks","op":"in","value":["lead.review:soon"]}`:                      "0clocks: filter.value",
		`{"field":"clocks","op":"in","value":["customer.cadence:late"]}`:                 "0clocks: filter.value",
		`{"field":"clocks","op":"in","value":[]}`:                                        "0clocks: filter.value",
		`{"field":"clocks","op":"contains","value":"late"}`:                              "0clocks: filter.op",
	} {
		if got := asked(f.boss, "lead", text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	masked := *f.boss
	masked.Masked = true
	for by, want := range map[*access.Actor]string{f.boss: "0", &masked: "0clocks: field.unknown"} {
		if got := asked(by, "contact", `{"field":"clocks","op":"in","value":["birthday.care:overdue"]}`); got != want {
			t.Errorf("whose birthday is over: %s, want %s", got, want)
		}
	}
	if got := asked(f.Admin, "department", `{"field":"clocks","op":"in","value":["lead.review:late"]}`); got != "0clocks: field.unknown" {
		t.Errorf("of departments: %s", got)
	}
}

// TestFrozenReports: a month that is over is frozen once, by who may, and stays as it was.
func TestFrozenReports(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	f.fillReports()
	freeze := func(by *access.Actor, month string) error {
		return f.Do(by, func(ctx context.Context, s *record.Session) error {
			_, err := report.Freeze(ctx, s, crm.Reports(), month)
			return err
		})
	}
	if got := keyOf(freeze(f.Admin, "2026-03")); got != "month: report.not_over" {
		t.Errorf("a month that goes on was frozen: %q", got)
	}
	f.Clock.Advance(30 * day)
	if got := keyOf(freeze(f.boss, "2026-03")); got != "denied" {
		t.Errorf("a supervisor froze: %q", got)
	}
	f.Must(freeze(f.Admin, "2026-03"))
	if got := keyOf(freeze(f.Admin, "2026-03")); got != "report.frozen" {
		t.Errorf("frozen twice: %q", got)
	}
	open := func(by *access.Actor) (all []report.Archived) {
		f.Read(by, func(ctx context.Context, s *record.Session) (err error) {
			all, err = report.Archives(ctx, s, crm.Reports())
			return err
		})
		return all
	}
	if n := len(open(f.boss)); n != 0 {
		t.Errorf("a supervisor sees %d reports of the whole company", n)
	}
	all := open(f.Admin)
	if len(all) != len(crm.Reports()) {
		t.Fatalf("%d reports were frozen", len(all))
	}
	text := func() string {
		var out []string
		f.Read(f.Admin, func(ctx context.Context, s *record.Session) error {
			for _, one := range all {
				a, err := report.Archive(ctx, s, crm.Reports(), one.ID)
				f.Must(err)
				b, err := json.Marshal(a.Table)
				f.Must(err)
				out = append(out, string(b))
			}
			return nil
		})
		return strings.Join(out, "\n")
	}
	before := text()
	_, live := f.reported(f.Admin, "lead-conversion", march)
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		page, err := s.List(ctx, "lead", record.Query{Fields: []string{}})
		f.Must(err)
		for _, row := range page.Rows {
			f.Must(s.Archive(ctx, "lead", row.ID(), 0))
		}
		return nil
	}))
	if _, now := f.reported(f.Admin, "lead-conversion", march); now == live {
		t.Error("the live report did not change with its leads")
	}
	if after := text(); after != before || !strings.Contains(before, i18n.T("展会", "Fair").EN) {
		t.Errorf("a frozen report changed:\n%s\n%s", before, after)
	}
	f.Read(f.boss, func(ctx context.Context, s *record.Session) error {
		if _, err := report.Archive(ctx, s, crm.Reports(), all[0].ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a supervisor opened it: %v", err)
		}
		return nil
	})
}
