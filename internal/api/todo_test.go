package api

import (
	"net/http"
	"testing"
	"time"
)

// TestWhatIsToBeDone walks through a rep's day and what the supervisor sees of it.
func TestWhatIsToBeDone(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	company := rep.make("/customers", rec{"name": "深圳市甲公司"})
	rep.make("/contacts", rec{"customer_id": company.id(), "name": "李强", "mobile": "13800138000", "main": true, "birthday": "1985-11-04"})
	plan := rep.make("/followups", rec{
		"customer_id": company.id(), "planned_at": "2026-11-02T10:00:00Z", "way": "call", "purpose": "确认报价", "remind": []string{"15"},
	})
	if plan["state"] != "planned" {
		t.Fatalf("%v", plan)
	}

	mine := into[TodoPage](t, rep.want(http.StatusOK, "GET", "/todo", nil))
	if len(mine.Items) != 3 || mine.Counts != (TodoCounts{Today: 1, Week: 1, Later: 1}) { // the plan, the birthday, the confirming
		t.Fatalf("%+v", mine)
	}
	first := mine.Items[0]
	if first.Title != "深圳市甲公司" || first.Subtitle != "确认报价" || first.Group != "today" || first.Phone != "13800138000" || first.Followup.WayLabel != "电话" ||
		first.Customer.ID.String() != company.id() || first.Overdue || len(first.Actions) != 4 {
		t.Errorf("%+v", first)
	}
	if page := into[TodoPage](t, rep.want(http.StatusOK, "GET", "/todo?limit=1", nil)); len(page.Items) != 1 || page.Next == "" {
		t.Errorf("a page: %+v", page)
	} else if next := into[TodoPage](t, rep.want(http.StatusOK, "GET", "/todo?limit=50&cursor="+page.Next, nil)); len(next.Items) != 2 || next.Next != "" {
		t.Errorf("the next: %+v", next)
	}
	rep.want(http.StatusUnprocessableEntity, "GET", "/todo?cursor=x", nil)
	if other := into[TodoPage](t, s.user("other", "sales_rep").want(http.StatusOK, "GET", "/todo?scope=team", nil)); len(other.Items) != 0 {
		t.Errorf("another rep sees %+v", other)
	}

	s.clock.Advance(2 * time.Hour)
	team := into[TodoPage](t, admin.want(http.StatusOK, "GET", "/todo?scope=team&kind=followup.due", nil))
	if len(team.Items) != 1 || !team.Items[0].Overdue || team.Counts.Overdue != 1 || team.Items[0].Owner.Name == "" {
		t.Fatalf("%+v", team)
	}
	for user, want := range map[string]int{rep.me().String(): 1, admin.me().String(): 0} {
		if of := into[TodoPage](t, admin.want(http.StatusOK, "GET", "/todo?scope=team&kind=followup.due&user="+user, nil)); len(of.Items) != want {
			t.Errorf("of %s: %+v", user, of.Items)
		}
		admin.want(http.StatusOK, "GET", "/calendar?from=2026-11-01&to=2026-11-30&scope=team&user="+user, nil)
		admin.want(http.StatusOK, "GET", "/timeliness?from=2026-11-01&to=2026-11-30&user="+user, nil)
		admin.want(http.StatusOK, "GET", "/work-days?user="+user, nil)
	}
	admin.want(http.StatusUnprocessableEntity, "GET", "/todo?user=x", nil)
	admin.want(http.StatusNoContent, "POST", "/todo/"+team.Items[0].ID.String()+"/nudge", rec{"text": "请尽快"})
	if notes := into[NoteList](t, rep.want(http.StatusOK, "GET", "/notes", nil)); len(notes.Items) != 1 || notes.Items[0].Kind != "nudge" {
		t.Errorf("%+v", notes)
	}
	admin.want(http.StatusForbidden, "POST", "/todo/"+team.Items[0].ID.String()+"/snooze", rec{"minutes": 10})
	rep.want(http.StatusNoContent, "POST", "/todo/"+first.ID.String()+"/snooze", rec{"minutes": 10})
	rep.want(http.StatusUnprocessableEntity, "POST", "/todo/"+first.ID.String()+"/snooze", rec{"minutes": 0})
	rep.want(http.StatusForbidden, "POST", "/todo/"+first.ID.String()+"/nudge", rec{"text": ""})
	rep.want(http.StatusUnprocessableEntity, "POST", "/todo/"+first.ID.String()+"/done", rec{})
	rep.want(http.StatusNoContent, "POST", "/todo/"+mine.Items[1].ID.String()+"/done", rec{})
	rep.want(http.StatusNotFound, "POST", "/todo/"+mine.Items[1].ID.String()+"/done", rec{})
	s.user("third", "sales_rep").want(http.StatusNotFound, "POST", "/todo/"+first.ID.String()+"/nudge", rec{"text": ""})
}

