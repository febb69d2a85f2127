// Package handover gives what a leaving user has to a colleague in one action, 离职交接: every record they own, or answer
// for by a field that is entity.Field.Handed, what was shared with them, their shared views and the departments they
// supervise (people-and-access.md, “Organisation”). The leaver is out at once; the records follow in parts, so that nobody
// waits for them. For a while the whole can be undone.
package handover

import (
	"context"
	"encoding/json"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/savedview"
	"genjin/internal/sqldb"
)

// Window is for how long a hand-over can be undone.
const Window = 7 * 24 * time.Hour

// State is how far a hand-over is.
type State string

// The states.
const (
	Running State = "running"
	Done    State = "done"
	Undoing State = "undoing"
	Undone  State = "undone"
)

// Handover is one hand-over. Its id is the batch of what it changed.
type Handover struct {
	ID    id.ID
	At    clock.Instant
	By    id.ID
	From  id.ID
	To    id.ID
	State State
	Job   id.ID
	Moved int64   // records that changed hands
	Kept  int64   // of an undo: records that somebody changed since, which stay with the successor
	views []id.ID // that changed hands, since the log does not tell of them
}

// Undoable says until when a hand-over can be undone; zero when it cannot.
func (h *Handover) Undoable(now time.Time) clock.Instant {
	if until := h.At.Add(Window); h.State == Done && now.Before(until) {
		return clock.At(until)
	}
	return clock.Instant{}
}

// Holding is a sort of things that a user has.
type Holding struct {
	Name  string // an entity, or shared, views, departments
	Label i18n.Text
	Count int64
}

// Preview gives what a user has and would hand over. The actor must be one who may manage the user.
func Preview(ctx context.Context, s *record.Session, user id.ID) ([]Holding, error) {
	if _, err := manageable(ctx, s, user); err != nil {
		return nil, err
	}
	owned, err := s.Holdings(ctx, user)
	if err != nil {
		return nil, err
	}
	var out []Holding
	for _, h := range owned {
		out = append(out, Holding{h.Def.Name, h.Def.Plural, h.Count})
	}
	shared, err := s.SharedWith(ctx, user)
	if err != nil {
		return nil, err
	}
	views, err := savedview.SharedBy(ctx, s.Tx, user)
	if err != nil {
		return nil, err
	}
	departments, err := org.SupervisedBy(ctx, s.Tx, user)
	if err != nil {
		return nil, err
	}
	for _, h := range []Holding{
		{"shared", i18n.T("协作的记录", "Records shared with them"), shared},
		{"views", i18n.T("共享的视图", "Views they shared"), int64(len(views))},
		{"departments", i18n.T("主管的部门", "Departments they supervise"), int64(len(departments))},
	} {
		if h.Count > 0 {
			out = append(out, h)
		}
	}
	return out, nil
}

func manageable(ctx context.Context, s *record.Session, user id.ID) (*org.User, error) {
	u, err := record.Get[org.User](ctx, s, user)
	if err != nil {
		return nil, err
	}
	return u, org.MayManage(ctx, s, u)
}

// JobKind and UndoKind are the jobs that hand over and take back.
const (
	JobKind  = "handover.run"
	UndoKind = "handover.undo"
)

type order struct {
	Handover id.ID `json:"handover"`
}

