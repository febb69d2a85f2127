package demo

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// pool is one of the invented company, with what lies in it.
type pool struct {
	crm.Pool
	recycle crm.Recycle
	daily   int64
	hold    int64
	cool    int64

	lying  record.Filter // of what it holds
	oldest string        // a field: those whose value is least lie in it
	most   int
}

// pools are one for customers whom the company lost, and one for leads that nobody comes to.
func pools() []pool {
	return []pool{
		{
			Pool: crm.Pool{Name: "客户公海", Holds: "customer", Hidden: entity.List{"main_phone", "expected_amount"}},
			recycle: crm.Recycle{Groups: []crm.RecycleGroup{{All: []crm.Condition{
				{Since: crm.ReasonFollowup, Days: 180, Grades: map[string]int{"A": 365}}, {Since: crm.ReasonAssigned, Days: 180},
			}}}},
			daily: 5, hold: 200, cool: 7, lying: crm.FilterOf("stage", entity.Is, crm.StageLost), oldest: "created_at", most: 9,
		},
		{
			Pool:    crm.Pool{Name: "线索池", Holds: "lead", Hidden: entity.List{"phone", "email", "wechat"}},
			recycle: crm.Recycle{Groups: []crm.RecycleGroup{{All: []crm.Condition{{Since: crm.ReasonFollowup, Days: 60}}}}},
			daily:   10, hold: 80, cool: 3, lying: record.Filter{And: []record.Filter{crm.FilterOf("state", entity.Is, crm.LeadTodo), {Field: "next_followup_at", Op: entity.Empty}}}, oldest: "assigned_at", most: 4,
		},
	}
}

// fillPools gives the company its pools, of which everybody is a member, unless there are some.
func (l *loader) fillPools(ctx context.Context) error {
	return l.store.Write(ctx, access.System("demo"), audit.Demo, func(s *record.Session) error {
		there, err := s.Count(ctx, "pool", record.Query{})
		if err != nil || there > 0 {
			return err
		}
		tops, err := s.Tx.IDs(ctx, `SELECT id FROM department WHERE parent_id IS NULL AND archived_at IS NULL ORDER BY id`)
		if err != nil {
			return err
		}
		for _, p := range pools() {
			for _, x := range tops {
				p.Departments = append(p.Departments, x.String())
			}
			if err := p.fill(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *pool) fill(ctx context.Context, s *record.Session) (err error) {
	if p.Recycle, err = p.recycle.Encode(); err != nil {
		return err
	}
	p.ClaimDaily, p.HoldUser, p.CoolDays = &p.daily, &p.hold, &p.cool
	if err := record.Create(ctx, s, &p.Pool); err != nil {
		return err
	}
	page, err := s.List(ctx, p.Holds, record.Query{Filter: &p.lying, Sort: p.oldest, Limit: p.most, Fields: []string{p.oldest}})
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		if err := crm.Put(ctx, s, p.ID, row.ID(), ""); err != nil {
			return err
		}
	}
	return nil
}
