package auth

import (
	"context"
	"net/netip"
	"unicode/utf8"

	"genjin/internal/access"
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
}

// account is what signing in needs to know of a user. The zero value stands for a login that nobody has.
type account struct {
	id     id.ID
	active bool
	hash   string
}

// SignIn checks a password and opens a session, whose secret it gives. Wrong logins, wrong passwords and users who are
// not active get the same answer after the same work; too many attempts give errs.TooMany.
func (a *Service) SignIn(ctx context.Context, login, password string, from From) (secret string, who Who, err error) {
	login = org.NormalLogin(clip(login, 64))
	user, err := a.attempt(ctx, login, from)
	if err != nil {
		return "", Who{}, err
	}
	right, err := a.hasher.check(ctx, clip(password, maxPassword+1), user.hash)
	if err != nil {
		return "", Who{}, err
	}
	if !right || !user.active || utf8.RuneCountInString(password) > maxPassword {
		return "", Who{}, a.refused(ctx, login, user, from)
	}
	secret, session, err := a.accepted(ctx, login, password, user, from)
	if err != nil {
		return "", Who{}, err
	}
	actor, err := a.actors.Get(ctx, a.db, user.id)
	return secret, Who{Actor: actor, Session: session}, err
}

// attempt looks the login up and counts the attempt.
func (a *Service) attempt(ctx context.Context, login string, from From) (user account, err error) {
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		user = account{}
		err := tx.QueryRow(ctx, `SELECT a.id, a.active, COALESCE(c.hash, '') FROM account a
			LEFT JOIN credential c ON c.user_id = a.id WHERE a.login = ?`, login).Scan(&user.id, &user.active, &user.hash)
		if err != nil && !sqldb.IsNoRows(err) {
			return err
		}
		return claim(ctx, tx, login, user.id, from.Address)
	})
	return user, err
}

func (a *Service) refused(ctx context.Context, login string, user account, from From) error {
	err := a.db.Write(ctx, func(tx *sqldb.Tx) error { return logSignIn(ctx, tx, login, user.id, "wrong", from) })
	if err != nil {
		return err
	}
	return errs.New(errs.Unauthenticated, "signin.wrong")
}

func (a *Service) accepted(ctx context.Context, login, password string, user account, from From) (secret string, session id.ID, err error) {
	fresh := ""
	if a.hasher.outdated(user.hash) {
		if fresh, err = a.hasher.hash(ctx, password); err != nil {
			return "", 0, err
		}
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := forgive(ctx, tx, login, from.Address); err != nil {
			return err
		}
		if fresh != "" {
			if _, err := tx.Exec(ctx, `UPDATE credential SET hash = ? WHERE user_id = ? AND hash = ?`, fresh, user.id, user.hash); err != nil {
				return err
			}
		}
		if err := logSignIn(ctx, tx, login, user.id, "ok", from); err != nil {
			return err
		}
		secret, session, err = openSession(ctx, tx, user.id, from)
		return err
	})
	return secret, session, err
}

// logSignIn notes a sign-in. Of a login that nobody has only the beginning is kept: people type passwords there.
func logSignIn(ctx context.Context, tx *sqldb.Tx, login string, user id.ID, result string, from From) error {
	if user == 0 {
		login = clip(login, 2) + "…"
	}
	_, err := tx.Exec(ctx, `INSERT INTO signin_log (id, at, user_id, login, result, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		tx.NewID(), tx.Now, user, login, result, from.Address.String(), clip(from.Agent, 300))
	return err
}

// Open opens a session within s for a user who needs no password: the one whom the setup has just made.
func Open(ctx context.Context, s *record.Session, user id.ID, from From) (secret string, err error) {
	secret, _, err = openSession(ctx, s.Tx, user, from)
	return secret, err
}

// SignOut ends the session that who showed.
func (a *Service) SignOut(ctx context.Context, who Who) error {
	if who.Session == 0 {
		return errs.New(errs.Denied, "token.cookie")
	}
	return a.EndSession(ctx, who.Actor, who.Session)
}

// Hash gives the form in which StorePassword keeps a password. It takes some 30 ms, so it runs before the transaction.
func (a *Service) Hash(ctx context.Context, password string) (string, error) {
	return a.hasher.hash(ctx, password)
}

// StorePassword gives a user a password that Hash made, and ends their sessions except one.
func (a *Service) StorePassword(ctx context.Context, s *record.Session, user id.ID, hash string, except id.ID) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO credential (user_id, hash, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`, user, hash, s.Tx.Now)
	if err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM session WHERE user_id = ? AND id <> ?`, user, int64(except)); err != nil {
		return err
	}
	if err := logPassword(ctx, s, user); err != nil {
		return err
	}
	return a.actors.Changed(ctx, s.Tx)
}

// SetPassword gives a user a new password. The actor must be allowed to edit the user; everywhere the user is signed in
// ends.
func (a *Service) SetPassword(ctx context.Context, who Who, user id.ID, password string) error {
	return a.set(ctx, who, user, password, "password", 0, func(s *record.Session, u *org.User) error {
		return org.MayManage(ctx, s, u)
	})
}

// ChangePassword gives the actor a new password if they know the old one. Their other sessions end. Guessing the old
// one is slowed down as at signing in.
func (a *Service) ChangePassword(ctx context.Context, who Who, old, password string, from From) error {
	user, err := a.attempt(ctx, who.Actor.Login, from)
	if err != nil {
		return err
	}
	right, err := a.hasher.check(ctx, clip(old, maxPassword+1), user.hash)
	if err != nil {
		return err
	}
	if !right {
		return errs.OfField("old", "password.wrong")
	}
	return a.set(ctx, who, who.Actor.ID, password, "new", who.Session, func(s *record.Session, _ *org.User) error {
		return forgive(ctx, s.Tx, who.Actor.Login, from.Address)
	})
}

func (a *Service) set(ctx context.Context, who Who, user id.ID, password, field string, except id.ID, may func(*record.Session, *org.User) error) error {
	var u *org.User
	err := a.store.Read(ctx, access.System("auth"), func(s *record.Session) (err error) {
		u, err = record.Get[org.User](ctx, s, user)
		return err
	})
	if err != nil {
		return err
	}
	if err := CheckPassword(field, password, u.Login, u.Name); err != nil {
		return err
	}
	hash, err := a.Hash(ctx, password)
	if err != nil {
		return err
	}
	return a.store.Write(ctx, who.Actor, who.Origin(), func(s *record.Session) error {
		if err := may(s, u); err != nil {
			return err
		}
		return a.StorePassword(ctx, s, user, hash, except)
	})
}
