package crm

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// Waiting is a part of the leads that wait for the actor's review.
type Waiting struct {
	Rows    []*record.Row
	Leads   []*Lead // the same
	Due     map[id.ID]clock.Instant
	Reviews []*record.Row // what was decided about them before, the latest first
	Next    string
	Total   int64
}

// ToReview gives leads that wait for a review, those submitted first on top, below a cursor. Only what is within the reach
// of the actor's editing is theirs to review.
func ToReview(ctx context.Context, s *record.Session, cursor string, limit int) (*Waiting, error) {
	filter := FilterOf("state", entity.Is, LeadPending)
	q := record.Query{Filter: &filter, Sort: "submitted_at,id", Limit: limit, Cursor: cursor}
	page, err := s.List(ctx, "lead", q)
	if err != nil {
		return nil, err
	}
	w := &Waiting{Due: map[id.ID]clock.Instant{}, Next: page.Next}
	reach := s.Actor.Reach("lead", access.Edit)
	for _, row := range page.Rows {
		l, err := record.Get[Lead](ctx, s, row.ID())
		if err != nil {
			return nil, err
		}
		if reach.Includes(l.OwnerID, l.DepartmentID) {
			w.Rows, w.Leads = append(w.Rows, row), append(w.Leads, l)
		}
	}
	if w.Total, err = s.Count(ctx, "lead", q); err != nil {
		return nil, err
	}
	return w, w.more(ctx, s)
}

// more finds when the reviews are due, and what was decided before.
func (w *Waiting) more(ctx context.Context, s *record.Session) error {
	for _, l := range w.Leads {
		clocks, err := obligation.Select(ctx, s.Tx, "o.record_id = ? AND o.kind = ? AND o.state = 'running'", int64(l.ID), leadReviewClock.Kind.Name)
		if err != nil {
			return err
		}
		for _, c := range clocks {
			w.Due[l.ID] = clock.At(c.Due)
		}
		if l.ReviewedAt.IsZero() {
			continue
		}
		page, err := s.List(ctx, "lead_review", record.Query{Filter: record.Where("lead_id", l.ID), Limit: 20})
		if err != nil {
			return err
		}
		w.Reviews = append(w.Reviews, page.Rows...)
	}
	return nil
}

// Twin is a record that is likely the same as a lead.
type Twin struct {
	Entity string
	record.Found
}

// twins says which value of one entity is compared with which of another: whoever types a lead hears of customers, too,
// and the other way round.
var twins = map[string]map[string]map[string]string{
	"lead":     {"customer": {"lead.company": "customer.name", "lead.phone": "contact.mobile"}},
	"customer": {"lead": {"customer.name": "lead.company", "contact.mobile": "lead.phone", "contact.landline": "lead.phone"}},
}

// Twins gives the records of other entities that are likely the same as a candidate of an entity.
func Twins(ctx context.Context, s *record.Session, of string, c record.Candidate) ([]Twin, error) {
	var out []Twin
	for other, pairs := range twins[of] {
		if !s.Actor.May(other, access.View) {
			continue
		}
		there := record.Candidate{}
		for from, to := range pairs {
			if value, ok := c[from]; ok && !entity.IsMissing(value) {
				there[to] = value
			}
		}
		if there["contact.mobile"] != nil {
			there["contact.landline"] = there["contact.mobile"]
		}
		found, err := s.Match(ctx, other, []record.Candidate{there})
		if err != nil {
			return nil, err
		}
		for _, f := range found[0] {
			out = append(out, Twin{other, f})
		}
	}
	return out, nil
}

// LeadTwins gives the leads and customers that are likely the same as a lead; what it was converted into is none.
func LeadTwins(ctx context.Context, s *record.Session, l *Lead) ([]Twin, error) {
	c := record.Candidate{"lead.company": l.Company, "lead.phone": l.Phone}
	found, err := s.Match(ctx, "lead", []record.Candidate{c})
	if err != nil {
		return nil, err
	}
	var out []Twin
	for _, f := range found[0] {
		if !f.In(map[id.ID]bool{l.ID: true}) {
			out = append(out, Twin{"lead", f})
		}
	}
	others, err := Twins(ctx, s, "lead", c)
	for _, t := range others {
		if !t.In(map[id.ID]bool{l.CustomerID: l.CustomerID != 0}) {
			out = append(out, t)
		}
	}
	return out, err
}
