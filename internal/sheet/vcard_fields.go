package sheet

import (
	"slices"
	"strings"
	"unicode"
)

// set takes one property into the card.
func (v *vcardReader) set(name, types, value string) {
	has := func(kind string) bool { return strings.Contains(types, ";"+kind+";") }
	whole := unescapeCard(value)
	switch name {
	case "FN":
		v.add(cardName, whole)
	case "N":
		v.named = fullName(splitCard(value))
	case "ORG":
		parts := splitCard(value)
		v.add(cardCompany, parts[0])
		v.add(cardDepartment, strings.Join(parts[1:], "/"))
	case "TITLE":
		v.add(cardTitle, whole)
	case "TEL":
		whole = strings.TrimPrefix(whole, "tel:")
		switch {
		case has("FAX") || has("PAGER"):
		case has("CELL") || has("IPHONE") || has("MOBILE"):
			v.add(cardMobile, whole)
		default:
			v.add(cardPhone, whole)
		}
	case "EMAIL":
		v.add(cardEmail, whole)
	case "ADR":
		v.add(cardAddress, address(splitCard(value)))
	case "BDAY":
		v.add(cardBirthday, birthday(whole))
	case "NOTE":
		v.add(cardNote, whole)
	case "URL":
		v.add(cardURL, whole)
	case "X-WECHAT", "X-WEIXIN", "X-QQ", "IMPP", "X-SOCIALPROFILE", "X-TENCENT-QQ":
		v.messenger(name+types, whole)
	}
}

// add takes a value into a column, once; of what a person has only one, the first.
func (v *vcardReader) add(column int, value string) {
	value = strings.Trim(value, " ,;\t\n")
	single := column <= cardTitle || column == cardBirthday
	if value == "" || slices.Contains(v.card[column], value) || single && len(v.card[column]) > 0 {
		return
	}
	v.card[column] = append(v.card[column], value)
}

// messenger takes the account of a chat program, which the property's name, a parameter or the value's scheme tells.
func (v *vcardReader) messenger(name, value string) {
	scheme, rest, found := strings.Cut(value, ":")
	if !found {
		scheme, rest = "", value
	}
	kind := strings.ToUpper(name + scheme)
	rest = strings.TrimPrefix(rest, "//")
	switch {
	case strings.Contains(kind, "QQ"):
		v.add(cardQQ, rest)
	case strings.Contains(kind, "WECHAT") || strings.Contains(kind, "WEIXIN"):
		v.add(cardWeChat, rest)
	}
}

// splitCard splits a value at its semicolons and unescapes the parts; there is at least one.
func splitCard(value string) []string {
	var parts []string
	from := 0
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case ';':
			parts = append(parts, unescapeCard(value[from:i]))
			from = i + 1
		}
	}
	return append(parts, unescapeCard(value[from:]))
}

var cardEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\:`, ":", "\r\n", "\n", "\x00", "")

func unescapeCard(s string) string { return strings.TrimSpace(cardEscapes.Replace(s)) }

// fullName puts a name together from its parts, family name first: as the Chinese write it, or as others do.
func fullName(parts []string) string {
	parts = append(parts, make([]string, 5)...)
	family, given, middle := parts[0], parts[1], parts[2]
	if isChinese(family + given + middle) {
		return family + middle + given
	}
	return strings.Join(strings.Fields(given+" "+middle+" "+family), " ")
}

// address puts an address together from post box, extension, street, place, region, code and country: from the large
// to the small as the Chinese write it, or as others do.
func address(parts []string) string {
	parts = append(parts, make([]string, 7)...)
	for i := range parts {
		parts[i] = strings.Trim(strings.Join(strings.Fields(parts[i]), " "), ", ")
	}
	if isChinese(strings.Join(parts, "")) {
		if strings.HasPrefix(parts[3], parts[4]) {
			parts[4] = ""
		}
		return parts[4] + parts[3] + parts[2] + parts[1] + parts[0]
	}
	order := []string{parts[0], parts[1], parts[2], parts[3], strings.TrimSpace(parts[4] + " " + parts[5]), parts[6]}
	return strings.Join(slices.DeleteFunc(order, func(s string) bool { return s == "" }), ", ")
}

func isChinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// birthday writes 19800322 and 1980-03-22T00:00:00Z as 1980-03-22, and leaves what it does not know.
func birthday(s string) string {
	s, _, _ = strings.Cut(s, "T")
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		return s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	return s
}
