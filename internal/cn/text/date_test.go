package text

import (
	"fmt"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
)

// ref is a Wednesday.
const ref = clock.Date("2024-03-13")

// showWhen writes what was read, or "!key".
func showWhen(w When, err error) string {
	if err != nil {
		e, ok := errs.As(err)
		if !ok {
			return "not an errs.Error"
		}
		return "!" + e.Key
	}
	s := string(w.Date)
	if w.HasTime {
		s += fmt.Sprintf(" %02d:%02d:%02d", w.Hour, w.Minute, w.Second)
	}
	if w.Zone != nil {
		s += w.In(nil).Format(" -0700")
	}
	if w.Partial {
		s += " partial"
	}
	if w.NoYear {
		s += " noyear"
	}
	return s
}

func TestReadDate(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-01":                "2024-03-01",
		"2024/3/1":                  "2024-03-01",
		"2024.3.1":                  "2024-03-01",
		"2024. 3. 1":                "2024-03-01",
		"2024年3月1日":                 "2024-03-01",
		"2024 年 3 月 1 日":            "2024-03-01",
		"2024年03月01号":               "2024-03-01",
		"24年3月1日":                   "2024-03-01",
		"98年3月1日":                   "1998-03-01",
		"24-3-1":                    "2024-03-01",
		"20240301":                  "2024-03-01",
		"240301":                    "2024-03-01",
		"２０２４－０３－０１":                "2024-03-01",
		"2024—03—01":                "2024-03-01",
		"2024-03-01 10:30":          "2024-03-01 10:30:00",
		"2024-03-01 10:30:05":       "2024-03-01 10:30:05",
		"2024-03-01T10:30:05.123Z":  "2024-03-01 10:30:05 +0000",
		"2024-03-01T10:30:05+08:00": "2024-03-01 10:30:05 +0800",
		"2024/3/1 下午3:30":           "2024-03-01 15:30:00",
		"2024年3月1日 10时30分":          "2024-03-01 10:30:00",
		"2024年3月1日10点半":             "2024-03-01 10:30:00",
		"3/1/2024 3:30 PM":          "!date.order",
		"2024-03-01 24:00":          "2024-03-02 00:00:00",
		"20240301103000":            "2024-03-01 10:30:00",
		"202403011030":              "2024-03-01 10:30:00",
		"2024-03-01(周五)":            "2024-03-01",
		"2024年3月":                   "2024-03-01 partial",
		"2024-03":                   "2024-03-01 partial",
		"2024/3":                    "2024-03-01 partial",
		"202403":                    "2024-03-01 partial",
		"2015年":                     "2015-01-01 partial",
		"2015":                      "2015-01-01 partial",
		"3月15日":                     "2024-03-15 noyear",
		"3-15":                      "2024-03-15 noyear",
		"二〇二四年三月十五日":                "2024-03-15",
		"三月十五日":                     "2024-03-15 noyear",
		"今天":                        "2024-03-13",
		"昨天":                        "2024-03-12",
		"明天":                        "2024-03-14",
		"后天":                        "2024-03-15",
		"周五":                        "2024-03-15",
		"周一":                        "2024-03-11",
		"下周一":                       "2024-03-18",
		"下下周一":                      "2024-03-25",
		"上周日":                       "2024-03-10",
		"下星期天":                      "2024-03-24",
		"3天后":                       "2024-03-16",
		"两周后":                       "2024-03-27",
		"1个月后":                      "2024-04-13",
		"3天前":                       "2024-03-10",
		"月底":                        "2024-03-31",
		"下月初":                       "2024-04-01",
		"明天 10:30":                  "2024-03-14 10:30:00",
		"后天下午3点":                    "2024-03-15 15:00:00",
		"45352":                     "2024-03-01",
		"45352.4375":                "2024-03-01 10:30:00",
		"1 Mar 2024":                "2024-03-01",
		"Mar-01-2024":               "2024-03-01",
		"March 1st, 2024":           "2024-03-01",
		"Fri, 1 Mar 2024 10:30:00":  "2024-03-01 10:30:00",
		"Nov-26":                    "2026-11-01 partial",
		"Nov 26":                    "2024-11-26 noyear",
		"26-Nov":                    "2024-11-26 noyear",
		"05-30-26":                  "!date.order",
		"01-Mar-24":                 "2024-03-01",
		"13/1/2024":                 "2024-01-13",
		"1/13/2024":                 "2024-01-13",
		"3/3/2024":                  "2024-03-03",
		"03/01/2024":                "!date.order",
		"3/1/24":                    "!date.order",
		"-":                         "",
		"/":                         "",
		"暂无":                        "",
		"NULL":                      "",
		"#N/A":                      "",
		"0000-00-00":                "",
		"0000-00-00 00:00:00":       "",
		"长期":                        "",
		"9999-12-31":                "9999-12-31",
		"2024-02-30":                "!date.impossible",
		"2023-02-29":                "!date.impossible",
		"2024-13-01":                "!date.impossible",
		"0001-01-01":                "!date.impossible",
		"2024-00-10":                "!date.impossible",
		"20241301":                  "!date.impossible",
		"2024-03-01 25:00":          "!date.time",
		"农历八月十五":                    "!date.lunar",
		"正月初三":                      "!date.lunar",
		"2024年2024年":                "!date.unreadable",
		"3日":                        "!date.unreadable",
		"12":                        "!date.unreadable",
		"1234567":                   "!date.unreadable",
		"123-1-1":                   "!date.unreadable",
		"张三":                        "!date.unreadable",
		"10:30":                     "!date.unreadable",
		"2024-03-01 至 2025-03-01":   "!date.unreadable",
		"2024-03-01 2025-03-01 and on, for longer than a date should ever be": "!date.unreadable",
	} {
		if got := showWhen(Dates{Today: ref}.Read(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestReadDateByOrder(t *testing.T) {
	for _, c := range []struct {
		order    Order
		in, want string
	}{
		{MDY, "03/01/2024", "2024-03-01"},
		{DMY, "03/01/2024", "2024-01-03"},
		{MDY, "3/1/24 3:30 PM", "2024-03-01 15:30:00"},
		{DMY, "1.3.24", "2024-03-01"},
		{MDY, "13/1/2024", "2024-01-13"},
		{DMY, "1/13/2024", "2024-01-13"},
		{MDY, "2024-03-01", "2024-03-01"},
		{DMY, "2/3", "2024-03-02 noyear"},
		{MDY, "3/2", "2024-03-02 noyear"},
	} {
		if got := showWhen(Dates{Order: c.order, Today: ref}.Read(c.in)); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.order, c.in, got, c.want)
		}
	}
	if got := showWhen(Dates{}.Read("3月1日")); got != "!date.no_year" {
		t.Errorf("without a reference: %s", got)
	}
}

func TestSerial(t *testing.T) {
	for f, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 45352: "2024-03-01", 45352.999999: "2024-03-02", 45352.5: "2024-03-01 12:00:00", 20240301: "2024-03-01"} {
		if got := showWhen(Dates{}.ReadNumber(f)); got != want {
			t.Errorf("%v: got %q, want %q", f, got, want)
		}
	}
	if w, ok := (Dates{Date1904: true}).Serial(43890); !ok || w.Date != "2024-03-01" {
		t.Errorf("1904: got %v", w)
	}
	for _, f := range []float64{0, -1, 0.5, 1e9} {
		if w, ok := (Dates{}).Serial(f); ok {
			t.Errorf("%v is no day: %v", f, w)
		}
	}
}

