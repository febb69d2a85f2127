package record

import (
	"context"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
)

// Change is one entry of a record's log as its reader may see it.
type Change struct {
	audit.Entry
	Fields []ChangedField
}

// ChangedField is a field's old and new stored value, and both as people say them.
type ChangedField struct {
	Field            *entity.Field
	Old, New         any
	OldText, NewText string
}

// History gives the log of a visible record before an entry (zero: from the newest), newest first. Fields that the
// actor may not see are left out; those they see masked are masked here too.
func (s *Session) History(ctx context.Context, entityName string, x, before id.ID, limit int) ([]Change, error) {
	return s.history(ctx, entityName, x, func() ([]audit.Entry, error) { return audit.OfRecord(ctx, s.Tx, x, before, limit) })
}

// HistoryBy is History in the order of the moments that the entries tell of, from before one and an entry of it on.
func (s *Session) HistoryBy(ctx context.Context, entityName string, x id.ID, at time.Time, before id.ID, limit int) ([]Change, error) {
	return s.history(ctx, entityName, x, func() ([]audit.Entry, error) { return audit.OfRecordBy(ctx, s.Tx, x, at, before, limit) })
}

func (s *Session) history(ctx context.Context, entityName string, x id.ID, read func() ([]audit.Entry, error)) ([]Change, error) {
	row, err := s.Load(ctx, entityName, x)
	if err != nil {
		return nil, err
	}
	entries, err := read()
	if err != nil {
		return nil, err
	}
	v, err := s.View(ctx, entityName, []*Row{row}, nil)
	if err != nil {
		return nil, err
	}
	if err := v.nameLogged(ctx, entries); err != nil {
		return nil, err
	}
	out := make([]Change, len(entries))
	for i, e := range entries {
		out[i] = Change{Entry: e}
		for _, c := range e.Changes {
			if f, ok := v.changed(row, c); ok {
				out[i].Fields = append(out[i].Fields, f)
			}
		}
	}
	return out, nil
}

// collaboratorsField stands for the shares of a record, which are no field of it.
var collaboratorsField = &entity.Field{Name: "collaborators", Label: i18n.T("协作人", "Collaborators"), Type: entity.Refs, Ref: "user"}

func (v *View) changed(row *Row, c audit.Change) (ChangedField, bool) {
	f := v.def.Field(c.Field)
	if c.Field == collaboratorsField.Name {
		f = collaboratorsField
	}
	if f == nil || f != collaboratorsField && !v.s.visible(v.def, f) {
		return ChangedField{}, false
	}
	out := ChangedField{Field: f, Old: storedAgain(v.def, c.Field, c.Old), New: storedAgain(v.def, c.Field, c.New)}
	if v.masked(row, f) {
		out.Old, out.New = entity.Mask(f, out.Old), entity.Mask(f, out.New)
	}
	out.OldText, out.NewText = v.say(f, out.Old), v.say(f, out.New)
	return out, true
}

// nameLogged finds the names of the records that entries refer to.
func (v *View) nameLogged(ctx context.Context, entries []audit.Entry) error {
	wanted := map[string]map[id.ID]bool{}
	for _, e := range entries {
		for _, c := range e.Changes {
			f := v.def.Field(c.Field)
			if c.Field == collaboratorsField.Name {
				f = collaboratorsField
			}
			if f == nil || f.Ref == "" {
				continue
			}
			for _, value := range []any{c.Old, c.New} {
				for _, x := range refs(value) {
					if wanted[f.Ref] == nil {
						wanted[f.Ref] = map[id.ID]bool{}
					}
					wanted[f.Ref][x] = true
				}
			}
		}
	}
	for ref, ids := range wanted {
		names, err := v.s.Titles(ctx, ref, ids)
		if err != nil {
			return err
		}
		if v.names[ref] == nil {
			v.names[ref] = names
			continue
		}
		for x, name := range names {
			v.names[ref][x] = name
		}
	}
	return nil
}

// Undo takes back what the actor did in one bulk operation, as far as they may still do such a thing. What is left has a
// title for who may see it.
func (s *Session) Undo(ctx context.Context, batch id.ID) ([]Left, error) {
	entries, err := audit.OfBatch(ctx, s.Tx, batch, 0, 100_000)
	if err != nil {
		return nil, err
	}
	if batch == 0 || len(entries) == 0 || entries[0].User != s.Actor.ID || entries[0].Origin == audit.Import {
		return nil, errs.New(errs.NotFound, "")
	}
	var mine []audit.Entry
	var left []Left
	for _, e := range entries {
		may, err := s.mayTakeBack(ctx, e)
		switch {
		case err != nil:
			return nil, err
		case may:
			mine = append(mine, e)
		default:
			left = append(left, Left{Entity: e.Entity, ID: e.Record})
		}
	}
	changed, err := s.As(s.Actor, audit.Undo).TakeBack(ctx, mine, nil)
	if err != nil {
		return nil, err
	}
	left = append(left, changed...)
	for i, l := range left {
		titles, err := s.Titles(ctx, l.Entity, map[id.ID]bool{l.ID: true})
		if err != nil {
			return nil, err
		}
		left[i].Title = titles[l.ID]
	}
	return left, nil
}

// mayTakeBack reports whether the actor may still do to a record what an entry says they did. Who gave a record away may
// take that back although it is not theirs any more, as long as they may give records at all.
func (s *Session) mayTakeBack(ctx context.Context, e audit.Entry) (bool, error) {
	k := s.store.reg.byName[e.Entity]
	if k == nil || e.Origin == audit.Rule {
		return true, nil // nothing is taken back of it
	}
	needs := demands(e.Action)
	if needs == access.Assign {
		return s.Actor.May(k.def.ModuleName(), needs), nil
	}
	row, err := s.loadRow(ctx, k, e.Record)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil && row.can[needs], err
}

// FieldLabel gives the label of "entity.field" in the language of the actor.
func (s *Session) FieldLabel(name string) string {
	of, field, _ := strings.Cut(name, ".")
	def := s.Def(of)
	if def == nil || def.Field(field) == nil {
		return name
	}
	return def.Field(field).Label.In(s.Actor.Lang)
}
