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
	if archived := row.values[k.def.Index("archived_at")]; archived != nil && (needs == access.Edit || needs == access.Assign) {
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
	if s.Actor.Within != nil {
		return s.throughGroup(k, t, action)
	}
	if def.Authored && action == access.Edit {
		return access.And(s.within(k, t, action), access.Condition{SQL: t + ".created_by = ?", Args: []any{int64(s.Actor.ID)}})
	}
	return s.within(k, t, action)
}

// within is where without regard to who made a record.
func (s *Session) within(k *kind, t string, action access.Action) access.Condition {
	def := k.def
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
		if err := s.checkRef(ctx, k.def.Field(name), needs, true, s.refsAt(k, k.def, k.def.Index(name), nil, recs), refused); err != nil {
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

// checkRefs refuses new references to records that are not there or that the actor may not see.
func (s *Session) checkRefs(ctx context.Context, k *kind, def *entity.Def, old any, recs []any, refused []error) error {
	for i, f := range def.Fields {
		if f.Type != entity.Ref || f.Ref == "" || f.ReadOnly || f.Name == "owner_id" || slices.Contains(def.Parents, f.Name) {
			continue
		}
		if err := s.checkRef(ctx, f, access.View, false, s.refsAt(k, def, i, old, recs), refused); err != nil {
			return err
		}
	}
	return nil
}

// refsAt gives whom each of recs names in field i of def; zero for nobody, for whom old named too, and for records made
// in this session.
func (s *Session) refsAt(k *kind, def *entity.Def, i int, old any, recs []any) []id.ID {
	value := func(rec any) any {
		if f := def.Fields[i]; f.Custom {
			return baseOf(rec).Custom[f.Name]
		}
		return k.bind.value(rec, i)
	}
	out := make([]id.ID, len(recs))
	for r, rec := range recs {
		x, _ := value(rec).(int64)
		if s.created[id.ID(x)] == nil && (old == nil || value(old) != value(rec)) {
			out[r] = id.ID(x)
		}
	}
	return out
}

// checkRef refuses those records whose reference does not lead to one that the actor sees and that their reach for needs
// includes. Nothing is added to what has been put away.
func (s *Session) checkRef(ctx context.Context, f *entity.Field, needs access.Action, adds bool, wanted []id.ID, refused []error) error {
	set := map[id.ID]bool{}
	for i, x := range wanted {
		if x != 0 && refused[i] == nil {
			set[x] = true
		}
	}
	if len(set) == 0 {
		return nil
	}
	target := s.store.reg.kind(f.Ref)
	archived, err := s.reachable(ctx, target, set, needs)
	if err != nil {
		return err
	}
	for i, x := range wanted {
		if x == 0 || refused[i] != nil {
			continue
		}
		away, found := archived[x]
		switch {
		case !found:
			refused[i] = fieldError(f.Name, "field.no_such", "label", target.def.Label)
		case away && adds:
			refused[i] = fieldError(f.Name, "record.archived")
		}
	}
	return nil
}

// reachable gives those of a set that the actor sees and that their reach for action includes, and whether each is
// archived.
func (s *Session) reachable(ctx context.Context, k *kind, set map[id.ID]bool, needs access.Action) (map[id.ID]bool, error) {
	archived := make(map[id.ID]bool, len(set))
	where := access.And(in(s, "t.id", ids(set)), s.where(k, "t", needs))
	if needs != access.View {
		where = access.And(where, s.where(k, "t", access.View))
	}
	err := s.each(ctx, "SELECT t.id, CASE WHEN t.archived_at IS NULL THEN 0 ELSE 1 END FROM "+k.def.TableName()+" t WHERE "+where.SQL, where.Args,
		func(scan func(dest ...any) error) error {
			var x id.ID
			var away bool
			err := scan(&x, &away)
			archived[x] = away
			return err
		})
	return archived, err
}
