package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

// The channels as they are stored.
const (
	channelPush  = "push"
	channelMail  = "mail"
	channelRobot = "robot"
)

// The states of a delivery.
const (
	stateWaiting = "waiting" // for its time, for the end of a lease, or for the next attempt
	stateSent    = "sent"
	stateFailed  = "failed"  // given up; an administrator may have it tried again
	stateDropped = "dropped" // there was nothing to say any more, or nobody to say it to
)

const (
	// lease is how long one attempt may take. It is longer than any channel's patience.
	lease = 2 * time.Minute
	// attempts is how often a delivery is tried: with the waits between, for some hours.
	mostAttempts = 8
	firstWait    = 30 * time.Second
	longestWait  = time.Hour
	// skew is by how much the clocks of replicas may differ.
	skew = 5 * time.Second
)

// channel is a way outside.
type channel interface {
	// send takes the parcel's turn and brings it to its place. ErrNothing says that nothing has to be sent any more; an error that is
	// errs.Invalid, that trying again is of no use.
	send(ctx context.Context, p *parcel) error
}

// errNothing says that there is nothing to be said any more, or no place where it could be.
var errNothing = errors.New("deliver: nothing to send")

// parcel is a delivery with what it says. Its id is the key by which a receiver knows a repetition.
type parcel struct {
	id       id.ID
	channel  string
	target   id.ID
	user     id.ID // zero for a group
	attempts int   // this one included
	notes    []*notify.Told
	turn     turn // to be taken before the receiver hears of it
}

// send takes deliveries that are due, as many as there are free slots, and begins to send them. It gives how many.
func (d *Service) send(ctx context.Context) (int, error) {
	begun := 0
	for {
		free := cap(d.slots) - len(d.slots)
		if free == 0 {
			return begun, nil
		}
		parcels, err := d.take(ctx, free)
		if err != nil || len(parcels) == 0 {
			return begun, err
		}
		begun += len(parcels)
		for _, p := range parcels {
			d.slots <- struct{}{}
			d.sending.Go(func() {
				defer func() { <-d.slots }()
				d.deliver(ctx, p)
			})
		}
	}
}

