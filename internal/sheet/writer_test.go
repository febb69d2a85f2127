package sheet

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

var hostileTexts = []string{
	"=1+1", "+86 138", "-", "@SUM(A1)", "\t=1", "\r\n=2", "'=1", "''=1", "'0123", "0123", `="0123"`, "'", "''",
	`=HYPERLINK("http://x","y")`, "=cmd|' /C calc'!A0", "a\tb", " lead", "trail ", "two\nlines", "a\r\nb", `q"uo"te`,
	"<b>&amp;</b>", "_x000D_", "_x005F_", "_x_", "中，文", "😀", "1.38E+10", "a,b", "001", ";", "ctrl", "＝1+1", "'＋1", "－", "＠SUM(A1)",
}

// written makes a file of one row for each text.
func written(t testing.TB, begin func(io.Writer) Writer, texts []string) []byte {
	t.Helper()
	var file bytes.Buffer
	w := begin(&file)
	if err := w.Header([]Column{{Title: "文字"}, {Title: "其后", Required: true}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if err := w.Row([]Value{Str(text), Str("x")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

var writers = map[string]func(io.Writer) Writer{
	"xlsx": func(w io.Writer) Writer { return NewXLSX(w, XLSXOptions{}) },
	"csv":  func(w io.Writer) Writer { return NewCSV(w) },
}

func TestTextsComeBack(t *testing.T) {
	for format, begin := range writers {
		t.Run(format, func(t *testing.T) {
			rows := all(t, openBytes(t, written(t, begin, hostileTexts), "x."+format), 0)[1:]
			for i, want := range hostileTexts {
				if got := rows[i].Cell(0); got.Kind != Text || got.Text != want {
					t.Errorf("%q came back as %d %q", want, got.Kind, got.Text)
				}
			}
		})
	}
}

func TestAnyTextComesBack(t *testing.T) {
	for format, begin := range writers {
		t.Run(format, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				texts := rapid.SliceOfN(rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("=+-@'\"\t\r\n,; 0a_xD中<&")), rapid.Rune().
					Filter(func(r rune) bool { return r >= ' ' && r != 0xFFFE && r != 0xFFFF && r != 0xFFFD }))), 1, 5).Draw(rt, "texts")
				rows := all(t, openBytes(t, written(t, begin, texts), "x."+format), 0)[1:]
				for i, want := range texts {
					if got := rows[i].Cell(0).Text; got != want {
						rt.Fatalf("%q came back as %q", want, got)
					}
				}
			})
		})
	}
}

