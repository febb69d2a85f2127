package api

import (
	"context"
	"net/http"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/money"
	"genjin/internal/record"
)

// LeadDecision is what a supervisor decides about leads.
type LeadDecision struct {
	Chosen

	Result    string      `json:"result" enum:"pass,return,park,invalid"`
	Grade     string      `json:"grade,omitempty" doc:"Of one that passes; when missing, the one that its score proposes"`
	Owner     id.ID       `json:"owner_id,omitempty" doc:"To whom one that passes is given; when missing it stays with whom it is"`
	ByRule    bool        `json:"by_rule,omitempty" doc:"Give it to whom the company's rule puts first"`
	Opinion   string      `json:"opinion,omitempty" maxLength:"500"`
	Lacking   entity.List `json:"lacking,omitempty" doc:"What has to be supplemented"`
	ParkUntil clock.Date  `json:"park_until,omitempty"`
	Invalid   string      `json:"invalid_reason,omitempty"`
}

// LeadOpinion is what somebody says who brings a lead to its review again.
type LeadOpinion struct {
	Opinion string `json:"opinion,omitempty" maxLength:"500"`
}

// LeadMove says where a lead stands, or how it ended.
type LeadMove struct {
	State      string       `json:"state" enum:"todo,working,need,proposal,negotiating,won,lost,parked,invalid"`
	Note       string       `json:"note,omitempty" maxLength:"2000"`
	LossReason string       `json:"loss_reason,omitempty"`
	Competitor string       `json:"competitor,omitempty" maxLength:"120"`
	RetryOn    clock.Date   `json:"retry_on,omitempty"`
	Factors    entity.List  `json:"success_factors,omitempty"`
	ContractNo string       `json:"contract_number,omitempty" maxLength:"60"`
	Amount     *money.Minor `json:"amount,omitempty"`
	ParkUntil  clock.Date   `json:"park_until,omitempty"`
	Invalid    string       `json:"invalid_reason,omitempty"`
}

// LeadMoved is how a move is taken back.
type LeadMoved struct {
	Undo id.ID `json:"undo"`
}

// LeadGrade is a lead's new grade.
type LeadGrade struct {
	Grade string `json:"grade" enum:"A,B,C"`
}

// LeadConversion says which customer and contact a lead is; none makes new ones.
type LeadConversion struct {
	Customer id.ID `json:"customer_id,omitempty"`
	Contact  id.ID `json:"contact_id,omitempty"`
}

// LeadConverted says what a lead became.
type LeadConverted struct {
	Customer id.ID `json:"customer_id"`
	Contact  id.ID `json:"contact_id"`
}

// LeadAssignment gives leads to somebody, or to whom the company's rule puts first for each.
type LeadAssignment struct {
	Chosen

	Owner id.ID `json:"owner_id,omitempty" doc:"By the rule when missing"`
}

