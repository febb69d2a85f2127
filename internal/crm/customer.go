package crm

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	"genjin/internal/record"
)

// Customer 客户 is an organisation or a person that the company sells to, or may.
type Customer struct {
	record.Base
	record.Owned
	Pooled

	Code        string      `field:"code"`
	Name        string      `field:"name"`
	NameKey     string      `field:"name_key"`  // sorts names as pinyin does
	NormName    string      `field:"norm_name"` // equal for spellings of one name
	CoreName    string      `field:"core_name"` // equal for names that differ in their place only
	Kind        string      `field:"kind"`
	Roles       entity.List `field:"roles"`
	Mnemonic    string      `field:"mnemonic"`
	CreditCode  string      `field:"credit_code"`
	Industry    string      `field:"industry"`
	Size        string      `field:"size"`
	Region      string      `field:"region"`
	Country     string      `field:"country"`
	Address     string      `field:"address"`
	Delivery    string      `field:"delivery_address"`
	Unwelcome   string      `field:"unwelcome_time"`
	Source      string      `field:"source"`
	SourceNote  string      `field:"source_detail"`
	ReferredBy  id.ID       `field:"referred_by"`
	Tags        entity.List `field:"tags"`
	Need        string      `field:"need"`
	Grade       string      `field:"grade"`
	GradeReason string      `field:"grade_reason"`

	Stage       string        `field:"stage"`
	StageSince  clock.Instant `field:"stage_since"`
	LossReason  string        `field:"loss_reason"`
	StageNote   string        `field:"stage_note"`
	DealStatus  string        `field:"deal_status"`
	Expected    *money.Minor  `field:"expected_amount"`
	ExpectedMax *money.Minor  `field:"expected_amount_max"`

	MainContact  string        `field:"main_contact"` // kept by the contacts
	MainPhone    string        `field:"main_phone"`
	FirstContact clock.Date    `field:"first_contact_on"`
	LastFollowup clock.Instant `field:"last_followup_at"` // kept by the follow-ups
	NextFollowup clock.Instant `field:"next_followup_at"` // by the open plan, else by the cadence
	NextPlanned  clock.Instant `field:"next_planned_at"`  // by the open plan
	CadenceDays  *int64        `field:"cadence_days"`     // instead of the stage's
	VerifiedAt   clock.Instant `field:"verified_at"`

	BusinessFrom        clock.Date   `field:"business_from"`
	BusinessTo          clock.Date   `field:"business_to"`
	FoundedOn           clock.Date   `field:"founded_on"`
	Employees           *int64       `field:"employees"`
	AnnualRevenue       *money.Minor `field:"annual_revenue"`
	RegisteredCapital   *money.Minor `field:"registered_capital"`
	LegalRepresentative string       `field:"legal_representative"`
	MainBusiness        string       `field:"main_business"`
	MainProducts        string       `field:"main_products"`
	Website             string       `field:"website"`
	OrganisationForm    string       `field:"organisation_form"`
	Bank                string       `field:"bank"`
	BankAccount         string       `field:"bank_account"`
	TaxNumber           string       `field:"tax_number"`
	ParentID            id.ID        `field:"parent_id"`
	StoreCount          *int64       `field:"store_count"`
	Remark              string       `field:"remark"`
}

// The stages of a customer (followups-and-clocks.md, “Cadence”).
const (
	StageProspect    = "prospect"
	StageInterested  = "interested"
	StageNegotiating = "negotiating"
	StageWon         = "won"
	StageLost        = "lost"
)

const maxMnemonic = 40

func customerKind() record.Kind[Customer] {
	return record.Kind[Customer]{
		Def:     customerDef(),
		Fill:    []record.Rule[Customer]{fillCustomer, fillCode, keepHolding[Customer]},
		Check:   []record.Rule[Customer]{lossNeedsReason, cadenceInDays, lockBySupervisor[Customer], record.NoCircle[Customer]("parent_id"), record.NoCircle[Customer]("referred_by")},
		After:   []record.Rule[Customer]{recordStage, keepPlan, plansFollowOwner},
		Clocks:  []record.Clock[Customer]{cadenceClock(), verifyClock, fallClock[Customer](customerFallKind)},
		Actions: []record.Action[Customer]{{Name: "plan", Needs: access.View, Do: planWith}},
	}
}

