package entity

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"genjin/internal/cn/codes"
	"genjin/internal/i18n"
	"genjin/internal/sheet"
)

var shanghai = time.FixedZone("", 8*3600)

func env(lang i18n.Lang) *Env {
	return &Env{Lang: lang, Zone: shanghai, Today: "2026-03-10", DateOrder: "ymd"}
}

var grades = []Choice{
	{Value: "a", Label: i18n.T("甲", "First"), Aliases: []string{"A级", "头等"}},
	{Value: "b", Label: i18n.T("乙", "Second")},
	{Value: "c/d", Label: i18n.T("丙/丁", "Third/fourth")},
	{Value: "自定", Label: i18n.T("自定", "")},
}

func fieldOf(t Type) *Field { return &Field{Name: "x", Type: t, Choices: grades} }

// samples are stored values of each type as Check gives them.
var samples = map[Type][]any{
	Text:       {"甲 a<b>&c", "a", "引号\"'"},
	LongText:   {"一\n二", "x"},
	URL:        {"https://example.com/a?b=1&c=2"},
	Email:      {"li.qiang@example.com"},
	Phone:      {"13800138000", "010-12345678"},
	Phones:     {"13800138000、13900139000"},
	Int:        {nil, int64(0), int64(-3), int64(9_007_199_254_740_991)},
	Money:      {nil, int64(0), int64(-305), int64(123_456_78)},
	Bool:       {int64(0), int64(1)},
	Date:       {"2026-03-10", "1949-10-01"},
	DateTime:   {nil, int64(1_773_108_000_000), time.Date(2026, 3, 10, 0, 0, 0, 0, shanghai).UnixMilli()},
	OneOf:      {"a", "b", "c/d", "自定"},
	AnyOf:      {List{"a"}.Stored(), List{"b", "c/d", "自定"}.Stored(), List{"c/d"}.Stored()},
	Tags:       {List{"a", "自由"}.Stored(), List{"c/d"}.Stored()},
	Region:     {"440000", "440300", "440305", "110101"},
	Industry:   {"C", "I", "65", "651", "6511"},
	Country:    {"CN", "US"},
	CreditCode: {"91440300708461136T"},
	Birthday:   {"1985-08-15", "--08-15", "L--08-15", "L1985-08-15", "--02-29", "L1987-+06-10"},
	Ref:        {nil, int64(289_578_103_603_208_222)},
	Refs:       {List{"0adjanjg0080j", "0adjanjg0080k"}.Stored()},
}

func TestEveryTypeHasSamples(t *testing.T) {
	t.Parallel()
	for name, typ := range Types {
		if typ.Name() != name {
			t.Errorf("type %q calls itself %q", name, typ.Name())
		}
		if samples[typ] == nil && typ != JSON {
			t.Errorf("type %s has no samples", name)
		}
	}
}

func TestValuesSurviveJSON(t *testing.T) {
	t.Parallel()
	for typ, values := range samples {
		f := fieldOf(typ)
		for _, want := range append(values, Missing(typ)) {
			text := typ.AppendJSON(nil, want)
			if !json.Valid(text) {
				t.Errorf("%s: %v is written as %s", typ.Name(), want, text)
			}
			got, problem := typ.FromJSON(text, f)
			if problem != nil || got != want {
				t.Errorf("%s: %v is read back from %s as %v (%v)", typ.Name(), want, text, got, problem)
			}
			if IsMissing(want) {
				continue
			}
			if tidy, problem := typ.Check(want, f); problem != nil || tidy != want {
				t.Errorf("%s: %v is checked as %v (%v)", typ.Name(), want, tidy, problem)
			}
			_, whole := want.(int64)
			if whole != typ.Integer() {
				t.Errorf("%s: %v is not of the sort it is stored as", typ.Name(), want)
			}
		}
	}
}

func TestValuesSurviveSheets(t *testing.T) {
	t.Parallel()
	for typ, values := range samples {
		f := fieldOf(typ)
		for _, lang := range []i18n.Lang{i18n.ZH, i18n.EN} {
			e := env(lang)
			all := append(slices.Clip(values), Missing(typ))
			var written []sheet.Value
			for _, v := range all {
				written = append(written, typ.ToCell(v, f, e))
			}
			for i, cell := range through(t, written) {
				want := all[i]
				got, problem := typ.FromCell(cell, f, e)
				if problem != nil || got != want {
					t.Errorf("%s in %s: %v is read back from %q as %v (%v)", typ.Name(), lang, want, cell.String(), got, problem)
				}
			}
		}
	}
}

