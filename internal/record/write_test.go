package record_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rec := c.customer("甲有限公司", c.rep)
	set := func(version int64, remark string) error {
		return c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			return s.UpdateOne(ctx, "customer", rec.ID, version, record.Values{"remark": remark})
		})
	}
	c.Must(set(1, "一"))
	unchanged(c.Kit, "an old version", func() { wantKind(t, "an old version", set(1, "二"), errs.Stale) })
	unchanged(c.Kit, "a version to come", func() { wantKind(t, "a version to come", set(9, "二"), errs.Stale) })
	unchanged(c.Kit, "nothing new", func() { c.Must(set(2, "一")) })
	wantKind(t, "archive of an old version", c.Do(c.rep, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", rec.ID, 1) }), errs.Stale)
	c.Must(set(0, "三"))
	if got := c.get(rec.ID); got.Version != 3 || got.Remark != "三" || got.UpdatedBy != c.rep.ID {
		t.Errorf("after three changes: %+v", got.Base)
	}
}

func (c *company) get(x id.ID) (rec *crm.Customer) {
	c.T.Helper()
	c.Read(asSystem, func(ctx context.Context, s *record.Session) (err error) {
		rec, err = record.Get[crm.Customer](ctx, s, x)
		return err
	})
	return rec
}

func TestTwoEditorsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rec := c.customer("甲有限公司", c.rep)
	errors := atOnce(16, func(i int) error {
		return c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			return s.UpdateOne(ctx, "customer", rec.ID, 1, record.Values{"remark": fmt.Sprint(i)})
		})
	})
	won := 0
	for _, err := range errors {
		if err == nil {
			won++
			continue
		}
		wantKind(t, "the one who came second", err, errs.Stale)
	}
	if won != 1 || c.get(rec.ID).Version != 2 {
		t.Errorf("%d of 16 won", won)
	}
}

// atOnce runs fn n times at the same time.
func atOnce(n int, fn func(i int) error) []error {
	out := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			out[i] = fn(i)
		})
	}
	close(start)
	all.Wait()
	return out
}

func TestRacingForOneValue(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for field, value := range map[string]string{"code": "K-007", "credit_code": "91440300708461136T"} {
		errors := atOnce(16, func(i int) error {
			return c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
				_, err := s.CreateOne(ctx, "customer", record.Values{"name": fmt.Sprintf("%s%d有限公司", field, i), field: value})
				return err
			})
		})
		won := 0
		for _, err := range errors {
			switch {
			case err == nil:
				won++
			case !refusedFor(err, field, "field.taken") && !refusedFor(err, field, "field.taken_now"):
				t.Errorf("%s: %v", field, err)
			}
		}
		if won != 1 {
			t.Errorf("%s: %d of 16 won", field, won)
		}
	}
}

func TestUniqueWithinABatch(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.customer("旧有限公司", c.rep, func(x *crm.Customer) { x.Code = "OLD" })
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		made, refused, err := s.CreateMany(ctx, "customer", []record.Values{
			{"name": "一", "code": "A"},
			{"name": "二", "code": "A"},
			{"name": "三", "code": "OLD"},
			{"name": "四"},
			{"name": ""},
			{"name": "六", "code": strings.Repeat("x", 41)},
			{"name": "七", "parent_id": int64(4711)},
			{"name": "八", "stage": "nowhere", "employees": int64(-1)},
		})
		for i, key := range []string{"", "field.taken", "field.taken", "", "field.required", "field.too_long", "field.no_such", "field.choice"} {
			e, _ := errs.As(refused[i])
			if key == "" && (refused[i] != nil || made[i] == 0) || key != "" && (e == nil || e.Fields[0].Key != key || made[i] != 0) {
				t.Errorf("%d: %v, want %q", i, refused[i], key)
			}
			if record.Made[crm.Customer](s, made[i]) == nil != (key != "") {
				t.Errorf("%d: what was refused counts as made", i)
			}
		}
		return err
	}))
	if got := c.codes(); fmt.Sprint(got) != "[2026-Gen-001 A OLD]" {
		t.Errorf("codes: %v", got)
	}
}

// codes gives the codes of all customers in order.
func (c *company) codes() []string {
	var out []string
	c.Read(asSystem, func(ctx context.Context, s *record.Session) error {
		all, err := record.Find[crm.Customer](ctx, s, record.Query{Sort: "code", Limit: record.MaxLimit})
		for _, one := range all {
			out = append(out, one.Code)
		}
		return err
	})
	return out
}

