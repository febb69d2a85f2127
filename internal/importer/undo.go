package importer

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Conflict is a record that an import wrote and somebody changed since.
type Conflict struct {
	Entity string        `json:"entity"`
	ID     id.ID         `json:"id"`
	Title  string        `json:"title"`
	Fields []ConflictOne `json:"fields"` // empty: the import made the record, and it was changed or something was added to it
}

// ConflictOne is a field with what it was before the import, what the import wrote and what it is now.
type ConflictOne struct {
	Field  string `json:"field"`
	Label  string `json:"label"`
	Before string `json:"before"`
	Import string `json:"import"`
	Now    string `json:"now"`
}

// Undo takes an import back as a whole: what it made is deleted, what it changed gets its old values. Records that were
// changed since are left as they are and are the import's Conflicts, unless force names them.
func (m *Importer) Undo(ctx context.Context, actor *access.Actor, x id.ID, force []id.ID, report func(Progress)) (*Import, error) {
	var imp *Import
	err := m.store.DB().Write(ctx, func(tx *sqldb.Tx) (err error) {
		if imp, err = m.GetIn(ctx, tx, actor, x); err != nil || imp.State == Undoing {
			return err
		}
		return m.enterUndo(ctx, tx, actor, imp)
	})
	if err != nil {
		return nil, err
	}
	forced := map[id.ID]bool{}
	for _, x := range force {
		forced[x] = true
	}
	if imp.Conflicts, err = m.takeBack(ctx, actor, imp, forced, report); err != nil {
		return nil, err
	}
	imp.State = Undone
	return imp, m.finish(ctx, actor, imp, nil)
}

// enterUndo moves an import to Undoing.
func (m *Importer) enterUndo(ctx context.Context, tx *sqldb.Tx, actor *access.Actor, imp *Import) error {
	if err := m.Allowed(actor, imp.Entity); err != nil {
		return err
	}
	if !imp.Undoable() {
		return errs.New(errs.Conflict, "import.nothing_to_undo")
	}
	imp.State = Undoing
	return updateImport(ctx, tx, imp)
}

// Undoable reports whether there is anything to take back.
func (imp *Import) Undoable() bool {
	switch imp.State {
	case Done, Failed:
		return imp.Result.Created+imp.Result.Updated > 0
	case Undone, Cancelled:
		return len(imp.Conflicts) > 0
	case Analysed, Checking, Checked, Running, Undoing:
	}
	return false
}

// undoBatch is how many entries of the log are taken back in one transaction.
const undoBatch = 500

// takeBack goes through what the import wrote, newest first, so that what hangs on a record goes before the record. Each
// part is one transaction; taken up again it goes on, since what was taken back already is found so.
func (m *Importer) takeBack(ctx context.Context, actor *access.Actor, imp *Import, force map[id.ID]bool, report func(Progress)) ([]Conflict, error) {
	var conflicts []Conflict
	done := 0
	for before := id.ID(0); ; {
		var entries []audit.Entry
		var found []Conflict
		err := m.store.WriteAlone(ctx, actor, audit.Undo, func(s *record.Session) (err error) {
			found = nil
			if entries, err = audit.OfBatch(ctx, s.Tx, imp.ID, before, undoBatch); err != nil {
				return err
			}
			left, err := s.TakeBack(ctx, entries, force)
			if err != nil {
				return err
			}
			for _, l := range left {
				found = append(found, conflictOf(s, l))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		conflicts = append(conflicts, found...)
		if done += len(entries); report != nil {
			report(Progress{Done: done})
		}
		if len(entries) < undoBatch {
			return conflicts, nil
		}
		before = entries[len(entries)-1].ID
	}
}

func conflictOf(s *record.Session, l record.Left) Conflict {
	c := Conflict{Entity: l.Entity, ID: l.ID, Title: l.Title, Fields: []ConflictOne{}}
	def, env := s.Def(l.Entity), s.Env()
	for _, f := range l.Fields {
		field := def.Field(f.Field)
		if field == nil {
			continue
		}
		c.Fields = append(c.Fields, ConflictOne{
			Field: f.Field, Label: field.Label.In(env.Lang),
			Before: field.Type.Text(f.Before, field, env), Import: field.Type.Text(f.Written, field, env), Now: field.Type.Text(f.Now, field, env),
		})
	}
	return c
}
