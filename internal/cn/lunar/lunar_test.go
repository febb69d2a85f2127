package lunar

import (
	"testing"

	"genjin/internal/clock"
)

// New years, festivals and repeated months as calendars print them.
func TestPublishedDates(t *testing.T) {
	newYears := []clock.Date{
		"1900-01-31", "1911-01-30", "1912-02-18", "1949-01-29", "1950-02-17", "1954-02-03", "1960-01-28", "1966-01-21", "1970-02-06",
		"1976-01-31", "1977-02-18", "1978-02-07", "1979-01-28", "1980-02-16", "1981-02-05", "1982-01-25", "1983-02-13", "1984-02-02", "1985-02-20",
		"1986-02-09", "1987-01-29", "1988-02-17", "1989-02-06", "1990-01-27", "1991-02-15", "1992-02-04", "1993-01-23", "1994-02-10", "1995-01-31",
		"1996-02-19", "1997-02-07", "1998-01-28", "1999-02-16", "2000-02-05", "2001-01-24", "2002-02-12", "2003-02-01", "2004-01-22", "2005-02-09",
		"2006-01-29", "2007-02-18", "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19",
		"2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
		"2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2050-01-23", "2100-02-09",
	}
	for _, want := range newYears {
		d, ok := FromSolar(want)
		if !ok || d.Month != 1 || d.Day != 1 || d.Leap {
			t.Errorf("%s is %v, not new year", want, d)
		}
	}
	for _, c := range []struct {
		day  Day
		want clock.Date
	}{
		{Day{2023, 5, 5, false}, "2023-06-22"},
		{Day{2024, 5, 5, false}, "2024-06-10"},
		{Day{2025, 5, 5, false}, "2025-05-31"},
		{Day{2026, 5, 5, false}, "2026-06-19"},
		{Day{2023, 8, 15, false}, "2023-09-29"},
		{Day{2024, 8, 15, false}, "2024-09-17"},
		{Day{2025, 8, 15, false}, "2025-10-06"},
		{Day{2026, 8, 15, false}, "2026-09-25"},
		{Day{2023, 2, 1, true}, "2023-03-22"},
		{Day{2025, 6, 1, true}, "2025-07-25"},
		{Day{2033, 11, 1, true}, "2033-12-22"},
		{Day{1984, 10, 1, true}, "1984-11-23"},
		{Day{2012, 7, 1, false}, "2012-08-17"},
		{Day{2018, 10, 1, false}, "2018-11-08"},
	} {
		got, ok := ToSolar(c.day.Year, c.day.Month, c.day.Day, c.day.Leap)
		if !ok || got != c.want {
			t.Errorf("%v: got %s, want %s", c.day, got, c.want)
		}
	}
	leaps := map[int]int{1906: 4, 1984: 10, 1987: 6, 1990: 5, 2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2024: 0, 1899: 0}
	for year, want := range leaps {
		if got := LeapMonth(year); got != want {
			t.Errorf("%d repeats month %d, want %d", year, got, want)
		}
	}
}

// Every day from the first to the last goes to the lunar calendar and back.
func TestRoundTrip(t *testing.T) {
	last := Day{1899, 12, 29, false}
	for date := clock.Date("1900-01-31"); date <= "2101-01-28"; date = date.AddDays(1) {
		d, ok := FromSolar(date)
		if !ok {
			t.Fatalf("%s is out of range", date)
		}
		back, ok := ToSolar(d.Year, d.Month, d.Day, d.Leap)
		if !ok || back != date {
			t.Fatalf("%s → %v → %s", date, d, back)
		}
		if d.Day != 1 && d.Day != last.Day+1 {
			t.Fatalf("%v follows %v", d, last)
		}
		last = d
	}
	if last != (Day{2100, 12, 29, false}) {
		t.Errorf("the last day is %v", last)
	}
}

func TestOutOfRange(t *testing.T) {
	for _, date := range []clock.Date{"", "1900-01-30", "2101-01-29", "1800-01-01"} {
		if d, ok := FromSolar(date); ok {
			t.Errorf("%s is %v", date, d)
		}
	}
	for _, d := range []Day{{2024, 4, 1, true}, {2024, 13, 1, false}, {2024, 1, 31, false}, {2024, 1, 0, false}, {1899, 1, 1, false}, {2101, 1, 1, false}, {2024, 1, 30, false}} {
		if date, ok := ToSolar(d.Year, d.Month, d.Day, d.Leap); ok {
			t.Errorf("%v is %s", d, date)
		}
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		month, day int
		leap       bool
		from, want clock.Date
	}{
		{8, 15, false, "2024-01-01", "2024-09-17"},
		{8, 15, false, "2024-09-17", "2024-09-17"},
		{8, 15, false, "2024-09-18", "2025-10-06"},
		{12, 30, false, "2024-12-01", "2025-01-28"}, // the month has 29 days
		{6, 10, true, "2025-01-01", "2025-08-03"},
		{4, 6, true, "2024-01-01", "2024-05-13"}, // 2024 repeats no month
		{13, 1, false, "2024-01-01", ""},
		{8, 15, false, "2200-01-01", ""},
		{8, 15, false, "", ""},
	} {
		if got := Next(c.month, c.day, c.leap, c.from); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestString(t *testing.T) {
	for d, want := range map[Day]string{
		{0, 8, 15, false}: "八月十五", {1985, 4, 6, true}: "闰四月初六", {0, 12, 23, false}: "腊月廿三", {0, 1, 10, false}: "正月初十",
		{0, 11, 20, false}: "冬月二十", {0, 2, 30, false}: "二月三十", {}: "",
	} {
		if got := d.String(); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	for b.Loop() {
		Next(8, 15, false, "2024-09-18")
	}
}
