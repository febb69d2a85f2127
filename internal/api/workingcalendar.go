package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// WorkingHours is a part of a working day by the wall clock.
type WorkingHours struct {
	From string `json:"from" doc:"09:00"`
	To   string `json:"to" doc:"12:00; 24:00 is the end of the day"`
}

// SpecialDay is a day that is not as its weekday.
type SpecialDay struct {
	Date clock.Date `json:"date"`
	Name string     `json:"name"`
	Off  bool       `json:"off" doc:"Off, or else worked"`
}

// WorkingTime is what the company, or a department that differs from the one above it, has set.
type WorkingTime struct {
	Version int64          `json:"version" doc:"The one that was seen; a change of another is stale"`
	Hours   []WorkingHours `json:"hours" doc:"null for those above: of the department above, the company, the usual ones"`
	Weekend []int          `json:"weekend" doc:"Days off, 0 is Sunday; null for those above, empty for none"`
	Days    []SpecialDay   `json:"days" nullable:"false" doc:"Own special days; they come before the published ones"`
}

// WorkingCalendar is working time as it is set and as it holds.
type WorkingCalendar struct {
	WorkingTime
	Inherits    Named              `json:"inherits" doc:"The department whose working time holds where nothing is set here; empty for the company's"`
	EffHours    []WorkingHours     `json:"effective_hours" nullable:"false"`
	EffWeekend  []int              `json:"effective_weekend" nullable:"false"`
	Notices     []CalendarYear     `json:"notices" nullable:"false" doc:"Of the company: the years of which the holidays are known"`
	Departments []DifferingCompany `json:"departments" nullable:"false" doc:"Of the company: departments that have set something"`
}

// DifferingCompany is a department that has working time of its own.
type DifferingCompany struct {
	ID      id.ID  `json:"id"`
	Name    string `json:"name"`
	Summary string `json:"summary" doc:"What differs, in words"`
}

// CalendarYear is a year's holidays.
type CalendarYear struct {
	Year   int    `json:"year"`
	Source string `json:"source" enum:"program,notice" doc:"Known by the program, or read in from a notice"`
}

// CalendarDay is a day of a year.
type CalendarDay struct {
	Date   clock.Date `json:"date"`
	Works  bool       `json:"works"`
	Name   string     `json:"name" doc:"Of a special day"`
	Source string     `json:"source" enum:",program,notice,own,department" doc:"Where a special day comes from; empty for a usual one"`
}

// YearView is a year day by day.
type YearView struct {
	Year        int           `json:"year"`
	Published   bool          `json:"published"`
	Note        string        `json:"note" doc:"Says whether the holidays are known"`
	WorkingDays int           `json:"working_days"`
	Days        []CalendarDay `json:"days" nullable:"false"`
}

// Notice is what was read from a notice of holidays.
type Notice struct {
	Years []string     `json:"years" nullable:"false" doc:"Those that it tells whole, in place of what was known"`
	Days  []SpecialDay `json:"days" nullable:"false"`
}

// NoticeText is a notice in the place of a file.
type NoticeText struct {
	Text string `json:"text" doc:"A line for each day: date, name, 1 for off or 0 for worked"`
}

func (a *API) workingCalendarOperations() {
	op := func(method, path, name, does, scope, summary string) Op {
		return Op{Method: method, Path: "/working-calendar" + path, ID: name, Summary: summary, Does: does, Object: "working_calendar", Scope: scope, Gives: WorkingCalendar{}}
	}
	a.raw(op(http.MethodGet, "", "working-calendar", "get", "everybody", "When the company works"), a.getWorkingCalendar)
	set := op(http.MethodPut, "", "set-working-calendar", "update", "setting", "Set when the company works")
	set.Takes = WorkingTime{}
	a.raw(set, a.setWorkingCalendar)

	one := op(http.MethodGet, "/departments/{id}", "department-calendar", "get", "everybody", "When a department works")
	one.Params = idParam()
	a.raw(one, a.getWorkingCalendar)
	setOne := op(http.MethodPut, "/departments/{id}", "set-department-calendar", "update", "setting", "Set when a department works; nothing set lets it work as the one above")
	setOne.Takes, setOne.Params = WorkingTime{}, idParam()
	a.raw(setOne, a.setWorkingCalendar)

	year := op(http.MethodGet, "/years/{year}", "calendar-year", "list", "everybody", "A year day by day")
	year.Gives = YearView{}
	year.Params = []*huma.Param{yearParam(), {Name: "department", In: "query", Description: "Its id; the company without it", Schema: &huma.Schema{Type: huma.TypeString}}}
	a.raw(year, a.calendarYear)

	take := op(http.MethodPost, "/notices", "take-notice", "import", "setting", "Read in a year's holidays")
	take.Gives, take.TakesType, take.MaxBody = Notice{}, "multipart/form-data", org.NoticeBytes+64<<10
	take.Params = []*huma.Param{{Name: "check", In: "query", Description: "Only say what is in it", Schema: &huma.Schema{Type: huma.TypeBoolean}}}
	a.raw(take, a.takeNotice)
	drop := op(http.MethodDelete, "/notices/{year}", "drop-notice", "delete", "setting", "Take back the holidays of a year that were read in")
	drop.Gives, drop.Status, drop.Params = nil, http.StatusNoContent, []*huma.Param{yearParam()}
	a.raw(drop, a.dropNotice)
}

