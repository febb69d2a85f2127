package text

import (
	"strconv"
	"strings"
)

// hanDigit gives the digit that a Chinese numeral stands for.
func hanDigit(r rune) (int, bool) {
	switch r {
	case '零', '〇', '○':
		return 0, true
	case '一', '壹':
		return 1, true
	case '二', '贰', '两':
		return 2, true
	case '三', '叁':
		return 3, true
	case '四', '肆':
		return 4, true
	case '五', '伍':
		return 5, true
	case '六', '陆':
		return 6, true
	case '七', '柒':
		return 7, true
	case '八', '捌':
		return 8, true
	case '九', '玖':
		return 9, true
	}
	return 0, false
}

// hanUnit gives the power that a Chinese numeral multiplies by.
func hanUnit(r rune) (int64, bool) {
	switch r {
	case '十', '拾':
		return 10, true
	case '百', '佰':
		return 100, true
	case '千', '仟':
		return 1000, true
	case '万', '萬':
		return 10_000, true
	case '亿', '億':
		return 100_000_000, true
	}
	return 0, false
}

// hanNumber reads a whole Chinese numeral such as 三十, 一百零五, 两千三百万, 叁拾万. A last digit behind 百, 千, 万 means
// tenths of that unit (三万五 is 35000).
func hanNumber(s string) (int64, bool) {
	var total, section, digit, last int64
	have, zero := false, false
	for _, r := range s {
		if d, ok := hanDigit(r); ok {
			if digit != 0 && d != 0 {
				return 0, false
			}
			digit, zero, have = int64(d), zero || d == 0, true
			continue
		}
		unit, ok := hanUnit(r)
		if !ok {
			return 0, false
		}
		if digit == 0 && unit == 10 {
			digit, have = 1, true
		}
		switch {
		case !have:
			return 0, false
		case unit == 100_000_000:
			total, section = (total+section+digit)*unit, 0
		case unit == 10_000:
			total, section = total+(section+digit)*unit, 0
		default:
			section += digit * unit
		}
		if total > 1e15 || section > 1e6 {
			return 0, false
		}
		digit, zero, last = 0, false, unit
	}
	if digit > 0 && last >= 100 && !zero {
		digit *= last / 10
	}
	return total + section + digit, have
}

// smallNumber reads a count written in digits or as a numeral.
func smallNumber(s string) (int, bool) {
	if s == "" || len(s) > 20 {
		return 0, false
	}
	if n := digitsAt(s); n >= 0 && len(s) < 9 {
		return n, true
	}
	if strings.ContainsAny(s, "0123456789") {
		return 0, false
	}
	n, ok := hanNumber(s)
	return int(n), ok && n < 1e9
}

// withDigits writes the numerals before 年, 月, 日 and the like in digits: 二〇二四年三月十五日.
func withDigits(s string) string {
	var b strings.Builder
	run := 0
	for i, r := range s {
		_, digit := hanDigit(r)
		_, unit := hanUnit(r)
		if digit || unit {
			continue
		}
		b.WriteString(inDigits(s[run:i], r))
		b.WriteRune(r)
		run = i + len(string(r))
	}
	b.WriteString(s[min(run, len(s)):])
	return b.String()
}

// inDigits writes the numeral that stands before next in digits, or gives it back when it is none.
func inDigits(numeral string, next rune) string {
	if numeral == "" || !strings.ContainsRune("年月日号时点分", next) {
		return numeral
	}
	if n, ok := lunarYear(numeral); ok && next == '年' && len(numeral) >= 6 {
		return strconv.Itoa(n)
	}
	if n, ok := smallNumber(numeral); ok {
		return strconv.Itoa(n)
	}
	return numeral
}
