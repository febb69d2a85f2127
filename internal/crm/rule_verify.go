package crm

import (
	"genjin/internal/clock"
	"genjin/internal/i18n"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// The owner confirms a customer's data from time to time, unless the customer is lost (followups-and-clocks.md,
// “customer.verify”; customers.md).
var verifyClock = record.Clock[Customer]{
	Kind: &obligation.Kind{
		Name: "customer.verify", Label: i18n.T("客户资料核实", "Customer data confirmed"),
		Defaults: obligation.ClockSettings{
			Active: true, Lasts: map[string]obligation.Span{"": {N: 6, Unit: obligation.Month}},
			After: []obligation.Escalation{{Minutes: 7 * 24 * 60, Level: 1}},
		},
	},
	Due: func(c *Customer) *obligation.Due {
		if c.OwnerID == 0 || c.Stage == StageLost {
			return nil
		}
		return &obligation.Due{Start: later(c.CreatedAt, c.VerifiedAt).Time}
	},
	End: func(old, next *Customer) obligation.End {
		if next.VerifiedAt.After(old.VerifiedAt.Time) {
			return obligation.End{}
		}
		return obligation.End{Cause: "stage"}
	},
	Done: func(s *record.Session, c *Customer) { c.VerifiedAt = clock.At(s.Tx.Now) },
}

func later(a, b clock.Instant) clock.Instant {
	if b.After(a.Time) {
		return b
	}
	return a
}
