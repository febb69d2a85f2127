package record

import (
	"context"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// Left is a record that TakeBack left as it is, because somebody changed it since.
type Left struct {
	Entity string
	ID     id.ID
	Title  string
	Fields []LeftField // empty for a record that the operation made
}

// LeftField is a field of a record that was left.
type LeftField struct {
	Field                string
	Before, Written, Now any // stored values
}

// TakeBack undoes changes by their entries in the log, which are given newest first: records that were made are deleted
// with everything that only rules hung on them, and changed fields get their old values. What was changed since is left
// and told, unless force names the record. Entries that were taken back already do no harm.
func (s *Session) TakeBack(ctx context.Context, entries []audit.Entry, force map[id.ID]bool) ([]Left, error) {
	var left []Left
	for _, e := range entries {
		k := s.store.reg.byName[e.Entity]
		if k == nil {
			continue
		}
		var one *Left
		var err error
		switch {
		case e.Action == "create":
			one, err = s.takeBackMade(ctx, k, e, force[e.Record])
		case e.Action == "share":
			one, err = s.takeBackShare(ctx, e, force[e.Record])
		case e.Action == "assign":
			one, err = s.takeBackAssign(ctx, k, e, force[e.Record])
		case e.Origin == audit.Rule:
			continue // follows from what is taken back itself, or from what is left
		default:
			one, err = s.takeBackChange(ctx, k, e, force[e.Record])
		}
		if err != nil {
			return nil, err
		}
		if one != nil {
			left = append(left, *one)
		}
	}
	return left, nil
}

// current loads a record whatever its state, as the one who takes back may change it; nil when it is gone.
func (s *Session) current(ctx context.Context, k *kind, x id.ID) (any, error) {
	rec, err := s.As(s.Actor.Elevated(), s.Origin).loadFor(ctx, k, x, access.View)
	if errs.Is(err, errs.NotFound) {
		return nil, nil //nolint:nilnil // gone is an answer
	}
	return rec, err
}

// takeBackMade deletes a record that was made, unless it was changed since or something was added to it.
func (s *Session) takeBackMade(ctx context.Context, k *kind, e audit.Entry, force bool) (*Left, error) {
	rec, err := s.current(ctx, k, e.Record)
	if rec == nil || err != nil {
		return nil, err
	}
	touched, err := s.touchedSince(ctx, e)
	if err != nil {
		return nil, err
	}
	used, err := s.referred(ctx, k, e.Record)
	if err != nil {
		return nil, err
	}
	if used || touched && !force {
		return &Left{Entity: e.Entity, ID: e.Record, Title: s.title(k, rec)}, nil
	}
	return nil, s.remove(ctx, k, rec)
}

// touchedSince reports whether somebody changed a record after the entry, in another operation. Taking something back is
// no such change.
func (s *Session) touchedSince(ctx context.Context, e audit.Entry) (bool, error) {
	var n int64
	err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM audit_entry WHERE record_id = ? AND id > ? AND (batch_id IS NULL OR batch_id <> ?) AND origin NOT IN (?, ?)`,
		int64(e.Record), int64(e.ID), int64(e.Batch), string(audit.Rule), string(audit.Undo)).Scan(&n)
	return n > 0, err
}

// referred reports whether a record that people made refers to this one; what rules derived from it goes with it.
func (s *Session) referred(ctx context.Context, k *kind, x id.ID) (bool, error) {
	var or []string
	var args []any
	for _, other := range s.store.reg.kinds {
		for _, f := range other.def.Fields {
			if f.Type == entity.Ref && f.Ref == k.def.Name && !other.def.Derived {
				or = append(or, "EXISTS (SELECT 1 FROM "+other.def.TableName()+" WHERE "+f.Name+" = ?)")
				args = append(args, int64(x))
			}
		}
	}
	if len(or) == 0 {
		return false, nil
	}
	var is bool
	err := s.Tx.QueryRow(ctx, "SELECT CASE WHEN "+strings.Join(or, " OR ")+" THEN 1 ELSE 0 END", args...).Scan(&is)
	return is, err
}

// remove deletes a record for good, with what rules derived from it. The log keeps what it was.
func (s *Session) remove(ctx context.Context, k *kind, rec any) error {
	x := baseOf(rec).ID
	for _, child := range s.store.reg.kinds {
		if via := ParentField(child.def, k.def.Name); via != "" && child.def.Derived {
			if _, err := s.Tx.Exec(ctx, "DELETE FROM "+child.def.TableName()+" WHERE "+via+" = ?", int64(x)); err != nil {
				return err
			}
		}
	}
	for _, statement := range []string{"DELETE FROM share WHERE record_id = ?", "DELETE FROM obligation WHERE record_id = ?", "DELETE FROM " + k.def.TableName() + " WHERE id = ?"} {
		if _, err := s.Tx.Exec(ctx, statement, int64(x)); err != nil {
			return err
		}
	}
	s.index().Remove(x)
	if err := audit.Write(ctx, s.Tx, []audit.Entry{s.entry(k, rec, "delete", nil)}); err != nil {
		return err
	}
	gone := k.bind.clone(rec)
	baseOf(gone).ArchivedAt = baseOf(gone).UpdatedAt
	return run(ctx, s, k.after, rec, gone)
}

// takeBackChange gives changed fields their old values where they still have the new ones. A record that no longer takes
// them, since it was put away, say, or another now holds a value of which there is one, is left as a whole.
func (s *Session) takeBackChange(ctx context.Context, k *kind, e audit.Entry, force bool) (*Left, error) {
	rec, err := s.current(ctx, k, e.Record)
	if rec == nil || err != nil {
		return nil, err
	}
	left := &Left{Entity: e.Entity, ID: e.Record, Title: s.title(k, rec)}
	verb, change, kept := s.opposite(k, rec, e, force)
	if kept {
		return left, nil
	}
	var written []LeftField
	if change == nil {
		var values Values
		values, written, left.Fields = s.oldValues(k, rec, e, force)
		if len(values) > 0 {
			change = func(rec any) error { s.apply(k, s.Def(e.Entity), rec, values); return nil }
		}
	}
	if change != nil {
		err := s.Try(ctx, func() error {
			_, err := s.As(s.Actor.Elevated(), s.Origin).update(ctx, k, e.Record, 0, verb, change)
			return err
		})
		if refused, ok := errs.As(err); ok && refused.Kind != errs.Unavailable {
			left.Fields = append(left.Fields, written...)
			return left, nil
		}
		if err != nil {
			return nil, err
		}
	}
	if len(left.Fields) == 0 {
		return nil, nil //nolint:nilnil // nothing was left
	}
	return left, nil
}

// opposite gives what undoes putting a record away or bringing it back: the verb and the change, which is nil when there
// is nothing to do. Kept says that somebody else did the same since.
func (s *Session) opposite(k *kind, rec any, e audit.Entry, force bool) (verb audit.Action, change func(rec any) error, kept bool) {
	archived := baseOf(rec).ArchivedAt
	switch {
	case e.Action == "archive" && !archived.IsZero():
		return "restore", func(rec any) error { baseOf(rec).ArchivedAt = clock.Instant{}; return nil }, archived != e.At && !force
	case e.Action == "restore" && archived.IsZero():
		return "archive", func(rec any) error { baseOf(rec).ArchivedAt = clock.At(s.Tx.Now); return nil }, false
	}
	return "update", nil, false
}

// oldValues gives the values that an entry's fields had before, of those that still have, or are forced from, what it
// wrote; with what they are now, and the fields that somebody has changed since.
func (s *Session) oldValues(k *kind, rec any, e audit.Entry, force bool) (values Values, written, changed []LeftField) {
	def := s.Def(e.Entity)
	now := s.stored(k, def, rec)
	values = Values{}
	for _, c := range e.Changes {
		i := def.Index(c.Field)
		if i < 0 {
			continue
		}
		f := LeftField{c.Field, storedAgain(def, c.Field, c.Old), storedAgain(def, c.Field, c.New), now[i]}
		switch {
		case f.Now == f.Before:
		case f.Now == f.Written || force:
			values[c.Field], written = f.Before, append(written, f)
		default:
			changed = append(changed, f)
		}
	}
	return values, written, changed
}

func (s *Session) title(k *kind, rec any) string {
	title, _ := k.bind.value(rec, k.def.Index(k.def.Title)).(string)
	return entity.Clip(title, 60)
}
