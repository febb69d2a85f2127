package notify_test

import (
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func TestQuietHours(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, shanghai) }
	night, noon := notify.Hours{From: "22:00", Until: "08:00"}, notify.Hours{From: "12:00", Until: "13:30"}
	for _, c := range []struct {
		hours notify.Hours
		t     time.Time
		ends  time.Time
	}{
		{notify.Hours{}, at(10, 23, 0), time.Time{}},
		{night, at(10, 21, 59), time.Time{}},
		{night, at(10, 22, 0), at(11, 8, 0)},
		{night, at(10, 23, 59), at(11, 8, 0)},
		{night, at(10, 0, 0), at(10, 8, 0)},
		{night, at(10, 7, 59), at(10, 8, 0)},
		{night, at(10, 8, 0), time.Time{}},
		{noon, at(10, 11, 59), time.Time{}},
		{noon, at(10, 12, 0), at(10, 13, 30)},
		{noon, at(10, 13, 30), time.Time{}},
		{notify.Hours{From: "09:00", Until: "09:00"}, at(10, 9, 0), time.Time{}},
		{night, at(31, 23, 0), time.Date(2026, 4, 1, 8, 0, 0, 0, shanghai)},
	} {
		if got := c.hours.Ends(c.t); !got.Equal(c.ends) {
			t.Errorf("%v at %v end %v, not %v", c.hours, c.t, got, c.ends)
		}
	}
}

func TestPreferences(t *testing.T) {
	now := time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)
	o := dbtest.Options(t)
	o.Clock = clock.NewFake(now)
	db := dbtest.OpenWith(t, o)
	users := people(t, db, 2)
	kinds := notify.NewRegistry(
		notify.Kind{Name: "a", Label: i18n.T("甲", "A"), By: []notify.Channel{notify.PopUp, notify.Push}},
		notify.Kind{Name: "b", Label: i18n.T("乙", "B"), By: []notify.Channel{notify.Mail}},
	)
	p := notify.Preferences{
		Channels: map[string][]notify.Channel{"a": {}},
		Muted:    map[string]clock.Instant{"b": clock.At(now.Add(time.Hour)), "a": clock.At(now.Add(-time.Hour))},
		Quiet:    notify.Hours{From: "22:00", Until: "07:00"},
	}
	must(t, p.Check(kinds))
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error { return notify.SetPreferences(t.Context(), tx, users[0], p) }))
	must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error {
		all, err := notify.PreferencesOf(t.Context(), tx, []id.ID{users[0], users[1]})
		must(t, err)
		mine, usual := all[users[0]], all[users[1]]
		if len(mine.Muted) != 1 || mine.Quiet != p.Quiet || mine.Digest.At != "" || usual.Digest.At != "08:30" {
			t.Errorf("preferences are %+v and %+v", mine, usual)
		}
		if got := mine.By(kinds.Kind("a"), now); len(got) != 0 {
			t.Error("a is told by", got)
		}
		if got := mine.By(kinds.Kind("b"), now); len(got) != 0 {
			t.Error("b is muted, and told by", got)
		}
		if got := mine.By(kinds.Kind("b"), now.Add(2*time.Hour)); len(got) != 1 {
			t.Error("b is told by", got)
		}
		if got := usual.By(kinds.Kind("a"), now); len(got) != 2 {
			t.Error("a is usually told by", got)
		}
		if got := usual.By(nil, now); len(got) != 0 {
			t.Error("what is no kind is told by", got)
		}
		return nil
	}))
	for _, bad := range []notify.Preferences{
		{Quiet: notify.Hours{From: "22:00"}},
		{Quiet: notify.Hours{From: "25:00", Until: "08:00"}},
		{Digest: notify.Digest{At: "8:30"}},
		{Channels: map[string][]notify.Channel{"c": {}}},
		{Channels: map[string][]notify.Channel{"a": {"pigeon"}}},
		{Muted: map[string]clock.Instant{"c": clock.At(now)}},
	} {
		if bad.Check(kinds) == nil {
			t.Errorf("%+v is let through", bad)
		}
	}
}
