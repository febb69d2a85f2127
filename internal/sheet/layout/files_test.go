package layout

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"genjin/internal/sheet"
)

// dictionary knows names as the importer's would.
func dictionary(header string) float64 {
	words := "客户名称 客户编号 公司名称 企业名称 名称 所属行业 行业 联系人 主要联系人 联系人姓名 客户姓名 姓名 职务 联系人职位 职位 联系方式 电话 联系电话 手机 手机号 " +
		"邮箱 地址 办公地址 公司地址 备注 首次接触时间 跟进阶段 跟进方式 跟进内容 下次跟进时间 客户来源 标签 负责人 业务负责人 " +
		"省 市 客户级别 客户类型 部门 日期 公司 name phone company email"
	if header == "" {
		return 0
	}
	for _, w := range strings.Fields(words) {
		if strings.EqualFold(w, header) {
			return 1
		}
	}
	return 0
}

func head(t *testing.T, path string, n int) (sheet.Book, []Row) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b, err := sheet.Open(f, info.Size(), filepath.Base(path), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.Head(context.Background(), b, n, Lookahead)
	if err != nil {
		t.Fatal(err)
	}
	return b, rows
}

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		file    string
		sheet   int
		want    string // header row, its lines, first data row
		columns int
		first   string // first and last header
		last    string
		records int // among the rows looked at
	}{
		{"客户登记表-14列.xlsx", 0, "112", 14, "客户编号", "备注", 3},
		{"客户结算收款表.xlsx", 0, "112", 7, "客户名称", "结算人", 3},
		{"客户资料-500行.xlsx", 0, "112", 15, "客户名称", "备注", 49},
		{"来电来店登记表.xlsx", 0, "314", 15, "序号", "备注", 40},
		{"线索登记.xlsx", 0, "112", 10, "线索来源", "预算", 49},
		{"easyexcel_dataformat_日期格式.xlsx", 0, "112", 7, "date", "numberStringUs", 27},
		{"easyexcel_office_bom.csv", 0, "112", 2, "姓名", "年纪", 10},
		{"easyexcel_t01_说明行.xls", 0, "213", 18, "材质", "备注", 1},
		{"easyexcel_t02_标题行.xlsx", 0, "213", 18, "序号", "注册号/备案号", 1},
		{"easyexcel_t04_合并单元格.xlsx", 0, "112", 12, "序号", "调试状态", 49},
		{"fmis_客户及信息备案表.xlsx", 0, "314", 18, "序号", "备注", 0},
		{"fmis_客户及信息备案表.xlsx", 1, "314", 16, "序号", "备注", 0},
		{"fmis_客户及信息备案表.xlsx", 2, "314", 16, "序号", "备注", 0},
		{"fmis_客户名录范本.xlsx", 0, "314", 38, "月份", "备注", 1},
		{"fmis_客户名录范本.xlsx", 1, "314", 49, "序号", "2015年订货金额（元）", 1},
		{"fmis_客户名录范本.xlsx", 2, "314", 14, "业绩年份", "阀门规格", 1},
		{"jsherp_customer_template.xls", 0, "213", 15, "名称", "状态", 2},
		{"poi_1904.xls", 0, "001", 2, "A", "B", 1},
		{"poi_hidden_sheet.xlsx", 1, "001", 1, "A", "A", 1},
		{"vcf_android.vcf", 0, "112", 13, "姓名", "QQ", 6},
		{"vcf_iphone.vcf", 0, "112", 13, "姓名", "QQ", 1},
		{"vcf_outlook.vcf", 0, "112", 13, "姓名", "QQ", 1},
	} {
		t.Run(c.file, func(t *testing.T) {
			_, rows := head(t, filepath.Join("..", "testdata", c.file), c.sheet)
			table := FindTable(rows, dictionary)
			place, _, _ := strings.Cut(outline(table), " ")
			if place != c.want || len(table.Columns) != c.columns {
				t.Fatalf("%s, %d columns: %s", place, len(table.Columns), outline(table))
			}
			if first, last := table.Columns[0].Header, table.Columns[c.columns-1].Header; first != c.first || last != c.last {
				t.Errorf("columns %s to %s", first, last)
			}
			records, is := 0, table.Records()
			for _, row := range rows {
				if row.Number >= table.FirstDataRow && is(row) {
					records++
				}
			}
			if records != c.records {
				t.Errorf("%d records", records)
			}
		})
	}
}
