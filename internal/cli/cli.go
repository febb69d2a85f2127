// Package cli is the door for whoever runs the machine: one program whose commands work with the server running or not.
// With SQLite the data folder belongs to one process, so when the server has it, a command is handed over to the server
// through a socket in that folder and runs there, with the files, input and output of the one who typed it (remote.go).
// A command cannot tell the difference: it is a function of its Env.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// Exit statuses.
const (
	OK      = 0
	Failed  = 1
	Partial = 2 // an import that refused some rows
)

// errPartial is what a command gives that did its work but not for everything. What it left out it has said.
var errPartial = errors.New("cli: done in part")

// Process is what the program gets from whoever started it.
type Process struct {
	Args    []string // without the program's name
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Lookup  func(name string) (string, bool) // environment variables
	Version string
}

// Main runs the command that p asks for and gives the exit status. The end of ctx cancels it.
func Main(ctx context.Context, p Process) int {
	env := &Env{Lang: language(p.Lookup), Version: p.Version, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, files: localFiles{}}
	env.byUser = func(context.Context) bool { return true }
	return env.status(start(ctx, p, env))
}

// start finds the command and runs it here or where the data is.
func start(ctx context.Context, p Process, env *Env) error {
	cmd, rest := find(p.Args)
	if cmd == nil {
		return unknown(env, p.Args)
	}
	call, err := cmd.parse(rest, env)
	if err != nil || call.helped {
		return err
	}
	if cmd.needs == nothing {
		return call.run(ctx, env)
	}
	if env.Config, err = call.sources.Load(p.Lookup); err != nil {
		return err
	}
	if cmd.needs != data {
		return call.run(ctx, env)
	}
	return runWithData(ctx, p, env, call)
}

// language is that of the terminal: Chinese when it says so, else English.
func language(lookup func(string) (string, bool)) i18n.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, ok := lookup(name); ok && v != "" {
			if strings.HasPrefix(strings.ToLower(v), "zh") {
				return i18n.ZH
			}
			return i18n.EN
		}
	}
	return i18n.EN
}

// needs says what a command works on.
type needs int

const (
	nothing  needs = iota // not even the settings
	settings              // env.Config; it opens by itself what it needs
	data                  // env.App, in this process or in the server
)

// run is what a command does.
type run func(ctx context.Context, env *Env) error

// command is one command.
type command struct {
	name  string    // one word, or two
	args  i18n.Text // what follows the name; nothing may when empty
	help  i18n.Text
	needs needs
	// run is what a command without flags of its own does; with adds those of another and says what it does with them.
	run  run
	with func(f flags) run
}

// commands gives all of them in the order of the help.
func commands() []command {
	return []command{
		serveCommand(), importCommand(), exportCommand(), userCreateCommand(), userListCommand(), userPasswordCommand(), userDisableCommand(),
		userEnableCommand(), userLinkCommand(), userResetFactorsCommand(), tokenCreateCommand(), keyRotateCommand(), backupCommand(), restoreCommand(), checkCommand(), migrateCommand(),
		demoCommand(), openAPICommand(), versionCommand(),
	}
}

// find gives the command that args begin with and what follows it; serve when they name none. Nil when there is no such
// command.
func find(args []string) (cmd *command, rest []string) {
	if len(args) > 1 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	if len(args) == 0 || (strings.HasPrefix(args[0], "-") && !asksHelp(args[0])) {
		args = append([]string{"serve"}, args...)
	}
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return &c, args[len(words):]
		}
	}
	return nil, args
}

func asksHelp(arg string) bool {
	return arg == "help" || arg == "-h" || arg == "--help" || arg == "-help"
}

// unknown writes the list of commands: as an answer to who asked for help, else as an error.
func unknown(env *Env, args []string) error {
	if !asksHelp(args[0]) {
		return noSuchCommand(args)
	}
	fmt.Fprintf(env.Stdout, "%s\n\n", env.message("cli.usage"))
	for _, c := range commands() {
		fmt.Fprintf(env.Stdout, "  %s %s\n", pad(c.line(env.Lang), 40), c.help.In(env.Lang))
	}
	fmt.Fprintf(env.Stdout, "\n%s\n", env.message("cli.more_help"))
	return nil
}

// noSuchCommand names the commands that begin as what was typed does.
func noSuchCommand(args []string) error {
	typed := strings.Join(args[:min(2, len(args))], " ")
	var like []string
	for _, c := range commands() {
		if strings.HasPrefix(c.name, args[0]+" ") {
			like = append(like, c.name)
		}
	}
	if like == nil {
		return errs.New(errs.Invalid, "cli.unknown", "command", typed)
	}
	return errs.New(errs.Invalid, "cli.unknown_of", "command", typed, "commands", strings.Join(like, ", "))
}

// line gives how the command is typed, its flags aside.
func (c *command) line(lang i18n.Lang) string {
	return strings.TrimSpace(c.name + " " + c.args.In(lang))
}
