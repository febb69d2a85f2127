package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// MyPool is a pool of which its reader is a member.
type MyPool struct {
	ID         id.ID    `json:"id"`
	Name       string   `json:"name"`
	Holds      string   `json:"holds" doc:"The entity of what lies in it"`
	Admin      bool     `json:"admin" doc:"Whether I assign from it"`
	Claims     bool     `json:"claims" doc:"Whether I may claim at all"`
	Count      int64    `json:"count" doc:"How many lie in it"`
	ClaimDaily *int64   `json:"claim_daily" doc:"Claims a day; null for any number"`
	Claimed    int64    `json:"claimed" doc:"What I claimed today"`
	HoldUser   *int64   `json:"hold_user" doc:"How many one may hold; null for any number"`
	Held       int64    `json:"held" doc:"What I hold now"`
	Hidden     []string `json:"hidden" nullable:"false" doc:"Fields that I do not see of what lies in it"`
}

// PoolClaim names a record that is claimed.
type PoolClaim struct {
	ID id.ID `json:"id"`
}

// PoolAssignment gives records to somebody.
type PoolAssignment struct {
	IDs     []id.ID `json:"ids" nullable:"false" maxItems:"200"`
	OwnerID id.ID   `json:"owner_id"`
}

// PoolReturn puts records into a pool.
type PoolReturn struct {
	IDs    []id.ID `json:"ids" nullable:"false" maxItems:"200"`
	Reason string  `json:"reason,omitempty" maxLength:"500" doc:"Needed of one's own records"`
}

// PoolMoved says what became of many.
type PoolMoved struct {
	Changed int       `json:"changed"`
	Failed  []NotDone `json:"failed" nullable:"false"`
}

// NotDone is a record with which something could not be done.
type NotDone struct {
	ID      id.ID  `json:"id"`
	Message string `json:"message"`
}

// PoolDraft is a pool as it would be, to see what falls into it.
type PoolDraft struct {
	ID          id.ID       `json:"id,omitempty" doc:"Of a pool that there is"`
	Holds       string      `json:"holds"`
	Members     []id.ID     `json:"member_ids,omitempty"`
	Departments []id.ID     `json:"department_ids,omitempty"`
	Recycle     crm.Recycle `json:"recycle"`
	Days        int         `json:"days" minimum:"0" maximum:"366" doc:"How far ahead to look; 0 for tonight"`
}

// PoolPreview is what falls into a pool.
type PoolPreview struct {
	Tonight int        `json:"tonight" doc:"How many fall this night"`
	Within  int        `json:"within" doc:"How many within the days asked for"`
	Items   []PoolFall `json:"items" nullable:"false" doc:"The first 200"`
}

// PoolFall is a record that falls into a pool.
type PoolFall struct {
	ID     id.ID         `json:"id"`
	Title  string        `json:"title"`
	Owner  Named         `json:"owner"`
	At     clock.Instant `json:"at"`
	Reason string        `json:"reason" enum:"followup,assigned,deal"`
	Days   int           `json:"days" doc:"Of the condition that decides"`
}

func (a *API) poolOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/me/pools", ID: "my-pools", Summary: "The pools of which I am a member",
		Does: "list_mine", Object: "pool", Scope: "self", Gives: items[MyPool]{},
	}, a.myPools)
	a.raw(Op{
		Method: http.MethodGet, Path: "/pools/{id}/records", ID: "pool-records", Summary: "What lies in a pool, without what it hides",
		Does: "pool_records", Object: "pool", Scope: "member", Params: append(idParam(), listParams()...),
		GivesSchema: listSchema(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}),
	}, a.poolRecords)
	a.raw(Op{
		Method: http.MethodGet, Path: "/pools/{id}/followups", ID: "pool-followups", Summary: "How a record that lies in a pool was followed up, as far as the pool shows it",
		Does: "pool_followups", Object: "pool", Scope: "member", GivesSchema: listSchema(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}),
		Params: append(idParam(), &huma.Param{Name: "record", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
			&huma.Param{Name: "cursor", In: "query", Schema: &huma.Schema{Type: huma.TypeString}}),
	}, a.poolFollowups)
	a.raw(Op{
		Method: http.MethodPost, Path: "/pools/{id}/claim", ID: "claim", Summary: "Take a record out of a pool and own it",
		Does: "claim", Object: "pool", Scope: "member", Takes: PoolClaim{}, Gives: PoolClaim{}, Params: idParam(),
	}, a.claim)
	a.raw(Op{
		Method: http.MethodPost, Path: "/pools/{id}/assign", ID: "assign-from-pool", Summary: "Give records that lie in a pool to somebody",
		Does: "pool_assign", Object: "pool", Scope: "admin", Takes: PoolAssignment{}, Gives: PoolMoved{}, Params: idParam(),
	}, a.assignFromPool)
	a.raw(Op{
		Method: http.MethodPost, Path: "/pools/{id}/put", ID: "put-into-pool", Summary: "Give my records back to a pool, or put those that I supervise into it",
		Does: "pool_put", Object: "pool", Scope: "edit", Takes: PoolReturn{}, Gives: PoolMoved{}, Params: idParam(),
	}, a.putIntoPool)
	a.raw(Op{
		Method: http.MethodPost, Path: "/pools/preview", ID: "preview-pool", Summary: "What falls into a pool tonight and soon, as the pool would be",
		Does: "preview", Object: "pool", Scope: "edit", Takes: PoolDraft{}, Gives: PoolPreview{},
	}, a.previewPool)
}