func (a *API) leadOperations() {
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/review", ID: "review-leads", Summary: "Decide about leads that wait for their review; undo takes it back",
		Does: "review", Object: "lead", Scope: "approve", Takes: LeadDecision{}, Gives: BulkDone{},
	}, a.reviewLeads)
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/assign", ID: "assign-leads", Summary: "Give leads to somebody, or by the company's rule; undo takes it back",
		Does: "assign", Object: "lead", Scope: "assign", Takes: LeadAssignment{}, Gives: BulkDone{},
	}, a.assignLeads)
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/{id}/resubmit", ID: "resubmit-lead", Summary: "Bring a lead that was sent back, parked or invalid to its review again",
		Does: "resubmit", Object: "lead", Scope: "edit", Takes: LeadOpinion{}, Status: http.StatusNoContent, Params: idParam(),
	}, onLead(a, func(ctx context.Context, s *record.Session, x id.ID, in *LeadOpinion) (*Answer, error) {
		return noContent(), crm.ResubmitLead(ctx, s, x, in.Opinion)
	}))
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/{id}/move", ID: "move-lead", Summary: "Say where a lead stands, or how it ended; winning one that has become a customer wins the customer, too; undo takes it back",
		Does: "move", Object: "lead", Scope: "edit", Takes: LeadMove{}, Gives: LeadMoved{}, Params: idParam(),
	}, onLead(a, func(ctx context.Context, s *record.Session, x id.ID, in *LeadMove) (*Answer, error) {
		s.Batch = s.Tx.NewID()
		if err := crm.MoveLead(ctx, s, x, crm.Outcome(*in)); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, LeadMoved{s.Batch})
	}))
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/{id}/grade", ID: "grade-lead", Summary: "Grade a lead that passed its review anew",
		Does: "grade", Object: "lead", Scope: "approve", Takes: LeadGrade{}, Status: http.StatusNoContent, Params: idParam(),
	}, onLead(a, func(ctx context.Context, s *record.Session, x id.ID, in *LeadGrade) (*Answer, error) {
		return noContent(), crm.GradeLead(ctx, s, x, in.Grade)
	}))
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/{id}/convert", ID: "convert-lead", Summary: "Make a lead a customer, or join it to one",
		Does: "convert", Object: "lead", Scope: "edit", Takes: LeadConversion{}, Gives: LeadConverted{}, Params: idParam(),
	}, a.convertLead)
	a.raw(Op{
		Method: http.MethodPost, Path: "/leads/{id}/unconvert", ID: "unconvert-lead", Summary: "Take a conversion back while nobody has worked with the customer",
		Does: "unconvert", Object: "lead", Scope: "edit", Status: http.StatusNoContent, Params: idParam(),
	}, func(w http.ResponseWriter, rq *Request) error {
		x, err := idOf(rq)
		if err != nil {
			return err
		}
		return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
			return noContent(), crm.UnconvertLead(ctx, s, x)
		})
	})
	a.leadQueueOperations()
	a.leadTalkOperations()
}

// onLead reads the lead that the address names, and what is to be done with it, and does it.
func onLead[T any](a *API, fn func(ctx context.Context, s *record.Session, x id.ID, in *T) (*Answer, error)) func(w http.ResponseWriter, rq *Request) error {
	return func(w http.ResponseWriter, rq *Request) error {
		x, err := idOf(rq)
		if err != nil {
			return err
		}
		var in T
		if err := bodyOf(rq, &in); err != nil {
			return err
		}
		return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
			return fn(ctx, s, x, &in)
		})
	}
}

func (a *API) reviewLeads(w http.ResponseWriter, rq *Request) error {
	var in LeadDecision
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	decision := crm.Review{
		Result: in.Result, Grade: in.Grade, Owner: in.Owner, Opinion: in.Opinion, Lacking: in.Lacking, ParkUntil: in.ParkUntil, Invalid: in.Invalid,
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("lead", access.Approve) {
			return nil, errs.New(errs.Denied, "")
		}
		if err := decision.Check(s); err != nil {
			return nil, err
		}
		ids, err := in.find(ctx, s, "lead", false)
		if err != nil {
			return nil, err
		}
		var staff *crm.Staff
		return atOnce(ctx, s, "lead", ids, func(x id.ID) error {
			if err := crm.ReviewLead(ctx, s, x, decision); err != nil || !in.ByRule || in.Result != crm.ReviewPass {
				return err
			}
			if staff == nil {
				var err error
				if staff, err = crm.LoadStaff(ctx, s); err != nil {
					return err
				}
			}
			_, err := crm.AssignLead(ctx, s, staff, x, 0)
			return err
		})
	})
}

func (a *API) assignLeads(w http.ResponseWriter, rq *Request) error {
	var in LeadAssignment
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("lead", access.Assign) {
			return nil, errs.New(errs.Denied, "")
		}
		ids, err := in.find(ctx, s, "lead", false)
		if err != nil {
			return nil, err
		}
		staff, err := crm.LoadStaff(ctx, s)
		if err != nil {
			return nil, err
		}
		return atOnce(ctx, s, "lead", ids, func(x id.ID) error {
			_, err := crm.AssignLead(ctx, s, staff, x, in.Owner)
			return err
		})
	})
}

func (a *API) convertLead(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in LeadConversion
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		l, err := crm.ConvertLead(ctx, s, x, crm.Conversion(in))
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, LeadConverted{l.CustomerID, l.ContactID})
	})
}
