package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"genjin/internal/seal"
)

func load(t *testing.T, path string) *seal.Ring {
	t.Helper()
	r, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	r := load(t, path)
	sealed := r.Seal([]byte("the secret"), "totp", "42")
	if strings.Contains(sealed, "secret") || sealed == r.Seal([]byte("the secret"), "totp", "42") {
		t.Errorf("sealed: %q", sealed)
	}
	again := load(t, path)
	if got, err := again.Open(sealed, "totp", "42"); err != nil || string(got) != "the secret" {
		t.Errorf("after a restart: %q %v", got, err)
	}
	for _, context := range [][]string{{"totp", "43"}, {"totp"}, {"totp", "4", "2"}, {"totp42"}, nil} {
		if _, err := r.Open(sealed, context...); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("opens for %q: %v", context, err)
		}
	}
	for i := range len(sealed) {
		b := []byte(sealed)
		b[i] ^= 1
		if got, err := r.Open(string(b), "totp", "42"); err == nil && i < len(sealed)-1 { // the last character has spare bits
			t.Errorf("opens with character %d changed: %q", i, got)
		}
	}
	other := load(t, filepath.Join(t.TempDir(), "secret.key"))
	if _, err := other.Open(sealed, "totp", "42"); !errors.Is(err, seal.ErrKey) {
		t.Errorf("with another key: %v", err)
	}
}

func TestKeyFileIsTheOwnersAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("rights are inherited from the folder")
	}
	path := filepath.Join(t.TempDir(), "secret.key")
	r := load(t, path)
	for range 2 {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
		if err := r.Add(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	r := load(t, path)
	old, proof := r.Seal([]byte("x"), "a"), r.Sign("device", "data")
	if err := r.Add(); err != nil {
		t.Fatal(err)
	}
	fresh := r.Seal([]byte("x"), "a")
	if r.Fresh(old) || !r.Fresh(fresh) || !r.Signed("device", "data", proof) {
		t.Error("the new key does not seal, or the old proof is gone")
	}
	if got, err := load(t, path).Open(old, "a"); err != nil || !bytes.Equal(got, []byte("x")) {
		t.Errorf("the old key is gone: %v", err)
	}
	if err := r.Retire(); err != nil {
		t.Fatal(err)
	}
	for _, ring := range []*seal.Ring{r, load(t, path)} {
		if _, err := ring.Open(old, "a"); !errors.Is(err, seal.ErrKey) {
			t.Errorf("a retired key opens: %v", err)
		}
		if got, err := ring.Open(fresh, "a"); err != nil || string(got) != "x" {
			t.Error(err)
		}
	}
}

func TestSign(t *testing.T) {
	t.Parallel()
	r := load(t, filepath.Join(t.TempDir(), "k"))
	proof := r.Sign("device", "data")
	if !r.Signed("device", "data", proof) || r.Signed("device", "other", proof) || r.Signed("else", "data", proof) || r.Signed("device", "data", "") {
		t.Error("proofs do not tell")
	}
}

func TestGiven(t *testing.T) {
	t.Parallel()
	one, two := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "____________________________________________"
	for text, ok := range map[string]bool{
		one: true, one + "\n": true, one + ", " + one[:43]: true, "": false, "short": false, two: false,
	} {
		r, err := seal.Given(text)
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err == nil && !errors.Is(r.Add(), seal.ErrGiven) {
			t.Error("a given key was changed")
		}
	}
	path := filepath.Join(t.TempDir(), "k")
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Load(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged file: %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "damaged" {
		t.Error("a damaged file was replaced")
	}
}

// FuzzOpen: whatever stands in the database, opening it gives the secret or an error.
func FuzzOpen(f *testing.F) {
	r, err := seal.Given("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.Seal([]byte("secret"), "a"))
	f.Add("s1..")
	f.Add("s1.00000000.AAAA")
	f.Fuzz(func(t *testing.T, sealed string) {
		if got, err := r.Open(sealed, "b"); err == nil {
			t.Fatalf("%q opened as %q for something else", sealed, got)
		}
	})
}
