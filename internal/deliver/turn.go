package deliver

import (
	"context"
	"sync"
	"time"
)

// silence is how long a receiver may keep silent before the next delivery has its turn.
const silence = 5 * time.Second

// turns lets one delivery of this process at a time be between its handing over and the writing down of what became of
// it. A process that dies leaves no more than that one in doubt, so no more than one is sent again because of it; and
// those, if any, whose receivers had not said a word for the length of silence.
type turns struct{ held chan struct{} }

func newTurns() turns { return turns{make(chan struct{}, 1)} }

// turn is what one delivery has of them.
type turn struct {
	turns
	pass func()
}

// take waits until nothing else is being handed over. It is asked for right before a receiver can get to know what is
// sent; finding out what to say and connecting need no turn.
func (t *turn) take(ctx context.Context) error {
	if t.pass != nil {
		return nil
	}
	select {
	case t.held <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	t.pass = sync.OnceFunc(func() { <-t.held })
	time.AfterFunc(silence, t.pass)
	return nil
}

// end lets the next have its turn, once what became of this delivery is written down.
func (t *turn) end() {
	if t.pass != nil {
		t.pass()
	}
}
