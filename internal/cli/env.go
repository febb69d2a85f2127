package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"genjin/internal/app"
	"genjin/internal/config"
	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// Env is what a command has: its arguments, the installation, and the terminal and files of whoever typed it, wherever
// it runs.
type Env struct {
	App     *app.App // for commands that need data
	Config  *config.Config
	Args    []string // without flags
	Lang    i18n.Lang
	Version string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	files   userFiles
	// byUser says of a context that has ended whether the user wanted it to, and not the server that is stopping.
	byUser func(ctx context.Context) bool
}

// userFiles reads and writes files of the user who typed the command.
type userFiles interface {
	open(name string) (io.ReadCloser, error)
	create(name string) (Output, error)
}

// Output is a file that appears under its name only once it is whole.
type Output interface {
	io.Writer
	// Commit gives the file its name.
	Commit() error
	// Abort leaves nothing behind; after Commit it does nothing.
	Abort()
}

// Open opens a file of the user's for reading; "-" is the standard input.
func (env *Env) Open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(env.Stdin), nil
	}
	f, err := env.files.open(name)
	if err != nil {
		return nil, errs.New(errs.Invalid, "cli.read", "file", name, "reason", err)
	}
	return f, nil
}

// Create begins a file of the user's. One of that name is replaced when the new one is committed. "-" is the standard
// output.
func (env *Env) Create(name string) (Output, error) {
	if name == "-" {
		return toStdout{env.Stdout}, nil
	}
	f, err := env.files.create(name)
	if err != nil {
		return nil, errs.New(errs.Invalid, "cli.write", "file", name, "reason", err)
	}
	return f, nil
}

// message gives a sentence in the terminal's language.
func (env *Env) message(key string, pairs ...any) string {
	return errs.New(errs.Invalid, key, pairs...).Message(env.Lang)
}

// Say writes a sentence.
func (env *Env) Say(key string, pairs ...any) {
	fmt.Fprintln(env.Stdout, env.message(key, pairs...))
}

// missingFlag says that a flag, and what it is to say, must be there.
func missingFlag(name string, what i18n.Text) error {
	return errs.New(errs.Invalid, "cli.missing", "what", i18n.T(dashed(name)+" "+what.ZH, dashed(name)+" "+what.EN))
}

// arg gives the one argument; what says what it is if it is missing.
func (env *Env) arg(what i18n.Text) (string, error) {
	switch len(env.Args) {
	case 0:
		return "", errs.New(errs.Invalid, "cli.missing", "what", what)
	case 1:
		return env.Args[0], nil
	}
	return "", errs.New(errs.Invalid, "cli.too_many", "argument", env.Args[1])
}

// status says what is wrong and gives the exit status of an error.
func (env *Env) status(err error) int {
	if there, ok := errors.AsType[errStatus](err); ok {
		return int(there)
	}
	switch {
	case err == nil:
		return OK
	case errors.Is(err, errPartial):
		return Partial
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(env.Stderr, env.message("cli.cancelled"))
	default:
		fmt.Fprintln(env.Stderr, env.explain(err))
	}
	return Failed
}

// explain gives what a user can make of an error, in their language.
func (env *Env) explain(err error) string {
	e, ok := errs.As(err)
	if !ok {
		return err.Error() // whoever has the machine may see it as it is
	}
	var lines []string
	if e.Key != "" || len(e.Fields) == 0 {
		lines = append(lines, e.Message(env.Lang))
	}
	for _, f := range e.Fields {
		lines = append(lines, strings.TrimPrefix(f.Name+": "+f.Message(env.Lang), ": "))
	}
	return strings.Join(lines, "\n")
}

// localFiles are files of this process.
type localFiles struct{}

func (localFiles) open(name string) (io.ReadCloser, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, syscall.EISDIR // which only reading would tell
	}
	return os.Open(name)
}

func (localFiles) create(name string) (Output, error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".genjin-*")
	if err != nil {
		return nil, err
	}
	return &localOutput{File: f, name: name}, nil
}

// localOutput is a file under another name until it is whole. Only its owner may read it: it may hold customers' data.
type localOutput struct {
	*os.File
	name string
	done bool
}

func (o *localOutput) Commit() error {
	if err := errors.Join(o.Sync(), o.Close()); err != nil {
		return err
	}
	o.done = true
	return os.Rename(o.File.Name(), o.name)
}

func (o *localOutput) Abort() {
	if !o.done {
		o.done = true
		o.Close()
		os.Remove(o.File.Name())
	}
}

type toStdout struct{ io.Writer }

func (toStdout) Commit() error { return nil }
func (toStdout) Abort()        {}
