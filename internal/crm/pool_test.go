package crm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
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
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/testkit"
)

// lake is a company with a pool: two reps of one department with a supervisor, and one rep outside.
type lake struct {
	*testkit.Kit
	sales, other        id.ID
	boss, li, wang, out *access.Actor
	pool                id.ID
}

func newLake(t *testing.T, set func(p *crm.Pool)) *lake {
	k := testkit.New(t)
	l := &lake{Kit: k}
	l.sales, l.other = k.Department("销售部", k.Root), k.Department("别部", k.Root)
	l.boss = k.User("boss", "主管", org.Supervisor, l.sales)
	l.li, l.wang = k.User("li", "李", org.SalesRep, l.sales), k.User("wang", "王", org.SalesRep, l.sales)
	l.out = k.User("out", "外", org.SalesRep, l.other)
	k.Must(k.Store.Write(t.Context(), k.Admin, audit.Screen, func(s *record.Session) error {
		if _, err := record.Update(t.Context(), s, l.sales, 0, func(d *org.Department) error {
			d.SupervisorIDs = entity.List{l.boss.ID.String()}
			return nil
		}); err != nil {
			return err
		}
		p := &crm.Pool{Name: "华南公海", Holds: "customer", Departments: entity.List{l.sales.String()}, Admins: entity.List{l.boss.ID.String()}}
		if set != nil {
			set(p)
		}
		err := record.Create(t.Context(), s, p)
		l.pool = p.ID
		return err
	}))
	k.Must(k.Store.RefreshSchema(t.Context()))
	l.refresh()
	return l
}

// refresh loads the actors anew.
func (l *lake) refresh() {
	for _, a := range []**access.Actor{&l.boss, &l.li, &l.wang, &l.out} {
		fresh, err := l.Actors.Get(l.T.Context(), l.Store.DB(), (*a).ID)
		l.Must(err)
		*a = fresh
	}
}

func (l *lake) as(who *access.Actor, fn func(s *record.Session) error) error {
	return l.Store.Write(l.T.Context(), who, audit.Screen, fn)
}

func (l *lake) customer(owner *access.Actor, name string) id.ID {
	l.T.Helper()
	c := &crm.Customer{Name: name, Grade: "A"}
	l.Must(l.as(owner, func(s *record.Session) error { return record.Create(l.T.Context(), s, c) }))
	return c.ID
}

func (l *lake) get(x id.ID) *crm.Customer {
	l.T.Helper()
	var c *crm.Customer
	l.Must(l.Store.Read(l.T.Context(), access.System("test"), func(s *record.Session) (err error) {
		c, err = record.Get[crm.Customer](l.T.Context(), s, x)
		return err
	}))
	return c
}

func (l *lake) put(who *access.Actor, x id.ID, note string) error {
	return l.as(who, func(s *record.Session) error { return crm.Put(l.T.Context(), s, l.pool, x, note) })
}

func (l *lake) claim(who *access.Actor, x id.ID) error {
	return l.as(who, func(s *record.Session) error { return crm.Claim(l.T.Context(), s, l.pool, x) })
}

func (l *lake) wants(err error, kind errs.Kind, key string) {
	l.T.Helper()
	var told *errs.Error
	if !errors.As(err, &told) || told.Kind != kind || key != "" && told.Key != key {
		l.T.Errorf("got %v, not %s %s", err, kind, key)
	}
}

func number(n int64) *int64 { return &n }

