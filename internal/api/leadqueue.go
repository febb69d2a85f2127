package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// LeadQueue is a part of the leads that wait for the reader's review, the one that is due first on top.
type LeadQueue struct {
	Items []LeadToReview `json:"items" nullable:"false"`
	Next  string         `json:"next"`
	Total int64          `json:"total"`
	Now   clock.Instant  `json:"now" doc:"The server's time, from which time left is counted"`
}

// LeadToReview is a lead with all that a decision about it needs.
type LeadToReview struct {
	Lead       json.RawMessage   `json:"lead"`
	DueAt      clock.Instant     `json:"due_at" doc:"null when reviews have no clock"`
	Score      LeadScore         `json:"score"`
	Candidates []LeadCandidate   `json:"candidates" nullable:"false" doc:"To whom it could be given, the fittest first"`
	Duplicates []Duplicate       `json:"duplicates" nullable:"false"`
	History    []json.RawMessage `json:"history" nullable:"false" doc:"What was decided before, the latest first"`
}

// LeadScore is what a lead came to, and why.
type LeadScore struct {
	Points int             `json:"points" doc:"Of 100"`
	Grade  string          `json:"grade" doc:"That it proposes"`
	Parts  []LeadScorePart `json:"parts" nullable:"false"`
}

// LeadScorePart is what one criterion gave.
type LeadScorePart struct {
	Kind   string `json:"kind"`
	Points int    `json:"points"`
	Weight int    `json:"weight"`
	Why    string `json:"why"`
}

// LeadCandidate is somebody to whom a lead can be given.
type LeadCandidate struct {
	ID      id.ID    `json:"id"`
	Name    string   `json:"name"`
	Points  int      `json:"points" doc:"Of 100"`
	Reasons []string `json:"reasons" nullable:"false"`
	Full    bool     `json:"full" doc:"Has as many leads as the rule allows"`
}

// LeadAdvice is what speaks for a lead, for whom it could be given to, how it could be met next, and what is to be done
// about it by when.
type LeadAdvice struct {
	Score      LeadScore       `json:"score"`
	Candidates []LeadCandidate `json:"candidates" nullable:"false"`
	Proposal   LeadProposal    `json:"proposal"`
	Clocks     []LeadClock     `json:"clocks" nullable:"false" doc:"In the order in which they started"`
}

// LeadClock is a time within which somebody must act on a lead, or had to.
type LeadClock struct {
	Kind      string        `json:"kind"`
	Label     string        `json:"label"`
	State     string        `json:"state" enum:"running,met,late,cancelled"`
	StartedAt clock.Instant `json:"started_at"`
	DueAt     clock.Instant `json:"due_at"`
	MetAt     *time.Time    `json:"met_at" doc:"When it was met, in time or late, or given up; null while it runs"`
}

// LeadQueueQuery asks for a part of the queue.
type LeadQueueQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
	Cursor string `query:"cursor"`
}

// LeadRules are how a company scores and gives out leads.
type LeadRules struct {
	Scoring    crm.Scoring    `json:"scoring"`
	Assignment crm.Assignment `json:"assignment"`
}

// mostCandidates are told of one lead.
const mostCandidates = 5

func (a *API) leadQueueOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/lead-queue", ID: "lead-queue", Summary: "The leads that wait for my review, with what speaks for each",
		Does: "review", Object: "lead", Scope: "approve",
	}, a.leadQueue)
	a.raw(Op{
		Method: http.MethodGet, Path: "/leads/{id}/advice", ID: "lead-advice", Summary: "The score of a lead, to whom it could be given, with reasons, and how to meet it next",
		Does: "advice", Object: "lead", Scope: "view", Gives: LeadAdvice{}, Params: idParam(),
	}, a.leadAdvice)
	handle(a, Op{
		Method: http.MethodGet, Path: "/lead-rules", ID: "lead-rules", Summary: "How leads are scored and given out",
		Does: "view", Object: "lead_rules", Scope: "everybody",
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body LeadRules }, error) {
		out := &struct{ Body LeadRules }{}
		return out, a.read(ctx, rq, func(s *record.Session) error {
			out.Body = LeadRules{crm.ScoringOf(s), crm.AssignmentOf(s)}
			return nil
		})
	})
	a.raw(Op{
		Method: http.MethodPut, Path: "/lead-rules", ID: "set-lead-rules", Summary: "Change how leads are scored and given out",
		Does: "update", Object: "lead_rules", Scope: "dictionary", Takes: LeadRules{}, Gives: LeadRules{},
	}, a.setLeadRules)
}

func (a *API) leadQueue(ctx context.Context, rq *Request, in *LeadQueueQuery) (*struct{ Body LeadQueue }, error) {
	out := &struct{ Body LeadQueue }{LeadQueue{Items: []LeadToReview{}}}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		if !s.Actor.May("lead", access.Approve) {
			return errs.New(errs.Denied, "")
		}
		out.Body.Now = clock.At(s.Tx.Now)
		waiting, err := crm.ToReview(ctx, s, in.Cursor, in.Limit)
		if err != nil {
			return err
		}
		out.Body.Next, out.Body.Total, rq.rows = waiting.Next, waiting.Total, len(waiting.Rows)
		out.Body.Items, err = toReview(ctx, s, waiting)
		return err
	})
}

