package crm_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/money"
	"genjin/internal/obligation"
	"genjin/internal/org"
	"genjin/internal/record"
)

// fair is a company with a department that two supervisors lead and two reps work in.
type fair struct {
	shop
	south         id.ID
	boss, deputy  *access.Actor
	rep, other    *access.Actor
	elsewhere     *access.Actor // supervises another department
	submittedLead int
}

func newFair(t *testing.T) *fair {
	t.Helper()
	f := &fair{shop: newShop(t)}
	f.south = f.Department("华南", f.Root)
	north := f.Department("华北", f.Root)
	f.boss, f.deputy = f.User("boss", "林主管", org.Supervisor, f.south), f.User("deputy", "陈副主管", org.Supervisor, f.south)
	f.rep, f.other = f.User("rep", "王芳", org.SalesRep, f.south), f.User("other", "李强", org.SalesRep, f.south)
	f.elsewhere = f.User("far", "远主管", org.Supervisor, north)
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, f.south, 0, func(d *org.Department) error {
			d.SupervisorIDs = entity.List{f.boss.ID.String(), f.deputy.ID.String()}
			return nil
		})
		return err
	}))
	for _, a := range []**access.Actor{&f.boss, &f.deputy, &f.rep, &f.other, &f.elsewhere} {
		*a = f.Actor((*a).ID)
	}
	return f
}

// lead registers a whole lead of the rep's.
func (f *fair) lead(change func(l *crm.Lead)) *crm.Lead {
	f.T.Helper()
	f.submittedLead++
	l := &crm.Lead{Company: fmt.Sprintf("第%d精密机械有限公司", f.submittedLead), ContactName: "周敏", Phone: fmt.Sprintf("138000%05d", f.submittedLead), Source: "fair"}
	if change != nil {
		change(l)
	}
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, l) }))
	return l
}

func (f *fair) review(by *access.Actor, x id.ID, r crm.Review) error {
	return f.Do(by, func(ctx context.Context, s *record.Session) error { return crm.ReviewLead(ctx, s, x, r) })
}

func (f *fair) follow(by *access.Actor, fu *crm.Followup) *crm.Followup {
	f.T.Helper()
	f.Must(f.Do(by, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, fu) }))
	return fu
}

// clocksOf gives the clocks about a lead itself: “review running 03-12 10:00 林主管”.
func (f *fair) clocksOf(x id.ID) string {
	f.T.Helper()
	var out []string
	f.Read(f.Admin, func(ctx context.Context, s *record.Session) error {
		all, err := obligation.Select(ctx, s.Tx, "o.record_id = ? ORDER BY o.id", int64(x))
		if err != nil {
			return err
		}
		who := map[id.ID]bool{}
		for _, c := range all {
			who[c.Owner] = true
		}
		names, err := s.Titles(ctx, "user", who)
		for _, c := range all {
			what := strings.TrimPrefix(c.Kind, "lead.") + " " + string(c.State)
			if c.Cause != "" {
				what += "(" + c.Cause + ")"
			}
			out = append(out, what+" "+c.Due.In(s.Store().Zone()).Format("01-02 15:04")+" "+names[c.Owner])
		}
		return err
	})
	return strings.Join(out, "; ")
}

func (f *fair) want(what string, x id.ID, state, clocks string) {
	f.T.Helper()
	if got := get[crm.Lead](f.shop, x).State; got != state {
		f.T.Errorf("%s: it is %s, want %s", what, got, state)
	}
	if got := f.clocksOf(x); got != clocks {
		f.T.Errorf("%s:\n got %s\nwant %s", what, got, clocks)
	}
}

func keyOf(err error) string {
	e, ok := errs.As(err)
	switch {
	case err == nil:
		return ""
	case !ok:
		return err.Error()
	case len(e.Fields) > 0:
		return e.Fields[0].Name + ": " + e.Fields[0].Key
	case e.Key == "":
		return string(e.Kind)
	}
	return e.Key
}

