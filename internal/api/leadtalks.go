package api

import (
	"context"
	"net/http"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/record"
)

// LeadProposal is how the next touch of a lead could be planned.
type LeadProposal struct {
	Track     string        `json:"track" doc:"Name of the talk track that is meant for it; empty when none is, or when somebody has talked to them already"`
	Way       string        `json:"way" doc:"Empty for none in particular"`
	Goal      string        `json:"goal"`
	Points    []string      `json:"points" nullable:"false" doc:"What to tell and to learn"`
	Remind    string        `json:"remind" doc:"Minutes before; empty for none"`
	PlannedAt clock.Instant `json:"planned_at"`
}

func (a *API) leadTalkOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/lead-talks", ID: "lead-talks", Summary: "What is said to leads of which kind",
		Does: "view", Object: "lead_rules", Scope: "everybody",
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body crm.Talks }, error) {
		out := &struct{ Body crm.Talks }{}
		return out, a.read(ctx, rq, func(s *record.Session) error {
			out.Body = crm.TalksOf(s)
			return nil
		})
	})
	a.raw(Op{
		Method: http.MethodPut, Path: "/lead-talks", ID: "set-lead-talks", Summary: "Change what is said to leads of which kind, or go back to what is built in",
		Does: "update", Object: "lead_rules", Scope: "dictionary", Takes: crm.Talks{}, Gives: crm.Talks{},
	}, a.setLeadTalks)
}

func (a *API) setLeadTalks(w http.ResponseWriter, rq *Request) error {
	var in crm.Talks
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("dictionary", access.Edit) {
			return nil, errs.New(errs.Denied, "")
		}
		out, err := crm.SetTalks(ctx, s, in)
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, out)
	})
}

func leadProposal(p crm.Proposal) LeadProposal {
	return LeadProposal{p.Track, p.Way, p.Goal, p.Points, p.Remind, clock.At(p.At)}
}
