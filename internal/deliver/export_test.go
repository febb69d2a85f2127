package deliver

import "context"

// DieWith plans, takes some deliveries in hand, sends them and dies before it can write down that they were sent.
func (d *Service) DieWith(ctx context.Context, n int) error {
	if err := d.plan(ctx); err != nil {
		return err
	}
	parcels, err := d.take(ctx, n)
	for _, p := range parcels {
		_ = d.channels[p.channel].send(ctx, p) // nobody will know
	}
	return err
}
