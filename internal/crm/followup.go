package crm

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Followup 跟进 is one touch of a customer or a lead — a call, a visit, a mail: first a plan, then the record of what was
// said. Its owner is who is to do it, or did. A plan ends by being done, postponed or cancelled. One of a lead that was
// converted hangs on the customer, too.
type Followup struct {
	record.Base
	record.Owned

	CustomerID id.ID  `field:"customer_id"`
	LeadID     id.ID  `field:"lead_id"`
	ContactID  id.ID  `field:"contact_id"`
	State      string `field:"state"`
	Way        string `field:"way"`

	PlannedAt      clock.Instant `field:"planned_at"`
	Minutes        *int64        `field:"minutes"` // how long it is to take
	Purpose        string        `field:"purpose"`
	Place          string        `field:"place"`
	Participants   entity.List   `field:"participant_ids"`
	Remind         entity.List   `field:"remind"` // minutes before
	LaterReason    string        `field:"later_reason"`
	FirstPlanned   clock.Instant `field:"first_planned_at"` // missing while it was never moved
	PlannedSet     clock.Instant `field:"planned_set_at"`   // when it was given the time it has
	Postponed      *int64        `field:"postponed"`        // how often
	PostponeReason string        `field:"postpone_reason"`
	CancelReason   string        `field:"cancel_reason"`
	PlannedBy      id.ID         `field:"planned_by"`

	HappenedAt clock.Instant `field:"happened_at"`
	RecordedAt clock.Instant `field:"recorded_at"`
	Content    string        `field:"content"`
	Feedback   string        `field:"feedback"`
	Result     string        `field:"result"`
	NextAction string        `field:"next_action"`
	NextAt     clock.Instant `field:"next_at"`    // makes the next plan
	Stage      string        `field:"stage"`      // to which it brought the customer; "" when it did not move
	LeadState  string        `field:"lead_state"` // likewise, of a lead
	Late       bool          `field:"late"`

	CheckedIn      clock.Instant `field:"checked_in_at"`
	CheckedInPlace string        `field:"checked_in_place"`
	Position       string        `field:"position"` // latitude,longitude by the phone
}

// The states of a follow-up.
const (
	FollowupPlanned   = "planned"
	FollowupDone      = "done"
	FollowupCancelled = "cancelled"
)

// RecordWithin is how soon after it happened a follow-up is to be written down (followups-and-clocks.md, “A follow-up”).
const RecordWithin = 24 * time.Hour

// longestMeeting is how long a plan may take, in minutes: a week.
const longestMeeting = 7 * 24 * 60

func followupKind() record.Kind[Followup] {
	return record.Kind[Followup]{
		Def:    followupDef(),
		Fill:   []record.Rule[Followup]{fillFollowup},
		Check:  []record.Rule[Followup]{followupSubject, followupState, notInFuture, contactOfCustomer, knownParticipants, planWithinCadence},
		After:  []record.Rule[Followup]{moveStage, moveLead, planNext, moveSubject, tellPlan},
		Clocks: []record.Clock[Followup]{followupDueClock, followupRecordClock},
	}
}

