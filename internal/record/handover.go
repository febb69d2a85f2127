package record

import (
	"context"
	"slices"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/id"
)

// Holding says how many records of an entity somebody owns, or answers for by a field that is entity.Field.Handed.
type Holding struct {
	Def   *entity.Def
	Field string // owner_id, or that field
	Count int64
}

// Holdings counts what a user owns and answers for, archived records too, in the order of the kinds; kinds of which they have
// nothing are left out. Whether the actor may know is the caller's to ask.
func (s *Session) Holdings(ctx context.Context, user id.ID) ([]Holding, error) {
	var out []Holding
	for _, k := range s.store.reg.kinds {
		for _, f := range k.def.Fields {
			if !f.Handed && !(k.def.Owned && f.Name == "owner_id") {
				continue
			}
			h := Holding{Def: s.Def(k.def.Name), Field: f.Name}
			if err := s.Tx.QueryRow(ctx, "SELECT COUNT(*) FROM "+k.def.TableName()+" WHERE "+f.Name+" = ?", int64(user)).Scan(&h.Count); err != nil {
				return nil, err
			}
			if h.Count > 0 {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// Reassign gives up to most records of a holding from one user to another, archived ones too, and says how many there were.
// What follows from a new owner follows; whether the actor may do it is the caller's to ask.
func (s *Session) Reassign(ctx context.Context, h Holding, from, to id.ID, most int) (int, error) {
	entityName := h.Def.Name
	k, def := s.store.reg.kind(entityName), s.Def(entityName)
	owner, found, err := s.owner(ctx, to)
	if err != nil {
		return 0, err
	}
	if !found || !owner.active {
		return 0, fieldError("to", "field.no_such_user")
	}
	values := Values{h.Field: int64(to)}
	if h.Def.Owned && h.Field == "owner_id" {
		values["department_id"] = int64(owner.department)
	}
	all := s.As(s.Actor.Elevated(), s.Origin)
	var ids []id.ID
	err = s.each(ctx, "SELECT id FROM "+k.def.TableName()+" WHERE "+h.Field+" = ? ORDER BY id LIMIT ?", []any{int64(from), most},
		func(scan func(dest ...any) error) error {
			var x id.ID
			err := scan(&x)
			ids = append(ids, x)
			return err
		})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	rows, err := all.rows(ctx, entityName, access.Condition{SQL: "t.id IN (" + marks(len(ids)) + ")", Args: anys(ids)})
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		old := k.bind.new()
		k.bind.fill(old, row.values[:len(k.names)])
		if err := all.giveTo(ctx, k, def, old, values); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// giveTo gives a record, archived or not, to whom values name.
func (s *Session) giveTo(ctx context.Context, k *kind, def *entity.Def, old any, values Values) error {
	rec := k.bind.clone(old)
	s.apply(k, def, rec, values)
	b := baseOf(rec)
	b.UpdatedAt, b.UpdatedBy = clock.At(s.Tx.Now), s.Actor.ID
	return s.rewrite(ctx, k, def, old, rec, "assign")
}

// takeBackAssign gives a record back to who had it before an entry, unless it was given on since, or they have left.
func (s *Session) takeBackAssign(ctx context.Context, k *kind, e audit.Entry, force bool) (*Left, error) {
	rec, err := s.current(ctx, k, e.Record)
	if rec == nil || err != nil {
		return nil, err
	}
	values, written, changed := s.oldValues(k, rec, e, force)
	if len(values) == 0 && len(changed) == 0 {
		return nil, nil //nolint:nilnil // taken back already
	}
	def, back, gone := s.Def(e.Entity), Values{}, false // what follows from who has it follows again
	for field, stored := range values {
		f := def.Field(field)
		if !f.Handed && field != "owner_id" && field != "department_id" {
			continue
		}
		back[field] = stored
		user, _ := stored.(int64) // none for a pool
		if f.Ref != "user" || user == 0 {
			continue
		}
		known, found, err := s.owner(ctx, id.ID(user))
		if err != nil {
			return nil, err
		}
		gone = gone || !found || !known.active
	}
	if len(changed) > 0 || gone {
		return &Left{Entity: e.Entity, ID: e.Record, Title: s.title(k, rec), Fields: append(changed, written...)}, nil
	}
	elevated := s.As(s.Actor.Elevated(), s.Origin)
	return nil, elevated.giveTo(ctx, k, def, rec, back)
}

// SharedWith counts the records shared with a user.
func (s *Session) SharedWith(ctx context.Context, user id.ID) (n int64, err error) {
	err = s.Tx.QueryRow(ctx, "SELECT COUNT(*) FROM share WHERE user_id = ?", int64(user)).Scan(&n)
	return n, err
}

// Reshare shares up to most of the records that are shared with one user with another instead, as far as they do not own
// them or have as much of them already, and says how many there were.
func (s *Session) Reshare(ctx context.Context, from, to id.ID, most int) (int, error) {
	type shared struct {
		record id.ID
		entity string
	}
	var all []shared
	err := s.each(ctx, "SELECT record_id, entity FROM share WHERE user_id = ? ORDER BY record_id LIMIT ?", []any{int64(from), most},
		func(scan func(dest ...any) error) error {
			var one shared
			err := scan(&one.record, &one.entity)
			all = append(all, one)
			return err
		})
	if err != nil {
		return 0, err
	}
	elevated := s.As(s.Actor.Elevated(), s.Origin)
	for _, one := range all {
		row, err := elevated.Load(ctx, one.entity, one.record)
		if err != nil {
			return 0, err
		}
		old, err := elevated.sharesOf(ctx, one.record)
		if err != nil {
			return 0, err
		}
		if err := elevated.writeShares(ctx, row, old, handedOn(old, from, to, row.id("owner_id"))); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// handedOn gives shares with to in the place of from.
func handedOn(shares []Share, from, to, owner id.ID) []Share {
	out := slices.Clone(shares)
	at := slices.IndexFunc(out, func(one Share) bool { return one.User == from })
	there := slices.IndexFunc(out, func(one Share) bool { return one.User == to })
	switch {
	case there >= 0:
		if out[at].Access == ShareEdit {
			out[there].Access = ShareEdit
		}
	case to != owner:
		out[at].User = to
		return out
	}
	return slices.Delete(out, at, at+1)
}
