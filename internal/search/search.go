// Package search keeps the index behind the search box: one row of terms for each record that can be found, on SQLite
// in FTS5 and on PostgreSQL in a tsvector. Both hold the same terms, made here, so that both find the same.
//
// A name is found by its characters, by the pinyin initials from any of its characters on, and, when it is short, by
// its full pinyin from any character on; a code by its beginning; a number by any run of three digits or more.
package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Doc is a record as the index sees it.
type Doc struct {
	ID    id.ID
	Tag   string // of the entity: its terms are its own
	Texts []Text
}

// Text is a value and the way in which it is found.
type Text struct {
	Way   entity.Search
	Value string
}

// Terms begin with the tag of their entity and a letter for their sort, so that a run of digits in a phone is not one in
// a name.
const (
	chars  = "c" // one or two neighbouring characters
	latin  = "l" // what is typed in Latin letters: initials, full pinyin, a Latin word, a code or its part after a dash
	digits = "d" // the digits of a number from any position on
	handle = "h" // as latin, of codes that are personal data
)

// Bounds that keep a record's terms few.
const (
	maxRunes    = 60 // of a text, the rest is not indexed
	maxInitials = 12 // of a term of initials
	maxLatin    = 40 // of a term in Latin letters
	maxFull     = 8  // characters of a name that get full pinyin
	minDigits   = 3
)

// Condition gives the condition on the table search, aliased f, for the records of the entity with this tag that text
// finds. False when the text says nothing to look for. Without private, numbers and handles are not looked into: for those
// who see personal data masked.
func Condition(d sqldb.Dialect, tag, typed string, private bool) (access.Condition, bool) {
	var all []string
	for word := range strings.FieldsSeq(text.Fold(typed)) {
		ways := wordQueries(word, private)
		if len(ways) == 0 {
			return access.Condition{}, false
		}
		all = append(all, group(d, tag, ways))
		if len(all) == 6 {
			break
		}
	}
	if len(all) == 0 {
		return access.Condition{}, false
	}
	if d == sqldb.SQLite {
		return access.Condition{SQL: "f.search MATCH ?", Args: []any{strings.Join(all, " AND ")}}, true
	}
	return access.Condition{SQL: "f.terms @@ ?::tsquery", Args: []any{strings.Join(all, " & ")}}, true
}

// ID is the column of the table search, aliased f, that holds the id of the record.
func ID(d sqldb.Dialect) string {
	if d == sqldb.SQLite {
		return "f.rowid"
	}
	return "f.id"
}

// term is something to look for: a term, or the beginning of one. Several together must all be there.
type term struct {
	text   string
	prefix bool
}

func group(d sqldb.Dialect, tag string, ways [][]term) string {
	and, or := " AND ", " OR "
	if d != sqldb.SQLite {
		and, or = " & ", " | "
	}
	alternatives := make([]string, len(ways))
	for i, terms := range ways {
		parts := make([]string, len(terms))
		for j, t := range terms {
			parts[j] = t.in(d, tag)
		}
		alternatives[i] = "(" + strings.Join(parts, and) + ")"
	}
	return "(" + strings.Join(alternatives, or) + ")"
}

