package importer

import (
	"context"
	"maps"
	"slices"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// draft is something that hangs on a record and that the batch is about to make.
type draft struct {
	row    int // of the batch
	values record.Values
}

// kin is what hangs on the records of a batch already, of one entity.
type kin struct {
	def     *entity.Def
	via     string
	telling []*entity.Field
	moment  string
	stored  map[id.ID][]*record.Row
	drafts  []*draft
	of      map[id.ID][]*draft
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
		if err := t.addOf(ctx, t.s.Def(def.Name), via, fates, added); err != nil {
			return nil, err
		}
	}
	return added, nil
}

func (t *turn) addOf(ctx context.Context, def *entity.Def, via string, fates []fate, added []bool) error {
	k := t.newKin(def, via)
	if err := t.loadKin(ctx, k, fates); err != nil {
		return err
	}
	for i, f := range fates {
		child := t.items[i].children[def.Name]
		if child == nil || t.items[i].refused || f.record == 0 || !f.create && !f.attach {
			continue
		}
		did, err := t.addOne(ctx, k, i, f, t.ownValues(def, child, f))
		if err != nil && !t.reader.refuseError(t.items[i], def.Name, child, err) {
			return err
		}
		added[i] = added[i] || did
	}
	return t.makeDrafts(ctx, k)
}

// ownValues gives what a row says of something that hangs on its record, without what only the row that makes the record
// decides: which contact is the main one.
func (t *turn) ownValues(def *entity.Def, child record.Values, f fate) record.Values {
	values := maps.Clone(child)
	for name := range values {
		if !f.create && def.Field(name).Type == entity.Bool && !t.reader.fills(def.Name+"."+name) {
			delete(values, name)
		}
	}
	return values
}

// addOne finds a place for what a row brings: what is the same already, or a new draft.
func (t *turn) addOne(ctx context.Context, k *kin, i int, f fate, values record.Values) (bool, error) {
	how := f.change
	if how == "" {
		how = Fill
	}
	for _, d := range k.of[f.record] {
		if k.same(d.values, values, how) {
			p := present{later: d.values}
			more := t.said(k.def, p, values, how, true)
			maps.Copy(d.values, more)
			return len(more) > 0, nil
		}
	}
	if !f.create {
		p, found := t.sameKin(k, f, values, how)
		if found && f.change == "" {
			return false, nil
		}
		if found {
			return t.changeChild(ctx, k.def, p, t.said(k.def, p, values, how, f.ours))
		}
	}
	values[k.via] = int64(f.record)
	d := &draft{i, values}
	k.drafts, k.of[f.record] = append(k.drafts, d), append(k.of[f.record], d)
	return true, nil
}

// sameKin gives what hangs on a record already and is the same.
func (t *turn) sameKin(k *kin, f fate, values record.Values, how string) (present, bool) {
	for _, row := range k.stored[f.record] {
		if k.same(valuesOf(row, k.def), values, how) {
			return t.present(k.def.Name, row.ID(), row), true
		}
	}
	if t.shade == nil {
		return present{}, false
	}
	for _, field := range k.telling {
		if key := k.telltale(field, values); key != nil {
			if x, ok := t.shade.child(f.record, k.def.Name, field.Name, key); ok {
				return present{id: x, shadow: t.shade}, true
			}
		}
	}
	return present{}, false
}

func (t *turn) changeChild(ctx context.Context, def *entity.Def, p present, values record.Values) (bool, error) {
	if len(values) == 0 {
		return false, nil
	}
	if p.row != nil {
		if err := t.s.UpdateOne(ctx, def.Name, p.id, 0, values); err != nil {
			return false, err
		}
	}
	t.wrote(p.id, values)
	return true, nil
}

