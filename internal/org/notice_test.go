package org_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/sheet"
)

func TestReadNotice(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		text string
		days int
		key  string // of the error
	}{
		"as the program has it": {"date,name,is_off_day\n2027-01-01,元旦,1\n2027-02-06,春节,0\n", 2, ""},
		"in words":              {"日期\t名称\t休\n2027年1月1日\t元旦\t休\n2027/2/6\t春节\t班\n", 2, ""},
		"without a heading":     {"2027-01-01,元旦,1\n", 1, ""},
		"the same twice":        {"2027-01-01,元旦,1\n2027-01-01,元旦,1\n", 1, ""},
		"two that disagree":     {"2027-01-01,元旦,1\n2027-01-01,元旦,0\n", 0, "workcal.twice"},
		"no such day":           {"2027-01-01,元旦,1\n2027-02-30,x,1\n", 0, "workcal.notice"},
		"not said whether":      {"2027-01-01,元旦,1\n2027-01-02,元旦,\n", 0, "workcal.notice"},
		"nothing":               {"date,name,is_off_day\n", 0, "workcal.no_days"},
	} {
		days, err := org.ReadNotice(t.Context(), strings.NewReader(x.text), int64(len(x.text)), "2027.csv")
		key := ""
		if e, ok := errs.As(err); ok && len(e.Fields) > 0 {
			key = e.Fields[0].Key
		} else if err != nil {
			key = err.Error()
		}
		if len(days) != x.days || key != x.key {
			t.Errorf("%s: %v, %v", name, days, err)
		}
	}
}

func TestReadNoticeFromWorkbook(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w := sheet.NewXLSX(&file, sheet.XLSXOptions{Sheet: "放假"})
	if err := w.Header([]sheet.Column{{Title: "日期", Format: sheet.AsDate}, {Title: "名称"}, {Title: "放假"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Row([]sheet.Value{sheet.Day(clock.Date("2027-10-01").In(time.UTC)), sheet.Str("国庆节"), sheet.Int(1)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	days, err := org.ReadNotice(t.Context(), bytes.NewReader(file.Bytes()), int64(file.Len()), "2027.xlsx")
	if err != nil || len(days) != 1 || !days["2027-10-01"].Off || days["2027-10-01"].Name != "国庆节" {
		t.Errorf("%v, %v", days, err)
	}
}

func FuzzReadNotice(f *testing.F) {
	f.Add([]byte("date,name,is_off_day\n2027-01-01,元旦,1\n"))
	f.Add([]byte("2027年1月1日\t元旦\t休"))
	f.Fuzz(func(t *testing.T, file []byte) {
		days, err := org.ReadNotice(t.Context(), bytes.NewReader(file), int64(len(file)), "notice.csv")
		if err != nil {
			return
		}
		for date := range days {
			if _, err := clock.ParseDate(string(date)); err != nil || date == "" {
				t.Fatalf("took %q for a date", date)
			}
		}
	})
}
