package auth

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Hash gives the form in which StorePassword keeps a password. It takes some 30 ms, so it runs before the transaction.
func (a *Service) Hash(ctx context.Context, password string) (string, error) {
	return a.hasher.hash(ctx, password)
}

// CheckPassword is the function of that name, which also knows the company's name.
func (a *Service) CheckPassword(field, password, login, name string) error {
	return CheckPassword(field, password, login, name, a.store.Schema().Setting(org.CompanyName))
}

// StorePassword gives a user a password that Hash made, and ends their sessions except one.
func (a *Service) StorePassword(ctx context.Context, s *record.Session, user id.ID, hash string, except id.ID) error {
	return a.storePassword(ctx, s, user, hash, except, "set", From{})
}

func (a *Service) storePassword(ctx context.Context, s *record.Session, user id.ID, hash string, except id.ID, reason string, from From) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO credential (user_id, hash, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`, user, hash, s.Tx.Now)
	if err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM session WHERE user_id = ? AND id <> ?`, user, int64(except)); err != nil {
		return err
	}
	for _, table := range []string{"signin_step", "signin_link"} {
		if _, err := s.Tx.Exec(ctx, `DELETE FROM `+table+` WHERE user_id = ?`, user); err != nil {
			return err
		}
	}
	if err := logPassword(ctx, s, user); err != nil {
		return err
	}
	if err := a.note(ctx, s.Tx, s.Actor, user, audit.Changed, ByPassword, reason, from); err != nil {
		return err
	}
	return a.actors.Changed(ctx, s.Tx)
}

// SetPassword gives a user a new password. The actor must be allowed to edit the user; everywhere the user is signed in
// ends.
func (a *Service) SetPassword(ctx context.Context, who Who, user id.ID, password string, from From) error {
	if err := a.MayManage(ctx, who, user); err != nil { // before anything is said of the password
		return err
	}
	return a.set(ctx, who, user, password, "password", 0, from, func(s *record.Session, u *org.User) error {
		return org.MayManage(ctx, s, u)
	})
}

// ChangePassword gives the actor a new password if they know the old one. Their other sessions end. Guessing the old
// one is slowed down as at signing in.
func (a *Service) ChangePassword(ctx context.Context, who Who, old, password string, from From) error {
	if err := a.checkOwnPassword(ctx, who, old, "old", from); err != nil {
		return err
	}
	return a.set(ctx, who, who.Actor.ID, password, "new", who.Session, from, func(*record.Session, *org.User) error { return nil })
}

func (a *Service) set(ctx context.Context, who Who, user id.ID, password, field string, except id.ID, from From, may func(*record.Session, *org.User) error) error {
	var u *org.User
	err := a.store.Read(ctx, access.System("auth"), func(s *record.Session) (err error) {
		u, err = record.Get[org.User](ctx, s, user)
		return err
	})
	if err != nil {
		return err
	}
	if err := a.CheckPassword(field, password, u.Login, u.Name); err != nil {
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
		return a.storePassword(ctx, s, user, hash, except, "set", from)
	})
}

// HasPassword reports whether a user can sign in with one.
func (a *Service) HasPassword(ctx context.Context, user id.ID) (has bool, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		has, err = hasPassword(ctx, tx, user)
		return err
	})
	return has, err
}
