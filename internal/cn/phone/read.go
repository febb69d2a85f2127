package phone

import (
	"strconv"
	"strings"

	"genjin/internal/errs"
)

// read makes numbers of groups: at each group the fewest groups that make a number are taken, since a cell may hold
// several behind one another; masked ones and other countries' take the most, for their lengths vary.
func (r Reader) read(groups []group, noted bool) ([]Number, error) {
	a := assembler{reader: r, groups: groups, noted: noted}
	for a.at < len(groups) {
		a.next()
	}
	a.flushBad()
	switch {
	case a.err != nil:
		return a.numbers, a.err
	case len(a.numbers) == 0 && a.ignored != "":
		return nil, describe(a.ignored, false)
	case len(a.numbers) == 0:
		return nil, problem("phone.none", "")
	}
	return a.numbers, nil
}

type assembler struct {
	reader  Reader
	groups  []group
	noted   bool
	at      int
	numbers []Number
	bad     string // digits that are part of no number so far
	badPlus bool
	ignored string // digits passed over because they belong to a note
	err     error
}

func (a *assembler) next() {
	g := a.groups[a.at]
	if a.extension(g) {
		a.at++
		return
	}
	if n, used, ok := a.numberHere(); ok {
		a.flushBad()
		a.add(n)
		a.at += used
		return
	}
	if g.gap == gapNote || g.gap == gapAlt {
		a.flushBad()
	}
	if a.otherTail(g) {
		a.at++
		return
	}
	a.bad += g.digits
	a.badPlus = a.badPlus || g.plus
	a.at++
}

// longestNumber is how many groups one number is written in at most: +86 (0) 755 83 66 88 88.
const longestNumber = 8

// numberHere finds the groups from the present one on that make a number.
func (a *assembler) numberHere() (n Number, used int, ok bool) {
	digits, plus := "", a.groups[a.at].plus
	for k := 0; k < longestNumber && a.at+k < len(a.groups); k++ {
		g := a.groups[a.at+k]
		if k > 0 && (g.gap != gapSpace && g.gap != gapDash || g.plus) {
			break
		}
		if digits += g.digits; len(digits) > 17 {
			break
		}
		if found, is := a.one(digits, plus); is {
			n, used, ok = found, k+1, true
			if n.Kind != Masked && n.Kind != International {
				return n, used, true
			}
		}
	}
	return n, used, ok
}

// one reads digits as one number, also a masked one and a local one whose area is known.
func (a *assembler) one(digits string, plus bool) (Number, bool) {
	if strings.Contains(digits, "*") {
		return masked(digits)
	}
	if n, ok := whole(digits, plus); ok {
		return n, true
	}
	if !plus && isLocal(digits) {
		if area := a.area(); area != "" {
			return landline(area + digits)
		}
	}
	return Number{}, false
}

// masked accepts a number with hidden digits: at least seven places, three of them known.
func masked(digits string) (Number, bool) {
	stars := strings.Count(digits, "*")
	if stars < 2 || len(digits)-stars < 3 || len(digits) < 7 || len(digits) > 13 {
		return Number{}, false
	}
	if digits[0] == '0' && !strings.Contains(digits[:4], "*") {
		area := 1 + areaLength(digits[1:])
		digits = digits[:area] + "-" + digits[area:]
	}
	return Number{National: digits, Kind: Masked}, true
}

// isLocal reports whether digits are a landline's without area code.
func isLocal(digits string) bool {
	return (len(digits) == 7 || len(digits) == 8) && digits[0] >= '2' && digits[0] <= '8'
}

// area gives the area code for local numbers: that of the landline before it in the cell, else the reader's.
func (a *assembler) area() string {
	if n := len(a.numbers); n > 0 && a.numbers[n-1].Kind == Landline {
		area, _, _ := strings.Cut(a.numbers[n-1].National, "-")
		return area
	}
	return a.reader.Area
}

