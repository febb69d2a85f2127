package deliver

import (
	"context"
	"sync"
	"time"

	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

// Streams wakes the open pages of users who were told something, in whichever process: while there are any, the number
// of the newest note is asked for several times a second, which is one row by its key. It carries no note: who is woken
// reads for themselves. So a page that is slow to take what it gets makes nobody wait.
type Streams struct {
	db *sqldb.DB

	mu      sync.Mutex
	of      map[id.ID][]*Stream
	stop    context.CancelFunc // of the watching; nil while nobody is there
	closing bool
}

// Stream is one open page.
type Stream struct {
	Woken chan struct{} // has something in it when there may be news
	Ended chan struct{} // is closed when the program stops

	user id.ID
	of   *Streams
}

const (
	// mostStreams is how many pages one user may have open at once.
	mostStreams = 16
	lookEvery   = 350 * time.Millisecond
)

func newStreams(db *sqldb.DB) *Streams { return &Streams{db: db, of: map[id.ID][]*Stream{}} }

// Join opens a stream of a user; errs.TooMany when they have too many, errs.Unavailable when the program stops.
func (h *Streams) Join(user id.ID) (*Stream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return nil, errs.New(errs.Unavailable, "")
	}
	if len(h.of[user]) >= mostStreams {
		return nil, errs.New(errs.TooMany, "")
	}
	s := &Stream{Woken: make(chan struct{}, 1), Ended: make(chan struct{}), user: user, of: h}
	h.of[user] = append(h.of[user], s)
	if h.stop == nil {
		ctx, cancel := context.WithCancel(context.Background())
		h.stop = cancel
		go h.watch(ctx)
	}
	return s, nil
}

// Leave closes the stream.
func (s *Stream) Leave() {
	h := s.of
	h.mu.Lock()
	defer h.mu.Unlock()
	list := h.of[s.user]
	for i, one := range list {
		if one == s {
			h.of[s.user] = append(list[:i:i], list[i+1:]...)
		}
	}
	if len(h.of[s.user]) == 0 {
		delete(h.of, s.user)
	}
	if len(h.of) == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// Close ends all streams and lets nobody join any more.
func (h *Streams) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return
	}
	h.closing = true
	for _, list := range h.of {
		for _, s := range list {
			close(s.Ended)
		}
	}
}

// Open gives how many streams there are.
func (h *Streams) Open() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, list := range h.of {
		n += len(list)
	}
	return n
}

// Wake has the open pages of a user in this process look again.
func (h *Streams) Wake(users ...id.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, user := range users {
		for _, s := range h.of[user] {
			select {
			case s.Woken <- struct{}{}:
			default: // it has not looked since the last time
			}
		}
	}
}

// watch looks for new notes until the last stream is closed. What cannot be read now is read later.
func (h *Streams) watch(ctx context.Context) {
	seen := int64(-1)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		rang := notify.Listen()
		if users, last, err := h.news(ctx, seen); err == nil {
			seen = last
			h.Wake(users...)
		}
		select {
		case <-ctx.Done():
			return
		case <-rang:
		case <-tick.C:
		}
	}
}

// news gives who was told something since a number, and the newest one. The first look is for a place to begin: who has
// joined reads by themselves what was there before.
func (h *Streams) news(ctx context.Context, seen int64) (users []id.ID, last int64, err error) {
	err = h.db.ReadOne(ctx, func(tx *sqldb.Tx) (err error) {
		last, err = notify.Last(ctx, tx)
		return err
	})
	if err != nil || seen == last {
		return nil, last, err
	}
	if seen < 0 {
		h.mu.Lock()
		defer h.mu.Unlock()
		for user := range h.of {
			users = append(users, user)
		}
		return users, last, nil
	}
	err = h.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		users, err = notify.Readers(ctx, tx, min(seen, last), last)
		return err
	})
	return users, last, err
}
