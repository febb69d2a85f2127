package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// Method is a way to show who one is.
type Method string

// The methods.
const (
	ByPassword Method = "password"
	ByTOTP     Method = "totp"
	ByPasskey  Method = "passkey"
	ByRecovery Method = "recovery"
	ByOIDC     Method = "oidc"
)

// Entry is how far somebody has come on the way in. Either they are in, or Step says what is missing.
type Entry struct {
	Who     Who    // who is in; they may have to Enrol first
	Session string // the secret of the session, for its cookie
	Step    *Step  // nil when nothing is missing
	Ticket  string // the secret of the step, for its cookie; "" for Enrol, which is done within the session
	Device  string // what makes the browser known, for its cookie; "" to leave that as it is
}

// StepKind is what is missing to be signed in.
type StepKind string

// The kinds of steps.
const (
	StepFactor  StepKind = "factor"  // a second factor
	StepEnrol   StepKind = "enrol"   // a second factor is to be set up, with the session that there is
	StepProblem StepKind = "problem" // nothing: coming from elsewhere failed, and Problem says why
)

// Step is what is missing to be signed in.
type Step struct {
	Kind    StepKind
	Methods []Method // those that will do
	Problem *errs.Error
}

// account is what signing in needs to know of a user. The zero value stands for a login that nobody has.
type account struct {
	id     id.ID
	login  string
	active bool
	hash   string // of the password; "" for none
	roles  entity.List
}

const selectAccount = `SELECT a.id, a.login, a.active, COALESCE(c.hash, ''), a.role_ids FROM account a
	LEFT JOIN credential c ON c.user_id = a.id WHERE `

// accountWhere gives the account that a condition names; the zero account when there is none.
func accountWhere(ctx context.Context, tx *sqldb.Tx, condition string, arg any) (u account, err error) {
	err = tx.QueryRow(ctx, selectAccount+condition, arg).Scan(&u.id, &u.login, &u.active, &u.hash, &u.roles)
	if sqldb.IsNoRows(err) {
		return account{}, nil
	}
	return u, err
}

// arrival is somebody who has just shown who they are.
type arrival struct {
	user   account
	method Method
	// strong arrivals need no second factor: they have shown it, or it was within the first.
	strong bool
	// stale arrivals were let through by a provider that asked for nothing: they confirm before what is guarded.
	stale bool
	from  From
}

// enter lets somebody in: with a session, or before the step that is missing. Who of the entry names only ids; admitted
// completes it after the commit.
func (a *Service) enter(ctx context.Context, tx *sqldb.Tx, v arrival) (Entry, error) {
	f, err := factorsOf(ctx, tx, v.user.id)
	if err != nil {
		return Entry{}, err
	}
	if f.Any() && !v.strong {
		ticket, err := a.openStep(ctx, tx, string(StepFactor), v.user.id, string(v.method), stepLife)
		if err != nil {
			return Entry{}, err
		}
		line := v.from.line(v.user, audit.Asked, v.method, "")
		return Entry{Step: &Step{Kind: StepFactor, Methods: f.Methods()}, Ticket: ticket}, audit.WriteSignIn(ctx, tx, line)
	}
	needs, err := org.NeedsSecondFactor(ctx, tx, v.user.roles)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{}
	if needs && !f.Any() && !v.strong {
		e.Step = a.EnrolStep()
	}
	e.Session, e.Who.Session, err = openSession(ctx, tx, v, e.Step != nil)
	if err != nil {
		return Entry{}, err
	}
	e.Device = a.newDevice(v.user.id, v.from)
	return e, audit.WriteSignIn(ctx, tx, v.from.line(v.user, audit.SignedIn, v.method, ""))
}

// admitted completes an entry with what its user may do.
func (a *Service) admitted(ctx context.Context, e Entry, user id.ID) (_ Entry, err error) {
	if e.Session == "" {
		return e, nil
	}
	e.Who.Actor, err = a.actors.Get(ctx, a.db, user)
	return e, err
}

// enrolMethods are the second factors that can be set up here.
func (a *Service) enrolMethods() []Method {
	if a.passkeys == nil {
		return []Method{ByTOTP}
	}
	return []Method{ByTOTP, ByPasskey}
}

const (
	stepLife  = 10 * time.Minute
	mostTries = 5
)

