package crm

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/record"
	"genjin/internal/report"
)

// leadSources 客户来源分析报告: by source the leads and customers of a period, what was won, what it cost and brought in
// (reports.md, “source analysis”).
var leadSources = &report.Def{
	Name: "lead-sources", Title: i18n.T("客户来源分析报告", "Sources of customers"), Module: "lead", By: leadBy[:1], Run: runSources,
}

// SourceCosts are what a company spent on sources: by month, as 2026-11, and source, in minor units.
type SourceCosts map[string]map[string]int64

const sourceCostSetting = "report.source_costs"

// SourceCostsOf gives what the company spent on sources.
func SourceCostsOf(s *record.Session) SourceCosts {
	costs := SourceCosts{}
	if json.Unmarshal([]byte(s.Setting(sourceCostSetting, "{}")), &costs) != nil {
		return SourceCosts{}
	}
	return costs
}

// SetSourceCosts sets what was spent in a month, by source. Who may call it is asked by whoever does.
func SetSourceCosts(ctx context.Context, s *record.Session, month string, costs map[string]int64) error {
	if _, err := clock.ParseDate(month + "-01"); err != nil || len(month) != 7 {
		return errs.OfField("month", "report.month")
	}
	f := s.Def("lead").Field("source")
	for source, cost := range costs {
		if !oneOf(f.Choices, source) {
			return errs.OfField("costs", "field.choice", "value", source)
		}
		if cost < 0 || cost > 1e15 {
			return errs.OfField("costs", "report.cost")
		}
	}
	all := SourceCostsOf(s)
	if all[month] = costs; len(costs) == 0 {
		delete(all, month)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, sourceCostSetting, string(text))
}

// within gives what was spent on a source in the months that begin and end within a period.
func (c SourceCosts) within(source string, from, to clock.Date) *float64 {
	var sum *float64
	for month, costs := range c {
		first := clock.Date(month + "-01")
		last := clock.DateOf(first.In(time.UTC).AddDate(0, 1, -1))
		if cost, known := costs[source]; known && first >= from && last <= to {
			if sum == nil {
				sum = report.Of(0)
			}
			*sum += float64(cost)
		}
	}
	return sum
}

func runSources(ctx context.Context, s *record.Session, a report.Ask) (*report.Table, error) {
	c, err := leadCohort(ctx, s, a)
	if err != nil {
		return nil, err
	}
	money := s.MayAsk("lead", "amount")
	customers := s.MayAsk("customer", "created_at", "source", "deal_status")
	t := &report.Table{Columns: []report.Column{
		{Name: "leads", Label: i18n.T("线索", "Leads"), Unit: report.Count, Entity: "lead"},
		{Name: "passed", Label: i18n.T("有效线索", "Passed"), Unit: report.Count, Entity: "lead"},
		{Name: "converted", Label: i18n.T("转化", "Converted"), Unit: report.Count, Entity: "lead"},
		{Name: "won", Label: i18n.T("成交线索", "Won leads"), Unit: report.Count, Entity: "lead"},
		{Name: "amount", Label: i18n.T("成交金额", "Amount won"), Unit: report.Money, Entity: "lead"},
		{Name: "customers", Label: i18n.T("新增客户", "New customers"), Unit: report.Count, Entity: "customer"},
		{Name: "customers_won", Label: i18n.T("其中已成交", "Of them won"), Unit: report.Count, Entity: "customer"},
		{Name: "conversion_rate", Label: i18n.T("转化率", "Conversion rate"), Unit: report.Share, Entity: "lead"},
		{Name: "share", Label: i18n.T("线索占比", "Share of leads"), Unit: report.Share, Entity: "lead"},
		{Name: "cost", Label: i18n.T("投入", "Cost"), Unit: report.Money, Help: i18n.T("按月登记，整月在报告期内的才计入", "Entered by month; months that lie in the period as a whole count")},
		{Name: "cost_per_lead", Label: i18n.T("单条线索成本", "Cost of a lead"), Unit: report.Money, Entity: "lead"},
		{Name: "return", Label: i18n.T("投入产出比", "Return"), Unit: report.Ratio, Entity: "lead"},
	}}
	figures, err := c.sourceFigures(ctx, s, customers)
	if err != nil {
		return nil, err
	}
	costs := SourceCostsOf(s)
	total := make([]float64, sourceFigureCount)
	var spent *float64
	for key, f := range figures {
		for i, n := range f {
			total[i] += n
		}
		r := c.sourceRow(key, f, costs.within(key, a.From, a.To), money, c.keyFilter(key))
		if cost := costs.within(key, a.From, a.To); cost != nil {
			if spent == nil {
				spent = report.Of(0)
			}
			*spent += *cost
		}
		t.Rows = append(t.Rows, r)
	}
	t.Total = c.sourceRow("", total, spent, money)
	for i := range t.Rows {
		t.Rows[i].Values[8] = report.Over(t.Rows[i].Values[0], t.Total.Values[0])
	}
	return t, c.finish(ctx, s, t)
}

