package sheet

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// openCSV opens separated values. All cells are texts.
func openCSV(source *textSource, ext string, lim Limits) (Book, error) {
	start, err := source.start()
	if err != nil {
		return nil, err
	}
	delimiter, skip := findDelimiter(start, ext)
	lines := strings.Count(start, "\n") + 1
	read := func(emit func(Row) error) error {
		r := newCSVReader(source.open(), delimiter, lim)
		for range skip {
			if _, err := r.next(); err != nil {
				return ignoreEOF(err)
			}
		}
		return r.each(emit)
	}
	info := Info{Name: sheetName(0), Rows: int(source.size * int64(lines) / int64(max(1, min(len(start), int(source.size)))))}
	return &oneSheet{format: "csv", info: info, lim: lim, read: read}, nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// csvDelimiters in the order of preference where a file leaves it open.
var csvDelimiters = []string{",", "\t", ";", "|", "，"}

// findDelimiter gives the separator of the values and how many lines to skip: the first, when it is Excel's sep=.
func findDelimiter(start, ext string) (delimiter string, skip int) {
	line, _, _ := strings.Cut(start, "\n")
	if line = strings.TrimRight(line, "\r"); len(line) >= 5 && strings.EqualFold(line[:4], "sep=") {
		return line[4:], 1
	}
	best, bestScore := ",", 0
	if ext == ".tsv" || ext == ".tab" {
		best = "\t"
	}
	for _, d := range csvDelimiters {
		if score := delimiterScore(start, d); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best, 0
}

// delimiterScore says how well a separator explains the first lines: how many of them have the commonest number of
// values, that number being at least two, and a little more for more values.
func delimiterScore(start, delimiter string) int {
	r := newCSVReader(strings.NewReader(start), delimiter, DefaultLimits())
	counts := map[int]int{}
	lines := 0
	for read := 0; read < 60; read++ {
		if _, err := r.next(); err != nil {
			break
		}
		if len(r.ends) > 1 || len(r.scratch) > 0 {
			lines++
			counts[len(r.ends)]++
		}
	}
	score := 0
	for values, n := range counts {
		if values >= 2 {
			score = max(score, n*1000/max(1, lines)*10+min(values, 50))
		}
	}
	return score
}

// csvValue takes off the signs that only keep a spreadsheet program from reading a text as something else: ="0123",
// and one apostrophe before a formula's first character or a digit.
func csvValue(s string) string {
	if len(s) >= 3 && s[0] == '=' && s[1] == '"' && s[len(s)-1] == '"' {
		return strings.ReplaceAll(s[2:len(s)-1], `""`, `"`)
	}
	if len(s) > 1 && s[0] == '\'' && csvGuarded(s) {
		return s[1:]
	}
	return s
}

// csvGuarded reports whether s is apostrophes and then a character that csvValue takes one of them off for.
func csvGuarded(s string) bool {
	rest := strings.TrimLeft(s, "'")
	if rest == "" {
		return false
	}
	return startsFormula(rest) || len(rest) < len(s) && rest[0] >= '0' && rest[0] <= '9'
}

// startsFormula reports whether a spreadsheet program may take a text for a formula or a command; in Chinese and Japanese
// ones the full-width signs begin formulas, too.
func startsFormula(s string) bool {
	if s == "" {
		return false
	}
	if s[0] < utf8.RuneSelf {
		return strings.IndexByte("=+-@\t\r\n", s[0]) >= 0
	}
	first, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("＝＋－＠", first)
}