func yearParam() *huma.Param {
	return &huma.Param{Name: "year", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeInteger}}
}

// departmentOf reads the department that a request is about; zero, the company, when its path names none.
func departmentOf(rq *Request) (id.ID, error) {
	if rq.HTTP.PathValue("id") == "" {
		return 0, nil
	}
	return idOf(rq)
}

func (a *API) getWorkingCalendar(w http.ResponseWriter, rq *Request) error {
	department, err := departmentOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var out *WorkingCalendar
	err = a.read(ctx, rq, func(s *record.Session) (err error) {
		out, err = a.workingCalendar(ctx, s, department)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func (a *API) setWorkingCalendar(w http.ResponseWriter, rq *Request) error {
	department, err := departmentOf(rq)
	if err != nil {
		return err
	}
	var in WorkingTime
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	set, err := in.domain()
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if err := a.Actors.Calendars.SetWorkingTime(ctx, s, department, set); err != nil {
			return nil, err
		}
		out, err := a.workingCalendar(ctx, s, department)
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, out)
	})
}

// domain reads hours and days.
func (in WorkingTime) domain() (org.WorkingTime, error) {
	w := org.WorkingTime{Version: in.Version, Days: map[clock.Date]workcal.Day{}}
	if in.Hours != nil {
		w.Hours = []workcal.Span{}
	}
	for _, h := range in.Hours {
		from, okFrom := minuteOf(h.From)
		to, okTo := minuteOf(h.To)
		if !okFrom || !okTo {
			return w, errs.OfField("hours", "workcal.hours")
		}
		w.Hours = append(w.Hours, workcal.Span{From: from, To: to})
	}
	if in.Weekend != nil {
		w.Weekend = []time.Weekday{}
	}
	for _, d := range in.Weekend {
		w.Weekend = append(w.Weekend, time.Weekday(d))
	}
	for _, d := range in.Days {
		w.Days[d.Date] = workcal.Day{Name: d.Name, Off: d.Off}
	}
	return w, nil
}

// minuteOf reads 09:30 as minutes after midnight; 24:00 too.
func minuteOf(s string) (int, bool) {
	h, m, ok := strings.Cut(s, ":")
	hour, err := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	n := hour*60 + minute
	return n, ok && err == nil && err2 == nil && hour >= 0 && minute >= 0 && minute < 60 && n <= 24*60
}

