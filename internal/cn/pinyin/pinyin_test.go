package pinyin

import (
	"slices"
	"strings"
	"testing"

	lib "github.com/mozillazg/go-pinyin"
)

func TestFull(t *testing.T) {
	for in, want := range map[string]string{
		"华为技术":         "hua wei ji shu",
		"深圳市华为技术有限公司":  "shen zhen shi hua wei ji shu you xian gong si",
		"重庆长安汽车":       "chong qing chang an qi che",
		"重庆银行":         "chong qing yin hang",
		"长沙银行长春分行":     "chang sha yin hang chang chun fen hang",
		"厦门音乐厅":        "xia men yin yue ting",
		"六安会计师事务所":     "lu an kuai ji shi shi wu suo",
		"蚌埠重工":         "beng bu zhong gong",
		"南京六合区":        "nan jing lu he qu",
		"行业调研":         "hang ye diao yan",
		"长城":           "chang cheng",
		"成长":           "cheng zhang",
		"校长":           "xiao zhang",
		"社会计划":         "she hui ji hua",
		"朝阳":           "chao yang",
		"人和药业":         "ren he yao ye",
		"企查查":          "qi cha cha",
		"华为（Huawei）5G": "hua wei huawei 5g",
		"Ａ４纸":          "a4 zhi",
		"吕绿":           "lv lv",
		"":             "",
		"-- ！":         "",
		"日本のカフェ":       "ri ben のカフェ",
		"\xff华":        "hua",
	} {
		if got := strings.Join(Full(in), " "); got != want {
			t.Errorf("Full(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPerson(t *testing.T) {
	for in, want := range map[string]string{
		"单雄信":  "shan xiong xin",
		"曾国藩":  "zeng guo fan",
		"仇英":   "qiu ying",
		"解缙":   "xie jin",
		"查良镛":  "zha liang yong",
		"区小姐":  "ou xiao jie",
		"尉迟恭":  "yu chi gong",
		"长孙无忌": "zhang sun wu ji",
		"万俟卨":  "mo qi xie",
		"朴志英":  "piao zhi ying",
		"乐毅":   "yue yi",
		"单总":   "shan zong",
		"欧阳锋":  "ou yang feng",
		"王单":   "wang dan",
		"Li":   "li",
	} {
		if got := strings.Join(Person.Full(in), " "); got != want {
			t.Errorf("Person.Full(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Full("单雄信"); got[0] != "dan" {
		t.Errorf("outside of names 单 is dan: %v", got)
	}
}

func TestInitials(t *testing.T) {
	for in, want := range map[string]string{"华为技术": "hwjs", "A4纸": "a4z", "重庆（长安）": "cqca", "": "", "ＡＢＣ公司": "abcgs"} {
		if got := Initials(in); got != want {
			t.Errorf("Initials(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAlternatives(t *testing.T) {
	for in, want := range map[string]string{
		"长宏电器":    "chdq zhdq",
		"乐视":      "ls ys",
		"长沙":      "cs",
		"重庆":      "cq",
		"单曾":      "dz sz dc sc",
		"单曾乐行":    "dzlx szlx dclx sclx",
		"华为":      "hw",
		"":        "",
		"ABC 乐园2": "abcly2 abcyy2",
	} {
		if got := strings.Join(Word.Alternatives(in), " "); got != want {
			t.Errorf("Alternatives(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSort(t *testing.T) {
	names := []string{"张三", "Zoe", "李四", "阿里巴巴", "长安", "重庆", "Alibaba", "李思", "李", "123", "西安", "先"}
	want := []string{"123", "阿里巴巴", "Alibaba", "长安", "重庆", "李", "李四", "李思", "西安", "先", "张三", "Zoe"}
	Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func TestReadings(t *testing.T) {
	if got := Readings('长'); !slices.Equal(got, []string{"chang", "zhang"}) {
		t.Errorf("got %v", got)
	}
	if got := Readings('x'); got != nil {
		t.Errorf("got %v", got)
	}
}

// The flat table says what the library's dictionary says, for every character.
func TestDictionaryIsTheLibrarys(t *testing.T) {
	args := lib.NewArgs()
	args.Heteronym = true
	tab := load()
	for code := range lib.PinyinDict {
		r := rune(code)
		want := lib.SinglePinyin(r, args)
		all := strings.Fields(tab.all[line(r)])
		for _, reading := range want {
			if !slices.Contains(all, reading) {
				t.Fatalf("%c: %v lacks %s", r, all, reading)
			}
		}
		if tab.usual[line(r)] != want[0] {
			t.Fatalf("%c: first reading is %s, want %s", r, tab.usual[line(r)], want[0])
		}
	}
	for r := rune(0x3000); r < 0x40000; r++ {
		if _, known := lib.PinyinDict[int(r)]; !known && line(r) != 0 {
			t.Fatalf("%c has a reading that the library does not know", r)
		}
	}
}

// Every line of the tables has one syllable for each character.
func TestTablesAreWellFormed(t *testing.T) {
	tab := load()
	for _, table := range []map[rune][]phrase{tab.phrases, tab.surnames} {
		for _, list := range table {
			for _, p := range list {
				if len([]rune(p.text)) != len(p.syllables) {
					t.Errorf("%s: %v", p.text, p.syllables)
				}
			}
		}
	}
}

func FuzzFull(f *testing.F) {
	f.Add("重庆Ａ4の\xff")
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range []Mode{Word, Person} {
			m.Full(s)
			m.SortKey(s)
			alternatives := m.Alternatives(s)
			if len(alternatives) > maxAlternatives || alternatives[0] != m.Initials(s) {
				t.Errorf("%q: %v against %s", s, alternatives, m.Initials(s))
			}
		}
	})
}

func BenchmarkPinyin(b *testing.B) {
	const name = "深圳市华为技术有限公司"
	for label, f := range map[string]func(){
		"full":         func() { Full(name) },
		"initials":     func() { Initials(name) },
		"sortkey":      func() { SortKey(name) },
		"alternatives": func() { Word.Alternatives(name) },
		"person":       func() { Person.Full("尉迟恭") },
	} {
		b.Run(label, func(b *testing.B) {
			b.ReportAllocs()
			load()
			for b.Loop() {
				f()
			}
		})
	}
}
