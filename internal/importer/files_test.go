package importer_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/importer"
	"genjin/internal/org"
)

func TestRegisterOfFourteenColumns(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.file("客户登记表-14列.xlsx")
	for header, field := range fields(imp) {
		if field == "" || field == importer.ToRemark {
			t.Errorf("column %s means %q", header, field)
		}
	}
	imp = c.run(imp)
	c.want(imp, 3, 0, 0, 0)
	a := c.customer("A科技有限公司")
	if a.Code != "2024-Tech-001" || a.Industry != "65" || a.Need != "采购CRM系统,需支持多部门协同" || a.Stage != crm.StageInterested ||
		a.DealStatus != "open" || a.FirstContact != "2024-03-01" || a.Remark != "客户要求对比3家供应商报价" || a.MainContact != "李*" || a.MainPhone != "139****1234" {
		t.Errorf("%+v", a)
	}
	shanghai := c.Store.Zone()
	if want := time.Date(2024, 3, 10, 0, 0, 0, 0, shanghai); !a.NextFollowup.Equal(want) {
		t.Errorf("next follow-up %v, want %v", a.NextFollowup, want)
	}
	contacts := c.contactsOf(a.ID)
	if len(contacts) != 1 || contacts[0].Name != "李*" || contacts[0].Title != "采购经理" || !contacts[0].Main || contacts[0].Mobile != "139****1234" {
		t.Errorf("%+v", contacts)
	}
	followups := c.followups()
	if len(followups) != 5 || followups[3].State != crm.FollowupPlanned || followups[4].State != crm.FollowupPlanned || !followups[3].PlannedAt.Equal(a.NextFollowup.Time) || followups[0].CustomerID != a.ID || followups[0].Way != "meeting_in_person" ||
		followups[0].Content != "已演示基础功能,客户关注数据安全模块,需提供加密方案说明" || followups[0].Late {
		t.Errorf("%+v", followups[0])
	}
	won := c.customer("C连锁超市")
	if won.Stage != crm.StageWon || won.DealStatus != "closed" || !won.NextPlanned.IsZero() || !won.NextFollowup.Equal(won.CreatedAt.AddDate(0, 1, 0)) { // by the cadence
		t.Errorf("%+v", won)
	}
	if p := c.listProblems(imp); len(p) != 3 || p[0].Code != "field.phone_masked" || p[0].Severity != importer.Warning || p[0].Row != 2 || p[0].Column != "联系方式" {
		t.Errorf("%+v", p)
	}
}

func TestFiveHundredRows(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	owners := map[string]bool{}
	for login, name := range map[string]string{"z3": "张三", "l4": "李四", "w5": "王五"} {
		owners[c.User(login, name, org.SalesRep, c.Root).ID.String()] = true
	}
	imp := c.run(c.file("客户资料-500行.xlsx"))
	r := imp.Result
	if r.Rows != 500 || r.Created < 482 || r.Created+r.Updated+r.Skipped != 500 || r.Refused != 0 {
		t.Fatalf("%+v\n%s", r, c.problems(imp))
	}
	customers := c.customers()
	if len(customers) != r.Created {
		t.Errorf("%d customers, %d created", len(customers), r.Created)
	}
	owned, placed, ranged, tagged := 0, 0, 0, 0
	for _, x := range customers {
		if owners[x.OwnerID.String()] {
			owned++
		}
		if x.Region != "" {
			placed++
		}
		if x.Expected != nil && x.ExpectedMax != nil && *x.ExpectedMax > *x.Expected {
			ranged++
		}
		if len(x.Tags) > 0 {
			tagged++
		}
	}
	t.Logf("%d customers: %d owned, %d with region, %d with a range, %d with tags", len(customers), owned, placed, ranged, tagged)
	if owned != len(customers) {
		t.Errorf("%d of %d have their owner", owned, len(customers))
	}
}

