// Package files keeps attachments by their content: an object is named by the SHA-256 of its bytes, so that the same file
// attached twice is stored once and a damaged one is noticed before it is handed out. What a file is called, whom it
// belongs to and who may see it are records; this package knows none of that.
//
// Names of objects are made here and never come from outside, and all access goes through os.Root, so that nothing can
// lead out of the folder. An object appears under its name only when it is whole and on the disk.
package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"sync"
	"syscall"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
)

// Object is what is known of stored content.
type Object struct {
	SHA256 string // in hex: its name
	Size   int64
	Type   string // media type by its first bytes
}

// Store keeps objects in a folder. It is safe for use by many goroutines.
type Store struct {
	root  *os.Root
	clock clock.Clock
	keep  sync.Mutex // held while an object gets its name or is collected, so that a new one is never taken for an old one
}

const incoming = "incoming" // folder of what is not yet whole

// ErrDamaged says that stored content is not what its name says.
var ErrDamaged = errors.New("files: the content is not what was stored")

// Open opens the folder and makes it when it is missing.
func Open(dir string, c clock.Clock) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if err := root.Mkdir(incoming, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		root.Close()
		return nil, err
	}
	return &Store{root: root, clock: c}, nil
}

// Close lets the folder go.
func (s *Store) Close() error { return s.root.Close() }

// Put stores what r gives, at most limit bytes: more is an errs.TooLarge, nothing at all an errs.Invalid, a full disk an
// errs.Unavailable. When it returns, the content is on the disk. It stays at least the grace period of Collect, within
// which the record that refers to it must be written.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (Object, error) {
	draft := incoming + "/" + rand.Text()
	o, err := s.write(draft, reader{ctx, io.LimitReader(r, limit+1)})
	if err == nil && o.Size > limit {
		err = errs.New(errs.TooLarge, "files.too_large", "max", megabytes(limit))
	}
	if err == nil && o.Size == 0 {
		err = errs.New(errs.Invalid, "files.empty")
	}
	if err == nil {
		err = s.name(draft, o.SHA256)
	}
	if err != nil {
		_ = s.root.Remove(draft) // it may not be there; what stays is collected
		return Object{}, full(err)
	}
	return o, nil
}

// write fills a new file and gives what it became.
func (s *Store) write(draft string, r io.Reader) (o Object, err error) {
	f, err := s.root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return o, err
	}
	defer f.Close()
	sum, head := sha256.New(), &beginning{}
	if o.Size, err = io.Copy(io.MultiWriter(f, sum, head), r); err != nil {
		return o, err
	}
	o.SHA256, o.Type = hex.EncodeToString(sum.Sum(nil)), http.DetectContentType(head.bytes)
	if err := f.Sync(); err != nil {
		return o, err
	}
	return o, f.Close()
}

// name gives a whole file its place. The same content stored before stays, as if it were new.
func (s *Store) name(draft, sum string) error {
	s.keep.Lock()
	defer s.keep.Unlock()
	now := s.clock.Now()
	if err := s.root.Chtimes(place(sum), now, now); err == nil {
		return s.root.Remove(draft)
	}
	if err := s.root.Mkdir(sum[:2], 0o700); err == nil {
		if err := s.sync("."); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := s.root.Chtimes(draft, now, now); err != nil {
		return err
	}
	if err := s.root.Rename(draft, place(sum)); err != nil {
		return err
	}
	return s.sync(sum[:2])
}

// sync makes the names in a folder durable. Windows cannot, and needs not.
func (s *Store) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// Open gives the content of an object for reading, after all of it has been compared with its name: when it differs, an
// errs.Unavailable that is ErrDamaged, so that nothing wrong is ever handed out; an errs.NotFound when there is none.
func (s *Store) Open(ctx context.Context, sum string) (*os.File, error) {
	if !isSum(sum) {
		return nil, errs.New(errs.NotFound, "")
	}
	f, err := s.root.Open(place(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return nil, err
	}
	if err := verify(ctx, f, sum); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// verify reads the file once and leaves it at its beginning.
func verify(ctx context.Context, f *os.File, sum string) error {
	h := sha256.New()
	if _, err := io.Copy(h, reader{ctx, f}); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sum {
		return fmt.Errorf("%w: %w: %s", errs.New(errs.Unavailable, "files.damaged"), ErrDamaged, sum)
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// All calls fn with the name, size and age of every object until it gives an error.
func (s *Store) All(ctx context.Context, fn func(sum string, size int64, stored time.Time) error) error {
	return fs.WalkDir(s.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // collected meanwhile
		}
		if sum := d.Name(); err == nil && path == place(sum) && isSum(sum) {
			return fn(sum, info.Size(), info.ModTime())
		}
		return err
	})
}

// Collect removes objects that were stored longer than grace ago and that used says nobody refers to, and drafts of
// uploads that never became whole. It gives how many it removed.
func (s *Store) Collect(ctx context.Context, grace time.Duration, used func(sum string) (bool, error)) (removed int, err error) {
	before := s.clock.Now().Add(-grace)
	err = s.All(ctx, func(sum string, _ int64, stored time.Time) error {
		if stored.After(before) {
			return nil
		}
		if yes, err := used(sum); yes || err != nil {
			return err
		}
		gone, err := s.remove(sum, before)
		if gone {
			removed++
		}
		return err
	})
	if err != nil {
		return removed, err
	}
	drafts, err := s.removeDrafts(before)
	return removed + drafts, err
}

// remove removes an object unless it has been stored again since.
func (s *Store) remove(sum string, before time.Time) (bool, error) {
	s.keep.Lock()
	defer s.keep.Unlock()
	info, err := s.root.Stat(place(sum))
	if err != nil || info.ModTime().After(before) {
		return false, err
	}
	return true, s.root.Remove(place(sum))
}

func (s *Store) removeDrafts(before time.Time) (removed int, err error) {
	entries, err := fs.ReadDir(s.root.FS(), incoming)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.ModTime().After(before) {
			continue
		}
		if err := s.root.Remove(incoming + "/" + e.Name()); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

// place gives the path of an object: 256 folders keep each small.
func place(sum string) string { return sum[:min(2, len(sum))] + "/" + sum }

var sums = regexp.MustCompile(`^[0-9a-f]{64}$`)

func isSum(s string) bool { return sums.MatchString(s) }

// reader ends with its context.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// beginning keeps the first bytes written to it, from which the type can be told.
type beginning struct{ bytes []byte }

func (b *beginning) Write(p []byte) (int, error) {
	b.bytes = append(b.bytes, p[:min(len(p), 512-len(b.bytes))]...)
	return len(p), nil
}

// full turns the error of a full disk into one the user understands.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", errs.New(errs.Unavailable, "sqldb.full"), err)
	}
	return err
}

func megabytes(bytes int64) int64 { return bytes >> 20 }