func customerDef() *entity.Def {
	return &entity.Def{
		Name: "customer", Path: "customers", Title: "name", Owned: true, Through: "pool_id", SearchTag: "1",
		Label: i18n.T("客户", "Customer"), Plural: i18n.T("客户", "Customers"),
		Groups: []entity.Group{
			{Name: "basic", Label: i18n.T("基本信息", "Basics")},
			{Name: "sales", Label: i18n.T("销售信息", "Sales")},
			{Name: "place", Label: i18n.T("地址", "Address")},
			{Name: "company", Label: i18n.T("工商与经营", "Company")},
			{Name: "bank", Label: i18n.T("开票与银行", "Billing")},
			{Name: "pool", Label: i18n.T("公海", "Pool")},
			{Name: "more", Label: i18n.T("其他", "More")},
		},
		Columns: []string{"name", "stage", "main_contact", "main_phone", "next_followup_at", "owner_id", "grade", "industry", "tags", "last_followup_at"},
		Card:    []string{"stage", "main_contact", "main_phone", "next_followup_at", "tags"},
		Sort:    "-created_at",
		Views:   customerViews(),
		Fields: append([]*entity.Field{
			{
				Name: "name", Group: "basic", Label: i18n.T("客户名称", "Name"), Type: entity.Text, Required: true, Search: entity.SearchName, SortBy: "name_key", Max: 120, Width: 220,
				Match:   []entity.Match{{Column: "norm_name", Key: sameName}, {Column: "core_name", Key: orgname.Normalize, Loose: true}},
				Aliases: []string{"公司名称", "企业名称", "单位名称", "单位", "公司", "企业", "客户", "客户姓名", "客户全称", "公司全称", "名称", "客户公司", "客户单位", "机构名称", "店名", "商户名称", "customer", "customer name", "company", "company name", "account", "account name", "organization", "organisation", "name"},
			},
			{
				Name: "code", Group: "basic", Label: i18n.T("客户编号", "Code"), Type: entity.Text, Unique: true, Max: 40, Search: entity.SearchCode, Match: []entity.Match{{}}, Width: 130,
				Help:    i18n.T("留空由系统按规则编号", "Left empty, it is given by the rule"),
				Aliases: []string{"编号", "客户代码", "客户编码", "客户号", "编码", "代码", "code", "customer code", "customer no", "customer id", "account number"},
			},
			{
				Name: "kind", Group: "basic", Label: i18n.T("客户性质", "Kind"), Type: entity.OneOf, Choices: customerKinds, Bulk: true, Inline: true, Width: 110,
				Aliases: []string{"性质", "企业性质", "单位性质"},
			},
			{
				Name: "roles", Group: "basic", Label: i18n.T("客户类型", "Roles"), Type: entity.AnyOf, Choices: customerRoles, Bulk: true, Width: 120,
				Aliases: []string{"类型", "客户类别", "类别", "客户分类", "type"},
			},
			{
				Name: "mnemonic", Group: "basic", Label: i18n.T("助记码", "Mnemonic"), Type: entity.Text, Max: maxMnemonic, Search: entity.SearchCode, Width: 110,
				Help:    i18n.T("留空由名称的拼音首字母生成", "Left empty, it is made from the pinyin of the name"),
				Aliases: []string{"简码", "拼音码", "拼音简码", "简拼"},
			},
			{
				Name: "industry", Group: "basic", Label: i18n.T("所属行业", "Industry"), Type: entity.Industry, Bulk: true, Inline: true, Width: 140,
				Aliases: []string{"行业", "行业类别", "国标行业", "国标行业小类", "国标行业中类", "国标行业大类", "国标行业门类", "行业分类", "industry", "sector"},
			},
			{
				Name: "size", Group: "basic", Label: i18n.T("客户规模", "Size"), Type: entity.OneOf, Choices: customerSizes, Bulk: true, Inline: true, Width: 100,
				Aliases: []string{"企业规模", "规模", "公司规模", "size"},
			},
			{
				Name: "tags", Group: "basic", Label: i18n.T("标签", "Tags"), Type: entity.Tags, Choices: customerTags, Open: true, Bulk: true, Inline: true, Width: 150,
				Aliases: []string{"客户标签", "标记", "tags", "tag", "labels"},
			},

			{
				Name: "stage", Group: "sales", Label: i18n.T("跟进阶段", "Stage"), Type: entity.OneOf, Choices: customerStages, Needed: true, Bulk: true, Inline: true, Width: 90,
				Aliases: []string{"阶段", "客户状态", "跟进状态", "客户阶段", "销售阶段", "状态", "stage", "status"},
			},
			{Name: "stage_since", Group: "sales", Label: i18n.T("进入阶段时间", "In stage since"), Type: entity.DateTime, ReadOnly: true, Width: 150},
			{
				Name: "loss_reason", Group: "sales", Label: i18n.T("流失原因", "Loss reason"), Type: entity.OneOf, Choices: lossReasons, Open: true, Width: 120,
				Aliases: []string{"丢单原因", "流失理由"},
			},
			{Name: "stage_note", Group: "sales", Label: i18n.T("阶段说明", "Stage note"), Type: entity.Text, Max: 500, Width: 160},
			{
				Name: "deal_status", Group: "sales", Label: i18n.T("成交状态", "Deal status"), Type: entity.OneOf, Choices: dealStatuses, Bulk: true, Width: 100,
				Aliases: []string{"是否成交", "成交情况"},
			},
			{
				Name: "grade", Group: "sales", Label: i18n.T("客户等级", "Grade"), Type: entity.OneOf, Choices: grades, Bulk: true, Inline: true, Width: 80,
				Aliases: []string{"等级", "级别", "客户级别", "重要程度", "重要等级", "grade", "level", "rating"},
			},
			{Name: "grade_reason", Group: "sales", Label: i18n.T("评级理由", "Reason for grade"), Type: entity.Text, Max: 500, Width: 160},
			{
				Name: "need", Group: "sales", Label: i18n.T("需求描述", "Need"), Type: entity.LongText, Max: 4000, Width: 220,
				Aliases: []string{"需求", "客户需求", "需求内容", "需求说明", "意向产品", "need", "needs", "requirement", "requirements"},
			},
			{
				Name: "expected_amount", Group: "sales", Label: i18n.T("预计成交金额", "Expected amount"), Type: entity.Money, Width: 130,
				Aliases: []string{"预计金额", "预估金额", "意向金额", "预算", "预算金额", "预计成交额", "预期金额", "expected amount", "amount", "budget"},
			},
			{
				Name: "expected_amount_max", Group: "sales", Label: i18n.T("预计成交金额上限", "Expected amount, at most"), Type: entity.Money, Width: 130,
				Aliases: []string{"预计金额上限", "预算上限"},
			},
			{
				Name: "source", Group: "sales", Label: i18n.T("客户来源", "Source"), Type: entity.OneOf, Choices: sources, Detail: "source_detail", Open: true, Bulk: true, Inline: true, Width: 110,
				Aliases: []string{"来源", "来源渠道", "渠道", "获客渠道", "客户渠道", "信息来源", "source", "lead source", "channel"},
			},
			{
				Name: "source_detail", Group: "sales", Label: i18n.T("来源说明", "Source detail"), Type: entity.Text, Width: 160,
				Aliases: []string{"来源详情", "来源备注", "展会名称"},
			},
			{
				Name: "referred_by", Group: "sales", Label: i18n.T("介绍客户", "Referred by"), Type: entity.Ref, Ref: "customer", Width: 160,
				Aliases: []string{"介绍人", "推荐客户", "转介绍客户"},
			},
			{Name: "main_contact", Group: "sales", Label: i18n.T("主要联系人", "Main contact"), Type: entity.Text, ReadOnly: true, OnImport: true, Width: 90},
			{Name: "main_phone", Group: "sales", Label: i18n.T("联系电话", "Phone"), Type: entity.Phone, ReadOnly: true, OnImport: true, Private: true, Width: 125},
			{
				Name: "first_contact_on", Group: "sales", Label: i18n.T("首次接触时间", "First contact"), Type: entity.Date, Width: 120,
				Aliases: []string{"首次接触日期", "首次联系时间", "首次联系日期", "接触时间", "录入日期", "登记日期", "登记时间", "建档日期", "first contact"},
			},
			{
				Name: "last_followup_at", Group: "sales", Label: i18n.T("最近跟进时间", "Last follow-up"), Type: entity.DateTime, ReadOnly: true, Needed: true, OnImport: true, Width: 130,
				Aliases: []string{"最近跟进", "最后跟进时间", "上次跟进时间", "最近联系时间", "最后联系时间", "上次联系时间", "last contact", "last followup"},
			},
			{
				Name: "next_followup_at", Group: "sales", Label: i18n.T("下次跟进时间", "Next follow-up"), Type: entity.DateTime, Needed: true, Inline: true, Bulk: true, Width: 130,
				Aliases: []string{"下次跟进", "下次跟进日期", "下次联系时间", "下次联系日期", "下次回访时间", "回访时间", "计划跟进时间", "next followup", "next follow-up", "next contact"},
			},
			{Name: "next_planned_at", Label: i18n.T("计划的跟进时间", "Planned follow-up"), Type: entity.DateTime, Internal: true, ReadOnly: true},
			{
				Name: "cadence_days", Group: "sales", Label: i18n.T("跟进周期（天）", "Cadence in days"), Type: entity.Int, Bulk: true, Width: 110,
				Help:    i18n.T("留空按阶段的周期", "Left empty, that of the stage"),
				Aliases: []string{"跟进周期", "回访周期", "拜访周期", "cadence"},
			},
			{Name: "verified_at", Group: "more", Label: i18n.T("资料核实时间", "Data confirmed"), Type: entity.DateTime, ReadOnly: true, Width: 150},

			{
				Name: "region", Group: "place", Label: i18n.T("所在地区", "Region"), Type: entity.Region, Bulk: true, Inline: true, Width: 180,
				Aliases: []string{"地区", "区域", "省市区", "所在区域", "所在省市", "省市", "所在地", "所属地区", "region", "area"},
			},
			{
				Name: "country", Group: "place", Label: i18n.T("国家", "Country"), Type: entity.Country, Bulk: true, Width: 110,
				Aliases: []string{"国别", "国家/地区", "国家地区", "country"},
			},
			{
				Name: "address", Group: "place", Label: i18n.T("地址", "Address"), Type: entity.Text, Max: 300, Search: entity.SearchText, Width: 220,
				Aliases: []string{"详细地址", "公司地址", "联系地址", "通讯地址", "注册地址", "办公地址", "单位地址", "客户地址", "address", "street"},
			},
			{
				Name: "delivery_address", Group: "place", Label: i18n.T("送货地址", "Delivery address"), Type: entity.Text, Max: 300, Width: 220,
				Aliases: []string{"收货地址", "发货地址", "delivery address", "shipping address"},
			},
			{Name: "unwelcome_time", Group: "place", Label: i18n.T("不宜访问时间", "Unwelcome times"), Type: entity.Text, Width: 140},

			{
				Name: "credit_code", Group: "company", Label: i18n.T("统一社会信用代码", "Credit code"), Type: entity.CreditCode, Unique: true, Search: entity.SearchCode, Match: []entity.Match{{}}, Width: 180,
				Aliases: []string{"信用代码", "社会信用代码", "统一信用代码", "营业执照号", "credit code"},
			},
			{
				Name: "legal_representative", Group: "company", Label: i18n.T("法人代表", "Legal representative"), Type: entity.Text, Width: 110,
				Aliases: []string{"法定代表人", "法人", "企业法人", "负责人姓名"},
			},
			{
				Name: "registered_capital", Group: "company", Label: i18n.T("注册资金", "Registered capital"), Type: entity.Money, Width: 130,
				Aliases: []string{"注册资本", "注册资本金"},
			},
			{
				Name: "founded_on", Group: "company", Label: i18n.T("成立日期", "Founded"), Type: entity.Date, Width: 120,
				Aliases: []string{"成立时间", "成立年限", "注册日期", "注册时间"},
			},
			{
				Name: "organisation_form", Group: "company", Label: i18n.T("组织形态", "Organisation form"), Type: entity.OneOf, Choices: organisationForms, Bulk: true, Open: true, Width: 110,
				Aliases: []string{"企业类型", "公司类型", "经济性质", "企业形态"},
			},
			{
				Name: "employees", Group: "company", Label: i18n.T("员工规模", "Employees"), Type: entity.Int, Width: 100,
				Aliases: []string{"员工人数", "人员规模", "员工数", "人数", "employees"},
			},
			{
				Name: "annual_revenue", Group: "company", Label: i18n.T("年营业额", "Annual revenue"), Type: entity.Money, Width: 130,
				Aliases: []string{"年销售额", "营业额", "年收入", "营业收入", "annual revenue", "revenue"},
			},
			{
				Name: "main_business", Group: "company", Label: i18n.T("主营业务", "Main business"), Type: entity.LongText, Max: 4000, Width: 200,
				Aliases: []string{"经营范围", "主营", "业务范围"},
			},
			{
				Name: "main_products", Group: "company", Label: i18n.T("主要产品", "Main products"), Type: entity.LongText, Max: 2000, Width: 200,
				Aliases: []string{"主营产品", "产品", "经营产品"},
			},
			{
				Name: "website", Group: "company", Label: i18n.T("网址", "Website"), Type: entity.URL, Width: 160,
				Aliases: []string{"网站", "官网地址", "公司网址", "主页", "website", "url", "web"},
			},
			{
				Name: "parent_id", Group: "company", Label: i18n.T("从属单位", "Parent"), Type: entity.Ref, Ref: "customer", Width: 160,
				Aliases: []string{"上级单位", "母公司", "总公司", "集团", "parent", "parent account"},
			},
			{
				Name: "store_count", Group: "company", Label: i18n.T("门店数", "Stores"), Type: entity.Int, Width: 90,
				Aliases: []string{"门店数量", "店铺数"},
			},
			{
				Name: "business_from", Group: "company", Label: i18n.T("业务开始日期", "Business from"), Type: entity.Date, Width: 120,
				Aliases: []string{"合作开始日期", "合作开始时间", "开始合作时间"},
			},
			{
				Name: "business_to", Group: "company", Label: i18n.T("业务结束日期", "Business to"), Type: entity.Date, Width: 120,
				Aliases: []string{"合作结束日期", "合作结束时间"},
			},

			{
				Name: "bank", Group: "bank", Label: i18n.T("开户银行", "Bank"), Type: entity.Text, Width: 160,
				Aliases: []string{"开户行", "银行", "开户行名称", "bank"},
			},
			{
				Name: "bank_account", Group: "bank", Label: i18n.T("账号", "Account"), Type: entity.Text, Max: 60, Private: true, Width: 180,
				Aliases: []string{"银行账号", "银行帐号", "帐号", "银行账户", "对公账号", "bank account"},
			},
			{
				Name: "tax_number", Group: "bank", Label: i18n.T("税号", "Tax number"), Type: entity.Text, Max: 40, Width: 180,
				Aliases: []string{"纳税人识别号", "纳税识别号", "纳税号", "tax number", "vat"},
			},

			{
				Name: "remark", Group: "more", Label: i18n.T("备注", "Remark"), Type: entity.LongText, Max: 10_000, Width: 220,
				Aliases: []string{"说明", "备注信息", "其他", "其它", "备注说明", "补充说明", "remark", "remarks", "note", "notes", "comment", "comments", "description"},
			},
			{Name: "name_key", Label: i18n.T("排序键", "Sort key"), Type: entity.Text, Internal: true, ReadOnly: true},
			{Name: "norm_name", Label: i18n.T("标准名称", "Normalised name"), Type: entity.Text, Internal: true, ReadOnly: true},
			{Name: "core_name", Label: i18n.T("名称主体", "Core of the name"), Type: entity.Text, Internal: true, ReadOnly: true},
		}, pooledFields("pool")...),
	}
}

