package app

import (
	"context"

	"genjin/internal/notify"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// clocks has open clocks follow the company's working time and settings.
func (a *App) clocks(ctx context.Context) error {
	a.Store.UseCalendars(a.Actors.Calendars)
	a.Store.HandleResets(a.Jobs)
	a.Actors.Calendars.OnChange(func(ctx context.Context, s *record.Session) error { return record.OrderReset(ctx, s.Tx, "") })
	return a.Actors.Calendars.Refresh(ctx, a.Store)
}

// sweeper tells people what is due.
func (a *App) sweeper() *obligation.Sweeper {
	settings := func(kind string) *obligation.ClockSettings { return a.Store.Schema().Clocks(kind) }
	return &obligation.Sweeper{DB: a.DB, Kind: a.Store.Registry().ClockKind, Settings: settings, Log: a.Log}
}

// clockNotes are the kinds of notes that clocks speak by.
func clockNotes(reg *record.Registry) []notify.Kind {
	kinds, _ := reg.ClockKinds()
	out := make([]notify.Kind, len(kinds))
	for i, k := range kinds {
		out[i] = notify.Kind{Name: k.Name, Label: k.Label, By: []notify.Channel{notify.PopUp, notify.Push}}
	}
	return out
}

// digest says what a user has to do today (followups-and-clocks.md, “Channels of a reminder”).
func digest(ctx context.Context, s *record.Session) (text string, params map[string]any, err error) {
	tomorrow := s.Today().AddDays(1).In(s.Store().Zone())
	n, err := s.CountDuties(ctx, record.DutyQuery{}, s.Tx.Now, tomorrow)
	if err != nil || n[0]+n[1] == 0 {
		return "", nil, err
	}
	return "clock.digest", map[string]any{"overdue": n[0], "today": n[1]}, nil
}
