// Package obligation is the one table of everything that somebody must do by a time. A clock is started and ended by the
// gate in the transaction of the write that it follows from; nothing else in the product keeps deadlines. The sweep tells
// those who must act, and their supervisors, each step once, however often the program is killed and however many
// processes run (followups-and-clocks.md, “Clocks”).
package obligation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"genjin/internal/cn/workcal"
	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// Kind is a sort of clock. Kinds are data of the program; a company changes their settings.
type Kind struct {
	Name     string    // "followup.due": stored
	Label    i18n.Text // what must happen
	Variants []Variant // by which the time given differs; none when it does not
	// ByChoice are fields of the record by whose choices the time given may differ, too: those under “field:choice” in the
	// settings.
	ByChoice []string
	// Fixed says that the record names the moment itself; the time given is then the grace after it.
	Fixed bool
	// Postponable says that whoever must act may move the moment; the settings say how often.
	Postponable bool
	// Tells is the field of the record that the moment tells of: who does not see that in full is not told of the clock.
	// "" for none.
	Tells string
	// Reveals are fields of the record of which it tells whether, when or how late the clock was met: who may not ask for all
	// of them is told neither.
	Reveals []string
	// Page is the path of the page on which whoever must act does so, with {id} for the record; "" for the record's own.
	Page string
	// Behind is a kind that a clock of this one stands behind: while one of those runs about the same parent, whoever must
	// act is shown that alone.
	Behind string
	// Warns says that the moment threatens rather than asks: nobody has to do anything about it before the first reminder,
	// and until then it stands in no list of what is to be done.
	Warns    bool
	Defaults ClockSettings
}

// Variant is one of the cases a kind tells apart, such as a stage.
type Variant struct {
	Name  string
	Label i18n.Text
}

// ClockSettings say how long there is, and who is told when. They are stored as JSON.
type ClockSettings struct {
	Active bool            `json:"active" doc:"Whether such clocks are started at all"`
	Lasts  map[string]Span `json:"lasts" nullable:"false" doc:"How long there is, by variant; under the empty name for all others"`
	Before []int           `json:"before" nullable:"false" doc:"Minutes before it is due at which the owner is reminded"`
	At     bool            `json:"at" doc:"Whether the owner is told when it is due"`
	After  []Escalation    `json:"after" nullable:"false" doc:"Who is told when it is overdue"`
	// Postpones is how often the same thing may be postponed by somebody who may not assign it to others.
	Postpones int64 `json:"postpones,omitempty" minimum:"0" maximum:"100" doc:"How often the owner may postpone it, 0 for as often as needed; who may assign it may always"`
}

// Warning is how long before it is due the owner is told first; zero for not beforehand.
func (st *ClockSettings) Warning() time.Duration {
	minutes := 0
	for _, m := range st.Before {
		minutes = max(minutes, m)
	}
	return time.Duration(minutes) * time.Minute
}

// mostPostpones bounds the limit of postponements.
const mostPostpones = 100

// Escalation tells a supervisor what is overdue.
type Escalation struct {
	Minutes int `json:"minutes" minimum:"1" doc:"After it was due"`
	Level   int `json:"level" minimum:"1" maximum:"2" doc:"1 the supervisors of the owner's department, 2 those above them"`
}

// Unit is what a Span counts in.
type Unit string

// The units.
const (
	Minute Unit = "minute"
	Hour   Unit = "hour"
	Day    Unit = "day"
	Month  Unit = "month"
)

// Span is a length of time: in calendar time, or in the working time of a company.
type Span struct {
	N       int  `json:"n" minimum:"0" maximum:"100000"`
	Unit    Unit `json:"unit" enum:"minute,hour,day,month"`
	Working bool `json:"working,omitempty" doc:"Counts working hours and working days; not for months"`
}

