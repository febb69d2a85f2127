package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
)

// Todo is something that somebody must do by a time.
type Todo struct {
	ID        id.ID         `json:"id"`
	Kind      string        `json:"kind"`
	KindLabel string        `json:"kind_label"`
	Entity    string        `json:"entity"`
	Record    id.ID         `json:"record"`
	Path      string        `json:"path" doc:"Of the record's entity, as in addresses"`
	Version   int64         `json:"version" doc:"Of the record"`
	Title     string        `json:"title" doc:"What it is about: the customer"`
	Subtitle  string        `json:"subtitle" doc:"What was planned, or whose birthday it is"`
	Customer  *Named        `json:"customer" doc:"null when it hangs on none, or on one that is out of sight"`
	Lead      *Named        `json:"lead" doc:"null when it hangs on none, or on one that is out of sight"`
	Stage     string        `json:"stage"`
	Phone     string        `json:"phone" doc:"As far as the reader may see it: masked, or empty"`
	Masked    bool          `json:"phone_masked"`
	Owner     Named         `json:"owner"`
	StartedAt clock.Instant `json:"started_at"`
	DueAt     clock.Instant `json:"due_at"`
	Overdue   bool          `json:"overdue"`
	Group     string        `json:"group" enum:"overdue,today,tomorrow,week,later"`
	Actions   []string      `json:"actions" nullable:"false" doc:"What the reader may do: complete, postpone, cancel, record, plan, review, supplement, done, snooze, nudge, assign"`
	Followup  *TodoPlan     `json:"followup" doc:"Of a planned follow-up"`
}

// TodoPlan is what a to-do says of a planned follow-up.
type TodoPlan struct {
	Way       string `json:"way"`
	WayLabel  string `json:"way_label"`
	Purpose   string `json:"purpose"`
	Place     string `json:"place"`
	Minutes   int64  `json:"minutes"`
	Postponed int64  `json:"postponed"`
}

// TodoCounts says how much there is.
type TodoCounts struct {
	Overdue  int64 `json:"overdue"`
	Today    int64 `json:"today" doc:"Of what is left of today"`
	Tomorrow int64 `json:"tomorrow"`
	Week     int64 `json:"week" doc:"Of the rest of the week"`
	Later    int64 `json:"later"`
}

// TodoPage is a part of what is to be done, by the time it is due.
type TodoPage struct {
	Items  []Todo        `json:"items" nullable:"false"`
	Next   string        `json:"next"`
	Counts TodoCounts    `json:"counts"`
	Now    clock.Instant `json:"now" doc:"The server's time, from which time left is counted"`
}

func (a *API) todoOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/todo", ID: "list-todo", Summary: "What I, or those within my reach, must do, by the time it is due",
		Does: "list", Object: "todo", Scope: "view",
	}, a.todo)
	a.raw(Op{
		Method: http.MethodPost, Path: "/todo/{id}/done", ID: "tick-todo", Summary: "Tick off what takes no more than a tick",
		Does: "tick", Object: "todo", Scope: "edit", Status: http.StatusNoContent, Params: idParam(),
	}, a.tick)
	a.raw(Op{
		Method: http.MethodPost, Path: "/todo/{id}/snooze", ID: "snooze-todo", Summary: "Be reminded later",
		Does: "snooze", Object: "todo", Scope: "self", Takes: Snooze{}, Status: http.StatusNoContent, Params: idParam(),
	}, a.snooze)
	a.raw(Op{
		Method: http.MethodPost, Path: "/todo/{id}/nudge", ID: "nudge-todo", Summary: "Remind whoever must do it",
		Does: "nudge", Object: "todo", Scope: "view", Takes: Nudge{}, Status: http.StatusNoContent, Params: idParam(),
	}, a.nudge)
}

// Snooze says for how long.
type Snooze struct {
	Minutes int `json:"minutes" minimum:"1" maximum:"43200"`
}

