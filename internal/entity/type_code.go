package entity

import (
	"strings"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/text"
	"genjin/internal/cn/uscc"
	"genjin/internal/i18n"
	"genjin/internal/sheet"
)

// Tree is a type whose values are codes of a table in which some stand below others.
type Tree interface {
	Type
	// Below gives the beginnings of the codes that a code stands for: its own and those below it.
	Below(code string) []string
}

// Region is a code of GB/T 2260: province, city or county.
var Region Type = &codeType{name: "region", key: "field.region", set: func() table { return codes.Regions() }, below: belowRegion}

// Industry is a code of GB/T 4754-2017 at any of its levels.
var Industry Type = &codeType{name: "industry", key: "field.industry", set: func() table { return codes.Industries() }, below: belowIndustry}

// Country is a code of ISO 3166-1.
var Country Type = &codeType{name: "country", key: "field.country", set: func() table { return codes.Countries() }, below: func(c string) []string { return []string{c} }}

// CreditCode is a 统一社会信用代码 with a right check digit (GB 32100).
var CreditCode Type = &textType{name: "credit_code", max: 18, tidy: uscc.Normalize, check: checkCreditCode}

// table is what the code tables have in common.
type table interface {
	Get(code string) (codes.Code, bool)
	Path(code string) string
	PathIn(code string, lang i18n.Lang) string
	Name(code string) string
	Said(code string, lang i18n.Lang) string
	Resolve(name string) codes.Match
}

type codeType struct {
	name  string
	key   string // of the message that a value is none
	set   func() table
	below func(code string) []string
}

func (t codeType) Name() string                                { return t.name }
func (codeType) Integer() bool                                 { return false }
func (codeType) FromJSON(raw []byte, _ *Field) (any, *Problem) { return textFromJSON(raw) }
func (codeType) AppendJSON(dst []byte, stored any) []byte      { return appendText(dst, stored) }

func (t codeType) FromCell(c sheet.Cell, _ *Field, _ *Env) (any, *Problem) {
	s := text.Clean(c.String())
	if text.IsEmpty(s) {
		return "", nil
	}
	code, _, _ := strings.Cut(s, " ") // its name may stand behind a code
	if known, ok := t.set().Get(code); ok {
		return known.Code, nil
	}
	m := t.set().Resolve(s)
	if m.Ambiguous() {
		return nil, Problemf("field.code_ambiguous", "value", s, "first", t.set().Path(m.Candidates[0].Code), "second", t.set().Path(m.Candidates[1].Code))
	}
	if !m.OK() {
		return nil, Problemf(t.key, "value", s)
	}
	return m.Code, nil
}

// ToCell writes what Text says, with the code before it where the name is that of the level above, too.
func (t codeType) ToCell(stored any, f *Field, env *Env) sheet.Value {
	said := t.Text(stored, f, env)
	s, _ := stored.(string)
	if c, ok := t.set().Get(s); ok && c.Parent != "" && bare(t.set().Name(c.Parent)) == bare(c.Name) {
		said = s + " " + said
	}
	return sheet.Str(said)
}

// bare gives a name without the word for “industry”, which does not tell names apart.
func bare(name string) string { return strings.TrimSuffix(name, "业") }

// Text gives the path of a region and the name of another code.
func (t codeType) Text(stored any, _ *Field, env *Env) string {
	s, _ := stored.(string)
	said := t.set().Said(s, env.Lang)
	if t.name == "region" {
		said = t.set().PathIn(s, env.Lang)
	}
	if said == "" {
		return s
	}
	return said
}

func (t codeType) Check(stored any, _ *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok {
		return nil, Problemf("field.not_text")
	}
	code, ok := t.set().Get(strings.TrimSpace(s))
	if !ok {
		return nil, Problemf(t.key, "value", s)
	}
	return code.Code, nil
}

func (codeType) Ops() []Op { return choiceOps }

// Below gives the beginnings of the codes that code stands for.
func (t codeType) Below(code string) []string { return t.below(code) }

// belowRegion: 440000 is a province and stands for 44…, 440300 a city and stands for 4403….
func belowRegion(code string) []string {
	for len(code) == 6 && strings.HasSuffix(code, "0000") {
		return []string{code[:2]}
	}
	return []string{strings.TrimSuffix(code, "00")}
}

// belowIndustry: a section such as C stands for its divisions, whose codes do not begin with it.
func belowIndustry(code string) []string {
	if len(code) != 1 || code[0] < 'A' {
		return []string{code}
	}
	out := []string{code}
	for _, division := range codes.Industries().Children(code) {
		out = append(out, division.Code)
	}
	return out
}

func checkCreditCode(s string) (string, *Problem) {
	return s, problemOf(uscc.Check(s))
}
