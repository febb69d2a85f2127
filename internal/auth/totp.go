package auth

import (
	"bytes"
	"context"
	"crypto/subtle"
	"fmt"
	"image/png"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// Codes from an app (RFC 6238): six digits that change every thirty seconds, good one step earlier and later, once.
const (
	totpPeriod = 30
	totpSkew   = 1
	qrSize     = 240 // pixels
)

// TOTPSetup is what an app needs to know to make codes.
type TOTPSetup struct {
	Secret string // for typing in
	URI    string // "otpauth://…"
	QR     []byte // the URI as a picture, PNG
}

// BeginTOTP gives what the app of a session's user needs. It counts from ConfirmTOTP on. A user who has an app already
// gives errs.Conflict.
func (a *Service) BeginTOTP(ctx context.Context, who Who) (TOTPSetup, error) {
	issuer := a.store.Schema().Setting(org.CompanyName)
	if issuer == "" {
		issuer = product
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: who.Actor.Login, Period: totpPeriod})
	if err != nil {
		return TOTPSetup{}, fmt.Errorf("auth: %w", err)
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		f, err := factorsOf(ctx, tx, who.Actor.ID)
		if err != nil {
			return err
		}
		if !f.TOTP.IsZero() {
			return errs.New(errs.Conflict, "factor.totp_exists")
		}
		_, err = tx.Exec(ctx, `INSERT INTO totp (user_id, secret, created_at) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0`,
			who.Actor.ID, a.seal.Seal([]byte(key.Secret()), "totp", who.Actor.ID.String()), tx.Now)
		return err
	})
	if err != nil {
		return TOTPSetup{}, err
	}
	qr, err := qrOf(key)
	return TOTPSetup{Secret: key.Secret(), URI: key.URL(), QR: qr}, err
}

// product names the program where the company has no name yet.
const product = "Genjin"

func qrOf(key *otp.Key) ([]byte, error) {
	picture, err := key.Image(qrSize, qrSize)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	var b bytes.Buffer
	err = png.Encode(&b, picture)
	return b.Bytes(), err
}

// ConfirmTOTP has the app of a session's user count from now on if it shows the right code. Who has no recovery codes
// yet gets some, which nobody sees again.
func (a *Service) ConfirmTOTP(ctx context.Context, who Who, code string, from From) ([]string, error) {
	codes, err := a.newRecoveryCodes(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.claimFactor(ctx, who.Actor.ID, from); err != nil {
		return nil, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		right, err := a.matchTOTP(ctx, tx, who.Actor.ID, code)
		if err != nil {
			return err
		}
		if !right {
			return errs.OfField("code", "signin.code")
		}
		n, err := tx.Exec(ctx, `UPDATE totp SET confirmed_at = ? WHERE user_id = ? AND confirmed_at IS NULL`, tx.Now, who.Actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "factor.totp_exists")
		}
		if err := a.brakesOfFactor(who.Actor.ID, from).forgive(ctx, tx); err != nil {
			return err
		}
		return a.enrolled(ctx, tx, who, ByTOTP, codes, from)
	})
	if err != nil {
		return nil, err
	}
	return codes.plain, nil
}

// claimFactor counts an attempt at a second factor.
func (a *Service) claimFactor(ctx context.Context, user id.ID, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error { return a.brakesOfFactor(user, from).claim(ctx, tx, user, from.Address) })
}

// RemoveTOTP takes the app from a session's user.
func (a *Service) RemoveTOTP(ctx context.Context, who Who, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM totp WHERE user_id = ?`, who.Actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		return a.removed(ctx, tx, who, ByTOTP, from)
	})
}

// useTOTP reports whether a code is right for a user who has an app.
func (a *Service) useTOTP(ctx context.Context, user id.ID, code string) (right bool, err error) {
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		var confirmed clock.Instant
		err := tx.QueryRow(ctx, `SELECT confirmed_at FROM totp WHERE user_id = ?`, user).Scan(&confirmed)
		if sqldb.IsNoRows(err) || err == nil && confirmed.IsZero() {
			right = false
			return nil
		}
		if err != nil {
			return err
		}
		right, err = a.matchTOTP(ctx, tx, user, code)
		return err
	})
	return right, err
}

// matchTOTP reports whether a code is one of this moment and newer than any that was used, and notes its use.
func (a *Service) matchTOTP(ctx context.Context, tx *sqldb.Tx, user id.ID, code string) (bool, error) {
	var sealed string
	var last int64
	err := tx.QueryRow(ctx, `SELECT secret, last_step FROM totp WHERE user_id = ?`+tx.Dialect().ForUpdate(), user).Scan(&sealed, &last)
	if sqldb.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	secret, err := a.seal.Open(sealed, "totp", user.String())
	if err != nil {
		a.log.ErrorContext(ctx, "a second factor cannot be read", "user", user.String(), "error", err)
		return false, nil
	}
	step, err := totpStep(string(secret), code, tx.Now, last)
	if err != nil || step == 0 {
		return false, err
	}
	n, err := tx.Exec(ctx, `UPDATE totp SET last_step = ? WHERE user_id = ? AND last_step < ?`, step, user, step)
	return n == 1, err
}

// totpStep gives the step that a code belongs to; 0 when it is wrong or not newer than last. Every step of the window is
// worked out, whether or not an earlier one was right.
func totpStep(secret, code string, now time.Time, last int64) (found int64, err error) {
	code = text.Clean(code)
	present := now.Unix() / totpPeriod
	for step := present - totpSkew; step <= present+totpSkew; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err != nil {
			return 0, fmt.Errorf("auth: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			found = step
		}
	}
	return found, nil
}
