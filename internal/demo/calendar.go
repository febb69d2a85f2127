package demo

import "time"

// calendar counts the working minutes of the year before a day: Monday to Friday, 9:00 to 12:00 and 13:30 to 18:00.
// Everything that has happened lies on it, so that nothing is later than the evening before.
type calendar struct {
	today time.Time // midnight, in the company's zone
	days  []time.Time
}

const (
	yearDays = 365
	workday  = 450 // minutes
	morning  = 180
)

func newCalendar(today time.Time) *calendar {
	c := &calendar{today: today}
	for back := yearDays; back > 0; back-- {
		if day := today.AddDate(0, 0, -back); day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			c.days = append(c.days, day)
		}
	}
	return c
}

// end is the first minute that has not been.
func (c *calendar) end() int { return len(c.days) * workday }

// at gives the moment of a minute.
func (c *calendar) at(minute int) time.Time { return clockTime(c.days[minute/workday], minute%workday) }

// clockTime gives the moment of a working minute of a day.
func clockTime(day time.Time, minute int) time.Time {
	minute += 9 * 60
	if minute >= 12*60 {
		minute += 90
	}
	return day.Add(time.Duration(minute) * time.Minute)
}

// lately gives how many working days of the last five days came after that of a minute.
func (c *calendar) lately(minute int) int {
	n := 0
	for i := len(c.days) - 1; i > minute/workday && !c.days[i].Before(c.today.AddDate(0, 0, -5)); i-- {
		n++
	}
	return n
}

// half gives the half hour in which a minute lies, as people make appointments.
func (c *calendar) half(minute int) time.Time { return c.at(minute - minute%30) }

// ahead gives a moment some days from today, moved to Monday from a weekend.
func (c *calendar) ahead(days, minute int) time.Time {
	day := c.today.AddDate(0, 0, days)
	for days > 0 && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
		day = day.AddDate(0, 0, 1)
	}
	return clockTime(day, minute-minute%30)
}
