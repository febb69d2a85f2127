package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// ClockKind is a kind of clocks with the company's settings.
type ClockKind struct {
	Kind     string                   `json:"kind"`
	Label    string                   `json:"label"`
	About    string                   `json:"about" doc:"The entity whose records it is about"`
	Fixed    bool                     `json:"fixed" doc:"The record names the moment; the time given is the grace after it"`
	Movable  bool                     `json:"postponable" doc:"The owner may move the moment, as often as the settings say"`
	Variants []ClockVariant           `json:"variants" nullable:"false" doc:"Cases with a time of their own"`
	Settings obligation.ClockSettings `json:"settings"`
	Defaults obligation.ClockSettings `json:"defaults"`
}

// ClockVariant is a case that a kind of clocks tells apart.
type ClockVariant struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Own   bool   `json:"own" doc:"Of a choice: it only counts when something is set for it"`
}

// TimelinessRow says how clocks were met.
type TimelinessRow struct {
	Key       string   `json:"key" doc:"A kind, or the id of a user or department; empty for nobody's"`
	Label     string   `json:"label"`
	FellDue   int64    `json:"fell_due"`
	InTime    int64    `json:"in_time"`
	Late      int64    `json:"late" doc:"Met after they were due"`
	Overdue   int64    `json:"overdue" doc:"Still open"`
	Cancelled int64    `json:"cancelled" doc:"They do not count as fallen due"`
	Rate      *float64 `json:"rate" doc:"In time ÷ fell due; null when nothing fell due"`
}

// TimelinessQuery asks for the timeliness of what fell due on the days of a period.
type TimelinessQuery struct {
	From clock.Date `query:"from" required:"true" doc:"The first day"`
	To   clock.Date `query:"to" required:"true" doc:"The last day"`
	By   string     `query:"by" enum:"kind,user,department" default:"kind"`
	Kind []string   `query:"kind"`
	User string     `query:"user"`
}

func (a *API) clockOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/clock-kinds", ID: "list-clock-kinds", Summary: "The kinds of clocks and what the company set for them",
		Does: "list", Object: "clock_kind", Scope: "everybody",
	}, a.clockKinds)
	a.raw(Op{
		Method: http.MethodPut, Path: "/clock-kinds/{kind}", ID: "set-clock-kind", Summary: "Change how long there is and who is told when; open clocks follow",
		Does: "update", Object: "clock_kind", Scope: "setting", Takes: obligation.ClockSettings{}, Gives: ClockKind{},
		Params: []*huma.Param{{Name: "kind", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
	}, a.setClockKind)
	handle(a, Op{
		Method: http.MethodGet, Path: "/timeliness", ID: "timeliness", Summary: "How what fell due in a period was met, as far as I reach",
		Does: "report", Object: "timeliness", Scope: "view",
	}, a.timeliness)
}

func (a *API) clockKinds(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body items[ClockKind] }, error) {
	out := &struct{ Body items[ClockKind] }{items[ClockKind]{Items: []ClockKind{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		kinds, about := a.Store.Registry().ClockKinds()
		for i, k := range kinds {
			out.Body.Items = append(out.Body.Items, clockKind(s, k, about[i], s.Store().Schema().Clocks(k.Name)))
		}
		return nil
	})
}

func clockKind(s *record.Session, k *obligation.Kind, about string, st *obligation.ClockSettings) ClockKind {
	out := ClockKind{
		Kind: k.Name, Label: k.Label.In(s.Actor.Lang), About: about, Fixed: k.Fixed, Movable: k.Postponable, Variants: []ClockVariant{}, Settings: whole(*st), Defaults: whole(k.Defaults),
	}
	for _, v := range k.Variants {
		out.Variants = append(out.Variants, ClockVariant{Name: v.Name, Label: v.Label.In(s.Actor.Lang)})
	}
	for _, name := range k.ByChoice {
		f := s.Def(about).Field(name)
		for _, c := range f.Choices {
			if !c.Disabled {
				out.Variants = append(out.Variants, ClockVariant{name + ":" + c.Value, f.Label.In(s.Actor.Lang) + " " + c.Label.In(s.Actor.Lang), true})
			}
		}
	}
	return out
}

// whole has lists where there are none, so that nobody meets a null.
func whole(st obligation.ClockSettings) obligation.ClockSettings {
	st.Before = append([]int{}, st.Before...)
	st.After = append([]obligation.Escalation{}, st.After...)
	return st
}

func (a *API) setClockKind(w http.ResponseWriter, rq *Request) error {
	var in obligation.ClockSettings
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	name := rq.HTTP.PathValue("kind")
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("setting", access.Edit) {
			return nil, errs.New(errs.Denied, "")
		}
		kinds, about := a.Store.Registry().ClockKinds()
		i := slices.IndexFunc(kinds, func(k *obligation.Kind) bool { return k.Name == name })
		if i < 0 {
			return nil, errs.New(errs.NotFound, "")
		}
		if err := record.SetClock(ctx, s, kinds[i], in); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, clockKind(s, kinds[i], about[i], &in))
	})
}

