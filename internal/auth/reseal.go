package auth

import (
	"context"

	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// sealedText is a secret that lasts, where it lies.
type sealedText struct {
	update  string // the statement that puts another text in its place
	row     any
	text    string
	context []string // what it is sealed for
}

// sealedTexts gives every secret that lasts.
func sealedTexts(ctx context.Context, tx *sqldb.Tx) (all []sealedText, err error) {
	err = tx.Each(ctx, func(scan func(...any) error) error {
		var user id.ID
		s := sealedText{update: `UPDATE totp SET secret = ? WHERE user_id = ?`}
		err := scan(&user, &s.text)
		s.row, s.context = int64(user), []string{"totp", user.String()}
		all = append(all, s)
		return err
	}, `SELECT user_id, secret FROM totp`)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, func(scan func(...any) error) error {
		var name string
		s := sealedText{update: `UPDATE sealed_setting SET value = ? WHERE name = ?`}
		err := scan(&name, &s.text)
		s.row, s.context = name, []string{"setting", name}
		all = append(all, s)
		return err
	}, `SELECT name, value FROM sealed_setting`)
	return all, err
}

// LostSecrets says how many secrets cannot be read, since the key they were sealed with is not here.
func (a *Service) LostSecrets(ctx context.Context) (lost int, err error) {
	err = a.db.Read(ctx, func(tx *sqldb.Tx) error {
		lost = 0
		all, err := sealedTexts(ctx, tx)
		for _, s := range all {
			if _, open := a.seal.Open(s.text, s.context...); open != nil {
				lost++
			}
		}
		return err
	})
	return lost, err
}

// RotateKey makes a new key, seals every secret with it and forgets the old ones. Killed in between it leaves both keys,
// and can be run again. It gives how many secrets were sealed anew; those that cannot be read stay as they are.
func (a *Service) RotateKey(ctx context.Context) (resealed int, err error) {
	if err := a.seal.Add(); err != nil {
		return 0, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		resealed = 0
		all, err := sealedTexts(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range all {
			secret, err := a.seal.Open(s.text, s.context...)
			if err != nil {
				a.log.ErrorContext(ctx, "a secret cannot be read", "of", s.context, "error", err)
				continue
			}
			if _, err := tx.Exec(ctx, s.update, a.seal.Seal(secret, s.context...), s.row); err != nil {
				return err
			}
			resealed++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return resealed, a.seal.Retire()
}
