// Package deliver takes what people were told (package notify) to where they are: into their open pages, and outside by
// push, mail and the robots of chat groups. It says every note under the permissions of who reads it, at the moment it
// is read: what they may no longer see is left out.
//
// Notes become deliveries, in the order in which they were committed, by one process at a time with a bookmark that moves
// in the same transaction: each note is planned exactly once. A delivery is sent at least once. Whoever sends holds it
// under a lease; a process that dies in between lets it be sent again, with the same key, by which most receivers know a
// repetition; no more than one delivery is in doubt at such a moment. One that fails is tried again after growing waits and ends in a list of failures for administrators.
package deliver

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/mail"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/outbound"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sqldb"
)

// Options say with what the service works.
type Options struct {
	Kinds    *notify.Registry
	Seal     *seal.Ring // seals keys and the secrets of robots; when nil, one that is gone with the process
	Outbound *outbound.Client
	Mail     *mail.Sender                                         // nil sends none
	Server   func(ctx context.Context) (mail.Server, bool, error) // the mail server, false when there is none
	Origin   string                                               // how browsers reach the program; "" when nobody has said: then links are left out
	Digest   Digest                                               // nil for no digests
	Workday  func(department id.ID, day clock.Date) bool          // nil: every day is one
	Log      *slog.Logger                                         // no log when nil
}

// Digest says what stands in a user's digest of the day: a sentence with its parameters, as in a note, from what the
// session may see. Text "" means that there is nothing to say.
type Digest func(ctx context.Context, s *record.Session) (text string, params map[string]any, err error)

// Service delivers. It is safe for use by many goroutines.
type Service struct {
	Options
	Streams *Streams

	store    *record.Store
	db       *sqldb.DB
	actors   *org.Actors
	channels map[string]channel
	self     id.ID // names this process in leases

	mu       sync.Mutex
	flying   map[id.ID]bool // what this process is sending
	sending  sync.WaitGroup
	slots    chan struct{}
	turns    turns
	stop     context.CancelFunc
	ended    chan struct{}
	digested time.Time // when digests were last looked for, by the machine's own clock
	vapid    vapidCache
}

// atOnce is how many deliveries one process prepares at the same time; they are handed over one by one.
const atOnce = 8

// New makes the service over the records of store; actors is what org.Register gave.
func New(store *record.Store, actors *org.Actors, o Options) *Service {
	if o.Kinds == nil {
		o.Kinds = notify.NewRegistry()
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
	d := &Service{Options: o, store: store, db: store.DB(), actors: actors, flying: map[id.ID]bool{}, slots: make(chan struct{}, atOnce), turns: newTurns()}
	d.Streams = newStreams(d.db)
	d.channels = map[string]channel{channelPush: pushChannel{d}, channelMail: mailChannel{d}, channelRobot: robotChannel{d}}
	return d
}

// Work has q do what is to be done from time to time.
func (d *Service) Work(q *job.Queue) {
	q.Every("clean_deliveries", 24*time.Hour, func(ctx context.Context, _ *job.Run) error { return d.Clean(ctx) })
}

const (
	roundEvery  = time.Second
	digestEvery = 20 * time.Second
)

// Start plans and sends in the background until Stop. On SQLite nobody else runs, by the lock on the data folder: what is
// under a lease was in the hands of a process that died, and is sent at once.
func (d *Service) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	d.stop, d.ended = cancel, make(chan struct{})
	go func() {
		defer close(d.ended)
		if d.db.Dialect() == sqldb.SQLite {
			if err := d.reclaim(ctx); err != nil {
				d.Log.WarnContext(ctx, "what was being sent when the program ended waits for its lease", "error", err)
			}
		}
		d.run(ctx)
	}()
}

// Stop ends the open streams and the background work: what is being sent is finished, as far as ctx gives time.
func (d *Service) Stop(ctx context.Context) error {
	d.Streams.Close()
	if d.stop == nil {
		return nil
	}
	d.stop()
	done := make(chan struct{})
	go func() {
		<-d.ended
		d.sending.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Service) reclaim(ctx context.Context) error {
	return d.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE delivery SET due_at = ?, set_at = ?, lease = NULL WHERE state = 'waiting' AND lease IS NOT NULL`, tx.Now, tx.Now)
		return err
	})
}

func (d *Service) run(ctx context.Context) {
	for ctx.Err() == nil {
		rang := notify.Listen()
		if err := d.round(ctx); err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "what people were told cannot be delivered", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-rang:
		case <-time.After(roundEvery):
		}
	}
}

// round looks once for everything there is to do and begins to send what is due.
func (d *Service) round(ctx context.Context) error {
	if now := time.Now(); now.Sub(d.digested) >= digestEvery { //nolint:forbidigo // how often it looks, whatever the clock of the records says
		d.digested = now
		if err := d.TellDigests(ctx); err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "digests cannot be told", "error", err) // what else there is goes on
		}
	}
	planned := d.plan(ctx)
	_, err := d.send(ctx)
	return errors.Join(planned, err)
}

// Once tells the digests that are due, plans, sends everything that is due and waits for it: for whoever does without
// Start.
func (d *Service) Once(ctx context.Context) error {
	if err := d.TellDigests(ctx); err != nil {
		return err
	}
	if err := d.plan(ctx); err != nil {
		return err
	}
	for {
		n, err := d.send(ctx)
		d.sending.Wait()
		if n == 0 || err != nil {
			return err
		}
	}
}
