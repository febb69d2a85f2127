package sheet

import (
	"math"
	"strconv"
	"time"
)

// String gives what a person sees in the cell: dates as 2006-01-02 with 15:04 where the cell shows a time, numbers
// in full with at most the fifteen digits a spreadsheet keeps, truth values as TRUE and FALSE.
func (c Cell) String() string {
	switch c.Kind {
	case Text, Error:
		return c.Text
	case Number:
		if c.Text != "" {
			return c.Text
		}
		return formatNumber(c.Num)
	case Bool:
		if c.Num != 0 {
			return "TRUE"
		}
		return "FALSE"
	case Date:
		return formatTime(c.Time, c.HasTime)
	default:
		return ""
	}
}

// formatNumber writes f without an exponent, rounded to fifteen significant digits, so that 0.1+0.2 reads 0.3 and a
// phone number reads as its digits.
func formatNumber(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	short := strconv.FormatFloat(f, 'G', 15, 64)
	rounded, err := strconv.ParseFloat(short, 64)
	if err != nil || math.Abs(rounded) >= 1e40 || math.Abs(rounded) < 1e-40 {
		return short
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

func formatTime(t time.Time, hasTime bool) string {
	clock := "15:04"
	if t.Second() != 0 {
		clock = "15:04:05"
	}
	switch {
	case t.Year() == 1899:
		return t.Format(clock)
	case hasTime:
		return t.Format("2006-01-02 " + clock)
	default:
		return t.Format("2006-01-02")
	}
}

const (
	day       = 24 * time.Hour
	dayMillis = 24 * 60 * 60 * 1000
	maxSerial = 2958466 // the first day of the year 10000
)

// serialTime gives the wall time of a spreadsheet's serial number: days since 1899-12-31 with a 29th of February 1900
// that never was, or since 1904-01-01. Less than a day is a mere time, in 1899. False: no such day.
func serialTime(serial float64, from1904 bool) (time.Time, bool) {
	if !(serial >= 0 && serial < maxSerial) {
		return time.Time{}, false
	}
	days := math.Floor(serial)
	millis := time.Duration(math.Round((serial - days) * dayMillis))
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case serial < 1:
	case from1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case serial < 61: // the leap day of 1900 reads as the 1st of March
		epoch = epoch.AddDate(0, 0, 1)
	}
	return epoch.AddDate(0, 0, int(days)).Add(millis * time.Millisecond), true
}

// timeSerial is the inverse of serialTime in the system of 1900; t's own wall clock counts.
func timeSerial(t time.Time) float64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return float64(wall.Unix()-time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / 86400
}
