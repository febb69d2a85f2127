package deliver

import (
	"context"

	"genjin/internal/id"
	"genjin/internal/sealed"
	"genjin/internal/sqldb"
)

func (d *Service) loadSealed(ctx context.Context, tx *sqldb.Tx, name string, v any) (bool, error) {
	return sealed.Load(ctx, tx, d.Seal, d.Log, name, v)
}

func (d *Service) storeSealed(ctx context.Context, tx *sqldb.Tx, by id.ID, name string, v any) error {
	return sealed.Store(ctx, tx, d.Seal, by, name, v)
}
