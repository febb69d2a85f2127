package layout

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	total = regexp.MustCompile(`(?i)^(本页|本月|全部|全年|当前)?(合计|总计|小计|共计|累计|总和|汇总|total|sub-?total|grandtotal)(人数|金额|数量|行数|[（(][^）)]*[）)])?[:：]?$|^(共|合计|总计|共计)[:：]?\d[\d,]*(条|行|家|户|个|人|项|笔)`)
	notes = regexp.MustCompile(`(?i)^[*＊※]?(注|备注|说明|注意|注意事项|填表说明|填写说明|温馨提示|提示|免责声明|声明|数据来源|来源|note|notes|remark|remarks|disclaimer|source)\d*[:：、.]`)
	signs = regexp.MustCompile(`^(制表|制单|填表|审核|审批|复核|编制|批准|负责|经办|统计|导出|打印|登记|签字|签名|日期)(人|部门|时间|日期|单位|员)?[:：]`)
	items = regexp.MustCompile(`^([(（]?\d{1,2}[)）、.．]|[①-⑳])`)
)

// IsFooter reports whether a row stands below the records: a total, a note, a line for signatures. It looks at the
// row alone, so a record that merely mentions such a word stays one.
func IsFooter(row Row) bool {
	first, filled := "", 0
	for _, cell := range row.Cells {
		text := strings.TrimSpace(cell.String())
		if text == "" || cell.Merged {
			continue
		}
		if filled++; filled == 1 {
			first = text
		}
	}
	squeezed := strings.Join(strings.Fields(first), "")
	switch {
	case filled == 0:
		return false
	case total.MatchString(squeezed):
		return true
	case filled <= 6 && signs.MatchString(squeezed):
		return true
	case filled <= 2 && notes.MatchString(squeezed):
		return true
	default:
		return filled == 1 && items.MatchString(squeezed) && utf8.RuneCountInString(squeezed) > 8
	}
}
