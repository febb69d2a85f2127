package importer

import (
	"context"
	"slices"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// siblings are what hangs on the records of a batch: stored rows, and what the batch itself adds.
type siblings struct {
	stored map[id.ID][]*record.Row
	added  map[id.ID][]record.Values
}

// mostSiblings of one record are compared with; a customer has few contacts, and of follow-ups the newest count.
const mostSiblings = 200

// children loads what hangs on the stored records that rows belong to.
func (t *turn) children(ctx context.Context, def *entity.Def, via string, fates []fate) (*siblings, error) {
	out := &siblings{stored: map[id.ID][]*record.Row{}, added: map[id.ID][]record.Values{}}
	for i, f := range fates {
		if f.create || f.record == 0 || t.items[i].children[def.Name] == nil || out.stored[f.record] != nil {
			continue
		}
		page, err := t.s.List(ctx, def.Name, record.Query{Filter: record.Where(via, f.record), Limit: mostSiblings})
		if err != nil {
			return nil, err
		}
		out.stored[f.record] = append(make([]*record.Row, 0, 1), page.Rows...)
	}
	return out, nil
}

// same gives what hangs on the record already and is the same as child: it has the same title, or a value equal by which
// such records are told to be the same. Something that the batch itself added gives a row without values.
func (s *siblings) same(parent id.ID, def *entity.Def, child record.Values) *record.Row {
	for _, row := range s.stored[parent] {
		if equal(def, row.Value, child) {
			return row
		}
	}
	if slices.ContainsFunc(s.added[parent], func(v record.Values) bool {
		return equal(def, func(field string) any { return v[field] }, child)
	}) {
		return &record.Row{}
	}
	return nil
}

func equal(def *entity.Def, value func(field string) any, child record.Values) bool {
	for _, f := range def.Fields {
		if len(f.Match) == 0 && f.Name != def.Title {
			continue
		}
		if v := child[f.Name]; v != nil && !entity.IsMissing(v) && v == value(f.Name) {
			return true
		}
	}
	return false
}

func (s *siblings) add(parent id.ID, child record.Values) {
	s.added[parent] = append(s.added[parent], child)
}
