package crm

import (
	"context"
	"slices"
	"time"

	"genjin/internal/audit"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Event is something that happened with a customer.
type Event struct {
	Type   string // one of TimelineTypes
	At     time.Time
	Row    *record.Row    // the record, for those that are one
	Change *record.Change // the entry of the log, for the others
	id     id.ID
}

// TimelineTypes are the types of events: follow-ups, changes of stage, files, and from the log who the customer was
// given to, shared with, made or put away by.
var TimelineTypes = []string{"followup", "stage", "file", "log"}

// timelineEntities are the entities whose records are events, with the field that says when they happened.
var timelineEntities = map[string]struct{ entity, at string }{
	"followup": {"followup", "happened_at"},
	"stage":    {"stage_change", "created_at"},
	"file":     {"file", "created_at"},
}

// logged are the actions of the log that stand in the timeline; changes of fields have their own list.
var logged = []audit.Action{"create", "assign", "share", "archive", "restore", "merge"}

// Timeline gives what happened with a visible customer before a moment (zero: to now), newest first, at most limit.
func Timeline(ctx context.Context, s *record.Session, customer id.ID, before time.Time, types []string, limit int) ([]Event, error) {
	if _, err := s.Load(ctx, "customer", customer); err != nil {
		return nil, err
	}
	var events []Event
	for _, t := range types {
		source, isRecord := timelineEntities[t]
		if !isRecord {
			continue
		}
		found, err := recordEvents(ctx, s, t, source.entity, source.at, customer, before, limit)
		if err != nil {
			return nil, err
		}
		events = append(events, found...)
	}
	if slices.Contains(types, "log") {
		found, err := logEvents(ctx, s, customer, before, limit)
		if err != nil {
			return nil, err
		}
		events = append(events, found...)
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return int(b.id>>1 - a.id>>1)
	})
	return events[:min(limit, len(events))], nil
}

func recordEvents(ctx context.Context, s *record.Session, t, name, at string, customer id.ID, before time.Time, limit int) ([]Event, error) {
	filter := record.Where("customer_id", customer)
	if !before.IsZero() {
		filter = &record.Filter{And: []record.Filter{*filter, record.Before(at, before)}}
	}
	page, err := s.List(ctx, name, record.Query{Filter: filter, Sort: "-" + at, Limit: limit})
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(page.Rows))
	for i, row := range page.Rows {
		ms, _ := row.Value(at).(int64)
		events[i] = Event{Type: t, At: time.UnixMilli(ms).UTC(), Row: row, id: row.ID()}
	}
	return events, nil
}

func logEvents(ctx context.Context, s *record.Session, customer id.ID, before time.Time, limit int) ([]Event, error) {
	var events []Event
	for last := id.ID(0); ; {
		changes, err := s.History(ctx, "customer", customer, last, 200)
		if err != nil {
			return nil, err
		}
		for i := range changes {
			c := &changes[i]
			last = c.ID
			gave := slices.ContainsFunc(c.Fields, func(f record.ChangedField) bool { return f.Field.Name == "owner_id" })
			if (!slices.Contains(logged, c.Action) && !gave) || !before.IsZero() && !c.At.Before(before) {
				continue
			}
			events = append(events, Event{Type: "log", At: c.At.Time, Change: c, id: c.ID})
			if len(events) == limit {
				return events, nil
			}
		}
		if len(changes) < 200 {
			return events, nil
		}
	}
}
