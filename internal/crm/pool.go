package crm

import (
	"cmp"
	"context"
	"slices"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Pool 公海/线索池 is where customers or leads lie that nobody owns. Its members see them, without the fields it hides, and
// may take them; its rules say when what members own falls into it (customers.md, “Public pool”).
type Pool struct {
	record.Base
	Name           string      `field:"name"`
	Holds          string      `field:"holds"` // an entity
	Members        entity.List `field:"member_ids"`
	Departments    entity.List `field:"department_ids"` // with those below
	Admins         entity.List `field:"admin_ids"`
	Hidden         entity.List `field:"hidden"`  // “field” of what it holds, or “contact.mobile” of what hangs on that
	Recycle        string      `field:"recycle"` // Recycle as JSON
	ClaimDaily     *int64      `field:"claim_daily"`
	HoldUser       *int64      `field:"hold_user"`
	HoldDepartment *int64      `field:"hold_department"`
	HoldWon        bool        `field:"hold_won"` // won customers count among what somebody holds
	CoolDays       *int64      `field:"cool_days"`
	Remark         string      `field:"remark"`
}

// Pooled is what a record has that may lie in a pool: where it lies, or when it will fall.
type Pooled struct {
	PoolID      id.ID         `field:"pool_id"`
	PoolSince   clock.Instant `field:"pool_since"`
	PoolReason  string        `field:"pool_reason"`
	PoolNote    string        `field:"pool_note"`
	PoolDays    *int64        `field:"pool_days"` // of the condition by which it fell
	FormerOwner id.ID         `field:"former_owner_id"`
	OwnedSince  clock.Instant `field:"owned_since"` // since when its owner has it
	FallsAt     clock.Instant `field:"falls_at"`
	FallsTo     id.ID         `field:"falls_to"`
	Locked      bool          `field:"locked"` // a supervisor keeps it from falling
}

// Why a record lies in a pool.
const (
	ReasonFollowup = "followup" // nobody followed it up in time
	ReasonAssigned = "assigned" // its owner had it long enough
	ReasonDeal     = "deal"     // it did not become a deal in time
	ReasonReturned = "returned" // its owner gave it back
	ReasonPut      = "put"      // a supervisor put it there
)

var poolReasons = []entity.Choice{
	{Value: ReasonFollowup, Label: i18n.T("超过天数未跟进", "Not followed up in time")},
	{Value: ReasonAssigned, Label: i18n.T("超过分配后天数", "Held longer than allowed")},
	{Value: ReasonDeal, Label: i18n.T("超过天数未成交", "No deal in time")},
	{Value: ReasonReturned, Label: i18n.T("负责人退回", "Given back by its owner")},
	{Value: ReasonPut, Label: i18n.T("主管放入", "Put there by a supervisor")},
}

// pooledFields are the fields for Pooled.
func pooledFields(group string) []*entity.Field {
	return []*entity.Field{
		{Name: "pool_id", Group: group, Label: i18n.T("所在公海", "In pool"), Type: entity.Ref, Ref: "pool", ReadOnly: true, Needed: true, Width: 120},
		{Name: "pool_since", Group: group, Label: i18n.T("进入公海时间", "In the pool since"), Type: entity.DateTime, ReadOnly: true, Width: 150},
		{Name: "pool_reason", Group: group, Label: i18n.T("进入公海原因", "Why in the pool"), Type: entity.OneOf, Choices: poolReasons, Fixed: true, ReadOnly: true, Width: 130},
		{Name: "pool_note", Group: group, Label: i18n.T("进入公海说明", "Note on the pool"), Type: entity.Text, Max: 500, ReadOnly: true, Width: 160},
		{Name: "pool_days", Group: group, Label: i18n.T("超过的天数", "Days passed"), Type: entity.Int, ReadOnly: true, Width: 100},
		{Name: "former_owner_id", Group: group, Label: i18n.T("前负责人", "Former owner"), Type: entity.Ref, Ref: "user", ReadOnly: true, Width: 100},
		{Name: "owned_since", Group: group, Label: i18n.T("归属时间", "Owned since"), Type: entity.DateTime, ReadOnly: true, Width: 150},
		{Name: "falls_at", Group: group, Label: i18n.T("预计落入公海时间", "Falls into the pool"), Type: entity.DateTime, ReadOnly: true, Width: 150},
		{Name: "falls_to", Group: group, Label: i18n.T("将落入的公海", "Pool it falls into"), Type: entity.Ref, Ref: "pool", ReadOnly: true, Width: 120},
		{
			Name: "locked", Group: group, Label: i18n.T("锁定（不落入公海）", "Kept from the pool"), Type: entity.Bool, Bulk: true, Width: 110,
			Help: i18n.T("由主管设置", "Set by a supervisor"),
		},
	}
}

// PoolAction is the sort of change that moves a record into a pool or out of it, in the log.
const PoolAction = "pool"

func poolKind() record.Kind[Pool] {
	return record.Kind[Pool]{
		Def: &entity.Def{
			Name: "pool", Path: "pools", Title: "name", Common: true, SearchTag: "pool", Aside: true,
			Label: i18n.T("公海", "Pool"), Plural: i18n.T("公海", "Pools"),
			Fields: []*entity.Field{
				{Name: "name", Label: i18n.T("名称", "Name"), Type: entity.Text, Max: 60, Required: true, Unique: true, Search: entity.SearchName, Width: 160},
				{Name: "holds", Label: i18n.T("存放", "Holds"), Type: entity.OneOf, Required: true, Width: 90, Choices: poolHolds},
				{Name: "member_ids", Label: i18n.T("成员", "Members"), Type: entity.Refs, Ref: "user", Width: 160},
				{Name: "department_ids", Label: i18n.T("成员部门（含下级）", "Departments, with those below"), Type: entity.Refs, Ref: "department", Width: 160},
				{Name: "admin_ids", Label: i18n.T("管理员", "Administrators"), Type: entity.Refs, Ref: "user", Width: 160},
				{Name: "hidden", Label: i18n.T("隐藏字段", "Hidden fields"), Type: hiddenType, NoFilter: true, Width: 160},
				{Name: "recycle", Label: i18n.T("回收规则", "Rules of recycling"), Type: recycleType, NoFilter: true, Width: 160},
				{Name: "claim_daily", Label: i18n.T("每人每日领取上限", "Claims a day"), Type: entity.Int, Width: 120},
				{Name: "hold_user", Label: i18n.T("每人库容", "Most held by one"), Type: entity.Int, Width: 110},
				{Name: "hold_department", Label: i18n.T("部门库容", "Most held by a department"), Type: entity.Int, Width: 110},
				{Name: "hold_won", Label: i18n.T("库容计入成交", "Won ones count as held"), Type: entity.Bool, Width: 110},
				{Name: "cool_days", Label: i18n.T("前负责人冷却天数", "Days the former owner waits"), Type: entity.Int, Width: 130},
				{Name: "remark", Label: i18n.T("说明", "Remark"), Type: entity.Text, Width: 240},
			},
			Columns: []string{"name", "holds", "department_ids", "admin_ids"},
			Card:    []string{"holds", "remark"},
			Sort:    "name",
		},
		Fill:  []record.Rule[Pool]{fillPool},
		Check: []record.Rule[Pool]{poolPeople, poolLimits, poolEmptyToChange},
		After: []record.Rule[Pool]{publishPools},
	}
}

var poolHolds = []entity.Choice{
	{Value: "customer", Label: i18n.T("客户", "Customers"), Color: "blue"},
	{Value: "lead", Label: i18n.T("线索", "Leads"), Color: "orange"},
}

// fillPool leaves out of the hidden fields those that there are not, and hides with a number or name that a record shows
// of what hangs on it the source of that, too.
func fillPool(_ context.Context, s *record.Session, _, next *Pool) error {
	if next.Holds == "" || !slices.ContainsFunc(poolHolds, func(c entity.Choice) bool { return c.Value == next.Holds }) {
		return nil // which is refused by itself
	}
	def := s.Def(next.Holds)
	var hidden entity.List
	add := func(name string) {
		if !hidden.Has(name) {
			hidden = append(hidden, name)
		}
	}
	for _, name := range next.Hidden {
		f := def.Field(name)
		if f == nil || f.Internal || name == def.Title || slices.Contains(neverHidden, name) {
			continue
		}
		add(name)
		for _, source := range shownOf[name] {
			add(source)
		}
	}
	next.Hidden = hidden
	return nil
}

// neverHidden are the fields by which a record lies in a pool.
var neverHidden = []string{"pool_id", "pool_since", "owner_id"}

// shownOf names what a field shows that hangs on the record.
var shownOf = map[string][]string{
	"main_phone":   {"contact.mobile", "contact.landline", "contact.email", "contact.wechat", "contact.qq"},
	"main_contact": {"contact.name"},
}

// poolPeople refuses members and administrators that there are not.
func poolPeople(ctx context.Context, s *record.Session, _, next *Pool) error {
	if err := org.KnownUsers(ctx, s.Tx, "member_ids", next.Members); err != nil {
		return err
	}
	if err := org.KnownUsers(ctx, s.Tx, "admin_ids", next.Admins); err != nil {
		return err
	}
	return org.KnownDepartments(ctx, s.Tx, "department_ids", next.Departments)
}

// mostOfLimit bounds the limits of a pool.
const mostOfLimit = 100_000_000

func poolLimits(_ context.Context, _ *record.Session, _, next *Pool) error {
	var problems errs.Fields
	for name, limit := range map[string]*int64{
		"claim_daily": next.ClaimDaily, "hold_user": next.HoldUser, "hold_department": next.HoldDepartment, "cool_days": next.CoolDays,
	} {
		if limit != nil && (*limit < 0 || *limit > mostOfLimit) {
			problems.Add(name, "field.between", "min", 0, "max", mostOfLimit)
		}
	}
	return problems.Err()
}

// poolEmptyToChange keeps a pool in which something lies from being put away, or made to hold something else.
func poolEmptyToChange(ctx context.Context, s *record.Session, old, next *Pool) error {
	if old == nil || old.Holds == next.Holds && (next.ArchivedAt.IsZero() || !old.ArchivedAt.IsZero()) {
		return nil
	}
	n, err := countIn(ctx, s, old)
	if err == nil && n > 0 {
		return errs.New(errs.Conflict, "pool.not_empty", "count", n)
	}
	return err
}

// countIn gives how many records lie in a pool.
func countIn(ctx context.Context, s *record.Session, p *Pool) (n int64, err error) {
	err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+s.Def(p.Holds).TableName()+` WHERE pool_id = ? AND archived_at IS NULL`, p.ID).Scan(&n)
	return n, err
}