func TestWhenIn(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	w, _ := Dates{}.Read("2024-03-01 10:30")
	if got := w.In(shanghai).UTC().Format(time.RFC3339); got != "2024-03-01T02:30:00Z" {
		t.Errorf("got %s", got)
	}
	w, _ = Dates{}.Read("2024-03-01T10:30:00Z")
	if got := w.In(shanghai).UTC().Format(time.RFC3339); got != "2024-03-01T10:30:00Z" {
		t.Errorf("got %s", got)
	}
	if !(When{}).In(shanghai).IsZero() {
		t.Error("no date has no moment")
	}
}

func TestGuessOrder(t *testing.T) {
	for _, c := range []struct {
		samples []string
		want    Order
	}{
		{[]string{"2024-03-01", "2024-03-13"}, YMD},
		{[]string{"03/01/2024", "03/13/2024"}, MDY},
		{[]string{"01/03/2024", "13/03/2024"}, DMY},
		{[]string{"", "-", "1/2/2024"}, YMD},
		{nil, YMD},
		{[]string{"05-30-26", "02-07-26"}, MDY},
		{[]string{"24-03-15", "24-03-01"}, YMD},
		{[]string{"15.03.98", "01.03.98"}, DMY},
		{[]string{"13/1/2024", "1/13/2024"}, YMD},
	} {
		if got := GuessOrder(c.samples); got != c.want {
			t.Errorf("%v: got %s, want %s", c.samples, got, c.want)
		}
	}
}

