package api

import (
	"context"
	"net/http"

	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/id"
)

// AppPasswordItem is a password of a program for calendars and address books, without its secret.
type AppPasswordItem struct {
	ID       id.ID         `json:"id"`
	Name     string        `json:"name"`
	Prefix   string        `json:"prefix" doc:"How the secret begins"`
	Created  clock.Instant `json:"created_at"`
	LastUsed clock.Instant `json:"last_used_at" nullable:"true" doc:"To a few minutes; null when never"`
	Agent    string        `json:"agent" doc:"The program that used it last, as it names itself"`
}

// NewAppPassword names the phone or program it is for.
type NewAppPassword struct {
	Name string `json:"name" maxLength:"200"`
}

// AppPasswordMade is a new app password with its secret, which is never shown again, and what else a phone asks for.
type AppPasswordMade struct {
	AppPasswordItem
	Secret string `json:"secret"`
	Login  string `json:"login"`
	Path   string `json:"path" doc:"Below the address of this server, for programs that do not find calendars and address books themselves"`
}

// DAVPath is where calendars and address books lie.
const DAVPath = "/dav/"

type appPasswords struct{ Body items[AppPasswordItem] }

func (a *API) appPasswordOperations() {
	own := func(method, path, name, does, summary string) Op {
		return Op{Method: method, Path: "/me/app-passwords" + path, ID: name, Summary: summary, Does: does, Object: "app_password", Scope: "self", Person: true}
	}
	handle(a, own(http.MethodGet, "", "list-app-passwords", "list", "My passwords for calendars and address books"),
		func(ctx context.Context, rq *Request, _ *struct{}) (*appPasswords, error) {
			return a.appPasswordsOf(ctx, rq.Actor.ID)
		})
	create := own(http.MethodPost, "", "create-app-password", "create", "Make a password for calendars and address books")
	create.Confirm, create.Status = "security:edit", http.StatusCreated
	handle(a, create, a.createAppPassword)
	handle(a, own(http.MethodDelete, "/{id}", "end-app-password", "delete", "End such a password of mine").noBody(),
		func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
			x, err := in.id()
			if err != nil {
				return nil, err
			}
			return nil, a.Auth.EndAppPassword(ctx, rq.Actor, rq.Actor.ID, x, rq.From)
		})

	look := onUser(http.MethodGet, "/app-passwords", "user-app-passwords", "list", "app_password", "A user's passwords for calendars and address books")
	look.Confirm = ""
	handle(a, look, func(ctx context.Context, rq *Request, in *ByID) (*appPasswords, error) {
		user, err := in.id()
		if err != nil {
			return nil, err
		}
		if err := a.maySee(ctx, rq, user); err != nil {
			return nil, err
		}
		return a.appPasswordsOf(ctx, user)
	})
	handle(a, onUser(http.MethodDelete, "/app-passwords/{part}", "end-user-app-password", "delete", "app_password", "End such a password of a user, who lost a phone").noBody(),
		func(ctx context.Context, rq *Request, in *userPart) (*struct{}, error) {
			user, part, err := in.ids()
			if err != nil {
				return nil, err
			}
			if err := a.Auth.MayManage(ctx, rq.Who, user); err != nil {
				return nil, err
			}
			return nil, a.Auth.EndAppPassword(ctx, rq.Actor, user, part, rq.From)
		})
}

func (a *API) appPasswordsOf(ctx context.Context, user id.ID) (*appPasswords, error) {
	list, err := a.Auth.AppPasswords(ctx, user)
	if err != nil {
		return nil, err
	}
	out := &appPasswords{items[AppPasswordItem]{make([]AppPasswordItem, len(list))}}
	for i, p := range list {
		out.Body.Items[i] = appPasswordItem(p)
	}
	return out, nil
}

func appPasswordItem(p auth.AppPassword) AppPasswordItem {
	return AppPasswordItem{p.ID, p.Name, p.Prefix, p.Created, p.Seen, p.Agent}
}

// createAppPassword keeps no answer for a retry: it would have to store the secret. One made twice can be ended.
func (a *API) createAppPassword(ctx context.Context, rq *Request, in *struct{ Body NewAppPassword }) (*struct{ Body AppPasswordMade }, error) {
	secret, p, err := a.Auth.CreateAppPassword(ctx, rq.Actor, in.Body.Name, rq.From)
	if err != nil {
		return nil, err
	}
	return &struct{ Body AppPasswordMade }{AppPasswordMade{appPasswordItem(p), secret, rq.Actor.Login, DAVPath}}, nil
}
