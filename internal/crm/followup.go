package crm

import (
	"context"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Followup 跟进 is one touch of a customer: a call, a visit, a mail. Its owner is who did it.
type Followup struct {
	record.Base
	record.Owned

	CustomerID id.ID         `field:"customer_id"`
	ContactID  id.ID         `field:"contact_id"`
	Way        string        `field:"way"`
	HappenedAt clock.Instant `field:"happened_at"`
	Content    string        `field:"content"`
	Feedback   string        `field:"feedback"`
	Result     string        `field:"result"`
	NextAction string        `field:"next_action"`
	NextAt     clock.Instant `field:"next_at"`
	Stage      string        `field:"stage"` // to which it brought the customer; "" when it did not move
	Late       bool          `field:"late"`
}

// recordWithin is how soon after it happened a follow-up is to be written down (followups-and-clocks.md, “A follow-up”).
const recordWithin = 24 * time.Hour

func followupKind() record.Kind[Followup] {
	return record.Kind[Followup]{
		Def:   followupDef(),
		Fill:  []record.Rule[Followup]{fillFollowup},
		Check: []record.Rule[Followup]{notInFuture, contactOfCustomer},
		After: []record.Rule[Followup]{moveCustomer},
	}
}

func followupDef() *entity.Def {
	return &entity.Def{
		Name: "followup", Path: "followups", Title: "content", Owned: true, Parents: []string{"customer_id"}, ParentNeeds: string(access.View),
		Label: i18n.T("跟进", "Follow-up"), Plural: i18n.T("跟进记录", "Follow-ups"),
		Columns: []string{"happened_at", "customer_id", "way", "content", "result", "next_at", "owner_id", "late"},
		Card:    []string{"customer_id", "way", "happened_at"},
		Sort:    "-happened_at",
		Fields: []*entity.Field{
			{Name: "customer_id", Label: i18n.T("客户", "Customer"), Type: entity.Ref, Ref: "customer", Required: true, Width: 220},
			{Name: "contact_id", Label: i18n.T("联系人", "Contact"), Type: entity.Ref, Ref: "contact", Width: 110},
			{
				Name: "way", Label: i18n.T("跟进方式", "Way"), Type: entity.OneOf, Choices: followupWays, Open: true, Width: 90,
				Aliases: []string{"联系方法", "沟通方式", "跟进类型", "拜访方式", "followup type"},
			},
			{
				Name: "happened_at", Label: i18n.T("跟进时间", "Happened"), Type: entity.DateTime, Width: 150,
				Aliases: []string{"跟进日期", "沟通时间", "拜访时间", "联系时间", "联系日期", "沟通日期"},
			},
			{
				Name: "content", Label: i18n.T("跟进内容", "Content"), Type: entity.LongText, Max: 10_000, Required: true, Width: 320, Search: entity.SearchInside,
				Aliases: []string{"跟进记录", "跟进情况", "沟通内容", "沟通记录", "拜访记录", "拜访内容", "跟进详情", "联系内容", "最近跟进内容", "followup", "follow-up"},
			},
			{
				Name: "feedback", Label: i18n.T("客户反馈", "Feedback"), Type: entity.LongText, Max: 4000, Width: 200, Search: entity.SearchInside,
				Aliases: []string{"反馈", "客户意见"},
			},
			{
				Name: "result", Label: i18n.T("跟进结果", "Result"), Type: entity.OneOf, Choices: followupResults, Open: true, Width: 100,
				Aliases: []string{"沟通结果", "联系结果"},
			},
			{
				Name: "next_action", Label: i18n.T("下一步", "Next action"), Type: entity.Text, Max: 500, Width: 160, Search: entity.SearchInside,
				Aliases: []string{"下一步计划", "下一步行动", "后续计划", "下步计划"},
			},
			{Name: "next_at", Label: i18n.T("下次跟进时间", "Next follow-up"), Type: entity.DateTime, Needed: true, Width: 150},
			{Name: "stage", Label: i18n.T("推进到阶段", "Moved to stage"), Type: entity.OneOf, Choices: customerStages, Shares: "customer.stage", Width: 100},
			{Name: "late", Label: i18n.T("补录", "Late entry"), Type: entity.Bool, ReadOnly: true, Width: 70},
		},
	}
}

// fillFollowup takes now for a time that is not told and marks what is written down late.
func fillFollowup(_ context.Context, s *record.Session, old, next *Followup) error {
	if next.HappenedAt.IsZero() {
		next.HappenedAt = clock.At(s.Tx.Now)
	}
	if old == nil && s.Origin != audit.Import && s.Origin != audit.Demo {
		next.Late = s.Tx.Now.Sub(next.HappenedAt.Time) > recordWithin
	}
	return nil
}

func notInFuture(_ context.Context, s *record.Session, old, next *Followup) error {
	const skew = 10 * time.Minute // of a phone's clock
	if (old == nil || old.HappenedAt != next.HappenedAt) && next.HappenedAt.After(s.Tx.Now.Add(skew)) {
		return errs.OfField("happened_at", "followup.in_future")
	}
	return nil
}

// contactOfCustomer lets a follow-up be with a contact of its customer. One whose contact has since gone to another
// customer stays as it is.
func contactOfCustomer(ctx context.Context, s *record.Session, old, next *Followup) error {
	if next.ContactID == 0 || old != nil && old.ContactID == next.ContactID && old.CustomerID == next.CustomerID {
		return nil
	}
	contact := record.Made[Contact](s, next.ContactID)
	if contact == nil {
		var err error
		if contact, err = record.Get[Contact](ctx, s, next.ContactID); err != nil {
			return err
		}
	}
	if contact.CustomerID != next.CustomerID {
		return errs.OfField("contact_id", "field.no_such", "label", contactDef().Label)
	}
	return nil
}

// moveCustomer lets a follow-up show on its customer: when the last one was, when the next is, and the stage it brought.
func moveCustomer(ctx context.Context, s *record.Session, old, next *Followup) error {
	if made := record.Made[Customer](s, next.CustomerID); made != nil && !made.LastFollowup.Before(next.HappenedAt.Time) && next.Stage == "" {
		return nil // came with the customer, which says so already
	}
	if old != nil && old.CustomerID != next.CustomerID {
		if err := forgetFollowup(ctx, s, old.CustomerID); err != nil {
			return err
		}
	}
	last, err := lastFollowup(ctx, s, next.CustomerID)
	if err != nil {
		return err
	}
	if old == nil && next.Stage != "" { // first, since what is planned now is planned in the new stage
		_, err = record.Update(ctx, s, next.CustomerID, 0, func(c *Customer) error {
			c.Stage, c.StageNote = next.Stage, entity.Clip(next.Content, 200)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return record.Touch[Customer](ctx, s, next.CustomerID, func(c *Customer) {
		c.LastFollowup = last.HappenedAt
		if last.ID == next.ID && (old == nil || old.NextAt != next.NextAt) {
			c.NextFollowup = next.NextAt
		}
	})
}

// forgetFollowup shows on a customer what is left after a follow-up has gone to another.
func forgetFollowup(ctx context.Context, s *record.Session, customer id.ID) error {
	last, err := lastFollowup(ctx, s, customer)
	if err != nil {
		return err
	}
	return record.Touch(ctx, s, customer, func(c *Customer) { c.LastFollowup, c.NextFollowup = last.HappenedAt, last.NextAt })
}

// lastFollowup gives the latest follow-up of a customer; an empty one when there is none.
func lastFollowup(ctx context.Context, s *record.Session, customer id.ID) (Followup, error) {
	all, err := record.Find[Followup](ctx, s.As(s.Actor.Elevated(), s.Origin), record.Query{
		Filter: record.Where("customer_id", customer), Sort: "-happened_at", Limit: 1,
	})
	if err != nil || len(all) == 0 {
		return Followup{}, err
	}
	return *all[0], nil
}
