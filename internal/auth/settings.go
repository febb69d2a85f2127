package auth

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/mail"
	"genjin/internal/sealed"
	"genjin/internal/sqldb"
)

// Settings that hold secrets are sealed as a whole. The names are part of what they are sealed for.
const (
	mailSetting = "mail"
	oidcSetting = "oidc"
)

func (a *Service) loadSealed(ctx context.Context, tx *sqldb.Tx, name string, v any) (bool, error) {
	return sealed.Load(ctx, tx, a.seal, a.log, name, v)
}

// storeSealed writes a setting, and into the log of sign-ins that it was changed.
func (a *Service) storeSealed(ctx context.Context, tx *sqldb.Tx, by *access.Actor, name string, v any, from From) error {
	if err := sealed.Store(ctx, tx, a.seal, by.ID, name, v); err != nil {
		return err
	}
	return audit.WriteSignIn(ctx, tx, from.line(account{id: by.ID, login: by.Login}, audit.Changed, "settings", name))
}

// MayView and MayEdit refuse with errs.Denied who may not see, or change, how people sign in.
func MayView(a *access.Actor) error { return may(a, access.View) }

// MayEdit is told beside MayView.
func MayEdit(a *access.Actor) error { return may(a, access.Edit) }

func may(a *access.Actor, action access.Action) error {
	if !a.May("security", action) {
		return errs.New(errs.Denied, "")
	}
	return nil
}

// MailServer gives the settings of the mail server; false when there are none.
func (a *Service) MailServer(ctx context.Context) (s mail.Server, set bool, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		set, err = a.loadSealed(ctx, tx, mailSetting, &s)
		return err
	})
	return s, set, err
}

// SetMailServer changes the settings of the mail server. A password of nil stays as it is. A connection that is not
// encrypted is for servers that whoever runs the machine has allowed.
func (a *Service) SetMailServer(ctx context.Context, who Who, s mail.Server, password *string, from From) error {
	if err := MayEdit(who.Actor); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		var old mail.Server
		if _, err := a.loadSealed(ctx, tx, mailSetting, &old); err != nil {
			return err
		}
		s.Password = old.Password
		if password != nil {
			s.Password = *password
		}
		if password == nil && s.Host != old.Host { // a password is for the server it was given for
			s.Password = ""
		}
		if err := s.Check(); err != nil {
			return err
		}
		if s.Security == mail.None && !a.outbound.Allows(s.Host) {
			return errs.OfField("security", "mail.plain")
		}
		return a.storeSealed(ctx, tx, who.Actor, mailSetting, s, from)
	})
}

// RemoveMailServer forgets the mail server: links are handed over by administrators then.
func (a *Service) RemoveMailServer(ctx context.Context, who Who, from From) error {
	return a.removeSetting(ctx, who, mailSetting, from)
}

func (a *Service) removeSetting(ctx context.Context, who Who, name string, from From) error {
	if err := MayEdit(who.Actor); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM sealed_setting WHERE name = ?`, name); err != nil {
			return err
		}
		return audit.WriteSignIn(ctx, tx, from.line(account{id: who.Actor.ID, login: who.Actor.Login}, audit.Changed, "settings", name+" removed"))
	})
}
