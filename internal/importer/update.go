package importer

import (
	"context"
	"maps"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// present is a record as it stands before a row changes it.
type present struct {
	id     id.ID
	row    *record.Row   // stored, or made in this session; nil in a check for one that would have been made before
	later  record.Values // written by earlier rows of the batch
	shadow *shadow       // what a check would have written
}

func missing(value any) bool { return entity.IsMissing(value) }

func (p present) value(field string) any {
	if v, ok := p.later[field]; ok {
		return v
	}
	if p.row == nil {
		return nil
	}
	return p.row.Value(field)
}

func (p present) missing(field string) bool {
	if p.shadow != nil {
		if sum, ok := p.shadow.value(p.id, field); ok || p.row == nil {
			return sum == 0
		}
	}
	return missing(p.value(field))
}

// is reports whether a field holds a value, or one that people cannot tell from it.
func (p present) is(f *entity.Field, value any, env *entity.Env) bool {
	if p.shadow != nil {
		if sum, ok := p.shadow.value(p.id, f.Name); ok || p.row == nil {
			return sum == p.shadow.sum(value)
		}
	}
	now := p.value(f.Name)
	if now == value || missing(now) && missing(value) {
		return true
	}
	text := f.Type.Text(value, f, env)
	return !missing(now) && !missing(value) && (f.Type.Text(now, f, env) == text ||
		f.Private && f.Type.Text(entity.Mask(f, now), f, env) == text) // what was masked on its way out says nothing new
}

// present gives a record as it stands.
func (t *turn) present(entityName string, x id.ID, stored *record.Row) present {
	p := present{id: x, row: stored, later: t.later[x], shadow: t.shade}
	if made := t.s.MadeHere(entityName, x); made != nil {
		p.row = made
		if t.shade != nil && t.shade.below.isMade(x) {
			p.row = nil // only supposed
		}
	}
	return p
}

// wrote notes what a row wrote into a record, for the rows after it.
func (t *turn) wrote(x id.ID, values record.Values) {
	if t.shade != nil {
		for name, value := range values {
			t.shade.set(x, name, value)
		}
		return
	}
	if t.later[x] == nil {
		t.later[x] = record.Values{}
	}
	maps.Copy(t.later[x], values)
}

// said gives what of the values of a row is to be written into a record: what it misses, or all that differs. To a record
// that this import makes rows add further numbers.
func (t *turn) said(def *entity.Def, p present, values record.Values, how string, ours bool) record.Values {
	out := record.Values{}
	var numbers []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, value := def.Field(name), values[name]
		switch {
		case f == nil || f.ReadOnly || p.is(f, value, t.reader.env):
		case how == Overwrite || p.missing(name):
			out[name] = value
		case ours && f.Type == entity.Phone:
			numbers = append(numbers, value.(string))
		}
	}
	t.addNumbers(def, p, numbers, out)
	return out
}

// addNumbers puts numbers that have no field of their own into the field that takes several.
func (t *turn) addNumbers(def *entity.Def, p present, numbers []string, out record.Values) {
	var several *entity.Field
	known := map[string]bool{}
	for _, f := range def.Fields {
		switch f.Type {
		case entity.Phones:
			several = f
		case entity.Phone:
			for _, n := range numbers {
				known[n] = known[n] || p.is(f, n, t.reader.env) || out[f.Name] == n
			}
		}
	}
	if several == nil {
		return
	}
	now, _ := p.value(several.Name).(string)
	if said, ok := out[several.Name].(string); ok {
		now = said
	}
	before := now
	for _, n := range numbers {
		if !known[n] && !strings.Contains(now, n) && !p.is(several, n, t.reader.env) {
			now = strings.TrimPrefix(now+"、"+n, "、")
		}
	}
	if now != before {
		out[several.Name] = now
	}
}

// changeMain changes the records of the rows that belong to one; changed says which rows changed something.
func (t *turn) changeMain(ctx context.Context, fates []fate) ([]bool, error) {
	changed := make([]bool, len(fates))
	stored, err := t.storedFor(ctx, fates)
	if err != nil {
		return nil, err
	}
	for i, f := range fates {
		if f.change == "" || f.record == 0 {
			continue
		}
		did, err := t.change(ctx, t.items[i], f, stored[f.record])
		if err != nil && !t.reader.refuseError(t.items[i], t.imp.Entity, t.items[i].main, err) {
			return nil, err
		}
		changed[i] = did
	}
	return changed, nil
}