func TestSerialNumbersNeverRepeat(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	const people, each = 50, 20
	taken := map[int64]bool{}
	var mu sync.Mutex
	for _, err := range atOnce(people, func(i int) error {
		for n := 0; n < each; n += 4 {
			var mine []int64
			err := c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
				mine = mine[:0]
				for k := range 4 {
					session := s
					if k%2 == 1 { // what a rule does in its own name takes from the same series
						session = s.As(s.Actor.Elevated(), audit.Rule)
					}
					x, err := session.Serial(ctx, "race")
					if err != nil {
						return err
					}
					mine = append(mine, x)
				}
				if (n/4+i)%5 == 0 {
					return errUndone
				}
				return nil
			})
			if err != nil && err != errUndone {
				return err
			}
			if err == errUndone {
				continue
			}
			mu.Lock()
			for _, x := range mine {
				if taken[x] || x < 1 {
					t.Errorf("%d was given twice", x)
				}
				taken[x] = true
			}
			mu.Unlock()
		}
		return nil
	}) {
		c.Must(err)
	}
	for x := range int64(len(taken)) {
		if !taken[x+1] {
			t.Errorf("%d was given to nobody, though only rolled back transactions had it", x+1)
		}
	}
}

func TestSerialsAndTry(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	take := func(s *record.Session, want int64) {
		t.Helper()
		if got, err := s.Serial(t.Context(), "try"); err != nil || got != want {
			t.Errorf("the next number is %d %v, want %d", got, err, want)
		}
	}
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		failed := s.Try(ctx, func() error {
			take(s, 1)
			take(s, 2)
			return errUndone
		})
		if failed != errUndone {
			t.Errorf("try: %v", failed)
		}
		take(s, 1)
		take(s.As(s.Actor, audit.Rule), 2)
		_ = s.Try(ctx, func() error { take(s, 3); return errUndone })
		c.Must(s.Try(ctx, func() error { take(s, 3); return nil }))
		return s.SerialAtLeast(ctx, "try", 9)
	}))
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		take(s, 10)
		c.Must(s.SerialAtLeast(ctx, "try", 3))
		take(s, 11)
		return nil
	}))
}

func TestCodesGoOnAfterThoseTypedIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	first := c.customer("甲有限公司", c.rep)
	c.customer("乙有限公司", c.rep, func(x *crm.Customer) { x.Code = "2026-Gen-007" })
	c.customer("丙有限公司", c.rep)
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", first.ID, 0, record.Values{"code": "2026-Gen-009"})
	}))
	c.customer("丁有限公司", c.rep)
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		return s.SetSetting(ctx, crm.SettingCodeRule, "{year}{serial:3}")
	}))
	c.customer("戊有限公司", c.rep, func(x *crm.Customer) { x.Code = "2026002" })
	c.customer("己有限公司", c.rep)
	c.customer("庚有限公司", c.rep)
	if got := strings.Join(c.codes(), " "); got != "2026-Gen-007 2026-Gen-008 2026-Gen-009 2026-Gen-010 2026001 2026002 2026003" && got != "2026-Gen-007 2026-Gen-008 2026-Gen-009 2026-Gen-010 2026002 2026003 2026004" {
		t.Errorf("codes: %s", got)
	}
}

