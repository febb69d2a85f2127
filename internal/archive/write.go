package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"genjin/internal/files"
	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

// Write writes an archive of the database and the attachments. The rows are those of one moment; attachments are never
// changed and outlive that moment by far, so each that a row names is there.
func Write(ctx context.Context, w io.Writer, db *sqldb.DB, store *files.Store, program string) (*Manifest, error) {
	out := zip.NewWriter(w)
	m := &Manifest{Format: Format, Program: program, Database: db.Dialect()}
	steps, err := migrations.Applied(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, s := range steps {
		m.Steps = append(m.Steps, Step{s.Number, s.Name, s.Checksum})
	}
	if err := db.Read(ctx, func(tx *sqldb.Tx) error { return m.writeTables(ctx, out, tx) }); err != nil {
		return nil, err
	}
	if err := m.writeFiles(ctx, out, store); err != nil {
		return nil, err
	}
	m.Digest = m.digest()
	if err := m.write(out); err != nil {
		return nil, err
	}
	return m, out.Close()
}

func (m *Manifest) writeTables(ctx context.Context, out *zip.Writer, tx *sqldb.Tx) error {
	m.MadeAt = tx.Now
	names, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if omitted(name) {
			continue
		}
		columns, err := tx.Columns(ctx, name)
		if err != nil {
			return err
		}
		part, err := create(out, tablePrefix+name+tableSuffix, zip.Deflate, m.MadeAt)
		if err != nil {
			return err
		}
		t, err := writeRows(ctx, tx, part, name, columns)
		if err != nil {
			return fmt.Errorf("archive: %s: %w", name, err)
		}
		m.Tables = append(m.Tables, t)
	}
	return nil
}

func create(out *zip.Writer, name string, method uint16, at time.Time) (io.Writer, error) {
	return out.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: at})
}

// writeRows writes the rows of a table, always in the same order.
func writeRows(ctx context.Context, tx *sqldb.Tx, w io.Writer, table string, columns []sqldb.Column) (Table, error) {
	t := Table{Name: table}
	var order []string
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Name)
		if c.NotNull {
			order = append(order, c.Name)
		}
	}
	rows, err := tx.Query(ctx, "SELECT "+quoted(t.Columns)+" FROM "+table+" ORDER BY "+quoted(order))
	if err != nil {
		return t, err
	}
	defer rows.Close()
	sum := sha256.New()
	lines := json.NewEncoder(io.MultiWriter(w, sum))
	lines.SetEscapeHTML(false)
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return t, err
		}
		for i, v := range row {
			row[i] = outside(v)
		}
		if err := lines.Encode(row); err != nil {
			return t, err
		}
		t.Rows++
	}
	t.SHA256 = sumOf(sum)
	return t, rows.Err()
}

// quoted gives names for SQL; some, such as key, are words of it.
func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

func sumOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// writeFiles writes every attachment as it lies; most kinds of files are compressed in themselves.
func (m *Manifest) writeFiles(ctx context.Context, out *zip.Writer, store *files.Store) error {
	err := store.All(ctx, func(sum string, size int64, _ time.Time) error {
		m.Files = append(m.Files, File{sum, size})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.SHA256, b.SHA256) })
	for _, f := range m.Files {
		if err := writeFile(ctx, out, store, f, m.MadeAt); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(ctx context.Context, out *zip.Writer, store *files.Store, f File, at time.Time) error {
	content, err := store.Open(ctx, f.SHA256)
	if err != nil {
		return err
	}
	defer content.Close()
	part, err := create(out, filePrefix+f.SHA256, zip.Store, at)
	if err != nil {
		return err
	}
	_, err = io.Copy(part, content)
	return err
}

func (m *Manifest) write(out *zip.Writer) error {
	part, err := create(out, manifestName, zip.Deflate, m.MadeAt)
	if err != nil {
		return err
	}
	e := json.NewEncoder(part)
	e.SetIndent("", " ")
	return e.Encode(m)
}
