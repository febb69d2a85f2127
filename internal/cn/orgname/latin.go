package orgname

import (
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/cn/text"
)

// latinForms are the legal forms that end Latin names, without dots.
var latinForms = map[string]bool{
	"co": true, "ltd": true, "limited": true, "inc": true, "incorporated": true, "corp": true, "corporation": true,
	"company": true, "llc": true, "llp": true, "lp": true, "plc": true, "gmbh": true, "mbh": true, "kg": true, "ag": true, "sa": true, "sas": true, "sarl": true,
	"srl": true, "spa": true, "bv": true, "nv": true, "pte": true, "pty": true, "kk": true, "oy": true, "ab": true, "as": true, "aps": true, "sdn": true,
	"bhd": true, "pvt": true, "fze": true, "fzco": true, "ooo": true, "jsc": true, "ltda": true, "gk": true, "group": true, "holding": true, "holdings": true,
}

// withoutLatinForm takes “Co., Ltd.”, “GmbH & Co. KG” and the like off the end of a Latin name.
func withoutLatinForm(s string) (core string, legal bool) {
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;()&\n", r) })
	n := len(words)
	for n > 1 && latinForms[formKey(words[n-1])] {
		n--
	}
	if n == len(words) {
		return s, false
	}
	return strings.Join(words[:n], " "), true
}

// formKey spells a word as latinForms does: “S.A.” and “a/s” without their signs.
func formKey(word string) string {
	return strings.ToLower(without(word, "./"))
}

// organisationWords stand in the names of organisations and hardly in those of people.
var organisationWords = []string{
	"公司", "集团", "有限", "合伙", "事务所", "工作室", "研究", "大学", "学院", "学校", "中学", "小学", "幼儿园", "医院", "诊所", "银行",
	"政府", "委员会", "协会", "商会", "学会", "联合会", "基金会", "合作社", "酒店", "宾馆", "饭店", "餐厅", "超市", "商场", "商城", "中心", "工厂", "经营部",
	"门市部", "商行", "商店", "专卖店", "旗舰店", "药店", "书店", "公安", "科技", "贸易", "实业", "企业", "办事处", "服务部", "俱乐部", "管理处", "农场", "电厂",
	"街道", "居委会", "村委会", "法院", "检察院", "部队", "传媒", "制造", "机械", "电子", "物业", "物流", "装饰", "建材",
}

// organisationEnds end the names of organisations of at least four characters.
var organisationEnds = []string{"厂", "店", "院", "局", "部", "所", "社", "厅", "处", "行", "站", "馆", "会", "场", "城", "坊", "轩", "铺", "屋", "园", "庄", "委", "校", "网", "号", "吧", "矿", "库"}

// IsOrganisation reports whether a name looks like an organisation's rather than a person's.
func IsOrganisation(name string) bool {
	s := text.Clean(name)
	if !strings.ContainsFunc(s, isHan) {
		_, legal := withoutLatinForm(s)
		return legal
	}
	if slices.ContainsFunc(organisationWords, func(word string) bool { return strings.Contains(s, word) }) {
		return true
	}
	return utf8.RuneCountInString(s) >= 4 && hasSuffix(s, organisationEnds)
}
