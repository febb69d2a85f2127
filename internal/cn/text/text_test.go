package text

import (
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"13800138000":             "13800138000",
		" A１２－３ ":                 "A12-3",
		"'13800138000":            "13800138000",
		"\u202d13800138000\u202c": "13800138000",
		"138\u00a00013\u30008000": "138 0013 8000",
		"\ufeffabc\u200b":         "abc",
		"2024—03–01":              "2024-03-01",
		"￥１００％":                   "¥100%",
		"（深圳）":                    "(深圳)",
		"a\x00\x1fb\xff":          "ab",
		"":                        "",
		"\u3000":                  "",
		"one\ttwo\r\nthree":       "one two \nthree",
		"９１１１００００６０００３７３４１Ｌ":          "91110000600037341L",
		"\u2068bidi\u2069 \u200fmark": "bidi mark",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTidyKeepsWidth(t *testing.T) {
	for in, want := range map[string]string{
		"  华为（深圳）　技术 ":         "华为（深圳） 技术",
		"a\u200bb  c\n d":      "ab c d",
		"Acme Inc":             "Acme Inc",
		"Acme  Inc":            "Acme Inc",
		"\u202a李雷\u202c\u00a0": "李雷",
	} {
		if got := Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIsEmpty(t *testing.T) {
	for _, s := range []string{"", " ", "-", "--", "—", "——", "/", "无", "暂无", " N/A", "n/a", "NULL", "#N/A", "#VALUE!", "0000-00-00", "（空）", "…", "　", "****"} {
		if !IsEmpty(s) {
			t.Errorf("%q is empty", s)
		}
	}
	for _, s := range []string{"0", "无锡", "无名氏", "-1", "a", "否", "N", "暂无电话联系人张三", "139****1234"} {
		if IsEmpty(s) {
			t.Errorf("%q is not empty", s)
		}
	}
}

func TestBool(t *testing.T) {
	for _, s := range []string{"是", "有", "√", "Y", "yes", "1", "TRUE", "１", " 对 "} {
		if v, ok := Bool(s); !v || !ok {
			t.Errorf("%q is yes", s)
		}
	}
	for _, s := range []string{"否", "无", "×", "N", "no", "0", "False"} {
		if v, ok := Bool(s); v || !ok {
			t.Errorf("%q is no", s)
		}
	}
	for _, s := range []string{"", "-", "也许", "2"} {
		if _, ok := Bool(s); ok {
			t.Errorf("%q is neither", s)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add(" Ａ\u200b-\xff")
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		if !utf8.ValidString(c) || Clean(c) != c {
			t.Errorf("Clean(%q) = %q is not settled", s, c)
		}
		if d := Tidy(s); !utf8.ValidString(d) || Tidy(d) != d {
			t.Errorf("Tidy(%q) = %q is not settled", s, d)
		}
		_ = IsEmpty(s) // nothing makes them panic
		_, _ = Bool(s)
	})
}
