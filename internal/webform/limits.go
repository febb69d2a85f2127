package webform

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"genjin/internal/clock"
)

// limits bound what strangers may do here. At a fair hundreds of people stand behind one address, so addresses are let a
// crowd through; who has done the work of Proof is counted apart, so that those who have not cannot take their room.
type limits struct {
	looks  *buckets // pages, by address
	counts *buckets // counts, for all
	proven sending
	plain  sending
}

// sending bounds what is sent: by address, by form and for all.
type sending struct{ address, form, all *buckets }

func newLimits(c clock.Clock) *limits {
	per := func(every time.Duration, burst int) *buckets {
		return &buckets{clock: c, every: rate.Every(every), burst: burst, by: map[string]*rate.Limiter{}}
	}
	return &limits{
		looks: per(500*time.Millisecond, 120), counts: per(50*time.Millisecond, 200),
		proven: sending{address: per(5*time.Second, 40), form: per(500*time.Millisecond, 200), all: per(50*time.Millisecond, 400)},
		plain:  sending{address: per(time.Minute, 6), form: per(5*time.Second, 60), all: per(time.Second, 100)},
	}
}

// send reports whether something may be sent now.
func (l *limits) send(address, form string, proven bool) bool {
	s := l.plain
	if proven {
		s = l.proven
	}
	return s.address.allow(address) && s.form.allow(form) && s.all.allow("")
}

// buckets are limits of the same kind, by name.
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
