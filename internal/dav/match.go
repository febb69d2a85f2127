package dav

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"github.com/emersion/go-ical"
	"github.com/emersion/go-vcard"
)

// matchCalendar reports whether an event or task fits a filter (RFC 4791, 9.7); nil fits all.
func matchCalendar(i *item, of kind, filter *element) (bool, error) {
	top := filter.child(cal("comp-filter"))
	if top == nil {
		return true, nil
	}
	component := ical.CompEvent
	if of == tasks {
		component = ical.CompToDo
	}
	for _, f := range top.children {
		if f.name != cal("comp-filter") {
			continue
		}
		is, not := f.attrs["name"] == component, f.child(cal("is-not-defined")) != nil
		if is == not {
			return false, nil
		}
		if is {
			if fits, err := matchComponent(i, of, f); !fits || err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

func matchComponent(i *item, of kind, f *element) (bool, error) {
	for _, c := range f.children {
		fits := true
		var err error
		switch c.name {
		case cal("time-range"):
			fits, err = i.within(of, c)
		case cal("prop-filter"):
			fits, err = i.propMatches(c)
		case cal("comp-filter"): // of alarms: there are some while it is planned
			has := c.attrs["name"] == ical.CompAlarm && bytes.Contains(i.file, []byte("BEGIN:VALARM"))
			fits = has == (c.child(cal("is-not-defined")) == nil)
		}
		if !fits || err != nil {
			return false, err
		}
	}
	return true, nil
}

// within reports whether a plan lies in a span of time: an event overlaps it, a task is due in it.
func (i *item) within(of kind, span *element) (bool, error) {
	at, until := i.plan.at, i.plan.at
	if of == plans {
		until = at.Add(time.Duration(i.plan.minutes) * time.Minute)
		if i.plan.day {
			until = at.Add(24 * time.Hour)
		}
	}
	for name, beyond := range map[string]func(t time.Time) bool{
		"start": func(t time.Time) bool { return !until.After(t) && (of == plans || !until.Equal(t)) },
		"end":   func(t time.Time) bool { return !at.Before(t) },
	} {
		text := span.attrs[name]
		if text == "" {
			continue
		}
		t, err := time.Parse("20060102T150405Z", text)
		if err != nil {
			return false, refusal{status: http.StatusForbidden, condition: cal("valid-filter")}
		}
		if beyond(t) {
			return false, nil
		}
	}
	return true, nil
}

func (i *item) propMatches(f *element) (bool, error) {
	c, err := decodeCalendar(i.file)
	if err != nil || len(c.Children) == 0 {
		return false, err
	}
	prop := c.Children[0].Props.Get(strings.ToUpper(f.attrs["name"]))
	if f.child(cal("is-not-defined")) != nil {
		return prop == nil, nil
	}
	if prop == nil {
		return false, nil
	}
	if m := f.child(cal("text-match")); m != nil {
		text, err := prop.Text()
		if err != nil {
			text = prop.Value
		}
		return textMatches(m, text), nil
	}
	return true, nil
}

// textMatches compares as i;unicode-casemap does, near enough: in lower case.
func textMatches(m *element, text string) bool {
	text, wanted := strings.ToLower(text), strings.ToLower(m.text)
	var fits bool
	switch m.attrs["match-type"] {
	case "equals":
		fits = text == wanted
	case "starts-with":
		fits = strings.HasPrefix(text, wanted)
	case "ends-with":
		fits = strings.HasSuffix(text, wanted)
	default:
		fits = strings.Contains(text, wanted)
	}
	return fits != (m.attrs["negate-condition"] == "yes")
}

// matchCard reports whether a contact fits a filter (RFC 6352, 10.5); nil fits all.
func matchCard(i *item, filter *element) (bool, error) {
	if filter == nil {
		return true, nil
	}
	c, err := readCard(i.file)
	if err != nil {
		return false, err
	}
	all, some, asked := true, false, false
	for _, f := range filter.children {
		if f.name == card("prop-filter") {
			fits := cardPropMatches(c, f)
			all, some, asked = all && fits, some || fits, true
		}
	}
	if filter.attrs["test"] == "allof" {
		return all, nil
	}
	return some || !asked, nil
}

func cardPropMatches(c vcard.Card, f *element) bool {
	fields := c[strings.ToUpper(f.attrs["name"])]
	if f.child(card("is-not-defined")) != nil {
		return len(fields) == 0
	}
	all, some, asked := true, false, false
	for _, m := range f.children {
		if m.name != card("text-match") {
			continue
		}
		fits := false
		for _, field := range fields {
			fits = fits || textMatches(m, field.Value)
		}
		all, some, asked = all && fits, some || fits, true
	}
	switch {
	case !asked:
		return len(fields) > 0
	case f.attrs["test"] == "allof":
		return all
	}
	return some
}