// through writes values into a workbook and gives the cells that are read from it.
func through(t *testing.T, values []sheet.Value) []sheet.Cell {
	t.Helper()
	var file bytes.Buffer
	w := sheet.NewXLSX(&file, sheet.XLSXOptions{})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.Header([]sheet.Column{{Title: "n"}, {Title: "v"}}))
	for i, v := range values {
		must(w.Row([]sheet.Value{sheet.Int(int64(i + 1)), v}))
	}
	must(w.Close())
	book, err := sheet.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), "x.xlsx", sheet.DefaultLimits())
	must(err)
	defer book.Close()
	out := make([]sheet.Cell, len(values))
	for row, err := range book.Rows(t.Context(), 0) {
		must(err)
		if len(row.Cells) > 1 && row.Cells[0].Kind == sheet.Number {
			out[int(row.Cells[0].Num)-1] = row.Cells[1]
		}
	}
	return out
}

// TestEveryCodeSurvivesSheets: many industries at different levels have the same name.
func TestEveryCodeSurvivesSheets(t *testing.T) {
	t.Parallel()
	for typ, set := range map[Type]*codes.Set{Region: codes.Regions().Set, Industry: codes.Industries().Set, Country: codes.Countries().Set} {
		for _, lang := range []i18n.Lang{i18n.ZH, i18n.EN} {
			f, e, bad := fieldOf(typ), env(lang), 0
			var written []sheet.Value
			all := set.All()
			for _, c := range all {
				written = append(written, typ.ToCell(c.Code, f, e))
			}
			for i, cell := range through(t, written) {
				got, problem := typ.FromCell(cell, f, e)
				if got == all[i].Code && problem == nil {
					continue
				}
				if bad++; bad < 6 {
					t.Errorf("%s: %s is read back from %q as %v (%v)", typ.Name(), all[i].Code, cell.String(), got, problem)
				}
			}
			if bad > 0 || len(all) < 200 {
				t.Errorf("%s in %s: %d of %d codes are lost", typ.Name(), lang, bad, len(all))
			}
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ    Type
		stored any
		key    string
	}{
		{Text, strings.Repeat("长", 201), "field.too_long"},
		{Text, int64(5), "field.not_text"},
		{Int, "5", "field.not_number"},
		{Int, int64(9_007_199_254_740_992), "field.not_number"},
		{Bool, int64(2), "field.not_bool"},
		{Date, "2026-02-30", "field.date"},
		{Date, "10000-01-01", "field.date"},
		{DateTime, "2026-02-28", "field.datetime"},
		{Email, "a@b", "field.email"},
		{Email, "李 <a@b.cn>", "field.email"},
		{URL, "javascript://x.y", "field.url"},
		{OneOf, "A级", "field.choice"},
		{AnyOf, List{"x"}.Stored(), "field.choice"},
		{Tags, List{strings.Repeat("长", 31)}.Stored(), "field.too_long"},
		{Ref, int64(-1), "field.not_id"},
		{Refs, List{"x"}.Stored(), "field.not_id"},
		{Region, "999999", "field.region"},
		{Birthday, "1985-02-30", ""},
		{CreditCode, "91440300708461136X", ""},
		{Phone, "13800138000、13900139000", "field.one_phone"},
	} {
		got, problem := c.typ.Check(c.stored, fieldOf(c.typ))
		if problem == nil || c.key != "" && problem.Key != c.key {
			t.Errorf("%s: %v gives %v, %v, want %s", c.typ.Name(), c.stored, got, problem, c.key)
		}
	}
}

func TestBirthdays(t *testing.T) {
	t.Parallel()
	f := fieldOf(Birthday)
	for text, want := range map[string]string{
		"1985-08-15": "1985-08-15", "8月15日": "--08-15", "农历八月十五": "L--08-15", "": "", "1985年8月15日": "1985-08-15",
		"农历1987年闰六月初十": "L1987-+06-10", "2月29日": "--02-29",
	} {
		got, problem := Birthday.FromCell(sheet.Cell{Kind: sheet.Text, Text: text}, f, env(i18n.ZH))
		if problem != nil || got != want {
			t.Errorf("%q is %v (%v), want %q", text, got, problem, want)
		}
	}
	for stored, want := range map[string]string{"L--08-15": "农历 08-15", "L1987-+06-10": "农历 闰 1987-06-10", "--08-15": "08-15", "damaged": "damaged"} {
		if got := Birthday.Text(stored, f, env(i18n.ZH)); got != want {
			t.Errorf("%s is said %q, want %q", stored, got, want)
		}
	}
}

func TestFindChoice(t *testing.T) {
	t.Parallel()
	f := fieldOf(OneOf)
	for text, want := range map[string]string{
		"a": "a", "甲": "a", "first": "a", "ＦＩＲＳＴ": "a", " 头等 ": "a", "a级": "a", "B": "b", "丙/丁": "c/d", "自定": "自定",
		"": "", " ": "", "\u200b": "", "戊": "", "'": "",
	} {
		got := ""
		if c := FindChoice(f, text); c != nil {
			got = c.Value
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ          Type
		stored, want any
	}{
		{Phone, "13800138000", "138****8000"},
		{Phone, "1234567", "123****7"},
		{Text, "王五", "王*"},
		{Text, "王", "王*"},
		{Text, "", ""},
		{Email, "li@example.com", "l***@example.com"},
		{Email, "@", "***@"},
		{Tags, List{"a"}.Stored(), ""},
		{Int, int64(5), nil},
		{Bool, int64(1), int64(0)},
		{Birthday, "1985-08-15", "198****8-15"},
	} {
		if got := Mask(fieldOf(c.typ), c.stored); got != c.want {
			t.Errorf("%v is masked as %v, want %v", c.stored, got, c.want)
		}
	}
}

func TestListsAndCustomValues(t *testing.T) {
	t.Parallel()
	for _, l := range []List{nil, {"a"}, {`q"q`, `b\`, "<&>", "一"}} {
		var back List
		if back = ListOf(l.Stored()); !slices.Equal(l, back) {
			t.Errorf("%v is read back as %v", l, back)
		}
	}
	for _, damaged := range []any{nil, 5, "[", "{}", "[1]"} {
		if l := ListOf(damaged); len(l) != 0 {
			t.Errorf("%v gives %v", damaged, l)
		}
		if c := CustomOf(damaged); len(c) != 0 {
			t.Errorf("%v gives %v", damaged, c)
		}
	}
	c := Custom{"x_b": "<二>", "x_a": int64(9_007_199_254_740_993), "x_none": "", "x_nil": nil}
	if got := c.Stored(); got != `{"x_a":9007199254740993,"x_b":"<二>"}` {
		t.Errorf("stored: %s", got)
	}
	if back := CustomOf(c.Stored()); !reflect.DeepEqual(back, Custom{"x_b": "<二>", "x_a": int64(9_007_199_254_740_993)}) {
		t.Errorf("read back: %v", back)
	}
}

func TestDefinitionsThatDoNotHoldTogether(t *testing.T) {
	t.Parallel()
	label := i18n.T("一", "One")
	for what, d := range map[string]*Def{
		"two fields of a name": {Title: "a", Fields: []*Field{{Name: "a", Type: Text, Label: label}, {Name: "a", Type: Text, Label: label}}},
		"no label":             {Title: "a", Fields: []*Field{{Name: "a", Type: Text, Label: i18n.T("一", "")}}},
		"no type":              {Title: "a", Fields: []*Field{{Name: "a", Label: label}}},
		"no such group":        {Title: "a", Fields: []*Field{{Name: "a", Type: Text, Label: label, Group: "b"}}},
		"no such title":        {Title: "b", Fields: []*Field{{Name: "a", Type: Text, Label: label}}},
		"private in the open":  {Title: "a", Fields: []*Field{{Name: "a", Type: Text, Label: label, Private: true, Search: SearchCode}}},
		"unique number":        {Title: "a", Fields: []*Field{{Name: "a", Type: Int, Label: label, Unique: true}}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", what)
				}
			}()
			d.Init()
		}()
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a", "<&>\u2028\u2029", "\x00\b\f\n\r\t\x7f", "\xff\xed\xa0\x80", `"\`, "汉字🀄"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := AppendString(nil, s); string(got) != string(want) {
			t.Errorf("%q is written as %s, want %s", s, got, want)
		}
	})
}

// FuzzValues: no input makes a type panic, and what Check accepts it accepts again, unchanged.
func FuzzValues(f *testing.F) {
	for _, values := range samples {
		for _, v := range values {
			b, _ := json.Marshal(v)
			f.Add(string(b))
		}
	}
	for _, s := range []string{"", "null", "{}", "[", `["a",""]`, `"\u0000"`, "1e400", "-0", `"9999-99-99"`, `"L--13-40"`, `"@"`, `"://"`} {
		f.Add(s)
	}
	types := append(slices.Collect(func(yield func(Type) bool) {
		for _, t := range Types {
			if !yield(t) {
				return
			}
		}
	}), Birthday)
	f.Fuzz(func(t *testing.T, raw string) {
		for _, typ := range types {
			field := fieldOf(typ)
			FilterValue(field, []byte(raw))
			cell := sheet.Cell{Kind: sheet.Text, Text: raw}
			if v, problem := typ.FromCell(cell, field, env(i18n.ZH)); problem == nil && !IsMissing(v) {
				typ.Text(v, field, env(i18n.EN))
				typ.ToCell(v, field, env(i18n.ZH))
			}
			stored, problem := typ.FromJSON([]byte(raw), field)
			if problem != nil || IsMissing(stored) {
				continue
			}
			Mask(field, stored)
			tidy, problem := typ.Check(stored, field)
			if problem != nil && !problem.Warning || IsMissing(tidy) {
				continue
			}
			again, problem := typ.Check(tidy, field)
			if problem != nil && !problem.Warning || again != tidy {
				t.Errorf("%s: %q becomes %q, which becomes %q (%v)", typ.Name(), stored, tidy, again, problem)
			}
			if text := typ.AppendJSON(nil, tidy); !json.Valid(text) {
				t.Errorf("%s: %q is written as %s", typ.Name(), tidy, text)
			}
		}
	})
}
