package importer_test

import (
	"slices"
	"strings"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/importer"
	"genjin/internal/money"
)

func TestHeadings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		head, row string
		want      string // fields by column
	}{
		"english": {
			"Company Name\tContact Person\tPhone Number\tEmail\tIndustry\tWebsite\tNotes", "Acme Ltd.\tJohn Smith\t13900139000\tjohn@acme.com\tSoftware\twww.acme.com\thot",
			"customer.name contact.name contact.mobile contact.email customer.industry customer.website customer.remark",
		},
		"stars and brackets": {
			"*客户名称（必填）\t联系人*\t手机号码(11位)\t备注：", "甲公司\t张三\t13900139000\t好",
			"customer.name contact.name contact.mobile customer.remark",
		},
		"company information": {
			"企业名称\t登记状态\t法定代表人\t注册资本\t成立日期\t所属省份\t所属城市\t所属区县\t有效手机号\t更多电话\t邮箱\t统一社会信用代码\t企业类型\t国标行业门类\t网址\t注册地址\t经营范围",
			"深圳市甲科技有限公司\t存续\t张三\t1000万元人民币\t2015-03-04\t广东省\t深圳市\t南山区\t13900139000\t0755-26770000;13800138000\ta@b.com\t91110000600037341L\t有限责任公司\t制造业\t-\t深圳市南山区科技路1号\t研发",
			"customer.name +remark customer.legal_representative customer.registered_capital customer.founded_on customer.region:province customer.region:city customer.region:county contact.mobile contact.other_phones contact.email customer.credit_code customer.organisation_form customer.industry customer.website customer.address customer.main_business",
		},
		"other crm": {
			"客户名称\t负责人\t首要联系人\t手机\t电话\t客户级别\t客户状态\t下次联系时间\t地区定位\t创建时间", "甲公司\t管理员\t张三\t13900139000\t0755-26770000\tA（重点客户）\t\t2026-04-01\t\t2025-01-01",
			"customer.name customer.owner_id contact.name contact.mobile contact.landline customer.grade customer.stage customer.next_followup_at +remark ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			imp := newCompany(t).text(c.head, c.row)
			var got []string
			for _, col := range imp.Sheets[0].Columns {
				got = append(got, col.Field)
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("\n got %s\nwant %s", g, c.want)
			}
		})
	}
}

func TestCompanyInformationExport(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	head := []any{
		"企业名称", "登记状态", "法定代表人", "注册资本", "成立日期", "核准日期", "所属省份", "所属城市", "所属区县", "有效手机号", "更多电话", "邮箱", "更多邮箱", "统一社会信用代码",
		"纳税人识别号", "注册号", "组织机构代码", "参保人数", "企业类型", "国标行业门类", "国标行业大类", "国标行业中类", "曾用名", "网址", "注册地址", "经营范围",
	}
	imp := c.run(c.book([][]any{
		{"以下数据来源于公开渠道，仅供参考。免责声明：数据以官方为准"},
		head,
		{
			"深圳市甲科技有限公司", "存续", "张三", "1000万元人民币", "2015-03-04", "2020-01-01", "广东省", "深圳市", "南山区", "13900139000", "0755-26770000;13800138000", "a@b.com", "-",
			"91110000600037341L", "-", "-", "-", "12", "有限责任公司", "制造业", "计算机、通信和其他电子设备制造业", "-", "-", "-", "深圳市南山区科技路1号", "研发、销售",
		},
		{
			"杭州乙网络有限公司", "注销", "李四", "-", "-", "-", "浙江省", "杭州市", "-", "-", "-", "-", "-", "-",
			"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-",
		},
	}))
	c.want(imp, 2, 0, 0, 0)
	a := c.customer("深圳市甲科技有限公司")
	if a.Region != "440305" || a.RegisteredCapital == nil || *a.RegisteredCapital != money.Minor(10_000_000_00) || a.FoundedOn != "2015-03-04" ||
		a.LegalRepresentative != "张三" || a.CreditCode == "" || a.Website != "" || a.TaxNumber != "" || !strings.Contains(a.Remark, "登记状态：存续") {
		t.Errorf("%+v", a)
	}
	contacts := c.contactsOf(a.ID)
	if len(contacts) != 1 || contacts[0].Mobile != "13900139000" || contacts[0].Landline == "" || !strings.Contains(contacts[0].OtherPhones, "13800138000") {
		t.Errorf("%+v", contacts)
	}
	b := c.customer("杭州乙网络有限公司")
	if b.Region != "330100" || b.FoundedOn != "" || strings.Contains(b.Remark, "-") || len(c.contactsOf(b.ID)) != 0 {
		t.Errorf("%+v", b)
	}
}