// TestALeadsWay walks a lead through its stations, with each clock (leads.md; followups-and-clocks.md, “Clocks”). The kit's
// clock stands at 10:00 on 10 March.
func TestALeadsWay(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	l := f.lead(func(l *crm.Lead) { l.AcquiredAt, l.Phone = after(-2*time.Hour), "" })
	if l.Late || l.ReceivedBy != f.rep.ID || l.ReviewerID != f.boss.ID {
		t.Errorf("registered: %+v", l)
	}
	const registered = "register met 03-11 08:00 王芳; "
	f.want("registered", l.ID, crm.LeadPending, registered+"review running 03-12 10:00 林主管")
	if got := keyOf(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass})); got != "lead.incomplete" {
		t.Errorf("without a number it passes: %q", got)
	}

	f.Clock.Advance(time.Hour)
	f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewReturn, Lacking: entity.List{"phone"}, Opinion: "补电话"}))
	const returned = registered + "review met 03-12 10:00 林主管; "
	f.want("sent back", l.ID, crm.LeadReturned, returned+"supplement running 03-11 11:00 王芳")
	resubmit := func() error {
		return f.Do(f.rep, func(ctx context.Context, s *record.Session) error { return crm.ResubmitLead(ctx, s, l.ID, "补好了") })
	}
	if got := keyOf(resubmit()); got != "lead.incomplete" {
		t.Errorf("resubmitted without the number: %q", got)
	}
	f.Clock.Advance(25 * time.Hour)
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "lead", l.ID, 0, record.Values{"phone": "13800007760"})
	}))
	f.Must(resubmit())
	const again = returned + "supplement late 03-11 11:00 王芳; "
	f.want("resubmitted", l.ID, crm.LeadPending, again+"review running 03-13 12:00 林主管")

	f.Clock.Advance(time.Hour)
	f.Must(f.review(f.deputy, l.ID, crm.Review{Result: crm.ReviewPass, Grade: "A", Owner: f.other.ID, Opinion: "近期采购"}))
	const passed = again + "review met 03-13 12:00 林主管; "
	f.want("passed", l.ID, crm.LeadTodo, passed+"plan running 03-12 01:00 李强; first_contact running 03-12 13:00 李强")
	if got := get[crm.Lead](f.shop, l.ID); got.OwnerID != f.other.ID || got.Grade != "A" || *got.Returns != 1 || got.ReviewedBy != f.deputy.ID {
		t.Errorf("passed: %+v", got)
	}
	f.Must(f.Do(f.boss, func(ctx context.Context, s *record.Session) error { return crm.GradeLead(ctx, s, l.ID, "B") }))
	f.want("graded anew", l.ID, crm.LeadTodo, passed+"plan running 03-12 01:00 李强; first_contact running 03-13 13:00 李强")

	f.Clock.Advance(time.Hour)
	f.Must(f.Do(f.boss, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "lead", l.ID, 0, record.Values{"owner_id": int64(f.rep.ID)})
	}))
	const given = passed + "plan cancelled(todo) 03-12 01:00 李强; "
	f.want("given to another", l.ID, crm.LeadTodo, given+"first_contact running 03-13 13:00 王芳; plan running 03-12 02:00 王芳")

	f.Clock.Advance(time.Hour)
	f.follow(f.rep, &crm.Followup{LeadID: l.ID, Way: "call", PlannedAt: clock.At(f.Clock.Now().Add(2 * time.Hour)), Purpose: "了解采购计划"})
	f.want("planned", l.ID, crm.LeadTodo, given+"first_contact running 03-13 13:00 王芳; plan met 03-12 02:00 王芳")

	f.Clock.Advance(2 * time.Hour)
	f.follow(f.rep, &crm.Followup{LeadID: l.ID, Way: "call", Content: "电话里谈了设备需求", LeadState: crm.LeadNeed})
	f.want("contacted", l.ID, crm.LeadNeed, given+"first_contact met 03-13 13:00 王芳; plan met 03-12 02:00 王芳")
	if got := get[crm.Lead](f.shop, l.ID); got.ContactedAt.IsZero() || got.LastFollowup.IsZero() || !got.NextFollowup.IsZero() {
		t.Errorf("contacted: %+v", got)
	}
}

