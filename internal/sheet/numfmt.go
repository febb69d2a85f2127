package sheet

import (
	"strconv"
	"strings"
)

// numFmt is what a number format means for reading: whether the number is a date, or how it is shown where that
// matters for what a person takes it for.
type numFmt struct {
	date    bool // days since the epoch
	time    bool // shows a time of day
	elapsed bool // [h]:mm: a duration, shown in hours
	percent bool
	zeros   int // digits at least, 0001
	digits  int // decimals of a percentage
	prefix  string
	suffix  string
}

var (
	plainFormat    = numFmt{}
	dateFormat     = numFmt{date: true}
	dateTimeFormat = numFmt{date: true, time: true}
)

// builtinFormat gives the meaning of a format a file refers to only by number (ECMA-376 part 1, 18.8.30, with the
// Chinese ones 27 to 36 and 50 to 58).
func builtinFormat(id int) numFmt {
	switch {
	case id == 9:
		return numFmt{percent: true}
	case id == 10:
		return numFmt{percent: true, digits: 2}
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dateFormat
	case id == 46:
		return numFmt{date: true, time: true, elapsed: true}
	case id >= 18 && id <= 22, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return dateTimeFormat
	default:
		return plainFormat
	}
}

// parseFormat reads the meaning of a format's code, such as yyyy"年"m"月"d"日";@ or "KH"0000.
func parseFormat(code string) numFmt {
	code = firstSection(code)
	f, other := scanFormat(code)
	switch {
	case f.date:
		return numFmt{date: true, time: f.time, elapsed: f.elapsed}
	case other || f.percent && f.prefix+f.suffix != "":
		return plainFormat
	case f.percent:
		return f
	case f.zeros > 1 || f.zeros == 1 && f.prefix+f.suffix != "":
		f.suffix = strings.TrimRight(f.suffix, " ")
		return f
	default:
		return plainFormat
	}
}

// firstSection cuts off what follows the first semicolon outside quotes: formats of negative numbers, zero and text.
func firstSection(code string) string {
	quoted := false
	for i := 0; i < len(code); i++ {
		switch {
		case code[i] == '"':
			quoted = !quoted
		case quoted:
		case code[i] == '\\':
			i++
		case code[i] == ';':
			return code[:i]
		}
	}
	return code
}

// scanFormat goes over the signs of one section. other says that it holds something whose effect is not kept, such as
// thousands separators, fractions and optional digits.
func scanFormat(code string) (f numFmt, other bool) {
	literal := func(s string) {
		if f.zeros == 0 && !f.percent {
			f.prefix += s
		} else {
			f.suffix += s
		}
	}
	point := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return f, true
			}
			literal(code[i+1 : i+1+end])
			i += end + 1
		case '\\':
			if i+1 < len(code) {
				i++
				literal(code[i : i+1])
			}
		case '_', '*': // a gap as wide as the next sign, or filled with it
			i++
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return f, true
			}
			inside := strings.ToLower(code[i+1 : i+end])
			if inside == "h" || inside == "hh" || inside == "m" || inside == "mm" || inside == "s" || inside == "ss" {
				f.date, f.time, f.elapsed = true, true, true
			}
			i += end
		case 'y', 'Y', 'd', 'D', 'm', 'M', 'b', 'B', 'e':
			f.date = true
		case 'h', 'H', 's', 'S':
			f.date, f.time = true, true
		case 'A', 'a': // AM/PM, aaaa for the weekday; General has one too
			f.time = f.time || strings.HasPrefix(strings.ToUpper(code[i:]), "AM/PM")
			other = true
		case '0':
			other = other || f.suffix != "" // 000-0000: digits in groups
			if point {
				f.digits++
			} else {
				f.zeros++
			}
		case '.':
			point, other = true, other || !strings.Contains(code, "%")
		case '%':
			f.percent = true
		case 'G', 'g', 'E', '#', '?', ',', '/', '@':
			if isGeneral(code[i:]) {
				i += len("General") - 1
			}
			other = true
		default:
			literal(code[i : i+1])
		}
	}
	return f, other
}

func isGeneral(code string) bool {
	return len(code) >= len("General") && strings.EqualFold(code[:len("General")], "General")
}

// cell gives the cell of a number shown in this format.
func (f *numFmt) cell(num float64, from1904 bool) Cell {
	switch {
	case f.elapsed && num >= 1 && num < maxSerial:
		return Cell{Kind: Number, Num: num, Text: elapsed(num)}
	case f.date:
		t, ok := serialTime(num, from1904)
		if !ok {
			return Cell{Kind: Number, Num: num}
		}
		if !f.time && num >= 1 {
			t = t.Truncate(day)
		}
		return Cell{Kind: Date, Num: num, Time: t, HasTime: f.time}
	case f.percent:
		return Cell{Kind: Number, Num: num, Text: strconv.FormatFloat(num*100, 'f', f.digits, 64) + "%"}
	case f.zeros > 0:
		return Cell{Kind: Number, Num: num, Text: f.padded(num)}
	default:
		return Cell{Kind: Number, Num: num}
	}
}

// padded shows a number with leading zeros and the literal text around it: 7 as KH0007.
func (f *numFmt) padded(num float64) string {
	digits := formatNumber(num)
	if strings.ContainsAny(digits, "-.eN") {
		return digits
	}
	return f.prefix + strings.Repeat("0", max(0, min(f.zeros, 64)-len(digits))) + digits + f.suffix
}

// elapsed shows a number of days as hours, minutes and seconds.
func elapsed(days float64) string {
	seconds := int64(days*86400 + 0.5)
	two := func(n int64) string { return strconv.FormatInt(n/10, 10) + strconv.FormatInt(n%10, 10) }
	return strconv.FormatInt(seconds/3600, 10) + ":" + two(seconds/60%60) + ":" + two(seconds%60)
}