func TestGoogleContacts(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.start(c.Admin, "contacts.csv", strings.NewReader(
		"First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"+
			"三,张,深圳甲科技有限公司,经理,* Work,zhang@a.com ::: zhang2@a.com,Mobile,139 0013 9000 ::: 138 0013 8000,Work,0755-26770000\n"))
	imp = c.run(imp)
	c.want(imp, 1, 0, 0, 0)
	contacts := c.contacts()
	if len(contacts) != 1 || contacts[0].Mobile != "13900139000" || contacts[0].Email != "zhang@a.com" || contacts[0].Title != "经理" ||
		!strings.Contains(contacts[0].OtherPhones, "13800138000") || contacts[0].Landline == "" || contacts[0].Name != "张三" {
		t.Errorf("%v\n%+v", fields(imp), contacts[0])
	}
	if customer := c.customer("深圳甲科技有限公司"); strings.Contains(customer.Remark, "Mobile") {
		t.Errorf("labels went to the remark: %q", customer.Remark)
	}
}

func TestPhones(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]struct{ cell, mobile, landline, others string }{
		"number":        {"13900139000", "13900139000", "", ""},
		"spaces":        {"139 0013 9000", "13900139000", "", ""},
		"country":       {"+86 13900139000", "13900139000", "", ""},
		"masked":        {"139****9000", "139****9000", "", ""},
		"extension":     {"0755-26770000转8001", "", "0755-26770000转8001", ""},
		"several":       {"13900139000/13800138000/0755-26770000", "13900139000", "0755-26770000", "13800138000"},
		"two landlines": {"0755-26770000、0755-26771111", "", "0755-26770000", "0755-26771111"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.want(c.run(c.book([][]any{{"客户名称", "联系人", "联系方式"}, {"甲公司", "张三", p.cell}})), 1, 0, 0, 0)
			x := c.contacts()[0]
			if digits(x.Mobile) != digits(p.mobile) || digits(x.Landline) != digits(p.landline) || digits(x.OtherPhones) != digits(p.others) {
				t.Errorf("mobile %q, landline %q, others %q", x.Mobile, x.Landline, x.OtherPhones)
			}
		})
	}
	t.Run("a number turned into a figure", func(t *testing.T) {
		t.Parallel()
		c := newCompany(t)
		c.want(c.run(c.book([][]any{{"客户名称", "联系人", "手机"}, {"甲公司", "张三", 13900139000.0}})), 1, 0, 0, 0)
		if x := c.contacts()[0]; x.Mobile != "13900139000" {
			t.Errorf("%q", x.Mobile)
		}
	})
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '*' {
			return r
		}
		return -1
	}, s)
}

func TestHeaderlessSheet(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.text("深圳甲科技有限公司\t张三\t13900139000", "杭州乙网络有限公司\t李四\t13800138000", "上海丙贸易有限公司\t王五\t13700137000")
	if sh := imp.Sheets[0]; sh.HeaderRow != 0 || sh.FirstRow != 1 || sh.Columns[0].Field != "customer.name" || sh.Columns[2].Field != "contact.mobile" {
		t.Fatalf("%+v", sh)
	}
	imp = c.change(imp, importer.Change{Sheets: []importer.SheetChange{{Index: 0, Fields: map[string]string{"1": "contact.name"}}}})
	c.want(c.run(imp), 3, 0, 0, 0)
	if x := c.customer("上海丙贸易有限公司"); x.MainContact != "王五" {
		t.Errorf("%+v", x)
	}
	// What the letters of columns meant here says nothing about another sheet without headings.
	other := c.text("13900139001\t深圳丁科技有限公司\t赵六", "13900139002\t深圳戊科技有限公司\t钱七", "13900139003\t深圳己科技有限公司\t孙八")
	if cols := other.Sheets[0].Columns; cols[0].Field != "contact.mobile" || cols[1].Field != "customer.name" {
		t.Errorf("%+v", cols)
	}
}

