package api

import (
	"context"
	"net/http"

	"genjin/internal/clock"
	"genjin/internal/handover"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Holding is a sort of things that a user has.
type Holding struct {
	Name  string `json:"name" doc:"An entity, or shared, views, departments"`
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// Handover is what a leaving user handed over to a colleague.
type Handover struct {
	ID            id.ID          `json:"id"`
	At            clock.Instant  `json:"at"`
	By            Named          `json:"by"`
	From          Named          `json:"from"`
	To            Named          `json:"to"`
	State         handover.State `json:"state" enum:"running,done,undoing,undone"`
	Job           id.ID          `json:"job"`
	Moved         int64          `json:"moved" doc:"Records that changed hands"`
	Kept          int64          `json:"kept" doc:"Of an undo: records that somebody changed since, which stay with the successor"`
	UndoableUntil clock.Instant  `json:"undoable_until" nullable:"true" doc:"null when it cannot be undone"`
}

// HandoverOrder says who takes over.
type HandoverOrder struct {
	To id.ID `json:"to"`
}

func (a *API) handoverOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/users/{id}/holdings", ID: "list-holdings", Summary: "What a user has and would hand over",
		Does: "holdings", Object: "user", Scope: "edit", Gives: items[Holding]{}, Params: idParam(),
	}, a.holdings)
	a.raw(Op{
		Method: http.MethodPost, Path: "/users/{id}/handover", ID: "hand-over", Summary: "Disable a user and give what they have to a colleague",
		Does: "handover", Object: "user", Scope: "edit", Confirm: "user:edit", Takes: HandoverOrder{}, Gives: Handover{}, Status: http.StatusAccepted, Params: idParam(),
	}, a.handOver)
	a.raw(Op{
		Method: http.MethodGet, Path: "/handovers", ID: "list-handovers", Summary: "The newest hand-overs",
		Does: "list", Object: "handover", Scope: "edit", Gives: items[Handover]{},
	}, a.handovers)
	a.raw(Op{
		Method: http.MethodPost, Path: "/handovers/{id}/undo", ID: "undo-handover", Summary: "Take a hand-over back, within seven days",
		Does: "undo", Object: "handover", Scope: "edit", Gives: Handover{}, Status: http.StatusAccepted, Params: idParam(),
	}, a.undoHandover)
}

func (a *API) holdings(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	out := items[Holding]{Items: []Holding{}}
	err = a.read(rq.HTTP.Context(), rq, func(s *record.Session) error {
		all, err := handover.Preview(rq.HTTP.Context(), s, x)
		for _, h := range all {
			out.Items = append(out.Items, Holding{h.Name, h.Label.In(rq.Lang), h.Count})
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func (a *API) handOver(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var order HandoverOrder
	if err := bodyOf(rq, &order); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		h, err := handover.Begin(ctx, s, x, order.To)
		return handoverAnswer(ctx, s, h, err)
	})
}

func (a *API) undoHandover(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		h, err := handover.Undo(ctx, s, x)
		return handoverAnswer(ctx, s, h, err)
	})
}

func (a *API) handovers(w http.ResponseWriter, rq *Request) error {
	out := items[Handover]{Items: []Handover{}}
	ctx := rq.HTTP.Context()
	err := a.read(ctx, rq, func(s *record.Session) error {
		all, err := handover.List(ctx, s)
		if err != nil {
			return err
		}
		out.Items, err = shownHandovers(ctx, s, all)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func handoverAnswer(ctx context.Context, s *record.Session, h *handover.Handover, err error) (*Answer, error) {
	if err != nil {
		return nil, err
	}
	shown, err := shownHandovers(ctx, s, []handover.Handover{*h})
	if err != nil {
		return nil, err
	}
	return jsonAnswer(http.StatusAccepted, shown[0])
}

func shownHandovers(ctx context.Context, s *record.Session, all []handover.Handover) ([]Handover, error) {
	people := map[id.ID]bool{}
	for _, h := range all {
		people[h.By], people[h.From], people[h.To] = true, true, true
	}
	names, err := s.Titles(ctx, "user", people)
	if err != nil {
		return nil, err
	}
	out := []Handover{}
	for _, h := range all {
		out = append(out, Handover{
			ID: h.ID, At: h.At, By: Named{h.By, names[h.By]}, From: Named{h.From, names[h.From]}, To: Named{h.To, names[h.To]},
			State: h.State, Job: h.Job, Moved: h.Moved, Kept: h.Kept, UndoableUntil: h.Undoable(s.Tx.Now),
		})
	}
	return out, nil
}
