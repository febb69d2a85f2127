package crm

import (
	"context"
	"strings"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/money"
	"genjin/internal/record"
)

// Review is what a supervisor decides about a lead (leads.md, “Review”).
type Review struct {
	Result    string      // ReviewPass, ReviewReturn, ReviewPark or ReviewInvalid
	Grade     string      // of one that passes; "" for the one that its score proposes
	Owner     id.ID       // to whom one that passes is given; zero leaves it with whom it is
	Opinion   string      // 审核意见
	Lacking   entity.List // what one that is sent back lacks
	ParkUntil clock.Date  // when one that is parked is looked at again
	Invalid   string      // why one is invalid
}

const longestOpinion = 500

// ReviewLead decides about a lead that waits for its review. The actor must be allowed to approve, and the lead must be
// within the reach of their editing. When somebody else has decided meanwhile, an errs.Conflict says who, and what.
func ReviewLead(ctx context.Context, s *record.Session, x id.ID, r Review) error {
	if err := r.Check(s); err != nil {
		return err
	}
	err := updateLead(ctx, s, x, func(l *Lead) error {
		if err := mayReview(s, l); err != nil {
			return err
		}
		if l.State != LeadPending {
			return decidedAlready(ctx, s, l)
		}
		return r.decide(ctx, s, l)
	})
	if err != nil || r.Result != ReviewPass || r.Owner == 0 {
		return err
	}
	return s.UpdateOne(ctx, "lead", x, 0, record.Values{"owner_id": int64(r.Owner)})
}

// updateLead changes a lead whose state decides what may be done: others who change it at the same moment wait for each
// other, so that each finds it as the one before left it.
func updateLead(ctx context.Context, s *record.Session, x id.ID, fn func(l *Lead) error) error {
	if err := lockLead(ctx, s, x); err != nil {
		return err
	}
	_, err := record.Update(ctx, s, x, 0, fn)
	return err
}

// lockLead holds a lead that the actor sees until the commit.
func lockLead(ctx context.Context, s *record.Session, x id.ID) error {
	if _, err := s.Load(ctx, "lead", x); err != nil {
		return err
	}
	_, err := s.Tx.IDs(ctx, `SELECT id FROM lead WHERE id = ?`+s.Tx.Dialect().ForUpdate(), x)
	return err
}

// Check refuses decisions that say too little.
func (r *Review) Check(s *record.Session) error {
	var problems errs.Fields
	switch r.Result {
	case ReviewPass:
		if r.Grade != "" && !oneOf(leadGrades, r.Grade) {
			problems.Add("grade", "field.choice", "value", r.Grade)
		}
	case ReviewReturn:
		if len(r.Lacking) == 0 {
			problems.Add("lacking", "lead.lacking")
		}
		for _, what := range r.Lacking {
			if !oneOf(leadLacks, what) {
				problems.Add("lacking", "field.choice", "value", what)
			}
		}
	case ReviewPark:
		if r.ParkUntil == "" || r.ParkUntil <= s.Today() {
			problems.Add("park_until", "lead.park_until")
		}
	case ReviewInvalid:
		if r.Invalid == "" {
			problems.Add("invalid_reason", "lead.invalid_reason")
		}
	default:
		problems.Add("result", "field.choice", "value", r.Result)
	}
	if len([]rune(r.Opinion)) > longestOpinion {
		problems.Add("opinion", "field.too_long", "max", longestOpinion)
	}
	return problems.Err()
}

func oneOf(choices []entity.Choice, value string) bool {
	for _, c := range choices {
		if c.Value == value {
			return true
		}
	}
	return false
}

