package record

import (
	"context"
	"maps"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/search"
	"genjin/internal/sqldb"
)

// Create adds a record and fills in what the system gives it: id, times, owner, derived values.
func Create[T any](ctx context.Context, s *Session, rec *T) error {
	refused, err := s.create(ctx, kindOf[T](s.store.reg), []any{rec})
	if err != nil {
		return err
	}
	return refused[0]
}

// Update changes the record with this id by fn. A version other than zero must be the record's present one. What fn
// does not change is not written; when it changes nothing, nothing is written or logged.
func Update[T any](ctx context.Context, s *Session, x id.ID, version int64, fn func(rec *T) error) (*T, error) {
	return Act(ctx, s, x, version, "update", fn)
}

// Act is Update with another word for it in the log: the name of an action of the entity.
func Act[T any](ctx context.Context, s *Session, x id.ID, version int64, verb audit.Action, fn func(rec *T) error) (*T, error) {
	k := kindOf[T](s.store.reg)
	rec, err := s.update(ctx, k, x, version, verb, func(rec any) error { return fn(rec.(*T)) })
	if err != nil {
		return nil, err
	}
	return rec.(*T), nil
}

// create adds many records at once. Each gets its own verdict in refused; those without one are written. Err is for
// failures that are nobody's input.
func (s *Session) create(ctx context.Context, k *kind, recs []any) (refused []error, err error) {
	refused = make([]error, len(recs))
	if len(recs) == 0 {
		return refused, nil
	}
	if !s.mayCreate(k) {
		return nil, errs.New(errs.Denied, "")
	}
	def := s.Def(k.def.Name)
	for i, rec := range recs {
		refused[i] = s.prepare(ctx, k, def, nil, rec)
	}
	if err := s.checkParents(ctx, k, recs, refused); err != nil {
		return nil, err
	}
	if err := s.checkRefs(ctx, k, def, nil, recs, refused); err != nil {
		return nil, err
	}
	if err := s.checkUnique(ctx, k, def, nil, recs, refused); err != nil {
		return nil, err
	}
	for i, rec := range recs {
		if refused[i] == nil {
			refused[i] = run(ctx, s, k.check, nil, rec)
		}
		if refused[i] != nil {
			delete(s.created, baseOf(rec).ID)
		}
	}
	if s.Dry {
		return refused, nil
	}
	return refused, s.insert(ctx, k, def, recs, refused)
}

// prepare gives a record what the system gives it, runs the Fill rules and checks every value that is new.
func (s *Session) prepare(ctx context.Context, k *kind, def *entity.Def, old, rec any) error {
	b := baseOf(rec)
	if old == nil {
		b.ID, b.Version = s.Tx.NewID(), 1
		b.CreatedAt, b.CreatedBy = clock.At(s.Tx.Now), s.Actor.ID
		s.created[b.ID] = rec
	}
	b.UpdatedAt, b.UpdatedBy = clock.At(s.Tx.Now), s.Actor.ID
	if err := s.own(ctx, k, old, rec); err != nil {
		return err
	}
	if err := run(ctx, s, k.fill, old, rec); err != nil {
		return err
	}
	if err := s.checkValues(k, def, old, rec); err != nil {
		return err
	}
	s.keepProofs(k, old, rec)
	return nil
}

func run(ctx context.Context, s *Session, rules []rule, old, rec any) error {
	for _, r := range rules {
		if err := r(ctx, s, old, rec); err != nil {
			return err
		}
	}
	return nil
}

// own settles who owns a record: on a create the actor, unless somebody is named. Giving a record to somebody else
// needs the permission to assign, and that person within its reach. The department is the owner's; what is taken from its
// owner stays with the department.
func (s *Session) own(ctx context.Context, k *kind, old, rec any) error {
	o := ownedOf(rec)
	if o == nil {
		return nil
	}
	var was Owned
	if old != nil {
		was = *ownedOf(old)
	} else if o.OwnerID == 0 {
		o.OwnerID = s.Actor.ID
	}
	if o.OwnerID == was.OwnerID {
		o.DepartmentID = was.DepartmentID
		s.disown(k, rec)
		return nil
	}
	if o.OwnerID == 0 {
		s.disown(k, rec)
		return s.mayAssign(k, was)
	}
	owner, found, err := s.owner(ctx, o.OwnerID)
	if err != nil {
		return err
	}
	if !found || !owner.active {
		return fieldError("owner_id", "field.no_such_user")
	}
	o.DepartmentID = owner.department
	if old == nil && o.OwnerID == s.Actor.ID {
		return nil
	}
	if old != nil {
		if err := s.mayAssign(k, was); err != nil {
			return err
		}
	}
	return s.mayAssign(k, *o)
}

