package auth

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Passkey is a key that a device or a security key of a user holds.
type Passkey struct {
	ID      id.ID
	Name    string
	Created clock.Instant
	Seen    clock.Instant // when it was last used; zero for never

	credential webauthn.Credential
}

// Ceremony is what a browser needs to ask for a passkey. Secret comes back with the browser's answer.
type Ceremony struct {
	Secret  string
	Options json.RawMessage // for navigator.credentials.get or create, as PublicKeyCredential.parse…FromJSON take it
}

const mostPasskeys = 20

// relyingParty says which site passkeys are for; nil when browsers would refuse them there. Without a known address it is
// the machine itself, the one site that needs no HTTPS.
func relyingParty(origin, local string) *webauthn.WebAuthn {
	if origin == "" {
		origin = local
	}
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: product, RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		},
	})
	if err != nil { // an address by number, say
		return nil
	}
	return w
}

// Passkeys reports whether passkeys can be used here.
func (a *Service) Passkeys() bool { return a.passkeys != nil }

// holder is a user as the library sees them.
type holder struct {
	account
	name string
	keys []Passkey
}

// WebAuthnID is the user's number, which says nothing about them.
func (h *holder) WebAuthnID() []byte { return binary.BigEndian.AppendUint64(nil, uint64(h.id)) }

// WebAuthnName is the login.
func (h *holder) WebAuthnName() string { return h.login }

// WebAuthnDisplayName is the name.
func (h *holder) WebAuthnDisplayName() string { return h.name }

// WebAuthnCredentials are the passkeys.
func (h *holder) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		list[i] = k.credential
	}
	return list
}

func holderOf(ctx context.Context, tx *sqldb.Tx, user id.ID) (*holder, error) {
	h := &holder{}
	var err error
	if h.account, err = accountWhere(ctx, tx, `a.id = ?`, int64(user)); err != nil {
		return nil, err
	}
	if h.id == 0 || !h.active {
		return nil, errs.New(errs.Unauthenticated, "signin.passkey")
	}
	if err := tx.QueryRow(ctx, `SELECT name FROM account WHERE id = ?`, h.id).Scan(&h.name); err != nil {
		return nil, err
	}
	h.keys, err = passkeysOf(ctx, tx, h.id)
	return h, err
}

func passkeysOf(ctx context.Context, tx *sqldb.Tx, user id.ID) (list []Passkey, err error) {
	rows, err := tx.Query(ctx, `SELECT id, name, created_at, seen_at, data FROM passkey WHERE user_id = ? ORDER BY id`, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k Passkey
		var data string
		if err := rows.Scan(&k.ID, &k.Name, &k.Created, &k.Seen, &data); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(data), &k.credential); err != nil {
			return nil, fmt.Errorf("auth: damaged passkey %s: %w", k.ID, err)
		}
		list = append(list, k)
	}
	return list, rows.Err()
}

// The purposes of a ceremony, as its step is named.
const (
	passkeySignIn  = "passkey:sign_in" // whoever comes
	passkeyFactor  = "passkey:factor"  // the user of a step
	passkeyConfirm = "passkey:confirm" // the user of a session
	passkeyAdd     = "passkey:add"     // a new one for the user of a session
)

func (a *Service) needPasskeys() error {
	if a.passkeys == nil {
		return errs.New(errs.Unavailable, "signin.no_passkeys")
	}
	return nil
}

// ceremony keeps what the library needs to check the answer. Ticket is the step that the ceremony belongs to.
type ceremony struct {
	Session webauthn.SessionData `json:"session"`
	Ticket  string               `json:"ticket,omitempty"` // its hash
}

func (a *Service) beginCeremony(ctx context.Context, tx *sqldb.Tx, kind string, user id.ID, c ceremony, options any) (Ceremony, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: %w", err)
	}
	asked, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: %w", err)
	}
	secret, err := a.openStep(ctx, tx, kind, user, string(data), stepLife)
	return Ceremony{Secret: secret, Options: asked}, err
}

// takeCeremony gives what was kept; each works once.
func (a *Service) takeCeremony(ctx context.Context, tx *sqldb.Tx, kind, secret string) (step, ceremony, error) {
	var c ceremony
	s, err := a.takeStep(ctx, tx, kind, secret)
	if err != nil {
		return s, c, err
	}
	if err := json.Unmarshal([]byte(s.data), &c); err != nil {
		return s, c, fmt.Errorf("auth: damaged ceremony: %w", err)
	}
	return s, c, nil
}

// AskPasskey begins signing in by a passkey. With the ticket of a step it is the second factor of the step's user;
// without, whoever holds a key of this site may come, if the device made sure of its user.
func (a *Service) AskPasskey(ctx context.Context, ticket string) (c Ceremony, err error) {
	if err := a.needPasskeys(); err != nil {
		return Ceremony{}, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		s, err := a.findStep(ctx, tx, string(StepFactor), ticket)
		if err == nil {
			c, err = a.askUser(ctx, tx, passkeyFactor, s.user, s.hash)
			return err
		}
		if !errs.Is(err, errs.Unauthenticated) {
			return err
		}
		options, session, err := a.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return fmt.Errorf("auth: %w", err)
		}
		c, err = a.beginCeremony(ctx, tx, passkeySignIn, 0, ceremony{Session: *session}, options.Response)
		return err
	})
	return c, err
}

