package migrations

import (
	"context"
	"io/fs"
	"strconv"

	"genjin/internal/sqldb"
)

// RunTo applies the program's own steps up to number: the form of a database that an older program saved.
func RunTo(ctx context.Context, db *sqldb.DB, number int64) error {
	own, err := fs.Sub(files, "sql")
	if err != nil {
		return err
	}
	return RunFS(ctx, db, upTo{own, number})
}

// upTo shows the steps of a folder that are not after number.
type upTo struct {
	fs.FS
	number int64
}

// ReadDir lists the files without later steps.
func (u upTo) ReadDir(name string) (shown []fs.DirEntry, err error) {
	all, err := fs.ReadDir(u.FS, name)
	for _, e := range all {
		parts := fileName.FindStringSubmatch(e.Name())
		if parts == nil {
			continue
		}
		if n, err := strconv.ParseInt(parts[1], 10, 64); err == nil && n <= u.number {
			shown = append(shown, e)
		}
	}
	return shown, err
}
