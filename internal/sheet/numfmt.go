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
	f := scanFormat(firstSection(code))
	switch {
	case f.date:
		return numFmt{date: true, time: f.time, elapsed: f.elapsed}
	case f.other || f.percent && f.prefix+f.suffix != "":
		return plainFormat
	case f.percent:
		return f.numFmt
	case f.zeros > 1 || f.zeros == 1 && f.prefix+f.suffix != "":
		f.suffix = strings.TrimRight(f.suffix, " ")
		return f.numFmt
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

// formatScan is what the signs of one section say.
type formatScan struct {
	numFmt
	other bool // something whose effect is not kept: thousands separators, fractions, optional digits
	point bool // past the decimal point
	ratio bool // there is a percent sign somewhere
}

func scanFormat(code string) formatScan {
	f := formatScan{ratio: strings.Contains(code, "%")}
	for len(code) > 0 {
		code = code[min(f.take(code), len(code)):]
	}
	return f
}

// take reads the sign that rest begins with and gives how many bytes it has.
func (f *formatScan) take(rest string) int {
	switch c := rest[0]; c {
	case '"', '\\', '_', '*', '[':
		return f.quoting(rest)
	case 'y', 'Y', 'd', 'D', 'm', 'M', 'b', 'B', 'e':
		f.date = true
	case 'h', 'H', 's', 'S':
		f.date, f.time = true, true
	case 'A', 'a': // AM/PM, aaaa for the weekday
		f.time = f.time || strings.HasPrefix(strings.ToUpper(rest), "AM/PM")
		f.other = true
	case '0':
		f.zero()
	case '.':
		f.point, f.other = true, f.other || !f.ratio
	case '%':
		f.percent = true
	case 'G', 'g', 'E', '#', '?', ',', '/', '@':
		f.other = true
		if isGeneral(rest) {
			return len("General")
		}
	default:
		f.literal(rest[:1])
	}
	return 1
}

func (f *formatScan) zero() {
	f.other = f.other || f.suffix != "" // 000-0000: digits in groups
	if f.point {
		f.digits++
	} else {
		f.zeros++
	}
}

// quoting reads what stands for more than itself: a text in quotation marks, an escaped sign, a gap as wide as the
// next sign, something in brackets.
func (f *formatScan) quoting(rest string) int {
	switch rest[0] {
	case '"':
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			f.other = true
			return len(rest)
		}
		f.literal(rest[1 : 1+end])
		return end + 2
	case '\\':
		f.literal(rest[1:min(2, len(rest))])
		return 2
	case '[':
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			f.other = true
			return len(rest)
		}
		if inside := strings.ToLower(rest[1:end]); inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.ContainsAny(inside, "hms") {
			f.date, f.time, f.elapsed = true, true, true
		}
		return end + 1
	default:
		return 2
	}
}

// literal takes text that stands before or behind the number.
func (f *formatScan) literal(s string) {
	if f.zeros == 0 && !f.percent {
		f.prefix += s
	} else {
		f.suffix += s
	}
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
