package deliver

import (
	"context"
	"sync"
)

// DieWith plans, takes some deliveries in hand, sends them as the service does and dies when the first answer comes,
// before it can be written down.
func (d *Service) DieWith(ctx context.Context, n int) error {
	life, die := context.WithCancel(ctx)
	defer die()
	var dead sync.WaitGroup
	for name, c := range d.channels {
		d.channels[name] = dying{c, life, die, &dead}
	}
	if err := d.plan(ctx); err != nil {
		return err
	}
	parcels, err := d.take(ctx, n)
	dead.Add(len(parcels))
	for _, p := range parcels {
		go d.deliver(ctx, p)
	}
	dead.Wait()
	return err
}

// dying is a channel of a process that dies.
type dying struct {
	channel
	life context.Context //nolint:containedctx // it is what ends
	die  func()
	dead *sync.WaitGroup
}

func (c dying) send(_ context.Context, p *parcel) error {
	_ = c.channel.send(c.life, p) // nobody will know
	c.die()
	c.dead.Done()
	select {} // nothing happens in it any more
}
