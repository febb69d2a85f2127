package org

import (
	"context"
	"sync"
	"time"

	"genjin/internal/access"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// freshFor is how long what is held in memory counts as true without asking the database. Together with the time of a
// request it stays below the second within which a change must take effect everywhere.
const freshFor = 500 * time.Millisecond

// Actors keeps actors in memory, so that a request usually needs no statement to know who asks and what they may. A
// change made through this process takes effect with its commit, one made by another replica within a second.
type Actors struct {
	Calendars *Calendars // when the company and its departments work

	mu      sync.Mutex
	version int64
	asked   time.Time // when version was last asked for; by the machine's own clock, not the database's
	known   map[id.ID]*known
}

// known is an actor as of a version of the database's people.
type known struct {
	version int64
	actor   *access.Actor
}

// Get gives a user as LoadActor does. The actor is shared: whoever changes it copies it first.
func (c *Actors) Get(ctx context.Context, db *sqldb.DB, user id.ID) (*access.Actor, error) {
	version, err := c.Version(ctx, db)
	if err != nil {
		return nil, err
	}
	if k := c.held(user, version); k != nil {
		return k.actor, nil
	}
	k := &known{}
	err = db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		if k.version, err = AccessVersion(ctx, tx); err != nil {
			return err
		}
		k.actor, err = LoadActor(ctx, tx, user)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[user] = k
	return k.actor, nil
}

func (c *Actors) held(user id.ID, version int64) *known {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.known[user]; k != nil && k.version >= version {
		return k
	}
	return nil
}

// Version gives the number of the latest change of people, their permissions, sessions and tokens. What was read from
// the database together with a number is true as long as Version gives no higher one.
func (c *Actors) Version(ctx context.Context, db *sqldb.DB) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock() // those who come meanwhile wait for the one answer
	if time.Since(c.asked) < freshFor {
		return c.version, nil
	}
	now := time.Now() //nolint:forbidigo // by the machine's own clock: a test's clock that stands would hide changes
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		version, err := AccessVersion(ctx, tx)
		if err == nil && version != c.version {
			c.version = version
			clear(c.known)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	c.asked = now
	return c.version, nil
}

// Changed notes in the transaction of a change of people, sessions or tokens that nobody's memory of them holds any
// more.
func (c *Actors) Changed(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE access_version SET version = version + 1`)
	tx.AfterCommit(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked = time.Time{}
	})
	return err
}

// AccessVersion gives the version as a transaction sees it, to be kept with what is read in it.
func AccessVersion(ctx context.Context, tx *sqldb.Tx) (version int64, err error) {
	err = tx.QueryRow(ctx, `SELECT version FROM access_version`).Scan(&version)
	return version, err
}
