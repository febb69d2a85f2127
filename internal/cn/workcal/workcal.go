// Package workcal counts in working time: the working days and hours of a company under the legal holidays and make-up
// workdays (调休) that the State Council announces each year, or its own (followups-and-clocks.md, “Clocks”).
package workcal

import (
	"bufio"
	_ "embed" // the announced days
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"genjin/internal/clock"
)

//go:embed holidays_cn.csv
var announced string

// Day is a day that is not as its weekday: off, or worked.
type Day struct {
	Name string
	Off  bool
}

// Span is a part of a working day, in minutes after midnight by the wall clock.
type Span struct{ From, To int }

// Calendar says when a company works. It does not change once it is made.
type Calendar struct {
	hours   []Span
	weekend map[time.Weekday]bool
	days    map[clock.Date]Day
	years   map[string]bool // for which days are known
	zone    *time.Location
}

// Settings are what a company chooses. The zero value is Monday to Friday, 9:00–12:00 and 13:30–18:00, under the announced
// days.
type Settings struct {
	Hours   []Span             // in order and apart; nil for the usual ones
	Weekend []time.Weekday     // nil for Saturday and Sunday; empty for none
	Days    map[clock.Date]Day // of the company, before the announced ones
	Years   map[string]bool    // years, as "2027", for which Days holds all that was announced, in place of what is known here
}

var usualHours = []Span{{9 * 60, 12 * 60}, {13*60 + 30, 18 * 60}}

// New makes the calendar of a company in its time zone. Hours that overlap, are out of order or of no length give an error,
// as do seven days off.
func New(zone *time.Location, s Settings) (*Calendar, error) {
	c := &Calendar{hours: s.Hours, weekend: map[time.Weekday]bool{}, days: map[clock.Date]Day{}, zone: zone}
	if c.hours == nil {
		c.hours = usualHours
	}
	last := 0
	for _, h := range c.hours {
		if h.From < last || h.To <= h.From || h.To > 24*60 {
			return nil, fmt.Errorf("workcal: hours %d–%d", h.From, h.To)
		}
		last = h.To
	}
	weekend := s.Weekend
	if weekend == nil {
		weekend = []time.Weekday{time.Saturday, time.Sunday}
	}
	for _, d := range weekend {
		c.weekend[d] = true
	}
	if len(c.hours) == 0 || len(c.weekend) == 7 {
		return nil, fmt.Errorf("workcal: no time to work in")
	}
	announced := Announced()
	c.years = YearsOf(announced)
	for date, day := range announced {
		if !s.Years[string(date[:4])] {
			c.days[date] = day
		}
	}
	maps.Copy(c.days, s.Days)
	maps.Copy(c.years, s.Years)
	return c, nil
}

// YearsOf gives the years, as "2027", of which announced days tell the whole; others are only touched by the notices of
// their neighbours.
func YearsOf(days map[clock.Date]Day) map[string]bool {
	count, years := map[string]int{}, map[string]bool{}
	for date := range days {
		if count[string(date[:4])]++; count[string(date[:4])] > strays {
			years[string(date[:4])] = true
		}
	}
	return years
}

// strays are how many days of a year the notices of its neighbours name at most, such as its 31 December.
const strays = 5

// Announced gives the days that the State Council announced, as far as the program knows them.
func Announced() map[clock.Date]Day {
	days := map[clock.Date]Day{}
	lines := bufio.NewScanner(strings.NewReader(announced))
	for lines.Scan() {
		part := strings.Split(lines.Text(), ",")
		if len(part) == 3 && part[0] != "date" {
			days[clock.Date(part[0])] = Day{part[1], part[2] == "1"}
		}
	}
	return days
}

// Published reports whether the days of a year are known; of others only weekends are.
func (c *Calendar) Published(year int) bool { return c.years[fmt.Sprint(year)] }

// Hours gives the parts of a working day.
func (c *Calendar) Hours() []Span { return slices.Clone(c.hours) }

// Weekend gives the days of the week that are off, Sunday first.
func (c *Calendar) Weekend() []time.Weekday { return slices.Sorted(maps.Keys(c.weekend)) }

// Day gives what is special about a day.
func (c *Calendar) Day(d clock.Date) (Day, bool) {
	day, ok := c.days[d]
	return day, ok
}

// Works reports whether a day is a working day.
func (c *Calendar) Works(d clock.Date) bool {
	if day, ok := c.days[d]; ok {
		return !day.Off
	}
	return !c.weekend[d.In(c.zone).Weekday()]
}

// farthest bounds how many days are looked at for the next working one: longer than any holiday.
const farthest = 400

// AddDays gives the same time of day on the nth working day after that of t; n is at least 1. From a day that is not worked
// it counts the next working day as the first.
func (c *Calendar) AddDays(t time.Time, n int) time.Time {
	local := t.In(c.zone)
	date := clock.DateOf(local)
	for looked := 0; n > 0 && looked < farthest*n; looked++ {
		if date = date.AddDays(1); c.Works(date) {
			n--
			looked = 0
		}
	}
	midnight := date.In(c.zone)
	return time.Date(midnight.Year(), midnight.Month(), midnight.Day(), local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), c.zone).UTC()
}

// Add gives the earliest moment at which d of working time has passed since t. Without working time for more than a year
// it gives t and d as calendar time.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t.UTC()
	}
	date, left, idle := clock.DateOf(t.In(c.zone)), d, 0
	for idle < farthest {
		for _, s := range c.spans(date) {
			from := s[0]
			if from.Before(t) {
				from = t
			}
			free := s[1].Sub(from)
			if free <= 0 {
				continue
			}
			if free >= left {
				return from.Add(left).UTC()
			}
			left, idle = left-free, 0
		}
		date = date.AddDays(1)
		idle++
	}
	return t.Add(d).UTC()
}

// Between gives the working time from one moment to another; less than zero when the second is earlier.
func (c *Calendar) Between(from, to time.Time) time.Duration {
	if to.Before(from) {
		return -c.Between(to, from)
	}
	var sum time.Duration
	end := clock.DateOf(to.In(c.zone))
	for date := clock.DateOf(from.In(c.zone)); date <= end; date = date.AddDays(1) {
		for _, s := range c.spans(date) {
			if s[0].Before(from) {
				s[0] = from
			}
			if s[1].After(to) {
				s[1] = to
			}
			sum += max(s[1].Sub(s[0]), 0)
		}
	}
	return sum
}

// spans gives the working time of a day. Where the clocks are changed the hours are those on the wall.
func (c *Calendar) spans(d clock.Date) [][2]time.Time {
	if !c.Works(d) {
		return nil
	}
	midnight := d.In(c.zone)
	at := func(minute int) time.Time {
		return time.Date(midnight.Year(), midnight.Month(), midnight.Day(), 0, minute, 0, 0, c.zone)
	}
	out := make([][2]time.Time, len(c.hours))
	for i, h := range c.hours {
		out[i] = [2]time.Time{at(h.From), at(h.To)}
	}
	return out
}

// Special gives the special days of a year in their order.
func (c *Calendar) Special(year int) []clock.Date {
	prefix := fmt.Sprintf("%04d-", year)
	var out []clock.Date
	for date := range c.days {
		if strings.HasPrefix(string(date), prefix) {
			out = append(out, date)
		}
	}
	slices.Sort(out)
	return out
}
