package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// CalendarItem is something that stands in the calendar.
type CalendarItem struct {
	ID       id.ID          `json:"id"`
	Type     string         `json:"type" enum:"followup,birthday,clock"`
	Entity   string         `json:"entity"`
	Record   id.ID          `json:"record"`
	Customer *Named         `json:"customer" doc:"null when it is out of sight"`
	Lead     *Named         `json:"lead" doc:"Likewise, of what hangs on a lead"`
	Title    string         `json:"title"`
	Start    clock.Instant  `json:"start"`
	End      *clock.Instant `json:"end" doc:"null for a moment"`
	AllDay   bool           `json:"all_day"`
	State    string         `json:"state" doc:"Of a follow-up: planned or done; else open"`
	Owner    *Named         `json:"owner"`
	Color    string         `json:"color"`
	Movable  bool           `json:"movable"`
}

// CalendarDays is what stands in the calendar on the days of a period.
type CalendarDays struct {
	Items []CalendarItem           `json:"items" nullable:"false"`
	Days  map[clock.Date]DayOfYear `json:"days" nullable:"false" doc:"Days that are not as their weekdays, by the reader's working time"`
	Cut   bool                     `json:"cut" doc:"There is more than is given"`
}

// DayOfYear is a holiday, or a day on which one works for it.
type DayOfYear struct {
	Name string `json:"name"`
	Off  bool   `json:"off"`
}

// CalendarQuery asks for some days.
type CalendarQuery struct {
	From  clock.Date `query:"from" required:"true" doc:"The first day"`
	To    clock.Date `query:"to" required:"true" doc:"The last day; at most 62 days"`
	Scope string     `query:"scope" enum:"mine,team" default:"mine" doc:"Mine, or of others within my reach"`
	User  string     `query:"user" doc:"One of the team"`

	user id.ID
}

const (
	mostDays      = 62
	mostOfPeriod  = 2000
	usualMeeting  = 30 * time.Minute
	stateOpen     = "open"
	movableColour = "blue"
)

func (a *API) calendarOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/calendar", ID: "calendar", Summary: "Plans, follow-ups, birthdays and terms of some days",
		Does: "calendar", Object: "todo", Scope: "view",
	}, a.calendar)
}

