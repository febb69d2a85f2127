package sms

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/cn/phone"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Order is a message that may go out. It counts already: see Send.
type Order struct {
	Shown   string    // the number, masked
	Expires time.Time // until when the code is good
	Again   time.Time // when the next may be sent there

	gateway Gateway
	number  phone.Number
	code    string
}

const (
	codeDigits  = 6
	mostGuesses = 5
)

// Subject is the number of a record that a code is about.
type Subject struct {
	Entity string
	Record id.ID
	Field  string
}

// Order makes the code for a number of a record and counts it, so that requests at the same time cannot outrun the
// limits; any code before it is good no more. The actor must be able to change the record and see the number in full.
// The message goes out by Send, once the transaction is committed.
func (v *Service) Order(ctx context.Context, s *record.Session, of Subject) (*Order, error) {
	if err := s.Tx.Lock(ctx, "sms"); err != nil {
		return nil, err
	}
	stored, since, err := s.Verifiable(ctx, of.Entity, of.Record, of.Field)
	if err != nil {
		return nil, err
	}
	if !since.IsZero() {
		return nil, errs.New(errs.Conflict, "sms.verified")
	}
	if err := mayBecome(ctx, s, of); err != nil {
		return nil, err
	}
	if _, err := s.Tx.Exec(ctx, `UPDATE sms_code SET code = '' WHERE record_id = ? AND field = ? AND code <> ''`, of.Record, of.Field); err != nil {
		return nil, err
	}
	o, err := v.order(ctx, s, stored, of)
	if err != nil {
		return nil, err
	}
	e := entry(s, of.Entity, "send_code", audit.Change{Field: of.Field, New: o.Shown})
	e.Record = of.Record
	return o, audit.Write(ctx, s.Tx, []audit.Entry{e})
}

// mayBecome refuses a code for a number that could not be verified by it, since a rule keeps the record as it is.
func mayBecome(ctx context.Context, s *record.Session, of Subject) error {
	dry := s.As(s.Actor, s.Origin)
	dry.Dry = true
	return dry.Verify(ctx, of.Entity, of.Record, of.Field)
}

// OrderTest makes a message that shows an administrator whether the gateway works. It counts like any other.
func (v *Service) OrderTest(ctx context.Context, s *record.Session, number string) (*Order, error) {
	if err := may(s.Actor, access.Edit); err != nil {
		return nil, err
	}
	if err := s.Tx.Lock(ctx, "sms"); err != nil {
		return nil, err
	}
	o, err := v.order(ctx, s, number, Subject{})
	if err != nil {
		return nil, err
	}
	return o, log(ctx, s, "send_code", audit.Change{Field: setting, New: o.Shown})
}

