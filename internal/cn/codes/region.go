package codes

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed gbt2260.csv
var regionTable string

//go:embed gbt2260_retired.csv
var retiredTable string

// RegionSet is GB/T 2260: provinces (level 1), prefectures (2) and counties (3); the districts of municipalities hang
// right below them.
type RegionSet struct {
	*Set
	names    map[string][]int    // every way to write a region's name to the regions it may mean
	retired  map[string][]int    // names that are no more to the regions they became
	current  map[string][]string // retired codes to the present ones
	longest  map[rune]int        // by first character, the bytes of the longest name
	byPinyin map[string][]int    // spelling of the short name
}

// Regions gives the table of regions.
var Regions = sync.OnceValue(func() *RegionSet {
	s := &RegionSet{
		Set:      newSet(readCodes(regionTable), shortRegion),
		names:    map[string][]int{},
		retired:  map[string][]int{},
		current:  map[string][]string{},
		longest:  map[rune]int{},
		byPinyin: map[string][]int{},
	}
	for i := range s.entries {
		s.addRegion(i)
	}
	for _, row := range readTable(retiredTable, 3) {
		s.addRetired(row[0], row[1], strings.Fields(row[2]))
	}
	for code, words := range regionAliases {
		for _, word := range words {
			s.addName(s.names, word, s.at[code])
		}
	}
	s.resolve = s.Resolve
	return s
})

// regionAliases are names no rule gives; one-character ones count only alone.
var regionAliases = map[string][]string{
	"150000": {"内蒙"}, "450000": {"广西壮族"}, "650000": {"新疆维吾尔"}, "640000": {"宁夏回族"}, "710000": {"中国台湾"},
	"810000": {"中国香港"}, "820000": {"中国澳门"}, "222400": {"延吉州"},
}

// letters are the one-character names of provinces.
var letters = map[string]string{
	"京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "蒙": "150000", "辽": "210000", "吉": "220000", "黑": "230000",
	"沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000", "鲁": "370000", "豫": "410000",
	"鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000", "渝": "500000", "川": "510000", "蜀": "510000",
	"贵": "520000", "黔": "520000", "云": "530000", "滇": "530000", "藏": "540000", "陕": "610000", "秦": "610000", "甘": "620000",
	"陇": "620000", "青": "630000", "宁": "640000", "新": "650000", "台": "710000", "港": "810000", "澳": "820000",
}

func (s *RegionSet) addName(table map[string][]int, name string, i int) {
	for _, have := range table[name] {
		if have == i {
			return
		}
	}
	table[name] = append(table[name], i)
	first, _ := utf8.DecodeRuneInString(name)
	s.longest[first] = max(s.longest[first], len(name))
}

// addRegion notes the ways to write region i: its name, the short name, and the short name with the suffix people give
// autonomous regions.
func (s *RegionSet) addRegion(i int) {
	e := &s.entries[i]
	s.addName(s.names, e.Name, i)
	short := shortRegion(e.Name)
	s.addName(s.names, short, i)
	switch {
	case strings.HasSuffix(e.Name, "自治区"):
		s.addName(s.names, short+"省", i)
		s.addName(s.names, short+"自治区", i)
	case strings.HasSuffix(e.Name, "自治州"):
		s.addName(s.names, short+"州", i)
	case strings.HasSuffix(e.Name, "自治县"):
		s.addName(s.names, short+"县", i)
	}
	spelling := e.spelling
	if short != e.Name {
		spelling = strings.TrimSuffix(spelling, spellingOf(strings.TrimPrefix(e.Name, short)))
	}
	s.byPinyin[spelling] = append(s.byPinyin[spelling], i)
}

// addRetired notes a code that is no more, and its name.
func (s *RegionSet) addRetired(code, name string, now []string) {
	s.current[code] = now
	if len(now) == 1 {
		s.moved[code] = now[0]
	}
	if utf8.RuneCountInString(name) < 3 || strings.HasPrefix(name, "市辖") || strings.Contains(name, "直辖") {
		return
	}
	for _, c := range now {
		i, ok := s.at[c]
		if !ok {
			continue
		}
		s.addName(s.retired, name, i)
		if short := shortRegion(name); short != name && len(s.names[short]) == 0 {
			s.addName(s.retired, short, i)
		}
	}
}

// Current gives the present codes of a code: itself, or what a retired one became; none for an unknown one.
func (s *RegionSet) Current(code string) []string {
	if _, ok := s.at[code]; ok {
		return []string{code}
	}
	return s.current[code]
}

// Short gives a region's name as people say it: 深圳 for 深圳市, 广西 for 广西壮族自治区; "" for an unknown code.
func (s *RegionSet) Short(code string) string { return shortRegion(s.Name(code)) }

// City gives the prefecture of a code, or the municipality or, for counties right below a province, the county itself;
// the code itself for a province; "" for an unknown code.
func (s *RegionSet) City(code string) string {
	line := s.Ancestors(code)
	for _, c := range line {
		if c.Level == 2 || isMunicipality(c.Code) {
			return c.Code
		}
	}
	if len(line) == 0 {
		return ""
	}
	return line[len(line)-1].Code
}

// isMunicipality knows the provinces that are cities, and the two special regions.
func isMunicipality(code string) bool {
	switch code {
	case "110000", "120000", "310000", "500000", "810000", "820000":
		return true
	}
	return false
}
