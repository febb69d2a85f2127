package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"genjin/internal/record"
	"genjin/internal/savedview"
)

// ViewChange is what is changed of a view; what is missing stays.
type ViewChange struct {
	Name     *string          `json:"name,omitempty"`
	Entity   string           `json:"entity,omitempty" doc:"Only when it is made"`
	Scope    *savedview.Scope `json:"scope,omitempty" enum:"private,department,all"`
	Search   json.RawMessage  `json:"search,omitempty"`
	Position *int64           `json:"position,omitempty"`
}

func (c ViewChange) apply(v *savedview.View) {
	if c.Name != nil {
		v.Name = *c.Name
	}
	if c.Scope != nil {
		v.Scope = *c.Scope
	}
	if c.Search != nil {
		v.Search = c.Search
	}
	if c.Position != nil {
		v.Position = *c.Position
	}
}

func (a *API) viewOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/views", ID: "list-views", Summary: "Saved views: mine and those shared with me",
		Does: "list", Object: "view", Scope: "self", Gives: items[savedview.View]{}, Params: listParams()[1:2],
	}, a.views)
	a.raw(Op{
		Method: http.MethodPost, Path: "/views", ID: "create-view", Summary: "Save a view",
		Does: "create", Object: "view", Scope: "self", Whole: true, Takes: ViewChange{}, Gives: savedview.View{}, Status: http.StatusCreated,
	}, a.createView)
	a.raw(Op{
		Method: http.MethodPatch, Path: "/views/{id}", ID: "update-view", Summary: "Change a view",
		Does: "update", Object: "view", Scope: "self", Whole: true, Takes: ViewChange{}, Gives: savedview.View{}, Params: append(idParam(), matchParam()),
	}, a.updateView)
	a.raw(Op{
		Method: http.MethodDelete, Path: "/views/{id}", ID: "delete-view", Summary: "Delete a view",
		Does: "delete", Object: "view", Scope: "self", Whole: true, Status: http.StatusNoContent, Params: idParam(),
	}, a.deleteView)
}

func (a *API) views(w http.ResponseWriter, rq *Request) error {
	ctx := rq.HTTP.Context()
	var out items[savedview.View]
	err := a.read(ctx, rq, func(s *record.Session) (err error) {
		out.Items, err = savedview.List(ctx, s, rq.HTTP.URL.Query().Get("q"))
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func (a *API) createView(w http.ResponseWriter, rq *Request) error {
	var in ViewChange
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		v := &savedview.View{Entity: in.Entity, Scope: savedview.Private, Search: json.RawMessage(`{}`)}
		in.apply(v)
		if err := savedview.Create(ctx, s, v); err != nil {
			return nil, err
		}
		return viewAnswer(http.StatusCreated, v)
	})
}

func viewAnswer(status int, v *savedview.View) (*Answer, error) {
	answer, err := jsonAnswer(status, v)
	if err == nil {
		answer.ETag = `"` + strconv.FormatInt(v.Version, 10) + `"`
	}
	return answer, err
}

func (a *API) updateView(w http.ResponseWriter, rq *Request) error {
	x, version, err := seenOf(rq)
	if err != nil {
		return err
	}
	var in ViewChange
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		v, err := savedview.Update(ctx, s, x, version, in.apply)
		if err != nil {
			return nil, err
		}
		return viewAnswer(http.StatusOK, v)
	})
}

func (a *API) deleteView(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), savedview.Delete(ctx, s, x)
	})
}
