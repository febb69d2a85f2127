// Package clock tells the time and holds the calendar date, which is not an instant. Instants are stored as UTC
// milliseconds; dates as "2006-01-02".
package clock

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Clock tells the time. The product uses System; tests use a Fake.
type Clock interface{ Now() time.Time }

// System is the machine's clock, in UTC and whole milliseconds, as instants are stored.
type System struct{}

// Now gives the present instant.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Fake is a clock that a test sets.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake gives a clock that stands at t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC().Truncate(time.Millisecond)} }

// Now gives the instant the clock was set to.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Date is a day of the calendar as "2006-01-02"; "" is no date. It sorts as text.
type Date string

// DateOf gives the date of t in its own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// NewDate gives the date of a year, month and day; false when there is no such day.
func NewDate(year, month, day int) (Date, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day || year < 1 || year > 9999 {
		return "", false
	}
	return DateOf(t), true
}

// ParseDate reads "2006-01-02"; "" gives no date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("clock: not a date: %q", s)
	}
	return Date(s), nil
}

// In gives midnight at the beginning of the date in loc; the zero time for no date.
func (d Date) In(loc *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddDays gives the date n days later.
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return DateOf(d.In(time.UTC).AddDate(0, 0, n))
}

// Instant is a moment in UTC with milliseconds; the zero value is no moment. It is stored as an INTEGER of Unix
// milliseconds, NULL when zero, and written in JSON as RFC 3339 or null.
type Instant struct{ time.Time }

// At wraps t.
func At(t time.Time) Instant {
	if t.IsZero() {
		return Instant{}
	}
	return Instant{t.UTC().Truncate(time.Millisecond)}
}

// Value stores the instant.
func (t Instant) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMilli(), nil
}

// Scan loads the instant.
func (t *Instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Instant{}
	case int64:
		*t = Instant{time.UnixMilli(v).UTC()}
	default:
		return fmt.Errorf("clock: cannot load an instant from %T", src)
	}
	return nil
}

// MarshalJSON writes RFC 3339 in UTC with milliseconds, or null.
func (t Instant) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// UnmarshalJSON reads RFC 3339 in any zone, null or "".
func (t *Instant) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("clock: an instant is a string: %w", err)
	}
	if s == nil || *s == "" {
		*t = Instant{}
		return nil
	}
	v, err := time.Parse(time.RFC3339Nano, *s)
	if err != nil {
		return fmt.Errorf("clock: not an RFC 3339 time: %q", *s)
	}
	*t = At(v)
	return nil
}
