package deliver_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/dbtest"
	"genjin/internal/deliver"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

// rounds is how often the company is disturbed: a few times, or as often as GENJIN_PROOF says.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("GENJIN_PROOF")); err == nil && n > 0 {
		return n
	}
	return 6
}

// reading is an open page: it reads on from the number that it has seen, as the stream of events does.
type reading struct {
	user id.ID
	last int64
	seen map[string]int
}

func (r *reading) read(ctx context.Context, db *sqldb.DB) error {
	return db.Read(ctx, func(tx *sqldb.Tx) error {
		notes, err := notify.Since(ctx, tx, r.user, r.last, 10_000)
		for _, n := range notes {
			r.seen[n.Key]++
			r.last = n.Seq
		}
		return err
	})
}

// TestNeitherLostNorDoubled has several processes tell the same things again and again, plan and send them, while some
// of them die with what they were sending, chats fail, and the clock jumps from a year back to 400 days ahead. In the
// page nothing is lost and nothing comes twice. Outside nothing is lost; what comes twice does so with the same key, and
// for each death one thing does at most, however many were in hand.
func TestNeitherLostNorDoubled(t *testing.T) {
	o := newOffice(t)
	o.robot("wecom", "", 0, false)
	o.subscribe(o.rep, "/push")
	people := []*access.Actor{o.rep, o.far}
	pages := []*reading{{user: o.rep.ID, seen: map[string]int{}}, {user: o.far.ID, seen: map[string]int{}}}
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time
	told, kills, jumps := 0, 0, 0
	for range rounds() {
		// Several processes tell the same, as sweeps do that run beside each other or again.
		var notes []notify.Note
		for range 5 + dice.IntN(20) {
			for _, who := range people {
				n := due(who, fmt.Sprintf("n:%d", told), "x")
				n.At = o.Clock.Now().Add(-time.Duration(dice.IntN(4)) * time.Hour)
				notes = append(notes, n)
			}
			told++
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { o.tell(notes...) })
		}
		wg.Wait()
		// One process takes something in hand and dies: nobody ever hears what became of it.
		for range dice.IntN(3) {
			o.Must(o.service().DieWith(t.Context(), 1+dice.IntN(8)))
			kills++
		}
		o.hook.answers(func(received) (int, string) { return 500, "" })
		o.work(2)
		o.hook.answers(nil)
		jump := []time.Duration{-365 * 24 * time.Hour, -3 * time.Hour, 10 * time.Minute, 25 * time.Hour, 400 * 24 * time.Hour}[dice.IntN(5)]
		o.Clock.Advance(jump)
		jumps++
		o.work(3)
		for _, p := range pages {
			o.Must(p.read(t.Context(), o.Store.DB()))
		}
	}
	for range 30 { // all leases and waits run out
		o.Clock.Advance(20 * time.Minute)
		o.work(2)
	}
	for _, p := range pages {
		expect(t, "notes in the page", len(p.seen), told)
		for key, n := range p.seen {
			if n != 1 {
				t.Errorf("%s came %d times", key, n)
			}
		}
	}
	expect(t, "notes", o.count(`SELECT COUNT(*) FROM note`), 2*told)
	expect(t, "undelivered", o.count(`SELECT COUNT(*) FROM delivery WHERE state <> 'sent'`), 0)
	expect(t, "planned for the page's readers by mail", o.count(`SELECT COUNT(*) FROM delivery_note WHERE channel = 'mail'`), 2*told)
	expect(t, "by push", o.count(`SELECT COUNT(*) FROM delivery_note WHERE channel = 'push'`), told)
	expect(t, "to the group", o.count(`SELECT COUNT(*) FROM delivery_note WHERE channel = 'robot'`), told)
	sent := o.hook.taken
	for _, l := range o.post.Letters() {
		sent[l.Header.Get("Message-Id")]++
	}
	doubled := 0
	for _, n := range sent {
		doubled += n - 1
	}
	expect(t, "sent, by their keys", len(sent), o.count(`SELECT COUNT(*) FROM delivery`))
	if doubled > kills {
		t.Errorf("%d were sent again after %d deaths", doubled, kills)
	}
	t.Logf("%d things told to 2 people through 3 processes, %d deaths, %d jumps of the clock: in the page lost 0, doubled 0; %d sent outside, %d of them again with the same key",
		told, kills, jumps, len(sent), doubled)
}

// work has n processes plan and send at the same time.
func (o *office) work(n int) {
	o.T.Helper()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if err := o.service().Once(o.T.Context()); err != nil {
				o.T.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestTwoProcessesSendOnce: two processes that run beside each other, with nobody dying, send everything once.
func TestTwoProcessesSendOnce(t *testing.T) {
	o := newOffice(t)
	services := []*deliver.Service{o.service()}
	if dbtest.Postgres() { // SQLite has one process
		services = append(services, o.service(), o.service())
	}
	for _, d := range services {
		d.Start()
	}
	const n = 60
	for i := range n {
		o.tell(due(o.rep, fmt.Sprint(i), "x"))
	}
	deadline := time.Now().Add(20 * time.Second)
	for o.count(`SELECT COUNT(*) FROM delivery WHERE state = 'sent'`) < n && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	for _, d := range services {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		o.Must(d.Stop(ctx))
		cancel()
	}
	keys := map[string]int{}
	for _, l := range o.post.Letters() {
		keys[l.Header.Get("Message-Id")]++
	}
	expect(t, "letters", len(o.post.Letters()), n)
	expect(t, "keys", len(keys), n)
}

// TestStoppingFinishesWhatIsBeingSent: what a process has in hand when it is told to stop is brought to its end.
func TestStoppingFinishesWhatIsBeingSent(t *testing.T) {
	o := newOffice(t)
	o.subscribe(o.rep, "/push")
	o.prefer(o.rep, func(p *notify.Preferences) { p.Channels = map[string][]notify.Channel{"due": {notify.Push}} })
	pause := make(chan struct{})
	o.hook.mu.Lock()
	o.hook.pauses = pause
	o.hook.mu.Unlock()
	o.d.Start()
	o.tell(due(o.rep, "1", "x"))
	for o.count(`SELECT COUNT(*) FROM delivery WHERE lease IS NOT NULL`) == 0 {
		time.Sleep(20 * time.Millisecond)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- o.d.Stop(context.Background()) }()
	select {
	case <-stopped:
		t.Error("it stopped with a push in hand")
	case <-time.After(200 * time.Millisecond):
	}
	close(pause)
	o.Must(<-stopped)
	expect(t, "sent", o.count(`SELECT COUNT(*) FROM delivery WHERE state = 'sent'`), 1)
}
