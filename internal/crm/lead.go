package crm

import (
	"context"
	"strings"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/cn/orgname"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/money"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Lead 线索 is somebody who may become a customer. It is captured, reviewed by a supervisor, assigned, planned, worked and
// converted, each in time (leads.md). Where it stands is its state; which moves there are, leadMoves says.
type Lead struct {
	record.Base
	record.Owned
	Pooled

	Company      string        `field:"company"`
	CompanyKey   string        `field:"company_key"`
	NormName     string        `field:"norm_name"`
	CoreName     string        `field:"core_name"`
	ContactName  string        `field:"contact_name"`
	Title        string        `field:"title"`
	Phone        string        `field:"phone"`
	PhoneProof   clock.Instant `field:"phone_verified_at"` // since when the number is verified
	Email        string        `field:"email"`
	WeChat       string        `field:"wechat"`
	Source       string        `field:"source"`
	SourceDetail string        `field:"source_detail"`
	ReferredBy   id.ID         `field:"referred_by"`
	AcquiredAt   clock.Instant `field:"acquired_at"` // to the minute
	ReceivedBy   id.ID         `field:"received_by"`
	LeadType     string        `field:"lead_type"`
	Industry     string        `field:"industry"`
	Region       string        `field:"region"`
	Address      string        `field:"address"`
	Tags         entity.List   `field:"tags"`
	Need         string        `field:"need"`
	Budget       *money.Minor  `field:"budget"`
	BudgetMax    *money.Minor  `field:"budget_max"`
	PurchaseOn   clock.Date    `field:"purchase_on"`
	Decision     string        `field:"decision"` // who decides, in order: 技术评估 → 财务审批 → 老板确认
	Remark       string        `field:"remark"`
	Late         bool          `field:"late"`

	State       string        `field:"state"`
	Grade       string        `field:"grade"`
	Score       *int64        `field:"score"`
	SubmittedAt clock.Instant `field:"submitted_at"` // registered or resubmitted
	ReviewerID  id.ID         `field:"reviewer_id"`
	ReviewedAt  clock.Instant `field:"reviewed_at"`
	ReviewedBy  id.ID         `field:"reviewed_by"`
	Opinion     string        `field:"opinion"`
	Lacking     entity.List   `field:"lacking"` // what it was sent back for
	Returns     *int64        `field:"returns"` // how often it was sent back
	PassedAt    clock.Instant `field:"passed_at"`
	ParkUntil   clock.Date    `field:"park_until"`
	Invalid     string        `field:"invalid_reason"`
	AssignedAt  clock.Instant `field:"assigned_at"`
	PlannedAt   clock.Instant `field:"first_plan_at"` // when the first plan was entered
	ContactedAt clock.Instant `field:"contacted_at"`  // when the first follow-up happened

	LastFollowup clock.Instant `field:"last_followup_at"`
	NextFollowup clock.Instant `field:"next_followup_at"`
	LossReason   string        `field:"loss_reason"`
	Competitor   string        `field:"competitor"`
	RetryOn      clock.Date    `field:"retry_on"`
	ClosedNote   string        `field:"closed_note"`
	Factors      entity.List   `field:"success_factors"`
	ContractNo   string        `field:"contract_number"`
	Amount       *money.Minor  `field:"amount"`
	ClosedAt     clock.Instant `field:"closed_at"`
	CustomerID   id.ID         `field:"customer_id"`
	ContactID    id.ID         `field:"contact_id"`
	ConvertedAt  clock.Instant `field:"converted_at"`
	Conversion   *int64        `field:"conversion"` // the operation that converted it, by which it is taken back
}

// The states of a lead (leads.md, “Review”).
const (
	LeadPending     = "pending"
	LeadReturned    = "returned"
	LeadTodo        = "todo"
	LeadWorking     = "working"
	LeadNeed        = "need"
	LeadProposal    = "proposal"
	LeadNegotiating = "negotiating"
	LeadWon         = "won"
	LeadLost        = "lost"
	LeadParked      = "parked"
	LeadInvalid     = "invalid"
)

// Open reports whether a lead passed its review and is being worked.
func (l *Lead) Open() bool { return leadOpen[l.State] }

var leadOpen = map[string]bool{LeadTodo: true, LeadWorking: true, LeadNeed: true, LeadProposal: true, LeadNegotiating: true}

// leadMoves are the states that may follow a state. Within the open ones a lead moves freely, except that what was worked
// is not waiting any more.
var leadMoves = map[string][]string{
	LeadPending:     {LeadTodo, LeadReturned, LeadParked, LeadInvalid},
	LeadReturned:    {LeadPending, LeadInvalid},
	LeadParked:      {LeadPending, LeadInvalid},
	LeadInvalid:     {LeadPending},
	LeadTodo:        {LeadWorking, LeadNeed, LeadProposal, LeadNegotiating, LeadWon, LeadLost, LeadParked, LeadInvalid},
	LeadWorking:     {LeadNeed, LeadProposal, LeadNegotiating, LeadWon, LeadLost, LeadParked, LeadInvalid},
	LeadNeed:        {LeadWorking, LeadProposal, LeadNegotiating, LeadWon, LeadLost, LeadParked, LeadInvalid},
	LeadProposal:    {LeadWorking, LeadNeed, LeadNegotiating, LeadWon, LeadLost, LeadParked, LeadInvalid},
	LeadNegotiating: {LeadWorking, LeadNeed, LeadProposal, LeadWon, LeadLost, LeadParked, LeadInvalid},
	LeadWon:         {LeadNegotiating},
	LeadLost:        {LeadTodo},
}

// leadComplete are the fields without which no lead passes its review (leads.md, “Review”, completeness).
var leadComplete = []string{"company", "contact_name", "phone", "source"}

func leadKind() record.Kind[Lead] {
	return record.Kind[Lead]{
		Def:    leadDef(),
		Fill:   []record.Rule[Lead]{fillLead, fillLeadOwner, keepHolding[Lead]},
		Check:  []record.Rule[Lead]{leadMove, leadKept, lockBySupervisor[Lead]},
		After:  []record.Rule[Lead]{leadPlansFollow, tellLead},
		Clocks: []record.Clock[Lead]{leadRegisterClock, leadReviewClock, leadSupplementClock, leadPlanClock, leadContactClock, leadParkedClock, fallClock[Lead](leadFallKind)},
	}
}

func leadDef() *entity.Def {
	return &entity.Def{
		Name: "lead", Path: "leads", Title: "company", Owned: true, Through: "pool_id", SearchTag: "6",
		Label: i18n.T("线索", "Lead"), Plural: i18n.T("线索", "Leads"),
		Groups: []entity.Group{
			{Name: "basic", Label: i18n.T("基本信息", "Basics")},
			{Name: "source", Label: i18n.T("来源", "Source")},
			{Name: "need", Label: i18n.T("需求", "Need")},
			{Name: "review", Label: i18n.T("审核", "Review")},
			{Name: "work", Label: i18n.T("跟进", "Work")},
			{Name: "close", Label: i18n.T("结果", "Outcome")},
			{Name: "pool", Label: i18n.T("线索池", "Pool")},
			{Name: "more", Label: i18n.T("其他", "More")},
		},
		Columns: []string{"company", "state", "grade", "contact_name", "phone", "source", "next_followup_at", "owner_id", "acquired_at", "industry", "late"},
		Card:    []string{"state", "grade", "contact_name", "phone", "source", "next_followup_at"},
		Sort:    "-created_at",
		Views:   leadViews(),
		Fields:  append(leadFields(), pooledFields("pool")...),
	}
}

func leadFields() []*entity.Field {
	return []*entity.Field{
		{
			Name: "company", Group: "basic", Label: i18n.T("公司名称", "Company"), Type: entity.Text, Required: true, Max: 120, Search: entity.SearchName, SortBy: "company_key", Width: 220,
			Match:   []entity.Match{{Column: "norm_name", Key: sameName}, {Column: "core_name", Key: orgname.Normalize, Loose: true}},
			Aliases: []string{"客户名称", "企业名称", "单位名称", "公司", "单位", "客户", "名称", "company", "company name", "organization"},
		},
		{
			Name: "contact_name", Group: "basic", Label: i18n.T("联系人姓名", "Contact"), Type: entity.Text, Max: 60, Search: entity.SearchPerson, Needed: true, Width: 100,
			Aliases: []string{"联系人", "姓名", "客户姓名", "contact", "contact name", "name"},
		},
		{
			Name: "phone", Group: "basic", Label: i18n.T("联系电话", "Phone"), Type: entity.Phone, Private: true, Search: entity.SearchDigits, Match: []entity.Match{{Key: callable}}, Needed: true, Width: 130, VerifiedBy: "phone_verified_at",
			Aliases: []string{"手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "phone", "mobile", "tel"},
		},
		{Name: "phone_verified_at", Group: "basic", Label: i18n.T("电话验证时间", "Phone verified"), Type: entity.DateTime, ReadOnly: true, Width: 150},
		{Name: "title", Group: "basic", Label: i18n.T("职务", "Title"), Type: entity.Text, Max: 60, Width: 110, Aliases: []string{"职位", "岗位", "position"}},
		{
			Name: "email", Group: "basic", Label: i18n.T("邮箱", "E-mail"), Type: entity.Email, Private: true, Search: entity.SearchHandle, Width: 180,
			Aliases: []string{"电子邮箱", "邮件", "email", "e-mail"},
		},
		{Name: "wechat", Group: "basic", Label: i18n.T("微信", "WeChat"), Type: entity.Text, Max: 60, Private: true, Width: 120, Aliases: []string{"微信号", "wechat"}},
		{
			Name: "lead_type", Group: "basic", Label: i18n.T("线索类型", "Kind"), Type: entity.OneOf, Choices: leadTypes, Open: true, Bulk: true, Inline: true, Width: 120,
			Aliases: []string{"类型", "客户类型", "lead type", "type"},
		},
		{
			Name: "industry", Group: "basic", Label: i18n.T("所属行业", "Industry"), Type: entity.Industry, Bulk: true, Inline: true, Width: 140,
			Aliases: []string{"行业", "行业类别", "industry"},
		},
		{
			Name: "region", Group: "basic", Label: i18n.T("所在地区", "Region"), Type: entity.Region, Bulk: true, Inline: true, Width: 160,
			Aliases: []string{"地区", "区域", "省市区", "region"},
		},
		{Name: "address", Group: "basic", Label: i18n.T("地址", "Address"), Type: entity.Text, Max: 300, Width: 200, Aliases: []string{"公司地址", "详细地址", "address"}},
		{Name: "tags", Group: "basic", Label: i18n.T("标签", "Tags"), Type: entity.Tags, Choices: customerTags, Shares: "customer.tags", Open: true, Bulk: true, Inline: true, Width: 140},
		{Name: "remark", Group: "more", Label: i18n.T("备注", "Remark"), Type: entity.LongText, Max: 10_000, Width: 220, Aliases: []string{"说明", "remark", "note"}},

		{
			Name: "source", Group: "source", Label: i18n.T("线索来源", "Source"), Type: entity.OneOf, Choices: sources, Shares: "customer.source", Detail: "source_detail", Open: true, Bulk: true, Inline: true, Needed: true, Width: 110,
			Aliases: []string{"来源", "来源渠道", "渠道", "客户来源", "source", "lead source"},
		},
		{
			Name: "source_detail", Group: "source", Label: i18n.T("来源说明", "Source detail"), Type: entity.Text, Width: 160,
			Aliases: []string{"来源详情", "展会名称"},
		},
		{Name: "referred_by", Group: "source", Label: i18n.T("介绍客户", "Referred by"), Type: entity.Ref, Ref: "customer", Width: 160, Aliases: []string{"介绍人", "推荐客户"}},
		{
			Name: "acquired_at", Group: "source", Label: i18n.T("获取时间", "Acquired"), Type: entity.DateTime, Width: 150,
			Aliases: []string{"获取日期", "线索时间", "登记时间", "acquired"},
		},
		{
			Name: "received_by", Group: "source", Label: i18n.T("初步接触人", "Received by"), Type: entity.Ref, Ref: "user", Width: 110,
			Aliases: []string{"接触人", "接待人", "首次接触人"},
		},
		{Name: "late", Group: "source", Label: i18n.T("补录", "Late entry"), Type: entity.Bool, ReadOnly: true, Width: 70},

		{
			Name: "need", Group: "need", Label: i18n.T("初步需求", "Need"), Type: entity.LongText, Max: 4000, Search: entity.SearchInside, Width: 220,
			Aliases: []string{"需求", "需求描述", "客户需求", "need"},
		},
		{Name: "budget", Group: "need", Label: i18n.T("预算", "Budget"), Type: entity.Money, Width: 120, Aliases: []string{"预算金额", "预计金额", "budget"}},
		{Name: "budget_max", Group: "need", Label: i18n.T("预算上限", "Budget, at most"), Type: entity.Money, Width: 120},
		{Name: "purchase_on", Group: "need", Label: i18n.T("预计采购日期", "Purchase expected"), Type: entity.Date, Width: 120, Aliases: []string{"采购日期", "预计采购时间", "采购时间"}},
		{
			Name: "decision", Group: "need", Label: i18n.T("决策链", "Decision chain"), Type: entity.Text, Max: 500, Width: 200,
			Help: i18n.T("依次写下，用 → 隔开，如 技术评估 → 财务审批 → 老板确认", "In order, with → between: engineering → finance → owner"),
		},

		{
			Name: "state", Group: "review", Label: i18n.T("状态", "State"), Type: entity.OneOf, Choices: leadStates, Fixed: true, ReadOnly: true, OnImport: true, Needed: true, Width: 100,
			Aliases: []string{"线索状态", "跟进状态", "status"},
		},
		{Name: "grade", Group: "review", Label: i18n.T("线索等级", "Grade"), Type: entity.OneOf, Choices: leadGrades, Fixed: true, ReadOnly: true, OnImport: true, Needed: true, Width: 80, Aliases: []string{"等级", "级别", "grade"}},
		{Name: "score", Group: "review", Label: i18n.T("评分", "Score"), Type: entity.Int, ReadOnly: true, Width: 70},
		{Name: "submitted_at", Group: "review", Label: i18n.T("提交审核时间", "Submitted"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},
		{Name: "reviewer_id", Group: "review", Label: i18n.T("审核人", "Reviewer"), Type: entity.Ref, Ref: "user", ReadOnly: true, Width: 100},
		{Name: "reviewed_at", Group: "review", Label: i18n.T("审核时间", "Reviewed"), Type: entity.DateTime, ReadOnly: true, Width: 150},
		{Name: "reviewed_by", Group: "review", Label: i18n.T("实际审核人", "Reviewed by"), Type: entity.Ref, Ref: "user", ReadOnly: true, Width: 100},
		{Name: "opinion", Group: "review", Label: i18n.T("审核意见", "Opinion"), Type: entity.Text, Max: 500, ReadOnly: true, Width: 200},
		{Name: "lacking", Group: "review", Label: i18n.T("需补充", "To be supplemented"), Type: entity.AnyOf, Choices: leadLacks, ReadOnly: true, Needed: true, Width: 160},
		{Name: "returns", Group: "review", Label: i18n.T("退回次数", "Times sent back"), Type: entity.Int, ReadOnly: true, Width: 80},
		{Name: "passed_at", Group: "review", Label: i18n.T("审核通过时间", "Passed"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},
		{Name: "park_until", Group: "review", Label: i18n.T("暂缓至", "Parked until"), Type: entity.Date, ReadOnly: true, Needed: true, Width: 120},
		{Name: "invalid_reason", Group: "review", Label: i18n.T("无效原因", "Why invalid"), Type: entity.OneOf, Choices: invalidReasons, Open: true, ReadOnly: true, Needed: true, Width: 120},

		{Name: "assigned_at", Group: "work", Label: i18n.T("分配时间", "Assigned"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},
		{Name: "first_plan_at", Group: "work", Label: i18n.T("首次计划时间", "First plan entered"), Type: entity.DateTime, ReadOnly: true, Width: 150},
		{Name: "contacted_at", Group: "work", Label: i18n.T("首次联系时间", "First contact"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},
		{Name: "last_followup_at", Group: "work", Label: i18n.T("最近跟进时间", "Last follow-up"), Type: entity.DateTime, ReadOnly: true, Needed: true, OnImport: true, Width: 130, Aliases: []string{"最近跟进", "上次跟进时间"}},
		{Name: "next_followup_at", Group: "work", Label: i18n.T("下次跟进时间", "Next follow-up"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 130},

		{Name: "loss_reason", Group: "close", Label: i18n.T("流失原因", "Loss reason"), Type: entity.OneOf, Choices: lossReasons, Shares: "customer.loss_reason", Open: true, ReadOnly: true, OnImport: true, Needed: true, Width: 120},
		{Name: "competitor", Group: "close", Label: i18n.T("竞争对手", "Competitor"), Type: entity.Text, Max: 120, ReadOnly: true, OnImport: true, Width: 140},
		{Name: "retry_on", Group: "close", Label: i18n.T("再次联系日期", "Try again on"), Type: entity.Date, ReadOnly: true, Width: 120},
		{Name: "closed_note", Group: "close", Label: i18n.T("复盘说明", "What we learned"), Type: entity.LongText, Max: 2000, ReadOnly: true, Search: entity.SearchInside, Width: 200},
		{Name: "success_factors", Group: "close", Label: i18n.T("成功因素", "What decided it"), Type: entity.AnyOf, Choices: successFactors, Open: true, ReadOnly: true, Width: 160},
		{Name: "contract_number", Group: "close", Label: i18n.T("合同编号", "Contract number"), Type: entity.Text, Max: 60, ReadOnly: true, Width: 130},
		{Name: "amount", Group: "close", Label: i18n.T("成交金额", "Amount"), Type: entity.Money, ReadOnly: true, Width: 120},
		{Name: "closed_at", Group: "close", Label: i18n.T("结束时间", "Closed"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},
		{Name: "customer_id", Group: "close", Label: i18n.T("转化客户", "Converted into"), Type: entity.Ref, Ref: "customer", ReadOnly: true, Needed: true, Width: 180},
		{Name: "contact_id", Group: "close", Label: i18n.T("转化联系人", "Contact made"), Type: entity.Ref, Ref: "contact", ReadOnly: true, Needed: true, Width: 120},
		{Name: "converted_at", Group: "close", Label: i18n.T("转化时间", "Converted"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},

		{Name: "company_key", Label: i18n.T("排序键", "Sort key"), Type: entity.Text, Internal: true, ReadOnly: true},
		{Name: "norm_name", Label: i18n.T("标准名称", "Normalised name"), Type: entity.Text, Internal: true, ReadOnly: true},
		{Name: "core_name", Label: i18n.T("名称主体", "Core of the name"), Type: entity.Text, Internal: true, ReadOnly: true},
		{Name: "conversion", Label: i18n.T("转化操作", "Conversion"), Type: entity.Int, Internal: true, ReadOnly: true},
	}
}

// fillLead derives what follows from the other fields, and registers a new lead.
func fillLead(ctx context.Context, s *record.Session, old, next *Lead) error {
	next.Company = text.Tidy(next.Company)
	if old == nil || old.Company != next.Company {
		next.CompanyKey, next.NormName, next.CoreName = pinyin.SortKey(next.Company), sameName(next.Company), orgname.Normalize(next.Company)
	}
	if old == nil {
		if next.AcquiredAt.IsZero() && s.Judged() {
			next.AcquiredAt = next.CreatedAt
		}
		if next.ReceivedBy == 0 && s.Judged() {
			next.ReceivedBy = s.Actor.ID
		}
		due := s.DueAt(leadRegisterClock.Kind, leadRegistered(next), next.DepartmentID)
		next.Late = !due.IsZero() && next.CreatedAt.After(due)
	}
	if next.State == "" {
		next.State = LeadPending
	}
	if was := stateOf(old); was != next.State {
		return enterState(ctx, s, was, next)
	}
	return nil
}

func stateOf(l *Lead) string {
	if l == nil {
		return ""
	}
	return l.State
}

// enterState keeps what a lead has in one state alone, and when it came into it.
func enterState(ctx context.Context, s *record.Session, was string, next *Lead) (err error) {
	now := clock.At(s.Tx.Now)
	if next.State != LeadParked {
		next.ParkUntil = ""
	}
	if next.State != LeadInvalid {
		next.Invalid = ""
	}
	if next.State != LeadLost {
		next.LossReason, next.Competitor, next.RetryOn = "", "", ""
	}
	switch next.State {
	case LeadPending:
		next.SubmittedAt, next.Lacking = now, nil
		next.ReviewerID, err = org.SupervisorOf(ctx, s.Tx, next.DepartmentID, next.OwnerID)
	case LeadWon, LeadLost, LeadInvalid:
		next.ClosedAt = now
	case LeadTodo:
		next.PassedAt, next.AssignedAt = now, now
		if was != LeadPending { // it comes back, and is to be contacted anew
			next.PlannedAt, next.ContactedAt = clock.Instant{}, clock.Instant{}
		}
	}
	if leadOpen[next.State] {
		next.ClosedAt = clock.Instant{}
	}
	return err
}

// fillLeadOwner starts the time for the plan anew when a lead that is being worked is given to somebody else, and has the
// new owner's supervisor review one that waits for that.
func fillLeadOwner(ctx context.Context, s *record.Session, old, next *Lead) (err error) {
	if old == nil || old.OwnerID == next.OwnerID {
		return nil
	}
	switch {
	case next.State == LeadPending:
		next.ReviewerID, err = org.SupervisorOf(ctx, s.Tx, next.DepartmentID, next.OwnerID)
	case next.Open() && next.OwnerID != 0:
		next.AssignedAt = clock.At(s.Tx.Now)
		if next.ContactedAt.IsZero() {
			next.PlannedAt = clock.Instant{}
		}
	}
	return err
}

// leadMove refuses moves that there are not. What is taken back, or comes from a workbook, may stand anywhere.
func leadMove(_ context.Context, s *record.Session, old, next *Lead) error {
	if !s.Judged() || old == nil && next.State == LeadPending || old != nil && old.State == next.State {
		return nil
	}
	for _, to := range leadMoves[stateOf(old)] {
		if to == next.State {
			return nil
		}
	}
	return notNow(s, old)
}

// notNow says that what was asked for does not go with the state in which a lead is.
func notNow(s *record.Session, l *Lead) error {
	f := s.Def("lead").Field("state")
	return errs.New(errs.Conflict, "lead.not_now", "state", f.Type.Text(stateOf(l), f, s.Env()))
}

// leadKept refuses to change a lead that has become a customer: what is new about them belongs there.
func leadKept(_ context.Context, s *record.Session, old, next *Lead) error {
	if old == nil || old.ConvertedAt.IsZero() || !byHand(s) || next.ConvertedAt != old.ConvertedAt ||
		next.State != old.State || next.OwnerID != old.OwnerID || next.ArchivedAt != old.ArchivedAt {
		return nil
	}
	return errs.New(errs.Conflict, "lead.converted")
}

// leadPlansFollow gives the open plans of a lead's owner to the next one. Once a lead is lost, invalid or put aside they are
// over; what is planned with one that was won is still done.
func leadPlansFollow(ctx context.Context, s *record.Session, old, next *Lead) error {
	of := subject{"lead_id", next.ID}
	switch {
	case old == nil:
		return nil
	case old.Open() && !next.Open() && next.State != LeadWon:
		plans, err := openPlans(ctx, s, of)
		if err != nil {
			return err
		}
		return cancelPlans(ctx, s.As(s.Actor.Elevated(), s.Origin), plans, s.Say("followup.lead_over")) // taken back with it
	case old.OwnerID == 0 || old.OwnerID == next.OwnerID:
		return nil
	}
	return handPlans(ctx, s, of, old.OwnerID, next.OwnerID)
}

// tellLead tells whoever is given a lead, at once, and whoever has to review or to supplement one.
func tellLead(ctx context.Context, s *record.Session, old, next *Lead) error {
	if !s.Judged() || !next.ArchivedAt.IsZero() {
		return nil
	}
	moved := old == nil || old.State != next.State
	var notes []notify.Note
	tell := func(to id.ID, kind, text, page string) {
		if to != 0 && to != s.Actor.ID {
			notes = append(notes, notify.Note{
				To: to, Kind: kind, Key: next.ID.String() + "/" + s.Tx.NewID().String(), Text: text, By: s.Actor.ID, Entity: "lead", Record: next.ID,
				Page: page,
			})
		}
	}
	switch {
	case next.State == LeadPending && moved:
		tell(next.ReviewerID, "review", "lead.to_review", strings.ReplaceAll(reviewPage, "{id}", next.ID.String()))
	case next.State == LeadReturned && moved:
		tell(next.OwnerID, "review", "lead.was_returned", "")
	case next.Open() && (stateOf(old) == LeadPending || old != nil && old.OwnerID != next.OwnerID):
		tell(next.OwnerID, "assigned", "lead.was_assigned", "")
	}
	return notify.Tell(ctx, s.Tx, notes...)
}

// mayReview refuses an actor who may not review a lead that they see (leads.md, “Review”).
func mayReview(s *record.Session, l *Lead) error {
	if !s.Actor.System && (!s.Actor.May("lead", access.Approve) || !s.Actor.Reach("lead", access.Edit).Includes(l.OwnerID, l.DepartmentID)) {
		return errs.New(errs.Denied, "")
	}
	return nil
}
