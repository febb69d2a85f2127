package importer

import (
	"context"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// fate is what becomes of a row: the record it belongs to, and whether that is made, changed or left.
type fate struct {
	record id.ID
	create bool
	joins  int    // the row of this batch that makes the record; -1 for none
	change string // Fill or Overwrite: change the record so; "": leave it
	attach bool   // add what hangs on it
	ours   bool   // the record is one that this import makes
}

// decide finds for each row the record it belongs to: by the id of an export, as the row above it says, among what is
// stored, or among the rows before it.
func (t *turn) decide(ctx context.Context) ([]fate, error) {
	candidates := make([]record.Candidate, len(t.items))
	for i, it := range t.items {
		if !it.refused && t.exported[it.id] == nil {
			candidates[i] = candidate(t.imp.Entity, it)
		}
	}
	t.keys = t.s.KeysOf(t.imp.Entity, candidates)
	found, err := t.s.MatchKeys(ctx, t.imp.Entity, t.keys)
	if err != nil {
		return nil, err
	}
	fates := make([]fate, len(t.items))
	inBatch := map[string]int{}
	for i, it := range t.items {
		fates[i].joins = -1
		if it.refused {
			continue
		}
		keys := t.s.SureKeys(t.imp.Entity, t.keys[i])
		fates[i] = t.fate(i, keys, found[i], inBatch, fates)
		t.noteKeys(i, keys, inBatch, fates)
	}
	return fates, nil
}

func candidate(entityName string, it *item) record.Candidate {
	c := make(record.Candidate, len(it.main)+4)
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

// noteKeys lets later rows find the record of a row that this import makes.
func (t *turn) noteKeys(i int, keys []string, inBatch map[string]int, fates []fate) {
	f := fates[i]
	if !f.ours || t.imp.Options.Duplicates == Create {
		return
	}
	maker := i
	if f.joins >= 0 {
		maker = f.joins
	}
	for _, key := range keys {
		if _, taken := inBatch[key]; !taken {
			inBatch[key] = maker
		}
	}
}

func (t *turn) fate(i int, keys []string, found []record.Found, inBatch map[string]int, fates []fate) fate {
	it := t.items[i]
	if t.exported[it.id] != nil {
		return t.ofExport(it)
	}
	if it.follows && i > 0 {
		if above, ok := t.joined(i-1, fates); ok {
			return above
		}
	}
	match := t.strongest(found)
	if match != nil && match.Sure {
		return t.ofMatch(it, match)
	}
	if t.imp.Options.Duplicates != Create {
		if f, ok := t.ofEarlier(keys, found, inBatch, fates); ok {
			return f
		}
	}
	if match != nil {
		return t.ofMatch(it, match)
	}
	return fate{create: true, joins: -1, ours: true}
}

// ofExport settles a row that names its record by id.
func (t *turn) ofExport(it *item) fate {
	f := fate{record: it.id, joins: -1, change: Overwrite, attach: true}
	switch t.imp.Options.Duplicates {
	case Fill:
		f.change = Fill
	case Skip:
		f = fate{record: it.id, joins: -1}
	}
	return f
}

// joined gives the fate of a row that belongs to the same record as row i of the batch.
func (t *turn) joined(i int, fates []fate) (fate, bool) {
	f := fates[i]
	switch {
	case t.items[i].refused:
		return fate{}, false
	case f.create:
		return fate{joins: i, change: Fill, attach: true, ours: true}, true
	}
	return f, f.record != 0 || f.joins >= 0
}

// ofEarlier settles a row that surely names the same record as an earlier row of the file: of this batch, or of those
// before it.
func (t *turn) ofEarlier(keys []string, found []record.Found, inBatch map[string]int, fates []fate) (fate, bool) {
	for i := range found {
		if f := &found[i]; f.Sure && f.In(t.writer.made) {
			return fate{record: f.ID, joins: -1, change: Fill, attach: true, ours: true}, true
		}
	}
	for _, key := range keys {
		if first, ok := inBatch[key]; ok && !t.items[first].refused {
			return t.joined(first, fates)
		}
		if t.shade != nil {
			if x, ok := t.shade.record(key); ok {
				return fate{record: x, joins: -1, change: Fill, attach: true, ours: true}, true
			}
		}
	}
	return fate{}, false
}

// ofMatch settles a row whose record was there before the import.
func (t *turn) ofMatch(it *item, match *record.Found) fate {
	action := t.imp.Options.Duplicates
	if action == Auto {
		action = Skip
		if t.byCode(it, match) {
			action = Overwrite
		}
	}
	switch {
	case action == Create:
		return fate{create: true, joins: -1, ours: true}
	case !match.Visible:
		t.reader.problem(it, Warning, "", "", "import.exists_elsewhere", i18n.Params{"why": t.why(match)})
		return fate{joins: -1}
	case action == Skip:
		t.reader.problem(it, Warning, "", match.Title, "import.exists", i18n.Params{"title": match.Title, "why": t.why(match)})
		return fate{record: match.ID, joins: -1}
	}
	return fate{record: match.ID, joins: -1, change: action, attach: true}
}

// strongest gives the surest of the records that were there before the import and count as the same: those that are surely
// so, and those at which something that hangs on them, such as a telephone number, is equal.
func (t *turn) strongest(found []record.Found) *record.Found {
	var best *record.Found
	for i := range found {
		f := &found[i]
		if !f.Sure && !f.Child || f.In(t.writer.made) || best != nil && (best.Sure || !f.Sure) || !t.counts(f) {
			continue
		}
		best = f
	}
	return best
}

// counts reports whether the user lets what is equal tell that two records are the same.
func (t *turn) counts(f *record.Found) bool {
	match := t.imp.Options.Match
	return len(match) == 0 || slices.ContainsFunc(f.Why, func(why string) bool { return slices.Contains(match, why) })
}

// byCode reports whether the record bears the row's code, and its name too if the row gives one: numbers that people gave
// in different workbooks coincide.
func (t *turn) byCode(it *item, f *record.Found) bool {
	def := t.s.Def(t.imp.Entity)
	title := slices.Contains(f.Why, t.plan.title.Name) || it.main[def.Title] == nil || it.main[def.Title] == f.Title
	return title && slices.ContainsFunc(f.Why, func(why string) bool {
		name, ok := strings.CutPrefix(why, t.imp.Entity+".")
		field := def.Field(name)
		return ok && field != nil && field.Unique && field.Type == entity.Text
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
