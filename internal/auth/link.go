package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/mail"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Purpose is what a link is for.
type Purpose string

// The purposes.
const (
	Invitation Purpose = "invitation" // the first password of a new user
	Reset      Purpose = "reset"      // a new one for who forgot theirs
)

// How long links hold: those of an invitation, those an administrator hands over, and those somebody asked for.
const (
	invitationLife = 7 * 24 * time.Hour
	handedLife     = 24 * time.Hour
	askedLife      = time.Hour
	// askedEvery is how often somebody who forgot their password gets a letter.
	askedEvery = 5 * time.Minute
)

// LinkPath is the page at which links are shown; the secret stands behind “#”, which browsers send to nobody.
const LinkPath = "/set-password"

// Link is a link by which a user sets their password, once.
type Link struct {
	Sent    bool   // it goes to the user by mail
	Address string // else: to hand over. Only a path when nobody has said under which address the program is reached
	Expires clock.Instant
}

// linkAddress makes the link of a secret. Its host comes from the configuration and from nowhere else: a header of the
// request would let whoever sends it choose where users are led.
func (a *Service) linkAddress(secret string) string { return a.origin + LinkPath + "#" + secret }

// Addresses gives how browsers reach the server, and where the provider of single sign-on sends them back to; "" when
// nobody has said.
func (a *Service) Addresses() (public, callback string) {
	if a.origin == "" {
		return "", ""
	}
	return a.origin, a.origin + CallbackPath
}

// MailWorks reports whether letters can be sent: there is a server, and an address for their links.
func (a *Service) MailWorks(ctx context.Context) (bool, error) {
	_, set, err := a.MailServer(ctx)
	return set && a.mail != nil && a.origin != "", err
}

// Invite makes a link by which a user sets their password, and sends it if there is a mail server and the user has an
// address; otherwise, or when handOver is set, it is given to the actor to hand over. The actor must be allowed to manage
// the user. Earlier links of the user stop working.
func (a *Service) Invite(ctx context.Context, who Who, user id.ID, handOver bool, from From) (out Link, err error) {
	works, err := a.MailWorks(ctx)
	if err != nil {
		return Link{}, err
	}
	err = a.manage(ctx, who, user, func(tx *sqldb.Tx, u *org.User) error {
		if !u.Active {
			return errs.New(errs.Conflict, "link.inactive")
		}
		purpose, life := Reset, handedLife
		if has, err := hasPassword(ctx, tx, user); err != nil {
			return err
		} else if !has {
			purpose, life = Invitation, invitationLife
		}
		secret, err := makeLink(ctx, tx, user, purpose, who.Actor.ID, life)
		if err != nil {
			return err
		}
		out = Link{Address: a.linkAddress(secret), Expires: clock.At(tx.Now.Add(life))}
		if works && u.Email != "" && !handOver {
			out.Sent, out.Address = true, ""
			if err := a.orderLetter(ctx, tx, errand{Purpose: purpose, User: user, Key: secret}); err != nil {
				return err
			}
		}
		return a.note(ctx, tx, who.Actor, user, audit.Changed, "link", string(purpose), from)
	})
	return out, err
}

// manage runs fn for a user whom the actor may manage.
func (a *Service) manage(ctx context.Context, who Who, user id.ID, fn func(tx *sqldb.Tx, u *org.User) error) error {
	return a.store.Write(ctx, who.Actor, who.Origin(), func(s *record.Session) error {
		u, err := record.Get[org.User](ctx, s.As(access.System("auth"), s.Origin), user)
		if err != nil {
			return err
		}
		if err := org.MayManage(ctx, s, u); err != nil {
			return err
		}
		return fn(s.Tx, u)
	})
}

// MayManage refuses who may not change how a user signs in; nobody there is not found.
func (a *Service) MayManage(ctx context.Context, who Who, user id.ID) error {
	return a.manage(ctx, who, user, func(*sqldb.Tx, *org.User) error { return nil })
}

// Exists gives errs.NotFound when there is no such user.
func (a *Service) Exists(ctx context.Context, user id.ID) error {
	return a.db.Read(ctx, func(tx *sqldb.Tx) error {
		u, err := accountWhere(ctx, tx, `a.id = ?`, int64(user))
		if err == nil && u.id == 0 {
			return errs.New(errs.NotFound, "")
		}
		return err
	})
}

