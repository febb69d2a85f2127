package pinyin

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:generate go run gen.go

// readings.bin: 1024 little-endian uint16 that give, for rune>>8, the number of its page or 0; then the pages of 256
// uint16 each, which give a character's line in readings.txt, 0 for none.
//
//go:embed readings.bin
var pages string

// readings.txt: the distinct lists of readings without tones, the dictionary's first reading first; line 0 is empty.
//
//go:embed readings.txt
var readingLists string

//go:embed polyphones.txt
var polyphones string

//go:embed phrases.txt
var phraseLines string

//go:embed surnames.txt
var surnameLines string

// tables are the data ready for use.
type tables struct {
	usual    []string          // per line of readings.txt, its first reading
	all      []string          // per line of readings.txt, all its readings
	changed  map[rune]string   // the usual reading where names prefer another than the dictionary's first
	others   map[rune][]string // further readings that names use
	phrases  map[rune][]phrase // by first character, longest first
	surnames map[rune][]phrase // by first character, longest first
}

// phrase is a word whose characters are not all read the usual way.
type phrase struct {
	text      string
	syllables []string
}

var load = sync.OnceValue(func() *tables {
	t := &tables{
		changed:  map[rune]string{},
		others:   map[rune][]string{},
		phrases:  phraseTable(phraseLines),
		surnames: phraseTable(surnameLines),
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(readingLists, "\n"), "\n") {
		first, _, _ := strings.Cut(line, " ")
		t.usual = append(t.usual, first)
		t.all = append(t.all, line)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(polyphones, "\n"), "\n") {
		words := strings.Fields(line)
		r := []rune(words[0])[0]
		t.changed[r] = words[1]
		t.others[r] = words[2:]
	}
	return t
})

func phraseTable(lines string) map[rune][]phrase {
	table := map[rune][]phrase{}
	for line := range strings.SplitSeq(strings.TrimSuffix(lines, "\n"), "\n") {
		words := strings.Fields(line)
		first := []rune(words[0])[0]
		table[first] = append(table[first], phrase{text: words[0], syllables: words[1:]})
	}
	for _, list := range table {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.text) - len(a.text) })
	}
	return table
}

// line gives the line of readings.txt for r, 0 for a rune without a reading.
func line(r rune) int {
	if r < 0x3000 || r >= 0x40000 {
		return 0
	}
	at := int(r>>8) * 2
	page := int(pages[at]) | int(pages[at+1])<<8
	if page == 0 {
		return 0
	}
	at = 2*0x400 + (page-1)*512 + int(r&255)*2
	return int(pages[at]) | int(pages[at+1])<<8
}

// reading gives the usual reading of r, "" for a rune that is no Chinese character.
func (t *tables) reading(r rune) string {
	n := line(r)
	if n == 0 {
		return ""
	}
	if s, ok := t.changed[r]; ok {
		return s
	}
	return t.usual[n]
}

// Readings gives every reading of a character in the dictionary, the usual one first; none for a rune that is no
// Chinese character.
func Readings(r rune) []string {
	t := load()
	n := line(r)
	if n == 0 {
		return nil
	}
	usual := t.reading(r)
	out := []string{usual}
	for _, s := range strings.Fields(t.all[n]) {
		if s != usual {
			out = append(out, s)
		}
	}
	return out
}