// sourceFigureCount are the figures that are counted: leads, passed, converted, won, amount, customers and those won.
const sourceFigureCount = 7

func (c *cohort) sourceFigures(ctx context.Context, s *record.Session, customers bool) (map[string][]float64, error) {
	out := map[string][]float64{}
	of := func(key string) []float64 {
		if out[key] == nil {
			out[key] = make([]float64, sourceFigureCount)
		}
		return out[key]
	}
	err := s.Tx.Each(ctx, func(scan func(...any) error) error {
		var key string
		var f [5]float64
		err := scan(&key, &f[0], &f[1], &f[2], &f[3], &f[4])
		copy(of(key), f[:])
		return err
	}, `SELECT t.source, COUNT(*), SUM(CASE WHEN t.passed_at IS NOT NULL THEN 1 ELSE 0 END), SUM(CASE WHEN t.converted_at IS NOT NULL THEN 1 ELSE 0 END),
		SUM(CASE WHEN t.state = 'won' THEN 1 ELSE 0 END), COALESCE(SUM(CASE WHEN t.state = 'won' THEN t.amount ELSE 0 END), 0)
		FROM lead t WHERE `+c.where.SQL+` GROUP BY 1`, c.where.Args...)
	if err != nil || !customers {
		return out, err
	}
	made := FilterOf("created_at", entity.Between, []clock.Date{c.ask.From, c.ask.To})
	where, err := s.Listed(ctx, "customer", record.Query{Filter: &made})
	if err != nil {
		return nil, err
	}
	return out, s.Tx.Each(ctx, func(scan func(...any) error) error {
		var key string
		var n, won float64
		err := scan(&key, &n, &won)
		f := of(key)
		f[5], f[6] = n, won
		return err
	}, `SELECT t.source, COUNT(*), SUM(CASE WHEN t.deal_status = 'closed' THEN 1 ELSE 0 END) FROM customer t WHERE `+where.SQL+` GROUP BY 1`, where.Args...)
}

func (c *cohort) sourceRow(key string, f []float64, cost *float64, money bool, also ...record.Filter) report.Row {
	r := report.Row{Key: key}
	for _, n := range f {
		r.Values = append(r.Values, report.Of(n))
	}
	if !money {
		r.Values[4] = nil
	}
	r.Values = append(r.Values, report.Over(r.Values[2], r.Values[0]), nil, cost, report.Over(cost, r.Values[0]), report.Over(r.Values[4], cost))
	leads := append(slices.Clone(c.base), also...)
	made := append([]record.Filter{FilterOf("created_at", entity.Between, []clock.Date{c.ask.From, c.ask.To})}, also...)
	won := FilterOf("state", entity.Is, LeadWon)
	for _, filters := range [][]record.Filter{
		leads, append(slices.Clone(leads), leadSteps[1].filter), append(slices.Clone(leads), leadSteps[3].filter), append(slices.Clone(leads), won), append(slices.Clone(leads), won),
		made, append(slices.Clone(made), FilterOf("deal_status", entity.Is, "closed")),
	} {
		r.Filters = append(r.Filters, filterText(filters))
	}
	// The rates, what was spent, and what came of it.
	r.Filters = append(r.Filters, r.Filters[0], filterText(c.base), nil, r.Filters[0], r.Filters[3])
	return r
}
