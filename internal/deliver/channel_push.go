package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/SherClockHolmes/webpush-go"

	"genjin/internal/errs"
	"genjin/internal/sqldb"
)

// pushChannel speaks to browsers while no page is open (RFC 8030, 8291, 8292). What it says is encrypted for the browser.
type pushChannel struct{ d *Service }

const (
	pushLives   = 12 * 3600 // seconds that the push service keeps what the browser cannot be told yet
	pushBytes   = 2400      // of what is said; a push may have 3,993
	vapidName   = "vapid"
	answerBytes = 64 << 10
)

// pushed is what the service worker of the page gets.
type pushed struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Path   string `json:"path"`
	Urgent bool   `json:"urgent"`
}

// send pushes to one browser. One that has gone is forgotten; so is one whose session is over: whoever signed out there
// is told nothing more.
func (c pushChannel) send(ctx context.Context, p *parcel) error {
	var to webpush.Subscription
	err := c.d.db.ReadOne(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `SELECT endpoint, p256dh, auth FROM push_subscription b WHERE id = ? AND user_id = ?
			AND EXISTS (SELECT 1 FROM session s WHERE s.id = b.session_id AND s.user_id = b.user_id AND s.expires_at > ?)`, p.target, p.user, tx.Now).
			Scan(&to.Endpoint, &to.Keys.P256dh, &to.Keys.Auth)
	})
	if sqldb.IsNoRows(err) {
		return errors.Join(errNothing, c.forget(ctx, p))
	}
	if err != nil {
		return err
	}
	m, err := c.d.compose(ctx, p)
	if err != nil {
		return err
	}
	if err := p.turn.take(ctx); err != nil {
		return err
	}
	err = c.push(ctx, &to, m)
	if errors.Is(err, errGone) {
		return errors.Join(errNothing, c.forget(ctx, p))
	}
	if err != nil {
		return err
	}
	return c.d.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE push_subscription SET sent_at = ? WHERE id = ?`, tx.Now, p.target)
		return err
	})
}

// errGone says that the browser does not want to be pushed to any more.
var errGone = errors.New("deliver: the browser is gone")

func (c pushChannel) push(ctx context.Context, to *webpush.Subscription, m *message) error {
	keys, err := c.d.vapidKeys(ctx)
	if err != nil {
		return err
	}
	body, err := json.Marshal(pushed{Key: m.key, Title: m.title, Text: clip(strings.Join(m.lines, "\n"), pushBytes), Path: m.path, Urgent: m.urgent})
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	urgency := webpush.UrgencyNormal
	if m.urgent {
		urgency = webpush.UrgencyHigh
	}
	res, err := webpush.SendNotificationWithContext(ctx, body, to, &webpush.Options{
		HTTPClient: c.d.Outbound.HTTP(), Subscriber: c.d.subscriber(), Topic: m.key, TTL: pushLives, Urgency: urgency,
		VAPIDPublicKey: keys.Public, VAPIDPrivateKey: keys.Private,
	})
	if err != nil {
		return unreached(err)
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 300)) // it is shown to administrators, and no more
	switch {
	case res.StatusCode < http.StatusMultipleChoices:
		return nil
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		return errGone
	case res.StatusCode == http.StatusRequestEntityTooLarge:
		return errs.New(errs.Invalid, "notify.refused", "status", res.StatusCode, "answer", string(said))
	}
	return errs.New(errs.Unavailable, "notify.refused", "status", res.StatusCode, "answer", string(said))
}

// unreached says that another server could not be asked. What bars the way says so itself.
func unreached(err error) error {
	if _, known := errs.As(err); known {
		return err
	}
	return errors.Join(errs.New(errs.Unavailable, "notify.unreached"), err)
}

// subscriber is whom a push service may turn to.
func (d *Service) subscriber() string {
	if strings.HasPrefix(d.Origin, "https://") {
		return d.Origin
	}
	return "admin@example.com"
}

// forget lets a browser go, unless somebody else has it by now.
func (c pushChannel) forget(ctx context.Context, p *parcel) error {
	return c.d.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE id = ? AND user_id = ?`, p.target, p.user)
		return err
	})
}

// vapid is the key pair by which push services know that it is still the same who pushes.
type vapid struct {
	Public  string `json:"public"`
	Private string `json:"private"`
}

type vapidCache struct {
	mu   sync.Mutex
	keys vapid
}

// PushKey gives the public key that browsers ask for when they let themselves be pushed to.
func (d *Service) PushKey(ctx context.Context) (string, error) {
	keys, err := d.vapidKeys(ctx)
	return keys.Public, err
}

// vapidKeys gives the pair, which is made when it is first asked for. When the key of the seal is lost, a new one is
// made: browsers have to be asked again then.
func (d *Service) vapidKeys(ctx context.Context) (vapid, error) {
	d.vapid.mu.Lock()
	defer d.vapid.mu.Unlock()
	if d.vapid.keys.Public != "" {
		return d.vapid.keys, nil
	}
	var keys vapid
	var set bool
	err := d.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		set, err = d.loadSealed(ctx, tx, vapidName, &keys)
		return err
	})
	if err == nil && !set {
		keys, err = d.makeVapid(ctx)
	}
	if err == nil {
		d.vapid.keys = keys
	}
	return keys, err
}

func (d *Service) makeVapid(ctx context.Context) (keys vapid, err error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return keys, fmt.Errorf("deliver: %w", err)
	}
	err = d.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, vapidName); err != nil {
			return err
		}
		keys = vapid{}
		set, err := d.loadSealed(ctx, tx, vapidName, &keys)
		if err != nil || set {
			return err
		}
		keys = vapid{Public: public, Private: private}
		return d.storeSealed(ctx, tx, 0, vapidName, keys)
	})
	return keys, err
}
