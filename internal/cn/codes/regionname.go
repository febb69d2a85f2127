package codes

import (
	"strings"
	"unicode/utf8"

	"genjin/internal/cn/pinyin"
)

// regionSuffixes end the names of regions, longest first.
var regionSuffixes = []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "新区", "林区", "特区", "省", "市", "区", "县", "盟", "旗"}

// peoples stand between the name and 自治: with 族 they may be of one character.
var peoples = []string{
	"蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎",
	"傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬",
	"锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲",
	"门巴", "珞巴", "基诺", "各",
}

// shortRegion takes the suffix and the peoples off a region's name where two characters stay: 深圳, 广西, 延边, 浦东; 赵县
// stays as it is.
func shortRegion(name string) string {
	for _, suffix := range regionSuffixes {
		cut, ok := strings.CutSuffix(name, suffix)
		if !ok || utf8.RuneCountInString(cut) < 2 {
			continue
		}
		if strings.HasPrefix(suffix, "自治") {
			cut = withoutPeoples(cut)
		}
		return cut
	}
	return name
}

// withoutPeoples takes the names of peoples off the end, as long as two characters stay.
func withoutPeoples(name string) string {
	for {
		shorter := name
		for _, people := range peoples {
			if cut, ok := strings.CutSuffix(name, people+"族"); ok {
				shorter = cut
			} else if cut, ok := strings.CutSuffix(name, people); ok && len(people) > 3 {
				shorter = cut
			}
		}
		if shorter == name || utf8.RuneCountInString(shorter) < 2 {
			return strings.TrimSuffix(name, "族")
		}
		name = shorter
	}
}

func spellingOf(s string) string { return strings.Join(pinyin.Full(s), "") }
