package auth_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// TestEveryRefusalCostsTheSame: what is wrong cannot be told by the time it takes, since each costs one hash.
func TestEveryRefusalCostsTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	h.must(h.write(func(ctx context.Context, s *record.Session) error { // cat has no password yet, bob is gone
		boss, err := record.Get[org.User](ctx, s, h.user["root"])
		if err != nil {
			return err
		}
		cat := &org.User{Login: "cat", Name: "name of cat", DepartmentID: boss.DepartmentID, RoleIDs: boss.RoleIDs}
		if err := record.Create(ctx, s, cat); err != nil {
			return err
		}
		_, err = record.Update(ctx, s, h.user["bob"], 0, func(u *org.User) error { u.Active = false; return nil })
		return err
	}))
	answers := map[string]string{}
	for i, tt := range []struct{ what, login, password string }{
		{"wrong password", "ann", "wrong password"},
		{"nobody", "nobody", "wrong password"},
		{"no password", "cat", "wrong password"},
		{"empty", "ann", ""},
		{"inactive", "bob", password},
		{"inactive and wrong", "bob", "wrong password"},
		{"too long", "ann", string(make([]byte, 1000))},
	} {
		from := auth.From{Address: netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})}
		before := h.Runs()
		_, err := h.SignIn(t.Context(), tt.login, tt.password, from)
		if n := h.Runs() - before; n != 1 {
			t.Errorf("%s: %d hashes", tt.what, n)
		}
		e, _ := errs.As(err)
		if e == nil {
			t.Fatalf("%s: %v", tt.what, err)
		}
		answers[string(e.Kind)+e.Key] = tt.what
	}
	if len(answers) != 1 {
		t.Errorf("answers differ: %v", answers)
	}
	for range 30 { // while one has to wait nothing is hashed, whoever is asked for
		_, _ = h.SignIn(t.Context(), "ann", "wrong", enemy)
		_, _ = h.SignIn(t.Context(), "nobody", "wrong", enemy)
	}
	before := h.Runs()
	for _, login := range []string{"ann", "nobody"} {
		_, err := h.SignIn(t.Context(), login, password, enemy)
		wantKind(t, login, err, errs.TooMany)
	}
	if n := h.Runs() - before; n != 0 {
		t.Errorf("%d hashes while waiting", n)
	}
}

// TestKnownBrowserIsNeverLockedOut: whoever guesses from elsewhere, or from the same address, does not keep a user
// waiting in a browser that has signed them in before, and the browser's own guesses are counted all the same.
func TestKnownBrowserIsNeverLockedOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	e, err := h.SignIn(t.Context(), "ann", password, home)
	h.must(err)
	known := home
	known.Device = e.Device
	if e.Device == "" {
		t.Fatal("the browser is not made known")
	}
	for i := range 300 {
		_ = h.wrong("ann", home) // a colleague at the same address
		_ = h.wrong("ann", auth.From{Address: netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)})})
	}
	if _, err := h.right("ann", home); !errs.Is(err, errs.TooMany) {
		t.Errorf("an unknown browser at that address: %v", err)
	}
	again, err := h.SignIn(t.Context(), "ann", password, known)
	if err != nil {
		t.Errorf("the known browser: %v", err)
	}
	if again.Device != "" {
		t.Error("a known browser was made known again")
	}
	elsewhere := known
	elsewhere.Address = mobile.Address
	if _, err := h.right("ann", elsewhere); err != nil {
		t.Errorf("the known browser at another address: %v", err)
	}
	guesses := 0
	for range 50 {
		if errs.Is(h.wrong("ann", known), errs.Unauthenticated) {
			guesses++
		}
	}
	if guesses > 5 {
		t.Errorf("a stolen cookie allows %d guesses at once", guesses)
	}
}

// TestForgedBrowsersAreUnknown: only what this installation signed, for this user, less than a year ago, counts.
func TestForgedBrowsersAreUnknown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	e, err := h.SignIn(t.Context(), "bob", password, home)
	h.must(err)
	own, err := h.SignIn(t.Context(), "ann", password, home)
	h.must(err)
	for range 60 {
		_ = h.wrong("ann", enemy)
	}
	for what, device := range map[string]string{
		"another user's": e.Device, "changed": own.Device + "x", "cut": own.Device[:len(own.Device)-4], "empty": "...", "nothing": "",
	} {
		from := enemy
		from.Device = device
		if _, err := h.right("ann", from); !errs.Is(err, errs.TooMany) {
			t.Errorf("%s: %v", what, err)
		}
	}
	h.clock.Advance(366 * 24 * time.Hour)
	for range 60 {
		_ = h.wrong("ann", enemy)
	}
	from := enemy
	from.Device = own.Device
	if _, err := h.right("ann", from); !errs.Is(err, errs.TooMany) {
		t.Errorf("a year later: %v", err)
	}
}

// TestGuessingIsLogged: each wrong password once, and the lock when it closes; what is refused while it is closed is not,
// so that nobody can flood the log.
func TestGuessingIsLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	for range 40 {
		_ = h.wrong("ann", enemy)
	}
	count := map[audit.SignInResult]int{}
	h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		lines, err := auth.SignIns(t.Context(), tx, auth.SignInFilter{User: h.user["ann"]})
		for _, l := range lines {
			count[l.Result]++
			if l.Result != audit.Changed && (l.Address != "203.0.113.9" || l.UserName != "name of ann") {
				t.Errorf("%+v", l)
			}
		}
		return err
	}))
	if count[audit.SignInBad] != 5 || count[audit.Locked] != 1 {
		t.Errorf("%v", count)
	}
}
