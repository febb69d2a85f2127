package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/report"
	"genjin/internal/sheet"
)

// ReportKind is a report that can be asked for.
type ReportKind struct {
	Name   string         `json:"name"`
	Title  string         `json:"title"`
	Entity string         `json:"entity" doc:"Whose records a filter narrows"`
	By     []ReportChoice `json:"by" nullable:"false"`
}

// ReportChoice is one of the ways in which a report tells records apart.
type ReportChoice struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// ReportTable is a report in the language of its reader.
type ReportTable struct {
	Report     string         `json:"report"`
	Title      string         `json:"title"`
	From       clock.Date     `json:"from"`
	To         clock.Date     `json:"to"`
	By         string         `json:"by"`
	ByLabel    string         `json:"by_label"`
	ComputedAt clock.Instant  `json:"computed_at"`
	Columns    []ReportColumn `json:"columns" nullable:"false"`
	Rows       []ReportRow    `json:"rows" nullable:"false"`
	Total      ReportRow      `json:"total"`
	Previous   *ReportRow     `json:"previous" doc:"The total of the period before; null when it was not asked for"`
	YearAgo    *ReportRow     `json:"year_ago" doc:"The total of the same days a year ago"`
}

// ReportColumn is one figure.
type ReportColumn struct {
	Name   string      `json:"name"`
	Label  string      `json:"label"`
	Unit   report.Unit `json:"unit" enum:"count,share,minutes,money,ratio"`
	Help   string      `json:"help"`
	Entity string      `json:"entity" doc:"Of the records behind it; empty when there are none to be shown"`
}

// ReportRow is what a report says of one key.
type ReportRow struct {
	Key     string            `json:"key"`
	Label   string            `json:"label"`
	Values  []*float64        `json:"values" nullable:"false" doc:"By column; null where there is nothing to be said"`
	Filters []json.RawMessage `json:"filters" nullable:"false" doc:"By column: of the records behind the figure; null for none"`
}

// ReportQuery asks for a report of the records that were made on the days of a period.
type ReportQuery struct {
	Name    string     `path:"name"`
	From    clock.Date `query:"from" required:"true"`
	To      clock.Date `query:"to" required:"true"`
	By      string     `query:"by"`
	Filter  string     `query:"filter" doc:"Narrows the records that are counted, as in lists"`
	Compare bool       `query:"compare" doc:"With the period before and a year ago, too"`
}

// ArchivedReport is a report of a month as it was when it was frozen.
type ArchivedReport struct {
	ID         id.ID         `json:"id"`
	Month      string        `json:"month"`
	Report     string        `json:"report"`
	Title      string        `json:"title"`
	ComputedAt clock.Instant `json:"computed_at"`
	ComputedBy Named         `json:"computed_by"`
	Table      *ReportTable  `json:"table,omitempty"`
}

// ReportMonth names a month to be frozen.
type ReportMonth struct {
	Month string `json:"month" pattern:"^[0-9]{4}-[0-9]{2}$"`
}

// SourceCostsOfMonth is what was spent on sources in a month.
type SourceCostsOfMonth struct {
	Month string           `json:"month" pattern:"^[0-9]{4}-[0-9]{2}$"`
	Costs map[string]int64 `json:"costs" doc:"Minor units by source"`
}

func (a *API) reportOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/reports", ID: "list-reports", Summary: "The reports I may ask for", Does: "list", Object: "report", Scope: "everybody",
	}, a.listReports)
	handle(a, Op{
		Method: http.MethodGet, Path: "/reports/{name}", ID: "get-report", Summary: "A report of a period, as far as I reach", Does: "report", Object: "report", Scope: "view",
	}, a.report)
	a.raw(Op{
		Method: http.MethodGet, Path: "/reports/{name}/export", ID: "export-report", Summary: "A report as a workbook", Does: "export", Object: "report", Scope: "view",
		GivesType: sheetType, Timeout: longTimeout, Params: reportParams(),
	}, a.exportReport)
	handle(a, Op{
		Method: http.MethodGet, Path: "/report-archives", ID: "list-report-archives", Summary: "The reports of months that were frozen", Does: "list", Object: "report_archive", Scope: "view",
	}, a.reportArchives)
	a.raw(Op{
		Method: http.MethodPost, Path: "/report-archives", ID: "freeze-reports", Summary: "Freeze the reports of a month that is over, for good",
		Does: "freeze", Object: "report_archive", Scope: "export", Takes: ReportMonth{}, Gives: items[ArchivedReport]{}, Status: http.StatusCreated,
	}, a.freezeReports)
	a.raw(Op{
		Method: http.MethodGet, Path: "/report-archives/{id}", ID: "get-report-archive", Summary: "A frozen report", Does: "get", Object: "report_archive", Scope: "view",
		Gives: ArchivedReport{}, Params: idParam(),
	}, a.reportArchive)
	a.raw(Op{
		Method: http.MethodGet, Path: "/report-archives/{id}/export", ID: "export-report-archive", Summary: "A frozen report as a workbook", Does: "export", Object: "report_archive", Scope: "view",
		GivesType: sheetType, Timeout: longTimeout, Params: idParam(),
	}, a.exportArchive)
	handle(a, Op{
		Method: http.MethodGet, Path: "/source-costs", ID: "source-costs", Summary: "What was spent on sources, by month", Does: "list", Object: "source_costs", Scope: "view",
	}, a.sourceCosts)
	a.raw(Op{
		Method: http.MethodPut, Path: "/source-costs", ID: "set-source-costs", Summary: "Say what was spent on sources in a month", Does: "update", Object: "source_costs", Scope: "setting",
		Takes: SourceCostsOfMonth{}, Status: http.StatusNoContent,
	}, a.setSourceCosts)
}

