package entity

import (
	"testing"

	"genjin/internal/i18n"
)

func TestChoiceWithin(t *testing.T) {
	t.Parallel()
	f := &Field{Type: OneOf, Choices: []Choice{
		{Value: "fair", Label: i18n.T("展会", "Fair"), Aliases: []string{"行业展会", "trade show"}},
		{Value: "call", Label: i18n.T("电话", "Phone")},
		{Value: "ads", Label: i18n.T("广告", "Ads"), Aliases: []string{"1688", "推"}},
		{Value: "gone", Label: i18n.T("停用", "Gone"), Disabled: true},
	}}
	for said, want := range map[string]string{
		"2026年行业展会": "fair", "展会": "fair", "": "", "熟人": "", "停用的": "", "展会现场电话": "", "行业展会后电话": "fair",
		"Trade Show, Shanghai": "fair", "Fairfax": "", "google ads 2026": "ads", "Loads": "", "ads2": "", "从1688来": "ads", "16880": "", "loads, then ads": "ads", "推来的": "",
	} {
		got := ""
		if c := ChoiceWithin(f, said); c != nil {
			got = c.Value
		}
		if got != want {
			t.Errorf("%q is taken for %q, want %q", said, got, want)
		}
	}
}