// storedFor loads the records that rows change and that neither an export's row has loaded nor this session made.
func (t *turn) storedFor(ctx context.Context, fates []fate) (map[id.ID]*record.Row, error) {
	var ids []id.ID
	for _, f := range fates {
		if f.change != "" && f.record != 0 && f.joins < 0 && t.exported[f.record] == nil {
			ids = append(ids, f.record)
		}
	}
	slices.Sort(ids)
	stored, err := t.s.Rows(ctx, t.imp.Entity, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	maps.Copy(stored, t.exported)
	return stored, nil
}

// change writes what a row says into its record. Of an exported row, cells that were emptied are emptied, and cells that
// others changed meanwhile are left and told.
func (t *turn) change(ctx context.Context, it *item, f fate, stored *record.Row) (bool, error) {
	def := t.s.Def(t.imp.Entity)
	p := t.present(t.imp.Entity, f.record, stored)
	values := t.said(def, p, t.cells(it, def, f), f.change, f.ours)
	t.addRemarks(def, p, it, f.ours, values)
	if it.id == f.record {
		if err := t.spare(ctx, it, def, stored, values); err != nil {
			return false, err
		}
	}
	if len(values) == 0 {
		return false, nil
	}
	if !t.supposed(f.record) {
		if err := t.s.UpdateOne(ctx, t.imp.Entity, f.record, 0, values); err != nil {
			return false, err
		}
	}
	t.wrote(f.record, values)
	return true, nil
}

// supposed reports whether a record is there for a check only.
func (t *turn) supposed(x id.ID) bool { return t.shade != nil && t.shade.isMade(x) }

// cells gives what a row says of its record; an exported row speaks with its empty cells too.
func (t *turn) cells(it *item, def *entity.Def, f fate) record.Values {
	values := maps.Clone(it.main)
	if delete(values, "remark"); it.remark != nil {
		values["remark"] = it.remark
	}
	if it.id != f.record {
		return values
	}
	for _, m := range t.reader.columns {
		if m.target.Via != "" || m.target.Field == nil || m.target.Part != "" || it.unchanged[m.column.Index] {
			continue
		}
		name := m.target.Field.Name
		if _, says := values[name]; !says {
			values[name] = entity.Missing(def.Field(name).Type)
		}
	}
	return values
}

// addRemarks adds to a record's remark what the row has no field for, and to that of a record that this import makes what
// the row itself says there.
func (t *turn) addRemarks(def *entity.Def, p present, it *item, ours bool, out record.Values) {
	f := def.Field("remark")
	lines := it.remarks
	if own, ok := it.remark.(string); ok && ours {
		lines = append([]string{own}, lines...)
	}
	if f == nil || len(lines) == 0 {
		return
	}
	if p.row == nil && p.shadow != nil { // what it holds is not known, only whether it is the same
		if !p.is(f, it.main["remark"], t.reader.env) {
			out["remark"] = it.main["remark"]
		}
		return
	}
	now, _ := p.value("remark").(string)
	if said, says := out["remark"].(string); says {
		now = said
	}
	before := now
	for _, line := range lines {
		if !strings.Contains(now, line) {
			now = strings.TrimPrefix(now+"\n"+line, "\n")
		}
	}
	if now != before {
		out["remark"] = now
	}
}

// spare leaves the fields alone that somebody changed since the row was exported, and tells those where both differ. What
// a rule has changed since is left alone where the row says what it was before.
func (t *turn) spare(ctx context.Context, it *item, def *entity.Def, stored *record.Row, values record.Values) error {
	if len(values) == 0 || it.version == 0 {
		return nil
	}
	meanwhile, err := t.s.ChangedSince(ctx, it.id, int(max(0, stored.Version()-it.version)))
	if err != nil {
		return err
	}
	was := func(name string, then any) bool {
		return present{id: it.id, later: record.Values{name: then}}.is(def.Field(name), values[name], t.reader.env)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		then, changed := meanwhile.People[name]
		same := changed && was(name, then) || slices.ContainsFunc(meanwhile.Rules[name], func(then any) bool { return was(name, then) })
		if !changed && !same {
			continue
		}
		if !same {
			t.conflict(it, def.Field(name), values[name])
		}
		delete(values, name)
	}
	return nil
}

func (t *turn) conflict(it *item, f *entity.Field, value any) {
	t.reader.problem(it, Warning, f.Label.In(t.reader.lang), f.Type.Text(value, f, t.reader.env), "import.changed_meanwhile", nil)
}