// step is one that somebody is before.
type step struct {
	hash string
	kind string
	user id.ID
	data string
}

// openStep notes how far somebody has come and gives the secret by which they go on. Data comes back with it.
func (a *Service) openStep(ctx context.Context, tx *sqldb.Tx, kind string, user id.ID, data string, life time.Duration) (string, error) {
	secret := newSecret()
	hash := hashOf(secret)
	_, err := tx.Exec(ctx, `INSERT INTO signin_step (secret_hash, kind, user_id, data, expires_at) VALUES (?, ?, ?, ?, ?)`,
		hash, kind, user, a.seal.Seal([]byte(data), "step", hash), tx.Now.Add(life))
	return secret, err
}

// takeStep gives the step of a secret and ends it: it works once.
func (a *Service) takeStep(ctx context.Context, tx *sqldb.Tx, kind, secret string) (step, error) {
	s, err := a.findStep(ctx, tx, kind, secret)
	if err != nil {
		return step{}, err
	}
	return s, s.end(ctx, tx)
}

// findStep gives the step of a secret; errs.Unauthenticated when there is none, or no more.
func (a *Service) findStep(ctx context.Context, tx *sqldb.Tx, kind, secret string) (step, error) {
	s := step{hash: hashOf(secret), kind: kind}
	var sealed string
	err := tx.QueryRow(ctx, `SELECT user_id, data FROM signin_step WHERE secret_hash = ? AND kind = ? AND expires_at > ?`+tx.Dialect().ForUpdate(),
		s.hash, kind, tx.Now).Scan(&s.user, &sealed)
	if sqldb.IsNoRows(err) {
		return step{}, errStepOver()
	}
	if err != nil {
		return step{}, err
	}
	data, err := a.seal.Open(sealed, "step", s.hash)
	if err != nil {
		return step{}, errStepOver()
	}
	s.data = string(data)
	return s, nil
}

func errStepOver() error { return errs.New(errs.Unauthenticated, "signin.step_over") }

func (s step) end(ctx context.Context, tx *sqldb.Tx) error {
	n, err := tx.Exec(ctx, `DELETE FROM signin_step WHERE secret_hash = ?`, s.hash)
	if err == nil && n == 0 { // another request has taken it
		return errStepOver()
	}
	return err
}

// attempted counts a try at a step, and ends the step after the last.
func (s step) attempted(ctx context.Context, tx *sqldb.Tx) error {
	if _, err := tx.Exec(ctx, `UPDATE signin_step SET tries = tries + 1 WHERE secret_hash = ?`, s.hash); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM signin_step WHERE secret_hash = ? AND tries > ?`, s.hash, mostTries)
	return err
}

// StepOf says what is missing for the one who shows the secret of a step; nil when that is nothing any more. A problem
// is told once.
func (a *Service) StepOf(ctx context.Context, secret string) (out *Step, err error) {
	if secret == "" {
		return nil, nil //nolint:nilnil // nobody is on the way in
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		out = nil
		s, err := a.findStep(ctx, tx, string(StepFactor), secret)
		if err == nil {
			f, err := factorsOf(ctx, tx, s.user)
			out = &Step{Kind: StepFactor, Methods: f.Methods()}
			return err
		}
		if !errs.Is(err, errs.Unauthenticated) {
			return err
		}
		s, err = a.takeStep(ctx, tx, string(StepProblem), secret)
		if err != nil {
			return err
		}
		out, err = problemStep(s.data)
		return err
	})
	if errs.Is(err, errs.Unauthenticated) {
		return nil, nil //nolint:nilnil // the step is over
	}
	return out, err
}

// Problem notes why coming from elsewhere failed, for the page to tell, and gives the secret by which it asks.
func (a *Service) Problem(ctx context.Context, problem *errs.Error) (secret string, err error) {
	text, err := json.Marshal(problem)
	if err != nil {
		return "", fmt.Errorf("auth: %w", err)
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		secret, err = a.openStep(ctx, tx, string(StepProblem), 0, string(text), stepLife)
		return err
	})
	return secret, err
}

func problemStep(text string) (*Step, error) {
	e := &errs.Error{}
	if err := json.Unmarshal([]byte(text), e); err != nil {
		return nil, fmt.Errorf("auth: damaged problem of a step: %w", err)
	}
	return &Step{Kind: StepProblem, Problem: e}, nil
}
