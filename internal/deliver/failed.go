package deliver

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Failed is a delivery that was given up.
type Failed struct {
	ID       id.ID
	Channel  string // push, mail or robot
	To       string // the name of the user, or of the robot
	Kinds    []string
	Notes    int // how many it says
	Attempts int
	Problem  string // why the last attempt failed, for people
	Created  clock.Instant
	At       clock.Instant // of the last attempt
}

// Failures gives what was given up, the newest first, after the one before; for administrators. What records are called
// is not among it.
func (d *Service) Failures(ctx context.Context, s *record.Session, before id.ID, limit int) (out []*Failed, err error) {
	if err := mayRobots(s.Actor, access.View); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	found := map[id.ID]*Failed{}
	var ids []id.ID
	err = s.Tx.Each(ctx, func(scan func(...any) error) error {
		f := &Failed{}
		var problem string
		err := scan(&f.ID, &f.Channel, &f.To, &f.Attempts, &problem, &f.Created, &f.At)
		f.Problem = decodeError(problem, s.Actor.Lang)
		out, ids, found[f.ID] = append(out, f), append(ids, f.ID), f
		return err
	}, `SELECT d.id, d.channel, COALESCE(a.name, r.name, ''), d.attempts, d.error, d.created_at, d.finished_at FROM delivery d
		LEFT JOIN account a ON a.id = d.user_id LEFT JOIN robot r ON d.channel = 'robot' AND r.id = d.target_id
		WHERE d.state = 'failed' AND d.id < ? ORDER BY d.id DESC LIMIT ?`, before, limit)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	where, args := sqldb.In(s.Tx.Dialect(), "dn.delivery_id", ids)
	return out, s.Tx.Each(ctx, func(scan func(...any) error) error {
		var x id.ID
		var kind string
		var n int
		err := scan(&x, &kind, &n)
		found[x].Kinds, found[x].Notes = append(found[x].Kinds, d.Label(kind, s.Actor.Lang)), found[x].Notes+n
		return err
	}, `SELECT dn.delivery_id, n.kind, COUNT(*) FROM delivery_note dn JOIN note n ON n.id = dn.note_id WHERE `+where+`
		GROUP BY dn.delivery_id, n.kind ORDER BY n.kind`, args...)
}

// Label names a kind; one that is not registered any more by itself.
func (d *Service) Label(kind string, lang i18n.Lang) string {
	if k := d.Kinds.Kind(kind); k != nil {
		return k.Label.In(lang)
	}
	return kind
}

// Retry has what was given up tried again from the beginning, with the same keys: one delivery, or all with zero. It
// gives how many.
func (d *Service) Retry(ctx context.Context, s *record.Session, x id.ID) (int64, error) {
	if err := mayRobots(s.Actor, access.Edit); err != nil {
		return 0, err
	}
	where, args := "", []any{s.Tx.Now, s.Tx.Now}
	if x != 0 {
		where, args = " AND id = ?", append(args, x)
	}
	return s.Tx.Exec(ctx, `UPDATE delivery SET state = 'waiting', attempts = 0, due_at = ?, set_at = ?, finished_at = NULL WHERE state = 'failed'`+where, args...)
}