func (a *API) myPools(w http.ResponseWriter, rq *Request) error {
	out := items[MyPool]{Items: []MyPool{}}
	ctx := rq.HTTP.Context()
	err := a.read(ctx, rq, func(s *record.Session) error {
		pools, err := crm.MyPools(ctx, s)
		if err != nil {
			return err
		}
		for _, p := range pools {
			one, err := myPool(ctx, s, p)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, one)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func myPool(ctx context.Context, s *record.Session, p *crm.Pool) (out MyPool, err error) {
	st, err := crm.StandingIn(ctx, s, p)
	if err != nil {
		return out, err
	}
	out = MyPool{
		ID: p.ID, Name: p.Name, Holds: p.Holds, Admin: st.Admin, ClaimDaily: p.ClaimDaily, HoldUser: p.HoldUser, Hidden: []string{},
		Claims: s.Actor.May(s.Def(p.Holds).ModuleName(), access.Edit),
	}
	if !st.Admin {
		out.Hidden = append(out.Hidden, p.Hidden...)
	}
	through, err := s.Through(ctx, p.Holds, p.ID, st.Admin)
	if err != nil {
		return out, err
	}
	if out.Count, err = through.Count(ctx, p.Holds, record.Query{}); err != nil {
		return out, err
	}
	if out.Claimed, err = crm.ClaimedToday(ctx, s, p); err != nil {
		return out, err
	}
	out.Held, err = p.Held(ctx, s)
	return out, err
}

func (a *API) poolRecords(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	q, err := queryOf(rq.HTTP.URL.Query())
	if err != nil {
		return err
	}
	if q.Archived {
		return errs.New(errs.NotFound, "")
	}
	ctx := rq.HTTP.Context()
	var body []byte
	err = a.read(ctx, rq, func(s *record.Session) error {
		p, st, err := crm.PoolFor(ctx, s, x)
		if err != nil {
			return err
		}
		through, err := s.Through(ctx, p.Holds, p.ID, st.Admin)
		if err != nil {
			return err
		}
		body, err = listed(ctx, rq, through, p.Holds, q)
		return err
	})
	if err != nil {
		return err
	}
	(&Answer{Status: http.StatusOK, ContentType: "application/json", CacheControl: "private, no-store", Body: body}).send(w)
	return nil
}

// historyShown is how many follow-ups one answer gives.
const historyShown = 20

func (a *API) poolFollowups(w http.ResponseWriter, rq *Request) error {
	pool, err := idOf(rq)
	if err != nil {
		return err
	}
	asked := rq.HTTP.URL.Query()
	x, err := id.Parse(asked.Get("record"))
	if err != nil {
		return errs.New(errs.NotFound, "")
	}
	ctx := rq.HTTP.Context()
	body := []byte(`{"items":[],"next":""}`)
	err = a.read(ctx, rq, func(s *record.Session) error {
		p, st, err := crm.PoolFor(ctx, s, pool)
		if err != nil {
			return err
		}
		through, err := s.Through(ctx, p.Holds, p.ID, st.Admin)
		if err != nil {
			return err
		}
		q, err := crm.PoolHistory(ctx, through, p, x)
		if err != nil || q == nil {
			return err
		}
		q.Limit, q.Cursor = historyShown, asked.Get("cursor")
		body, err = listed(ctx, rq, through, "followup", *q)
		return err
	})
	if err != nil {
		return err
	}
	(&Answer{Status: http.StatusOK, ContentType: "application/json", CacheControl: "private, no-store", Body: body}).send(w)
	return nil
}

// listed writes a page of a list.
func listed(ctx context.Context, rq *Request, s *record.Session, entityName string, q record.Query) ([]byte, error) {
	page, err := s.List(ctx, entityName, q)
	if err != nil {
		return nil, err
	}
	rq.rows = len(page.Rows)
	view, err := s.View(ctx, entityName, page.Rows, q.Fields)
	if err != nil {
		return nil, err
	}
	body := append(make([]byte, 0, 1024+len(page.Rows)*512), `{"items":[`...)
	for i, row := range page.Rows {
		if i > 0 {
			body = append(body, ',')
		}
		body = view.AppendJSON(body, row)
	}
	body = append(body, `],"next":`...)
	return append(entity.AppendString(body, page.Next), '}', '\n'), nil
}

func (a *API) claim(w http.ResponseWriter, rq *Request) error {
	pool, err := idOf(rq)
	if err != nil {
		return err
	}
	var in PoolClaim
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if err := crm.Claim(ctx, s, pool, in.ID); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, in)
	})
}

