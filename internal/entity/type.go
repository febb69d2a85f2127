package entity

import (
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/sheet"
)

// A stored value is what the database holds for a field: nil, int64, float64 or string. Stored values are the one form
// in which values travel between the doors and the database; two are the same value exactly when they are equal.

// Type is a kind of field: how its values are stored, read, written, checked and compared. Each type is one file, and one
// value of this type, so that types can be compared.
type Type interface {
	// Name is the type's name in the API: "text".
	Name() string
	// Integer says that values are stored as INTEGER (missing is NULL); otherwise as TEXT (missing is "").
	Integer() bool
	// FromJSON reads a value of the API.
	FromJSON(raw []byte, f *Field) (any, *Problem)
	// AppendJSON writes a stored value as the API shows it.
	AppendJSON(dst []byte, stored any) []byte
	// FromCell understands a cell of a workbook. An empty cell gives the missing value.
	FromCell(c sheet.Cell, f *Field, env *Env) (any, *Problem)
	// ToCell writes a stored value into a workbook so that FromCell reads the same value back.
	ToCell(stored any, f *Field, env *Env) sheet.Value
	// Text says a stored value to a person; "" for a missing one.
	Text(stored any, f *Field, env *Env) string
	// Check tidies a stored value and says what is wrong with it.
	Check(stored any, f *Field) (any, *Problem)
	// Ops are the filter operators that make sense.
	Ops() []Op
}

// Env is what reading and writing values for a person depends on.
type Env struct {
	Lang      i18n.Lang
	Zone      *time.Location // of dates and times in sheets
	Today     clock.Date     // dates without a year are near it
	DateOrder string         // of dates such as 03/01/2024: "ymd", "dmy" or "mdy"
}

// Problem says what is wrong with a value: a message key and its parameters.
type Problem struct {
	Key    string
	Params i18n.Params
	// Warning marks a value that is taken all the same, such as a phone number with masked digits.
	Warning bool
}

// Problemf makes a problem; pairs are name, value of its parameters.
func Problemf(key string, pairs ...any) *Problem {
	f := errs.OfField("", key, pairs...).Fields[0]
	return &Problem{Key: f.Key, Params: f.Params}
}

// Field names the field the problem is about.
func (p *Problem) Field(name string) errs.Field {
	return errs.Field{Name: name, Key: p.Key, Params: p.Params}
}

// Missing gives the stored value of a missing value; of yes and no, of which none is ever missing, no.
func Missing(t Type) any {
	switch {
	case t == Bool:
		return int64(0)
	case t.Integer():
		return nil
	}
	return ""
}

// IsMissing reports whether a stored value is missing. "[]" is an empty list.
func IsMissing(stored any) bool {
	switch v := stored.(type) {
	case nil:
		return true
	case string:
		return v == "" || v == "[]"
	}
	return false
}

// Op is a filter operator.
type Op string

// The operators. Their meaning for each type of field is in package record.
const (
	Is          Op = "is"
	Not         Op = "not"
	In          Op = "in"
	NotIn       Op = "not_in"
	Contains    Op = "contains"
	NotContains Op = "not_contains"
	Starts      Op = "starts"
	Empty       Op = "empty"
	NotEmpty    Op = "not_empty"
	GT          Op = "gt"
	GTE         Op = "gte"
	LT          Op = "lt"
	LTE         Op = "lte"
	Between     Op = "between"
	LastDays    Op = "last_days"
	NextDays    Op = "next_days"
	Today       Op = "today"
	ThisWeek    Op = "this_week"
	ThisMonth   Op = "this_month"
	Overdue     Op = "overdue" // before today
	Due         Op = "due"     // today or before
)

var (
	textOps   = []Op{Contains, NotContains, Is, Not, Starts, In, Empty, NotEmpty}
	numberOps = []Op{Is, Not, GT, GTE, LT, LTE, Between, Empty, NotEmpty}
	dateOps   = []Op{Is, LT, LTE, GT, GTE, Between, LastDays, NextDays, Today, ThisWeek, ThisMonth, Overdue, Due, Empty, NotEmpty}
	choiceOps = []Op{In, NotIn, Is, Not, Empty, NotEmpty}
	listOps   = []Op{Contains, NotContains, In, NotIn, Empty, NotEmpty}
	boolOps   = []Op{Is}
)

// Types is every type by its name.
var Types = func() map[string]Type {
	all := []Type{
		Text, LongText, URL, Email, Phone, Phones, Int, Money, Bool, Date, DateTime, OneOf, AnyOf, Tags, Ref, Refs,
		Region, Industry, Country, CreditCode, JSON,
	}
	byName := make(map[string]Type, len(all))
	for _, t := range all {
		byName[t.Name()] = t
	}
	return byName
}()
