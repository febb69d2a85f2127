package codes

import (
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/cn/text"
)

// Resolve understands a region as people write it: a code (retired ones too), 广东省深圳市南山区, 广东深圳南山, 广东 深圳, 深圳,
// 江苏/苏州/昆山, 粤, Shenzhen. A township or development zone behind it is given as Rest; anything else behind it makes
// the text no region. Names that several regions share are resolved by what stands before them, else reported.
func (s *RegionSet) Resolve(name string) Match {
	name = text.Clean(name)
	if code, ok := letters[name]; ok {
		return Match{Code: code}
	}
	if c, ok := s.Get(name); ok {
		return Match{Code: c.Code}
	}
	if codes := s.current[name]; len(codes) > 1 {
		return Match{Candidates: s.codes(codes)}
	}
	if name != "" && isLatin(name) {
		return s.pick(s.byPinyin[latinRegion(name)], "")
	}
	found, rest := s.walk(name, nil)
	if rest != "" && !isBelowCounty(rest) {
		return Match{}
	}
	return s.pick(found, rest)
}

// latinRegion spells "Shenzhen City", "Guangdong Province" as the table does.
func latinRegion(name string) string {
	name = strings.ToLower(name)
	for _, word := range []string{" city", " province", " district", " county", " shi", " sheng"} {
		name = strings.TrimSuffix(name, word)
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" '-", r) {
			return -1
		}
		return r
	}, name)
}

// isBelowCounty reports whether what follows a region is a place inside it, not something else.
func isBelowCounty(rest string) bool {
	for _, end := range []string{"镇", "乡", "街道", "办事处", "开发区", "新区", "园区", "高新区", "工业区", "度假区", "保税区", "示范区", "村", "市辖区", "林场", "农场"} {
		if strings.HasSuffix(rest, end) {
			return true
		}
	}
	return false
}

// ResolveParts understands province, city and county given apart; any may be empty or a placeholder. What of them
// does not fit is given as Rest.
func (s *RegionSet) ResolveParts(province, city, county string) Match {
	var found []int
	var left []string
	for _, part := range []string{province, city, county} {
		if text.IsEmpty(part) {
			continue
		}
		var rest string
		part = text.Clean(part)
		if code, ok := letters[part]; ok && found == nil {
			found = []int{s.at[code]}
			continue
		}
		if found, rest = s.walk(part, found); rest != "" {
			left = append(left, rest)
		}
	}
	return s.pick(found, strings.Join(left, " "))
}

// FromAddress takes the region off the beginning of an address: “广东省深圳市南山区科技园1号” gives the code of 南山区 and
// “科技园1号” as Rest. Without a region at the beginning, Rest is the whole address.
func (s *RegionSet) FromAddress(address string) Match {
	address = text.Clean(address)
	found, rest := s.walk(address, nil)
	m := s.pick(found, rest)
	if m.Code == "" {
		m.Rest = address
	}
	return m
}

// FromName takes the region off the beginning of an organisation's name: 深圳市华为技术 gives 深圳市 and 华为技术. It reads less
// boldly than FromAddress: counties count by their full name only, for their short ones are brands (新华, 长安); where
// several share the name, Rest is still what follows it. Without a region, Rest is the whole name.
func (s *RegionSet) FromName(name string) Match {
	found, rest := reader{s, true}.regions(name, nil)
	if len(found) == 0 {
		return Match{Rest: name}
	}
	return s.pick(found, rest)
}

// walk reads regions from the beginning of t, each below the one before; found are those that may be meant so far, nil
// for none.
func (s *RegionSet) walk(t string, found []int) (now []int, rest string) {
	t = strings.TrimPrefix(strings.TrimPrefix(t, "中国"), "中华人民共和国")
	return reader{s, false}.regions(t, found)
}

// reader reads regions one behind the other.
type reader struct {
	*RegionSet
	names bool // organisations' names: counties only by their full names
}

// regions reads as many regions as there are.
func (s reader) regions(t string, found []int) (now []int, rest string) {
	for {
		t = strings.TrimLeft(t, " ,/\\-·、>|;:\n")
		next, n := s.step(t, found)
		if n == 0 {
			return found, t
		}
		found, t = next, t[n:]
	}
}

// step reads one region, or a filler, from the beginning of t and gives how many bytes it took. The longest name wins,
// unless only a shorter one lets the text go on with a region (青岛市南区 is 青岛 and 市南区).
func (s reader) step(t string, found []int) (next []int, n int) {
	next, n = s.name(t, found, len(t), true)
	if n > 0 && n < len(t) {
		if _, more := s.name(t[n:], next, len(t), false); more == 0 {
			if shorter, m := s.name(t, found, n-1, true); m > 0 {
				if _, more := s.name(t[m:], shorter, len(t), false); more > 0 {
					return shorter, m
				}
			}
		}
		return next, n
	}
	if n > 0 || found == nil {
		return next, n
	}
	for _, filler := range fillers {
		if strings.HasPrefix(t, filler) {
			return found, len(filler)
		}
	}
	return nil, 0
}

