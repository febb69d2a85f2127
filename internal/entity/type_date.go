package entity

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"genjin/internal/clock"
	"genjin/internal/cn/lunar"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/sheet"
)

// Date is a day of the calendar.
var Date Type = dateType{}

// DateTime is an instant. In sheets it stands as wall time of the company's zone.
var DateTime Type = dateTimeType{}

// Birthday is a birthday of the solar or the lunar calendar, with or without its year. It is stored as 1985-08-15 or
// --08-15, with an L before it when it is lunar and a + before the month when that is a leap month.
var Birthday Type = &birthdayType{textType{name: "birthday", max: 40, tidy: text.Clean}}

type dateType struct{}

func (dateType) Name() string  { return "date" }
func (dateType) Integer() bool { return false }

func (dateType) FromJSON(raw []byte, f *Field) (any, *Problem) {
	v, problem := textFromJSON(raw)
	if problem != nil {
		return nil, problem
	}
	d, err := clock.ParseDate(v.(string))
	if err != nil {
		return nil, Problemf("field.date", "value", v)
	}
	return string(d), nil
}

func (dateType) AppendJSON(dst []byte, stored any) []byte { return appendText(dst, stored) }

func (dateType) FromCell(c sheet.Cell, _ *Field, env *Env) (any, *Problem) {
	when, problem := whenOf(c, env)
	return string(when.Date), problem
}

// whenOf reads a date, perhaps with a time, from a cell.
func whenOf(c sheet.Cell, env *Env) (text.When, *Problem) {
	dates := text.Dates{Order: text.Order(env.DateOrder), Today: env.Today}
	switch c.Kind {
	case sheet.Empty:
		return text.When{}, nil
	case sheet.Date:
		w := text.When{Date: clock.DateOf(c.Time), HasTime: c.HasTime}
		w.Hour, w.Minute, w.Second = c.Time.Clock()
		return w, nil
	case sheet.Number:
		w, err := dates.ReadNumber(c.Num)
		return w, problemOf(err)
	default:
		w, err := dates.Read(c.String())
		return w, problemOf(err)
	}
}

// problemOf takes the problem out of an error of the packages that know values.
func problemOf(err error) *Problem {
	if err == nil {
		return nil
	}
	e, ok := errs.As(err)
	if !ok {
		return Problemf("field.unreadable")
	}
	if len(e.Fields) > 0 {
		return &Problem{Key: e.Fields[0].Key, Params: e.Fields[0].Params}
	}
	return &Problem{Key: e.Key, Params: e.Params}
}

func (dateType) ToCell(stored any, _ *Field, _ *Env) sheet.Value {
	s, _ := stored.(string)
	if s == "" {
		return sheet.Value{}
	}
	return sheet.Day(clock.Date(s).In(time.UTC))
}

func (dateType) Text(stored any, _ *Field, _ *Env) string {
	s, _ := stored.(string)
	return s
}

func (dateType) Check(stored any, _ *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok {
		return nil, Problemf("field.date", "value", stored)
	}
	if _, err := clock.ParseDate(s); err != nil {
		return nil, Problemf("field.date", "value", s)
	}
	return s, nil
}

func (dateType) Ops() []Op { return dateOps }

type dateTimeType struct{}

func (dateTimeType) Name() string  { return "datetime" }
func (dateTimeType) Integer() bool { return true }

func (dateTimeType) FromJSON(raw []byte, _ *Field) (any, *Problem) {
	var t clock.Instant
	if json.Unmarshal(raw, &t) != nil {
		return nil, Problemf("field.datetime")
	}
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMilli(), nil
}

func (dateTimeType) AppendJSON(dst []byte, stored any) []byte {
	v, ok := stored.(int64)
	if !ok {
		return append(dst, "null"...)
	}
	return time.UnixMilli(v).UTC().AppendFormat(dst, `"2006-01-02T15:04:05.000Z"`)
}

func (dateTimeType) FromCell(c sheet.Cell, _ *Field, env *Env) (any, *Problem) {
	when, problem := whenOf(c, env)
	if problem != nil || when.Date == "" {
		return nil, problem
	}
	return when.In(env.Zone).UnixMilli(), nil
}

func (dateTimeType) ToCell(stored any, _ *Field, env *Env) sheet.Value {
	v, ok := stored.(int64)
	if !ok {
		return sheet.Value{}
	}
	t := time.UnixMilli(v).In(env.Zone)
	if midnight(t) {
		return sheet.Day(t)
	}
	return sheet.Moment(t)
}

// midnight marks a time that was given as a mere date.
func midnight(t time.Time) bool {
	h, m, s := t.Clock()
	return h == 0 && m == 0 && s == 0
}

