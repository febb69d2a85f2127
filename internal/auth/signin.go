package auth

import (
	"context"
	"net/netip"
	"unicode/utf8"

	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// From is where a request comes from.
type From struct {
	Address netip.Addr
	Agent   string
	Device  string // what the browser shows that is known from an earlier sign-in; "" for nothing
}

// SignIn checks a password and lets its user in, or gives the step that is missing. Wrong logins, wrong passwords and
// users who are not active get the same answer after the same work; too many attempts give errs.TooMany.
func (a *Service) SignIn(ctx context.Context, login, password string, from From) (Entry, error) {
	login = org.NormalLogin(clip(login, 64))
	user, err := a.attempt(ctx, login, from)
	if err != nil {
		return Entry{}, err
	}
	right, err := a.hasher.check(ctx, clip(password, maxPassword+1), user.hash)
	if err != nil {
		return Entry{}, err
	}
	switch {
	case utf8.RuneCountInString(password) > maxPassword:
		right = false
	case right && !user.active:
		return Entry{}, a.refused(ctx, login, user, "inactive", from)
	}
	if !right {
		return Entry{}, a.refused(ctx, login, user, reasonOf(user), from)
	}
	return a.accepted(ctx, password, user, from)
}

// reasonOf says in the log what was wrong.
func reasonOf(user account) string {
	switch {
	case user.id == 0:
		return "unknown"
	case user.hash == "":
		return "no_password"
	}
	return "password"
}

// attempt looks the login up and counts the attempt.
func (a *Service) attempt(ctx context.Context, login string, from From) (user account, err error) {
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if user, err = accountWhere(ctx, tx, `a.login = ?`, login); err != nil {
			return err
		}
		return a.brakesOf(login, user.id, from).claim(ctx, tx, user.id, from.Address)
	})
	return user, err
}

// refused notes a wrong attempt, and that it was the one from which on attempts have to wait.
func (a *Service) refused(ctx context.Context, login string, user account, reason string, from From) error {
	user.login = login
	err := a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := audit.WriteSignIn(ctx, tx, from.line(user, audit.SignInBad, ByPassword, reason)); err != nil {
			return err
		}
		name, err := a.brakesOf(login, user.id, from).reached(ctx, tx)
		if err != nil || name == "" {
			return err
		}
		return audit.WriteSignIn(ctx, tx, from.line(user, audit.Locked, ByPassword, name))
	})
	if err != nil {
		return err
	}
	return errs.New(errs.Unauthenticated, "signin.wrong")
}

func (a *Service) accepted(ctx context.Context, password string, user account, from From) (e Entry, err error) {
	fresh := ""
	if a.hasher.outdated(user.hash) {
		if fresh, err = a.hasher.hash(ctx, password); err != nil {
			return Entry{}, err
		}
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := a.brakesOf(user.login, user.id, from).forgive(ctx, tx); err != nil {
			return err
		}
		if fresh != "" {
			if _, err := tx.Exec(ctx, `UPDATE credential SET hash = ? WHERE user_id = ? AND hash = ?`, fresh, user.id, user.hash); err != nil {
				return err
			}
		}
		e, err = a.enter(ctx, tx, arrival{user: user, method: ByPassword, from: from})
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	return a.admitted(ctx, e, user.id)
}

// line begins a line of the log. Of a login that nobody has only the beginning is kept: people type passwords there.
func (f From) line(user account, result audit.SignInResult, method Method, reason string) audit.SignIn {
	login := user.login
	if user.id == 0 && login != "" {
		login = clip(login, 2) + "…"
	}
	return audit.SignIn{
		User: user.id, Login: login, Result: result, Method: string(method), Reason: reason,
		Address: f.text(), Agent: clip(f.Agent, 300),
	}
}

// text gives the address; "" when it is not known.
func (f From) text() string {
	if !f.Address.IsValid() {
		return ""
	}
	return f.Address.String()
}

// Open opens a session within s for a user who needs no password: the one whom the setup has just made.
func (a *Service) Open(ctx context.Context, s *record.Session, user id.ID, from From) (Entry, error) {
	u, err := accountWhere(ctx, s.Tx, `a.id = ?`, int64(user))
	if err != nil {
		return Entry{}, err
	}
	return a.enter(ctx, s.Tx, arrival{user: u, method: ByPassword, from: from})
}

// SignOut ends the session that who showed.
func (a *Service) SignOut(ctx context.Context, who Who, from From) error {
	if who.Session == 0 {
		return errs.New(errs.Denied, "token.cookie")
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM session WHERE id = ? AND user_id = ?`, who.Session, who.Actor.ID)
		if err != nil || n == 0 {
			return err
		}
		user := account{id: who.Actor.ID, login: who.Actor.Login}
		if err := audit.WriteSignIn(ctx, tx, from.line(user, audit.SignedOut, "", "")); err != nil {
			return err
		}
		return a.actors.Changed(ctx, tx)
	})
}