// Nudge says what to say.
type Nudge struct {
	Text string `json:"text" maxLength:"200"`
}

// TodoQuery chooses among what is to be done.
type TodoQuery struct {
	Scope  string    `query:"scope" enum:"mine,team" default:"mine" doc:"Mine, or of others within my reach"`
	User   string    `query:"user" doc:"One of the team"`
	Kind   []string  `query:"kind" doc:"Kinds of clocks"`
	Until  time.Time `query:"until" doc:"Due before"`
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string    `query:"cursor"`
}

func (a *API) todo(ctx context.Context, rq *Request, in *TodoQuery) (*struct{ Body TodoPage }, error) {
	after, err := parseDutyPlace(in.Cursor)
	if err != nil {
		return nil, err
	}
	user, err := userOf(in.User)
	if err != nil {
		return nil, err
	}
	query := record.DutyQuery{Team: in.Scope == "team", User: user, Kinds: in.Kind, Until: in.Until, After: after, Limit: in.Limit}
	out := &struct{ Body TodoPage }{}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		var err error
		out.Body, err = todoOf(ctx, s, query)
		rq.rows = len(out.Body.Items)
		return err
	})
}

// userOf reads the id of a user in a query; zero for none.
func userOf(text string) (id.ID, error) {
	x, err := id.Parse(text)
	if err != nil {
		return 0, errs.OfField("user", "field.no_such_user")
	}
	return x, nil
}

func todoOf(ctx context.Context, s *record.Session, q record.DutyQuery) (TodoPage, error) {
	page := TodoPage{Items: []Todo{}, Now: clock.At(s.Tx.Now)}
	limit := q.Limit
	q.Limit++
	duties, err := s.Duties(ctx, q)
	if err != nil {
		return page, err
	}
	if len(duties) > limit {
		duties = duties[:limit]
		last := duties[limit-1]
		page.Next = strconv.FormatInt(last.Due.UnixMilli(), 10) + "-" + last.Clock.ID.String()
	}
	days := todoDays(s)
	counts, err := s.CountDuties(ctx, q, days...)
	if err != nil {
		return page, err
	}
	page.Counts = TodoCounts{counts[0], counts[1], counts[2], counts[3], counts[4]}
	page.Items, err = todos(ctx, s, duties, days)
	return page, err
}

// todoDays gives the bounds of the groups: now, and the ends of today, tomorrow and the week, which ends with Sunday.
func todoDays(s *record.Session) []time.Time {
	zone, today := s.Store().Zone(), s.Today()
	tomorrow, after := today.AddDays(1), today.AddDays(2)
	week := today.AddDays(8 - (int(today.In(zone).Weekday())+6)%7 - 1)
	return []time.Time{s.Tx.Now, tomorrow.In(zone), after.In(zone), slices.MaxFunc([]time.Time{week.In(zone), after.In(zone)}, time.Time.Compare)}
}

var todoGroups = []string{"overdue", "today", "tomorrow", "week", "later"}

func todos(ctx context.Context, s *record.Session, duties []record.Duty, days []time.Time) ([]Todo, error) {
	var customers, leads, contacts, plans []*record.Row
	owners := map[id.ID]bool{}
	for i := range duties {
		d := &duties[i]
		if c := hostOf(d, "customer"); c != nil {
			customers = append(customers, c)
		}
		if l := hostOf(d, "lead"); l != nil {
			leads = append(leads, l)
		}
		switch d.Entity {
		case "followup":
			plans = append(plans, d.Row)
		case "contact":
			contacts = append(contacts, d.Row)
		}
		owners[d.Owner] = true
	}
	customerView, err := s.View(ctx, "customer", customers, []string{"name", "main_phone", "stage"})
	if err != nil {
		return nil, err
	}
	leadView, err := s.View(ctx, "lead", leads, []string{"company", "phone", "state"})
	if err != nil {
		return nil, err
	}
	contactView, err := s.View(ctx, "contact", contacts, []string{"name"})
	if err != nil {
		return nil, err
	}
	planView, err := s.View(ctx, "followup", plans, []string{"way", "purpose", "place", "minutes", "postponed"})
	if err != nil {
		return nil, err
	}
	names, err := s.Titles(ctx, "user", owners)
	if err != nil {
		return nil, err
	}
	out := make([]Todo, len(duties))
	for i := range duties {
		out[i] = todoItem(s, &duties[i], days, todoViews{customerView, leadView, contactView, planView})
		out[i].Owner.Name = names[duties[i].Owner]
	}
	return out, nil
}