func (a *API) timeliness(ctx context.Context, rq *Request, in *TimelinessQuery) (*struct{ Body items[TimelinessRow] }, error) {
	out := &struct{ Body items[TimelinessRow] }{items[TimelinessRow]{Items: []TimelinessRow{}}}
	from, to, err := a.period(in.From, in.To)
	if err != nil {
		return nil, err
	}
	user, err := userOf(in.User)
	if err != nil {
		return nil, err
	}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		rows, err := s.TimelinessOf(ctx, in.By, from, to, record.DutyQuery{Kinds: in.Kind, User: user})
		if err != nil {
			return err
		}
		labels, err := timelinessLabels(ctx, s, in.By, rows)
		for i := range rows {
			t := &rows[i]
			row := TimelinessRow{
				Label: labels[t.Key], FellDue: t.FellDue, InTime: t.InTime, Late: t.Late, Overdue: t.Overdue, Cancelled: t.Cancelled, Rate: t.Rate(), Key: t.Key,
			}
			if x := numberedID(t.Key); in.By != "kind" && x != 0 {
				row.Key = x.String()
			}
			out.Body.Items = append(out.Body.Items, row)
		}
		rq.rows = len(rows)
		return err
	})
}

// longestPeriod bounds what one report looks through.
const longestPeriod = 3 * 366

// period gives the moments between which the days of a period lie.
func (a *API) period(from, to clock.Date) (start, end time.Time, err error) {
	for field, d := range map[string]clock.Date{"from": from, "to": to} {
		if _, err := clock.ParseDate(string(d)); err != nil {
			return start, end, errs.OfField(field, "field.date", "value", string(d))
		}
	}
	if to < from || from.AddDays(longestPeriod) < to {
		return start, end, errs.OfField("to", "clock.period")
	}
	zone := a.Store.Zone()
	return from.In(zone), to.AddDays(1).In(zone), nil
}

func numberedID(text string) id.ID {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return id.ID(n)
}

// timelinessLabels names what a report is by.
func timelinessLabels(ctx context.Context, s *record.Session, by string, rows []record.Timeliness) (map[string]string, error) {
	out := map[string]string{}
	if by == "kind" {
		for _, t := range rows {
			out[t.Key] = t.Key
			if k := s.Store().Registry().ClockKind(t.Key); k != nil {
				out[t.Key] = k.Label.In(s.Actor.Lang)
			}
		}
		return out, nil
	}
	set := map[id.ID]bool{}
	for _, t := range rows {
		set[numberedID(t.Key)] = true
	}
	titles, err := s.Titles(ctx, by, set)
	for x, title := range titles {
		out[strconv.FormatInt(int64(x), 10)] = title
	}
	return out, err
}
