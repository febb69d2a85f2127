package record

import (
	"slices"

	"genjin/internal/entity"
)

// Who puts a record away puts away what hangs on it, without changing that: lists and searches leave it out with the
// record, and it comes back with it. Only who names the record finds what hangs on it as ever.

// present gives the condition that a row of a kind, its table aliased t, was not put away, nor a record on which it hangs
// by one of parents. Many says that the rows of the whole table are asked, for which it is quicker to gather those that
// were put away first than to look each up.
func (reg *Registry) present(k *kind, t string, parents []string, many bool) string {
	sql := t + ".archived_at IS NULL"
	for _, name := range parents {
		of := reg.kind(k.def.Field(name).Ref)
		p := "p_" + name
		from := " FROM " + of.def.TableName() + " " + p + " WHERE " + reg.away(of, p, of.def.Parents)
		if many {
			sql += " AND " + t + "." + name + " NOT IN (SELECT " + p + ".id" + from + ")"
		} else {
			sql += " AND NOT EXISTS (SELECT 1" + from + " AND " + p + ".id = " + t + "." + name + ")"
		}
	}
	return sql
}

// away gives the condition that a row was put away, or a record on which it hangs by one of parents.
func (reg *Registry) away(k *kind, t string, parents []string) string {
	sql := t + ".archived_at IS NOT NULL"
	for _, name := range parents {
		of := reg.kind(k.def.Field(name).Ref)
		p := "p_" + name
		sql += " OR " + t + "." + name + " IN (SELECT " + p + ".id FROM " + of.def.TableName() + " " + p + " WHERE " + reg.away(of, p, of.def.Parents) + ")"
	}
	if len(parents) > 0 {
		return "(" + sql + ")"
	}
	return sql
}

// state gives the condition that rows belong among the records a query asks for, or among those that were put away.
func (s *Session) state(k *kind, q Query, many bool) string {
	parents := slices.DeleteFunc(slices.Clone(k.def.Parents), q.Filter.names)
	if q.Archived {
		return s.store.reg.away(k, "t", parents)
	}
	return s.store.reg.present(k, "t", parents, many)
}

// names reports whether a filter says which records a reference field names.
func (f *Filter) names(field string) bool {
	if f == nil {
		return false
	}
	if f.Field == field {
		return f.Op == entity.Is || f.Op == entity.In
	}
	return slices.ContainsFunc(f.And, func(one Filter) bool { return one.names(field) })
}
