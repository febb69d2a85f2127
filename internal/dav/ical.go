package dav

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/i18n"
)

const product = "-//Genjin//Genjin//ZH"

// uidOf gives the UID of a plan's event or task.
func (p *plan) uidOf(of kind) string {
	if p.uid != "" {
		return p.uid
	}
	if of == tasks {
		return p.id.String() + "-task@genjin"
	}
	return p.id.String() + "@genjin"
}

// summary is what the calendar shows: 拜访 华盛精密（张三）.
func (p *plan) summary(lang i18n.Lang) string {
	way := p.way
	if way == "" {
		way = i18n.T("跟进", "Follow-up").In(lang)
	}
	out := strings.TrimSpace(way + " " + p.customer)
	if p.contact != "" {
		out += i18n.T("（", " (").In(lang) + p.contact + i18n.T("）", ")").In(lang)
	}
	return out
}

// file writes the plan as an event or a task.
func (p *plan) file(rq *request, of kind, zone *time.Location) ([]byte, error) {
	c := ical.NewComponent(ical.CompEvent)
	if of == tasks {
		c = ical.NewComponent(ical.CompToDo)
	}
	c.Props.SetText(ical.PropUID, p.uidOf(of))
	c.Props.SetDateTime(ical.PropDateTimeStamp, p.changed)
	c.Props.SetDateTime(ical.PropLastModified, p.changed)
	c.Props.SetDateTime(ical.PropCreated, p.made)
	c.Props.SetText(ical.PropSummary, p.summary(rq.lang))
	setInt(c, ical.PropSequence, p.moved)
	for name, text := range map[string]string{ical.PropDescription: p.purpose, ical.PropLocation: p.place} {
		if text != "" {
			c.Props.SetText(name, text)
		}
	}
	if rq.Origin != "" {
		prop := ical.NewProp(ical.PropURL)
		prop.Value = rq.Origin + "/followups/" + p.id.String()
		prop.SetValueType(ical.ValueURI)
		c.Props.Set(prop)
	}
	if of == tasks {
		p.task(c, zone)
	} else {
		p.event(c, zone)
	}
	if p.state == crm.FollowupPlanned {
		for _, minutes := range p.remind {
			c.Children = append(c.Children, p.alarm(of, minutes, p.summary(rq.lang)))
		}
	}
	whole := ical.NewCalendar()
	whole.Props.SetText(ical.PropVersion, "2.0")
	whole.Props.SetText(ical.PropProductID, product)
	whole.Children = []*ical.Component{c}
	var out bytes.Buffer
	if err := ical.NewEncoder(&out).Encode(whole); err != nil {
		return nil, fmt.Errorf("dav: %w", err)
	}
	return folded(out.Bytes()), nil
}

func (p *plan) event(c *ical.Component, zone *time.Location) {
	setWhen(c, ical.PropDateTimeStart, p, p.at, zone)
	end := p.at.Add(time.Duration(p.minutes) * time.Minute)
	if p.day {
		end = p.at.In(zone).AddDate(0, 0, 1)
	}
	setWhen(c, ical.PropDateTimeEnd, p, end, zone)
	c.Props.SetText(ical.PropStatus, string(ical.EventConfirmed))
}

func (p *plan) task(c *ical.Component, zone *time.Location) {
	setWhen(c, ical.PropDue, p, p.at, zone)
	if p.state == crm.FollowupDone {
		c.Props.SetText(ical.PropStatus, "COMPLETED")
		c.Props.SetDateTime(ical.PropCompleted, p.happened)
		setInt(c, ical.PropPercentComplete, 100)
		return
	}
	c.Props.SetText(ical.PropStatus, "NEEDS-ACTION")
}

// setWhen sets a moment, or the day where the plan is for one.
func setWhen(c *ical.Component, name string, p *plan, at time.Time, zone *time.Location) {
	if p.day {
		c.Props.SetDate(name, at.In(zone))
		return
	}
	c.Props.SetDateTime(name, at.UTC())
}

func setInt(c *ical.Component, name string, n int64) {
	prop := ical.NewProp(name)
	prop.Value = strconv.FormatInt(n, 10)
	c.Props.Set(prop)
}

// alarm rings before the event begins, or before the task is due.
func (p *plan) alarm(of kind, minutes int, text string) *ical.Component {
	a := ical.NewComponent(ical.CompAlarm)
	a.Props.SetText(ical.PropAction, "DISPLAY")
	a.Props.SetText(ical.PropDescription, text)
	trigger := ical.NewProp(ical.PropTrigger)
	trigger.Value = fmt.Sprintf("-PT%dM", minutes)
	if of == tasks {
		trigger.Params.Set("RELATED", "END")
	}
	a.Props.Set(trigger)
	return a
}

// longestLine is how many bytes of a line programs must take (RFC 5545, 3.1).
const longestLine = 75

