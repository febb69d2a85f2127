package crm

import (
	"context"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// fallBatch is how many records one transaction lets fall, so that others who write wait for milliseconds.
const fallBatch = 50

// FallIntoPools lets everything fall whose time has come, and gives how many that were. Any number may run beside each
// other: a record falls in the transaction that finds it still due.
func FallIntoPools(ctx context.Context, st *record.Store) (total int, err error) {
	for _, choice := range poolHolds {
		for after := id.ID(0); ; {
			var last id.ID
			n := 0
			err := st.Write(ctx, access.System("pools"), audit.Rule, func(s *record.Session) (err error) {
				last, n, err = fallSome(ctx, s, choice.Value, after)
				return err
			})
			total += n
			if err != nil {
				return total, err
			}
			if last == 0 {
				break
			}
			after = last
		}
	}
	return total, nil
}

// fallSome lets the first records after one fall, and gives the last that was looked at; zero when there are no more.
func fallSome(ctx context.Context, s *record.Session, entityName string, after id.ID) (last id.ID, n int, err error) {
	due, err := s.Tx.IDs(ctx, `SELECT id FROM `+s.Def(entityName).TableName()+` WHERE falls_at <= ? AND id > ? ORDER BY id LIMIT ?`, s.Tx.Now, int64(after), fallBatch)
	if err != nil || len(due) == 0 {
		return 0, 0, err
	}
	rules := poolRules(s)
	for _, x := range due {
		fell := false
		err := s.Try(ctx, func() (err error) {
			fell, err = fallNow(ctx, s, rules, entityName, x)
			return err
		})
		if err != nil && !errs.Is(err, errs.Stale) && !errs.Is(err, errs.Conflict) { // somebody is at work on it: another time
			return 0, n, err
		}
		if fell && err == nil {
			n++
		}
	}
	return due[len(due)-1], n, nil
}

// fallNow lets a record fall if it is still due.
func fallNow(ctx context.Context, s *record.Session, rules []poolRule, entityName string, x id.ID) (bool, error) {
	h, err := holdingOf(ctx, s, entityName, x)
	if err != nil {
		return false, err
	}
	f := warned(s, fallOf(s, rules, h), h)
	if f.at.IsZero() || f.at.After(s.Tx.Now) {
		return false, actOn(ctx, s, h, PoolAction, func(h holding) error { showFall(s, h); return nil })
	}
	p, err := record.Get[Pool](ctx, s, f.pool)
	if err != nil || !p.ArchivedAt.IsZero() || p.Holds != entityName {
		return false, err
	}
	return true, p.take(ctx, s, h, f, "", moveFall)
}

// Falling is a record that is about to fall into a pool.
type Falling struct {
	ID     id.ID
	Title  string
	Owner  id.ID
	At     time.Time
	Reason string
	Days   int
}

// Preview is what falls by a rule.
type Preview struct {
	Tonight int // how many fall this night
	Within  int // how many within the days asked for
	First   []Falling
}

const (
	mostPreviewed = 200
	previewPage   = 500
	previewDays   = 366
)

// PreviewFalls gives what of the records that the actor sees falls into a pool within some days, by the pool as it would
// be: it need not be stored yet.
func PreviewFalls(ctx context.Context, s *record.Session, p *Pool, within int) (out Preview, err error) {
	if within < 0 || within > previewDays {
		return out, errs.OfField("days", "field.between", "min", 0, "max", previewDays)
	}
	if _, ok := parseRecycle(p.Recycle); !ok {
		return out, errs.OfField("recycle", "pool.recycle")
	}
	draft, err := ruleOf(ctx, s, p)
	if err != nil {
		return out, err
	}
	rules := slices.DeleteFunc(poolRules(s), func(r poolRule) bool { return r.Pool == p.ID })
	rules = append(rules, draft)
	zone := s.Store().Zone()
	tonight, end := s.Today().AddDays(1).In(zone), s.Today().AddDays(within+1).In(zone)
	err = eachCovered(ctx, s, &draft, func(h holding) {
		f := warned(s, fallOf(s, rules, h), h)
		if f.at.IsZero() || f.pool != p.ID || f.at.After(end) {
			return
		}
		out.Within++
		if !f.at.After(tonight) {
			out.Tonight++
		}
		out.First = append(out.First, Falling{ID: h.ID, Owner: h.OwnerID, At: f.at, Reason: f.reason, Days: f.days})
	})
	if err != nil {
		return out, err
	}
	slices.SortFunc(out.First, func(a, b Falling) int { return a.At.Compare(b.At) })
	out.First = out.First[:min(len(out.First), mostPreviewed)]
	set := map[id.ID]bool{}
	for _, f := range out.First {
		set[f.ID] = true
	}
	titles, err := s.Titles(ctx, p.Holds, set)
	for i := range out.First {
		out.First[i].Title = titles[out.First[i].ID]
	}
	return out, err
}

// eachCovered calls fn with each record that a rule is about and the actor sees.
func eachCovered(ctx context.Context, s *record.Session, rule *poolRule, fn func(h holding)) error {
	if len(rule.Recycle.Groups) == 0 || len(rule.Users)+len(rule.Departments) == 0 {
		return nil
	}
	all := s.As(s.Actor.Elevated(), s.Origin) // whose filters no field rule bounds
	var or []record.Filter
	for field, ids := range map[string][]id.ID{"owner_id": rule.Users, "department_id": rule.Departments} {
		if len(ids) > 0 {
			or = append(or, FilterOf(field, entity.In, ids))
		}
	}
	q := record.Query{Filter: &record.Filter{And: []record.Filter{{Or: or}, {Field: "owner_id", Op: entity.NotEmpty}}}, Sort: "-id", Limit: previewPage, Fields: holdingFields[rule.Holds]}
	for {
		page, err := all.List(ctx, rule.Holds, q)
		if err != nil {
			return err
		}
		ids := make([]id.ID, len(page.Rows))
		for i, row := range page.Rows {
			ids[i] = row.ID()
		}
		sees, err := s.Sees(ctx, rule.Holds, ids)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			if sees[row.ID()] {
				fn(holdingRow(rule.Holds, row))
			}
		}
		if page.Next == "" {
			return nil
		}
		q.Cursor = page.Next
	}
}

