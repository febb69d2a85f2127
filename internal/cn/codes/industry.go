package codes

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed gbt4754.csv
var industryTable string

//go:embed gbt4754_en.csv
var industryEnglish string

//go:embed synonyms.txt
var industrySynonyms string

// IndustrySet is GB/T 4754-2017: sections A–T, divisions of two digits, groups of three, classes of four. Codes are
// stored as the standard has them, without the section's letter ("65", not "I65"); reading takes both.
type IndustrySet struct {
	*Set
	names map[string][]int // core form of names and synonyms to entries
}

// Industries gives the table of industries.
var Industries = sync.OnceValue(func() *IndustrySet {
	s := &IndustrySet{Set: newSet(readCodes(industryTable), industryCore), names: map[string][]int{}}
	for i, e := range s.entries {
		if section := s.Section(e.Code.Code); section != e.Code.Code {
			s.moved[section+e.Code.Code] = e.Code.Code
			s.moved[strings.ToLower(section)+e.Code.Code] = e.Code.Code
		} else {
			s.moved[strings.ToLower(section)] = section
		}
		s.addName(e.Name, i)
	}
	for _, row := range readTable(industryEnglish, 2) {
		i := s.at[row[0]]
		s.entries[i].Latin = row[1]
		s.addName(row[1], i)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(industrySynonyms), "\n") {
		words := strings.Fields(line)
		i := s.at[words[0]]
		for _, word := range words[1:] {
			if core := industryCore(word); s.names[core] == nil {
				s.names[core] = []int{i}
			}
			s.entries[i].aliases = append(s.entries[i].aliases, plain(word))
		}
	}
	s.resolve = s.Resolve
	return s
})

// addName notes the name of entry i; of two entries with one name the higher stands, for its meaning holds the other.
func (s *IndustrySet) addName(name string, i int) {
	core := industryCore(name)
	have := s.names[core]
	switch {
	case len(have) == 0 || s.entries[i].Level < s.entries[have[0]].Level:
		s.names[core] = []int{i}
	case s.entries[i].Level == s.entries[have[0]].Level:
		s.names[core] = append(have, i)
	}
}

// industryCore is the form in which industries' names are compared: folded, without punctuation and connecting words,
// without 业, 行业, 类 at the end.
func industryCore(name string) string {
	core := strings.Map(func(r rune) rune {
		if strings.ContainsRune("、,，。./·-_()（）[]\"'和及与", r) {
			return -1
		}
		return r
	}, plain(name))
	for _, end := range []string{"行业", "产业", "领域", "企业", "公司", "业", "类"} {
		if cut, ok := strings.CutSuffix(core, end); ok && len(cut) > 3 {
			return cut
		}
	}
	return core
}

// Section gives the letter of the section that a code belongs to, "" for an unknown one.
func (s *IndustrySet) Section(code string) string {
	line := s.Ancestors(code)
	if len(line) == 0 {
		return ""
	}
	return line[0].Code
}

// Resolve understands an industry as people write it: a code with or without the section's letter, a full name with or
// without 业, a common short name (IT服务, 制造业, 零售业), a name behind its code, a path whose last part counts.
func (s *IndustrySet) Resolve(name string) Match {
	if m, ok := s.resolveOne(name); ok {
		return m
	}
	last := Match{}
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/>|;；-—＞／\\\n", r) }) {
		m, ok := s.resolveOne(part)
		if !ok || m.Ambiguous() {
			continue
		}
		if last.Code == "" || s.below(s.at[m.Code], s.at[last.Code]) {
			last = m
		}
	}
	return last
}

// resolveOne understands one name; ok is false when it is unknown.
func (s *IndustrySet) resolveOne(name string) (m Match, ok bool) {
	name = plain(name)
	if c, ok := s.Get(strings.ToUpper(name)); ok {
		return Match{Code: c.Code}, true
	}
	found := s.names[industryCore(name)]
	if len(found) == 1 {
		return Match{Code: s.entries[found[0]].Code.Code}, true
	}
	if len(found) > 1 {
		for _, i := range found {
			m.Candidates = append(m.Candidates, s.entries[i].Code)
		}
		return m, true
	}
	return s.behindCode(name)
}

// behindCode understands “I65软件和信息技术服务业” and “65 软件”: the code counts when the name behind it is its own or
// is not known.
func (s *IndustrySet) behindCode(name string) (Match, bool) {
	n := 0
	for n < len(name) && n < 5 && (name[n] >= '0' && name[n] <= '9' || n == 0 && name[n] >= 'a' && name[n] <= 't') {
		n++
	}
	c, ok := s.Get(strings.ToUpper(name[:n]))
	if !ok || n == len(name) || name[n] >= 'a' && name[n] <= 'z' {
		return Match{}, false
	}
	if found := s.names[industryCore(name[n:])]; len(found) == 1 && !s.below(found[0], s.at[c.Code]) && !s.below(s.at[c.Code], found[0]) {
		return Match{}, false
	}
	return Match{Code: c.Code}, true
}

// Abbreviations gives the default Latin abbreviation of each section, which customer numbers use (2024-Tech-001).
func Abbreviations() map[string]string {
	return map[string]string{
		"A": "Agri", "B": "Mine", "C": "Manu", "D": "Util", "E": "Cons", "F": "Retail", "G": "Logi", "H": "Hotel", "I": "Tech", "J": "Fin",
		"K": "Estate", "L": "Biz", "M": "Sci", "N": "Env", "O": "Serv", "P": "Edu", "Q": "Health", "R": "Cult", "S": "Gov", "T": "Intl",
	}
}

// Synonyms gives the short names that Resolve knows beside the table's own.
func (s *IndustrySet) Synonyms() []string {
	var words []string
	for _, e := range s.entries {
		words = append(words, e.aliases...)
	}
	return words
}
