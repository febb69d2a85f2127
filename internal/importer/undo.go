package importer

import (
	"context"
	"maps"
	"slices"
	"time"

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
	ID     id.ID         `json:"id"` // zero when the record is out of the reader's sight
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
// changed since are left as they are and are the import's Conflicts, unless force names them and the actor may edit them.
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
	forced, err := m.forced(ctx, actor, imp.Conflicts, force)
	if err != nil {
		return nil, err
	}
	if imp.Conflicts, err = m.takeBack(ctx, actor, imp, forced, report); err != nil {
		return nil, err
	}
	imp.State = Undone
	return imp, m.finish(ctx, actor, imp, nil)
}

// forced gives those of the records that were left which force names and the actor may edit: what has gone to somebody else
// since is no longer theirs to take back.
func (m *Importer) forced(ctx context.Context, actor *access.Actor, left []Conflict, force []id.ID) (map[id.ID]bool, error) {
	forced := map[id.ID]bool{}
	return forced, m.store.Read(ctx, actor, func(s *record.Session) error {
		for _, c := range left {
			if !slices.Contains(force, c.ID) {
				continue
			}
			row, err := s.Load(ctx, c.Entity, c.ID)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			forced[c.ID] = err == nil && row.Can(access.Edit)
		}
		return nil
	})
}

// Conflicts gives what taking an import back left, as the actor may see it: nothing but that it is there of records out of
// their sight, and no fields that do not show to them in full.
func Conflicts(ctx context.Context, s *record.Session, imp *Import) ([]Conflict, error) {
	byEntity := map[string][]id.ID{}
	for _, c := range imp.Conflicts {
		byEntity[c.Entity] = append(byEntity[c.Entity], c.ID)
	}
	seen := map[id.ID]func(field string) bool{}
	titles := map[id.ID]string{}
	for name, ids := range byEntity {
		rows, err := s.Rows(ctx, name, ids)
		if err != nil {
			return nil, err
		}
		v, err := s.View(ctx, name, slices.Collect(maps.Values(rows)), nil)
		if err != nil {
			return nil, err
		}
		names, err := s.Titles(ctx, name, set(ids))
		if err != nil {
			return nil, err
		}
		maps.Copy(titles, names)
		for x, row := range rows {
			seen[x] = func(field string) bool {
				f := s.Def(name).Field(field)
				return f != nil && (v.Access(row, f) == access.FieldEdit || v.Access(row, f) == access.FieldSee)
			}
		}
	}
	out := make([]Conflict, len(imp.Conflicts))
	for i, c := range imp.Conflicts {
		out[i] = Conflict{Entity: c.Entity, Fields: []ConflictOne{}}
		if shows := seen[c.ID]; shows != nil {
			out[i].ID, out[i].Title = c.ID, titles[c.ID]
			out[i].Fields = slices.DeleteFunc(slices.Clone(c.Fields), func(f ConflictOne) bool { return !shows(f.Field) })
		}
	}
	return out, nil
}

func set(ids []id.ID) map[id.ID]bool {
	out := make(map[id.ID]bool, len(ids))
	for _, x := range ids {
		out[x] = true
	}
	return out
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

// undoBatch is how many records, or changes, are taken back at a time.
const undoBatch = 500

// takeBack takes back what the import wrote: the records it made with what it hung on them, then what it hung on others,
// then what it changed. Taken up again it goes on, since what was taken back already is found so.
func (m *Importer) takeBack(ctx context.Context, actor *access.Actor, imp *Import, force map[id.ID]bool, report func(Progress)) ([]Conflict, error) {
	u := &undoing{m: m, actor: actor, imp: imp, force: force, report: report, total: imp.Result.Created + imp.Result.Updated}
	if err := u.all(ctx, func(s *record.Session, before id.ID) (int, id.ID, []record.Left, error) {
		made, last, err := audit.MadeBefore(ctx, s.Tx, imp.ID, imp.Entity, before, undoBatch)
		if err != nil {
			return 0, 0, nil, err
		}
		left, err := s.TakeBackMade(ctx, imp.Entity, imp.ID, made, force)
		return len(made), last, left, err
	}); err != nil {
		return nil, err
	}
	var err error
	if u.made, err = m.madeBy(ctx, imp); err != nil {
		return nil, err
	}
	return u.conflicts, u.all(ctx, func(s *record.Session, before id.ID) (int, id.ID, []record.Left, error) {
		entries, err := audit.OfBatch(ctx, s.Tx, imp.ID, before, undoBatch)
		if err != nil || len(entries) == 0 {
			return 0, 0, nil, err
		}
		n, last := len(entries), entries[len(entries)-1].ID
		if entries, err = u.others(ctx, s, entries); err != nil {
			return 0, 0, nil, err
		}
		left, err := s.TakeBack(ctx, entries, force)
		return n, last, left, err
	})
}

func (m *Importer) madeBy(ctx context.Context, imp *Import) (made map[id.ID]bool, err error) {
	err = m.store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		made, err = audit.Made(ctx, tx, imp.ID, imp.Entity)
		return err
	})
	return made, err
}

// undoing is one import on its way back.
type undoing struct {
	m         *Importer
	actor     *access.Actor
	imp       *Import
	force     map[id.ID]bool
	report    func(Progress)
	made      map[id.ID]bool // records of the entity that the import made: gone by now, or left whole
	conflicts []Conflict
	done      int
	total     int
}

// all calls part again and again, each time beginning where the one before ended, until it finds nothing more. Calls share
// a transaction while nobody else wants to write.
func (u *undoing) all(ctx context.Context, part func(s *record.Session, before id.ID) (n int, last id.ID, left []record.Left, err error)) error {
	before, ended := id.ID(0), false
	for !ended {
		var n int
		var last id.ID
		var found []Conflict
		err := u.m.store.WriteAlone(ctx, u.actor, audit.Undo, func(s *record.Session) error {
			n, last, found = 0, before, nil
			for began := time.Now(); ; {
				some, to, left, err := part(s, last)
				if err != nil {
					return err
				}
				for _, l := range left {
					found = append(found, conflictOf(s, l))
				}
				n, last, ended = n+some, to, some < undoBatch
				if ended || s.Tx.Wanted() || time.Since(began) > longestWrite {
					return nil
				}
			}
		})
		if err != nil {
			return err
		}
		u.tell(n, found)
		before = last
	}
	return nil
}

func (u *undoing) tell(n int, found []Conflict) {
	for _, c := range found {
		if !slices.ContainsFunc(u.conflicts, func(known Conflict) bool { return known.ID == c.ID }) && len(u.conflicts) < mostConflicts {
			u.conflicts = append(u.conflicts, c)
		}
	}
	if u.done += n; u.report != nil {
		u.report(Progress{Done: min(u.done, u.total), Total: u.total})
	}
}

// mostConflicts bounds how many are told.
const mostConflicts = 1000

// others leaves of entries those about records that were there before the import: what it changed, and what it hung on
// them.
func (u *undoing) others(ctx context.Context, s *record.Session, entries []audit.Entry) ([]audit.Entry, error) {
	var children []id.ID
	for _, e := range entries {
		if e.Entity != u.imp.Entity {
			children = append(children, e.Record)
		}
	}
	parents, err := s.ParentsOf(ctx, u.imp.Entity, children)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(entries, func(e audit.Entry) bool {
		if e.Entity == u.imp.Entity {
			return u.made[e.Record]
		}
		parent, there := parents[e.Record]
		return !there || u.made[parent]
	}), nil
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
