package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// ClashQuestion asks who has a customer or lead.
type ClashQuestion struct {
	Q string `json:"q" doc:"A name, a phone or a credit code"`
}

// ClashAnswer says who has it.
type ClashAnswer struct {
	By    string     `json:"by" enum:"name,phone,credit_code" doc:"What was typed, as it was understood"`
	Items []ClashHit `json:"items" nullable:"false"`
}

// ClashHit is a record that there is, and nothing of what it holds.
type ClashHit struct {
	Hit    id.ID         `json:"hit" doc:"What I call it when I ask for it, within a day"`
	Entity string        `json:"entity"`
	ID     id.ID         `json:"id" doc:"Empty when I may not see it"`
	Title  string        `json:"title" doc:"Empty when I may not see it"`
	Since  clock.Instant `json:"since"`
	Owner  *Named        `json:"owner" doc:"null for nobody"`
	Pool   *Named        `json:"pool" doc:"Where it lies when nobody owns it; null for none"`
	Mine   bool          `json:"mine"`
	Sure   bool          `json:"sure" doc:"The same, and not just alike"`
}

// ClashWish asks for a record that an answer named.
type ClashWish struct {
	Wants  string `json:"wants" enum:"take_over,collaborate"`
	Reason string `json:"reason" maxLength:"500"`
}

// ClashRequest is somebody's wish to take a record over or to work on it together.
type ClashRequest struct {
	ID        id.ID         `json:"id"`
	Entity    string        `json:"entity"`
	Record    id.ID         `json:"record" doc:"Empty when I may not see it"`
	Title     string        `json:"title" doc:"Empty when I may not see it"`
	Wants     string        `json:"wants" enum:"take_over,collaborate"`
	Reason    string        `json:"reason"`
	State     string        `json:"state" enum:"open,accepted,refused,over"`
	User      Named         `json:"user"`
	Owner     *Named        `json:"owner" doc:"When it was asked; null when I may not see it"`
	AskedAt   clock.Instant `json:"asked_at"`
	DecidedBy *Named        `json:"decided_by"`
	DecidedAt clock.Instant `json:"decided_at" nullable:"true"`
	Decision  string        `json:"decision" doc:"Why"`
}

// ClashDecision decides about a request.
type ClashDecision struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Needed of a refusal"`
}

// ClashAsked is a question that somebody asked.
type ClashAsked struct {
	ID    id.ID         `json:"id"`
	User  Named         `json:"user"`
	At    clock.Instant `json:"at"`
	By    string        `json:"by"`
	Typed string        `json:"typed" doc:"Of a phone the beginning and the end"`
	Found int64         `json:"found"`
}

func (a *API) clashOperations() {
	a.raw(Op{
		Method: http.MethodPost, Path: "/clashes", ID: "who-has", Summary: "Whether a customer or lead exists, since when and whose it is",
		Does: "ask", Object: "clash", Scope: "create", Takes: ClashQuestion{}, Gives: ClashAnswer{},
	}, a.whoHas)
	a.raw(Op{
		Method: http.MethodPost, Path: "/clashes/{id}/request", ID: "ask-for", Summary: "Ask to take over what an answer named, or to work on it together",
		Does: "request", Object: "clash", Scope: "self", Takes: ClashWish{}, Gives: PoolClaim{}, Status: http.StatusCreated, Params: idParam(),
	}, a.askFor)
	a.raw(Op{
		Method: http.MethodGet, Path: "/clash-requests", ID: "list-clash-requests", Summary: "The requests about which I decide, or that I made",
		Does: "requests", Object: "clash", Scope: "view", Gives: items[ClashRequest]{}, Params: []*huma.Param{
			{Name: "mine", In: "query", Description: "Those that I made", Schema: &huma.Schema{Type: huma.TypeBoolean}},
			{Name: "open", In: "query", Description: "Only those that are not decided", Schema: &huma.Schema{Type: huma.TypeBoolean}},
		},
	}, a.clashRequests)
	a.raw(Op{
		Method: http.MethodPost, Path: "/clash-requests/{id}/decide", ID: "decide-clash-request", Summary: "Accept or refuse a request",
		Does: "decide", Object: "clash", Scope: "supervise", Takes: ClashDecision{}, Status: http.StatusNoContent, Params: idParam(),
	}, a.decideClash)
	a.raw(Op{
		Method: http.MethodGet, Path: "/clash-questions", ID: "list-clash-questions", Summary: "Who asked who has what, the newest first",
		Does: "questions", Object: "clash", Scope: "log", Gives: items[ClashAsked]{}, Params: []*huma.Param{
			{Name: "before", In: "query", Description: "The id of the last one of the page before", Schema: &huma.Schema{Type: huma.TypeString}},
		},
	}, a.clashQuestions)
}

