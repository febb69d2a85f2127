// Package phone reads telephone numbers as Chinese users write them: several in one cell, with extensions, area codes,
// names and notes around them, full-width digits, numbers that a spreadsheet turned into 1.3800138E+10, and masked ones.
//
// A number is stored as Number.String gives it (E.164, with ";ext=" where there is an extension) and shown as Format
// gives it. The numbering plan is libphonenumber's; plain mobiles take a path that does not ask it.
package phone

import (
	"strings"

	"genjin/internal/cn/text"
)

// Kind sorts numbers by what can be done with them.
type Kind string

const (
	Mobile        Kind = "mobile"        // a mainland mobile: can get a text message
	Landline      Kind = "landline"      // mainland, with area code
	Service       Kind = "service"       // 400 and 800 numbers and short ones such as 95588, 10086, 12345
	International Kind = "international" // any other country's, and Hong Kong, Macau, Taiwan
	Masked        Kind = "masked"        // 139****1234: known to exist, not to be called
)

// Number is one telephone number.
type Number struct {
	E164     string // "+8613800138000"; "" for masked and short service numbers, which have none
	National string // as a Chinese user writes it: 13800138000, 010-62552288, 400-812-0558, +1 650-253-0000, 95588
	Ext      string // digits of the extension; "" for none
	Kind     Kind
}

// String gives the form to store and to compare: "+861062552288", "+861062552288;ext=8012", or National where there is
// no E.164 form. Parse and Format read it back.
func (n Number) String() string {
	s := n.E164
	if s == "" {
		s = n.National
	}
	if n.Ext != "" {
		return s + ";ext=" + n.Ext
	}
	return s
}

// Display gives the number as a Chinese user writes it, the extension behind a dash.
func (n Number) Display() string {
	if n.Ext != "" {
		return n.National + "-" + n.Ext
	}
	return n.National
}

// Callable reports whether all digits are known.
func (n Number) Callable() bool { return n.Kind != Masked }

// Reader reads numbers with what is known of the place.
type Reader struct {
	Area string // area code for landlines written without one, such as "0755"; "" refuses them
}

// Parse reads every number in s with no area code known. See Reader.Parse.
func Parse(s string) ([]Number, error) { return Reader{}.Parse(s) }

// Parse reads every number in s, without repeats, in their order. A placeholder such as "-" or 暂无 gives none and no
// error. When a part of s cannot be read, the error (an *errs.Error, see the phone.* messages) is about the first such
// part, and the numbers that can be read are given all the same.
func (r Reader) Parse(s string) ([]Number, error) {
	if isMobile(s) {
		return []Number{mobile(s)}, nil
	}
	s = text.Clean(s)
	if isMobile(s) {
		return []Number{mobile(s)}, nil
	}
	if s == "" || text.IsEmpty(s) && !strings.ContainsAny(s, "0123456789") {
		return nil, nil
	}
	if len(s) > maxText {
		return nil, problem("phone.text_too_long", s[:20])
	}
	s, err := fromSheet(s)
	if err != nil {
		return nil, err
	}
	return r.read(scan(s))
}

// ParseOne reads s as exactly one number: the first, and an error when there is none, or a part that cannot be read.
func ParseOne(s string) (Number, error) {
	numbers, err := Parse(s)
	if err != nil {
		return Number{}, err
	}
	if len(numbers) == 0 {
		return Number{}, problem("phone.none", s)
	}
	return numbers[0], nil
}

// Format shows a number stored as Number.String gives it. What is not in that form comes back as it is.
func Format(stored string) string {
	e164, ext, _ := strings.Cut(stored, ";ext=")
	if digits, ok := strings.CutPrefix(e164, "+86"); ok {
		if n, ok := domestic(digits); ok {
			n.Ext = ext
			return n.Display()
		}
	} else if n, ok := foreign(e164); ok {
		n.Ext = ext
		return n.Display()
	} else if isShortService(e164) {
		return Number{National: e164, Ext: ext}.Display()
	}
	return stored
}

// Digits gives the digits by which a stored number is searched: as dialled inside the mainland, without the extension,
// for example 01062552288; for another country with its code.
func Digits(stored string) string {
	e164, _, _ := strings.Cut(stored, ";ext=")
	if digits, ok := strings.CutPrefix(e164, "+86"); ok {
		if n, ok := domestic(digits); ok {
			return strings.ReplaceAll(n.National, "-", "")
		}
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, e164)
}

// isMobile reports whether s is nothing but the eleven digits of a mainland mobile.
func isMobile(s string) bool {
	return len(s) == 11 && s[0] == '1' && allDigits(s) && knownPrefix(s)
}

// knownPrefix reports whether the numbering plan has given out the first three or four digits of an eleven-digit
// number. A test holds it against the library.
func knownPrefix(s string) bool {
	switch s[1] {
	case '3', '8':
		return true
	case '4':
		return s[2] == '5' || s[2] == '7'
	case '5', '9':
		return s[2] != '4'
	case '6':
		return s[2] == '2' || s[2] >= '5' && s[2] <= '7'
	case '7':
		return s[2] <= '3' || s[2] >= '5' && s[2] <= '8' || s[2] == '4' && s[3] == '0' && s[4] <= '5'
	}
	return false
}

func mobile(digits string) Number {
	e164 := "+86" + digits
	return Number{E164: e164, National: e164[3:], Kind: Mobile}
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
