// Package line reads one line of free text about a contact, as it is typed or pasted from a chat, into fields:
// “深圳华为技术有限公司 李经理 13900139000 求购网关”. It guesses; what it finds is shown before anything is saved.
package line

import (
	"regexp"
	"strings"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/orgname"
	"genjin/internal/cn/phone"
	"genjin/internal/cn/text"
)

// Fields are what a line says.
type Fields struct {
	Name    string         // as written, with the form of address: 张总, 李经理, 张三
	Company string         // an organisation's name
	Title   string         // 采购经理; of 李经理, 经理
	Phones  []phone.Number // every number that can be read
	Email   string
	WeChat  string // an account; the mobile where the line says 微信同号
	QQ      string
	Website string
	Region  string // code of GB/T 2260, where a word of its own names one
	Rest    string // what is left, which is mostly the need: 要两台
}

// maxLine bounds a line; what is behind it goes to Rest unread.
const maxLine = 2000

var (
	emailPattern   = regexp.MustCompile(`[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,20}`)
	websitePattern = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s,;，；、]{3,200}`)
	samePattern    = regexp.MustCompile(`[(（]?(?:同微信号?|微信同(?:号|步|手机)?|加微信|微信号?同上|微信同电话)[)）]?`)
	wechatPattern  = regexp.MustCompile(`(?i)(?:微信号?|wechat|weixin|\bwx|\bvx)\s*[:：]?\s*([a-z][-_a-z0-9]{5,19}|1\d{10})\b`)
	qqPattern      = regexp.MustCompile(`(?i)(?:\bqq号?)\s*[:：]?\s*([1-9]\d{4,11})\b`)
	latinCompany   = regexp.MustCompile(`\b[A-Z][\w&.-]{0,40}(?: [A-Z&][\w&.-]{0,40}){0,4},? (?:Co\.?, ?Ltd\.?|Co Ltd|Company Limited|Limited|Ltd\.?|Inc\.?|LLC|GmbH|Corp(?:oration|\.)?|PLC|Pte\.? Ltd\.?)(?:\s|$)`)
	phonePattern   = regexp.MustCompile(`(?:\+\d{1,3}|(?:\b|[(（])[\d*]{2,})[)）]?(?:[- ]{0,3}[\d*]{2,}){0,5}(?:\s?(?:转|分机|ext\.?|#|-)\s?\d{1,6})?`)
)

// Read reads a line. It never fails: what it does not understand is in Rest.
func Read(s string) Fields {
	s = text.Tidy(strings.ReplaceAll(s, "\n", " ; "))
	behind := ""
	if len(s) > maxLine {
		s, behind = strings.ToValidUTF8(s[:maxLine], ""), strings.ToValidUTF8(s[maxLine:], "")
	}
	r := reader{}
	s = r.take(s, emailPattern, func(m []string) bool { return set(&r.Email, m[0]) })
	s = r.take(s, websitePattern, func(m []string) bool { return set(&r.Website, m[0]) })
	same := samePattern.MatchString(s)
	s = samePattern.ReplaceAllString(s, " ")
	s = r.take(s, wechatPattern, func(m []string) bool { return set(&r.WeChat, m[1]) })
	s = r.take(s, qqPattern, func(m []string) bool { return set(&r.QQ, m[1]) })
	s = r.take(s, phonePattern, r.phone)
	s = r.take(s, latinCompany, func(m []string) bool { return set(&r.Company, strings.TrimRight(m[0], " .")) })
	if same && r.WeChat == "" {
		r.WeChat = r.firstMobile()
	}
	for _, word := range strings.FieldsFunc(s, isSeparator) {
		r.word(word)
	}
	r.guessName()
	r.Rest = strings.TrimSpace(strings.Join(r.rest, " ") + " " + behind)
	return r.Fields
}

// reader gathers fields.
type reader struct {
	Fields
	rest  []string
	label string // the label the last word ended with: 联系人：
}

// phoneMark stands where a number was: the words beside it are likely names.
const phoneMark = "\u0001"

// take gives every match of p to use and takes those it accepts out of s.
func (r *reader) take(s string, p *regexp.Regexp, use func(match []string) bool) string {
	var b strings.Builder
	done := 0
	for _, at := range p.FindAllStringSubmatchIndex(s, -1) {
		match := []string{s[at[0]:at[1]], ""}
		if len(at) > 2 {
			match[1] = s[at[2]:at[3]]
		}
		if !use(match) {
			continue
		}
		b.WriteString(s[done:at[0]])
		b.WriteString(" ")
		if p == phonePattern {
			b.WriteString(phoneMark + " ")
		}
		done = at[1]
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// set fills an empty field; false when it is taken.
func set(field *string, value string) bool {
	if *field != "" {
		return false
	}
	*field = value
	return true
}

// phone accepts a match in which every number can be read.
func (r *reader) phone(m []string) bool {
	numbers, err := phone.Parse(m[0])
	if err != nil || len(numbers) == 0 {
		return false
	}
	for _, n := range numbers {
		if n.Kind == phone.Service && len(n.National) < 8 {
			return false // 10086 machines are not a number to call
		}
	}
	r.Phones = append(r.Phones, numbers...)
	return true
}

func (r *reader) firstMobile() string {
	for _, n := range r.Phones {
		if n.Kind == phone.Mobile {
			return n.National
		}
	}
	return ""
}

func isSeparator(r rune) bool { return strings.ContainsRune(" ,，;；、|/\t", r) }

// word puts one word where it belongs.
func (r *reader) word(w string) {
	if w == phoneMark {
		r.label = ""
		r.rest = append(r.rest, phoneMark)
		return
	}
	if label, value, ok := cutLabel(w); ok {
		r.label = label
		if w = value; w == "" {
			return
		}
	}
	label := r.label
	r.label = ""
	if w = strings.Trim(w, ":：()（）。.!！-"); w == "" || r.labelled(label, w) {
		return
	}
	if !r.company(w) && !r.person(w) && !r.place(w) {
		r.rest = append(r.rest, w)
	}
}

// labels name the field of what follows them.
var labels = map[string]string{
	"姓名": "name", "联系人": "name", "客户": "name", "名字": "name", "称呼": "name", "name": "name",
	"公司": "company", "单位": "company", "公司名称": "company", "企业": "company", "客户名称": "company", "企业名称": "company", "company": "company",
	"职务": "title", "职位": "title", "岗位": "title", "title": "title",
	"电话": "phone", "手机": "phone", "手机号": "phone", "联系方式": "phone", "联系电话": "phone", "座机": "phone", "tel": "phone", "phone": "phone", "mobile": "phone",
	"邮箱": "email", "email": "email", "e-mail": "email", "微信": "wechat", "wechat": "wechat", "qq": "qq", "网址": "website",
	"需求": "rest", "备注": "rest", "内容": "rest",
}

// cutLabel cuts 联系人：张三.
func cutLabel(w string) (label, value string, ok bool) {
	head, value, found := strings.Cut(strings.Replace(w, "：", ":", 1), ":")
	if !found {
		head, value = w, ""
	}
	field, ok := labels[strings.ToLower(head)]
	if !found && field != "phone" && field != "email" && field != "wechat" && field != "qq" {
		return "", "", false
	}
	return field, value, ok
}

// labelled fills the field that a label named.
func (r *reader) labelled(label, w string) bool {
	switch label {
	case "name":
		if r.Name == "" {
			r.person(w)
			r.Name = w
			return true
		}
	case "company":
		return set(&r.Company, w)
	case "title":
		return set(&r.Title, w)
	case "rest":
		r.rest = append(r.rest, w)
		return true
	}
	return false
}

// company takes an organisation's name, and reads on behind its end: 华为技术有限公司李经理.
func (r *reader) company(w string) bool {
	if r.Company != "" || isNeed(w) {
		return false
	}
	for _, end := range []string{"公司", "集团"} {
		if i := strings.LastIndex(w, end); i > 0 {
			tail := w[i+len(end):]
			if tail == "" || r.person(tail) {
				r.Company = w[:i+len(end)]
				return true
			}
		}
	}
	if orgname.IsOrganisation(w) && !isTitle(w) {
		r.Company = w
		return true
	}
	return false
}

// place takes a region's name.
func (r *reader) place(w string) bool {
	if r.Region != "" {
		return false
	}
	m := codes.Regions().Resolve(w)
	if !m.OK() || m.Rest != "" || len(w) < 6 || w[0] < 0x80 {
		return false
	}
	r.Region = m.Code
	return true
}
