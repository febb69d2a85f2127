// Package auth knows who asks: it keeps passwords, second factors, sessions and API tokens, slows guessing down, and
// turns a request into an actor. Passwords and recovery codes are hashed with Argon2id; of sessions, tokens and links
// only hashes are stored; what must be read again is sealed.
//
// The way in: SignIn, FinishPasskey or FinishOIDC give an Entry, which is either a session or the step that is missing
// (a second factor, FinishFactor). Authenticate then tells from each request who asks, Confirmed whether they have shown
// it lately enough for what is guarded. Everything that happens on the way stands in the log (SignIns).
package auth

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/mail"
	"genjin/internal/org"
	"genjin/internal/outbound"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
)

// Options say how the service works. The zero value is good, but for what stays sealed only as long as the process runs.
type Options struct {
	Clock    clock.Clock    // clock.System when nil
	Cost     Cost           // of passwords
	Proxies  []netip.Prefix // whose word on the client's address and scheme is taken
	Seal     *seal.Ring     // seals secrets at rest; when nil, one that is gone with the process
	Outbound *outbound.Client
	Mail     *mail.Sender // nil sends none
	Origin   string       // how browsers reach the program, "https://crm.example.com"; "" when nobody has said
	Local    string       // how a browser on the same machine does, "http://localhost:8088"; for passkeys without Origin
	Log      *slog.Logger // no log when nil
}

// Service signs people in and tells who asks. It is safe for use by many goroutines.
type Service struct {
	store    *record.Store
	db       *sqldb.DB
	actors   *org.Actors
	clock    clock.Clock
	hasher   *hasher
	proxies  []netip.Prefix
	seal     *seal.Ring
	outbound *outbound.Client
	mail     *mail.Sender
	origin   string
	log      *slog.Logger
	passkeys *webauthn.WebAuthn // nil where browsers would refuse them
	provider providerCache

	mu   sync.Mutex
	held map[string]*credential // by sort and hash of the secret
}

// New makes the service over the records of store; actors is what org.Register gave.
func New(store *record.Store, actors *org.Actors, o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Seal == nil {
		o.Seal = seal.Passing()
	}
	if o.Outbound == nil {
		o.Outbound = outbound.New(outbound.Options{})
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		store: store, db: store.DB(), actors: actors, clock: o.Clock, hasher: newHasher(o.Cost), proxies: o.Proxies,
		seal: o.Seal, outbound: o.Outbound, mail: o.Mail, origin: o.Origin, log: o.Log,
		passkeys: relyingParty(o.Origin, o.Local), held: map[string]*credential{},
	}
}

// Who is somebody known to the product and how they showed it.
type Who struct {
	Actor   *access.Actor // shared: copy it before changing it
	Session id.ID         // zero when something else was shown
	Token   id.ID         // likewise
	App     id.ID         // the app password, likewise

	shown *credential // nil for who was made otherwise than by Authenticate
}

// Origin gives the door as the change log names it.
func (w Who) Origin() audit.Origin {
	switch {
	case w.Token != 0:
		return audit.API
	case w.App != 0:
		return audit.DAV
	}
	return audit.Screen
}

// Authenticate tells who sent the request, by API token in the header Authorization or by the cookie of a session. It
// gives errs.Unauthenticated for nobody, for what is unknown, ended or expired, and for users who are not active, and
// errs.NotEnrolled for those who have to set up a second factor first. It usually needs no statement.
func (a *Service) Authenticate(ctx context.Context, r *http.Request) (Who, error) {
	who, err := a.Recognise(ctx, r)
	if err == nil && who.MustEnrol() {
		return Who{}, errs.New(errs.NotEnrolled, "")
	}
	return who, err
}

// Recognise is Authenticate for the few things that people do before they have set up a second factor.
func (a *Service) Recognise(ctx context.Context, r *http.Request) (Who, error) {
	if r.Header.Get("Authorization") != "" {
		return a.byToken(ctx, r)
	}
	secret := a.shown(r, CookieName)
	if secret == "" {
		return Who{}, errs.New(errs.Unauthenticated, "")
	}
	return a.bySession(ctx, secret)
}