// Standing is what somebody is to a pool.
type Standing struct{ Member, Admin bool }

// StandingIn says what the actor is to a pool. Administrators are members, too; so is who may set up pools an administrator.
func StandingIn(ctx context.Context, s *record.Session, p *Pool) (st Standing, err error) {
	a := s.Actor
	if a.System {
		return Standing{true, true}, nil
	}
	st.Admin = p.Admins.Has(a.ID.String())
	st.Member = st.Admin || p.Members.Has(a.ID.String())
	if !st.Member && a.Department != 0 && len(p.Departments) > 0 {
		below, err := org.Below(ctx, s.Tx, idsOf(p.Departments)...)
		if err != nil {
			return st, err
		}
		st.Member = below[a.Department]
	}
	return st, nil
}

func idsOf(list entity.List) (out []id.ID) {
	for _, text := range list {
		if x, err := id.Parse(text); err == nil && x != 0 {
			out = append(out, x)
		}
	}
	return out
}

// PoolFor gives a pool to somebody who is a member of it, with what they are to it. To others there is none.
func PoolFor(ctx context.Context, s *record.Session, x id.ID) (*Pool, Standing, error) {
	none := errs.New(errs.NotFound, "")
	p, err := record.Get[Pool](ctx, s, x)
	if err != nil {
		return nil, Standing{}, err
	}
	st, err := StandingIn(ctx, s, p)
	switch {
	case err != nil:
		return nil, st, err
	case !st.Member || !p.ArchivedAt.IsZero() || !s.Actor.May(s.Def(p.Holds).ModuleName(), access.View):
		return nil, st, none
	}
	return p, st, nil
}