// TestLeadsThatArePutAside: parked, invalid and lost ones, and how they come back.
func TestLeadsThatArePutAside(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	move := func(by *access.Actor, x id.ID, o crm.Outcome) error {
		return f.Do(by, func(ctx context.Context, s *record.Session) error { return crm.MoveLead(ctx, s, x, o) })
	}
	again := func(by *access.Actor, x id.ID) error {
		return f.Do(by, func(ctx context.Context, s *record.Session) error { return crm.ResubmitLead(ctx, s, x, "") })
	}
	l := f.lead(nil)
	const head = "register met 03-11 10:00 王芳; review met 03-12 10:00 林主管; "
	for _, wrong := range []crm.Review{
		{Result: crm.ReviewPark},
		{Result: crm.ReviewPark, ParkUntil: "2026-03-10"},
		{Result: crm.ReviewInvalid},
		{Result: crm.ReviewReturn},
		{Result: crm.ReviewReturn, Lacking: entity.List{"nonsense"}},
		{Result: crm.ReviewPass, Grade: "Z"},
		{Result: "maybe"},
	} {
		if err := f.review(f.boss, l.ID, wrong); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPark, ParkUntil: "2026-04-01"}))
	f.want("parked", l.ID, crm.LeadParked, head+"parked running 04-02 00:00 林主管")
	if got := keyOf(again(f.rep, l.ID)); got != "denied" {
		t.Errorf("a rep took up a parked lead: %q", got)
	}
	f.Clock.Advance(24 * time.Hour)
	f.Must(again(f.boss, l.ID))
	const back = head + "parked met 04-02 00:00 林主管; review running 03-13 10:00 林主管"
	f.want("taken up", l.ID, crm.LeadPending, back)
	f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewInvalid, Invalid: "wrong_number"}))
	f.want("invalid", l.ID, crm.LeadInvalid, strings.Replace(back, "review running", "review met", 1))
	if got := keyOf(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass})); got != "lead.not_now" {
		t.Errorf("what is invalid passes: %q", got)
	}

	l = f.lead(nil)
	f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass, Grade: "C"}))
	if got := keyOf(move(f.rep, l.ID, crm.Outcome{State: crm.LeadLost})); got != "loss_reason: customer.loss_reason" {
		t.Errorf("lost without a reason: %q", got)
	}
	if got := keyOf(move(f.rep, l.ID, crm.Outcome{State: crm.LeadParked, ParkUntil: "2026-05-01"})); got != "denied" {
		t.Errorf("a rep parked: %q", got)
	}
	f.Must(move(f.rep, l.ID, crm.Outcome{State: crm.LeadLost, LossReason: "competitor", Competitor: "某某软件", RetryOn: "2026-06-01", Note: "价格"}))
	f.want("lost", l.ID, crm.LeadLost, "register met 03-12 10:00 王芳; review met 03-13 10:00 林主管; plan cancelled(lost) 03-11 22:00 王芳; "+
		"first_contact cancelled(lost) 03-14 10:00 王芳; parked running 06-02 00:00 王芳")
	if got := keyOf(move(f.rep, l.ID, crm.Outcome{State: crm.LeadTodo})); got != "denied" {
		t.Errorf("a rep reopened: %q", got)
	}
	f.Must(move(f.boss, l.ID, crm.Outcome{State: crm.LeadTodo}))
	if got := get[crm.Lead](f.shop, l.ID); got.LossReason != "" || !got.ClosedAt.IsZero() {
		t.Errorf("reopened: %+v", got)
	}
	f.Must(move(f.rep, l.ID, crm.Outcome{State: crm.LeadWon, Factors: entity.List{"price"}, ContractNo: "HT-1"}))
	if got := keyOf(move(f.rep, l.ID, crm.Outcome{State: crm.LeadLost, LossReason: "price"})); got != "lead.not_now" {
		t.Errorf("a won one was lost: %q", got)
	}
}

// TestWhoReviews: those who may approve, of leads within their reach; no rep, and nobody of another department.
func TestWhoReviews(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	l := f.lead(nil)
	pass := crm.Review{Result: crm.ReviewPass}
	for _, c := range []struct {
		by   *access.Actor
		want string
	}{{f.rep, "denied"}, {f.other, "not_found"}, {f.elsewhere, "not_found"}, {f.boss, ""}, {f.deputy, "lead.reviewed_already"}} {
		if got := keyOf(f.review(c.by, l.ID, pass)); got != c.want {
			t.Errorf("%s: %q, want %q", c.by.Name, got, c.want)
		}
	}
	if err := f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "lead", l.ID, 0, record.Values{"state": crm.LeadWon})
	}); keyOf(err) != "state: field.read_only" {
		t.Errorf("a rep set the state: %v", err)
	}
	// A supervisor cannot give a lead to whom they may not give any.
	second := f.lead(nil)
	if got := keyOf(f.review(f.boss, second.ID, crm.Review{Result: crm.ReviewPass, Owner: f.elsewhere.ID})); got != "owner_id: field.assign_denied" {
		t.Errorf("given away: %q", got)
	}
	if got := get[crm.Lead](f.shop, second.ID); got.State != crm.LeadPending {
		t.Errorf("half a decision stayed: %s", got.State)
	}
}