func TestSeveralContactsByMergedCells(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.run(c.book([][]any{
		{"客户名称", "地址", "联系人", "手机"},
		{"深圳甲科技有限公司", "科技路1号", "张三", "13900139000"},
		{nil, nil, "李四", "13800138000"},
		{nil, nil, "王五", "13700137000"},
		{"李明", "人民路2号", "李明", "13600136000"}, // a person, whose name tells nothing by itself
		{nil, nil, "李明夫人", "13500135000"},
	}, "A2:A4", "B2:B4", "A5:A6", "B5:B6"))
	c.want(imp, 2, 3, 0, 0)
	a := c.customer("深圳甲科技有限公司")
	contacts := c.contactsOf(a.ID)
	if len(contacts) != 3 || !contacts[0].Main || contacts[1].Main || contacts[2].Main || a.MainContact != "张三" {
		t.Errorf("%+v; main contact %s", contacts, a.MainContact)
	}
	if n := len(c.contactsOf(c.customer("李明").ID)); n != 2 {
		t.Errorf("%d contacts of a person", n)
	}
}

// TestRowsOfOneCompany joins rows of one company; what they add is added, and nothing is lost.
func TestRowsOfOneCompany(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.run(c.text(
		"客户名称\t来源\t联系人\t手机\t备注",
		"深圳甲科技有限公司\t\t张三\t13900139000\t先联系",
		"深圳市甲科技（有限公司）\t展会\t李四\t13800138000\t再联系",
		"深圳甲科技有限公司\t官网\t张三\t13900139001\t先联系",
		"深圳甲科技有限公司\t\t张三\t13900139000\t先联系",
	))
	if n := len(c.customers()); n != 2 && n != 1 {
		t.Fatalf("%d customers\n%s", n, c.problems(imp))
	}
	a := c.customer("深圳甲科技有限公司")
	contacts := c.contactsOf(a.ID)
	i := slices.IndexFunc(contacts, func(x *crm.Contact) bool { return x.Name == "张三" })
	if contacts[i].Mobile != "13900139000" || !strings.Contains(contacts[i].OtherPhones, "13900139001") {
		t.Errorf("%+v", contacts[i])
	}
	if imp.Result.Skipped != 1 {
		t.Errorf("%+v", imp.Result)
	}
}

func TestDateOrderIsGuessed(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct{ a, b, order, want string }{
		"month first": {"03/01/2024", "12/25/2023", "mdy", "2024-03-01"},
		"day first":   {"03/01/2024", "25/12/2023", "dmy", "2024-01-03"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			imp := c.text("客户名称\t首次接触时间", "甲公司\t"+x.a, "乙公司\t"+x.b)
			if imp.Options.DateOrder != x.order {
				t.Errorf("order %q", imp.Options.DateOrder)
			}
			c.want(c.run(imp), 2, 0, 0, 0)
			if got := c.customer("甲公司").FirstContact; string(got) != x.want {
				t.Errorf("%s", got)
			}
		})
	}
	t.Run("open", func(t *testing.T) {
		t.Parallel()
		c := newCompany(t)
		imp := c.text("客户名称\t首次接触时间", "甲公司\t03/01/2024", "乙公司\t04/02/2024")
		c.want(c.run(imp), 0, 0, 0, 2)
		again := c.text("客户名称\t首次接触时间", "甲公司\t03/01/2024", "乙公司\t04/02/2024")
		o := again.Options
		o.DateOrder = "dmy"
		c.want(c.run(c.change(again, importer.Change{Options: &o})), 2, 0, 0, 0)
	})
}

