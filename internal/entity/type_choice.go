package entity

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/cn/text"
	"genjin/internal/sheet"
)

// OneOf is one of the field's choices.
var OneOf Type = choiceType{}

// AnyOf is any number of the field's choices.
var AnyOf Type = listType{name: "choices"}

// Tags is any number of short texts; the field's choices are suggestions with colours.
var Tags Type = listType{name: "tags", free: true}

// FindChoice gives the choice that a person means by s: its value, a label in either language or another spelling; nil
// when there is none.
func FindChoice(f *Field, s string) *Choice {
	folded := text.Fold(s)
	if folded == "" {
		return nil
	}
	for i := range f.Choices {
		c := &f.Choices[i]
		if c.Value == s || folded == text.Fold(c.Label.ZH) || folded == text.Fold(c.Label.EN) || folded == text.Fold(c.Value) {
			return c
		}
	}
	for i := range f.Choices {
		if slices.ContainsFunc(f.Choices[i].Aliases, func(a string) bool { return text.Fold(a) == folded }) {
			return &f.Choices[i]
		}
	}
	return nil
}

// ChoiceWithin gives the choice of which a name stands within s, as 展会 in 2026年行业展会: the one of the longest such name. Nil
// when there is none, or when two choices have names as long. Latin words and numbers count as a whole alone.
func ChoiceWithin(f *Field, s string) *Choice {
	const least = 2 // characters of a name that says enough
	folded := text.Fold(s)
	var found *Choice
	longest := least - 1
	for i := range f.Choices {
		c := &f.Choices[i]
		if c.Disabled {
			continue
		}
		for _, name := range append([]string{c.Label.ZH, c.Label.EN}, c.Aliases...) {
			name = text.Fold(name)
			n := utf8.RuneCountInString(name)
			switch {
			case n < max(longest, least) || !hasWord(folded, name):
			case n > longest:
				found, longest = c, n
			case found != c:
				found = nil
			}
		}
	}
	return found
}

// hasWord reports whether word stands in s, and is no part of a longer Latin word or number there.
func hasWord(s, word string) bool {
	for from := 0; ; {
		at := strings.Index(s[from:], word)
		if at < 0 {
			return false
		}
		at += from
		if !joined(s[:at], word) && !joined(word, s[at+len(word):]) {
			return true
		}
		from = at + 1
	}
}

// joined reports whether two texts make one Latin word or number where they meet.
func joined(a, b string) bool {
	return a != "" && b != "" && isLatin(a[len(a)-1]) && isLatin(b[0])
}

func isLatin(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func choice(f *Field, value string) *Choice {
	for i := range f.Choices {
		if f.Choices[i].Value == value {
			return &f.Choices[i]
		}
	}
	return nil
}

// label says a choice's value to a person; an unknown value is said as it is.
func label(f *Field, value string, env *Env) string {
	if c := choice(f, value); c != nil {
		return c.Label.In(env.Lang)
	}
	return value
}

type choiceType struct{}

func (choiceType) Name() string                                  { return "choice" }
func (choiceType) Integer() bool                                 { return false }
func (choiceType) FromJSON(raw []byte, _ *Field) (any, *Problem) { return textFromJSON(raw) }
func (choiceType) AppendJSON(dst []byte, stored any) []byte      { return appendText(dst, stored) }
func (choiceType) Ops() []Op                                     { return choiceOps }

func (choiceType) FromCell(c sheet.Cell, f *Field, _ *Env) (any, *Problem) {
	s := text.Clean(c.String())
	if text.IsEmpty(s) {
		return "", nil
	}
	if found := FindChoice(f, s); found != nil {
		return found.Value, nil
	}
	return nil, Problemf("field.choice", "value", s)
}

func (t choiceType) ToCell(stored any, f *Field, env *Env) sheet.Value {
	return sheet.Str(t.Text(stored, f, env))
}

func (choiceType) Text(stored any, f *Field, env *Env) string {
	s, _ := stored.(string)
	return label(f, s, env)
}

func (choiceType) Check(stored any, f *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok || choice(f, s) == nil {
		return nil, Problemf("field.choice", "value", stored)
	}
	return s, nil
}

type listType struct {
	name string
	free bool // values need not be choices
}

// maxTag and maxList bound the values of a list.
const (
	maxTag  = 30
	maxList = 100
)

// IsList reports whether values of the type are stored as lists.
func IsList(t Type) bool {
	switch t.(type) {
	case listType, refsType:
		return true
	}
	return false
}

func (t listType) Name() string { return t.name }
func (listType) Integer() bool  { return false }

func (listType) FromJSON(raw []byte, _ *Field) (any, *Problem) {
	var l List
	if json.Unmarshal(raw, &l) != nil {
		return nil, Problemf("field.not_list")
	}
	return l.Stored(), nil
}

func (listType) AppendJSON(dst []byte, stored any) []byte { return appendList(dst, stored) }

func appendList(dst []byte, stored any) []byte {
	dst = append(dst, '[')
	for i, v := range ListOf(stored) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, v)
	}
	return append(dst, ']')
}

