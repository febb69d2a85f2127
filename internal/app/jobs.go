package app

import (
	"context"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/check"
	"genjin/internal/crm"
	"genjin/internal/demo"
	"genjin/internal/handover"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/record"
	"genjin/internal/sqldb"
	"genjin/internal/webform"
)

// work registers what is done in the background on somebody's behalf.
func (a *App) work() {
	actor := func(ctx context.Context, user id.ID) (*access.Actor, error) { return a.Actors.Get(ctx, a.DB, user) }
	a.Importer.Handle(a.Jobs, actor)
	a.Jobs.Handle(demoJob, a.loadDemo)
	(&handover.Worker{Store: a.Store, Actor: actor}).Handle(a.Jobs)
	a.Auth.Work(a.Jobs)
	a.Deliver.Work(a.Jobs)
}

const demoJob = "demo.load"

// orderDemo adds the job that loads the demonstration data, once.
func orderDemo(ctx context.Context, s *record.Session) (id.ID, error) {
	return job.Add(ctx, s.Tx, job.Job{Kind: demoJob, Unique: demoJob, By: s.Actor.ID})
}

func (a *App) loadDemo(ctx context.Context, run *job.Run) error {
	_, err := demo.Load(ctx, a.Store, demo.Options{
		Resume: true, Progress: func(done, total int) { run.Progress(int64(done), int64(total)) },
	})
	return err
}

const awaitEvery = 100 * time.Millisecond

// Await waits for the end of a job and gives it. Progress is told how far it is. When no server runs in this process,
// it does the jobs meanwhile. The end of ctx ends the waiting, not the job.
func (a *App) Await(ctx context.Context, x id.ID, progress func(*job.Status)) (s *job.Status, err error) {
	if !a.serving.Load() {
		if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
			return nil, err
		}
		defer func() {
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
			defer cancel()
			if stop := a.Jobs.Stop(stopping); err == nil {
				err = stop
			}
		}()
	}
	tick := time.NewTicker(awaitEvery)
	defer tick.Stop()
	for {
		err := a.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
			s, err = job.Get(ctx, tx, x)
			return err
		})
		if err != nil || s.Over() {
			return s, err
		}
		progress(s)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// fileGrace is how long a file stays that nothing refers to: much longer than the request that is about to refer to it.
const fileGrace = 7 * 24 * time.Hour

// chores are what has to be done from time to time.
func (a *App) chores() {
	a.Jobs.Every("clean_auth", time.Hour, func(ctx context.Context, _ *job.Run) error { return a.Auth.Clean(ctx) })
	a.Jobs.Every("clean_sms", time.Hour, func(ctx context.Context, _ *job.Run) error { return a.SMS.Clean(ctx) })
	a.Jobs.Every("clean_answers", time.Hour, func(ctx context.Context, _ *job.Run) error { return a.API.Clean(ctx) })
	a.Jobs.Every("roll_birthdays", time.Hour, func(ctx context.Context, _ *job.Run) error { return crm.RollBirthdays(ctx, a.Store) })
	a.Jobs.Every("fall_into_pools", time.Minute, func(ctx context.Context, _ *job.Run) error {
		_, err := crm.FallIntoPools(ctx, a.Store)
		return err
	})
	a.Jobs.Every("forget_visitors", time.Hour, func(ctx context.Context, _ *job.Run) error { return webform.Clean(ctx, a.Store) })
	a.Jobs.Every("publish_pools", time.Hour, func(ctx context.Context, _ *job.Run) error {
		return a.Store.Write(ctx, access.System("pools"), audit.Rule, func(s *record.Session) error { return crm.PublishPools(ctx, s) })
	})
	a.Jobs.Every("seal_log", time.Minute, func(ctx context.Context, _ *job.Run) error { return audit.SealNew(ctx, a.DB) })
	a.Jobs.Every("collect_files", 24*time.Hour, func(ctx context.Context, run *job.Run) error {
		removed, err := a.collectFiles(ctx)
		if err != nil {
			return err
		}
		return run.SetResult(map[string]int{"removed": removed})
	})
}

func (a *App) collectFiles(ctx context.Context) (int, error) {
	var used map[string]string
	err := a.DB.Read(ctx, func(tx *sqldb.Tx) (err error) {
		used, err = check.UsedFiles(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return a.Files.Collect(ctx, fileGrace, func(sum string) (bool, error) {
		_, yes := used[sum]
		return yes, nil
	})
}
