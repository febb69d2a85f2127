package layout

import (
	"strings"
	"testing"

	"genjin/internal/sheet"
)

// grid makes rows of lines whose cells are separated by |. A cell may begin with # (a number), < (covered by the
// cell to its left), ^ (filled down from above); blank lines make gaps.
func grid(text string) []Row {
	var rows []Row
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		row := Row{Number: i + 1}
		for column, value := range strings.Split(line, "|") {
			value = strings.ReplaceAll(strings.TrimSpace(value), `\n`, "\n")
			cell := sheet.Cell{Kind: sheet.Text, Text: value}
			switch {
			case value == "":
				cell = sheet.Cell{}
			case value == "<":
				cell = sheet.Cell{}
				last := len(row.Merges) - 1
				if last >= 0 && row.Merges[last].Column+row.Merges[last].Columns == column {
					row.Merges[last].Columns++
				} else {
					row.Merges = append(row.Merges, sheet.Span{Column: column - 1, Columns: 2, Rows: 1})
				}
			case value[0] == '#':
				cell = sheet.Cell{Kind: sheet.Number, Text: value[1:]}
			case value[0] == '^':
				cell.Text, cell.Merged = value[1:], true
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// outline writes where a table stands and what its columns are called.
func outline(t Table) string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, sheet.ColumnName(c.Index)+":"+c.Header)
	}
	head := func(n int) string { return string(rune('0' + n)) }
	return head(t.HeaderRow) + head(t.HeaderRows) + head(t.FirstDataRow) + " " + strings.Join(names, " ")
}

func TestFindTable(t *testing.T) {
	for _, c := range []struct{ name, in, want, note string }{
		{"plain", "客户名称|电话\n甲公司|138", "112 A:客户名称 B:电话", ""},
		{"title above", "客户信息登记表|<|<\n客户名称|电话|备注\n甲|13800138000|x", "213 A:客户名称 B:电话 C:备注", "客户信息登记表"},
		{"title without merge", "2026年客户名单\n\n客户名称|电话|备注\n甲|13800138000|x", "314 A:客户名称 B:电话 C:备注", "2026年客户名单"},
		{"instructions above", `1、带*为必填\n2、日期写2024-01-01|<|<|<` + "\n*客户名称|联系人（必填）|手机号\\n(选填)|备注\n甲|张三|138|", "213 A:客户名称 B:联系人 C:手机号 D:备注", "1、带*为必填 2、日期写2024-01-01"},
		{"who filled it in above", "客户名单|<|<|<\n填表人：张三|日期：2026-11-21||\n序号|客户名称|联系人|电话\n#1|甲|张|1", "314 A:序号 B:客户名称 C:联系人 D:电话", "客户名单\n填表人：张三 日期：2026-11-21"},
		{"blank columns to the left", "||客户名称|电话\n||甲|138", "112 C:客户名称 D:电话", ""},
		{"groups above", "客户信息|<|联系人|<|备注\n名称|行业|姓名|电话|^备注\n甲|制造业|张三|138|x", "123 A:名称 B:行业 C:姓名 D:电话 E:备注", ""},
		{"the same name in two groups", "公司|<|联系人|<\n客户名称|电话|姓名|电话\n甲|0755|张三|138", "123 A:客户名称 B:公司/电话 C:姓名 D:联系人/电话", ""},
		{"two lines, the upper tells more", "客户名称|电话|地址|<|备注\n||省|市|\n甲|138|广东|深圳|", "123 A:客户名称 B:电话 C:省 D:市 E:备注", ""},
		{"groups without merges", "客户||联系人|\n名称x|行业|姓名|电话\n甲|制造业|张三|13800138000", "123 A:客户/名称x B:行业 C:姓名 D:电话", ""},
		{"example below", "客户名称|电话\n示例：甲公司|138\n乙|139", "113 A:客户名称 B:电话", ""},
		{"remark below over the table", "客户名称|电话|备注\n以上均为必填项|<|<\n乙|139|", "113 A:客户名称 B:电话 C:备注", ""},
		{"nothing below", "客户名称|电话", "112 A:客户名称 B:电话", ""},
		{"columns without a name", "客户名称||电话\n甲|x|138", "112 A:客户名称 B:B C:电话", ""},
		{"no header, phones", "甲公司|张三|13800138000\n乙公司|李四|13900139000", "001 A:A B:B C:C", ""},
		{"no header, from the third row", "\n\n甲公司|13800138000\n乙公司|13900139000", "003 A:A B:B", ""},
		{"no header, names only", "张三|采购\n李四|销售", "001 A:A B:B", ""},
		{"unknown header over numbers", "甲项|乙项|丙项\nx|#1|y\nz|#2|u", "112 A:甲项 B:乙项 C:丙项", ""},
		{"values like names below", "姓名|职务\n手机|电话\n张三|经理", "112 A:姓名 B:职务", ""},
		{"one column", "客户名称\n甲\n乙", "112 A:客户名称", ""},
		{"one column without header", "甲公司\n乙公司", "001 A:A", ""},
		{"spread characters", "客 户 名 称|联 系\\n电 话\n甲|138", "112 A:客户名称 B:联系电话", ""},
		{"English", "Company Name|Phone|E-mail|Name\nA Ltd|+86 138|a@b.c|Zhang", "112 A:Company Name B:Phone C:E-mail D:Name", ""},
		{"repeated header", "客户名称|电话\n甲|13800138000\n客户名称|电话\n乙|13900139000", "112 A:客户名称 B:电话", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := FindTable(grid(c.in), dictionary)
			if outline(got) != c.want || got.Note != c.note {
				t.Errorf("got  %s\nwant %s\nnote %q", outline(got), c.want, got.Note)
			}
		})
	}
}

