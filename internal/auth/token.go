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
	"genjin/internal/audit"
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
	ID       id.ID
	User     id.ID
	UserName string // only AllTokens gives it
	Name     string
	Prefix   string // how the secret begins, to tell which it is
	Limits   Limits
	RowsADay int // how many records it may take out a day; 0 for no bound
	Created  clock.Instant
	Seen     clock.Instant // to a few minutes; zero when it was never used
	Expires  clock.Instant
}

// NewToken describes a token to be made.
type NewToken struct {
	Name     string
	Life     time.Duration // 90 days when zero
	Limits   Limits
	RowsADay int
}

// mostRows bounds budgets, so that they are ones.
const mostRows = 10_000_000

// shownPrefix is how much of a secret is shown ever after: enough to tell it, not to guess it.
const shownPrefix = len(TokenPrefix) + 6

// CreateToken makes an API token of the actor and gives its secret, which nobody sees again.
func (a *Service) CreateToken(ctx context.Context, actor *access.Actor, n NewToken, from From) (string, Token, error) {
	if n.Life == 0 {
		n.Life = tokenUsual
	}
	t := Token{User: actor.ID, Name: text.Tidy(clip(n.Name, 60)), Limits: n.Limits, RowsADay: n.RowsADay}
	if err := t.check(n.Life); err != nil {
		return "", Token{}, err
	}
	stored, err := n.Limits.stored()
	if err != nil {
		return "", Token{}, err
	}
	secret := TokenPrefix + newSecret()
	t.Prefix = secret[:shownPrefix]
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		t.ID, t.Created, t.Expires = tx.NewID(), clock.At(tx.Now), clock.At(tx.Now.Add(n.Life))
		_, err := tx.Exec(ctx, `INSERT INTO api_token (id, token_hash, user_id, name, permissions, prefix, rows_a_day, created_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			t.ID, hashOf(secret), actor.ID, t.Name, stored, t.Prefix, t.RowsADay, t.Created, t.Expires)
		if err != nil {
			return err
		}
		return a.note(ctx, tx, actor, actor.ID, audit.Changed, ofToken, "made "+t.Prefix, from)
	})
	return secret, t, err
}

// ofToken names tokens in the log of signing in.
const ofToken Method = "token"

func (t Token) check(life time.Duration) error {
	var problems errs.Fields
	if t.Name == "" {
		problems.Add("name", "field.required")
	}
	if life < 24*time.Hour || life > tokenMost {
		problems.Add("days", "token.expires", "max", int(tokenMost/(24*time.Hour)))
	}
	if t.RowsADay < 0 || t.RowsADay > mostRows {
		problems.Add("rows_per_day", "token.rows", "max", mostRows)
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

// Tokens gives a user's tokens, the newest first.
func (a *Service) Tokens(ctx context.Context, user id.ID) ([]Token, error) {
	return a.listTokens(ctx, `t.user_id = ?`, user)
}

// AllTokens gives the tokens of everybody, the newest first.
func (a *Service) AllTokens(ctx context.Context) ([]Token, error) {
	return a.listTokens(ctx, `t.id > ?`, 0)
}

func (a *Service) listTokens(ctx context.Context, condition string, arg any) (list []Token, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT t.id, t.user_id, u.name, t.name, t.prefix, t.permissions, t.rows_a_day, t.created_at, t.seen_at, t.expires_at
			FROM api_token t JOIN account u ON u.id = t.user_id WHERE `+condition+` ORDER BY t.id DESC`, arg)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t Token
			var limits string
			if err := rows.Scan(&t.ID, &t.User, &t.UserName, &t.Name, &t.Prefix, &limits, &t.RowsADay, &t.Created, &t.Seen, &t.Expires); err != nil {
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

// EndToken ends a token; of the user alone, or anybody's when user is zero.
func (a *Service) EndToken(ctx context.Context, by *access.Actor, user, token id.ID, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		var owner id.ID
		var prefix string
		err := tx.QueryRow(ctx, `SELECT user_id, prefix FROM api_token WHERE id = ?`, token).Scan(&owner, &prefix)
		if sqldb.IsNoRows(err) || err == nil && user != 0 && owner != user {
			return errs.New(errs.NotFound, "")
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM api_token WHERE id = ?`, token); err != nil {
			return err
		}
		if err := a.note(ctx, tx, by, owner, audit.Changed, ofToken, "ended "+prefix, from); err != nil {
			return err
		}
		return a.actors.Changed(ctx, tx)
	})
}

func (a *Service) byToken(ctx context.Context, r *http.Request) (Who, error) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(secret, TokenPrefix) {
		return Who{}, errs.New(errs.Unauthenticated, "")
	}
	c, err := a.find(ctx, "token", secret, readToken)
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
	return Who{Actor: org.Narrowed(actor, c.limits), Token: c.id, shown: c}, nil
}

func readToken(ctx context.Context, tx *sqldb.Tx, hash string) (*credential, error) {
	c := &credential{}
	var limits string
	var created, seen, expires clock.Instant
	err := tx.QueryRow(ctx, `SELECT id, user_id, permissions, rows_a_day, created_at, seen_at, expires_at FROM api_token WHERE token_hash = ?`, hash).
		Scan(&c.id, &c.user, &limits, &c.rowsADay, &created, &seen, &expires)
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
