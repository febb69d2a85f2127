package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Recycle says when what the members of a pool own falls into it: when all conditions of one of the groups hold. Without
// groups nothing falls.
type Recycle struct {
	Groups  []RecycleGroup `json:"groups" nullable:"false" doc:"Of which one must hold"`
	Working bool           `json:"working" doc:"Days are working days of the owner's department"`
}

// RecycleGroup is conditions that must all hold.
type RecycleGroup struct {
	All []Condition `json:"all" nullable:"false"`
}

// Condition says how many days may pass.
type Condition struct {
	Since  string         `json:"since" enum:"followup,assigned,deal" doc:"The last follow-up, the assignment to the owner, or the assignment as long as there is no deal"`
	Days   int            `json:"days" minimum:"1" maximum:"3650"`
	Grades map[string]int `json:"grades,omitempty" doc:"Other days by grade"`
}

const (
	mostConditions = 20
	mostDays       = 3650
)

// parseRecycle reads rules; false when they mean nothing.
func parseRecycle(text string) (r Recycle, ok bool) {
	if entity.IsMissing(text) {
		return r, true
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if d.Decode(&r) != nil || d.More() {
		return r, false
	}
	return r, r.sound()
}

func (r *Recycle) sound() bool {
	n := 0
	for _, g := range r.Groups {
		if len(g.All) == 0 {
			return false
		}
		for _, c := range g.All {
			n++
			if !slices.Contains([]string{ReasonFollowup, ReasonAssigned, ReasonDeal}, c.Since) || c.Days < 1 || c.Days > mostDays || n > mostConditions {
				return false
			}
			for grade, days := range c.Grades {
				if len(grade) > 20 || days < 1 || days > mostDays {
					return false
				}
			}
		}
	}
	return true
}

// Encode gives the rules as a pool keeps them; an error when they mean nothing.
func (r *Recycle) Encode() (string, error) {
	if len(r.Groups) == 0 {
		return "", nil
	}
	if !r.sound() {
		return "", errs.OfField("recycle", "pool.recycle")
	}
	b, err := json.Marshal(r)
	return string(b), err
}

var (
	recycleType = entity.Document("recycle", "pool.recycle", "{}", tidyRecycle)
	hiddenType  = entity.Document("hidden_fields", "pool.hidden_fields", "[]", tidyNames)
)

func tidyRecycle(text string) (string, bool) {
	r, ok := parseRecycle(text)
	if !ok {
		return "", false
	}
	tidy, err := r.Encode()
	return tidy, err == nil
}

func tidyNames(text string) (string, bool) {
	var names entity.List
	if json.Unmarshal([]byte(text), &names) != nil || len(names) > 500 {
		return "", false
	}
	return names.Stored(), true
}

// holding is a record that may lie in a pool, as the rules of pools see it.
type holding struct {
	*record.Base
	*record.Owned
	*Pooled
	entity   string
	followup clock.Instant // the last
	grade    string
	since    clock.Instant // from when its owner has had it to work on
	won      bool          // never falls
	rests    bool          // it is not worked, and lies in no pool
	became   bool          // it has become another record, which stands for it
}

// holder is a record that may lie in a pool.
type holder interface{ holding() holding }

func (c *Customer) holding() holding {
	return holding{
		Base: &c.Base, Owned: &c.Owned, Pooled: &c.Pooled, entity: "customer", followup: c.LastFollowup, grade: c.Grade, since: c.OwnedSince,
		won: c.Stage == StageWon || c.DealStatus == "closed",
	}
}

func (l *Lead) holding() holding {
	return holding{
		Base: &l.Base, Owned: &l.Owned, Pooled: &l.Pooled, entity: "lead", followup: l.LastFollowup, grade: l.Grade, since: later(l.OwnedSince, l.PassedAt),
		won: l.State == LeadWon, rests: !l.Open() || !l.ConvertedAt.IsZero(),
		became: !l.ConvertedAt.IsZero(),
	}
}

// rulesSetting is the setting that holds the rules of all pools, so that each write of a record has them at hand. It is
// written when a pool changes.
const rulesSetting = "pools"

// poolRule is the rule of a pool, with everybody whose records it is about.
type poolRule struct {
	Pool        id.ID   `json:"pool"`
	Holds       string  `json:"holds"`
	Users       []id.ID `json:"users,omitempty"`
	Departments []id.ID `json:"departments,omitempty"`
	Recycle     Recycle `json:"recycle"`
}

func poolRules(s *record.Session) []poolRule {
	text := s.Setting(rulesSetting, "")
	if text == "" {
		return nil
	}
	var rules []poolRule
	if err := json.Unmarshal([]byte(text), &rules); err != nil { // written below
		panic(fmt.Sprintf("crm: the rules of pools are damaged: %v", err))
	}
	return rules
}

// publishPools keeps the rules of all pools where every write finds them.
func publishPools(ctx context.Context, s *record.Session, old, next *Pool) error {
	if old != nil && old.Holds == next.Holds && old.Recycle == next.Recycle && old.ArchivedAt == next.ArchivedAt &&
		slices.Equal(old.Members, next.Members) && slices.Equal(old.Departments, next.Departments) {
		return nil
	}
	if old == nil && next.Recycle == "" {
		return nil
	}
	return PublishPools(ctx, s)
}

// PublishPools brings the rules that writes go by in line with the pools and the departments, and orders that what falls
// when follows.
func PublishPools(ctx context.Context, s *record.Session) error {
	all := s.As(s.Actor.Elevated(), s.Origin)
	pools, err := record.Find[Pool](ctx, all, record.Query{Sort: "created_at", Limit: record.MaxLimit})
	if err != nil {
		return err
	}
	var rules []poolRule
	for _, p := range pools {
		rule, err := ruleOf(ctx, s, p)
		if err != nil {
			return err
		}
		if len(rule.Recycle.Groups) > 0 {
			rules = append(rules, rule)
		}
	}
	text := ""
	if len(rules) > 0 {
		b, err := json.Marshal(rules)
		if err != nil {
			return err
		}
		text = string(b)
	}
	if s.Setting(rulesSetting, "") == text {
		return nil
	}
	if err := s.SetSetting(ctx, rulesSetting, text); err != nil {
		return err
	}
	for _, k := range fallKinds {
		if err := record.OrderReset(ctx, s.Tx, k.Name); err != nil {
			return err
		}
	}
	return nil
}

func ruleOf(ctx context.Context, s *record.Session, p *Pool) (poolRule, error) {
	r, _ := parseRecycle(p.Recycle)
	rule := poolRule{Pool: p.ID, Holds: p.Holds, Users: idsOf(p.Members), Recycle: r}
	below, err := org.Below(ctx, s.Tx, idsOf(p.Departments)...)
	for x := range below {
		rule.Departments = append(rule.Departments, x)
	}
	slices.Sort(rule.Departments)
	return rule, err
}

// covers reports whether a rule is about the records of somebody.
func (r *poolRule) covers(h holding) bool {
	return r.Holds == h.entity && (slices.Contains(r.Users, h.OwnerID) || h.DepartmentID != 0 && slices.Contains(r.Departments, h.DepartmentID))
}

// fall is when a record falls, where to, and why.
type fall struct {
	at     time.Time
	since  time.Time // from when the deciding condition counts
	pool   id.ID
	reason string
	days   int
}

// fallOf gives when a record falls by some rules: into the pool whose rule holds first. Zero for one that does not fall:
// nobody's, archived, won and locked ones.
func fallOf(s *record.Session, rules []poolRule, h holding) (first fall) {
	if h.OwnerID == 0 || h.Locked || h.won || h.rests || !h.ArchivedAt.IsZero() {
		return first
	}
	for i := range rules {
		if !rules[i].covers(h) {
			continue
		}
		for _, g := range rules[i].Recycle.Groups {
			f := g.over(s, rules[i].Recycle.Working, h)
			if f.pool = rules[i].Pool; first.at.IsZero() || f.at.Before(first.at) {
				first = f
			}
		}
	}
	return first
}

// over gives when all conditions of a group hold, by the one that comes last. A record falls in the night after that day.
func (g *RecycleGroup) over(s *record.Session, working bool, h holding) (last fall) {
	zone := s.Store().Zone()
	for _, c := range g.All {
		days := c.Days
		if own, ok := c.Grades[h.grade]; ok && h.grade != "" {
			days = own
		}
		since := h.since.Time
		if c.Since == ReasonFollowup && h.followup.After(since) {
			since = h.followup.Time
		}
		span := obligation.Span{N: days, Unit: obligation.Day, Working: working}
		at := clock.DateOf(span.From(since, zone, s.Store().Calendar(h.DepartmentID)).In(zone)).AddDays(1).In(zone)
		if !at.Before(last.at) {
			last = fall{at: at, since: since, reason: c.Since, days: days}
		}
	}
	return last
}

// warned puts a fall off so that its owner hears of it beforehand: nothing that becomes known today falls tonight, unless
// the rule gives less time than the warning.
func warned(s *record.Session, f fall, h holding) fall {
	known := h.FallsAt
	if f.at.IsZero() {
		return f
	}
	notice := min(s.Store().Schema().Clocks(h.entity+".pool").Warning(), f.at.Sub(f.since))
	earliest := s.Tx.Now.Add(notice)
	if !known.IsZero() && known.Before(earliest) {
		earliest = known.Time
	}
	if f.at.Before(earliest) {
		zone := s.Store().Zone()
		day := clock.DateOf(earliest.In(zone))
		if f.at = day.In(zone); f.at.Before(earliest) {
			f.at = day.AddDays(1).In(zone)
		}
	}
	return f
}

// keepHolding is the Fill rule of what may lie in a pool: since when its owner has it, and when it falls.
func keepHolding[T any, P interface {
	*T
	holder
}](_ context.Context, s *record.Session, old, next *T) error {
	h := P(next).holding()
	var was holding
	if old != nil {
		was = P(old).holding()
	}
	if old == nil || was.OwnerID != h.OwnerID {
		h.OwnedSince = clock.Instant{}
		if h.OwnerID != 0 {
			h.Pooled.OwnedSince = clock.At(s.Tx.Now)
		}
		h.Pooled.FallsAt = clock.Instant{}
	}
	if h.OwnerID != 0 {
		h.PoolID, h.PoolSince, h.PoolReason, h.PoolNote, h.PoolDays = 0, clock.Instant{}, "", "", nil
	}
	showFall(s, P(next).holding())
	return nil
}

// showFall keeps when a record falls into which pool.
func showFall(s *record.Session, h holding) {
	f := warned(s, fallOf(s, poolRules(s), h), h)
	h.Pooled.FallsAt, h.Pooled.FallsTo = clock.Instant{}, 0
	if !f.at.IsZero() {
		h.Pooled.FallsAt, h.Pooled.FallsTo = clock.At(f.at), f.pool
	}
}

// lockBySupervisor keeps owners from locking what is theirs: that takes the permission to assign it to others.
func lockBySupervisor[T any, P interface {
	*T
	holder
}](_ context.Context, s *record.Session, old, next *T) error {
	h := P(next).holding()
	was := false
	if old != nil {
		was = P(old).holding().Locked
	}
	if was == h.Locked || supervises(s, h) {
		return nil
	}
	return errs.OfField("locked", "pool.lock_denied")
}

// supervises reports whether the actor may assign a record, and not their own ones alone.
func supervises(s *record.Session, h holding) bool {
	if s.Actor.System {
		return true
	}
	reach := s.Actor.Reach(s.Def(h.entity).ModuleName(), access.Assign)
	return reach.Scope != access.None && reach.Scope != access.Self && reach.Includes(h.OwnerID, h.DepartmentID)
}

// fallClock warns whoever owns a record that it falls into a pool (followups-and-clocks.md, “Clocks”).
func fallClock[T any, P interface {
	*T
	holder
}](kind *obligation.Kind) record.Clock[T] {
	return record.Clock[T]{
		Kind: kind,
		Due: func(rec *T) *obligation.Due {
			h := P(rec).holding()
			if h.OwnerID == 0 || h.FallsAt.IsZero() {
				return nil
			}
			return &obligation.Due{Start: later(h.since, h.followup).Time, At: h.FallsAt.Time}
		},
		End: func(old, next *T) obligation.End {
			switch was, is := P(old).holding(), P(next).holding(); {
			case is.OwnerID == 0:
				return obligation.End{Cause: "pool"}
			case is.followup.After(was.followup.Time):
				return obligation.End{Met: is.followup.Time}
			case is.OwnerID != was.OwnerID:
				return obligation.End{Cause: "owner"}
			}
			return obligation.End{Cause: "rule"}
		},
		Refresh: func(s *record.Session, rec *T) { showFall(s, P(rec).holding()) },
	}
}

var customerFallKind = newFallKind("customer.pool", i18n.T("即将落入公海：请跟进，或请主管锁定保留", "Falls into the pool: follow it up, or ask the supervisor to keep it"))

var leadFallKind = newFallKind("lead.pool", i18n.T("即将落入线索池：请跟进，或请主管锁定保留", "Falls into the pool: follow it up, or ask the supervisor to keep it"))

// fallKinds are the clocks that warn of a fall.
var fallKinds = []*obligation.Kind{customerFallKind, leadFallKind}

func newFallKind(name string, label i18n.Text) *obligation.Kind {
	return &obligation.Kind{
		Name: name, Label: label, Fixed: true, Warns: true, Tells: "falls_at",
		Defaults: obligation.ClockSettings{Active: true, Lasts: map[string]obligation.Span{"": {Unit: obligation.Minute}}, Before: []int{3 * 24 * 60}},
	}
}