func hasPassword(ctx context.Context, tx *sqldb.Tx, user id.ID) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM credential WHERE user_id = ?`, user).Scan(&n)
	return n > 0, err
}

// makeLink adds a link in the place of all earlier ones of its user and gives its secret.
func makeLink(ctx context.Context, tx *sqldb.Tx, user id.ID, purpose Purpose, by id.ID, life time.Duration) (string, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM signin_link WHERE user_id = ?`, user); err != nil {
		return "", err
	}
	secret := newSecret()
	_, err := tx.Exec(ctx, `INSERT INTO signin_link (secret_hash, user_id, purpose, created_at, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		hashOf(secret), user, string(purpose), tx.Now, by, tx.Now.Add(life))
	return secret, err
}

// LinkOf says whose password a link sets; errs.NotFound when it has been used or its time is over.
func (a *Service) LinkOf(ctx context.Context, secret string) (purpose Purpose, login, name string, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		_, purpose, login, name, err = findLink(ctx, tx, secret)
		return err
	})
	return purpose, login, name, err
}

func findLink(ctx context.Context, tx *sqldb.Tx, secret string) (user id.ID, purpose Purpose, login, name string, err error) {
	err = tx.QueryRow(ctx, `SELECT l.user_id, l.purpose, a.login, a.name FROM signin_link l JOIN account a ON a.id = l.user_id
		WHERE l.secret_hash = ? AND l.expires_at > ? AND a.active = 1`, hashOf(secret), tx.Now).Scan(&user, &purpose, &login, &name)
	if sqldb.IsNoRows(err) {
		err = errs.New(errs.NotFound, "link.over")
	}
	return user, purpose, login, name, err
}

// UseLink sets the password of a link's user, ends their sessions, and the link.
func (a *Service) UseLink(ctx context.Context, secret, password string, from From) error {
	_, login, name, err := a.LinkOf(ctx, secret)
	if err != nil {
		return err
	}
	if err := a.CheckPassword("password", password, login, name); err != nil {
		return err
	}
	hash, err := a.Hash(ctx, password)
	if err != nil {
		return err
	}
	return a.store.Write(ctx, access.System("link"), audit.Screen, func(s *record.Session) error {
		user, purpose, _, _, err := findLink(ctx, s.Tx, secret)
		if err != nil {
			return err
		}
		n, err := s.Tx.Exec(ctx, `DELETE FROM signin_link WHERE secret_hash = ?`, hashOf(secret))
		if err != nil {
			return err
		}
		if n == 0 { // another request has just used it
			return errs.New(errs.NotFound, "link.over")
		}
		return a.storePassword(ctx, s, user, hash, 0, "link "+string(purpose), from)
	})
}

// errand is a letter to be written. It lies in the queue sealed, since a link is a key.
type errand struct {
	Purpose Purpose
	User    id.ID  `json:",omitempty"` // who gets it
	Login   string `json:",omitempty"` // or: who said to have forgotten their password
	Key     string `json:",omitempty"` // the secret of the link; "" to make one
}

// letterJob is the kind of the jobs that send letters.
const letterJob = "signin.letter"

type letterOrder struct {
	Sealed string `json:"sealed"`
}

func (a *Service) orderLetter(ctx context.Context, tx *sqldb.Tx, e errand) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	_, err = job.Add(ctx, tx, job.Job{Kind: letterJob, Payload: letterOrder{a.seal.Seal(text, letterJob)}})
	return err
}

// Work has q send the letters.
func (a *Service) Work(q *job.Queue) {
	q.Handle(letterJob, func(ctx context.Context, run *job.Run) error {
		var order letterOrder
		if err := run.Decode(&order); err != nil {
			return err
		}
		text, err := a.seal.Open(order.Sealed, letterJob)
		if err != nil {
			return err
		}
		var e errand
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("auth: damaged errand: %w", err)
		}
		return a.sendLink(ctx, e)
	})
}

// Forgot sends a link to a user who cannot sign in. Whether there is such a user, and whether they have an address, is
// looked up later, in a job: the answer and the time it takes are the same. Without a mail server it gives
// errs.Unavailable.
func (a *Service) Forgot(ctx context.Context, login string) error {
	works, err := a.MailWorks(ctx)
	if err != nil {
		return err
	}
	if !works {
		return errs.New(errs.Unavailable, "link.no_mail")
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		return a.orderLetter(ctx, tx, errand{Purpose: Reset, Login: org.NormalLogin(clip(login, 200))})
	})
}

// sendLink writes the letter of an errand to its user, if there is one who has an address.
func (a *Service) sendLink(ctx context.Context, e errand) error {
	server, set, err := a.MailServer(ctx)
	if err != nil || !set || a.origin == "" {
		return err
	}
	var to, name string
	var lang i18n.Lang
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if e.Login != "" {
			if err := a.answerForgotten(ctx, tx, &e); err != nil {
				return err
			}
		}
		err := tx.QueryRow(ctx, `SELECT email, name, language FROM account WHERE id = ? AND active = 1`, int64(e.User)).Scan(&to, &name, &lang)
		if sqldb.IsNoRows(err) {
			return nil
		}
		return err
	})
	if err != nil || to == "" || e.Key == "" {
		return err
	}
	err = a.mail.Send(ctx, server, a.letter(e, to, name, lang))
	if err != nil && e.Login != "" { // the next attempt makes another link
		err = errors.Join(err, a.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM signin_link WHERE secret_hash = ?`, hashOf(e.Key))
			return err
		}))
	}
	return err
}

