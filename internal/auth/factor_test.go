package auth_test

import (
	"context"
	"encoding/base32"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"genjin/internal/auth"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
)

// app is an authenticator app.
type app struct {
	h      *house
	secret string
}

func (a *app) code() string { return a.at(0) }

func (a *app) at(offset time.Duration) string {
	a.h.t.Helper()
	code, err := totp.GenerateCode(a.secret, a.h.clock.Now().Add(offset))
	a.h.must(err)
	return code
}

func (h *house) as(login string) auth.Who {
	h.t.Helper()
	who, err := h.Recognise(h.t.Context(), with(h.signedIn(login)))
	h.must(err)
	return who
}

// enrol gives a user an app, and their recovery codes.
func (h *house) enrol(who auth.Who) (*app, []string) {
	h.t.Helper()
	setup, err := h.BeginTOTP(h.t.Context(), who)
	h.must(err)
	a := &app{h, setup.Secret}
	codes, err := h.ConfirmTOTP(h.t.Context(), who, a.code(), home)
	h.must(err)
	h.clock.Advance(time.Minute)
	return a, codes
}

// ticket signs in by password and gives the ticket of the step that follows.
func (h *house) ticket(login string) string {
	h.t.Helper()
	e, err := h.SignIn(h.t.Context(), login, password, home)
	h.must(err)
	if e.Step == nil || e.Step.Kind != auth.StepFactor || e.Session != "" || e.Ticket == "" {
		h.t.Fatalf("no second factor was asked for: %+v", e)
	}
	return e.Ticket
}

func (h *house) finish(ticket string, method auth.Method, code string) error {
	e, err := h.FinishFactor(h.t.Context(), ticket, method, code, home)
	if err == nil && (e.Session == "" || !h.known(with(e.Session))) {
		h.t.Errorf("no session: %+v", e)
	}
	return err
}

func (h *house) demandFactor(role string) {
	h.t.Helper()
	h.must(h.write(func(ctx context.Context, s *record.Session) error {
		x, err := org.RoleOf(ctx, s.Tx, role)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, s, x, 0, func(r *org.Role) error { r.SecondFactor = true; return nil })
		return err
	}))
}

func TestTOTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who := h.as("ann")
	setup, err := h.BeginTOTP(t.Context(), who)
	h.must(err)
	if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(setup.Secret); err != nil || len(setup.Secret) < 32 ||
		!strings.HasPrefix(setup.URI, "otpauth://totp/") || !strings.HasPrefix(string(setup.QR), "\x89PNG") {
		t.Errorf("%+v %v", setup, err)
	}
	if _, err := h.right("ann", home); err != nil {
		t.Error("an app that was not confirmed counts already:", err)
	}
	if _, err := h.ConfirmTOTP(t.Context(), who, "000000", home); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	a, codes := h.enrol(who)
	if len(codes) != 10 {
		t.Errorf("recovery codes: %q", codes)
	}
	_, err = h.BeginTOTP(t.Context(), who)
	wantKind(t, "a second app", err, errs.Conflict)

	first := h.ticket("ann")
	wantKind(t, "wrong", h.finish(first, auth.ByTOTP, "123456"), errs.Invalid)
	wantKind(t, "too old", h.finish(first, auth.ByTOTP, a.at(-2*time.Minute)), errs.Invalid)
	h.must(h.finish(first, auth.ByTOTP, a.code()))
	wantKind(t, "the ticket again", h.finish(first, auth.ByTOTP, a.at(30*time.Second)), errs.Unauthenticated)
	wantKind(t, "the code again", h.finish(h.ticket("ann"), auth.ByTOTP, a.code()), errs.Invalid)
	wantKind(t, "an older code", h.finish(h.ticket("ann"), auth.ByTOTP, a.at(-30*time.Second)), errs.Invalid)
	h.must(h.finish(h.ticket("ann"), auth.ByTOTP, a.at(30*time.Second))) // a clock that is fast
	h.clock.Advance(2 * time.Minute)
	h.must(h.finish(h.ticket("ann"), auth.ByTOTP, " "+a.at(-30*time.Second)+" ")) // one that is slow
	wantKind(t, "somebody else's ticket", h.finish("nonsense", auth.ByTOTP, a.code()), errs.Unauthenticated)
	old := h.ticket("ann")
	h.clock.Advance(11 * time.Minute)
	wantKind(t, "a ticket that has expired", h.finish(old, auth.ByTOTP, a.code()), errs.Unauthenticated)

	h.must(h.RemoveTOTP(t.Context(), who, home))
	if _, err := h.right("ann", home); err != nil {
		t.Error("a removed app is asked for:", err)
	}
	if f, err := h.FactorsOf(t.Context(), h.user["ann"]); err != nil || f.Any() || f.Recovery != 0 {
		t.Errorf("%+v %v", f, err)
	}
}

