package demo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"genjin/internal/cn/pinyin"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// touch is one follow-up of a customer.
type touch struct {
	minute  int    // of the calendar, when it happened
	written int    // minutes later, when it was written down
	person  int    // the contact
	stage   string // to which it brought the customer; "" for none
	values  record.Values
	after   record.Values // what changes on the customer besides
	plan    record.Values // what more the plan says that it made
	moved   *postponement // of that plan; nil for none
	comment string        // by the supervisor; "" for none

	confirmed bool // the customer's data
}

// postponement moves a plan, some time before it was due.
type postponement struct {
	at     time.Time
	values record.Values
}

// root makes what is evenly spread denser towards 1.
func root(share float64) float64 { return math.Pow(share, 0.7) }

// latin spells a word without spaces.
func latin(word string) string { return strings.Join(pinyin.Full(word), "") }

// paths are the stages a customer goes through to each end.
var paths = map[string][][]string{
	crm.StageProspect:    {{}},
	crm.StageInterested:  {{crm.StageInterested}},
	crm.StageNegotiating: {{crm.StageInterested, crm.StageNegotiating}},
	crm.StageWon:         {{crm.StageInterested, crm.StageNegotiating, crm.StageWon}},
	crm.StageLost: {
		{crm.StageLost},
		{crm.StageInterested, crm.StageLost},
		{crm.StageInterested, crm.StageNegotiating, crm.StageLost},
	},
}

// phases name the talk of a stage, and that of the move to it.
var phases = map[string]struct{ in, to string }{
	crm.StageProspect:    {in: "cold"},
	crm.StageInterested:  {in: "talk", to: "warm"},
	crm.StageNegotiating: {in: "deal", to: "offer"},
	crm.StageWon:         {in: "care", to: "win"},
	crm.StageLost:        {in: "dead", to: "lose"},
}

// story tells what happened with the customer: it ends in a stage that its age allows.
func (m *maker) story(d dice, c *customer) {
	stage := m.ending(d, c)
	path := pick(d, paths[stage])
	n := m.touches
	if n <= 0 {
		n = min(8, len(path)+1+d.between(1, 4))
	}
	path = path[max(0, len(path)-n):]
	minutes := m.minutes(d, c, stage, n)
	moves := moves(d, n, len(path))
	told := map[string]int{}
	at := crm.StageProspect
	for k := range n {
		phase := phases[at].in
		if k == 0 {
			phase = "open"
		}
		t := touch{minute: minutes[k], written: d.between(5, 40), person: d.odds(6, 2, 1, 1) % len(c.people)}
		if len(moves) > 0 && moves[0] == k {
			moves, at, path = moves[1:], path[0], path[1:]
			t.stage, phase = at, phases[at].to
		}
		m.tell(d, c, &t, phase, told)
		c.touches = append(c.touches, t)
	}
	m.plans(d, c, stage)
	m.confirm(d, c, stage)
	m.remark(d, c)
	m.standing(d, c, stage)
}

// ending chooses the stage a customer has come to; new ones have not come far.
func (m *maker) ending(d dice, c *customer) string {
	stages := []string{crm.StageProspect, crm.StageInterested, crm.StageNegotiating, crm.StageWon, crm.StageLost}
	switch days := (m.calendar.end() - c.registered) / workday; {
	case days < 8:
		return stages[d.odds(60, 34, 6, 0, 0)]
	case days < 50:
		return stages[d.odds(26, 34, 20, 12, 8)]
	default:
		return stages[d.odds(14, 20, 13, 33, 20)]
	}
}

// minutes says when the touches were: the first soon, the last lately unless the matter is over, the rest in between.
func (m *maker) minutes(d dice, c *customer, stage string, n int) []int {
	first := c.registered + d.between(5, 120)
	end := m.calendar.end() - 1
	last := end - d.between(0, 12*workday)
	switch stage {
	case crm.StageWon: // visited every month
		last = end - d.between(0, 19*workday)
	case crm.StageLost: // asked once more within the quarter
		last = max(first+(end-first)*d.between(30, 100)/100, end-d.between(0, 60*workday))
	}
	const apart = 20 // at least, so that the order stands
	last = min(end, max(last, first+apart*n+d.between(0, (end-first)/2)))
	out := []int{first}
	for range n - 2 {
		out = append(out, d.between(first+apart, max(first+apart, last-apart)))
	}
	if n > 1 {
		out = append(out, last)
	}
	slices.Sort(out)
	for k := 1; k < n; k++ {
		out[k] = max(out[k], out[k-1]+apart)
	}
	for k, ceiling := n-1, end; k >= 0; k, ceiling = k-1, ceiling-1 {
		out[k] = min(out[k], ceiling)
	}
	return out
}

