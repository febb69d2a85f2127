package savedview

import (
	"context"

	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// SharedBy gives the views of a user that others see.
func SharedBy(ctx context.Context, tx *sqldb.Tx, user id.ID) ([]id.ID, error) {
	return tx.IDs(ctx, `SELECT id FROM saved_view WHERE owner_id = ? AND scope <> ? AND archived_at IS NULL ORDER BY id`, user, string(Private))
}

// HandOver gives the views of a user that others see to a colleague, and says which. A department's views stay the
// department's.
func HandOver(ctx context.Context, tx *sqldb.Tx, from, to id.ID) ([]id.ID, error) {
	views, err := SharedBy(ctx, tx, from)
	if err != nil {
		return nil, err
	}
	return views, HandBack(ctx, tx, views, from, to)
}

// HandBack gives those of views that still belong to from to another.
func HandBack(ctx context.Context, tx *sqldb.Tx, views []id.ID, from, to id.ID) error {
	in, args := sqldb.In(tx.Dialect(), "id", views)
	_, err := tx.Exec(ctx, `UPDATE saved_view SET owner_id = ?, version = version + 1 WHERE owner_id = ? AND `+in, append([]any{to, from}, args...)...)
	return err
}
