package layout

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"genjin/internal/sheet"
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
	text := first(row)
	switch {
	case text == "":
		return false
	case total.MatchString(text):
		return true
	default:
		return filled(row) <= 6 && signs.MatchString(text) || isNote(row)
	}
}

// isNote reports whether a row is a remark, or an item of one.
func isNote(row Row) bool {
	text := first(row)
	switch filled(row) {
	case 1:
		return notes.MatchString(text) || items.MatchString(text) && utf8.RuneCountInString(text) > 8
	case 2:
		return notes.MatchString(text)
	default:
		return false
	}
}

// first gives the first text of a row, without white space.
func first(row Row) string {
	for _, cell := range row.Cells {
		if hasOwn(cell) {
			return strings.Join(strings.Fields(cell.String()), "")
		}
	}
	return ""
}

// filled counts the values of a row's own.
func filled(row Row) int {
	n := 0
	for _, cell := range row.Cells {
		if hasOwn(cell) {
			n++
		}
	}
	return n
}

func hasOwn(cell sheet.Cell) bool {
	return !cell.Merged && strings.TrimSpace(cell.String()) != ""
}