// TestEveryFile imports files that others made, as they are.
func TestEveryFile(t *testing.T) {
	t.Parallel()
	type want struct {
		refused string          // message key of why nothing can be imported
		result  importer.Result // of the import
		fields  map[string]string
	}
	none := importer.Result{}
	wants := map[string]want{
		"easyexcel_dataformat_日期格式.xlsx": {refused: "import.no_name"},
		"easyexcel_office_bom.csv":       {result: importer.Result{Rows: 10, Created: 10}, fields: map[string]string{"姓名": "customer.name"}},
		"easyexcel_t01_说明行.xls":          {refused: "import.no_name"},
		"easyexcel_t02_标题行.xlsx":         {result: importer.Result{Rows: 1, Created: 1}},
		"easyexcel_t04_合并单元格.xlsx":       {refused: "import.no_name"},
		"fmis_客户及信息备案表.xlsx": {result: none, fields: map[string]string{
			"客户名称": "customer.name", "客户级别": "customer.grade", "联系电话": "contact.landline", "办公地址": "customer.address", "客户来源": "customer.source", "业务负责人": "customer.owner_id",
		}},
		"fmis_客户名录范本.xlsx": {result: none, fields: map[string]string{
			"客户名称": "customer.name", "客户联系人": "contact.name", "手机": "contact.mobile", "客户类型": "customer.roles",
		}},
		"jsherp_customer_template.xls": {result: importer.Result{Rows: 2, Created: 2}, fields: map[string]string{
			"名称": "customer.name", "联系人": "contact.name", "手机号码": "contact.mobile", "电子邮箱": "contact.email", "纳税人识别号": "customer.tax_number", "开户行": "customer.bank", "账号": "customer.bank_account",
		}},
		"poi_1904.xls":           {refused: "import.no_name"},
		"poi_hidden_sheet.xlsx":  {refused: "import.no_name"},
		"poi_password_tika.xlsx": {refused: "sheet.password"},
		"vcf_android.vcf":        {result: importer.Result{Rows: 6, Created: 4, Refused: 2}, fields: map[string]string{"姓名": "contact.name", "公司": "customer.name", "邮箱": "contact.email"}},
		"vcf_iphone.vcf":         {result: importer.Result{Rows: 1, Created: 1}},
		"vcf_outlook.vcf":        {result: importer.Result{Rows: 1, Created: 1}},
		"客户登记表-14列.xlsx":         {result: importer.Result{Rows: 3, Created: 3}},
		"客户结算收款表.xlsx":           {result: importer.Result{Rows: 3, Created: 3}},
		"客户资料-500行.xlsx":         {result: importer.Result{Rows: 500, Created: 483, Updated: 17}},
		"来电来店登记表.xlsx":           {result: importer.Result{Rows: 40, Created: 14, Refused: 26}},
		"线索登记.xlsx":              {result: importer.Result{Rows: 120, Created: 119, Updated: 1}},
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		want, known := wants[e.Name()]
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			if !known {
				t.Fatal("nothing is expected of this file")
			}
			c := newCompany(t)
			f, err := os.Open("testdata/" + e.Name())
			c.Must(err)
			defer f.Close()
			imp, err := c.m.Start(t.Context(), c.Admin, "customer", e.Name(), f)
			if err == nil {
				for header, field := range want.fields {
					if got := fields(imp)[header]; got != field {
						t.Errorf("%s means %q, want %q", header, got, field)
					}
				}
				if want.refused == "" {
					if imp = c.run(imp); imp.Result != want.result {
						t.Errorf("%+v, want %+v\n%s", imp.Result, want.result, c.problems(imp))
					}
					return
				}
				_, err = c.m.Run(t.Context(), c.Admin, imp.ID, nil)
			}
			var refused *errs.Error
			if !errors.As(err, &refused) || refused.Key != want.refused {
				t.Errorf("%v, want %q", err, want.refused)
			}
		})
	}
}
