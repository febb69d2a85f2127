package matrix

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	"modernc.org/sqlite"

	"genjin/internal/sqldb"
)

// sqliteStore returns by copying the file's pages back: the index of FTS5 cannot be mended row by row.
type sqliteStore struct {
	pool     *sql.DB
	conn     *sql.Conn
	pristine string
}

func newSQLiteStore(ctx context.Context, dir string) (*sqliteStore, error) {
	s := &sqliteStore{pristine: filepath.Join(dir, "pristine.db")}
	var err error
	if s.pool, err = sql.Open("sqlite", "file:"+filepath.Join(dir, sqldb.File)+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)"); err != nil {
		return nil, err
	}
	if s.conn, err = s.pool.Conn(ctx); err != nil {
		return nil, err
	}
	_, err = s.conn.ExecContext(ctx, "VACUUM INTO ?", s.pristine)
	return s, err
}

func (s *sqliteStore) tables(ctx context.Context) (map[string][]string, error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search%' ORDER BY m.name, p.pk = 0, p.pk, p.cid`)
	if err != nil {
		return nil, err
	}
	return keysOf(rows, func(table string) (string, error) {
		var n int
		err := s.conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_table_info(?) WHERE pk > 0", table).Scan(&n)
		return fmt.Sprint(n), err
	})
}

// keysOf gives the columns of the key of each table from rows of table and column with those of the key first, of which
// count tells how many there are; all columns are the key of a table that has none.
func keysOf(rows *sql.Rows, count func(table string) (string, error)) (map[string][]string, error) {
	columns := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, err
		}
		columns[table] = append(columns[table], column)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	for table, all := range columns {
		text, err := count(table)
		if err != nil {
			return nil, err
		}
		var n int
		if _, err := fmt.Sscan(text, &n); err != nil {
			return nil, err
		}
		if n > 0 {
			columns[table] = all[:n]
		}
	}
	return columns, nil
}

func (s *sqliteStore) query(ctx context.Context, query string) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, query)
}

// mark is a number that grows with each commit of another connection.
func (s *sqliteStore) mark(ctx context.Context) (mark string, err error) {
	err = s.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&mark)
	return mark, err
}

func (s *sqliteStore) reset(ctx context.Context, _ []rowChange, version int64) error {
	err := s.conn.Raw(func(driver any) error {
		from, ok := driver.(interface {
			NewRestore(from string) (*sqlite.Backup, error)
		})
		if !ok {
			return fmt.Errorf("matrix: the driver of SQLite cannot restore")
		}
		b, err := from.NewRestore("file:" + s.pristine)
		if err != nil {
			return err
		}
		if _, err := b.Step(-1); err != nil {
			return err
		}
		return b.Finish()
	})
	if err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, "UPDATE access_version SET version = ?", version)
	return err
}

func (s *sqliteStore) close() error {
	err := s.conn.Close()
	if closing := s.pool.Close(); err == nil {
		err = closing
	}
	return err
}