func TestClaimAndPutBack(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) { p.CoolDays = number(7) })
	x := l.customer(l.li, "深圳市灯塔科技有限公司")
	if err := l.put(l.li, x, ""); err == nil {
		t.Error("given back without a reason")
	}
	l.wants(l.put(l.wang, x, "不要"), errs.NotFound, "")
	l.Must(l.put(l.li, x, "联系不上"))
	c := l.get(x)
	if c.OwnerID != 0 || c.DepartmentID != 0 || c.PoolID != l.pool || c.PoolReason != crm.ReasonReturned || c.PoolNote != "联系不上" || c.FormerOwner != l.li.ID {
		t.Errorf("in the pool: %+v", c.Pooled)
	}
	l.Must(l.Store.Read(t.Context(), l.wang, func(s *record.Session) error {
		_, err := record.Get[crm.Customer](t.Context(), s, x)
		l.wants(err, errs.NotFound, "")
		return nil
	}))
	l.wants(l.claim(l.li, x), errs.Conflict, "pool.cooling")
	l.wants(l.claim(l.out, x), errs.NotFound, "")
	l.Must(l.claim(l.wang, x))
	l.wants(l.claim(l.li, x), errs.Conflict, "pool.taken_by")
	if c = l.get(x); c.OwnerID != l.wang.ID || c.DepartmentID != l.sales || c.PoolID != 0 || c.PoolReason != "" {
		t.Errorf("claimed: %+v %+v", c.Owned, c.Pooled)
	}
	l.Must(l.put(l.boss, x, ""))
	if c = l.get(x); c.PoolReason != crm.ReasonPut || c.FormerOwner != l.wang.ID {
		t.Errorf("put by the supervisor: %+v", c.Pooled)
	}
	l.wants(l.put(l.Admin, x, ""), errs.Conflict, "pool.already")
	l.wants(l.as(l.li, func(s *record.Session) error { return crm.AssignFrom(t.Context(), s, l.pool, x, l.li.ID) }), errs.Denied, "")
	l.Must(l.as(l.boss, func(s *record.Session) error { return crm.AssignFrom(t.Context(), s, l.pool, x, l.li.ID) }))
	if c = l.get(x); c.OwnerID != l.li.ID {
		t.Errorf("assigned: %+v", c.Owned)
	}
}

func TestClaimLimits(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) { p.ClaimDaily, p.HoldUser, p.HoldDepartment = number(2), number(3), number(4) })
	var all []id.ID
	for i := range 8 {
		x := l.customer(l.out, fmt.Sprintf("客户%d有限公司", i))
		l.Must(l.put(l.Admin, x, ""))
		all = append(all, x)
	}
	l.Must(l.claim(l.li, all[0]))
	l.Must(l.claim(l.li, all[1]))
	l.wants(l.claim(l.li, all[2]), errs.Conflict, "pool.daily")
	l.Clock.Advance(24 * time.Hour)
	l.Must(l.claim(l.li, all[2]))
	l.wants(l.claim(l.li, all[3]), errs.Conflict, "pool.hold_user")
	l.Must(l.as(l.li, func(s *record.Session) error { // a won one does not count
		_, err := record.Update(t.Context(), s, all[0], 0, func(c *crm.Customer) error { c.Stage = crm.StageWon; return nil })
		return err
	}))
	l.Must(l.claim(l.li, all[3]))
	l.Must(l.claim(l.wang, all[4]))
	l.wants(l.claim(l.wang, all[5]), errs.Conflict, "pool.hold_department")
}

