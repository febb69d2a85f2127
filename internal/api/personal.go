package api

import (
	"context"
	"io"
	"net/http"

	"genjin/internal/crm"
	"genjin/internal/record"
)

// Erasure says why a person is erased.
type Erasure struct {
	Reason string `json:"reason" doc:"On what ground, for the log"`
}

// people are the entities whose records name a person, with what their operations are called.
var people = []struct{ entity, path, module, take string }{
	{"contact", "/contacts/{id}", "customer", "export-personal-data"},
	{"lead", "/leads/{id}", "lead", "export-lead-personal-data"},
}

func (a *API) personalOperations() {
	for _, p := range people {
		a.raw(Op{
			Method: http.MethodGet, Path: p.path + "/personal-data", ID: p.take, Summary: "Everything that is kept about the person of a " + p.entity + ", as a workbook",
			Does: "export", Object: p.entity, Scope: "export", GivesType: sheetType, Timeout: longTimeout, Params: idParam(),
		}, func(w http.ResponseWriter, rq *Request) error { return a.personalData(w, rq, p.entity) })
		a.raw(Op{
			Method: http.MethodPost, Path: p.path + "/erase", ID: "erase-" + p.entity, Summary: "Erase the person of a " + p.entity + " for good; what was agreed remains",
			Does: "erase", Object: p.entity, Scope: "delete", Confirm: p.module + ":delete", Takes: Erasure{}, Status: http.StatusNoContent, Params: idParam(),
		}, func(w http.ResponseWriter, rq *Request) error { return a.erasePerson(w, rq, p.entity) })
	}
}

func (a *API) personalData(w http.ResponseWriter, rq *Request, of string) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	return a.sendWhole(w, a.Store.Schema().Def(of).Label.In(rq.Lang), "xlsx", sheetType, func(f io.Writer) error {
		if err := a.read(ctx, rq, func(s *record.Session) error { return crm.PersonalData(ctx, s, of, x, f) }); err != nil {
			return err
		}
		return a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error { return crm.LogPersonalData(ctx, s, of, x) })
	})
}

func (a *API) erasePerson(w http.ResponseWriter, rq *Request, of string) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in Erasure
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), crm.ErasePerson(ctx, s, of, x, in.Reason)
	})
}
