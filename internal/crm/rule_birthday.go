package crm

import (
	"context"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// A contact is remembered on their birthday, by either calendar (followups-and-clocks.md, “birthday.care”). The clock runs
// until the end of the day. Ticked off, or over, the next one starts.
var birthdayClock = record.Clock[Contact]{
	Kind: &obligation.Kind{
		Name: "birthday.care", Label: i18n.T("生日关怀", "Birthday"), Fixed: true, Tells: "birthday",
		Defaults: obligation.ClockSettings{
			Active: true, Lasts: map[string]obligation.Span{"": {N: 1, Unit: obligation.Day}},
			Before: []int{15 * 60, 39 * 60}, // at nine on the day, and on the day before
		},
	},
	Due: func(c *Contact) *obligation.Due {
		if c.BirthdayOn == "" {
			return nil
		}
		return &obligation.Due{Start: c.BirthdayOn.In(time.UTC), On: c.BirthdayOn}
	},
	End: func(old, next *Contact) obligation.End {
		if next.GreetedAt.After(old.GreetedAt.Time) {
			return obligation.End{}
		}
		return obligation.End{Cause: "passed"}
	},
	Done: func(s *record.Session, c *Contact) {
		c.GreetedAt = clock.At(s.Tx.Now)
		c.BirthdayOn = entity.NextBirthday(c.Birthday, c.BirthdayOn.AddDays(1))
	},
}

// rollBatch is how many contacts one transaction handles.
const rollBatch = 200

// RollBirthdays gives the contacts whose birthday is over their next one.
func RollBirthdays(ctx context.Context, st *record.Store) error {
	for {
		n := 0
		err := st.Write(ctx, access.System("birthdays"), audit.Rule, func(s *record.Session) error {
			ids, err := s.Tx.IDs(ctx, `SELECT id FROM contact WHERE birthday_on <> '' AND birthday_on < ? ORDER BY birthday_on LIMIT ?`, string(s.Today()), rollBatch)
			n = len(ids)
			for _, x := range ids {
				if err == nil {
					err = rollBirthday(ctx, s, x)
				}
			}
			return err
		})
		if err != nil || n < rollBatch {
			return err
		}
	}
}

func rollBirthday(ctx context.Context, s *record.Session, x id.ID) error {
	return record.Touch(ctx, s, x, func(c *Contact) { c.BirthdayOn = entity.NextBirthday(c.Birthday, s.Today()) })
}