// askUser asks for one of the passkeys of a user.
func (a *Service) askUser(ctx context.Context, tx *sqldb.Tx, kind string, user id.ID, ticket string) (Ceremony, error) {
	h, err := holderOf(ctx, tx, user)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.keys) == 0 {
		return Ceremony{}, errs.New(errs.Invalid, "signin.method")
	}
	options, session, err := a.passkeys.BeginLogin(h)
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: %w", err)
	}
	return a.beginCeremony(ctx, tx, kind, user, ceremony{Session: *session, Ticket: ticket}, options.Response)
}

// FinishPasskey lets somebody in by what their browser answered to AskPasskey; ticket as there.
func (a *Service) FinishPasskey(ctx context.Context, secret, ticket string, answer json.RawMessage, from From) (e Entry, err error) {
	if err := a.needPasskeys(); err != nil {
		return Entry{}, err
	}
	var user id.ID
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		s, c, err := a.takeCeremony(ctx, tx, passkeyFactor, secret)
		if errs.Is(err, errs.Unauthenticated) {
			s, c, err = a.takeCeremony(ctx, tx, passkeySignIn, secret)
		}
		if err != nil {
			return err
		}
		v := arrival{method: ByPasskey, strong: true, from: from}
		if s.kind == passkeyFactor {
			before, err := a.takeStep(ctx, tx, string(StepFactor), ticket)
			if err != nil || before.hash != c.Ticket || before.user != s.user {
				return errStepOver()
			}
			v.method = Method(before.data) + "+" + ByPasskey
		}
		h, err := a.prove(ctx, tx, s.user, c.Session, answer)
		if err != nil {
			return err
		}
		v.user, user = h.account, h.id
		e, err = a.enter(ctx, tx, v)
		return err
	})
	if err != nil {
		return Entry{}, a.wrongPasskey(ctx, err, from)
	}
	return a.admitted(ctx, e, user)
}

// wrongPasskey notes a passkey that did not let its bearer in. Which user it is for is not known for sure, so nobody is
// named.
func (a *Service) wrongPasskey(ctx context.Context, err error, from From) error {
	if e, ok := errs.As(err); !ok || e.Key != "signin.passkey" {
		return err
	}
	noted := a.db.Write(ctx, func(tx *sqldb.Tx) error {
		return audit.WriteSignIn(ctx, tx, from.line(account{}, audit.SignInBad, ByPasskey, "passkey"))
	})
	if noted != nil {
		return noted
	}
	return err
}

// prove checks a browser's answer against the passkeys of a user (zero: of the one whom the answer names), and gives that
// user. Whatever is wrong with it gives errs.Unauthenticated.
func (a *Service) prove(ctx context.Context, tx *sqldb.Tx, user id.ID, session webauthn.SessionData, answer json.RawMessage) (*holder, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, a.refusedPasskey(ctx, err)
	}
	if user == 0 {
		if len(parsed.Response.UserHandle) != 8 {
			return nil, a.refusedPasskey(ctx, protocol.ErrBadRequest)
		}
		user = id.ID(binary.BigEndian.Uint64(parsed.Response.UserHandle))
	}
	h, err := holderOf(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	var used *webauthn.Credential
	if len(session.UserID) == 0 {
		known := func(_, _ []byte) (webauthn.User, error) { return h, nil }
		_, used, err = a.passkeys.ValidatePasskeyLogin(known, session, parsed)
	} else {
		used, err = a.passkeys.ValidateLogin(h, session, parsed)
	}
	if err == nil && used.Authenticator.CloneWarning {
		err = protocol.ErrBadRequest.WithDetails("the key has counted less than before: there is a copy of it")
	}
	if err != nil {
		return nil, a.refusedPasskey(ctx, err)
	}
	return h, keepPasskey(ctx, tx, h.id, used)
}

func (a *Service) refusedPasskey(ctx context.Context, err error) error {
	a.log.InfoContext(ctx, "passkey refused", "error", err)
	return errs.New(errs.Unauthenticated, "signin.passkey")
}

// keepPasskey keeps how often a passkey has counted.
func keepPasskey(ctx context.Context, tx *sqldb.Tx, user id.ID, c *webauthn.Credential) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	_, err = tx.Exec(ctx, `UPDATE passkey SET data = ?, seen_at = ? WHERE credential_id = ? AND user_id = ?`,
		string(data), tx.Now, base64.RawURLEncoding.EncodeToString(c.ID), user)
	return err
}

// AskConfirm begins a confirmation by passkey.
func (a *Service) AskConfirm(ctx context.Context, who Who) (c Ceremony, err error) {
	if err := a.needPasskeys(); err != nil {
		return Ceremony{}, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		c, err = a.askUser(ctx, tx, passkeyConfirm, who.Actor.ID, "")
		return err
	})
	return c, err
}

