package layout

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"genjin/internal/sheet"
)

var (
	// a remark in brackets that says whether a field must be filled in: （必填）, [必填，不超过50字], (required)
	demand = regexp.MustCompile(`(?i)[（(\[【][^（(\[【）)\]】]*(必填|选填|必选|可选|可不填|非必|required|optional|mandatory)[^（(\[【）)\]】]*[）)\]】]`)
	bare   = regexp.MustCompile(`(?i)[\s\-—_:：]+(必填项?|选填项?|required)$`)
)

// CleanHeader gives a header's bare name: without the marks of required fields, line breaks, and the spaces that only
// spread Chinese characters over a column.
func CleanHeader(text string) string {
	text = demand.ReplaceAllString(text, "")
	text = joinWords(text)
	text = bare.ReplaceAllString(text, "")
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("*＊★☆※•●:：\ufeff\u200b", r)
	})
}

// joinWords makes white space between two Latin words one space, and nothing beside a Chinese character.
func joinWords(text string) string {
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		if i > 0 {
			before, _ := utf8.DecodeLastRuneInString(b.String())
			after, _ := utf8.DecodeRuneInString(word)
			if before < 0x2E80 && after < 0x2E80 {
				b.WriteByte(' ')
			}
		}
		b.WriteString(word)
	}
	return b.String()
}

// isLabel reports whether a text could name a column: short, and no sentence.
func isLabel(text string) bool {
	n := utf8.RuneCountInString(text)
	return n > 0 && n <= 40 && !strings.ContainsAny(text, "。！!；;@") && strings.ContainsFunc(text, unicode.IsLetter) ||
		text == "#"
}

var (
	dataShape = regexp.MustCompile(`^[\d\s\-+./:*()（）¥￥$€,%年月日时分秒~万元亿]+$|@[\w-]+\.|^\d{6,}|\d{7,}|\d{3,}\*{2,}|^https?://`)
	company   = regexp.MustCompile(`.{4,}(公司|集团|工厂|厂|商行|合作社|事务所|Ltd\.?|LLC|Inc\.?)$`)
)

// isData reports whether a cell holds a value rather than a name: a number, a date, a phone number, an address of
// mail, a company.
func isData(cell sheet.Cell) bool {
	switch cell.Kind {
	case sheet.Empty:
		return false
	case sheet.Text:
		text := strings.TrimSpace(cell.Text)
		return dataShape.MatchString(text) || company.MatchString(text)
	default:
		return true
	}
}

func startsWithAny(text string, starts ...string) bool {
	for _, s := range starts {
		if strings.HasPrefix(text, s) {
			return true
		}
	}
	return false
}
