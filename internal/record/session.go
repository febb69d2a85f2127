// Package record is the gate: every read and every write of a record passes here, whichever door it comes through. A
// write loads under the user's scope, checks the version, runs the rules of the kind, checks every value against its
// type, writes, logs what changed and keeps the search index, all in one transaction. What a user may not see is not
// found; what they may see but not change is denied.
package record

import (
	"context"
	"maps"
	"sync/atomic"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/search"
	"genjin/internal/sqldb"
)

// Store gives sessions on the records of one installation.
type Store struct {
	db     *sqldb.DB
	reg    *Registry
	zone   *time.Location
	schema atomic.Pointer[Schema]

	calendars Calendars
}

// NewStore makes a store over db for the kinds of reg. Zone is the company's time zone: it decides what today is.
func NewStore(db *sqldb.DB, reg *Registry, zone *time.Location) *Store {
	st := &Store{db: db, reg: reg, zone: zone, calendars: usualCalendars(zone)}
	st.schema.Store(builtInSchema(reg))
	return st
}

// DB gives the database, for what is not a record.
func (st *Store) DB() *sqldb.DB { return st.db }

// Registry gives the kinds.
func (st *Store) Registry() *Registry { return st.reg }

// Zone gives the company's time zone.
func (st *Store) Zone() *time.Location { return st.zone }

// Session is one transaction on behalf of one actor. It is not safe for concurrent use.
type Session struct {
	Tx     *sqldb.Tx
	Actor  *access.Actor
	Origin audit.Origin // the door the change comes through
	Batch  id.ID        // the import or other operation the changes belong to; zero for none
	// Dry lets every rule and check run but writes nothing: what would be refused is told, and nothing else happens.
	Dry bool

	store *Store
	*known
}

// known is what a transaction knows; the sessions that As makes share it.
type known struct {
	schema  *Schema
	created map[id.ID]any    // records made here, which are within reach by having been made
	serials map[string]int64 // last numbers taken, by series
	keeps   bool             // serials are written before the commit
	owners  map[id.ID]ownerInfo
	named   map[string]id.ID // records by entity and name, as Named found them
	search  search.Pending   // what changes in the search index
	indexes bool             // that is written before the commit
}

// Read runs fn on a consistent snapshot.
func (st *Store) Read(ctx context.Context, actor *access.Actor, fn func(s *Session) error) error {
	return st.db.Read(ctx, func(tx *sqldb.Tx) error {
		return fn(st.session(tx, actor, ""))
	})
}

// Write runs fn in a transaction that is committed when fn gives no error. On PostgreSQL fn may run again after a
// serialization failure, so its effects outside the transaction belong in s.Tx.AfterCommit.
func (st *Store) Write(ctx context.Context, actor *access.Actor, origin audit.Origin, fn func(s *Session) error) error {
	return st.db.Write(ctx, func(tx *sqldb.Tx) error {
		return fn(st.session(tx, actor, origin))
	})
}

// WriteAlone is Write for long transactions, such as a part of an import: it does not share its commit with others.
func (st *Store) WriteAlone(ctx context.Context, actor *access.Actor, origin audit.Origin, fn func(s *Session) error) error {
	return st.db.WriteAlone(ctx, func(tx *sqldb.Tx) error {
		return fn(st.session(tx, actor, origin))
	})
}

func (st *Store) session(tx *sqldb.Tx, actor *access.Actor, origin audit.Origin) *Session {
	return &Session{Tx: tx, Actor: actor, Origin: origin, store: st, known: &known{
		schema: st.schema.Load(), created: map[id.ID]any{}, serials: map[string]int64{},
		owners: map[id.ID]ownerInfo{}, named: map[string]id.ID{},
	}}
}

// Def gives the definition of an entity as it is now: with the company's own fields, choices and settings.
func (s *Session) Def(name string) *entity.Def { return s.schema.Def(name) }

// Store gives the store the session works on.
func (s *Session) Store() *Store { return s.store }

// Today gives the date in the company's time zone.
func (s *Session) Today() clock.Date { return clock.DateOf(s.Tx.Now.In(s.store.zone)) }