// decide writes a decision into a lead, and into its history.
func (r *Review) decide(ctx context.Context, s *record.Session, l *Lead) error {
	now := clock.At(s.Tx.Now)
	score := ScoreOf(s, l)
	points := int64(score.Points)
	l.ReviewedAt, l.ReviewedBy, l.Opinion, l.Score = now, s.Actor.ID, r.Opinion, &points
	history := &LeadReview{LeadID: l.ID, Result: r.Result, Score: &points, Opinion: r.Opinion}
	switch r.Result {
	case ReviewPass:
		if lacks := lacking(l); len(lacks) > 0 {
			return errs.New(errs.Invalid, "lead.incomplete", "lacking", fieldLabels(s, "lead", lacks))
		}
		l.State, l.Grade = LeadTodo, r.Grade
		if l.Grade == "" {
			l.Grade = score.Grade
		}
		history.Grade = l.Grade
	case ReviewReturn:
		times := int64(1)
		if l.Returns != nil {
			times += *l.Returns
		}
		l.State, l.Lacking, l.Returns = LeadReturned, r.Lacking, &times
		history.Lacking = r.Lacking
	case ReviewPark:
		l.State, l.ParkUntil = LeadParked, r.ParkUntil
		history.ParkUntil = r.ParkUntil
	case ReviewInvalid:
		l.State, l.Invalid = LeadInvalid, r.Invalid
		history.Invalid = r.Invalid
	}
	return writeReview(ctx, s, history)
}

func writeReview(ctx context.Context, s *record.Session, history *LeadReview) error {
	return record.Create(ctx, s.As(s.Actor.Elevated(), s.Origin), history)
}

// lacking gives the fields that a lead needs to pass and has not.
func lacking(l *Lead) []string {
	var out []string
	for i, value := range []string{l.Company, l.ContactName, l.Phone, l.Source} {
		if value == "" {
			out = append(out, leadComplete[i])
		}
	}
	return out
}

// decidedAlready says who reviewed a lead first, and to what end.
func decidedAlready(ctx context.Context, s *record.Session, l *Lead) error {
	names, err := s.Titles(ctx, "user", map[id.ID]bool{l.ReviewedBy: true})
	if err != nil {
		return err
	}
	if names[l.ReviewedBy] == "" || l.ReviewedBy == s.Actor.ID {
		return notNow(s, l)
	}
	f := s.Def("lead").Field("state")
	return errs.New(errs.Conflict, "lead.reviewed_already", "who", names[l.ReviewedBy], "state", f.Type.Text(l.State, f, s.Env()))
}

// ResubmitLead brings a lead that was sent back, parked or found invalid to its review once more: one that was sent back by
// whoever may edit it, the others by whoever may review.
func ResubmitLead(ctx context.Context, s *record.Session, x id.ID, opinion string) error {
	if len([]rune(opinion)) > longestOpinion {
		return errs.OfField("opinion", "field.too_long", "max", longestOpinion)
	}
	err := updateLead(ctx, s, x, func(l *Lead) error {
		switch l.State {
		case LeadReturned:
			if lacks := lacking(l); len(lacks) > 0 {
				return errs.New(errs.Invalid, "lead.incomplete", "lacking", fieldLabels(s, "lead", lacks))
			}
		case LeadParked, LeadInvalid:
			if err := mayReview(s, l); err != nil {
				return err
			}
		default:
			return notNow(s, l)
		}
		l.State = LeadPending
		return writeReview(ctx, s, &LeadReview{LeadID: l.ID, Result: reviewAgain, Opinion: opinion})
	})
	return err
}

// Outcome is how a lead ends, or where it stands.
type Outcome struct {
	State      string       // one of the open states, LeadWon, LeadLost, LeadParked or LeadInvalid
	Note       string       // what was learned
	LossReason string       // of a lost one
	Competitor string       // whom it chose
	RetryOn    clock.Date   // when a lost one is tried again; "" for never
	Factors    entity.List  // what decided a won one
	ContractNo string       // its contract
	Amount     *money.Minor // of it
	ParkUntil  clock.Date   // of a parked one
	Invalid    string       // why one is invalid
}

// MoveLead moves a lead that is being worked, wins, loses, parks or gives it up, or takes up one that was lost. Whoever may
// edit it may; parking, invalidating and taking up again is for those who may review. One that has become a customer is
// neither parked nor invalid; winning it wins the customer, see winCustomer.
func MoveLead(ctx context.Context, s *record.Session, x id.ID, o Outcome) error {
	if err := o.check(s); err != nil {
		return err
	}
	var moved *Lead
	err := updateLead(ctx, s, x, func(l *Lead) error {
		moved = l
		switch {
		case l.State == LeadPending || l.State == LeadReturned || o.State == LeadPending:
			return notNow(s, l)
		case !l.ConvertedAt.IsZero() && (o.State == LeadParked || o.State == LeadInvalid):
			return errs.New(errs.Conflict, "lead.converted")
		}
		if o.State == LeadParked || o.State == LeadInvalid || o.State == LeadTodo {
			if err := mayReview(s, l); err != nil {
				return err
			}
		}
		return o.apply(ctx, s, l)
	})
	if err != nil || o.State != LeadWon || moved.ConvertedAt.IsZero() {
		return err
	}
	return winCustomer(ctx, s, moved.CustomerID, o.Note)
}

