package job

import (
	"context"
	"time"

	"genjin/internal/sqldb"
)

// periodic is a kind that runs once in every slot of time.
type periodic struct {
	kind  string
	each  time.Duration
	added time.Time // the slot whose job exists, as far as this process knows
}

// Every has h run once in each slot of that length, however many processes there are. Slots begin at whole multiples of
// the length, in UTC. A slot during which no process ran, or which ended before the run of an earlier one did, has none;
// runs never overlap. They have no payload and no user.
func (q *Queue) Every(kind string, each time.Duration, h Handler) {
	q.Handle(kind, h)
	q.periodics = append(q.periodics, &periodic{kind: kind, each: each})
}

// addPeriodic adds the jobs of the slots that have begun. The database lets one process win.
func (q *Queue) addPeriodic(ctx context.Context, now time.Time) error {
	for _, p := range q.periodics {
		slot := now.Truncate(p.each)
		if slot.Equal(p.added) {
			continue
		}
		err := q.db.Write(ctx, func(tx *sqldb.Tx) error { return p.add(ctx, tx, slot) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *periodic) add(ctx context.Context, tx *sqldb.Tx, slot time.Time) error {
	_, err := insert(ctx, tx, Job{Kind: p.kind, Unique: "every:" + p.kind, RunAt: slot}, slot)
	if sqldb.IsNoRows(err) { // this slot's job exists, or that of the one before is unfinished
		err = tx.QueryRow(ctx, `SELECT slot FROM job WHERE kind = ? AND slot = ?`, p.kind, slot).Scan(new(int64))
		if sqldb.IsNoRows(err) {
			return nil // asked again at the next look
		}
	}
	if err == nil {
		tx.AfterCommit(func() { p.added = slot })
	}
	return err
}

const (
	purgeKind  = "job.purge"
	purgeEvery = 24 * time.Hour
	kept       = 30 * 24 * time.Hour
	purgeBatch = 500
)

// purge removes jobs that were over 30 days ago.
func (q *Queue) purge(ctx context.Context, _ *Run) error {
	for {
		var n int64
		err := q.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			n, err = tx.Exec(ctx, `DELETE FROM job WHERE id IN (SELECT id FROM job WHERE finished_at < ? LIMIT ?)`, tx.Now.Add(-kept), purgeBatch)
			return err
		})
		if err != nil || n < purgeBatch {
			return err
		}
	}
}
