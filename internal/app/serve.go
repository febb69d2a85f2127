package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"genjin/internal/errs"
)

// Limits of connections. Requests have limits of their own, since uploads may take long.
const (
	headerTime  = 10 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 64 << 10
)

// shutdownTime is how long requests may go on after the program was told to stop.
const shutdownTime = 20 * time.Second

// Serve answers requests and does jobs until ctx ends. Then it takes no more connections, lets the requests under way
// finish, hands unfinished jobs back, and returns. Started is called once the address can be reached.
func (a *App) Serve(ctx context.Context, started func(net.Addr)) error {
	l, err := listen(ctx, a.Config.Addr)
	if err != nil {
		return err
	}
	servers := []*http.Server{a.server(a.API)}
	listeners := []net.Listener{l}
	if a.Config.MetricsAddr != "" {
		m, err := listen(ctx, a.Config.MetricsAddr)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		servers, listeners = append(servers, a.server(a.API.Metrics())), append(listeners, m)
	}
	servers[0].TLSConfig = a.Config.TLS
	if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	a.Deliver.Start()
	go a.sweeper().Run(ctx)
	a.serving.Store(true)
	go a.keepFresh(ctx)
	failed := make(chan error, len(servers))
	for i, s := range servers {
		go func() { failed <- serve(s, listeners[i]) }()
	}
	a.warnOpenDoor(l.Addr())
	started(l.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, a.stop(servers))
}

// fresh is how often this process looks whether another one changed the company's own fields and choices, or its working
// time.
const fresh = time.Second

// keepFresh has changes of the company's own fields and choices, and of its working time, take effect here, wherever they
// were made.
func (a *App) keepFresh(ctx context.Context) {
	tick := time.NewTicker(fresh)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := a.Store.RefreshSchema(ctx); err != nil && ctx.Err() == nil {
				a.Log.Warn("fields cannot be read", "error", err)
			}
			if err := a.Actors.Calendars.Refresh(ctx, a.Store); err != nil && ctx.Err() == nil {
				a.Log.Warn("working time cannot be read", "error", err)
			}
		}
	}
}

func closeAll(listeners []net.Listener) (err error) {
	for _, l := range listeners {
		err = errors.Join(err, l.Close())
	}
	return err
}

// listen takes an address; the error says which one cannot be had.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "app.listen", "addr", addr, "reason", err)
	}
	return l, nil
}

func (a *App) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
}

func serve(s *http.Server, l net.Listener) error {
	if s.TLSConfig != nil {
		return s.ServeTLS(l, "", "")
	}
	return s.Serve(l)
}

// warnOpenDoor says that passwords can be read on the way when others reach the program without TLS.
func (a *App) warnOpenDoor(addr net.Addr) {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && !tcp.IP.IsLoopback() && a.Config.TLS == nil && len(a.Config.TrustedProxies) == 0 {
		a.Log.Warn("others on the network reach this address without encryption: set tls_cert and tls_key, or put a proxy before it",
			"addr", addr.String())
	}
}

var errStopping = errors.New("app: stopping")

// ready says that the program is about to stop, so that nobody sends it more requests.
func (a *App) ready(context.Context) error {
	if a.stopping.Load() {
		return errStopping
	}
	return nil
}

// stop ends requests and jobs in time.
func (a *App) stop(servers []*http.Server) error {
	a.stopping.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	ended := make(chan error, len(servers)+2)
	go func() { ended <- a.Jobs.Stop(ctx) }()
	go func() { ended <- a.Deliver.Stop(ctx) }() // with the streams that are open, which no request ends by itself
	for _, s := range servers {
		go func() {
			err := s.Shutdown(ctx)
			if err != nil {
				err = errors.Join(err, s.Close()) // their clients get no answer
			}
			ended <- err
		}()
	}
	var err error
	for range len(servers) + 2 {
		err = errors.Join(err, <-ended)
	}
	return err
}
