package codes

import (
	_ "embed"
	"strings"
	"sync"

	"genjin/internal/cn/text"
)

//go:embed countries.csv
var countryTable string

// CountrySet is ISO 3166-1 by two-letter codes; Name is the Chinese name, Latin the English one.
type CountrySet struct {
	*Set
	names map[string]string // folded names, three-letter codes and aliases to codes
}

// Countries gives the table of countries.
var Countries = sync.OnceValue(func() *CountrySet {
	rows := readTable(countryTable, 5)
	list := make([]Code, len(rows))
	for i, row := range rows {
		list[i] = Code{Code: row[0], Name: row[2], Latin: row[3], Level: 1}
	}
	s := &CountrySet{Set: newSet(list, func(name string) string { return name }), names: map[string]string{}}
	for i, row := range rows {
		for _, name := range append(strings.Fields(row[4]), row[0], row[1], row[2], row[3]) {
			s.names[plain(name)] = row[0]
			s.entries[i].aliases = append(s.entries[i].aliases, plain(name))
		}
	}
	s.resolve = s.Resolve
	return s
})

// Resolve understands a country's code of two or three letters, its Chinese or English name or a common other name.
func (s *CountrySet) Resolve(name string) Match {
	key := strings.TrimPrefix(plain(text.Tidy(name)), "the")
	return Match{Code: s.names[key]}
}