// sameName gives the key by which two spellings of one name are equal: width, case, spaces, brackets and the legal form
// do not matter, the place does. Names of persons, whom many share, have none.
func sameName(name string) string {
	short := strings.ReplaceAll(text.Fold(orgname.ShortName(name)), " ", "")
	if utf8.RuneCountInString(short) <= 4 && !orgname.IsOrganisation(name) && !strings.ContainsFunc(short, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		return ""
	}
	return short
}

// fillCustomer derives what follows from the other fields.
func fillCustomer(_ context.Context, s *record.Session, old, next *Customer) error {
	next.Name = text.Tidy(next.Name)
	if old == nil || old.Name != next.Name {
		next.NameKey, next.NormName, next.CoreName = pinyin.SortKey(next.Name), sameName(next.Name), orgname.Normalize(next.Name)
		if old != nil && next.Mnemonic == mnemonic(old.Name) {
			next.Mnemonic = ""
		}
	}
	if next.Mnemonic == "" {
		next.Mnemonic = mnemonic(next.Name)
	}
	if next.Stage == "" {
		next.Stage = StageProspect
	}
	if old == nil || old.Stage != next.Stage {
		next.StageSince = clock.At(s.Tx.Now)
		if old != nil && old.StageNote == next.StageNote {
			next.StageNote = "" // it was about the stage before
		}
		if next.Stage == StageWon {
			next.DealStatus = "closed"
		}
	}
	if next.DealStatus == "" {
		next.DealStatus = "open"
	}
	if next.Stage != StageLost {
		next.LossReason = ""
	}
	fillNext(s, old, next)
	return nil
}

