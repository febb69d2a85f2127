package importer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// turn is one batch in one session.
type turn struct {
	*writer
	s      *record.Session
	reader *reader
	items  []*item
	made   []id.ID
	result Result
}

// fate is what becomes of a row: the record it belongs to, and whether that is made, changed or left.
type fate struct {
	record  id.ID
	create  bool
	change  string // Fill or Overwrite: change the record so
	attach  bool   // add what hangs on it although the record itself stays
	skipped bool
	same    int // row of this batch that makes the record; -1 for none
}

// errAgain tells that a row was refused after a part of it was written: the batch is written anew without that row.
var errAgain = errors.New("importer: a row was refused half way")

func (t *turn) run(ctx context.Context) error {
	for _, it := range t.items {
		it.problems, it.refused = it.problems[:it.kept], it.doomed
		if err := t.resolve(ctx, it); err != nil {
			return err
		}
		t.finishItem(it)
	}
	for {
		made, seen := len(t.made), maps.Clone(t.seen)
		err := t.s.Try(ctx, func() error { return t.attempt(ctx) })
		if !errors.Is(err, errAgain) {
			return err
		}
		t.made, t.writer.seen = t.made[:made], seen
	}
}

// attempt writes the rows that are not refused.
func (t *turn) attempt(ctx context.Context) error {
	fates, err := t.decide(ctx)
	if err != nil {
		return err
	}
	if err := t.createMain(ctx, fates); err != nil {
		return err
	}
	changed, err := t.changeMain(ctx, fates)
	if err != nil {
		return err
	}
	added, err := t.addChildren(ctx, fates)
	if err != nil {
		return err
	}
	for i, f := range fates {
		if t.items[i].refused && f.record != 0 {
			return errAgain
		}
	}
	t.count(fates, changed, added)
	return nil
}

// resolve looks up what a row names: colleagues by name or login, records by title or code, and choices that are to be
// added.
func (t *turn) resolve(ctx context.Context, it *item) error {
	for _, n := range it.names {
		f := n.target.Field
		if f.Type != entity.Ref {
			if err := t.addChoice(ctx, it, n); err != nil {
				return err
			}
			continue
		}
		x, err := t.s.Named(ctx, f.Ref, n.text)
		if err != nil {
			return err
		}
		if x != 0 {
			it.set(n.target, int64(x))
			continue
		}
		t.reader.warn(it, mapped{Column{Header: n.header}, n.target}, n.text, entity.Problemf("import.no_such_name", "value", n.text, "label", f.Label))
	}
	return nil
}

func (t *turn) addChoice(ctx context.Context, it *item, n named) error {
	value, err := t.s.AddChoice(ctx, n.target.Entity, n.target.Field.Name, n.text)
	if e, ok := errs.As(err); ok {
		t.reader.refuse(it, n.header, n.text, e.Fields[0].Key, e.Fields[0].Params)
		return nil
	}
	if err != nil {
		return err
	}
	if n.target.Field.Type == entity.AnyOf {
		it.set(n.target, entity.List{value}.Stored())
		return nil
	}
	it.set(n.target, value)
	return nil
}

func (t *turn) finishItem(it *item) {
	if owner := t.imp.Options.OwnerID; owner != 0 && it.main["owner_id"] == nil && t.s.Def(t.imp.Entity).Owned {
		it.main["owner_id"] = int64(owner)
	}
	if complete := t.m.complete[t.imp.Entity]; complete != nil {
		complete(it.main, it.children, t.s.Today(), t.reader.env)
	}
}

// decide finds for each row the record it belongs to: by the id of an export, among the rows before it, or among what
// is stored.
func (t *turn) decide(ctx context.Context) ([]fate, error) {
	candidates := make([]record.Candidate, len(t.items))
	for i, it := range t.items {
		candidates[i] = candidate(t.imp.Entity, it)
	}
	found, err := t.s.Match(ctx, t.imp.Entity, candidates)
	if err != nil {
		return nil, err
	}
	exported, err := t.exported(ctx)
	if err != nil {
		return nil, err
	}
	fates := make([]fate, len(t.items))
	inBatch := map[string]int{}
	for i, it := range t.items {
		if it.refused {
			continue
		}
		fates[i] = t.fate(it, exported[it.id], found[i])
		keys := t.s.SureKeys(t.imp.Entity, candidates[i])
		if fates[i].create && t.imp.Options.Duplicates != Create {
			t.joinEarlier(i, keys, inBatch, fates)
		}
		if fates[i].create {
			for _, key := range keys {
				inBatch[key] = i
			}
		}
	}
	return fates, nil
}

// joinEarlier lets a row that names the same record as an earlier row of the file belong to that record.
func (t *turn) joinEarlier(i int, keys []string, inBatch map[string]int, fates []fate) {
	for _, key := range keys {
		if first, ok := inBatch[key]; ok {
			fates[i] = fate{same: first, attach: true}
			return
		}
		if t.dry {
			if _, ok := t.seen[key]; ok {
				fates[i] = fate{attach: true, same: -1}
				return
			}
			t.seen[key] = 1
		}
	}
}

