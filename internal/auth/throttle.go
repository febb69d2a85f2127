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

// brake is how attempts slow down as failures follow each other.
type brake struct {
	free   int           // failures without delay
	first  time.Duration // the delay after the next one; each further one doubles it
	most   time.Duration // the longest delay
	forget time.Duration // without a failure for so long, counting begins anew
}

// The brakes. That of a login from an address stops guessing. That of a login over all addresses stops guessing from
// many addresses; it is short, and spares addresses from which the user has signed in before. That of an address stops
// trying one password on many logins; it is late and short since an office shares one address. A browser that has signed
// the user in before has a brake of its own and waits for no other, so that nobody can keep a user out of their account.
// Second factors are short, so guessing them is slower still; only who knows the password comes so far.
var (
	pairBrake    = brake{free: 5, first: 2 * time.Second, most: 5 * time.Minute, forget: time.Hour}
	loginBrake   = brake{free: 20, first: time.Second, most: 30 * time.Second, forget: time.Hour}
	addressBrake = brake{free: 100, first: time.Second, most: time.Minute, forget: 15 * time.Minute}
	factorBrake  = brake{free: 5, first: 15 * time.Second, most: 15 * time.Minute, forget: 24 * time.Hour}
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
	kind  string // as the log names it
	// own subjects are forgotten after a success; others only lose the attempt, else an attacker with an account of their
	// own could clear them.
	own bool
	// sparing subjects do not hold up who comes from where the user has signed in before.
	sparing bool
	// counting subjects hold nobody up who is counted elsewhere.
	counting bool
}

// brakes are what an attempt is counted by.
type brakes struct {
	lock     string // one attempt of the same name at a time
	subjects []subject
}

// brakesOf gives what attempts at the password of a login are counted by. Of a login that nobody has it is the same.
func (a *Service) brakesOf(login string, user id.ID, from From) brakes {
	network := from.Network()
	byAddress := subject{name: digest("address", network), brake: addressBrake, kind: "address"}
	if nonce := a.device(user, from); nonce != "" {
		byAddress.counting = true
		return brakes{"signin:" + nonce, []subject{{name: digest("device", nonce), brake: pairBrake, kind: "device", own: true}, byAddress}}
	}
	return brakes{"signin:" + login, []subject{
		{name: digest("pair", login, network), brake: pairBrake, kind: "login", own: true},
		{name: digest("login", login), brake: loginBrake, kind: "login", sparing: true},
		byAddress,
	}}
}

// brakesOfFactor gives what attempts at a second factor are counted by.
func (a *Service) brakesOfFactor(user id.ID, from From) brakes {
	name := digest("factor", user.String(), a.device(user, from))
	return brakes{"factor:" + user.String(), []subject{{name: name, brake: factorBrake, kind: "factor", own: true}}}
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

// claim counts an attempt as failed before the secret is looked at, so that attempts at the same time cannot outrun the
// count; forgive takes it back. While a delay runs it gives errs.TooMany and counts nothing.
func (b brakes) claim(ctx context.Context, tx *sqldb.Tx, user id.ID, address netip.Addr) error {
	if err := tx.Lock(ctx, b.lock); err != nil {
		return err
	}
	familiar, err := signedInBefore(ctx, tx, user, address)
	if err != nil {
		return err
	}
	var wait time.Duration
	failures := make([]int, len(b.subjects))
	for i, s := range b.subjects {
		var left time.Duration
		if failures[i], left, err = s.state(ctx, tx); err != nil {
			return err
		}
		if !s.counting && !(s.sparing && familiar) {
			wait = max(wait, left)
		}
	}
	if wait > 0 {
		return errs.New(errs.TooMany, "signin.locked", "seconds", int(wait/time.Second)+1)
	}
	for i, s := range b.subjects {
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

// forgive takes a claim back after the right secret.
func (b brakes) forgive(ctx context.Context, tx *sqldb.Tx) error {
	for _, s := range b.subjects {
		sql := `UPDATE signin_failure SET failures = failures - 1 WHERE subject = ? AND failures > 0`
		if s.own {
			sql = `DELETE FROM signin_failure WHERE subject = ?`
		}
		if _, err := tx.Exec(ctx, sql, s.name); err != nil {
			return err
		}
	}
	return nil
}

// reached gives the kind of a subject whose failures have just become so many that one has to wait; "" for none.
func (b brakes) reached(ctx context.Context, tx *sqldb.Tx) (string, error) {
	for _, s := range b.subjects {
		failures, _, err := s.state(ctx, tx)
		if err != nil {
			return "", err
		}
		if failures == s.brake.free {
			return s.kind, nil
		}
	}
	return "", nil
}

// familiarFor is how long an address from which a user signed in stays familiar.
const familiarFor = 90 * 24 * time.Hour

func signedInBefore(ctx context.Context, tx *sqldb.Tx, user id.ID, address netip.Addr) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM signin_log
		WHERE user_id = ? AND result = 'signed_in' AND address = ? AND at > ? LIMIT 1) AS before`,
		int64(user), address.String(), tx.Now.Add(-familiarFor)).Scan(&n)
	return n > 0, err
}
