// Package report holds what every report is: figures by something, for a period, each with the filter of the records
// behind it. It knows no report; those stand where their words are known. A table that was computed once can be kept for
// good (Archive): what stands there never changes, whatever becomes of the records.
package report

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// Unit says what a figure counts in.
type Unit string

// The units.
const (
	Count   Unit = "count"
	Share   Unit = "share"   // 0 … 1
	Minutes Unit = "minutes" // of time
	Money   Unit = "money"   // minor units
	Ratio   Unit = "ratio"   // times
)

// Column is one figure of a report.
type Column struct {
	Name   string    `json:"name"`
	Label  i18n.Text `json:"label"`
	Unit   Unit      `json:"unit"`
	Help   i18n.Text `json:"help,omitzero"`
	Entity string    `json:"entity,omitempty"` // of the records behind it; "" when there are none to be shown
}

// Row is what a report says of one key.
type Row struct {
	Key     string            `json:"key"` // "" for what has none
	Label   i18n.Text         `json:"label"`
	Values  []*float64        `json:"values"`            // by column; nil where there is nothing to be said
	Filters []json.RawMessage `json:"filters,omitempty"` // by column: of the records behind the figure; null for none
}

// Table is a report as it was computed.
type Table struct {
	Report     string        `json:"report"`
	Title      i18n.Text     `json:"title"`
	From       clock.Date    `json:"from"`
	To         clock.Date    `json:"to"`
	By         string        `json:"by"`
	ByLabel    i18n.Text     `json:"by_label"`
	ComputedAt clock.Instant `json:"computed_at"`
	Columns    []Column      `json:"columns"`
	Rows       []Row         `json:"rows"`
	Total      Row           `json:"total"`
	Previous   *Row          `json:"previous,omitempty"` // the total of the period before, of the same length
	YearAgo    *Row          `json:"year_ago,omitempty"` // and of the same days a year ago
}

// Ask says of what a report is asked for.
type Ask struct {
	From, To clock.Date // the first and the last day
	By       string     // one of Def.By; the first of them when empty
	// Filter narrows the records that are counted, beside the reader's reach; nil for all.
	Filter  *record.Filter
	Compare bool // with the period before and a year ago
}

// Def is a report.
type Def struct {
	Name   string
	Title  i18n.Text
	Module string // whose sight it needs
	By     []By
	// Run computes columns, rows and total for the reader of the session, within their reach.
	Run func(ctx context.Context, s *record.Session, a Ask) (*Table, error)
}

// By is one of the ways in which a report tells records apart.
type By struct {
	Name  string
	Label i18n.Text
}

// longest bounds the days of a period.
const longest = 3 * 366

// Check fills in what is left out, and refuses what cannot be answered, naming the field.
func (a *Ask) Check(d *Def) error {
	for field, day := range map[string]clock.Date{"from": a.From, "to": a.To} {
		if _, err := clock.ParseDate(string(day)); err != nil {
			return errs.OfField(field, "field.date", "value", string(day))
		}
	}
	if a.To < a.From || a.From.AddDays(longest) < a.To {
		return errs.OfField("to", "report.period", "days", longest)
	}
	if a.By == "" {
		a.By = d.By[0].Name
	}
	if !slices.ContainsFunc(d.By, func(b By) bool { return b.Name == a.By }) {
		return errs.OfField("by", "field.choice", "value", a.By)
	}
	return nil
}

// Compute computes a report, with what it is to be compared with.
func (d *Def) Compute(ctx context.Context, s *record.Session, a Ask) (*Table, error) {
	if err := a.Check(d); err != nil {
		return nil, err
	}
	t, err := d.Run(ctx, s, a)
	if err != nil {
		return nil, err
	}
	t.Report, t.Title, t.From, t.To, t.By, t.ComputedAt = d.Name, d.Title, a.From, a.To, a.By, clock.At(s.Tx.Now)
	t.ByLabel = d.By[slices.IndexFunc(d.By, func(b By) bool { return b.Name == a.By })].Label
	if t.Total.Label.ZH == "" {
		t.Total.Label = i18n.T("合计", "Total")
	}
	if !a.Compare {
		return t, nil
	}
	for into, period := range map[**Row][2]clock.Date{&t.Previous: a.before(), &t.YearAgo: {yearBefore(a.From), yearBefore(a.To)}} {
		other := a
		other.From, other.To, other.Compare = period[0], period[1], false
		then, err := d.Run(ctx, s, other)
		if err != nil {
			return nil, err
		}
		*into = &then.Total
	}
	return t, nil
}

// before gives the period before: the month before a whole month, else as many days as it has.
func (a *Ask) before() [2]clock.Date {
	first, last := a.From.In(time.UTC), a.To.In(time.UTC)
	if first.Day() == 1 && last.AddDate(0, 0, 1).Equal(first.AddDate(0, 1, 0)) {
		return [2]clock.Date{clock.DateOf(first.AddDate(0, -1, 0)), a.From.AddDays(-1)}
	}
	days := int(last.Sub(first).Hours()/24) + 1
	return [2]clock.Date{a.From.AddDays(-days), a.From.AddDays(-1)}
}

func yearBefore(d clock.Date) clock.Date { return clock.DateOf(d.In(time.UTC).AddDate(-1, 0, 0)) }

// Of gives a figure.
func Of[N int | int64 | float64](n N) *float64 { f := float64(n); return &f }

// Over gives a share; nil of nothing.
func Over(part, whole *float64) *float64 {
	if part == nil || whole == nil || *whole == 0 {
		return nil
	}
	return Of(*part / *whole)
}

// Write writes a table as a sheet of a workbook, in a language, as it is shown.
func (t *Table) Write(out *sheet.XLSXWriter, lang i18n.Lang) error {
	columns := []sheet.Column{{Title: t.ByLabel.In(lang), Width: 22}}
	for _, c := range t.Columns {
		title := c.Label.In(lang)
		if c.Unit == Minutes {
			title += i18n.T("（小时）", " (hours)").In(lang)
		}
		columns = append(columns, sheet.Column{Title: title, Width: 14})
	}
	if err := out.Header(columns); err != nil {
		return err
	}
	for _, row := range append(slices.Clone(t.Rows), t.Total) {
		cells := []sheet.Value{sheet.Str(row.Label.In(lang))}
		for i, v := range row.Values {
			cells = append(cells, t.Columns[i].cell(v))
		}
		if err := out.Row(cells); err != nil {
			return err
		}
	}
	return nil
}

// LogExport logs that the actor took a table out.
func (t *Table) LogExport(ctx context.Context, s *record.Session) error {
	return audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin, Entity: "report", Action: audit.Export,
		Changes: []audit.Change{{Field: "report", New: t.Report}, {Field: "from", New: string(t.From)}, {Field: "to", New: string(t.To)}, {Field: "by", New: t.By}},
	}})
}

func (c *Column) cell(v *float64) sheet.Value {
	switch {
	case v == nil:
		return sheet.Str("")
	case c.Unit == Count:
		return sheet.Int(int64(*v))
	case c.Unit == Money:
		return sheet.Money(int64(*v))
	case c.Unit == Share:
		return sheet.Str(strconv.FormatFloat(*v*100, 'f', 1, 64) + "%")
	case c.Unit == Minutes:
		return sheet.Num(*v / 60)
	}
	return sheet.Num(*v)
}
