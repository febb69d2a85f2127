// Package pinyin spells Chinese texts in Latin letters without tones, for finding and sorting. Characters with several
// readings follow a table of words (重庆 chongqing, 银行 yinhang, 会计 kuaiji) and, for people, of surnames (单 shan, 仇
// qiu, 长孙 zhangsun). ü is written v, as it is typed.
//
// The dictionary is go-pinyin's, laid out flat; see README.md for where the data come from.
package pinyin

import (
	"slices"
	"strings"
	"unicode"
)

// Mode says what kind of text is spelt.
type Mode uint8

const (
	Word   Mode = iota // names of companies and places, and any other text
	Person             // a person's name: its first character or two are a surname
)

// Full gives the syllables of s; see Mode.Full.
func Full(s string) []string { return Word.Full(s) }

// Initials gives the first letters of s; see Mode.Initials.
func Initials(s string) string { return Word.Initials(s) }

// SortKey gives the sorting key of s; see Mode.SortKey.
func SortKey(s string) string { return Word.SortKey(s) }

// Full gives one syllable for each Chinese character and one lower-case word for each run of other letters and digits;
// everything else only parts them: “华为（Huawei）5G” is hua, wei, huawei, 5g.
func (m Mode) Full(s string) []string {
	out := make([]string, 0, len(s)/3+1)
	m.walk(s, func(p piece) { out = append(out, p.text()) })
	return out
}

// Initials gives the first letter of each syllable, and other letters and digits as they are, in lower case: hwjs for
// 华为技术, a4z for A4纸.
func (m Mode) Initials(s string) string {
	var buf [64]byte
	out := buf[:0]
	m.walk(s, func(p piece) {
		if p.syllable != "" {
			out = append(out, p.syllable[0])
		} else {
			out = append(out, p.text()...)
		}
	})
	return string(out)
}

// SortKey gives a key that sorts texts in the order of their pinyin, syllable by syllable, Latin words among them;
// texts that sound alike sort by their characters.
func (m Mode) SortKey(s string) string {
	var buf [128]byte
	out := buf[:0]
	m.walk(s, func(p piece) {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, p.text()...)
	})
	out = append(out, 1) // before every letter; PostgreSQL stores no 0
	return string(append(out, s...))
}

// maxAlternatives bounds what Alternatives gives.
const maxAlternatives = 4

// Alternatives gives the spellings in initials under which s may be looked for, the likeliest first and at most four:
// where no word of the table decides how a character is read, each of its readings counts (长宏: ch, zh).
func (m Mode) Alternatives(s string) []string {
	t := load()
	variants := []string{""}
	m.walk(s, func(p piece) {
		if p.syllable == "" {
			variants = appendAll(variants, p.text())
			return
		}
		letters := p.syllable[:1]
		if !p.decided {
			for _, other := range t.others[p.char] {
				if !strings.Contains(letters, other[:1]) {
					letters += other[:1]
				}
			}
		}
		variants = appendEach(variants, letters)
	})
	return variants
}

func appendAll(variants []string, s string) []string {
	for i := range variants {
		variants[i] += s
	}
	return variants
}

// appendEach appends every letter to every variant, as long as there is room.
func appendEach(variants []string, letters string) []string {
	if len(letters) == 1 || len(variants)*len(letters) > maxAlternatives {
		return appendAll(variants, letters[:1])
	}
	out := make([]string, 0, len(variants)*len(letters))
	for i := range letters {
		for _, v := range variants {
			out = append(out, v+letters[i:i+1])
		}
	}
	return out
}

// piece is one part of a spelt text.
type piece struct {
	syllable string // of a character; "" for a run of other letters and digits
	char     rune
	decided  bool   // a word or surname decided the reading
	run      string // the other letters and digits as written
}

// text gives the syllable, or the run in lower case and half width.
func (p piece) text() string {
	if p.syllable != "" {
		return p.syllable
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, p.run))
}

// walk gives the pieces of s in their order.
func (m Mode) walk(s string, visit func(piece)) {
	t := load()
	if m == Person {
		s = t.prefix(s, t.surnames, visit)
	}
	for s != "" {
		r, size := firstRune(s)
		switch syllable := t.reading(r); {
		case syllable != "":
			if rest := t.prefix(s, t.phrases, visit); len(rest) < len(s) {
				s = rest
				continue
			}
			visit(piece{syllable: syllable, char: r})
			s = s[size:]
		case isWordRune(r):
			n := runLength(s)
			visit(piece{run: s[:n]})
			s = s[n:]
		default:
			s = s[size:]
		}
	}
}

// prefix visits the longest phrase of table that s begins with and gives what is left of s.
func (t *tables) prefix(s string, table map[rune][]phrase, visit func(piece)) (rest string) {
	first, _ := firstRune(s)
	for _, p := range table[first] {
		if !strings.HasPrefix(s, p.text) {
			continue
		}
		i := 0
		for _, r := range p.text {
			visit(piece{syllable: p.syllables[i], char: r, decided: true})
			i++
		}
		return s[len(p.text):]
	}
	return s
}

func firstRune(s string) (r rune, size int) {
	for i, c := range s {
		if i > 0 {
			return r, i
		}
		r = c
	}
	return r, len(s)
}

func isWordRune(r rune) bool {
	if r < 0x80 {
		return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// runLength gives the bytes of the letters and digits at the beginning of s that have no reading.
func runLength(s string) int {
	for i, r := range s {
		if !isWordRune(r) || line(r) > 0 {
			return i
		}
	}
	return len(s)
}

// Compare orders two texts by their pinyin.
func Compare(a, b string) int { return strings.Compare(SortKey(a), SortKey(b)) }

// Sort orders texts by their pinyin.
func Sort(texts []string) { slices.SortFunc(texts, Compare) }
