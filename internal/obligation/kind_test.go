package obligation

import (
	"testing"
	"time"

	"genjin/internal/cn/workcal"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func calendar(t *testing.T, z *time.Location) *workcal.Calendar {
	t.Helper()
	c, err := workcal.New(z, workcal.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t *testing.T, z *time.Location, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, z)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// TestSpans counts over weekends, the National Day of 2025 with its make-up days (28 September and 11 October), ends of
// months and the change to and from summer time.
func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, from string
		span       Span
		want       string
	}{
		{"Asia/Shanghai", "2025-09-26 17:00", Span{24, Hour, false}, "2025-09-27 17:00"},
		{"Asia/Shanghai", "2025-09-26 17:00", Span{30, Minute, false}, "2025-09-26 17:30"},
		{"Asia/Shanghai", "2025-09-26 17:00", Span{3, Day, false}, "2025-09-29 17:00"},
		{"Asia/Shanghai", "2025-09-26 17:00", Span{0, Hour, true}, "2025-09-26 17:00"},
		{"Asia/Shanghai", "2025-09-26 17:00", Span{2, Hour, true}, "2025-09-28 10:00"}, // a Friday; Sunday is worked
		{"Asia/Shanghai", "2025-09-30 10:00", Span{1, Day, true}, "2025-10-09 10:00"},  // over the holiday
		{"Asia/Shanghai", "2025-10-09 10:00", Span{3, Day, true}, "2025-10-13 10:00"},  // Saturday the 11th is worked
		{"Asia/Shanghai", "2025-10-04 10:00", Span{1, Day, true}, "2025-10-09 10:00"},  // from a day off
		{"Asia/Shanghai", "2025-09-30 17:30", Span{90, Minute, true}, "2025-10-09 10:00"},
		{"Asia/Shanghai", "2026-01-31 09:00", Span{1, Month, false}, "2026-02-28 09:00"},
		{"Asia/Shanghai", "2024-01-31 09:00", Span{1, Month, false}, "2024-02-29 09:00"},
		{"Asia/Shanghai", "2025-08-31 09:00", Span{6, Month, false}, "2026-02-28 09:00"},
		{"Asia/Shanghai", "2025-11-15 09:00", Span{6, Month, false}, "2026-05-15 09:00"},
		{"Europe/Berlin", "2026-03-28 09:00", Span{1, Day, false}, "2026-03-29 09:00"}, // a day of 23 hours
		{"Europe/Berlin", "2026-03-28 09:00", Span{24, Hour, false}, "2026-03-29 10:00"},
		{"Europe/Berlin", "2026-10-24 09:00", Span{1, Day, false}, "2026-10-25 09:00"}, // of 25
		{"Europe/Berlin", "2026-10-24 09:00", Span{24, Hour, false}, "2026-10-25 08:00"},
		{"America/New_York", "2026-03-07 02:30", Span{1, Day, false}, "2026-03-08 01:30"}, // 2:30 is not there
	} {
		z := zone(t, c.zone)
		if got := c.span.From(at(t, z, c.from), z, calendar(t, z)); !got.Equal(at(t, z, c.want)) {
			t.Errorf("%s %s + %+v: %s, want %s", c.zone, c.from, c.span, got.In(z).Format("2006-01-02 15:04"), c.want)
		}
	}
}

