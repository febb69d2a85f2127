package api

import (
	"context"
	"encoding/json"
	"net/http"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Named is a record by its id and name.
type Named struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Me is who is signed in and what they may do.
type Me struct {
	ID          id.ID                     `json:"id"`
	Login       string                    `json:"login"`
	Name        string                    `json:"name"`
	Mobile      string                    `json:"mobile"`
	Email       string                    `json:"email"`
	Department  *Named                    `json:"department"`
	Roles       []string                  `json:"roles" nullable:"false" doc:"Built-in roles by their stable names, others by name"`
	Permissions map[string]map[string]any `json:"permissions" doc:"Module, action, and how far it reaches: none, self, subordinates, department, department_tree, listed or all; true or false for actions without a reach"`
	Language    string                    `json:"language" doc:"Empty to follow the browser"`
	Settings    map[string]any            `json:"settings" doc:"What the page keeps for its user"`
}

// MePatch is what users change about themselves.
type MePatch struct {
	Name     *string        `json:"name,omitempty"`
	Mobile   *string        `json:"mobile,omitempty"`
	Email    *string        `json:"email,omitempty"`
	Language *string        `json:"language,omitempty"`
	Settings map[string]any `json:"settings,omitempty" doc:"Each takes the place of the one of its name; null removes it"`
}

// NewPassword is a change of one's own password.
type NewPassword struct {
	Old string `json:"old" maxLength:"1000"`
	New string `json:"new" maxLength:"1000"`
}

// GivenPassword is a password that somebody gives to somebody else.
type GivenPassword struct {
	Password string `json:"password" maxLength:"1000"`
}

type meAnswer struct{ Body *Me }

func (a *API) meOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/me", ID: "me", Summary: "Who I am and what I may do",
		Does: "get", Object: "me", Scope: "self",
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*meAnswer, error) {
		me, err := a.me(ctx, rq)
		return &meAnswer{me}, err
	})
	handle(a, Op{
		Method: http.MethodPatch, Path: "/me", ID: "change-me", Summary: "Change what is mine",
		Does: "update", Object: "me", Scope: "self", Person: true,
	}, a.patchMe)
	handle(a, Op{
		Method: http.MethodPut, Path: "/me/password", ID: "change-password", Summary: "Change my password",
		Does: "update", Object: "password", Scope: "self", Person: true, Status: http.StatusNoContent,
	}, a.changePassword)
	handle(a, Op{
		Method: http.MethodPost, Path: "/users/{id}/password", ID: "set-password", Summary: "Give a user a password",
		Does: "update", Object: "password", Scope: "edit", Person: true, Confirm: "user:edit", Status: http.StatusNoContent,
	}, a.setPassword)
}

func (a *API) me(ctx context.Context, rq *Request) (me *Me, err error) {
	err = a.Store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		me, err = loadMe(ctx, tx, rq.Actor)
		return err
	})
	return me, err
}

func loadMe(ctx context.Context, tx *sqldb.Tx, actor *access.Actor) (*Me, error) {
	me := &Me{ID: actor.ID, Login: actor.Login, Name: actor.Name, Permissions: permissions(actor), Settings: map[string]any{}}
	var settings, department string
	var roles entity.List
	err := tx.QueryRow(ctx, `SELECT a.mobile, a.email, a.language, a.role_ids, COALESCE(d.name, ''), COALESCE(u.value, '')
		FROM account a LEFT JOIN department d ON d.id = a.department_id LEFT JOIN user_setting u ON u.user_id = a.id
		WHERE a.id = ?`, actor.ID).Scan(&me.Mobile, &me.Email, &me.Language, &roles, &department, &settings)
	if err != nil {
		return nil, err
	}
	if actor.Department != 0 {
		me.Department = &Named{ID: actor.Department, Name: department}
	}
	if settings != "" {
		if err := json.Unmarshal([]byte(settings), &me.Settings); err != nil {
			return nil, err
		}
	}
	me.Roles, err = org.RoleNames(ctx, tx, roles)
	return me, err
}

// permissions says what an actor may do, for pages to show what is possible.
func permissions(actor *access.Actor) map[string]map[string]any {
	out := make(map[string]map[string]any, len(org.Modules))
	for _, m := range org.Modules {
		actions := make(map[string]any, len(m.Actions))
		for _, action := range m.Actions {
			switch reach := actor.Reach(m.Name, action); {
			case !org.Reaches(action):
				actions[string(action)] = actor.May(m.Name, action)
			case reach.Scope == access.None:
				actions[string(action)] = "none"
			default:
				actions[string(action)] = string(reach.Scope)
			}
		}
		out[m.Name] = actions
	}
	return out
}

// patchMe asks who one is before the address changes to which links for a new password go.
func (a *API) patchMe(ctx context.Context, rq *Request, in *struct{ Body MePatch }) (*meAnswer, error) {
	if in.Body.Email != nil {
		old, err := a.me(ctx, rq)
		if err != nil {
			return nil, err
		}
		if *in.Body.Email != old.Email {
			if err := a.confirmed(ctx, rq, "security:edit"); err != nil {
				return nil, err
			}
		}
	}
	err := a.Store.Write(ctx, org.OverSelf(rq.Actor), rq.Origin(), func(s *record.Session) error {
		_, err := record.Update(ctx, s, rq.Actor.ID, 0, func(u *org.User) error {
			in.Body.apply(u)
			return nil
		})
		if err != nil || in.Body.Settings == nil {
			return err
		}
		return mergeSettings(ctx, s.Tx, rq.Actor.ID, in.Body.Settings)
	})
	if err != nil {
		return nil, err
	}
	who, err := a.Auth.Authenticate(ctx, rq.HTTP) // the actor as changed
	if err != nil {
		return nil, err
	}
	rq.as(who)
	me, err := a.me(ctx, rq)
	return &meAnswer{me}, err
}

func (p MePatch) apply(u *org.User) {
	for _, change := range []struct{ to, from *string }{
		{&u.Name, p.Name}, {&u.Mobile, p.Mobile}, {&u.Email, p.Email}, {&u.Language, p.Language},
	} {
		if change.from != nil {
			*change.to = *change.from
		}
	}
}

// maxSettings bounds what the page keeps for a user, in bytes.
const maxSettings = 64 << 10

func mergeSettings(ctx context.Context, tx *sqldb.Tx, user id.ID, changed map[string]any) error {
	var stored string
	err := tx.QueryRow(ctx, `SELECT value FROM user_setting WHERE user_id = ?`+tx.Dialect().ForUpdate(), user).Scan(&stored)
	if err != nil && !sqldb.IsNoRows(err) {
		return err
	}
	all := map[string]any{}
	if stored != "" {
		if err := json.Unmarshal([]byte(stored), &all); err != nil {
			return err
		}
	}
	for name, value := range changed {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if len(b) > maxSettings {
		return errs.New(errs.TooLarge, "")
	}
	_, err = tx.Exec(ctx, `INSERT INTO user_setting (user_id, value) VALUES (?, ?)
		ON CONFLICT (user_id) DO UPDATE SET value = excluded.value`, user, string(b))
	return err
}

func (a *API) changePassword(ctx context.Context, rq *Request, in *struct{ Body NewPassword }) (*struct{}, error) {
	return nil, a.Auth.ChangePassword(ctx, rq.Who, in.Body.Old, in.Body.New, rq.From)
}

func (a *API) setPassword(ctx context.Context, rq *Request, in *struct {
	ByID
	Body GivenPassword
},
) (*struct{}, error) {
	user, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, a.Auth.SetPassword(ctx, rq.Who, user, in.Body.Password, rq.From)
}