func (a *API) whoHas(w http.ResponseWriter, rq *Request) error {
	var in ClashQuestion
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		by, found, err := crm.WhoHas(ctx, s, in.Q)
		if err != nil {
			return nil, err
		}
		out := ClashAnswer{By: by, Items: []ClashHit{}}
		names, err := namesOf(ctx, s, found)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			out.Items = append(out.Items, ClashHit{
				Hit: c.Hit, Entity: c.Entity, ID: c.Record, Title: c.Title, Since: c.Since, Owner: names.of("user", c.Owner), Pool: names.of("pool", c.Pool), Mine: c.Mine, Sure: c.Sure,
			})
		}
		return jsonAnswer(http.StatusOK, out)
	})
}

// titles are names by entity and id.
type titles map[string]map[id.ID]string

// of gives a record with its name; nil for none.
func (n titles) of(entityName string, x id.ID) *Named {
	if x == 0 {
		return nil
	}
	return &Named{ID: x, Name: n[entityName][x]}
}

func namesOf(ctx context.Context, s *record.Session, found []crm.Clash) (titles, error) {
	people, pools := map[id.ID]bool{}, map[id.ID]bool{}
	for _, c := range found {
		if c.Owner != 0 {
			people[c.Owner] = true
		}
		if c.Pool != 0 {
			pools[c.Pool] = true
		}
	}
	out := titles{}
	var err error
	if out["user"], err = s.Titles(ctx, "user", people); err != nil {
		return nil, err
	}
	out["pool"], err = s.Titles(ctx, "pool", pools)
	return out, err
}

func (a *API) askFor(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in ClashWish
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		made, err := crm.AskFor(ctx, s, x, in.Wants, in.Reason)
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusCreated, PoolClaim{made})
	})
}

func (a *API) clashRequests(w http.ResponseWriter, rq *Request) error {
	out := items[ClashRequest]{Items: []ClashRequest{}}
	ctx, values := rq.HTTP.Context(), rq.HTTP.URL.Query()
	err := a.read(ctx, rq, func(s *record.Session) error {
		all, err := crm.RequestsFor(ctx, s, values.Get("mine") == "true", values.Get("open") == "true")
		if err != nil {
			return err
		}
		rq.rows = len(all)
		out.Items, err = shownRequests(ctx, s, all)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func shownRequests(ctx context.Context, s *record.Session, all []crm.Request) ([]ClashRequest, error) {
	people, records := map[id.ID]bool{}, map[string]map[id.ID]bool{}
	for _, r := range all {
		for _, x := range []id.ID{r.User, r.Owner, r.DecidedBy} {
			people[x] = x != 0
		}
		if records[r.Entity] == nil {
			records[r.Entity] = map[id.ID]bool{}
		}
		records[r.Entity][r.Record] = true
	}
	delete(people, 0)
	names := titles{}
	var err error
	if names["user"], err = s.Titles(ctx, "user", people); err != nil {
		return nil, err
	}
	out := []ClashRequest{}
	for of, set := range records {
		if names[of], err = s.Titles(ctx, of, set); err != nil {
			return nil, err
		}
	}
	for _, r := range all {
		one := ClashRequest{
			ID: r.ID, Entity: r.Entity, Wants: r.Wants, Reason: r.Reason, State: r.State, User: Named{r.User, names["user"][r.User]},
			AskedAt: r.AskedAt, DecidedBy: names.of("user", r.DecidedBy), DecidedAt: r.DecidedAt, Decision: r.Decision,
		}
		if title, sees := names[r.Entity][r.Record]; sees {
			one.Record, one.Title = r.Record, title
		}
		if s.Actor.Field(r.Entity, "owner_id") != access.FieldHidden {
			one.Owner = names.of("user", r.Owner)
		}
		out = append(out, one)
	}
	return out, nil
}

func (a *API) decideClash(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in ClashDecision
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), crm.Decide(ctx, s, x, in.Accept, in.Reason)
	})
}

func (a *API) clashQuestions(w http.ResponseWriter, rq *Request) error {
	before, err := id.Parse(rq.HTTP.URL.Query().Get("before"))
	if err != nil && rq.HTTP.URL.Query().Get("before") != "" {
		return errs.OfField("before", "field.not_id")
	}
	out := items[ClashAsked]{Items: []ClashAsked{}}
	ctx := rq.HTTP.Context()
	err = a.read(ctx, rq, func(s *record.Session) error {
		all, err := crm.AskedBefore(ctx, s, before)
		if err != nil {
			return err
		}
		rq.rows = len(all)
		people := map[id.ID]bool{}
		for _, one := range all {
			people[one.User] = true
		}
		names, err := s.Titles(ctx, "user", people)
		for _, one := range all {
			out.Items = append(out.Items, ClashAsked{ID: one.ID, User: Named{one.User, names[one.User]}, At: one.At, By: one.By, Typed: one.Typed, Found: one.Found})
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}
