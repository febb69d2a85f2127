package phone

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// show writes numbers as "kind String" for comparison.
func show(numbers []Number) string {
	var parts []string
	for _, n := range numbers {
		parts = append(parts, string(n.Kind)+" "+n.String())
	}
	return strings.Join(parts, ", ")
}

func key(err error) string {
	e, ok := errs.As(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return e.Key
}

// decided says what the product makes of those vectors where it differs from the library.
var decided = map[string]string{
	"1.3800138E+10":            "mobile +8613800138000",
	"13800138000.0":            "mobile +8613800138000",
	"010-62552288-8012":        "landline +861062552288;ext=8012",
	"010-62552288转8012":        "landline +861062552288;ext=8012",
	"0592-32658852":            "!phone.landline",
	"62552288":                 "!phone.no_area_code",
	"95588":                    "service 95588",
	"10086":                    "service 10086",
	"12012345678":              "!phone.unknown_prefix",
	"1380013800":               "!phone.mobile_short",
	"138001380001":             "!phone.mobile_long",
	"13800138000/13900139000":  "mobile +8613800138000, mobile +8613900139000",
	"13800138000,010-62552288": "mobile +8613800138000, landline +861062552288",
	"13800138000、13900139000":  "mobile +8613800138000, mobile +8613900139000",
	"13800138000;13900139000":  "mobile +8613800138000, mobile +8613900139000",
	"13800138000 13900139000":  "mobile +8613800138000, mobile +8613900139000",
	"13800138000（微信同号）":        "mobile +8613800138000",
	"\u202d13800138000\u202c":  "mobile +8613800138000",
	"-":                        "",
	"无":                        "",
}

func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/phones_cn.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		input, e164, ext := row[0], row[3], row[4]
		want, ok := decided[input]
		if !ok {
			if row[1] != "true" {
				t.Errorf("%q: undecided", input)
			}
			want = e164
			if ext != "" {
				want += ";ext=" + ext
			}
		}
		numbers, err := Parse(input)
		got := show(numbers)
		if err != nil {
			got = "!" + key(err)
		}
		if !ok {
			_, got, _ = strings.Cut(got, " ")
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", input, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"暂无":               "",
		"N/A":              "",
		"张总 138 0013 8000": "mobile +8613800138000",
		"手机：13800138000\n座机：010-62552288": "mobile +8613800138000, landline +861062552288",
		"电话1:13800138000 电话2:13900139000": "mobile +8613800138000, mobile +8613900139000",
		"302室 13800138000":                "mobile +8613800138000",
		"013800138000":                    "mobile +8613800138000",
		"+86 (0)755 8366 8888":            "landline +8675583668888",
		"+86-755-83668888":                "landline +8675583668888",
		"86 0755 83668888":                "landline +8675583668888",
		"75583668888":                     "landline +8675583668888",
		"2162552288":                      "landline +862162552288",
		"1062552288":                      "landline +861062552288",
		"0755-83668888-801":               "landline +8675583668888;ext=801",
		"0592-5214785-8":                  "landline +865925214785;ext=8",
		"010 62552288 8012":               "landline +861062552288;ext=8012",
		"010-62552288x801":                "landline +861062552288;ext=801",
		"010-62552288 转分机 801":            "landline +861062552288;ext=801",
		"010-62552288（分机801）":             "landline +861062552288;ext=801",
		"17012345678转1234":                "mobile +8617012345678;ext=1234",
		"400-812-0558转2":                  "service +864008120558;ext=2",
		"010-62552288/89":                 "landline +861062552288, landline +861062552289",
		"010-62552288、62552299":           "landline +861062552288, landline +861062552299",
		"13800138000-13900139000":         "mobile +8613800138000, mobile +8613900139000",
		"13800138000/13800138000":         "mobile +8613800138000",
		"00852 5123 4567":                 "international +85251234567",
		"852-51234567":                    "international +85251234567",
		"+49 30 901820":                   "international +4930901820",
		"+1 650-253-0000 13800138000":     "international +16502530000, mobile +8613800138000",
		"139****1234":                     "masked 139****1234",
		"139＊＊＊＊1234":                     "masked 139****1234",
		"139xxxx1234":                     "masked 139****1234",
		"138××××5678/138 **** 5679":       "masked 138****5678, masked 138****5679",
		"0755-****8888":                   "masked 0755-****8888",
		"120":                             "service 120",
		"12345":                           "service 12345",
		"962288":                          "service 962288",
		"13800138000.00":                  "mobile +8613800138000",
		"1.39E+10":                        "!phone.lost_digits",
		"1.38001E+10":                     "!phone.lost_digits",
		"13800138000 或 1390013900":        "mobile +8613800138000 !phone.mobile_short",
		"微信联系":                            "!phone.none",
		"12":                              "!phone.too_short",
		"李工2":                             "!phone.too_short",
		"14412345678":                     "!phone.unknown_prefix",
		"19412345678":                     "!phone.unknown_prefix",
		"+852 123":                        "!phone.foreign",
		"6505550143":                      "!phone.unknown",
		"138********":                     "masked 138********",
		"1**********":                     "!phone.masked",
		"1380013800013900139000":          "!phone.mobile_long",
		strings.Repeat("1", 1001):         "!phone.text_too_long",
	} {
		numbers, err := Parse(in)
		got := show(numbers)
		if err != nil {
			got = strings.TrimSpace(got + " !" + key(err))
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestReaderArea(t *testing.T) {
	numbers, err := Reader{Area: "0592"}.Parse("5214785")
	if err != nil || show(numbers) != "landline +865925214785" {
		t.Errorf("got %s, %v", show(numbers), err)
	}
}

func TestParseOne(t *testing.T) {
	if n, err := ParseOne("+86 138 0013 8000"); err != nil || n.National != "13800138000" {
		t.Errorf("got %v, %v", n, err)
	}
	if _, err := ParseOne("-"); key(err) != "phone.none" {
		t.Errorf("a placeholder is no number: %v", err)
	}
	if _, err := ParseOne("123456"); err == nil {
		t.Error("123456 is no number")
	}
}

func TestFormatAndDigits(t *testing.T) {
	for stored, want := range map[string][2]string{
		"+8613800138000":         {"13800138000", "13800138000"},
		"+861062552288":          {"010-62552288", "01062552288"},
		"+861062552288;ext=8012": {"010-62552288-8012", "01062552288"},
		"+8675583668888":         {"0755-83668888", "075583668888"},
		"+864008120558":          {"400-812-0558", "4008120558"},
		"+16502530000":           {"+1 650-253-0000", "16502530000"},
		"+85251234567":           {"+852 5123 4567", "85251234567"},
		"95588":                  {"95588", "95588"},
		"139****1234":            {"139****1234", "1391234"},
		"something else":         {"something else", ""},
		"":                       {"", ""},
	} {
		if got := Format(stored); got != want[0] {
			t.Errorf("Format(%q) = %q, want %q", stored, got, want[0])
		}
		if got := Digits(stored); got != want[1] {
			t.Errorf("Digits(%q) = %q, want %q", stored, got, want[1])
		}
	}
}

// The fast path's prefixes are the library's, for every five-digit beginning.
func TestPrefixesAgreeWithLibrary(t *testing.T) {
	for p := 10000; p < 20000; p++ {
		s := fmt.Sprintf("%d123456", p)
		n, err := phonenumbers.Parse(s, "CN")
		want := err == nil && phonenumbers.GetNumberType(n) == phonenumbers.MOBILE
		if got := isMobile(s); got != want {
			t.Fatalf("%s: fast path says %v, the library %v", s, got, want)
		}
	}
}

func TestMessagesExist(t *testing.T) {
	for _, in := range []string{"1380013800", "138001380001", "12012345678", "62552288", "0592-32658852", "+852 1", "12", "1.38E+10", "微信", "1**********", "6505550143", "99999999999999"} {
		_, err := Parse(in)
		e, ok := errs.As(err)
		if !ok || e.Message(i18n.ZH) == e.Key || strings.ContainsAny(e.Message(i18n.ZH)+e.Message(i18n.EN), "{}") {
			t.Errorf("%q: no sentence for %v", in, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for in := range decided {
		f.Add(in)
	}
	f.Add("+86 (0)755/89、转8 139xxxx1234 1.3E+10;ext=")
	f.Fuzz(func(t *testing.T, s string) {
		numbers, _ := Parse(s)
		for _, n := range numbers {
			again, err := ParseOne(n.String())
			if err != nil || again != n {
				t.Errorf("%q: %q does not read back: %v, %v", s, n, again, err)
			}
			if Format(n.String()) != n.Display() {
				t.Errorf("%q: shown as %q and as %q", s, Format(n.String()), n.Display())
			}
		}
		Format(s)
		Digits(s)
	})
}

func BenchmarkParse(b *testing.B) {
	for name, s := range map[string]string{"mobile": "13800138000", "spaced": "138 0013 8000", "landline": "0755-83668888", "two": "13800138000/13900139000", "empty": "-"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(s)
			}
		})
	}
}