func TestOwners(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	gone := c.User("gone", "离职", org.SalesRep, c.east)
	c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, gone.ID, 0, func(u *org.User) error { u.Active = false; return nil })
		return err
	}))
	made := func(actor any, owner id.ID) (x id.ID, err error) {
		who := c.boss
		if actor == "rep" {
			who = c.rep
		}
		values := record.Values{"name": "新客户有限公司"}
		if owner != 0 {
			values["owner_id"] = int64(owner)
		}
		err = c.Do(who, func(ctx context.Context, s *record.Session) (err error) {
			x, err = s.CreateOne(ctx, "customer", values)
			return err
		})
		return x, err
	}
	for _, one := range []struct {
		actor string
		owner id.ID
		key   string
	}{
		{"rep", 0, ""},
		{"rep", c.rep.ID, ""},
		{"rep", c.subject.ID, "field.assign_denied"},
		{"boss", c.rep.ID, ""},
		{"boss", c.below.ID, ""},
		{"boss", c.far.ID, "field.assign_denied"},
		{"boss", gone.ID, "field.no_such_user"},
		{"boss", 4711, "field.no_such_user"},
	} {
		x, err := made(one.actor, one.owner)
		if one.key != "" {
			if !refusedFor(err, "owner_id", one.key) {
				t.Errorf("%s for %d: %v, want %s", one.actor, one.owner, err, one.key)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s for %d: %v", one.actor, one.owner, err)
			continue
		}
		got := c.get(x)
		if want := c.Actor(got.OwnerID).Department; got.DepartmentID != want || one.owner != 0 && got.OwnerID != one.owner {
			t.Errorf("%s for %d: owner %d of %d", one.actor, one.owner, got.OwnerID, got.DepartmentID)
		}
	}
	rec := c.customer("移交有限公司", c.rep)
	give := func(owner any) error {
		return c.Do(c.boss, func(ctx context.Context, s *record.Session) error {
			return s.UpdateOne(ctx, "customer", rec.ID, 0, record.Values{"owner_id": owner})
		})
	}
	c.Must(give(int64(c.below.ID)))
	if got := c.get(rec.ID); got.OwnerID != c.below.ID || got.DepartmentID != c.shanghai {
		t.Errorf("given: %+v", got.Owned)
	}
	unchanged(c.Kit, "given outside", func() {
		if err := give(int64(c.far.ID)); !refusedFor(err, "owner_id", "field.assign_denied") {
			t.Errorf("given outside: %v", err)
		}
	})
	c.Must(give(nil))
	if got := c.get(rec.ID); got.OwnerID != 0 || got.DepartmentID != c.shanghai {
		t.Errorf("taken from its owner: %+v", got.Owned)
	}
	c.Must(give(int64(c.rep.ID)))
}

// TestAnUnseenReferenceStays: who may edit a record need not see all that it refers to.
func TestAnUnseenReferenceStays(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	parent := c.customer("集团有限公司", c.far)
	rec := c.customer("分公司", c.rep, func(x *crm.Customer) { x.ParentID = parent.ID })
	set := func(v record.Values) error {
		return c.Do(c.rep, func(ctx context.Context, s *record.Session) error { return s.UpdateOne(ctx, "customer", rec.ID, 0, v) })
	}
	c.Must(set(record.Values{"remark": "x"}))
	c.Must(set(record.Values{"parent_id": nil}))
	if err := set(record.Values{"parent_id": int64(parent.ID)}); !refusedFor(err, "parent_id", "field.no_such") {
		t.Errorf("referring to what one does not see: %v", err)
	}
}

func TestCustomReferencesAreChecked(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		return s.AddField(ctx, &record.CustomField{Entity: "customer", Name: "x_dealer", LabelZH: "经销商", Type: "ref", Ref: "customer"})
	}))
	theirs, mine := c.customer("他人有限公司", c.far), c.customer("本人有限公司", c.rep)
	for x, key := range map[id.ID]string{theirs.ID: "field.no_such", 4711: "field.no_such", mine.ID: ""} {
		err := c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			_, err := s.CreateOne(ctx, "customer", record.Values{"name": "新有限公司", "x_dealer": int64(x)})
			return err
		})
		if key == "" && err != nil || key != "" && !refusedFor(err, "x_dealer", key) {
			t.Errorf("%d: %v, want %q", x, err, key)
		}
	}
}

func TestTouchLeavesTheVersionAlone(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rec := c.customer("甲有限公司", c.far)
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		s.Batch = s.Tx.NewID()
		return record.Touch(ctx, s, rec.ID, func(x *crm.Customer) { x.MainContact = "王五" })
	}))
	if got := c.get(rec.ID); got.Version != 1 || got.MainContact != "王五" || got.UpdatedBy != 0 {
		t.Errorf("touched: %+v", got)
	}
	c.Read(c.far, func(ctx context.Context, s *record.Session) error {
		log, err := s.History(ctx, "customer", rec.ID, 0, 1)
		if len(log) != 1 || log[0].Origin != audit.Rule || log[0].User != c.rep.ID || log[0].Fields[0].NewText != "王五" {
			t.Errorf("logged: %+v", log)
		}
		return err
	})
	unchanged(c.Kit, "a touch that changes nothing", func() {
		c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			return record.Touch(ctx, s, rec.ID, func(x *crm.Customer) { x.MainContact = "王五" })
		}))
	})
}