func (dateTimeType) Text(stored any, _ *Field, env *Env) string {
	v, ok := stored.(int64)
	if !ok {
		return ""
	}
	t := time.UnixMilli(v).In(env.Zone)
	if midnight(t) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

func (dateTimeType) Check(stored any, _ *Field) (any, *Problem) {
	if _, ok := stored.(int64); !ok {
		return nil, Problemf("field.datetime")
	}
	return stored, nil
}

func (dateTimeType) Ops() []Op { return dateOps }

type birthdayType struct{ textType }

func (birthdayType) FromCell(c sheet.Cell, f *Field, env *Env) (any, *Problem) {
	if c.Kind == sheet.Date || c.Kind == sheet.Number {
		return dateType{}.FromCell(c, f, env)
	}
	return readBirthday(c.String())
}

func (birthdayType) Check(stored any, _ *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok {
		return nil, Problemf("field.not_text")
	}
	if _, _, ok := parseBirthday(s); ok {
		return s, nil
	}
	return readBirthday(s)
}

func readBirthday(s string) (any, *Problem) {
	// A year that is not told is no year: the day hangs on a leap year, so that 2月29日 is a day.
	b, err := text.Dates{Today: "2024-01-01"}.ReadBirthday(s)
	switch {
	case err != nil:
		return nil, problemOf(err)
	case b.IsLunar():
		year, leap := "--", ""
		if b.Lunar.Year > 0 {
			year = fmt.Sprintf("%04d-", b.Lunar.Year)
		}
		if b.Lunar.Leap {
			leap = "+"
		}
		return fmt.Sprintf("L%s%s%02d-%02d", year, leap, b.Lunar.Month, b.Lunar.Day), nil
	case b.Solar.NoYear:
		return "--" + string(b.Solar.Date[5:]), nil
	}
	return string(b.Solar.Date), nil
}

// parseBirthday takes a stored birthday apart; Year is 0 when it has none.
func parseBirthday(s string) (day text.LunarDay, lunar, ok bool) {
	rest := s
	if rest != "" && rest[0] == 'L' {
		lunar, rest = true, rest[1:]
	}
	var year string
	switch {
	case len(rest) >= 7 && rest[:2] == "--":
		rest = rest[2:]
	case len(rest) >= 10 && rest[4] == '-':
		year, rest = rest[:4], rest[5:]
	default:
		return day, false, false
	}
	if rest != "" && rest[0] == '+' && lunar {
		day.Leap, rest = true, rest[1:]
	}
	if len(rest) != 5 {
		return day, false, false
	}
	if _, err := fmt.Sscanf(rest, "%02d-%02d", &day.Month, &day.Day); err != nil {
		return day, false, false
	}
	if year != "" {
		if _, err := fmt.Sscanf(year, "%04d", &day.Year); err != nil {
			return day, false, false
		}
	}
	if lunar {
		return day, true, day.Month >= 1 && day.Month <= 12 && day.Day >= 1 && day.Day <= 30
	}
	year4 := day.Year
	if year4 == 0 {
		year4 = 2024
	}
	_, real := clock.NewDate(year4, day.Month, day.Day)
	return day, false, real
}

// NextBirthday gives the first date not before from on which a stored birthday is kept; "" when it is none. Who was born on
// 29 February is a year older on the 28th in other years.
func NextBirthday(stored string, from clock.Date) clock.Date {
	day, isLunar, ok := parseBirthday(stored)
	if !ok || from == "" {
		return ""
	}
	if isLunar {
		return lunar.Next(day.Month, day.Day, day.Leap, from)
	}
	year, err := strconv.Atoi(string(from[:4]))
	if err != nil {
		return ""
	}
	for _, y := range []int{year, year + 1} {
		date, real := clock.NewDate(y, day.Month, day.Day)
		if !real {
			date, _ = clock.NewDate(y, day.Month, day.Day-1)
		}
		if date >= from {
			return date
		}
	}
	return ""
}

var lunarWord = i18n.T("农历 ", "lunar ")

func (birthdayType) Text(stored any, _ *Field, env *Env) string {
	s, _ := stored.(string)
	day, lunar, ok := parseBirthday(s)
	if !ok {
		return s
	}
	out := fmt.Sprintf("%02d-%02d", day.Month, day.Day)
	if day.Year > 0 {
		out = fmt.Sprintf("%04d-%s", day.Year, out)
	}
	if !lunar {
		return out
	}
	if day.Leap {
		out = i18n.T("闰 ", "leap ").In(env.Lang) + out
	}
	return lunarWord.In(env.Lang) + out
}

func (t birthdayType) ToCell(stored any, f *Field, env *Env) sheet.Value {
	s, _ := stored.(string)
	if day, _, ok := parseBirthday(s); ok && day.Leap { // which is read in Chinese only
		year := ""
		if day.Year > 0 {
			year = fmt.Sprintf("%d年", day.Year)
		}
		return sheet.Str(fmt.Sprintf("农历%s闰%d月%d日", year, day.Month, day.Day))
	}
	return sheet.Str(t.Text(stored, f, env))
}