// TestCompanyExport is the layout of company-information services: a disclaimer above 26 columns.
func TestCompanyExport(t *testing.T) {
	headers := "企业名称|登记状态|法定代表人|注册资本|成立日期|核准日期|所属省份|所属城市|所属区县|有效手机号|更多电话|邮箱|更多邮箱|统一社会信用代码|纳税人识别号|注册号|组织机构代码|参保人数|企业类型|国标行业门类|国标行业大类|国标行业中类|曾用名|网址|注册地址|经营范围"
	disclaimer := "以下内容由系统根据公开信息生成，仅供参考，不构成任何明示或暗示的观点或保证。" + strings.Repeat("|<", 25)
	row := "深圳市甲科技有限公司|存续|张三|1000万元人民币|2015-01-02|2020-01-02|广东省|深圳市|南山区|13800138000|0755-1|a@b.c|-|91440300MA5DXXXX1X|-|4403|MA5D|12|有限责任公司|制造业|通用设备|泵|-|-|科技路|泵的销售"
	got := FindTable(grid(disclaimer+"\n"+headers+"\n"+row+"\n"+row), dictionary)
	if got.HeaderRow != 2 || got.FirstDataRow != 3 || len(got.Columns) != 26 || got.Columns[0].Header != "企业名称" || !strings.HasPrefix(got.Note, "以下内容") {
		t.Errorf("%s, note %q", outline(got), got.Note)
	}
	unknown := func(string) float64 { return 0 }
	if got := FindTable(grid(disclaimer+"\n"+headers+"\n"+row+"\n"+row), unknown); got.HeaderRow != 2 {
		t.Errorf("without a dictionary: %s", outline(got))
	}
}

func TestAsHeader(t *testing.T) {
	rows := grid("客户名称|电话\n甲|138\n乙|139")
	if got := outline(AsHeader(rows, 2, 1, dictionary)); got != "213 A:甲 B:138" {
		t.Error(got)
	}
	if got := outline(AsHeader(rows, 0, 0, dictionary)); got != "001 A:A B:B" {
		t.Error(got)
	}
	if got := outline(AsHeader(grid("公司|<\n名称|电话\n甲|1"), 1, 2, dictionary)); got != "123 A:公司/名称 B:电话" && got != "123 A:名称 B:电话" {
		t.Error(got)
	}
}

