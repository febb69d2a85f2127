package dbtest_test

import (
	"testing"

	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	one, other := dbtest.Open(t), dbtest.Open(t)
	ctx := t.Context()
	if err := one.Write(ctx, func(tx *sqldb.Tx) error { return tx.Script(ctx, "CREATE TABLE only_here (id BIGINT)") }); err != nil {
		t.Fatal(err)
	}
	err := other.Read(ctx, func(tx *sqldb.Tx) error {
		columns, err := tx.Columns(ctx, "only_here")
		if len(columns) > 0 {
			t.Error("the other database has the table, too")
		}
		if migrated, _ := tx.Columns(ctx, "schema_migration"); len(migrated) == 0 {
			t.Error("the database is not migrated")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
