package matrix

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// postgresStore returns by taking changed rows from copies of the tables.
type postgresStore struct {
	pool *sql.DB
	conn *sql.Conn
}

func newPostgresStore(ctx context.Context, url string) (*postgresStore, error) {
	s := &postgresStore{}
	var err error
	if s.pool, err = sql.Open("pgx", url); err != nil {
		return nil, err
	}
	if s.conn, err = s.pool.Conn(ctx); err != nil {
		return nil, err
	}
	statements := []string{"SET session_replication_role = replica", "CREATE SCHEMA pristine"} // no foreign keys on the way back
	tables, err := s.tables(ctx)
	if err != nil {
		return nil, err
	}
	for table := range tables {
		statements = append(statements, "CREATE TABLE pristine."+table+" AS TABLE public."+table)
	}
	statements = append(statements, "CREATE TABLE pristine.search AS TABLE public.search")
	for _, statement := range statements {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	return s, nil
}

func (s *postgresStore) tables(ctx context.Context) (map[string][]string, error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT c.table_name, c.column_name FROM information_schema.columns c
		LEFT JOIN information_schema.key_column_usage k ON k.table_schema = 'public' AND k.table_name = c.table_name AND k.column_name = c.column_name
			AND k.constraint_name IN (SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_type = 'PRIMARY KEY' AND table_schema = 'public')
		WHERE c.table_schema = 'public' AND c.table_name <> 'search' ORDER BY c.table_name, k.ordinal_position NULLS LAST, c.ordinal_position`)
	if err != nil {
		return nil, err
	}
	return keysOf(rows, func(table string) (n string, err error) {
		err = s.conn.QueryRowContext(ctx, `SELECT COUNT(*)::text FROM information_schema.key_column_usage k
			JOIN information_schema.table_constraints c ON c.constraint_name = k.constraint_name AND c.table_schema = k.table_schema AND c.table_name = k.table_name
			WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public' AND k.table_name = $1`, table).Scan(&n)
		return n, err
	})
}

func (s *postgresStore) query(ctx context.Context, query string) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, query)
}

// mark is the number that the next transaction that writes will get.
func (s *postgresStore) mark(ctx context.Context) (mark string, err error) {
	err = s.conn.QueryRowContext(ctx, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text").Scan(&mark)
	return mark, err
}

func (s *postgresStore) reset(ctx context.Context, changes []rowChange, version int64) error {
	keys, err := s.tables(ctx)
	if err != nil {
		return err
	}
	changed := map[string]bool{}
	for _, c := range changes {
		changed[c.table] = true
	}
	var statements []string
	for table := range changed {
		on := make([]string, 0, len(keys[table]))
		for _, column := range keys[table] {
			on = append(on, "o."+column+" IS NOT DISTINCT FROM n."+column)
		}
		statements = append(statements, different("public."+table, "pristine."+table, on)...)
	}
	slices.Sort(statements)
	statements = append(statements, different("public.search", "pristine.search", []string{"o.id = n.id"})...)
	statements = append(statements, fmt.Sprintf("UPDATE public.access_version SET version = %d", version),
		"UPDATE public.schema_version SET version = (SELECT version FROM pristine.schema_version)")
	_, err = s.conn.ExecContext(ctx, "BEGIN;"+strings.Join(statements, ";")+";COMMIT")
	return err
}

// different gives the statements that make a table what its copy is.
func different(table, pristine string, on []string) []string {
	same := strings.Join(on, " AND ")
	return []string{
		"DELETE FROM " + table + " n WHERE NOT EXISTS (SELECT 1 FROM " + pristine + " o WHERE " + same + " AND o::text = n::text)",
		"INSERT INTO " + table + " SELECT * FROM " + pristine + " o WHERE NOT EXISTS (SELECT 1 FROM " + table + " n WHERE " + same + ")",
	}
}

func (s *postgresStore) close() error {
	err := s.conn.Close()
	if closing := s.pool.Close(); err == nil {
		err = closing
	}
	return err
}
