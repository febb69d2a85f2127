package dav

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/clock"
	"genjin/internal/cn/orgname"
	"genjin/internal/cn/text"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// newPlan makes a plan of what a program's user wrote into their calendar, when it names one of their own customers: a
// calendar is full of other things, too, which are none of the company's business and stay out.
func (rq *request) newPlan(s *record.Session, file []byte) error {
	of := rq.at.of
	w, err := readPlan(rq, of, file, s.Store().Zone())
	if err != nil {
		return err
	}
	if w.at.IsZero() {
		return rq.forbid("dav.no_time")
	}
	known, err := rq.customers(s)
	if err != nil {
		return err
	}
	c, found := named(known, w.summary+" "+w.place)
	if !found {
		return rq.forbid("dav.which_customer")
	}
	def := s.Def("followup")
	way, rest := wayIn(def.Field("way"), c.without(w.summary))
	values := record.Values{
		"customer_id": int64(c.id), "state": crm.FollowupPlanned, "planned_at": clock.At(w.at).UnixMilli(),
		"purpose": strings.TrimSpace(rest + "\n" + w.purpose), "place": w.place,
	}
	if way != "" {
		values["way"] = way
	}
	if w.minutes != 0 {
		values["minutes"] = int64(w.minutes)
	}
	if list := w.reminders(def.Field("remind")); len(list) > 0 {
		values["remind"] = remindList(list)
	}
	x, err := s.CreateOne(rq.ctx, "followup", values)
	if err != nil {
		return err
	}
	return keepName(rq.ctx, s, of, x, given{rq.at.name, w.uid})
}

// called is a customer with the words by which people call it.
type called struct {
	id    id.ID
	words []string // as text.Fold gives them, the longest first
	hit   string   // the one that was found
}

// shortest is how many characters a name must have to be recognised in a sentence.
const shortest = 2

// customers gives the reader's own customers by what they are called: the whole name, and what is left without the place
// and the legal form.
func (rq *request) customers(s *record.Session) ([]called, error) {
	if !askable(s, "customer", "owner_id", "name") {
		return nil, nil
	}
	filter, err := filterOf(is("owner_id", "me"))
	if err != nil {
		return nil, err
	}
	rows, err := all(rq.ctx, s, "customer", record.Query{Filter: filter, Fields: []string{"name", "owner_id"}}, mostCustomers)
	if err != nil {
		return nil, err
	}
	v, err := look(rq.ctx, s, "customer", rows)
	if err != nil {
		return nil, err
	}
	var out []called
	for _, row := range rows {
		c := called{id: row.ID()}
		for _, word := range []string{v.text(row, "name"), orgname.ShortName(v.text(row, "name")), orgname.Core(v.text(row, "name"))} {
			if word = text.Fold(word); utf8.RuneCountInString(word) >= shortest {
				c.words = append(c.words, word)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// named gives the one customer that a sentence names: of names that lie in one another the longest. Two that stand beside each
// other, or are called the same, leave it open.
func named(list []called, sentence string) (best called, found bool) {
	sentence = text.Fold(sentence)
	var hits []called
	for _, c := range list {
		for _, word := range c.words {
			if strings.Contains(sentence, word) && len(word) > len(c.hit) {
				c.hit = word
			}
		}
		if c.hit != "" {
			hits = append(hits, c)
		}
		if len(c.hit) > len(best.hit) {
			best = c
		}
	}
	for _, c := range hits {
		if c.id != best.id && (c.hit == best.hit || !strings.Contains(best.hit, c.hit)) {
			return best, false
		}
	}
	return best, len(hits) > 0
}

// without gives a sentence without the customer's name, where that stands in it letter by letter.
func (c called) without(sentence string) string {
	lower := strings.ToLower(sentence)
	if before, after, ok := strings.Cut(lower, c.hit); ok && len(lower) == len(sentence) {
		return strings.TrimSpace(sentence[:len(before)] + " " + sentence[len(sentence)-len(after):])
	}
	return sentence
}

// wayIn finds the way of a follow-up at the beginning of a sentence, and gives what is left.
func wayIn(f *entity.Field, sentence string) (way, rest string) {
	type word struct{ said, value string }
	var words []word
	for _, c := range f.Choices {
		for _, said := range append([]string{c.Label.ZH, c.Label.EN}, c.Aliases...) {
			words = append(words, word{strings.ToLower(said), c.Value})
		}
	}
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(len(b.said), len(a.said)) })
	lower := strings.ToLower(sentence)
	for _, w := range words {
		if rest, ok := strings.CutPrefix(lower, w.said); ok && w.said != "" && len(lower) == len(sentence) {
			return w.value, strings.Trim(sentence[len(sentence)-len(rest):], " :：,，")
		}
	}
	return "", strings.Trim(sentence, " :：,，")
}
