package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/report"
)

// Reports are the reports of selling (reports.md), in the order in which they are shown.
func Reports() []*report.Def { return []*report.Def{leadConversion, leadStations, leadSources} }

// leadBy are the ways in which leads are told apart, by the column that does.
var leadBy = []report.By{
	{Name: "source", Label: i18n.T("来源", "Source")},
	{Name: "owner_id", Label: i18n.T("负责人", "Owner")},
	{Name: "grade", Label: i18n.T("等级", "Grade")},
	{Name: "department_id", Label: i18n.T("部门", "Department")},
	{Name: "lead_type", Label: i18n.T("线索类型", "Kind")},
}

// step is how far a lead came: a figure of the funnel, with the filter of those that came so far.
type step struct {
	column report.Column
	sql    string
	filter record.Filter
}

func reached(name, zh, en, field string) step {
	return step{
		report.Column{Name: name, Label: i18n.T(zh, en), Unit: report.Count, Entity: "lead"},
		"t." + field + " IS NOT NULL",
		record.Filter{Field: field, Op: entity.NotEmpty},
	}
}

func inLeadState(name, zh, en, state string) step {
	return step{report.Column{Name: name, Label: i18n.T(zh, en), Unit: report.Count, Entity: "lead"}, "t.state = '" + state + "'", FilterOf("state", entity.Is, state)}
}

// leadSteps are the stations of the funnel (reports.md, “lead conversion”).
var leadSteps = []step{
	reached("reviewed", "已审核", "Reviewed", "reviewed_at"),
	reached("passed", "审核通过", "Passed", "passed_at"),
	reached("contacted", "已联系", "Contacted", "contacted_at"),
	reached("converted", "已转化", "Converted", "converted_at"),
	inLeadState("won", "成交", "Won", LeadWon),
	inLeadState("lost", "流失", "Lost", LeadLost),
	inLeadState("invalid", "无效", "Invalid", LeadInvalid),
}

// lapse is how long leads took from one moment to another; the median of those that came so far.
type lapse struct {
	column   report.Column
	from, to string
}

var leadLapses = []lapse{
	{report.Column{Name: "to_pass", Label: i18n.T("登记到通过（中位）", "Registered to passed, median"), Unit: report.Minutes, Entity: "lead"}, "created_at", "passed_at"},
	{report.Column{Name: "to_contact", Label: i18n.T("通过到联系（中位）", "Passed to contacted, median"), Unit: report.Minutes, Entity: "lead"}, "passed_at", "contacted_at"},
	{report.Column{Name: "to_convert", Label: i18n.T("登记到转化（中位）", "Registered to converted, median"), Unit: report.Minutes, Entity: "lead"}, "created_at", "converted_at"},
}

// leadConversion 线索转化率报告: of the leads registered in a period how many came how far, and how fast.
var leadConversion = &report.Def{
	Name: "lead-conversion", Title: i18n.T("线索转化率报告", "Lead conversion"), Module: "lead", By: leadBy, Run: runConversion,
}

// cohort is the leads of a report: registered in its period, within the reader's reach.
type cohort struct {
	where access.Condition
	base  []record.Filter
	by    string
	ask   report.Ask
}

func leadCohort(ctx context.Context, s *record.Session, a report.Ask) (*cohort, error) {
	needed := []string{"created_at", "state", a.By}
	for _, one := range leadSteps {
		if one.filter.Field != "" {
			needed = append(needed, one.filter.Field)
		}
	}
	if !s.MayAsk("lead", needed...) {
		return nil, errs.New(errs.Denied, "")
	}
	c := &cohort{by: a.By, ask: a, base: []record.Filter{FilterOf("created_at", entity.Between, []clock.Date{a.From, a.To})}}
	filter := c.base
	if a.Filter != nil {
		filter = append(slices.Clone(filter), *a.Filter)
		c.base = filter
	}
	var err error
	c.where, err = s.Listed(ctx, "lead", record.Query{Filter: &record.Filter{And: filter}})
	return c, err
}

