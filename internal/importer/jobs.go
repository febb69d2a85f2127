package importer

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/record"
)

// Kinds of the jobs that imports run as.
const (
	CheckJob = "import.check"
	RunJob   = "import.run"
	UndoJob  = "import.undo"
)

// order is what a job has to do. It is done on behalf of the user of the job, in the language they asked in and with no
// more than the token was let through which they asked.
type order struct {
	Import id.ID     `json:"import"`
	Lang   i18n.Lang `json:"lang"`
	Force  []id.ID   `json:"force,omitempty"` // of an undo

	Only map[string][]access.Action `json:"only"` // as of access.Actor
}

// attempts is how often in a row a job may fail without getting further.
const attempts = 5

// Order lets a job check or run an import, or take it back. It is refused when the import is not in a state for it.
func (m *Importer) Order(ctx context.Context, s *record.Session, x id.ID, kind string, force []id.ID) (*Import, error) {
	imp, err := m.GetIn(ctx, s.Tx, s.Actor, x)
	if err != nil {
		return nil, err
	}
	if imp.Job, err = job.Add(ctx, s.Tx, job.Job{
		Kind: kind, Payload: order{x, s.Actor.Lang, force, s.Actor.Only}, By: s.Actor.ID, MaxAttempts: attempts,
	}); err != nil {
		return nil, err
	}
	switch {
	case imp.busy():
		err = errs.New(errs.Conflict, "import.not_open")
	case kind == CheckJob:
		err = m.enter(ctx, s.Tx, s.Actor, imp, Checking)
	case kind == RunJob:
		err = m.enter(ctx, s.Tx, s.Actor, imp, Running)
	default:
		err = m.enterUndo(ctx, s.Tx, s.Actor, imp)
	}
	return imp, err
}

// busy reports whether a job works on the import.
func (imp *Import) busy() bool {
	return imp.State == Checking || imp.State == Running && imp.Job != 0 || imp.State == Undoing
}

// Cancel asks the job that works on an import to stop. A check leaves nothing; a run takes back what it has written.
func (m *Importer) Cancel(ctx context.Context, s *record.Session, x id.ID) (*Import, error) {
	imp, err := m.GetIn(ctx, s.Tx, s.Actor, x)
	if err != nil {
		return nil, err
	}
	if imp.Job == 0 || imp.State != Checking && imp.State != Running {
		return nil, errs.New(errs.Conflict, "import.nothing_to_cancel")
	}
	if err := job.Cancel(ctx, s.Tx, imp.Job); err != nil && !errs.Is(err, errs.Conflict) { // it has just ended
		return nil, err
	}
	return m.GetIn(ctx, s.Tx, s.Actor, x)
}

// Handle lets q do the jobs of imports, one of each kind at a time. Actor gives a user as they are now: one who may no
// longer sign in, or import, has begun nothing.
func (m *Importer) Handle(q *job.Queue, actor func(ctx context.Context, user id.ID) (*access.Actor, error)) {
	handle := func(kind string, do func(ctx context.Context, a *access.Actor, o order, run *job.Run) error) {
		q.Limit(kind, 1)
		q.Handle(kind, func(ctx context.Context, run *job.Run) error {
			var o order
			if err := run.Decode(&o); err != nil {
				return err
			}
			known, err := actor(context.WithoutCancel(ctx), run.By)
			if err != nil {
				return err
			}
			a := *known
			a.Lang, a.Only = o.Lang, o.Only
			return do(ctx, &a, o, run)
		})
	}
	handle(CheckJob, func(ctx context.Context, a *access.Actor, o order, run *job.Run) error {
		_, err := m.Check(ctx, a, o.Import, reporter(run))
		return err
	})
	handle(RunJob, func(ctx context.Context, a *access.Actor, o order, run *job.Run) error {
		_, err := m.Run(ctx, a, o.Import, reporter(run))
		return err
	})
	handle(UndoJob, func(ctx context.Context, a *access.Actor, o order, run *job.Run) error {
		_, err := m.Undo(ctx, a, o.Import, o.Force, reporter(run))
		return err
	})
}

func reporter(run *job.Run) func(Progress) {
	return func(p Progress) { run.Progress(int64(p.Done), int64(p.Total)) }
}
