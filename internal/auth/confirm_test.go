package auth_test

import (
	"context"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

func TestConfirm(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	secret := h.signedIn("ann")
	who, err := h.Authenticate(t.Context(), with(secret))
	h.must(err)
	confirmed := func() error { return h.Confirmed(t.Context(), who) }
	if err := confirmed(); err != nil {
		t.Error("signing in does not count:", err)
	}
	h.clock.Advance(10*time.Minute + time.Second)
	wantKind(t, "ten minutes later", confirmed(), errs.Unconfirmed)
	confirm := func(method auth.Method, shown string, from auth.From) error {
		fresh, err := h.Confirm(t.Context(), who, method, shown, from)
		if err == nil {
			if h.known(with(secret)) || !h.known(with(fresh)) {
				t.Error("the session kept its secret")
			}
			secret = fresh
		}
		return err
	}
	wantKind(t, "by a wrong password", confirm(auth.ByPassword, "wrong", home), errs.Invalid)
	wantKind(t, "by nothing we know", confirm("smile", password, home), errs.Invalid)
	wantKind(t, "by an app that is not there", confirm(auth.ByTOTP, "123456", home), errs.Invalid)
	wantKind(t, "still", confirmed(), errs.Unconfirmed)
	h.must(confirm(auth.ByPassword, password, home))
	h.must(confirmed())
	a, _ := h.enrol(who)
	h.clock.Advance(11 * time.Minute)
	h.must(confirm(auth.ByTOTP, a.code(), home))
	h.must(confirmed())

	other := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: cheap}) // another replica
	there, err := other.Authenticate(t.Context(), with(secret))
	h.must(err)
	h.clock.Advance(11 * time.Minute)
	wantKind(t, "there", other.Confirmed(t.Context(), there), errs.Unconfirmed)
	h.must(confirm(auth.ByPassword, password, home))
	if err := other.Confirmed(t.Context(), there); err != nil {
		t.Error("another replica does not see it:", err)
	}
	for range 10 {
		_ = confirm(auth.ByPassword, "wrong", enemy)
	}
	wantKind(t, "guessing", confirm(auth.ByPassword, password, enemy), errs.TooMany)
}

func TestTokensAreNotConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who := h.as("ann")
	for _, tt := range []struct {
		limits auth.Limits
		want   bool
	}{
		{nil, false},
		{auth.Limits{"customer": {access.View}}, false},
		{auth.Limits{"customer": {access.View, access.Export}}, true},
	} {
		secret, made, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: "x", Limits: tt.limits}, home)
		h.must(err)
		if made.Prefix == "" || secret[:len(made.Prefix)] != made.Prefix || len(made.Prefix) > 10 {
			t.Errorf("prefix %q of %q", made.Prefix, secret)
		}
		token, err := h.Authenticate(t.Context(), bearer(secret))
		h.must(err)
		if got := token.Carries("customer", access.Export); got != tt.want {
			t.Errorf("%v carries export: %v", tt.limits, got)
		}
		wantKind(t, "a token", h.Confirmed(t.Context(), token), errs.Unconfirmed)
		_, err = h.Confirm(t.Context(), token, auth.ByPassword, password, home)
		wantKind(t, "confirming one", err, errs.Denied)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who := h.as("ann")
	token := func(rows int) auth.Who {
		secret, _, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: "x", RowsADay: rows}, home)
		h.must(err)
		w, err := h.Authenticate(t.Context(), bearer(secret))
		h.must(err)
		return w
	}
	free, poor := token(0), token(100)
	h.must(h.Spend(t.Context(), free, 1_000_000))
	h.must(h.Spend(t.Context(), who, 1_000_000))
	h.must(h.Spend(t.Context(), poor, 60))
	wantKind(t, "more than is left", h.Spend(t.Context(), poor, 41), errs.TooMany)
	h.must(h.Solvent(t.Context(), poor))
	h.must(h.Spend(t.Context(), poor, 40)) // what was refused was not counted
	wantKind(t, "nothing left", h.Solvent(t.Context(), poor), errs.TooMany)
	h.clock.Advance(24 * time.Hour)
	h.must(h.Solvent(t.Context(), poor))
	h.must(h.Spend(t.Context(), poor, 100))
	for _, rows := range []int{-1, 10_000_001} {
		_, _, err := h.CreateToken(t.Context(), who.Actor, auth.NewToken{Name: "x", RowsADay: rows}, home)
		wantKind(t, "budget", err, errs.Invalid)
	}
	h.clock.Advance(40 * 24 * time.Hour)
	h.must(h.Clean(t.Context()))
	var n int
	h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM api_token_use`).Scan(&n)
	}))
	if n != 0 {
		t.Errorf("%d days are kept", n)
	}
}

// TestOpenStreamsEnd: what stays open ends within a second of the end of its session or token, or of its user's, and sees
// what its user may do from the same second on.
func TestOpenStreamsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	other := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: cheap}) // another replica
	deactivate := func(login string) {
		h.must(h.write(func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, h.user[login], 0, func(u *org.User) error { u.Active = false; return nil })
			return err
		}))
	}
	root := h.as("root")
	ann := h.as("ann")
	tokenSecret, token, err := h.CreateToken(t.Context(), ann.Actor, auth.NewToken{Name: "x"}, home)
	h.must(err)
	for _, tt := range []struct {
		what   string
		secret string
		end    func(who auth.Who)
	}{
		{"session ended", h.signedIn("ann"), func(who auth.Who) { h.must(h.EndSession(t.Context(), who.Actor, who.Actor.ID, who.Session, home)) }},
		{"token ended", tokenSecret, func(who auth.Who) { h.must(h.EndToken(t.Context(), root.Actor, 0, token.ID, home)) }},
		{"password set", h.signedIn("ann"), func(who auth.Who) {
			h.must(h.SetPassword(t.Context(), root, who.Actor.ID, "another good secret", home))
		}},
		{"user disabled", h.signedIn("bob"), func(auth.Who) { deactivate("bob") }},
	} {
		request := with(tt.secret)
		if tt.secret == tokenSecret {
			request = bearer(tt.secret)
		}
		var streams []context.Context
		var who auth.Who
		for _, service := range []*auth.Service{h.Service, other} {
			who, err = service.Authenticate(t.Context(), request)
			h.must(err)
			held, cancel := service.Hold(t.Context(), who)
			defer cancel()
			streams = append(streams, held)
		}
		time.Sleep(500 * time.Millisecond)
		start := time.Now()
		tt.end(who)
		for i, held := range streams {
			select {
			case <-held.Done():
			case <-time.After(3 * time.Second):
			}
			if took := time.Since(start); held.Err() == nil || took > 1500*time.Millisecond { // a second, and a busy machine
				t.Errorf("%s, replica %d: %v after %v", tt.what, i, held.Err(), took)
			}
		}
	}
}

func TestAgainSeesNewRoles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	who := h.as("ann")
	h.must(h.write(func(ctx context.Context, s *record.Session) error {
		x, err := org.RoleOf(ctx, s.Tx, org.SalesRep)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, s, x, 0, func(r *org.Role) error { r.Permissions = "{}"; return nil })
		return err
	}))
	now, err := h.Again(t.Context(), who)
	h.must(err)
	if now.Actor.May("customer", access.View) {
		t.Error("a stream keeps what its user lost")
	}
}

func TestEndSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	one, two, three := h.signedIn("ann"), h.signedIn("ann"), h.signedIn("ann")
	bob := h.signedIn("bob")
	who, err := h.Authenticate(t.Context(), with(two))
	h.must(err)
	n, err := h.EndSessions(t.Context(), who.Actor, who.Actor.ID, who.Session, home)
	h.must(err)
	if n != 2 || h.known(with(one)) || !h.known(with(two)) || h.known(with(three)) || !h.known(with(bob)) {
		t.Errorf("%d ended", n)
	}
	root := h.as("root")
	if _, err := h.EndSessions(t.Context(), root.Actor, who.Actor.ID, 0, home); err != nil || h.known(with(two)) {
		t.Errorf("an administrator cannot end them: %v", err)
	}
	var ended []auth.SignInLine
	h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		ended, err = auth.SignIns(t.Context(), tx, auth.SignInFilter{Result: audit.Ended})
		return err
	}))
	if len(ended) != 2 || ended[0].ByName != "name of root" || ended[0].UserName != "name of ann" || ended[1].By != 0 {
		t.Errorf("%+v", ended)
	}
}

// TestDisabledUsersTokensDie: also for good, when the user is enabled again.
func TestDisabledUsersTokensDie(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	ann := h.as("ann")
	secret, _, err := h.CreateToken(t.Context(), ann.Actor, auth.NewToken{Name: "x"}, home)
	h.must(err)
	_, _ = h.enrol(ann)
	ticket := h.ticket("ann")
	for _, active := range []bool{false, true} {
		h.must(h.write(func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, h.user["ann"], 0, func(u *org.User) error { u.Active = active; return nil })
			return err
		}))
		if h.known(bearer(secret)) {
			t.Errorf("active %v: the token is known", active)
		}
		wantKind(t, "a step from before", h.finish(ticket, auth.ByTOTP, "1"), errs.Unauthenticated)
	}
}

func TestSignInLogIsFiltered(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	_ = h.wrong("ann", enemy)
	a, _ := h.enrol(h.as("ann"))
	h.must(h.finish(h.ticket("ann"), auth.ByTOTP, a.code()))
	_ = h.wrong("nobody", enemy)
	_ = h.signedIn("bob")
	for _, tt := range []struct {
		what   string
		filter auth.SignInFilter
		want   int
	}{
		{"failures", auth.SignInFilter{Result: audit.SignInBad}, 2},
		{"bob's", auth.SignInFilter{User: h.user["bob"], Result: audit.SignedIn}, 1},
		{"by app", auth.SignInFilter{Method: "totp", Result: audit.SignedIn}, 1},
		{"no wildcard", auth.SignInFilter{Method: "%"}, 0},
		{"from there", auth.SignInFilter{Address: "203.0.113.9"}, 2},
		{"asked", auth.SignInFilter{Result: audit.Asked}, 1},
		{"login", auth.SignInFilter{Login: "no"}, 1},
		{"later", auth.SignInFilter{From: h.clock.Now().Add(time.Hour)}, 0},
		{"earlier", auth.SignInFilter{Until: h.clock.Now().Add(-time.Hour)}, 0},
		{"one", auth.SignInFilter{Limit: 1}, 1},
	} {
		h.must(h.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
			lines, err := auth.SignIns(t.Context(), tx, tt.filter)
			if len(lines) != tt.want {
				t.Errorf("%s: %d lines: %+v", tt.what, len(lines), lines)
			}
			return err
		}))
	}
}
