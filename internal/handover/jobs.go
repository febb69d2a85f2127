package handover

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/savedview"
)

// part is how many records change hands in one transaction.
const part = 100

// Worker does the jobs.
type Worker struct {
	Store *record.Store
	// Actor gives a user as they are now.
	Actor func(ctx context.Context, user id.ID) (*access.Actor, error)
}

// Handle lets q do the jobs.
func (w *Worker) Handle(q *job.Queue) {
	q.Handle(JobKind, w.run)
	q.Handle(UndoKind, w.undo)
}

// begin gives what a job is about and on whose behalf. What was ordered is done, also when who ordered it has left since.
func (w *Worker) begin(ctx context.Context, run *job.Run) (h *Handover, actor *access.Actor, err error) {
	var o order
	if err := run.Decode(&o); err != nil {
		return nil, nil, err
	}
	actor, err = w.Actor(ctx, run.By)
	if errs.Is(err, errs.Unauthenticated) {
		actor, err = access.System("handover"), nil
	}
	if err != nil {
		return nil, nil, err
	}
	err = w.Store.Read(ctx, actor, func(s *record.Session) (err error) {
		h, err = Get(ctx, s.Tx, o.Handover)
		return err
	})
	return h, actor, err
}

// write runs fn in a transaction whose changes belong to the hand-over.
func (w *Worker) write(ctx context.Context, actor *access.Actor, origin audit.Origin, h *Handover, fn func(s *record.Session) error) error {
	return w.Store.WriteAlone(ctx, actor.Elevated(), origin, func(s *record.Session) (err error) {
		if s.Batch = h.ID; origin == audit.Undo {
			s.Batch = 0
		}
		return fn(s)
	})
}

func (w *Worker) run(ctx context.Context, run *job.Run) error {
	h, actor, err := w.begin(ctx, run)
	if err != nil || h.State != Running {
		return err
	}
	total := h.Moved
	if err := w.Store.Read(ctx, actor, func(s *record.Session) error {
		owned, err := s.Holdings(ctx, h.From)
		for _, o := range owned {
			total += o.Count
		}
		return err
	}); err != nil {
		return err
	}
	for more := true; more; {
		err := w.write(ctx, actor, audit.Screen, h, func(s *record.Session) error {
			was := *h
			n, err := move(ctx, s, &was)
			if err != nil {
				return err
			}
			if more = n > 0; !more {
				was.State = Done
			}
			was.Moved += int64(n)
			*h = was
			if err := run.ProgressIn(ctx, s.Tx, h.Moved, max(total, h.Moved), nil); err != nil {
				return err
			}
			return h.update(ctx, s.Tx)
		})
		if err != nil {
			return err
		}
	}
	return run.SetResult(map[string]int64{"moved": h.Moved})
}

// move hands a part over; 0 when nothing is left.
func move(ctx context.Context, s *record.Session, h *Handover) (int, error) {
	owned, err := s.Holdings(ctx, h.From)
	if err != nil {
		return 0, err
	}
	if len(owned) > 0 {
		return s.Reassign(ctx, owned[0], h.From, h.To, part)
	}
	return s.Reshare(ctx, h.From, h.To, part)
}

// bookmark is where an undo goes on.
type bookmark struct {
	Before id.ID `json:"before"`
}

func (w *Worker) undo(ctx context.Context, run *job.Run) error {
	h, actor, err := w.begin(ctx, run)
	if err != nil || h.State != Undoing {
		return err
	}
	var at bookmark
	if begun, err := run.Resume(&at); err != nil {
		return err
	} else if !begun {
		if err := w.undoPeople(ctx, actor, h); err != nil {
			return err
		}
	}
	for more := true; more; {
		err := w.write(ctx, actor, audit.Undo, h, func(s *record.Session) error {
			was := *h
			entries, err := batchOf(ctx, s, h, at.Before)
			if err != nil {
				return err
			}
			left, err := s.TakeBack(ctx, entries, nil)
			if err != nil {
				return err
			}
			was.Kept += int64(len(left))
			next := at
			if more = len(entries) == part; more {
				next.Before = entries[part-1].ID
			} else {
				was.State = Undone
			}
			if err := run.ProgressIn(ctx, s.Tx, 0, 0, next); err != nil {
				return err
			}
			*h, at = was, next
			return h.update(ctx, s.Tx)
		})
		if err != nil {
			return err
		}
	}
	return run.SetResult(map[string]int64{"kept": h.Kept})
}

// undoPeople lets the leaver in again, first of all, since records go to nobody who has left.
func (w *Worker) undoPeople(ctx context.Context, actor *access.Actor, h *Handover) error {
	return w.write(ctx, actor, audit.Undo, h, func(s *record.Session) error {
		was, err := wasActive(ctx, s, h)
		if err != nil {
			return err
		}
		if was {
			if _, err := record.Update(ctx, s, h.From, 0, func(u *org.User) error { u.Active = true; return nil }); err != nil {
				return err
			}
		}
		return savedview.HandBack(ctx, s.Tx, h.views, h.To, h.From)
	})
}

// wasActive reports whether the hand-over disabled the leaver.
func wasActive(ctx context.Context, s *record.Session, h *Handover) (bool, error) {
	entries, err := audit.List(ctx, s.Tx, audit.Filter{Batch: h.ID, Record: h.From, Entities: []string{"user"}}, 0, 1)
	return len(entries) > 0, err
}