// TestTwoReviewAtOnce: of many who review the same lead at once exactly one decides, and every other is told who did.
func TestTwoReviewAtOnce(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	for range 10 {
		l := f.lead(nil)
		var wg sync.WaitGroup
		results := make([]string, 8)
		for i := range results {
			wg.Go(func() {
				by, r := f.boss, crm.Review{Result: crm.ReviewPass, Grade: "A"}
				if i%2 == 1 {
					by, r = f.deputy, crm.Review{Result: crm.ReviewInvalid, Invalid: "spam"}
				}
				results[i] = keyOf(f.review(by, l.ID, r))
			})
		}
		wg.Wait()
		won := 0
		for _, r := range results {
			switch r {
			case "":
				won++
			case "lead.reviewed_already", "lead.not_now":
			default:
				t.Errorf("it was told %q", r)
			}
		}
		if won != 1 {
			t.Errorf("%d decided", won)
		}
		var n int64
		f.Read(f.Admin, func(ctx context.Context, s *record.Session) (err error) {
			n, err = s.Count(ctx, "lead_review", record.Query{Filter: record.Where("lead_id", l.ID)})
			return err
		})
		if n != 1 {
			t.Errorf("%d decisions stand in its history", n)
		}
	}
}

func yuan(n int64) *money.Minor { m := money.Minor(n * 100); return &m }

func TestLeadScore(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	for what, c := range map[string]struct {
		lead   crm.Lead
		points int
		grade  string
	}{
		"nothing known": {crm.Lead{}, 0, "C"},
		"all of it":     {crm.Lead{Industry: "C", PurchaseOn: "2026-04-01", Budget: yuan(80_000), Decision: "技术评估 → 财务审批 → 老板确认"}, 100, "A"},
		"half a budget": {crm.Lead{Industry: "C", PurchaseOn: "2026-04-01", BudgetMax: yuan(30_000)}, 68, "B"},
		"not soon":      {crm.Lead{Industry: "C", PurchaseOn: "2026-08-01", Title: "采购经理"}, 45, "B"},
		"two steps":     {crm.Lead{Decision: "采购->老板"}, 15, "C"},
	} {
		f.Read(f.boss, func(_ context.Context, s *record.Session) error {
			score := crm.ScoreOf(s, &c.lead)
			if score.Points != c.points || score.Grade != c.grade || len(score.Parts) != 4 {
				t.Errorf("%s: %+v, want %d %s", what, score, c.points, c.grade)
			}
			for _, p := range score.Parts {
				if p.Why == "" {
					t.Errorf("%s: nothing is said of %s", what, p.Criterion.Kind)
				}
			}
			return nil
		})
	}
	set := func(c crm.Scoring) error {
		return f.Do(f.Admin, func(ctx context.Context, s *record.Session) error { return crm.SetScoring(ctx, s, c) })
	}
	for want, c := range map[string]crm.Scoring{
		"criteria: lead.no_weight": {A: 70, B: 40},
		"criteria: field.choice":   {A: 70, B: 40, Criteria: []crm.Criterion{{Kind: "mood", Weight: 1}}},
		"criteria: field.industry": {A: 70, B: 40, Criteria: []crm.Criterion{{Kind: "industry", Weight: 1, Values: []string{"??"}}}},
		"a: lead.thresholds":       {A: 10, B: 40, Criteria: []crm.Criterion{{Kind: "budget", Weight: 1}}},
		"":                         {A: 90, B: 40, Criteria: []crm.Criterion{{Kind: "industry", Weight: 60, Values: []string{"C"}}, {Kind: "source", Weight: 40, Values: []string{"fair"}}}},
	} {
		if got := keyOf(set(c)); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
	f.Read(f.boss, func(_ context.Context, s *record.Session) error {
		if score := crm.ScoreOf(s, &crm.Lead{Industry: "39", Source: "website"}); score.Points != 60 || score.Grade != "B" {
			t.Errorf("by the company's own criteria: %+v", score)
		}
		return nil
	})
}

// TestRanking: who knows the region, has worked with the company, or has less to do comes first, and it is said why.
func TestRanking(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, f.other.ID, 0, func(u *org.User) error { u.Regions = entity.List{"440000"}; return nil })
		return err
	}))
	first := func(l *crm.Lead) string {
		var out string
		f.Read(f.boss, func(ctx context.Context, s *record.Session) error {
			staff, err := crm.LoadStaff(ctx, s)
			f.Must(err)
			ranked, err := staff.Rank(ctx, s, l)
			for _, c := range ranked {
				if c.ID == f.elsewhere.ID || c.ID == f.Admin.ID {
					t.Errorf("%s is proposed, to whom the actor may give nothing", c.Name)
				}
			}
			if len(ranked) > 0 {
				out = ranked[0].Name + ": " + strings.Join(ranked[0].Reasons, "，")
			}
			return err
		})
		return out
	}
	if got := first(&crm.Lead{Company: "甲", Region: "440300"}); got != "李强: 熟悉该地区，在手线索 0 条、客户 0 家" {
		t.Errorf("of the region: %s", got)
	}
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		return record.Create(ctx, s, &crm.Customer{Name: "深圳凯信医药股份有限公司"})
	}))
	if got := first(f.lead(func(l *crm.Lead) { l.Company, l.Region = "深圳凯信医药股份有限公司", "440300" })); !strings.HasPrefix(got, "王芳: 跟进过这家客户 深圳凯信医药股份有限公司") {
		t.Errorf("who owns the company already: %s", got)
	}
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		return crm.SetAssignment(ctx, s, crm.Assignment{Rule: "round_robin", Capacity: 2})
	}))
	var given []string
	for range 5 {
		l := f.lead(nil)
		f.Clock.Advance(time.Minute)
		f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass}))
		err := f.Do(f.boss, func(ctx context.Context, s *record.Session) error {
			staff, err := crm.LoadStaff(ctx, s)
			f.Must(err)
			to, err := crm.AssignLead(ctx, s, staff, l.ID, 0)
			given = append(given, map[id.ID]string{f.rep.ID: "王芳", f.other.ID: "李强", f.boss.ID: "林主管", f.deputy.ID: "陈副主管"}[to])
			return err
		})
		f.Must(err)
	}
	counts := map[string]int{}
	for _, who := range given {
		counts[who]++
		if counts[who] > 2 {
			t.Errorf("%s got more than the capacity: %v", who, given)
		}
	}
	if len(counts) < 3 {
		t.Errorf("round robin: %v", given)
	}
}