// take puts deliveries that are due under a lease. One whose time was worked out in what is the future now is due, too:
// the clock was put right since, and nobody knows for how long it would have to wait.
func (d *Service) take(ctx context.Context, most int) (out []*parcel, err error) {
	due, err := d.due(ctx)
	if err != nil || !due {
		return nil, err
	}
	err = d.db.Write(ctx, func(tx *sqldb.Tx) error {
		out = nil
		rows := map[id.ID]*parcel{}
		var ids []id.ID
		err := tx.Each(ctx, func(scan func(...any) error) error {
			p := &parcel{turn: turn{turns: d.turns}}
			err := scan(&p.id, &p.channel, &p.target, &p.user, &p.attempts)
			p.attempts++
			if !d.flies(p.id) && len(ids) < most {
				rows[p.id], ids = p, append(ids, p.id)
			}
			return err
		}, `SELECT id, channel, target_id, user_id, attempts FROM delivery WHERE state = 'waiting' AND (due_at <= ? OR set_at > ?)
			ORDER BY due_at, id LIMIT ?`+tx.Dialect().SkipLocked(), tx.Now, tx.Now.Add(skew), most+atOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		where, args := sqldb.In(tx.Dialect(), "id", ids)
		_, err = tx.Exec(ctx, `UPDATE delivery SET bundle = '', due_at = ?, set_at = ?, lease = ?, attempts = attempts + 1 WHERE `+where,
			append([]any{tx.Now.Add(lease), tx.Now, d.leaseName()}, args...)...)
		if err != nil {
			return err
		}
		for _, x := range ids {
			out = append(out, rows[x])
		}
		return loadNotes(ctx, tx, rows, ids)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range out {
		d.fly(p.id, true)
	}
	return out, nil
}

// due asks, without the writer, whether there is anything to take.
func (d *Service) due(ctx context.Context) (due bool, err error) {
	err = d.db.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE state = 'waiting' AND (due_at <= ? OR set_at > ?)) THEN 1 ELSE 0 END`,
			tx.Now, tx.Now.Add(skew)).Scan(&due)
	})
	return due, err
}

func loadNotes(ctx context.Context, tx *sqldb.Tx, parcels map[id.ID]*parcel, ids []id.ID) error {
	where, args := sqldb.In(tx.Dialect(), "delivery_id", ids)
	of := map[id.ID][]id.ID{}
	var all []id.ID
	err := tx.Each(ctx, func(scan func(...any) error) error {
		var delivery, note id.ID
		err := scan(&delivery, &note)
		of[note], all = append(of[note], delivery), append(all, note)
		return err
	}, `SELECT delivery_id, note_id FROM delivery_note WHERE `+where, args...)
	if err != nil {
		return err
	}
	notes, err := notify.Some(ctx, tx, all)
	for _, n := range notes {
		for _, delivery := range of[n.ID] {
			parcels[delivery].notes = append(parcels[delivery].notes, n)
		}
	}
	return err
}

// leaseName names this process.
func (d *Service) leaseName() id.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.self == 0 {
		d.self = d.db.NewID()
	}
	return d.self
}

// flies reports whether this process is sending a delivery, so that a clock that jumps past its own lease changes nothing.
func (d *Service) flies(x id.ID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.flying[x]
}

func (d *Service) fly(x id.ID, on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if on {
		d.flying[x] = true
	} else {
		delete(d.flying, x)
	}
}

// deliver sends one parcel and writes down what became of it.
func (d *Service) deliver(ctx context.Context, p *parcel) {
	defer d.fly(p.id, false)
	defer p.turn.end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease-10*time.Second)
	defer cancel()
	err := d.channels[p.channel].send(ctx, p)
	if err != nil && !errors.Is(err, errNothing) {
		d.Log.InfoContext(ctx, "a delivery failed", "id", p.id.String(), "channel", p.channel, "attempt", p.attempts, "error", err)
	}
	if err := d.finish(context.WithoutCancel(ctx), p, err); err != nil {
		d.Log.WarnContext(ctx, "what became of a delivery cannot be written; it will be sent again", "id", p.id.String(), "error", err)
	}
}

// finish writes down what became of a parcel, unless another process has taken it over.
func (d *Service) finish(ctx context.Context, p *parcel, failed error) error {
	state, problem := stateSent, ""
	switch {
	case errors.Is(failed, errNothing):
		state = stateDropped
	case failed != nil:
		state, problem = stateWaiting, encodeError(failed, p.id)
		if p.attempts >= mostAttempts || errs.Is(failed, errs.Invalid) {
			state = stateFailed
		}
	}
	return d.db.Write(ctx, func(tx *sqldb.Tx) error {
		due, finished := tx.Now, any(tx.Now)
		if state == stateWaiting {
			due, finished = tx.Now.Add(backOff(p.attempts)), nil
		}
		_, err := tx.Exec(ctx, `UPDATE delivery SET state = ?, error = ?, due_at = ?, set_at = ?, finished_at = ?, lease = NULL
			WHERE id = ? AND state = 'waiting' AND lease = ? AND attempts = ?`,
			state, problem, due, tx.Now, finished, p.id, d.leaseName(), p.attempts)
		return err
	})
}

// backOff is how long to wait after so many attempts, with a fifth more or less by chance.
func backOff(attempts int) time.Duration {
	wait := longestWait
	if attempts < 8 {
		wait = min(wait, firstWait<<(attempts-1))
	}
	return wait - wait/5 + rand.N(2*wait/5) //nolint:gosec // no secret
}

// failure is an error as it is stored, to be said in the language of who asks.
type failure struct {
	Key    string      `json:"key"`
	Params i18n.Params `json:"params,omitempty"`
	Detail string      `json:"detail"`
}

func encodeError(err error, x id.ID) string {
	f := failure{Key: "internal", Params: i18n.Params{"id": x.String()}, Detail: err.Error()}
	if e, ok := errs.As(err); ok {
		f.Key, f.Params = e.Key, e.Params
		if len(e.Fields) > 0 {
			f.Key, f.Params = e.Fields[0].Key, e.Fields[0].Params
		}
		if f.Key == "" {
			f.Key = string(e.Kind)
		}
	}
	text, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	return string(text)
}

func decodeError(text string, lang i18n.Lang) string {
	var f failure
	if text == "" || json.Unmarshal([]byte(text), &f) != nil {
		return ""
	}
	return i18n.Message(lang, f.Key, f.Params)
}

const (
	keptFor    = 30 * 24 * time.Hour
	cleanBatch = 500
)

// Clean forgets deliveries that were sent or dropped a month ago, and browsers whose session is over.
func (d *Service) Clean(ctx context.Context) error {
	err := d.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE NOT EXISTS (SELECT 1 FROM session s WHERE s.id = session_id AND s.expires_at > ?)`, tx.Now)
		return err
	})
	for err == nil {
		n := 0
		err = d.db.Write(ctx, func(tx *sqldb.Tx) error {
			var old []id.ID
			err := tx.Each(ctx, func(scan func(...any) error) error {
				var x id.ID
				err := scan(&x)
				old = append(old, x)
				return err
			}, `SELECT id FROM delivery WHERE finished_at < ? AND state <> 'failed' LIMIT ?`, tx.Now.Add(-keptFor), cleanBatch)
			n = len(old)
			if err != nil || n == 0 {
				return err
			}
			where, args := sqldb.In(tx.Dialect(), "delivery_id", old)
			if _, err = tx.Exec(ctx, `DELETE FROM delivery_note WHERE `+where, args...); err != nil {
				return err
			}
			where, args = sqldb.In(tx.Dialect(), "id", old)
			_, err = tx.Exec(ctx, `DELETE FROM delivery WHERE `+where, args...)
			return err
		})
		if n < cleanBatch {
			break
		}
	}
	return err
}
