package deliver

import (
	"context"
	"errors"
	"time"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// DigestKind is the kind of the day's digest.
const DigestKind = "digest"

// digestLasts is how long after its hour a digest that was missed is still of use.
const digestLasts = 6 * time.Hour

// TellDigests tells everybody whose hour has come what the day has for them, once a day. One that fails keeps nobody else
// from theirs, and is tried again the next time.
func (d *Service) TellDigests(ctx context.Context) error {
	if d.Digest == nil {
		return nil
	}
	day, users, err := d.digestsDue(ctx)
	for _, user := range users {
		err = errors.Join(err, d.tellDigest(ctx, user, day))
	}
	return err
}

// digestsDue gives the day in the company's zone and those who have not had its digest though its hour has come.
func (d *Service) digestsDue(ctx context.Context) (day clock.Date, due []id.ID, err error) {
	err = d.db.Read(ctx, func(tx *sqldb.Tx) error {
		now := tx.Now.In(d.store.Zone())
		day, due = clock.DateOf(now), nil
		department := map[id.ID]id.ID{}
		var users []id.ID
		err := tx.Each(ctx, func(scan func(...any) error) error {
			var x, of id.ID
			err := scan(&x, &of)
			users, department[x] = append(users, x), of
			return err
		}, `SELECT a.id, a.department_id FROM account a LEFT JOIN note_digest g ON g.user_id = a.id
			WHERE a.active = 1 AND a.archived_at IS NULL AND (g.day IS NULL OR g.day <> ?) ORDER BY a.id`, string(day))
		if err != nil || len(users) == 0 {
			return err
		}
		wants, err := notify.PreferencesOf(ctx, tx, users)
		if err != nil {
			return err
		}
		for _, user := range users {
			at := wants[user].Digest.Due(now)
			if at.IsZero() || now.Before(at) || now.Sub(at) > digestLasts {
				continue
			}
			if wants[user].Digest.Workdays && d.Workday != nil && !d.Workday(department[user], day) {
				continue
			}
			due = append(due, user)
		}
		return nil
	})
	return day, due, err
}

// tellDigest tells one of them. That there is nothing to say is remembered, too.
func (d *Service) tellDigest(ctx context.Context, user id.ID, day clock.Date) error {
	reader, err := d.actors.Get(ctx, d.db, user)
	if errs.Is(err, errs.Unauthenticated) {
		return nil
	}
	if err != nil {
		return err
	}
	var text string
	var params map[string]any
	err = d.store.Read(ctx, reader, func(s *record.Session) (err error) {
		text, params, err = d.Digest(ctx, s)
		return err
	})
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(tx *sqldb.Tx) error {
		if text != "" {
			err := notify.Tell(ctx, tx, notify.Note{To: user, Kind: DigestKind, Key: DigestKind + ":" + string(day), Text: text, Params: params})
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO note_digest (user_id, day) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET day = excluded.day`, user, string(day))
		return err
	})
}