// TestConversion makes a lead a customer with everything that hangs on it, and takes it back.
func TestConversion(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	l := f.lead(func(l *crm.Lead) {
		l.Industry, l.Need, l.Budget, l.Tags, l.Title = "C", "采购设备", yuan(80_000), entity.List{"urgent"}, "采购经理"
	})
	f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass, Grade: "A"}))
	done := f.follow(f.rep, &crm.Followup{LeadID: l.ID, Way: "call", Content: "谈得不错", NextAt: after(2 * day)})
	f.Must(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		if err := record.Create(ctx, s, &crm.Attachment{LeadID: l.ID, Name: "名片.jpg", SHA256: "00"}); err != nil {
			return err
		}
		return s.SetShares(ctx, "lead", l.ID, []record.Share{{User: f.other.ID, Access: record.ShareRead}})
	}))
	convert := func(c crm.Conversion) (got *crm.Lead, err error) {
		err = f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
			got, err = crm.ConvertLead(ctx, s, l.ID, c)
			return err
		})
		return got, err
	}
	made, err := convert(crm.Conversion{})
	f.Must(err)
	c := get[crm.Customer](f.shop, made.CustomerID)
	if c.Name != l.Company || c.OwnerID != f.rep.ID || c.Industry != "C" || c.Need != "采购设备" || !c.Tags.Has("urgent") || c.LastFollowup.IsZero() || c.NextFollowup != after(2*day) ||
		c.MainContact != "周敏" || c.MainPhone == "" {
		t.Errorf("the customer: %+v", c)
	}
	if got := get[crm.Followup](f.shop, done.ID); got.CustomerID != c.ID || got.LeadID != l.ID || got.ContactID != made.ContactID {
		t.Errorf("the follow-up: %+v", got)
	}
	f.wantClocks("the plan goes with it", c.ID, "followup.due", "running 03-12 10:00")
	count := func(of string, filter *record.Filter) (n int64) {
		f.Read(f.Admin, func(ctx context.Context, s *record.Session) (err error) {
			n, err = s.Count(ctx, of, record.Query{Filter: filter})
			return err
		})
		return n
	}
	if n := count("file", record.Where("customer_id", c.ID)); n != 1 {
		t.Errorf("%d files at the customer", n)
	}
	f.Read(f.Actor(f.other.ID), func(ctx context.Context, s *record.Session) error {
		_, err := s.Load(ctx, "customer", c.ID)
		return err
	})
	if _, err := convert(crm.Conversion{}); keyOf(err) != "lead.converted" {
		t.Errorf("converted twice: %v", err)
	}
	if err := f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "lead", l.ID, 0, record.Values{"need": "别的"})
	}); keyOf(err) != "lead.converted" {
		t.Errorf("a converted lead was changed: %v", err)
	}
	if err := f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
		return record.Create(ctx, s, &crm.Followup{LeadID: l.ID, Content: "还写在线索上"})
	}); keyOf(err) != "lead_id: lead.converted" {
		t.Errorf("a follow-up went to a converted lead: %v", err)
	}

	back := func(by *access.Actor) error {
		return f.Do(by, func(ctx context.Context, s *record.Session) error { return crm.UnconvertLead(ctx, s, l.ID) })
	}
	f.Must(back(f.rep))
	if got := get[crm.Lead](f.shop, l.ID); !got.ConvertedAt.IsZero() || got.CustomerID != 0 || got.State != crm.LeadWorking {
		t.Errorf("taken back: %+v", got)
	}
	if got := get[crm.Followup](f.shop, done.ID); got.CustomerID != 0 || got.LeadID != l.ID || got.ContactID != 0 {
		t.Errorf("its follow-up: %+v", got)
	}
	if n := count("customer", nil) + count("contact", nil); n != 0 {
		t.Errorf("%d customers and contacts are left", n)
	}

	// Joined to a customer that is there; and no way back once somebody has worked with it.
	have := add(f.shop, &crm.Customer{Name: "老客户有限公司", Owned: record.Owned{OwnerID: f.rep.ID}, Need: "有需求"})
	made, err = convert(crm.Conversion{Customer: have.ID})
	f.Must(err)
	if got := get[crm.Customer](f.shop, have.ID); made.CustomerID != have.ID || got.Need != "有需求" || got.Industry != "C" {
		t.Errorf("joined: %+v", got)
	}
	f.follow(f.rep, &crm.Followup{CustomerID: have.ID, ContactID: made.ContactID, Content: "接着谈"})
	if got := keyOf(back(f.rep)); got != "lead.used_since" {
		t.Errorf("taken back after work: %q", got)
	}
	if got := get[crm.Followup](f.shop, done.ID); got.CustomerID != have.ID {
		t.Errorf("half of it was taken back: %+v", got)
	}
}