func TestCalendarOfPlansAndBirthdays(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	company := rep.make("/customers", rec{"name": "深圳市甲公司"})
	rep.make("/contacts", rec{"customer_id": company.id(), "name": "李强", "mobile": "13800138000", "main": true, "birthday": "--11-04"})
	rep.make("/followups", rec{"customer_id": company.id(), "planned_at": "2026-11-03T02:00:00Z", "way": "visit", "minutes": 90})
	rep.make("/followups", rec{"customer_id": company.id(), "content": "谈过", "happened_at": "2026-11-02T01:00:00Z"})
	days := into[CalendarDays](t, rep.want(http.StatusOK, "GET", "/calendar?from=2026-11-01&to=2026-11-30", nil))
	var got []string
	for _, item := range days.Items {
		got = append(got, item.Type+" "+item.State+" "+item.Start.Format("01-02 15:04")+" "+item.Title)
	}
	want := []string{"followup done 11-02 01:00 深圳市甲公司", "followup planned 11-03 02:00 拜访 · 深圳市甲公司", "birthday open 11-04 00:00 李强 · 生日关怀"}
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%q", got)
	}
	if plan := days.Items[1]; !plan.Movable || plan.End.Sub(plan.Start.Time) != 90*time.Minute {
		t.Errorf("%+v", plan)
	}
	if day := into[CalendarDays](t, rep.want(http.StatusOK, "GET", "/calendar?from=2026-10-01&to=2026-10-10", nil)).Days["2026-10-01"]; !day.Off || day.Name == "" {
		t.Errorf("National Day: %+v", day)
	}
	if team := into[CalendarDays](t, admin.want(http.StatusOK, "GET", "/calendar?from=2026-11-01&to=2026-11-30&scope=team", nil)); len(team.Items) != 3 {
		t.Errorf("%+v", team.Items)
	}
	// Whose birthday it is, is personal: who does not see that of others in full is not shown it.
	if finance := into[CalendarDays](t, s.user("finance", "finance").want(http.StatusOK, "GET", "/calendar?from=2026-11-01&to=2026-11-30&scope=team", nil)); len(finance.Items) != 2 {
		t.Errorf("%+v", finance.Items)
	}
	rep.want(http.StatusUnprocessableEntity, "GET", "/calendar?from=2026-11-01&to=2027-11-30", nil)
	rep.want(http.StatusUnprocessableEntity, "GET", "/calendar?from=2026-11-31&to=2026-12-01", nil)
}

func TestClockSettings(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	all := into[items[ClockKind]](t, rep.want(http.StatusOK, "GET", "/clock-kinds", nil))
	if len(all.Items) < 5 || all.Items[0].Label == "" || all.Items[0].Settings.Before == nil {
		t.Fatalf("%+v", all)
	}
	change := rec{"active": true, "lasts": rec{"": rec{"n": 9, "unit": "day"}}, "before": []int{60}, "at": true, "after": []rec{{"minutes": 60, "level": 1}}}
	rep.want(http.StatusForbidden, "PUT", "/clock-kinds/customer.cadence", change)
	admin.want(http.StatusNotFound, "PUT", "/clock-kinds/nothing", change)
	admin.want(http.StatusUnprocessableEntity, "PUT", "/clock-kinds/customer.cadence", rec{"active": true, "lasts": rec{"": rec{"n": 0, "unit": "day"}}, "before": []int{}, "after": []rec{}})
	admin.want(http.StatusOK, "PUT", "/clock-kinds/customer.cadence", change)
	company := admin.make("/customers", rec{"name": "深圳市甲公司"})
	if company["next_followup_at"] != "2026-11-11T09:00:00.000Z" {
		t.Errorf("after nine days: %v", company["next_followup_at"])
	}
}

