package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"

	"genjin/internal/access"
	"genjin/internal/config"
	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// flags are those of a command, described in the language of the terminal.
type flags struct {
	*flag.FlagSet
	lang i18n.Lang
}

func (f flags) text(p *string, name, preset, zh, en string) {
	f.StringVar(p, name, preset, i18n.T(zh, en).In(f.lang))
}

func (f flags) number(p *int, name string, preset int, zh, en string) {
	f.IntVar(p, name, preset, i18n.T(zh, en).In(f.lang))
}

func (f flags) yes(p *bool, name, zh, en string) {
	f.BoolVar(p, name, false, i18n.T(zh, en).In(f.lang))
}

// as adds the flag that says for whom a command acts, and lets it have them with what they may do.
func (f flags) as(do func(ctx context.Context, env *Env, actor *access.Actor) error) run {
	var login string
	f.text(&login, "as", "", "以哪个用户的身份（登录名）", "the user on whose behalf it is done (login)")
	return func(ctx context.Context, env *Env) error {
		actor, err := actorOf(ctx, env, login)
		if err != nil {
			return err
		}
		return do(ctx, env, actor)
	}
}

const maxPasswordLine = 4 << 10

// password adds the flag by which a password comes on the standard input, one line, and lets the command have it.
func (f flags) password(do func(ctx context.Context, env *Env, password string) error) run {
	var stdin bool
	f.yes(&stdin, "password-stdin", "从标准输入读取密码", "read the password from the standard input")
	return func(ctx context.Context, env *Env) error {
		if !stdin {
			return errs.New(errs.Invalid, "cli.password_stdin")
		}
		line, err := bufio.NewReader(io.LimitReader(env.Stdin, maxPasswordLine)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		return do(ctx, env, strings.TrimRight(line, "\r\n"))
	}
}

// call is a command with its flags parsed.
type call struct {
	run     run
	sources *config.Sources
	helped  bool // it asked for help, and got it
}

// parse reads the flags, which may stand before, between and behind the other arguments; those go to env.Args.
func (c *command) parse(args []string, env *Env) (*call, error) {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	do := c.run
	if c.with != nil {
		do = c.with(flags{fs, env.Lang})
	}
	sources := config.Flags(fs, c.name == "serve", env.Lang)
	for {
		err := fs.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			c.usage(env, fs)
			return &call{helped: true}, nil
		}
		if err != nil {
			return nil, c.misused(err)
		}
		if fs.NArg() == 0 {
			return &call{run: do, sources: sources}, nil
		}
		env.Args = append(env.Args, fs.Arg(0))
		if c.args.EN == "" {
			return nil, errs.New(errs.Invalid, "cli.too_many", "argument", fs.Arg(0))
		}
		args = fs.Args()[1:]
	}
}

// What package flag says of flags it cannot read.
var (
	noSuchFlag = regexp.MustCompile(`^flag provided but not defined: --?(.*)$`)
	noValue    = regexp.MustCompile(`^flag needs an argument: --?(.*)$`)
	badValue   = regexp.MustCompile(`(?s)^invalid (?:boolean )?value "(.*)" for (?:flag )?-(\S+): `)
)

// misused says what is wrong with the flags.
func (c *command) misused(err error) error {
	said := err.Error()
	if m := noSuchFlag.FindStringSubmatch(said); m != nil {
		return errs.New(errs.Invalid, "cli.flag_unknown", "flag", dashed(m[1]), "command", c.name)
	}
	if m := noValue.FindStringSubmatch(said); m != nil {
		return errs.New(errs.Invalid, "cli.flag_empty", "flag", dashed(m[1]))
	}
	if m := badValue.FindStringSubmatch(said); m != nil {
		return wrongFlag(m[2], m[1])
	}
	return errs.New(errs.Invalid, "cli.flag", "reason", said, "command", c.name)
}

// wrongFlag says that a flag cannot have a value.
func wrongFlag(name string, value any) error {
	return errs.New(errs.Invalid, "cli.flag_value", "flag", dashed(name), "value", value)
}

// oneOf refuses a value of a flag that is not among the choices.
func oneOf(name, value string, choices ...string) error {
	for _, c := range choices {
		if value == c {
			return nil
		}
	}
	may := errs.New(errs.Invalid, "config.one_of", "choices", strings.Join(choices, ", "))
	return errs.New(errs.Invalid, "config.wrong", "place", dashed(name), "value", value, "reason", may)
}

// dashed gives a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// usage writes the help of one command.
func (c *command) usage(env *Env, fs *flag.FlagSet) {
	fmt.Fprintf(env.Stdout, "genjin %s\n\n%s\n\n", c.line(env.Lang), c.help.In(env.Lang))
	fs.VisitAll(func(f *flag.Flag) {
		value := ""
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			value = " (" + f.DefValue + ")"
		}
		fmt.Fprintf(env.Stdout, "  %-20s %s%s\n", dashed(f.Name), f.Usage, value)
	})
}
