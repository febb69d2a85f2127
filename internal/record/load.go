package record

import (
	"context"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Get gives the record with this id if the actor may see it; an errs.NotFound otherwise. Archived records are given.
func Get[T any](ctx context.Context, s *Session, x id.ID) (*T, error) {
	rec, err := s.loadFor(ctx, kindOf[T](s.store.reg), x, access.View)
	if err != nil {
		return nil, err
	}
	return rec.(*T), nil
}

// Find gives the records that q describes, within the actor's reach. Q.Fields is ignored: records come whole.
func Find[T any](ctx context.Context, s *Session, q Query) ([]*T, error) {
	k := kindOf[T](s.store.reg)
	q.Fields = nil
	page, err := s.list(ctx, k, q)
	if err != nil {
		return nil, err
	}
	out := make([]*T, len(page.Rows))
	for i, row := range page.Rows {
		rec := k.bind.new()
		k.bind.fill(rec, row.values[:len(k.names)])
		out[i] = rec.(*T)
	}
	return out, nil
}

// loadFor loads a record for an action: not found when the actor may not see it, denied when they see it but the action
// does not reach it.
func (s *Session) loadFor(ctx context.Context, k *kind, x id.ID, needs access.Action) (any, error) {
	row, err := s.loadRow(ctx, k, x)
	if err != nil {
		return nil, err
	}
	if !row.can[needs] {
		return nil, errs.New(errs.Denied, "")
	}
	if archived := row.values[k.def.Index("archived_at")]; archived != nil && needs == access.Edit {
		return nil, errs.New(errs.Conflict, "record.archived")
	}
	rec := k.bind.new()
	k.bind.fill(rec, row.values[:len(k.names)])
	return rec, nil
}

// asked are the actions whose reach a record says to its reader.
var asked = []access.Action{access.Edit, access.Delete, access.Assign}

// loadRow loads a visible record with what the actor may do to it.
func (s *Session) loadRow(ctx context.Context, k *kind, x id.ID) (*Row, error) {
	def := s.Def(k.def.Name)
	selected := k.columns
	var args []any
	for _, action := range asked {
		where := s.where(k, "t", action)
		if where.SQL == "" {
			where.SQL = "1 = 1"
		}
		selected += ", CASE WHEN " + where.SQL + " THEN 1 ELSE 0 END"
		args = append(args, where.Args...)
	}
	where := access.And(access.Condition{SQL: "t.id = ?", Args: []any{int64(x)}}, s.where(k, "t", access.View))
	args = append(args, where.Args...)
	values := make([]any, len(k.names))
	can := make([]int64, len(asked))
	dest := make([]any, 0, len(values)+len(can))
	for i := range values {
		dest = append(dest, &values[i])
	}
	for i := range can {
		dest = append(dest, &can[i])
	}
	err := s.Tx.QueryRow(ctx, "SELECT "+selected+" FROM "+k.def.TableName()+" t WHERE "+where.SQL, args...).Scan(dest...)
	if sqldb.IsNoRows(err) {
		return nil, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return nil, err
	}
	if len(def.Fields) > len(values) {
		values = extend(values, def, entity.CustomOf(values[def.Index("custom")]))
	}
	row := &Row{def: def, values: values, can: map[access.Action]bool{access.View: true}}
	for i, action := range asked {
		row.can[action] = can[i] == 1 || s.created[x] != nil
	}
	return row, nil
}

// mayCreate reports whether the actor may make records of the kind at all.
func (s *Session) mayCreate(k *kind) bool {
	return s.Actor.May(k.def.ModuleName(), access.Create)
}

// where gives the condition that the actor's reach for action includes a row of the table aliased t. Owned records are
// changed by those whose reach includes them; others by those who may change a parent. Either is seen by whoever sees
// a parent.
func (s *Session) where(k *kind, t string, action access.Action) access.Condition {
	def := k.def
	if s.Actor.System || def.Common && action == access.View {
		return access.Condition{}
	}
	if !s.Actor.Lets(def.ModuleName(), action) {
		return access.Never
	}
	if !def.Owned && len(def.Parents) == 0 {
		if s.Actor.May(def.ModuleName(), action) {
			return access.Condition{}
		}
		return access.Never
	}
	own := access.Never
	if def.Owned {
		own = s.Actor.Where(t, def.ModuleName(), action)
	}
	if own.SQL == "" || def.Owned && action != access.View {
		return own
	}
	or := []access.Condition{own}
	for _, name := range def.Parents {
		parent := s.store.reg.kind(def.Field(name).Ref)
		of := s.where(parent, "p_"+name, parentAction(action))
		if of.SQL == "" {
			or = append(or, access.Condition{SQL: t + "." + name + " IS NOT NULL"})
			continue
		}
		or = append(or, access.Condition{
			SQL:  "EXISTS (SELECT 1 FROM " + parent.def.TableName() + " p_" + name + " WHERE p_" + name + ".id = " + t + "." + name + " AND " + of.SQL + ")",
			Args: of.Args,
		})
	}
	return anyOf(or)
}

// parentAction is what one must be able to do with the parent to do action with what hangs on it.
func parentAction(action access.Action) access.Action {
	switch action {
	case access.Create, access.Delete, access.Assign:
		return access.Edit
	}
	return action
}

func anyOf(conditions []access.Condition) access.Condition {
	var parts []string
	var args []any
	for _, c := range conditions {
		if c.SQL != access.Never.SQL {
			parts, args = append(parts, c.SQL), append(args, c.Args...)
		}
	}
	switch len(parts) {
	case 0:
		return access.Never
	case 1:
		return access.Condition{SQL: parts[0], Args: args}
	}
	return access.Condition{SQL: "(" + strings.Join(parts, " OR ") + ")", Args: args}
}

// checkParents refuses records that hang on nothing, or on a record that the actor may not add to.
func (s *Session) checkParents(ctx context.Context, k *kind, recs []any, refused []error) error {
	if len(k.def.Parents) == 0 {
		return nil
	}
	for i, rec := range recs {
		if refused[i] == nil && !s.hangs(k, rec) && !k.def.Owned {
			refused[i] = fieldError(k.def.Parents[0], "field.required")
		}
	}
	needs := access.Action(k.def.ParentNeeds)
	if needs == "" {
		needs = access.Edit
	}
	for _, name := range k.def.Parents {
		if err := s.checkRef(ctx, k, k.def.Field(name), needs, recs, refused); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) hangs(k *kind, rec any) bool {
	for _, name := range k.def.Parents {
		if k.bind.value(rec, k.def.Index(name)) != nil {
			return true
		}
	}
	return false
}

// checkParentsChanged is checkParents for a change, which may move a record from one parent to another.
func (s *Session) checkParentsChanged(ctx context.Context, k *kind, old, rec any, refused []error) error {
	for _, name := range k.def.Parents {
		i := k.def.Index(name)
		if k.bind.value(old, i) != k.bind.value(rec, i) {
			return s.checkParents(ctx, k, []any{rec}, refused)
		}
	}
	return nil
}

// checkRefs refuses references to records that are not there or that the actor may not see.
func (s *Session) checkRefs(ctx context.Context, k *kind, def *entity.Def, recs []any, refused []error) error {
	for _, f := range def.Fields[:len(k.names)] {
		if f.Type != entity.Ref || f.Ref == "" || f.ReadOnly || f.Name == "owner_id" || slices.Contains(def.Parents, f.Name) {
			continue
		}
		if err := s.checkRef(ctx, k, f, access.View, recs, refused); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) checkRef(ctx context.Context, k *kind, f *entity.Field, needs access.Action, recs []any, refused []error) error {
	target := s.store.reg.kind(f.Ref)
	at := k.def.Index(f.Name)
	wanted := map[id.ID]bool{}
	for i, rec := range recs {
		if x, ok := k.bind.value(rec, at).(int64); ok && refused[i] == nil && s.created[id.ID(x)] == nil {
			wanted[id.ID(x)] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	reachable, err := s.reachable(ctx, target, wanted, needs)
	if err != nil {
		return err
	}
	for i, rec := range recs {
		x, ok := k.bind.value(rec, at).(int64)
		if ok && refused[i] == nil && s.created[id.ID(x)] == nil && !reachable[id.ID(x)] {
			refused[i] = fieldError(f.Name, "field.no_such", "label", target.def.Label)
		}
	}
	return nil
}

// reachable gives those of ids that the actor's reach for action includes.
func (s *Session) reachable(ctx context.Context, k *kind, ids map[id.ID]bool, needs access.Action) (map[id.ID]bool, error) {
	out := make(map[id.ID]bool, len(ids))
	all := make([]any, 0, len(ids))
	for x := range ids {
		all = append(all, int64(x))
	}
	for chunk := range slices.Chunk(all, 500) {
		where := access.And(access.Condition{SQL: "t.id IN (" + marks(len(chunk)) + ")", Args: chunk}, s.where(k, "t", needs))
		rows, err := s.Tx.Query(ctx, "SELECT t.id FROM "+k.def.TableName()+" t WHERE "+where.SQL, where.Args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var x id.ID
			if err := rows.Scan(&x); err != nil {
				return nil, closing(rows, err)
			}
			out[x] = true
		}
		if err := closing(rows, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}
