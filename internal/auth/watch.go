package auth

import (
	"context"
	"time"

	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// watchEvery is how often an open stream asks whether it may go on: within the second after which a change must have
// taken effect everywhere.
const watchEvery = 400 * time.Millisecond

// ErrEnded is the cause of the end of a context that Hold gave.
var ErrEnded = errs.New(errs.Unauthenticated, "")

// Hold gives a context that ends when who no longer holds: their session or token was ended or has run out, or they were
// disabled. It is for answers that stay open, such as a stream of events. What they may see can change meanwhile, so such
// a stream asks Again before each thing that it tells.
func (a *Service) Hold(ctx context.Context, who Who) (context.Context, context.CancelFunc) {
	held, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
				if _, err := a.Again(held, who); errs.Is(err, errs.Unauthenticated) {
					cancel(ErrEnded)
					return
				}
			}
		}
	}()
	return held, func() { cancel(context.Canceled) }
}

// Again gives who as they are now, with what they may do now; errs.Unauthenticated when they no longer hold. It usually
// needs no statement.
func (a *Service) Again(ctx context.Context, who Who) (Who, error) {
	if who.shown == nil || !who.shown.alive(a.clock.Now()) {
		return Who{}, errs.New(errs.Unauthenticated, "")
	}
	version, err := a.actors.Version(ctx, a.db)
	if err != nil {
		return Who{}, err
	}
	if version > who.shown.checked.Load() {
		if err := a.stillThere(ctx, who); err != nil {
			return Who{}, err
		}
		who.shown.checked.Store(version)
	}
	actor, err := a.actors.Get(ctx, a.db, who.shown.user)
	if err != nil {
		return Who{}, err
	}
	who.Actor = org.Narrowed(actor, who.shown.limits)
	return who, nil
}

// stillThere asks the database for the session or token.
func (a *Service) stillThere(ctx context.Context, who Who) error {
	sql, x := `SELECT COUNT(*) FROM session WHERE id = ? AND must_enrol = 0`, who.Session
	switch {
	case who.Token != 0:
		sql, x = `SELECT COUNT(*) FROM api_token WHERE id = ?`, who.Token
	case who.App != 0:
		sql, x = `SELECT COUNT(*) FROM app_password WHERE id = ?`, who.App
	}
	var n int
	err := a.db.Read(ctx, func(tx *sqldb.Tx) error { return tx.QueryRow(ctx, sql, x).Scan(&n) })
	if err == nil && n == 0 {
		return errs.New(errs.Unauthenticated, "")
	}
	return err
}