func TestUnknownValues(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rows := []string{
		"客户名称\t客户来源\t客户等级\t所在地区\t负责人",
		"甲公司\t电视购物\tA\t火星\t管理元", "乙公司\t电视购物\tZ\t深圳\t管理员", "丙公司\t展览会\tA\t深圳\tadmin",
	}
	imp := c.text(rows...)
	imp, err := c.m.Check(t.Context(), c.Admin, imp.ID, nil)
	c.Must(err)
	c.want(imp, 2, 0, 0, 1)
	unknown := c.unknowns(imp)
	if u := unknown["customer.source"]["电视购物"]; u.Count != 2 {
		t.Errorf("%+v", unknown)
	}
	if u := unknown["customer.source"]["展览会"]; len(u.Suggestions) == 0 || u.Suggestions[0] != "fair" {
		t.Errorf("%+v", u)
	}
	if u := unknown["customer.owner_id"]["管理元"]; len(u.Suggestions) == 0 || u.Suggestions[0] != c.Admin.ID.String() {
		t.Errorf("%+v", u)
	}
	if _, told := unknown["customer.grade"]["Z"]; !told {
		t.Errorf("%+v", unknown)
	}
	o := imp.Options
	o.Values = map[string]map[string]string{
		"customer.source": {"展览会": "fair", "电视购物": ""}, "customer.grade": {"Z": "D"}, "customer.region": {"火星": "440300"},
		"customer.owner_id": {"管理元": c.Admin.ID.String()},
	}
	imp = c.run(c.change(imp, importer.Change{Options: &o}))
	c.want(imp, 3, 0, 0, 0)
	if p := c.listProblems(imp); len(p) != 0 {
		t.Errorf("%+v", p)
	}
	a, b, d := c.customer("甲公司"), c.customer("乙公司"), c.customer("丙公司")
	if a.Source != "" || a.Region != "440300" || b.Grade != "D" || d.Source != "fair" || a.OwnerID != c.Admin.ID || a.Remark != "" {
		t.Errorf("%+v\n%+v\n%+v", a, b, d)
	}
}

func (c *company) unknowns(imp *importer.Import) map[string]map[string]importer.Unknown {
	c.T.Helper()
	out := map[string]map[string]importer.Unknown{}
	for _, u := range c.listUnknowns(imp) {
		if out[u.Field] == nil {
			out[u.Field] = map[string]importer.Unknown{}
		}
		out[u.Field][u.Value] = u
	}
	return out
}

func TestChoicesAreAdded(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.want(c.run(c.text("客户名称\t客户来源", "甲公司\t电视购物", "乙公司\t电视购物", "丙公司\t展会")), 3, 0, 0, 0)
	if a := c.customer("甲公司"); a.Source != "电视购物" {
		t.Errorf("%+v", a)
	}
	c.want(c.run(c.text("客户名称\t客户来源", "丁公司\t"+strings.Repeat("很长的来源", 30))), 0, 0, 0, 1)
	rep := c.importingRep("rep", "销售")
	imp := c.start(rep, "x.tsv", strings.NewReader(tsv("客户名称\t客户来源", "戊公司\t地推")))
	c.want(c.runAs(rep, imp), 1, 0, 0, 0)
}

