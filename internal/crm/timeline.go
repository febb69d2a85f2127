package crm

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Event is something that happened with a customer or a lead.
type Event struct {
	Type   string // one of TimelineTypes
	At     time.Time
	Row    *record.Row    // the record, for those that are one
	Change *record.Change // the entry of the log, for the others
	Place  Place
}

// Place is where an event stands in a timeline. Events of one moment stand by their ids, so that a page that ends among
// them loses none. The zero value is before the newest.
type Place struct {
	at time.Time
	id id.ID
}

// newest stands before every event.
var newest = Place{time.UnixMilli(1<<52 - 1), 1<<63 - 1}

// String writes a place for ParsePlace; "" for the zero value.
func (p Place) String() string {
	if p.id == 0 {
		return ""
	}
	return strconv.FormatInt(p.at.UnixMilli(), 10) + "-" + p.id.String()
}

// ParsePlace reads what String writes.
func ParsePlace(s string) (Place, error) {
	if s == "" {
		return Place{}, nil
	}
	at := strings.LastIndexByte(s, '-') // times before 1970 begin with one
	ms, bad := strconv.ParseInt(s[:max(at, 0)], 10, 64)
	x, err := id.Parse(s[at+1:])
	if bad != nil || err != nil || x == 0 {
		return Place{}, errs.New(errs.Invalid, "list.cursor")
	}
	return Place{time.UnixMilli(ms).UTC(), x}, nil
}

// after reports whether p stands further down than q.
func (p Place) after(q Place) int {
	if c := q.at.Compare(p.at); c != 0 {
		return c
	}
	return cmp.Compare(q.id, p.id)
}

// TimelineTypes are the types of events: follow-ups, changes of a customer's stage, reviews of a lead, files, and from the
// log who the record was given to, shared with, made or put away by, and where a lead moved.
var TimelineTypes = []string{"followup", "stage", "review", "file", "log"}

// timelineEntities are the entities whose records are events, with the field that says when they happened.
var timelineEntities = map[string]struct{ entity, at string }{
	"followup": {"followup", "happened_at"},
	"stage":    {"stage_change", "created_at"},
	"review":   {"lead_review", "created_at"},
	"file":     {"file", "created_at"},
}

// logged are the actions of the log that stand in the timeline; changes of fields have their own list.
var logged = []audit.Action{"create", "assign", "share", "archive", "restore", "merge"}

// Timeline gives what happened with a visible customer or lead below a place, newest first, at most limit.
func Timeline(ctx context.Context, s *record.Session, of string, x id.ID, below Place, types []string, limit int) ([]Event, error) {
	if _, err := s.Load(ctx, of, x); err != nil {
		return nil, err
	}
	if below.id == 0 {
		below = newest
	}
	var events []Event
	for i, t := range types {
		source, isRecord := timelineEntities[t]
		if !isRecord || slices.Contains(types[:i], t) {
			continue
		}
		via := record.ParentField(s.Def(source.entity), of)
		if via == "" {
			continue
		}
		found, err := recordEvents(ctx, s, t, source.entity, source.at, subject{via, x}, below, limit)
		if err != nil {
			return nil, err
		}
		events = append(events, found...)
	}
	if slices.Contains(types, "log") {
		found, err := logEvents(ctx, s, of, x, below, limit)
		if err != nil {
			return nil, err
		}
		events = append(events, found...)
	}
	slices.SortFunc(events, func(a, b Event) int { return a.Place.after(b.Place) })
	return events[:min(limit, len(events))], nil
}

// recordEvents gives the records of an entity that are events. There are none for an actor who may not know when they
// happened, or with whom: a timeline would tell it.
func recordEvents(ctx context.Context, s *record.Session, t, name, at string, of subject, below Place, limit int) ([]Event, error) {
	for _, needed := range []string{of.field, at} {
		if def := s.Def(name); !s.Filterable(def, def.Field(needed)) {
			return nil, nil
		}
	}
	filter := record.Filter{And: []record.Filter{*record.Where(of.field, of.id), record.Before(at, below.at, below.id)}}
	page, err := s.List(ctx, name, record.Query{Filter: &filter, Sort: "-" + at + ",-id", Limit: limit})
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(page.Rows))
	for i, row := range page.Rows {
		ms, _ := row.Value(at).(int64)
		moment := time.UnixMilli(ms).UTC()
		events[i] = Event{Type: t, At: moment, Row: row, Place: Place{moment, row.ID()}}
	}
	return events, nil
}

func logEvents(ctx context.Context, s *record.Session, of string, x id.ID, below Place, limit int) ([]Event, error) {
	const batch = 200
	var events []Event
	for {
		changes, err := s.HistoryBy(ctx, of, x, below.at, below.id, batch)
		if err != nil {
			return nil, err
		}
		for i := range changes {
			c := &changes[i]
			below = Place{c.At.Time, c.ID}
			if !tells(of, c) {
				continue
			}
			events = append(events, Event{Type: "log", At: c.At.Time, Change: c, Place: below})
			if len(events) == limit {
				return events, nil
			}
		}
		if len(changes) < batch {
			return events, nil
		}
	}
}

// tells reports whether an entry of the log stands in the timeline.
func tells(of string, c *record.Change) bool {
	changed := func(names ...string) bool {
		return slices.ContainsFunc(c.Fields, func(f record.ChangedField) bool { return slices.Contains(names, f.Field.Name) })
	}
	if slices.Contains(logged, c.Action) || changed("owner_id") {
		return true
	}
	// What a review decided is told by the review.
	return of == "lead" && (changed("converted_at") || changed("state") && !changed("reviewed_at"))
}