// TestOneCodeOneSignIn: of many that show a code at the same time one is let in.
func TestOneCodeOneSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	a, codes := h.enrol(h.as("ann"))
	for method, code := range map[auth.Method]string{auth.ByTOTP: a.code(), auth.ByRecovery: codes[0]} {
		var in atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			ticket := h.ticket("ann")
			wg.Go(func() {
				if _, err := h.FinishFactor(t.Context(), ticket, method, code, home); err == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("%s: %d were let in", method, in.Load())
		}
	}
}

func TestGuessingCodesSlowsDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	_, _ = h.enrol(h.as("ann"))
	ticket, guesses := h.ticket("ann"), 0
	for range 20 {
		if errs.Is(h.finish(ticket, auth.ByTOTP, "000000"), errs.Invalid) {
			guesses++
		}
	}
	if guesses > 5 {
		t.Errorf("%d guesses with one ticket", guesses)
	}
	guesses = 0
	for end := h.clock.Now().Add(24 * time.Hour); h.clock.Now().Before(end); h.clock.Advance(3 * time.Minute) {
		e, err := h.SignIn(t.Context(), "ann", password, enemy)
		h.must(err)
		if _, err := h.FinishFactor(t.Context(), e.Ticket, auth.ByTOTP, "000000", enemy); errs.Is(err, errs.Invalid) {
			guesses++
		}
	}
	if guesses > 110 { // each has a chance of 3 in a million
		t.Errorf("%d guesses a day", guesses)
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who := h.as("ann")
	_, codes := h.enrol(who)
	wantKind(t, "wrong", h.finish(h.ticket("ann"), auth.ByRecovery, "aaaa-aaaa-aaaa"), errs.Invalid)
	h.must(h.finish(h.ticket("ann"), auth.ByRecovery, strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))))
	wantKind(t, "again", h.finish(h.ticket("ann"), auth.ByRecovery, codes[3]), errs.Invalid)
	if f, err := h.FactorsOf(t.Context(), h.user["ann"]); err != nil || f.Recovery != 9 {
		t.Errorf("%+v %v", f, err)
	}
	fresh, err := h.RenewRecovery(t.Context(), who, home)
	h.must(err)
	wantKind(t, "one of the old", h.finish(h.ticket("ann"), auth.ByRecovery, codes[4]), errs.Invalid)
	h.must(h.finish(h.ticket("ann"), auth.ByRecovery, fresh[0]))
	before := h.Runs()
	wantKind(t, "the last", h.finish(h.ticket("ann"), auth.ByRecovery, "wrong"), errs.Invalid)
	if n := h.Runs() - before; n != 2 { // the password and one for all codes
		t.Errorf("trying a code takes %d hashes", n)
	}
}

// TestNothingOfAFactorCanBeRead: neither seed nor codes lie in the database as they are, and a seed put into another
// user's row is worth nothing.
func TestNothingOfAFactorCanBeRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	a, codes := h.enrol(h.as("ann"))
	b, _ := h.enrol(h.as("bob"))
	var seed, hashes string
	h.must(h.store.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
		ctx := t.Context()
		if err := tx.QueryRow(ctx, `SELECT secret FROM totp WHERE user_id = ?`, h.user["ann"]).Scan(&seed); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT MIN(hash) FROM recovery_code WHERE user_id = ?`, h.user["ann"]).Scan(&hashes); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE totp SET secret = ? WHERE user_id = ?`, seed, h.user["bob"])
		return err
	}))
	if strings.Contains(seed, a.secret) || strings.Contains(hashes, codes[0]) || !strings.HasPrefix(hashes, "$argon2id$") {
		t.Errorf("stored: %s, %s", seed, hashes)
	}
	wantKind(t, "a seed moved", h.finish(h.ticket("bob"), auth.ByTOTP, a.code()), errs.Invalid)
	wantKind(t, "the overwritten one", h.finish(h.ticket("bob"), auth.ByTOTP, b.code()), errs.Invalid)
}

