// Package archive writes everything an installation keeps into one file and brings it back: the rows of every table and
// every attachment, in a zip that any tool can look into, with the SHA-256 of each part. It is made from one consistent
// state while work goes on, and since the rows are written as values and not as a database's pages, what was saved from
// SQLite can be restored to PostgreSQL and the other way round.
//
// Left out is what a restored installation must not have or can make itself: see omitted.
package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"genjin/internal/errs"
	"genjin/internal/sqldb"
)

// Format is the number of the form described here. A program reads archives of this and no other form.
const Format = 1

const (
	manifestName = "manifest.json"
	tablePrefix  = "tables/"
	tableSuffix  = ".jsonl"
	filePrefix   = "files/"
)

// Manifest says what is in an archive. It is the last part to be written: an archive without one was never finished.
type Manifest struct {
	Format   int           `json:"format"`
	Program  string        `json:"program"` // the version that wrote it
	MadeAt   time.Time     `json:"made_at"`
	Database sqldb.Dialect `json:"database"`
	Steps    []Step        `json:"steps"` // the migrations the database had been through
	Tables   []Table       `json:"tables"`
	Files    []File        `json:"files"`
	Digest   string        `json:"digest"` // of all contents: equal when rows and files are
}

// Step is a migration.
type Step struct {
	Number   int64  `json:"number"`
	Name     string `json:"name"`
	Checksum string `json:"checksum"`
}

// Table is a table's part: its rows as JSON arrays, one a line, in the order of its columns that are never empty.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"`
}

// File is an attachment's part, named by the SHA-256 of its content.
type File struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Rows gives the number of rows of all tables.
func (m *Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// digest gives the digest of the contents the manifest lists.
func (m *Manifest) digest() string {
	h := sha256.New()
	for _, t := range m.Tables {
		fmt.Fprintf(h, "%s(%s) %d %s\n", t.Name, strings.Join(t.Columns, ","), t.Rows, t.SHA256)
	}
	for _, f := range m.Files {
		fmt.Fprintf(h, "%s %d\n", f.SHA256, f.Size)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// omitted tells tables that are not saved.
//
//   - search and its parts are made anew from the records;
//   - sessions would let people in whose sign-in was revoked after the backup: everybody signs in again;
//   - browsers that are pushed to belong to sessions;
//   - failed sign-ins, steps on the way in, links, codes by text message, limits of forms and remembered answers are of use
//     for minutes or days, and links let people in;
//   - sqldb_start belongs to the database, and schema_migration is in the manifest.
func omitted(table string) bool {
	switch table {
	case "session", "signin_failure", "signin_step", "signin_link", "api_token_use", "idempotency", "push_subscription", "sms_code", "web_form_limit", "sqldb_start", "schema_migration", "search":
		return true
	}
	return strings.HasPrefix(table, "search_")
}

var (
	plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	hexSum    = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// sound checks what the manifest says by itself, before any of its names is used.
func (m *Manifest) sound() error {
	if m.Format != Format {
		return errs.New(errs.Invalid, "archive.format", "format", m.Format)
	}
	for i, t := range m.Tables {
		if !plainName.MatchString(t.Name) || omitted(t.Name) || slices.ContainsFunc(t.Columns, func(c string) bool { return !plainName.MatchString(c) }) {
			return damaged("table " + t.Name)
		}
		if i > 0 && m.Tables[i-1].Name >= t.Name {
			return damaged("order of tables")
		}
	}
	for i, f := range m.Files {
		if !hexSum.MatchString(f.SHA256) || (i > 0 && m.Files[i-1].SHA256 >= f.SHA256) {
			return damaged("file " + f.SHA256)
		}
	}
	if m.Digest != m.digest() {
		return damaged("digest")
	}
	return nil
}

// damaged is the error for an archive that is not as it was written.
func damaged(part string) error { return errs.New(errs.Invalid, "archive.damaged", "part", part) }
