package deliver

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Browser is one that lets itself be pushed to.
type Browser struct {
	ID      id.ID
	Name    string // as its user knows it: "Chrome · Windows"
	Session id.ID  // that asked for it, and with which it ends
	Created clock.Instant
	Sent    clock.Instant // when it was last pushed to; missing before
}

// Subscription is what a browser gives to be pushed to: the address of its push service and its keys (RFC 8291).
type Subscription struct {
	Endpoint, P256dh, Auth, Name string
}

// mostBrowsers is how many one user may have.
const mostBrowsers = 20

// Subscribe lets a browser be pushed to on behalf of a user, as long as their session lasts. Asked again, by the same
// user or the next one who sits there, the browser is theirs and keeps its id.
func (d *Service) Subscribe(ctx context.Context, user, session id.ID, b Subscription) (x id.ID, err error) {
	if err := d.checkSubscription(b); err != nil {
		return 0, err
	}
	err = d.db.Write(ctx, func(tx *sqldb.Tx) error {
		var n int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM push_subscription WHERE user_id = ? AND endpoint <> ?`, user, b.Endpoint).Scan(&n)
		if err != nil {
			return err
		}
		if n >= mostBrowsers {
			return errs.New(errs.Conflict, "notify.browsers", "max", mostBrowsers)
		}
		return tx.QueryRow(ctx, `INSERT INTO push_subscription (id, user_id, session_id, endpoint, p256dh, auth, name, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id, session_id = excluded.session_id, p256dh = excluded.p256dh,
				auth = excluded.auth, name = excluded.name RETURNING id`,
			tx.NewID(), user, session, b.Endpoint, b.P256dh, b.Auth, b.Name, tx.Now).Scan(&x)
	})
	return x, err
}

// checkSubscription refuses what no browser gives. Whether the address may be reached is seen when it is.
func (d *Service) checkSubscription(b Subscription) error {
	var problems errs.Fields
	u, err := url.Parse(b.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !d.Outbound.Allows(u.Hostname())) {
		problems.Add("endpoint", "notify.endpoint")
	}
	if n := keyLength(b.P256dh); n != 65 {
		problems.Add("p256dh", "notify.endpoint")
	}
	if n := keyLength(b.Auth); n != 16 {
		problems.Add("auth", "notify.endpoint")
	}
	return problems.Err()
}

func keyLength(text string) int {
	key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return 0
	}
	return len(key)
}

// Browsers gives those of a user, the newest first.
func (d *Service) Browsers(ctx context.Context, user id.ID) (out []Browser, err error) {
	err = d.db.Read(ctx, func(tx *sqldb.Tx) error {
		out = nil
		return tx.Each(ctx, func(scan func(...any) error) error {
			var b Browser
			err := scan(&b.ID, &b.Name, &b.Session, &b.Created, &b.Sent)
			out = append(out, b)
			return err
		}, `SELECT id, name, session_id, created_at, sent_at FROM push_subscription WHERE user_id = ? ORDER BY id DESC`, user)
	})
	return out, err
}

// Unsubscribe ends the pushing to a browser; errs.NotFound when it is not the user's.
func (d *Service) Unsubscribe(ctx context.Context, user, browser id.ID) error {
	return d.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE id = ? AND user_id = ?`, browser, user)
		if err == nil && n == 0 {
			return errs.New(errs.NotFound, "")
		}
		return err
	})
}
