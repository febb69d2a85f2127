package record

import (
	"strings"
	"testing"

	"genjin/internal/entity"
)

func TestMergeChoices(t *testing.T) {
	t.Parallel()
	list := func(values string) (out []entity.Choice) {
		for _, v := range strings.Fields(values) {
			out = append(out, entity.Choice{Value: v})
		}
		return out
	}
	for _, c := range []struct{ builtIn, own, want string }{
		{"a b c", "", "a b c"},
		{"a b c", "x y", "a b c x y"},
		{"a b c", "b", "a b c"},
		{"a b c", "c a x b", "c a x b"},
		{"a b c d", "c a b", "c d a b"},
		{"a b c", "x c a", "x c a b"},
		{"", "x y", "x y"},
	} {
		var got []string
		for _, choice := range mergeChoices(list(c.builtIn), list(c.own)) {
			got = append(got, choice.Value)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q with %q: %s, want %s", c.builtIn, c.own, s, c.want)
		}
	}
	merged := mergeChoices([]entity.Choice{{Value: "a", Aliases: []string{"甲"}}}, []entity.Choice{{Value: "a"}})
	if len(merged[0].Aliases) != 1 {
		t.Error("what workbooks call it is lost")
	}
}
