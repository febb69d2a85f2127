package record

import (
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/obligation"
)

// ClocksField is by what lists are filtered besides the fields of their records: how the clocks about a record were met.
const ClocksField = "clocks"

// ClocksOps are the questions that ClocksField answers.
var ClocksOps = []entity.Op{entity.In, entity.NotIn}

// Stood is the value of ClocksField for records whose clocks of a kind were met in a way of obligation.Standings; the name of
// the kind alone is that for those of which one fell due at all.
func Stood(kind string, way obligation.Standing) string { return kind + ":" + way.Name }

// Clocks describes ClocksField with the kinds that the actor may ask for; nil for none. Who sees records through a group
// sees nothing that hangs on them.
func (s *Session) Clocks(def *entity.Def) *entity.Field {
	if s.Actor.Within != nil {
		return nil
	}
	f := &entity.Field{Name: ClocksField, Label: i18n.T("时限", "Deadlines"), Type: entity.AnyOf, ReadOnly: true}
	for _, c := range s.store.reg.kind(def.Name).clocks {
		if tells := def.Field(c.kind.Tells); c.kind.Tells != "" && (tells == nil || !s.openTo(def, tells)) {
			continue
		}
		if !s.MayAsk(def.Name, c.kind.Reveals...) {
			continue
		}
		due := i18n.T(c.kind.Label.ZH+"：应办", c.kind.Label.EN+": due")
		f.Choices = append(f.Choices, entity.Choice{Value: c.kind.Name, Label: due})
		for _, way := range obligation.Standings {
			label := i18n.T(c.kind.Label.ZH+"："+way.Label.ZH, c.kind.Label.EN+": "+way.Label.EN)
			f.Choices = append(f.Choices, entity.Choice{Value: Stood(c.kind.Name, way), Label: label})
		}
	}
	if f.Choices == nil {
		return nil
	}
	return f
}

// clocks gives the condition of a filter by ClocksField: the clocks of one of the kinds it names were met in the way it names.
func (c compiler) clocks(f *Filter) (access.Condition, error) {
	field := c.s.Clocks(c.def)
	if field == nil {
		return access.Condition{}, errs.OfField(f.Field, "field.unknown", "name", f.Field)
	}
	if !slices.Contains(ClocksOps, f.Op) {
		return access.Condition{}, errs.OfField(f.Field, "filter.op", "op", string(f.Op), "label", field.Label)
	}
	values, err := c.values(field, f.Value)
	if err != nil {
		return access.Condition{}, err
	}
	ways := map[string][]any{} // places in Standings by kind
	for _, v := range values {
		value, _ := v.(string)
		if !slices.ContainsFunc(field.Choices, func(c entity.Choice) bool { return c.Value == value }) {
			return access.Condition{}, errs.OfField(f.Field, "filter.value", "label", field.Label)
		}
		kind, name, one := strings.Cut(value, ":")
		for i, way := range obligation.Standings {
			if !one || way.Name == name {
				ways[kind] = append(ways[kind], i+1)
			}
		}
	}
	if len(ways) == 0 {
		return access.Condition{}, errs.OfField(f.Field, "filter.value", "label", field.Label)
	}
	or := make([]access.Condition, 0, len(ways))
	for kind, places := range ways {
		or = append(or, access.Condition{
			SQL:  "(SELECT " + obligation.Worst + " FROM obligation o WHERE o.record_id = t.id AND o.kind = ?) IN (" + marks(len(places)) + ")",
			Args: append([]any{c.s.Tx.Now, kind}, places...),
		})
	}
	if f.Op == entity.NotIn {
		return not(anyOf(or)), nil
	}
	return anyOf(or), nil
}