// disown takes a record that lies in a group from its department, too: it is the group's.
func (s *Session) disown(k *kind, rec any) {
	if k.def.Through != "" && k.bind.value(rec, k.def.Index(k.def.Through)) != nil {
		ownedOf(rec).DepartmentID = 0
	}
}

func (s *Session) mayAssign(k *kind, o Owned) error {
	if s.Actor.Reach(k.def.ModuleName(), access.Assign).Includes(o.OwnerID, o.DepartmentID) {
		return nil
	}
	return fieldError("owner_id", "field.assign_denied")
}

// checkValues checks what changed against types and settings, and tidies it.
func (s *Session) checkValues(k *kind, def *entity.Def, old, rec any) error {
	var problems errs.Fields
	before := s.stored(k, def, old)
	after := s.stored(k, def, rec)
	tidied := false
	for i, f := range def.Fields {
		value := after[i]
		if before != nil && before[i] == value {
			continue
		}
		if entity.IsMissing(value) {
			if f.Required {
				problems.Add(f.Name, "field.required")
			}
			continue
		}
		if f.Internal || f.ReadOnly && !f.OnImport {
			continue
		}
		tidy, problem := f.Type.Check(value, f)
		if problem == nil && f.Required && entity.IsMissing(tidy) { // it was blank
			problem = entity.Problemf("field.required")
		}
		if problem != nil && !problem.Warning {
			problems = append(problems, problem.Field(f.Name))
			continue
		}
		if tidy != value {
			after[i], tidied = tidy, true
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	if tidied {
		s.setStored(k, def, rec, after)
	}
	return nil
}

// stored gives all stored values of a record in the order of def, the company's own fields included; nil for nil.
func (s *Session) stored(k *kind, def *entity.Def, rec any) []any {
	if rec == nil {
		return nil
	}
	values := k.bind.values(rec)
	if len(values) == len(def.Fields) {
		return values
	}
	return extend(values, def, baseOf(rec).Custom)
}

func extend(values []any, def *entity.Def, custom entity.Custom) []any {
	for _, f := range def.Fields[len(values):] {
		value, ok := custom[f.Name]
		if !ok {
			value = entity.Missing(f.Type)
		}
		values = append(values, value)
	}
	return values
}

func (s *Session) setStored(k *kind, def *entity.Def, rec any, values []any) {
	own := len(k.bind.paths)
	k.bind.fill(rec, values[:own])
	b := baseOf(rec)
	if len(def.Fields) > own {
		b.Custom = maps.Clone(b.Custom)
		if b.Custom == nil {
			b.Custom = entity.Custom{}
		}
	}
	for i, f := range def.Fields[own:] {
		b.Custom[f.Name] = values[own+i]
	}
}

// checkUnique refuses new values that another record holds already, stored or earlier among recs.
func (s *Session) checkUnique(ctx context.Context, k *kind, def *entity.Def, old any, recs []any, refused []error) error {
	for i, f := range def.Fields {
		if !f.Unique {
			continue
		}
		values := make([]string, len(recs)) // "" for what need not be checked
		first := map[string]bool{}
		for r, rec := range recs {
			value, _ := k.bind.value(rec, i).(string)
			switch {
			case refused[r] != nil || value == "" || old != nil && k.bind.value(old, i) == value:
			case first[value]:
				refused[r] = fieldError(f.Name, "field.taken", "value", value)
			default:
				first[value], values[r] = true, value
			}
		}
		holders, err := s.holders(ctx, k, f.Name, first)
		if err != nil {
			return err
		}
		for r, value := range values {
			if holder := holders[value]; holder != 0 && holder != baseOf(recs[r]).ID {
				refused[r] = fieldError(f.Name, "field.taken", "value", value)
			}
		}
	}
	return nil
}

// holders gives, of values of a field, those that stored records hold, and who.
func (s *Session) holders(ctx context.Context, k *kind, field string, values map[string]bool) (map[string]id.ID, error) {
	out := map[string]id.ID{}
	if len(values) == 0 {
		return out, nil
	}
	// The second condition lets the partial index of present values serve.
	where := in(s, field, slices.Collect(maps.Keys(values)))
	err := s.each(ctx, "SELECT "+field+", id FROM "+k.def.TableName()+" WHERE "+where.SQL+" AND "+field+" <> ''", where.Args,
		func(scan func(dest ...any) error) error {
			var value string
			var holder id.ID
			err := scan(&value, &holder)
			out[value] = holder
			return err
		})
	return out, err
}

// insert writes the records that were not refused, with their log entries and search terms, and runs the After rules.
func (s *Session) insert(ctx context.Context, k *kind, def *entity.Def, recs []any, refused []error) error {
	var rows [][]any
	var entries []audit.Entry
	var docs []search.Doc
	for i, rec := range recs {
		if refused[i] != nil {
			continue
		}
		values := s.stored(k, def, rec)
		rows = append(rows, values[:len(k.names)])
		if !def.Derived { // those are a log themselves
			entries = append(entries, s.entry(k, rec, "create", created(def, values)))
		}
		if doc, ok := searchDoc(def, values, baseOf(rec).ID); ok {
			docs = append(docs, doc)
		}
	}
	s.index().Add(docs)
	names, rows := filled(k.names, rows)
	if err := s.Tx.InsertMany(ctx, k.def.TableName(), names, rows); err != nil {
		return taken(err)
	}
	if err := audit.Write(ctx, s.Tx, entries); err != nil {
		return err
	}
	if err := s.startClocks(ctx, k, recs, refused); err != nil {
		return err
	}
	for i, rec := range recs {
		if refused[i] == nil {
			if err := run(ctx, s, k.after, nil, rec); err != nil {
				return err
			}
		}
	}
	return nil
}

// filled leaves out the columns in which no row has anything: what is missing is every column's default. Most of a wide
// table's columns are empty in most workbooks.
func filled(names []string, rows [][]any) ([]string, [][]any) {
	var kept []int
	for i := range names {
		if slices.ContainsFunc(rows, func(row []any) bool { return !entity.IsMissing(row[i]) }) {
			kept = append(kept, i)
		}
	}
	columns, values := make([]string, len(kept)), make([][]any, len(rows))
	for n, i := range kept {
		columns[n] = names[i]
	}
	for r, row := range rows {
		values[r] = make([]any, len(kept))
		for n, i := range kept {
			values[r][n] = row[i]
		}
	}
	return columns, values
}

// taken turns a violated unique index, which two writers at once can meet on PostgreSQL, into the user's error.
func taken(err error) error {
	if column, ok := sqldb.UniqueViolation(err); ok {
		return &errs.Error{Kind: errs.Conflict, Fields: []errs.Field{{Name: column, Key: "field.taken_now"}}}
	}
	return err
}

func (s *Session) update(ctx context.Context, k *kind, x id.ID, version int64, verb audit.Action, fn func(rec any) error) (any, error) {
	def := s.Def(k.def.Name)
	old, err := s.loadFor(ctx, k, x, demands(verb))
	if err != nil {
		return nil, err
	}
	if version != 0 && baseOf(old).Version != version {
		return nil, errs.New(errs.Stale, "")
	}
	rec := k.bind.clone(old)
	if err := fn(rec); err != nil {
		return nil, err
	}
	before := s.stored(k, def, old)
	if slices.Equal(before, s.stored(k, def, rec)) {
		return old, nil
	}
	if err := s.prepare(ctx, k, def, old, rec); err != nil {
		return nil, err
	}
	refused := []error{nil}
	recs := []any{rec}
	if err := s.checkParentsChanged(ctx, k, old, rec, refused); err != nil {
		return nil, err
	}
	if err := s.checkRefs(ctx, k, def, old, recs, refused); err != nil {
		return nil, err
	}
	if err := s.checkUnique(ctx, k, def, old, recs, refused); err != nil {
		return nil, err
	}
	if refused[0] != nil {
		return nil, refused[0]
	}
	if err := run(ctx, s, k.check, old, rec); err != nil {
		return nil, err
	}
	if s.Dry {
		return rec, nil
	}
	return rec, s.rewrite(ctx, k, def, old, rec, verb)
}

// demands is the permission that a change of a record needs.
func demands(verb audit.Action) access.Action {
	switch verb {
	case "archive", "restore":
		return access.Delete
	case "assign":
		return access.Assign
	}
	return access.Edit
}

// rewrite writes the columns that changed, with log entry and search terms, and runs the After rules.
func (s *Session) rewrite(ctx context.Context, k *kind, def *entity.Def, old, rec any, verb audit.Action) error {
	b := baseOf(rec)
	b.Version = baseOf(old).Version + 1
	before, after := s.stored(k, def, old), s.stored(k, def, rec)
	n, err := s.put(ctx, k, before, after, "id = ? AND version = ?", b.ID, baseOf(old).Version)
	if err != nil {
		return taken(err)
	}
	if n == 0 {
		return errs.New(errs.Stale, "")
	}
	changes := changed(def, before, after)
	if err := audit.Write(ctx, s.Tx, []audit.Entry{s.entry(k, rec, verb, changes)}); err != nil {
		return err
	}
	s.reindex(def, before, after, b.ID)
	if err := s.moveClocks(ctx, k, old, rec); err != nil {
		return err
	}
	return run(ctx, s, k.after, old, rec)
}

// put writes the columns that differ into the row for which a condition holds, and says how many rows that were.
func (s *Session) put(ctx context.Context, k *kind, before, after []any, where string, which ...any) (int64, error) {
	var set []string
	var args []any
	for i, name := range k.names {
		if before[i] != after[i] {
			set, args = append(set, name+" = ?"), append(args, after[i])
		}
	}
	if len(set) == 0 {
		return 0, nil
	}
	return s.Tx.Exec(ctx, "UPDATE "+k.def.TableName()+" SET "+strings.Join(set, ", ")+" WHERE "+where, append(args, which...)...)
}

// reindex brings the search index up to date when a searched value changed. Records that were put away stay in it: lists of
// those are searched, too.
func (s *Session) reindex(def *entity.Def, before, after []any, x id.ID) {
	same := true
	for i, f := range def.Fields {
		same = same && (!f.Search.Indexed() || before[i] == after[i])
	}
	if same {
		return
	}
	if doc, ok := searchDoc(def, after, x); ok {
		s.index().Replace(doc)
	} else {
		s.index().Remove(x)
	}
}

func searchDoc(def *entity.Def, values []any, x id.ID) (search.Doc, bool) {
	doc := search.Doc{ID: x, Tag: def.Tag()}
	for i, f := range def.Fields {
		if text, ok := values[i].(string); ok && text != "" && f.Search.Indexed() {
			doc.Texts = append(doc.Texts, search.Text{Way: f.Search, Value: text})
		}
	}
	return doc, len(doc.Texts) > 0
}

func (s *Session) entry(k *kind, rec any, verb audit.Action, changes []audit.Change) audit.Entry {
	return audit.Entry{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin, Batch: s.Batch,
		Entity: k.def.Name, Record: baseOf(rec).ID, Action: verb, Changes: changes,
	}
}

// unlogged are the fields that change with every write and would say nothing in the log.
func unlogged(f *entity.Field) bool {
	return f.Internal || f.Name == "updated_at" || f.Name == "updated_by"
}

func created(def *entity.Def, values []any) []audit.Change {
	var out []audit.Change
	for i, f := range def.Fields {
		if !unlogged(f) && !entity.IsMissing(values[i]) && f.Name != "created_at" && f.Name != "created_by" {
			out = append(out, audit.Change{Field: f.Name, New: values[i]})
		}
	}
	return out
}

func changed(def *entity.Def, before, after []any) []audit.Change {
	var out []audit.Change
	for i, f := range def.Fields {
		if !unlogged(f) && before[i] != after[i] {
			out = append(out, audit.Change{Field: f.Name, Old: before[i], New: after[i]})
		}
	}
	return out
}

func fieldError(field, key string, pairs ...any) error { return errs.OfField(field, key, pairs...) }

func marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }
