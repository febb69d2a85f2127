package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// How long a session lives: without use, and at most.
const (
	sessionIdle = 30 * 24 * time.Hour
	sessionLife = 90 * 24 * time.Hour
)

// Session is where somebody is signed in.
type Session struct {
	ID      id.ID
	Created clock.Instant
	Seen    clock.Instant // to a few minutes
	Method  string        // how they signed in
	Address string
	Agent   string
}

// newSecret gives 256 random bits as text.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: the program would end
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf gives what is stored of a secret. Secrets are random, so a plain hash does.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (a *Service) bySession(ctx context.Context, secret string) (Who, error) {
	c, err := a.find(ctx, "session", secret, readSession)
	if err != nil {
		return Who{}, err
	}
	actor, err := a.actors.Get(ctx, a.db, c.user)
	if err != nil {
		return Who{}, err
	}
	if now := a.clock.Now(); c.due(now) {
		a.touchSession(ctx, c, now)
	}
	return Who{Actor: actor, Session: c.id, shown: c}, nil
}

func readSession(ctx context.Context, tx *sqldb.Tx, hash string) (*credential, error) {
	c := &credential{}
	var created, seen, expires, confirmed clock.Instant
	err := tx.QueryRow(ctx, `SELECT id, user_id, created_at, seen_at, expires_at, confirmed_at, must_enrol FROM session WHERE token_hash = ?`, hash).
		Scan(&c.id, &c.user, &created, &seen, &expires, &confirmed, &c.mustEnrol)
	c.created, c.seen, c.expires, c.confirmed = created.Time, seen.Time, expires.Time, confirmed.Time
	return c, err
}

// touchSession lets a session that is used live on. A failure is no harm: a later use tries again.
func (a *Service) touchSession(ctx context.Context, c *credential, now time.Time) {
	expires := now.Add(sessionIdle)
	if last := c.created.Add(sessionLife); last.Before(expires) {
		expires = last
	}
	err := a.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE session SET seen_at = ?, expires_at = ? WHERE id = ?`, now, expires, c.id)
		return err
	})
	if err == nil {
		c.prolong(expires)
	}
}

// openSession adds a session and gives its secret. One that must enrol is let near nothing but the setting up of a second
// factor.
func openSession(ctx context.Context, tx *sqldb.Tx, v arrival, mustEnrol bool) (secret string, x id.ID, err error) {
	secret, x = newSecret(), tx.NewID()
	var confirmed clock.Instant
	if !v.stale {
		confirmed = clock.At(tx.Now)
	}
	_, err = tx.Exec(ctx, `INSERT INTO session (id, token_hash, user_id, created_at, seen_at, expires_at, address, agent, method, confirmed_at, must_enrol)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		x, hashOf(secret), v.user.id, tx.Now, tx.Now, tx.Now.Add(sessionIdle), v.from.text(), clip(v.from.Agent, 300), string(v.method), confirmed, mustEnrol)
	return secret, x, err
}

// Sessions gives where a user is signed in, the latest first.
func (a *Service) Sessions(ctx context.Context, user id.ID) (list []Session, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, created_at, seen_at, method, address, agent FROM session
			WHERE user_id = ? AND expires_at > ? ORDER BY seen_at DESC, id DESC`, user, a.clock.Now())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s Session
			if err := rows.Scan(&s.ID, &s.Created, &s.Seen, &s.Method, &s.Address, &s.Agent); err != nil {
				return err
			}
			list = append(list, s)
		}
		return rows.Err()
	})
	return list, err
}

// EndSession ends a session of a user on behalf of by, who is the user or looks after them; errs.NotFound when the user
// has no such session.
func (a *Service) EndSession(ctx context.Context, by *access.Actor, user, session id.ID, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM session WHERE id = ? AND user_id = ?`, session, user)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		return a.noteEnded(ctx, tx, by, user, "session", from)
	})
}

// EndSessions ends all sessions of a user except one (zero for none), and gives how many there were.
func (a *Service) EndSessions(ctx context.Context, by *access.Actor, user, except id.ID, from From) (n int64, err error) {
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err = tx.Exec(ctx, `DELETE FROM session WHERE user_id = ? AND id <> ?`, user, int64(except))
		if err != nil || n == 0 {
			return err
		}
		return a.noteEnded(ctx, tx, by, user, "all_sessions", from)
	})
	return n, err
}

func (a *Service) noteEnded(ctx context.Context, tx *sqldb.Tx, by *access.Actor, user id.ID, reason string, from From) error {
	if err := a.note(ctx, tx, by, user, audit.Ended, "", reason, from); err != nil {
		return err
	}
	return a.actors.Changed(ctx, tx)
}

// note adds a line about a user to the log of signing in.
func (a *Service) note(ctx context.Context, tx *sqldb.Tx, by *access.Actor, user id.ID, result audit.SignInResult, method Method, reason string, from From) error {
	u, err := accountWhere(ctx, tx, `a.id = ?`, int64(user))
	if err != nil {
		return err
	}
	line := from.line(u, result, method, reason)
	if by != nil && by.ID != user {
		line.By = by.ID
	}
	return audit.WriteSignIn(ctx, tx, line)
}

// CookieName is the cookie that holds a session over plain HTTP; over HTTPS its name tells the browser to take it from
// this host alone.
const CookieName = "genjin_session"

// ticketCookie holds the secret of the step that somebody is before.
const ticketCookie = "genjin_step"

// Cookie gives the cookie of a new session; an empty secret takes the cookie away. Secure cookies are sent over HTTPS
// only.
func Cookie(secret string, secure bool) *http.Cookie {
	return cookie(CookieName, secret, secure, sessionLife)
}

// TicketCookie gives the cookie of a step; an empty secret takes it away.
func TicketCookie(secret string, secure bool) *http.Cookie {
	return cookie(ticketCookie, secret, secure, stepLife)
}

// cookie makes a cookie that no script reads and no other site's page has sent, except by a link.
func cookie(name, value string, secure bool, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName(name, secure), Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// cookieName gives the name under which a cookie goes. The prefix keeps other hosts of the same domain from setting it.
func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// shown gives the value of a cookie of ours; "" when the request has none.
func (a *Service) shown(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(name, a.Secure(r)))
	if err != nil {
		return ""
	}
	return c.Value
}

// Ticket gives the secret of the step that the sender of a request is before; "" for none.
func (a *Service) Ticket(r *http.Request) string { return a.shown(r, ticketCookie) }

func clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}
