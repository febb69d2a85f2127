package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/job"
	"genjin/internal/record"
)

func importCommand() command {
	return command{
		name: "import", args: fileArg, needs: data,
		help: i18n.T("导入表格；退出码 0 全部导入，2 有行被拒绝，1 失败", "import a table; exit status 0 all rows, 2 some refused, 1 failed"),
		with: func(f flags) run {
			var o importOptions
			f.text(&o.into, "into", "customer", "导入为哪种对象", "what the rows become")
			f.text(&o.sheet, "sheet", "", "工作表名称；默认自动选择", "name of the sheet; chosen by itself by default")
			f.text(&o.duplicates, "duplicates", "", "遇到已有记录：skip、fill、overwrite 或 create", "records that are there: skip, fill, overwrite or create")
			f.text(&o.refused, "refused", "", "将被拒绝的行写入此 xlsx 文件", "write refused rows to this xlsx file")
			f.yes(&o.dryRun, "dry-run", "只检查，不写入", "check only, write nothing")
			f.yes(&o.json, "json", "以 JSON 输出结果", "say the result as JSON")
			return f.as(o.run)
		},
	}
}

type importOptions struct {
	into, sheet, duplicates, refused string
	dryRun, json                     bool
}

func (o *importOptions) run(ctx context.Context, env *Env, actor *access.Actor) error {
	imp, err := o.start(ctx, env, actor)
	if err != nil {
		return err
	}
	kind := importer.RunJob
	if o.dryRun {
		kind = importer.CheckJob
	}
	err = env.App.Store.Write(ctx, actor, audit.Import, func(s *record.Session) (err error) {
		imp, err = env.App.Importer.Order(ctx, s, imp.ID, kind, nil)
		return err
	})
	if err != nil {
		return err
	}
	status, err := o.await(ctx, env, actor, imp)
	if err != nil {
		return err
	}
	whole := context.WithoutCancel(ctx)
	if imp, err = env.App.Importer.Get(whole, actor, imp.ID); err != nil {
		return err
	}
	switch {
	case status.State == job.Cancelled || imp.State == importer.Cancelled:
		return context.Canceled
	case status.Err != nil:
		return status.Err
	}
	return o.report(whole, env, actor, imp)
}

// start takes the file in and chooses what of it is imported.
func (o *importOptions) start(ctx context.Context, env *Env, actor *access.Actor) (*importer.Import, error) {
	name, err := env.arg(fileArg)
	if err != nil {
		return nil, err
	}
	if err := o.check(env, actor); err != nil {
		return nil, err
	}
	f, err := env.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	imp, err := env.App.Importer.Start(ctx, actor, o.into, filepath.Base(name), f)
	if err != nil {
		return nil, err
	}
	var change importer.Change
	if o.sheet != "" {
		if change.Sheets, err = only(imp, o.sheet); err != nil {
			return nil, err
		}
	}
	if o.duplicates != "" {
		options := imp.Options
		options.Duplicates = o.duplicates
		change.Options = &options
	}
	if change.Sheets == nil && change.Options == nil {
		return imp, nil
	}
	return env.App.Importer.Change(ctx, actor, imp.ID, change)
}

// check refuses what the flags cannot mean, before anything is read.
func (o *importOptions) check(env *Env, actor *access.Actor) error {
	if o.duplicates != "" {
		if err := oneOf("duplicates", o.duplicates, importer.Skip, importer.Fill, importer.Overwrite, importer.Create); err != nil {
			return err
		}
	}
	return entityNamed(env, actor, access.Import, o.into)
}

// only lets the sheet called name take part, and no other.
func only(imp *importer.Import, name string) (changes []importer.SheetChange, err error) {
	var names []string
	found := false
	for _, sh := range imp.Sheets {
		include := sh.Name == name
		found = found || include
		changes = append(changes, importer.SheetChange{Index: sh.Index, Include: &include})
		names = append(names, sh.Name)
	}
	if !found {
		return nil, errs.New(errs.Invalid, "cli.no_sheet", "sheet", name, "sheets", strings.Join(names, ", "))
	}
	return changes, nil
}

// await waits for the job. A user who wants to stop has what was written taken back; a server that stops leaves the job
// to its next start.
func (o *importOptions) await(ctx context.Context, env *Env, actor *access.Actor, imp *importer.Import) (*job.Status, error) {
	waiting, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() {
		if !env.byUser(ctx) {
			stop()
			return
		}
		err := env.App.Store.Write(waiting, actor, audit.Import, func(s *record.Session) error {
			_, err := env.App.Importer.Cancel(waiting, s, imp.ID)
			return err
		})
		if err != nil && !errs.Is(err, errs.Conflict) { // it has just ended
			stop()
		}
	})()
	shown := id.ID(-1)
	return env.App.Await(waiting, imp.Job, func(s *job.Status) {
		if percent := id.ID(s.Done * 100 / max(s.Total, 1)); !o.json && percent != shown && s.Total > 0 {
			fmt.Fprintf(env.Stderr, "\r%d%%", percent)
			shown = percent
		}
	})
}

// mostProblems is how many problems are said; the file of refused rows has all.
const mostProblems = 50

func (o *importOptions) report(ctx context.Context, env *Env, actor *access.Actor, imp *importer.Import) error {
	problems, _, err := env.App.Importer.Problems(ctx, actor, imp.ID, "", 0, mostProblems)
	if err != nil {
		return err
	}
	if o.json {
		said, err := reportOf(ctx, env.App.Importer, actor, imp, problems)
		if err != nil {
			return err
		}
		e := json.NewEncoder(env.Stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(said); err != nil {
			return err
		}
	} else {
		sayImport(env, imp, problems)
	}
	if imp.Result.Refused == 0 {
		return nil
	}
	if o.refused != "" {
		if err := o.writeRefused(ctx, env, actor, imp); err != nil {
			return err
		}
	}
	return errPartial
}

func sayImport(env *Env, imp *importer.Import, problems []importer.Problem) {
	fmt.Fprint(env.Stderr, "\r")
	for _, p := range problems {
		fmt.Fprintln(env.Stderr, env.message("cli.problem", "sheet", p.Sheet, "row", p.Row, "column", p.Column, "value", p.Value, "reason", p.Reason))
	}
	r := imp.Result
	key := "cli.imported"
	if imp.State == importer.Checked {
		key = "cli.checked"
	}
	env.Say(key, "rows", r.Rows, "created", r.Created, "updated", r.Updated, "skipped", r.Skipped, "refused", r.Refused)
}

func (o *importOptions) writeRefused(ctx context.Context, env *Env, actor *access.Actor, imp *importer.Import) error {
	out, err := env.Create(o.refused)
	if err != nil {
		return err
	}
	defer out.Abort()
	if err := env.App.Importer.WriteRefused(ctx, actor, imp.ID, out); err != nil {
		return err
	}
	return out.Commit()
}