func candidate(entityName string, it *item) record.Candidate {
	c := record.Candidate{}
	for name, value := range it.main {
		c[entityName+"."+name] = value
	}
	for child, values := range it.children {
		for name, value := range values {
			c[child+"."+name] = value
		}
	}
	return c
}

// exported gives those records, of the ids that rows bring from an export, that the actor sees.
func (t *turn) exported(ctx context.Context) (map[id.ID]bool, error) {
	ids := map[id.ID]bool{}
	for _, it := range t.items {
		if it.id != 0 {
			ids[it.id] = true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	titles, err := t.s.Titles(ctx, t.imp.Entity, ids)
	out := map[id.ID]bool{}
	for x := range titles {
		out[x] = true
	}
	return out, err
}

// fate settles what becomes of a row by what is stored.
func (t *turn) fate(it *item, exported bool, found []record.Found) fate {
	if exported {
		return fate{record: it.id, change: Overwrite, attach: true, same: -1}
	}
	match := t.strongest(found)
	if match == nil {
		return fate{create: true, same: -1}
	}
	if t.writer.made[match.ID] {
		if match.Sure {
			return fate{record: match.ID, attach: true, same: -1}
		}
		return fate{create: true, same: -1} // another row's telephone number alone makes no duplicate
	}
	action := t.imp.Options.Duplicates
	if action == Auto {
		action = Skip
		if t.byCode(match) {
			action = Overwrite
		}
	}
	switch {
	case action == Create:
		return fate{create: true, same: -1}
	case !match.Visible:
		t.reader.problem(it, Warning, "", "", "import.exists_elsewhere", map[string]any{"why": t.why(match)})
		return fate{skipped: true, same: -1}
	case action == Skip:
		t.reader.problem(it, Warning, "", match.Title, "import.exists", map[string]any{"title": match.Title, "why": t.why(match)})
		return fate{record: match.ID, skipped: true, same: -1}
	}
	return fate{record: match.ID, change: action, attach: true, same: -1}
}

// strongest gives the surest of the stored records that count as the same: those that are surely so, and those at which
// something that hangs on them, such as a telephone number, is equal.
func (t *turn) strongest(found []record.Found) *record.Found {
	slices.SortStableFunc(found, func(a, b record.Found) int {
		if a.Sure == b.Sure {
			return 0
		}
		if a.Sure {
			return -1
		}
		return 1
	})
	for i := range found {
		if !found[i].Sure && !found[i].Child {
			continue
		}
		for _, why := range found[i].Why {
			if len(t.imp.Options.Match) == 0 || slices.Contains(t.imp.Options.Match, why) {
				return &found[i]
			}
		}
	}
	return nil
}

func (t *turn) byCode(f *record.Found) bool {
	def := t.s.Def(t.imp.Entity)
	return slices.ContainsFunc(f.Why, func(why string) bool {
		field := def.Field(strings.TrimPrefix(why, t.imp.Entity+"."))
		return strings.HasPrefix(why, t.imp.Entity+".") && field != nil && field.Unique
	})
}

func (t *turn) why(f *record.Found) string {
	labels := make([]string, 0, len(f.Why))
	for _, why := range f.Why {
		if target := t.plan.byName[why]; target != nil {
			labels = append(labels, target.Label)
		}
	}
	return strings.Join(labels, "、")
}

// createMain makes the records of the rows that bring new ones.
func (t *turn) createMain(ctx context.Context, fates []fate) error {
	var values []record.Values
	var rows []int
	for i, f := range fates {
		if f.create {
			values, rows = append(values, t.items[i].main), append(rows, i)
		}
	}
	made, refused, err := t.s.CreateMany(ctx, t.imp.Entity, values)
	if err != nil {
		return err
	}
	for n, i := range rows {
		if refused[n] != nil {
			if !t.reader.refuseError(t.items[i], t.imp.Entity, values[n], refused[n]) {
				return refused[n]
			}
			fates[i] = fate{same: -1} // nothing of it was written
			continue
		}
		fates[i].record = made[n]
		t.made = append(t.made, made[n])
	}
	for i, f := range fates {
		if f.same >= 0 && f.attach && f.record == 0 {
			fates[i].record = fates[f.same].record
			if fates[i].record == 0 && !t.dry { // the row that was to make the record was refused
				t.reader.refuse(t.items[i], "", "", "import.first_refused", map[string]any{"row": t.items[f.same].row})
			}
		}
	}
	return nil
}

// changeMain changes the records of the rows that belong to stored ones; changed says which rows changed something.
func (t *turn) changeMain(ctx context.Context, fates []fate) ([]bool, error) {
	changed := make([]bool, len(fates))
	for i, f := range fates {
		if f.change == "" {
			continue
		}
		did, err := t.change(ctx, t.items[i], f)
		if err != nil && !t.reader.refuseError(t.items[i], t.imp.Entity, t.items[i].main, err) {
			return nil, err
		}
		changed[i] = did
	}
	return changed, nil
}

// change writes what a row says into its record: what the record misses, or all that differs. Of an exported row, cells
// that were emptied are emptied, and cells that others changed meanwhile are left and told.
func (t *turn) change(ctx context.Context, it *item, f fate) (bool, error) {
	row, err := t.s.Load(ctx, t.imp.Entity, f.record)
	if err != nil {
		return false, err
	}
	def := t.s.Def(t.imp.Entity)
	meanwhile, err := t.changedMeanwhile(ctx, it, row)
	if err != nil {
		return false, err
	}
	values := record.Values{}
	for _, m := range t.cells(it, it.id == f.record) {
		field := def.Field(m)
		now, then := row.Value(m), it.main[m]
		if then == nil {
			then = entity.Missing(field.Type)
		}
		if field.ReadOnly || now == then || f.change == Fill && !entity.IsMissing(now) {
			continue
		}
		if old, other := meanwhile[m]; other {
			if old != then {
				t.conflict(it, field, then)
			}
			continue
		}
		values[m] = then
	}
	if len(values) == 0 {
		return false, nil
	}
	return true, t.s.UpdateOne(ctx, t.imp.Entity, f.record, 0, values)
}

// cells gives the fields of the record that a row speaks of; whole counts empty cells too.
func (t *turn) cells(it *item, whole bool) []string {
	if !whole {
		return slices.Sorted(maps.Keys(it.main))
	}
	said := map[string]bool{}
	for name := range it.main {
		said[name] = true
	}
	for _, m := range t.reader.columns {
		if m.target.Via == "" && m.target.Field != nil && m.target.Part == "" {
			said[m.target.Field.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(said))
}

func (t *turn) conflict(it *item, f *entity.Field, value any) {
	t.reader.problem(it, Warning, f.Label.In(t.reader.lang), f.Type.Text(value, f, t.reader.env), "import.changed_meanwhile", nil)
}

// changedMeanwhile gives the fields that were changed since a row was exported, with their values at that time.
func (t *turn) changedMeanwhile(ctx context.Context, it *item, row *record.Row) (map[string]any, error) {
	if it.version == 0 || it.id != row.ID() || it.version >= row.Version() {
		return nil, nil
	}
	return t.s.ChangedSince(ctx, it.id, int(row.Version()-it.version))
}

// addChildren makes what the rows bring besides the record itself: contacts, follow-ups. What the record has already is
// not made twice; added says which rows added or changed something.
func (t *turn) addChildren(ctx context.Context, fates []fate) ([]bool, error) {
	added := make([]bool, len(fates))
	for _, def := range t.s.Store().Registry().Defs() {
		via := record.ParentField(def, t.imp.Entity)
		if via == "" || def.Derived || def.Internal {
			continue
		}
		if err := t.addOf(ctx, def, via, fates, added); err != nil {
			return nil, err
		}
	}
	return added, nil
}

func (t *turn) addOf(ctx context.Context, def *entity.Def, via string, fates []fate, added []bool) error {
	var values []record.Values
	var rows []int
	known, err := t.children(ctx, def, via, fates)
	if err != nil {
		return err
	}
	for i, f := range fates {
		child := t.items[i].children[def.Name]
		if child == nil || t.items[i].refused || f.record == 0 || !f.create && !f.attach {
			continue
		}
		child[via] = int64(f.record)
		if there := known.same(f.record, def, child); there != nil {
			did, err := t.changeChild(ctx, def, there, child, f)
			if err != nil && !t.reader.refuseError(t.items[i], def.Name, child, err) {
				return err
			}
			added[i] = added[i] || did
			continue
		}
		known.add(f.record, child)
		values, rows = append(values, child), append(rows, i)
	}
	_, refused, err := t.s.CreateMany(ctx, def.Name, values)
	if err != nil {
		return err
	}
	for n, i := range rows {
		if refused[n] == nil {
			added[i] = true
			continue
		}
		if !t.reader.refuseError(t.items[i], def.Name, values[n], refused[n]) {
			return refused[n]
		}
	}
	return nil
}

// changeChild writes what a row says of something that hangs on its record already.
func (t *turn) changeChild(ctx context.Context, def *entity.Def, there *record.Row, child record.Values, f fate) (bool, error) {
	if f.change == "" {
		return false, nil
	}
	values := record.Values{}
	for name, value := range child {
		field := def.Field(name)
		now := there.Value(name)
		if field.ReadOnly || field.Type == entity.Bool || now == value || f.change == Fill && !entity.IsMissing(now) {
			continue
		}
		values[name] = value
	}
	if len(values) == 0 {
		return false, nil
	}
	return true, t.s.UpdateOne(ctx, def.Name, there.ID(), 0, values)
}

// count adds up what became of the rows.
func (t *turn) count(fates []fate, changed, added []bool) {
	for i, it := range t.items {
		r := &t.result
		r.Rows++
		switch {
		case it.refused:
			r.Refused++
		case fates[i].create:
			r.Created++
		case changed[i] || added[i] || t.dry && fates[i].attach && fates[i].record == 0:
			r.Updated++
		default:
			r.Skipped++
		}
	}
}