// folded breaks long lines between characters.
func folded(file []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(file) {
		line = bytes.TrimRight(line, "\r\n")
		for most := longestLine; len(line) > most; most = longestLine - 1 {
			at := most
			for !utf8.RuneStart(line[at]) {
				at--
			}
			out.Write(line[:at])
			out.WriteString("\r\n ")
			line = line[at:]
		}
		out.Write(line)
		out.WriteString("\r\n")
	}
	return out.Bytes()
}

// wanted is what a program sent of a plan.
type wanted struct {
	uid, summary, purpose, place string
	at                           time.Time // zero when it says none
	minutes                      int       // of an event; zero when it says none
	remind                       []int     // minutes before
	alarms                       bool      // it says when to remind
	completed                    time.Time
	done, cancelled              bool
}

// readPlan reads an event or a task. What repeats, and more than one in a file, is refused.
func readPlan(rq *request, of kind, file []byte, zone *time.Location) (*wanted, error) {
	bad := refusal{status: 403, condition: cal("valid-calendar-data"), say: i18n.Message(rq.lang, "dav.unreadable", nil)}
	whole, err := decodeCalendar(file)
	if err != nil {
		return nil, bad
	}
	var c *ical.Component
	for _, one := range whole.Children {
		switch one.Name {
		case ical.CompTimezone:
		case map[bool]string{true: ical.CompToDo, false: ical.CompEvent}[of == tasks]:
			if c != nil {
				return nil, bad
			}
			c = one
		default:
			return nil, refusal{status: 403, condition: cal("supported-calendar-component"), say: bad.say}
		}
	}
	if c == nil {
		return nil, bad
	}
	if c.Props.Get(ical.PropRecurrenceRule) != nil || c.Props.Get(ical.PropRecurrenceDates) != nil {
		return nil, rq.forbid("dav.repeats")
	}
	w := &wanted{uid: textOf(c, ical.PropUID), summary: textOf(c, ical.PropSummary), purpose: textOf(c, ical.PropDescription), place: textOf(c, ical.PropLocation)}
	status := strings.ToUpper(textOf(c, ical.PropStatus))
	w.cancelled = status == "CANCELLED"
	if of == tasks {
		w.at = whenOf(c, ical.PropDue, zone)
		w.completed = whenOf(c, ical.PropCompleted, zone)
		w.done = status == "COMPLETED" || !w.completed.IsZero() || textOf(c, ical.PropPercentComplete) == "100"
	}
	if w.at.IsZero() {
		w.at = whenOf(c, ical.PropDateTimeStart, zone)
	}
	if of == plans {
		w.minutes = minutesOf(c, w.at, zone)
	}
	w.readAlarms(c)
	if w.uid == "" {
		return nil, bad
	}
	return w, nil
}

// decodeCalendar reads a file. The library panics on some that are damaged.
func decodeCalendar(file []byte) (c *ical.Calendar, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("dav: damaged calendar: %v", p)
		}
	}()
	if !utf8.Valid(file) || bytes.IndexByte(file, 0) >= 0 {
		return nil, fmt.Errorf("dav: no text")
	}
	return ical.NewDecoder(bytes.NewReader(file)).Decode()
}

func textOf(c *ical.Component, name string) string {
	prop := c.Props.Get(name)
	if prop == nil {
		return ""
	}
	text, err := prop.Text()
	if err != nil {
		return prop.Value
	}
	return strings.TrimSpace(text)
}

// whenOf reads a moment. A date is midnight in the company's zone; so is a time of a zone that nobody knows a time there.
func whenOf(c *ical.Component, name string, zone *time.Location) time.Time {
	prop := c.Props.Get(name)
	if prop == nil {
		return time.Time{}
	}
	at, err := prop.DateTime(zone)
	if err != nil {
		floating := *prop
		floating.Params = ical.Params{}
		if at, err = floating.DateTime(zone); err != nil {
			return time.Time{}
		}
	}
	if at.Year() < 1970 || at.Year() > 2200 {
		return time.Time{}
	}
	return clock.At(at).Time
}

// minutesOf reads how long an event lasts; zero for one that says no end, or lasts days.
func minutesOf(c *ical.Component, start time.Time, zone *time.Location) int {
	var lasts time.Duration
	if end := whenOf(c, ical.PropDateTimeEnd, zone); !end.IsZero() {
		lasts = end.Sub(start)
	} else if prop := c.Props.Get(ical.PropDuration); prop != nil {
		lasts, _ = prop.Duration() // one that cannot be read is none
	}
	if lasts <= 0 || lasts >= 24*time.Hour {
		return 0
	}
	return int(lasts / time.Minute)
}

// readAlarms reads how long before to remind. Alarms at a moment, or after, are left aside.
func (w *wanted) readAlarms(c *ical.Component) {
	for _, a := range c.Children {
		if a.Name != ical.CompAlarm {
			continue
		}
		w.alarms = true
		trigger := a.Props.Get(ical.PropTrigger)
		if trigger == nil {
			continue
		}
		if before, err := trigger.Duration(); err == nil && before <= 0 {
			w.remind = append(w.remind, int(-before/time.Minute))
		}
	}
}
