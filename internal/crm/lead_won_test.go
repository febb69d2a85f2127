package crm_test

import (
	"context"
	"testing"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// converted gives a lead of the rep's that passed and has become a customer.
func (f *fair) converted(into crm.Conversion) *crm.Lead {
	f.T.Helper()
	l := f.lead(nil)
	f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass}))
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) (err error) {
		l, err = crm.ConvertLead(ctx, s, l.ID, into)
		return err
	}))
	return l
}

// move moves a lead as one operation, by which it can be taken back.
func (f *fair) move(by *access.Actor, x id.ID, o crm.Outcome) (batch id.ID, err error) {
	err = f.Do(by, func(ctx context.Context, s *record.Session) error {
		s.Batch = s.Tx.NewID()
		batch = s.Batch
		return crm.MoveLead(ctx, s, x, o)
	})
	return batch, err
}

// stages gives the history of a customer's stage, the latest first.
func (f *fair) stages(customer id.ID) (out []*crm.StageChange) {
	f.T.Helper()
	f.Read(f.Admin, func(ctx context.Context, s *record.Session) (err error) {
		out, err = record.Find[crm.StageChange](ctx, s, record.Query{Filter: record.Where("customer_id", customer), Sort: "-created_at"})
		return err
	})
	return out
}

// TestPlansEndWithTheirLead: what is planned with a lead that is lost or put aside is over, and is planned again when that is
// taken back; with one that was won it is still done.
func TestPlansEndWithTheirLead(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	for state, o := range map[string]crm.Outcome{
		crm.FollowupCancelled: {State: crm.LeadLost, LossReason: "budget"},
		crm.FollowupPlanned:   {State: crm.LeadWon},
	} {
		l := f.lead(nil)
		f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass}))
		plan := f.follow(f.rep, &crm.Followup{LeadID: l.ID, State: crm.FollowupPlanned, PlannedAt: after(day), Content: "再谈"})
		batch, err := f.move(f.rep, l.ID, o)
		f.Must(err)
		if got := get[crm.Followup](f.shop, plan.ID); got.State != state || (got.CancelReason == "") != (state == crm.FollowupPlanned) {
			t.Errorf("%s: %s %s", o.State, got.State, got.CancelReason)
		}
		f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
			left, err := s.Undo(ctx, batch)
			if len(left) > 0 {
				t.Errorf("%s: left %+v", o.State, left)
			}
			return err
		}))
		if got := get[crm.Followup](f.shop, plan.ID); got.State != crm.FollowupPlanned {
			t.Errorf("%s, taken back: %s", o.State, got.State)
		}
	}
}

// TestWonLeadWinsCustomer: who wins a lead that has become a customer has won the customer; taken back as one.
func TestWonLeadWinsCustomer(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	l := f.converted(crm.Conversion{})
	batch, err := f.move(f.rep, l.ID, crm.Outcome{State: crm.LeadWon, Note: "合同已签", ContractNo: "HT-1"})
	f.Must(err)
	c := get[crm.Customer](f.shop, l.CustomerID)
	if c.Stage != crm.StageWon || c.StageNote != "合同已签" || c.DealStatus != "closed" || get[crm.Lead](f.shop, l.ID).State != crm.LeadWon {
		t.Errorf("the customer: %+v", c)
	}
	if all := f.stages(c.ID); len(all) != 2 || all[0].From != crm.StageInterested || all[0].To != crm.StageWon || all[0].Reason != "合同已签" || all[0].CreatedBy != f.rep.ID {
		t.Errorf("its stages: %+v", all)
	}
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		left, err := s.Undo(ctx, batch)
		if len(left) > 0 {
			t.Errorf("left by undo: %+v", left)
		}
		return err
	}))
	c = get[crm.Customer](f.shop, l.CustomerID)
	if got := get[crm.Lead](f.shop, l.ID); got.State != crm.LeadWorking || got.ContractNo != "" || c.Stage != crm.StageInterested || c.StageNote != "" || c.DealStatus != "open" {
		t.Errorf("taken back: %+v, %+v", got, c)
	}
	if all := f.stages(c.ID); len(all) != 3 || all[0].From != crm.StageWon || all[0].To != crm.StageInterested {
		t.Errorf("its stages, taken back: %+v", all)
	}

	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", c.ID, 0, record.Values{"stage": crm.StageWon})
	}))
	before := len(f.stages(c.ID))
	_, err = f.move(f.rep, l.ID, crm.Outcome{State: crm.LeadWon})
	f.Must(err)
	if all := f.stages(c.ID); len(all) != before {
		t.Errorf("a customer who had bought changed again: %+v", all)
	}

	won := f.lead(nil)
	f.Must(f.review(f.boss, won.ID, crm.Review{Result: crm.ReviewPass}))
	_, err = f.move(f.rep, won.ID, crm.Outcome{State: crm.LeadWon})
	f.Must(err)
	have := add(f.shop, &crm.Customer{Name: "老客户有限公司", Owned: record.Owned{OwnerID: f.rep.ID}})
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		_, err := crm.ConvertLead(ctx, s, won.ID, crm.Conversion{Customer: have.ID})
		return err
	}))
	if got := get[crm.Customer](f.shop, have.ID); got.Stage != crm.StageWon || got.StageNote != "线索成交" {
		t.Errorf("a won lead was joined: %+v", got)
	}
}

