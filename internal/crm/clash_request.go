package crm

import (
	"context"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// What somebody may ask for who meets a record of somebody else.
const (
	WantsTakeOver    = "take_over"
	WantsCollaborate = "collaborate"
)

// The states of a request.
const (
	RequestOpen     = "open"
	RequestAccepted = "accepted"
	RequestRefused  = "refused"
	RequestOver     = "over" // the record went elsewhere meanwhile
)

// Request is somebody's wish to take a record over, or to work on it together. The supervisor of its owner decides.
type Request struct {
	ID        id.ID
	Entity    string
	Record    id.ID
	Wants     string
	Reason    string
	State     string
	User      id.ID
	Owner     id.ID // when it was asked
	AskedAt   clock.Instant
	DecidedBy id.ID
	DecidedAt clock.Instant
	Decision  string
}

const requestColumns = "id, entity, record_id, wants, reason, state, user_id, owner_id, asked_at, decided_by, decided_at, decision"

func (r *Request) into() []any {
	return []any{&r.ID, &r.Entity, &r.Record, &r.Wants, &r.Reason, &r.State, &r.User, &r.Owner, &r.AskedAt, &r.DecidedBy, &r.DecidedAt, &r.Decision}
}

const mostReason = 500 // characters

// AskFor makes a request about a record that an answer of WhoHas named.
func AskFor(ctx context.Context, s *record.Session, named id.ID, wants, reason string) (id.ID, error) {
	if !mayAskWho(s) {
		return 0, errs.New(errs.NotFound, "")
	}
	if wants != WantsTakeOver && wants != WantsCollaborate {
		return 0, errs.OfField("wants", "field.choice", "value", wants)
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return 0, errs.OfField("reason", "field.required")
	}
	if len([]rune(reason)) > mostReason {
		return 0, errs.OfField("reason", "field.too_long", "max", mostReason)
	}
	of, x, err := hit(ctx, s, named)
	if err != nil {
		return 0, err
	}
	all := s.As(s.Actor.Elevated(), s.Origin)
	h, err := holdingOf(ctx, all, of, x)
	if err != nil {
		return 0, err
	}
	switch {
	case !h.ArchivedAt.IsZero():
		return 0, errs.New(errs.NotFound, "")
	case h.OwnerID == s.Actor.ID:
		return 0, errs.New(errs.Conflict, "clash.yours")
	case h.OwnerID == 0:
		return 0, errs.New(errs.Conflict, "clash.nobodys")
	}
	r := Request{ID: s.Tx.NewID(), Entity: of, Record: x, Wants: wants, Reason: reason}
	err = s.Tx.Try(ctx, func() error {
		_, err := s.Tx.Exec(ctx, `INSERT INTO clash_request (id, entity, record_id, wants, reason, state, user_id, owner_id, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.ID, of, x, wants, reason, RequestOpen, s.Actor.ID, h.OwnerID, s.Tx.Now)
		return err
	})
	if _, twice := sqldb.UniqueViolation(err); twice {
		return 0, errs.New(errs.Conflict, "clash.asked_already")
	}
	if err != nil {
		return 0, err
	}
	deciders, err := decidersOf(ctx, s, h, s.Actor.ID)
	if err != nil {
		return 0, err
	}
	var notes []notify.Note
	for _, who := range deciders {
		notes = append(notes, notify.Note{To: who, Kind: "request", Key: r.ID.String(), Text: "clash.told." + wants, By: s.Actor.ID, Page: "/requests"})
	}
	return r.ID, notify.Tell(ctx, s.Tx, notes...)
}

// decidersOf gives who decides about a record of somebody: the supervisors above its owner, else the administrators.
func decidersOf(ctx context.Context, s *record.Session, h holding, asker id.ID) ([]id.ID, error) {
	who, err := org.SupervisorsOf(ctx, s.Tx, h.DepartmentID, h.OwnerID)
	if err != nil {
		return nil, err
	}
	who = slices.DeleteFunc(who, func(x id.ID) bool { return x == asker })
	if len(who) > 0 {
		return who, nil
	}
	admin, err := org.RoleOf(ctx, s.Tx, org.Admin)
	if err != nil {
		return nil, err
	}
	all, err := s.Tx.IDs(ctx, `SELECT id FROM account WHERE active = 1 AND `+s.Tx.Dialect().JSONHas("role_ids")+` ORDER BY id`, admin.String())
	return slices.DeleteFunc(all, func(x id.ID) bool { return x == asker || x == h.OwnerID }), err
}

// mayDecide reports whether the actor decides about a request: as a supervisor of the record's owner, or as who may assign
// the record. Neither who asks nor who has the record decides.
func mayDecide(ctx context.Context, s *record.Session, r *Request, h holding) (bool, error) {
	if s.Actor.ID == r.User || s.Actor.ID == h.OwnerID || !s.Actor.Lets(s.Def(r.Entity).ModuleName(), access.Assign) {
		return false, nil
	}
	if supervises(s, h) {
		return true, nil
	}
	who, err := decidersOf(ctx, s, h, r.User)
	return slices.Contains(who, s.Actor.ID), err
}

// RequestsFor gives the requests that the actor made, or those about which they decide, the newest first.
func RequestsFor(ctx context.Context, s *record.Session, mine, open bool) ([]Request, error) {
	where, args := "", []any{}
	if mine {
		where, args = " AND user_id = ?", append(args, s.Actor.ID)
	}
	if open {
		where, args = where+" AND state = ?", append(args, RequestOpen)
	}
	var all []Request
	err := s.Tx.Each(ctx, func(scan func(dest ...any) error) error {
		var r Request
		err := scan(r.into()...)
		all = append(all, r)
		return err
	}, `SELECT `+requestColumns+` FROM clash_request WHERE 1 = 1`+where+` ORDER BY asked_at DESC, id DESC LIMIT ?`, append(args, mostRequests)...)
	if err != nil || mine {
		return all, err
	}
	elevated := s.As(s.Actor.Elevated(), s.Origin)
	var out []Request
	for _, r := range all {
		if r.DecidedBy == s.Actor.ID && r.DecidedBy != 0 {
			out = append(out, r)
			continue
		}
		if r.State != RequestOpen {
			continue
		}
		h, err := holdingOf(ctx, elevated, r.Entity, r.Record)
		if err != nil {
			return nil, err
		}
		may, err := mayDecide(ctx, s, &r, h)
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, r)
		}
	}
	return out, nil
}

const mostRequests = 500

// Decide accepts or refuses a request, on record. An accepted take-over makes who asked the owner; an accepted
// collaboration shares the record with them.
func Decide(ctx context.Context, s *record.Session, x id.ID, accept bool, why string) error {
	if why = strings.TrimSpace(why); why == "" && !accept {
		return errs.OfField("reason", "field.required")
	}
	if len([]rune(why)) > mostReason {
		return errs.OfField("reason", "field.too_long", "max", mostReason)
	}
	if err := s.Tx.Lock(ctx, "clash_request:"+x.String()); err != nil {
		return err
	}
	var r Request
	err := s.Tx.QueryRow(ctx, `SELECT `+requestColumns+` FROM clash_request WHERE id = ?`, x).Scan(r.into()...)
	if sqldb.IsNoRows(err) {
		return errs.New(errs.NotFound, "")
	}
	if err != nil {
		return err
	}
	all := s.As(s.Actor.Elevated(), s.Origin)
	h, err := holdingOf(ctx, all, r.Entity, r.Record)
	if err != nil {
		return err
	}
	may, err := mayDecide(ctx, s, &r, h)
	if err != nil {
		return err
	}
	if !may {
		return errs.New(errs.NotFound, "")
	}
	if r.State != RequestOpen {
		return errs.New(errs.Conflict, "clash.decided")
	}
	state := RequestRefused
	if accept {
		if state, err = r.grant(ctx, all, h); err != nil {
			return err
		}
	}
	_, err = s.Tx.Exec(ctx, `UPDATE clash_request SET state = ?, decided_by = ?, decided_at = ?, decision = ? WHERE id = ?`, state, s.Actor.ID, s.Tx.Now, why, r.ID)
	if err != nil {
		return err
	}
	return r.tell(ctx, s, h.OwnerID, state)
}

// grant does what was asked for. A record that nobody owns any more, or who asked, is granted to nobody.
func (r *Request) grant(ctx context.Context, s *record.Session, h holding) (string, error) {
	if h.OwnerID == 0 || h.OwnerID == r.User || !h.ArchivedAt.IsZero() {
		return RequestOver, nil
	}
	if r.Wants == WantsTakeOver {
		return RequestAccepted, actOn(ctx, s, h, "assign", func(h holding) error { h.OwnerID = r.User; return nil })
	}
	shares, err := s.Shares(ctx, r.Entity, r.Record)
	if err != nil {
		return "", err
	}
	shares = slices.DeleteFunc(shares, func(one record.Share) bool { return one.User == r.User })
	return RequestAccepted, s.SetShares(ctx, r.Entity, r.Record, append(shares, record.Share{User: r.User, Access: record.ShareEdit}))
}

// tell tells who asked what was decided, and the owner what became of the record.
func (r *Request) tell(ctx context.Context, s *record.Session, owner id.ID, state string) error {
	note := notify.Note{To: r.User, Kind: "request", Key: r.ID.String() + "/" + state, Text: "clash.told." + state, By: s.Actor.ID, Page: "/requests"}
	if state == RequestAccepted {
		note.Entity, note.Record, note.Page = r.Entity, r.Record, ""
	}
	notes := []notify.Note{note}
	if state == RequestAccepted && owner != 0 && owner != s.Actor.ID {
		notes = append(notes, notify.Note{To: owner, Kind: "request", Key: r.ID.String() + "/owner", Text: "clash.told.owner." + r.Wants, By: r.User})
	}
	return notify.Tell(ctx, s.Tx, notes...)
}