// todoViews show what to-dos are about.
type todoViews struct{ customers, leads, contacts, plans *record.View }

// hostOf gives the customer, or the lead, that a duty is about; nil for none in sight.
func hostOf(d *record.Duty, name string) *record.Row {
	for _, row := range []*record.Row{d.Row, d.Parent} {
		if row != nil && row.Entity() == name {
			return row
		}
	}
	return nil
}

func todoItem(s *record.Session, d *record.Duty, days []time.Time, views todoViews) Todo {
	def := s.Def(d.Entity)
	t := Todo{
		ID: d.Clock.ID, Kind: d.Kind.Name, KindLabel: d.Kind.Label.In(s.Actor.Lang), Entity: d.Entity, Record: d.Record, Path: def.Path,
		Version: d.Row.Version(), Title: def.Label.In(s.Actor.Lang), Owner: Named{ID: d.Owner}, StartedAt: clock.At(d.Started), DueAt: clock.At(d.Due),
		Overdue: d.Due.Before(s.Tx.Now), Actions: actionsOf(s, d),
	}
	t.Group = todoGroups[len(days)]
	for i, end := range days {
		if d.Due.Before(end) {
			t.Group = todoGroups[i]
			break
		}
	}
	if c := hostOf(d, "customer"); c != nil {
		t.Customer = t.host(s, views.customers, c, "name", "main_phone")
		t.Stage, _ = valueIn(views.customers, c, "stage").(string)
	} else if l := hostOf(d, "lead"); l != nil {
		t.Lead = t.host(s, views.leads, l, "company", "phone")
		t.Stage, _ = valueIn(views.leads, l, "state").(string)
	}
	if d.Entity == "contact" {
		t.Subtitle = textIn(views.contacts, d.Row, "name")
	}
	if d.Entity == "followup" {
		t.plan(views.plans, d.Row)
	}
	return t
}

// host shows the customer or lead that a to-do is about, with the number to call.
func (t *Todo) host(s *record.Session, v *record.View, row *record.Row, title, phone string) *Named {
	t.Title, t.Phone = textIn(v, row, title), textIn(v, row, phone)
	t.Masked = v.Access(row, s.Def(row.Entity()).Field(phone)) == access.FieldMasked
	return &Named{ID: row.ID(), Name: t.Title}
}

// plan shows the planned follow-up of a to-do.
func (t *Todo) plan(v *record.View, row *record.Row) {
	p := TodoPlan{WayLabel: textIn(v, row, "way"), Purpose: textIn(v, row, "purpose"), Place: textIn(v, row, "place")}
	p.Way, _ = valueIn(v, row, "way").(string)
	p.Minutes, _ = valueIn(v, row, "minutes").(int64)
	p.Postponed, _ = valueIn(v, row, "postponed").(int64)
	t.Followup, t.Subtitle = &p, p.Purpose
}

