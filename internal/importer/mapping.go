package importer

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"genjin/internal/cn/orgname"
	"genjin/internal/cn/phone"
	"genjin/internal/cn/text"
	"genjin/internal/cn/uscc"
	"genjin/internal/entity"
	"genjin/internal/sheet"
)

// Column is a column of the table that was found in a sheet, and what it means.
type Column struct {
	Index   int      `json:"index"`
	Header  string   `json:"header"`
	Samples []string `json:"samples"`
	Field   string   `json:"field"`   // name of a Target; "" is left out
	Certain bool     `json:"certain"` // the heading is known; otherwise the meaning was guessed
}

// likely is the surety from which on a heading or a content gives a column its meaning.
const likely = 0.5

// ignored headings number the rows and mean nothing.
var ignored = []string{"序号", "未导入原因", "reason", "行号", "no", "#", "index", "num", "操作", "勾选"}

// sureness says how surely a heading means something, for finding the header row.
func (p *plan) sureness(heading string) float64 {
	folded := foldHeading(heading)
	if p.leftOut(folded, false) {
		return 0.9
	}
	best := 0.0
	for _, w := range p.words {
		best = max(best, w.fits(folded))
	}
	return best
}

// fits says how well a folded heading means the word.
func (w word) fits(folded string) float64 {
	switch {
	case folded == w.folded:
		return w.sure
	case utf8.RuneCountInString(w.folded) < 2 || folded == "":
		return 0
	case strings.Contains(folded, w.folded) && onlyDecoration(strings.Replace(folded, w.folded, "", 1)):
		return w.sure * (0.6 + 0.3*float64(len(w.folded))/float64(len(folded)))
	}
	return 0
}

// decorations stand around the words of a heading and change nothing of its meaning.
var decorations = []string{
	"客户", "公司", "企业", "单位", "联系人", "主要", "首要", "第一", "业务", "所属", "所在", "办公", "个人", "详细", "具体", "相关",
	"情况", "信息", "内容", "预计", "计划", "登记", "填写", "日期", "时间", "人民币", "万元", "元", "号码", "号", "名称", "全称", "目前", "当前",
	"最新", "最近", "线索", "初步", "档案", "请", "必填", "选填", "的", "customer", "contact", "company", "organization", "your", "primary", "main", "value", "1",
}

func onlyDecoration(rest string) bool {
	for _, d := range decorations {
		rest = strings.ReplaceAll(rest, d, "")
	}
	return rest == ""
}

// pair is a possible meaning of a column.
type pair struct {
	column int
	target *Target
	sure   float64
}

// assign gives columns their meaning: the surest pairs first, each target once. What is left is guessed from its
// content, and what nothing is known of is kept in the remark.
func (p *plan) assign(columns []Column, values [][]string) {
	exported := isExport(columns)
	var pairs []pair
	for i, c := range columns {
		folded := foldHeading(c.Header)
		if p.leftOut(folded, exported) {
			columns[i].Certain = true
			continue
		}
		best := map[*Target]float64{}
		for _, w := range p.words {
			if fit := w.fits(folded); fit >= likely && fit > best[w.target] {
				best[w.target] = fit
			}
		}
		for t, sure := range best {
			if t.contradicts(values[i]) {
				sure *= 0.5
			}
			pairs = append(pairs, pair{i, t, sure})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		switch {
		case a.sure > b.sure:
			return -1
		case a.sure < b.sure:
			return 1
		case a.column != b.column:
			return a.column - b.column
		}
		return strings.Compare(a.target.Name, b.target.Name)
	})
	taken := map[*Target]bool{}
	for _, m := range pairs {
		if m.sure >= likely && columns[m.column].Field == "" && !taken[m.target] {
			columns[m.column].Field, columns[m.column].Certain = m.target.Name, m.sure > 0.85
			taken[m.target] = true
		}
	}
	for i := range columns {
		if columns[i].Field == "" && !p.leftOut(foldHeading(columns[i].Header), exported) {
			p.guess(&columns[i], values[i], taken)
		}
	}
	p.personsAreCustomers(columns)
}

// personsAreCustomers lets a list of people without companies be a list of customers: when nothing names the record
// itself, the column that names what hangs on it does.
func (p *plan) personsAreCustomers(columns []Column) {
	if slices.ContainsFunc(columns, func(c Column) bool { return c.Field == p.title.Name }) {
		return
	}
	for i := range columns {
		t := p.byName[columns[i].Field]
		if t != nil && t.Via != "" && t.Title {
			columns[i].Field = p.title.Name
			return
		}
	}
}

// contradicts reports whether the values of a column cannot be what its heading says.
func (t *Target) contradicts(values []string) bool {
	bad := 0
	for _, v := range values {
		if !t.understood(v) {
			bad++
		}
	}
	return bad*2 > len(values)
}

// understood reports whether a value can be read as a target's type. Types that take any text understand everything.
func (t *Target) understood(value string) bool {
	if t.Field == nil || t.Part != "" {
		return true
	}
	switch f := t.Field; {
	case f.Type == entity.OneOf && f.Open, f.Ref != "", isTree(f):
		return true // what is not known is added, looked up or kept in the remark
	default:
		r := reader{env: &entity.Env{Today: "2024-01-01", DateOrder: "ymd", Zone: time.UTC}}
		_, problem := r.valueOf(f, sheet.Cell{Kind: sheet.Text, Text: value})
		return problem == nil || problem.Warning
	}
}

// recognised are the contents that tell what a column is.
var recognised = []struct {
	is    func(string) bool
	means func(t *Target) bool
}{
	{isPhone, func(t *Target) bool {
		return t.Field != nil && (t.Field.Type == entity.Phone || t.Field.Type == entity.Phones) && t.Via != ""
	}},
	{func(s string) bool { return strings.Contains(s, "@") && strings.Contains(s, ".") }, func(t *Target) bool { return t.Field != nil && t.Field.Type == entity.Email }},
	{func(s string) bool { return uscc.Check(s) == nil }, func(t *Target) bool { return t.Field != nil && t.Field.Type == entity.CreditCode }},
	{orgname.IsOrganisation, func(t *Target) bool { return t.Title && t.Via == "" }},
}

// guess gives a column a meaning by its content: telephone numbers, e-mail addresses, credit codes, companies.
func (p *plan) guess(c *Column, values []string, taken map[*Target]bool) {
	for _, k := range recognised {
		if !most(values, k.is) {
			continue
		}
		for _, t := range p.targets {
			if !taken[t] && k.means(t) {
				c.Field, taken[t] = t.Name, true
				return
			}
		}
	}
	if p.byName[ToRemark] != nil { // nothing is lost, even of a column whose first rows are empty
		c.Field = ToRemark
	}
}

func isPhone(s string) bool {
	numbers, err := phone.Parse(s)
	return err == nil && len(numbers) > 0 && strings.ContainsAny(s, "0123456789")
}

func most(values []string, is func(string) bool) bool {
	n := 0
	for _, v := range values {
		if is(text.Clean(v)) {
			n++
		}
	}
	return n > 0 && n*10 >= len(values)*7
}
