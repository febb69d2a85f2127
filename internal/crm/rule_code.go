package crm

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"genjin/internal/cn/codes"
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

// fillCode gives a new customer its code, or, when the code was typed in, lets the serial go on after it.
func fillCode(ctx context.Context, s *record.Session, old, next *Customer) error {
	next.Code = strings.TrimSpace(next.Code)
	if old != nil {
		if old.Code != "" && next.Code == "" {
			return errs.OfField("code", "field.required")
		}
		return nil
	}
	rule := s.Setting(SettingCodeRule, DefaultCodeRule)
	if next.Code != "" {
		return serialAfter(ctx, s, next.Code)
	}
	at := serialPart.FindStringSubmatchIndex(rule)
	if at == nil {
		return fmt.Errorf("crm: the code rule %q does not end in {serial}", rule)
	}
	series := codeSeries(s, rule[:at[0]], next.Industry)
	width := 1
	if at[2] >= 0 {
		width, _ = strconv.Atoi(rule[at[2]:at[3]])
	}
	serial, err := s.Serial(ctx, "customer:"+series)
	if err != nil {
		return err
	}
	next.Code = fmt.Sprintf("%s%0*d", series, width, serial)
	return nil
}

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
	for digits > 0 && code[digits-1] >= '0' && code[digits-1] <= '9' {
		digits--
	}
	const mostDigits = 9 // longer ones are no serials but telephone numbers or dates
	if digits == len(code) || digits == 0 || len(code)-digits > mostDigits {
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
