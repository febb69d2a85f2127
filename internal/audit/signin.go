package audit

import (
	"context"

	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// SignInResult is what happened when somebody signed in or out, or tried to.
type SignInResult string

// The results.
const (
	SignedIn  SignInResult = "signed_in"
	SignInBad SignInResult = "failed" // Reason says why
	Asked     SignInResult = "asked"  // the password was right, a second factor was asked for
	Locked    SignInResult = "locked" // failures had reached the number from which on one has to wait
	SignedOut SignInResult = "signed_out"
	Ended     SignInResult = "ended"     // sessions were ended; Reason says why, By who did it
	Confirmed SignInResult = "confirmed" // somebody signed in showed again who they are
	Changed   SignInResult = "changed"   // what it takes to sign in: Method says of which, Reason how
)

// SignIn is one line of the log of signing in. Lines are written and never changed.
type SignIn struct {
	ID      id.ID
	At      clock.Instant
	User    id.ID // zero for logins that nobody has
	Login   string
	Result  SignInResult
	Method  string // password, totp, passkey, recovery, oidc, token, link; with + between two
	Reason  string
	By      id.ID // who did it, when that is not the user
	Address string
	Agent   string
}

// WriteSignIn adds a line. ID and At are set by it.
func WriteSignIn(ctx context.Context, tx *sqldb.Tx, s SignIn) error {
	_, err := tx.Exec(ctx, `INSERT INTO signin_log (id, at, user_id, login, result, method, reason, by_id, address, agent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.NewID(), tx.Now, nullable(s.User), s.Login, string(s.Result), s.Method, s.Reason, nullable(s.By), s.Address, s.Agent)
	return err
}
