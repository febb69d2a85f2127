package crm

import (
	"time"

	"genjin/internal/i18n"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

func hours(n int) map[string]obligation.Span {
	return map[string]obligation.Span{"": {N: n, Unit: obligation.Hour}}
}

const hour = 60 // minutes

// A lead is registered soon after it was got (followups-and-clocks.md, “lead.register”). The clock is known only once the
// lead is there, and has been met then, in time or late.
var leadRegisterClock = record.Clock[Lead]{
	Kind: &obligation.Kind{
		Name: "lead.register", Label: i18n.T("线索登记", "Lead registered"),
		Reveals:  []string{"acquired_at"},
		Defaults: obligation.ClockSettings{Active: true, Lasts: hours(24)},
	},
	Due: leadRegistered,
}

func leadRegistered(l *Lead) *obligation.Due {
	if l.AcquiredAt.IsZero() {
		return nil
	}
	return &obligation.Due{Start: l.AcquiredAt.Time, Met: latest(l.CreatedAt.Time, l.AcquiredAt.Time)}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// reviewPage is where leads are reviewed, one of them on top.
const reviewPage = "/review?lead={id}"

// A supervisor reviews what was registered or resubmitted (followups-and-clocks.md, “lead.review”).
var leadReviewClock = record.Clock[Lead]{
	Kind: &obligation.Kind{
		Name: "lead.review", Label: i18n.T("线索审核", "Lead reviewed"), Page: reviewPage,
		Reveals: []string{"submitted_at", "reviewed_at"},
		Defaults: obligation.ClockSettings{
			Active: true, Lasts: hours(48), Before: []int{4 * hour}, At: true, After: []obligation.Escalation{{Minutes: 24 * hour, Level: 2}},
		},
	},
	Due: func(l *Lead) *obligation.Due {
		if l.State != LeadPending {
			return nil
		}
		return &obligation.Due{Start: l.SubmittedAt.Time, Owner: l.ReviewerID}
	},
}

// What was sent back is supplemented (followups-and-clocks.md, “lead.supplement”).
var leadSupplementClock = record.Clock[Lead]{
	Kind: &obligation.Kind{
		Name: "lead.supplement", Label: i18n.T("线索补充", "Lead supplemented"),
		Reveals: []string{"reviewed_at", "submitted_at"},
		Defaults: obligation.ClockSettings{
			Active: true, Lasts: hours(24), Before: []int{2 * hour}, At: true, After: []obligation.Escalation{{Minutes: 24 * hour, Level: 1}},
		},
	},
	Due: func(l *Lead) *obligation.Due {
		if l.State != LeadReturned {
			return nil
		}
		return &obligation.Due{Start: l.ReviewedAt.Time}
	},
	End: func(_, next *Lead) obligation.End { return unless(next.State == LeadPending, next.State) },
}

// A plan is entered soon after a lead is assigned (followups-and-clocks.md, “lead.plan”); whoever contacts it at once needs
// none.
var leadPlanClock = record.Clock[Lead]{
	Kind: &obligation.Kind{
		Name: "lead.plan", Label: i18n.T("线索跟进计划", "Lead planned"),
		Reveals: []string{"assigned_at", "first_plan_at"},
		Defaults: obligation.ClockSettings{
			Active: true, Lasts: hours(12), Before: []int{2 * hour}, At: true, After: []obligation.Escalation{{Minutes: 12 * hour, Level: 1}},
		},
	},
	Due: func(l *Lead) *obligation.Due {
		if !l.worked() || l.AssignedAt.IsZero() || !l.PlannedAt.IsZero() || !l.ContactedAt.IsZero() {
			return nil
		}
		return &obligation.Due{Start: l.AssignedAt.Time}
	},
	End: func(_, next *Lead) obligation.End {
		return unless(!next.PlannedAt.IsZero() || !next.ContactedAt.IsZero(), next.State)
	},
}

// A lead that passed is contacted, the better the sooner (followups-and-clocks.md, “lead.first_contact”).
var leadContactClock = record.Clock[Lead]{
	Kind: &obligation.Kind{
		Name: "lead.first_contact", Label: i18n.T("线索首次联系", "Lead first contacted"),
		Reveals:  []string{"passed_at", "contacted_at", "grade"},
		Variants: []obligation.Variant{{Name: "A", Label: i18n.T("A 级", "Grade A")}, {Name: "B", Label: i18n.T("B 级", "Grade B")}, {Name: "C", Label: i18n.T("C 级", "Grade C")}},
		Defaults: obligation.ClockSettings{
			Active: true, Before: []int{4 * hour}, At: true, After: []obligation.Escalation{{Minutes: 4 * hour, Level: 1}, {Minutes: 24 * hour, Level: 2}},
			Lasts: map[string]obligation.Span{
				"A": {N: 24, Unit: obligation.Hour}, "B": {N: 48, Unit: obligation.Hour}, "C": {N: 72, Unit: obligation.Hour}, "": {N: 72, Unit: obligation.Hour},
			},
		},
	},
	Due: func(l *Lead) *obligation.Due {
		if !l.worked() || l.PassedAt.IsZero() || !l.ContactedAt.IsZero() {
			return nil
		}
		return &obligation.Due{Start: l.PassedAt.Time, Variants: []string{l.Grade}}
	},
	End: func(_, next *Lead) obligation.End {
		if !next.ContactedAt.IsZero() {
			return obligation.End{Met: next.ContactedAt.Time}
		}
		return obligation.End{Cause: next.State}
	},
}

// worked reports whether somebody is working a lead: it passed, is not over, and has not become a customer.
func (l *Lead) worked() bool { return l.Open() && l.OwnerID != 0 && l.ConvertedAt.IsZero() }

// What was parked is looked at again on its day by who reviewed it (leads.md, “Review”: 暂不跟进), and what was lost, if a
// day was named, by its owner.
var leadParkedClock = record.Clock[Lead]{
	Kind: &obligation.Kind{
		Name: "lead.parked", Label: i18n.T("暂缓线索再次跟进", "Parked lead taken up again"), Fixed: true,
		Reveals:  []string{"park_until", "retry_on"},
		Defaults: obligation.ClockSettings{Active: true, Lasts: map[string]obligation.Span{"": {N: 1, Unit: obligation.Day}}, Before: []int{15 * hour}},
	},
	Due: func(l *Lead) *obligation.Due {
		switch {
		case l.State == LeadParked && l.ParkUntil != "":
			return &obligation.Due{Start: l.ReviewedAt.Time, On: l.ParkUntil, Owner: l.ReviewerID}
		case l.State == LeadLost && l.RetryOn != "":
			return &obligation.Due{Start: l.ClosedAt.Time, On: l.RetryOn}
		}
		return nil
	},
}

// unless gives the end of a clock that was met when met holds, and else was cancelled for a cause.
func unless(met bool, cause string) obligation.End {
	if met {
		return obligation.End{}
	}
	return obligation.End{Cause: cause}
}

// SeesLeadClock reports whether the actor may know what a kind of clocks tells of a lead.
func SeesLeadClock(s *record.Session, kind string) bool {
	k := s.Store().Registry().ClockKind(kind)
	return k != nil && s.MayAsk("lead", k.Reveals...)
}