func TestArchivedRecordsAreNotFoundBySearch(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rec := c.customer("浙江远望电子有限公司", c.rep)
	hits := func() (n int) {
		c.Read(c.rep, func(ctx context.Context, s *record.Session) error {
			found, err := s.Search(ctx, "ywdz", 10)
			n = len(found)
			return err
		})
		return n
	}
	do := func(fn func(ctx context.Context, s *record.Session) error) { c.Must(c.Do(c.rep, fn)) }
	if hits() != 1 {
		t.Fatal("not found")
	}
	do(func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", rec.ID, 0) })
	if hits() != 0 {
		t.Error("an archived record is found")
	}
	unchanged(c.Kit, "archived once more", func() {
		do(func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", rec.ID, 0) })
	})
	do(func(ctx context.Context, s *record.Session) error { return s.Restore(ctx, "customer", rec.ID, 0) })
	if hits() != 1 {
		t.Error("a restored record is not found")
	}
	do(func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", rec.ID, 0, record.Values{"name": "别名有限公司", "mnemonic": "BM"})
	})
	if hits() != 0 {
		t.Error("a record is found by its old name")
	}
}

func TestSharesAreNamedInTheLog(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rec := c.customer("甲有限公司", c.rep)
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		return s.SetShares(ctx, "customer", rec.ID, []record.Share{{User: c.far.ID, Access: record.ShareEdit}, {User: c.below.ID, Access: record.ShareRead}})
	}))
	c.Read(c.rep, func(ctx context.Context, s *record.Session) error {
		log, err := s.History(ctx, "customer", rec.ID, 0, 1)
		if len(log) != 1 || log[0].Action != "share" || log[0].Fields[0].NewText != "下级、外部" {
			t.Errorf("logged: %+v", log)
		}
		return err
	})
	for _, bad := range [][]record.Share{
		{{User: c.far.ID, Access: "own"}},
		{{User: 4711, Access: record.ShareRead}},
		{{User: c.far.ID, Access: record.ShareRead}, {User: c.far.ID, Access: record.ShareEdit}},
	} {
		unchanged(c.Kit, fmt.Sprint(bad), func() {
			wantKind(t, fmt.Sprint(bad), c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
				return s.SetShares(ctx, "customer", rec.ID, bad)
			}), errs.Invalid)
		})
	}
}

func TestChoicesAreAddedOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for _, err := range atOnce(16, func(int) error {
		return c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			value, err := s.AddChoice(ctx, "customer", "source", " 老乡会 ")
			if err == nil && value != "老乡会" {
				return fmt.Errorf("the value is %q", value)
			}
			_, err = s.CreateOne(ctx, "customer", record.Values{"name": "甲有限公司", "source": value})
			return err
		})
	}) {
		c.Must(err)
	}
	for label, key := range map[string]string{"": "field.required", " \u200b": "field.required", strings.Repeat("长", 41): "field.too_long", "展会": ""} {
		err := c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			value, err := s.AddChoice(ctx, "customer", "source", label)
			if err == nil && value != "fair" {
				t.Errorf("%q is %q", label, value)
			}
			return err
		})
		if key == "" && err != nil || key != "" && !refusedFor(err, "source", key) {
			t.Errorf("%q: %v, want %q", label, err, key)
		}
	}
}

func TestParseValuesTellsAllProblems(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.Read(c.rep, func(_ context.Context, s *record.Session) error {
		_, err := s.ParseValues("customer", map[string]json.RawMessage{
			"name": []byte(`5`), "employees": []byte(`"x"`), "tags": []byte(`"x"`), "parent_id": []byte(`"x"`), "founded_on": []byte(`"x"`),
			"norm_name": []byte(`"x"`), "nothing": []byte(`1`), "next_followup_at": []byte(`"2026"`), "remark": []byte(`"ok"`),
		})
		e, ok := errs.As(err)
		if !ok || len(e.Fields) != 8 {
			t.Errorf("problems: %v", err)
		}
		return nil
	})
}

func TestDrySessionsWriteNothing(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rec := c.customer("甲有限公司", c.rep)
	unchanged(c.Kit, "a dry run", func() {
		c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			s.Dry = true
			made, refused, err := s.CreateMany(ctx, "customer", []record.Values{{"name": "乙有限公司"}, {"name": "丙有限公司", "code": rec.Code}})
			if made[0] == 0 || refused[0] != nil || !refusedFor(refused[1], "code", "field.taken") {
				t.Errorf("dry: %v %v", made, refused)
			}
			if err := s.UpdateOne(ctx, "customer", rec.ID, 0, record.Values{"remark": "x"}); err != nil {
				t.Error(err)
			}
			return err
		}))
	})
}

