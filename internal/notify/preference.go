package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Preferences are how a user wants to be told.
type Preferences struct {
	Channels map[string][]Channel     `json:"channels,omitempty"` // by kind; kinds that are missing are told as is usual
	Muted    map[string]clock.Instant `json:"muted,omitempty"`    // by kind: until when it is listed and nothing more
	Quiet    Hours                    `json:"quiet"`
	Digest   Digest                   `json:"digest"`
}

// Hours are a part of every day, over midnight when From is later than Until. Both are missing for none.
type Hours struct {
	From  TimeOfDay `json:"from"`
	Until TimeOfDay `json:"until"`
}

// Digest says when the day's digest comes.
type Digest struct {
	At       TimeOfDay `json:"at"`       // missing for none
	Workdays bool      `json:"workdays"` // only on days on which one works
}

// TimeOfDay is "15:04"; "" for none.
type TimeOfDay string

// Usual are the preferences of who has set none.
func Usual() Preferences { return Preferences{Digest: Digest{At: "08:30", Workdays: true}} }

// on gives the instant of the time on the day of t, in the zone of t.
func (c TimeOfDay) on(t time.Time) time.Time {
	at, err := time.Parse("15:04", string(c))
	if err != nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), at.Hour(), at.Minute(), 0, 0, t.Location())
}

func (c TimeOfDay) valid() bool {
	_, err := time.Parse("15:04", string(c))
	return err == nil && len(c) == 5
}

// Ends gives the end of the quiet hours that t, in the company's zone, lies in; zero outside them.
func (h Hours) Ends(t time.Time) time.Time {
	if h.From == "" || h.Until == "" || h.From == h.Until {
		return time.Time{}
	}
	from, until := h.From.on(t), h.Until.on(t)
	if h.From < h.Until {
		if t.Before(from) || !t.Before(until) {
			return time.Time{}
		}
		return until
	}
	if t.Before(until) {
		return until
	}
	if t.Before(from) {
		return time.Time{}
	}
	return h.Until.on(t.AddDate(0, 0, 1))
}

// Due gives the instant of the digest on the day of t, in the company's zone; zero when there is none.
func (d Digest) Due(t time.Time) time.Time {
	if d.At == "" {
		return time.Time{}
	}
	return d.At.on(t)
}

// By gives the channels for a kind at an instant; none while it is muted. Kind nil is one that is not registered any more.
func (p *Preferences) By(kind *Kind, now time.Time) []Channel {
	if kind == nil || p.Muted[kind.Name].After(now) {
		return nil
	}
	if chosen, ok := p.Channels[kind.Name]; ok {
		return chosen
	}
	return kind.By
}

// Check refuses what is no time of the day, no channel or no kind.
func (p *Preferences) Check(r *Registry) error {
	var problems errs.Fields
	for name, of := range map[string]TimeOfDay{"quiet.from": p.Quiet.From, "quiet.until": p.Quiet.Until, "digest.at": p.Digest.At} {
		if of != "" && !of.valid() {
			problems.Add(name, "notify.time")
		}
	}
	if (p.Quiet.From == "") != (p.Quiet.Until == "") {
		problems.Add("quiet.until", "notify.hours")
	}
	for kind, channels := range p.Channels {
		known := r.Kind(kind) != nil && !slices.ContainsFunc(channels, func(c Channel) bool { return !slices.Contains(Channels, c) })
		if !known {
			problems.Add("channels", "notify.channel")
		}
	}
	for kind := range p.Muted {
		if r.Kind(kind) == nil {
			problems.Add("muted", "notify.channel")
		}
	}
	return problems.Err()
}

// PreferencesOf gives those of some users; all of them have some.
func PreferencesOf(ctx context.Context, tx *sqldb.Tx, users []id.ID) (map[id.ID]*Preferences, error) {
	out := make(map[id.ID]*Preferences, len(users))
	for _, user := range users {
		usual := Usual()
		out[user] = &usual
	}
	where, args := sqldb.In(tx.Dialect(), "user_id", users)
	rows, err := tx.Query(ctx, `SELECT user_id, value FROM note_preference WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var user id.ID
		var value string
		if err := rows.Scan(&user, &value); err != nil {
			return nil, err
		}
		p := Preferences{}
		if err := json.Unmarshal([]byte(value), &p); err != nil {
			return nil, fmt.Errorf("notify: damaged preferences of %s: %w", user, err)
		}
		out[user] = &p
	}
	return out, rows.Err()
}

// SetPreferences changes those of a user. What is muted until an instant that has passed is forgotten.
func SetPreferences(ctx context.Context, tx *sqldb.Tx, user id.ID, p Preferences) error {
	muted := map[string]clock.Instant{}
	for kind, until := range p.Muted {
		if until.After(tx.Now) {
			muted[kind] = until
		}
	}
	p.Muted = muted
	value, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO note_preference (user_id, value, updated_at) VALUES (?, ?, ?)
		ON CONFLICT (user_id) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, user, string(value), tx.Now)
	return err
}