// makeDrafts makes what is new.
func (t *turn) makeDrafts(ctx context.Context, k *kin) error {
	values := make([]record.Values, len(k.drafts))
	for n, d := range k.drafts {
		values[n] = d.values
		if t.shade != nil {
			t.s.Suppose(t.imp.Entity, id.ID(d.values[k.via].(int64)))
		}
	}
	made, refused, err := t.s.CreateMany(ctx, k.def.Name, values)
	if err != nil {
		return err
	}
	for n, d := range k.drafts {
		if refused[n] != nil {
			if !t.reader.refuseError(t.items[d.row], k.def.Name, d.values, refused[n]) {
				return refused[n]
			}
			continue
		}
		if t.shade != nil {
			t.shadeChild(k, made[n], d.values)
		}
	}
	return nil
}

func (t *turn) shadeChild(k *kin, x id.ID, values record.Values) {
	parent := id.ID(values[k.via].(int64))
	for _, field := range k.telling {
		if key := k.telltale(field, values); key != nil {
			t.shade.hanging[t.shade.key(parent, k.def.Name, field.Name, key)] = x
		}
	}
	for name, value := range values {
		t.shade.set(x, name, value)
	}
}

// loadKin loads what hangs on the stored records that rows belong to and may be what they bring.
func (t *turn) loadKin(ctx context.Context, k *kin, fates []fate) error {
	var parents []id.ID
	equal := map[string][]any{}
	for i, f := range fates {
		child := t.items[i].children[k.def.Name]
		if child == nil || f.create || !f.attach || f.record == 0 || f.joins >= 0 {
			continue
		}
		parents = append(parents, f.record)
		for _, field := range k.telling {
			if value := child[field.Name]; !missing(value) {
				equal[field.Name] = append(equal[field.Name], value)
			}
		}
	}
	slices.Sort(parents)
	rows, err := t.s.Hanging(ctx, k.def.Name, k.via, slices.Compact(parents), equal)
	for _, row := range rows {
		parent := id.ID(row.Value(k.via).(int64))
		k.stored[parent] = append(k.stored[parent], row)
	}
	return err
}

// newKin says how things of an entity that hang on one record are known to be the same: by their title and, where the sheet
// tells when they were, that moment; or by a value by which such records are matched.
func (t *turn) newKin(def *entity.Def, via string) *kin {
	k := &kin{def: def, via: via, stored: map[id.ID][]*record.Row{}, of: map[id.ID][]*draft{}}
	for _, f := range def.Fields {
		if f.Name == def.Title || len(f.Match) > 0 {
			k.telling = append(k.telling, f)
		}
		if k.moment == "" && f.Type == entity.DateTime && !f.ReadOnly && t.reader.fills(def.Name+"."+f.Name) {
			k.moment = f.Name
		}
	}
	return k
}

// same reports whether two of them are one. Those with other titles are not, unless titles are to be overwritten.
func (k *kin) same(a, b record.Values, how string) bool {
	title := k.def.Title
	if !missing(a[title]) && !missing(b[title]) {
		if a[title] == b[title] {
			return k.moment == "" || a[k.moment] == b[k.moment]
		}
		if how != Overwrite {
			return false
		}
	}
	for _, f := range k.telling {
		if key := k.telltale(f, a); f.Name != title && key != nil && key == k.telltale(f, b) {
			return true
		}
	}
	return false
}

// telltale gives what of a value tells that two are the same; nil for nothing.
func (k *kin) telltale(f *entity.Field, values record.Values) any {
	value := values[f.Name]
	if missing(value) {
		return nil
	}
	if text, ok := value.(string); ok && len(f.Match) > 0 && f.Match[0].Key != nil {
		if text = f.Match[0].Key(text); text == "" {
			return nil
		}
		value = text
	}
	if f.Name == k.def.Title && k.moment != "" {
		return [2]any{value, values[k.moment]}
	}
	return value
}

func valuesOf(row *record.Row, def *entity.Def) record.Values {
	values := make(record.Values, len(def.Fields))
	for _, f := range def.Fields {
		values[f.Name] = row.Value(f.Name)
	}
	return values
}