// separators part the values of a list in a cell.
const separators = listed + ",，;；|/\n"

// listed is the one that parts them where the program says a list.
const listed = "、"

func (t listType) FromCell(c sheet.Cell, f *Field, _ *Env) (any, *Problem) {
	s := text.Tidy(c.String())
	if text.IsEmpty(s) {
		return "", nil
	}
	var l List
	for _, part := range parts(f, s) {
		found := FindChoice(f, part)
		switch {
		case found != nil:
			part = found.Value
		case !t.free:
			return nil, Problemf("field.choice", "value", part)
		}
		if !l.Has(part) {
			l = append(l, part)
		}
	}
	return l.Stored(), nil
}

// parts takes a cell apart at separators, but for those within the name of a choice.
func parts(f *Field, s string) []string {
	if FindChoice(f, s) != nil {
		return []string{s}
	}
	at := isSeparator
	if strings.Contains(s, listed) { // as ToCell writes
		at = func(r rune) bool { return string(r) == listed }
	}
	var out []string
	for part := range strings.FieldsFuncSeq(s, at) {
		switch part = text.Tidy(part); {
		case part == "":
		case FindChoice(f, part) == nil && strings.ContainsFunc(part, isSeparator):
			out = append(out, parts(f, part)...)
		default:
			out = append(out, part)
		}
	}
	return out
}

func isSeparator(r rune) bool { return strings.ContainsRune(separators, r) }

func (t listType) ToCell(stored any, f *Field, env *Env) sheet.Value {
	return sheet.Str(t.Text(stored, f, env))
}

func (listType) Text(stored any, f *Field, env *Env) string {
	l := ListOf(stored)
	for i, v := range l {
		l[i] = label(f, v, env)
	}
	return strings.Join(l, listed)
}

// Check of free values parts them where a cell of a workbook would be parted, so that they survive one.
func (t listType) Check(stored any, f *Field) (any, *Problem) {
	values := ListOf(stored)
	if t.free {
		var parted List
		for _, v := range values {
			parted = append(parted, parts(f, v)...)
		}
		values = parted
	}
	var out List
	for _, v := range values {
		v = text.Tidy(v)
		switch {
		case v == "" || out.Has(v):
			continue
		case choice(f, v) != nil:
		case !t.free:
			return nil, Problemf("field.choice", "value", v)
		case utf8.RuneCountInString(v) > maxTag:
			return nil, Problemf("field.too_long", "max", maxTag)
		}
		out = append(out, v)
	}
	if len(out) > maxList {
		return nil, Problemf("field.too_many", "max", maxList)
	}
	return out.Stored(), nil
}

func (listType) Ops() []Op { return listOps }
