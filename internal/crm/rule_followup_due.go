package crm

import (
	"strconv"
	"time"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// A plan is done, moved or cancelled by its time (followups-and-clocks.md, “followup.due”).
var followupDueClock = record.Clock[Followup]{
	Kind: &obligation.Kind{
		Name: "followup.due", Label: i18n.T("计划的跟进", "Planned follow-up"), Fixed: true, Postponable: true,
		Defaults: obligation.ClockSettings{
			Active: true, Lasts: map[string]obligation.Span{"": {Unit: obligation.Minute}}, Before: []int{30}, At: true,
			After: []obligation.Escalation{{Minutes: 24 * 60, Level: 1}, {Minutes: 3 * 24 * 60, Level: 2}},
		},
	},
	Due: followupDue,
	End: func(_, next *Followup) obligation.End {
		if next.State == FollowupDone { // what counts is when it was done, not when it was written down
			return obligation.End{Met: next.HappenedAt.Time}
		}
		return obligation.End{}
	},
}

// postponedEnough keeps somebody from moving a plan of theirs on and on, when the company has set a limit. Those who may
// assign it may still move it.
func postponedEnough(s *record.Session, old, next *Followup) error {
	most := s.Store().Schema().Clocks(followupDueClock.Kind.Name).Postpones
	again := next.State == FollowupPlanned && next.Postponed != nil && (old.Postponed == nil || *next.Postponed > *old.Postponed)
	if most == 0 || !again || *next.Postponed <= most || s.Actor.Reach("followup", access.Assign).Includes(old.OwnerID, old.DepartmentID) {
		return nil
	}
	return errs.OfField("planned_at", "followup.postponed_enough", "most", most)
}

func followupDue(f *Followup) *obligation.Due {
	if f.State != FollowupPlanned {
		return nil
	}
	due := &obligation.Due{Start: f.PlannedSet.Time, At: f.PlannedAt.Time}
	for _, minutes := range f.Remind {
		if n, err := strconv.Atoi(minutes); err == nil {
			due.Before = append(due.Before, n)
		}
	}
	return due
}

// What happened is written down soon after (followups-and-clocks.md, “followup.record”). The clock is known only once the
// record is there, and has been met then, in time or late.
var followupRecordClock = record.Clock[Followup]{
	Kind: &obligation.Kind{
		Name: "followup.record", Label: i18n.T("跟进及时录入", "Follow-up written down"),
		Defaults: obligation.ClockSettings{Active: true, Lasts: map[string]obligation.Span{"": {N: int(RecordWithin / time.Hour), Unit: obligation.Hour}}},
	},
	Due: func(f *Followup) *obligation.Due {
		if f.State != FollowupDone {
			return nil
		}
		return &obligation.Due{Start: f.HappenedAt.Time, Met: f.RecordedAt.Time}
	},
}