func (a *API) calendar(ctx context.Context, rq *Request, in *CalendarQuery) (*struct{ Body CalendarDays }, error) {
	from, to, err := a.period(in.From, in.To)
	if err != nil {
		return nil, err
	}
	if in.From.AddDays(mostDays) <= in.To {
		return nil, errs.OfField("to", "clock.days", "max", mostDays)
	}
	if in.user, err = userOf(in.User); err != nil {
		return nil, err
	}
	out := &struct{ Body CalendarDays }{CalendarDays{Items: []CalendarItem{}, Days: map[clock.Date]DayOfYear{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		for _, part := range []func(context.Context, *record.Session, *CalendarQuery, time.Time, time.Time) ([]CalendarItem, error){followupItems, dutyItems} {
			items, err := part(ctx, s, in, from, to)
			if err != nil {
				return err
			}
			out.Body.Items = append(out.Body.Items, items...)
			out.Body.Cut = out.Body.Cut || len(items) >= mostOfPeriod
		}
		slices.SortStableFunc(out.Body.Items, func(a, b CalendarItem) int { return a.Start.Compare(b.Start.Time) })
		daysThatDiffer(a.Store.Calendar(s.Actor.Department), in, out.Body.Days)
		rq.rows = len(out.Body.Items)
		return nil
	})
}

func daysThatDiffer(cal *workcal.Calendar, in *CalendarQuery, into map[clock.Date]DayOfYear) {
	for d := in.From; d <= in.To; d = d.AddDays(1) {
		if day, special := cal.Day(d); special {
			into[d] = DayOfYear{day.Name, day.Off}
		}
	}
}

// whose gives the filter that follow-ups are those asked for. Mine are those in which I take part, too.
func whose(s *record.Session, in *CalendarQuery) record.Filter {
	me := *record.Where("owner_id", s.Actor.ID)
	switch {
	case in.user != 0:
		return *record.Where("owner_id", in.user)
	case in.Scope == "team":
		return record.Filter{Not: &me}
	}
	return record.Filter{Or: []record.Filter{me, crm.FilterOf("participant_ids", entity.In, []string{s.Actor.ID.String()})}}
}

// followupItems gives what is planned on the days, and what was done on them.
func followupItems(ctx context.Context, s *record.Session, in *CalendarQuery, _, _ time.Time) ([]CalendarItem, error) {
	if !s.MayAsk("followup", "state", "planned_at", "happened_at", "owner_id", "participant_ids", "created_at") {
		return nil, nil // who may not know when something is, sees none of it here
	}
	days := []clock.Date{in.From, in.To}
	planned := record.Filter{And: []record.Filter{
		crm.FilterOf("state", entity.Is, crm.FollowupPlanned), crm.FilterOf("planned_at", entity.Between, days),
	}}
	done := record.Filter{And: []record.Filter{crm.FilterOf("state", entity.Is, crm.FollowupDone), crm.FilterOf("happened_at", entity.Between, days)}}
	filter := &record.Filter{And: []record.Filter{whose(s, in), {Or: []record.Filter{planned, done}}}}
	var rows []*record.Row
	q := record.Query{Filter: filter, Sort: "-created_at", Limit: record.MaxLimit}
	for {
		page, err := s.List(ctx, "followup", q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" || len(rows) >= mostOfPeriod {
			break
		}
	}
	view, err := s.View(ctx, "followup", rows, nil)
	if err != nil {
		return nil, err
	}
	out := make([]CalendarItem, len(rows))
	for i, row := range rows {
		out[i] = followupItem(s, view, row)
	}
	return out, nil
}

func followupItem(s *record.Session, view *record.View, row *record.Row) CalendarItem {
	state, _ := valueIn(view, row, "state").(string)
	at := "planned_at"
	if state == crm.FollowupDone {
		at = "happened_at"
	}
	ms, _ := row.Value(at).(int64)
	item := CalendarItem{
		ID: row.ID(), Type: "followup", Entity: "followup", Record: row.ID(), State: state, Start: clock.At(time.UnixMilli(ms)), Color: "gray",
		Customer: named(view, row, "customer_id"), Lead: named(view, row, "lead_id"), Owner: named(view, row, "owner_id"),
	}
	length := usualMeeting
	if minutes, ok := valueIn(view, row, "minutes").(int64); ok && minutes > 0 {
		length = time.Duration(minutes) * time.Minute
	}
	end := clock.At(item.Start.Add(length))
	item.End = &end
	for _, part := range []string{textIn(view, row, "way"), cmp.Or(textIn(view, row, "customer_id"), textIn(view, row, "lead_id"))} {
		if part != "" && item.Title != "" {
			item.Title += " · "
		}
		item.Title += part
	}
	if state == crm.FollowupPlanned {
		owner, _ := row.Value("owner_id").(int64)
		department, _ := row.Value("department_id").(int64)
		item.Color = movableColour
		item.Movable = s.Actor.Reach("followup", access.Edit).Includes(id.ID(owner), id.ID(department))
		if item.Start.Before(s.Tx.Now) {
			item.Color = "red"
		}
	}
	return item
}

// named gives who or what a field names, as far as the reader may see it; nil for nothing.
func named(view *record.View, row *record.Row, field string) *Named {
	x, _ := row.Value(field).(int64)
	name := textIn(view, row, field)
	if x == 0 || name == "" {
		return nil
	}
	return &Named{id.ID(x), name}
}

// dutyItems gives birthdays and what else is due on the days but plans, which stand there as follow-ups, and the cadence,
// which would fill every day.
func dutyItems(ctx context.Context, s *record.Session, in *CalendarQuery, from, to time.Time) ([]CalendarItem, error) {
	kinds, _ := s.Store().Registry().ClockKinds()
	q := record.DutyQuery{
		Team: in.Scope == "team" || in.user != 0 && in.user != s.Actor.ID, User: in.user, Until: to.Add(time.Millisecond), Limit: mostOfPeriod,
		After: record.DutyPlace{Due: from, ID: 1},
	}
	for _, k := range kinds {
		if k.Name != "followup.due" && k.Name != "customer.cadence" {
			q.Kinds = append(q.Kinds, k.Name)
		}
	}
	duties, err := s.Duties(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]CalendarItem, 0, len(duties))
	for i := range duties {
		out = append(out, dutyItem(s, &duties[i]))
	}
	return out, nameItems(ctx, s, out)
}

func dutyItem(s *record.Session, d *record.Duty) CalendarItem {
	item := CalendarItem{
		ID: d.Clock.ID, Type: "clock", Entity: d.Entity, Record: d.Record, Title: d.Kind.Label.In(s.Actor.Lang), Start: clock.At(d.Due),
		State: stateOpen, Color: "orange", Owner: &Named{ID: d.Owner},
	}
	if d.Kind.Name == "birthday.care" { // its clock runs until the day is over
		item.Type, item.AllDay, item.Color, item.Start = "birthday", true, "violet", clock.At(d.Due.AddDate(0, 0, -1))
	}
	if c := hostOf(d, "customer"); c != nil {
		item.Customer = &Named{ID: c.ID()}
	}
	if l := hostOf(d, "lead"); l != nil {
		item.Lead = &Named{ID: l.ID()}
	}
	return item
}

// nameItems fills in what the items are about: the record, and whose it is.
func nameItems(ctx context.Context, s *record.Session, items []CalendarItem) error {
	wanted := map[string]map[id.ID]bool{"user": {}, "customer": {}, "lead": {}}
	for i := range items {
		item := &items[i]
		if wanted[item.Entity] == nil {
			wanted[item.Entity] = map[id.ID]bool{}
		}
		wanted[item.Entity][item.Record] = true
		wanted["user"][item.Owner.ID] = true
		if item.Customer != nil {
			wanted["customer"][item.Customer.ID] = true
		}
		if item.Lead != nil {
			wanted["lead"][item.Lead.ID] = true
		}
	}
	names := map[string]map[id.ID]string{}
	for name, set := range wanted {
		found, err := s.Titles(ctx, name, set)
		if err != nil {
			return err
		}
		names[name] = found
	}
	for i := range items {
		item := &items[i]
		item.Title = names[item.Entity][item.Record] + " · " + item.Title
		item.Owner.Name = names["user"][item.Owner.ID]
		if item.Customer != nil {
			item.Customer.Name = names["customer"][item.Customer.ID]
		}
		if item.Lead != nil {
			item.Lead.Name = names["lead"][item.Lead.ID]
		}
	}
	return nil
}