// winCustomer brings the customer that a won lead became to the stage of those who bought, as far as the actor may change
// that: whoever may not, or is refused by the customer's own rules, has won the lead all the same. A lead that is lost
// leaves its customer where it is, since there may be other business with it.
func winCustomer(ctx context.Context, s *record.Session, x id.ID, note string) error {
	err := s.Try(ctx, func() error {
		_, err := record.Update(ctx, s, x, 0, func(c *Customer) error {
			c.win(s, note)
			return nil
		})
		return err
	})
	if _, refused := errs.As(err); refused {
		return nil
	}
	return err
}

// win brings a customer to the stage of those who bought, and keeps why, if the actor may set stages and it is not there.
func (c *Customer) win(s *record.Session, note string) {
	if c.Stage == StageWon || s.Actor.Field("customer", "stage") != access.FieldEdit {
		return
	}
	if note = entity.Clip(note, 200); note == "" {
		note = s.Say("lead.won_here")
	}
	c.Stage, c.StageNote = StageWon, note
}

func (o *Outcome) check(s *record.Session) error {
	var problems errs.Fields
	switch o.State {
	case LeadLost:
		if o.LossReason == "" {
			problems.Add("loss_reason", "customer.loss_reason")
		}
		if o.RetryOn != "" && o.RetryOn <= s.Today() {
			problems.Add("retry_on", "lead.park_until")
		}
	case LeadParked:
		if o.ParkUntil <= s.Today() {
			problems.Add("park_until", "lead.park_until")
		}
	case LeadInvalid:
		if o.Invalid == "" {
			problems.Add("invalid_reason", "lead.invalid_reason")
		}
	case LeadWon, LeadTodo, LeadWorking, LeadNeed, LeadProposal, LeadNegotiating:
	default:
		problems.Add("state", "field.choice", "value", o.State)
	}
	if len([]rune(o.Note)) > 2000 {
		problems.Add("note", "field.too_long", "max", 2000)
	}
	return problems.Err()
}

func (o *Outcome) apply(ctx context.Context, s *record.Session, l *Lead) error {
	l.State = o.State
	history := &LeadReview{LeadID: l.ID, Opinion: o.Note}
	switch o.State {
	case LeadLost:
		l.LossReason, l.Competitor, l.RetryOn, l.ClosedNote = o.LossReason, o.Competitor, o.RetryOn, o.Note
		history.Result = reviewLost
	case LeadWon:
		l.Factors, l.ContractNo, l.Amount, l.ClosedNote = o.Factors, o.ContractNo, o.Amount, o.Note
		history.Result = reviewWon
	case LeadParked:
		l.ParkUntil, l.ReviewedAt, l.ReviewedBy = o.ParkUntil, clock.At(s.Tx.Now), s.Actor.ID
		history.Result, history.ParkUntil = ReviewPark, o.ParkUntil
	case LeadInvalid:
		l.Invalid = o.Invalid
		history.Result, history.Invalid = ReviewInvalid, o.Invalid
	default:
		return nil
	}
	return writeReview(ctx, s, history)
}

// GradeLead changes the grade of a lead that passed; the time for its first contact follows. Whoever may review may.
func GradeLead(ctx context.Context, s *record.Session, x id.ID, grade string) error {
	if !oneOf(leadGrades, grade) {
		return errs.OfField("grade", "field.choice", "value", grade)
	}
	err := updateLead(ctx, s, x, func(l *Lead) error {
		if err := mayReview(s, l); err != nil {
			return err
		}
		if !l.Open() {
			return notNow(s, l)
		}
		l.Grade = grade
		return nil
	})
	return err
}

// fieldLabels names fields for people, one after another.
func fieldLabels(s *record.Session, of string, names []string) string {
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = s.FieldLabel(of + "." + name)
	}
	return strings.Join(labels, i18n.T("、", ", ").In(s.Actor.Lang))
}
