package api

import (
	"context"
	"net/http"
	"time"

	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// SignInItem is a line of the log of signing in.
type SignInItem struct {
	ID      id.ID         `json:"id"`
	At      clock.Instant `json:"at"`
	User    *Named        `json:"user" doc:"null for logins that nobody has"`
	Login   string        `json:"login"`
	Result  string        `json:"result" enum:"signed_in,failed,asked,locked,signed_out,ended,confirmed,changed"`
	Method  string        `json:"method" doc:"password, totp, passkey, recovery, oidc, token, link, settings; with + between two"`
	Reason  string        `json:"reason" doc:"Why it failed or ended, or what was changed"`
	By      *Named        `json:"by" doc:"Who did it, when that is not the user"`
	Address string        `json:"address"`
	Agent   string        `json:"agent"`
}

// SignInPage is a part of the log, newest first.
type SignInPage struct {
	Items []SignInItem `json:"items" nullable:"false"`
	Next  string       `json:"next"`
}

// OwnSignIns chooses lines of one's own.
type OwnSignIns struct {
	Result string    `query:"result" doc:"signed_in, failed, asked, locked, signed_out, ended, confirmed or changed"`
	Method string    `query:"method"`
	From   time.Time `query:"from"`
	Until  time.Time `query:"until"`
	Cursor string    `query:"cursor" doc:"next of the page before"`
	Limit  int       `query:"limit" doc:"50 when missing, at most 500"`
}

// allSignIns chooses lines of everybody.
type allSignIns struct {
	OwnSignIns
	User    string `query:"user" doc:"The user's id"`
	Login   string `query:"login" doc:"The beginning of what was typed"`
	Address string `query:"address"`
}

type signInsAnswer struct{ Body SignInPage }

func (a *API) signInLogOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/sign-ins", ID: "my-sign-ins", Summary: "When and how I signed in, or somebody tried to",
		Does: "list", Object: "sign_in", Scope: "self", Person: true,
	}, func(ctx context.Context, rq *Request, in *OwnSignIns) (*signInsAnswer, error) {
		f, err := in.filter()
		if err != nil {
			return nil, err
		}
		f.User = rq.Actor.ID
		return a.signInPage(ctx, f)
	})
	handle(a, Op{
		Method: http.MethodGet, Path: "/sign-ins", ID: "sign-ins", Summary: "The log of signing in",
		Does: "list", Object: "sign_in", Scope: "security",
	}, func(ctx context.Context, rq *Request, in *allSignIns) (*signInsAnswer, error) {
		if err := auth.MayView(rq.Actor); err != nil {
			return nil, err
		}
		f, err := in.filter()
		if err != nil {
			return nil, err
		}
		if in.User != "" {
			if f.User, err = parseID(in.User); err != nil {
				return nil, err
			}
		}
		f.Login, f.Address = in.Login, in.Address
		out, err := a.signInPage(ctx, f)
		if err != nil {
			return nil, err
		}
		return out, a.Auth.Spend(ctx, rq.Who, len(out.Body.Items))
	})
}

func (in OwnSignIns) filter() (auth.SignInFilter, error) {
	f := auth.SignInFilter{Result: audit.SignInResult(in.Result), Method: in.Method, From: in.From, Until: in.Until, Limit: in.Limit}
	var err error
	if f.Before, err = id.Parse(in.Cursor); err != nil {
		return f, errs.New(errs.Invalid, "list.cursor")
	}
	return f, nil
}

// signInPage reads one line more than it gives, to know whether there are more.
func (a *API) signInPage(ctx context.Context, f auth.SignInFilter) (*signInsAnswer, error) {
	if f.Limit < 1 || f.Limit > 500 {
		f.Limit = 50
	}
	limit := f.Limit
	f.Limit++
	out := &signInsAnswer{SignInPage{Items: []SignInItem{}}}
	err := a.Store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		lines, err := auth.SignIns(ctx, tx, f)
		for i, l := range lines {
			if i == limit {
				out.Body.Next = lines[limit-1].ID.String()
				break
			}
			out.Body.Items = append(out.Body.Items, signInItem(l))
		}
		return err
	})
	return out, err
}

func signInItem(l auth.SignInLine) SignInItem {
	named := func(x id.ID, name string) *Named {
		if x == 0 {
			return nil
		}
		return &Named{x, name}
	}
	return SignInItem{
		ID: l.ID, At: l.At, User: named(l.User, l.UserName), Login: l.Login, Result: string(l.Result), Method: l.Method, Reason: l.Reason,
		By: named(l.By, l.ByName), Address: l.Address, Agent: l.Agent,
	}
}
