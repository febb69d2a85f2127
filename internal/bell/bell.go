// Package bell wakes whoever waits for something that happens in the same process.
package bell

import "sync"

// Bell wakes all who listen. The zero value is ready. It holds nothing but who is waiting.
type Bell struct {
	mu   sync.Mutex
	rung chan struct{}
}

// Listen gives a channel that is closed when the bell rings next. Who listens first and looks for what happened afterwards
// misses nothing.
func (b *Bell) Listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

// Ring wakes all who listen now.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}
