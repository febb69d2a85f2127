package crm

import (
	"context"
	"fmt"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// What happens with pools, as pool_move holds it.
const (
	moveClaim  = "claim"
	moveAssign = "assign"
	movePut    = "put"
	moveFall   = "fall"
)

// actOn changes a record that may lie in a pool, in the name of the session's actor; the caller has said that they may. It
// must be as it was when they looked.
func actOn(ctx context.Context, s *record.Session, seen holding, verb audit.Action, fn func(h holding) error) error {
	all := s.As(s.Actor.Elevated(), s.Origin)
	switch seen.entity {
	case "customer":
		_, err := record.Act(ctx, all, seen.ID, seen.Version, verb, func(c *Customer) error { return fn(c.holding()) })
		return err
	case "lead":
		_, err := record.Act(ctx, all, seen.ID, seen.Version, verb, func(l *Lead) error { return fn(l.holding()) })
		return err
	}
	return errs.New(errs.NotFound, "")
}

// holdingOf gives a record that the session's actor sees.
func holdingOf(ctx context.Context, s *record.Session, entityName string, x id.ID) (holding, error) {
	switch entityName {
	case "customer":
		c, err := record.Get[Customer](ctx, s, x)
		if err != nil {
			return holding{}, err
		}
		return c.holding(), nil
	case "lead":
		l, err := record.Get[Lead](ctx, s, x)
		if err != nil {
			return holding{}, err
		}
		return l.holding(), nil
	}
	return holding{}, errs.New(errs.NotFound, "")
}

// lockPools lets one at a time take from the pools that hold an entity: limits are counted and kept in one.
func lockPools(ctx context.Context, s *record.Session, entityName string) error {
	return s.Tx.Lock(ctx, "pool:"+entityName)
}

// Claim 领取 makes the actor the owner of a record that lies in a pool of which they are a member. Of two who claim at once
// one gets it; the other is told who has it.
func Claim(ctx context.Context, s *record.Session, pool, x id.ID) error {
	p, st, err := PoolFor(ctx, s, pool)
	if err != nil {
		return err
	}
	if !s.Actor.May(s.Def(p.Holds).ModuleName(), access.Edit) {
		return errs.New(errs.Denied, "")
	}
	if err := lockPools(ctx, s, p.Holds); err != nil {
		return err
	}
	h, err := lyingIn(ctx, s, p, st, x)
	if err != nil {
		return err
	}
	if err := p.cooling(s, h); err != nil {
		return err
	}
	if err := p.claimsLeft(ctx, s); err != nil {
		return err
	}
	return p.give(ctx, s, h, s.Actor.ID, moveClaim)
}

// AssignFrom gives a record that lies in a pool to somebody. Administrators of the pool may.
func AssignFrom(ctx context.Context, s *record.Session, pool, x, owner id.ID) error {
	p, st, err := PoolFor(ctx, s, pool)
	if err != nil {
		return err
	}
	if !st.Admin || !s.Actor.Lets(s.Def(p.Holds).ModuleName(), access.Assign) {
		return errs.New(errs.Denied, "")
	}
	if err := lockPools(ctx, s, p.Holds); err != nil {
		return err
	}
	h, err := lyingIn(ctx, s, p, st, x)
	if err != nil {
		return err
	}
	if err := p.give(ctx, s, h, owner, moveAssign); err != nil || owner == s.Actor.ID || p.Holds == "lead" { // which tells by itself
		return err
	}
	return notify.Tell(ctx, s.Tx, notify.Note{
		To: owner, Kind: "assigned", Key: x.String() + "/" + s.Tx.NewID().String(), Text: "pool.assigned", By: s.Actor.ID, Entity: p.Holds, Record: x,
	})
}

// lyingIn gives a record that lies in a pool. Of one that was taken meanwhile it says who has it; another is not there.
func lyingIn(ctx context.Context, s *record.Session, p *Pool, st Standing, x id.ID) (holding, error) {
	through, err := s.Through(ctx, p.Holds, p.ID, st.Admin)
	if err != nil {
		return holding{}, err
	}
	h, err := holdingOf(ctx, through, p.Holds, x)
	if errs.Is(err, errs.NotFound) {
		return h, taken(ctx, s, p, x)
	}
	if err == nil && !h.ArchivedAt.IsZero() {
		err = errs.New(errs.NotFound, "")
	}
	return h, err
}

// taken says of a record that lay in the pool who has it now.
func taken(ctx context.Context, s *record.Session, p *Pool, x id.ID) error {
	var owner id.ID
	var name string
	err := s.Tx.QueryRow(ctx, `SELECT t.owner_id, a.name FROM `+s.Def(p.Holds).TableName()+` t JOIN account a ON a.id = t.owner_id
		WHERE t.id = ? AND t.archived_at IS NULL AND EXISTS (SELECT 1 FROM pool_move m WHERE m.pool_id = ? AND m.record_id = t.id AND m.user_id = t.owner_id AND m.move IN (?, ?))`,
		x, p.ID, moveClaim, moveAssign).Scan(&owner, &name)
	switch {
	case sqldb.IsNoRows(err):
		return errs.New(errs.NotFound, "")
	case err != nil:
		return err
	case s.Actor.Field(p.Holds, "owner_id") == access.FieldHidden:
		return errs.New(errs.Conflict, "pool.taken")
	}
	return errs.New(errs.Conflict, "pool.taken_by", "name", name)
}

// cooling refuses to let the former owner have a record again at once.
func (p *Pool) cooling(s *record.Session, h holding) error {
	if p.CoolDays == nil || *p.CoolDays == 0 || h.FormerOwner != s.Actor.ID {
		return nil
	}
	until := h.PoolSince.AddDate(0, 0, int(min(*p.CoolDays, mostDays)))
	if !s.Tx.Now.Before(until) {
		return nil
	}
	return errs.New(errs.Conflict, "pool.cooling", "until", until.In(s.Store().Zone()).Format("2006-01-02 15:04"))
}

// claimsLeft refuses more claims than the pool allows on one day.
func (p *Pool) claimsLeft(ctx context.Context, s *record.Session) error {
	if p.ClaimDaily == nil {
		return nil
	}
	n, err := ClaimedToday(ctx, s, p)
	if err == nil && n >= *p.ClaimDaily {
		return errs.New(errs.Conflict, "pool.daily", "max", *p.ClaimDaily)
	}
	return err
}

// ClaimedToday gives how many records the actor claimed from a pool today.
func ClaimedToday(ctx context.Context, s *record.Session, p *Pool) (n int64, err error) {
	err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM pool_move WHERE pool_id = ? AND user_id = ? AND move = ? AND at >= ?`,
		p.ID, s.Actor.ID, moveClaim, s.Today().In(s.Store().Zone())).Scan(&n)
	return n, err
}

// give makes somebody the owner of a record, within what one and a department may hold.
func (p *Pool) give(ctx context.Context, s *record.Session, h holding, owner id.ID, move string) error {
	if err := p.room(ctx, s, owner); err != nil {
		return err
	}
	if err := actOn(ctx, s, h, PoolAction, func(h holding) error { h.OwnerID = owner; return nil }); err != nil {
		return err
	}
	return noteMove(ctx, s, p.ID, h, move, owner)
}

func noteMove(ctx context.Context, s *record.Session, pool id.ID, h holding, move string, user id.ID) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO pool_move (id, pool_id, entity, record_id, move, user_id, by_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Tx.NewID(), pool, h.entity, h.ID, move, user, s.Actor.ID, s.Tx.Now)
	return err
}

// room refuses what is more than somebody, or their department, may hold.
func (p *Pool) room(ctx context.Context, s *record.Session, owner id.ID) error {
	if p.HoldUser != nil {
		if n, err := p.held(ctx, s, "owner_id", owner); err != nil || n >= *p.HoldUser {
			return over(err, "pool.hold_user", *p.HoldUser)
		}
	}
	if p.HoldDepartment == nil {
		return nil
	}
	var department id.ID
	err := s.Tx.QueryRow(ctx, `SELECT department_id FROM account WHERE id = ?`, owner).Scan(&department)
	if sqldb.IsNoRows(err) || err == nil && department == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if n, err := p.held(ctx, s, "department_id", department); err != nil || n >= *p.HoldDepartment {
		return over(err, "pool.hold_department", *p.HoldDepartment)
	}
	return nil
}

func over(err error, key string, limit int64) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, key, "max", limit)
}

// Held gives how many records the actor holds, as the pool counts them.
func (p *Pool) Held(ctx context.Context, s *record.Session) (int64, error) {
	return p.held(ctx, s, "owner_id", s.Actor.ID)
}

func (p *Pool) held(ctx context.Context, s *record.Session, column string, x id.ID) (n int64, err error) {
	where := heldSQL[p.Holds]
	if !p.HoldWon {
		where += " AND NOT (" + wonSQL[p.Holds] + ")"
	}
	err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+s.Def(p.Holds).TableName()+` WHERE `+column+` = ? AND owner_id IS NOT NULL AND archived_at IS NULL`+where, x).Scan(&n)
	return n, err
}

// wonSQL says which records are won.
var wonSQL = map[string]string{"customer": "stage = 'won' OR deal_status = 'closed'", "lead": "state = 'won'"}

// heldSQL says which records somebody holds at all: leads that are over weigh nothing.
var heldSQL = map[string]string{"customer": "", "lead": " AND state NOT IN ('lost', 'invalid') AND converted_at IS NULL"}

// Put gives a record into a pool: back by its owner, who is a member of the pool, with a reason, or by who supervises it.
func Put(ctx context.Context, s *record.Session, pool, x id.ID, note string) error {
	p, err := record.Get[Pool](ctx, s, pool)
	if err != nil {
		return err
	}
	if !p.ArchivedAt.IsZero() {
		return errs.New(errs.NotFound, "")
	}
	h, err := holdingOf(ctx, s, p.Holds, x)
	if err != nil {
		return err
	}
	reason, err := p.mayPut(ctx, s, h)
	if err != nil {
		return err
	}
	if note == "" && reason == ReasonReturned {
		return errs.OfField("reason", "field.required")
	}
	if len(note) > 2000 {
		return errs.OfField("reason", "field.too_long", "max", 500)
	}
	return p.take(ctx, s, h, fall{reason: reason}, note, movePut)
}

// mayPut says why the actor may put a record into the pool.
func (p *Pool) mayPut(ctx context.Context, s *record.Session, h holding) (string, error) {
	switch {
	case !h.ArchivedAt.IsZero():
		return "", errs.New(errs.Conflict, "record.archived")
	case h.PoolID == p.ID:
		return "", errs.New(errs.Conflict, "pool.already")
	case h.rests:
		return "", errs.New(errs.Conflict, "pool.rests")
	case h.OwnerID == 0 && h.DepartmentID == 0 && s.Actor.Reach(s.Def(p.Holds).ModuleName(), access.Assign).Everything, supervises(s, h):
		if h.OwnerID == s.Actor.ID {
			return ReasonReturned, nil
		}
		return ReasonPut, nil
	case h.OwnerID != s.Actor.ID || !s.Actor.Lets(s.Def(p.Holds).ModuleName(), access.Edit):
		return "", errs.New(errs.Denied, "")
	}
	st, err := StandingIn(ctx, s, p)
	switch {
	case err != nil:
		return "", err
	case !st.Member:
		return "", errs.New(errs.Denied, "")
	case h.Locked || h.won:
		return "", errs.New(errs.Conflict, "pool.protected")
	}
	return ReasonReturned, nil
}

// take moves a record into the pool: nobody owns it any more, and with nobody is it shared.
func (p *Pool) take(ctx context.Context, s *record.Session, seen holding, f fall, note, move string) error {
	if err := s.As(s.Actor.Elevated(), s.Origin).SetShares(ctx, p.Holds, seen.ID, nil); err != nil {
		return err
	}
	owner := seen.OwnerID
	err := actOn(ctx, s, seen, PoolAction, func(h holding) error {
		if owner != 0 {
			h.FormerOwner = owner
		}
		h.OwnerID, h.Locked = 0, false
		h.PoolID, h.PoolSince, h.PoolReason, h.PoolNote, h.PoolDays = p.ID, clock.At(s.Tx.Now), f.reason, note, nil
		if f.days > 0 {
			days := int64(f.days)
			h.PoolDays = &days
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := noteMove(ctx, s, p.ID, seen, move, owner); err != nil || owner == 0 || owner == s.Actor.ID {
		return err
	}
	return notify.Tell(ctx, s.Tx, notify.Note{
		To: owner, Kind: "pool", Key: fmt.Sprint(seen.ID, "/", s.Tx.Now.Format(time.RFC3339)), Text: "pool.fell." + f.reason, Params: map[string]any{"days": f.days},
		By: s.Actor.ID, Entity: "pool", Record: p.ID,
	})
}
