package job

import "sync"

// added is rung after the commit of every Add in this process, whichever database it was for: to a queue of another one
// it means one needless look. It holds nothing but who is waiting.
var added bell

// bell wakes all who listen.
type bell struct {
	mu   sync.Mutex
	rung chan struct{}
}

// listen gives a channel that is closed when the bell rings next. Who listens first and looks for work afterwards misses
// nothing.
func (b *bell) listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}
