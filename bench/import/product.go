package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/importer"
	"genjin/internal/migrations"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// profiling says of which step a profile is wanted; the zero value of none.
type profiling struct{ file, step string }

// importAndUndo imports the workbook into a new installation and takes it back.
func importAndUndo(ctx context.Context, dir string, p profiling) ([]figures, error) {
	home, err := os.MkdirTemp(dir, "data")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	store, err := install(ctx, home)
	if err != nil {
		return nil, err
	}
	defer store.DB().Close()
	objects, err := files.Open(filepath.Join(home, "files"), clock.System{})
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	actor, err := administrator(ctx, store)
	if err != nil {
		return nil, err
	}
	m := importer.New(store, objects, map[string]importer.Complete{"customer": crm.CompleteCustomer})
	f, err := os.Open(filepath.Join(dir, workbook))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	imp, err := m.Start(ctx, actor, "customer", workbook, f)
	if err != nil {
		return nil, err
	}
	var all []figures
	for _, step := range []struct {
		name string
		do   func() (*importer.Import, error)
	}{
		{"check", func() (*importer.Import, error) { return m.Check(ctx, actor, imp.ID, nil) }},
		{"import", func() (*importer.Import, error) { return m.Run(ctx, actor, imp.ID, nil) }},
		{"undo", func() (*importer.Import, error) { return m.Undo(ctx, actor, imp.ID, nil, nil) }},
	} {
		measured, err := timed(step.name, func() (string, error) {
			if p.file != "" && p.step == step.name {
				stop, err := profiled(p.file)
				if err != nil {
					return "", err
				}
				defer stop()
			}
			imp, err := step.do()
			if err != nil {
				return "", err
			}
			r := imp.Result
			return fmt.Sprintf("%d created, %d updated, %d skipped, %d refused", r.Created, r.Updated, r.Skipped, r.Refused), nil
		})
		if err != nil {
			return nil, err
		}
		all = append(all, measured)
	}
	return all, nil
}

func profiled(name string) (stop func(), err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, pprof.StartCPUProfile(f)
}

// install makes a new installation.
func install(ctx context.Context, home string) (*record.Store, error) {
	db, err := sqldb.Open(ctx, sqldb.Options{Dir: home, Clock: clock.System{}})
	if err != nil {
		return nil, err
	}
	if err := migrations.Run(ctx, db); err != nil {
		return nil, err
	}
	reg := record.NewRegistry()
	org.Register(reg)
	crm.Register(reg)
	store := record.NewStore(db, reg, time.FixedZone("CST", 8*60*60))
	err = store.Write(ctx, access.System("bench"), audit.Rule, func(s *record.Session) error { return org.Seed(ctx, s) })
	if err != nil {
		return nil, err
	}
	return store, store.RefreshSchema(ctx)
}

// administrator makes a user who may do everything.
func administrator(ctx context.Context, store *record.Store) (actor *access.Actor, err error) {
	u := &org.User{Login: "admin", Name: "管理员", Active: true}
	err = store.Write(ctx, access.System("bench"), audit.Rule, func(s *record.Session) error {
		d := &org.Department{Name: "总公司"}
		if err := record.Create(ctx, s, d); err != nil {
			return err
		}
		x, err := org.RoleOf(ctx, s.Tx, org.Admin)
		if err != nil {
			return err
		}
		u.DepartmentID, u.RoleIDs = d.ID, entity.List{x.String()}
		return record.Create(ctx, s, u)
	})
	if err != nil {
		return nil, err
	}
	err = store.DB().Read(ctx, func(tx *sqldb.Tx) (err error) {
		actor, err = org.LoadActor(ctx, tx, u.ID)
		return err
	})
	if err == nil {
		actor.Lang = i18n.ZH
	}
	return actor, err
}