// name finds the longest name of at most limit bytes that t begins with and that fits below found. Where ahead is true,
// a name that seems to begin a street counts if a region follows all the same (唐山路南区).
func (s reader) name(t string, found []int, limit int, ahead bool) (next []int, n int) {
	first, _ := utf8.DecodeRuneInString(t)
	for n = min(s.longest[first], len(t), limit); n >= 6; n-- {
		if n < len(t) && !utf8.RuneStart(t[n]) {
			continue
		}
		if next = s.meant(t[:n], found); len(next) == 0 {
			continue
		}
		if !isStreet(t[:n], t[n:]) {
			return next, n
		}
		if ahead {
			if _, more := s.name(t[n:], next, len(t), false); more > 0 {
				return next, n
			}
		}
	}
	return nil, 0
}

// meant gives the regions of a name that fit below found.
func (s reader) meant(name string, found []int) []int {
	next := s.fitting(s.RegionSet.names[name], found)
	if len(next) == 0 {
		next = s.fitting(s.retired[name], found)
	}
	if s.names && !hasRegionSuffix(name) {
		next = slices.DeleteFunc(slices.Clone(next), s.isBrandLike)
	}
	return next
}

// isBrandLike reports whether the short name of a region is likelier to be a brand: a county's, or that of a 地区 (阿里).
func (s reader) isBrandLike(i int) bool {
	return s.entries[i].Level == 3 || strings.HasSuffix(s.entries[i].Name, "地区")
}

// hasRegionSuffix reports whether a name says of what kind the region is.
func hasRegionSuffix(name string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	return strings.ContainsRune("省市区县州盟旗", last)
}

// fillers stand in paths where the table has no entry of its own.
var fillers = []string{"市辖区", "省直辖县级行政区划", "省直辖县级行政单位", "省直辖行政单位", "自治区直辖县级行政区划", "自治区直辖县级行政单位", "直辖县", "县级市"}

// fitting keeps the candidates that stand below one of found; the region itself may be said twice (北京市北京市).
func (s *RegionSet) fitting(candidates, found []int) []int {
	if found == nil {
		return candidates
	}
	var below, same []int
	for _, c := range candidates {
		for _, f := range found {
			if c == f {
				same = append(same, c)
			} else if s.below(c, f) {
				below = append(below, c)
				break
			}
		}
	}
	if len(below) > 0 {
		return below
	}
	return same
}

// isStreet reports whether a name without its suffix begins a street, bridge or village instead: 中山路, 长安街, 南山村.
func isStreet(name, rest string) bool {
	if hasRegionSuffix(name) {
		return false
	}
	for _, street := range streets {
		if strings.HasPrefix(rest, street) {
			return true
		}
	}
	return false
}

var streets = []string{
	"路", "街", "大道", "大街", "大路", "巷", "弄", "东路", "西路", "南路", "北路", "中路", "东街", "西街", "南街", "北街",
	"大桥", "村", "广场", "新村", "一路", "二路", "三路", "山路", "公路",
}

// pick chooses among regions that may be meant. A province wins over all, a prefecture over the counties of one name,
// unless one of those belongs to a municipality (朝阳 is a prefecture and a district of Beijing).
func (s *RegionSet) pick(found []int, rest string) Match {
	switch len(found) {
	case 0:
		return Match{Rest: rest}
	case 1:
		return Match{Code: s.entries[found[0]].Code.Code, Rest: rest}
	}
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b int) int { return s.entries[a].Level - s.entries[b].Level })
	top := found[0]
	if s.entries[found[1]].Level == s.entries[top].Level || !s.wins(top, found[1:]) {
		m := Match{Rest: rest}
		for _, i := range found {
			m.Candidates = append(m.Candidates, s.entries[i].Code)
		}
		return m
	}
	return Match{Code: s.entries[top].Code.Code, Rest: rest}
}

func (s *RegionSet) wins(top int, others []int) bool {
	if s.entries[top].Level == 1 {
		return true
	}
	for _, o := range others {
		if isMunicipality(s.entries[o].Parent) {
			return false
		}
	}
	return true
}

func (s *RegionSet) codes(list []string) []Code {
	out := make([]Code, 0, len(list))
	for _, code := range list {
		if c, ok := s.Get(code); ok {
			out = append(out, c)
		}
	}
	return out
}
