package crm

import (
	"context"
	"slices"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// urgentTags hurry a customer's cadence, with a reminder.
var urgentTags = []string{"high_intent", "urgent"}

func days(n int) obligation.Span { return obligation.Span{N: n, Unit: obligation.Day} }

// A customer hears from us again in time (followups-and-clocks.md, “Cadence”): after the last touch or change of stage, by
// the customer's own number of days, else by tag, grade or stage, whichever is set first. A plan that was made for later counts instead.
func cadenceClock() record.Clock[Customer] {
	return record.Clock[Customer]{Kind: cadenceKind, Due: cadence, End: cadenceEnd, Refresh: showNext}
}

var cadenceKind = &obligation.Kind{
	Name: "customer.cadence", Label: i18n.T("按周期跟进", "Follow-up by cadence"), Behind: "followup.due", ByChoice: []string{"tags", "grade"},
	Variants: []obligation.Variant{
		{Name: StageProspect, Label: i18n.T("潜在", "Prospect")},
		{Name: StageInterested, Label: i18n.T("意向", "Interested")},
		{Name: StageNegotiating, Label: i18n.T("谈判中", "Negotiating")},
		{Name: StageWon, Label: i18n.T("成交（回访）", "Won (return visit)")},
		{Name: StageLost, Label: i18n.T("流失（激活）", "Lost (activation)")},
	},
	Defaults: obligation.ClockSettings{
		Active: true,
		Lasts: map[string]obligation.Span{
			"": days(7), StageProspect: days(7), StageInterested: days(3), StageNegotiating: days(1),
			StageWon: {N: 1, Unit: obligation.Month}, StageLost: days(90), "tags:high_intent": days(1), "tags:urgent": days(1),
		},
		After: []obligation.Escalation{{Minutes: 3 * 24 * 60, Level: 1}},
	},
}

// cadence gives the clock of a customer. Nobody's customers have none.
func cadence(c *Customer) *obligation.Due {
	if c.OwnerID == 0 {
		return nil
	}
	due := &obligation.Due{Start: cadenceStart(c), NotBefore: c.NextPlanned.Time}
	if c.Stage != StageWon && c.Stage != StageLost { // whom there is still something to win of
		for _, tag := range c.Tags {
			due.Variants = append(due.Variants, "tags:"+tag)
			if slices.Contains(urgentTags, tag) {
				due.Before = []int{60}
			}
		}
		due.Variants = append(due.Variants, "grade:"+c.Grade)
	}
	due.Variants = append(due.Variants, c.Stage)
	if c.CadenceDays != nil {
		own := days(int(*c.CadenceDays))
		due.Lasts = &own
	}
	return due
}

// cadenceStart is the last touch or change of stage; what comes from a workbook begins when it came.
func cadenceStart(c *Customer) time.Time {
	start := c.CreatedAt.Time
	for _, t := range []clock.Instant{c.LastFollowup, c.StageSince} {
		if t.After(start) {
			start = t.Time
		}
	}
	return start
}

func cadenceEnd(old, next *Customer) obligation.End {
	switch {
	case next.LastFollowup.After(old.LastFollowup.Time):
		return obligation.End{Met: next.LastFollowup.Time}
	case next.Stage != old.Stage:
		return obligation.End{Cause: "stage"}
	}
	return obligation.End{Cause: "owner"}
}

// showNext keeps when a customer is to be followed up next: by the open plan, else by the cadence.
func showNext(s *record.Session, c *Customer) {
	c.NextFollowup = c.NextPlanned
	if c.NextFollowup.IsZero() {
		c.NextFollowup = clock.At(s.DueAt(cadenceKind, cadence(c), c.DepartmentID))
	}
}

// planWithinCadence wants a reason for a plan by hand that is later than the cadence of the customer allows.
func planWithinCadence(ctx context.Context, s *record.Session, old, next *Followup) error {
	field, at, from := "planned_at", next.PlannedAt, time.Time{}
	if next.State == FollowupDone {
		field, at, from = "next_at", next.NextAt, next.HappenedAt.Time
	}
	moved := old == nil || field == "planned_at" && old.PlannedAt != at || field == "next_at" && (old.State != FollowupDone || old.NextAt != at)
	if !byHand(s) || at.IsZero() || !moved || next.CustomerID == 0 || next.LaterReason != "" || next.State == FollowupCancelled {
		return nil
	}
	if old != nil && next.State == FollowupPlanned {
		return nil // moving one has a reason of its own
	}
	c, err := record.Get[Customer](ctx, s.As(s.Actor.Elevated(), s.Origin), next.CustomerID)
	if err != nil {
		return err
	}
	latest := *c
	latest.NextPlanned = clock.Instant{}
	if from.After(latest.LastFollowup.Time) {
		latest.LastFollowup = clock.At(from)
	}
	if next.Stage != "" && next.Stage != latest.Stage {
		latest.Stage, latest.StageSince = next.Stage, clock.At(s.Tx.Now)
	}
	due := s.DueAt(cadenceKind, cadence(&latest), latest.DepartmentID)
	if due.IsZero() || !at.After(endOfDay(due, s)) {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Fields: []errs.Field{{
		Name: "later_reason", Key: "followup.later_reason", Params: map[string]any{"until": due.In(s.Store().Zone()).Format("2006-01-02")},
	}}}
}

// endOfDay gives the end of the day in which t lies in the company's time zone: nobody counts a cadence in hours.
func endOfDay(t time.Time, s *record.Session) time.Time {
	return clock.DateOf(t.In(s.Store().Zone())).AddDays(1).In(s.Store().Zone())
}

// longestCadence bounds a customer's own cadence: ten years of days.
const longestCadence = 3650

func cadenceInDays(_ context.Context, _ *record.Session, old, next *Customer) error {
	if next.CadenceDays != nil && (*next.CadenceDays < 1 || *next.CadenceDays > longestCadence) && (old == nil || old.CadenceDays != next.CadenceDays) {
		return errs.OfField("cadence_days", "field.between", "min", 1, "max", longestCadence)
	}
	return nil
}
