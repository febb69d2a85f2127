package api

import (
	"context"
	"net/http"
	"time"

	"genjin/internal/access"
	"genjin/internal/auth"
	"genjin/internal/id"
)

// NewToken describes the API token to be made.
type NewToken struct {
	Name        string                     `json:"name"`
	Days        int                        `json:"days,omitempty" doc:"How long it is valid; 90 when missing"`
	Permissions map[string][]access.Action `json:"permissions,omitempty" doc:"Module and the actions it may be used for; missing lets it do whatever I may, but for what is guarded: exports and the like need to be named"`
	RowsPerDay  int                        `json:"rows_per_day,omitempty" doc:"How many records it may take out a day; no bound when missing"`
}

// TokenItem is an API token without its secret.
type TokenItem struct {
	ID          id.ID                      `json:"id"`
	User        Named                      `json:"user"`
	Name        string                     `json:"name"`
	Prefix      string                     `json:"prefix" doc:"How the secret begins"`
	Permissions map[string][]access.Action `json:"permissions" nullable:"true"`
	RowsPerDay  int                        `json:"rows_per_day" doc:"0 for no bound"`
	Created     time.Time                  `json:"created_at"`
	LastSeen    *time.Time                 `json:"last_seen_at" doc:"To a few minutes"`
	Expires     time.Time                  `json:"expires_at"`
}

// TokenMade is a new API token with its secret, which is never shown again.
type TokenMade struct {
	TokenItem
	Secret string `json:"secret"`
}

type tokensAnswer struct{ Body items[TokenItem] }

func (a *API) tokenOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/tokens", ID: "list-tokens", Summary: "My API tokens",
		Does: "list", Object: "token", Scope: "self", Person: true,
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*tokensAnswer, error) {
		return tokensOf(a.Auth.Tokens(ctx, rq.Actor.ID))
	})
	handle(a, Op{
		Method: http.MethodPost, Path: "/me/tokens", ID: "create-token", Summary: "Make an API token",
		Does: "create", Object: "token", Scope: "self", Person: true, Confirm: "security:edit", Status: http.StatusCreated,
	}, a.createToken)
	handle(a, Op{
		Method: http.MethodDelete, Path: "/me/tokens/{id}", ID: "end-token", Summary: "End one of my API tokens",
		Does: "delete", Object: "token", Scope: "self", Person: true, Status: http.StatusNoContent,
	}, func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
		token, err := in.id()
		if err != nil {
			return nil, err
		}
		return nil, a.Auth.EndToken(ctx, rq.Actor, rq.Actor.ID, token, rq.From)
	})
	handle(a, Op{
		Method: http.MethodGet, Path: "/tokens", ID: "all-tokens", Summary: "Everybody's API tokens",
		Does: "list", Object: "token", Scope: "security", Person: true,
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*tokensAnswer, error) {
		if err := auth.MayView(rq.Actor); err != nil {
			return nil, err
		}
		return tokensOf(a.Auth.AllTokens(ctx))
	})
	handle(a, Op{
		Method: http.MethodDelete, Path: "/tokens/{id}", ID: "end-any-token", Summary: "End anybody's API token",
		Does: "delete", Object: "token", Scope: "security", Person: true, Confirm: "security:edit", Status: http.StatusNoContent,
	}, func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
		token, err := in.id()
		if err != nil {
			return nil, err
		}
		if err := auth.MayEdit(rq.Actor); err != nil {
			return nil, err
		}
		return nil, a.Auth.EndToken(ctx, rq.Actor, 0, token, rq.From)
	})
}

func tokensOf(list []auth.Token, err error) (*tokensAnswer, error) {
	if err != nil {
		return nil, err
	}
	out := &tokensAnswer{items[TokenItem]{make([]TokenItem, len(list))}}
	for i, t := range list {
		out.Body.Items[i] = tokenItem(t)
	}
	return out, nil
}

func tokenItem(t auth.Token) TokenItem {
	item := TokenItem{
		ID: t.ID, User: Named{t.User, t.UserName}, Name: t.Name, Prefix: t.Prefix, Permissions: t.Limits, RowsPerDay: t.RowsADay,
		Created: t.Created.Time, Expires: t.Expires.Time,
	}
	if !t.Seen.IsZero() {
		item.LastSeen = &t.Seen.Time
	}
	return item
}

// createToken keeps no answer for a retry: it would have to store the secret. A token made twice can be ended.
func (a *API) createToken(ctx context.Context, rq *Request, in *struct{ Body NewToken }) (*struct{ Body TokenMade }, error) {
	secret, t, err := a.Auth.CreateToken(ctx, rq.Actor, auth.NewToken{
		Name: in.Body.Name, Life: time.Duration(in.Body.Days) * 24 * time.Hour, Limits: in.Body.Permissions, RowsADay: in.Body.RowsPerDay,
	}, rq.From)
	if err != nil {
		return nil, err
	}
	t.UserName = rq.Actor.Name
	return &struct{ Body TokenMade }{TokenMade{tokenItem(t), secret}}, nil
}