func TestHeaderRowIsCorrected(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.text("客户名称\t电话\t备注", "说明\t请填写\t选填", "甲公司\t13900139000\t好")
	two := 2
	imp = c.change(imp, importer.Change{Sheets: []importer.SheetChange{{Index: 0, HeaderRow: &two}}})
	if sh := imp.Sheets[0]; sh.HeaderRow != 2 || sh.FirstRow != 3 || sh.Columns[0].Header != "说明" {
		t.Errorf("%+v", sh)
	}
	one := 1
	imp = c.change(imp, importer.Change{Sheets: []importer.SheetChange{{Index: 0, HeaderRow: &one, Fields: map[string]string{"2": ""}}}})
	if sh := imp.Sheets[0]; sh.HeaderRow != 1 || sh.Columns[0].Field != "customer.name" || sh.Columns[2].Field != "" {
		t.Errorf("%+v", sh)
	}
	bad := 1000
	if _, err := c.m.Change(t.Context(), c.Admin, imp.ID, importer.Change{Sheets: []importer.SheetChange{{Index: 0, HeaderRow: &bad}}}); err == nil {
		t.Error("a header in row 1000 was taken")
	}
	if _, err := c.m.Change(t.Context(), c.Admin, imp.ID, importer.Change{Sheets: []importer.SheetChange{{Index: 0, Fields: map[string]string{"0": "customer.norm_name"}}}}); err == nil {
		t.Error("an internal field was taken for a target")
	}
}

func TestMappingIsRemembered(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.text("客户名称\t暗号\t电话", "甲公司\t芝麻\t13900139000")
	imp = c.change(imp, importer.Change{Sheets: []importer.SheetChange{{Index: 0, Fields: map[string]string{"1": "customer.need", "2": ""}}}})
	c.run(imp)
	again := c.text("客户名称\t暗号\t电话", "乙公司\t开门\t13800138000")
	if f := fields(again); f["暗号"] != "customer.need" || f["电话"] != "" {
		t.Errorf("%v", f)
	}
	if f := fields(c.text("客户名称\t电话\t暗号", "乙公司\t13800138000\t开门")); f["暗号"] != importer.ToRemark {
		t.Errorf("other headings: %v", f)
	}
}

func TestNothingIsLostInTheRemark(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.want(c.run(c.text("客户名称\t负责人\t行业\t宠物\t备注", "甲公司\t路人\t炼金术\t猫\t老客户")), 1, 0, 0, 0)
	a := c.customer("甲公司")
	for _, part := range []string{"老客户", "负责人：路人", "行业：炼金术", "宠物：猫"} {
		if !strings.Contains(a.Remark, part) {
			t.Errorf("the remark lacks %s: %q", part, a.Remark)
		}
	}
	if a.OwnerID != c.Admin.ID {
		t.Error("not owned by whoever imported")
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]struct {
		text string
		want []string // name, contact, phone
	}{
		"from a spreadsheet": {"客户名称\t联系人\t电话\n甲公司\t张三\t13900139000\n乙公司\t李四\t13800138000\n", []string{"甲公司 张三 13900139000", "乙公司 李四 13800138000"}},
		"lines":              {"深圳华为技术有限公司 李经理 13900139000 求购网关\n\n张总 13800138000 采购经理 要两台", []string{"深圳华为技术有限公司 李经理 13900139000", "张总 张总 13800138000"}},
		"one line":           {"张三 13900139000", []string{"张三 张三 13900139000"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			imp, err := c.m.PreparePaste(t.Context(), c.Admin, "customer", p.text)
			c.Must(err)
			c.add(imp)
			imp = c.run(imp)
			var got []string
			for _, x := range c.customers() {
				got = append(got, x.Name+" "+x.MainContact+" "+x.MainPhone)
			}
			if !slices.Equal(got, p.want) {
				t.Errorf("%q\n%v\n%s", got, fields(imp), c.problems(imp))
			}
		})
	}
}

func TestRefusedRowsComeBack(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.run(c.book([][]any{
		{"客户登记表"},
		{"客户名称", "首次接触时间", "预计成交金额", "客户等级"},
		{"甲公司", "2024-13-45", 12.5, "A"},
		{"乙公司", "2024-03-01", 1e6, "A"},
		{"丙公司", "2024-03-01", "很多", "X"},
	}))
	c.want(imp, 1, 0, 0, 2)
	rows := c.refused(imp)
	if len(rows) != 3 || rows[1].Cell(0).Text != "甲公司" || rows[1].Cell(2).Num != 12.5 || !strings.Contains(rows[1].Cell(4).Text, "首次接触时间：") ||
		strings.Count(rows[2].Cell(4).Text, "；") != 1 {
		t.Errorf("%+v", rows)
	}
}
