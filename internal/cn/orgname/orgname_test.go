package orgname

import (
	"strings"
	"testing"
	"unicode/utf8"

	"genjin/internal/cn/codes"
)

func TestRead(t *testing.T) {
	for name, want := range map[string]string{
		"深圳市华为技术有限公司":          "440300 华为技术",
		"华为技术有限公司":             " 华为技术",
		"华为技术（深圳）有限公司":         "440300 华为技术",
		"华为技术(深圳) 有限公司":        "440300 华为技术",
		"广东省深圳市南山区腾讯计算机系统有限公司": "440305 腾讯计算机系统",
		"上海浦东发展银行股份有限公司":       "310000 浦东发展银行",
		"北京银行股份有限公司":           "110000 银行",
		"中国移动通信集团有限公司":         " 中国移动通信",
		"新华三技术有限公司":            " 新华三技术",
		"重庆长安汽车股份有限公司":         "500000 长安汽车",
		"华为技术有限公司深圳分公司":        " 华为技术深圳分公司",
		"苏州市张三五金店":             "320500 张三五金店",
		"昆山市恒通机械厂":             "320583 恒通机械厂",
		"阿里巴巴（中国）网络技术有限公司":     " 阿里巴巴网络技术",
		"普华永道中天会计师事务所（特殊普通合伙）": " 普华永道中天会计师事务所",
		"万科企业股份有限公司（原深万科）":     " 万科企业",
		"美的集团":                          " 美的",
		"集团":                            " 集团",
		"深圳市":                           " 深圳市",
		"Huawei Technologies Co., Ltd.": " Huawei Technologies",
		"Siemens AG":                    " Siemens",
		"Bosch GmbH & Co. KG":           " Bosch",
		"Acme":                          " Acme",
		"ＡＢＣ科技有限公司":                     " ABC科技",
		"张三":                            " 张三",
		"":                              " ",
	} {
		p := Read(name)
		if got := p.Region + " " + p.Core; got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// Each line is one organisation; no two lines are the same.
func TestNormalize(t *testing.T) {
	seen := map[string]string{}
	for _, line := range []string{
		"深圳市华为技术有限公司|华为技术有限公司|华为技术（深圳）有限公司|华为技术有限责任公司|华为 技术 有限公司|深圳华为技术|华为技术(集团)股份有限公司|广东华为技术",
		"华为技术有限公司深圳分公司",
		"小米科技有限责任公司|北京小米科技有限公司",
		"北京银行|北京银行股份有限公司|北京市银行",
		"上海银行",
		"深圳市公安局",
		"广州市公安局",
		"深圳市水务（集团）有限公司|深圳水务集团",
		"广州水务集团",
		"北京大学",
		"南京大学",
		"深圳市人民医院",
		"广州市人民医院",
		"Huawei Technologies Co., Ltd.|huawei technologies|HUAWEI TECHNOLOGIES CO LTD|Huawei Technologies Company Limited",
		"Ａｂｃ　Ｉｎｃ．|ABC Inc|abc",
		"张三|张 三",
		"新华书店",
	} {
		first := ""
		for i, name := range strings.Split(line, "|") {
			got := Normalize(name)
			if i == 0 {
				if first = got; seen[got] != "" || got == "" {
					t.Errorf("%q is %q like %q", name, got, seen[got])
				}
				seen[got] = name
			}
			if got != first {
				t.Errorf("%q is %q, not %q", name, got, first)
			}
		}
	}
	if Normalize("-") != "" || Normalize("") != "" {
		t.Error("a placeholder is no name")
	}
}

func TestMnemonic(t *testing.T) {
	for name, want := range map[string]string{
		"深圳市华为技术有限公司": "SZHWJS", "华为技术有限公司": "HWJS", "华为技术（深圳）有限公司": "SZHWJS", "上海浦东发展银行股份有限公司": "SHPDFZYH",
		"重庆长安汽车股份有限公司": "CQCAQC", "昆山市恒通机械厂": "SZHTJXC", "张三": "ZS", "Acme Ltd": "ACME", "": "",
	} {
		if got := Mnemonic(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestShortName(t *testing.T) {
	for name, want := range map[string]string{"深圳市华为技术有限公司": "深圳华为技术", "华为技术有限公司": "华为技术", "Siemens AG": "Siemens"} {
		if got := ShortName(name); got != want {
			t.Errorf("%q: got %q", name, got)
		}
	}
}

func TestIsOrganisation(t *testing.T) {
	for _, name := range []string{"华为技术有限公司", "恒通机械厂", "张三五金店", "深圳市公安局", "Acme Ltd", "Siemens AG", "美的集团", "老王烧烤店", "Huawei Technologies Co., Ltd."} {
		if !IsOrganisation(name) {
			t.Errorf("%q is an organisation", name)
		}
	}
	for _, name := range []string{"张三", "李经理", "欧阳锋", "John Smith", "王院长", "", "李行", "Bo"} {
		if IsOrganisation(name) {
			t.Errorf("%q is a person", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"深圳市华为技术（深圳）有限公司", "((", "Co., Ltd.", "集团有限公司", "\xff公司(原"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{Normalize(s), Mnemonic(s), ShortName(s), Core(s)} {
			if !utf8.ValidString(got) {
				t.Errorf("%q gives %q", s, got)
			}
		}
		IsOrganisation(s)
	})
}

func BenchmarkOrgname(b *testing.B) {
	codes.Regions()
	lines()
	for _, name := range []string{"深圳市华为技术有限公司", "华为技术（深圳）有限公司", "Huawei Technologies Co., Ltd."} {
		b.Run("normalize/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Normalize(name)
			}
		})
		b.Run("mnemonic/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Mnemonic(name)
			}
		})
	}
}