// From gives the moment a span after t. Days and months keep the time of day by the wall clock of zone; a month after the
// 31st is the last day of a shorter one. Working days that begin on a day off count from the next working day.
func (sp Span) From(t time.Time, zone *time.Location, cal *workcal.Calendar) time.Time {
	if sp.N == 0 {
		return t
	}
	local := t.In(zone)
	switch {
	case sp.Unit == Month:
		return addMonths(local, sp.N).UTC()
	case sp.Unit == Day && sp.Working:
		return cal.AddDays(t, sp.N).UTC()
	case sp.Unit == Day:
		return local.AddDate(0, 0, sp.N).UTC()
	case sp.Working:
		return cal.Add(t, sp.duration()).UTC()
	}
	return t.Add(sp.duration())
}

// duration is the length of a span in minutes or hours.
func (sp Span) duration() time.Duration {
	if sp.Unit == Hour {
		return time.Duration(sp.N) * time.Hour
	}
	return time.Duration(sp.N) * time.Minute
}

func addMonths(t time.Time, n int) time.Time {
	moved := t.AddDate(0, n, 0)
	if moved.Day() != t.Day() { // the day does not exist there
		moved = moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}

// longest bounds what a company may set: ten years in minutes.
const longest = 10 * 365 * 24 * 60

// maxLevel is how high what is overdue goes.
const maxLevel = 2

// maxSteps bounds how often one clock speaks.
const maxSteps = 10

// Check refuses settings that mean nothing, naming the field.
func (st *ClockSettings) Check(k *Kind) error {
	var problems errs.Fields
	for name, span := range st.Lasts {
		known := name == "" || slices.ContainsFunc(k.Variants, func(v Variant) bool { return v.Name == name }) || k.isChoice(name)
		if !known || span.N < 0 || span.N > longest || !slices.Contains([]Unit{Minute, Hour, Day, Month}, span.Unit) || span.Working && span.Unit == Month {
			problems.Add("lasts", "clock.span")
		}
		if !k.Fixed && span.N == 0 {
			problems.Add("lasts", "clock.span")
		}
	}
	if len(st.Before) > maxSteps || slices.ContainsFunc(st.Before, func(m int) bool { return m <= 0 || m > longest }) {
		problems.Add("before", "clock.minutes")
	}
	if len(st.After) > maxSteps || slices.ContainsFunc(st.After, func(e Escalation) bool {
		return e.Minutes <= 0 || e.Minutes > longest || e.Level < 1 || e.Level > maxLevel
	}) {
		problems.Add("after", "clock.minutes")
	}
	if st.Postpones < 0 || st.Postpones > mostPostpones || st.Postpones > 0 && !k.Postponable {
		problems.Add("postpones", "clock.postpones", "max", mostPostpones)
	}
	return problems.Err()
}

// isChoice reports whether a name of a variant is one of a choice.
func (k *Kind) isChoice(name string) bool {
	field, choice, named := strings.Cut(name, ":")
	return named && choice != "" && len(name) <= 200 && slices.Contains(k.ByChoice, field)
}

// Lasting gives how long there is in the first of some variants for which something is set.
func (st *ClockSettings) Lasting(variants []string) Span {
	for _, v := range variants {
		if span, ok := st.Lasts[v]; ok {
			return span
		}
	}
	return st.Lasts[""]
}

// SettingName is the name of the company's setting that holds the settings of a kind.
func SettingName(kind string) string { return "clock." + kind }

// Parse reads the settings of a kind; those of the program for "".
func (k *Kind) Parse(text string) (ClockSettings, error) {
	if text == "" {
		return k.Defaults, nil
	}
	var st ClockSettings
	if err := json.Unmarshal([]byte(text), &st); err != nil {
		return st, fmt.Errorf("obligation: the setting of %s is damaged: %w", k.Name, err)
	}
	return st, nil
}

// Encode writes settings for Parse, in a form in which equal settings are equal texts.
func (st *ClockSettings) Encode() (string, error) {
	tidy := *st
	tidy.Before = slices.Compact(slices.Sorted(slices.Values(st.Before)))
	tidy.After = slices.Clone(st.After)
	slices.SortFunc(tidy.After, func(a, b Escalation) int { return a.Minutes - b.Minutes })
	b, err := json.Marshal(tidy)
	return string(b), err
}