func TestWhenIsDue(t *testing.T) {
	t.Parallel()
	z := zone(t, "Asia/Shanghai")
	cal, start := calendar(t, z), at(t, z, "2026-03-10 10:00")
	st := &ClockSettings{Lasts: map[string]Span{"": {7, Day, false}, "hot": {1, Day, false}}}
	for what, c := range map[string]struct {
		due  Due
		want string
	}{
		"of no variant":          {Due{Start: start}, "2026-03-17 10:00"},
		"of a variant":           {Due{Start: start, Variants: []string{"hot"}}, "2026-03-11 10:00"},
		"of an unknown one":      {Due{Start: start, Variants: []string{"cold"}}, "2026-03-17 10:00"},
		"of the first set":       {Due{Start: start, Variants: []string{"cold", "hot"}}, "2026-03-11 10:00"},
		"of its own":             {Due{Start: start, Variants: []string{"hot"}, Lasts: &Span{2, Hour, false}}, "2026-03-10 12:00"},
		"fixed, with a grace":    {Due{Start: start, At: start.Add(time.Hour), Lasts: &Span{5, Minute, false}}, "2026-03-10 11:05"},
		"put off":                {Due{Start: start, Variants: []string{"hot"}, NotBefore: start.AddDate(0, 0, 3)}, "2026-03-13 10:00"},
		"put off to before that": {Due{Start: start, Variants: []string{"hot"}, NotBefore: start}, "2026-03-11 10:00"},
	} {
		if got := c.due.When(st, z, cal); !got.Equal(at(t, z, c.want)) {
			t.Errorf("%s: %s, want %s", what, got.In(z), c.want)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	kind, fixed := &Kind{Variants: []Variant{{Name: "A"}}}, &Kind{Fixed: true}
	day := Span{1, Day, false}
	for what, c := range map[string]struct {
		kind *Kind
		st   ClockSettings
		ok   bool
	}{
		"plain":                  {kind, ClockSettings{Lasts: map[string]Span{"": day, "A": day}, Before: []int{30}, After: []Escalation{{60, 1}}}, true},
		"no time":                {kind, ClockSettings{Lasts: map[string]Span{"": {0, Day, false}}}, false},
		"no grace":               {fixed, ClockSettings{Lasts: map[string]Span{"": {0, Minute, false}}}, true},
		"unknown variant":        {kind, ClockSettings{Lasts: map[string]Span{"B": day}}, false},
		"a choice":               {&Kind{ByChoice: []string{"grade"}}, ClockSettings{Lasts: map[string]Span{"grade:A": day}}, true},
		"a choice of no field":   {kind, ClockSettings{Lasts: map[string]Span{"grade:A": day}}, false},
		"unknown unit":           {kind, ClockSettings{Lasts: map[string]Span{"": {1, "week", false}}}, false},
		"months of working time": {kind, ClockSettings{Lasts: map[string]Span{"": {1, Month, true}}}, false},
		"less than nothing":      {kind, ClockSettings{Lasts: map[string]Span{"": {-1, Day, false}}}, false},
		"reminders after":        {kind, ClockSettings{Before: []int{0}}, false},
		"too many":               {kind, ClockSettings{Before: make([]int, 11)}, false},
		"nobody's level":         {kind, ClockSettings{After: []Escalation{{60, 3}}}, false},
	} {
		if err := c.st.Check(c.kind); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSettingsReadWhatTheyWrite(t *testing.T) {
	t.Parallel()
	k := &Kind{Defaults: ClockSettings{Active: true, At: true}}
	if st, err := k.Parse(""); err != nil || !st.Active {
		t.Errorf("those of the program: %+v, %v", st, err)
	}
	st := ClockSettings{Lasts: map[string]Span{"": {2, Hour, true}}, Before: []int{60, 30, 60}, After: []Escalation{{90, 2}, {60, 1}}}
	text, err := st.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Parse(text)
	if err != nil || again.Active || len(again.Before) != 2 || again.Before[0] != 30 || again.After[0].Minutes != 60 || !again.Lasts[""].Working {
		t.Errorf("%s: %+v, %v", text, again, err)
	}
	if _, err := k.Parse("{"); err == nil {
		t.Error("what is damaged is read")
	}
}

func TestReminderTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": -1, "-": 0, "30": 1, "30,1440": 2} {
		got := remindsOf(text)
		if (got == nil) != (want < 0) || got != nil && len(got) != want || remindText(got) != text {
			t.Errorf("%q: %v, %q", text, got, remindText(got))
		}
	}
}
