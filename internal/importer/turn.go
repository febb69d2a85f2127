package importer

import (
	"context"
	"errors"
	"slices"

	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// turn is one batch in one session.
type turn struct {
	*writer
	s        *record.Session
	reader   *reader
	items    []*item
	exported map[id.ID]*record.Row // records that rows name by id, as they stand
	keys     []record.Keys         // of the rows, by which their records are found
	made     []id.ID
	later    map[id.ID]record.Values // what rows of the batch have written into records; in a run
	shade    *shadow                 // what they would have written; in a check
	result   Result
}

// errAgain tells that rows were refused after a part of them, or of others with them, was written: the batch is written
// anew without them.
var errAgain = errors.New("importer: rows were refused half way")

// run writes the rows that are not refused.
func (t *turn) run(ctx context.Context) error {
	if err := t.understandExported(ctx); err != nil {
		return err
	}
	for _, it := range t.items {
		it.begin()
		if err := t.resolve(ctx, it); err != nil {
			return err
		}
		t.finishItem(it)
	}
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
	again := false
	for i, f := range fates {
		if it := t.items[i]; it.refused && f.record != 0 {
			it.doom()
			again = true
		}
	}
	if again {
		return errAgain
	}
	t.count(fates, changed, added)
	return nil
}

// begin takes an item back to where it was read, or to why it was refused half way.
func (it *item) begin() {
	it.problems, it.refused = append(it.problems[:it.asRead], it.verdict...), it.unreadable || it.verdict != nil
	it.unnamed = nil
}

// doom refuses an item for what was found out about it, also when its batch is written anew.
func (it *item) doom() { it.verdict = slices.Clone(it.problems[it.asRead:]) }

// understandExported understands the rows that name their record by id. What a cell says unchanged stands in the record
// already and need not be understood: it may be masked, or a name that two colleagues bear.
func (t *turn) understandExported(ctx context.Context) error {
	var ids []id.ID
	for _, it := range t.items {
		if it.id != 0 {
			ids = append(ids, it.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var err error
	if t.exported, err = t.s.Rows(ctx, t.imp.Entity, ids); err != nil {
		return err
	}
	rows := make([]*record.Row, 0, len(t.exported))
	for _, row := range t.exported {
		rows = append(rows, row)
	}
	view, err := t.s.View(ctx, t.imp.Entity, rows, nil)
	if err != nil {
		return err
	}
	for _, it := range t.items {
		if it.id != 0 {
			raw, verdict := it.raw, it.verdict
			*it = *t.reader.understand(raw, t.reader.unchanged(raw, view, t.exported[it.id]))
			it.raw, it.verdict = raw, verdict
		}
	}
	return nil
}

// unchanged gives the columns of a row that say what the export of the record says.
func (r *reader) unchanged(raw sheet.Row, view *record.View, row *record.Row) map[int]bool {
	if row == nil {
		return nil
	}
	same := map[int]bool{}
	for _, f := range view.Fields() {
		for _, m := range r.columns {
			if t := m.target; t.Via == "" && t.Field != nil && t.Field.Name == f.Name && t.Part == "" &&
				raw.Cell(m.column.Index).String() == view.Text(row, f) {
				same[m.column.Index] = true
			}
		}
	}
	return same
}

// resolve looks up what a row names: colleagues by name or login, records by title or code, and choices that are to be
// added.
func (t *turn) resolve(ctx context.Context, it *item) error {
	remarks := it.remarks[:len(it.remarks):len(it.remarks)]
	for _, n := range it.names {
		f := n.target.Field
		if f.Ref == "" {
			if err := t.addChoices(ctx, it, n); err != nil {
				return err
			}
			continue
		}
		x, err := t.s.Named(ctx, f.Ref, n.text)
		if err != nil {
			return err
		}
		if x != 0 {
			it.setRef(n.target, x)
			continue
		}
		it.unnamed = append(it.unnamed, unknown{n.target.Name, n.text})
		t.reader.warn(it, mapped{Column{Header: n.header}, n.target}, n.text, entity.Problemf("import.no_such_name", "value", n.text, "label", f.Label))
		remarks = append(remarks, n.header+"："+n.text)
	}
	it.setRemarks(remarks)
	return nil
}

// addChoices adds the choices that a cell names and the field does not know.
func (t *turn) addChoices(ctx context.Context, it *item, n named) error {
	for range mostNewChoices {
		field := t.s.Def(n.target.Entity).Field(n.target.Field.Name)
		value, problem := field.Type.FromCell(sheet.Cell{Kind: sheet.Text, Text: n.text}, field, t.reader.env)
		if problem == nil {
			it.set(n.target, value)
			return nil
		}
		label, _ := problem.Params["value"].(string)
		_, err := t.s.AddChoice(ctx, n.target.Entity, field.Name, label)
		if e, ok := errs.As(err); ok && len(e.Fields) > 0 {
			t.reader.refuse(it, n.header, n.text, e.Fields[0].Key, e.Fields[0].Params)
			return nil
		}
		if err != nil {
			return err
		}
	}
	t.reader.refuse(it, n.header, n.text, "field.too_many", map[string]any{"max": mostNewChoices})
	return nil
}

// mostNewChoices of one cell are added.
const mostNewChoices = 20

func (t *turn) finishItem(it *item) {
	if owner := t.imp.Options.OwnerID; owner != 0 && it.main["owner_id"] == nil && t.s.Def(t.imp.Entity).Owned && it.id == 0 {
		it.main["owner_id"] = int64(owner)
	}
	if complete := t.m.complete[t.imp.Entity]; complete != nil {
		complete(it.main, it.children, t.s.Today(), t.reader.env)
	}
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
		if refused[n] == nil {
			fates[i].record = made[n]
			t.made = append(t.made, made[n])
			continue
		}
		if !t.reader.refuseError(t.items[i], t.imp.Entity, values[n], refused[n]) {
			return refused[n]
		}
		fates[i] = fate{joins: -1} // nothing of it was written
	}
	for i, f := range fates {
		if f.joins < 0 {
			continue
		}
		if fates[i].record = fates[f.joins].record; fates[i].record == 0 {
			t.items[f.joins].doom()
			return errAgain // the next row makes the record
		}
	}
	t.shadeMade(fates)
	return nil
}

// shadeMade notes the records that a check would have made.
func (t *turn) shadeMade(fates []fate) {
	if t.shade == nil {
		return
	}
	for i, f := range fates {
		if !f.ours || f.record == 0 {
			continue
		}
		if f.create {
			t.shade.made[f.record] = struct{}{}
			t.shadeRow(t.s.MadeHere(t.imp.Entity, f.record), f.record)
		}
		if t.imp.Options.Duplicates != Create {
			for _, key := range t.s.SureKeys(t.imp.Entity, t.keys[i]) {
				t.shade.records[t.shade.key(key)] = f.record
			}
		}
	}
}

func (t *turn) shadeRow(row *record.Row, x id.ID) {
	row.EachValue(func(f *entity.Field, value any) {
		if !f.Internal {
			t.shade.set(x, f.Name, value)
		}
	})
}

// count adds up what became of the rows.
func (t *turn) count(fates []fate, changed, added []bool) {
	for i, it := range t.items {
		t.result.Rows++
		switch {
		case it.refused:
			t.result.Refused++
		case fates[i].create:
			t.result.Created++
		case changed[i] || added[i]:
			t.result.Updated++
		default:
			t.result.Skipped++
		}
	}
}
