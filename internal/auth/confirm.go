package auth

import (
	"context"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/sqldb"
)

// confirmedFor is how long showing who one is counts for what is guarded.
const confirmedFor = 10 * time.Minute

// Confirmed refuses with errs.Unconfirmed unless the session's user has shown lately who they are, so that a session
// somebody else got hold of is not enough for what is guarded. Another replica may have seen it, so a no is asked of the
// database.
func (a *Service) Confirmed(ctx context.Context, who Who) error {
	if who.shown == nil || who.Session == 0 {
		return errs.New(errs.Unconfirmed, "")
	}
	now := a.clock.Now()
	if who.shown.confirmedAt().After(now.Add(-confirmedFor)) {
		return nil
	}
	var at clock.Instant
	err := a.db.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `SELECT confirmed_at FROM session WHERE id = ?`, who.Session).Scan(&at)
	})
	if err != nil && !sqldb.IsNoRows(err) {
		return err
	}
	if !at.After(now.Add(-confirmedFor)) {
		return errs.New(errs.Unconfirmed, "")
	}
	who.shown.confirm(at.Time)
	return nil
}

// ConfirmedUntil gives until when the session is confirmed; the zero Instant when it is not.
func (a *Service) ConfirmedUntil(ctx context.Context, who Who) (clock.Instant, error) {
	err := a.Confirmed(ctx, who)
	if errs.Is(err, errs.Unconfirmed) {
		return clock.Instant{}, nil
	}
	if err != nil {
		return clock.Instant{}, err
	}
	return clock.At(who.shown.confirmedAt().Add(confirmedFor)), nil
}

// Confirm lets a session's user show who they are by password or by a code of their second factor, and gives the secret
// that the session has from now on: the one before works no more.
func (a *Service) Confirm(ctx context.Context, who Who, method Method, secret string, from From) (fresh string, err error) {
	if who.Session == 0 {
		return "", errs.New(errs.Denied, "token.cookie")
	}
	switch method {
	case ByPassword:
		err = a.checkOwnPassword(ctx, who, secret, "secret", from)
	case ByTOTP:
		err = a.checkFactor(ctx, who.Actor.ID, method, secret, "secret", from)
	default:
		err = errs.OfField("method", "signin.method")
	}
	if err != nil {
		return "", err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		fresh, err = a.confirm(ctx, tx, who, method, from)
		return err
	})
	return fresh, err
}

// confirm notes that a session's user has shown who they are, and gives the session another secret, so that whoever got
// hold of the old one gains nothing by it.
func (a *Service) confirm(ctx context.Context, tx *sqldb.Tx, who Who, method Method, from From) (string, error) {
	secret := newSecret()
	n, err := tx.Exec(ctx, `UPDATE session SET confirmed_at = ?, token_hash = ? WHERE id = ?`, tx.Now, hashOf(secret), who.Session)
	if err != nil {
		return "", err
	}
	if n == 0 { // it was ended meanwhile
		return "", errs.New(errs.Unauthenticated, "")
	}
	now := tx.Now
	tx.AfterCommit(func() {
		if who.shown != nil {
			who.shown.confirm(now)
		}
	})
	if err := a.note(ctx, tx, who.Actor, who.Actor.ID, audit.Confirmed, method, "", from); err != nil {
		return "", err
	}
	return secret, a.actors.Changed(ctx, tx)
}

// checkOwnPassword checks the password of who asks; guessing it is slowed down as at signing in.
func (a *Service) checkOwnPassword(ctx context.Context, who Who, password, field string, from From) error {
	user, err := a.attempt(ctx, who.Actor.Login, from)
	if err != nil {
		return err
	}
	right, err := a.hasher.check(ctx, clip(password, maxPassword+1), user.hash)
	if err != nil {
		return err
	}
	if !right {
		if err := a.refused(ctx, user.login, user, reasonOf(user), from); !errs.Is(err, errs.Unauthenticated) {
			return err
		}
		return errs.OfField(field, "password.wrong")
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error { return a.brakesOf(user.login, user.id, from).forgive(ctx, tx) })
}
