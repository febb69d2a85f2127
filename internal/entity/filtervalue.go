package entity

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// FilterValue reads a value that a filter compares a field with. It is read as the field's own values are, but for
// lists, of which a filter names one member, and dates, whose operators also take a number of days.
func FilterValue(f *Field, raw []byte) (any, bool) {
	raw = bytes.TrimSpace(raw)
	if f.Type == Date || f.Type == DateTime {
		if v, problem := wholeFromJSON(raw); problem == nil {
			return v, v != nil
		}
		v, problem := dateType{}.FromJSON(raw, f)
		return v, problem == nil
	}
	if IsList(f.Type) {
		v, problem := textFromJSON(raw)
		return v, problem == nil
	}
	v, problem := f.Type.FromJSON(raw, f)
	return v, problem == nil
}

// Mask hides the middle of a personal value: 138****5678, l***@example.com, 王**.
func Mask(f *Field, stored any) any {
	s, ok := stored.(string)
	if !ok {
		return Missing(f.Type)
	}
	if s == "" {
		return s
	}
	if IsList(f.Type) {
		return ""
	}
	if f.Type == Email {
		name, host, _ := strings.Cut(s, "@")
		return clipRunes(name, 1) + "***@" + host
	}
	rs := []rune(s)
	if len(rs) >= 7 {
		return string(rs[:3]) + "****" + string(rs[len(rs)-min(4, len(rs)-6):])
	}
	return clipRunes(s, 1) + strings.Repeat("*", max(1, len(rs)-1))
}

func clipRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// Clip shortens a text to n characters, with an ellipsis.
func Clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
