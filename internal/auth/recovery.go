package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"

	"genjin/internal/audit"
	"genjin/internal/cn/text"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Recovery codes stand in for a second factor that is lost, each once. They are hashed like passwords; those of a user
// share their salt, so that trying one costs one hash.
const (
	recoveryCount  = 10
	recoveryLength = 12 // characters: 60 bits
	// recoveryLetters is Crockford's alphabet, which has no letter that looks like a digit.
	recoveryLetters = "0123456789abcdefghjkmnpqrstvwxyz"
)

// recoverySpelling reads a code as people write it down.
var recoverySpelling = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1")

type recoveryCodes struct {
	plain  []string
	hashes []string
}

// newRecoveryCodes makes codes. It takes a while, so it runs before the transaction.
func (a *Service) newRecoveryCodes(ctx context.Context) (*recoveryCodes, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: the program would end
	c := &recoveryCodes{}
	for range recoveryCount {
		code := newRecoveryCode()
		key, err := a.hasher.key(ctx, a.hasher.cost, code, salt)
		if err != nil {
			return nil, err
		}
		c.plain = append(c.plain, code[:4]+"-"+code[4:8]+"-"+code[8:])
		c.hashes = append(c.hashes, encode(a.hasher.cost, salt, key))
	}
	return c, nil
}

func newRecoveryCode() string {
	b := make([]byte, recoveryLength)
	_, _ = rand.Read(b) // never fails: the program would end
	for i := range b {
		b[i] = recoveryLetters[b[i]%32]
	}
	return string(b)
}

// store puts the codes in the place of all that a user has.
func (c *recoveryCodes) store(ctx context.Context, tx *sqldb.Tx, user id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE user_id = ?`, user); err != nil {
		return err
	}
	for _, hash := range c.hashes {
		if _, err := tx.Exec(ctx, `INSERT INTO recovery_code (user_id, hash) VALUES (?, ?)`, user, hash); err != nil {
			return err
		}
	}
	return nil
}

// RenewRecovery gives a session's user new recovery codes in the place of the old ones. Nobody sees them again.
func (a *Service) RenewRecovery(ctx context.Context, who Who, from From) ([]string, error) {
	codes, err := a.newRecoveryCodes(ctx)
	if err != nil {
		return nil, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := codes.store(ctx, tx, who.Actor.ID); err != nil {
			return err
		}
		return a.note(ctx, tx, who.Actor, who.Actor.ID, audit.Changed, ByRecovery, "renewed", from)
	})
	return codes.plain, err
}

// useRecovery reports whether a code is one of a user's, which it then is no more.
func (a *Service) useRecovery(ctx context.Context, user id.ID, code string) (right bool, err error) {
	code = recoverySpelling.Replace(strings.ToLower(text.Clean(code)))
	var hashes []string
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		hashes, err = recoveryHashes(ctx, tx, user)
		return err
	})
	if err != nil || len(hashes) == 0 {
		return false, err
	}
	cost, salt, _, err := decode(hashes[0])
	if err != nil {
		return false, err
	}
	key, err := a.hasher.key(ctx, cost, clip(code, maxPassword), salt)
	if err != nil {
		return false, err
	}
	used := ""
	for _, hash := range hashes {
		if subtle.ConstantTimeCompare([]byte(hash), []byte(encode(cost, salt, key))) == 1 {
			used = hash
		}
	}
	if used == "" {
		return false, nil
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE user_id = ? AND hash = ?`, user, used)
		right = n == 1 // else another request has just used it
		return err
	})
	return right, err
}

func recoveryHashes(ctx context.Context, tx *sqldb.Tx, user id.ID) (hashes []string, err error) {
	rows, err := tx.Query(ctx, `SELECT hash FROM recovery_code WHERE user_id = ?`, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, rows.Err()
}
