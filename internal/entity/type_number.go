package entity

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"genjin/internal/cn/text"
	"genjin/internal/i18n"
	"genjin/internal/money"
	"genjin/internal/sheet"
)

// Int is a whole number.
var Int Type = intType{}

// Money is an amount in minor units of the company's currency.
var Money Type = moneyType{}

// Bool is yes or no. It is never missing.
var Bool Type = boolType{}

type intType struct{}

func (intType) Name() string  { return "int" }
func (intType) Integer() bool { return true }

func (intType) FromJSON(raw []byte, _ *Field) (any, *Problem) { return wholeFromJSON(raw) }

func wholeFromJSON(raw []byte) (any, *Problem) {
	var n *json.Number
	if json.Unmarshal(raw, &n) != nil {
		return nil, Problemf("field.not_number")
	}
	if n == nil || *n == "" {
		return nil, nil
	}
	v, err := n.Int64()
	if err != nil || v > int64(money.Max) || v < -int64(money.Max) {
		return nil, Problemf("field.not_number")
	}
	return v, nil
}

func (intType) AppendJSON(dst []byte, stored any) []byte { return appendWhole(dst, stored) }

func appendWhole(dst []byte, stored any) []byte {
	if v, ok := stored.(int64); ok {
		return strconv.AppendInt(dst, v, 10)
	}
	return append(dst, "null"...)
}

func (intType) FromCell(c sheet.Cell, _ *Field, _ *Env) (any, *Problem) {
	if c.Kind == sheet.Number {
		if c.Num != math.Trunc(c.Num) || math.Abs(c.Num) > float64(money.Max) {
			return nil, Problemf("field.not_whole", "value", c.String())
		}
		return int64(c.Num), nil
	}
	s := text.Clean(c.String())
	if text.IsEmpty(s) {
		return nil, nil
	}
	digits := strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(s, ",", ""), "，", ""), "人个家名间户年岁天+ ")
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil, Problemf("field.not_whole", "value", s)
	}
	return v, nil
}

func (intType) ToCell(stored any, _ *Field, _ *Env) sheet.Value {
	if v, ok := stored.(int64); ok {
		return sheet.Int(v)
	}
	return sheet.Value{}
}

func (intType) Text(stored any, _ *Field, _ *Env) string {
	if v, ok := stored.(int64); ok {
		return strconv.FormatInt(v, 10)
	}
	return ""
}

func (intType) Check(stored any, _ *Field) (any, *Problem) {
	v, ok := stored.(int64)
	if !ok || v > int64(money.Max) || v < -int64(money.Max) {
		return nil, Problemf("field.not_number")
	}
	return v, nil
}

func (intType) Ops() []Op { return numberOps }

type moneyType struct{ intType }

func (moneyType) Name() string { return "money" }

// FromCell reads an amount; of a range such as 8-12万 it gives the lower end.
func (moneyType) FromCell(c sheet.Cell, _ *Field, _ *Env) (any, *Problem) {
	amount, problem := AmountOf(c)
	if problem != nil || !amount.Known {
		return nil, problem
	}
	return int64(amount.Low), nil
}

// Amount is an amount, or a range of amounts, as a cell says it.
type Amount struct {
	Known     bool
	Low, High money.Minor // equal unless the cell says a range
}

// AmountOf reads an amount or a range of amounts from a cell.
func AmountOf(c sheet.Cell) (Amount, *Problem) {
	if c.Kind == sheet.Number {
		m, err := money.FromFloat(c.Num)
		if err != nil {
			return Amount{}, Problemf("field.amount", "value", c.String())
		}
		return Amount{Known: true, Low: m, High: m}, nil
	}
	s := text.Clean(c.String())
	if text.IsEmpty(s) {
		return Amount{}, nil
	}
	a, err := text.ReadAmount(s)
	switch {
	case err != nil:
		return Amount{}, problemOf(err)
	case !a.HasLow && !a.HasHigh:
		return Amount{}, nil
	case a.Currency != "" && a.Currency != "CNY":
		p := Problemf("field.currency", "value", s)
		p.Warning = true
		return Amount{}, p
	case !a.HasLow:
		a.Low = a.High
	case !a.HasHigh:
		a.High = a.Low
	}
	return Amount{Known: true, Low: a.Low, High: a.High}, nil
}

func (moneyType) ToCell(stored any, _ *Field, _ *Env) sheet.Value {
	if v, ok := stored.(int64); ok {
		return sheet.Money(v)
	}
	return sheet.Value{}
}

func (moneyType) Text(stored any, _ *Field, _ *Env) string {
	if v, ok := stored.(int64); ok {
		return money.Minor(v).String()
	}
	return ""
}

type boolType struct{}

func (boolType) Name() string  { return "bool" }
func (boolType) Integer() bool { return true }

func (boolType) FromJSON(raw []byte, _ *Field) (any, *Problem) {
	var b *bool
	if json.Unmarshal(raw, &b) != nil {
		return nil, Problemf("field.not_bool")
	}
	return stored01(b != nil && *b), nil
}

func stored01(b bool) any {
	if b {
		return int64(1)
	}
	return int64(0)
}

func (boolType) AppendJSON(dst []byte, stored any) []byte {
	return strconv.AppendBool(dst, stored == int64(1))
}

func (boolType) FromCell(c sheet.Cell, _ *Field, _ *Env) (any, *Problem) {
	if c.Kind == sheet.Bool || c.Kind == sheet.Number {
		return stored01(c.Num != 0), nil
	}
	s := text.Clean(c.String())
	if s == "" {
		return int64(0), nil
	}
	b, ok := text.Bool(s)
	if !ok {
		return nil, Problemf("field.bool", "value", s)
	}
	return stored01(b), nil
}

var yes, no = i18n.T("是", "Yes"), i18n.T("否", "No")

func (t boolType) ToCell(stored any, f *Field, env *Env) sheet.Value {
	return sheet.Str(t.Text(stored, f, env))
}

func (boolType) Text(stored any, _ *Field, env *Env) string {
	if stored == int64(1) {
		return yes.In(env.Lang)
	}
	return no.In(env.Lang)
}

func (boolType) Check(stored any, _ *Field) (any, *Problem) {
	if stored != int64(0) && stored != int64(1) {
		return nil, Problemf("field.not_bool")
	}
	return stored, nil
}

func (boolType) Ops() []Op { return boolOps }
