package workcal_test

import (
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func calendar(t testing.TB, where string, s workcal.Settings) (*workcal.Calendar, func(text string) time.Time) {
	t.Helper()
	z := zone(t, where)
	c, err := workcal.New(z, s)
	if err != nil {
		t.Fatal(err)
	}
	return c, func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, z)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
}

func TestWorks(t *testing.T) {
	t.Parallel()
	c, _ := calendar(t, "Asia/Shanghai", workcal.Settings{Days: map[clock.Date]workcal.Day{
		"2026-03-10": {Name: "厂庆", Off: true}, "2026-10-01": {Name: "值班", Off: false},
	}})
	for date, want := range map[clock.Date]bool{
		"2026-03-09": true,  // Monday
		"2026-03-14": false, // Saturday
		"2026-03-10": false, // the company's own
		"2026-10-01": true,  // the company works on the national day
		"2026-10-02": false,
		"2026-10-10": true,  // a Saturday to make up for the holiday
		"2025-01-26": true,  // a Sunday to make up for the Spring Festival
		"2025-01-28": false, // the Spring Festival's eve, off by law from 2025 on
		"2027-10-01": true,  // not announced yet: a Friday
		"2027-10-02": false,
	} {
		if c.Works(date) != want {
			t.Errorf("%s: works %v", date, !want)
		}
	}
	for year, want := range map[int]bool{2022: false, 2023: true, 2026: true, 2027: false} {
		if c.Published(year) != want {
			t.Errorf("%d: published %v", year, !want)
		}
	}
	if special := c.Special(2026); len(special) < 20 || special[0] != "2026-01-01" {
		t.Errorf("special days of 2026: %v", special)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	c, at := calendar(t, "Asia/Shanghai", workcal.Settings{})
	for _, x := range []struct {
		from string
		add  time.Duration
		want string
	}{
		{"2026-03-09 09:00", time.Hour, "2026-03-09 10:00"},
		{"2026-03-09 11:30", time.Hour, "2026-03-09 14:00"}, // over lunch
		{"2026-03-09 12:30", time.Hour, "2026-03-09 14:30"}, // begun at lunch
		{"2026-03-09 06:00", time.Hour, "2026-03-09 10:00"}, // before work
		{"2026-03-13 17:30", time.Hour, "2026-03-16 09:30"}, // over the weekend
		{"2026-03-14 10:00", 30 * time.Minute, "2026-03-16 09:30"},
		{"2026-09-30 17:00", 2 * time.Hour, "2026-10-08 10:00"}, // over the national holiday
		{"2026-10-09 17:30", time.Hour, "2026-10-10 09:30"},     // onto the Saturday that makes up for it
		{"2026-03-09 09:00", 450 * time.Minute, "2026-03-09 18:00"},
		{"2026-03-09 09:00", 4 * 450 * time.Minute, "2026-03-12 18:00"},
		{"2026-03-09 10:15", 0, "2026-03-09 10:15"},
	} {
		if got := c.Add(at(x.from), x.add); !got.Equal(at(x.want)) {
			t.Errorf("%s + %s = %s, want %s", x.from, x.add, got.In(zone(t, "Asia/Shanghai")).Format("2006-01-02 15:04"), x.want)
		}
	}
}

func TestAddDays(t *testing.T) {
	t.Parallel()
	c, at := calendar(t, "Asia/Shanghai", workcal.Settings{})
	for _, x := range []struct {
		from string
		days int
		want string
	}{
		{"2026-03-09 15:20", 1, "2026-03-10 15:20"},
		{"2026-03-13 15:20", 1, "2026-03-16 15:20"},
		{"2026-03-14 15:20", 1, "2026-03-16 15:20"},
		{"2026-09-30 09:00", 3, "2026-10-10 09:00"}, // Thursday 8, Friday 9, the make-up Saturday
	} {
		if got := c.AddDays(at(x.from), x.days); !got.Equal(at(x.want)) {
			t.Errorf("%s + %d days = %s, want %s", x.from, x.days, got, x.want)
		}
	}
}

// TestChangedClocks: where clocks are changed a working day has its hours by the wall, and what was added is what lies
// between.
func TestChangedClocks(t *testing.T) {
	t.Parallel()
	c, at := calendar(t, "America/New_York", workcal.Settings{Hours: []workcal.Span{{From: 0, To: 24 * 60}}, Weekend: []time.Weekday{}})
	for _, x := range []struct{ from, to, want string }{
		{"2027-03-14 00:00", "2027-03-15 00:00", "23h0m0s"}, // an hour is left out
		{"2027-11-07 00:00", "2027-11-08 00:00", "25h0m0s"}, // an hour comes twice
	} {
		d := c.Between(at(x.from), at(x.to))
		if d.String() != x.want || !c.Add(at(x.from), d).Equal(at(x.to)) {
			t.Errorf("%s – %s: %s, want %s", x.from, x.to, d, x.want)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]workcal.Settings{
		"no hours":     {Hours: []workcal.Span{}},
		"overlapping":  {Hours: []workcal.Span{{540, 720}, {700, 1080}}},
		"backwards":    {Hours: []workcal.Span{{720, 540}}},
		"past the day": {Hours: []workcal.Span{{540, 1500}}},
		"never":        {Weekend: []time.Weekday{0, 1, 2, 3, 4, 5, 6}},
	} {
		if _, err := workcal.New(time.UTC, s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzAdd: what is added lies between, and adding more never ends earlier.
func FuzzAdd(f *testing.F) {
	f.Add(int64(1_790_000_000), uint32(3600))
	f.Add(int64(1_760_000_000), uint32(10_000_000))
	c, _ := calendar(f, "Asia/Shanghai", workcal.Settings{})
	f.Fuzz(func(t *testing.T, unix int64, seconds uint32) {
		from := time.Unix(unix%4_000_000_000, 0)
		d := time.Duration(seconds%30_000_000) * time.Second
		to := c.Add(from, d)
		if got := c.Between(from, to); got != d {
			t.Fatalf("%s + %s = %s, between which lies %s", from, d, to, got)
		}
		if c.Add(from, d+time.Minute).Before(to) {
			t.Fatal("more is earlier")
		}
	})
}
