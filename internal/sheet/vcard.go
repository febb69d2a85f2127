package sheet

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// vcardHeader are the columns a file of vCards is shown with, one row for each card.
var vcardHeader = []string{"姓名", "公司", "部门", "职务", "手机", "电话", "邮箱", "地址", "生日", "备注", "网址", "微信", "QQ"}

// The places in vcardHeader.
const (
	cardName = iota
	cardCompany
	cardDepartment
	cardTitle
	cardMobile
	cardPhone
	cardEmail
	cardAddress
	cardBirthday
	cardNote
	cardURL
	cardWeChat
	cardQQ
)

// openVCard opens a file of vCards 2.1, 3.0 or 4.0 as a sheet with a header; its rows are numbered as if it were one.
// Several values of one kind stand in one cell, separated by semicolons. Pictures, faxes and pagers are left out.
func openVCard(source *textSource, lim Limits) Book {
	read := func(emit func(Row) error) error {
		v := vcardReader{lines: bufio.NewReaderSize(source.open(), 64<<10), row: Row{Number: 1}, emit: emit}
		if err := v.give(vcardHeader); err != nil {
			return err
		}
		return v.read()
	}
	return &oneSheet{format: "vcard", info: Info{Name: sheetName(0), Rows: -1}, lim: lim, read: read}
}

// vcardLine bounds a line with its continuations; what is longer, such as a picture, is cut.
const vcardLine = 64 << 10

type vcardReader struct {
	lines *bufio.Reader
	row   Row
	emit  func(Row) error
	depth int // of BEGIN; a card within a card, an agent, is left out
	card  [13][]string
	named string // by N, for want of FN
}

// read gives a row for each card.
func (v *vcardReader) read() error {
	for {
		line, err := v.line()
		if err == nil {
			err = v.property(line)
		}
		if err != nil {
			return ignoreEOF(err)
		}
	}
}

// line reads a line together with those that continue it: by white space at their beginning, or after the = that ends
// a line in quoted-printable.
func (v *vcardReader) line() (string, error) {
	line, err := v.rawLine()
	if err != nil {
		return "", err
	}
	quoted := strings.Contains(strings.ToUpper(beforeColon(line)), "QUOTED-PRINTABLE")
	for {
		next, err := v.lines.Peek(1)
		if quoted && strings.HasSuffix(line, "=") && err == nil {
			more, err := v.rawLine()
			if err != nil {
				return line, nil
			}
			line = lengthen(strings.TrimSuffix(line, "="), more)
			continue
		}
		if err != nil || next[0] != ' ' && next[0] != '\t' {
			return line, nil
		}
		more, err := v.rawLine()
		if err != nil {
			return line, nil
		}
		line = lengthen(line, more[min(1, len(more)):])
	}
}

// lengthen appends to a line unless it is too long already.
func lengthen(line, more string) string {
	if len(line) > vcardLine {
		return line
	}
	return line + more
}

func beforeColon(line string) string {
	head, _, _ := strings.Cut(line, ":")
	return head
}

// rawLine reads one line without its end, cut after vcardLine bytes.
func (v *vcardReader) rawLine() (string, error) {
	var line []byte
	for {
		part, err := v.lines.ReadSlice('\n')
		if len(line) < vcardLine {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !(errors.Is(err, io.EOF) && len(line) > 0) {
			return "", err
		}
		return strings.TrimRight(string(line), "\r\n"), nil
	}
}

// property reads one property into the card.
func (v *vcardReader) property(line string) error {
	name, types, value, ok := splitProperty(line)
	switch {
	case !ok:
	case name == "BEGIN":
		if v.depth++; v.depth == 1 {
			v.card, v.named = [13][]string{}, ""
		}
	case name == "END":
		if v.depth--; v.depth == 0 {
			return v.end()
		}
		v.depth = max(v.depth, 0)
	case v.depth == 1:
		v.set(name, types, value)
	}
	return nil
}

// end gives the card as a row.
func (v *vcardReader) end() error {
	if len(v.card[cardName]) == 0 && v.named != "" {
		v.card[cardName] = []string{v.named}
	}
	texts := make([]string, len(vcardHeader))
	for i, values := range v.card {
		texts[i] = strings.Join(values, ";")
	}
	v.row.Number++
	return v.give(texts)
}

func (v *vcardReader) give(texts []string) error {
	v.row.Cells = v.row.Cells[:0]
	for i, text := range texts {
		if text != "" {
			v.row.Cells = setCell(v.row.Cells, i, Cell{Kind: Text, Text: text})
		}
	}
	return v.emit(v.row)
}

// splitProperty takes a line apart: the name in capitals without group, all parameter values in capitals, and the
// value decoded but not unescaped. Not ok: no property, or one whose value is binary.
func splitProperty(line string) (name, types, value string, ok bool) {
	colon, quoted := -1, false
	for i := 0; i < len(line) && colon < 0; i++ {
		switch line[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				colon = i
			}
		}
	}
	if colon < 0 {
		return "", "", "", false
	}
	name, types, _ = strings.Cut(strings.ToUpper(line[:colon]), ";")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	value = line[colon+1:]
	types = ";" + strings.NewReplacer("TYPE=", "", ",", ";", `"`, "", "ENCODING=", "").Replace(types) + ";"
	switch {
	case strings.Contains(types, ";BASE64;"), strings.Contains(types, ";B;"):
		return "", "", "", false
	case strings.Contains(types, ";QUOTED-PRINTABLE;"):
		value = unquotePrintable(value, strings.Contains(types, "CHARSET=UTF-8"))
	}
	return strings.TrimSpace(name), types, value, true
}

// unquotePrintable resolves =E4 and the like. Bytes that are no UTF-8 are taken for GB18030 unless the property says
// that it is UTF-8, which then was cut within a character.
func unquotePrintable(s string, isUTF8 bool) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			if high, low := unhex(s[i+1]), unhex(s[i+2]); high >= 0 && low >= 0 {
				b = append(b, byte(high<<4|low))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	if isUTF8 || utf8.Valid(b) {
		return strings.ToValidUTF8(string(b), "")
	}
	return decodePage(simplifiedchinese.GB18030, b)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	default:
		return -1
	}
}
