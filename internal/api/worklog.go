package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// WorkDay is what somebody recorded on a day, with what was said of it.
type WorkDay struct {
	Day          clock.Date        `json:"day"`
	User         Named             `json:"user"`
	Followups    []json.RawMessage `json:"followups" nullable:"false" doc:"Done that day"`
	Plans        []json.RawMessage `json:"plans" nullable:"false" doc:"For the next working day"`
	Customers    []json.RawMessage `json:"customers" nullable:"false" doc:"New that day"`
	StageChanges []json.RawMessage `json:"stage_changes" nullable:"false"`
	Log          json.RawMessage   `json:"log" doc:"The record of what was said of the day; null for none"`
}

// WorkDayQuery asks for a day of somebody.
type WorkDayQuery struct {
	Day  clock.Date `query:"day" doc:"Today when missing"`
	User string     `query:"user" doc:"Me when missing"`
}

// Postponing says how somebody keeps to plans and writes down what was done.
type Postponing struct {
	User      Named `json:"user"`
	Plans     int64 `json:"plans" doc:"Planned for the period"`
	Postponed int64 `json:"postponed" doc:"Of those, moved to later at least once"`
	Again     int64 `json:"again" doc:"Moved three times or more"`
	Records   int64 `json:"records" doc:"Done in the period"`
	Late      int64 `json:"late" doc:"Of those, written down late"`
}

// PostponingQuery asks for the days of a period.
type PostponingQuery struct {
	From clock.Date `query:"from" required:"true" doc:"The first day"`
	To   clock.Date `query:"to" required:"true" doc:"The last day"`
}

func (a *API) workLogOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/work-days", ID: "work-day", Summary: "What somebody recorded on a day, as far as I may see it",
		Does: "work_day", Object: "todo", Scope: "view",
	}, a.workDay)
	handle(a, Op{
		Method: http.MethodGet, Path: "/timeliness/postponed", ID: "postponed", Summary: "Who postpones plans and records late, as far as I reach",
		Does: "postponed", Object: "timeliness", Scope: "view",
	}, a.postponed)
}

func (a *API) workDay(ctx context.Context, rq *Request, in *WorkDayQuery) (*struct{ Body WorkDay }, error) {
	out := &struct{ Body WorkDay }{}
	user, err := userOf(in.User)
	if err != nil {
		return nil, err
	}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		day := in.Day
		if day == "" {
			day = s.Today()
		}
		if _, err := clock.ParseDate(string(day)); err != nil {
			return errs.OfField("day", "field.date", "value", string(day))
		}
		if user == 0 {
			user = s.Actor.ID
		}
		d, err := crm.DayOf(ctx, s, user, day)
		if err != nil {
			return err
		}
		out.Body = WorkDay{Day: day, User: Named{ID: user}}
		names, err := s.Titles(ctx, "user", map[id.ID]bool{user: true})
		if err != nil {
			return err
		}
		out.Body.User.Name = names[user]
		return out.Body.fill(ctx, s, &d)
	})
}

func (w *WorkDay) fill(ctx context.Context, s *record.Session, d *crm.Day) error {
	var logs []json.RawMessage
	of := []*record.Row{}
	if d.Log != nil {
		of = append(of, d.Log)
	}
	for _, part := range []struct {
		entity string
		rows   []*record.Row
		into   *[]json.RawMessage
	}{
		{"followup", d.Followups, &w.Followups},
		{"followup", d.Plans, &w.Plans},
		{"customer", d.Customers, &w.Customers},
		{"stage_change", d.StageChanges, &w.StageChanges},
		{"work_log", of, &logs},
	} {
		view, err := s.View(ctx, part.entity, part.rows, nil)
		if err != nil {
			return err
		}
		*part.into = []json.RawMessage{}
		for _, row := range part.rows {
			*part.into = append(*part.into, view.AppendJSON(nil, row))
		}
	}
	w.Log = json.RawMessage("null")
	if len(logs) > 0 {
		w.Log = logs[0]
	}
	return nil
}

func (a *API) postponed(ctx context.Context, rq *Request, in *PostponingQuery) (*struct{ Body items[Postponing] }, error) {
	if _, _, err := a.period(in.From, in.To); err != nil {
		return nil, err
	}
	out := &struct{ Body items[Postponing] }{items[Postponing]{Items: []Postponing{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		rows := map[string]*Postponing{}
		if !s.MayAsk("followup", "owner_id", "state", "planned_at", "happened_at", "postponed", "late") {
			return nil
		}
		for _, part := range postponedParts(in) {
			counts, err := s.TallyOwners(ctx, "followup", record.Query{Filter: &record.Filter{And: part.filter}})
			if err != nil {
				return err
			}
			for user, n := range counts {
				if rows[user] == nil {
					rows[user] = &Postponing{}
				}
				*part.into(rows[user]) = n
			}
		}
		set := map[id.ID]bool{}
		for user, row := range rows {
			x, err := id.Parse(user)
			if err != nil {
				return err
			}
			row.User.ID, set[x] = x, true
		}
		names, err := s.Titles(ctx, "user", set)
		for _, row := range rows {
			row.User.Name = names[row.User.ID]
			out.Body.Items = append(out.Body.Items, *row)
		}
		sortPostponing(out.Body.Items)
		rq.rows = len(out.Body.Items)
		return err
	})
}

type postponedPart struct {
	filter []record.Filter
	into   func(*Postponing) *int64
}

func postponedParts(in *PostponingQuery) []postponedPart {
	days := []clock.Date{in.From, in.To}
	planned := crm.FilterOf("planned_at", entity.Between, days)
	done := []record.Filter{crm.FilterOf("state", entity.Is, crm.FollowupDone), crm.FilterOf("happened_at", entity.Between, days)}
	return []postponedPart{
		{[]record.Filter{planned}, func(p *Postponing) *int64 { return &p.Plans }},
		{[]record.Filter{planned, crm.FilterOf("postponed", entity.GTE, 1)}, func(p *Postponing) *int64 { return &p.Postponed }},
		{[]record.Filter{planned, crm.FilterOf("postponed", entity.GTE, 3)}, func(p *Postponing) *int64 { return &p.Again }},
		{done, func(p *Postponing) *int64 { return &p.Records }},
		{append(done[:2:2], crm.FilterOf("late", entity.Is, true)), func(p *Postponing) *int64 { return &p.Late }},
	}
}

// sortPostponing puts those first who postpone again and again.
func sortPostponing(rows []Postponing) {
	slices.SortFunc(rows, func(a, b Postponing) int {
		return cmp.Or(cmp.Compare(b.Again, a.Again), cmp.Compare(b.Postponed, a.Postponed), cmp.Compare(b.Late, a.Late), cmp.Compare(a.User.ID, b.User.ID))
	})
}
