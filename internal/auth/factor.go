package auth

import (
	"context"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// Factors are the second factors of a user.
type Factors struct {
	TOTP     clock.Instant // since when codes from an app are used; zero when they are not
	Passkeys []Passkey
	Recovery int // how many recovery codes are left
}

// Any reports whether there is a second factor. Recovery codes are none by themselves: they stand in for one that is
// lost.
func (f Factors) Any() bool { return !f.TOTP.IsZero() || len(f.Passkeys) > 0 }

// Methods gives the ways to show a second factor.
func (f Factors) Methods() []Method {
	var list []Method
	if !f.TOTP.IsZero() {
		list = append(list, ByTOTP)
	}
	if len(f.Passkeys) > 0 {
		list = append(list, ByPasskey)
	}
	if f.Any() && f.Recovery > 0 {
		list = append(list, ByRecovery)
	}
	return list
}

// FactorsOf gives the second factors of a user.
func (a *Service) FactorsOf(ctx context.Context, user id.ID) (f Factors, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		f, err = factorsOf(ctx, tx, user)
		return err
	})
	return f, err
}

func factorsOf(ctx context.Context, tx *sqldb.Tx, user id.ID) (f Factors, err error) {
	err = tx.QueryRow(ctx, `SELECT confirmed_at FROM totp WHERE user_id = ? AND confirmed_at IS NOT NULL`, user).Scan(&f.TOTP)
	if err != nil && !sqldb.IsNoRows(err) {
		return f, err
	}
	if f.Passkeys, err = passkeysOf(ctx, tx, user); err != nil {
		return f, err
	}
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM recovery_code WHERE user_id = ?`, user).Scan(&f.Recovery)
	return f, err
}

// FinishFactor takes the step of the second factor by a code: of an app, or a recovery code. A wrong one gives
// errs.Invalid for the field code; after a few the step is over.
func (a *Service) FinishFactor(ctx context.Context, ticket string, method Method, code string, from From) (Entry, error) {
	if method != ByTOTP && method != ByRecovery {
		return Entry{}, errs.OfField("method", "signin.method")
	}
	var s step
	err := a.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		if s, err = a.findStep(ctx, tx, string(StepFactor), ticket); err != nil {
			return err
		}
		return s.attempted(ctx, tx)
	})
	if err != nil {
		return Entry{}, err
	}
	if err := a.checkFactor(ctx, s.user, method, code, "code", from); err != nil {
		return Entry{}, err
	}
	return a.pass(ctx, s, method, from)
}

// pass lets somebody in who was before the step of the second factor and has taken it.
func (a *Service) pass(ctx context.Context, s step, method Method, from From) (e Entry, err error) {
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.end(ctx, tx); err != nil {
			return err
		}
		user, err := accountWhere(ctx, tx, `a.id = ?`, int64(s.user))
		if err != nil {
			return err
		}
		if !user.active {
			return errStepOver()
		}
		e, err = a.enter(ctx, tx, arrival{user: user, method: Method(s.data) + "+" + method, strong: true, from: from})
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	return a.admitted(ctx, e, s.user)
}

// checkFactor checks a code of a user. Attempts are counted before the code is looked at. A wrong code gives
// errs.Invalid for field.
func (a *Service) checkFactor(ctx context.Context, user id.ID, method Method, code, field string, from From) error {
	brakes := a.brakesOfFactor(user, from)
	err := a.db.Write(ctx, func(tx *sqldb.Tx) error { return brakes.claim(ctx, tx, user, from.Address) })
	if err != nil {
		return err
	}
	var right bool
	if method == ByRecovery {
		right, err = a.useRecovery(ctx, user, code)
	} else {
		right, err = a.useTOTP(ctx, user, code)
	}
	if err != nil {
		return err
	}
	if right {
		return a.db.Write(ctx, func(tx *sqldb.Tx) error { return brakes.forgive(ctx, tx) })
	}
	if err := a.wrongFactor(ctx, user, method, brakes, from); err != nil {
		return err
	}
	return errs.OfField(field, "signin.code")
}

// wrongFactor notes a wrong code, and that it was the one from which on attempts have to wait.
func (a *Service) wrongFactor(ctx context.Context, user id.ID, method Method, brakes brakes, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := a.note(ctx, tx, nil, user, audit.SignInBad, method, "code", from); err != nil {
			return err
		}
		name, err := brakes.reached(ctx, tx)
		if err != nil || name == "" {
			return err
		}
		return a.note(ctx, tx, nil, user, audit.Locked, method, name, from)
	})
}

// enrolled notes that a user has a second factor more: their sessions need not set one up first any longer. Who has no
// recovery codes gets some.
func (a *Service) enrolled(ctx context.Context, tx *sqldb.Tx, who Who, method Method, codes *recoveryCodes, from From) error {
	var left int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM recovery_code WHERE user_id = ?`, who.Actor.ID).Scan(&left); err != nil {
		return err
	}
	if left > 0 {
		codes.plain = nil
	} else if err := codes.store(ctx, tx, who.Actor.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE session SET must_enrol = 0 WHERE user_id = ?`, who.Actor.ID); err != nil {
		return err
	}
	if err := a.note(ctx, tx, who.Actor, who.Actor.ID, audit.Changed, method, "added", from); err != nil {
		return err
	}
	return a.actors.Changed(ctx, tx)
}

// removed notes that a user has a second factor less. The last one stays while a role of theirs demands it; with it go
// the recovery codes.
func (a *Service) removed(ctx context.Context, tx *sqldb.Tx, who Who, method Method, from From) error {
	f, err := factorsOf(ctx, tx, who.Actor.ID)
	if err != nil {
		return err
	}
	if !f.Any() {
		user, err := accountWhere(ctx, tx, `a.id = ?`, int64(who.Actor.ID))
		if err != nil {
			return err
		}
		needs, err := org.NeedsSecondFactor(ctx, tx, user.roles)
		if err != nil {
			return err
		}
		if needs {
			return errs.New(errs.Conflict, "factor.required")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE user_id = ?`, who.Actor.ID); err != nil {
			return err
		}
	}
	return a.note(ctx, tx, who.Actor, who.Actor.ID, audit.Changed, method, "removed", from)
}

// ResetFactors takes all second factors and recovery codes from a user who has lost them, and ends their sessions. The
// actor must be allowed to manage the user.
func (a *Service) ResetFactors(ctx context.Context, who Who, user id.ID, from From) error {
	return a.manage(ctx, who, user, func(tx *sqldb.Tx, u *org.User) error {
		for _, table := range []string{"totp", "passkey", "recovery_code", "session", "signin_step"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE user_id = ?`, user); err != nil {
				return err
			}
		}
		if err := a.note(ctx, tx, who.Actor, user, audit.Changed, "", "factors_reset", from); err != nil {
			return err
		}
		return a.actors.Changed(ctx, tx)
	})
}

// Required reports whether a role of a user demands a second factor.
func (a *Service) Required(ctx context.Context, user id.ID) (needs bool, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		u, err := accountWhere(ctx, tx, `a.id = ?`, int64(user))
		if err != nil {
			return err
		}
		needs, err = org.NeedsSecondFactor(ctx, tx, u.roles)
		return err
	})
	return needs, err
}

// EnrolStep is the step of who has to set up a second factor before anything else.
func (a *Service) EnrolStep() *Step { return &Step{Kind: StepEnrol, Methods: a.enrolMethods()} }
