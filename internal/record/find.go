package record

import (
	"context"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/search"
)

// Hit is a record that the search box found.
type Hit struct {
	Entity   string
	ID       id.ID
	Title    string
	Subtitle string // the record it hangs on, or its code
	Parent   id.ID  // the record it hangs on
	Matched  string // the field that was found
	rank     int
}

const (
	mostCandidates = 60 // looked at of each entity
	mostHits       = 50
)

// Search finds records of every entity that can be found by what was typed, the best first, within the actor's reach.
// What the actor sees masked does not lead to a record.
func (s *Session) Search(ctx context.Context, typed string, limit int) ([]Hit, error) {
	typed = text.Fold(typed)
	if typed == "" || limit <= 0 {
		return nil, nil
	}
	var hits []Hit
	for _, k := range s.store.reg.kinds {
		if k.def.Aside || !k.def.Indexed() {
			continue
		}
		of, err := s.searchIn(ctx, k, typed, s.state(k, Query{}, false), min(3*limit, mostCandidates))
		if err != nil {
			return nil, err
		}
		hits = append(hits, of...)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return a.rank - b.rank })
	hits = hits[:min(len(hits), limit, mostHits)]
	return hits, s.describeHits(ctx, hits)
}

// searchIn finds records of a kind in a state, the newest first, at most that many.
func (s *Session) searchIn(ctx context.Context, k *kind, typed, state string, most int) ([]Hit, error) {
	if err := s.writeIndex(ctx); err != nil {
		return nil, err
	}
	def := s.Def(k.def.Name)
	found, ok := search.Condition(s.Tx.Dialect(), def.Tag(), typed, s.Actor.System || !s.Actor.Masked)
	if !ok {
		return nil, nil
	}
	names := []string{def.Title}
	for _, f := range def.Fields {
		if f.Search.Indexed() && s.visible(def, f) {
			names = append(names, f.Name)
		}
	}
	names = append(names, def.Parents...)
	columns, positions := s.columns(k, def, s.picked(def, names, nil))
	reach := s.where(k, "t", access.View)
	if reach.SQL == access.Never.SQL {
		return nil, nil
	}
	where := access.And(found, reach)
	index := search.ID(s.Tx.Dialect())
	// The index gives its rows in the order asked for, so that a common word costs no more than a rare one.
	var candidates []*Row
	err := s.each(ctx, "SELECT "+columns+" FROM search f JOIN "+k.def.TableName()+" t ON t.id = "+index+
		" WHERE "+where.SQL+" AND "+state+" ORDER BY "+index+" DESC LIMIT ?", append(where.Args, most),
		func(scan func(dest ...any) error) error {
			row, err := scanRow(scan, def, positions)
			candidates = append(candidates, row)
			return err
		})
	if err != nil {
		return nil, err
	}
	v := &View{s: s, k: k, def: def}
	if err := v.loadOwners(ctx, candidates); err != nil {
		return nil, err
	}
	var hits []Hit
	for _, row := range candidates {
		if hit, ok := v.verify(row, typed); ok {
			hits = append(hits, hit)
		}
	}
	return hits, nil
}

// verify finds the visible field in which a row has what was typed, and how well it fits: the index knows neighbouring
// characters, not whole words, and values that the reader sees masked must not be found.
func (v *View) verify(row *Row, typed string) (Hit, bool) {
	words := strings.Fields(typed)
	hit := Hit{Entity: v.def.Name, ID: row.ID(), rank: worst}
	all := make([]bool, len(words))
	for _, f := range v.def.Fields {
		value, _ := row.Value(f.Name).(string)
		if !f.Search.Indexed() || value == "" || !v.s.visible(v.def, f) || v.masked(row, f) {
			continue
		}
		for i, word := range words {
			rank := fit(f.Search, text.Fold(value), word)
			if rank == worst {
				continue
			}
			all[i] = true
			if f.Name != v.def.Title {
				rank += 2 // of equal fits the name counts most
			}
			if rank < hit.rank {
				hit.rank, hit.Matched = rank, f.Name
			}
		}
	}
	if slices.Contains(all, false) {
		return hit, false
	}
	title, _ := row.Value(v.def.Title).(string)
	hit.Title = v.s.titled(v.def, title)
	for _, name := range v.def.Parents {
		hit.Parent, hit.rank = row.id(name), hit.rank+1 // what hangs on a record comes after records
	}
	return hit, true
}

// Fits reports whether a value has each word that was typed, found in the given way: for what is in no index.
func Fits(way entity.Search, value, typed string) bool {
	value = text.Fold(value)
	for word := range strings.FieldsSeq(text.Fold(typed)) {
		if fit(way, value, word) == worst {
			return false
		}
	}
	return true
}

// worst is the rank of what does not fit.
const worst = 1000

// fit ranks how a folded value has a word: 0 is the word itself.
func fit(way entity.Search, value, word string) int {
	switch {
	case value == word:
		return 0
	case strings.HasPrefix(value, word):
		return 10
	case strings.Contains(value, word):
		return 20
	}
	switch way {
	case entity.SearchDigits:
		if digits := onlyDigits(word); digits == word && strings.Contains(onlyDigits(value), digits) {
			return 20
		}
	case entity.SearchName:
		return fitPinyin(pinyin.Word, value, word)
	case entity.SearchPerson:
		return min(fitPinyin(pinyin.Person, value, word), fitPinyin(pinyin.Word, value, word))
	}
	return worst
}

func fitPinyin(mode pinyin.Mode, value, word string) int {
	initials := mode.Initials(value)
	whole := strings.Join(mode.Full(value), "")
	switch {
	case strings.HasPrefix(initials, word):
		return 12
	case strings.HasPrefix(whole, word):
		return 14
	case strings.Contains(initials, word):
		return 24
	case strings.Contains(whole, word):
		return 26
	}
	return worst
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// describeHits says under each hit what it hangs on.
func (s *Session) describeHits(ctx context.Context, hits []Hit) error {
	wanted := map[string]map[id.ID]bool{}
	parentOf := func(h Hit) string {
		def := s.Def(h.Entity)
		if h.Parent == 0 || len(def.Parents) == 0 {
			return ""
		}
		return def.Field(def.Parents[0]).Ref
	}
	for _, h := range hits {
		if ref := parentOf(h); ref != "" {
			if wanted[ref] == nil {
				wanted[ref] = map[id.ID]bool{}
			}
			wanted[ref][h.Parent] = true
		}
	}
	for ref, ids := range wanted {
		titles, err := s.Titles(ctx, ref, ids)
		if err != nil {
			return err
		}
		for i := range hits {
			if parentOf(hits[i]) == ref {
				hits[i].Subtitle = titles[hits[i].Parent]
			}
		}
	}
	return nil
}
