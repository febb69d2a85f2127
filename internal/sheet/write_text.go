package sheet

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	excelCellChars = 32767 // UTF-16 units a cell holds
	excelSheetName = 31
)

// appendXML appends text as the content of an element: signs escaped, characters XML has no place for
// left out, carriage returns as _x000D_. What no cell can hold is cut off and marked by an ellipsis.
func appendXML(buf []byte, text string) []byte {
	units := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(text[i:])
			units++
			if r > 0xFFFF {
				units++
			}
			if units >= excelCellChars && len(text)-i > n {
				return append(buf, "…"...)
			}
			if r != 0xFFFE && r != 0xFFFF {
				buf = utf8.AppendRune(buf, r)
			}
			i += n
			continue
		}
		if units++; units >= excelCellChars && len(text)-i > 1 {
			return append(buf, "…"...)
		}
		switch {
		case c == '&':
			buf = append(buf, "&amp;"...)
		case c == '<':
			buf = append(buf, "&lt;"...)
		case c == '>':
			buf = append(buf, "&gt;"...)
		case c == '\r':
			buf = append(buf, "_x000D_"...)
		case c == '_' && isEscape(text[i:]):
			buf = append(buf, "_x005F_"...)
		case c >= ' ' || c == '\t' || c == '\n':
			buf = append(buf, c)
		}
		i++
	}
	return buf
}

// attribute gives text as the value of an attribute in double quotation marks.
func attribute(text string) string {
	return strings.NewReplacer(`"`, "&quot;", "\n", "&#10;", "\t", "&#9;").Replace(string(appendXML(nil, text)))
}

// isEscape reports whether text begins with what a reader would take for an escaped character, such as _x000D_.
func isEscape(text string) bool {
	if len(text) < 7 || text[1] != 'x' || text[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(text[2:6], 16, 16)
	return err == nil
}

// needsPreserve reports whether XML readers would trim or fold the text.
func needsPreserve(text string) bool {
	if text == "" {
		return false
	}
	first, last := text[0], text[len(text)-1]
	if first <= ' ' || last <= ' ' {
		return true
	}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' || text[i] == '\t' || text[i] == ' ' && text[i+1] == ' ' {
			return true
		}
	}
	return false
}

// cellWidth gives about how wide a text is shown, in characters: Chinese ones count double.
func cellWidth(text string) float64 {
	width, widest := 0.0, 0.0
	for _, r := range text {
		switch {
		case r == '\n':
			width = 0
		case r >= 0x1100:
			width += 2
		default:
			width++
		}
		widest = max(widest, width)
	}
	return widest
}

// appendMoney writes minor units as an amount.
func appendMoney(buf []byte, minor int64) []byte {
	u := uint64(minor)
	if minor < 0 {
		buf = append(buf, '-')
		u = -u
	}
	buf = strconv.AppendUint(buf, u/100, 10)
	return append(buf, '.', byte('0'+u/10%10), byte('0'+u%10))
}
