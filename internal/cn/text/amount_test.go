package text

import (
	"fmt"
	"strings"
	"testing"

	"genjin/internal/errs"
	"genjin/internal/money"
)

// showAmount writes low..high currency, or "!key".
func showAmount(a Amount, err error) string {
	if err != nil {
		e, _ := errs.As(err)
		return "!" + e.Key
	}
	if a.IsEmpty() {
		return ""
	}
	s := ""
	if m, one := a.One(); one {
		s = m.String()
	} else {
		if a.HasLow {
			s = a.Low.String()
		}
		s += ".."
		if a.HasHigh {
			s += a.High.String()
		}
	}
	if a.Currency != "" {
		s += " " + a.Currency
	}
	if a.About {
		s += " about"
	}
	return s
}

func TestReadAmount(t *testing.T) {
	for in, want := range map[string]string{
		"1200":                  "1200.00",
		"1200.5":                "1200.50",
		"1200.55":               "1200.55",
		"1200.555":              "1200.56",
		"0":                     "0.00",
		".5":                    "0.50",
		"-500":                  "-500.00",
		"(1,200.00)":            "-1200.00",
		"1,200":                 "1200.00",
		"1,234,567.89":          "1234567.89",
		"¥1,200.50":             "1200.50 CNY",
		"￥１，２００":                "1200.00 CNY",
		"RMB 1200":              "1200.00 CNY",
		"1200元":                 "1200.00",
		"1200元整":                "1200.00",
		"10万":                   "100000.00",
		"10 万元":                 "100000.00",
		"10w":                   "100000.00",
		"5k":                    "5000.00",
		"1.5亿":                  "150000000.00",
		"2千万":                   "20000000.00",
		"3百万":                   "3000000.00",
		"1000万元人民币":             "10000000.00 CNY",
		"10万元人民币":               "100000.00 CNY",
		"500万美元":                "5000000.00 USD",
		"500万(美元)":              "5000000.00 USD",
		"US$1,200":              "1200.00 USD",
		"HK$100":                "100.00 HKD",
		"8-12万":                 "80000.00..120000.00",
		"8万-12万":                "80000.00..120000.00",
		"8~12万":                 "80000.00..120000.00",
		"8～12万元":                "80000.00..120000.00",
		"8千-1万":                 "8000.00..10000.00",
		"5000元-1万":              "5000.00..10000.00",
		"50至100万":               "500000.00..1000000.00",
		"12-8万":                 "80000.00..120000.00",
		"1000-2000":             "1000.00..2000.00",
		"三十万":                   "300000.00",
		"叁拾万元整":                 "300000.00",
		"两千三百万":                 "23000000.00",
		"一亿二千万":                 "120000000.00",
		"三万五":                   "35000.00",
		"一百零五":                  "105.00",
		"十万":                    "100000.00",
		"约10万":                  "100000.00 about",
		"10万左右":                 "100000.00 about",
		"10万以上":                 "100000.00..",
		"50万以内":                 "..500000.00",
		"不超过50万":                "..500000.00",
		"≥10万":                  "100000.00..",
		"1.005":                 "1.01",
		"0.125万":                "1250.00",
		"-":                     "",
		"暂无":                    "",
		"面议":                    "",
		"abc":                   "!amount.unreadable",
		"1,20":                  "!amount.unreadable",
		"1.2.3":                 "!amount.unreadable",
		"万元":                    "!amount.unreadable",
		"8-12-15万":              "!amount.unreadable",
		"13800138000亿":          "!amount.too_large",
		"99999999999999999999":  "!amount.too_large",
		strings.Repeat("9", 80): "!amount.unreadable",
		"2024-03-01":            "!amount.unreadable",
	} {
		if got := showAmount(ReadAmount(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestReadPercent(t *testing.T) {
	for in, want := range map[string]string{"15%": "15 true", "15％": "15 true", "0.5%": "0.5 true", "百分之十五": "15 true", "30": "30 true", "-5%": "-5 true", "-": "0 false", "many": "error"} {
		v, ok, err := ReadPercent(in)
		got := fmt.Sprint(v, ok)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func FuzzReadAmount(f *testing.F) {
	for _, s := range []string{"8-12万", "¥1,200.50", "叁拾万元整", "约500万美元以上", "(1,200)", "1.5亿"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ReadAmount(s)
		if err == nil && (a.Low > money.Max || a.High > money.Max || a.Low < -money.Max || a.HasLow && a.HasHigh && a.Low > a.High) {
			t.Errorf("%q reads as %v", s, a)
		}
		if m, ok := plainAmount(s); ok {
			if want, err := money.Parse(s); err != nil || m != want {
				t.Errorf("%q: %v, but plainly %v", s, m, want)
			}
		}
		ReadPercent(s)
	})
}

func BenchmarkReadAmount(b *testing.B) {
	for _, s := range []string{"1200.5", "¥1,200.50", "10万", "8-12万"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ReadAmount(s)
			}
		})
	}
}
