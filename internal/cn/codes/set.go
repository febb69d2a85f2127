// Package codes holds the code tables of the product: industries (GB/T 4754), regions (GB/T 2260) and countries
// (ISO 3166-1), and understands the names people write for them.
//
// The tables are embedded and built on first use; everything here is read-only and safe to share. README.md says where
// the data come from.
package codes

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/i18n"
)

// Code is one entry of a table.
type Code struct {
	Code   string
	Name   string
	Parent string // code of the entry above; "" at the top
	Level  int    // 1 at the top
	Leaf   bool   // nothing below it
	Latin  string // English name where the table has one (countries, the upper two levels of industries); else ""
}

// Match is what a text was understood as.
type Match struct {
	Code       string // "" when nothing fits, or several do
	Rest       string // what of the text was left over, such as the street
	Candidates []Code // several that fit equally well; nil when one does or none
}

// OK reports whether the text names exactly one entry.
func (m Match) OK() bool { return m.Code != "" }

// Ambiguous reports whether the text names several entries.
func (m Match) Ambiguous() bool { return len(m.Candidates) > 1 }

// Set is one table.
type Set struct {
	entries  []entry
	at       map[string]int    // code to entry
	children map[string][]int  // code, or "" for the top, to entries in order
	moved    map[string]string // a code that is no more, or is spelt otherwise, to the present one
	resolve  func(string) Match
}

// entry is a code with the forms it is searched by.
type entry struct {
	Code
	short    string // the name as people say it; "" when that is the name itself
	spelling string // the name's pinyin, joined
	initials string
	aliases  []string // further names, folded
}

// Get gives the entry of a code; a retired code with one successor gives that one.
func (s *Set) Get(code string) (Code, bool) {
	i, ok := s.find(code)
	if !ok {
		return Code{}, false
	}
	return s.entries[i].Code, true
}

func (s *Set) find(code string) (int, bool) {
	if i, ok := s.at[code]; ok {
		return i, true
	}
	i, ok := s.at[s.moved[code]]
	return i, ok
}

// Name gives the name of a code, "" for an unknown one.
func (s *Set) Name(code string) string {
	c, _ := s.Get(code)
	return c.Name
}

// Said gives the name as it is said: in English where there is one and English is spoken, else in Chinese.
func (c Code) Said(lang i18n.Lang) string {
	if lang == i18n.EN && c.Latin != "" {
		return c.Latin
	}
	return c.Name
}

// Said names a code to a person: “金融业”, “Finance”. Where English has no name of its own, that of the level above
// stands before the Chinese one: “Education services / 普通小学教育”. Unknown codes give "".
func (s *Set) Said(code string, lang i18n.Lang) string {
	line := s.Ancestors(code)
	if len(line) == 0 {
		return ""
	}
	last := len(line) - 1
	said := line[last].Said(lang)
	if lang == i18n.EN && line[last].Latin == "" {
		for _, c := range slices.Backward(line[:last]) {
			if c.Latin != "" {
				return c.Latin + between + said
			}
		}
	}
	return said
}

// between parts the names of a path.
const between = " / "

// PathIn is Path in a language, as far as there are names in it.
func (s *Set) PathIn(code string, lang i18n.Lang) string {
	var names []string
	for _, c := range s.Ancestors(code) {
		names = append(names, c.Said(lang))
	}
	return strings.Join(names, between)
}

// Path gives the names from the top down: “广东省 / 深圳市 / 南山区”; "" for an unknown code.
func (s *Set) Path(code string) string { return s.PathIn(code, i18n.ZH) }

// Ancestors gives the entries from the top down to the code itself; none for an unknown code.
func (s *Set) Ancestors(code string) []Code {
	var line []Code
	for i, ok := s.find(code); ok; i, ok = s.at[s.entries[i].Parent] {
		line = append([]Code{s.entries[i].Code}, line...)
	}
	return line
}

// Children gives the entries right below code, in the table's order; those at the top for "".
func (s *Set) Children(code string) []Code {
	if i, ok := s.find(code); ok {
		code = s.entries[i].Code.Code
	}
	list := make([]Code, 0, len(s.children[code]))
	for _, i := range s.children[code] {
		list = append(list, s.entries[i].Code)
	}
	return list
}

// Within gives code and every code below it, which is what a filter by a region or industry means; none for an unknown
// code.
func (s *Set) Within(code string) []string {
	i, ok := s.find(code)
	if !ok {
		return nil
	}
	list := []string{s.entries[i].Code.Code}
	for at := 0; at < len(list); at++ {
		for _, child := range s.children[list[at]] {
			list = append(list, s.entries[child].Code.Code)
		}
	}
	return list
}

// All gives every entry in the table's order.
func (s *Set) All() []Code {
	list := make([]Code, len(s.entries))
	for i := range s.entries {
		list[i] = s.entries[i].Code
	}
	return list
}

// below reports whether entry i is entry top or stands below it.
func (s *Set) below(i, top int) bool {
	for ok := true; ok; i, ok = s.at[s.entries[i].Parent] {
		if i == top {
			return true
		}
	}
	return false
}

// newSet builds a set of rows in order; every parent stands before its children or after, but exists.
func newSet(rows []Code, short func(string) string) *Set {
	s := &Set{at: make(map[string]int, len(rows)), children: map[string][]int{}, moved: map[string]string{}}
	s.entries = make([]entry, len(rows))
	for i, c := range rows {
		s.at[c.Code] = i
		s.children[c.Parent] = append(s.children[c.Parent], i)
		e := entry{Code: c, spelling: strings.Join(pinyin.Full(c.Name), ""), initials: pinyin.Initials(c.Name)}
		if name := short(c.Name); name != c.Name {
			e.short = name
		}
		s.entries[i] = e
	}
	for i := range s.entries {
		s.entries[i].Leaf = len(s.children[s.entries[i].Code.Code]) == 0
	}
	return s
}

// readTable reads an embedded table; its header is dropped. The tables are part of the program: a broken one panics.
func readTable(data string, columns int) [][]string {
	r := csv.NewReader(strings.NewReader(data))
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("codes: embedded table: %v", err))
	}
	return rows[1:]
}

// readCodes reads rows of code, level, parent, name.
func readCodes(data string) []Code {
	rows := readTable(data, 4)
	list := make([]Code, len(rows))
	for i, row := range rows {
		level, err := strconv.Atoi(row[1])
		if err != nil {
			panic(fmt.Sprintf("codes: embedded table: %v", err))
		}
		list[i] = Code{Code: row[0], Level: level, Parent: row[2], Name: row[3]}
	}
	return list
}

// plain is the form in which names are compared: folded, without spaces.
func plain(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "") }
