package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// brake is how sign-ins slow down as failures follow each other.
type brake struct {
	free   int           // failures without delay
	first  time.Duration // the delay after the next one; each further one doubles it
	most   time.Duration // the longest delay
	forget time.Duration // without a failure for so long, counting begins anew
}

// The brakes. That of a login from an address stops guessing. That of a login over all addresses stops guessing from
// many addresses; it is short, and spares addresses from which the user has signed in before, so that nobody can keep a
// user out of their account. That of an address stops trying one password on many logins; it is late and short since an
// office shares one address.
var (
	pairBrake    = brake{free: 5, first: 2 * time.Second, most: 5 * time.Minute, forget: time.Hour}
	loginBrake   = brake{free: 20, first: time.Second, most: 30 * time.Second, forget: time.Hour}
	addressBrake = brake{free: 100, first: time.Second, most: time.Minute, forget: 15 * time.Minute}
)

// delay is how long to wait after so many failures.
func (b brake) delay(failures int) time.Duration {
	d := time.Duration(0)
	for i := b.free; i <= failures && d < b.most; i++ {
		d = max(b.first, 2*d)
	}
	return min(d, b.most)
}

// subject is what failures are counted of.
type subject struct {
	name  string
	brake brake
}

func subjects(login string, address netip.Addr) (pair, byLogin, byAddress subject) {
	from := From{Address: address}.Network()
	return subject{digest("pair", login, from), pairBrake},
		subject{digest("login", login), loginBrake},
		subject{digest("address", from), addressBrake}
}

// digest names a subject without storing what people typed.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return parts[0] + ":" + hex.EncodeToString(h.Sum(nil)[:16])
}

// Network gives the address, or the /64 network of an IPv6 one, since its owner may use any address in it.
func (f From) Network() string {
	a := f.Address.Unmap()
	if a.Is6() {
		p, err := a.WithZone("").Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}

// claim counts an attempt as failed before the password is looked at, so that attempts at the same time cannot outrun
// the count; forgive takes it back. While a delay runs it gives errs.TooMany and counts nothing.
func claim(ctx context.Context, tx *sqldb.Tx, login string, user id.ID, address netip.Addr) error {
	if err := tx.Lock(ctx, "signin:"+login); err != nil {
		return err
	}
	pair, byLogin, byAddress := subjects(login, address)
	familiar, err := signedInBefore(ctx, tx, user, address)
	if err != nil {
		return err
	}
	var wait time.Duration
	counted := []subject{pair, byLogin, byAddress}
	failures := make([]int, len(counted))
	for i, s := range counted {
		var left time.Duration
		if failures[i], left, err = s.state(ctx, tx); err != nil {
			return err
		}
		if s != byLogin || !familiar {
			wait = max(wait, left)
		}
	}
	if wait > 0 {
		return errs.New(errs.TooMany, "signin.locked", "seconds", int(wait/time.Second)+1)
	}
	for i, s := range counted {
		if err := s.count(ctx, tx, failures[i]+1); err != nil {
			return err
		}
	}
	return nil
}

// state gives the failures that still count and how long to wait.
func (s subject) state(ctx context.Context, tx *sqldb.Tx) (failures int, left time.Duration, err error) {
	var last, until int64
	err = tx.QueryRow(ctx, `SELECT failures, last_at, until FROM signin_failure WHERE subject = ?`, s.name).Scan(&failures, &last, &until)
	if sqldb.IsNoRows(err) {
		return 0, 0, nil
	}
	now := tx.Now.UnixMilli()
	if now-last > s.brake.forget.Milliseconds() {
		failures = 0
	}
	return failures, max(0, time.Duration(until-now)*time.Millisecond), err
}

func (s subject) count(ctx context.Context, tx *sqldb.Tx, failures int) error {
	_, err := tx.Exec(ctx, `INSERT INTO signin_failure (subject, failures, last_at, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, until = excluded.until`,
		s.name, failures, tx.Now, tx.Now.Add(s.brake.delay(failures)))
	return err
}

// forgive takes a claim back after the right password. The failures of the login from this address are forgotten; those
// counted more widely stay, else an attacker with an account of their own could clear them.
func forgive(ctx context.Context, tx *sqldb.Tx, login string, address netip.Addr) error {
	pair, byLogin, byAddress := subjects(login, address)
	if _, err := tx.Exec(ctx, `DELETE FROM signin_failure WHERE subject = ?`, pair.name); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE signin_failure SET failures = failures - 1 WHERE subject IN (?, ?) AND failures > 0`,
		byLogin.name, byAddress.name)
	return err
}

// familiarFor is how long an address from which a user signed in stays familiar.
const familiarFor = 90 * 24 * time.Hour

func signedInBefore(ctx context.Context, tx *sqldb.Tx, user id.ID, address netip.Addr) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM signin_log
		WHERE user_id = ? AND result = 'ok' AND address = ? AND at > ? LIMIT 1) AS before`,
		int64(user), address.String(), tx.Now.Add(-familiarFor)).Scan(&n)
	return n > 0, err
}
