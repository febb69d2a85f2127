package demo

import (
	"fmt"
	"strings"
	"time"

	"genjin/internal/clock"
	"genjin/internal/cn/codes"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// customer is an invented customer with everything that happened, before any of it is written.
type customer struct {
	number     int // what codes and numbers are made of: no two customers of an installation share it
	city       city
	trade      *trade
	offer      offer
	kind       string
	core       string
	name       string
	size       int // 0 micro … 3 large
	quantity   int
	amount     int // in yuan
	registered int // minute of the calendar
	rep        int // which of the team's

	sender  int // number of the customer who sent them; -1 for nobody
	values  record.Values
	people  []contact
	touches []touch
}

// contact is a person at a customer.
type contact struct {
	person
	title, role, attitude string
	boss                  int // index of whom they report to; -1 for nobody
	values                record.Values
}

var sizes = []string{"micro", "small", "medium", "large"}

// maker makes customers.
type maker struct {
	*world
	seed     uint64
	calendar *calendar
	count    int // customers of the whole load
	offset   int // customers that were there before it
	touches  int // of each customer; 0 leaves it to chance
	contacts int // likewise
}

// make gives the i-th customer. It hangs on the options, the seed and the day, and on no other customer.
func (m *maker) make(i int) *customer {
	number := m.offset + i
	d := newDice(m.seed, number)
	c := &customer{number: number, sender: -1, registered: m.registered(d, i), rep: d.IntN(1 << 20), core: m.core(m.seed, number)}
	m.place(d, c)
	m.company(d, c)
	m.people(d, c)
	m.story(d, c)
	return c
}

// registered spreads the customers over the year, ever denser towards its end, in their order.
func (m *maker) registered(d dice, i int) int {
	share := (float64(i) + d.Float64()) / float64(m.count)
	return int(root(share) * float64(m.calendar.end()-workday))
}

func (m *maker) place(d dice, c *customer) {
	weights := make([]int, len(m.cities))
	for i := range m.cities {
		weights[i] = m.cities[i].weight
	}
	c.city = m.cities[d.odds(weights...)]
	c.kind = []string{"enterprise", "sole_trader", "public", "person"}[d.odds(89, 5, 4, 2)]
	c.trade = &m.world.trades[d.IntN(len(m.world.trades))]
	c.size = d.odds(18, 46, 27, 9)
	switch c.kind {
	case "enterprise":
		c.offer = pick(d, c.trade.offers)
	case "public":
		c.offer = m.offers[d.one("asset gate project service")]
	default:
		c.size, c.offer = 0, m.offers[d.one("sale pda board")]
	}
	c.quantity = d.quantity(c.offer.usual, c.size)
	c.amount = d.between(12, 90) * []int{500, 2000, 8000, 30_000}[c.size]
	c.amount -= c.amount % 1000
}

// quantity says how many of an offer a customer of a size wants.
func (d dice) quantity(usual string, size int) int {
	switch usual {
	case "few":
		return d.between(1, 3) * []int{1, 1, 2, 5}[size]
	case "many":
		return d.between(2, 9) * []int{10, 20, 60, 200}[size]
	}
	return d.between(2, 6) * []int{1, 2, 5, 20}[size]
}

// company fills in what a customer is.
func (m *maker) company(d dice, c *customer) {
	district := pick(d, c.city.districts)
	c.values = record.Values{
		"kind": c.kind, "region": district, "address": m.address(d),
		"expected_amount": int64(c.amount) * 100,
		"need":            fmt.Sprintf("计划上线%s，约%d%s，看重%s。", c.offer.name, c.quantity, c.offer.unit, c.offer.matters),
		"roles":           entity.List{m.role(d)}.Stored(), "industry": c.trade.industry,
	}
	m.source(d, c)
	if d.percent(30) {
		c.values["expected_amount_max"] = int64(c.amount) * 130
	}
	if d.percent(25) {
		c.values["remark"] = pick(d, m.words["remarks"])
	}
	switch c.kind {
	case "enterprise":
		m.enterprise(d, c, district)
	case "sole_trader":
		c.name = c.city.name + codes.Regions().Name(district) + c.core + pick(d, m.words["shops"])
		if district == c.city.code {
			c.name = c.city.name + c.core + pick(d, m.words["shops"])
		}
		c.values["size"], c.values["industry"] = "sole_trader", "5299"
		c.values["credit_code"] = creditCode("92", district, c.number)
	case "public":
		m.public(d, c, district)
	case "person":
		delete(c.values, "industry")
	}
	c.values["first_contact_on"] = string(clock.DateOf(m.calendar.at(c.registered)))
}

func (m *maker) enterprise(d dice, c *customer, district string) {
	place := c.city.short
	if d.percent(45) {
		place = c.city.name
	}
	form := []string{"有限公司", "有限责任公司", "股份有限公司", "集团有限公司"}[d.odds(86, 6, 5, 3)]
	c.name = place + c.core + pick(d, c.trade.words) + form
	if c.size < 2 {
		c.name = strings.NewReplacer("股份有限公司", "有限公司", "集团有限公司", "有限公司").Replace(c.name)
	}
	employees := d.between([]int{3, 20, 210, 820}[c.size], []int{18, 190, 780, 5200}[c.size])
	capital := pick(d, [][]int{{10, 50, 100}, {100, 200, 500, 600}, {1000, 2000, 3000}, {5000, 8000, 12_000, 30_000}}[c.size])
	founded := m.calendar.today.AddDate(-d.between(2, 24), 0, -d.between(0, 364))
	c.values["size"] = sizes[c.size]
	c.values["credit_code"] = creditCode("91", district, c.number)
	c.values["employees"] = int64(employees)
	c.values["annual_revenue"] = int64(employees) * int64(d.between(35, 120)) * 10_000 * 100
	c.values["registered_capital"] = int64(capital) * 10_000 * 100
	c.values["founded_on"] = string(clock.DateOf(founded))
	c.values["organisation_form"] = []string{"private", "foreign", "joint_venture", "state_owned", "listed"}[d.odds(80, 5, 5, 5, 5)]
	c.values["main_business"], c.values["main_products"] = c.trade.business, c.trade.products
	if d.percent(60) {
		c.values["website"] = "https://www." + domain(c)
	}
	if strings.HasPrefix(c.trade.industry, "52") && c.size > 0 {
		c.values["store_count"] = int64(d.between(3, 12) * (1 + c.size))
	}
}

func (m *maker) public(d dice, c *customer, district string) {
	if d.percent(50) {
		c.name = c.city.name + "第" + d.one("二 三 四 五 六 七 八 九") + "人民医院"
		c.values["industry"] = "8411"
	} else {
		c.name = c.city.name + c.core + "职业技术学校"
		c.values["industry"] = "8336"
	}
	c.values["size"] = sizes[max(c.size, 1)]
	c.values["credit_code"] = creditCode("12", district, c.number)
}

func (m *maker) role(d dice) string {
	return []string{"customer", "dealer", "partner"}[d.odds(88, 7, 5)]
}

func (m *maker) address(d dice) string {
	text := fmt.Sprintf("%s%d号", pick(d, m.words["streets"]), d.between(1, 320))
	if d.percent(65) {
		text += fmt.Sprintf("%s%d栋%d楼", pick(d, m.words["buildings"]), d.between(1, 9), d.between(1, 26))
	}
	return text
}

// source says how the customer was found.
func (m *maker) source(d dice, c *customer) {
	kinds := []string{"fair", "website", "referral", "cold_visit", "telesales", "advertising", "webinar", "platform", "inquiry", "other"}
	source := kinds[d.odds(18, 16, 15, 9, 14, 9, 6, 6, 5, 2)]
	c.values["source"] = source
	year := m.calendar.at(c.registered).Year()
	switch source {
	case "fair":
		c.values["source_detail"] = fmt.Sprintf("%d年%s%s", year, c.city.short, pick(d, m.words["fairs"]))
	case "webinar":
		c.values["source_detail"] = fmt.Sprintf("%d年%s线上分享会", year, c.offer.name)
	case "platform":
		c.values["source_detail"] = d.one("企业采购平台 行业信息网 本地商会群")
	case "referral":
		if c.number > 0 {
			c.sender = d.IntN(min(c.number, remembered))
		}
	}
}

// domain is an address of the reserved ending .example.
func domain(c *customer) string { return latin(c.core) + ".example" }

// people gives the customer contacts: the first is the main one.
func (m *maker) people(d dice, c *customer) {
	n := m.contacts
	if n <= 0 {
		n = []int{1, 2, 3, 4}[d.odds(30, 34, 24, 12)]
		if c.size == 0 {
			n = d.between(1, 2)
		}
	}
	if c.kind == "person" {
		n = 1
	}
	for k := range n {
		c.people = append(c.people, m.contact(d, c, k))
	}
	main := &c.people[0]
	if n > 1 && c.size > 0 {
		main.boss = 1
	}
	if c.kind == "person" {
		c.name = main.name()
		main.title, main.role = "", "decider"
		delete(main.values, "title")
		delete(main.values, "department")
	} else {
		c.values["legal_representative"] = m.boss(d, c)
	}
	c.values["name"] = c.name
	c.values["main_contact"], c.values["main_phone"] = main.name(), main.values["mobile"]
}

// boss gives the name of who represents the company in law: the one at the top, when known.
func (m *maker) boss(d dice, c *customer) string {
	for _, p := range c.people {
		if p.role == "decider" && p.boss < 0 {
			return p.name()
		}
	}
	return d.person(m.world).name()
}

// posts are what the contacts of a customer do, in the order in which one gets to know them. The second is the top.
var posts = []struct{ titles, department, role string }{
	{"采购经理 仓库主管 生产经理 信息部经理 运营经理", "", "influencer"},
	{"总经理 董事长 副总经理", "总经办", "decider"},
	{"采购专员 采购主管", "采购部", "buyer"},
	{"仓库主管 车间主任 财务经理 IT工程师", "", "user"},
	{"总经理助理 前台", "行政部", "gatekeeper"},
	{"设备工程师 计划主管", "生产部", "coach"},
}

func (m *maker) contact(d dice, c *customer, k int) contact {
	post := posts[k%len(posts)]
	p := contact{person: d.person(m.world), title: d.one(post.titles), role: post.role, boss: -1}
	switch {
	case c.size == 0 && k == 0:
		p.title, p.role = "老板", "decider"
	case c.kind == "public" && k == 1:
		p.title = "院长"
		if c.values["industry"] == "8336" {
			p.title = "校长"
		}
	}
	p.attitude = []string{"supports", "neutral", "opposes"}[d.odds(45, 45, 10)]
	switch {
	case k == 1 && c.size > 0:
	case k > 1 && d.percent(40):
		p.boss = 0
	case k > 1 && c.size > 0:
		p.boss = 1
	}
	p.values = record.Values{
		"name": p.name(), "title": p.title, "gender": "male", "mobile": mobile(c.number*len(posts) + k),
		"decision_role": p.role, "attitude": p.attitude,
	}
	if p.female {
		p.values["gender"] = "female"
	}
	if k == 0 {
		p.values["main"] = int64(1)
	}
	if post.department != "" && c.size > 0 {
		p.values["department"] = post.department
	}
	if d.percent(55) {
		p.values["email"] = p.latin() + "@" + domain(c)
	}
	if d.percent(60) {
		p.values["wechat"] = fmt.Sprintf("demo_%s%d", p.latin(), d.between(10, 99))
	}
	switch year := d.between(1968, 1998); {
	case d.percent(3): // soon
		day := m.calendar.today.AddDate(0, 0, d.between(0, 10))
		p.values["birthday"] = time.Date(year, day.Month(), min(day.Day(), 28), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case d.percent(25):
		p.values["birthday"] = time.Date(year, time.Month(d.between(1, 12)), d.between(1, 28), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return p
}

// grade gives the customer its grade by what it may bring.
func (c *customer) grade() (grade, reason string) {
	switch wan := c.amount / 10_000; {
	case wan >= 80:
		return "A", fmt.Sprintf("预计金额%d万元，决策链清晰", wan)
	case wan >= 20:
		return "B", fmt.Sprintf("预计金额%d万元", wan)
	case wan >= 6:
		return "C", ""
	case wan >= 2:
		return "D", ""
	}
	return "E", ""
}

// tags gives the built-in tags that fit.
func (c *customer) tags(d dice, stage string) entity.List {
	var tags entity.List
	active := stage == crm.StageInterested || stage == crm.StageNegotiating
	if active && d.percent(40) {
		tags = append(tags, "high_intent")
	}
	if active && d.percent(12) {
		tags = append(tags, "urgent")
	}
	if c.values["source"] == "referral" {
		tags = append(tags, "referral")
	}
	if c.amount >= 800_000 {
		tags = append(tags, "key")
	}
	return tags
}
