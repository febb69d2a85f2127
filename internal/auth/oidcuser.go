package auth

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// identify gives the user whom the provider means: the one linked to its subject, else the one who is linked now by an
// address that the provider has verified, else one made for them, as the settings allow. Nobody gives
// errs.Unauthenticated.
func (a *Service) identify(ctx context.Context, o OIDC, c claims, from From) (user id.ID, err error) {
	err = a.store.Write(ctx, access.System("oidc"), audit.Rule, func(s *record.Session) error {
		user, err = userOfIdentity(ctx, s.Tx, o.Issuer, c.Subject)
		if err != nil || user != 0 {
			return err
		}
		if !o.welcomes(c) {
			return errs.New(errs.Unauthenticated, "oidc.unknown")
		}
		if user, err = o.match(ctx, s.Tx, c); err != nil {
			return err
		}
		how := "linked"
		if user == 0 {
			if !o.CreateUsers {
				return errs.New(errs.Unauthenticated, "oidc.unknown")
			}
			how = "made"
			if user, err = o.makeUser(ctx, s, c); err != nil {
				return err
			}
		}
		if _, err := addIdentity(ctx, s.Tx, Identity{Issuer: o.Issuer, Subject: c.Subject, Email: clip(c.Email, 200)}, user, 0); err != nil {
			return err
		}
		return a.note(ctx, s.Tx, nil, user, audit.Changed, ByOIDC, how, from)
	})
	return user, err
}

// welcomes reports whether somebody new may come: with a verified address of the right domain where domains are named.
func (o OIDC) welcomes(c claims) bool {
	if len(o.Domains) == 0 {
		return true
	}
	_, domain, _ := strings.Cut(strings.ToLower(c.Email), "@")
	return bool(c.EmailVerified) && slices.Contains(o.Domains, domain)
}

// match gives the user with the address that the provider has verified; zero for none.
func (o OIDC) match(ctx context.Context, tx *sqldb.Tx, c claims) (id.ID, error) {
	if !o.MatchEmail || !bool(c.EmailVerified) || c.Email == "" {
		return 0, nil
	}
	u, err := accountByEmail(ctx, tx, c.Email)
	return u.id, err
}

// makeUser makes a user of somebody new. A login that somebody has already is refused: the one may not be the other.
func (o OIDC) makeUser(ctx context.Context, s *record.Session, c claims) (id.ID, error) {
	login := c.Username
	if login == "" {
		login, _, _ = strings.Cut(c.Email, "@")
	}
	u := &org.User{
		Login: org.NormalLogin(clip(login, 64)), Name: text.Tidy(clip(c.Name, 40)), DepartmentID: o.Department, RoleIDs: entity.List{o.Role.String()},
	}
	if u.Name == "" {
		u.Name = u.Login
	}
	if c.EmailVerified {
		u.Email = c.Email
	}
	err := s.Try(ctx, func() error { return record.Create(ctx, s, u) })
	if e, expected := errs.As(err); expected {
		return 0, errs.New(errs.Unauthenticated, "oidc.cannot_make", "reason", e.Error())
	}
	return u.ID, err
}

// wrongOIDC notes a sign-in by the provider that failed, with what an administrator needs to link it.
func (a *Service) wrongOIDC(ctx context.Context, c claims, err error, from From) error {
	e, expected := errs.As(err)
	if !expected {
		return err
	}
	line := from.line(account{}, audit.SignInBad, ByOIDC, e.Key)
	if c.Subject != "" {
		line.Login = clip(strings.TrimSpace(c.Email+" "+c.Subject), 200)
	}
	if noted := a.db.Write(ctx, func(tx *sqldb.Tx) error { return audit.WriteSignIn(ctx, tx, line) }); noted != nil {
		return noted
	}
	return err
}

func addIdentity(ctx context.Context, tx *sqldb.Tx, i Identity, user, by id.ID) (id.ID, error) {
	x := tx.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO identity (id, user_id, issuer, subject, email, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		x, user, i.Issuer, i.Subject, i.Email, tx.Now, by)
	return x, err
}

// Identities gives who a user is to providers.
func (a *Service) Identities(ctx context.Context, user id.ID) (list []Identity, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		list = nil
		return tx.Each(ctx, func(scan func(...any) error) error {
			var i Identity
			err := scan(&i.ID, &i.Issuer, &i.Subject, &i.Email, &i.Created, &i.Seen)
			list = append(list, i)
			return err
		}, `SELECT id, issuer, subject, email, created_at, seen_at FROM identity WHERE user_id = ? ORDER BY id`, user)
	})
	return list, err
}