func TestReadBirthday(t *testing.T) {
	for in, want := range map[string]string{
		"农历八月十五":       "lunar 0 8 15 false",
		"八月初三（农历）":     "lunar 0 8 3 false",
		"农历8月15日":      "lunar 0 8 15 false",
		"阴历 8月15":      "lunar 0 8 15 false",
		"1985年闰四月初六":   "lunar 1985 4 6 true",
		"农历一九八五年腊月廿六":  "lunar 1985 12 26 false",
		"正月初一":         "lunar 0 1 1 false",
		"农历正月十五":       "lunar 0 1 15 false",
		"冬月三十":         "lunar 0 11 30 false",
		"农历0815":       "lunar 0 8 15 false",
		"农历1985-08-15": "lunar 1985 8 15 false",
		"1985-08-15":   "1985-08-15",
		"8月15日":        "2024-08-15 noyear",
		"八月十五日":        "2024-08-15 noyear",
		"-":            "",
		"农历十三月初一":      "!date.lunar_unreadable",
		"农历":           "!date.lunar_unreadable",
		"八月卅二":         "!date.unreadable",
	} {
		b, err := Dates{Today: ref}.ReadBirthday(in)
		got := showWhen(b.Solar, err)
		if b.IsLunar() {
			got = fmt.Sprintf("lunar %d %d %d %v", b.Lunar.Year, b.Lunar.Month, b.Lunar.Day, b.Lunar.Leap)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"2024-03-01 10:30", "农历1985年闰四月初六", "下下周一", "1 Mar 2024", "45352.4375", "二〇二四年三月", "20240301103000+08:00"} {
		f.Add(s, "ymd")
	}
	f.Fuzz(func(t *testing.T, s, order string) {
		ds := Dates{Order: Order(order), Today: ref}
		w, err := ds.Read(s)
		if _, bad := clock.ParseDate(string(w.Date)); bad != nil {
			t.Errorf("%q reads as %q", s, w.Date)
		}
		if err != nil && w != (When{}) {
			t.Errorf("%q: both %v and %v", s, w, err)
		}
		if b, err := ds.ReadBirthday(s); err == nil && b.IsLunar() && (b.Lunar.Day < 1 || b.Lunar.Day > 30) {
			t.Errorf("%q reads as %v", s, b)
		}
		GuessOrder([]string{s})
	})
}

func BenchmarkReadDate(b *testing.B) {
	for _, s := range []string{"2024-03-01", "2024/3/1", "2024年3月1日", "2024-03-01 10:30:00", "45352", "-", "下周一"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			ds := Dates{Today: ref}
			for b.Loop() {
				ds.Read(s)
			}
		})
	}
}
