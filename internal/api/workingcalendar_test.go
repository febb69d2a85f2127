package api

import (
	"net/http"
	"strings"
	"testing"

	"genjin/internal/id"
)

func TestWorkingCalendar(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	was := into[WorkingCalendar](t, rep.want(200, "GET", "/working-calendar", nil))
	if was.Hours != nil || len(was.EffHours) != 2 || len(was.EffWeekend) != 2 || len(was.Notices) == 0 || was.Notices[0].Source != "program" {
		t.Errorf("before anything is set: %+v", was)
	}
	set := WorkingTime{
		Hours: []WorkingHours{{"08:30", "12:00"}, {"13:00", "17:30"}}, Weekend: []int{0},
		Days: []SpecialDay{{"2026-11-11", "厂庆", true}},
	}
	rep.want(http.StatusForbidden, "PUT", "/working-calendar", set)
	now := into[WorkingCalendar](t, admin.want(200, "PUT", "/working-calendar", set))
	if now.Version != 1 || len(now.Days) != 1 || now.EffHours[0].From != "08:30" || len(now.EffWeekend) != 1 {
		t.Errorf("after it was set: %+v", now)
	}
	admin.want(http.StatusPreconditionFailed, "PUT", "/working-calendar", set)
	for name, bad := range map[string]WorkingTime{
		"hours":   {Version: 1, Hours: []WorkingHours{{"9", "12:00"}}},
		"weekend": {Version: 1, Weekend: []int{7}},
		"days":    {Version: 1, Days: []SpecialDay{{"2026-02-30", "", true}}},
	} {
		p := into[Problem](t, admin.want(422, "PUT", "/working-calendar", bad))
		if len(p.Errors) != 1 || p.Errors[0].Field != name || p.Errors[0].Message == "" {
			t.Errorf("bad %s: %+v", name, p)
		}
	}
	year := into[YearView](t, rep.want(200, "GET", "/working-calendar/years/2026", nil))
	day := year.Days[314]
	if !year.Published || len(year.Days) != 365 || day.Date != "2026-11-11" || day.Works || day.Name != "厂庆" || day.Source != "own" {
		t.Errorf("the year: %v, %+v", year.Published, day)
	}
	unknown := into[YearView](t, rep.want(200, "GET", "/working-calendar/years/2027", nil))
	if unknown.Published || unknown.Note != "2027 年的放假安排尚未公布，只按周末计算" {
		t.Errorf("a year that is not published: %q", unknown.Note)
	}
	rep.want(404, "GET", "/working-calendar/years/27", nil)
}

func TestDepartmentCalendar(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	head := admin.make("/departments", rec{"name": "总部"})
	team := admin.make("/departments", rec{"name": "门店", "parent_id": head.id()})
	path := "/working-calendar/departments/"
	set := WorkingTime{Weekend: []int{1, 2}}
	rep.want(http.StatusForbidden, "PUT", path+head.id(), set)
	admin.want(200, "PUT", path+head.id(), set)
	below := into[WorkingCalendar](t, rep.want(200, "GET", path+team.id(), nil))
	if below.Inherits.Name != "总部" || below.EffWeekend[0] != 1 || below.Weekend != nil {
		t.Errorf("the department below: %+v", below)
	}
	company := into[WorkingCalendar](t, rep.want(200, "GET", "/working-calendar", nil))
	if len(company.Departments) != 1 || company.Departments[0].Name != "总部" || !strings.Contains(company.Departments[0].Summary, "周一、周二") {
		t.Errorf("departments that differ: %+v", company.Departments)
	}
	if s.Actors.Calendars.For(parsed(t, team)).Works("2026-11-09") {
		t.Error("what was set does not hold")
	}
	year := into[YearView](t, rep.want(200, "GET", "/working-calendar/years/2026?department="+team.id(), nil))
	if year.Days[0].Works || year.WorkingDays == 0 {
		t.Errorf("the department's year: %+v", year.Days[0])
	}
	rep.want(404, "GET", path+"0000000000001", nil)
	admin.want(404, "PUT", path+"0000000000001", set)
}

func TestNotices(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	text := "date,name,is_off_day\n2027-01-01,元旦,1\n2027-02-06,春节,0\n2027-02-08,春节,1\n2027-02-09,春节,1\n2027-02-10,春节,1\n2027-02-11,春节,1\n"
	rep.want(http.StatusForbidden, "POST", "/working-calendar/notices", NoticeText{text})
	looked := into[Notice](t, admin.want(200, "POST", "/working-calendar/notices?check=true", NoticeText{text}))
	if len(looked.Days) != 6 || len(looked.Years) != 1 || looked.Years[0] != "2027" || s.Actors.Calendars.For(0).Published(2027) {
		t.Errorf("looked at: %+v", looked)
	}
	admin.want(200, "POST", "/working-calendar/notices", NoticeText{text})
	year := into[YearView](t, rep.want(200, "GET", "/working-calendar/years/2027", nil))
	if !year.Published || year.Days[0].Source != "notice" || year.Days[0].Works {
		t.Errorf("after the notice: %+v", year.Days[0])
	}
	p := into[Problem](t, admin.want(422, "POST", "/working-calendar/notices", NoticeText{"2027-01-01,元旦,1\n2027-13-01,x,1\n"}))
	if len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Message, "第 2 行") {
		t.Errorf("a row that makes no sense: %+v", p)
	}
	rep.want(http.StatusForbidden, "DELETE", "/working-calendar/notices/2027", nil)
	admin.want(http.StatusNoContent, "DELETE", "/working-calendar/notices/2027", nil)
	admin.want(404, "DELETE", "/working-calendar/notices/2027", nil)
}

// TestWorkingTimeIsLogged: the company's log tells who changed when people work.
func TestWorkingTimeIsLogged(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	admin.want(200, "PUT", "/working-calendar", WorkingTime{Hours: []WorkingHours{{"08:30", "17:30"}}, Days: []SpecialDay{{"2026-11-11", "厂庆", true}}})
	page := into[CompanyLogPage](t, admin.want(200, "GET", "/log?entity=setting", nil))
	found := false
	for _, item := range page.Items {
		for _, c := range item.Changes {
			found = found || c.Label == "工作时间" && c.NewText == "08:30–17:30"
		}
	}
	if !found {
		t.Errorf("the log does not tell: %+v", page.Items)
	}
}

func parsed(t *testing.T, r rec) id.ID {
	t.Helper()
	x, err := id.Parse(r.id())
	if err != nil {
		t.Fatal(err)
	}
	return x
}