func reportParams() []*huma.Param {
	text := &huma.Schema{Type: huma.TypeString}
	name := &huma.Schema{Type: huma.TypeString}
	for _, d := range crm.Reports() {
		name.Enum = append(name.Enum, d.Name)
	}
	return []*huma.Param{
		{Name: "name", In: "path", Required: true, Schema: name},
		{Name: "from", In: "query", Required: true, Schema: text},
		{Name: "to", In: "query", Required: true, Schema: text},
		{Name: "by", In: "query", Schema: text},
		{Name: "filter", In: "query", Schema: text},
	}
}

// reportNamed gives the report of a name that the actor may ask for.
func reportNamed(s *record.Session, name string) (*report.Def, error) {
	all := crm.Reports()
	i := slices.IndexFunc(all, func(d *report.Def) bool { return d.Name == name })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	if !s.Actor.May(all[i].Module, access.View) {
		return nil, errs.New(errs.Denied, "")
	}
	return all[i], nil
}

func (a *API) listReports(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body items[ReportKind] }, error) {
	out := &struct{ Body items[ReportKind] }{items[ReportKind]{Items: []ReportKind{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		for _, d := range crm.Reports() {
			if !s.Actor.May(d.Module, access.View) {
				continue
			}
			kind := ReportKind{Name: d.Name, Title: d.Title.In(s.Actor.Lang), Entity: d.Module, By: []ReportChoice{}}
			for _, by := range d.By {
				kind.By = append(kind.By, ReportChoice{by.Name, by.Label.In(s.Actor.Lang)})
			}
			out.Body.Items = append(out.Body.Items, kind)
		}
		return nil
	})
}

func (a *API) report(ctx context.Context, rq *Request, in *ReportQuery) (*struct{ Body ReportTable }, error) {
	out := &struct{ Body ReportTable }{}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		t, err := computed(ctx, s, in)
		if err != nil {
			return err
		}
		out.Body, rq.rows = reportTable(t, s.Actor.Lang), len(t.Rows)
		return nil
	})
}

func computed(ctx context.Context, s *record.Session, in *ReportQuery) (*report.Table, error) {
	d, err := reportNamed(s, in.Name)
	if err != nil {
		return nil, err
	}
	filter, err := record.ParseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	return d.Compute(ctx, s, report.Ask{From: in.From, To: in.To, By: in.By, Filter: filter, Compare: in.Compare})
}

func reportTable(t *report.Table, lang i18n.Lang) ReportTable {
	out := ReportTable{
		Report: t.Report, Title: t.Title.In(lang), From: t.From, To: t.To, By: t.By, ByLabel: t.ByLabel.In(lang), ComputedAt: t.ComputedAt,
		Columns: []ReportColumn{}, Rows: []ReportRow{}, Total: reportRow(t.Total, lang),
	}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, ReportColumn{c.Name, c.Label.In(lang), c.Unit, c.Help.In(lang), c.Entity})
	}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, reportRow(r, lang))
	}
	for into, from := range map[**ReportRow]*report.Row{&out.Previous: t.Previous, &out.YearAgo: t.YearAgo} {
		if from != nil {
			row := reportRow(*from, lang)
			*into = &row
		}
	}
	return out
}

func reportRow(r report.Row, lang i18n.Lang) ReportRow {
	filters := slices.Clone(r.Filters)
	for i := range filters {
		if filters[i] == nil {
			filters[i] = json.RawMessage("null")
		}
	}
	return ReportRow{r.Key, r.Label.In(lang), append([]*float64{}, r.Values...), append([]json.RawMessage{}, filters...)}
}

func (a *API) exportReport(w http.ResponseWriter, rq *Request) error {
	q := rq.HTTP.URL.Query()
	in := &ReportQuery{Name: rq.HTTP.PathValue("name"), From: clock.Date(q.Get("from")), To: clock.Date(q.Get("to")), By: q.Get("by"), Filter: q.Get("filter")}
	ctx := rq.HTTP.Context()
	var t *report.Table
	err := a.read(ctx, rq, func(s *record.Session) (err error) {
		t, err = computed(ctx, s, in)
		return err
	})
	if err != nil {
		return err
	}
	return a.sendTable(w, rq, t)
}