// workingCalendar gives what is set, as the session sees it, and what holds.
func (a *API) workingCalendar(ctx context.Context, s *record.Session, department id.ID) (*WorkingCalendar, error) {
	view, err := a.Actors.Calendars.View(ctx, s, department)
	if err != nil {
		return nil, err
	}
	out := &WorkingCalendar{
		WorkingTime: workingTime(view.Set), EffHours: clockHours(view.Calendar.Hours()), EffWeekend: weekdays(view.Calendar.Weekend()),
		Inherits: Named{view.Inherits, view.Names[view.Inherits]}, Notices: []CalendarYear{}, Departments: []DifferingCompany{},
	}
	if department != 0 {
		return out, nil
	}
	read := workcal.YearsOf(view.Set.Notices)
	for year := 2000; year < 2200; year++ {
		if view.Calendar.Published(year) {
			source := "program"
			if read[strconv.Itoa(year)] {
				source = "notice"
			}
			out.Notices = append(out.Notices, CalendarYear{year, source})
		}
	}
	for x, set := range view.Departments {
		out.Departments = append(out.Departments, DifferingCompany{x, view.Names[x], summaryOf(set, s.Actor.Lang)})
	}
	slices.SortFunc(out.Departments, func(a, b DifferingCompany) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func workingTime(set org.WorkingTime) WorkingTime {
	w := WorkingTime{Version: set.Version, Days: specialDays(set.Days)}
	if set.Hours != nil {
		w.Hours = clockHours(set.Hours)
	}
	if set.Weekend != nil {
		w.Weekend = weekdays(set.Weekend)
	}
	return w
}

// specialDays gives days in their order.
func specialDays(days map[clock.Date]workcal.Day) []SpecialDay {
	out := make([]SpecialDay, 0, len(days))
	for _, date := range slices.Sorted(maps.Keys(days)) {
		out = append(out, SpecialDay{date, days[date].Name, days[date].Off})
	}
	return out
}

func clockHours(hours []workcal.Span) []WorkingHours {
	out := make([]WorkingHours, len(hours))
	for i, h := range hours {
		out[i] = WorkingHours{fmt.Sprintf("%02d:%02d", h.From/60, h.From%60), fmt.Sprintf("%02d:%02d", h.To/60, h.To%60)}
	}
	return out
}

func weekdays(days []time.Weekday) []int {
	out := make([]int, len(days))
	for i, d := range days {
		out[i] = int(d)
	}
	return out
}

var weekdayNames = []i18n.Text{
	i18n.T("周日", "Sun"), i18n.T("周一", "Mon"), i18n.T("周二", "Tue"), i18n.T("周三", "Wed"), i18n.T("周四", "Thu"), i18n.T("周五", "Fri"), i18n.T("周六", "Sat"),
}

// summaryOf says in words what a department has set.
func summaryOf(set org.WorkingTime, lang i18n.Lang) string {
	var parts []string
	if set.Hours != nil {
		parts = append(parts, org.ClockHours(set.Hours))
	}
	if set.Weekend != nil {
		names := make([]string, len(set.Weekend))
		for i, d := range set.Weekend {
			names[i] = weekdayNames[d].In(lang)
		}
		if len(names) == 0 {
			names = []string{i18n.T("无", "none").In(lang)}
		}
		parts = append(parts, i18n.T("休息日 ", "Off: ").In(lang)+strings.Join(names, i18n.T("、", ", ").In(lang)))
	}
	if n := len(set.Days); n > 0 {
		parts = append(parts, fmt.Sprintf(i18n.T("%d 个特殊日期", "%d special days").In(lang), n))
	}
	return strings.Join(parts, " · ")
}

func (a *API) calendarYear(w http.ResponseWriter, rq *Request) error {
	year, err := yearOf(rq)
	if err != nil {
		return err
	}
	department, err := id.Parse(rq.HTTP.URL.Query().Get("department"))
	if err != nil {
		return errs.New(errs.NotFound, "")
	}
	ctx := rq.HTTP.Context()
	var out YearView
	err = a.read(ctx, rq, func(s *record.Session) error {
		view, err := a.Actors.Calendars.View(ctx, s, department)
		if err != nil {
			return err
		}
		out = yearView(s, view, year)
		return nil
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

// yearOf reads the year of a path; one that nobody plans in is none.
func yearOf(rq *Request) (int, error) {
	year, err := strconv.Atoi(rq.HTTP.PathValue("year"))
	if err != nil || year < 2000 || year > 2199 {
		return 0, errs.New(errs.NotFound, "")
	}
	return year, nil
}

func yearView(s *record.Session, view *org.CalendarView, year int) YearView {
	out := YearView{Year: year, Published: view.Calendar.Published(year), Days: make([]CalendarDay, 0, 366)}
	key := "workcal.published"
	switch {
	case !out.Published && year >= s.Tx.Now.In(s.Store().Zone()).Year():
		key = "workcal.unknown"
	case !out.Published:
		key = "workcal.past"
	}
	out.Note = i18n.Message(s.Actor.Lang, key, i18n.Params{"year": year})
	first, _ := clock.NewDate(year, 1, 1)
	for date := first; strings.HasPrefix(string(date), string(first[:4])); date = date.AddDays(1) {
		day := CalendarDay{Date: date, Works: view.Calendar.Works(date), Source: view.Source(date)}
		if special, is := view.Calendar.Day(date); is {
			day.Name = special.Name
		}
		if day.Works {
			out.WorkingDays++
		}
		out.Days = append(out.Days, day)
	}
	return out
}

func (a *API) takeNotice(w http.ResponseWriter, rq *Request) error {
	if !rq.Actor.May("setting", "edit") {
		return errs.New(errs.Denied, "")
	}
	file, name, err := noticeFile(rq.HTTP)
	if err != nil {
		return err
	}
	days, err := org.ReadNotice(rq.HTTP.Context(), bytes.NewReader(file), int64(len(file)), name)
	if err != nil {
		return err
	}
	out := Notice{slices.Sorted(maps.Keys(workcal.YearsOf(days))), specialDays(days)}
	if out.Years == nil {
		out.Years = []string{}
	}
	if rq.HTTP.URL.Query().Get("check") == "true" {
		return sendJSON(w, out)
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if err := a.Actors.Calendars.TakeNotice(ctx, s, days); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, out)
	})
}

// noticeFile reads the file of a form, or the text of a JSON body.
func noticeFile(r *http.Request) (file []byte, name string, err error) {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if mediaType != "multipart/form-data" {
		var in NoticeText
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			return nil, "", errs.New(badRequest, "")
		}
		return []byte(in.Text), "notice.csv", nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "", errs.New(badRequest, "")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "", errs.OfField("file", "import.no_file")
		}
		if err != nil {
			return nil, "", err
		}
		if part.FormName() == "file" {
			file, err = io.ReadAll(part)
			return file, part.FileName(), err
		}
	}
}

func (a *API) dropNotice(w http.ResponseWriter, rq *Request) error {
	year, err := yearOf(rq)
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), a.Actors.Calendars.DropNotice(ctx, s, strconv.Itoa(year))
	})
}
