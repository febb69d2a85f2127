// Package seal keeps secrets that have to be read again (the seed of a second factor, the password of a mail server)
// from being read out of the database or a backup: they are stored encrypted with a key that lies elsewhere. A sealed
// text is bound to what it is for, so that one cannot be put in another's place. What need not be read again, such as
// passwords and tokens, is hashed instead.
//
// The key is a file of its own in the data folder, which backups leave out, or comes from the configuration. Without it
// sealed secrets are lost, and nothing else.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Errors of Open.
var (
	ErrKey     = errors.New("seal: sealed with a key that is not here")
	ErrDamaged = errors.New("seal: damaged, or sealed for something else")
)

const (
	keyBytes = 32
	version  = "s1"
)

// Ring holds the key that seals, and older ones that still open. It is safe for use by many goroutines.
type Ring struct {
	path string // of the file; "" when the keys were given

	mu   sync.RWMutex
	keys []key // the first seals
}

type key struct {
	raw  []byte
	name string // part of every sealed text, to tell which key opens it
	aead cipher.AEAD
}

// Load reads the keys from a file, one a line, the first being the one that seals. A missing file is made, with a new
// key, readable by its owner alone.
func Load(path string) (*Ring, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		r := &Ring{path: path}
		return r, r.Add()
	}
	if err != nil {
		return nil, err
	}
	r, err := Given(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.path = path
	return r, nil
}

// Passing gives a ring with a key that is gone with the process: for tests, and for programs that seal nothing.
func Passing() *Ring {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails: the program would end
	k, err := newKey(raw)
	if err != nil { // only for keys of another length
		panic(err)
	}
	return &Ring{keys: []key{k}}
}

// Given reads keys from a text: base64 of 32 bytes each, separated by lines, spaces or commas.
func Given(text string) (*Ring, error) {
	r := &Ring{}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" ,\r\n\t", c) }) {
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(word), "="))
		if err != nil || len(raw) != keyBytes {
			return nil, errors.New("seal: a key is base64 of 32 random bytes")
		}
		k, err := newKey(raw)
		if err != nil {
			return nil, err
		}
		r.keys = append(r.keys, k)
	}
	if len(r.keys) == 0 {
		return nil, errors.New("seal: no key")
	}
	return r, nil
}

func newKey(raw []byte) (key, error) {
	sealing, err := hkdf.Key(sha256.New, raw, nil, "genjin seal", keyBytes)
	if err != nil {
		return key{}, err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return key{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	sum := sha256.Sum256(append([]byte("genjin key name"), raw...))
	return key{raw: raw, name: hex.EncodeToString(sum[:4]), aead: aead}, err
}

// Seal encrypts a secret. The context says what it is for, such as "totp" and the user's id; only with the same does it
// open.
func (r *Ring) Seal(secret []byte, context ...string) string {
	k := r.first()
	sealed := k.aead.Seal(nil, nil, secret, joined(context)) //nolint:gosec // G407: this AEAD takes no nonce, it makes one
	return version + "." + k.name + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Open gives back what was sealed in the same context.
func (r *Ring) Open(sealed string, context ...string) ([]byte, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != version {
		return nil, ErrDamaged
	}
	r.mu.RLock()
	i := slices.IndexFunc(r.keys, func(k key) bool { return k.name == parts[1] })
	if i < 0 {
		r.mu.RUnlock()
		return nil, ErrKey
	}
	k := r.keys[i]
	r.mu.RUnlock()
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, ErrDamaged
	}
	secret, err := k.aead.Open(nil, nil, raw, joined(context))
	if err != nil {
		return nil, ErrDamaged
	}
	return secret, nil
}

// Fresh reports whether a sealed text was sealed with the key that seals now.
func (r *Ring) Fresh(sealed string) bool {
	return strings.HasPrefix(sealed, version+"."+r.first().name+".")
}

// Sign gives a text that proves that this ring has seen data, for what is handed to browsers and comes back.
func (r *Ring) Sign(purpose, data string) string { return r.first().sign(purpose, data) }

// Signed reports whether proof is what Sign gave, with any of the keys.
func (r *Ring) Signed(purpose, data, proof string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.ContainsFunc(r.keys, func(k key) bool { return hmac.Equal([]byte(k.sign(purpose, data)), []byte(proof)) })
}

func (k key) sign(purpose, data string) string {
	signing, err := hkdf.Key(sha256.New, k.raw, nil, "genjin sign "+purpose, keyBytes)
	if err != nil { // only for lengths that no hash gives
		panic(err)
	}
	mac := hmac.New(sha256.New, signing)
	mac.Write([]byte(data))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

func (r *Ring) first() key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys[0]
}

// joined makes one text of a context so that no two contexts have the same.
func joined(context []string) []byte {
	var b []byte
	for _, part := range context {
		b = fmt.Appendf(b, "%d:%s,", len(part), part)
	}
	return b
}

// ErrGiven is given by Add and Retire when the keys come from the configuration, where they must be changed.
var ErrGiven = errors.New("seal: the keys come from the configuration")

// Add makes a new key that seals from now on; the others still open. It is on the disk when Add returns.
func (r *Ring) Add() error {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails: the program would end
	k, err := newKey(raw)
	if err != nil {
		return err
	}
	return r.change(func(keys []key) []key { return append([]key{k}, keys...) })
}

// Retire forgets all keys but the one that seals. What they sealed must have been sealed anew.
func (r *Ring) Retire() error {
	return r.change(func(keys []key) []key { return keys[:1] })
}

func (r *Ring) change(fn func([]key) []key) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" {
		return ErrGiven
	}
	keys := fn(slices.Clone(r.keys))
	var text strings.Builder
	for _, k := range keys {
		text.WriteString(base64.RawURLEncoding.EncodeToString(k.raw) + "\n")
	}
	if err := replace(r.path, text.String()); err != nil {
		return err
	}
	r.keys = keys
	return nil
}

// replace writes a file so that after a crash either the old or the new content is there.
func replace(path, text string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a renaming last. Where folders cannot be synced, as on Windows, renaming is as lasting as it gets.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
