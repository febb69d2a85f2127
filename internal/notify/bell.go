package notify

import "sync"

// told is rung after the commit of every Tell in this process, whichever database it was for: to who listens for
// another one it means one needless look. It holds nothing but who is waiting.
var told bell

// Listen gives a channel that is closed when somebody is told something in this process. Who listens first and looks
// afterwards misses nothing that was told here.
func Listen() <-chan struct{} { return told.listen() }

// bell wakes all who listen.
type bell struct {
	mu   sync.Mutex
	rung chan struct{}
}

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
