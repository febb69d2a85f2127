// Package uscc checks the unified social credit code (统一社会信用代码) of organisations, GB 32100-2015.
package uscc

import (
	"strings"

	"genjin/internal/cn/text"
	"genjin/internal/errs"
)

// Length is how many characters a code has.
const Length = 18

// alphabet gives each character its value; I, O, S, V and Z are not used.
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// Normalize gives a code as it is stored: half-width, upper case, without spaces and dashes. A placeholder gives "".
func Normalize(s string) string {
	if text.IsEmpty(s) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\n':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, text.Clean(s))
}

// Check says why a normalised code is not valid: *errs.Error with a key uscc.*, nil for a valid code and for "".
func Check(code string) error {
	switch {
	case code == "":
		return nil
	case len(code) != Length:
		return problem(lengthKey(code), code)
	}
	sum, weight := 0, 1
	for i := range Length - 1 {
		value := strings.IndexByte(alphabet, code[i])
		if value < 0 || i >= 2 && i < 8 && value > 9 {
			return problem("uscc.character", code)
		}
		sum += value * weight
		weight = weight * 3 % 31
	}
	if strings.IndexByte(alphabet, code[Length-1]) < 0 {
		return problem("uscc.character", code)
	}
	if alphabet[(31-sum%31)%31] != code[Length-1] {
		return problem("uscc.check_digit", code)
	}
	return nil
}

// lengthKey tells the older numbers that people take for the code.
func lengthKey(code string) string {
	digits := strings.Trim(code, "0123456789") == ""
	switch {
	case len(code) == 15 && digits:
		return "uscc.registration"
	case len(code) == 9:
		return "uscc.organisation"
	}
	return "uscc.length"
}

// Region gives the administrative division of the registering authority, digits 3–8, of a valid code; "" else. It may
// be retired: codes.Regions().Get finds the present one.
func Region(code string) string {
	if code == "" || Check(code) != nil {
		return ""
	}
	return code[2:8]
}

// Organisation gives the nine characters of the organisation code (GB 11714) inside a valid code; "" else.
func Organisation(code string) string {
	if code == "" || Check(code) != nil {
		return ""
	}
	return code[8:17]
}

func problem(key, code string) error {
	digits := len([]rune(code))
	if digits > 40 {
		code = string([]rune(code)[:40]) + "…"
	}
	return errs.New(errs.Invalid, key, "value", code, "digits", digits)
}
