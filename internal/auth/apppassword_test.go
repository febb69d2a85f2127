package auth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
)

// phone gives a request of a program with an app password.
func phone(login, secret string) *http.Request {
	r := httptest.NewRequest("PROPFIND", "/dav/", nil)
	r.SetBasicAuth(login, secret)
	return r
}

func (h *house) actor(login string) *access.Actor {
	h.t.Helper()
	who, err := h.Authenticate(h.t.Context(), with(h.signedIn(login)))
	h.must(err)
	return who.Actor
}

func TestAppPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	ctx, ann := t.Context(), h.actor("ann")
	secret, made, err := h.CreateAppPassword(ctx, ann, " 手机 ", home)
	h.must(err)
	if len(secret) != 29 || !strings.HasPrefix(secret, made.Prefix+"-") || made.Name != "手机" {
		t.Errorf("made %+v with %q", made, secret)
	}
	for _, typed := range []string{secret, strings.ReplaceAll(secret, "-", ""), strings.ToUpper(strings.ReplaceAll(secret, "-", " "))} {
		who, err := h.ByAppPassword(ctx, phone("Ann", typed), home)
		h.must(err)
		if who.Actor.ID != ann.ID || who.App != made.ID || who.Session != 0 || who.Origin() != audit.DAV {
			t.Errorf("%q: %+v", typed, who)
		}
		if who.Actor.May("customer", access.Export) || who.Actor.Lets("customer", access.Delete) || !who.Actor.Lets("followup", access.Edit) {
			t.Error("a program may do more, or less, than calendars and address books need")
		}
	}
	for name, r := range map[string]*http.Request{
		"of somebody else": phone("bob", secret), "wrong": phone("ann", "abcd-efgh"), "the password of the page": phone("ann", password), "nothing": httptest.NewRequest("GET", "/", nil),
	} {
		_, err := h.ByAppPassword(ctx, r, home)
		wantKind(t, name, err, errs.Unauthenticated)
	}
	list, err := h.AppPasswords(ctx, ann.ID)
	h.must(err)
	if len(list) != 1 || list[0].Seen.IsZero() || list[0].Agent != "test" {
		t.Errorf("listed %+v", list)
	}
	_, _, err = h.CreateAppPassword(ctx, ann, "  ", home)
	wantKind(t, "without a name", err, errs.Invalid)
}

// TestAppPasswordIsGoodForNothingElse: what a phone keeps opens neither the page nor the API, whatever it is sent as.
func TestAppPasswordIsGoodForNothingElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	secret, _, err := h.CreateAppPassword(t.Context(), h.actor("ann"), "phone", home)
	h.must(err)
	plain := strings.ReplaceAll(secret, "-", "")
	_, err = h.ByAppPassword(t.Context(), phone("ann", plain), home) // it is in memory now
	h.must(err)
	for _, x := range []string{secret, plain} {
		if h.known(with(x)) {
			t.Error("an app password is taken for a session")
		}
		bearer := httptest.NewRequest("GET", "/", nil)
		bearer.Header.Set("Authorization", "Bearer "+x)
		if h.known(bearer) || h.known(phone("ann", x)) {
			t.Error("an app password is taken for a token")
		}
	}
}

// TestTokenIsNoSession: a token, which may be narrowed, is not taken for a session when it is shown as one.
func TestTokenIsNoSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	secret, _, err := h.CreateToken(t.Context(), h.actor("ann"), auth.NewToken{Name: "x", Limits: auth.Limits{"customer": {access.View}}}, home)
	h.must(err)
	bearer := httptest.NewRequest("GET", "/", nil)
	bearer.Header.Set("Authorization", "Bearer "+secret)
	if !h.known(bearer) {
		t.Fatal("the token is not known")
	}
	if h.known(with(secret)) {
		t.Error("a token is taken for a session, with all that its owner may do")
	}
}

func TestAppPasswordEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	ctx, ann := t.Context(), h.actor("ann")
	secret, made, err := h.CreateAppPassword(ctx, ann, "phone", home)
	h.must(err)
	other := auth.New(h.store, org.Register(record.NewRegistry()), auth.Options{Clock: h.clock, Cost: cheap}) // another replica
	who, err := other.ByAppPassword(ctx, phone("ann", secret), home)
	h.must(err)
	bob := h.actor("bob")
	wantKind(t, "ending somebody else's", h.EndAppPassword(ctx, bob, bob.ID, made.ID, home), errs.NotFound)
	h.must(h.EndAppPassword(ctx, ann, ann.ID, made.ID, home))
	_, err = h.ByAppPassword(ctx, phone("ann", secret), home)
	wantKind(t, "where it was ended", err, errs.Unauthenticated)
	for end := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := other.ByAppPassword(ctx, phone("ann", secret), home)
		_, again := other.Again(ctx, who)
		if errs.Is(err, errs.Unauthenticated) && errs.Is(again, errs.Unauthenticated) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("another replica lets it in after a second")
		}
	}
}

func TestAppPasswordsAreNotGuessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Options{})
	ctx, ann := t.Context(), h.actor("ann")
	secret, _, err := h.CreateAppPassword(ctx, ann, "phone", home)
	h.must(err)
	for range 5 {
		_, err := h.ByAppPassword(ctx, phone("ann", "wrong"), home)
		wantKind(t, "at first", err, errs.Unauthenticated)
	}
	_, err = h.ByAppPassword(ctx, phone("ann", "wrong"), home)
	wantKind(t, "after some", err, errs.TooMany)
	_, err = h.ByAppPassword(ctx, phone("ann", secret), home)
	h.must(err) // the right one is let in meanwhile
	h.signedIn("ann")
}
