package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestWatermark: once the company wants it, pages and exported workbooks bear their reader's name and the time, and what
// was exported can be imported all the same.
func TestWatermark(t *testing.T) {
	t.Parallel()
	s, admin := newImportingCompany(t)
	settings := rec{"company": "华盛", "code_rule": "K{year}-{serial:4}"}
	admin.want(200, "PATCH", "/me", rec{"name": "王芳&李"})
	admin.make("/customers", rec{"name": "苏州恒通电子有限公司"})
	bears := func(path string, want bool) {
		t.Helper()
		file := admin.want(200, "GET", path, nil).body
		f, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows(f.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		foot, err := f.GetHeaderFooter(f.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		banner := strings.HasPrefix(rows[0][0], "王芳&李 于 2026-11-02 09:00")
		footer := foot != nil && strings.HasPrefix(foot.OddFooter, "&C王芳&&李 于 2026-11-02 09:00")
		if banner != want || footer != want {
			t.Errorf("%s: line %v, foot %v, want %v: %v %+v", path, banner, footer, want, rows[0], foot)
		}
		if strings.HasPrefix(path, "/customers") {
			if imp := into[Import](t, admin.upload(http.StatusCreated, "x.xlsx", file)); len(imp.Sheets) != 1 || imp.Sheets[0].Rows != 1 || imp.Sheets[0].Columns[0].Field == "" {
				t.Errorf("coming back in: %+v", imp.Sheets)
			}
		}
	}
	bears("/customers/export", false)
	if b := into[Boot](t, admin.want(200, "GET", "/boot", nil)); b.Watermark {
		t.Error("the page bears a mark that nobody asked for")
	}
	settings["watermark"] = true
	admin.want(200, "PUT", "/settings", settings)
	delete(settings, "watermark")
	admin.want(200, "PUT", "/settings", settings) // which leaves it as it is
	if got := into[Settings](t, admin.want(200, "GET", "/settings", nil)); got.Watermark == nil || !*got.Watermark {
		t.Errorf("%+v", got)
	}
	for _, path := range []string{"/customers/export", "/log/export"} {
		bears(path, true)
	}
	rep := s.user("rep", "sales_rep")
	if b := into[Boot](t, rep.want(200, "GET", "/boot", nil)); !b.Watermark {
		t.Error("the page of a colleague bears no mark")
	}
	rep.want(403, "PUT", "/settings", rec{"company": "华盛", "code_rule": "K{year}-{serial:4}", "watermark": false})
	settings["watermark"] = false
	admin.want(200, "PUT", "/settings", settings)
	bears("/customers/export", false)
}
