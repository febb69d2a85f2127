// Package money holds amounts as whole minor units (分 for CNY), never as floating point.
package money

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Minor is an amount in the minor unit of its currency. All currencies the product knows have two decimals.
type Minor int64

// Max bounds amounts so that they stay exact in JavaScript, which reads them as JSON numbers.
const Max Minor = 9_007_199_254_740_991

// Parse reads a plain decimal such as "1200.5" or "-3"; more than two decimals are rounded half away from zero.
func Parse(s string) (Minor, error) {
	s = strings.TrimSpace(s)
	digits := strings.TrimPrefix(s, "-")
	whole, frac, _ := strings.Cut(digits, ".")
	if whole+frac == "" || strings.Trim(whole+frac, "0123456789") != "" || len(whole) > 14 {
		return 0, fmt.Errorf("money: not an amount: %q", s)
	}
	if whole == "" {
		whole = "0"
	}
	cents := (frac + "000")[:3]
	n, err := strconv.ParseInt(whole+cents, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("money: not an amount: %q", s)
	}
	n = (n + 5) / 10
	if digits != s {
		n = -n
	}
	return Minor(n), nil
}

// FromFloat gives the amount nearest to a number of major units, as sheets hold them.
func FromFloat(f float64) (Minor, error) {
	if math.IsNaN(f) || math.Abs(f*100) > float64(Max) {
		return 0, fmt.Errorf("money: not an amount: %v", f)
	}
	return Minor(math.Round(f * 100)), nil
}

// String writes the amount in major units with two decimals.
func (m Minor) String() string {
	sign, v := "", m
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// Said gives the amount as people read it: "176,000", and "0.50" where it is not a whole number.
func (m Minor) Said() string {
	s := strings.TrimSuffix(m.String(), ".00")
	whole, frac, _ := strings.Cut(s, ".")
	digits := strings.TrimPrefix(whole, "-")
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	if whole[0] == '-' {
		digits = "-" + digits
	}
	if frac != "" {
		digits += "." + frac
	}
	return digits
}

// Float gives the amount in major units, for a cell of a sheet.
func (m Minor) Float() float64 { return float64(m) / 100 }
