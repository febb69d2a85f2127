package crm_test

import (
	"errors"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

func (l *lake) asks(who *access.Actor, q string) (found []crm.Clash, err error) {
	err = l.as(who, func(s *record.Session) (err error) {
		_, found, err = crm.WhoHas(l.T.Context(), s, q)
		return err
	})
	return found, err
}

func TestWhoHas(t *testing.T) {
	l := newLake(t, nil)
	x := l.customer(l.out, "深圳市灯塔科技有限公司")
	l.Must(l.as(l.out, func(s *record.Session) error {
		_, err := record.Update(t.Context(), s, x, 0, func(c *crm.Customer) error { c.CreditCode = "91350100M000100Y43"; return nil })
		if err != nil {
			return err
		}
		return record.Create(t.Context(), s, &crm.Contact{CustomerID: x, Name: "赵六", Mobile: "13800138000"})
	}))
	for _, q := range []string{"深圳市 灯塔科技（有限责任公司）", "深圳市灯塔科技有限公司", "138 0013 8000", "+86 138-0013-8000", "91350100m000100y43"} {
		found, err := l.asks(l.li, q)
		if err != nil || len(found) != 1 || found[0].Owner != l.out.ID || found[0].Record != 0 || found[0].Title != "" || found[0].Hit == x || !found[0].Sure {
			t.Errorf("%q: %+v, %v", q, found, err)
		}
	}
	if found, err := l.asks(l.li, "不存在的公司名称"); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err := l.asks(l.out, "13800138000"); err != nil || len(found) != 1 || found[0].Record != x || !found[0].Mine {
		t.Errorf("their own: %+v, %v", found, err)
	}
	l.Must(l.put(l.Admin, x, ""))
	if found, err := l.asks(l.li, "13800138000"); err != nil || len(found) != 1 || found[0].Pool != l.pool || found[0].Owner != 0 {
		t.Errorf("in the pool: %+v, %v", found, err)
	}
}

func TestWhoHasIsLimited(t *testing.T) {
	l := newLake(t, nil)
	for range 30 {
		if _, err := l.asks(l.li, "某公司"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := l.asks(l.li, "某公司")
	l.wants(err, errs.TooMany, "clash.too_many")
	if _, err := l.asks(l.wang, "某公司"); err != nil {
		t.Error(err)
	}
	l.Clock.Advance(2 * time.Hour)
	if _, err := l.asks(l.li, "某公司"); err != nil {
		t.Error(err)
	}
	l.Must(l.Store.Read(t.Context(), l.Admin, func(s *record.Session) error {
		all, err := crm.AskedBefore(t.Context(), s, 0)
		if len(all) != 32 {
			t.Errorf("%d questions are kept", len(all))
		}
		return err
	}))
}

// wish asks for a customer of somebody else.
func (l *lake) wish(who *access.Actor, q, wants string) (made id.ID, err error) {
	l.T.Helper()
	found, err := l.asks(who, q)
	if err != nil || len(found) != 1 {
		l.T.Fatal(found, err)
	}
	err = l.as(who, func(s *record.Session) (err error) {
		made, err = crm.AskFor(l.T.Context(), s, found[0].Hit, wants, "展会上认识")
		return err
	})
	return made, err
}

func (l *lake) decide(who *access.Actor, x id.ID, accept bool, why string) error {
	return l.as(who, func(s *record.Session) error { return crm.Decide(l.T.Context(), s, x, accept, why) })
}

func (l *lake) notes(to id.ID, kind string) (n int) {
	l.Must(l.Store.Read(l.T.Context(), l.Admin, func(s *record.Session) error {
		return s.Tx.QueryRow(l.T.Context(), `SELECT COUNT(*) FROM note WHERE to_id = ? AND kind = ?`, to, kind).Scan(&n)
	}))
	return n
}

func TestTakeOverAndCollaborate(t *testing.T) {
	l := newLake(t, nil)
	x := l.customer(l.li, "深圳市灯塔科技有限公司")
	made, err := l.wish(l.out, "深圳市灯塔科技有限公司", crm.WantsCollaborate)
	l.Must(err)
	_, err = l.wish(l.out, "深圳市灯塔科技有限公司", crm.WantsTakeOver)
	l.wants(err, errs.Conflict, "clash.asked_already")
	if l.notes(l.boss.ID, "request") != 1 {
		t.Error("the supervisor was not told once")
	}
	for _, who := range []*access.Actor{l.out, l.li, l.wang} {
		l.wants(l.decide(who, made, true, ""), errs.NotFound, "")
	}
	l.Must(l.Store.Read(t.Context(), l.boss, func(s *record.Session) error {
		all, err := crm.RequestsFor(t.Context(), s, false, true)
		if len(all) != 1 || all[0].User != l.out.ID || all[0].Owner != l.li.ID {
			t.Errorf("to decide: %+v", all)
		}
		return err
	}))
	l.Must(l.decide(l.boss, made, true, "可以"))
	l.wants(l.decide(l.boss, made, false, "不"), errs.Conflict, "clash.decided")
	l.Must(l.Store.Read(t.Context(), l.out, func(s *record.Session) error {
		_, err := record.Get[crm.Customer](t.Context(), s, x)
		return err
	}))
	if l.notes(l.out.ID, "request") != 1 || l.notes(l.li.ID, "request") != 1 {
		t.Error("who asked and the owner were not told")
	}
	made, err = l.wish(l.out, "深圳市灯塔科技有限公司", crm.WantsTakeOver)
	l.Must(err)
	var told *errs.Error
	if err := l.decide(l.boss, made, false, ""); !errors.As(err, &told) || told.Kind != errs.Invalid {
		t.Errorf("refused without a reason: %v", err)
	}
	l.Must(l.decide(l.boss, made, false, "李在跟"))
	made, err = l.wish(l.out, "深圳市灯塔科技有限公司", crm.WantsTakeOver)
	l.Must(err)
	l.Must(l.decide(l.boss, made, true, ""))
	if c := l.get(x); c.OwnerID != l.out.ID {
		t.Errorf("owned by %v", c.OwnerID)
	}
	l.wants(func() error {
		_, err := l.wish(l.out, "深圳市灯塔科技有限公司", crm.WantsTakeOver)
		return err
	}(), errs.Conflict, "clash.yours")
}
