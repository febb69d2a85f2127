package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"time"

	"genjin/internal/app"
	"genjin/internal/errs"
)

const socketName = "genjin.sock"

// socketPath gives the socket in a data folder, in the shorter of its two forms: the system bounds it at about a hundred
// bytes.
func socketPath(dir string) string {
	path := filepath.Join(dir, socketName)
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if relative, err := filepath.Rel(wd, path); err == nil && len(relative) < len(path) {
		return relative
	}
	return path
}

// patience is how long a command waits for a server that is starting, or another command that is about to end.
const patience = 3 * time.Second

// runWithData runs a command where the data is: in the server that has the folder, else here.
func runWithData(ctx context.Context, p Process, env *Env, c *call) error {
	if env.Config.DB != "" {
		return runHere(ctx, env, c)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var busy error
	for end := time.After(patience); ; {
		if conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socketPath(env.Config.Data)); err == nil {
			return runThere(ctx, conn, p, env)
		}
		if busy = runHere(ctx, env, c); !inUse(busy) {
			return busy
		}
		select {
		case <-end:
			return busy
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func inUse(err error) bool {
	e, ok := errs.As(err)
	return ok && e.Key == "sqldb.in_use"
}

// runHere opens the installation for the command.
func runHere(ctx context.Context, env *Env, c *call) (err error) {
	env.App, err = app.Open(ctx, app.Options{Config: env.Config, Version: env.Version, Log: newLog(env)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, env.App.Close()) }()
	return c.run(ctx, env)
}

// errStatus is the exit status of a command that ran in the server, which has said everything.
type errStatus int

func (errStatus) Error() string { return "cli: the command failed in the server" }

func runThere(ctx context.Context, conn net.Conn, p Process, env *Env) error {
	status, err := handOver(ctx, conn, p, env.Lang)
	if err != nil {
		return err
	}
	if status != OK {
		return errStatus(status)
	}
	return nil
}

// takeCommands lets the server of a data folder run commands until ctx ends. The socket is for its owner alone.
func takeCommands(ctx context.Context, a *app.App) (wait func(), err error) {
	path := socketPath(a.Config.Data)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err // the folder is ours: what is there was left behind
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		listen(ctx, l, func(ctx context.Context, args []string, env *Env) error { return runFor(ctx, a, args, env) })
	}()
	return func() { <-done }, nil
}

// runFor runs a command in the server for a client.
func runFor(ctx context.Context, a *app.App, args []string, env *Env) error {
	env.App, env.Config, env.Version = a, a.Config, a.Version
	cmd, rest := find(args)
	if cmd == nil || cmd.needs != data {
		return noSuchCommand(args)
	}
	c, err := cmd.parse(rest, env)
	if err != nil || c.helped {
		return err
	}
	return c.run(ctx, env)
}
