package codes

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"genjin/internal/i18n"
)

func names(list []Code) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Name)
	}
	return strings.Join(out, " ")
}

func TestTablesAreWhole(t *testing.T) {
	for _, c := range []struct {
		set    *Set
		levels []int
	}{{Industries().Set, []int{20, 97, 473, 1381}}, {Regions().Set, []int{34, 333, 2847}}, {Countries().Set, []int{249}}} {
		counts := make([]int, len(c.levels))
		for _, code := range c.set.All() {
			counts[code.Level-1]++
			if code.Parent != "" {
				if parent, ok := c.set.Get(code.Parent); !ok || parent.Level >= code.Level {
					t.Errorf("%s %s: parent %q", code.Code, code.Name, code.Parent)
				}
			}
		}
		if !slices.Equal(counts, c.levels) {
			t.Errorf("got %v, want %v", counts, c.levels)
		}
	}
}

func TestGetPathChildren(t *testing.T) {
	r, i := Regions(), Industries()
	if got := r.Path("440305"); got != "广东省 / 深圳市 / 南山区" {
		t.Errorf("got %q", got)
	}
	if got := i.Path("6513"); got != "信息传输、软件和信息技术服务业 / 软件和信息技术服务业 / 软件开发 / 应用软件开发" {
		t.Errorf("got %q", got)
	}
	if got := names(r.Children("310000")); !strings.HasPrefix(got, "黄浦区 徐汇区") {
		t.Errorf("got %q", got)
	}
	if got := len(i.Children("")); got != 20 {
		t.Errorf("got %d sections", got)
	}
	if c, ok := i.Get("I65"); !ok || c.Code != "65" {
		t.Errorf("got %v", c)
	}
	if c, ok := r.Get("110103"); !ok || c.Name != "东城区" { // 崇文区
		t.Errorf("got %v", c)
	}
	if _, ok := r.Get("999999"); ok {
		t.Error("999999 is no region")
	}
	if r.Path("nothing") != "" || r.Name("") != "" {
		t.Error("an unknown code has no path and no name")
	}
	if c, _ := r.Get("440305"); !c.Leaf {
		t.Error("counties are leaves")
	}
	within := r.Within("440300")
	if len(within) < 9 || within[0] != "440300" || !slices.Contains(within, "440305") {
		t.Errorf("got %v", within)
	}
	if got := r.City("440305") + r.City("310115") + r.City("429004") + r.City("440000"); got != "440300310000429004440000" {
		t.Errorf("got %s", got)
	}
	if got := r.Short("222400") + r.Short("310115") + r.Short("130533"); got != "延边浦东威县" {
		t.Errorf("got %s", got)
	}
	if got := r.Current("130504"); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		set   *Set
		q     string
		first string
	}{
		{Regions().Set, "深圳", "深圳市"},
		{Regions().Set, "shenzhen", "深圳市"},
		{Regions().Set, "nanshan", "南山区"},
		{Regions().Set, "4403", "深圳市"},
		{Regions().Set, "440305", "南山区"},
		{Regions().Set, "广东深圳南山", "南山区"},
		{Regions().Set, "广东", "广东省"},
		{Regions().Set, "luan", "六安市"},
		{Industries().Set, "软件", "软件和信息技术服务业"},
		{Industries().Set, "rjkf", "软件开发"},
		{Industries().Set, "651", "软件开发"},
		{Industries().Set, "i", "信息传输、软件和信息技术服务业"},
		{Industries().Set, "制造业", "制造业"},
		{Industries().Set, "IT", "软件和信息技术服务业"},
		{Countries().Set, "美", "美国"},
		{Countries().Set, "germany", "德国"},
		{Countries().Set, "US", "美国"},
		{Countries().Set, "hanguo", "韩国"},
	} {
		got := c.set.Search(c.q, 5)
		if len(got) == 0 || got[0].Name != c.first {
			t.Errorf("%q: got %s, want %s first", c.q, names(got), c.first)
		}
	}
	if got := Regions().Search("鼓楼区", 10); len(got) != 4 {
		t.Errorf("got %s", names(got))
	}
	if got := names(Regions().Search("sz", 20)); !strings.Contains(got, "深圳市") || !strings.Contains(got, "苏州市") {
		t.Errorf("got %s", got)
	}
	if got := Regions().Search("", 3); names(got) != "北京市 天津市 河北省" {
		t.Errorf("got %s", names(got))
	}
	if got := Regions().Search("没有这样的地方", 3); len(got) != 0 {
		t.Errorf("got %s", names(got))
	}
}