func TestRoleDemandsAFactor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	before := h.signedIn("ann")
	h.demandFactor(org.SalesRep)
	if !h.known(with(before)) {
		t.Error("a session from before is over")
	}
	e, err := h.SignIn(t.Context(), "ann", password, home)
	h.must(err)
	if e.Step == nil || e.Step.Kind != auth.StepEnrol || e.Session == "" {
		t.Fatalf("%+v", e)
	}
	_, err = h.Authenticate(t.Context(), with(e.Session))
	wantKind(t, "before enrolling", err, errs.NotEnrolled)
	who, err := h.Recognise(t.Context(), with(e.Session))
	h.must(err)
	if !who.MustEnrol() {
		t.Error("nothing says that they must enrol")
	}
	_, _ = h.enrol(who)
	if !h.known(with(e.Session)) {
		t.Error("after enrolling the session is not let in")
	}
	wantKind(t, "removing the last", h.RemoveTOTP(t.Context(), who, home), errs.Conflict)
	if e, err = h.SignIn(t.Context(), "bob", password, home); err != nil || e.Step == nil {
		t.Errorf("bob has the role too: %+v %v", e, err)
	}
	if e, err = h.SignIn(t.Context(), "root", password, home); err != nil || e.Step != nil {
		t.Errorf("the administrator has not: %+v %v", e, err)
	}
}

func TestResetFactors(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	ann, root := h.as("ann"), h.as("root")
	_, _ = h.enrol(ann)
	session := h.ticket("ann")
	wantKind(t, "oneself without the right", h.ResetFactors(t.Context(), ann, h.user["ann"], home), errs.Denied)
	wantKind(t, "the administrator's", h.ResetFactors(t.Context(), ann, h.user["root"], home), errs.Denied)
	h.must(h.ResetFactors(t.Context(), root, h.user["ann"], home))
	wantKind(t, "a step from before", h.finish(session, auth.ByTOTP, "1"), errs.Unauthenticated)
	if _, err := h.Again(t.Context(), ann); !errs.Is(err, errs.Unauthenticated) {
		t.Error("sessions go on:", err)
	}
	if _, err := h.right("ann", home); err != nil {
		t.Error(err)
	}
}

// TestKeyRotation: after a rotation what was sealed opens with the new key alone; with the key lost, recovery codes and
// passwords still work, and it is told.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/secret.key"
	ring, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, auth.Options{Seal: ring})
	a, codes := h.enrol(h.as("ann"))
	n, err := h.RotateKey(t.Context())
	h.must(err)
	if n != 1 {
		t.Errorf("%d resealed", n)
	}
	again, err := seal.Load(path)
	h.must(err)
	restarted := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: cheap, Seal: again})
	if lost, err := restarted.LostSecrets(t.Context()); err != nil || lost != 0 {
		t.Errorf("%d lost, %v", lost, err)
	}
	h.Service = restarted
	h.must(h.finish(h.ticket("ann"), auth.ByTOTP, a.code()))

	elsewhere := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: cheap})
	if lost, err := elsewhere.LostSecrets(t.Context()); err != nil || lost != 1 {
		t.Errorf("%d lost, %v", lost, err)
	}
	h.Service = elsewhere
	wantKind(t, "by app without the key", h.finish(h.ticket("ann"), auth.ByTOTP, a.at(30*time.Second)), errs.Invalid)
	h.must(h.finish(h.ticket("ann"), auth.ByRecovery, codes[0]))
}

// TestTOTPVectors are those of RFC 6238, appendix B, cut to six digits.
func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	seed := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for seconds, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := time.Unix(seconds, 0)
		if step, err := auth.TOTPStep(seed, want, now, 0); err != nil || step != seconds/30 {
			t.Errorf("%d: %d %v", seconds, step, err)
		}
		if step, _ := auth.TOTPStep(seed, want, now, seconds/30); step != 0 {
			t.Errorf("%d is good twice", seconds)
		}
		for _, off := range []int64{-61, 61} {
			if step, _ := auth.TOTPStep(seed, want, time.Unix(seconds/30*30+off, 0), 0); step != 0 && off == -61 {
				t.Errorf("%d is good %d s away", seconds, off)
			}
		}
	}
}
