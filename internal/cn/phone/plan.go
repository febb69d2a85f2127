package phone

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// domestic reads the digits of a mainland number without country code; a landline's leading 0 may be missing, as
// spreadsheets drop it, and a mobile may bear one, as it was once dialled.
func domestic(digits string) (Number, bool) {
	if rest := strings.TrimLeft(digits, "0"); isMobile(rest) {
		return mobile(rest), true
	}
	if isShortService(digits) {
		return Number{National: digits, Kind: Service}, true
	}
	if len(digits) < 9 || len(digits) > 13 {
		return Number{}, false
	}
	if n, ok := tollNumber(strings.TrimPrefix(digits, "0")); ok {
		return n, true
	}
	return landline(digits)
}

// isShortService knows the numbers without area code: emergency 110, operators 10086, public lines 12345, banks 95588
// and local services 96xxx (工信部《电信网编号计划》).
func isShortService(d string) bool {
	switch len(d) {
	case 3:
		return d == "110" || d == "112" || d == "114" || d == "119" || d == "120" || d == "122"
	case 5:
		return strings.HasPrefix(d, "10") || strings.HasPrefix(d, "12") || strings.HasPrefix(d, "11") || isBusinessShort(d)
	case 6, 7, 8:
		return isBusinessShort(d)
	}
	return false
}

func isBusinessShort(d string) bool { return strings.HasPrefix(d, "95") || strings.HasPrefix(d, "96") }

// tollNumber knows 400 and 800 numbers: ten digits.
func tollNumber(d string) (Number, bool) {
	if len(d) != 10 || d[1:3] != "00" || d[0] != '4' && d[0] != '8' {
		return Number{}, false
	}
	return Number{E164: "+86" + d, National: d[:3] + "-" + d[3:6] + "-" + d[6:], Kind: Service}, true
}

// landline asks the library, for the length of the local number hangs on the area.
func landline(digits string) (Number, bool) {
	d := strings.TrimPrefix(digits, "0")
	if d == "" || d[0] == '0' {
		return Number{}, false
	}
	national, err := strconv.ParseUint(d, 10, 64)
	if err != nil {
		return Number{}, false
	}
	country := int32(86)
	if !phonenumbers.IsValidNumberForRegion(&phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &national}, "CN") {
		return Number{}, false
	}
	area := areaLength(d)
	return Number{E164: "+86" + d, National: "0" + d[:area] + "-" + d[area:], Kind: Landline}, true
}

// areaLength gives the digits of an area code without its 0: two for 10 and 2x, else three.
func areaLength(d string) int {
	if strings.HasPrefix(d, "10") || d[0] == '2' {
		return 2
	}
	return 3
}

// foreign reads a number that begins with "+" and another country's code.
func foreign(e164 string) (Number, bool) {
	if len(e164) < 7 || len(e164) > 17 || e164[0] != '+' || e164[1:3] == "86" || !allDigits(e164[1:]) {
		return Number{}, false
	}
	n, err := phonenumbers.Parse(e164, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return Number{}, false
	}
	return Number{
		E164:     phonenumbers.Format(n, phonenumbers.E164),
		National: phonenumbers.Format(n, phonenumbers.INTERNATIONAL),
		Kind:     International,
	}, true
}

// whole reads digits that stand for one number: plus says that a "+" stood before them.
func whole(digits string, plus bool) (Number, bool) {
	if !plus && strings.HasPrefix(digits, "00") {
		digits, plus = digits[2:], true
	}
	if rest, ok := strings.CutPrefix(digits, "86"); ok && len(rest) >= 9 {
		if n, ok := domestic(rest); ok {
			return n, true
		}
	}
	if plus {
		return foreign("+" + digits)
	}
	if n, ok := domestic(digits); ok {
		return n, true
	}
	if strings.HasPrefix(digits, "852") || strings.HasPrefix(digits, "853") || strings.HasPrefix(digits, "886") {
		return foreign("+" + digits)
	}
	return Number{}, false
}