// answerForgotten makes the link of somebody who forgot their password: the one active user with that login or address
// who has not been sent one just now.
func (a *Service) answerForgotten(ctx context.Context, tx *sqldb.Tx, e *errand) error {
	user, err := forgetful(ctx, tx, e.Login)
	if err != nil || user.id == 0 {
		return err
	}
	var lately int
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM signin_link WHERE user_id = ? AND created_by IS NULL AND created_at > ?`,
		user.id, tx.Now.Add(-askedEvery)).Scan(&lately)
	if err != nil || lately > 0 {
		return err
	}
	e.User = user.id
	if e.Key, err = makeLink(ctx, tx, user.id, Reset, 0, askedLife); err != nil {
		return err
	}
	return audit.WriteSignIn(ctx, tx, From{}.line(user, audit.Changed, "link", "asked"))
}

// forgetful gives the user with a login, or the one user with an e-mail address.
func forgetful(ctx context.Context, tx *sqldb.Tx, typed string) (account, error) {
	user, err := accountWhere(ctx, tx, `a.active = 1 AND a.login = ?`, typed)
	if err != nil || user.id != 0 || !strings.Contains(typed, "@") {
		return user, err
	}
	return accountByEmail(ctx, tx, typed)
}

// accountByEmail gives the one active user with an address; the zero account when there is none, or more than one.
func accountByEmail(ctx context.Context, tx *sqldb.Tx, email string) (account, error) {
	const one = `a.id = (SELECT MIN(id) FROM account WHERE active = 1 AND LOWER(email) = ? HAVING COUNT(*) = 1)`
	return accountWhere(ctx, tx, one, strings.ToLower(email))
}

// letter writes the letter in the user's language.
func (a *Service) letter(e errand, to, name string, lang i18n.Lang) mail.Letter {
	if lang == "" {
		lang = i18n.ZH
	}
	company := a.store.Schema().Setting(org.CompanyName)
	if company == "" {
		company = product
	}
	params := i18n.Params{"name": name, "company": company, "link": a.linkAddress(e.Key)}
	subject, body := "letter.reset_subject", "letter.reset"
	if e.Purpose == Invitation {
		subject, body = "letter.invitation_subject", "letter.invitation"
	}
	return mail.Letter{To: to, Subject: i18n.Message(lang, subject, params), Text: i18n.Message(lang, body, params)}
}

// TestLetter sends a letter with settings as they are, for an administrator to see whether they work.
func (a *Service) TestLetter(ctx context.Context, who Who, to string) error {
	if err := MayEdit(who.Actor); err != nil {
		return err
	}
	server, set, err := a.MailServer(ctx)
	if err != nil {
		return err
	}
	if !set || a.mail == nil {
		return errs.New(errs.Unavailable, "link.no_mail")
	}
	lang := who.Actor.Lang
	return a.mail.Send(ctx, server, mail.Letter{
		To: to, Subject: i18n.Message(lang, "letter.test_subject", nil), Text: i18n.Message(lang, "letter.test", nil),
	})
}