func TestTimelinessReports(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	company := rep.make("/customers", rec{"name": "深圳市甲公司"})
	plan := rep.make("/followups", rec{"customer_id": company.id(), "planned_at": "2026-11-02T10:00:00Z"})
	rep.make("/followups", rec{"customer_id": company.id(), "content": "补录", "happened_at": "2026-10-30T10:00:00Z"})
	rep.header.Set("If-Match", "*")
	for _, to := range []string{"2026-11-03T10:00:00Z", "2026-11-04T10:00:00Z", "2026-11-05T10:00:00Z"} {
		s.clock.Advance(time.Minute)
		rep.want(http.StatusOK, "PATCH", "/followups/"+plan.id(), rec{"planned_at": to, "postpone_reason": "客户出差 " + to})
	}
	const period = "from=2026-10-01&to=2026-11-30"
	kinds := into[items[TimelinessRow]](t, admin.want(http.StatusOK, "GET", "/timeliness?"+period, nil))
	rates := map[string]float64{}
	for _, row := range kinds.Items {
		if row.Rate != nil {
			rates[row.Key] = *row.Rate
		}
	}
	if rates["followup.due"] != 1 || rates["followup.record"] != 0 {
		t.Errorf("%+v", kinds)
	}
	users := into[items[TimelinessRow]](t, admin.want(http.StatusOK, "GET", "/timeliness?by=user&"+period, nil))
	if len(users.Items) != 1 || users.Items[0].Label != "用户rep" || users.Items[0].FellDue != 4 {
		t.Errorf("%+v", users)
	}
	who := into[items[Postponing]](t, admin.want(http.StatusOK, "GET", "/timeliness/postponed?"+period, nil))
	if len(who.Items) != 1 || who.Items[0].Plans != 1 || who.Items[0].Again != 1 || who.Items[0].Records != 1 || who.Items[0].Late != 1 {
		t.Errorf("%+v", who)
	}
	other := s.user("other", "sales_rep")
	if got := into[items[Postponing]](t, other.want(http.StatusOK, "GET", "/timeliness/postponed?"+period, nil)); len(got.Items) != 0 {
		t.Errorf("another rep: %+v", got)
	}
	admin.want(http.StatusUnprocessableEntity, "GET", "/timeliness?from=2026-11-02&to=2026-11-01", nil)
}

func TestWorkDays(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	company := rep.make("/customers", rec{"name": "深圳市甲公司"})
	touch := rep.make("/followups", rec{"customer_id": company.id(), "content": "谈过", "stage": "interested", "next_at": "2026-11-03T02:00:00Z"})
	rep.make("/work-logs", rec{"day": "2026-11-02", "remark": "今天拜访了甲公司"})
	day := into[WorkDay](t, rep.want(http.StatusOK, "GET", "/work-days", nil))
	if len(day.Followups) != 1 || len(day.Plans) != 1 || len(day.Customers) != 1 || len(day.StageChanges) != 1 || string(day.Log) == "null" {
		t.Errorf("%+v", day)
	}
	rep.want(http.StatusUnprocessableEntity, "POST", "/work-logs", rec{"day": "2026-11-02", "remark": "再来一份"})
	log := into[rec](t, answer{body: day.Log})
	admin.header.Set("If-Match", "*")
	admin.want(http.StatusOK, "PATCH", "/work-logs/"+log.id(), rec{"comment": "很好"})
	rep.header.Set("If-Match", "*")
	if got := into[rec](t, rep.want(http.StatusOK, "PATCH", "/work-logs/"+log.id(), rec{"remark": "今天拜访了甲公司，谈了价格"})); got["comment"] != "很好" || got["comment_by"] != admin.me().String() {
		t.Errorf("%v", got)
	}
	s.user("other", "sales_rep").want(http.StatusNotFound, "GET", "/work-logs/"+log.id(), nil)

	made := admin.make("/comments", rec{"followup_id": touch.id(), "content": "下次带上样品"})
	notes := into[NoteList](t, rep.want(http.StatusOK, "GET", "/notes", nil))
	if len(notes.Items) != 2 || notes.Items[0].Kind != "comment" || notes.Items[1].Kind != "comment" {
		t.Errorf("%+v", notes)
	}
	rep.want(http.StatusForbidden, "PATCH", "/comments/"+made.id(), rec{"content": "改别人的话"})
	admin.want(http.StatusOK, "PATCH", "/comments/"+made.id(), rec{"content": "下次带上样品和报价"})
}

func TestOnePlanForMany(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	a, b := rep.make("/customers", rec{"name": "深圳市甲公司"}), rep.make("/customers", rec{"name": "深圳市乙公司"})
	done := into[BulkDone](t, admin.want(http.StatusOK, "POST", "/customers/bulk", rec{
		"action": "plan", "ids": []string{a.id(), b.id(), "04bpxfsq00800"}, "values": rec{"planned_at": "2026-11-03T02:00:00Z", "way": "call", "purpose": "节前回访"},
	}))
	if done.Changed != 2 || len(done.Failed) != 1 {
		t.Fatalf("%+v", done)
	}
	mine := into[TodoPage](t, rep.want(http.StatusOK, "GET", "/todo?kind=followup.due", nil))
	notes := into[NoteList](t, rep.want(http.StatusOK, "GET", "/notes", nil))
	if len(mine.Items) != 2 || mine.Items[0].Subtitle != "节前回访" || len(notes.Items) != 2 {
		t.Errorf("%+v, %+v", mine, notes)
	}
	admin.want(http.StatusUnprocessableEntity, "POST", "/followups/bulk", rec{"action": "plan", "ids": []string{a.id()}, "values": rec{}})
	admin.want(http.StatusOK, "POST", "/undo", rec{"token": done.Undo})
	if left := into[TodoPage](t, rep.want(http.StatusOK, "GET", "/todo?kind=followup.due", nil)); len(left.Items) != 0 {
		t.Errorf("after the undo: %+v", left)
	}
}
