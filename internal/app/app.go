// Package app puts the program together: it is the one place that knows every part. What main runs and what end-to-end
// tests run is the same.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"genjin/internal/access"
	"genjin/internal/api"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/config"
	"genjin/internal/crm"
	"genjin/internal/dav"
	"genjin/internal/deliver"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/importer"
	"genjin/internal/job"
	"genjin/internal/mail"
	"genjin/internal/migrations"
	"genjin/internal/org"
	"genjin/internal/outbound"
	"genjin/internal/record"
	"genjin/internal/seal"
	"genjin/internal/sms"
	"genjin/internal/sqldb"
	"genjin/internal/webform"
	"genjin/web"
)

// Options say what to open.
type Options struct {
	Config  *config.Config
	Version string // of the program
	Log     *slog.Logger
	Clock   clock.Clock // clock.System when nil
	Cost    auth.Cost   // of passwords; low in tests
}

// App is an opened installation.
type App struct {
	Config  *config.Config
	Version string
	Log     *slog.Logger
	DB      *sqldb.DB
	Store   *record.Store
	Actors  *org.Actors
	Auth    *auth.Service
	Files   *files.Store
	Jobs    *job.Queue
	API     *api.API

	Importer *importer.Importer
	Deliver  *deliver.Service
	SMS      *sms.Service

	ring  *seal.Ring       // seals secrets at rest
	out   *outbound.Client // the way to other servers
	clock clock.Clock

	serving  atomic.Bool // Serve has begun: jobs are done in the background
	stopping atomic.Bool
}

// Registry gives every kind of record, in one list, and the cache of actors that their changes keep true.
func Registry() (*record.Registry, *org.Actors) {
	reg := record.NewRegistry()
	actors := org.Register(reg)
	crm.Register(reg)
	return reg, actors
}

// Open opens the database, brings it up to date and puts everything on it. Nothing runs yet: see Serve. Errors that the
// operator can mend are *errs.Error.
func Open(ctx context.Context, o Options) (_ *App, err error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	a := &App{Config: o.Config, Version: o.Version, Log: o.Log, clock: o.Clock}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	c := o.Config
	a.DB, err = sqldb.Open(ctx, sqldb.Options{Dir: c.Data, URL: string(c.DB), Clock: o.Clock, Unsafe: c.UnsafeDB})
	if err != nil {
		return nil, err
	}
	if err := migrations.Run(ctx, a.DB); err != nil {
		return nil, err
	}
	if a.Files, err = files.Open(filepath.Join(c.Data, "files"), o.Clock); err != nil {
		return nil, errs.New(errs.Unavailable, "sqldb.folder", "dir", c.Data, "reason", err)
	}
	return a, a.assemble(ctx, o)
}

// assemble puts the parts on the database.
func (a *App) assemble(ctx context.Context, o Options) error {
	reg, actors := Registry()
	a.Actors = actors
	a.Store = record.NewStore(a.DB, reg, a.Config.Zone)
	if err := a.Store.Write(ctx, access.System("start"), audit.Rule, func(s *record.Session) error { return org.Seed(ctx, s) }); err != nil {
		return err
	}
	if err := a.Store.RefreshSchema(ctx); err != nil {
		return err
	}
	if err := actors.Calendars.Refresh(ctx, a.Store); err != nil {
		return err
	}
	var err error
	if a.Auth, err = a.signing(ctx, actors, o); err != nil {
		return err
	}
	a.Deliver = a.delivering(o, digest)
	a.SMS = sms.New(a.Store, sms.Options{Seal: a.ring, Outbound: a.out, Log: a.Log})
	a.Jobs = job.New(a.DB, a.Log)
	if err := a.clocks(ctx); err != nil {
		return err
	}
	a.Importer = importer.New(a.Store, a.Files, map[string]importer.Complete{"customer": crm.CompleteCustomer})
	a.work()
	deps, err := a.deps()
	if err != nil {
		return err
	}
	a.API = api.New(deps)
	a.chores()
	return nil
}

// keyFile is where the key lies that seals secrets at rest, unless the configuration gives one. Backups leave it out.
const keyFile = "secret.key"

// signing puts together how people sign in.
func (a *App) signing(ctx context.Context, actors *org.Actors, o Options) (*auth.Service, error) {
	ring, err := seal.Load(filepath.Join(a.Config.Data, keyFile))
	if a.Config.Key != "" {
		ring, err = seal.Given(string(a.Config.Key))
	}
	if err != nil {
		return nil, errs.New(errs.Unavailable, "app.key", "reason", err)
	}
	out := outbound.New(outbound.Options{Hosts: a.Config.OutboundHosts})
	a.ring, a.out = ring, out
	s := auth.New(a.Store, actors, auth.Options{
		Clock: o.Clock, Cost: o.Cost, Proxies: a.Config.TrustedProxies, Seal: ring, Outbound: out, Mail: &mail.Sender{Dial: out.Dial, Now: o.Clock.Now},
		Origin: a.Config.PublicURL, Local: local(a.Config), Log: a.Log,
	})
	lost, err := s.LostSecrets(ctx)
	if lost > 0 {
		a.Log.Warn("secrets were sealed with a key that is not here: second factors by app and settings with passwords have to be set anew", "count", lost)
	}
	return s, err
}

// local is how a browser on this machine reaches the program.
func local(c *config.Config) string {
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return ""
	}
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	return scheme + "://localhost:" + port
}

func (a *App) deps() (api.Deps, error) {
	var failed error
	d := api.Deps{
		Store: a.Store, Actors: a.Actors, Auth: a.Auth, Files: a.Files, Importer: a.Importer, Deliver: a.Deliver, SMS: a.SMS, Version: a.Version, Log: a.Log,
		Demo: orderDemo, Ready: a.ready,
		DAV:   dav.New(dav.Deps{Store: a.Store, Auth: a.Auth, Origin: a.Config.PublicURL, Log: a.Log}),
		Forms: webform.New(webform.Deps{Store: a.Store, Auth: a.Auth, Seal: a.ring, Clock: a.clock, Log: a.Log}),
		Page: func(first func(*http.Request) api.First) http.Handler {
			var h http.Handler
			h, failed = page(first)
			return h
		},
	}
	if a.Config.PublicURL != "" {
		d.Origins = []string{a.Config.PublicURL}
	}
	return d, failed
}

// page serves the web page with what the API answers to its first requests.
func page(first func(*http.Request) api.First) (http.Handler, error) {
	return web.Handler(func(r *http.Request) web.Visit {
		f := first(r)
		return web.Visit{Lang: string(f.Lang), Get: f.Get}
	})
}

// OpenAPI gives the document that describes the API. It needs no installation.
func OpenAPI() []byte {
	reg, actors := Registry()
	store := record.NewStore(nil, reg, time.UTC)
	return api.New(api.Deps{
		Store: store, Actors: actors, Auth: auth.New(store, actors, auth.Options{}), Importer: importer.New(store, nil, nil),
		Deliver: deliver.New(store, actors, deliver.Options{Kinds: noteKinds(reg)}), SMS: sms.New(store, sms.Options{}),
	}).OpenAPI()
}

// Close lets the database and the files go. It may be called on what Open could not finish.
func (a *App) Close() error {
	var err error
	if a.DB != nil {
		err = a.DB.Close()
	}
	if a.Files != nil {
		err = errors.Join(err, a.Files.Close())
	}
	return err
}
