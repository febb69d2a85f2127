package crm

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/obligation"
	"genjin/internal/record"
	"genjin/internal/report"
)

// leadStations 线索环节及时率: how the clocks of the leads registered in a period were met, each lead counting once at a
// station, by its worst.
var leadStations = &report.Def{
	Name: "lead-stations", Title: i18n.T("线索环节及时率", "Leads in time"), Module: "lead",
	By: []report.By{{Name: "kind", Label: i18n.T("环节", "Station")}}, Run: runStations,
}

var stationClocks = []record.Clock[Lead]{leadRegisterClock, leadReviewClock, leadSupplementClock, leadPlanClock, leadContactClock}

// standingColumns are what fell due, and of it what was met in each of obligation.Standings.
func standingColumns() []report.Column {
	help := i18n.T("一条线索在一个环节有多次时限的，按最差的一次计", "A lead that had several deadlines at a station counts by the worst")
	out := []report.Column{{Name: "fell_due", Label: i18n.T("应办", "Due"), Unit: report.Count, Help: help, Entity: "lead"}}
	for i, name := range []string{"in_time", "late", "overdue"} {
		label := obligation.Standings[i].Label
		label.EN = strings.ToUpper(label.EN[:1]) + label.EN[1:]
		out = append(out, report.Column{Name: name, Label: label, Unit: report.Count, Help: help, Entity: "lead"})
	}
	return append(out, report.Column{Name: "rate", Label: i18n.T("及时率", "Rate"), Unit: report.Share, Entity: "lead"})
}

func runStations(ctx context.Context, s *record.Session, a report.Ask) (*report.Table, error) {
	leads := a
	leads.By = "source"
	c, err := leadCohort(ctx, s, leads)
	if err != nil {
		return nil, err
	}
	var kinds []string
	for _, k := range stationClocks {
		if SeesLeadClock(s, k.Kind.Name) {
			kinds = append(kinds, k.Kind.Name)
		}
	}
	if len(kinds) == 0 {
		return nil, errs.New(errs.Denied, "")
	}
	found, err := c.standings(ctx, s, kinds)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Columns: standingColumns(), Total: c.standingRow("", found[""], kinds)}
	t.Total.Label = i18n.T("全程（每条线索计一次）", "All stations, each lead once")
	for _, k := range stationClocks {
		if !slices.Contains(kinds, k.Kind.Name) {
			continue
		}
		r := c.standingRow(k.Kind.Name, found[k.Kind.Name], []string{k.Kind.Name})
		r.Label = k.Kind.Label
		t.Rows = append(t.Rows, r)
	}
	return t, nil
}

// standings counts leads by how their clocks of some kinds were met, in the order of obligation.Standings: for each kind, and
// under "" for all of them together.
func (c *cohort) standings(ctx context.Context, s *record.Session, kinds []string) (map[string][]float64, error) {
	args := append([]any{s.Tx.Now}, c.where.Args...)
	for _, k := range kinds {
		args = append(args, k)
	}
	out := map[string][]float64{}
	return out, s.Tx.Each(ctx, func(scan func(...any) error) error {
		var key string
		var place int
		var n float64
		err := scan(&key, &place, &n)
		if out[key] == nil {
			out[key] = make([]float64, len(obligation.Standings))
		}
		if place > 0 {
			out[key][place-1] = n
		}
		return err
	}, "WITH w AS (SELECT t.id, o.kind, "+obligation.Worst+` AS place FROM lead t JOIN obligation o ON o.record_id = t.id
		WHERE `+c.where.SQL+" AND o.kind IN (?"+strings.Repeat(", ?", len(kinds)-1)+`) GROUP BY t.id, o.kind)
		SELECT kind, place, COUNT(*) FROM w GROUP BY kind, place
		UNION ALL SELECT '', place, COUNT(*) FROM (SELECT MAX(place) AS place FROM w GROUP BY id) AS worst GROUP BY place`, args...)
}

// standingRow gives the row of one station or of several taken together; figures are those of standings, nil for none.
func (c *cohort) standingRow(key string, figures []float64, kinds []string) report.Row {
	if figures == nil {
		figures = make([]float64, len(obligation.Standings))
	}
	due := 0.0
	for _, n := range figures {
		due += n
	}
	r := report.Row{Key: key, Values: []*float64{report.Of(due)}}
	all := filterText(append(slices.Clone(c.base), fellDue(kinds)))
	r.Filters = []json.RawMessage{all}
	for i, n := range figures {
		r.Values = append(r.Values, report.Of(n))
		r.Filters = append(r.Filters, filterText(append(slices.Clone(c.base), stood(kinds, i)...)))
	}
	r.Values, r.Filters = append(r.Values, report.Over(r.Values[1], r.Values[0])), append(r.Filters, all)
	return r
}

// fellDue gives the filter of leads of which a clock of one of some kinds fell due.
func fellDue(kinds []string) record.Filter { return FilterOf(record.ClocksField, entity.In, kinds) }

// stood gives the filters of leads whose clocks of some kinds, taken together, were met in the way at a place in
// obligation.Standings.
func stood(kinds []string, place int) []record.Filter {
	among := func(op entity.Op, ways ...obligation.Standing) record.Filter {
		var values []string
		for _, kind := range kinds {
			for _, way := range ways {
				values = append(values, record.Stood(kind, way))
			}
		}
		return FilterOf(record.ClocksField, op, values)
	}
	out := []record.Filter{among(entity.In, obligation.Standings[place])}
	if worse := obligation.Standings[place+1:]; len(worse) > 0 && len(kinds) > 1 {
		out = append(out, among(entity.NotIn, worse...))
	}
	return out
}
