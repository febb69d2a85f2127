package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"genjin/internal/app"
	"genjin/internal/archive"
	"genjin/internal/check"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

var fileArg = i18n.T("文件", "FILE")

func migrateCommand() command {
	return command{
		name: "migrate", needs: data,
		help: i18n.T("升级数据库结构（启动服务时也会自动进行）", "bring the database up to date (starting the server does so, too)"),
		run: func(ctx context.Context, env *Env) error { // opening the installation has migrated it
			steps, err := migrations.Applied(ctx, env.App.DB)
			if err == nil {
				env.Say("cli.migrated", "steps", len(steps))
			}
			return err
		},
	}
}

func checkCommand() command {
	return command{
		name: "check", needs: data,
		help: i18n.T("检查数据库、附件与索引是否完好", "check that database, attachments and search index are whole"),
		run: func(ctx context.Context, env *Env) error {
			bad := false
			err := check.Run(ctx, env.App.DB, env.App.Store.Registry().Defs(), env.App.Files, func(r check.Result) {
				bad = bad || !r.OK()
				fmt.Fprintln(env.Stdout, r.Message(env.Lang))
			})
			if err == nil && bad {
				err = errs.New(errs.Conflict, "check.bad")
			}
			return err
		},
	}
}

func backupCommand() command {
	return command{
		name: "backup", args: fileArg, needs: data,
		help: i18n.T("将全部数据与附件备份到一个文件（服务运行时也可以）", "save all data and attachments to one file, also while the server runs"),
		run:  backup,
	}
}

func backup(ctx context.Context, env *Env) error {
	name, err := env.arg(fileArg)
	if err != nil {
		return err
	}
	out, err := env.Create(name)
	if err != nil {
		return err
	}
	defer out.Abort()
	m, err := archive.Write(ctx, out, env.App.DB, env.App.Files, env.Version)
	if err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return errs.New(errs.Invalid, "cli.write", "file", name, "reason", err)
	}
	fmt.Fprintln(env.Stderr, env.message("cli.saved", "file", name, "rows", m.Rows(), "files", len(m.Files), "digest", m.Digest))
	return nil
}

func restoreCommand() command {
	return command{
		name: "restore", args: fileArg, needs: settings,
		help: i18n.T("用备份替换现有数据；须先停止服务，原有数据会另行保留",
			"replace what is there by a backup; stop the server first. What was there is kept aside"),
		run: restore,
	}
}

func restore(ctx context.Context, env *Env) (err error) {
	name, err := env.arg(fileArg)
	if err != nil {
		return err
	}
	f, err := os.Open(name) // not env.Open: it is read from any place
	if err != nil {
		return errs.New(errs.Invalid, "cli.read", "file", name, "reason", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	a, err := archive.Open(ctx, f, info.Size())
	if err != nil {
		return err
	}
	store, err := files.Open(filepath.Join(env.Config.Data, "files"), clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	to := archive.Target{
		Dir: env.Config.Data, URL: string(env.Config.DB), Unsafe: env.Config.UnsafeDB,
		Now: clock.System{}.Now(),
	}
	kept, err := a.Restore(ctx, to, store, completed)
	if err != nil {
		return err
	}
	env.Say("cli.restored", "made", a.Manifest.MadeAt.In(env.Config.Zone).Format(time.DateTime), "rows", a.Manifest.Rows(),
		"files", len(a.Manifest.Files), "digest", a.Manifest.Digest)
	if kept != "" {
		env.Say("cli.kept", "kept", kept)
	}
	return nil
}

// completed brings restored rows to what this program works with.
func completed(ctx context.Context, db *sqldb.DB) error {
	if err := migrations.Run(ctx, db); err != nil {
		return err
	}
	reg, _ := app.Registry()
	return check.RebuildSearch(ctx, db, reg.Defs())
}
