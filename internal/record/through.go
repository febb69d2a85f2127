package record

import (
	"context"
	"maps"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// A record without an owner may lie in a group, which the field that entity.Def.Through names says. Some people see it
// through the group alone: they have a session of their own for that, which reaches those records and, of what hangs on
// them, only what entity.Def.AlsoThrough lets through, and in which what the group hides is hidden everywhere — from lists, filters, orders, searches and pages. The
// ordinary session of the same people does not reach the records at all.

// Through gives the session in which the actor sees the records of an entity that lie in a group, for view alone. Whether
// they may is for the caller to say. All says that what the group hides is shown.
func (s *Session) Through(ctx context.Context, entityName string, group id.ID, all bool) (*Session, error) {
	def := s.store.reg.kind(entityName).def
	actor := *s.Actor
	actor.System = false
	actor.Within = &access.Within{Entity: entityName, Column: def.Through, Group: group}
	if !all {
		hidden, err := s.hides(ctx, def, group)
		if err != nil {
			return nil, err
		}
		actor.Fields = s.hiding(actor.Fields, entityName, hidden)
	}
	return s.As(&actor, s.Origin), nil
}

// hiding gives field rules with the fields that a group hides, and with the words of what hangs on its records.
func (s *Session) hiding(rules map[string]map[string]access.FieldAccess, entityName string, hidden entity.List) map[string]map[string]access.FieldAccess {
	out := maps.Clone(rules)
	if out == nil {
		out = map[string]map[string]access.FieldAccess{}
	}
	hide := func(of, field string) {
		if out[of] = maps.Clone(out[of]); out[of] == nil {
			out[of] = map[string]access.FieldAccess{}
		}
		out[of][field] = access.FieldHidden
	}
	for _, name := range hidden {
		hide(entityName, name)
	}
	for _, k := range s.store.reg.kinds {
		if len(hidden) == 0 || !k.def.AlsoThrough || ParentField(k.def, entityName) == "" {
			continue
		}
		for _, f := range s.Def(k.def.Name).Fields {
			if f.Type == entity.Text || f.Type == entity.LongText {
				hide(k.def.Name, f.Name)
			}
		}
	}
	return out
}

// throughGroup gives the condition that a row of the table aliased t is among what the actor sees through a group.
func (s *Session) throughGroup(k *kind, t string, action access.Action) access.Condition {
	w := s.Actor.Within
	via := ParentField(k.def, w.Entity)
	if !k.def.AlsoThrough || via == "" {
		return w.Where(t, k.def.Name, action)
	}
	lies := w.Where("g", w.Entity, action)
	if lies.SQL == access.Never.SQL || !s.Actor.May(k.def.ModuleName(), action) {
		return access.Never
	}
	table := s.store.reg.kind(w.Entity).def.TableName()
	return access.Condition{SQL: t + "." + via + " IN (SELECT g.id FROM " + table + " g WHERE " + lies.SQL + ")", Args: lies.Args}
}

// hides gives the fields that a group hides.
func (s *Session) hides(ctx context.Context, def *entity.Def, group id.ID) (hidden entity.List, err error) {
	of := s.store.reg.kind(def.Field(def.Through).Ref)
	err = s.Tx.QueryRow(ctx, "SELECT hidden FROM "+of.def.TableName()+" WHERE id = ?", int64(group)).Scan(&hidden)
	if sqldb.IsNoRows(err) {
		return nil, errs.New(errs.NotFound, "")
	}
	return hidden, err
}

// unlessHidden gives the condition that a record may be found by a key: neither it nor what it hangs on lies in a group that
// hides the field, or the actor sees that without the group. Rows of the key are aliased t.
func (s *Session) unlessHidden(k *kind, key matchKey) access.Condition {
	if s.Actor.System {
		return access.Condition{}
	}
	if k.def.Through != "" {
		name := key.name
		if !key.child {
			name = key.field
		}
		return s.unlessIn(k, key.record, name)
	}
	var all []access.Condition
	for _, parent := range k.def.Parents {
		if of := s.store.reg.kind(k.def.Field(parent).Ref); of.def.Through != "" && !key.child {
			all = append(all, s.unlessIn(of, parent, key.name))
		}
	}
	return access.And(all...)
}

// unlessIn gives the condition that the record of a kind that a column of t names lies in no group that hides something, or
// that the actor sees it without the group.
func (s *Session) unlessIn(k *kind, column, hidden string) access.Condition {
	sees := s.where(k, "r", access.View)
	if sees.SQL == "" {
		return access.Condition{}
	}
	group := s.store.reg.kind(k.def.Field(k.def.Through).Ref).def.TableName()
	return access.Condition{
		SQL: "NOT EXISTS (SELECT 1 FROM " + k.def.TableName() + " r JOIN " + group + " g ON g.id = r." + k.def.Through +
			" WHERE r.id = t." + column + " AND " + s.Tx.Dialect().JSONHas("g.hidden") + " AND (" + sees.SQL + ") IS NOT TRUE)",
		Args: append([]any{hidden}, sees.Args...),
	}
}
