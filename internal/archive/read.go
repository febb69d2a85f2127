package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/migrations"
)

// Archive is an archive that has been read once from beginning to end and found whole.
type Archive struct {
	Manifest Manifest
	parts    map[string]*zip.File
}

const maxManifest = 256 << 20

// Open reads an archive and compares every part with the manifest. Errors for the operator are *errs.Error: it is not an
// archive (archive.not_one), it has been cut or changed (archive.damaged), or it was made by a newer program
// (archive.format, migrations.newer).
func Open(ctx context.Context, r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errs.New(errs.Invalid, "archive.not_one")
	}
	a := &Archive{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		if a.parts[f.Name] != nil {
			return nil, damaged(f.Name)
		}
		a.parts[f.Name] = f
	}
	if a.parts[manifestName] == nil {
		return nil, errs.New(errs.Invalid, "archive.not_one")
	}
	if err := a.readManifest(); err != nil {
		return nil, err
	}
	if err := a.Manifest.knownSteps(); err != nil {
		return nil, err
	}
	return a, a.verify(ctx)
}

func (a *Archive) readManifest() error {
	r, err := a.parts[manifestName].Open()
	if err != nil {
		return damaged(manifestName)
	}
	defer r.Close()
	if err := json.NewDecoder(io.LimitReader(r, maxManifest)).Decode(&a.Manifest); err != nil {
		return damaged(manifestName)
	}
	return a.Manifest.sound()
}

// knownSteps refuses the archive of a program that has gone on from where this one stands.
func (m *Manifest) knownSteps() error {
	own, err := migrations.Own()
	if err != nil {
		return err
	}
	if len(m.Steps) == 0 {
		return damaged("steps")
	}
	for i, s := range m.Steps {
		if i >= len(own) {
			return errs.New(errs.Invalid, "migrations.newer", "database", m.lastStep(), "program", own[len(own)-1].Number)
		}
		if s.Number != own[i].Number || s.Checksum != own[i].Checksum {
			return errs.New(errs.Invalid, "migrations.changed", "step", fmt.Sprintf("%04d_%s", s.Number, s.Name))
		}
	}
	return nil
}

func (m *Manifest) lastStep() int64 { return m.Steps[len(m.Steps)-1].Number }

// verify reads every part that the manifest lists and refuses any that it does not.
func (a *Archive) verify(ctx context.Context) error {
	listed := 1
	for _, t := range a.Manifest.Tables {
		listed++
		if err := a.verifyPart(ctx, tablePrefix+t.Name+tableSuffix, t.SHA256, math.MaxInt64); err != nil {
			return err
		}
	}
	for _, f := range a.Manifest.Files {
		listed++
		if err := a.verifyPart(ctx, filePrefix+f.SHA256, f.SHA256, f.Size); err != nil {
			return err
		}
	}
	if listed != len(a.parts) {
		return damaged("parts that nobody listed")
	}
	return nil
}

func (a *Archive) verifyPart(ctx context.Context, name, want string, limit int64) error {
	r, err := a.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(untilDone{ctx, r}, limit)); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil || sumOf(sum) != want {
		return damaged(name)
	}
	return nil
}

func (a *Archive) open(name string) (io.ReadCloser, error) {
	f := a.parts[name]
	if f == nil {
		return nil, damaged(name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged(name)
	}
	return r, nil
}

// untilDone is a reader that ends with its context.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (r untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// putFiles stores the attachments. Those that are there already stay.
func (a *Archive) putFiles(ctx context.Context, store *files.Store) error {
	for _, f := range a.Manifest.Files {
		r, err := a.open(filePrefix + f.SHA256)
		if err != nil {
			return err
		}
		_, err = store.Put(ctx, r, f.Size)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