func TestHiddenInPool(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) { p.Hidden = entity.List{"credit_code", "need", "main_phone", "name", "nothing"} })
	const mobile = "13800138000"
	c := &crm.Customer{Name: "珠海市远航贸易有限公司", Need: "秘密需求"}
	l.Must(l.as(l.out, func(s *record.Session) error {
		if err := record.Create(t.Context(), s, c); err != nil {
			return err
		}
		return record.Create(t.Context(), s, &crm.Contact{CustomerID: c.ID, Name: "赵六", Mobile: mobile})
	}))
	l.Must(l.put(l.Admin, c.ID, ""))
	l.Must(l.Store.Read(t.Context(), l.li, func(s *record.Session) error {
		p, st, err := crm.PoolFor(t.Context(), s, l.pool)
		l.Must(err)
		if p.Hidden.Has("name") || p.Hidden.Has("nothing") || !p.Hidden.Has("contact.mobile") {
			t.Errorf("hides %v", p.Hidden)
		}
		through, err := s.Through(t.Context(), "customer", p.ID, st.Admin)
		l.Must(err)
		page, err := through.List(t.Context(), "customer", record.Query{})
		l.Must(err)
		if len(page.Rows) != 1 {
			t.Fatalf("%d rows", len(page.Rows))
		}
		view, err := through.View(t.Context(), "customer", page.Rows, nil)
		l.Must(err)
		for _, f := range view.Fields() {
			if f.Name == "need" || f.Name == "credit_code" || f.Name == "main_phone" {
				t.Errorf("shows %s", f.Name)
			}
		}
		for _, q := range []record.Query{{Sort: "need"}, {Filter: &record.Filter{Field: "need", Op: entity.NotEmpty}}, {Filter: &record.Filter{Field: "credit_code", Op: entity.NotEmpty}}} {
			if _, err := through.List(t.Context(), "customer", q); err == nil {
				t.Errorf("answers %+v", q)
			}
		}
		for typed, finds := range map[string]int64{"远航": 1, "赵六": 0, "8001380": 0} {
			if n, err := through.Count(t.Context(), "customer", record.Query{Text: typed}); err != nil || n != finds {
				t.Errorf("%q finds %d, %v", typed, n, err)
			}
		}
		if _, err := through.List(t.Context(), "contact", record.Query{}); err != nil {
			t.Error(err)
		} else if n, _ := through.Count(t.Context(), "contact", record.Query{}); n != 0 {
			t.Error("shows contacts")
		}
		found, err := s.Match(t.Context(), "customer", []record.Candidate{{"contact.mobile": mobile}, {"customer.name": c.Name}})
		l.Must(err)
		if len(found[0]) != 0 || len(found[1]) != 1 {
			t.Errorf("found %v", found)
		}
		found, err = s.Match(t.Context(), "contact", []record.Candidate{{"contact.mobile": mobile}})
		l.Must(err)
		if len(found[0]) != 0 {
			t.Errorf("found as a contact: %v", found)
		}
		return nil
	}))
	l.Must(l.Store.Read(t.Context(), l.Admin, func(s *record.Session) error {
		found, err := s.Match(t.Context(), "customer", []record.Candidate{{"contact.mobile": mobile}})
		if err == nil && len(found[0]) != 1 {
			t.Error("who sees everything does not find it")
		}
		return err
	}))
}

// TestHistoryInPool: who may take a record sees how it was followed up; what was said, only where the pool hides nothing.
func TestHistoryInPool(t *testing.T) {
	for name, one := range map[string]struct {
		hidden entity.List
		want   string
	}{
		"all":              {nil, "2 content,feedback,happened_at,next_action,owner_id,result,way"},
		"a number":         {entity.List{"main_phone"}, "2 happened_at,owner_id,result,way"},
		"whose it was":     {entity.List{"former_owner_id"}, "2 happened_at,result,way"},
		"when it was last": {entity.List{"last_followup_at"}, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t, func(p *crm.Pool) { p.Hidden = one.hidden })
			x, other := l.customer(l.out, "珠海市远航贸易有限公司"), l.customer(l.out, "珠海市近海贸易有限公司")
			for _, of := range []id.ID{x, x, other} {
				l.Clock.Advance(time.Hour)
				l.Must(l.as(l.out, func(s *record.Session) error {
					return record.Create(t.Context(), s, &crm.Followup{CustomerID: of, Way: "call", Content: "他的号码是 13800138000"})
				}))
			}
			l.Must(l.as(l.out, func(s *record.Session) error { // what is only planned is no history
				return record.Create(t.Context(), s, &crm.Followup{CustomerID: x, Purpose: "报价", PlannedAt: clock.At(l.Clock.Now().Add(time.Hour))})
			}))
			l.Must(l.put(l.Admin, x, ""))
			got := ""
			l.Must(l.Store.Read(t.Context(), l.li, func(s *record.Session) error {
				p, st, err := crm.PoolFor(t.Context(), s, l.pool)
				l.Must(err)
				through, err := s.Through(t.Context(), "customer", p.ID, st.Admin)
				l.Must(err)
				if _, err := crm.PoolHistory(t.Context(), through, p, other); !errs.Is(err, errs.NotFound) {
					t.Errorf("of what lies in no pool: %v", err)
				}
				if n, err := through.Count(t.Context(), "followup", record.Query{}); err != nil || n != 3 {
					t.Errorf("%d follow-ups show through the pool, %v", n, err)
				}
				q, err := crm.PoolHistory(t.Context(), through, p, x)
				l.Must(err)
				if q == nil {
					got = "none"
					return nil
				}
				page, err := through.List(t.Context(), "followup", *q)
				l.Must(err)
				view, err := through.View(t.Context(), "followup", page.Rows, q.Fields)
				l.Must(err)
				var shown map[string]any
				l.Must(json.Unmarshal(view.AppendJSON(nil, page.Rows[0]), &shown))
				maps.DeleteFunc(shown, func(name string, _ any) bool {
					return name == "id" || name == "version" || strings.HasPrefix(name, "_")
				})
				got = fmt.Sprint(len(page.Rows), " ", strings.Join(slices.Sorted(maps.Keys(shown)), ","))
				return nil
			}))
			if got != one.want {
				t.Errorf("shows %s, want %s", got, one.want)
			}
		})
	}
}