// mostMoved is how many records one request moves.
const mostMoved = 200

// moveMany does something with each of some records, and tells of which it could not be done.
func (a *API) moveMany(w http.ResponseWriter, rq *Request, ids []id.ID, do func(ctx context.Context, s *record.Session, x id.ID) error) error {
	if len(ids) > mostMoved {
		return errs.OfField("ids", "pool.too_many", "max", mostMoved)
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		out := PoolMoved{Failed: []NotDone{}}
		for _, x := range ids {
			err := s.Try(ctx, func() error { return do(ctx, s, x) })
			var told *errs.Error
			switch {
			case err == nil:
				out.Changed++
			case errors.As(err, &told):
				out.Failed = append(out.Failed, NotDone{ID: x, Message: sentence(told, rq.Lang)})
			default:
				return nil, err
			}
		}
		return jsonAnswer(http.StatusOK, out)
	})
}

// sentence says what is wrong: of fields, what is wrong with the first.
func sentence(err *errs.Error, lang i18n.Lang) string {
	if len(err.Fields) > 0 {
		return err.Fields[0].Message(lang)
	}
	return err.Message(lang)
}

func (a *API) assignFromPool(w http.ResponseWriter, rq *Request) error {
	pool, err := idOf(rq)
	if err != nil {
		return err
	}
	var in PoolAssignment
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	if err := a.read(rq.HTTP.Context(), rq, func(s *record.Session) error {
		p, st, err := crm.PoolFor(rq.HTTP.Context(), s, pool)
		if err == nil && (!st.Admin || !s.Actor.Lets(s.Def(p.Holds).ModuleName(), access.Assign)) {
			err = errs.New(errs.Denied, "")
		}
		return err
	}); err != nil {
		return err
	}
	return a.moveMany(w, rq, in.IDs, func(ctx context.Context, s *record.Session, x id.ID) error {
		return crm.AssignFrom(ctx, s, pool, x, in.OwnerID)
	})
}

func (a *API) putIntoPool(w http.ResponseWriter, rq *Request) error {
	pool, err := idOf(rq)
	if err != nil {
		return err
	}
	var in PoolReturn
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.moveMany(w, rq, in.IDs, func(ctx context.Context, s *record.Session, x id.ID) error {
		return crm.Put(ctx, s, pool, x, in.Reason)
	})
}

func (a *API) previewPool(w http.ResponseWriter, rq *Request) error {
	var in PoolDraft
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	out := PoolPreview{Items: []PoolFall{}}
	ctx := rq.HTTP.Context()
	err := a.read(ctx, rq, func(s *record.Session) error {
		if !s.Actor.May("pool", access.Edit) && !s.Actor.May("pool", access.Create) {
			return errs.New(errs.Denied, "")
		}
		p, err := in.pool(s)
		if err != nil {
			return err
		}
		preview, err := crm.PreviewFalls(ctx, s, p, in.Days)
		if err != nil {
			return err
		}
		rq.rows = len(preview.First)
		return out.fill(ctx, s, &preview)
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

// pool gives the pool that a draft describes.
func (d *PoolDraft) pool(s *record.Session) (*crm.Pool, error) {
	f := s.Def("pool").Field("holds")
	if _, problem := f.Type.Check(d.Holds, f); d.Holds == "" || problem != nil {
		return nil, errs.OfField("holds", "field.choice", "value", d.Holds)
	}
	p := &crm.Pool{Holds: d.Holds}
	p.ID = d.ID
	for _, x := range d.Members {
		p.Members = append(p.Members, x.String())
	}
	for _, x := range d.Departments {
		p.Departments = append(p.Departments, x.String())
	}
	text, err := d.Recycle.Encode()
	if err != nil {
		return nil, errs.OfField("recycle", "pool.recycle")
	}
	p.Recycle = text
	return p, nil
}

func (out *PoolPreview) fill(ctx context.Context, s *record.Session, p *crm.Preview) error {
	out.Tonight, out.Within = p.Tonight, p.Within
	people := map[id.ID]bool{}
	for _, f := range p.First {
		people[f.Owner] = true
	}
	names, err := s.Titles(ctx, "user", people)
	for _, f := range p.First {
		out.Items = append(out.Items, PoolFall{
			ID: f.ID, Title: f.Title, Owner: Named{ID: f.Owner, Name: names[f.Owner]}, At: clock.At(f.At), Reason: f.Reason, Days: f.Days,
		})
	}
	return err
}
