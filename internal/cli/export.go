package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/exporter"
	"genjin/internal/i18n"
	"genjin/internal/record"
	"genjin/internal/savedview"
)

func exportCommand() command {
	return command{
		name: "export", args: "customer|contact|…", needs: data,
		help: i18n.T("导出记录为 xlsx 或 csv", "write records as xlsx or csv"),
		prepare: func(fs *flag.FlagSet, lang i18n.Lang) func(context.Context, *Env) error {
			var o exportOptions
			as := asFlag(fs, lang)
			fs.StringVar(&o.out, "o", "", i18n.T("输出文件；- 为标准输出", "file to write; - is the standard output").In(lang))
			fs.StringVar(&o.format, "format", "", i18n.T("xlsx 或 csv；默认按文件名", "xlsx or csv; by the name of the file by default").In(lang))
			fs.StringVar(&o.view, "view", "", i18n.T("视图名称", "name of a view").In(lang))
			fs.StringVar(&o.filter, "filter", "", i18n.T("筛选条件（JSON）", "filter (JSON)").In(lang))
			fs.StringVar(&o.sort, "sort", "", i18n.T("排序字段，如 -created_at", "fields to sort by, such as -created_at").In(lang))
			fs.StringVar(&o.fields, "fields", "", i18n.T("导出的字段，逗号分隔；默认全部", "fields, separated by commas; all by default").In(lang))
			return func(ctx context.Context, env *Env) error {
				actor, err := actorOf(ctx, env, *as)
				if err != nil {
					return err
				}
				return o.run(ctx, env, actor)
			}
		},
	}
}

type exportOptions struct{ out, format, view, filter, sort, fields string }

func (o exportOptions) run(ctx context.Context, env *Env, actor *access.Actor) error {
	entityName, err := env.arg("customer")
	if err != nil {
		return err
	}
	if o.out == "" {
		return errs.New(errs.Invalid, "cli.missing", "what", "-o FILE")
	}
	order, err := o.order(ctx, env, actor, entityName)
	if err != nil {
		return err
	}
	out, err := env.Create(o.out)
	if err != nil {
		return err
	}
	defer out.Abort()
	rows, err := exporter.Export(ctx, env.App.Store, actor, audit.CLI, order, out)
	if err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	fmt.Fprintln(env.Stderr, env.message("cli.exported", "rows", rows, "file", o.out))
	return nil
}

// order says what is to be exported: a view, changed by what else was given.
func (o exportOptions) order(ctx context.Context, env *Env, actor *access.Actor, entityName string) (order exporter.Order, err error) {
	order.Entity = entityName
	order.Format = exporter.Format(cmp.Or(o.format, strings.TrimPrefix(filepath.Ext(o.out), "."), string(exporter.XLSX)))
	if order.Format != exporter.XLSX && order.Format != exporter.CSV {
		return order, errs.New(errs.Invalid, "config.one_of", "choices", "xlsx, csv")
	}
	var v viewSearch
	if o.view != "" {
		if v, err = viewNamed(ctx, env, actor, entityName, o.view); err != nil {
			return order, err
		}
	}
	order.Query.Sort, order.Query.Text = cmp.Or(o.sort, v.Sort), v.Text
	if o.fields != "" {
		order.Fields = strings.Split(o.fields, ",")
	} else if len(v.Columns) > 0 {
		order.Fields = v.Columns
	}
	filter := cmp.Or(o.filter, string(v.Filter))
	if filter == "" || filter == "null" {
		return order, nil
	}
	order.Query.Filter, err = record.ParseFilter(filter)
	return order, err
}

// viewSearch is what a view asks the list for, as the page saves it.
type viewSearch struct {
	Filter  json.RawMessage `json:"filter"`
	Sort    string          `json:"sort"`
	Columns []string        `json:"columns"`
	Text    string          `json:"q"`
}

// viewNamed finds a view that comes with the entity, by name or label, or one that was saved and the actor sees.
func viewNamed(ctx context.Context, env *Env, actor *access.Actor, entityName, name string) (v viewSearch, err error) {
	var names []string
	err = env.App.Store.Read(ctx, actor, func(s *record.Session) error {
		if def := s.Def(entityName); def != nil {
			for _, built := range def.Views {
				if name == built.Name || name == built.Label.ZH || name == built.Label.EN {
					v = viewSearch{Filter: json.RawMessage(built.Filter), Sort: built.Sort, Columns: built.Columns}
					return nil
				}
				names = append(names, built.Label.In(env.Lang))
			}
		}
		saved, err := savedview.List(ctx, s, "")
		if err != nil {
			return err
		}
		for _, view := range saved {
			if view.Entity == entityName && view.Name == name {
				return json.Unmarshal(view.Search, &v)
			}
			if view.Entity == entityName {
				names = append(names, view.Name)
			}
		}
		return errs.New(errs.Invalid, "cli.no_view", "view", name, "views", strings.Join(names, ", "))
	})
	return v, err
}
