package demo

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// lyingInPool is how many customers lie in the pool of the invented company, of those who were lost.
const lyingInPool = 9

// fillPool gives the company a pool, in which some customers lie whom it lost. What members own falls into it after half a
// year without a follow-up.
func (l *loader) fillPool(ctx context.Context) error {
	return l.store.Write(ctx, access.System("demo"), audit.Demo, func(s *record.Session) error {
		there, err := s.Count(ctx, "pool", record.Query{})
		if err != nil || there > 0 {
			return err
		}
		rules := crm.Recycle{Groups: []crm.RecycleGroup{{All: []crm.Condition{
			{Since: crm.ReasonFollowup, Days: 180, Grades: map[string]int{"A": 365}}, {Since: crm.ReasonAssigned, Days: 180},
		}}}}
		recycle, err := rules.Encode()
		if err != nil {
			return err
		}
		daily, hold, cool := int64(5), int64(200), int64(7)
		tops, err := s.Tx.IDs(ctx, `SELECT id FROM department WHERE parent_id IS NULL AND archived_at IS NULL ORDER BY id`)
		if err != nil {
			return err
		}
		var departments entity.List
		for _, x := range tops {
			departments = append(departments, x.String())
		}
		p := &crm.Pool{
			Name: "客户公海", Holds: "customer", Departments: departments, Hidden: entity.List{"main_phone", "expected_amount"},
			Recycle: recycle, ClaimDaily: &daily, HoldUser: &hold, CoolDays: &cool,
		}
		if err := record.Create(ctx, s, p); err != nil {
			return err
		}
		return putLost(ctx, s, p.ID)
	})
}

// putLost puts the first customers who were lost into a pool.
func putLost(ctx context.Context, s *record.Session, pool id.ID) error {
	filter := crm.FilterOf("stage", entity.Is, crm.StageLost)
	page, err := s.List(ctx, "customer", record.Query{Filter: &filter, Sort: "created_at", Limit: lyingInPool, Fields: []string{"deal_status"}})
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		if err := crm.Put(ctx, s, pool, row.ID(), ""); err != nil {
			return err
		}
	}
	return nil
}
