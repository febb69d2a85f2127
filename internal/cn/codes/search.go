package codes

import (
	"cmp"
	"slices"
	"strings"
)

// rank says how well an entry fits a query; less is better.
type rank uint8

const (
	rankExact    rank = iota // code, name, short name or alias
	rankStarts               // the name begins with it
	rankCode                 // the code begins with it
	rankSpelt                // the pinyin is it, or begins with it
	rankInitials             // the initials begin with it
	rankHas                  // the name has it inside
	rankSpeltHas             // the pinyin has it inside
	rankNone
)

// hit is an entry found.
type hit struct {
	rank  rank
	level int
	entry int
}

// Search finds entries by the beginning of the code, part of the name, pinyin or its initials: exact ones first, then
// by how they fit, higher levels before lower. A query that none fits is understood as Resolve does. An empty query gives the top level. limit ≤ 0 means 20.
func (s *Set) Search(q string, limit int) []Code {
	if limit <= 0 {
		limit = 20
	}
	q = plain(q)
	if q == "" {
		top := s.Children("")
		return top[:min(limit, len(top))]
	}
	if hits := s.hits(q); len(hits) > 0 {
		return s.take(hits, limit)
	}
	m := s.resolve(q)
	if c, ok := s.Get(m.Code); ok {
		m.Candidates = []Code{c}
	}
	return m.Candidates[:min(limit, len(m.Candidates))]
}

func (s *Set) hits(q string) []hit {
	latin := isLatin(q)
	var hits []hit
	for i := range s.entries {
		if r := s.entries[i].rank(q, latin); r < rankNone {
			hits = append(hits, hit{r, s.entries[i].Level, i})
		}
	}
	return hits
}

func (s *Set) take(hits []hit, limit int) []Code {
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.level, b.level),
			cmp.Compare(len(s.entries[a.entry].Name), len(s.entries[b.entry].Name)), cmp.Compare(a.entry, b.entry))
	})
	hits = hits[:min(limit, len(hits))]
	list := make([]Code, len(hits))
	for i, h := range hits {
		list[i] = s.entries[h.entry].Code
	}
	return list
}

func isLatin(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// rank compares a folded query with the entry.
func (e *entry) rank(q string, latin bool) rank {
	if e.Name == q || e.short == q || slices.Contains(e.aliases, q) {
		return rankExact
	}
	if !latin {
		return e.rankName(q)
	}
	code := strings.ToLower(e.Code.Code)
	switch {
	case code == q:
		return rankExact
	case strings.HasPrefix(code, q):
		return rankCode
	case e.Latin != "" && (strings.HasPrefix(plain(e.Latin), q) || len(q) > 2 && strings.Contains(plain(e.Latin), q)):
		return rankStarts
	case strings.HasPrefix(e.spelling, q):
		return rankSpelt
	case strings.HasPrefix(e.initials, q):
		return rankInitials
	case len(q) > 2 && (strings.Contains(e.spelling, q) || strings.Contains(e.initials, q)):
		return rankSpeltHas
	}
	return rankNone
}

func (e *entry) rankName(q string) rank {
	switch at := strings.Index(e.Name, q); {
	case at == 0:
		return rankStarts
	case at > 0:
		return rankHas
	}
	for _, alias := range e.aliases {
		if strings.HasPrefix(alias, q) {
			return rankStarts
		}
	}
	return rankNone
}