// extension takes g as the extension of the number before it.
func (a *assembler) extension(g group) bool {
	if len(a.numbers) == 0 || a.bad != "" || len(g.digits) > 6 || strings.Contains(g.digits, "*") || g.plus {
		return false
	}
	last := &a.numbers[len(a.numbers)-1]
	fits := g.gap == gapExt || last.Kind != Mobile && g.gap == gapDash ||
		last.Kind == Landline && g.gap == gapSpace && len(g.digits) >= 3
	if !fits || last.Kind == Masked || last.Ext != "" {
		return false
	}
	last.Ext = g.digits
	return true
}

// otherTail takes the 89 of 010-62552288/89 as one more number.
func (a *assembler) otherTail(g group) bool {
	if g.gap != gapAlt || len(g.digits) > 4 || len(a.numbers) == 0 || strings.Contains(g.digits, "*") {
		return false
	}
	last := a.numbers[len(a.numbers)-1]
	if last.Kind != Landline {
		return false
	}
	n, ok := landline(last.E164[3:len(last.E164)-len(g.digits)] + g.digits)
	if ok {
		a.add(n)
	}
	return ok
}

func (a *assembler) add(n Number) {
	for _, have := range a.numbers {
		if have == n {
			return
		}
	}
	a.numbers = append(a.numbers, n)
}

// flushBad ends a part that is no number. A few digits beside words are a note (李工2, 302室), not a number.
func (a *assembler) flushBad() {
	bad, plus := a.bad, a.badPlus
	a.bad, a.badPlus = "", false
	switch {
	case bad == "":
	case a.noted && len(bad) < 5 && !plus:
		a.ignored = bad
	case a.err == nil:
		a.err = describe(bad, plus)
	}
}

// describe says why digits are no number.
func describe(d string, plus bool) *errs.Error {
	d = strings.TrimPrefix(d, "0086")
	if rest, ok := strings.CutPrefix(d, "86"); ok && (plus || len(rest) >= 9) {
		d, plus = rest, false
	}
	switch {
	case strings.Contains(d, "*"):
		return problem("phone.masked", d)
	case plus || strings.HasPrefix(d, "00"):
		return problem("phone.foreign", d)
	case isLocal(d):
		return problem("phone.no_area_code", d)
	case len(d) > 4 && d[0] == '1' && d[1] >= '3':
		return describeMobile(d)
	case len(d) == 11 && d[0] == '1':
		return problem("phone.unknown_prefix", d, "prefix", d[:3])
	case len(d) > 3 && d[0] == '0':
		return problem("phone.landline", d)
	case len(d) < 7:
		return problem("phone.too_short", d)
	case len(d) > 12:
		return problem("phone.too_long", d)
	}
	return problem("phone.unknown", d)
}

func describeMobile(d string) *errs.Error {
	switch {
	case len(d) < 11:
		return problem("phone.mobile_short", d, "digits", len(d))
	case len(d) > 11:
		return problem("phone.mobile_long", d, "digits", len(d))
	}
	return problem("phone.unknown_prefix", d, "prefix", d[:3])
}

func problem(key, value string, pairs ...any) *errs.Error {
	return errs.New(errs.Invalid, key, append(pairs, "value", value)...)
}

// exactDigits is how many significant digits a number in scientific notation must show to be whole: a spreadsheet
// that shortens a number for display shows at most six.
const exactDigits = 7

// fromSheet undoes what spreadsheets make of a number: 13800138000.0 and 1.3800138E+10. A notation that has lost
// digits (1.38E+10) is refused.
func fromSheet(s string) (string, error) {
	whole, frac, dot := strings.Cut(s, ".")
	if dot && len(whole) > 4 && allDigits(whole) && strings.Trim(frac, "0") == "" {
		return whole, nil
	}
	mantissa, _, found := strings.Cut(strings.ToUpper(s), "E")
	if !found || !allDigits(strings.Replace(mantissa, ".", "", 1)) {
		return s, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 1e6 || f > 1e14 || f != float64(int64(f)) {
		return s, nil
	}
	digits := strconv.FormatInt(int64(f), 10)
	if len(strings.Replace(mantissa, ".", "", 1)) < exactDigits {
		return "", problem("phone.lost_digits", s)
	}
	return digits, nil
}
