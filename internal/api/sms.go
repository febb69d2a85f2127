package api

import (
	"context"
	"net/http"
	"time"

	"genjin/internal/entity"
	"genjin/internal/record"
	"genjin/internal/sms"
	"genjin/internal/sqldb"
)

// OrderCode names the field whose number gets a code.
type OrderCode struct {
	Field string `json:"field" maxLength:"100"`
}

// SentCode says that a code is on its way.
type SentCode struct {
	To      string    `json:"to" doc:"The number, masked"`
	Expires time.Time `json:"expires_at" doc:"Until when the code is good"`
	Again   time.Time `json:"again_at" doc:"When the next may be sent there"`
}

// ConfirmCode is the code that came to a number.
type ConfirmCode struct {
	Field string `json:"field" maxLength:"100"`
	Code  string `json:"code" maxLength:"20"`
}

func (a *API) smsOperations() {
	for _, def := range a.Store.Registry().Defs() {
		if verifiable(def) {
			a.codeBySMSOperations(def)
		}
	}
	a.gatewayOperations()
}

func verifiable(def *entity.Def) bool {
	for _, f := range def.Fields {
		if f.VerifiedBy != "" {
			return true
		}
	}
	return false
}

// sendPatience is longer than the gateway has to answer.
const sendPatience = usualTimeout

func (a *API) codeBySMSOperations(def *entity.Def) {
	d := door{a, def.Name}
	a.raw(Op{
		Method: http.MethodPost, Path: "/" + def.Path + "/{id}/sms-code", ID: "send-code-" + def.Name, Summary: "Send a code to a number of a " + def.Label.EN,
		Does: "send_code", Object: def.Name, Scope: "edit", Takes: OrderCode{}, Gives: SentCode{}, Params: idParam(), Timeout: sendPatience,
	}, d.sendCode)
	a.raw(Op{
		Method: http.MethodPost, Path: "/" + def.Path + "/{id}/sms-code/confirm", ID: "confirm-code-" + def.Name, Summary: "Verify a number of a " + def.Label.EN + " by the code that came there",
		Does: "verify", Object: def.Name, Scope: "edit", Takes: ConfirmCode{}, GivesSchema: a.recordSchema(def), Params: idParam(),
	}, d.confirmCode)
}

func (d door) sendCode(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in OrderCode
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	answer, err := d.ordered(ctx, rq, func(s *record.Session) (*sms.Order, error) {
		return d.SMS.Order(ctx, s, sms.Subject{Entity: d.entity, Record: x, Field: in.Field})
	})
	if err != nil {
		return err
	}
	answer.send(w)
	return nil
}

// ordered makes an order in a transaction, and has it sent when that is committed. When it is not taken the
// Idempotency-Key is free again: a retry is another message.
func (a *API) ordered(ctx context.Context, rq *Request, fn func(s *record.Session) (*sms.Order, error)) (*Answer, error) {
	var order *sms.Order
	answer, err := a.write(ctx, rq, func(s *record.Session) (_ *Answer, err error) {
		if order, err = fn(s); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, SentCode{order.Shown, order.Expires.UTC(), order.Again.UTC()})
	})
	if err != nil || answer.Replay != "" {
		return answer, err
	}
	said, err := a.SMS.Send(ctx, order)
	if err == nil {
		err = said.Refused()
	}
	if err != nil {
		return nil, a.freed(ctx, rq, err)
	}
	return answer, nil
}

// freed forgets the answer that was kept for the request's key, since what it promised failed, and gives why.
func (a *API) freed(ctx context.Context, rq *Request, failed error) error {
	if rq.key == "" {
		return failed
	}
	err := a.Store.DB().Write(context.WithoutCancel(ctx), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE user_id = ? AND key = ?`, rq.Actor.ID, rq.key)
		return err
	})
	if err != nil {
		a.Log.WarnContext(ctx, "the key of a request that failed is not free", "error", err)
	}
	return failed
}

func (d door) confirmCode(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in ConfirmCode
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var wrong error // the attempt counts all the same
	answer, err := d.write(ctx, rq, func(s *record.Session) (*Answer, error) {
		wrong, err = d.SMS.Confirm(ctx, s, sms.Subject{Entity: d.entity, Record: x, Field: in.Field}, in.Code)
		if wrong != nil || err != nil {
			return nil, err
		}
		return d.shown(ctx, s, x, http.StatusOK)
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		return wrong
	}
	answer.send(w)
	return nil
}

// sayVerifiable says of fields that codes can be sent to their numbers, while there is a gateway: without one the page
// asks nobody to verify anything.
func (a *API) sayVerifiable(ctx context.Context, s *record.Session, m *Meta) error {
	ready, err := a.SMS.Ready(ctx, s.Tx)
	if err != nil || !ready {
		return err
	}
	for i, e := range m.Entities {
		def := s.Def(e.Name)
		for j, f := range e.Fields {
			m.Entities[i].Fields[j].Verified = def.Field(f.Name).VerifiedBy
		}
	}
	return nil
}
