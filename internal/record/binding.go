package record

import (
	"fmt"
	"reflect"

	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/money"
)

// binding ties the fields of a struct to those of a definition. A struct field names its definition field in the tag
// `field:"name"`; embedded structs count as their fields.
type binding struct {
	of    reflect.Type
	paths [][]int // per field of the definition; nil for a field of the company's own
}

// bind ties struct type t to def. It panics when one has a field that the other has not.
func bind(t reflect.Type, def *entity.Def) *binding {
	b := &binding{of: t, paths: make([][]int, len(def.Fields))}
	for _, sf := range reflect.VisibleFields(t) {
		name := sf.Tag.Get("field")
		if name == "" {
			if !sf.Anonymous {
				panic(fmt.Sprintf("record: %s.%s has no field tag", t, sf.Name))
			}
			continue
		}
		i := def.Index(name)
		if i < 0 {
			panic(fmt.Sprintf("record: %s.%s is tagged %q, which %s does not define", t, sf.Name, name, def.Name))
		}
		b.paths[i] = sf.Index
	}
	for i, f := range def.Fields {
		if b.paths[i] == nil {
			panic(fmt.Sprintf("record: %s has no struct field for %s.%s", t, def.Name, f.Name))
		}
	}
	return b
}

// values reads the stored values of the struct that rec points to, in the order of the definition.
func (b *binding) values(rec any) []any {
	v := reflect.ValueOf(rec).Elem()
	out := make([]any, len(b.paths))
	for i, path := range b.paths {
		out[i] = storedOf(v.FieldByIndex(path).Addr().Interface())
	}
	return out
}

// new gives a pointer to an empty struct.
func (b *binding) new() any { return reflect.New(b.of).Interface() }

// value reads the stored value of field i of the struct that rec points to.
func (b *binding) value(rec any, i int) any {
	return storedOf(reflect.ValueOf(rec).Elem().FieldByIndex(b.paths[i]).Addr().Interface())
}

// set writes a stored value into field i of the struct that rec points to.
func (b *binding) set(rec any, i int, stored any) {
	setStored(reflect.ValueOf(rec).Elem().FieldByIndex(b.paths[i]).Addr().Interface(), stored)
}

// fill writes all stored values into the struct that rec points to.
func (b *binding) fill(rec any, stored []any) {
	v := reflect.ValueOf(rec).Elem()
	for i, path := range b.paths {
		setStored(v.FieldByIndex(path).Addr().Interface(), stored[i])
	}
}

// clone copies the struct that rec points to; lists and maps are copied too.
func (b *binding) clone(rec any) any {
	out := b.new()
	b.fill(out, b.values(rec))
	return out
}

func storedOf(p any) any {
	switch p := p.(type) {
	case *string:
		return *p
	case *clock.Date:
		return string(*p)
	case *bool:
		if *p {
			return int64(1)
		}
		return int64(0)
	case *int64:
		return *p
	case **int64:
		if *p == nil {
			return nil
		}
		return **p
	case **money.Minor:
		if *p == nil {
			return nil
		}
		return int64(**p)
	case *id.ID:
		if *p == 0 {
			return nil
		}
		return int64(*p)
	case *clock.Instant:
		if p.IsZero() {
			return nil
		}
		return p.UnixMilli()
	case *entity.List:
		return p.Stored()
	case *entity.Custom:
		return p.Stored()
	}
	panic(fmt.Sprintf("record: no stored form for %T", p))
}

func setStored(p, stored any) {
	text, _ := stored.(string)
	number, isNumber := stored.(int64)
	switch p := p.(type) {
	case *string:
		*p = text
	case *clock.Date:
		*p = clock.Date(text)
	case *bool:
		*p = number != 0
	case *int64:
		*p = number
	case **int64:
		*p = nil
		if isNumber {
			*p = &number
		}
	case **money.Minor:
		*p = nil
		if isNumber {
			m := money.Minor(number)
			*p = &m
		}
	case *id.ID:
		*p = id.ID(number)
	case *clock.Instant:
		*p = clock.Instant{}
		if isNumber {
			_ = p.Scan(number)
		}
	case *entity.List:
		*p = entity.ListOf(stored)
	case *entity.Custom:
		*p = entity.CustomOf(stored)
	default:
		panic(fmt.Sprintf("record: no stored form for %T", p))
	}
}
