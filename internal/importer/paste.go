package importer

import (
	"context"
	"strings"

	"genjin/internal/access"
	"genjin/internal/cn/codes"
	"genjin/internal/cn/line"
	"genjin/internal/i18n"
)

// pasted is what a pasted block is called where files have names.
const pasted = "粘贴.tsv"

// PreparePaste is Prepare for text that was copied: from a spreadsheet, or lines as people write them, one for each
// record.
func (m *Importer) PreparePaste(ctx context.Context, actor *access.Actor, entityName, text string) (*Import, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")) + "\n"
	if !isTable(text) {
		text = tableOfLines(text)
	}
	return m.Prepare(ctx, actor, entityName, pasted, strings.NewReader(text))
}

// isTable reports whether a block came from a spreadsheet: most lines have tabs.
func isTable(text string) bool {
	lines, tabbed := 0, 0
	for l := range strings.Lines(text) {
		if strings.TrimSpace(l) == "" {
			continue
		}
		lines++
		if strings.Contains(strings.TrimRight(l, "\r\n"), "\t") {
			tabbed++
		}
	}
	return tabbed*2 > lines
}

// lineColumns are the columns of the table that lines are made into, named as the dictionary of headings knows them.
var lineColumns = []struct {
	heading i18n.Text
	value   func(f line.Fields) string
}{
	{i18n.T("客户名称", "Customer name"), func(f line.Fields) string {
		if f.Company == "" {
			return f.Name // a person who is a customer
		}
		return f.Company
	}},
	{i18n.T("联系人", "Contact"), func(f line.Fields) string { return f.Name }},
	{i18n.T("职务", "Title"), func(f line.Fields) string { return f.Title }},
	{i18n.T("手机", "Mobile"), func(f line.Fields) string {
		numbers := make([]string, len(f.Phones))
		for i, n := range f.Phones {
			numbers[i] = n.Display()
		}
		return strings.Join(numbers, "、")
	}},
	{i18n.T("邮箱", "E-mail"), func(f line.Fields) string { return f.Email }},
	{i18n.T("微信", "WeChat"), func(f line.Fields) string { return f.WeChat }},
	{i18n.T("QQ", "QQ"), func(f line.Fields) string { return f.QQ }},
	{i18n.T("网址", "Website"), func(f line.Fields) string { return f.Website }},
	{i18n.T("所在地区", "Region"), func(f line.Fields) string { return codes.Regions().Path(f.Region) }},
	{i18n.T("需求描述", "Need"), func(f line.Fields) string { return f.Rest }},
}

// tableOfLines reads each line of free text and gives what they say as tab-separated values. Columns in which no line
// says anything are left out.
func tableOfLines(text string) string {
	var rows [][]string
	used := make([]bool, len(lineColumns))
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		fields := line.Read(l)
		row := make([]string, len(lineColumns))
		for i, c := range lineColumns {
			row[i] = c.value(fields)
			used[i] = used[i] || row[i] != ""
		}
		rows = append(rows, row)
	}
	head := make([]string, len(lineColumns))
	for i, c := range lineColumns {
		head[i] = c.heading.ZH
	}
	var b strings.Builder
	for _, row := range append([][]string{head}, rows...) {
		first := true
		for i, value := range row {
			if !used[i] {
				continue
			}
			if !first {
				b.WriteByte('\t')
			}
			first = false
			b.WriteString(strings.NewReplacer("\t", " ", "\n", " ", `"`, "”").Replace(value))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
