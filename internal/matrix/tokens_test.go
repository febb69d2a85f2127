package matrix

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// tokens gives everything in a text that may name its source: canaries, ids, numbers, days, minutes, credit codes and
// runs of Chinese characters. A number with two decimals is also given without its point, as money is stored.
func tokens(s string, yield func(token string)) {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case alphanumeric(c):
			i += word(s[i:], yield)
		case c >= utf8.RuneSelf:
			i += han(s[i:], yield)
		default:
			i++
		}
	}
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Lengths of what is told apart by it.
const (
	canaryLength = 8
	idLength     = 13
	codeLength   = 18
	fewestDigits = 5
)

// word gives the tokens of the run of letters and digits with which s begins, and how long it is.
func word(s string, yield func(string)) int {
	n, digits := 0, true
	for n < len(s) && alphanumeric(s[n]) {
		digits = digits && s[n] >= '0' && s[n] <= '9'
		n++
	}
	run := s[:n]
	for at := strings.Index(run, canaryStart); at >= 0 && at+canaryLength <= n; {
		yield(run[at : at+canaryLength])
		next := strings.Index(run[at+1:], canaryStart)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if n == idLength || n == codeLength {
		yield(run)
	}
	if digits {
		number(s, n, yield)
	}
	return n
}

// number gives the tokens of a run of n digits with which s begins.
func number(s string, n int, yield func(string)) {
	if n >= fewestDigits {
		yield(s[:n])
	}
	if len(s) > n+2 && s[n] == '.' && digit(s[n+1]) && digit(s[n+2]) && (len(s) == n+3 || !digit(s[n+3])) {
		yield(s[:n] + s[n+1:n+3])
	}
	if n == 4 && like(s, "0000-00-00") {
		yield(s[:10])
		if like(s[10:], "T00:00") || like(s[10:], " 00:00") {
			yield(s[:10] + "T" + s[11:16])
		}
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// like reports whether s begins with a pattern, in which 0 stands for any digit.
func like(s, pattern string) bool {
	if len(s) < len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] == '0' && !digit(s[i]) || pattern[i] != '0' && pattern[i] != s[i] {
			return false
		}
	}
	return true
}

// han gives the run of Chinese characters with which s begins, and how long what was looked at is.
func han(s string, yield func(string)) int {
	n, count := 0, 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.Is(unicode.Han, r) {
			if n == 0 {
				return size
			}
			break
		}
		n, count = n+size, count+1
	}
	if count >= 3 {
		yield(s[:n])
	}
	return n
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{"name":"zq1a2b3c有限公司","x":1}`:                 {"zq1a2b3c", "有限公司"},
		`https://zqaaaaaa.example.com zqbbbbbbzqcccccc`: {"zqaaaaaa", "zqbbbbbb", "zqcccccc"},
		`"\nzq1a2b3c"`: {"zq1a2b3c"},
		`"2015-03-01T04:05:06.000Z" 2015-03-01 12:05`: {"2015-03-01", "2015-03-01T04:05", "2015-03-01", "2015-03-01T12:05"},
		`10485.76,12345,1234`:                         {"10485", "1048576", "12345"},
		`id 0csd5bz2x00g1!`:                           {"0csd5bz2x00g1"},
		`91440300100000010X`:                          {"91440300100000010X"},
		`广东省 / 深圳市 / 南山区`:                             {"广东省", "深圳市", "南山区"},
		`zq1`:                                         nil,
	} {
		var got []string
		tokens(text, func(one string) { got = append(got, one) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
