package line

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"genjin/internal/cn/codes"
)

// titles end the names of positions, longest first where one ends another.
var titles = []string{
	"总经理", "副总经理", "副总裁", "董事长", "执行董事", "项目经理", "经理", "总监", "主任", "主管", "部长", "科长", "处长", "厂长", "店长", "局长", "院长",
	"校长", "所长", "站长", "组长", "队长", "行长", "会长", "秘书长", "秘书", "总裁", "董事", "老板娘", "老板", "负责人", "总工程师", "工程师", "总工", "设计师", "会计", "财务", "出纳",
	"助理", "采购员", "采购", "销售", "业务员", "客服", "文员", "专员", "顾问", "代表", "技术员", "技术", "法人", "教授", "书记", "主席", "合伙人", "创始人", "厨师长",
	"CEO", "CTO", "CFO", "COO", "HR",
}

// addresses follow a surname and are no titles.
var addresses = []string{"总", "工", "先生", "女士", "小姐", "太太", "老师", "师傅", "哥", "姐", "董", "医生", "律师", "老板"}

// surnames are those of one character that nearly everyone bears, and those of two.
const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤" +
		"常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应" +
		"臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
	compounds = "欧阳 上官 司马 诸葛 尉迟 长孙 皇甫 令狐 慕容 东方 夏侯 公孙 轩辕 端木 南宫 西门 独孤 司徒 司空 宇文 呼延 万俟 澹台 赫连 申屠 闻人 鲜于 太史"
)

// surnameLength gives the bytes of the surname that s begins with, 0 for none.
func surnameLength(s string) int {
	if len(s) >= 6 && strings.Contains(compounds, s[:6]) && utf8.ValidString(s[:6]) {
		return 6
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 3 && strings.ContainsRune(surnames, r) {
		return 3
	}
	return 0
}

// isNeed reports whether a word begins as needs do: 要两台, 求购网关.
func isNeed(w string) bool {
	for _, verb := range []string{"要", "想", "需", "求", "采购", "购", "买", "订", "咨询", "询", "找", "有意", "意向", "预算", "约", "看", "已", "在", "对", "请", "下周", "明天", "急"} {
		if strings.HasPrefix(w, verb) {
			return true
		}
	}
	return false
}

// isTitle reports whether a word is a position: at most eight characters that end as one.
func isTitle(w string) bool {
	return utf8.RuneCountInString(w) <= 8 && titleLength(w) > 0
}

// titleLength gives the bytes of the title that s ends with, 0 for none.
func titleLength(s string) int {
	longest := 0
	for _, t := range titles {
		if strings.HasSuffix(s, t) {
			longest = max(longest, len(t))
		}
	}
	return longest
}

// person takes a name, a title, or both in one word: 张总, 李经理, 采购经理, 张三采购经理.
func (r *reader) person(w string) bool {
	if r.Name == "" && r.addressed(w) {
		return true
	}
	if !isTitle(w) || isNeed(w) && w != "采购" && !strings.HasPrefix(w, "采购") {
		return false
	}
	if r.Name == "" {
		if name, title := splitTitle(w); name != "" {
			r.Name = name
			return set(&r.Title, title) || true
		}
	}
	return set(&r.Title, w)
}

// addressed takes a surname with a form of address or a title: 张总, 欧阳女士, 李经理.
func (r *reader) addressed(w string) bool {
	n := surnameLength(w)
	if n == 0 {
		return false
	}
	rest := w[n:]
	for _, a := range addresses {
		if rest == a || rest == "副总" {
			r.Name = w
			return true
		}
	}
	if rest != "" && titleLength(rest) == len(rest) {
		r.Name = w
		set(&r.Title, rest)
		return true
	}
	return false
}

// splitTitle cuts 张三采购经理 into the name and the title; no name when the word is a title alone.
func splitTitle(w string) (name, title string) {
	n := surnameLength(w)
	if n == 0 {
		return "", ""
	}
	for _, given := range []int{6, 3} {
		if cut := n + given; cut < len(w) && utf8.RuneStart(w[cut]) && knownTitle(w[cut:]) {
			return w[:cut], w[cut:]
		}
	}
	return "", ""
}

// knownTitle reports whether s is a title, or one behind the name of a department.
func knownTitle(s string) bool {
	n := titleLength(s)
	if n == len(s) {
		return n > 0
	}
	if n == 0 {
		return false
	}
	for _, d := range []string{"采购", "销售", "市场", "技术", "财务", "行政", "人事", "生产", "工程", "项目", "运营", "区域", "大区", "华东", "华南", "华北", "副", "总", "设备", "研发", "品牌", "业务"} {
		if s[:len(s)-n] == d || s[:len(s)-n] == d+"部" {
			return true
		}
	}
	return false
}

// guessName looks, when no name was found, for a plain one among the words left over: first beside the numbers, then
// the first word. The marks of the numbers go.
func (r *reader) guessName() {
	at := -1
	if r.Name == "" {
		at = r.nameAt()
	}
	var rest []string
	for i, w := range r.rest {
		switch {
		case i == at:
			r.Name = w
		case w != phoneMark:
			rest = append(rest, w)
		}
	}
	r.rest = rest
	if r.Name == "" {
		r.latinName()
	}
}

func (r *reader) nameAt() int {
	for i, w := range r.rest {
		beside := i > 0 && r.rest[i-1] == phoneMark || i+1 < len(r.rest) && r.rest[i+1] == phoneMark
		if beside && isPlainName(w) {
			return i
		}
	}
	if len(r.rest) > 0 && isPlainName(r.rest[0]) {
		return 0
	}
	return -1
}

// isPlainName reports whether a word looks like a person's name: a surname and one or two characters.
func isPlainName(w string) bool {
	n := surnameLength(w)
	given := utf8.RuneCountInString(w[n:])
	if n == 0 || given < 1 || given > 2 || isNeed(w) || isTitle(w) {
		return false
	}
	for _, r := range w {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return !codes.Industries().Resolve(w).OK() && !codes.Regions().Resolve(w).OK()
}

// latinName takes two capitalised words at the beginning of the rest as a name: John Smith.
func (r *reader) latinName() {
	n := 0
	for n < len(r.rest) && n < 3 && isCapitalised(r.rest[n]) {
		n++
	}
	if n < 2 {
		return
	}
	r.Name = strings.Join(r.rest[:n], " ")
	r.rest = r.rest[n:]
}

func isCapitalised(w string) bool {
	for i, r := range w {
		if i == 0 && !unicode.IsUpper(r) || i > 0 && !unicode.IsLower(r) {
			return false
		}
	}
	return len(w) > 1
}
