package webform

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// What strangers may do here is bounded. At a fair hundreds of people stand behind one address, so addresses are let a crowd
// through; who has done the work of Proof is counted apart, so that those who have not cannot take their room.

// limits spare this process: what it shows and counts.
type limits struct {
	looks  *buckets // pages, by address
	counts *buckets // counts, for all
}

func newLimits(c clock.Clock) *limits {
	per := func(every time.Duration, burst int) *buckets {
		return &buckets{clock: c, every: rate.Every(every), burst: burst, by: map[string]*rate.Limiter{}}
	}
	return &limits{looks: per(500*time.Millisecond, 120), counts: per(50*time.Millisecond, 200)}
}

// sending bounds what is sent: by address, by form and for all. It counts in the database, so that all processes count
// together, and a restart forgets nothing.
type sending struct {
	name               string
	address, form, all bucket
}

var (
	provenSending = sending{"proven", bucket{5 * time.Second, 40}, bucket{500 * time.Millisecond, 200}, bucket{50 * time.Millisecond, 400}}
	plainSending  = sending{"plain", bucket{time.Minute, 6}, bucket{5 * time.Second, 60}, bucket{time.Second, 100}}
)

// errFull undoes what was taken from other buckets when one is empty, so that who is refused takes nobody's room, and costs
// no write.
var errFull = errors.New("webform: too much was sent")

// maySend reports whether something may be sent now, and counts it.
func (d *Door) maySend(ctx context.Context, address, form string, proven bool) (bool, error) {
	s := plainSending
	if proven {
		s = provenSending
	}
	err := d.Store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		for _, one := range []struct {
			bucket
			of string
		}{{s.address, "address " + address}, {s.form, "form " + form}, {s.all, "all"}} {
			if ok, err := one.take(ctx, tx, d.Seal.Sign("web form limit", s.name+" "+one.of)); err != nil {
				return err
			} else if !ok {
				return errFull
			}
		}
		return nil
	})
	if errors.Is(err, errFull) {
		return false, nil
	}
	return err == nil, err
}

// bucket lets something through at a rate, and in a burst when nothing came for a while.
type bucket struct {
	every time.Duration
	burst int
}

// take reports whether there is room, and takes it. The bucket of a name is the moment at which it is full again.
func (b bucket) take(ctx context.Context, tx *sqldb.Tx, name string) (bool, error) {
	now, every := tx.Now.UnixMilli(), b.every.Milliseconds()
	n, err := tx.Exec(ctx, `INSERT INTO web_form_limit (name, full_at) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET full_at = CASE WHEN web_form_limit.full_at > ? THEN web_form_limit.full_at ELSE ? END + ?
		WHERE web_form_limit.full_at <= ?`, name, now+every, now, now, every, now+every*int64(b.burst-1))
	return n > 0, err
}

// Clean takes away what told visitors apart and what limits counted, once that does not count any more.
func Clean(ctx context.Context, st *record.Store) error {
	return st.Write(ctx, access.System("web forms"), audit.Rule, func(s *record.Session) error {
		if _, err := s.Tx.Exec(ctx, `DELETE FROM web_form_limit WHERE full_at <= ?`, s.Tx.Now); err != nil {
			return err
		}
		return crm.ForgetVisitors(ctx, s)
	})
}

// buckets are limits of the same kind, by name, in this process.
type buckets struct {
	clock clock.Clock
	every rate.Limit
	burst int

	mu sync.Mutex
	by map[string]*rate.Limiter
}

// mostBuckets bounds the memory that they take.
const mostBuckets = 20_000

func (b *buckets) allow(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	one := b.by[name]
	if one == nil {
		if len(b.by) >= mostBuckets {
			b.forget(now)
		}
		one = rate.NewLimiter(b.every, b.burst)
		b.by[name] = one
	}
	return one.AllowN(now, 1)
}

// forget drops those that are full again, and all when none is.
func (b *buckets) forget(now time.Time) {
	for name, one := range b.by {
		if one.TokensAt(now) >= float64(b.burst) {
			delete(b.by, name)
		}
	}
	if len(b.by) >= mostBuckets {
		clear(b.by)
	}
}