// TestOneConverts: of many who convert a lead at once one does (quality.md, “two at once: one wins”).
func TestOneConverts(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	for range 5 {
		l := f.lead(nil)
		f.Must(f.review(f.boss, l.ID, crm.Review{Result: crm.ReviewPass}))
		var wg sync.WaitGroup
		results := make([]string, 10)
		for i := range results {
			wg.Go(func() {
				results[i] = keyOf(f.Do(f.rep, func(ctx context.Context, s *record.Session) error {
					_, err := crm.ConvertLead(ctx, s, l.ID, crm.Conversion{})
					return err
				}))
			})
		}
		wg.Wait()
		won := 0
		for _, r := range results {
			if r == "" {
				won++
			} else if r != "lead.converted" {
				t.Errorf("it was told %q", r)
			}
		}
		if won != 1 {
			t.Errorf("%d converted it", won)
		}
	}
	var n int64
	f.Read(f.Admin, func(ctx context.Context, s *record.Session) (err error) {
		n, err = s.Count(ctx, "customer", record.Query{})
		return err
	})
	if n != 5 {
		t.Errorf("%d customers of 5 leads", n)
	}
}

// TestLateRegistration: what is registered more than a day after it was got is taken, and marked.
func TestLateRegistration(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	l := f.lead(func(l *crm.Lead) { l.AcquiredAt = after(-30 * time.Hour) })
	if !l.Late {
		t.Error("it is not marked")
	}
	f.want("late", l.ID, crm.LeadPending, "register late 03-10 04:00 王芳; review running 03-12 10:00 林主管")
	var from *crm.Lead
	f.Must(f.Store.Write(t.Context(), f.Admin, audit.Import, func(s *record.Session) error {
		from = &crm.Lead{Company: "展会名片", AcquiredAt: after(-40 * day), State: crm.LeadNegotiating, Grade: "B"}
		return record.Create(t.Context(), s, from)
	}))
	if !from.Late || from.State != crm.LeadNegotiating {
		t.Errorf("from a workbook: %+v", from)
	}
}
