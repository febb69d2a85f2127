package entity

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	"genjin/internal/cn/text"
	"genjin/internal/sheet"
)

// Text is one line of text.
var Text Type = &textType{name: "text", max: DefaultMax, tidy: text.Tidy}

// LongText is text of several lines.
var LongText Type = &textType{name: "longtext", max: 10_000, tidy: tidyLines}

// URL is the address of a web page; one without a scheme gets https.
var URL Type = &textType{name: "url", max: 500, tidy: text.Clean, check: checkURL}

// Email is an e-mail address without a name.
var Email Type = &textType{name: "email", max: 254, tidy: text.Clean, check: checkEmail}

// JSON is a value that only the program reads.
var JSON Type = &textType{name: "json", max: 1 << 20, tidy: func(s string) string { return s }}

// textType is a type whose stored value is the text that people see.
type textType struct {
	name  string
	max   int // most characters unless the field says otherwise
	tidy  func(string) string
	check func(string) (string, *Problem)
}

func (t textType) Name() string  { return t.name }
func (t textType) Integer() bool { return false }

func (t textType) FromJSON(raw []byte, _ *Field) (any, *Problem) { return textFromJSON(raw) }

func textFromJSON(raw []byte) (any, *Problem) {
	var s *string
	if json.Unmarshal(raw, &s) != nil {
		return nil, Problemf("field.not_text")
	}
	if s == nil {
		return "", nil
	}
	return *s, nil
}

func (t textType) AppendJSON(dst []byte, stored any) []byte { return appendText(dst, stored) }

func appendText(dst []byte, stored any) []byte {
	s, _ := stored.(string)
	return AppendString(dst, s)
}

func (t textType) FromCell(c sheet.Cell, _ *Field, _ *Env) (any, *Problem) {
	s := t.tidy(c.String())
	if text.IsEmpty(s) {
		return "", nil
	}
	return s, nil
}

func (t textType) ToCell(stored any, _ *Field, _ *Env) sheet.Value {
	s, _ := stored.(string)
	return sheet.Str(s)
}

func (t textType) Text(stored any, _ *Field, _ *Env) string {
	s, _ := stored.(string)
	return s
}

func (t textType) Check(stored any, f *Field) (any, *Problem) {
	s, ok := stored.(string)
	if !ok {
		return nil, Problemf("field.not_text")
	}
	s = t.tidy(s)
	most := t.max
	if f.Max > 0 {
		most = f.Max
	}
	if len(s) > most && utf8.RuneCountInString(s) > most {
		return nil, Problemf("field.too_long", "max", most)
	}
	if t.check != nil && s != "" {
		return pair(t.check(s))
	}
	return s, nil
}

func pair(s string, p *Problem) (any, *Problem) { return s, p }

func (t textType) Ops() []Op { return textOps }

// tidyLines trims each line's end and the blank lines around the text.
func tidyLines(s string) string {
	s = strings.ToValidUTF8(s, "")
	if !strings.ContainsAny(s, "\n\r\x00") {
		return text.Tidy(s)
	}
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\x00", ""), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\r　")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func checkEmail(s string) (string, *Problem) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@'):], ".") {
		return "", Problemf("field.email", "value", s)
	}
	return s, nil
}

func checkURL(s string) (string, *Problem) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Host, ".") || strings.ContainsAny(s, " \"<>") {
		return "", Problemf("field.url", "value", s)
	}
	return s, nil
}

const hexDigits = "0123456789abcdef"

// AppendString writes s as a JSON string. It escapes <, > and & as well, so that an answer can stand inside a page.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), `\ufffd`...)
				start = i + 1
			} else if r == '\u2028' || r == '\u2029' {
				dst = append(append(dst, s[start:i]...), '\\', 'u', '2', '0', '2', hexDigits[r&15])
				start = i + size
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
