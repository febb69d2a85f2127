// Command genjin is the whole product: server, page and tools.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"genjin/internal/cli"
)

var version = "dev" // set when a release is linked

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(cli.Main(ctx, cli.Process{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: os.LookupEnv, Version: version,
	}))
}
