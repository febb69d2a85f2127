package line

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// show writes the fields that are filled.
func show(f Fields) string {
	var out []string
	add := func(name, value string) {
		if value != "" {
			out = append(out, name+"="+value)
		}
	}
	add("name", f.Name)
	add("company", f.Company)
	add("title", f.Title)
	for _, n := range f.Phones {
		add("phone", n.Display())
	}
	add("email", f.Email)
	add("wechat", f.WeChat)
	add("qq", f.QQ)
	add("web", f.Website)
	add("region", f.Region)
	add("rest", f.Rest)
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	for in, want := range map[string]string{
		"张总 13800138000 采购经理 要两台":                      "name=张总 title=采购经理 phone=13800138000 rest=要两台",
		"深圳华为技术有限公司 李经理 13900139000 求购网关":              "name=李经理 company=深圳华为技术有限公司 title=经理 phone=13900139000 rest=求购网关",
		"深圳华为技术有限公司李经理13900139000，求购网关":                "name=李经理 company=深圳华为技术有限公司 title=经理 phone=13900139000 rest=求购网关",
		"张总13800138000采购经理要两台":                         "name=张总 phone=13800138000 rest=采购经理要两台",
		"张三 138 0013 8000 010-62552288转8012":           "name=张三 phone=13800138000 phone=010-62552288-8012",
		"张三采购经理 13800138000":                           "name=张三 title=采购经理 phone=13800138000",
		"王小明 13800138000（微信同号） 恒通机械厂 深圳":               "name=王小明 company=恒通机械厂 phone=13800138000 wechat=13800138000 region=440300",
		"姓名：张三 公司：恒通 职务：采购 电话：13800138000 需求：两台水泵":     "name=张三 company=恒通 title=采购 phone=13800138000 rest=两台水泵",
		"联系人 李四\n电话 0755-83668888\n邮箱 li@example.com":  "name=李四 phone=0755-83668888 email=li@example.com rest=联系人",
		"欧阳女士 微信 ouyang_2024 QQ12345678":               "name=欧阳女士 wechat=ouyang_2024 qq=12345678",
		"John Smith +1 650-253-0000 Acme Ltd":          "name=John Smith company=Acme Ltd phone=+1 650-253-0000",
		"要200台网关 预算100000 下周一":                         "rest=要200台网关 预算100000 下周一",
		"2024-03-01 王工 来电":                             "name=王工 rest=2024-03-01 来电",
		"上海 方案 陈静 13900139000":                         "name=陈静 phone=13900139000 region=310000 rest=方案",
		"陈总 139****1234":                               "name=陈总 phone=139****1234",
		"广州市白云区恒通商行 老板 13800138000 www.example.com 看货": "company=广州市白云区恒通商行 title=老板 phone=13800138000 web=www.example.com rest=看货",
		"": "",
		"Huawei Technologies Co., Ltd. 李雷 13800138000": "name=李雷 company=Huawei Technologies Co., Ltd phone=13800138000",
		"随便看看": "rest=随便看看",
	} {
		if got := show(Read(in)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"张总 13800138000 采购经理 要两台", "公司：\x01集团李经理", "微信 a_b-c1234 (微信同号) QQ 12345", "+86(0)755-83668888转1 a@b.cc\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := fmt.Sprint(Read(s))
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q gives %q", s, got)
		}
		if strings.Contains(Read(s).Rest, phoneMark) {
			t.Errorf("%q: a mark is left", s)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Read("深圳华为技术有限公司 李经理 13900139000 求购网关")
	}
}
