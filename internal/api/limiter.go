package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter bounds how often an address may try to sign in, before anything dear is done for it. An office of many people
// shares one address, so it lets a crowd through and stops a machine.
type limiter struct {
	mu     sync.Mutex
	byAddr map[string]*rate.Limiter
}

const (
	signInRate  = 2  // a second
	signInBurst = 60 // at once
	limiterMost = 10_000
)

func newLimiter() *limiter { return &limiter{byAddr: map[string]*rate.Limiter{}} }

// allow reports whether the address may try now.
func (l *limiter) allow(addr string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.byAddr[addr]
	if one == nil {
		if len(l.byAddr) >= limiterMost {
			l.forget()
		}
		one = rate.NewLimiter(signInRate, signInBurst)
		l.byAddr[addr] = one
	}
	return one.Allow()
}

// forget drops the addresses that have been quiet, and all when none has.
func (l *limiter) forget() {
	now := time.Now() //nolint:forbidigo // rate counts by the machine's own clock
	for addr, one := range l.byAddr {
		if one.TokensAt(now) >= signInBurst {
			delete(l.byAddr, addr)
		}
	}
	if len(l.byAddr) >= limiterMost {
		clear(l.byAddr)
	}
}