// shown writes a match: path | rest, or ? and the candidates' number.
func shown(s *Set, m Match) string {
	out := strings.ReplaceAll(s.Path(m.Code), " / ", "/")
	if m.Ambiguous() {
		out = "?" + names(m.Candidates)
	}
	if m.Rest != "" {
		out += "|" + m.Rest
	}
	return out
}

func TestResolveRegion(t *testing.T) {
	r := Regions()
	for in, want := range map[string]string{
		"广东省深圳市南山区":   "广东省/深圳市/南山区",
		"广东深圳南山":      "广东省/深圳市/南山区",
		"广东 深圳":       "广东省/深圳市",
		"广东省-深圳市-南山区": "广东省/深圳市/南山区",
		"深圳":          "广东省/深圳市",
		"深圳市":         "广东省/深圳市",
		"江苏/苏州/昆山":    "江苏省/苏州市/昆山市",
		"江苏昆山":        "江苏省/苏州市/昆山市",
		"昆山":          "江苏省/苏州市/昆山市",
		"中国广东省深圳市":    "广东省/深圳市",
		"440305":      "广东省/深圳市/南山区",
		"110103":      "北京市/东城区",
		"北京":          "北京市",
		"北京市北京市朝阳区":   "北京市/朝阳区",
		"北京市市辖区朝阳区":   "北京市/朝阳区",
		"上海浦东":        "上海市/浦东新区",
		"上海市浦东新区":     "上海市/浦东新区",
		"重庆沙坪坝":       "重庆市/沙坪坝区",
		"吉林":          "吉林省",
		"吉林吉林":        "吉林省/吉林市",
		"吉林市":         "吉林省/吉林市",
		"海南":          "海南省",
		"海南省琼海":       "海南省/琼海市",
		"湖北省省直辖县级行政区划仙桃市": "湖北省/仙桃市",
		"内蒙":                 "内蒙古自治区",
		"新疆":                 "新疆维吾尔自治区",
		"广西省南宁":              "广西壮族自治区/南宁市",
		"延边":                 "吉林省/延边朝鲜族自治州",
		"恩施州":                "湖北省/恩施土家族苗族自治州",
		"西双版纳":               "云南省/西双版纳傣族自治州",
		"恭城":                 "广西壮族自治区/桂林市/恭城瑶族自治县",
		"前郭尔罗斯":              "吉林省/松原市/前郭尔罗斯蒙古族自治县",
		"长沙":                 "湖南省/长沙市",
		"长沙县":                "湖南省/长沙市/长沙县",
		"西安":                 "陕西省/西安市",
		"中山":                 "广东省/中山市",
		"朝阳区":                "?朝阳区 朝阳区",
		"朝阳":                 "?朝阳市 朝阳区 朝阳县 朝阳区",
		"北京朝阳":               "北京市/朝阳区",
		"辽宁朝阳":               "辽宁省/朝阳市",
		"鼓楼区":                "?鼓楼区 鼓楼区 鼓楼区 鼓楼区",
		"南京鼓楼":               "江苏省/南京市/鼓楼区",
		"江苏鼓楼":               "?鼓楼区 鼓楼区",
		"东莞市长安镇":             "广东省/东莞市|长安镇",
		"苏州工业园区":             "江苏省/苏州市|工业园区",
		"崇文区":                "北京市/东城区",
		"北京宣武":               "北京市/西城区",
		"粤":                  "广东省",
		"Shenzhen":           "广东省/深圳市",
		"Guangdong Province": "广东省",
		"北京烤鸭店":              "",
		"火星":                 "",
		"":                   "",
		"台湾":                 "台湾省",
		"香港":                 "香港特别行政区",
	} {
		if got := shown(r.Set, r.Resolve(in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestFromAddress(t *testing.T) {
	r := Regions()
	for in, want := range map[string]string{
		"广东省深圳市南山区科技园1号":  "广东省/深圳市/南山区|科技园1号",
		"深圳市南山区粤海街道":      "广东省/深圳市/南山区|粤海街道",
		"深圳南山科技园":         "广东省/深圳市/南山区|科技园",
		"上海市浦东新区张江路1号":    "上海市/浦东新区|张江路1号",
		"北京市朝阳区建国路88号":    "北京市/朝阳区|建国路88号",
		"广东省广州市":          "广东省/广州市",
		"广东省，广州市，天河区，天河路": "广东省/广州市/天河区|天河路",
		"中山路123号":         "|中山路123号",
		"南山村8号":           "|南山村8号",
		"上海中山东路1号":        "上海市|中山东路1号",
		"南京市南京路1号":        "江苏省/南京市|南京路1号",
		"科技园1号":           "|科技园1号",
		"朝阳区建国路88号":       "?朝阳区 朝阳区|朝阳区建国路88号",
		"1 Main Street":   "|1 Main Street",
		"":                "",
	} {
		if got := shown(r.Set, r.FromAddress(in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestResolveParts(t *testing.T) {
	r := Regions()
	for _, c := range []struct{ province, city, county, want string }{
		{"江苏省", "苏州市", "昆山市", "江苏省/苏州市/昆山市"},
		{"江苏", "苏州", "昆山", "江苏省/苏州市/昆山市"},
		{"上海市", "上海市", "浦东新区", "上海市/浦东新区"},
		{"上海市", "市辖区", "浦东新区", "上海市/浦东新区"},
		{"广东省", "-", "", "广东省"},
		{"", "深圳市", "南山区", "广东省/深圳市/南山区"},
		{"", "", "朝阳区", "?朝阳区 朝阳区"},
		{"广东省", "东莞市", "长安镇", "广东省/东莞市|长安镇"},
		{"广东省", "苏州市", "", "广东省|苏州市"},
		{"粤", "深圳", "", "广东省/深圳市"},
		{"", "", "", ""},
	} {
		if got := shown(r.Set, r.ResolveParts(c.province, c.city, c.county)); got != c.want {
			t.Errorf("%v: got %s", c, got)
		}
	}
}

// Every region is found by its path, and by its name where that is no one else's.
func TestEveryRegionResolves(t *testing.T) {
	r := Regions()
	for _, c := range r.All() {
		path := strings.ReplaceAll(r.Path(c.Code), " / ", "")
		if m := r.Resolve(path); m.Code != c.Code || m.Rest != "" {
			t.Errorf("%s resolves to %s | %s", path, r.Path(m.Code), m.Rest)
		}
		short := ""
		for _, a := range r.Ancestors(c.Code) {
			short += shortRegion(a.Name)
		}
		if m := r.Resolve(short); m.Code != c.Code && !m.Ambiguous() {
			t.Errorf("%s resolves to %s | %s", short, r.Path(m.Code), m.Rest)
		}
		if m := r.FromAddress(path + "人民路1号"); m.Code != c.Code || m.Rest != "人民路1号" {
			t.Errorf("%s人民路1号 resolves to %s | %s", path, r.Path(m.Code), m.Rest)
		}
	}
}

func TestResolveIndustry(t *testing.T) {
	s := Industries()
	for in, want := range map[string]string{
		"IT服务":       "65",
		"it":         "65",
		"软件和信息技术服务业": "65",
		"软件和信息技术服务":  "65",
		"信息传输、软件和信息技术服务业": "I",
		"信息传输,软件和信息技术服务业": "I",
		"制造业":            "C",
		"制造":             "C",
		"零售业":            "52",
		"零售":             "52",
		"批发和零售业":         "F",
		"互联网":            "64",
		"互联网行业":          "64",
		"建材":             "30",
		"餐饮":             "62",
		"餐饮业":            "62",
		"物流":             "G",
		"医疗":             "84",
		"教育":             "P",
		"教育行业":           "P",
		"金融":             "J",
		"金融业":            "J",
		"房地产":            "K",
		"房地产业":           "K",
		"汽车":             "36",
		"机械":             "34",
		"电子":             "39",
		"化工":             "26",
		"服装":             "18",
		"农、林、牧、渔业":       "A",
		"I65":            "65",
		"i6510":          "",
		"6513":           "6513",
		"I65 软件和信息技术服务业": "65",
		"C制造业":           "C",
		"C 制造业":          "C",
		"65 软件":          "65",
		"制造业/汽车制造业":      "36",
		"制造业-汽车制造业-汽车整车制造":                "361",
		"信息传输、软件和信息技术服务业/软件和信息技术服务业/软件开发": "651",
		"软件开发":   "651",
		"应用软件开发": "6513",
		"星际旅行":   "",
		"":       "",
	} {
		if got := s.Resolve(in).Code; got != want {
			t.Errorf("%q: got %s (%s), want %s", in, got, s.Name(got), want)
		}
	}
}

// Every industry's own name leads to it, or to one above or below of the same meaning, or is reported.
func TestEveryIndustryResolves(t *testing.T) {
	s := Industries()
	for _, c := range s.All() {
		if m := s.Resolve(c.Code); m.Code != c.Code {
			t.Errorf("%s resolves to %s", c.Code, m.Code)
		}
		m := s.Resolve(c.Name)
		if m.Code == "" && !m.Ambiguous() {
			t.Errorf("%s %s is not understood", c.Code, c.Name)
		}
		if m.OK() && !s.below(s.at[c.Code], s.at[m.Code]) && !s.below(s.at[m.Code], s.at[c.Code]) {
			t.Errorf("%s %s resolves to %s", c.Code, c.Name, s.Path(m.Code))
		}
	}
}

func TestSections(t *testing.T) {
	s := Industries()
	for code, want := range map[string]string{"I": "I", "65": "I", "6513": "I", "0111": "A", "xx": ""} {
		if got := s.Section(code); got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	abbreviations := Abbreviations()
	for _, c := range s.Children("") {
		if abbreviations[c.Code] == "" {
			t.Errorf("%s %s has no abbreviation", c.Code, c.Name)
		}
	}
	if abbreviations["I"] != "Tech" || abbreviations["C"] != "Manu" || abbreviations["F"] != "Retail" {
		t.Errorf("got %v", abbreviations)
	}
}

func TestResolveCountry(t *testing.T) {
	s := Countries()
	for in, want := range map[string]string{
		"美国": "US", "USA": "US", "us": "US", "United States": "US", "UK": "GB", "英国": "GB", "德国": "DE", "韩国": "KR", "阿联酋": "AE",
		"香港": "HK", "中国": "CN", "the Netherlands": "NL", "越南": "VN", "火星": "", "": "",
	} {
		if got := s.Resolve(in).Code; got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, s := range []string{"广东省深圳市南山区科技园1号", "I65软件", "制造业/汽车", "上海 浦东", "北京市北京市市辖区", "\xff广东"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, set := range []interface{ Resolve(string) Match }{Regions(), Industries(), Countries()} {
			m := set.Resolve(s)
			if m.OK() && m.Ambiguous() {
				t.Errorf("%q: both %s and %v", s, m.Code, m.Candidates)
			}
		}
		if m := Regions().FromAddress(s); !utf8.ValidString(m.Rest) {
			t.Errorf("%q: rest %q", s, m.Rest)
		}
		Regions().ResolveParts(s, s, s)
		for _, set := range []*Set{Regions().Set, Industries().Set, Countries().Set} {
			if got := set.Search(s, 3); len(got) > 3 {
				t.Errorf("%q: %v", s, got)
			}
		}
	})
}

func BenchmarkCodes(b *testing.B) {
	r, s := Regions(), Industries()
	for label, f := range map[string]func(){
		"resolve region":   func() { r.Resolve("广东省深圳市南山区") },
		"from address":     func() { r.FromAddress("广东省深圳市南山区科技园1号") },
		"no address":       func() { r.FromAddress("科技园1号") },
		"resolve industry": func() { s.Resolve("IT服务") },
		"path":             func() { r.Path("440305") },
		"search name":      func() { r.Search("南山", 20) },
		"search pinyin":    func() { r.Search("nanshan", 20) },
	} {
		b.Run(label, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}

func TestEnglishIndustries(t *testing.T) {
	t.Parallel()
	s := Industries()
	names := map[string]string{}
	for _, c := range s.All() {
		if (c.Latin != "") != (c.Level <= 2) {
			t.Errorf("%s %s: %q", c.Code, c.Name, c.Latin)
		}
		if other := names[c.Latin]; c.Latin != "" && other != "" {
			t.Errorf("%s and %s are both called %s", c.Code, other, c.Latin)
		}
		names[c.Latin] = c.Code
	}
	for code, want := range map[string]string{"J": "Finance", "65": "Software and information technology services", "6513": "Software and information technology services / 应用软件开发", "none": ""} {
		if got := s.Said(code, i18n.EN); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
		if m := s.Resolve(want); want != "" && m.Code != code {
			t.Errorf("%q is understood as %q", want, m.Code)
		}
	}
	if got := s.PathIn("6513", i18n.EN); got != "Information transmission, software and information technology / Software and information technology services / 软件开发 / 应用软件开发" {
		t.Error(got)
	}
	if got := s.Said("65", i18n.ZH); got != "软件和信息技术服务业" {
		t.Error(got)
	}
	if found := s.Search("software", 3); len(found) == 0 || found[0].Code != "I" {
		t.Errorf("software: %+v", found)
	}
}