// MustEnrol reports whether they have to set up a second factor before anything else.
func (w Who) MustEnrol() bool { return w.shown != nil && w.shown.mustEnrol }

// credential is a session or token as it is held in memory.
type credential struct {
	version   int64 // of the people when it was read
	id        id.ID
	user      id.ID
	created   time.Time
	limits    Limits
	rowsADay  int          // of a token; 0 for no budget
	mustEnrol bool         // of a session
	checked   atomic.Int64 // the version of the people at which Again last found it

	mu        sync.Mutex
	seen      time.Time
	expires   time.Time
	confirmed time.Time // when the session's user last showed who they are
}

// alive reports whether the credential holds at that time.
func (c *credential) alive(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Before(c.expires)
}

// prolong lets the credential hold longer.
func (c *credential) prolong(expires time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expires = expires
}

func (c *credential) confirmedAt() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.confirmed
}

func (c *credential) confirm(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.confirmed = at
}

// due reports, once for each interval, that it is time to note that the credential was used.
func (c *credential) due(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.seen) < seenEvery {
		return false
	}
	c.seen = now
	return true
}

// seenEvery is how exact the time of the last use is kept.
const seenEvery = 5 * time.Minute

// find gives what a secret stands for as a credential of its sort, from memory or from the database by read;
// errs.Unauthenticated when it stands for nothing any more. Sorts are kept apart: a token that is shown in the place of a
// session is none.
func (a *Service) find(ctx context.Context, sort, secret string, read func(ctx context.Context, tx *sqldb.Tx, hash string) (*credential, error)) (*credential, error) {
	version, err := a.actors.Version(ctx, a.db)
	if err != nil {
		return nil, err
	}
	hash := hashOf(secret)
	c := a.remembered(sort+hash, version)
	if c == nil {
		err := a.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
			if c, err = read(ctx, tx, hash); err != nil {
				return err
			}
			c.version, err = org.AccessVersion(ctx, tx)
			c.checked.Store(c.version)
			return err
		})
		if sqldb.IsNoRows(err) {
			return nil, errs.New(errs.Unauthenticated, "")
		}
		if err != nil {
			return nil, err
		}
		a.remember(sort+hash, c)
	}
	if !c.alive(a.clock.Now()) {
		return nil, errs.New(errs.Unauthenticated, "")
	}
	return c, nil
}

func (a *Service) remembered(hash string, version int64) *credential {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.held[hash]
	if c != nil && c.version < version {
		delete(a.held, hash)
		return nil
	}
	return c
}

// heldMost bounds what is held in memory.
const heldMost = 20_000

func (a *Service) remember(hash string, c *credential) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.held) >= heldMost {
		clear(a.held)
	}
	a.held[hash] = c
}

// Clean removes what has had its time: sessions, tokens and counts of failures, and sign-ins older than the log keeps.
func (a *Service) Clean(ctx context.Context) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, c := range []struct {
			sql    string
			before time.Time
		}{
			{`DELETE FROM session WHERE expires_at <= ?`, tx.Now},
			{`DELETE FROM api_token WHERE expires_at < ?`, tx.Now.Add(-tokenKept)},
			{`DELETE FROM signin_failure WHERE last_at < ?`, tx.Now.Add(-24 * time.Hour)},
			{`DELETE FROM signin_step WHERE expires_at <= ?`, tx.Now},
			{`DELETE FROM signin_link WHERE expires_at <= ?`, tx.Now},
			{`DELETE FROM signin_log WHERE at < ?`, tx.Now.Add(-signInsKept)},
		} {
			if _, err := tx.Exec(ctx, c.sql, c.before); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `DELETE FROM api_token_use WHERE day < ?`, string(a.day(tx.Now.Add(-budgetsKept))))
		return err
	})
}

const (
	budgetsKept = 31 * 24 * time.Hour
	tokenKept   = 30 * 24 * time.Hour      // after it expired, so that its owner sees why it fails
	signInsKept = 2 * 365 * 24 * time.Hour // 网络安全法 asks for six months at least
)
