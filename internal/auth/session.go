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
	c, err := a.find(ctx, secret, func(tx *sqldb.Tx, hash string) (*credential, error) { return readSession(ctx, tx, hash) })
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
	return Who{Actor: actor, Session: c.id}, nil
}

func readSession(ctx context.Context, tx *sqldb.Tx, hash string) (*credential, error) {
	c := &credential{}
	var created, seen, expires clock.Instant
	err := tx.QueryRow(ctx, `SELECT id, user_id, created_at, seen_at, expires_at FROM session WHERE token_hash = ?`, hash).
		Scan(&c.id, &c.user, &created, &seen, &expires)
	c.created, c.seen, c.expires = created.Time, seen.Time, expires.Time
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

// openSession adds a session and gives its secret.
func openSession(ctx context.Context, tx *sqldb.Tx, user id.ID, from From) (secret string, x id.ID, err error) {
	secret, x = newSecret(), tx.NewID()
	_, err = tx.Exec(ctx, `INSERT INTO session (id, token_hash, user_id, created_at, seen_at, expires_at, address, agent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		x, hashOf(secret), user, tx.Now, tx.Now, tx.Now.Add(sessionIdle), from.Address.String(), clip(from.Agent, 300))
	return secret, x, err
}

// Sessions gives where the actor is signed in, the latest first.
func (a *Service) Sessions(ctx context.Context, actor *access.Actor) (list []Session, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, created_at, seen_at, address, agent FROM session
			WHERE user_id = ? AND expires_at > ? ORDER BY seen_at DESC, id DESC`, actor.ID, a.clock.Now())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s Session
			if err := rows.Scan(&s.ID, &s.Created, &s.Seen, &s.Address, &s.Agent); err != nil {
				return err
			}
			list = append(list, s)
		}
		return rows.Err()
	})
	return list, err
}

// EndSession ends a session of the actor.
func (a *Service) EndSession(ctx context.Context, actor *access.Actor, session id.ID) error {
	return a.end(ctx, `DELETE FROM session WHERE id = ? AND user_id = ?`, session, actor)
}

func (a *Service) end(ctx context.Context, sql string, x id.ID, actor *access.Actor) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, sql, x, actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		return a.actors.Changed(ctx, tx)
	})
}

// Cookie gives the cookie of a new session; an empty secret takes the cookie away. Secure cookies are sent over HTTPS
// only.
func Cookie(secret string, secure bool) *http.Cookie {
	c := &http.Cookie{
		Name: CookieName, Value: secret, Path: "/", MaxAge: int(sessionLife / time.Second),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

func clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}