// moves chooses which of n touches bring the customer on, in their order.
func moves(d dice, n, count int) []int {
	all := d.Perm(n)[:min(n, count)]
	slices.Sort(all)
	return all
}

// tell writes a touch down in the words of a phase, other ones than before where there are any.
func (m *maker) tell(d dice, c *customer, t *touch, phase string, told map[string]int) {
	l := m.line(d, phase, c.people[t.person].role == "decider", told)
	fill := strings.NewReplacer(
		"{人}", c.people[t.person].address(c.people[t.person].title),
		"{品}", c.offer.name,
		"{量}", fmt.Sprintf("%d%s", c.quantity, c.offer.unit),
		"{点}", strings.Split(c.offer.matters, "、")[0],
		"{额}", yuan(c.amount),
		"{期}", d.one("本周五 下周一 月底 下月初"),
	).Replace
	t.values = record.Values{"way": l.way, "result": l.result, "content": fill(l.content), "next_action": fill(l.next)}
	if l.feedback != "" {
		t.values["feedback"] = fill(l.feedback)
	}
	switch phase {
	case "lose":
		t.after = record.Values{"stage": crm.StageLost, "loss_reason": l.reason, "stage_note": fill(l.content)}
	case "win":
		t.after = record.Values{"business_from": m.calendar.at(t.minute).Format(time.DateOnly)}
		if code, ok := c.values["credit_code"]; ok {
			t.after["tax_number"] = code
		}
	}
}

// line gives what is said in a phase: after a random beginning one line after the other. One does not speak to the boss
// of the boss.
func (m *maker) line(d dice, phase string, boss bool, told map[string]int) line {
	lines := m.talk[phase]
	if told[phase] == 0 {
		told[phase] = 1 + d.IntN(len(lines))
	}
	for range lines {
		l := lines[told[phase]%len(lines)]
		told[phase]++
		if said := l.content + l.feedback; !boss || !strings.Contains(said, "老板") && !strings.Contains(said, "领导") {
			return l
		}
	}
	return lines[0]
}

// yuan writes an amount as people say it.
func yuan(amount int) string {
	if amount >= 10_000 && amount%10_000 == 0 {
		return fmt.Sprintf("%d万元", amount/10_000)
	}
	if amount >= 10_000 {
		return fmt.Sprintf("%.1f万元", float64(amount)/10_000)
	}
	return fmt.Sprintf("%d元", amount)
}

// plans says when each touch wanted the next, and what is planned now: a few days overdue with some whose matter is open,
// due today with others, and ahead with most. With some only the cadence says when; with those who are lost nothing is
// planned.
func (m *maker) plans(d dice, c *customer, stage string) {
	for k := range len(c.touches) - 1 {
		if c.touches[k].stage != crm.StageLost {
			m.appointment(d, &c.touches[k], &c.touches[k+1])
		}
	}
	last := &c.touches[len(c.touches)-1]
	overdue, today, ahead, furthest := 16, 10, 70, 20
	switch stage {
	case crm.StageWon:
		overdue, today, ahead, furthest = 0, 5, 65, 60
	case crm.StageLost:
		return
	}
	if stage != crm.StageWon && m.calendar.end()-last.minute <= 3*workday {
		ahead = 40 // who was spoken to just now is soon due again by the cadence
	}
	days := m.calendar.lately(last.minute)
	switch d.odds(overdue, today, ahead, 100-overdue-today-ahead) {
	case 0:
		if days > 0 {
			last.values["next_at"] = m.calendar.half(m.calendar.end() - d.between(1, days)*workday + d.IntN(workday)).UnixMilli()
			break
		}
		fallthrough
	case 1:
		last.values["next_at"] = m.calendar.ahead(0, d.IntN(workday)).UnixMilli()
	case 3:
		if stage == crm.StageWon || m.calendar.end()-last.minute <= 3*workday {
			return
		}
		fallthrough
	case 2:
		last.values["next_at"] = m.calendar.ahead(d.between(1, furthest), d.IntN(workday)).UnixMilli()
		m.excuse(d, last, stage, last.values["next_at"].(int64))
	}
	m.details(d, c, last)
}

