package sms

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// template is a text with names in it, {{phone}} say, in whose places values come. A value is written as the place
// demands: in an address or a form by percent signs, in JSON as a part of a string, in a header without what would end
// it.
type template string

var placeholder = regexp.MustCompile(`\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}`)

// names gives the names in the text, each once.
func (t template) names() []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(string(t), -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// fill puts values in the places of their names. What has no value is left out. A value is no template: names in it stay
// as they are.
func (t template) fill(values map[string]string, write func(value string) string) string {
	return placeholder.ReplaceAllStringFunc(string(t), func(found string) string {
		return write(values[placeholder.FindStringSubmatch(found)[1]])
	})
}

// asIs is for texts that are read by nobody but the gateway.
func asIs(value string) string { return value }

func inAddress(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") // a plus is a space in queries alone
}

func inJSON(value string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // a string always can
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
}

func inHeader(value string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return -1
		}
		return c
	}, value)
}
