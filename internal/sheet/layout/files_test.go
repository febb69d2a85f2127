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
