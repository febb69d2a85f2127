package sqldb

import (
	"context"
	"errors"

	"genjin/internal/id"
)

// Each runs a query and calls fn for each of its rows with what scans it, until fn gives an error.
func (tx *Tx) Each(ctx context.Context, fn func(scan func(dest ...any) error) error, query string, args ...any) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	for err == nil && rows.Next() {
		err = fn(rows.Scan)
	}
	closed := rows.Close()
	if err != nil {
		return err
	}
	return errors.Join(rows.Err(), closed)
}

// IDs gives the ids that a query gives, one in each row.
func (tx *Tx) IDs(ctx context.Context, query string, args ...any) (out []id.ID, err error) {
	err = tx.Each(ctx, func(scan func(dest ...any) error) error {
		var x id.ID
		err := scan(&x)
		out = append(out, x)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return out, nil
}
