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
	Permissions map[string][]access.Action `json:"permissions,omitempty" doc:"Module and the actions it may be used for; missing lets it do whatever I may"`
}

// TokenItem is an API token without its secret.
type TokenItem struct {
	ID          id.ID                      `json:"id"`
	Name        string                     `json:"name"`
	Permissions map[string][]access.Action `json:"permissions"`
	Created     time.Time                  `json:"created_at"`
	LastSeen    *time.Time                 `json:"last_seen_at" doc:"To a few minutes"`
	Expires     time.Time                  `json:"expires_at"`
}

// TokenMade is a new API token with its secret, which is never shown again.
type TokenMade struct {
	TokenItem
	Secret string `json:"secret"`
}

func (a *API) tokenOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/tokens", ID: "list-tokens", Summary: "My API tokens",
		Does: "list", Object: "token", Scope: "self", Person: true,
	}, a.tokens)
	handle(a, Op{
		Method: http.MethodPost, Path: "/me/tokens", ID: "create-token", Summary: "Make an API token",
		Does: "create", Object: "token", Scope: "self", Person: true, Status: http.StatusCreated,
	}, a.createToken)
	handle(a, Op{
		Method: http.MethodDelete, Path: "/me/tokens/{id}", ID: "end-token", Summary: "End one of my API tokens",
		Does: "delete", Object: "token", Scope: "self", Person: true, Status: http.StatusNoContent,
	}, a.endToken)
}

func (a *API) endToken(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
	token, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, a.Auth.EndToken(ctx, rq.Actor, token)
}

func (a *API) tokens(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body items[TokenItem] }, error) {
	list, err := a.Auth.Tokens(ctx, rq.Actor)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body items[TokenItem] }{items[TokenItem]{make([]TokenItem, len(list))}}
	for i, t := range list {
		out.Body.Items[i] = tokenItem(t)
	}
	return out, nil
}

func tokenItem(t auth.Token) TokenItem {
	item := TokenItem{ID: t.ID, Name: t.Name, Permissions: t.Limits, Created: t.Created.Time, Expires: t.Expires.Time}
	if !t.Seen.IsZero() {
		item.LastSeen = &t.Seen.Time
	}
	return item
}

// createToken keeps no answer for a retry: it would have to store the secret. A token made twice can be ended.
func (a *API) createToken(ctx context.Context, rq *Request, in *struct{ Body NewToken }) (*struct{ Body TokenMade }, error) {
	life := time.Duration(in.Body.Days) * 24 * time.Hour
	secret, t, err := a.Auth.CreateToken(ctx, rq.Actor, in.Body.Name, life, in.Body.Permissions)
	if err != nil {
		return nil, err
	}
	return &struct{ Body TokenMade }{TokenMade{tokenItem(t), secret}}, nil
}