func runConversion(ctx context.Context, s *record.Session, a report.Ask) (*report.Table, error) {
	c, err := leadCohort(ctx, s, a)
	if err != nil {
		return nil, err
	}
	counts, err := c.counts(ctx, s)
	if err != nil {
		return nil, err
	}
	medians, totals, err := c.medians(ctx, s)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Columns: conversionColumns()}
	sum := make([]float64, len(leadSteps)+1)
	for key, figures := range counts {
		for i, n := range figures {
			sum[i] += n
		}
		t.Rows = append(t.Rows, c.conversionRow(t.Columns, key, figures, medians[key], c.keyFilter(key)))
	}
	t.Total = c.conversionRow(t.Columns, "", sum, totals)
	return t, c.finish(ctx, s, t)
}

// conversionRates are the shares of the funnel, each of two of its figures.
var conversionRates = []struct {
	column      report.Column
	part, whole string
}{
	{report.Column{Name: "pass_rate", Label: i18n.T("通过率", "Pass rate"), Unit: report.Share, Entity: "lead"}, "passed", "reviewed"},
	{report.Column{Name: "contact_rate", Label: i18n.T("联系率", "Contact rate"), Unit: report.Share, Entity: "lead"}, "contacted", "passed"},
	{report.Column{Name: "conversion_rate", Label: i18n.T("转化率", "Conversion rate"), Unit: report.Share, Entity: "lead"}, "converted", "leads"},
}

// conversionColumns are the leads, how far they came, the shares, and how long it took.
func conversionColumns() []report.Column {
	out := []report.Column{{Name: "leads", Label: i18n.T("线索", "Leads"), Unit: report.Count, Entity: "lead"}}
	for _, one := range leadSteps {
		out = append(out, one.column)
	}
	for _, r := range conversionRates {
		out = append(out, r.column)
	}
	for _, l := range leadLapses {
		out = append(out, l.column)
	}
	return out
}

// conversionRow gives the row of a key, whose leads the filters of the report and more find. Behind a share stand the leads
// of which it is one, behind a median those that it is of.
func (c *cohort) conversionRow(columns []report.Column, key string, figures []float64, medians []*float64, more ...record.Filter) report.Row {
	r := report.Row{Key: key}
	for i, n := range figures {
		filters := append(slices.Clone(c.base), more...)
		if i > 0 {
			filters = append(filters, leadSteps[i-1].filter)
		}
		r.Values, r.Filters = append(r.Values, report.Of(n)), append(r.Filters, filterText(filters))
	}
	at := func(name string) int {
		return slices.IndexFunc(columns, func(c report.Column) bool { return c.Name == name })
	}
	for _, rate := range conversionRates {
		r.Values = append(r.Values, report.Over(r.Values[at(rate.part)], r.Values[at(rate.whole)]))
		r.Filters = append(r.Filters, r.Filters[at(rate.whole)])
	}
	if medians == nil {
		medians = make([]*float64, len(leadLapses))
	}
	for i, l := range leadLapses {
		filters := append(slices.Clone(c.base), more...)
		filters = append(filters, record.Filter{Field: l.from, Op: entity.NotEmpty}, record.Filter{Field: l.to, Op: entity.NotEmpty})
		r.Values, r.Filters = append(r.Values, medians[i]), append(r.Filters, filterText(filters))
	}
	return r
}

// counts gives for each key how many leads there are and how many came to each station.
func (c *cohort) counts(ctx context.Context, s *record.Session) (map[string][]float64, error) {
	columns := "COUNT(*)"
	for _, one := range leadSteps {
		columns += ", SUM(CASE WHEN " + one.sql + " THEN 1 ELSE 0 END)"
	}
	out := map[string][]float64{}
	return out, s.Tx.Each(ctx, func(scan func(...any) error) error {
		var key any
		figures := make([]float64, len(leadSteps)+1)
		dest := []any{&key}
		for i := range figures {
			dest = append(dest, &figures[i])
		}
		err := scan(dest...)
		out[keyText(key)] = figures
		return err
	}, "SELECT t."+c.by+", "+columns+" FROM lead t WHERE "+c.where.SQL+" GROUP BY 1", c.where.Args...)
}

