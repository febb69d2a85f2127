package uscc

import (
	"encoding/csv"
	"os"
	"testing"

	"genjin/internal/cn/codes"
	"genjin/internal/errs"
	"genjin/internal/i18n"
)

func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/uscc.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		code := Normalize(row[0])
		if got := Check(code) == nil; got != (row[1] == "1") {
			t.Errorf("%q (%s): valid is %v", row[0], row[2], got)
		}
		if row[1] == "1" && len(codes.Regions().Current(Region(code))) == 0 {
			t.Errorf("%s: region %s is unknown", code, Region(code))
		}
	}
}

func TestReasons(t *testing.T) {
	for code, want := range map[string]string{
		"91110000600037341L": "", "": "",
		"91110000600037341N": "uscc.check_digit",
		"9111000060003IOZSV": "uscc.character",
		"A1110000600037341L": "uscc.check_digit",
		"91A10000600037341L": "uscc.character",
		"9111000060003734":   "uscc.length",
		"110108000000001":    "uscc.registration",
		"600037341":          "uscc.organisation",
		"统一社会信":              "uscc.length",
	} {
		err := Check(code)
		got := ""
		if e, ok := errs.As(err); ok {
			got = e.Key
			if e.Message(i18n.ZH) == e.Key {
				t.Errorf("%s has no sentence", e.Key)
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{" 91110000600037341l ": "91110000600037341L", "9111 0000 6000 3734 1L": "91110000600037341L", "９１１１００００６０００３７３４１Ｌ": "91110000600037341L", "-": "", "无": ""} {
		if got := Normalize(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

func TestParts(t *testing.T) {
	if got := Region("91110000600037341L") + " " + Organisation("91110000600037341L"); got != "110000 600037341" {
		t.Errorf("got %s", got)
	}
	if Region("x") != "" || Organisation("") != "" {
		t.Error("an invalid code has no parts")
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("91110000600037341L")
	f.Fuzz(func(t *testing.T, s string) {
		code := Normalize(s)
		if Normalize(code) != code {
			t.Errorf("%q → %q is not settled", s, code)
		}
		Check(code)
	})
}

func BenchmarkCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Check(Normalize("91110000600037341L"))
	}
}
