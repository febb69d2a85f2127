package entity

import (
	"strings"

	"genjin/internal/cn/phone"
	"genjin/internal/cn/text"
	"genjin/internal/sheet"
)

// Phone is one telephone number, stored as a Chinese user writes it. A number whose middle digits are starred is taken
// with a warning: it is known to exist but cannot be called.
var Phone Type = &phoneType{textType{name: "phone", max: 60, tidy: text.Clean}}

// Phones is any number of telephone numbers, parted by 、 in one text.
var Phones Type = &phonesType{textType{name: "phones", max: 300, tidy: text.Clean}}

type phoneType struct{ textType }

func (t phoneType) FromCell(c sheet.Cell, f *Field, _ *Env) (any, *Problem) {
	numbers, problem := PhonesOf(c)
	if problem != nil || len(numbers) == 0 {
		return "", problem
	}
	return t.Check(numbers[0].Display(), f)
}

// PhonesOf reads all telephone numbers of a cell.
func PhonesOf(c sheet.Cell) ([]phone.Number, *Problem) {
	if c.IsEmpty() {
		return nil, nil
	}
	numbers, err := phone.Parse(c.String())
	return numbers, problemOf(err)
}

func (phoneType) Check(stored any, _ *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok {
		return nil, Problemf("field.not_text")
	}
	numbers, err := phone.Parse(s)
	switch {
	case err != nil:
		return nil, problemOf(err)
	case len(numbers) == 0:
		return "", nil
	case len(numbers) > 1:
		return nil, Problemf("field.one_phone", "value", s)
	case numbers[0].Kind == phone.Masked:
		p := Problemf("field.phone_masked", "value", s)
		p.Warning = true
		return numbers[0].Display(), p
	}
	return numbers[0].Display(), nil
}

type phonesType struct{ textType }

func (t phonesType) FromCell(c sheet.Cell, f *Field, _ *Env) (any, *Problem) {
	return t.Check(c.String(), f)
}

func (phonesType) Check(stored any, _ *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok {
		return nil, Problemf("field.not_text")
	}
	numbers, err := phone.Parse(s)
	if err != nil {
		return nil, problemOf(err)
	}
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = n.Display()
	}
	return strings.Join(out, "、"), nil
}
