// Package sms shows that a telephone number belongs to who is said to have it: a code goes there in a text message,
// through the gateway that an administrator has described, and whoever works on the record types in what came.
//
// Any gateway that takes an HTTP request can be described: address, headers and body are templates (see template), what
// has to be signed is worked out from further ones, and its answer tells by a value whether it took the message. Secrets
// are sealed and never given back. A code has six digits, is good for ten minutes, five attempts and one use, and is
// bound to the record and the number; only its digest is stored, by a key outside the database. How many messages go out
// is bounded by number, by user and in all: whoever can send could be paid for it, or make a stranger's phone ring.
package sms

import (
	"context"
	"log/slog"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/outbound"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sealed"
	"genjin/internal/sqldb"
)

// Options say with what the service works.
type Options struct {
	Seal     *seal.Ring // seals the gateway's secrets and makes digests; when nil, one that is gone with the process
	Outbound *outbound.Client
	Log      *slog.Logger // no log when nil
}

// Service sends and confirms codes. It is safe for use by many goroutines.
type Service struct {
	Options
	store *record.Store
}

// New makes the service over the records of store.
func New(store *record.Store, o Options) *Service {
	if o.Seal == nil {
		o.Seal = seal.Passing()
	}
	if o.Outbound == nil {
		o.Outbound = outbound.New(outbound.Options{})
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Options: o, store: store}
}

// setting is the name of the gateway among the sealed settings.
const setting = "sms"

// may refuses with errs.Denied who may not see, or change, the company's settings.
func may(a *access.Actor, action access.Action) error {
	if !a.May("setting", action) {
		return errs.New(errs.Denied, "")
	}
	return nil
}

// Ready reports whether codes can be sent: a gateway is set and switched on.
func (v *Service) Ready(ctx context.Context, tx *sqldb.Tx) (bool, error) {
	g, set, err := v.load(ctx, tx)
	return set && g.Active, err
}

func (v *Service) load(ctx context.Context, tx *sqldb.Tx) (g Gateway, set bool, err error) {
	set, err = sealed.Load(ctx, tx, v.Seal, v.Log, setting, &g)
	return g, set, err
}

// Gateway gives the gateway, without the values of its secrets; nil when none is set.
func (v *Service) Gateway(ctx context.Context, s *record.Session) (*Gateway, error) {
	if err := may(s.Actor, access.View); err != nil {
		return nil, err
	}
	g, set, err := v.load(ctx, s.Tx)
	if err != nil || !set {
		return nil, err
	}
	for i := range g.Secrets {
		g.Secrets[i].Value = nil
	}
	return &g, nil
}

// SetGateway sets the gateway. A secret without a value keeps the one that it has, as long as requests still go to the
// same host: a secret is for the server it was given for.
func (v *Service) SetGateway(ctx context.Context, s *record.Session, g Gateway) error {
	if err := may(s.Actor, access.Edit); err != nil {
		return err
	}
	old, _, err := v.load(ctx, s.Tx)
	if err != nil {
		return err
	}
	g.keepSecrets(&old)
	if err := g.check(v.Outbound.Allows); err != nil {
		return err
	}
	if err := sealed.Store(ctx, s.Tx, v.Seal, s.Actor.ID, setting, g); err != nil {
		return err
	}
	return log(ctx, s, "update", audit.Change{Field: setting, New: hostOf(g.Address)})
}

// DropGateway forgets the gateway with its secrets.
func (v *Service) DropGateway(ctx context.Context, s *record.Session) error {
	if err := may(s.Actor, access.Edit); err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM sealed_setting WHERE name = ?`, setting); err != nil {
		return err
	}
	return log(ctx, s, "delete", audit.Change{Field: setting})
}

// log writes into the log what was done to the gateway.
func log(ctx context.Context, s *record.Session, action audit.Action, change audit.Change) error {
	return audit.Write(ctx, s.Tx, []audit.Entry{entry(s, "setting", action, change)})
}

func entry(s *record.Session, of string, action audit.Action, change audit.Change) audit.Entry {
	return audit.Entry{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: of, Action: action, Changes: []audit.Change{change},
	}
}

// Clean forgets codes that count no more.
func (v *Service) Clean(ctx context.Context) error {
	return v.store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM sms_code WHERE created_at <= ?`, tx.Now.Add(-24*time.Hour))
		return err
	})
}
