package text

import (
	"strconv"
	"strings"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
)

// Order is how a date with the year last, or with a two-digit year, is written.
type Order string

const (
	YMD Order = "ymd" // Chinese; 03/01/2024 is then read only where it can mean one day
	MDY Order = "mdy"
	DMY Order = "dmy"
)

// Dates reads dates with what is known of where they come from.
type Dates struct {
	Order    Order      // "" is YMD
	Today    clock.Date // what 今天, 下周一 and 3月1日 hang on; "" refuses them
	Date1904 bool       // serial numbers count from 1904, as workbooks from old Macs do
}

// When is a date, perhaps with a time of day.
type When struct {
	Date    clock.Date // "" when the text was empty
	HasTime bool
	Hour    int
	Minute  int
	Second  int
	Zone    *time.Location // where the text named an offset from UTC; else nil
	Partial bool           // only a year, or a year and month, was given; the rest is the first
	NoYear  bool           // no year was given; it is that of Today
}

// In gives the moment in the zone the text named, else in loc; the zero time for no date.
func (w When) In(loc *time.Location) time.Time {
	if w.Date == "" {
		return time.Time{}
	}
	if w.Zone != nil {
		loc = w.Zone
	}
	day := w.Date.In(time.UTC)
	return time.Date(day.Year(), day.Month(), day.Day(), w.Hour, w.Minute, w.Second, 0, loc)
}

// Read reads a date: 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日, 24年3月1日, 20240301, with or without a time;
// 03/01/2024 by Order; 3月1日, 今天, 下周一, 3天后 by Today; 1 Mar 2024; spreadsheet serials such as 45352. A placeholder
// gives the zero When. Errors have the keys date.*.
func (ds Dates) Read(s string) (When, error) {
	if d, ok := isoDate(s); ok {
		return When{Date: d}, nil
	}
	c := strings.ToLower(Clean(s))
	switch {
	case c == "" || c[0] < '0' && IsEmpty(c):
		return When{}, nil
	case len(c) > 64:
		return When{}, dateProblem("date.unreadable", clip(c))
	}
	w, err := ds.read(c)
	if err != nil && (IsEmpty(c) || openEnd[c]) {
		return When{}, nil
	}
	return w, err
}

// read reads a cleaned text, by its numbers first.
func (ds Dates) read(c string) (When, error) {
	var p dateParts
	if p.scan(c) && (p.n > 0 || p.serial > 0) {
		return ds.assemble(&p, c)
	}
	return ds.readWords(c)
}

// openEnd are the words for a term without an end; they read as no date.
var openEnd = map[string]bool{"长期": true, "永久": true, "永久有效": true, "长期有效": true, "无固定期限": true, "无限期": true, "至今": true}

// readWords reads a date that is said in words.
func (ds Dates) readWords(c string) (When, error) {
	if w, ok := ds.relative(c); ok {
		return w, nil
	}
	if _, ok, named := lunarDay(c); ok || named {
		return When{}, dateProblem("date.lunar", c)
	}
	var p dateParts
	if digits := withDigits(c); digits != c && p.scan(digits) && p.n > 0 {
		return ds.assemble(&p, c)
	}
	return When{}, dateProblem("date.unreadable", c)
}

// ReadNumber reads a number in a date column: a spreadsheet's serial, or 20240301 typed as a number.
func (ds Dates) ReadNumber(f float64) (When, error) {
	if w, ok := ds.Serial(f); ok {
		return w, nil
	}
	return ds.Read(strconv.FormatFloat(f, 'f', -1, 64))
}

// clip shortens a text for a message.
func clip(s string) string {
	n := 0
	for i := range s {
		if n++; n > 20 {
			return s[:i] + "…"
		}
	}
	return s
}

// isoDate takes the commonest form without an allocation.
func isoDate(s string) (clock.Date, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return "", false
	}
	y, m, d := digitsAt(s[:4]), digitsAt(s[5:7]), digitsAt(s[8:])
	if y < 1000 || !isDay(y, m, d) {
		return "", false
	}
	return clock.Date(s), true
}

// digitsAt gives the number that s is, -1 when it has anything but digits.
func digitsAt(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// isDay reports whether the calendar has the day.
func isDay(y, m, d int) bool {
	return y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= monthDays(y, m)
}

func monthDays(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// dateOf writes a day; "" when there is none.
func dateOf(y, m, d int) clock.Date {
	if !isDay(y, m, d) {
		return ""
	}
	b := [10]byte{
		byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-',
		byte('0' + m/10), byte('0' + m%10), '-', byte('0' + d/10), byte('0' + d%10),
	}
	return clock.Date(b[:])
}

// split gives year, month and day; zeros for no date.
func split(d clock.Date) (y, m, day int) {
	if len(d) != 10 {
		return 0, 0, 0
	}
	return digitsAt(string(d[:4])), digitsAt(string(d[5:7])), digitsAt(string(d[8:]))
}

// fullYear widens a two-digit year: 70–99 are of the last century.
func fullYear(y, digits int) int {
	switch {
	case digits > 2:
		return y
	case y >= 70:
		return 1900 + y
	}
	return 2000 + y
}

func dateProblem(key, value string) *errs.Error {
	return errs.New(errs.Invalid, key, "value", value)
}

// Serial gives the day and time a spreadsheet means by a number: days since 1899-12-30 (or 1904-01-01). ok is false
// outside 1900–2199.
func (ds Dates) Serial(f float64) (When, bool) {
	if ds.Date1904 {
		f += 1462
	}
	if !(f >= 1 && f < 109575) {
		return When{}, false
	}
	if f < 61 { // the 1900 system counts a 29 February that never was
		f++
	}
	days := int(f)
	seconds := int((f-float64(days))*86400 + 0.5)
	if seconds == 86400 {
		days, seconds = days+1, 0
	}
	w := When{Date: clock.DateOf(time.Date(1899, 12, 30+days, 0, 0, 0, 0, time.UTC))}
	if seconds > 0 {
		w.HasTime, w.Hour, w.Minute, w.Second = true, seconds/3600, seconds/60%60, seconds%60
	}
	return w, true
}

// GuessOrder finds how the dates of a column are written from samples of it: the order in which all of them are days.
// Where month and day stay open it gives YMD, under which Read refuses those it cannot tell.
func GuessOrder(samples []string) Order {
	fits := map[Order]bool{YMD: true, MDY: true, DMY: true}
	for _, s := range samples {
		var p dateParts
		if len(s) > 64 || !p.scan(strings.ToLower(Clean(s))) || p.n < 3 || p.month > 0 || p.marked || p.digits[0] == 4 {
			continue
		}
		for order := range fits {
			fits[order] = fits[order] && p.fits(order)
		}
	}
	switch {
	case fits[YMD] || fits[MDY] == fits[DMY]:
		return YMD
	case fits[MDY]:
		return MDY
	}
	return DMY
}

// fits reports whether three plain numbers are a day in the order.
func (p *dateParts) fits(order Order) bool {
	a, b, c := p.num[0], p.num[1], p.num[2]
	switch order {
	case MDY:
		return isDay(fullYear(c, p.digits[2]), a, b)
	case DMY:
		return isDay(fullYear(c, p.digits[2]), b, a)
	}
	return p.digits[0] != 1 && p.digits[2] < 3 && isDay(fullYear(a, p.digits[0]), b, c)
}
