// Package lunar turns days of the Chinese lunar calendar (农历) into dates and back, for 1900 to 2100. Birthdays are
// given in it, and reminders have to fall on the right day.
package lunar

import (
	"time"

	"genjin/internal/clock"
)

const (
	firstYear = 1900
	lastYear  = firstYear + len(years) - 1
)

// begin is the first day of the first lunar year.
var begin = time.Date(1900, 1, 31, 0, 0, 0, 0, time.UTC)

// Day is a day of the lunar calendar.
type Day struct {
	Year  int
	Month int // 1–12
	Day   int // 1–30
	Leap  bool
}

// LeapMonth gives the month that is repeated in a lunar year, 0 for none or a year out of range.
func LeapMonth(year int) int {
	if year < firstYear || year > lastYear {
		return 0
	}
	return int(years[year-firstYear] & 15)
}

// MonthDays gives how many days a month has, 29 or 30; 0 when there is no such month.
func MonthDays(year, month int, leap bool) int {
	if year < firstYear || year > lastYear || month < 1 || month > 12 || leap && LeapMonth(year) != month {
		return 0
	}
	bit := 16 - month
	if leap {
		bit = 16
	}
	return 29 + int(years[year-firstYear]>>bit&1)
}

// yearDays gives how many days a lunar year has.
func yearDays(year int) int {
	days := 0
	for month := 1; month <= 12; month++ {
		days += MonthDays(year, month, false) + MonthDays(year, month, true)
	}
	return days
}

// starts holds the days from begin to the first of each year, and to the end of the last.
var starts = func() (s [len(years) + 1]int) {
	for i := range years {
		s[i+1] = s[i] + yearDays(firstYear+i)
	}
	return s
}()

// ToSolar gives the date of a lunar day; false when there is no such day or the year is out of range.
func ToSolar(year, month, day int, leap bool) (clock.Date, bool) {
	if day < 1 || day > MonthDays(year, month, leap) {
		return "", false
	}
	offset := starts[year-firstYear] + day - 1
	for m := 1; m < month; m++ {
		offset += MonthDays(year, m, false) + MonthDays(year, m, true)
	}
	if leap {
		offset += MonthDays(year, month, false)
	}
	return clock.DateOf(begin.AddDate(0, 0, offset)), true
}

// FromSolar gives the lunar day of a date; false for no date or one out of range.
func FromSolar(date clock.Date) (Day, bool) {
	if date == "" {
		return Day{}, false
	}
	offset := int(date.In(time.UTC).Sub(begin).Hours() / 24)
	if date < clock.DateOf(begin) {
		return Day{}, false
	}
	i := min(offset/354, len(starts)-1)
	for starts[i] > offset {
		i--
	}
	if i == len(years) {
		return Day{}, false
	}
	return inYear(firstYear+i, offset-starts[i]), true
}

// inYear gives the lunar day that is offset days after the first of the year.
func inYear(year, offset int) Day {
	for month := 1; ; month++ {
		for _, leap := range [...]bool{false, true} {
			days := MonthDays(year, month, leap)
			if offset < days {
				return Day{Year: year, Month: month, Day: offset + 1, Leap: leap}
			}
			offset -= days
		}
	}
}

// Next gives the first date not before from on which a lunar birthday is kept; "" when it is out of range. The birthday
// of a repeated month is kept in the plain one in years that do not repeat it, and the 30th on the 29th of a short
// month.
func Next(month, day int, leap bool, from clock.Date) clock.Date {
	now, ok := FromSolar(from)
	if !ok || month < 1 || month > 12 || day < 1 || day > 30 {
		return ""
	}
	for year := now.Year; year <= min(now.Year+1, lastYear); year++ {
		inLeap := leap && LeapMonth(year) == month
		date, _ := ToSolar(year, month, min(day, MonthDays(year, month, inLeap)), inLeap)
		if date >= from {
			return date
		}
	}
	return ""
}

var (
	monthNames = [...]string{"正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"}
	digitNames = [...]string{"十", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
)

// String writes the day without its year as Chinese users do: 八月十五, 闰四月初六, 腊月廿三.
func (d Day) String() string {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 30 {
		return ""
	}
	s := monthNames[d.Month-1] + "月" + dayName(d.Day)
	if d.Leap {
		return "闰" + s
	}
	return s
}

func dayName(day int) string {
	switch {
	case day <= 10:
		return "初" + digitNames[day%10]
	case day < 20:
		return "十" + digitNames[day%10]
	case day == 20:
		return "二十"
	case day < 30:
		return "廿" + digitNames[day%10]
	}
	return "三十"
}
