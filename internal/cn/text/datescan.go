package text

import (
	"strconv"
	"strings"
	"time"
)

// dateParts are the numbers of a date text with what their neighbours say of them.
type dateParts struct {
	num    [3]int // up to three numbers of the date, in their order
	digits [3]int // how many digits each was written with
	n      int
	unit   [3]byte // 'y', 'm', 'd' where 年, 月, 日 follows; else 0
	month  int     // a month written as a word; 0 when none
	at     int     // how many numbers stood before the month's word
	marked bool    // some unit was written
	dash   bool    // a dash was written

	clock   [3]int // hour, minute, second
	hasTime bool
	pm, am  bool
	zone    *time.Location
	serial  float64 // a lone number that may be a spreadsheet's; 0 when none
}

// scan cuts the text into its parts; false when something in it belongs to no date.
func (p *dateParts) scan(s string) bool {
	if f, ok := serialText(s); ok {
		p.serial = f
		return true
	}
	for s != "" {
		rest, ok := p.take(s)
		if !ok {
			return false
		}
		s = rest
	}
	return true
}

// serialText takes five digits, perhaps with a fraction, as a spreadsheet's number.
func serialText(s string) (float64, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if len(whole) != 5 || digitsAt(whole) < 0 || digitsAt(frac) < 0 && len(frac) < 17 {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// take reads one part from the beginning of s.
func (p *dateParts) take(s string) (rest string, ok bool) {
	switch c := s[0]; {
	case c >= '0' && c <= '9':
		return p.takeNumber(s)
	case c == ' ' || c == '-' || c == '/' || c == '.' || c == ',' || c == '\n' || c == '(' || c == ')':
		p.dash = p.dash || c == '-'
		return s[1:], true
	case c >= 'a' && c <= 'z':
		return p.takeWord(s)
	}
	for _, word := range noonWords {
		if after, found := strings.CutPrefix(s, word.text); found {
			p.am, p.pm = !word.pm, word.pm
			return after, true
		}
	}
	for _, word := range idleWords {
		if after, found := strings.CutPrefix(s, word); found {
			return after, true
		}
	}
	return s, false
}

var noonWords = []struct {
	text string
	pm   bool
}{{"上午", false}, {"早上", false}, {"凌晨", false}, {"下午", true}, {"晚上", true}, {"傍晚", true}, {"中午", true}}

// idleWords stand in a date without changing it.
var idleWords = []string{
	"公元", "公历", "阳历", "新历", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日", "星期天",
	"周一", "周二", "周三", "周四", "周五", "周六", "周日", "周天", "左右", "前后", "生",
}

// takeNumber reads a number with its unit, or the time of day that begins with it.
func (p *dateParts) takeNumber(s string) (string, bool) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	word, rest := s[:i], s[i:]
	if strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "时") || strings.HasPrefix(rest, "点") {
		return p.takeTime(s)
	}
	if i == 6 || i == 8 || i == 12 || i == 14 {
		return rest, p.takePacked(word)
	}
	if p.n == len(p.num) || i > 4 {
		return s, false
	}
	k := p.n
	p.num[k], p.digits[k] = digitsAt(word), i
	p.n++
	return p.takeUnit(rest, k), true
}

// takeUnit reads 年, 月 or 日 behind number k.
func (p *dateParts) takeUnit(s string, k int) string {
	for _, u := range [...]struct {
		text string
		unit byte
	}{{"年", 'y'}, {"月份", 'm'}, {"月", 'm'}, {"日", 'd'}, {"号", 'd'}, {"st", 'd'}, {"nd", 'd'}, {"rd", 'd'}, {"th", 'd'}} {
		if rest, ok := strings.CutPrefix(strings.TrimLeft(s, " "), u.text); ok {
			p.unit[k] = u.unit
			p.marked = p.marked || u.text[0] > 'z'
			return rest
		}
	}
	return s
}

