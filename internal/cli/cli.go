// Package cli is the door for whoever runs the machine: one program whose commands work with the server running or not.
// With SQLite the data folder belongs to one process, so when the server has it, a command is handed over to the server
// through a socket in that folder and runs there, with the files, input and output of the one who typed it (remote.go).
// A command cannot tell the difference: it is a function of its Env.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"genjin/internal/config"
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
	nothing needs = iota // it opens by itself what it needs
	data                 // env.App, in this process or in the server
)

// command is one command.
type command struct {
	name  string // one word, or two
	args  string // what follows the name, for the help
	help  i18n.Text
	needs needs
	// prepare adds the command's own flags and gives what it does once they are parsed.
	prepare func(fs *flag.FlagSet, lang i18n.Lang) func(ctx context.Context, env *Env) error
}

// commands gives all of them in the order of the help.
func commands() []command {
	return []command{
		serveCommand(), importCommand(), exportCommand(), userCreateCommand(), userListCommand(), userPasswordCommand(), userDisableCommand(),
		userEnableCommand(), tokenCreateCommand(), backupCommand(), restoreCommand(), checkCommand(), migrateCommand(),
		demoCommand(), openAPICommand(), versionCommand(),
	}
}

// find gives the command that args begin with and what follows it; serve when they name none. Nil when there is no such
// command.
func find(args []string) (cmd *command, rest []string) {
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

// call is a command with its flags parsed.
type call struct {
	run     func(ctx context.Context, env *Env) error
	sources *config.Sources
	helped  bool // it asked for help, and got it
}

// parse reads the flags, which may stand before, between and behind the other arguments; those go to env.Args.
func (c *command) parse(args []string, env *Env) (*call, error) {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	run := c.prepare(fs, env.Lang)
	sources := config.Flags(fs, c.name == "serve", env.Lang)
	for {
		err := fs.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			c.usage(env, fs)
			return &call{helped: true}, nil
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "cli.flag", "reason", err, "command", c.name)
		}
		if fs.NArg() == 0 {
			return &call{run: run, sources: sources}, nil
		}
		env.Args = append(env.Args, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// usage writes the help of one command.
func (c *command) usage(env *Env, fs *flag.FlagSet) {
	fmt.Fprintf(env.Stdout, "genjin %s\n\n%s\n\n", strings.TrimSpace(c.name+" "+c.args), c.help.In(env.Lang))
	fs.VisitAll(func(f *flag.Flag) {
		value := ""
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			value = " (" + f.DefValue + ")"
		}
		fmt.Fprintf(env.Stdout, "  --%-18s %s%s\n", f.Name, f.Usage, value)
	})
}

// unknown writes the list of commands: as an answer to who asked for help, else as an error.
func unknown(env *Env, args []string) error {
	if !asksHelp(args[0]) {
		return errs.New(errs.Invalid, "cli.unknown", "command", strings.Join(args[:min(2, len(args))], " "))
	}
	fmt.Fprintf(env.Stdout, "%s\n\n", env.message("cli.usage"))
	for _, c := range commands() {
		fmt.Fprintf(env.Stdout, "  %-40s %s\n", strings.TrimSpace(c.name+" "+c.args), c.help.In(env.Lang))
	}
	fmt.Fprintf(env.Stdout, "\n%s\n", env.message("cli.more_help"))
	return nil
}