// recycleAfter is a rule of days since the last follow-up.
func recycleAfter(days int, grades map[string]int) string {
	r := crm.Recycle{Groups: []crm.RecycleGroup{{All: []crm.Condition{{Since: crm.ReasonFollowup, Days: days, Grades: grades}}}}}
	text, err := r.Encode()
	if err != nil {
		panic(err)
	}
	return text
}

func TestFallsIntoPool(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) { p.Recycle = recycleAfter(10, map[string]int{"B": 20}) })
	x, graded, won, kept := l.customer(l.li, "甲有限公司"), l.customer(l.li, "乙有限公司"), l.customer(l.li, "丙有限公司"), l.customer(l.li, "丁有限公司")
	outside := l.customer(l.out, "戊有限公司")
	l.Must(l.as(l.li, func(s *record.Session) error {
		if _, err := record.Update(t.Context(), s, graded, 0, func(c *crm.Customer) error { c.Grade = "B"; return nil }); err != nil {
			return err
		}
		_, err := record.Update(t.Context(), s, won, 0, func(c *crm.Customer) error { c.Stage = crm.StageWon; return nil })
		return err
	}))
	lock := func(s *record.Session) error {
		_, err := record.Update(t.Context(), s, kept, 0, func(c *crm.Customer) error { c.Locked = true; return nil })
		return err
	}
	if err := l.as(l.li, lock); err == nil {
		t.Error("an owner locks what is theirs")
	}
	l.Must(l.as(l.boss, lock))
	if at := l.get(x).FallsAt; clock.DateOf(at.In(l.Store.Zone())) != clock.DateOf(testkit.Start.In(l.Store.Zone())).AddDays(11) {
		t.Errorf("falls at %v", at)
	}
	if n := l.fall(); n != 0 {
		t.Errorf("%d fell at once", n)
	}
	l.Clock.Advance(11 * 24 * time.Hour)
	if n := l.fall(); n != 1 {
		t.Errorf("%d fell", n)
	}
	if n := l.fall(); n != 0 {
		t.Errorf("%d fell twice", n)
	}
	if c := l.get(x); c.OwnerID != 0 || c.PoolID != l.pool || c.PoolReason != crm.ReasonFollowup || *c.PoolDays != 10 {
		t.Errorf("fell: %+v", c.Pooled)
	}
	for _, y := range []id.ID{graded, won, kept, outside} {
		if c := l.get(y); c.OwnerID == 0 {
			t.Errorf("%s fell", c.Name)
		}
	}
	l.Clock.Advance(10 * 24 * time.Hour)
	if n := l.fall(); n != 1 || l.get(graded).PoolID != l.pool {
		t.Errorf("%d fell by grade", n)
	}
	l.Must(l.Store.Read(t.Context(), l.Admin, func(s *record.Session) error {
		var n int
		err := s.Tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_entry WHERE record_id = ? AND action = 'pool'`, x).Scan(&n)
		if n != 1 {
			t.Errorf("%d entries of the fall", n)
		}
		return err
	}))
}

// fall lets fall what is due, by several at once.
func (l *lake) fall() int {
	l.T.Helper()
	total := make(chan int, 4)
	for range 4 {
		go func() {
			n, err := crm.FallIntoPools(context.WithoutCancel(l.T.Context()), l.Store)
			if err != nil {
				l.T.Error(err)
			}
			total <- n
		}()
	}
	n := 0
	for range 4 {
		n += <-total
	}
	return n
}

func TestNothingFallsUnwarned(t *testing.T) {
	l := newLake(t, nil)
	x := l.customer(l.li, "己有限公司")
	l.Clock.Advance(40 * 24 * time.Hour)
	var p crm.Pool
	l.Must(l.as(l.Admin, func(s *record.Session) error {
		next, err := record.Update(t.Context(), s, l.pool, 0, func(p *crm.Pool) error { p.Recycle = recycleAfter(30, nil); return nil })
		if err == nil {
			p = *next
		}
		return err
	}))
	l.Must(l.Store.RefreshSchema(t.Context()))
	l.Must(l.Store.Write(t.Context(), access.System("clocks"), audit.Rule, func(s *record.Session) error {
		_, err := s.ResetClocks(t.Context(), "customer.pool", 0, 100)
		return err
	}))
	if n := l.fall(); n != 0 {
		t.Errorf("%d fell unwarned", n)
	}
	for within, falls := range map[int]int{0: 0, 3: 1} {
		l.Must(l.Store.Read(t.Context(), l.Admin, func(s *record.Session) error {
			preview, err := crm.PreviewFalls(t.Context(), s, &p, within)
			if preview.Within != falls || preview.Tonight != 0 {
				t.Errorf("within %d days %+v", within, preview)
			}
			return err
		}))
	}
	l.Clock.Advance(4 * 24 * time.Hour)
	if n := l.fall(); n != 1 || l.get(x).PoolID != l.pool {
		t.Errorf("%d fell", n)
	}
}

func TestFallIsToDoFromItsWarning(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) { p.Recycle = recycleAfter(10, nil) })
	l.customer(l.li, "庚有限公司")
	toDo := func() (n int) {
		l.Must(l.Store.Read(t.Context(), l.li, func(s *record.Session) error {
			duties, err := s.Duties(t.Context(), record.DutyQuery{Kinds: []string{"customer.pool"}, Limit: 10})
			n = len(duties)
			return err
		}))
		return n
	}
	for _, tc := range []struct{ days, want int }{{0, 0}, {7, 0}, {9, 1}} {
		l.Clock.Advance(testkit.Start.AddDate(0, 0, tc.days).Sub(l.Clock.Now()))
		if n := toDo(); n != tc.want {
			t.Errorf("%d days after it was got, %d falls are to be done, want %d", tc.days, n, tc.want)
		}
	}
}

// rounds is how often claims race: GENJIN_RACES says another number.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("GENJIN_RACES")); err == nil && n > 0 {
		return n
	}
	return 3
}

// racers is how many claim at once.
const racers = 50

func TestOneOfManyClaims(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) { p.HoldUser, p.ClaimDaily = number(1_000_000), number(1_000_000) })
	who := make([]*access.Actor, racers)
	for i := range who {
		who[i] = l.User(fmt.Sprintf("rep%d", i), fmt.Sprintf("销售%d", i), org.SalesRep, l.sales)
	}
	for range rounds() {
		x := l.customer(l.out, "竞争有限公司"+l.Clock.Now().String())
		l.Clock.Advance(time.Minute)
		l.Must(l.put(l.Admin, x, ""))
		won, lost := l.race(who, func(int) id.ID { return x })
		if won != 1 || lost != racers-1 {
			t.Fatalf("%d won, %d lost", won, lost)
		}
	}
}

func TestRacingClaimsKeepLimits(t *testing.T) {
	const most = 5
	l := newLake(t, func(p *crm.Pool) { p.HoldUser, p.HoldDepartment = number(most), number(2*most) })
	who := []*access.Actor{l.li, l.wang, l.User("zhao", "赵", org.SalesRep, l.sales)}
	for round := range rounds() {
		var all []id.ID
		for i := range racers {
			x := l.customer(l.out, fmt.Sprintf("限额%d-%d有限公司", round, i))
			l.Must(l.put(l.Admin, x, ""))
			all = append(all, x)
		}
		many := make([]*access.Actor, racers)
		for i := range many {
			many[i] = who[i%len(who)]
		}
		won, _ := l.race(many, func(i int) id.ID { return all[i] })
		if won != 2*most {
			t.Fatalf("%d were claimed, not %d", won, 2*most)
		}
		for _, x := range all {
			if c := l.get(x); c.OwnerID != 0 {
				l.Must(l.put(l.boss, x, ""))
			}
		}
	}
}

// race lets everybody claim at once, and gives how many got something and how many were told otherwise.
func (l *lake) race(who []*access.Actor, which func(i int) id.ID) (won, lost int) {
	l.T.Helper()
	var wg sync.WaitGroup
	results := make([]error, len(who))
	begin := make(chan struct{})
	for i := range who {
		wg.Go(func() {
			<-begin
			results[i] = l.claim(who[i], which(i))
		})
	}
	close(begin)
	wg.Wait()
	for _, err := range results {
		switch {
		case err == nil:
			won++
		case errs.Is(err, errs.Conflict):
			lost++
		default:
			l.T.Errorf("a claim failed: %v", err)
		}
	}
	return won, lost
}

func TestLeadsLieInPools(t *testing.T) {
	l := newLake(t, func(p *crm.Pool) {
		p.Name, p.Holds, p.Recycle, p.Hidden = "线索池", "lead", recycleAfter(5, nil), entity.List{"phone"}
	})
	waiting := &crm.Lead{Company: "审核中有限公司", ContactName: "钱一", Phone: "13900139001", Source: "fair"}
	worked := &crm.Lead{Company: "跟进中有限公司", ContactName: "钱二", Phone: "13900139002", Source: "fair"}
	l.Must(l.as(l.li, func(s *record.Session) error {
		if err := record.Create(t.Context(), s, waiting); err != nil {
			return err
		}
		return record.Create(t.Context(), s, worked)
	}))
	l.Must(l.as(access.System("test"), func(s *record.Session) error {
		_, err := record.Update(t.Context(), s, worked.ID, 0, func(l *crm.Lead) error { l.State = crm.LeadTodo; return nil })
		return err
	}))
	l.wants(l.put(l.li, waiting.ID, "不要"), errs.Conflict, "pool.rests")
	l.Clock.Advance(6 * 24 * time.Hour)
	if n := l.fall(); n != 1 {
		t.Fatalf("%d fell", n)
	}
	if found, err := l.asks(l.wang, "跟进中有限公司"); err != nil || len(found) != 1 || found[0].Entity != "lead" || found[0].Pool != l.pool {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err := l.asks(l.wang, "13900139002"); err != nil || len(found) != 0 {
		t.Errorf("by a hidden number: %+v, %v", found, err)
	}
	l.Must(l.claim(l.wang, worked.ID))
	l.Must(l.Store.Read(t.Context(), l.wang, func(s *record.Session) error {
		one, err := record.Get[crm.Lead](t.Context(), s, worked.ID)
		if err == nil && (one.OwnerID != l.wang.ID || one.State != crm.LeadTodo || !one.AssignedAt.After(one.PassedAt.Time)) {
			t.Errorf("claimed: %+v", one)
		}
		return err
	}))
}
