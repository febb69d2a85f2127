package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"genjin/internal/app"
	"genjin/internal/config"
	"genjin/internal/i18n"
)

func serveCommand() command {
	return command{
		name: "serve", needs: settings,
		help: i18n.T("启动服务（默认命令）", "start the server (the default)"),
		run:  serve,
	}
}

// serve runs the server until ctx ends.
func serve(ctx context.Context, env *Env) error {
	log := newLog(env)
	a, err := app.Open(ctx, app.Options{Config: env.Config, Version: env.Version, Log: log})
	if err != nil {
		return err
	}
	defer func() {
		if err := a.Close(); err != nil {
			log.Error("closing", "error", err)
		}
	}()
	if env.Config.DB == "" {
		commands, stop := context.WithCancel(ctx)
		wait, err := takeCommands(commands, a)
		if err != nil {
			log.Warn("commands cannot reach the server", "error", err)
		} else {
			defer wait()
		}
		defer stop()
	}
	return a.Serve(ctx, func(addr net.Addr) {
		fmt.Fprintln(env.Stdout, env.message("cli.serving", "url", address(env.Config, addr)))
	})
}

// address gives the address to type into a browser.
func address(c *config.Config, addr net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// newLog writes to the standard error, as text or JSON.
func newLog(env *Env) *slog.Logger {
	o := &slog.HandlerOptions{Level: env.Config.LogLevel}
	if env.Config.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(env.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(env.Stderr, o))
}
