package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"
	"golang.org/x/crypto/argon2"

	"genjin/internal/errs"
)

// Bounds of a password, in characters. The upper one keeps hashing cheap.
const (
	minPassword = 10
	maxPassword = 128
)

// Cost is how dear guessing is made. The zero value means the parameters that OWASP recommends for Argon2id.
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
}

var owasp = Cost{Memory: 19 << 10, Passes: 2}

const (
	saltBytes = 16
	keyBytes  = 32
)

// hasher hashes and checks passwords. No more run at once than there are cores, so that a crowd of sign-ins takes its
// turn instead of all memory.
type hasher struct {
	cost  Cost
	turns chan struct{}
	dummy string       // what the password of a user who does not exist is checked against
	runs  atomic.Int64 // how often Argon2 ran: what an attacker could measure, for tests to count
}

func newHasher(cost Cost) *hasher {
	if cost == (Cost{}) {
		cost = owasp
	}
	h := &hasher{cost: cost, turns: make(chan struct{}, runtime.GOMAXPROCS(0))}
	h.dummy = encode(cost, make([]byte, saltBytes), make([]byte, keyBytes))
	return h
}

// hash gives the stored form of a password: "$argon2id$v=19$m=…,t=…,p=1$salt$key".
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := h.key(ctx, h.cost, password, salt)
	return encode(h.cost, salt, key), err
}

// check reports whether password is the one that stored was made of. A stored "" is none's; it takes as long to check.
func (h *hasher) check(ctx context.Context, password, stored string) (bool, error) {
	missing := stored == ""
	if missing {
		stored = h.dummy
	}
	cost, salt, want, err := decode(stored)
	if err != nil {
		return false, err
	}
	key, err := h.key(ctx, cost, password, salt)
	return !missing && subtle.ConstantTimeCompare(key, want) == 1, err
}

// outdated says whether a stored password was hashed at another cost than is used now.
func (h *hasher) outdated(stored string) bool {
	cost, _, _, err := decode(stored)
	return err == nil && cost != h.cost
}

func (h *hasher) key(ctx context.Context, cost Cost, password string, salt []byte) ([]byte, error) {
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, errs.New(errs.Unavailable, "signin.busy")
	}
	h.runs.Add(1)
	return argon2.IDKey([]byte(password), salt, cost.Passes, cost.Memory, 1, keyBytes), nil
}

func encode(cost Cost, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, cost.Memory, cost.Passes,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decode(stored string) (cost Cost, salt, key []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, fmt.Errorf("auth: unknown form of a stored password")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &cost.Memory, &cost.Passes); err != nil {
		return cost, nil, nil, fmt.Errorf("auth: damaged stored password: %w", err)
	}
	if cost.Passes < 1 || cost.Passes > 100 || cost.Memory > 1<<20 {
		return cost, nil, nil, fmt.Errorf("auth: a stored password of cost %+v", cost)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return cost, nil, nil, fmt.Errorf("auth: damaged stored password: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return cost, nil, nil, fmt.Errorf("auth: damaged stored password: %w", err)
	}
	return cost, salt, key, nil
}

// common holds passwords that are tried first here: walks over the keyboard, dates, phrases in pinyin, names of products
// and what people put behind them. It was written for this program. One a line, in lower case; the library knows some
// 7,000 more, and English words and names.
//
//go:embed common_passwords.txt
var common string

// judged is how much of a password is looked at for being easily guessed: looking takes longer with its length, and what
// is longer is no worse.
const judged = 40

// CheckPassword refuses a password that is too short, too long, made of the login or the name, or easily guessed: one
// that many have, or one made of few words, such as the company's, with a number behind. The error names field.
func CheckPassword(field, password, login, name string, words ...string) error {
	folded := strings.ToLower(password)
	holds := func(part string) bool {
		part = strings.ToLower(part)
		return utf8.RuneCountInString(part) >= 3 && strings.Contains(folded, part) || part != "" && folded == part
	}
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return errs.OfField(field, "password.short", "min", minPassword)
	case n > maxPassword:
		return errs.OfField(field, "password.long", "max", maxPassword)
	case holds(login) || holds(name):
		return errs.OfField(field, "password.login")
	case monotonous(folded) || usual(folded) || strings.Contains("\n"+common, "\n"+folded+"\n") || guessable(folded, append(words, login, name)):
		return errs.OfField(field, "password.common")
	}
	return nil
}

// guessable says whether a password takes less than a million guesses by who knows the usual ones and some words of the
// company.
func guessable(folded string, words []string) bool {
	inputs := append(strings.Fields(common), strings.ToLower(product))
	for _, word := range words {
		inputs = append(inputs, strings.ToLower(word))
	}
	return zxcvbn.PasswordStrength(clip(folded, judged), inputs).Score == 0
}

// monotonous says whether a password is one character over and over, or characters in their order: 11111111, abcdefgh.
func monotonous(s string) bool {
	runes := []rune(s)
	for _, step := range []rune{0, 1, -1} {
		same := true
		for i := 1; i < len(runes) && same; i++ {
			same = runes[i]-runes[i-1] == step
		}
		if same {
			return true
		}
	}
	return false
}