func (v *Service) order(ctx context.Context, s *record.Session, stored string, of Subject) (*Order, error) {
	g, set, err := v.load(ctx, s.Tx)
	if err != nil {
		return nil, err
	}
	if test := of.Record == 0; !set || !g.Active && !test {
		return nil, errs.New(errs.Conflict, "sms.none")
	}
	number, err := reachable(stored, g.Abroad)
	if err != nil {
		return nil, err
	}
	if err := v.within(ctx, s.Tx, &g, v.digest(number), s.Actor.ID); err != nil {
		return nil, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return nil, fmt.Errorf("sms: %w", err)
	}
	o := &Order{
		Shown: masked(number), Expires: s.Tx.Now.Add(codeLasts), Again: s.Tx.Now.Add(resendAfter),
		gateway: g, number: number, code: fmt.Sprintf("%0*d", codeDigits, n),
	}
	x, proof := s.Tx.NewID(), ""
	if of.Record != 0 {
		proof = v.Seal.Sign("sms code", v.proves(x, of, number, o.code))
	}
	_, err = s.Tx.Exec(ctx, `INSERT INTO sms_code (id, user_id, number, entity, record_id, field, code, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		x, s.Actor.ID, v.digest(number), of.Entity, of.Record, of.Field, proof, s.Tx.Now)
	return o, err
}

// reachable reads a number that gets text messages.
func reachable(stored string, abroad bool) (phone.Number, error) {
	n, err := phone.ParseOne(stored)
	switch {
	case err != nil, n.Kind != phone.Mobile && n.Kind != phone.International, n.Ext != "":
		return n, errs.OfField("phone", "sms.no_mobile")
	case n.Kind == phone.International && !abroad:
		return n, errs.OfField("phone", "sms.abroad")
	}
	return n, nil
}

func masked(n phone.Number) string {
	shown, _ := entity.Mask(&entity.Field{Type: entity.Phone}, n.National).(string)
	return shown
}

// digest names a number without storing it.
func (v *Service) digest(n phone.Number) string { return v.Seal.Sign("sms number", n.E164) }

// proves is what the digest of a code is made of: it is good for this message, record and number alone.
func (v *Service) proves(x id.ID, of Subject, n phone.Number, code string) string {
	return strings.Join([]string{x.String(), of.Entity, of.Record.String(), of.Field, n.E164, code}, "|")
}

// Send hands an order to the gateway and gives its answer. The error is errs.Unavailable when it cannot be reached.
func (v *Service) Send(ctx context.Context, o *Order) (Answer, error) {
	a, err := v.deliver(ctx, &o.gateway, o.number, o.code)
	if err == nil && !a.Accepted {
		v.Log.WarnContext(ctx, "the gateway for text messages refused one", "status", a.Status)
	}
	return a, err
}

// Refused says to who wanted a code sent that the gateway did not take it.
func (a Answer) Refused() error {
	if a.Accepted {
		return nil
	}
	return errs.New(errs.Unavailable, "sms.refused", "status", a.Status)
}

// Confirm verifies a number by the code that came there. Of several confirmations at once one wins. Wrong tells what was
// wrong with the code; then the attempt counts, and the transaction must be committed all the same.
func (v *Service) Confirm(ctx context.Context, s *record.Session, of Subject, code string) (wrong, err error) {
	if err := s.Tx.Lock(ctx, "sms:"+of.Record.String()); err != nil {
		return nil, err
	}
	stored, _, err := s.Verifiable(ctx, of.Entity, of.Record, of.Field)
	if err != nil {
		return nil, err
	}
	if code = strings.ReplaceAll(text.Clean(code), " ", ""); len(code) != codeDigits || strings.Trim(code, "0123456789") != "" {
		return nil, errs.OfField("code", "sms.six")
	}
	number, err := phone.ParseOne(stored)
	if err != nil {
		return nil, errs.OfField("code", "sms.no_code")
	}
	wrong, err = v.guess(ctx, s.Tx, of, number, code)
	if wrong != nil || err != nil {
		return wrong, err
	}
	return nil, s.Verify(ctx, of.Entity, of.Record, of.Field)
}

// guess compares a code with the one that was sent last. The attempt is counted before it is looked at.
func (v *Service) guess(ctx context.Context, tx *sqldb.Tx, of Subject, number phone.Number, code string) (wrong, err error) {
	var x id.ID
	var proof string
	var guesses int
	err = tx.QueryRow(ctx, `SELECT id, code, attempts FROM sms_code
		WHERE record_id = ? AND entity = ? AND field = ? AND number = ? AND code <> '' AND created_at > ? ORDER BY id DESC LIMIT 1`,
		of.Record, of.Entity, of.Field, v.digest(number), tx.Now.Add(-codeLasts)).Scan(&x, &proof, &guesses)
	if sqldb.IsNoRows(err) {
		return nil, errs.OfField("code", "sms.no_code")
	}
	if err != nil {
		return nil, err
	}
	guesses++
	right := v.Seal.Signed("sms code", v.proves(x, of, number, code), proof) // in constant time
	if right || guesses >= mostGuesses {
		proof = ""
	}
	if _, err := tx.Exec(ctx, `UPDATE sms_code SET attempts = ?, code = ? WHERE id = ?`, guesses, proof, x); err != nil || right {
		return nil, err
	}
	if left := mostGuesses - guesses; left > 0 {
		return errs.OfField("code", "sms.wrong", "left", left), nil
	}
	return errs.OfField("code", "sms.over"), nil
}
