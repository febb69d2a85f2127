package cli

import (
	"cmp"
	"context"
	"encoding/json"
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

var entityArg = i18n.T("customer|contact|…", "customer|contact|…")

func exportCommand() command {
	return command{
		name: "export", args: entityArg, needs: data,
		help: i18n.T("导出记录为 xlsx 或 csv", "write records as xlsx or csv"),
		with: func(f flags) run {
			var o exportOptions
			f.text(&o.out, "o", "", "输出文件；- 为标准输出", "file to write; - is the standard output")
			f.text(&o.format, "format", "", "xlsx 或 csv；默认按文件名，标准输出为 csv", "xlsx or csv; by the name of the file by default, csv to the standard output")
			f.text(&o.view, "view", "", "视图名称", "name of a view")
			f.text(&o.filter, "filter", "", "筛选条件（JSON）", "filter (JSON)")
			f.text(&o.sort, "sort", "", "排序字段，如 -created_at", "fields to sort by, such as -created_at")
			f.text(&o.fields, "fields", "", "导出的字段，逗号分隔；默认全部", "fields, separated by commas; all by default")
			return f.as(o.run)
		},
	}
}

type exportOptions struct{ out, format, view, filter, sort, fields string }

func (o *exportOptions) run(ctx context.Context, env *Env, actor *access.Actor) error {
	entityName, err := env.arg(entityArg)
	if err != nil {
		return err
	}
	if err := entityNamed(env, actor, access.Export, entityName); err != nil {
		return err
	}
	if o.out == "" {
		return missingFlag("o", fileArg)
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
	to := any(o.out)
	if o.out == "-" {
		to = i18n.T("标准输出", "the standard output")
	}
	fmt.Fprintln(env.Stderr, env.message("cli.exported", "rows", rows, "file", to))
	return nil
}

// entityNamed refuses what is no kind of record, and says to which ones the actor may do an action.
func entityNamed(env *Env, actor *access.Actor, action access.Action, name string) error {
	var may []string
	for _, def := range env.App.Store.Registry().Defs() {
		switch {
		case def.Internal:
		case def.Name == name:
			return nil
		case actor.May(def.ModuleName(), action):
			may = append(may, def.Name)
		}
	}
	return errs.New(errs.Invalid, "cli.no_entity", "entity", name, "entities", strings.Join(may, ", "))
}

// order says what is to be exported: a view, changed by what else was given.
func (o *exportOptions) order(ctx context.Context, env *Env, actor *access.Actor, entityName string) (order exporter.Order, err error) {
	order.Entity = entityName
	usual := exporter.XLSX
	if o.out == "-" {
		usual = exporter.CSV
	}
	order.Format = exporter.Format(cmp.Or(o.format, strings.TrimPrefix(filepath.Ext(o.out), "."), string(usual)))
	if err := oneOf("format", string(order.Format), string(exporter.XLSX), string(exporter.CSV)); err != nil {
		return order, err
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
