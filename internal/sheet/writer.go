package sheet

import "time"

// Writer writes one table after another to a file. Header begins a table, Row adds to it, Close completes the file; a
// file that was not closed without error is not whole.
type Writer interface {
	Header(columns []Column) error
	Row(values []Value) error
	Close() error
}

// Column describes a column to be written.
type Column struct {
	Title    string
	Required bool     // shown by a star after the title; layout.CleanHeader takes it off again
	Width    float64  // in characters; 0 measures the title and the first rows
	Format   Format   // of the cells people will fill in below the rows written
	Choices  []string // offered as a drop-down list; other values stay allowed
	Hint     string   // shown beside the title when its cell is chosen
}

// Format says how the cells of a column are shown.
type Format uint8

// The formats of a column; General also is that of a value whose kind has none of its own.
const (
	General   Format = iota
	AsText           // digits stay as they are typed: phone numbers, codes
	AsDate           // 2006-01-02
	AsTime           // 2006-01-02 15:04
	AsMoney          // 1,234.50
	AsInteger        // 1234
)

// Value is one value to be written; the zero value leaves the cell empty.
type Value struct {
	kind  valueKind
	text  string
	whole int64
	num   float64
	time  time.Time
}

type valueKind uint8

const (
	valueNone valueKind = iota
	valueText
	valueInt
	valueNum
	valueMoney
	valueDate
	valueDateTime
	valueBool
)

// Str is a text, always written so that no spreadsheet program takes it for a formula. An empty one leaves the cell
// empty.
func Str(text string) Value {
	if text == "" {
		return Value{}
	}
	return Value{kind: valueText, text: text}
}

// Int is a whole number.
func Int(n int64) Value { return Value{kind: valueInt, whole: n} }

// Num is a number.
func Num(f float64) Value { return Value{kind: valueNum, num: f} }

// Money is an amount in minor units (分), written exactly.
func Money(minor int64) Value { return Value{kind: valueMoney, whole: minor} }

// Day is a date without time, by t's own wall clock.
func Day(t time.Time) Value { return Value{kind: valueDate, time: t} }

// Moment is a date with time of day, by t's own wall clock.
func Moment(t time.Time) Value { return Value{kind: valueDateTime, time: t} }

// Boolean is a truth value.
func Boolean(b bool) Value {
	v := Value{kind: valueBool}
	if b {
		v.whole = 1
	}
	return v
}

// Value gives a cell that was read as a value to write, so that a row can be handed back as it came.
func (c Cell) Value() Value {
	switch {
	case c.Kind == Empty:
		return Value{}
	case c.Kind == Number && c.Text == "":
		return Num(c.Num)
	case c.Kind == Bool:
		return Boolean(c.Num != 0)
	case c.Kind == Date && c.Time.Year() > 1900 && c.HasTime:
		return Moment(c.Time)
	case c.Kind == Date && c.Time.Year() > 1900:
		return Day(c.Time)
	default:
		return Str(c.String())
	}
}