func (t term) in(d sqldb.Dialect, tag string) string {
	if d == sqldb.SQLite {
		quoted := `"` + tag + strings.ReplaceAll(t.text, `"`, `""`) + `"`
		if t.prefix {
			return quoted + "*"
		}
		return quoted
	}
	quoted := "'" + tag + strings.NewReplacer("'", "''", `\`, `\\`).Replace(t.text) + "'"
	if t.prefix {
		return quoted + ":*"
	}
	return quoted
}

// wordQueries gives the ways in which one word may be meant, each a set of terms.
func wordQueries(word string, private bool) [][]term {
	word = onlyLetters(word)
	if word == "" {
		return nil
	}
	var ways [][]term
	if hasHan(word) {
		return [][]term{hanTerms(word)}
	}
	if isDigits(word) && private && len(word) >= minDigits {
		ways = append(ways, []term{{digits + clip(word, maxRunes), true}})
	}
	word = clip(word, maxLatin)
	if private {
		ways = append(ways, []term{{handle + word, true}})
	}
	if start := clip(word, maxInitials); start != word && !isDigits(word) { // of longer initials the beginning is known
		ways = append(ways, []term{{latin + start, false}})
	}
	return append(ways, []term{{latin + word, true}})
}

func hanTerms(word string) []term {
	var terms []term
	for run := range runs(word) {
		rs := []rune(run)
		if !unicode.Is(unicode.Han, rs[0]) {
			terms = append(terms, term{latin + clip(run, maxLatin), true})
			continue
		}
		if len(rs) == 1 {
			terms = append(terms, term{chars + run, false})
		}
		for i := 0; i+1 < len(rs) && len(terms) < 8; i++ {
			terms = append(terms, term{chars + string(rs[i:i+2]), false})
		}
	}
	return terms
}

// terms gives the distinct terms of a record, in order.
func (d Doc) terms() []string {
	seen := make(map[string]struct{}, 64)
	var out []string
	add := func(t string) {
		if _, twice := seen[t]; !twice {
			seen[t] = struct{}{}
			out = append(out, d.Tag+t)
		}
	}
	for _, t := range d.Texts {
		switch t.Way {
		case entity.SearchName:
			charTerms(t.Value, add)
			pinyinTerms(pinyin.Word, t.Value, add)
		case entity.SearchPerson:
			charTerms(t.Value, add)
			pinyinTerms(pinyin.Person, t.Value, add)
			pinyinTerms(pinyin.Word, t.Value, add) // a company is entered as a person at times, and surnames are mistaken
		case entity.SearchText:
			charTerms(t.Value, add)
		case entity.SearchCode:
			codeTerms(latin, t.Value, add)
		case entity.SearchHandle:
			codeTerms(handle, t.Value, add)
		case entity.SearchDigits:
			digitTerms(t.Value, add)
		}
	}
	return out
}

func charTerms(s string, add func(string)) {
	for run := range runs(onlyLetters(text.Fold(clip(s, maxRunes)))) {
		rs := []rune(run)
		if !unicode.Is(unicode.Han, rs[0]) {
			add(latin + clip(run, maxLatin))
			continue
		}
		for i := range rs {
			add(chars + string(rs[i]))
			if i+1 < len(rs) {
				add(chars + string(rs[i:i+2]))
			}
		}
	}
}

// pinyinTerms makes a name findable by initials and by full pinyin from each of its characters on.
func pinyinTerms(mode pinyin.Mode, s string, add func(string)) {
	syllables := mode.Full(onlyLetters(text.Fold(clip(s, maxRunes))))
	first := make([]rune, 0, len(syllables))
	for _, syllable := range syllables {
		r, _ := utf8.DecodeRuneInString(syllable)
		first = append(first, r)
	}
	for i := range first {
		if len(first)-i >= 2 {
			add(latin + string(first[i:min(len(first), i+maxInitials)]))
		}
	}
	for i := range min(len(syllables), maxFull) {
		add(latin + clip(strings.Join(syllables[i:min(len(syllables), maxFull)], ""), maxLatin))
	}
}

func codeTerms(sort, s string, add func(string)) {
	s = text.Fold(s)
	add(sort + clip(onlyLetters(s), maxLatin))
	for i, r := range s {
		if r == '-' && i+1 < len(s) {
			add(sort + clip(onlyLetters(s[i+1:]), maxLatin))
		}
	}
}

func digitTerms(s string, add func(string)) {
	number := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	for i := 0; i+minDigits <= len(number); i++ {
		add(digits + number[i:])
	}
}

// onlyLetters keeps letters and digits; punctuation between them is left out.
func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// runs parts s where Chinese characters and others meet.
func runs(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		was := false
		for i, r := range s {
			han := unicode.Is(unicode.Han, r)
			if i > 0 && han != was {
				if !yield(s[start:i]) {
					return
				}
				start = i
			}
			was = han
		}
		if start < len(s) {
			yield(s[start:])
		}
	}
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func isDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// clip gives the first n characters of s.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