func TestFormulasCannotRun(t *testing.T) {
	r := csv.NewReader(bytes.NewReader(written(t, writers["csv"], hostileTexts)))
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if startsFormula(record[0]) {
			t.Errorf("%q is a formula", record[0])
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(written(t, writers["xlsx"], hostileTexts)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, text := range hostileTexts {
		cell := "A" + formatNumber(float64(i+2))
		if formula, err := f.GetCellFormula("Sheet1", cell); formula != "" || err != nil {
			t.Errorf("%s holds the formula %q, %v", cell, formula, err)
		}
		if kind, err := f.GetCellType("Sheet1", cell); kind != excelize.CellTypeInlineString || err != nil {
			t.Errorf("%s is of type %v, %v", cell, kind, err)
		}
		if got, _ := f.GetCellValue("Sheet1", cell, excelize.Options{RawCellValue: true}); got != text {
			t.Errorf("another reader sees %q for %q", got, text)
		}
	}
}

func TestXLSXWriter(t *testing.T) {
	var file bytes.Buffer
	w := NewXLSX(&file, XLSXOptions{Sheet: "客户:表*", Banner: "张三 2026-11-21 导出", Author: "张三"})
	long := make([]string, 100)
	for i := range long {
		long[i] = "选项" + formatNumber(float64(i))
	}
	columns := []Column{
		{Title: "客户名称", Required: true, Hint: "公司全称"},
		{Title: "阶段", Choices: []string{"潜在", "成交"}},
		{Title: "行业", Choices: long},
		{Title: "首次接触", Format: AsDate, Width: 14},
		{Title: "时间", Format: AsTime},
		{Title: "金额", Format: AsMoney},
		{Title: "数", Format: AsInteger},
		{Title: "电话", Format: AsText},
		{Title: "真", Choices: []string{"a,b", "c"}},
	}
	at := time.Date(2026, 11, 21, 15, 4, 0, 0, time.FixedZone("", 8*3600))
	for _, step := range []func() error{
		func() error { return w.Header(columns) },
		func() error {
			return w.Row([]Value{Str("甲\x01公司"), Str("潜在"), {}, Day(at), Moment(at), Money(-120050), Int(7), Str("013800138000"), Boolean(true)})
		},
		func() error {
			return w.Row([]Value{Num(0.1), Num(1e300), Day(time.Date(1850, 1, 2, 0, 0, 0, 0, time.UTC))})
		},
		func() error { w.Sheet("客户 表 "); return w.Header(columns[:1]) },
		w.Close,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	b := openBytes(t, file.Bytes(), "x.xlsx")
	var names []string
	for _, s := range b.Sheets() {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"客户 表", "客户 表 (2)", "选项"}, names); diff != "" || !b.Sheets()[2].Hidden {
		t.Errorf("sheets: %s", diff)
	}
	checkPicture(t, all(t, b, 0), `
1: T张三 2026-11-21 导出
2: T客户名称* T阶段 T行业 T首次接触 T时间 T金额 T数 T电话 T真
3: T甲公司 T潜在 - D2026-11-21 D2026-11-21 15:04 N-1200.5 N7 T013800138000 BTRUE
4: N0.1 N1E+300 T1850-01-02
`)
	if rows := all(t, b, 2); len(rows) != 100 || rows[99].Cell(0).Text != "选项99" {
		t.Errorf("%d choices", len(rows))
	}
	checkWithExcelize(t, file.Bytes())
}

// checkWithExcelize reads what TestXLSXWriter wrote with another program's eyes.
func checkWithExcelize(t *testing.T, file []byte) {
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	row, err := f.GetRows("客户 表")
	if err != nil || row[2][3] != "2026-11-21" || row[2][4] != "2026-11-21 15:04" || row[2][5] != "-1,200.50" {
		t.Errorf("rows %q, %v", row, err)
	}
	pane, err := f.GetPanes("客户 表")
	if err != nil || !pane.Freeze || pane.YSplit != 2 {
		t.Errorf("panes %+v, %v", pane, err)
	}
	rules, err := f.GetDataValidations("客户 表")
	if err != nil || len(rules) != 4 {
		t.Fatalf("%d validations, %v", len(rules), err)
	}
	if rules[0].Sqref != "A2" || *rules[0].Prompt != "公司全称" {
		t.Errorf("hint %+v", rules[0])
	}
	for i, want := range []string{`"潜在,成交"`, `'选项'!$A$1:$A$100`, `'选项'!$B$1:$B$2`} {
		if got := rules[i+1].Formula1; got != want && got != "<formula1>"+want+"</formula1>" {
			t.Errorf("list %d is %s, want %s", i, got, want)
		}
	}
	if width, _ := f.GetColWidth("客户 表", "D"); width != 14 {
		t.Errorf("width %v", width)
	}
}

func TestFullSheetGoesOn(t *testing.T) {
	var file bytes.Buffer
	w := NewXLSX(&file, XLSXOptions{Sheet: "一"})
	if err := w.Header([]Column{{Title: "数"}}); err != nil {
		t.Fatal(err)
	}
	for range excelRows {
		if err := w.Row([]Value{Int(1)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := openBytes(t, file.Bytes(), "x.xlsx")
	if len(b.Sheets()) != 2 || b.Sheets()[1].Name != "一 (2)" {
		t.Fatalf("sheets %+v", b.Sheets())
	}
	checkPicture(t, all(t, b, 1), "1: T数\n2: N1\n")
}

func TestLongTextIsCut(t *testing.T) {
	rows := all(t, openBytes(t, written(t, writers["xlsx"], []string{strings.Repeat("中", 40000), strings.Repeat("a", 32767)}), "x.xlsx"), 0)
	if got := []rune(rows[1].Cell(0).Text); len(got) != 32767 || got[32766] != '…' {
		t.Errorf("cut to %d characters", len(got))
	}
	if got := rows[2].Cell(0).Text; len(got) != 32767 || strings.HasSuffix(got, "…") {
		t.Errorf("a text that fits was cut to %d", len(got))
	}
}

func TestNoRowsNoHeader(t *testing.T) {
	var file bytes.Buffer
	if err := NewXLSX(&file, XLSXOptions{}).Close(); err != nil {
		t.Fatal(err)
	}
	if rows := all(t, openBytes(t, file.Bytes(), "x.xlsx"), 0); len(rows) != 0 {
		t.Errorf("%d rows", len(rows))
	}
}
