package sms

import (
	"context"
	"time"

	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// limit is how many messages may go out within a time, by a column of sms_code; "" counts all.
type limit struct {
	by   string
	most int
	in   time.Duration
	key  string // of the sentence
}

// Numbers and users are bounded alike for every company: a person needs few codes, and whoever sends many is no person.
var limits = []limit{
	{"number", 1, resendAfter, "sms.wait"},
	{"number", 3, time.Hour, "sms.limit_number"},
	{"number", 5, 24 * time.Hour, "sms.limit_number"},
	{"user_id", 20, time.Hour, "sms.limit_user"},
	{"user_id", 60, 24 * time.Hour, "sms.limit_user"},
}

// resendAfter is how long a number is left in peace after a code.
const resendAfter = time.Minute

// within refuses with errs.TooMany what would be a message too many, and says when it may be tried again. The sentences
// tell of others' messages no more than that.
func (v *Service) within(ctx context.Context, tx *sqldb.Tx, g *Gateway, number string, user id.ID) error {
	args := map[string]any{"number": number, "user_id": user}
	for _, l := range append(limits[:len(limits):len(limits)], limit{"", g.PerHour, time.Hour, "sms.limit_all"}, limit{"", g.PerDay, 24 * time.Hour, "sms.limit_all"}) {
		where, values := "created_at > ?", []any{tx.Now.Add(-l.in)}
		if l.by != "" {
			where, values = l.by+" = ? AND "+where, append([]any{args[l.by]}, values...)
		}
		var at int64
		err := tx.QueryRow(ctx, "SELECT created_at FROM sms_code WHERE "+where+" ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?", append(values, l.most-1)...).Scan(&at)
		if sqldb.IsNoRows(err) {
			continue
		}
		if err != nil {
			return err
		}
		again := time.UnixMilli(at).Add(l.in)
		return errs.New(errs.TooMany, l.key, "seconds", int((again.Sub(tx.Now)+time.Second-1)/time.Second), "at", again.In(v.store.Zone()).Format("01-02 15:04"))
	}
	return nil
}