// MyPools gives the pools of which the actor is a member, with the names that they may see, by name.
func MyPools(ctx context.Context, s *record.Session) ([]*Pool, error) {
	all, err := record.Find[Pool](ctx, s, record.Query{Sort: "id", Limit: record.MaxLimit})
	if err != nil {
		return nil, err
	}
	set := map[id.ID]bool{}
	for _, p := range all {
		set[p.ID] = true
	}
	names, err := s.Titles(ctx, "pool", set)
	if err != nil {
		return nil, err
	}
	var mine []*Pool
	for _, p := range all {
		_, _, err := PoolFor(ctx, s, p.ID)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p.Name = names[p.ID]
		mine = append(mine, p)
	}
	slices.SortStableFunc(mine, func(a, b *Pool) int { return cmp.Compare(a.Name, b.Name) })
	return mine, nil
}

// PoolHistory gives what to ask for of the follow-ups of a record that lies in a pool, the latest first, by the session that
// sees it through the pool: when and how, by whom, with what result, and, of a pool that hides nothing, what was said. It is nil
// when the pool hides when the record was followed up last.
func PoolHistory(ctx context.Context, through *record.Session, p *Pool, x id.ID) (*record.Query, error) {
	if _, err := through.Load(ctx, p.Holds, x); err != nil {
		return nil, err
	}
	if !through.MayAsk(p.Holds, "last_followup_at") || !through.MayAsk("followup", "happened_at") {
		return nil, nil //nolint:nilnil // no history is an answer
	}
	fields := []string{"happened_at", "way", "result", "content", "feedback", "next_action"}
	if through.MayAsk(p.Holds, "former_owner_id") {
		fields = append(fields, "owner_id")
	}
	via := record.ParentField(through.Def("followup"), p.Holds)
	filter := &record.Filter{And: []record.Filter{*record.Where(via, x), {Field: "happened_at", Op: entity.NotEmpty}}}
	return &record.Query{Filter: filter, Sort: "-happened_at", Fields: fields}, nil
}
