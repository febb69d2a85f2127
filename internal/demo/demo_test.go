package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/codes"
	"genjin/internal/cn/uscc"
	"genjin/internal/crm"
	"genjin/internal/dbtest"
	"genjin/internal/demo"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// now is a Wednesday morning.
var now = time.Date(2026, 11, 18, 2, 15, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newStore gives an empty installation whose clock stands at an instant.
func newStore(t testing.TB, at time.Time) *record.Store {
	t.Helper()
	reg := record.NewRegistry()
	org.Register(reg)
	crm.Register(reg)
	o := dbtest.Options(t)
	o.Clock = clock.NewFake(at)
	return record.NewStore(dbtest.OpenWith(t, o), reg, shanghai)
}

func load(t testing.TB, store *record.Store, o demo.Options) demo.Result {
	t.Helper()
	result, err := demo.Load(t.Context(), store, o)
	must(t, err)
	return result
}

func read(t testing.TB, store *record.Store, fn func(s *record.Session) error) {
	t.Helper()
	must(t, store.Read(t.Context(), access.System("test"), fn))
}

func number(t testing.TB, store *record.Store, query string, args ...any) (n int64) {
	t.Helper()
	read(t, store, func(s *record.Session) error { return s.Tx.QueryRow(t.Context(), query, args...).Scan(&n) })
	return n
}

// digest gives a sum of everything that was loaded, ids and log included.
func digest(t *testing.T, store *record.Store) string {
	t.Helper()
	sum := sha256.New()
	read(t, store, func(s *record.Session) error {
		for _, table := range []string{"department", "account", "customer", "contact", "followup", "stage_change", "comment", "work_log", "obligation", "audit_entry"} {
			rows, err := s.Tx.Query(t.Context(), "SELECT * FROM "+table+" ORDER BY id")
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				fmt.Fprintln(sum, table, values)
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil))
}

func TestTheSameSeedGivesTheSame(t *testing.T) {
	for name, o := range map[string]demo.Options{
		"step by step": {Customers: 25, Seed: 7},
		"at once":      {Customers: 40, Seed: 7, Followups: 2, Contacts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			once, again, other := newStore(t, now), newStore(t, now), newStore(t, now)
			load(t, once, o)
			load(t, again, o)
			o.Seed++
			load(t, other, o)
			if digest(t, once) != digest(t, again) {
				t.Error("two loads differ")
			}
			if digest(t, once) == digest(t, other) {
				t.Error("another seed gives the same")
			}
		})
	}
}

// Later on the same day nothing is different, and nothing has happened that day.
func TestTimesHangOnTheDay(t *testing.T) {
	morning, evening := newStore(t, now.Add(-10*time.Hour)), newStore(t, now.Add(13*time.Hour))
	const times = `SELECT COALESCE(SUM(happened_at % 1000003), 0) FROM followup`
	for _, store := range []*record.Store{morning, evening} {
		load(t, store, demo.Options{Customers: 30})
		if n := number(t, store, `SELECT COUNT(*) FROM followup WHERE happened_at >= ?`, midnight()); n > 0 {
			t.Errorf("%d follow-ups are of today or later", n)
		}
	}
	if number(t, morning, times) != number(t, evening, times) {
		t.Error("the times differ")
	}
}

func midnight() time.Time { return time.Date(2026, 11, 18, 0, 0, 0, 0, shanghai) }

func TestDefaults(t *testing.T) {
	store := newStore(t, now)
	countsAreTold(t, store)
	yearMakesSense(t, store)
}

// countsAreTold loads what is loaded when nothing else is said.
func countsAreTold(t *testing.T, store *record.Store) {
	t.Helper()
	var done []int
	var users []id.ID
	result := load(t, store, demo.Options{
		Progress: func(n, total int) { done = append(done, n, total) },
		Password: func(_ context.Context, user id.ID) error { users = append(users, user); return nil },
	})
	if result.Customers != 200 || number(t, store, `SELECT COUNT(*) FROM customer WHERE `+notOfLeads("id")) != 200 {
		t.Errorf("%d customers", result.Customers)
	}
	if fmt.Sprint(done) != "[100 200 200 200]" {
		t.Errorf("progress %v", done)
	}
	if len(users) != len(result.Users) || len(users) < 12 {
		t.Errorf("%d users, %d got a password", len(result.Users), len(users))
	}
	for table, n := range map[string]int{"contact WHERE " + notOfLeads("customer_id"): result.Contacts, "followup WHERE lead_id IS NULL AND state = 'done'": result.Followups} {
		if got := number(t, store, "SELECT COUNT(*) FROM "+table); got != int64(n) || n < 400 {
			t.Errorf("%d of %s, told %d", got, table, n)
		}
	}
	roles := map[string]int{}
	for _, u := range result.Users {
		roles[u.Role]++
	}
	for _, role := range org.BuiltIns {
		if roles[role.Key] == 0 {
			t.Errorf("nobody is %s", role.Key)
		}
	}
}

// notOfLeads gives the condition that a customer did not come as a lead.
func notOfLeads(customer string) string {
	return customer + " NOT IN (SELECT customer_id FROM lead WHERE customer_id IS NOT NULL)"
}

// yearMakesSense checks that what is loaded is plausible: this is what the first page shows.
func yearMakesSense(t *testing.T, store *record.Store) {
	t.Helper()
	for _, c := range []struct {
		what      string
		condition string
		low, high int64
	}{
		{"prospects", `FROM customer WHERE stage = 'prospect'`, 20, 70},
		{"interested", `FROM customer WHERE stage = 'interested'`, 25, 75},
		{"negotiating", `FROM customer WHERE stage = 'negotiating'`, 12, 50},
		{"won", `FROM customer WHERE stage = 'won' AND deal_status = 'closed' AND business_from <> ''`, 20, 75},
		{"lost, with reasons", `FROM customer WHERE stage = 'lost' AND loss_reason <> ''`, 10, 50},
		{"lost, without a reason", `FROM customer WHERE stage = 'lost' AND loss_reason = ''`, 0, 0},
		{"new this month", `FROM customer WHERE created_at >= 1793462400000`, 8, 40}, // 2026-11-01
		{"overdue", `FROM customer WHERE next_followup_at < 1794931200000`, 8, 30},
		{"overdue by more than five days", `FROM customer WHERE next_followup_at < 1794931200000 - 5 * 86400000`, 0, 0},
		{"lost or won and overdue", `FROM customer WHERE stage IN ('lost', 'won') AND next_followup_at < 1794931200000`, 0, 0},
		{"lost and planned", `FROM customer WHERE stage = 'lost' AND next_planned_at IS NOT NULL`, 0, 0},
		{"followed up by the cadence alone", `FROM customer WHERE stage <> 'lost' AND next_planned_at IS NULL`, 10, 60},
		{"whose plan is told wrong", `FROM customer c WHERE COALESCE(next_planned_at, 0) <> (SELECT COALESCE(MIN(planned_at), 0) FROM followup f WHERE f.customer_id = c.id AND state = 'planned')`, 0, 0},
		{"with two plans", `FROM (SELECT customer_id FROM followup WHERE state = 'planned' GROUP BY customer_id, lead_id HAVING COUNT(*) > 1) AS twice`, 0, 0},
		{"plans that were let go", `FROM followup WHERE state = 'cancelled'`, 0, 0},
		{"plans with a purpose", `FROM followup WHERE state = 'planned' AND purpose <> ''`, 90, 160},
		{"plans with a place and reminders", `FROM followup WHERE state = 'planned' AND place <> '' AND remind LIKE '["%'`, 8, 80},
		{"plans with colleagues", `FROM followup WHERE state = 'planned' AND participant_ids LIKE '["%'`, 3, 60},
		{"follow-ups that were planned", `FROM followup WHERE state = 'done' AND planned_at IS NOT NULL`, 400, 1000},
		{"follow-ups that were put off", `FROM followup WHERE postponed > 0 AND postpone_reason <> ''`, 30, 200},
		{"comments", `FROM comment`, 3, 40},
		{"work logs", `FROM work_log WHERE remark <> ''`, 20, 100},
		{"birthdays of the next two weeks", `FROM contact WHERE birthday_on BETWEEN '2026-11-18' AND '2026-12-01'`, 5, 40},
		{"birthdays that are over", `FROM contact WHERE birthday_on BETWEEN '2' AND '2026-11-17'`, 0, 0},
		{"clocks met in time", `FROM obligation WHERE state = 'met'`, 800, 2500},
		{"clocks met late", `FROM obligation WHERE state = 'late'`, 50, 900},
		{"plans overdue by the clock", `FROM obligation WHERE kind = 'followup.due' AND state = 'running' AND due_at < 1794931200000`, 8, 30},
		{"cadences overdue", `FROM obligation WHERE kind = 'customer.cadence' AND state = 'running' AND due_at < 1794931200000`, 8, 40},
		{"cadences overdue by more than five days", `FROM obligation WHERE kind = 'customer.cadence' AND state = 'running' AND due_at < 1794931200000 - 5 * 86400000`, 0, 0},
		{"customers without a cadence", `FROM customer c WHERE NOT EXISTS (SELECT 1 FROM obligation o WHERE o.record_id = c.id AND o.kind = 'customer.cadence' AND o.state = 'running')`, 9, 9},
		{"whose data is to be confirmed", `FROM obligation WHERE kind = 'customer.verify' AND state = 'running' AND due_at < 1794931200000`, 1, 40},
		{"due today", `FROM customer WHERE next_followup_at BETWEEN 1794931200000 AND 1795017599999`, 6, 30}, // 2026-11-18
		{"planned", `FROM customer WHERE next_followup_at >= 1795017600000`, 90, 180},
		{"without a main contact", `FROM customer WHERE main_contact = '' OR main_phone = ''`, 0, 0},
		{"whose last follow-up is told wrong", `FROM customer c WHERE last_followup_at <> (SELECT MAX(happened_at) FROM followup f WHERE f.customer_id = c.id)`, 0, 0},
		{"with a follow-up before they came", `FROM followup f JOIN customer c ON c.id = f.customer_id WHERE f.lead_id IS NULL AND f.happened_at < c.created_at`, 0, 0},
		{"follow-ups written before they happened", `FROM followup WHERE recorded_at <= happened_at`, 0, 0},
		{"follow-ups planned backwards", `FROM followup WHERE next_at <= happened_at`, 0, 0},
		{"marked as late", `FROM followup WHERE late = 1`, 0, 0},
		{"whose stage has no history", `FROM customer c WHERE stage <> 'prospect' AND stage <> (SELECT to_stage FROM stage_change h WHERE h.customer_id = c.id ORDER BY id DESC LIMIT 1)`, 0, 0},
		{"stage changes out of order", `FROM stage_change a JOIN stage_change b ON b.customer_id = a.customer_id AND b.id > a.id WHERE b.created_at <= a.created_at OR b.from_stage = '' `, 0, 0},
		{"in a stage since another time", `FROM customer c WHERE stage <> 'prospect' AND stage_since <> (SELECT MAX(created_at) FROM stage_change h WHERE h.customer_id = c.id)`, 0, 0},
		{"owned by nobody", `FROM customer WHERE owner_id IS NULL OR department_id IS NULL`, 9, 9},
		{"in the pool", `FROM customer WHERE pool_id IS NOT NULL AND owner_id IS NULL`, 9, 9},
		{"leads in their pool", `FROM lead WHERE pool_id IS NOT NULL AND owner_id IS NULL`, 4, 4},
		{"contacts who report to another company", `FROM contact a JOIN contact b ON b.id = a.reports_to WHERE a.customer_id <> b.customer_id`, 0, 0},
		{"contacts who report to somebody", `FROM contact WHERE reports_to IS NOT NULL`, 80, 400},
		{"referred by another", `FROM customer WHERE referred_by IS NOT NULL`, 10, 60},
		{"leads that wait", `FROM lead WHERE state = 'pending'`, 5, 20},
		{"leads being worked", `FROM lead WHERE state IN ('working', 'need', 'proposal') AND converted_at IS NULL`, 8, 40},
		{"leads that became customers", `FROM lead WHERE converted_at IS NOT NULL`, 3, 15},
		{"leads that were contacted without a plan", `FROM lead WHERE contacted_at IS NOT NULL AND first_plan_at IS NULL`, 0, 0},
		{"leads decided about without a decision", `FROM lead l WHERE state <> 'pending' AND NOT EXISTS (SELECT 1 FROM lead_review r WHERE r.lead_id = l.id)`, 0, 0},
		{"names that occur twice", `FROM (SELECT norm_name FROM customer GROUP BY norm_name HAVING COUNT(*) > 1) AS twice`, 0, 1},
	} {
		if n := number(t, store, "SELECT COUNT(*) "+c.condition); n < c.low || n > c.high {
			t.Errorf("%s: %d, want %d to %d", c.what, n, c.low, c.high)
		}
	}
	if least := number(t, store, `SELECT MIN(n) FROM (SELECT COUNT(*) AS n FROM followup WHERE lead_id IS NULL AND state = 'done' GROUP BY customer_id) AS each_one`); least < 2 {
		t.Errorf("a customer has %d follow-ups", least)
	}
	if most := number(t, store, `SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM followup WHERE lead_id IS NULL AND state = 'done' GROUP BY customer_id) AS each_one`); most > 8 {
		t.Errorf("a customer has %d follow-ups", most)
	}
}

func TestPlacesAndCodes(t *testing.T) {
	store := newStore(t, now)
	load(t, store, demo.Options{Customers: 300, Seed: 3, Followups: 1, Contacts: 1})
	n := 0
	each(t, store, `SELECT name, kind, region, industry, credit_code FROM customer`, func(f []string) {
		name, kind, region, industry, code := f[0], f[1], f[2], f[3], f[4]
		city := codes.Regions().Name(codes.Regions().City(region))
		if kind != "person" && !strings.HasPrefix(name, codes.Regions().Short(codes.Regions().City(region))) {
			t.Errorf("%s lies in %s", name, city)
		}
		if _, ok := codes.Industries().Get(industry); !ok && kind != "person" {
			t.Errorf("%s is in no industry", name)
		}
		if code == "" {
			if kind != "person" {
				t.Errorf("%s has no credit code", name)
			}
			return
		}
		n++
		if err := uscc.Check(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
		if uscc.Region(code) != region || !strings.HasPrefix(uscc.Organisation(code), "DEM") {
			t.Errorf("%s of %s in %s", code, name, region)
		}
	})
	if n < 250 {
		t.Errorf("%d credit codes", n)
	}
	each(t, store, `SELECT name, mobile FROM contact`, func(f []string) {
		if len(f[1]) != 11 || !strings.HasPrefix(f[1], "145") {
			t.Errorf("%s has the number %s", f[0], f[1])
		}
	})
}

// each gives fn the rows of a query over texts.
func each(t *testing.T, store *record.Store, query string, fn func(fields []string)) {
	t.Helper()
	read(t, store, func(s *record.Session) error {
		rows, err := s.Tx.Query(t.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		fields, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range fields {
			into[i] = &fields[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return err
			}
			fn(fields)
		}
		return rows.Err()
	})
}

// A customer's owner works where the customer is.
func TestOwnersWorkThere(t *testing.T) {
	store := newStore(t, now)
	load(t, store, demo.Options{Customers: 100})
	each(t, store, `SELECT d.name, c.region FROM customer c JOIN department d ON d.id = c.department_id`, func(f []string) {
		if f[0] == "上海部" != strings.HasPrefix(f[1], "31") {
			t.Errorf("%s looks after %s", f[0], codes.Regions().Path(f[1]))
		}
	})
	var rep id.ID
	read(t, store, func(s *record.Session) error {
		return s.Tx.QueryRow(t.Context(), `SELECT id FROM account WHERE login = 'huangsiqi'`).Scan(&rep)
	})
	var actor *access.Actor
	must(t, store.DB().Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		actor, err = org.LoadActor(t.Context(), tx, rep)
		return err
	}))
	must(t, store.Read(t.Context(), actor, func(s *record.Session) error {
		mine, err := record.Find[crm.Customer](t.Context(), s, record.Query{Limit: 100})
		if len(mine) < 5 || len(mine) > 50 {
			t.Errorf("she sees %d customers", len(mine))
		}
		for _, c := range mine {
			if c.OwnerID != rep {
				t.Errorf("she sees %s", c.Name)
			}
		}
		return err
	}))
}

// Whoever looks at a weekend, or on a Monday, sees the same kind of company; so does one who loads many at once.
func TestWhatIsDueOnEveryDay(t *testing.T) {
	for _, day := range []int{0, 3, 4, 5} { // Wednesday, Saturday, Sunday, Monday
		at := now.AddDate(0, 0, day)
		for _, o := range []demo.Options{{Customers: 100}, {Customers: 100, Followups: 2, Contacts: 1}} {
			store := newStore(t, at)
			load(t, store, o)
			today := midnight().AddDate(0, 0, day)
			count := func(from, to int, where string) int64 {
				return number(t, store, `SELECT COUNT(*) FROM customer WHERE next_followup_at >= ? AND next_followup_at < ?`+where, today.AddDate(0, 0, from), today.AddDate(0, 0, to))
			}
			late, due, ahead := count(-5, 0, ""), count(0, 1, ""), count(1, 1000, "")
			if late < 2 || late > 20 || due < 2 || due > 20 || ahead < 40 || count(-1000, -5, "") > 0 || count(-1000, 0, " AND stage IN ('won', 'lost')") > 0 ||
				number(t, store, `SELECT COUNT(*) FROM followup WHERE state = 'cancelled'`) > 0 {
				t.Errorf("%s, %+v: %d overdue, %d older, %d due, %d planned", at.Weekday(), o, late, count(-1000, -5, ""), due, ahead)
			}
		}
	}
}

func TestNamesTheCompany(t *testing.T) {
	for _, was := range []string{"", "跟进科技"} {
		store := newStore(t, now)
		must(t, store.Write(t.Context(), access.System("test"), audit.Screen, func(s *record.Session) error {
			if was == "" {
				return nil
			}
			return s.SetSetting(t.Context(), org.CompanyName, was)
		}))
		load(t, store, demo.Options{Customers: 1})
		must(t, store.RefreshSchema(t.Context()))
		got := store.Schema().Setting(org.CompanyName)
		if got == "" || was != "" && got != was {
			t.Errorf("the company %q is called %q", was, got)
		}
	}
}

func TestRefusesWhereCustomersAre(t *testing.T) {
	store := newStore(t, now)
	must(t, store.Write(t.Context(), access.System("test"), audit.Screen, func(s *record.Session) error {
		return record.Create(t.Context(), s, &crm.Customer{Name: "深圳市真实科技有限公司"})
	}))
	o := demo.Options{Customers: 20}
	if _, err := demo.Load(t.Context(), store, o); !errs.Is(err, errs.Conflict) {
		t.Fatal(err)
	}
	if n := number(t, store, `SELECT COUNT(*) FROM account`); n > 0 {
		t.Errorf("%d users were made", n)
	}
	o.Force = true
	load(t, store, o)
	if again := load(t, store, o); len(again.Users) != 0 {
		t.Errorf("%d users came a second time", len(again.Users))
	}
	if n := number(t, store, `SELECT COUNT(*) FROM customer WHERE `+notOfLeads("id")); n != 41 {
		t.Errorf("%d customers", n)
	}
}

// A load that was broken off is gone on with: nothing is there twice, nothing is missing.
func TestResume(t *testing.T) {
	store := newStore(t, now)
	ctx, cancel := context.WithCancel(t.Context())
	o := demo.Options{Customers: 120, Progress: func(int, int) { cancel() }}
	if _, err := demo.Load(ctx, store, o); err == nil {
		t.Fatal("the load went on")
	}
	o.Progress, o.Resume = nil, true
	if r := load(t, store, o); r.Customers != 20 {
		t.Errorf("%d customers more", r.Customers)
	}
	if n := number(t, store, `SELECT COUNT(DISTINCT credit_code) FROM customer WHERE credit_code <> ''`); n < 105 {
		t.Errorf("%d credit codes", n)
	}
	if n := number(t, store, `SELECT COUNT(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM followup f WHERE f.customer_id = c.id)`); n != 0 {
		t.Errorf("%d customers without a follow-up", n)
	}
}

// Where a company was set up, its department is the top of the tree.
func TestBelowTheCompany(t *testing.T) {
	store := newStore(t, now)
	top := &org.Department{Name: "跟进科技"}
	must(t, store.Write(t.Context(), access.System("test"), audit.Screen, func(s *record.Session) error {
		return record.Create(t.Context(), s, top)
	}))
	load(t, store, demo.Options{Customers: 1})
	if n := number(t, store, `SELECT COUNT(*) FROM department WHERE parent_id IS NULL`); n != 1 {
		t.Errorf("%d departments at the top", n)
	}
	const deepest = `SELECT COUNT(*) FROM department a JOIN department b ON b.id = a.parent_id JOIN department c ON c.id = b.parent_id
		WHERE a.name = '深圳一部' AND b.name = '华南大区' AND c.name = '销售中心' AND c.parent_id = ?`
	if n := number(t, store, deepest, int64(top.ID)); n != 1 {
		t.Error("the tree is not as it should be")
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, o := range []demo.Options{{Customers: 200}, {Customers: 2000, Followups: 2, Contacts: 1}} {
		b.Run(fmt.Sprintf("%d customers, %d follow-ups", o.Customers, o.Followups), func(b *testing.B) {
			rows := 0
			for range b.N {
				b.StopTimer()
				store := newStore(b, now)
				b.StartTimer()
				r := load(b, store, o)
				rows += r.Customers + r.Contacts + r.Followups
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
