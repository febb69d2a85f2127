package audit_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"genjin/internal/audit"
	"genjin/internal/dbtest"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// sealed gives a log of three seals and two entries that are not sealed.
func sealed(t *testing.T) *sqldb.DB {
	t.Helper()
	db := dbtest.Open(t)
	x := id.ID(1000)
	write := func(n int) {
		var entries []audit.Entry
		for range n {
			x--
			entries = append(entries, entry(x, 0, 50+x%3, audit.Change{Field: "phone", Old: "", New: fmt.Sprint("138", x)}, audit.Change{Field: "name", Old: "", New: "王"}))
		}
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return audit.Write(t.Context(), tx, entries) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int{3, 5, 1} {
		write(n) // ids go backwards, as they do when a clock is set back
		for range 2 {
			if err := audit.SealNew(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(2)
	return db
}

func verify(t *testing.T, db *sqldb.DB) (v audit.Verified, problems []string) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		v, err = audit.Verify(t.Context(), tx, func(p string) { problems = append(problems, p) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, problems
}

func TestSealsHold(t *testing.T) {
	t.Parallel()
	v, problems := verify(t, sealed(t))
	if len(problems) > 0 || v.Sealed != 9 || v.Unsealed != 2 || v.Newest.Number != 3 || v.Newest.Entries != 1 || len(v.Newest.Hash) != 64 {
		t.Errorf("%+v %v", v, problems)
	}
	if v, problems := verify(t, dbtest.Open(t)); len(problems) > 0 || v != (audit.Verified{}) {
		t.Errorf("of an empty log: %+v %v", v, problems)
	}
}

// TestTamperingShows changes a sealed log in every way there is.
func TestTamperingShows(t *testing.T) {
	t.Parallel()
	for _, statement := range []string{
		"UPDATE audit_entry SET changes = '[]' WHERE id = 998",
		"UPDATE audit_entry SET changes = '' , erased = 'x' WHERE id = 998",
		"UPDATE audit_entry SET user_name = '李' WHERE id = 998",
		"UPDATE audit_entry SET user_id = 8 WHERE id = 998",
		"UPDATE audit_entry SET user_id = NULL WHERE id = 998",
		"UPDATE audit_entry SET at = at + 1 WHERE id = 998",
		"UPDATE audit_entry SET record_id = 1 WHERE id = 998",
		"UPDATE audit_entry SET action = 'update' WHERE id = 998",
		"UPDATE audit_entry SET origin = 'api' WHERE id = 998",
		"UPDATE audit_entry SET id = 1998 WHERE id = 998",
		"UPDATE audit_entry SET seal = NULL WHERE id = 998",
		"UPDATE audit_entry SET seal = 1 WHERE id = 992",
		"UPDATE audit_entry SET seal = 77 WHERE id = 998",
		"UPDATE audit_entry SET seal = 3 WHERE id = 990",
		"DELETE FROM audit_entry WHERE id = 998",
		"DELETE FROM audit_entry WHERE seal = 2",
		"DELETE FROM audit_entry WHERE seal = 3",
		"DELETE FROM audit_seal WHERE id = 1",
		"DELETE FROM audit_seal WHERE id = 3",
		"UPDATE audit_seal SET hash = '' WHERE id = 2",
		"UPDATE audit_seal SET entries = 6 WHERE id = 2",
	} {
		db := sealed(t)
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			n, err := tx.Exec(t.Context(), statement)
			if err == nil && n == 0 {
				err = fmt.Errorf("changed nothing")
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		if _, problems := verify(t, db); len(problems) == 0 {
			t.Errorf("not seen: %s", statement)
		}
	}
}

// TestUnsaidErasureShows erases an entry by hand so well that its seal holds.
func TestUnsaidErasureShows(t *testing.T) {
	t.Parallel()
	db := sealed(t)
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		var changes string
		if err := tx.QueryRow(t.Context(), "SELECT changes FROM audit_entry WHERE id = 998").Scan(&changes); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "UPDATE audit_entry SET changes = '[]', erased = ? WHERE id = 998", fmt.Sprintf("%x", sha256.Sum256([]byte(changes))))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, problems := verify(t, db); len(problems) != 1 {
		t.Errorf("told: %v", problems)
	}
}

// TestErase takes a person out of the log: nothing is left to read, and the seals still hold.
func TestErase(t *testing.T) {
	t.Parallel()
	db := sealed(t)
	for round := range id.ID(2) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for record := range id.ID(3) {
				said := entry(2000+3*round+record, 0, 50+record)
				if err := audit.Erase(t.Context(), tx, said, func(c audit.Change) bool { return c.Field == "phone" }); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, problems := verify(t, db); len(problems) > 0 {
		t.Error(problems)
	}
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		entries, err := audit.OfRecord(t.Context(), tx, 50, 0, 100)
		if err != nil || len(entries) == 0 {
			return fmt.Errorf("%d entries: %w", len(entries), err)
		}
		for _, e := range entries {
			if text := fmt.Sprint(e.Changes); e.Action != audit.Erased && (strings.Contains(text, "138") || !strings.Contains(text, "王") || len(e.Changes) != 2) {
				t.Errorf("left: %s", text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := audit.SealNew(t.Context(), db); err != nil { // those erased before they were sealed
		t.Fatal(err)
	}
	if v, problems := verify(t, db); len(problems) > 0 || v.Unsealed != 0 {
		t.Errorf("%+v %v", v, problems)
	}
}