// appointment plans the next touch at the last one: mostly it came in time, else late or put off.
func (m *maker) appointment(d dice, t, next *touch) {
	soonest := t.minute + t.written + 60
	at := min(next.minute+29, m.calendar.end()-1)
	if early := next.minute - d.between(30, 3*workday); d.percent(25) && early > soonest {
		at = early
	}
	planned := m.calendar.half(at)
	if !planned.After(m.calendar.at(t.minute).Add(time.Duration(t.written) * time.Minute)) {
		return
	}
	t.values["next_at"] = planned.UnixMilli()
	if at < next.minute && d.percent(60) {
		to := m.calendar.half(min(next.minute+29, m.calendar.end()-1))
		t.moved = &postponement{planned.Add(-time.Minute * time.Duration(d.between(5, 25))), record.Values{
			"planned_at": to.UnixMilli(), "postpone_reason": pick(d, m.words["postponed"]),
		}}
	}
	m.excuse(d, t, t.stage, planned.UnixMilli())
}

// excuse says why a plan is later than customers are usually followed up.
func (m *maker) excuse(d dice, t *touch, stage string, at int64) {
	const usual = 7 * 24 * time.Hour
	if stage != crm.StageWon && time.UnixMilli(at).Sub(m.calendar.at(t.minute)) > usual {
		t.values["later_reason"] = pick(d, m.words["later"])
	}
}

// details says of some plans how long they take, where, and when their owner is reminded.
func (m *maker) details(d dice, c *customer, t *touch) {
	switch way := t.values["way"]; {
	case way == "visit" || way == "meeting" || way == "meeting_in_person":
		t.plan = record.Values{"place": c.values["address"], "minutes": int64(d.between(2, 6) * 30), "remind": entity.List{"60", "1440"}.Stored()}
	case d.percent(25):
		t.plan = record.Values{"minutes": int64(d.between(1, 2) * 30), "remind": entity.List{"15"}.Stored()}
	}
}

// confirm lets most owners confirm the data of their customers when it is time to.
func (m *maker) confirm(d dice, c *customer, stage string) {
	const from = 160 * 24 * time.Hour
	since := m.calendar.at(c.registered)
	for k := range c.touches {
		t := &c.touches[k]
		at := m.calendar.at(t.minute)
		if stage == crm.StageLost || at.Sub(since) < from || d.percent(15) {
			continue
		}
		since, t.confirmed = at, true
	}
}

// remark lets the supervisor say something of some touches of the last days.
func (m *maker) remark(d dice, c *customer) {
	if t := &c.touches[len(c.touches)-1]; m.calendar.lately(t.minute) < 3 && d.percent(20) {
		t.comment = pick(d, m.words["comments"])
	}
}

// standing fills in what follows from the stage.
func (m *maker) standing(d dice, c *customer, stage string) {
	c.values["tags"] = c.tags(d, stage).Stored()
	if stage != crm.StageProspect || d.percent(40) {
		grade, reason := c.grade()
		c.values["grade"] = grade
		if reason != "" {
			c.values["grade_reason"] = reason
		}
	}
	if d.percent(6) {
		c.values["unwelcome_time"] = d.one("午休 周一上午 月底盘点 每周三下午")
	}
}

// brief gives the customer's values as of the end of the story, for those that come without its history.
func (c *customer) brief(cal *calendar) record.Values {
	values := record.Values{}
	for name, value := range c.values {
		values[name] = value
	}
	for _, t := range c.touches {
		if t.stage != "" {
			values["stage"] = t.stage
		}
		for name, value := range t.after {
			values[name] = value
		}
	}
	last := c.touches[len(c.touches)-1]
	values["last_followup_at"] = cal.at(last.minute).UnixMilli()
	if next, ok := last.values["next_at"]; ok {
		values["next_followup_at"] = next
	}
	return values
}
