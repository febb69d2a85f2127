package demo

import (
	"context"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// mostLeads is how many leads there are, however many customers.
const mostLeads = 60

// prospect is a lead with how far it comes.
type prospect struct {
	*customer
	end string // of leadEnds
	at  int    // the minute in which it was registered
	id  id.ID
}

// leadEnds are how far leads come, and how many of a hundred.
var leadEnds = []struct {
	end string
	of  int
}{
	{"waits", 20},
	{"returned", 6},
	{"passed", 10},
	{"planned", 8},
	{crm.LeadWorking, 14},
	{crm.LeadNeed, 10},
	{crm.LeadProposal, 6},
	{"converted", 14},
	{crm.LeadLost, 5},
	{crm.LeadParked, 4},
	{crm.LeadInvalid, 3},
}

// findLeads has people register leads in the last weeks and work them, unless there are some.
func (l *loader) findLeads(ctx context.Context) error {
	return l.store.WriteAlone(ctx, access.System("demo"), audit.Demo, func(s *record.Session) error {
		var there int
		if err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM lead`).Scan(&there); err != nil || there > 0 {
			return err
		}
		for i := range min(mostLeads, l.options.Customers/3) {
			if err := l.live(ctx, s, l.prospect(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// prospect makes the i-th lead, of a company that is no customer yet.
func (l *loader) prospect(i int) *prospect {
	d := newDice(l.options.Seed, -2-i)
	others := *l.maker
	others.offset += l.options.Customers
	p := &prospect{customer: others.make(i)}
	weights := make([]int, len(leadEnds))
	for k, e := range leadEnds {
		weights[k] = e.of
	}
	p.end = leadEnds[d.odds(weights...)].end
	end := l.maker.calendar.end()
	p.at = end - d.between(4*workday, 22*workday)
	if p.end == "waits" || p.end == "returned" {
		p.at = end - d.between(30, 2*workday)
	}
	return p
}

// live registers a lead and does with it what happens, each thing at its time.
func (l *loader) live(ctx context.Context, s *record.Session, p *prospect) error {
	d := newDice(l.options.Seed, -1000-p.number)
	rep, boss := l.rep(p.customer), l.company.above(p.city.team)
	minute := p.at
	then := func(by *access.Actor, low, high int) {
		minute = min(minute+d.between(low, high), l.maker.calendar.end()-1)
		s.Tx.Now, s.Actor = l.maker.calendar.at(minute), by
	}
	then(rep, 0, 0)
	var err error
	if p.id, err = createOne(ctx, s, "lead", l.leadOf(d, p)); err != nil || p.end == "waits" {
		return err
	}
	then(boss, 30, workday)
	if done, err := l.review(ctx, s, d, p, rep); done || err != nil {
		return err
	}
	then(rep, 20, 200)
	plan := &crm.Followup{
		Owned: record.Owned{OwnerID: rep.ID}, LeadID: p.id, State: crm.FollowupPlanned, Way: "call",
		PlannedAt: clock.At(l.maker.calendar.half(minute + workday/2)), Purpose: pick(d, l.maker.words["lead_goals"]),
	}
	if p.end == "planned" {
		plan.PlannedAt = clock.At(l.maker.calendar.ahead(1+d.IntN(2), 60*d.IntN(6)))
	}
	if err := record.Create(ctx, s, plan); err != nil || p.end == "planned" {
		return err
	}
	then(rep, 60, workday)
	_, err = record.Update(ctx, s, plan.ID, 0, func(f *crm.Followup) error {
		f.State, f.HappenedAt, f.Content, f.Result = crm.FollowupDone, clock.At(s.Tx.Now.Add(-20*time.Minute)), pick(d, l.maker.words["lead_talks"]), "interested"
		if p.end == crm.LeadNeed || p.end == crm.LeadProposal {
			f.LeadState = p.end
		}
		if p.end != crm.LeadLost {
			f.NextAt = clock.At(l.maker.calendar.ahead(1+d.IntN(4), 60*d.IntN(7)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	then(rep, workday/4, workday)
	switch p.end {
	case crm.LeadLost:
		return crm.MoveLead(ctx, s, p.id, crm.Outcome{State: crm.LeadLost, LossReason: d.one("budget competitor price need_changed"), Note: pick(d, l.maker.words["lead_talks"])})
	case "converted":
		_, err = crm.ConvertLead(ctx, s, p.id, crm.Conversion{})
	}
	return err
}

// review has the supervisor decide about a lead. Done says that it goes no further.
func (l *loader) review(ctx context.Context, s *record.Session, d dice, p *prospect, rep *access.Actor) (done bool, err error) {
	r := crm.Review{Result: crm.ReviewPass, Owner: rep.ID, Opinion: pick(d, l.maker.words["lead_opinions"])}
	switch p.end {
	case "returned":
		r = crm.Review{Result: crm.ReviewReturn, Lacking: entity.List{"need", "budget"}, Opinion: "请补充需求和预算"}
	case crm.LeadParked:
		r = crm.Review{Result: crm.ReviewPark, ParkUntil: clock.DateOf(s.Tx.Now.In(l.store.Zone()).AddDate(0, 2, 0)), Opinion: "预算要到下个季度"}
	case crm.LeadInvalid:
		r = crm.Review{Result: crm.ReviewInvalid, Invalid: d.one("wrong_number no_need duplicate")}
	}
	return r.Result != crm.ReviewPass || p.end == "passed", crm.ReviewLead(ctx, s, p.id, r)
}

// leadOf gives what is known of a lead when it is registered.
func (l *loader) leadOf(d dice, p *prospect) record.Values {
	values := record.Values{
		"company": p.name, "acquired_at": l.maker.calendar.at(max(0, p.at-d.between(5, 300))).UnixMilli(), "received_by": int64(l.rep(p.customer).ID),
		"lead_type": d.one("prospect prospect prospect referral competitor"), "owner_id": int64(l.rep(p.customer).ID),
	}
	for _, name := range []string{"industry", "region", "address", "source", "source_detail", "need"} {
		if v, ok := p.values[name]; ok {
			values[name] = v
		}
	}
	if len(p.people) > 0 {
		who := p.people[0]
		values["contact_name"], values["title"], values["phone"] = who.name(), who.title, who.values["mobile"]
	}
	if d.percent(70) && p.end != "returned" {
		values["budget"] = int64(p.amount) * 100
	}
	if d.percent(50) {
		values["purchase_on"] = string(clock.DateOf(l.maker.calendar.today.Add(time.Duration(d.between(10, 200)) * 24 * time.Hour)))
	}
	if d.percent(40) {
		values["decision"] = d.one("技术评估→采购比价→总经理 使用部门→财务审批→老板确认 采购经理→总经理")
	}
	return values
}