// takePacked reads 20240301, 240301, 202403, 202403011030 and 20240301103000.
func (p *dateParts) takePacked(w string) bool {
	if p.n != 0 {
		return false
	}
	if len(w) == 6 {
		if y, m := digitsAt(w[:4]), digitsAt(w[4:]); y >= 1900 && y < 2100 && m >= 1 && m <= 12 {
			p.set(0, y, 4, 'y')
			p.set(1, m, 2, 'm')
			return true
		}
		w = strconv.Itoa(fullYear(digitsAt(w[:2]), 2)/100) + w
	}
	p.set(0, digitsAt(w[:4]), 4, 'y')
	p.set(1, digitsAt(w[4:6]), 2, 'm')
	p.set(2, digitsAt(w[6:8]), 2, 'd')
	if len(w) == 8 {
		return true
	}
	p.hasTime = true
	p.clock = [3]int{digitsAt(w[8:10]), digitsAt(w[10:12])}
	if len(w) == 14 {
		p.clock[2] = digitsAt(w[12:])
	}
	return true
}

func (p *dateParts) set(k, v, digits int, unit byte) {
	p.num[k], p.digits[k], p.unit[k], p.n, p.marked = v, digits, unit, k+1, true
}

// takeTime reads 10:30, 10:30:00.123, 10时30分, 10点半.
func (p *dateParts) takeTime(s string) (string, bool) {
	if p.hasTime {
		return s, false
	}
	p.hasTime = true
	for k := 0; k < 3; k++ {
		i := 0
		for i < len(s) && i < 3 && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == 0 || i == 3 {
			return s, k > 0 && i == 0
		}
		p.clock[k], s = digitsAt(s[:i]), s[i:]
		next := strings.TrimPrefix(s, [...]string{"时", "分", "秒"}[k])
		if k == 0 {
			next = strings.TrimPrefix(next, "点")
			if after, ok := strings.CutPrefix(next, "半"); ok {
				p.clock[1] = 30
				return after, true
			}
			next = strings.TrimPrefix(next, "整")
		}
		if next == s {
			if next = strings.TrimPrefix(s, ":"); next == s {
				break
			}
		}
		s = next
	}
	return p.takeZone(dropFraction(s))
}

// dropFraction passes over the decimals of a second.
func dropFraction(s string) string {
	if !strings.HasPrefix(s, ".") {
		return s
	}
	return strings.TrimLeft(s[1:], "0123456789")
}

// takeZone reads z, +08:00 or +0800 behind a time.
func (p *dateParts) takeZone(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "z"); ok {
		p.zone = time.UTC
		return rest, true
	}
	if s == "" || s[0] != '+' && s[0] != '-' {
		return s, true
	}
	w := strings.Replace(s[1:], ":", "", 1)
	if len(w) != 4 || digitsAt(w) < 0 {
		return s, false
	}
	offset := digitsAt(w[:2])*3600 + digitsAt(w[2:])*60
	if s[0] == '-' {
		offset = -offset
	}
	p.zone = time.FixedZone("", offset)
	return "", offset < 86400 && offset > -86400
}

var monthWords = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// takeWord reads an English month, am/pm, or a word that says nothing of the day.
func (p *dateParts) takeWord(s string) (string, bool) {
	i := 0
	for i < len(s) && s[i] >= 'a' && s[i] <= 'z' {
		i++
	}
	word, rest := s[:i], s[i:]
	switch word {
	case "am":
		p.am = true
		return rest, true
	case "pm":
		p.pm = true
		return rest, true
	case "t", "of", "the", "at", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday", "gmt", "utc":
		return rest, true
	}
	for m, short := range monthWords {
		if strings.HasPrefix(word, short) && (word == short || strings.EqualFold(word, time.Month(m+1).String()) || word == "sept") && p.month == 0 {
			p.month, p.at = m+1, p.n
			return rest, true
		}
	}
	return s, false
}