// Begin disables the leaver, gives the successor the departments they supervised and orders the job that hands over the
// rest. The actor must be one who may manage both users; nobody hands their own over.
func Begin(ctx context.Context, s *record.Session, from, to id.ID) (*Handover, error) {
	h := &Handover{ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), By: s.Actor.ID, From: from, To: to, State: Running}
	s.Batch = h.ID
	leaver, err := manageable(ctx, s, from)
	if err != nil {
		return nil, err
	}
	successor, err := manageable(ctx, s, to)
	switch {
	case err != nil:
		return nil, err
	case from == s.Actor.ID:
		return nil, errs.New(errs.Conflict, "handover.self")
	case from == to || !successor.Active:
		return nil, errs.OfField("to", "field.no_such_user")
	}
	var running int64
	err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM handover WHERE state IN ('running', 'undoing') AND (from_id IN (?, ?) OR to_id = ?)`, from, to, from).Scan(&running)
	if err != nil {
		return nil, err
	}
	if running > 0 {
		return nil, errs.New(errs.Conflict, "handover.running")
	}
	departments, err := org.SupervisedBy(ctx, s.Tx, from)
	if err != nil {
		return nil, err
	}
	for _, x := range departments {
		_, err := record.Update(ctx, s, x, 0, func(d *org.Department) error {
			d.SupervisorIDs = replaced(d.SupervisorIDs, from.String(), to.String())
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if leaver.Active {
		if _, err := record.Update(ctx, s, from, 0, func(u *org.User) error { u.Active = false; return nil }); err != nil {
			return nil, err
		}
	}
	if h.views, err = savedview.HandOver(ctx, s.Tx, from, to); err != nil {
		return nil, err
	}
	if h.Job, err = job.Add(ctx, s.Tx, job.Job{Kind: JobKind, Payload: order{h.ID}, By: s.Actor.ID, MaxAttempts: attempts}); err != nil {
		return nil, err
	}
	return h, h.insert(ctx, s.Tx)
}

// attempts is how often in a row a job may fail without getting further.
const attempts = 5

func replaced(list entity.List, old, next string) entity.List {
	var out entity.List
	for _, text := range list {
		if text == old {
			text = next
		}
		if !out.Has(text) {
			out = append(out, text)
		}
	}
	return out
}

// Undo orders the job that takes a hand-over back, within the window.
func Undo(ctx context.Context, s *record.Session, x id.ID) (*Handover, error) {
	h, err := Get(ctx, s.Tx, x)
	if err != nil {
		return nil, err
	}
	if _, err := manageable(ctx, s, h.From); err != nil {
		return nil, err
	}
	if h.Undoable(s.Tx.Now).IsZero() {
		return nil, errs.New(errs.Conflict, "handover.too_late")
	}
	h.State = Undoing
	if h.Job, err = job.Add(ctx, s.Tx, job.Job{Kind: UndoKind, Payload: order{h.ID}, By: s.Actor.ID, MaxAttempts: attempts}); err != nil {
		return nil, err
	}
	return h, h.update(ctx, s.Tx)
}

const columns = "id, at, by_id, from_id, to_id, state, job_id, moved, kept, views"

func (h *Handover) insert(ctx context.Context, tx *sqldb.Tx) error {
	views, err := json.Marshal(h.views)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO handover ("+columns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		h.ID, h.At.UnixMilli(), h.By, h.From, h.To, string(h.State), h.Job, h.Moved, h.Kept, string(views))
	return err
}

func (h *Handover) update(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, "UPDATE handover SET state = ?, job_id = ?, moved = ?, kept = ? WHERE id = ?",
		string(h.State), h.Job, h.Moved, h.Kept, h.ID)
	return err
}

// Get gives a hand-over.
func Get(ctx context.Context, tx *sqldb.Tx, x id.ID) (*Handover, error) {
	all, err := list(ctx, tx, "WHERE id = ?", x)
	if err == nil && len(all) == 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return nil, err
	}
	return &all[0], nil
}

// List gives the newest hand-overs to an actor who may manage users.
func List(ctx context.Context, s *record.Session) ([]Handover, error) {
	if !s.Actor.May("user", "edit") {
		return nil, errs.New(errs.Denied, "")
	}
	return list(ctx, s.Tx, "ORDER BY id DESC LIMIT 200")
}

func list(ctx context.Context, tx *sqldb.Tx, rest string, args ...any) (out []Handover, err error) {
	rows, err := tx.Query(ctx, "SELECT "+columns+" FROM handover "+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Handover
		var views string
		if err := rows.Scan(&h.ID, &h.At, &h.By, &h.From, &h.To, &h.State, &h.Job, &h.Moved, &h.Kept, &views); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(views), &h.views); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// batchOf gives the newest entries of a hand-over before one.
func batchOf(ctx context.Context, s *record.Session, h *Handover, before id.ID) ([]audit.Entry, error) {
	return audit.OfBatch(ctx, s.Tx, h.ID, before, part)
}
