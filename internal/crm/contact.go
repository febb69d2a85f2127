package crm

import (
	"context"
	"strings"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Contact 联系人 is a person at a customer. One of a customer's contacts is the main one.
type Contact struct {
	record.Base

	CustomerID   id.ID         `field:"customer_id"`
	Name         string        `field:"name"`
	NameKey      string        `field:"name_key"`
	Main         bool          `field:"main"`
	Gender       string        `field:"gender"`
	Title        string        `field:"title"`
	Department   string        `field:"department"`
	Mobile       string        `field:"mobile"`
	MobileProof  clock.Instant `field:"mobile_verified_at"` // since when the number is verified
	Landline     string        `field:"landline"`
	OtherPhones  string        `field:"other_phones"`
	Email        string        `field:"email"`
	WeChat       string        `field:"wechat"`
	QQ           string        `field:"qq"`
	Birthday     string        `field:"birthday"`
	BirthdayOn   clock.Date    `field:"birthday_on"` // the next one
	GreetedAt    clock.Instant `field:"greeted_at"`  // when the last one was seen to
	Address      string        `field:"address"`
	DecisionRole string        `field:"decision_role"`
	Attitude     string        `field:"attitude"`
	ReportsTo    id.ID         `field:"reports_to"`
	Remark       string        `field:"remark"`
}

// Phone gives the number by which the contact is best reached.
func (c *Contact) Phone() string {
	if c.Mobile != "" {
		return c.Mobile
	}
	return c.Landline
}

func contactKind() record.Kind[Contact] {
	return record.Kind[Contact]{
		Def:    contactDef(),
		Fill:   []record.Rule[Contact]{fillContact},
		Check:  []record.Rule[Contact]{mainNeedsPhone, record.NoCircle[Contact]("reports_to"), reportsWithinCustomer},
		After:  []record.Rule[Contact]{keepMainContact, freeSubordinates},
		Clocks: []record.Clock[Contact]{birthdayClock},
	}
}

func contactDef() *entity.Def {
	return &entity.Def{
		Name: "contact", Path: "contacts", Module: "customer", Title: "name", Parents: []string{"customer_id"}, SearchTag: "2",
		Label: i18n.T("联系人", "Contact"), Plural: i18n.T("联系人", "Contacts"),
		Groups: []entity.Group{
			{Name: "basic", Label: i18n.T("基本信息", "Basics")},
			{Name: "reach", Label: i18n.T("联系方式", "Reach")},
			{Name: "role", Label: i18n.T("决策关系", "Part in decisions")},
		},
		Columns: []string{"name", "customer_id", "title", "mobile", "email", "wechat", "decision_role", "updated_at"},
		Card:    []string{"customer_id", "title", "mobile"},
		Sort:    "-created_at",
		Fields: []*entity.Field{
			{
				Name: "name", Group: "basic", Label: i18n.T("姓名", "Name"), Type: entity.Text, Required: true, Max: 60, Search: entity.SearchPerson, SortBy: "name_key", Private: false, Width: 110,
				Aliases: []string{"联系人", "联系人姓名", "主要联系人", "首要联系人", "对接人", "客户联系人", "经办人", "contact", "contact name", "contact person", "full name"},
			},
			{Name: "customer_id", Group: "basic", Label: i18n.T("所属客户", "Customer"), Type: entity.Ref, Ref: "customer", Required: true, Width: 220},
			{Name: "main", Group: "basic", Label: i18n.T("是否主要联系人", "Is main contact"), Type: entity.Bool, Width: 90},
			{
				Name: "gender", Group: "basic", Label: i18n.T("性别", "Gender"), Type: entity.OneOf, Choices: genders, Width: 70,
				Aliases: []string{"联系人性别", "gender", "sex"},
			},
			{
				Name: "title", Group: "basic", Label: i18n.T("职务", "Title"), Type: entity.Text, Max: 60, Width: 110,
				Aliases: []string{"联系人职位", "职位", "联系人职务", "岗位", "title", "position", "job title"},
			},
			{
				Name: "department", Group: "basic", Label: i18n.T("部门", "Department"), Type: entity.Text, Max: 60, Width: 110,
				Aliases: []string{"联系人部门", "所在部门", "department"},
			},
			{
				Name: "birthday", Group: "basic", Label: i18n.T("生日", "Birthday"), Type: entity.Birthday, Private: true, Width: 110,
				Help:    i18n.T("如 1985-08-15、8月15日、农历八月十五", "e.g. 1985-08-15, 08-15, 农历八月十五"),
				Aliases: []string{"出生日期", "联系人生日", "birthday", "date of birth"},
			},
			{
				Name: "remark", Group: "basic", Label: i18n.T("备注", "Remark"), Type: entity.LongText, Max: 4000, Width: 200,
				Aliases: []string{"联系人备注"},
			},

			{
				Name: "mobile", Group: "reach", Label: i18n.T("手机", "Mobile"), Type: entity.Phone, Private: true, Search: entity.SearchDigits, Match: []entity.Match{{Key: callable}}, Width: 130, VerifiedBy: "mobile_verified_at",
				Aliases: []string{"联系方式", "手机号", "手机号码", "联系电话", "联系人手机", "联系人电话", "移动电话", "电话", "电话号码", "有效手机号", "联系号码", "mobile", "phone", "phone number", "tel", "telephone", "cell", "cell phone"},
			},
			{Name: "mobile_verified_at", Group: "reach", Label: i18n.T("手机验证时间", "Mobile verified"), Type: entity.DateTime, ReadOnly: true, Width: 150},
			{
				Name: "landline", Group: "reach", Label: i18n.T("座机", "Landline"), Type: entity.Phone, Private: true, Search: entity.SearchDigits, Match: []entity.Match{{Key: callable}}, Width: 130,
				Aliases: []string{"固定电话", "固话", "电话", "联系电话", "电话号码", "办公电话", "公司电话", "单位电话", "座机号", "work phone", "office phone", "landline"},
			},
			{
				Name: "other_phones", Group: "reach", Label: i18n.T("其他电话", "Other phones"), Type: entity.Phones, Private: true, Search: entity.SearchDigits, Width: 160,
				Aliases: []string{"更多电话", "备用电话", "其它电话", "电话2", "手机2", "other phone"},
			},
			{
				Name: "email", Group: "reach", Label: i18n.T("邮箱", "E-mail"), Type: entity.Email, Private: true, Search: entity.SearchHandle, Width: 180,
				Aliases: []string{"电子邮箱", "电子邮件", "邮件", "联系人邮箱", "邮箱地址", "email", "e-mail", "mail"},
			},
			{
				Name: "wechat", Group: "reach", Label: i18n.T("微信", "WeChat"), Type: entity.Text, Max: 60, Private: true, Search: entity.SearchHandle, Width: 120,
				Aliases: []string{"微信号", "联系人微信", "wechat", "weixin"},
			},
			{
				Name: "qq", Group: "reach", Label: i18n.T("QQ", "QQ"), Type: entity.Text, Max: 20, Private: true, Search: entity.SearchDigits, Width: 110,
				Aliases: []string{"QQ号", "QQ号码", "联系人QQ"},
			},
			{
				Name: "address", Group: "reach", Label: i18n.T("联系地址", "Address"), Type: entity.Text, Max: 300, Private: true, Width: 200,
				Aliases: []string{"联系人地址", "家庭住址", "住址"},
			},

			{
				Name: "decision_role", Group: "role", Label: i18n.T("决策角色", "Decision role"), Type: entity.OneOf, Choices: decisionRoles, Bulk: true, Inline: true, Width: 100,
				Aliases: []string{"角色", "决策权", "决策地位"},
			},
			{Name: "attitude", Group: "role", Label: i18n.T("态度", "Attitude"), Type: entity.OneOf, Choices: attitudes, Bulk: true, Inline: true, Width: 80},
			{Name: "reports_to", Group: "role", Label: i18n.T("汇报对象", "Reports to"), Type: entity.Ref, Ref: "contact", Width: 110},
			{Name: "name_key", Label: i18n.T("排序键", "Sort key"), Type: entity.Text, Internal: true, ReadOnly: true},
			{Name: "birthday_on", Label: i18n.T("下一个生日", "Next birthday"), Type: entity.Date, Internal: true, ReadOnly: true},
			{Name: "greeted_at", Label: i18n.T("生日祝福时间", "Greeted"), Type: entity.DateTime, Internal: true, ReadOnly: true},
		},
	}
}

// callable keeps masked numbers, which many people share, from making two records the same.
func callable(number string) string {
	if strings.Contains(number, "*") {
		return ""
	}
	return number
}

// fillContact sorts names as pinyin does, and makes a customer's first contact the main one: also one that comes from
// another customer, where nobody is yet whom to report to, or is brought back.
func fillContact(ctx context.Context, s *record.Session, old, next *Contact) error {
	next.Name = text.Tidy(next.Name)
	if old == nil || old.Name != next.Name {
		next.NameKey = pinyin.Person.SortKey(next.Name)
	}
	if old == nil || old.Birthday != next.Birthday {
		next.BirthdayOn = entity.NextBirthday(next.Birthday, s.Today())
	}
	if old != nil && old.CustomerID != next.CustomerID && old.ReportsTo == next.ReportsTo {
		next.ReportsTo = 0
	}
	if record.Made[Customer](s, next.CustomerID) != nil {
		return nil // whoever makes a customer and contacts at once says which is the main one
	}
	comes := old != nil && (old.CustomerID != next.CustomerID || !old.ArchivedAt.IsZero() && next.ArchivedAt.IsZero())
	if old == nil && next.Main || old != nil && (!comes || next.Main && !old.Main) {
		return nil // as was said
	}
	var others int64
	err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM contact WHERE customer_id = ? AND main = 1 AND archived_at IS NULL`, next.CustomerID).Scan(&others)
	next.Main = others == 0
	return err
}

// byHand reports whether a person is typing, of whom more can be asked than of an old workbook.
func byHand(s *record.Session) bool { return s.Origin == audit.Screen }

// mainNeedsPhone demands a number of the main contact when it is entered by hand (customers.md, “Contacts”).
func mainNeedsPhone(_ context.Context, s *record.Session, old, next *Contact) error {
	if old == nil && byHand(s) && next.Main && next.Phone() == "" {
		return errs.OfField("mobile", "contact.main_phone")
	}
	return nil
}

// reportsWithinCustomer lets a contact report to another of the same customer.
func reportsWithinCustomer(ctx context.Context, s *record.Session, old, next *Contact) error {
	if next.ReportsTo == 0 || old != nil && old.ReportsTo == next.ReportsTo && old.CustomerID == next.CustomerID {
		return nil
	}
	boss, err := record.Get[Contact](ctx, s, next.ReportsTo)
	if err == nil && boss.CustomerID != next.CustomerID {
		err = errs.OfField("reports_to", "contact.reports_outside")
	}
	return err
}

// keepMainContact lets a customer have one main contact, whose name and number stand on the customer.
func keepMainContact(ctx context.Context, s *record.Session, old, next *Contact) error {
	if made := record.Made[Customer](s, next.CustomerID); made != nil && old == nil {
		if !next.Main || made.MainContact == next.Name && made.MainPhone == next.Phone() {
			return nil
		}
	}
	if old != nil && same(old, next) {
		return nil
	}
	if next.Main && next.ArchivedAt.IsZero() {
		if err := demoteOthers(ctx, s, next); err != nil {
			return err
		}
	}
	for _, customer := range customersOf(old, next) {
		if err := showMainContact(ctx, s, customer); err != nil {
			return err
		}
	}
	return nil
}

// demoteOthers takes the place of the main contact from whoever had it, which their log says.
func demoteOthers(ctx context.Context, s *record.Session, main *Contact) error {
	others, err := contactsWith(ctx, s, `customer_id = ? AND id <> ? AND main = 1`, main.CustomerID, main.ID)
	for i := 0; i < len(others) && err == nil; i++ {
		err = record.Touch(ctx, s, others[i], func(c *Contact) { c.Main = false })
	}
	return err
}

// freeSubordinates lets nobody report to somebody who went to another customer.
func freeSubordinates(ctx context.Context, s *record.Session, old, next *Contact) error {
	if old == nil || old.CustomerID == next.CustomerID {
		return nil
	}
	subordinates, err := contactsWith(ctx, s, `reports_to = ? AND customer_id <> ?`, next.ID, next.CustomerID)
	for i := 0; i < len(subordinates) && err == nil; i++ {
		err = record.Touch(ctx, s, subordinates[i], func(c *Contact) { c.ReportsTo = 0 })
	}
	return err
}

func contactsWith(ctx context.Context, s *record.Session, where string, args ...any) ([]id.ID, error) {
	return s.Tx.IDs(ctx, `SELECT id FROM contact WHERE `+where+` ORDER BY id`, args...)
}

func same(old, next *Contact) bool {
	return old.Main == next.Main && old.Name == next.Name && old.Phone() == next.Phone() &&
		old.CustomerID == next.CustomerID && old.ArchivedAt == next.ArchivedAt
}

func customersOf(old, next *Contact) []id.ID {
	if old != nil && old.CustomerID != next.CustomerID {
		return []id.ID{old.CustomerID, next.CustomerID}
	}
	return []id.ID{next.CustomerID}
}

// showMainContact writes the main contact's name and number on the customer.
func showMainContact(ctx context.Context, s *record.Session, customer id.ID) error {
	contacts, err := record.Find[Contact](ctx, s.As(s.Actor.Elevated(), s.Origin), record.Query{
		Filter: record.Where("customer_id", customer), Limit: 100, Sort: "created_at",
	})
	if err != nil {
		return err
	}
	var main Contact
	for _, c := range contacts {
		if c.Main {
			main = *c
			break
		}
	}
	return record.Touch[Customer](ctx, s, customer, func(c *Customer) {
		c.MainContact, c.MainPhone = main.Name, main.Phone()
	})
}