// fillNext takes a next follow-up that was set for a plan, lets those go that are over with the loss of the customer, and
// shows what is next.
func fillNext(s *record.Session, old, next *Customer) {
	if old == nil || old.NextFollowup != next.NextFollowup {
		next.NextPlanned = next.NextFollowup
	}
	if next.Stage == StageLost && lapsed(s.Tx.Now, old, next) {
		next.NextPlanned = clock.Instant{}
	}
	showNext(s, next)
}

// lapsed reports whether the next follow-up of a customer who is being lost was planned for what is over now: before, and
// not together with the loss. Of one who comes as lost it is what lies in the past.
func lapsed(now time.Time, old, next *Customer) bool {
	if old == nil {
		return next.NextPlanned.Before(now)
	}
	return old.Stage != StageLost && old.NextPlanned == next.NextPlanned
}

// mnemonic gives the mnemonic of a name, as far as the field holds it.
func mnemonic(name string) string {
	m := []rune(orgname.Mnemonic(name))
	return string(m[:min(len(m), maxMnemonic)])
}

// lossNeedsReason demands a reason when a customer is lost (customers.md). A workbook may hold customers that were lost
// long ago, whose reason nobody knows.
func lossNeedsReason(_ context.Context, s *record.Session, old, next *Customer) error {
	told := old != nil && old.Stage == StageLost && old.LossReason == "" // before it was asked for
	if next.Stage == StageLost && next.LossReason == "" && !told && byHand(s) {
		return errs.OfField("loss_reason", "customer.loss_reason")
	}
	return nil
}

// recordStage keeps every change of stage with its time, user and reason.
func recordStage(ctx context.Context, s *record.Session, old, next *Customer) error {
	change := StageChange{CustomerID: next.ID, To: next.Stage, Reason: next.StageNote}
	if old != nil {
		if old.Stage == next.Stage {
			return nil
		}
		change.From = old.Stage
	} else if next.Stage == StageProspect {
		return nil // where everybody begins
	}
	if next.Stage == StageLost && next.LossReason != "" {
		f := s.Def("customer").Field("loss_reason")
		change.Reason = strings.TrimSuffix(f.Type.Text(next.LossReason, f, s.Env())+"："+next.StageNote, "：")
	}
	return record.Create(ctx, s.As(s.Actor.Elevated(), s.Origin), &change)
}