// TestWonLeadLeavesCustomer: what is lost, or won by somebody who may not change the customer, leaves it where it is.
func TestWonLeadLeavesCustomer(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	stays := func(what string, by *access.Actor, l *crm.Lead, o crm.Outcome) {
		t.Helper()
		before := get[crm.Customer](f.shop, l.CustomerID)
		if _, err := f.move(by, l.ID, o); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := get[crm.Lead](f.shop, l.ID); got.State != o.State {
			t.Errorf("%s: the lead is %s", what, got.State)
		}
		if after := get[crm.Customer](f.shop, l.CustomerID); after.Stage != before.Stage || after.Version != before.Version {
			t.Errorf("%s: the customer came to %s", what, after.Stage)
		}
	}
	lost := f.converted(crm.Conversion{})
	stays("lost", f.rep, lost, crm.Outcome{State: crm.LeadLost, LossReason: "price"})
	if _, err := f.move(f.boss, f.converted(crm.Conversion{}).ID, crm.Outcome{State: crm.LeadInvalid, Invalid: "spam"}); keyOf(err) != "lead.converted" {
		t.Errorf("a converted lead was found invalid: %v", err)
	}

	away := f.converted(crm.Conversion{})
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		if err := s.SetShares(ctx, "customer", away.CustomerID, nil); err != nil {
			return err
		}
		return s.UpdateOne(ctx, "customer", away.CustomerID, 0, record.Values{"owner_id": int64(f.elsewhere.ID)})
	}))
	stays("out of sight", f.rep, away, crm.Outcome{State: crm.LeadWon})

	read := f.converted(crm.Conversion{})
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		if err := s.UpdateOne(ctx, "customer", read.CustomerID, 0, record.Values{"owner_id": int64(f.elsewhere.ID)}); err != nil {
			return err
		}
		return s.SetShares(ctx, "customer", read.CustomerID, []record.Share{{User: f.rep.ID, Access: record.ShareRead}})
	}))
	stays("to be read alone", f.rep, read, crm.Outcome{State: crm.LeadWon})

	gone := f.converted(crm.Conversion{})
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		return s.Archive(ctx, "customer", gone.CustomerID, 0)
	}))
	stays("archived", f.rep, gone, crm.Outcome{State: crm.LeadWon})

	fixed := f.converted(crm.Conversion{})
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		role, err := org.RoleOf(ctx, s.Tx, org.SalesRep)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, s, role, 0, func(r *org.Role) error {
			r.Fields = `{"customer":{"stage":"see"}}`
			return nil
		})
		return err
	}))
	stays("whose stage is fixed", f.Actor(f.rep.ID), fixed, crm.Outcome{State: crm.LeadWon})
}