// fieldIn gives a field that a view shows; nil when it is hidden.
func fieldIn(v *record.View, name string) *entity.Field {
	fields := v.Fields()
	i := slices.IndexFunc(fields, func(f *entity.Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return fields[i]
}

// valueIn gives the value of a field as the reader may see it; nil when it is hidden.
func valueIn(v *record.View, row *record.Row, field string) any {
	if f := fieldIn(v, field); f != nil {
		return v.Value(row, f)
	}
	return nil
}

// textIn is valueIn in words.
func textIn(v *record.View, row *record.Row, field string) string {
	if f := fieldIn(v, field); f != nil {
		return v.Text(row, f)
	}
	return ""
}

// actionsOf says what the reader may do about a duty.
func actionsOf(s *record.Session, d *record.Duty) []string {
	out := []string{}
	mine := d.Owner == s.Actor.ID
	edits := s.Actor.Reach(s.Def(d.Entity).ModuleName(), access.Edit).Includes(d.Owner, d.Department)
	if edits && d.Entity == "followup" {
		out = append(out, "complete", "postpone", "cancel")
	}
	if (d.Entity == "customer" || d.Kind.Name == "lead.first_contact") && s.Actor.May("followup", access.Create) {
		out = append(out, "record")
	}
	switch {
	case d.Kind.Name == "lead.review" && s.Actor.May("lead", access.Approve):
		out = append(out, "review")
	case d.Kind.Name == "lead.supplement" && edits:
		out = append(out, "supplement")
	case d.Kind.Name == "lead.plan" && s.Actor.May("followup", access.Create):
		out = append(out, "plan")
	}
	if edits && s.Store().Registry().Tickable(d.Kind.Name) {
		out = append(out, "done")
	}
	if mine {
		return append(out, "snooze")
	}
	if d.Owner != 0 {
		out = append(out, "nudge")
	}
	if s.Actor.Reach(s.Def(d.Entity).ModuleName(), access.Assign).Includes(d.Owner, d.Department) {
		out = append(out, "assign")
	}
	return out
}

func parseDutyPlace(text string) (p record.DutyPlace, err error) {
	if text == "" {
		return p, nil
	}
	due, x, _ := strings.Cut(text, "-")
	ms, bad := strconv.ParseInt(due, 10, 64)
	if p.ID, err = id.Parse(x); bad != nil || err != nil {
		return p, errs.New(errs.Invalid, "list.cursor")
	}
	p.Due = time.UnixMilli(ms).UTC()
	return p, nil
}

func (a *API) tick(w http.ResponseWriter, rq *Request) error {
	return a.onDuty(w, rq, func(ctx context.Context, s *record.Session, d *record.Duty) error { return s.Tick(ctx, d) })
}

func (a *API) snooze(w http.ResponseWriter, rq *Request) error {
	var in Snooze
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	if in.Minutes < 1 || in.Minutes > 30*24*60 {
		return errs.OfField("minutes", "clock.snooze")
	}
	return a.onDuty(w, rq, func(ctx context.Context, s *record.Session, d *record.Duty) error {
		return s.Snooze(ctx, d, s.Tx.Now.Add(time.Duration(in.Minutes)*time.Minute))
	})
}

func (a *API) nudge(w http.ResponseWriter, rq *Request) error {
	var in Nudge
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	if utf8.RuneCountInString(in.Text) > 200 {
		return errs.OfField("text", "field.too_long", "max", 200)
	}
	return a.onDuty(w, rq, func(ctx context.Context, s *record.Session, d *record.Duty) error {
		if d.Owner == 0 || d.Owner == s.Actor.ID {
			return errs.New(errs.Denied, "")
		}
		return notify.Tell(ctx, s.Tx, notify.Note{
			To: d.Owner, Kind: KindNudge, Key: s.Tx.NewID().String(), Text: "clock.nudge", By: s.Actor.ID,
			Params: map[string]any{"text": in.Text}, Entity: d.Entity, Record: d.Record,
		})
	})
}

// KindNudge is the kind of notes by which people remind each other.
const KindNudge = "nudge"

// onDuty runs fn on the duty that the address names.
func (a *API) onDuty(w http.ResponseWriter, rq *Request, fn func(ctx context.Context, s *record.Session, d *record.Duty) error) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		d, err := s.Duty(ctx, x)
		if err != nil {
			return nil, err
		}
		return noContent(), fn(ctx, s, d)
	})
}
