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

func (a *API) personalOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/contacts/{id}/personal-data", ID: "export-personal-data", Summary: "Everything that is kept about a contact, as a workbook",
		Does: "export", Object: "contact", Scope: "export", GivesType: sheetType, Timeout: longTimeout, Params: idParam(),
	}, a.personalData)
	a.raw(Op{
		Method: http.MethodPost, Path: "/contacts/{id}/erase", ID: "erase-contact", Summary: "Erase a contact's person for good; what was agreed remains",
		Does: "erase", Object: "contact", Scope: "delete", Confirm: "customer:delete", Takes: Erasure{}, Status: http.StatusNoContent, Params: idParam(),
	}, a.erasePerson)
}

func (a *API) personalData(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	return a.sendWhole(w, a.Store.Schema().Def("contact").Label.In(rq.Lang), "xlsx", sheetType, func(f io.Writer) error {
		if err := a.read(ctx, rq, func(s *record.Session) error { return crm.PersonalData(ctx, s, x, f) }); err != nil {
			return err
		}
		return a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error { return crm.LogPersonalData(ctx, s, x) })
	})
}

func (a *API) erasePerson(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in Erasure
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), crm.ErasePerson(ctx, s, x, in.Reason)
	})
}
