package auth

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// AppPassword is a password for programs that fetch calendars and address books, without its secret. It is good for
// nothing else: no session, no page, no API.
type AppPassword struct {
	ID      id.ID
	Name    string
	Prefix  string        // how the secret begins, to tell which it is
	Created clock.Instant // it holds until it is ended
	Seen    clock.Instant // to a few minutes; zero when it was never used
	Agent   string        // the program that used it last, as it names itself
}

// appLimits is what a program with an app password may do: what calendars and address books need.
var appLimits = Limits{"customer": {access.View, access.Edit}, "followup": {access.View, access.Create, access.Edit}}

// mostAppPasswords is how many a user may have: one for each of their programs.
const mostAppPasswords = 20

// An app password is typed on a phone: lower-case letters without those that look alike, in groups of four. 24 of them
// hold 111 bits.
const (
	appAlphabet = "abcdefghjkmnpqrstuvwxyz"
	appLetters  = 24
	appGroup    = 4
)

// ofAppPassword names app passwords in the log of signing in.
const ofAppPassword Method = "app_password"

func newAppPassword() string {
	var out strings.Builder
	for n := 0; n < appLetters; {
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails
		if int(b[0]) >= 256/len(appAlphabet)*len(appAlphabet) {
			continue // so that all letters are as likely
		}
		if n > 0 && n%appGroup == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(appAlphabet[int(b[0])%len(appAlphabet)])
		n++
	}
	return out.String()
}

// plainAppPassword reads what was typed: with or without the lines between the groups, in capitals or not.
func plainAppPassword(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(clip(typed, 100)))
}

// CreateAppPassword makes an app password of the actor and gives its secret, which nobody sees again.
func (a *Service) CreateAppPassword(ctx context.Context, actor *access.Actor, name string, from From) (string, AppPassword, error) {
	p := AppPassword{Name: text.Tidy(clip(name, 60))}
	if p.Name == "" {
		return "", p, errs.OfField("name", "field.required")
	}
	secret := newAppPassword()
	p.Prefix = secret[:appGroup]
	err := a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "app_password:"+actor.ID.String()); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM app_password WHERE user_id = ?`, actor.ID).Scan(&n); err != nil {
			return err
		}
		if n >= mostAppPasswords {
			return errs.OfField("name", "app_password.many", "max", mostAppPasswords)
		}
		p.ID, p.Created = tx.NewID(), clock.At(tx.Now)
		_, err := tx.Exec(ctx, `INSERT INTO app_password (id, user_id, name, prefix, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
			p.ID, actor.ID, p.Name, p.Prefix, hashOf(plainAppPassword(secret)), p.Created)
		if err != nil {
			return err
		}
		return a.note(ctx, tx, actor, actor.ID, audit.Changed, ofAppPassword, "made "+p.Prefix, from)
	})
	return secret, p, err
}

// AppPasswords gives a user's app passwords, the newest first.
func (a *Service) AppPasswords(ctx context.Context, user id.ID) (list []AppPassword, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, name, prefix, created_at, seen_at, agent FROM app_password WHERE user_id = ? ORDER BY id DESC`, user)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p AppPassword
			if err := rows.Scan(&p.ID, &p.Name, &p.Prefix, &p.Created, &p.Seen, &p.Agent); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// EndAppPassword ends an app password of a user on behalf of by, who is the user or looks after them; errs.NotFound when
// the user has no such one.
func (a *Service) EndAppPassword(ctx context.Context, by *access.Actor, user, password id.ID, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		var prefix string
		err := tx.QueryRow(ctx, `SELECT prefix FROM app_password WHERE id = ? AND user_id = ?`, password, user).Scan(&prefix)
		if sqldb.IsNoRows(err) {
			return errs.New(errs.NotFound, "")
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM app_password WHERE id = ?`, password); err != nil {
			return err
		}
		if err := a.note(ctx, tx, by, user, audit.Changed, ofAppPassword, "ended "+prefix, from); err != nil {
			return err
		}
		return a.actors.Changed(ctx, tx)
	})
}

// ByAppPassword tells who sent a request by login and app password, as programs show them (RFC 7617). Whoever it is may do
// no more than calendars and address books need. A wrong one is errs.Unauthenticated, after some of them
// errs.TooMany; the right one always does, so that one forgotten phone locks nobody out.
func (a *Service) ByAppPassword(ctx context.Context, r *http.Request, from From) (Who, error) {
	login, secret, shown := r.BasicAuth()
	if !shown {
		return Who{}, errs.New(errs.Unauthenticated, "")
	}
	login = org.NormalLogin(clip(login, 64))
	c, err := a.find(ctx, "app", plainAppPassword(secret), readAppPassword)
	if errs.Is(err, errs.Unauthenticated) {
		return Who{}, a.wrongAppPassword(ctx, login, from)
	}
	if err != nil {
		return Who{}, err
	}
	actor, err := a.actors.Get(ctx, a.db, c.user)
	if errs.Is(err, errs.Unauthenticated) || err == nil && org.NormalLogin(actor.Login) != login {
		return Who{}, a.wrongAppPassword(ctx, login, from)
	}
	if err != nil {
		return Who{}, err
	}
	if now := a.clock.Now(); c.due(now) {
		a.touchAppPassword(ctx, c, now, from)
	}
	return Who{Actor: org.Narrowed(actor, c.limits), App: c.id, shown: c}, nil
}

func readAppPassword(ctx context.Context, tx *sqldb.Tx, hash string) (*credential, error) {
	c := &credential{limits: appLimits, expires: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	var created, seen clock.Instant
	err := tx.QueryRow(ctx, `SELECT id, user_id, created_at, seen_at FROM app_password WHERE password_hash = ?`, hash).
		Scan(&c.id, &c.user, &created, &seen)
	c.created, c.seen = created.Time, seen.Time
	return c, err
}

// touchAppPassword notes that an app password was used, and by which program. A failure costs nothing.
func (a *Service) touchAppPassword(ctx context.Context, c *credential, now time.Time, from From) {
	_ = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE app_password SET seen_at = ?, agent = ? WHERE id = ?`, now, clip(from.Agent, 300), c.id)
		return err
	})
}

// wrongAppPassword counts a wrong app password. The counts are apart from those of signing in: a phone that goes on with an
// ended one must not keep its owner from the page.
func (a *Service) wrongAppPassword(ctx context.Context, login string, from From) error {
	network := from.Network()
	b := brakes{"app_password:" + login, []subject{
		{name: digest("app", login, network), brake: pairBrake, kind: "login"},
		{name: digest("app_address", network), brake: addressBrake, kind: "address"},
	}}
	err := a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := b.claim(ctx, tx, 0, from.Address); err != nil {
			return err
		}
		name, err := b.reached(ctx, tx)
		if err != nil || name == "" {
			return err
		}
		user, err := accountWhere(ctx, tx, `a.login = ?`, login)
		if err != nil {
			return err
		}
		user.login = login
		return audit.WriteSignIn(ctx, tx, from.line(user, audit.Locked, ofAppPassword, name))
	})
	if err != nil {
		return err
	}
	return errs.New(errs.Unauthenticated, "app_password.wrong")
}