// holdingFields are what a holding is made of.
var holdingFields = map[string][]string{
	"customer": {"owner_id", "department_id", "created_at", "owned_since", "last_followup_at", "grade", "locked", "falls_at", "stage", "deal_status"},
	"lead":     {"owner_id", "department_id", "created_at", "owned_since", "last_followup_at", "grade", "locked", "falls_at", "state", "passed_at", "converted_at"},
}

// holdingRow gives a holding of the fields of a row.
func holdingRow(entityName string, row *record.Row) holding {
	number := func(name string) int64 { n, _ := row.Value(name).(int64); return n }
	text := func(name string) string { t, _ := row.Value(name).(string); return t }
	instant := func(name string) clock.Instant {
		if row.Value(name) == nil {
			return clock.Instant{}
		}
		return clock.At(time.UnixMilli(number(name)))
	}
	h := holding{
		Base: &record.Base{ID: row.ID()}, Owned: &record.Owned{OwnerID: id.ID(number("owner_id")), DepartmentID: id.ID(number("department_id"))},
		Pooled: &Pooled{OwnedSince: instant("owned_since"), FallsAt: instant("falls_at"), Locked: number("locked") != 0},
		entity: entityName, followup: instant("last_followup_at"), grade: text("grade"),
	}
	if h.since = h.OwnedSince; entityName == "lead" {
		h.since, h.won, h.rests = later(h.OwnedSince, instant("passed_at")), text("state") == LeadWon, !leadOpen[text("state")] || row.Value("converted_at") != nil
		return h
	}
	h.won = text("stage") == StageWon || text("deal_status") == "closed"
	return h
}