// ConfirmPasskey confirms a session by what its browser answered to AskConfirm, and gives the session's secret as Confirm
// does.
func (a *Service) ConfirmPasskey(ctx context.Context, who Who, secret string, answer json.RawMessage, from From) (fresh string, err error) {
	if err := a.needPasskeys(); err != nil {
		return "", err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		s, c, err := a.takeCeremony(ctx, tx, passkeyConfirm, secret)
		if err != nil {
			return err
		}
		if s.user != who.Actor.ID {
			return errStepOver()
		}
		if _, err := a.prove(ctx, tx, s.user, c.Session, answer); err != nil {
			return err
		}
		fresh, err = a.confirm(ctx, tx, who, ByPasskey, from)
		return err
	})
	if errs.Is(err, errs.Unauthenticated) { // they are signed in; the page must not think otherwise
		return "", errs.OfField("credential", "signin.passkey")
	}
	return fresh, err
}

// BeginPasskey begins to add a passkey to a session's user.
func (a *Service) BeginPasskey(ctx context.Context, who Who) (c Ceremony, err error) {
	if err := a.needPasskeys(); err != nil {
		return Ceremony{}, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		h, err := holderOf(ctx, tx, who.Actor.ID)
		if err != nil {
			return err
		}
		if len(h.keys) >= mostPasskeys {
			return errs.New(errs.Conflict, "factor.too_many", "max", mostPasskeys)
		}
		options, session, err := a.passkeys.BeginRegistration(h,
			webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
		if err != nil {
			return fmt.Errorf("auth: %w", err)
		}
		c, err = a.beginCeremony(ctx, tx, passkeyAdd, h.id, ceremony{Session: *session}, options.Response)
		return err
	})
	return c, err
}

// AddPasskey adds the passkey that a browser made after BeginPasskey. Codes are recovery codes for who had none.
func (a *Service) AddPasskey(ctx context.Context, who Who, secret, name string, answer json.RawMessage, from From) (k Passkey, codes []string, err error) {
	if err := a.needPasskeys(); err != nil {
		return Passkey{}, nil, err
	}
	fresh, err := a.newRecoveryCodes(ctx)
	if err != nil {
		return Passkey{}, nil, err
	}
	err = a.db.Write(ctx, func(tx *sqldb.Tx) error {
		s, c, err := a.takeCeremony(ctx, tx, passkeyAdd, secret)
		if err != nil || s.user != who.Actor.ID {
			return errs.OfField("ceremony", "signin.step_over")
		}
		if k, err = a.madePasskey(ctx, tx, s.user, c.Session, answer); err != nil {
			return err
		}
		if k.Name = text.Tidy(clip(name, 60)); k.Name == "" {
			k.Name = "Passkey"
		}
		data, err := json.Marshal(k.credential)
		if err != nil {
			return fmt.Errorf("auth: %w", err)
		}
		k.ID, k.Created = tx.NewID(), clock.At(tx.Now)
		_, err = tx.Exec(ctx, `INSERT INTO passkey (id, user_id, credential_id, data, name, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
			k.ID, s.user, base64.RawURLEncoding.EncodeToString(k.credential.ID), string(data), k.Name, k.Created)
		if err != nil {
			return err
		}
		return a.enrolled(ctx, tx, who, ByPasskey, fresh, from)
	})
	return k, fresh.plain, err
}

func (a *Service) madePasskey(ctx context.Context, tx *sqldb.Tx, user id.ID, session webauthn.SessionData, answer json.RawMessage) (Passkey, error) {
	h, err := holderOf(ctx, tx, user)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err == nil {
		var made *webauthn.Credential
		if made, err = a.passkeys.CreateCredential(h, session, parsed); err == nil {
			return Passkey{credential: *made}, a.unusedKey(ctx, tx, made)
		}
	}
	a.log.InfoContext(ctx, "passkey not added", "error", err)
	return Passkey{}, errs.OfField("credential", "signin.passkey")
}

// unusedKey refuses a key that somebody has already.
func (a *Service) unusedKey(ctx context.Context, tx *sqldb.Tx, c *webauthn.Credential) error {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM passkey WHERE credential_id = ?`, base64.RawURLEncoding.EncodeToString(c.ID)).Scan(&n)
	if err == nil && n > 0 {
		return errs.New(errs.Conflict, "factor.passkey_exists")
	}
	return err
}

// RenamePasskey names a passkey of a session's user.
func (a *Service) RenamePasskey(ctx context.Context, who Who, x id.ID, name string) error {
	name = text.Tidy(clip(name, 60))
	if name == "" {
		return errs.OfField("name", "field.required")
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE passkey SET name = ? WHERE id = ? AND user_id = ?`, name, x, who.Actor.ID)
		if err == nil && n == 0 {
			return errs.New(errs.NotFound, "")
		}
		return err
	})
}

// RemovePasskey takes a passkey from a session's user.
func (a *Service) RemovePasskey(ctx context.Context, who Who, x id.ID, from From) error {
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM passkey WHERE id = ? AND user_id = ?`, x, who.Actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "")
		}
		return a.removed(ctx, tx, who, ByPasskey, from)
	})
}
