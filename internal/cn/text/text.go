// Package text reads the values people type into cells: it cleans them of what copying leaves behind, knows the words
// that stand for “nothing”, and reads dates, amounts, percentages and yes/no as Chinese users write them.
//
// The readers are pure and never panic. A text that means nothing (IsEmpty) reads as the zero value without an error;
// one that cannot be read gives an *errs.Error of kind Invalid whose key says why.
package text

import (
	"strings"
	"unicode"
)

// Clean readies a code, number or date for reading: full-width ASCII becomes half-width, every kind of dash "-" and
// every kind of space " "; control, bidirectional and zero-width characters go, and so do spaces and an Excel text
// marker (') at the ends. Names keep their width: use Tidy.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.TrimRight(strings.TrimLeft(strings.Map(halfWidth, s), " \n'"), " \n")
}

// Tidy readies a name or a line of prose: control, bidirectional and zero-width characters go, runs of any space become
// one, and none stays at the ends. Widths stay as typed.
func Tidy(s string) string {
	if isPlain(s) && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}

// Fold gives the form in which two texts are compared: Clean in lower case.
func Fold(s string) string { return strings.ToLower(Clean(s)) }

// isPlain reports whether s is printable ASCII without spaces or markers at its ends, which most cells are.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s == "" || s[0] != ' ' && s[0] != '\'' && s[len(s)-1] != ' '
}

// halfWidth is the rune that Clean puts in place of r.
func halfWidth(r rune) rune {
	switch {
	case r > ' ' && r <= '~', r >= '一' && r <= '鿿':
		return r
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	}
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹣', 'ー', '─':
		return '-'
	case '〜', '∼':
		return '~'
	case '￥':
		return '¥'
	case '‘', '’':
		return '\''
	case '“', '”':
		return '"'
	}
	return visible(r)
}

// visible drops what cannot be seen, also bytes that are no UTF-8, and makes every space a plain one; line breaks stay.
func visible(r rune) rune {
	switch {
	case r == '\n', r > ' ' && r < 0x7f, r >= '一' && r <= '鿿':
		return r
	case unicode.IsSpace(r):
		return ' '
	case r < ' ', r == 0x7f, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r), r == 0xfffd:
		return -1
	}
	return r
}

// IsEmpty reports whether s says only that there is no value: nothing, a dash, 无, 暂无, N/A, NULL, a spreadsheet error.
// Where “无” is an answer (yes/no columns), ask Bool first.
func IsEmpty(s string) bool {
	if len(s) > 24 && isPlain(s) {
		return false
	}
	s = Clean(s)
	if strings.Trim(s, "-/\\._*?~,;:|、。…()") == "" {
		return true
	}
	return len(s) <= 20 && emptyWords[strings.ToLower(s)]
}

var emptyWords = map[string]bool{
	"无": true, "无。": true, "暂无": true, "没有": true, "未知": true, "不详": true, "空": true, "空白": true, "未填": true,
	"未填写": true, "未提供": true, "待定": true, "待补充": true, "待填": true, "不清楚": true, "暂缺": true, "缺": true, "暂未提供": true,
	"(空)": true, "(无)": true, "[空]": true, "n/a": true, "na": true, "nil": true, "null": true, "none": true, "(null)": true,
	"<null>": true, "undefined": true, "nan": true, "#n/a": true, "#value!": true, "#ref!": true, "#name?": true, "#div/0!": true,
	"#null!": true, "#num!": true, "0000-00-00": true, "0000-00-00 00:00:00": true, "0000/00/00": true, "tbd": true, "(blank)": true,
}

// Bool reads yes and no: 是 有 对 √ Y yes true 1 against 否 无 × N no false 0. ok is false for anything else, also for
// an empty text.
func Bool(s string) (value, ok bool) {
	switch Fold(s) {
	case "是", "有", "对", "真", "√", "✓", "✔", "☑", "y", "yes", "t", "true", "1", "1.0", "on", "已", "需要", "启用":
		return true, true
	case "否", "无", "没有", "不", "不是", "错", "假", "×", "✗", "✕", "✘", "☐", "n", "no", "f", "false", "0", "0.0", "off", "未", "不需要", "停用":
		return false, true
	}
	return false, false
}