func TestUndo(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	a, b := c.customer("甲有限公司", c.rep), c.customer("乙有限公司", c.rep)
	var batch id.ID
	bulk := func(fn func(ctx context.Context, s *record.Session) error) {
		t.Helper()
		c.Clock.Advance(time.Minute)
		c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			s.Batch = s.Tx.NewID()
			batch = s.Batch
			return fn(ctx, s)
		}))
	}
	set := func(x id.ID, v record.Values) func(ctx context.Context, s *record.Session) error {
		return func(ctx context.Context, s *record.Session) error { return s.UpdateOne(ctx, "customer", x, 0, v) }
	}
	undo := func() (left []record.Left) {
		t.Helper()
		c.Clock.Advance(time.Minute)
		c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) (err error) {
			left, err = s.Undo(ctx, batch)
			return err
		}))
		return left
	}

	bulk(func(ctx context.Context, s *record.Session) error {
		c.Must(set(a.ID, record.Values{"grade": "A", "remark": "一"})(ctx, s))
		return set(b.ID, record.Values{"grade": "A"})(ctx, s)
	})
	c.Must(c.Do(c.rep, set(a.ID, record.Values{"grade": "C"})))
	left := undo()
	if len(left) != 1 || left[0].ID != a.ID || len(left[0].Fields) != 1 || left[0].Fields[0] != (record.LeftField{Field: "grade", Before: "", Written: "A", Now: "C"}) {
		t.Errorf("left: %+v", left)
	}
	if a, b := c.get(a.ID), c.get(b.ID); a.Grade != "C" || a.Remark != "" || b.Grade != "" {
		t.Errorf("after undo: %q %q %q", a.Grade, a.Remark, b.Grade)
	}
	unchanged(c.Kit, "undone twice", func() { undo() })

	bulk(func(ctx context.Context, s *record.Session) error {
		c.Must(s.Archive(ctx, "customer", a.ID, 0))
		return s.Archive(ctx, "customer", b.ID, 0)
	})
	if left := undo(); len(left) != 0 || !c.get(a.ID).ArchivedAt.IsZero() || !c.get(b.ID).ArchivedAt.IsZero() {
		t.Errorf("archiving was not undone: %+v", left)
	}
	unchanged(c.Kit, "archiving undone twice", func() { undo() })

	bulk(set(a.ID, record.Values{"code": "NEW"}))
	c.customer("丙有限公司", c.rep, func(x *crm.Customer) { x.Code = a.Code })
	if left := undo(); len(left) != 1 || c.get(a.ID).Code != "NEW" {
		t.Errorf("a code that another has now: %+v", left)
	}

	bulk(set(b.ID, record.Values{"remark": "二"}))
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", b.ID, 0) }))
	if left := undo(); len(left) != 1 || c.get(b.ID).Remark != "二" {
		t.Errorf("a record that was put away since: %+v", left)
	}
	wantKind(t, "somebody else's", c.Do(c.boss, func(ctx context.Context, s *record.Session) error {
		_, err := s.Undo(ctx, batch)
		return err
	}), errs.NotFound)
}

func TestTakeBackWhatWasMade(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	var batch id.ID
	made := map[string]id.ID{}
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		s.Batch = s.Tx.NewID()
		batch = s.Batch
		for _, name := range []string{"plain", "edited", "contact", "parent"} {
			x, err := s.CreateOne(ctx, "customer", record.Values{"name": name, "stage": "won"})
			if err != nil {
				return err
			}
			made[name] = x
		}
		return nil
	}))
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", made["edited"], 0, record.Values{"remark": "x"})
	}))
	add(c.Kit, &crm.Contact{CustomerID: made["contact"], Name: "王五"})
	c.customer("子公司", c.rep, func(x *crm.Customer) { x.ParentID = made["parent"] })
	takeBack := func(force map[id.ID]bool) (left []string) {
		c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
			entries, err := audit.OfBatch(ctx, s.Tx, batch, 0, 100)
			if err != nil {
				return err
			}
			all, err := s.As(s.Actor, audit.Undo).TakeBack(ctx, entries, force)
			for _, l := range all {
				left = append(left, l.Title)
			}
			return err
		}))
		return left
	}
	if got := fmt.Sprint(takeBack(nil)); got != "[parent contact edited]" {
		t.Errorf("left: %s", got)
	}
	if got := fmt.Sprint(takeBack(map[id.ID]bool{made["edited"]: true, made["contact"]: true})); got != "[parent contact]" {
		t.Errorf("left by force: %s", got)
	}
	c.Read(asSystem, func(ctx context.Context, s *record.Session) error {
		for name, x := range made {
			_, err := record.Get[crm.Customer](ctx, s, x)
			if gone := name == "plain" || name == "edited"; gone != errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := len(idsOf(t, s, "stage_change", record.Query{})); n != 2 {
			t.Errorf("%d changes of stage are left of two customers", n)
		}
		return nil
	})
}
