package crm

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/record"
)

// SettingCodeRule is the setting that holds the rule by which customers get their codes. It is text with parts in
// braces: {year}, {month}, {industry} (the abbreviation of the GB/T 4754 section) and, at the end, {serial:n}, a number
// of at least n digits that runs for each different text before it.
const SettingCodeRule = "customer.code_rule"

// DefaultCodeRule gives codes such as 2024-Tech-001 (customers.md, “The record”).
const DefaultCodeRule = "{year}-{industry}-{serial:3}"

// noIndustry stands in codes of customers whose industry is not known.
const noIndustry = "Gen"

var serialPart = regexp.MustCompile(`\{serial(?::(\d))?\}$`)

// fillCode gives a new customer its code, or, when a code was typed in, lets the serial go on after it.
func fillCode(ctx context.Context, s *record.Session, old, next *Customer) error {
	next.Code = text.Tidy(next.Code)
	switch {
	case old != nil && next.Code == "" && old.Code != "":
		return errs.OfField("code", "field.required")
	case old != nil && (next.Code == old.Code || next.Code == ""):
		return nil
	case next.Code != "":
		return serialAfter(ctx, s, next.Code)
	}
	rule := s.Setting(SettingCodeRule, DefaultCodeRule)
	at := serialPart.FindStringSubmatchIndex(rule)
	if at == nil {
		return fmt.Errorf("crm: the code rule %q does not end in {serial}", rule)
	}
	width := 1
	if at[2] >= 0 {
		width, _ = strconv.Atoi(rule[at[2]:at[3]])
	}
	code, err := nextCode(ctx, s, codeSeries(s, rule[:at[0]], next.Industry), width)
	next.Code = code
	return err
}

// nextCode gives the next code of a series. Of a series that ends in a digit, codes typed in do not show where their
// number begins, so those that are taken are passed over.
func nextCode(ctx context.Context, s *record.Session, series string, width int) (string, error) {
	for {
		serial, err := s.Serial(ctx, "customer:"+series)
		if err != nil {
			return "", err
		}
		code := fmt.Sprintf("%s%0*d", series, width, serial)
		if series == "" || !isDigit(series[len(series)-1]) {
			return code, nil
		}
		var taken int64
		err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM customer WHERE code = ? AND code <> ''`, code).Scan(&taken)
		if err != nil || taken == 0 {
			return code, err
		}
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func codeSeries(s *record.Session, pattern, industry string) string {
	abbreviation := noIndustry
	if section := codes.Industries().Section(industry); section != "" {
		abbreviation = s.Setting("industry.abbreviation."+section, codes.Abbreviations()[section])
	}
	today := s.Today()
	return strings.NewReplacer("{year}", string(today[:4]), "{month}", string(today[5:7]), "{industry}", abbreviation).Replace(pattern)
}

// serialAfter lets the series of a code from outside go on after its number, so that no number is given twice.
func serialAfter(ctx context.Context, s *record.Session, code string) error {
	digits := len(code)
	for digits > 0 && isDigit(code[digits-1]) {
		digits--
	}
	const mostDigits = 9 // longer ones are no serials but telephone numbers or dates
	if digits == len(code) || len(code)-digits > mostDigits {
		return nil
	}
	number, err := strconv.ParseInt(code[digits:], 10, 64)
	if err != nil || number == 0 {
		return nil //nolint:nilerr // not a number, so no serial to go on after
	}
	return s.SerialAtLeast(ctx, "customer:"+code[:digits], number)
}

var rulePart = regexp.MustCompile(`\{[^}]*\}`)

// CheckCodeRule refuses a rule that could not give codes.
func CheckCodeRule(rule string) error {
	const longest = 60
	at := serialPart.FindStringIndex(rule)
	if at == nil || len(rule) > longest {
		return errs.OfField("code_rule", "setting.code_rule")
	}
	for _, part := range rulePart.FindAllString(rule[:at[0]], -1) {
		if part != "{year}" && part != "{month}" && part != "{industry}" {
			return errs.OfField("code_rule", "setting.code_rule")
		}
	}
	return nil
}
