package auth

import (
	"regexp"
	"strings"
)

// figures matches what people put before and behind a word: signs, numbers that sound like a wish, runs and rows on the
// keyboard, years and birthdays.
var figures = regexp.MustCompile(`^(?:[-!@#$%^&*._+~ ]` +
	`|5201314|5211314|1314|520|521|7758521|7758|168|518|618|147|258|369|789456123|741852963|13800138000` +
	`|00+|11+|22+|33+|44+|55+|66+|77+|88+|99+|112233|123123|321321|13579|24680|2468013579` +
	`|0?12(?:3(?:4(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?)?)?|(?:(?:(?:(?:(?:9?8)?7)?6)?5)?4)?3210?` +
	`|(?:19[4-9]|20[0-3])[0-9](?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))?)+$`)

// names matches up to three syllables of pinyin: a name, a place, an endearment.
var names = regexp.MustCompile(`^(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?` +
	`(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ui|un|uo|ue|a|e|i|o|u|v)){1,3}$`)

var letters = regexp.MustCompile(`[a-z]+`)

// long is from how many characters two words with figures are more than usual.
const long = 14

// usual says whether a password is made as most of the stolen ones of this country are: one or two names in pinyin, or
// usual words, with usual figures around them, or the figures alone.
func usual(folded string) bool {
	words := letters.FindAllString(folded, -1)
	if len(words) > 2 || len(words) == 2 && len(folded) >= long {
		return false
	}
	for _, word := range words {
		if len(word) > 3 && !names.MatchString(word) && !strings.Contains("\n"+common, "\n"+word+"\n") {
			return false
		}
	}
	for _, between := range letters.Split(folded, -1) {
		if between != "" && !figures.MatchString(between) {
			return false
		}
	}
	return true
}