func toReview(ctx context.Context, s *record.Session, w *crm.Waiting) ([]LeadToReview, error) {
	items := make([]LeadToReview, len(w.Rows))
	view, err := s.View(ctx, "lead", w.Rows, nil)
	if err != nil {
		return nil, err
	}
	staff, err := crm.LoadStaff(ctx, s)
	if err != nil {
		return nil, err
	}
	for i, row := range w.Rows {
		l := w.Leads[i]
		item := LeadToReview{Lead: view.AppendJSON(nil, row), DueAt: w.Due[l.ID], Score: leadScore(crm.ScoreFor(s, l)), Duplicates: []Duplicate{}, History: []json.RawMessage{}}
		if item.Candidates, err = candidates(ctx, s, staff, l); err != nil {
			return nil, err
		}
		found, err := crm.LeadTwins(ctx, s, l)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			one, err := duplicate(ctx, s, f.Entity, f.Found)
			if err != nil {
				return nil, err
			}
			item.Duplicates = append(item.Duplicates, one)
		}
		items[i] = item
	}
	histories, err := s.View(ctx, "lead_review", w.Reviews, nil)
	for _, row := range w.Reviews {
		for i := range items {
			if lead, _ := row.Value("lead_id").(int64); id.ID(lead) == w.Leads[i].ID {
				items[i].History = append(items[i].History, histories.AppendJSON(nil, row))
			}
		}
	}
	return items, err
}

func leadScore(score crm.Score) LeadScore {
	out := LeadScore{Points: score.Points, Grade: score.Grade, Parts: []LeadScorePart{}}
	for _, p := range score.Parts {
		out.Parts = append(out.Parts, LeadScorePart{p.Criterion.Kind, p.Points, p.Criterion.Weight, p.Why})
	}
	return out
}

func candidates(ctx context.Context, s *record.Session, staff *crm.Staff, l *crm.Lead) ([]LeadCandidate, error) {
	ranked, err := staff.Rank(ctx, s, l)
	out := []LeadCandidate{}
	for _, c := range ranked[:min(len(ranked), mostCandidates)] {
		out = append(out, LeadCandidate{c.ID, c.Name, c.Points, c.Reasons, c.Full})
	}
	return out, err
}

// leadAdvice gives whom a lead could be given to only to who may give it.
func (a *API) leadAdvice(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	out := LeadAdvice{Candidates: []LeadCandidate{}, Clocks: []LeadClock{}}
	err = a.read(ctx, rq, func(s *record.Session) error {
		row, err := s.Load(ctx, "lead", x)
		if err != nil {
			return err
		}
		l, err := record.Get[crm.Lead](ctx, s, x)
		if err != nil {
			return err
		}
		rq.rows = 1
		out.Score, out.Proposal = leadScore(crm.ScoreFor(s, l)), leadProposal(crm.ProposalFor(s, l))
		if out.Clocks, err = leadClocks(ctx, s, x); err != nil {
			return err
		}
		if !row.Can(access.Assign) {
			return nil
		}
		staff, err := crm.LoadStaff(ctx, s)
		if err != nil {
			return err
		}
		out.Candidates, err = candidates(ctx, s, staff, l)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

// leadClocks gives the clocks about a lead, those that ended too, as far as the reader may know what they tell. What a
// clock only repeats of a field, such as its fall into a pool, stands there, for those who see that.
func leadClocks(ctx context.Context, s *record.Session, x id.ID) ([]LeadClock, error) {
	clocks, err := obligation.Select(ctx, s.Tx, "o.record_id = ?", int64(x))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(clocks, func(a, b obligation.Clock) int { return cmp.Or(a.Started.Compare(b.Started), a.Due.Compare(b.Due)) })
	out := make([]LeadClock, 0, len(clocks))
	for _, c := range clocks {
		if k := s.Store().Registry().ClockKind(c.Kind); k != nil && k.Tells == "" && crm.SeesLeadClock(s, c.Kind) {
			out = append(out, LeadClock{c.Kind, k.Label.In(s.Actor.Lang), string(c.State), clock.At(c.Started), clock.At(c.Due), moment(c.MetAt)})
		}
	}
	return out, nil
}

func (a *API) setLeadRules(w http.ResponseWriter, rq *Request) error {
	var in LeadRules
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("dictionary", access.Edit) {
			return nil, errs.New(errs.Denied, "")
		}
		if err := crm.SetScoring(ctx, s, in.Scoring); err != nil {
			return nil, err
		}
		if err := crm.SetAssignment(ctx, s, in.Assignment); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, in)
	})
}
