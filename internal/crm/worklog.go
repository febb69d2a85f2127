package crm

import (
	"context"
	"slices"

	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
)

// WorkLog 业务工作日志 is what a rep and the supervisor say of a day. What was done that day the system knows (see DayOf);
// there is one for a rep and day at most.
type WorkLog struct {
	record.Base
	record.Owned

	Day       clock.Date    `field:"day"`
	Key       string        `field:"day_key"`
	Remark    string        `field:"remark"`
	Tomorrow  string        `field:"tomorrow"`
	Comment   string        `field:"comment"`
	CommentBy id.ID         `field:"comment_by"`
	CommentAt clock.Instant `field:"comment_at"`
}

func workLogKind() record.Kind[WorkLog] {
	return record.Kind[WorkLog]{
		Def: &entity.Def{
			Name: "work_log", Path: "work-logs", Module: "followup", Title: "remark", Owned: true,
			Label: i18n.T("工作日志", "Work log"), Plural: i18n.T("工作日志", "Work logs"),
			Internal: true, Aside: true,
			Columns: []string{"day", "owner_id", "remark", "comment"},
			Sort:    "-day",
			Fields: []*entity.Field{
				{Name: "day", Label: i18n.T("日期", "Day"), Type: entity.Date, Required: true, Width: 110},
				{Name: "day_key", Label: i18n.T("唯一键", "Key"), Type: entity.Text, Unique: true, Internal: true, ReadOnly: true},
				{Name: "remark", Label: i18n.T("工作小结", "Remarks"), Type: entity.LongText, Max: 4000, Search: entity.SearchInside, Width: 320},
				{Name: "tomorrow", Label: i18n.T("明日计划", "Plans"), Type: entity.LongText, Max: 4000, Search: entity.SearchInside, Width: 320},
				{Name: "comment", Label: i18n.T("主管批注", "Supervisor's comment"), Type: entity.LongText, Max: 4000, Search: entity.SearchInside, Width: 320},
				{Name: "comment_by", Label: i18n.T("批注人", "Commented by"), Type: entity.Ref, Ref: "user", ReadOnly: true, Width: 100},
				{Name: "comment_at", Label: i18n.T("批注时间", "Commented"), Type: entity.DateTime, ReadOnly: true, Width: 150},
			},
		},
		Fill:  []record.Rule[WorkLog]{fillWorkLog},
		After: []record.Rule[WorkLog]{tellWorkLog},
	}
}

func fillWorkLog(_ context.Context, s *record.Session, old, next *WorkLog) error {
	next.Key = string(next.Day) + "/" + next.OwnerID.String()
	if old == nil && next.Comment != "" || old != nil && old.Comment != next.Comment {
		next.CommentBy, next.CommentAt = s.Actor.ID, clock.At(s.Tx.Now)
	}
	return nil
}

func tellWorkLog(ctx context.Context, s *record.Session, old, next *WorkLog) error {
	if next.Comment == "" || old != nil && old.Comment == next.Comment || next.OwnerID == s.Actor.ID || next.OwnerID == 0 {
		return nil
	}
	return notify.Tell(ctx, s.Tx, notify.Note{
		To: next.OwnerID, Kind: "comment", Key: next.ID.String() + "/" + s.Tx.NewID().String(), Text: "worklog.told", By: s.Actor.ID,
		Entity: "work_log", Record: next.ID,
	})
}

// Day is what somebody recorded on a day.
type Day struct {
	Followups    []*record.Row // recorded as done that day, in their order
	Plans        []*record.Row // for the next working day
	Customers    []*record.Row // made that day
	StageChanges []*record.Row
	Log          *record.Row // what was said of the day; nil for nothing
}

// mostOfDay bounds what one day shows of a sort.
const mostOfDay = 200

// DayOf gives what a user did on a day, as far as the actor may see it (forms.md, “业务工作日志”).
func DayOf(ctx context.Context, s *record.Session, user id.ID, day clock.Date) (d Day, err error) {
	next := day.AddDays(1)
	for i := 0; i < 30 && !s.Store().Calendar(0).Works(next); i++ {
		next = next.AddDays(1)
	}
	on := func(field string, day clock.Date) record.Filter { return FilterOf(field, entity.Is, day) }
	own := *record.Where("owner_id", user)
	for _, part := range []struct {
		into   *[]*record.Row
		entity string
		sort   string
		filter []record.Filter
	}{
		{&d.Followups, "followup", "happened_at", []record.Filter{own, inState(FollowupDone), on("happened_at", day)}},
		{&d.Plans, "followup", "planned_at", []record.Filter{own, inState(FollowupPlanned), on("planned_at", next)}},
		{&d.Customers, "customer", "created_at", []record.Filter{*record.Where("created_by", user), on("created_at", day)}},
		{&d.StageChanges, "stage_change", "created_at", []record.Filter{*record.Where("created_by", user), on("created_at", day)}},
	} {
		if !mayAsk(s, part.entity, part.filter) {
			continue // who may not know of that, is not told by a list
		}
		page, err := s.List(ctx, part.entity, record.Query{Filter: &record.Filter{And: part.filter}, Sort: part.sort, Limit: mostOfDay})
		if err != nil {
			return d, err
		}
		*part.into = page.Rows
	}
	if !s.MayAsk("work_log", "owner_id", "day") {
		return d, nil
	}
	page, err := s.List(ctx, "work_log", record.Query{Filter: &record.Filter{And: []record.Filter{own, on("day", day)}}, Limit: 1})
	if err == nil && len(page.Rows) > 0 {
		d.Log = page.Rows[0]
	}
	return d, err
}

func mayAsk(s *record.Session, of string, filters []record.Filter) bool {
	return !slices.ContainsFunc(filters, func(f record.Filter) bool { return !s.MayAsk(of, f.Field) })
}
