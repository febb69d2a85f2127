package files_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/files"
)

func open(t *testing.T) (*files.Store, *clock.Fake, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	c := clock.NewFake(time.Now())
	s, err := files.Open(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, c, dir
}

func put(t *testing.T, s *files.Store, content string) files.Object {
	t.Helper()
	o, err := s.Put(t.Context(), strings.NewReader(content), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func read(t *testing.T, s *files.Store, sum string) (string, error) {
	t.Helper()
	f, err := s.Open(t.Context(), sum)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return string(b), err
}

// objects gives the paths of everything in the folder.
func objects(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPutAndOpen(t *testing.T) {
	s, _, dir := open(t)
	o := put(t, s, "合同正文")
	sum := sha256.Sum256([]byte("合同正文"))
	want := files.Object{SHA256: hex.EncodeToString(sum[:]), Size: 12, Type: "text/plain; charset=utf-8"}
	if o != want {
		t.Errorf("got %+v; want %+v", o, want)
	}
	if got, err := read(t, s, o.SHA256); err != nil || got != "合同正文" {
		t.Errorf("got %q, %v", got, err)
	}
	put(t, s, "合同正文")
	if found := objects(t, dir); len(found) != 1 {
		t.Errorf("the same content twice gives %v", found)
	}
	info, err := os.Stat(objects(t, dir)[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights of the object: %v, %v", info.Mode(), err)
	}
}

func TestPutRefuses(t *testing.T) {
	s, _, dir := open(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		r    io.Reader
		kind errs.Kind
	}{
		{"too large", t.Context(), strings.NewReader("12345678901"), errs.TooLarge},
		{"empty", t.Context(), strings.NewReader(""), errs.Invalid},
		{"broken off", t.Context(), io.MultiReader(strings.NewReader("12"), failing{}), ""},
		{"cancelled", cancelled, strings.NewReader("12"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Put(c.ctx, c.r, 10)
			if err == nil || (c.kind != "" && !errs.Is(err, c.kind)) {
				t.Errorf("got %v; want %s", err, c.kind)
			}
			if found := objects(t, dir); len(found) != 0 {
				t.Errorf("left behind: %v", found)
			}
		})
	}
	if _, err := s.Put(t.Context(), strings.NewReader("1234567890"), 10); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the connection was cut") }

func TestOpenRefuses(t *testing.T) {
	s, _, dir := open(t)
	o := put(t, s, "content")
	for _, name := range []string{"", "x", "../../etc/passwd", strings.Repeat("0", 64), strings.ToUpper(o.SHA256), "incoming/x"} {
		if _, err := read(t, s, name); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: got %v; want not found", name, err)
		}
	}
	if err := os.WriteFile(objects(t, dir)[0], []byte("c0ntent"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, s, o.SHA256); !errors.Is(err, files.ErrDamaged) || !errs.Is(err, errs.Unavailable) {
		t.Errorf("damaged content: got %v", err)
	}
}

func TestCollect(t *testing.T) {
	s, c, dir := open(t)
	used, old := put(t, s, "used"), put(t, s, "old")
	if err := os.WriteFile(filepath.Join(dir, "incoming", "draft"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Advance(48 * time.Hour)
	fresh := put(t, s, "fresh")
	isUsed := func(sum string) (bool, error) { return sum == used.SHA256, nil }
	removed, err := s.Collect(t.Context(), 24*time.Hour, isUsed)
	if err != nil || removed != 2 {
		t.Errorf("removed %d, %v; want the old one and the draft", removed, err)
	}
	for o, want := range map[files.Object]bool{used: true, old: false, fresh: true} {
		if _, err := read(t, s, o.SHA256); (err == nil) != want {
			t.Errorf("%v: %v; want it there: %v", o, err, want)
		}
	}
}

func TestCollectLeavesWhatIsStoredAgain(t *testing.T) {
	s, c, _ := open(t)
	o := put(t, s, "twice")
	c.Advance(48 * time.Hour)
	put(t, s, "twice")
	if removed, err := s.Collect(t.Context(), 24*time.Hour, func(string) (bool, error) { return false, nil }); removed != 0 || err != nil {
		t.Errorf("removed %d, %v", removed, err)
	}
	if _, err := read(t, s, o.SHA256); err != nil {
		t.Error(err)
	}
}

func TestManyAtOnce(t *testing.T) {
	s, c, dir := open(t)
	c.Advance(time.Hour)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 20 {
				o, err := s.Put(t.Context(), bytes.NewReader(bytes.Repeat([]byte{byte(i + 1)}, 1000)), 1<<20)
				if err != nil {
					t.Error(err)
					return
				}
				if f, err := s.Open(t.Context(), o.SHA256); err != nil {
					t.Error(err)
				} else {
					f.Close()
				}
			}
		})
	}
	wg.Wait()
	if found := objects(t, dir); len(found) != 20 {
		t.Errorf("%d objects; want 20", len(found))
	}
}