// sendTable sends a table as a workbook, once the log says so.
func (a *API) sendTable(w http.ResponseWriter, rq *Request, t *report.Table) error {
	ctx := rq.HTTP.Context()
	err := a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error { return t.LogExport(ctx, s) })
	if err != nil {
		return err
	}
	return a.sendWhole(w, t.Title.In(rq.Lang), "xlsx", sheetType, func(f io.Writer) error {
		out := sheet.NewXLSX(f, sheet.XLSXOptions{Sheet: t.Title.In(rq.Lang), Author: rq.Actor.Name})
		return errors.Join(t.Write(out, rq.Lang), out.Close())
	})
}

func (a *API) reportArchives(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body items[ArchivedReport] }, error) {
	out := &struct{ Body items[ArchivedReport] }{items[ArchivedReport]{Items: []ArchivedReport{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		all, err := report.Archives(ctx, s, crm.Reports())
		if err != nil {
			return err
		}
		rq.rows = len(all)
		out.Body.Items, err = archived(ctx, s, all)
		return err
	})
}

// archived shows frozen reports, with who froze them.
func archived(ctx context.Context, s *record.Session, all []report.Archived) ([]ArchivedReport, error) {
	set := map[id.ID]bool{}
	for _, one := range all {
		set[one.ComputedBy] = true
	}
	names, err := s.Titles(ctx, "user", set)
	out := []ArchivedReport{}
	for _, one := range all {
		var title i18n.Text
		if err := json.Unmarshal([]byte(one.Title), &title); err != nil {
			return nil, err
		}
		item := ArchivedReport{
			ID: one.ID, Month: one.Month, Report: one.Report, Title: title.In(s.Actor.Lang), ComputedAt: one.ComputedAt,
			ComputedBy: Named{one.ComputedBy, names[one.ComputedBy]},
		}
		if one.Table != nil {
			table := reportTable(one.Table, s.Actor.Lang)
			item.Table = &table
		}
		out = append(out, item)
	}
	return out, err
}

func (a *API) freezeReports(w http.ResponseWriter, rq *Request) error {
	var in ReportMonth
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		made, err := report.Freeze(ctx, s, crm.Reports(), in.Month)
		if err != nil {
			return nil, err
		}
		all, err := report.Archives(ctx, s, crm.Reports())
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(one report.Archived) bool { return !slices.Contains(made, one.ID) })
		shown, err := archived(ctx, s, all)
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusCreated, items[ArchivedReport]{shown})
	})
}

// openArchive gives the frozen report that the address names.
func (a *API) openArchive(ctx context.Context, rq *Request, s *record.Session) (*report.Archived, error) {
	x, err := idOf(rq)
	if err != nil {
		return nil, err
	}
	return report.Archive(ctx, s, crm.Reports(), x)
}

func (a *API) reportArchive(w http.ResponseWriter, rq *Request) error {
	ctx := rq.HTTP.Context()
	var out []ArchivedReport
	err := a.read(ctx, rq, func(s *record.Session) error {
		one, err := a.openArchive(ctx, rq, s)
		if err != nil {
			return err
		}
		rq.rows = 1
		out, err = archived(ctx, s, []report.Archived{*one})
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out[0])
}

func (a *API) exportArchive(w http.ResponseWriter, rq *Request) error {
	ctx := rq.HTTP.Context()
	var one *report.Archived
	err := a.read(ctx, rq, func(s *record.Session) (err error) {
		one, err = a.openArchive(ctx, rq, s)
		return err
	})
	if err != nil {
		return err
	}
	return a.sendTable(w, rq, one.Table)
}

func (a *API) sourceCosts(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body items[SourceCostsOfMonth] }, error) {
	out := &struct{ Body items[SourceCostsOfMonth] }{items[SourceCostsOfMonth]{Items: []SourceCostsOfMonth{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		if !s.Actor.May("lead", access.View) || !s.MayAsk("lead", "source") {
			return nil
		}
		for month, costs := range crm.SourceCostsOf(s) {
			out.Body.Items = append(out.Body.Items, SourceCostsOfMonth{month, costs})
		}
		slices.SortFunc(out.Body.Items, func(x, y SourceCostsOfMonth) int { return cmp.Compare(y.Month, x.Month) })
		return nil
	})
}

func (a *API) setSourceCosts(w http.ResponseWriter, rq *Request) error {
	var in SourceCostsOfMonth
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("lead", access.Export) || !s.Actor.Reach("lead", access.View).Everything {
			return nil, errs.New(errs.Denied, "")
		}
		return noContent(), crm.SetSourceCosts(ctx, s, in.Month, in.Costs)
	})
}
