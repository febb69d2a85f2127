package entity

import (
	"encoding/json"
	"strings"

	"genjin/internal/cn/text"
	"genjin/internal/id"
	"genjin/internal/sheet"
)

// Ref names one record of another entity.
var Ref Type = refType{}

// Refs names any number of records of another entity.
var Refs Type = refsType{listType{name: "refs"}}

type refType struct{}

func (refType) Name() string  { return "ref" }
func (refType) Integer() bool { return true }

func (refType) FromJSON(raw []byte, _ *Field) (any, *Problem) {
	var x *id.ID
	if json.Unmarshal(raw, &x) != nil {
		return nil, Problemf("field.not_id")
	}
	if x == nil || *x == 0 {
		return nil, nil
	}
	return int64(*x), nil
}

func (refType) AppendJSON(dst []byte, stored any) []byte {
	v, _ := stored.(int64)
	return AppendString(dst, id.ID(v).String())
}

// FromCell reads an id, as ToCell writes it. Names are looked up by whoever has the database at hand.
func (refType) FromCell(c sheet.Cell, _ *Field, _ *Env) (any, *Problem) {
	x, err := id.Parse(c.String())
	if err != nil {
		return nil, Problemf("field.no_such_named", "value", c.String())
	}
	if x == 0 {
		return nil, nil
	}
	return int64(x), nil
}

func (t refType) ToCell(stored any, f *Field, env *Env) sheet.Value {
	return sheet.Str(t.Text(stored, f, env))
}

func (refType) Text(stored any, _ *Field, _ *Env) string {
	v, _ := stored.(int64)
	return id.ID(v).String()
}

func (refType) Check(stored any, _ *Field) (any, *Problem) {
	if v, ok := stored.(int64); !ok || v <= 0 {
		return nil, Problemf("field.not_id")
	}
	return stored, nil
}

func (refType) Ops() []Op { return choiceOps }

// refsType stores the ids as texts.
type refsType struct{ listType }

// FromCell reads ids, as ToCell writes them; names as for Ref.
func (t refsType) FromCell(c sheet.Cell, f *Field, _ *Env) (any, *Problem) {
	var out List
	for part := range strings.FieldsFuncSeq(text.Clean(c.String()), isSeparator) {
		x, err := id.Parse(strings.TrimSpace(part))
		if err != nil {
			return nil, Problemf("field.no_such_named", "value", part)
		}
		if x != 0 {
			out = append(out, x.String())
		}
	}
	return t.Check(out.Stored(), f)
}

func (refsType) Check(stored any, _ *Field) (any, *Problem) {
	var out List
	for _, v := range ListOf(stored) {
		x, err := id.Parse(v)
		if err != nil || x == 0 {
			return nil, Problemf("field.not_id")
		}
		if !out.Has(v) {
			out = append(out, v)
		}
	}
	if len(out) > maxList {
		return nil, Problemf("field.too_many", "max", maxList)
	}
	return out.Stored(), nil
}