// Env gives what values are shown and understood by for the actor.
func (s *Session) Env() *entity.Env {
	return &entity.Env{Lang: s.Actor.Lang, Zone: s.store.zone, Today: s.Today(), DateOrder: "ymd"}
}

// Say gives a sentence in the actor's language, for texts that rules write into records.
func (s *Session) Say(key string) string {
	return i18n.Message(s.Actor.Lang, key, nil)
}

// As gives the same session with another actor and door, for what a rule does in its own name. Changes made through it
// are part of the same transaction.
func (s *Session) As(actor *access.Actor, origin audit.Origin) *Session {
	as := *s
	as.Actor, as.Origin = actor, origin
	return &as
}

// Made gives a record that was made in this session, or nil.
func Made[T any](s *Session, x id.ID) *T {
	rec, _ := s.created[x].(*T)
	return rec
}

// Setting gives a setting of the company; fallback when it is not set.
func (s *Session) Setting(name, fallback string) string {
	if value, ok := s.schema.settings[name]; ok {
		return value
	}
	return fallback
}

// Serial takes the next number of a series. Numbers start at 1 and never repeat; those of transactions that fail are
// given again. Within a session the series is held, so that many numbers cost two statements.
func (s *Session) Serial(ctx context.Context, series string) (int64, error) {
	if next, ok := s.serials[series]; ok {
		s.serials[series] = next + 1
		return next + 1, nil
	}
	if !s.keeps && !s.Dry {
		s.keeps = true
		s.Tx.BeforeCommit(s.keepSerials)
	}
	var next int64
	if s.Dry {
		err := s.Tx.QueryRow(ctx, `SELECT COALESCE(MAX(last), 0) + 1 FROM serial WHERE series = ?`, series).Scan(&next)
		s.serials[series] = next
		return next, err
	}
	err := s.Tx.QueryRow(ctx, `INSERT INTO serial (series, last) VALUES (?, 1)
		ON CONFLICT (series) DO UPDATE SET last = serial.last + 1 RETURNING last`, series).Scan(&next)
	if err != nil {
		return 0, err
	}
	s.serials[series] = next
	return next, nil
}

// SerialAtLeast makes sure that a series goes on after number, which came from outside.
func (s *Session) SerialAtLeast(ctx context.Context, series string, number int64) error {
	next, err := s.Serial(ctx, series)
	if err == nil {
		s.serials[series] = max(next-1, number)
	}
	return err
}

func (s *Session) keepSerials(ctx context.Context) error {
	for series, last := range s.serials {
		if _, err := s.Tx.Exec(ctx, `UPDATE serial SET last = ? WHERE series = ?`, last, series); err != nil {
			return err
		}
	}
	return nil
}

// index collects what changes in the search index. It is written before the commit, and before this session searches.
func (s *Session) index() *search.Pending {
	if !s.indexes {
		s.indexes = true
		s.Tx.BeforeCommit(s.writeIndex)
	}
	return &s.search
}

func (s *Session) writeIndex(ctx context.Context) error { return s.search.Write(ctx, s.Tx) }

// Try runs fn so that, when it fails, nothing it wrote remains and the session goes on as if it had not run.
func (s *Session) Try(ctx context.Context, fn func() error) error {
	before := *s.known
	before.created, before.serials = maps.Clone(s.created), maps.Clone(s.serials)
	before.owners, before.named = maps.Clone(s.owners), maps.Clone(s.named)
	err := s.Tx.Try(ctx, fn)
	if err != nil {
		*s.known = before
	}
	return err
}

type ownerInfo struct {
	department id.ID
	active     bool
}

// owner looks a user up who is to own a record; false when there is none.
func (s *Session) owner(ctx context.Context, user id.ID) (ownerInfo, bool, error) {
	if o, ok := s.owners[user]; ok {
		return o, true, nil
	}
	var o ownerInfo
	err := s.Tx.QueryRow(ctx, `SELECT department_id, active FROM account WHERE id = ?`, user).Scan(&o.department, &o.active)
	if sqldb.IsNoRows(err) {
		return o, false, nil
	}
	if err != nil {
		return o, false, err
	}
	s.owners[user] = o
	return o, true, nil
}
