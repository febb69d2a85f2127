package sqldb_test

import (
	"context"
	"testing"

	"genjin/internal/sqldb"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	db, err := sqldb.Open(ctx, sqldb.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO a (id, name) VALUES (?, ?)", 1, "x")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var name string
	err = db.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, "SELECT name FROM a WHERE id = ?", 1).Scan(&name)
	})
	if err != nil || name != "x" {
		t.Fatal(name, err)
	}
}
