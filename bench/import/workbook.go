package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"genjin/internal/sheet"
)

const workbook = "customers.xlsx"

// columns are those of the workbook, as people name them.
var columns = []string{
	"客户名称", "所属行业", "省份", "城市", "地址", "客户来源", "跟进阶段", "客户等级", "标签", "预计成交金额", "首次接触时间", "联系人", "职务", "手机", "邮箱",
}

var (
	places = [][2]string{
		{"广东省", "深圳市"}, {"广东省", "广州市"}, {"江苏省", "苏州市"}, {"浙江省", "杭州市"}, {"山东省", "青岛市"}, {"四川省", "成都市"}, {"湖北省", "武汉市"}, {"福建省", "厦门市"},
	}
	brands     = []rune("安邦博诚达德恒丰冠光海汉宏华汇吉佳嘉金锦晶久聚凯康科坤朗力联龙美明能鹏普奇启强庆荣瑞润三森尚盛胜世顺思泰腾天通同万威维伟文西祥新信兴旭亚洋益银永友宇源远云展兆正志智中众卓")
	trades     = []string{"精密机械", "电子科技", "新材料", "自动化设备", "生物医药", "信息技术", "食品", "物流", "建筑工程", "环保科技"}
	industries = []string{"制造业", "软件和信息技术服务业", "批发业", "零售业", "建筑业", "餐饮业"}
	sources    = []string{"展会", "官网", "转介绍", "陌拜", "电话营销", "广告"}
	stages     = []string{"潜在", "意向", "谈判中", "成交"}
	tags       = []string{"高意向", "紧急", "需重点跟进", "高意向、紧急", ""}
	surnames   = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗")
	given      = []rune("伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英建华文玉志红")
	positions  = []string{"采购经理", "总经理", "技术总监", "工程师", "财务经理", "销售总监"}
	roads      = []string{"科技园路", "人民路", "工业大道", "创新路", "高新一路"}
)

// makeWorkbook writes customers with one contact each, the same for the same number of rows.
func makeWorkbook(name string, rows int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	out := sheet.NewXLSX(f, sheet.XLSXOptions{Sheet: "客户"})
	head := make([]sheet.Column, len(columns))
	for i, title := range columns {
		head[i].Title = title
	}
	if err := out.Header(head); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same rows each time
	for i := range rows {
		if err := out.Row(customer(r, i)); err != nil {
			return err
		}
	}
	return out.Close()
}

func customer(r *rand.Rand, i int) []sheet.Value {
	place := places[i%len(places)]
	n := len(brands)
	brand := string([]rune{brands[i%n], brands[i/n%n], brands[i/n/n%n]})
	name := place[1][:6] + brand + pick(r, trades) + "有限公司"
	person := string(pick(r, surnames)) + string(pick(r, given)) + string(pick(r, given))
	day := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(1000))
	return []sheet.Value{
		sheet.Str(name), sheet.Str(pick(r, industries)), sheet.Str(place[0]), sheet.Str(place[1]),
		sheet.Str(fmt.Sprintf("%s%s%d号", place[1], pick(r, roads), 1+r.IntN(900))), sheet.Str(pick(r, sources)), sheet.Str(pick(r, stages)),
		sheet.Str(string(rune('A' + r.IntN(4)))), sheet.Str(pick(r, tags)), sheet.Money(int64(r.IntN(900)+10) * 100_000), sheet.Day(day),
		sheet.Str(person), sheet.Str(pick(r, positions)), sheet.Str(fmt.Sprintf("13%09d", i*7919%1_000_000_000)),
		sheet.Str(fmt.Sprintf("contact%d@example.com", i)),
	}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
