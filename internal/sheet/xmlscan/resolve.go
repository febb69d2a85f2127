package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// resolve replaces the references in text, and CR LF and CR by LF as XML demands. One that is not known stays as it
// is written. The result is in text itself or in scratch.
func (s *Scanner) resolve(text []byte) []byte {
	i := bytes.IndexByte(text, '&')
	if cr := bytes.IndexByte(text, '\r'); i < 0 || cr >= 0 && cr < i {
		i = cr
	}
	if i < 0 {
		return text
	}
	out := append(s.scratch[:0], text[:i]...)
	for rest := text[i:]; len(rest) > 0; {
		switch c := rest[0]; c {
		case '&':
			var n int
			out, n = appendReference(out, rest)
			rest = rest[n:]
		case '\r':
			if len(rest) == 1 || rest[1] != '\n' {
				out = append(out, '\n')
			}
			rest = rest[1:]
		default:
			out = append(out, c)
			rest = rest[1:]
		}
	}
	s.scratch = out
	return out
}

var named = map[string]byte{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// appendReference appends what the reference at the beginning of text stands for, and says how long it is.
func appendReference(out, text []byte) ([]byte, int) {
	end := bytes.IndexByte(text[:min(len(text), 12)], ';')
	if end < 2 {
		return append(out, '&'), 1
	}
	name := text[1:end]
	if c, ok := named[string(name)]; ok {
		return append(out, c), end + 1
	}
	if name[0] != '#' {
		return append(out, text[:end+1]...), end + 1
	}
	digits, base := string(name[1:]), 10
	if len(digits) > 1 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	r, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return append(out, text[:end+1]...), end + 1
	}
	return utf8.AppendRune(out, rune(min(r, utf8.MaxRune+1))), end + 1
}
