package matrix

import (
	"bytes"
	"cmp"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"genjin/internal/app"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/config"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/sqldb"
)

// began is where the clock stands when the company is set up; now, when the cases run.
var (
	began = time.Date(2025, 3, 10, 2, 0, 0, 0, time.UTC)
	zone  = time.FixedZone("Asia/Shanghai", 8*60*60)
)

// world is an installation with a small company in it.
type world struct {
	t     testing.TB
	app   *app.App
	clock *clock.Fake
	log   *errorLog
	state *state
	dir   string
	db    string // address of a PostgreSQL database; "" for SQLite in dir

	company
	facts
	gen  values
	told told
	sms  *smsGateway

	bySubject map[*subject][]trial
	missing   map[string]string // answers to requests for what never was, by request
}

// full says that every case is wanted and not a sample.
func full() bool { return os.Getenv("GENJIN_MATRIX") == "full" }

func seed() uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv("GENJIN_MATRIX_SEED"), "1"), 10, 64)
	if err != nil {
		panic("matrix: GENJIN_MATRIX_SEED is no number")
	}
	return n
}

// newWorld makes an installation, its company, and the copy to which it returns after each case that wrote.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewFake(began), log: &errorLog{}, missing: map[string]string{}}
	o := dbtest.Options(t)
	w.dir, w.db = o.Dir, o.URL
	if w.dir == "" {
		w.dir = t.TempDir()
	}
	w.app = w.open()
	t.Cleanup(func() {
		if err := w.app.Close(); err != nil {
			t.Error(err)
		}
	})
	w.company = w.found()
	w.learn()
	w.tell()
	w.connect()
	w.gen.later = true
	w.state = newState(w)
	return w
}

// open opens the installation; on PostgreSQL it can be opened more than once, as replicas do.
func (w *world) open() *app.App {
	w.t.Helper()
	a, err := app.Open(w.t.Context(), app.Options{
		Config:  &config.Config{Data: w.dir, DB: config.Secret(w.db), UnsafeDB: true, Zone: zone, PublicURL: "https://crm.example.com", OutboundHosts: []string{"localhost"}},
		Version: "matrix", Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Clock: w.clock, Cost: auth.Cost{Memory: 64, Passes: 1},
	})
	w.must(err)
	return a
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// defs gives the definitions of the entities, with the company's own fields.
func (w *world) defs() []*entity.Def { return w.app.Store.Schema().Defs() }

func (w *world) def(name string) *entity.Def { return w.app.Store.Schema().Def(name) }

// errorLog keeps what the program logged last, for answers that say no more than “internal”.
type errorLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write keeps a line.
func (l *errorLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b.Len() > 64<<10 {
		l.b.Reset()
	}
	return l.b.Write(p)
}

func (l *errorLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.b.Reset()
	return l.b.String()
}

// forget makes the program ask the database anew who people are and which fields there are.
func (w *world) forget() error {
	ctx := w.t.Context()
	if err := w.app.DB.Write(ctx, func(tx *sqldb.Tx) error { return w.app.Actors.Changed(ctx, tx) }); err != nil {
		return err
	}
	if err := w.app.Actors.Calendars.Refresh(ctx, w.app.Store); err != nil {
		return err
	}
	return w.app.Store.RefreshSchema(ctx)
}

// stopAtFirst says that one finding is enough: a hole was made on purpose.
func stopAtFirst() bool { return os.Getenv("GENJIN_PLANTED") != "" }
