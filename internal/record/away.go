package record

import (
	"slices"
	"strings"

	"genjin/internal/entity"
)

// Who puts a record away puts away what hangs on it, without changing that: lists and searches leave it out with the
// record, and it comes back with it. What hangs on several is put away with the last of them. Only who names one of the
// records finds what hangs on it as ever.

// present gives the condition that a row of a kind, its table aliased t, was not put away, nor all records on which it
// hangs by parents. Many says that the rows of the whole table are asked, for which it is quicker to gather those that were
// put away first than to look each up.
func (reg *Registry) present(k *kind, t string, parents []string, many bool) string {
	there := make([]string, len(parents))
	for i, name := range parents {
		of := reg.kind(k.def.Field(name).Ref)
		p := "p_" + name
		from := " FROM " + of.def.TableName() + " " + p + " WHERE " + reg.away(of, p, of.def.Parents)
		if many {
			there[i] = t + "." + name + " NOT IN (SELECT " + p + ".id" + from + ")"
		} else {
			there[i] = "NOT EXISTS (SELECT 1" + from + " AND " + p + ".id = " + t + "." + name + ")"
		}
		if len(parents) > 1 { // of which a row may have one alone
			there[i] = t + "." + name + " IS NOT NULL AND " + there[i]
		}
	}
	switch len(parents) {
	case 0:
		return t + ".archived_at IS NULL"
	case 1:
		return t + ".archived_at IS NULL AND " + there[0]
	}
	return t + ".archived_at IS NULL AND (" + strings.Join(there, " OR ") + ")"
}

// away gives the condition that a row was put away, or all records on which it hangs by parents.
func (reg *Registry) away(k *kind, t string, parents []string) string {
	if len(parents) == 0 {
		return t + ".archived_at IS NOT NULL"
	}
	gone := make([]string, len(parents))
	for i, name := range parents {
		of := reg.kind(k.def.Field(name).Ref)
		p := "p_" + name
		gone[i] = t + "." + name + " IN (SELECT " + p + ".id FROM " + of.def.TableName() + " " + p + " WHERE " + reg.away(of, p, of.def.Parents) + ")"
		if len(parents) > 1 {
			gone[i] = "(" + t + "." + name + " IS NULL OR " + gone[i] + ")"
		}
	}
	return "(" + t + ".archived_at IS NOT NULL OR " + strings.Join(gone, " AND ") + ")"
}

// state gives the condition that rows belong among the records a query asks for, or among those that were put away.
func (s *Session) state(k *kind, q Query, many bool) string {
	parents := k.def.Parents
	if slices.ContainsFunc(parents, q.Filter.names) {
		parents = nil
	}
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