// medians gives for each key the median of each lapse in minutes, nil where there is none, and those of all. They are found
// here: of many leads that is many times faster than in SQL, which has to sort them once for each.
func (c *cohort) medians(ctx context.Context, s *record.Session) (byKey map[string][]*float64, all []*float64, err error) {
	columns := ""
	for _, l := range leadLapses {
		columns += ", t." + l.to + " - t." + l.from
	}
	lapses := map[string][][]int64{}
	whole := make([][]int64, len(leadLapses))
	err = s.Tx.Each(ctx, func(scan func(...any) error) error {
		var key any
		found := make([]*int64, len(leadLapses))
		dest := []any{&key}
		for i := range found {
			dest = append(dest, &found[i])
		}
		err := scan(dest...)
		of := lapses[keyText(key)]
		if of == nil {
			of = make([][]int64, len(leadLapses))
			lapses[keyText(key)] = of
		}
		for i, ms := range found {
			if ms != nil {
				of[i], whole[i] = append(of[i], *ms), append(whole[i], *ms)
			}
		}
		return err
	}, "SELECT t."+c.by+columns+" FROM lead t WHERE "+c.where.SQL, c.where.Args...)
	byKey = map[string][]*float64{}
	for key, lists := range lapses {
		byKey[key] = mediansOf(lists)
	}
	return byKey, mediansOf(whole), err
}

// mediansOf gives the median of each list of milliseconds in minutes; nil of none. It sorts them.
func mediansOf(lists [][]int64) []*float64 {
	out := make([]*float64, len(lists))
	for i, ms := range lists {
		if n := len(ms); n > 0 {
			slices.Sort(ms)
			out[i] = report.Of(float64(ms[(n-1)/2]+ms[n/2]) / 120_000)
		}
	}
	return out
}

// keyText gives a key as it stands in filters: the value of a choice, or the id of who is named; "" for none.
func keyText(key any) string {
	switch v := key.(type) {
	case int64:
		if v != 0 {
			return id.ID(v).String()
		}
	case string:
		return v
	}
	return ""
}

// keyFilter gives the filter of the leads of a key.
func (c *cohort) keyFilter(key string) record.Filter {
	if key == "" {
		return record.Filter{Field: c.by, Op: entity.Empty}
	}
	return FilterOf(c.by, entity.Is, key)
}

func filterText(filters []record.Filter) json.RawMessage {
	text, err := json.Marshal(record.Filter{And: filters})
	if err != nil { // filters are made of plain values
		panic(err)
	}
	return text
}

// finish names the rows and puts them in order, the most first.
func (c *cohort) finish(ctx context.Context, s *record.Session, t *report.Table) error {
	labels, err := keyLabels(ctx, s, "lead", c.by, t.Rows)
	if err != nil {
		return err
	}
	for i := range t.Rows {
		t.Rows[i].Label = labels[t.Rows[i].Key]
	}
	slices.SortFunc(t.Rows, func(a, b report.Row) int {
		return cmp.Or(cmp.Compare(*b.Values[0], *a.Values[0]), cmp.Compare(a.Key, b.Key))
	})
	return nil
}

// keyLabels names the keys of rows for people: choices, users, departments.
func keyLabels(ctx context.Context, s *record.Session, of, by string, rows []report.Row) (map[string]i18n.Text, error) {
	f := s.Def(of).Field(by)
	out := map[string]i18n.Text{"": i18n.T("未填写", "None")}
	if f.Type != entity.Ref {
		for _, c := range f.Choices {
			out[c.Value] = c.Label
		}
		for _, r := range rows {
			if _, known := out[r.Key]; !known {
				out[r.Key] = i18n.T(r.Key, r.Key)
			}
		}
		return out, nil
	}
	set := map[id.ID]bool{}
	for _, r := range rows {
		if x, err := id.Parse(r.Key); err == nil && x != 0 {
			set[x] = true
		}
	}
	names, err := s.Titles(ctx, f.Ref, set)
	for x := range set {
		out[x.String()] = i18n.T(names[x], names[x])
	}
	return out, err
}
