package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// TokenPrefix begins every API token, so that it is known for one where it should not be.
const TokenPrefix = "gj_"

// Bounds of a token's life.
const (
	tokenUsual = 90 * 24 * time.Hour
	tokenMost  = 366 * 24 * time.Hour
)

// Limits narrow a token: module → the actions it may be used for. Nil lets it do whatever its owner may.
type Limits map[string][]access.Action

// Token is an API token, without its secret.
type Token struct {
	ID      id.ID
	Name    string
	Limits  Limits
	Created clock.Instant
	Seen    clock.Instant // to a few minutes; zero when it was never used
	Expires clock.Instant
}

// CreateToken makes an API token of the actor and gives its secret, which nobody sees again. A life of zero is 90 days.
func (a *Service) CreateToken(ctx context.Context, actor *access.Actor, name string, life time.Duration, limits Limits) (string, Token, error) {
	if life == 0 {
		life = tokenUsual
	}
	t := Token{Name: text.Tidy(clip(name, 60)), Limits: limits}
	if err := t.check(life); err != nil {
		return "", Token{}, err
	}
	stored, err := limits.stored()
	if err != nil {
		return "", Token{}, err
	}
	secret := TokenPrefix + newSecret()
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		t.ID, t.Created, t.Expires = tx.NewID(), clock.At(tx.Now), clock.At(tx.Now.Add(life))
		_, err := tx.Exec(ctx, `INSERT INTO api_token (id, token_hash, user_id, name, permissions, created_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, t.ID, hashOf(secret), actor.ID, t.Name, stored, t.Created, t.Expires)
		return err
	})
	return secret, t, err
}

func (t Token) check(life time.Duration) error {
	var problems errs.Fields
	if t.Name == "" {
		problems.Add("name", "field.required")
	}
	if life < 24*time.Hour || life > tokenMost {
		problems.Add("days", "token.expires", "max", int(tokenMost/(24*time.Hour)))
	}
	for name, actions := range t.Limits {
		i := slices.IndexFunc(org.Modules, func(m org.Module) bool { return m.Name == name })
		for _, action := range actions {
			if i < 0 || !slices.Contains(org.Modules[i].Actions, action) {
				problems.Add("permissions", "role.permissions")
				return problems.Err()
			}
		}
	}
	return problems.Err()
}

func (l Limits) stored() (string, error) {
	if l == nil {
		return "", nil
	}
	b, err := json.Marshal(l)
	return string(b), err
}

func parseLimits(stored string) (l Limits, err error) {
	if stored == "" {
		return nil, nil //nolint:nilnil // no limits is a value here
	}
	if err := json.Unmarshal([]byte(stored), &l); err != nil {
		return nil, fmt.Errorf("auth: damaged limits of a token: %w", err)
	}
	return l, nil
}

// Tokens gives the actor's tokens, the newest first.
func (a *Service) Tokens(ctx context.Context, actor *access.Actor) (list []Token, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, name, permissions, created_at, seen_at, expires_at FROM api_token
			WHERE user_id = ? ORDER BY id DESC`, actor.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t Token
			var limits string
			if err := rows.Scan(&t.ID, &t.Name, &limits, &t.Created, &t.Seen, &t.Expires); err != nil {
				return err
			}
			if t.Limits, err = parseLimits(limits); err != nil {
				return err
			}
			list = append(list, t)
		}
		return rows.Err()
	})
	return list, err
}

// EndToken ends a token of the actor.
func (a *Service) EndToken(ctx context.Context, actor *access.Actor, token id.ID) error {
	return a.end(ctx, `DELETE FROM api_token WHERE id = ? AND user_id = ?`, token, actor)
}

func (a *Service) byToken(ctx context.Context, r *http.Request) (Who, error) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(secret, TokenPrefix) {
		return Who{}, errs.New(errs.Unauthenticated, "")
	}
	c, err := a.find(ctx, secret, func(tx *sqldb.Tx, hash string) (*credential, error) { return readToken(ctx, tx, hash) })
	if err != nil {
		return Who{}, err
	}
	actor, err := a.actors.Get(ctx, a.db, c.user)
	if err != nil {
		return Who{}, err
	}
	if now := a.clock.Now(); c.due(now) {
		a.touchToken(ctx, c, now)
	}
	return Who{Actor: c.limits.narrow(actor), Token: c.id}, nil
}

func readToken(ctx context.Context, tx *sqldb.Tx, hash string) (*credential, error) {
	c := &credential{}
	var limits string
	var created, seen, expires clock.Instant
	err := tx.QueryRow(ctx, `SELECT id, user_id, permissions, created_at, seen_at, expires_at FROM api_token WHERE token_hash = ?`, hash).
		Scan(&c.id, &c.user, &limits, &created, &seen, &expires)
	if err != nil {
		return nil, err
	}
	c.created, c.seen, c.expires = created.Time, seen.Time, expires.Time
	c.limits, err = parseLimits(limits)
	return c, err
}

// touchToken notes that a token was used. A failure costs nothing.
func (a *Service) touchToken(ctx context.Context, c *credential, now time.Time) {
	_ = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE api_token SET seen_at = ? WHERE id = ?`, now, c.id)
		return err
	})
}

// narrow gives the actor with no more than the limits let through.
func (l Limits) narrow(actor *access.Actor) *access.Actor {
	if l == nil {
		return actor
	}
	narrow := *actor
	narrow.Only = l
	return &narrow
}