func followupDef() *entity.Def {
	return &entity.Def{
		Name: "followup", Path: "followups", Title: "content", Owned: true, Parents: []string{"customer_id", "lead_id"}, ParentNeeds: string(access.View), AlsoThrough: true,
		Label: i18n.T("跟进", "Follow-up"), Plural: i18n.T("跟进记录", "Follow-ups"),
		Columns: []string{"happened_at", "customer_id", "lead_id", "way", "content", "result", "next_at", "owner_id", "state", "planned_at", "late"},
		Card:    []string{"customer_id", "lead_id", "way", "state", "happened_at", "planned_at"},
		Sort:    "-happened_at",
		Groups: []entity.Group{
			{Name: "plan", Label: i18n.T("计划", "Plan")},
		},
		Fields: []*entity.Field{
			{Name: "customer_id", Label: i18n.T("客户", "Customer"), Type: entity.Ref, Ref: "customer", Width: 220},
			{Name: "lead_id", Label: i18n.T("线索", "Lead"), Type: entity.Ref, Ref: "lead", Width: 180},
			{Name: "contact_id", Label: i18n.T("联系人", "Contact"), Type: entity.Ref, Ref: "contact", Width: 110},
			{
				Name: "way", Group: "plan", Label: i18n.T("跟进方式", "Way"), Type: entity.OneOf, Choices: followupWays, Open: true, Width: 90,
				Aliases: []string{"联系方法", "沟通方式", "跟进类型", "拜访方式", "followup type"},
			},
			{Name: "state", Group: "plan", Label: i18n.T("状态", "State"), Type: entity.OneOf, Choices: followupStates, Fixed: true, Needed: true, Width: 90},
			{
				Name: "planned_at", Group: "plan", Label: i18n.T("计划时间", "Planned"), Type: entity.DateTime, Needed: true, Width: 150,
				Aliases: []string{"计划跟进日期", "计划日期", "计划拜访时间"},
			},
			{Name: "minutes", Group: "plan", Label: i18n.T("时长（分钟）", "Minutes"), Type: entity.Int, Width: 90},
			{
				Name: "purpose", Group: "plan", Label: i18n.T("计划内容", "Purpose"), Type: entity.LongText, Max: 4000, Width: 220, Search: entity.SearchInside,
				Aliases: []string{"跟进目的", "拜访目的", "计划事项"},
			},
			{Name: "place", Group: "plan", Label: i18n.T("地点", "Place"), Type: entity.Text, Max: 300, Width: 160},
			{Name: "participant_ids", Group: "plan", Label: i18n.T("参与人", "Participants"), Type: entity.Refs, Ref: "user", Width: 160},
			{Name: "remind", Group: "plan", Label: i18n.T("提前提醒", "Remind before"), Type: entity.AnyOf, Choices: reminders, Width: 140},
			{
				Name: "later_reason", Group: "plan", Label: i18n.T("晚于跟进周期的原因", "Why later than the cadence"), Type: entity.Text, Max: 200, Width: 160,
				Help: i18n.T("计划晚于客户的跟进周期时填写", "When the plan is later than the customer's cadence allows"),
			},
			{Name: "first_planned_at", Group: "plan", Label: i18n.T("最初计划时间", "First planned"), Type: entity.DateTime, ReadOnly: true, Width: 150},
			{Name: "planned_set_at", Label: i18n.T("计划设定时间", "Plan set"), Type: entity.DateTime, ReadOnly: true, Internal: true},
			{Name: "postponed", Group: "plan", Label: i18n.T("延期次数", "Postponed"), Type: entity.Int, ReadOnly: true, Width: 90},
			{Name: "postpone_reason", Group: "plan", Label: i18n.T("延期原因", "Why postponed"), Type: entity.Text, Max: 200, Width: 160},
			{Name: "cancel_reason", Group: "plan", Label: i18n.T("取消原因", "Why cancelled"), Type: entity.Text, Max: 200, Width: 160},
			{Name: "planned_by", Group: "plan", Label: i18n.T("安排人", "Planned by"), Type: entity.Ref, Ref: "user", ReadOnly: true, Width: 100},
			{
				Name: "happened_at", Label: i18n.T("跟进时间", "Happened"), Type: entity.DateTime, Width: 150,
				Aliases: []string{"跟进日期", "沟通时间", "拜访时间", "联系时间", "联系日期", "沟通日期"},
			},
			{
				Name: "content", Label: i18n.T("跟进内容", "Content"), Type: entity.LongText, Max: 10_000, Width: 320, Search: entity.SearchInside,
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
			{Name: "lead_state", Label: i18n.T("线索推进到", "Lead moved to"), Type: entity.OneOf, Choices: leadProgress, Width: 100},
			{Name: "recorded_at", Label: i18n.T("记录时间", "Recorded"), Type: entity.DateTime, ReadOnly: true, Width: 150},
			{Name: "checked_in_at", Label: i18n.T("签到时间", "Checked in"), Type: entity.DateTime, Width: 150},
			{Name: "checked_in_place", Label: i18n.T("签到地点", "Checked in at"), Type: entity.Text, Max: 300, Width: 160},
			{Name: "position", Label: i18n.T("签到位置", "Position"), Type: entity.Text, Max: 60, NoFilter: true, Width: 130},
			{Name: "late", Label: i18n.T("补录", "Late entry"), Type: entity.Bool, ReadOnly: true, Width: 70},
		},
	}
}

// fillFollowup tells a plan from a record, and gives each what it has of itself.
func fillFollowup(_ context.Context, s *record.Session, old, next *Followup) error {
	if next.State == "" {
		next.State = FollowupDone
		if !next.PlannedAt.IsZero() && next.Content == "" {
			next.State = FollowupPlanned
		}
	}
	if next.State == FollowupPlanned {
		fillPlan(s, old, next)
	}
	if next.State == FollowupDone && (old == nil || old.State != FollowupDone) {
		fillDone(s, next)
	}
	return nil
}

// fillPlan keeps when a plan was made and moved. Bringing one forward is no postponement.
func fillPlan(s *record.Session, old, next *Followup) {
	if old == nil {
		next.PlannedSet, next.PlannedBy = clock.At(s.Tx.Now), s.Actor.ID
		return
	}
	if old.PlannedAt == next.PlannedAt {
		return
	}
	next.PlannedSet = clock.At(s.Tx.Now)
	if next.FirstPlanned.IsZero() {
		next.FirstPlanned = old.PlannedAt
	}
	if next.PlannedAt.After(old.PlannedAt.Time) && !old.PlannedAt.IsZero() {
		times := int64(1)
		if next.Postponed != nil {
			times += *next.Postponed
		}
		next.Postponed = &times
	}
}

// fillDone takes now for a time that is not told, and marks what is written down late.
func fillDone(s *record.Session, next *Followup) {
	next.RecordedAt = clock.At(s.Tx.Now)
	if next.HappenedAt.IsZero() {
		next.HappenedAt = next.RecordedAt
	}
	if s.Origin != audit.Import && s.Origin != audit.Demo {
		next.Late = s.Tx.Now.Sub(next.HappenedAt.Time) > RecordWithin
	}
}

// followupState keeps plans and records apart: a record says what was said, a plan when it is to be; what was done stays
// done. Moving or cancelling a plan by hand wants a reason.
func followupState(_ context.Context, s *record.Session, old, next *Followup) error {
	was := ""
	if old != nil {
		was = old.State
	}
	switch {
	case next.Minutes != nil && (*next.Minutes < 1 || *next.Minutes > longestMeeting):
		return errs.OfField("minutes", "field.between", "min", 1, "max", longestMeeting)
	case was == FollowupDone && next.State != FollowupDone, was == FollowupCancelled && next.State == FollowupDone:
		return errs.OfField("state", "followup.state")
	case next.State == FollowupDone && next.Content == "":
		return errs.OfField("content", "field.required")
	case next.State == FollowupPlanned && next.PlannedAt.IsZero():
		return errs.OfField("planned_at", "field.required")
	case next.State == FollowupPlanned && !next.HappenedAt.IsZero():
		return errs.OfField("happened_at", "followup.not_yet")
	case !byHand(s) || old == nil:
		return nil
	case next.State == FollowupPlanned && next.PlannedAt.After(old.PlannedAt.Time) && next.PostponeReason == old.PostponeReason && old.State == FollowupPlanned:
		return errs.OfField("postpone_reason", "followup.postpone_reason")
	case next.State == FollowupCancelled && was == FollowupPlanned && next.CancelReason == "":
		return errs.OfField("cancel_reason", "followup.cancel_reason")
	}
	return postponedEnough(s, old, next)
}

func notInFuture(_ context.Context, s *record.Session, old, next *Followup) error {
	const skew = 10 * time.Minute // of a phone's clock
	if (old == nil || old.HappenedAt != next.HappenedAt) && next.State == FollowupDone && next.HappenedAt.After(s.Tx.Now.Add(skew)) {
		return errs.OfField("happened_at", "followup.in_future")
	}
	return nil
}

// subject is what follow-ups hang on: a customer or a lead, by the field that names it.
type subject struct {
	field string
	id    id.ID
}

func (f *Followup) subject() subject {
	if f.CustomerID != 0 {
		return subject{"customer_id", f.CustomerID}
	}
	return subject{"lead_id", f.LeadID}
}

// followupSubject wants a customer or a lead. What is new about a lead that was converted belongs to the customer.
func followupSubject(ctx context.Context, s *record.Session, old, next *Followup) error {
	if next.CustomerID == 0 && next.LeadID == 0 {
		return errs.OfField("customer_id", "field.required")
	}
	if next.CustomerID != 0 || old != nil && old.LeadID == next.LeadID {
		return nil
	}
	lead := record.Made[Lead](s, next.LeadID)
	if lead == nil {
		var err error
		if lead, err = record.Get[Lead](ctx, s.As(s.Actor.Elevated(), s.Origin), next.LeadID); err != nil {
			return err
		}
	}
	if !lead.ConvertedAt.IsZero() {
		return errs.OfField("lead_id", "lead.converted")
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

// knownParticipants refuses people who are none.
func knownParticipants(ctx context.Context, s *record.Session, old, next *Followup) error {
	if old != nil && slices.Equal(old.Participants, next.Participants) {
		return nil
	}
	return org.KnownUsers(ctx, s.Tx, "participant_ids", next.Participants)
}

// moveStage brings the customer to the stage to which a follow-up brought it; first, since what is planned now is planned
// in the new stage.
func moveStage(ctx context.Context, s *record.Session, old, next *Followup) error {
	if next.State != FollowupDone || next.Stage == "" || next.CustomerID == 0 || old != nil && old.State == FollowupDone {
		return nil
	}
	_, err := record.Update(ctx, s, next.CustomerID, 0, func(c *Customer) error {
		c.Stage, c.StageNote = next.Stage, entity.Clip(next.Content, 200)
		return nil
	})
	return err
}

// moveLead brings the lead to the state to which a follow-up brought it.
func moveLead(ctx context.Context, s *record.Session, old, next *Followup) error {
	if next.State != FollowupDone || next.LeadState == "" || next.CustomerID != 0 || old != nil && old.State == FollowupDone {
		return nil
	}
	_, err := record.Update(ctx, s, next.LeadID, 0, func(l *Lead) error {
		l.State = next.LeadState
		return nil
	})
	return err
}

// moveSubject lets a follow-up show on its customer or lead, and no longer on the one it was with before.
func moveSubject(ctx context.Context, s *record.Session, old, next *Followup) error {
	if made := record.Made[Customer](s, next.CustomerID); made != nil && next.State == FollowupDone &&
		!made.LastFollowup.Before(next.HappenedAt.Time) && next.NextAt.IsZero() {
		return nil // came with the customer, which says so already
	}
	if old != nil && old.subject() != next.subject() {
		if err := showFollowups(ctx, s, old.subject()); err != nil {
			return err
		}
	}
	return showFollowups(ctx, s, next.subject())
}

// showFollowups shows on a customer or a lead when the last follow-up was and when the next is planned. A lead that waited
// for its first contact is being worked from then on.
func showFollowups(ctx context.Context, s *record.Session, of subject) error {
	last, err := followupAt(ctx, s, of, FollowupDone, "-happened_at")
	if err != nil {
		return err
	}
	plan, err := followupAt(ctx, s, of, FollowupPlanned, "planned_at")
	if err != nil {
		return err
	}
	if of.field == "lead_id" {
		return record.Touch(ctx, s, of.id, func(l *Lead) { l.followed(last, plan) })
	}
	return record.Touch(ctx, s, of.id, func(c *Customer) {
		c.LastFollowup, c.NextPlanned = last.HappenedAt, plan.PlannedAt
		showNext(s, c)
	})
}

// followed shows the last follow-up of a lead and its next plan; each may be empty.
func (l *Lead) followed(last, plan Followup) {
	l.LastFollowup, l.NextFollowup = last.HappenedAt, plan.PlannedAt
	if l.PlannedAt.IsZero() && !plan.PlannedAt.IsZero() {
		l.PlannedAt = plan.PlannedSet
	}
	if l.ContactedAt.IsZero() && !last.HappenedAt.IsZero() && !last.HappenedAt.Before(l.PassedAt.Time) {
		l.ContactedAt = last.HappenedAt
	}
	if l.State == LeadTodo && !l.ContactedAt.IsZero() {
		l.State = LeadWorking
	}
}

// followupAt gives the first follow-up of a customer or a lead in a state, in an order; an empty one when there is none.
func followupAt(ctx context.Context, s *record.Session, of subject, state, order string) (Followup, error) {
	all, err := record.Find[Followup](ctx, s.As(s.Actor.Elevated(), s.Origin), record.Query{
		Filter: &record.Filter{And: []record.Filter{*record.Where(of.field, of.id), inState(state)}}, Sort: order, Limit: 1,
	})
	if err != nil || len(all) == 0 {
		return Followup{}, err
	}
	return *all[0], nil
}

func inState(state string) record.Filter { return FilterOf("state", entity.Is, state) }

// FilterOf compares a field with a plain value.
func FilterOf(field string, op entity.Op, value any) record.Filter {
	text, err := json.Marshal(value)
	if err != nil { // plain values always encode
		panic(err)
	}
	return record.Filter{Field: field, Op: op, Value: text}
}

// tellPlan tells whoever has to act on a plan that somebody else made or gave them.
func tellPlan(ctx context.Context, s *record.Session, old, next *Followup) error {
	given := old == nil || old.OwnerID != next.OwnerID
	if !given || next.State != FollowupPlanned || next.OwnerID == 0 || next.OwnerID == s.Actor.ID || s.Actor.System || !s.Judged() {
		return nil
	}
	return notify.Tell(ctx, s.Tx, notify.Note{
		To: next.OwnerID, Kind: "assigned", Key: next.ID.String() + "/" + s.Tx.NewID().String(), Text: "clock.planned", By: s.Actor.ID,
		Params: map[string]any{"at": next.PlannedAt.Format(time.RFC3339)}, Entity: "followup", Record: next.ID,
	})
}
