// Package orgname reads the names of organisations: the part that tells one from another, the form in which two
// spellings of one organisation are equal, and the letters under which it is looked for.
package orgname

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
)

// Parts are what a name is made of: 深圳市华为技术有限公司 has the region 440300, the core 华为技术 and the form 有限公司.
type Parts struct {
	Region string // code of GB/T 2260; "" where the name names none
	Core   string // without region, legal form and brackets; the whole name where nothing else would be left
	Legal  bool   // a legal form stood in the name
	Branch bool   // a branch (分公司, 分店, 支行) of the organisation, not itself
}

// Read takes a name apart. Full and half width, spaces and kinds of brackets do not matter.
func Read(name string) Parts {
	s := text.Clean(name)
	if !strings.ContainsFunc(s, isHan) {
		core, legal := withoutLatinForm(s)
		return Parts{Core: core, Legal: legal}
	}
	var p Parts
	s = p.brackets(strings.ReplaceAll(s, " ", ""))
	p.Branch = hasSuffix(s, branchEnds)
	rest := s
	if m := codes.Regions().FromName(s); m.Code != "" || len(m.Candidates) > 0 {
		if m.Code != "" {
			p.Region = m.Code
		}
		rest = m.Rest
	}
	p.Core = p.form(rest)
	if utf8.RuneCountInString(p.Core) < 2 && rest != s {
		p.Region, p.Core = "", p.form(s)
	}
	if p.Core == "" {
		p.Core = s
	}
	return p
}

// brackets takes bracketed parts out: a region is noted, a form or 中国 dropped, anything else kept without its brackets.
func (p *Parts) brackets(s string) string {
	for range 4 {
		before, inside, ok := strings.Cut(s, "(")
		if !ok {
			break
		}
		inside, after, closed := strings.Cut(inside, ")")
		if !closed {
			return before + inside
		}
		switch {
		case legalWords[inside]:
			p.Legal = true
		case dropWords[inside] || strings.HasPrefix(inside, "原") || strings.HasPrefix(inside, "曾用名"):
		default:
			if m := codes.Regions().Resolve(inside); m.OK() && before != "" {
				p.Region = m.Code
			} else {
				before += inside
			}
		}
		s = before + after
	}
	return without(s, "()")
}

// without drops every character of chars.
func without(s, chars string) string {
	if !strings.ContainsAny(s, chars) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(chars, r) {
			return -1
		}
		return r
	}, s)
}

// form takes the legal forms off the end, and out of the middle of a branch's name.
func (p *Parts) form(s string) string {
	if p.Branch {
		for _, form := range []string{"股份有限公司", "有限责任公司", "有限公司"} {
			if strings.Contains(s, form) {
				p.Legal = true
				return strings.Replace(s, form, "", 1)
			}
		}
		return s
	}
	for {
		cut := trimSuffix(s, legalEnds)
		if cut == s || cut == "" {
			return s
		}
		s, p.Legal = cut, true
	}
}

// legalEnds are the legal forms, longest first.
var legalEnds = []string{
	"股份有限责任公司", "集团股份有限公司", "集团有限责任公司", "股份有限公司", "有限责任公司", "集团有限公司", "有限合伙企业", "普通合伙企业",
	"个人独资企业", "股份合作公司", "股份公司", "责任公司", "集团公司", "有限公司", "合伙企业", "有限合伙", "总公司", "公司", "集团", "股份", "有限",
}

var legalWords = map[string]bool{"集团": true, "有限合伙": true, "普通合伙": true, "特殊普通合伙": true, "个人独资": true, "股份": true, "控股": true, "有限": true}

var dropWords = map[string]bool{"": true, "中国": true, "筹": true, "总部": true, "总店": true, "本部": true, "亚太": true, "大中华": true, "新": true}

var branchEnds = []string{"分公司", "分店", "分行", "支行", "分部", "办事处", "分厂", "分局", "支公司", "营业部", "代表处", "分所", "分院", "分校"}

// Core gives the part of a name that tells it from others: 华为技术 for 深圳市华为技术有限公司.
func Core(name string) string { return Read(name).Core }

// ShortName gives the name as people say it, with the place but without the legal form: 深圳华为技术.
func ShortName(name string) string {
	p := Read(name)
	return codes.Regions().Short(p.Region) + p.Core
}

// Normalize gives the form in which two spellings of one organisation's name are equal, for finding duplicates; it is
// not for showing. Width, case, spaces, punctuation, brackets, legal form and the region do not matter. The region stays
// where the core alone would name too many: an institution (深圳市公安局), a line of business (北京银行), one character.
// A branch differs from its organisation. A placeholder gives "".
func Normalize(name string) string {
	if text.IsEmpty(name) {
		return ""
	}
	p := Read(name)
	core := letters(p.Core)
	if core == "" {
		return letters(text.Clean(name))
	}
	if p.Region != "" && p.needsRegion(core) {
		return codes.Regions().Short(p.Region) + core
	}
	return core
}

// needsRegion reports whether the core alone would name too many organisations.
func (p *Parts) needsRegion(core string) bool {
	return utf8.RuneCountInString(core) < 2 || !p.Legal && hasSuffix(core, institutionEnds) || lines()[core]
}

// institutionEnds end the names of bodies that every place has.
var institutionEnds = []string{
	"局", "委员会", "委", "政府", "厅", "处", "法院", "检察院", "大学", "学院", "学校", "中学", "小学", "幼儿园", "医院", "银行", "院", "站", "中心",
	"协会", "商会", "联合会", "办公室", "支队", "大队", "馆", "支行", "分行",
}

// lines are words for lines of business: the industries' names without 制造, 服务 and the like, and their short names.
var lines = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{
		"国际": true, "实业": true, "投资": true, "控股": true, "发展": true, "开发": true, "商务": true, "信息": true, "技术": true, "网络科技": true,
		"信息技术": true, "信息科技": true, "科技发展": true, "城投": true, "公交集团": true, "地铁": true, "日报": true, "晚报": true,
	}
	ends := []string{"制造业", "制造", "加工", "专门零售", "零售", "批发", "服务业", "服务", "生产", "供应", "开采", "销售", "活动", "管理", "业"}
	s := codes.Industries()
	for _, c := range s.All() {
		words[letters(c.Name)] = true
		words[letters(trimSuffix(c.Name, ends))] = true
	}
	for _, word := range s.Synonyms() {
		words[letters(word)] = true
	}
	return words
})

// maxMnemonic bounds a mnemonic.
const maxMnemonic = 20

// Mnemonic gives the letters by which a customer is typed: the pinyin initials of its city and of the core of its name,
// in capitals: SZHWJS for 深圳市华为技术有限公司, HWJS where no place is named. Latin letters and digits stay.
func Mnemonic(name string) string {
	p := Read(name)
	regions := codes.Regions()
	letters := pinyin.Initials(regions.Short(regions.City(p.Region))) + pinyin.Initials(p.Core)
	if len(letters) > maxMnemonic {
		letters = strings.ToValidUTF8(letters[:maxMnemonic], "")
	}
	return strings.ToUpper(letters)
}

// letters keeps the letters and digits of s, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func hasSuffix(s string, ends []string) bool { return trimSuffix(s, ends) != s }

// trimSuffix takes the first of ends that s ends with off it.
func trimSuffix(s string, ends []string) string {
	for _, end := range ends {
		if cut, ok := strings.CutSuffix(s, end); ok {
			return cut
		}
	}
	return s
}