// LinkIdentity links a user to who they are to the provider of the settings. The actor must be allowed to manage the
// user.
func (a *Service) LinkIdentity(ctx context.Context, who Who, user id.ID, subject string, from From) (x id.ID, err error) {
	subject = strings.TrimSpace(subject)
	if subject == "" || len(subject) > 255 {
		return 0, errs.OfField("subject", "field.required")
	}
	o, err := a.OIDCSettings(ctx)
	if err != nil {
		return 0, err
	}
	if o.Issuer == "" {
		return 0, errs.New(errs.NotFound, "oidc.off")
	}
	err = a.manage(ctx, who, user, func(tx *sqldb.Tx, _ *org.User) error {
		other, err := userOfIdentity(ctx, tx, o.Issuer, subject)
		if err != nil {
			return err
		}
		if other != 0 {
			return errs.New(errs.Conflict, "oidc.linked")
		}
		if x, err = addIdentity(ctx, tx, Identity{Issuer: o.Issuer, Subject: subject}, user, who.Actor.ID); err != nil {
			return err
		}
		return a.note(ctx, tx, who.Actor, user, audit.Changed, ByOIDC, "linked", from)
	})
	return x, err
}

// UnlinkIdentity takes a link away and ends the user's sessions, which may have come by it.
func (a *Service) UnlinkIdentity(ctx context.Context, who Who, user, x id.ID, from From) error {
	return a.manage(ctx, who, user, func(tx *sqldb.Tx, _ *org.User) error {
		n, err := tx.Exec(ctx, `DELETE FROM identity WHERE id = ? AND user_id = ?`, x, user)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM session WHERE user_id = ? AND method LIKE 'oidc%'`, user); err != nil {
			return err
		}
		if err := a.note(ctx, tx, who.Actor, user, audit.Changed, ByOIDC, "unlinked", from); err != nil {
			return err
		}
		return a.actors.Changed(ctx, tx)
	})
}

// SetOIDC changes the settings of single sign-on. A secret of nil stays as it is while the issuer does.
func (a *Service) SetOIDC(ctx context.Context, who Who, o OIDC, secret *string, from From) error {
	if err := MayEdit(who.Actor); err != nil {
		return err
	}
	o.Issuer, o.ClientID, o.Label = strings.TrimSpace(o.Issuer), strings.TrimSpace(o.ClientID), text.Tidy(clip(o.Label, 40))
	for i, domain := range o.Domains {
		o.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(domain), "@"))
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		var old OIDC
		if _, err := a.loadSealed(ctx, tx, oidcSetting, &old); err != nil {
			return err
		}
		switch {
		case secret != nil:
			o.ClientSecret = *secret
		case o.Issuer == old.Issuer: // a secret is for the provider it was given by
			o.ClientSecret = old.ClientSecret
		default:
			o.ClientSecret = ""
		}
		if err := a.checkOIDC(ctx, tx, o); err != nil {
			return err
		}
		return a.storeSealed(ctx, tx, who.Actor, oidcSetting, o, from)
	})
}

func (a *Service) checkOIDC(ctx context.Context, tx *sqldb.Tx, o OIDC) error {
	var problems errs.Fields
	if u, err := url.Parse(o.Issuer); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && !a.outbound.Allows(u.Hostname()) {
		problems.Add("issuer", "oidc.issuer")
	}
	if o.ClientID == "" {
		problems.Add("client_id", "field.required")
	}
	if o.Label == "" {
		problems.Add("label", "field.required")
	}
	if o.Enabled && a.origin == "" {
		problems.Add("enabled", "oidc.public_url")
	}
	if o.CreateUsers {
		admin, err := org.RoleOf(ctx, tx, org.Admin)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if ok, err := exists(ctx, tx, "role", o.Role); err != nil {
			return err
		} else if !ok || o.Role == admin {
			problems.Add("role_id", "oidc.role")
		}
		if ok, err := exists(ctx, tx, "department", o.Department); err != nil {
			return err
		} else if !ok {
			problems.Add("department_id", "field.required")
		}
	}
	return problems.Err()
}

func exists(ctx context.Context, tx *sqldb.Tx, table string, x id.ID) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+table+` WHERE id = ? AND archived_at IS NULL`, int64(x)).Scan(&n)
	return n > 0, err
}

// RemoveOIDC forgets the settings. Links stay, should the same provider come back.
func (a *Service) RemoveOIDC(ctx context.Context, who Who, from From) error {
	return a.removeSetting(ctx, who, oidcSetting, from)
}

// TestOIDC asks the provider of the settings to describe itself, for an administrator to see whether it answers.
func (a *Service) TestOIDC(ctx context.Context, who Who) error {
	if err := MayEdit(who.Actor); err != nil {
		return err
	}
	o, err := a.OIDCSettings(ctx)
	if err != nil {
		return err
	}
	a.provider.mu.Lock()
	a.provider.issuer = ""
	a.provider.mu.Unlock()
	_, err = a.discover(ctx, o.Issuer)
	return err
}