func TestCleanHeader(t *testing.T) {
	for in, want := range map[string]string{
		"*客户名称": "客户名称", "客户名称*": "客户名称", "客户名称（必填）": "客户名称", "客户名称 (必填，不超过50字)": "客户名称", "【必填】客户名称": "客户名称",
		"客户名称-必填": "客户名称", "客户名称:": "客户名称", "★ 客户名称　": "客户名称", "客 户 名 称": "客户名称", "采购金额（元）": "采购金额（元）", "联系\n电话": "联系电话",
		"Company  Name (required)": "Company Name", "Phone *": "Phone", "手机号(11位)": "手机号(11位)", "  ": "", "E-mail\naddress": "E-mail address", "必填": "必填", "\ufeff姓名": "姓名",
	} {
		if got := CleanHeader(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestIsFooter(t *testing.T) {
	for line, want := range map[string]bool{
		"合计||#100|#200": true, "|合 计|#3": true, "总计：|5": true, "小计（元）|#5": true, "Total|#5": true, "共 12 条": true, "合计金额|#3": true,
		"注：1、超过6个月按信息处理": true, "备注：以上数据仅供参考|": true, "    2、初次订货日期填至月份；": true, "制表人：张三||审核：李四": true, "数据来源：某某网": true, "日期：2026-11-21": true,
		"合计科技有限公司|张三|138": false, "注册公司|张三|138|x": false, "甲|说明：|138": false, "1、某公司|138": false, "#1|甲|乙": false, "3、短": false, "": false, "日期|x|y|z": false,
		"^甲|合计|#1": true,
	} {
		var row Row
		if rows := grid(line); len(rows) > 0 {
			row = rows[0]
		}
		if got := IsFooter(row); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

func TestRecords(t *testing.T) {
	rows := grid("序号|客户名称|电话|备注\n#1|甲|13800138000|\n#2|||\n小计||#5|\n序号|客户名称|电话|备注\n#3|乙|13900139000|\n注：说明|||\n|A类||\n#4|丙|13700137000|晚")
	table := FindTable(rows, dictionary)
	var got []string
	for is, i := table.Records(), 1; i < len(rows); i++ {
		if is(rows[i]) {
			got = append(got, rows[i].Cell(1).Text)
		}
	}
	if strings.Join(got, "") != "甲乙丙" {
		t.Errorf("records %v of %s", got, outline(table))
	}
}

func TestForm(t *testing.T) {
	for _, c := range []struct{ name, in, header, record string }{
		{"two columns", "客户资料|<\n客户名称|甲公司\n联系人|张三\n电话：|13800138000\n备注|", "客户名称 联系人 电话", "甲公司 张三 13800138000"},
		{"four columns", "客户名称|甲公司|联系人|张三\n电话|13800138000|地址|深圳", "客户名称 联系人 电话 地址", "甲公司 张三 13800138000 深圳"},
		{"a table", "客户名称|电话|备注\n甲|138|x", "", ""},
		{"a table under a title", "客户登记表|<|<\n客户名称|电话|备注\n电话|手机|姓名", "", ""},
		{"many records", "客户名称|甲\n电话|1\n客户名称|乙\n电话|2\n地址|3", "", ""},
		{"a table with strange names between", "客户名称|甲乙|电话|丙丁|备注|戊己\n甲|1|2|3|4|5\n乙|1|2|3|4|5", "", ""},
		{"too little", "客户名称|甲公司\n电话|138", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			header, record, ok := Form(grid(c.in), dictionary)
			if texts(header) != c.header || texts(record) != c.record || ok != (c.header != "") {
				t.Errorf("%v: %s; %s", ok, texts(header), texts(record))
			}
		})
	}
}

func texts(row Row) string {
	var all []string
	for _, cell := range row.Cells {
		all = append(all, cell.Text)
	}
	return strings.Join(all, " ")
}
