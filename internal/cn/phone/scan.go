package phone

import (
	"strings"
	"unicode/utf8"
)

// maxText and maxGroups bound what one cell may hold.
const (
	maxText   = 1000
	maxGroups = 80
)

// gap is what stands before a group of digits.
type gap uint8

const (
	gapNote  gap = iota // the beginning, a word, a plain separator: a new number
	gapAlt              // "/" or "、": a new number, or other last digits of the one before
	gapSpace            // a space, bracket or dot: may be inside a number
	gapDash             // may be inside a number or before an extension
	gapExt              // 转, 分机, ext, x, #: an extension follows
)

// group is a run of digits (and "*" where masked) with what stands before it.
type group struct {
	digits string
	gap    gap
	plus   bool
	end    int // offset in the text after its last digit
}

// scan cuts a cleaned text into groups. noted says that it holds words as well.
func scan(s string) (groups []group, noted bool) {
	sc := scanner{s: s}
	for sc.at < len(s) && len(sc.groups) < maxGroups {
		sc.step()
	}
	return sc.groups, sc.noted
}

type scanner struct {
	s      string
	at     int
	groups []group
	gap    gap
	plus   bool
	noted  bool
}

func (sc *scanner) step() {
	c := sc.s[sc.at]
	switch {
	case c >= '0' && c <= '9', c == '*', sc.maskHere():
		sc.digits()
	case c == '+':
		sc.gap, sc.plus = gapNote, true
		sc.at++
	default:
		sc.between()
	}
}

// digits takes one group.
func (sc *scanner) digits() {
	start := sc.at
	masked := false
	for sc.at < len(sc.s) {
		if c := sc.s[sc.at]; c >= '0' && c <= '9' {
			sc.at++
		} else if n := sc.maskWidth(); n > 0 {
			masked = true
			sc.at += n
		} else {
			break
		}
	}
	digits := sc.s[start:sc.at]
	if masked {
		digits = asStars(digits)
	}
	sc.groups = append(sc.groups, group{digits: digits, gap: sc.gap, plus: sc.plus, end: sc.at})
	sc.gap, sc.plus = gapSpace, false
}

// maskHere reports whether a group may begin with a mask other than "*": only two or more of them are one.
func (sc *scanner) maskHere() bool { return sc.maskWidth() > 0 }

// maskWidth gives the bytes of the mask character at hand, 0 when there is none. The letters x and X mask only in
// twos, for a single one marks an extension.
func (sc *scanner) maskWidth() int {
	rest := sc.s[sc.at:]
	switch {
	case rest[0] == '*':
		return 1
	case rest[0] == 'x' || rest[0] == 'X':
		double := len(rest) > 1 && rest[1]|0x20 == 'x' || sc.at > 0 && sc.s[sc.at-1]|0x20 == 'x'
		if double {
			return 1
		}
	case strings.HasPrefix(rest, "×"), strings.HasPrefix(rest, "•"), strings.HasPrefix(rest, "●"):
		_, n := utf8.DecodeRuneInString(rest)
		return n
	}
	return 0
}

func asStars(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return '*'
	}, s)
}

// extensionMarks are tried in order where a word begins.
var extensionMarks = []string{";ext=", "转分机号", "转分机", "分机号", "分机", "转接", "转", "extension", "extn", "ext.", "ext", "#", "x"}

// between takes what stands between groups and keeps the strongest gap met.
func (sc *scanner) between() {
	rest := sc.s[sc.at:]
	for _, mark := range extensionMarks {
		if len(rest) >= len(mark) && strings.EqualFold(rest[:len(mark)], mark) && len(sc.groups) > 0 && sc.gap != gapNote {
			sc.gap = gapExt
			sc.at += len(mark)
			return
		}
	}
	r, n := utf8.DecodeRuneInString(rest)
	sc.at += n
	switch r {
	case ' ', '(', ')', '[', ']', '.', '_', '\'', '"', ':':
		return
	case '-', '~':
		if sc.gap == gapSpace {
			sc.gap = gapDash
		}
	case '/', '、':
		sc.gap = gapAlt
	case ',', ';', '|', '\n', '&', '<', '>':
		sc.gap = gapNote
	default:
		sc.gap, sc.noted = gapNote, true
	}
}
