package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"genjin/internal/id"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
)

// Secrets lie sealed in sealed_setting, where a new key for the seal reaches them, too.

// loadSealed reads a secret into v; false when there is none, or when the key it was sealed with is lost.
func (d *Service) loadSealed(ctx context.Context, tx *sqldb.Tx, name string, v any) (bool, error) {
	var sealed string
	err := tx.QueryRow(ctx, `SELECT value FROM sealed_setting WHERE name = ?`, name).Scan(&sealed)
	if sqldb.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, err := d.Seal.Open(sealed, "setting", name)
	if errors.Is(err, seal.ErrKey) || errors.Is(err, seal.ErrDamaged) {
		d.Log.ErrorContext(ctx, "a secret cannot be read and has to be set anew", "setting", name, "error", err)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return false, fmt.Errorf("deliver: damaged secret %s: %w", name, err)
	}
	return true, nil
}

func (d *Service) storeSealed(ctx context.Context, tx *sqldb.Tx, by id.ID, name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO sealed_setting (name, value, updated_at, updated_by) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		name, d.Seal.Seal(text, "setting", name), tx.Now, by)
	return err
}
