package crm

import (
	"context"
	"encoding/json"
	"slices"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/record"
)

// planNext makes the plan that a record names as the next one, and lets go of those it takes the place of: with a next
// time told, all open plans of the same owner with the customer or lead; without, those that were due by the day it happened.
func planNext(ctx context.Context, s *record.Session, old, next *Followup) error {
	if next.State != FollowupDone || !next.ArchivedAt.IsZero() {
		return nil
	}
	done := old == nil || old.State != FollowupDone
	replan := !next.NextAt.IsZero() && (done || old.NextAt != next.NextAt)
	if !done && !replan {
		return nil
	}
	if record.Made[Customer](s, next.CustomerID) != nil && !replan {
		return nil
	}
	last, err := followupAt(ctx, s, next.subject(), FollowupDone, "-happened_at")
	if err != nil || last.ID != next.ID {
		return err // what an older one planned is over
	}
	if err := letGo(ctx, s, next, replan); err != nil || !replan {
		return err
	}
	plan := &Followup{
		Owned: record.Owned{OwnerID: next.OwnerID}, CustomerID: next.CustomerID, LeadID: next.LeadID, ContactID: next.ContactID, State: FollowupPlanned,
		Way: next.Way, PlannedAt: next.NextAt, Purpose: next.NextAction, LaterReason: next.LaterReason,
	}
	return record.Create(ctx, byRule(s), plan)
}

// letGo cancels the open plans that a record takes the place of.
func letGo(ctx context.Context, s *record.Session, done *Followup, all bool) error {
	plans, err := openPlans(ctx, s, done.subject())
	if err != nil {
		return err
	}
	until := endOfDay(done.HappenedAt.Time, s)
	replaced := slices.DeleteFunc(plans, func(plan *Followup) bool {
		return plan.ID == done.ID || plan.OwnerID != done.OwnerID || !all && !plan.PlannedAt.Before(until)
	})
	return cancelPlans(ctx, byRule(s), replaced, s.Say("followup.replaced"))
}

// openPlans gives the open plans with a customer or a lead, the earliest first.
func openPlans(ctx context.Context, s *record.Session, of subject) ([]*Followup, error) {
	return record.Find[Followup](ctx, byRule(s), record.Query{
		Filter: &record.Filter{And: []record.Filter{*record.Where(of.field, of.id), inState(FollowupPlanned)}},
		Sort:   "planned_at", Limit: 200,
	})
}

// byRule is the session of what follows from what the actor did. It stays in the same door and operation, so that both
// are taken back together.
func byRule(s *record.Session) *record.Session {
	origin := s.Origin
	if origin == audit.Screen { // what the program does is not asked for reasons
		origin = audit.Rule
	}
	return s.As(s.Actor.Elevated(), origin)
}

// keepPlan makes the plan that setting a customer's next follow-up means: it moves the earliest open one, or makes one for
// the owner. Clearing it cancels the open ones.
func keepPlan(ctx context.Context, s *record.Session, old, next *Customer) error {
	var was clock.Instant
	if old != nil {
		was = old.NextPlanned
	}
	if was == next.NextPlanned || !next.ArchivedAt.IsZero() {
		return nil
	}
	var plans []*Followup
	if old != nil {
		var err error
		if plans, err = openPlans(ctx, s, subject{"customer_id", next.ID}); err != nil {
			return err
		}
	}
	switch {
	case next.NextPlanned.IsZero():
		return cancelPlans(ctx, byRule(s), plans, s.Say("followup.cleared"))
	case len(plans) > 0:
		_, err := record.Update(ctx, byRule(s), plans[0].ID, 0, func(f *Followup) error {
			f.PlannedAt = next.NextPlanned
			return nil
		})
		return err
	case next.OwnerID == 0:
		return nil
	}
	return record.Create(ctx, byRule(s), &Followup{
		Owned: record.Owned{OwnerID: next.OwnerID}, CustomerID: next.ID, State: FollowupPlanned, PlannedAt: next.NextPlanned,
	})
}

func cancelPlans(ctx context.Context, s *record.Session, plans []*Followup, reason string) error {
	for _, plan := range plans {
		_, err := record.Update(ctx, s, plan.ID, 0, func(f *Followup) error {
			f.State, f.CancelReason = FollowupCancelled, reason
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plansFollowOwner gives the open plans of a customer's owner to the next one.
func plansFollowOwner(ctx context.Context, s *record.Session, old, next *Customer) error {
	if old == nil || old.OwnerID == next.OwnerID || old.OwnerID == 0 {
		return nil
	}
	return handPlans(ctx, s, subject{"customer_id", next.ID}, old.OwnerID, next.OwnerID)
}

// handPlans gives the open plans that somebody has with a customer or a lead to somebody else; to nobody, they are over.
func handPlans(ctx context.Context, s *record.Session, of subject, from, to id.ID) error {
	plans, err := openPlans(ctx, s, of)
	if err != nil {
		return err
	}
	for _, plan := range plans {
		if plan.OwnerID != from {
			continue
		}
		if to == 0 {
			err = cancelPlans(ctx, byRule(s), []*Followup{plan}, s.Say("followup.no_owner"))
		} else {
			_, err = record.Update(ctx, byRule(s), plan.ID, 0, func(f *Followup) error {
				f.OwnerID = to
				return nil
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// planWith makes a plan with a customer, for its owner unless the values name somebody else.
func planWith(ctx context.Context, s *record.Session, c *Customer, raw map[string]json.RawMessage) error {
	values, err := s.ParseValues("followup", raw)
	if err != nil {
		return err
	}
	values["customer_id"], values["state"] = int64(c.ID), FollowupPlanned
	if _, named := values["owner_id"]; !named && c.OwnerID != 0 {
		values["owner_id"] = int64(c.OwnerID)
	}
	_, err = s.CreateOne(ctx, "followup", values)
	return err
}
