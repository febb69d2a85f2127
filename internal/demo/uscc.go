package demo

import "strings"

// base31 are the characters of a credit code (GB 32100-2015): I, O, S, V and Z are left out.
const base31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCode gives the n-th invented credit code of a kind ("91" enterprise, "92" sole trader, "12" public institution)
// in a region. The organisation's part begins with DEM, which no authority gives out, so that nobody takes it for real;
// both check digits are right.
func creditCode(kind, region string, n int) string {
	organisation := "DEM"
	for range 5 {
		organisation += string(base31[n%31])
		n /= 31
	}
	code := kind + region + organisation + organisationCheck(organisation)
	sum, weight := 0, 1
	for _, c := range code {
		sum += strings.IndexRune(base31, c) * weight
		weight = weight * 3 % 31
	}
	return code + string(base31[(31-sum%31)%31])
}

// organisationCheck gives the check digit of an organisation code (GB 11714-1997).
func organisationCheck(eight string) string {
	sum := 0
	for i, weight := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		value := int(eight[i] - '0')
		if eight[i] >= 'A' {
			value = int(eight[i]-'A') + 10
		}
		sum += value * weight
	}
	switch check := 11 - sum%11; check {
	case 10:
		return "X"
	case 11:
		return "0"
	default:
		return string(rune('0' + check))
	}
}
