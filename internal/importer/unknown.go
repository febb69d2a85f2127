package importer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// unknown is a value that no dictionary knows.
type unknown struct{ target, text string }

// unknowns count such values: target → text in the sheet → rows.
type unknowns map[string]map[string]int

const mostUnknown = 200 // different values kept of one column

// with gives the counts with those of items added; u stays as it is.
func (u unknowns) with(items []*item) unknowns {
	var out unknowns
	for _, it := range items {
		for _, x := range slices.Concat(it.unknown, it.unnamed) {
			if out == nil {
				out = u.clone()
			}
			out.add(x)
		}
	}
	if out == nil {
		return u
	}
	return out
}

func (u unknowns) add(x unknown) {
	values := u[x.target]
	if values == nil {
		values = map[string]int{}
		u[x.target] = values
	}
	if _, known := values[x.text]; known || len(values) < mostUnknown {
		values[x.text]++
	}
}

func (u unknowns) clone() unknowns {
	out := make(unknowns, len(u))
	for target, values := range u {
		out[target] = maps.Clone(values)
	}
	return out
}

// Unknown is a value of a column that no dictionary knows, with those known ones that are most like it.
type Unknown struct {
	Field       string   `json:"field"`
	Value       string   `json:"value"`
	Count       int      `json:"count"`
	Suggestions []string `json:"suggestions" nullable:"false" doc:"Values to choose from first: of choices, codes, or ids"`
	Taken       string   `json:"taken" doc:"The choice that it is taken for unless another is chosen, or the text itself to add it; empty for none"`
	Detail      string   `json:"detail" doc:"Label of the field that keeps the whole text then; empty for the remark"`
}

const (
	shownUnknown    = 200
	mostSuggestions = 3
)

// Unknowns gives the values that no dictionary knows, the most frequent of each column first; after all others the names
// that nobody bears.
func (m *Importer) Unknowns(ctx context.Context, s *record.Session, imp *Import) ([]Unknown, error) {
	p := newPlan(s, imp.Entity)
	out := []Unknown{}
	isName := func(target string) int {
		if t := p.byName[target]; t != nil && t.Field != nil && t.Field.Ref != "" {
			return 1
		}
		return 0
	}
	for _, target := range slices.SortedFunc(maps.Keys(imp.Unknown), func(a, b string) int {
		return cmp.Or(isName(a)-isName(b), strings.Compare(a, b))
	}) {
		values := imp.Unknown[target]
		offers, err := offersOf(ctx, s, p.byName[target])
		if err != nil {
			return nil, err
		}
		for _, value := range slices.SortedFunc(maps.Keys(values), func(a, b string) int {
			return cmp.Or(values[b]-values[a], strings.Compare(a, b))
		}) {
			if len(out) < shownUnknown {
				taken, detail := imp.taken(p, target, value)
				out = append(out, Unknown{target, value, values[value], offers(value), taken, detail})
			}
		}
	}
	return out, nil
}

// taken gives the choice for which a value of a target is taken, and the label of the field that keeps the whole text.
func (imp *Import) taken(p *plan, target, value string) (choice, detail string) {
	t := p.byName[target]
	if t == nil || t.Field == nil {
		return "", ""
	}
	found := takenFor(t.Field, value)
	if found == nil {
		return "", ""
	}
	kept := p.byName[t.Entity+"."+t.Field.Detail]
	filled := kept != nil && slices.ContainsFunc(imp.Sheets, func(sh Sheet) bool { return sh.Include && sh.has(kept.Name) })
	if kept != nil && !filled {
		detail = kept.Label
	}
	return found.Value, detail
}

// offer is a known value and how a person says it.
type offer struct{ value, label string }

// offersOf gives what suggests values of a target for a text.
func offersOf(ctx context.Context, s *record.Session, t *Target) (func(said string) []string, error) {
	switch {
	case t == nil || t.Field == nil:
		return func(string) []string { return []string{} }, nil
	case t.Field.Type == entity.Region:
		return suggestCodes(codes.Regions().Set), nil
	case t.Field.Type == entity.Industry:
		return suggestCodes(codes.Industries().Set), nil
	case t.Field.Ref == "user":
		names, err := s.Labels(ctx, t.Field.Ref)
		if err != nil {
			return nil, err
		}
		offers := make([]offer, 0, len(names))
		for x, name := range names {
			offers = append(offers, offer{x.String(), name})
		}
		return func(said string) []string { return nearest(offers, said) }, nil
	}
	var offers []offer
	for _, c := range t.Field.Choices {
		if !c.Disabled {
			offers = append(offers, offer{c.Value, c.Label.In(s.Actor.Lang)})
		}
	}
	return func(said string) []string { return nearest(offers, said) }, nil
}

func suggestCodes(set *codes.Set) func(said string) []string {
	return func(said string) []string {
		out := []string{}
		for _, c := range set.Search(said, mostSuggestions) {
			out = append(out, c.Code)
		}
		return out
	}
}

// nearest gives the values whose label is most like what was said, the best first.
func nearest(offers []offer, said string) []string {
	type rated struct {
		offer
		rate float64
	}
	var all []rated
	for _, o := range offers {
		if rate := alike(said, o.label); rate > 0 {
			all = append(all, rated{o, rate})
		}
	}
	slices.SortFunc(all, func(a, b rated) int { return cmp.Or(cmp.Compare(b.rate, a.rate), strings.Compare(a.label, b.label)) })
	out := []string{}
	for _, r := range all[:min(len(all), mostSuggestions)] {
		out = append(out, r.value)
	}
	return out
}

// alike rates how much two texts are alike, from 0 to 1: one within the other, the same sound, or shared characters.
func alike(a, b string) float64 {
	a, b = text.Fold(a), text.Fold(b)
	switch {
	case a == "" || b == "":
		return 0
	case strings.Contains(a, b) || strings.Contains(b, a):
		return 0.9
	case strings.Join(pinyin.Full(a), "") == strings.Join(pinyin.Full(b), ""):
		return 0.8
	}
	const enough = 0.34
	if shared := dice([]rune(a), []rune(b)); shared >= enough {
		return shared * 0.7
	}
	return 0
}

// dice is twice the characters that two texts share, over the characters of both.
func dice(a, b []rune) float64 {
	left := map[rune]int{}
	for _, r := range a {
		left[r]++
	}
	shared := 0
	for _, r := range b {
		if left[r] > 0 {
			left[r]--
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}
