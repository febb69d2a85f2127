// Package sealed keeps settings that hold secrets. Each is sealed as a whole, for its name; a new key for the seal reaches
// all of them.
package sealed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"genjin/internal/id"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
)

// Load reads a setting into v; false when it was never set, or sealed with a key that is lost: then it has to be set anew,
// which the log says.
func Load(ctx context.Context, tx *sqldb.Tx, ring *seal.Ring, log *slog.Logger, name string, v any) (bool, error) {
	var value string
	err := tx.QueryRow(ctx, `SELECT value FROM sealed_setting WHERE name = ?`, name).Scan(&value)
	if sqldb.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, err := ring.Open(value, "setting", name)
	if errors.Is(err, seal.ErrKey) || errors.Is(err, seal.ErrDamaged) {
		log.ErrorContext(ctx, "a setting cannot be read and has to be set anew", "setting", name, "error", err)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return false, fmt.Errorf("sealed: damaged setting %s: %w", name, err)
	}
	return true, nil
}

// Store writes a setting; by is who set it.
func Store(ctx context.Context, tx *sqldb.Tx, ring *seal.Ring, by id.ID, name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("sealed: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO sealed_setting (name, value, updated_at, updated_by) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		name, ring.Seal(text, "setting", name), tx.Now, by)
	return err
}
