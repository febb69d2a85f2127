package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Assignment says by which rule leads are given out when nobody picks (leads.md, “Assignment”).
type Assignment struct {
	Rule     string `json:"rule" enum:"ranking,region,round_robin,least_loaded" doc:"Who comes first: by all reasons, those of the region, who waited longest, or who has least to do"`
	Capacity int    `json:"capacity" minimum:"0" maximum:"10000" doc:"Open leads that somebody has at most by the rule; 0 for no bound"`
}

const assignmentSetting = "lead.assignment"

// assignRules are the rules, each the order of two candidates for a lead.
var assignRules = map[string]func(a, b *Candidate) int{
	"ranking": func(a, b *Candidate) int { return cmp.Compare(b.Points, a.Points) },
	"region": func(a, b *Candidate) int {
		return cmp.Or(cmp.Compare(b.region, a.region), cmp.Compare(a.load(), b.load()))
	},
	"round_robin":  func(a, b *Candidate) int { return a.given.Compare(b.given) },
	"least_loaded": func(a, b *Candidate) int { return cmp.Compare(a.load(), b.load()) },
}

// AssignmentOf gives the company's rule.
func AssignmentOf(s *record.Session) Assignment {
	var own Assignment
	if json.Unmarshal([]byte(s.Setting(assignmentSetting, "")), &own) == nil && assignRules[own.Rule] != nil {
		return own
	}
	return Assignment{Rule: "ranking"}
}

// SetAssignment sets the company's rule. Who may call it is asked by whoever does.
func SetAssignment(ctx context.Context, s *record.Session, a Assignment) error {
	if assignRules[a.Rule] == nil {
		return errs.OfField("rule", "field.choice", "value", a.Rule)
	}
	if a.Capacity < 0 || a.Capacity > 10_000 {
		return errs.OfField("capacity", "field.between", "min", 0, "max", 10_000)
	}
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, assignmentSetting, string(text))
}

// Candidate is somebody to whom a lead can be given, with what speaks for it.
type Candidate struct {
	org.Person
	Points    int
	Reasons   []string // in the reader's language, the weightiest first
	Leads     int      // open ones of theirs
	Customers int      // of theirs, won and lost ones aside
	Overdue   int      // clocks of theirs
	Full      bool     // has as many leads as the rule allows

	region int       // points for it
	given  time.Time // when they were last given a lead
	inTime float64   // share of what fell due in the last 90 days
	fell   int
	deals  map[string]int // won customers by division of industry
}

func (c *Candidate) load() int { return 2*c.Leads + c.Customers + 3*c.Overdue }

// The most points for each reason: they add up to 100.
const (
	pointsWorked   = 30
	pointsRegion   = 20
	pointsIndustry = 15
	pointsDeals    = 10
	pointsLoad     = 15
	pointsTimely   = 10
)

// muchToDo is a load from which on differences count in full: among those who have little, one customer more is nothing.
const muchToDo = 40

const timelyDays = 90

// Staff are the people to whom the actor may give leads, as they stand now. What Assigned is told counts at once, so that
// many leads are shared out fairly.
type Staff struct {
	people []*Candidate
	rule   Assignment
	most   int // load of who has most to do
}

// LoadStaff loads the people to whom the actor may give leads.
func LoadStaff(ctx context.Context, s *record.Session) (*Staff, error) {
	able, err := org.Able(ctx, s.Tx, "lead", access.Edit)
	if err != nil {
		return nil, err
	}
	st := &Staff{rule: AssignmentOf(s)}
	byID := map[id.ID]*Candidate{}
	reach := s.Actor.Reach("lead", access.Assign)
	for _, p := range able {
		if s.Actor.System || p.ID == s.Actor.ID || reach.Includes(p.ID, p.Department) {
			c := &Candidate{Person: p, deals: map[string]int{}}
			st.people, byID[p.ID] = append(st.people, c), c
		}
	}
	return st, st.count(ctx, s, byID)
}

// count finds how much each has to do, and how they did.
func (st *Staff) count(ctx context.Context, s *record.Session, byID map[id.ID]*Candidate) error {
	each := func(fn func(c *Candidate, n int, text string, ms int64), query string, args ...any) error {
		return s.Tx.Each(ctx, func(scan func(...any) error) error {
			var who id.ID
			var n int
			var text string
			var ms int64
			if err := scan(&who, &n, &text, &ms); err != nil {
				return err
			}
			if c := byID[who]; c != nil {
				fn(c, n, text, ms)
			}
			return nil
		}, query, args...)
	}
	since := s.Tx.Now.AddDate(0, 0, -timelyDays)
	for _, one := range []struct {
		fn    func(c *Candidate, n int, text string, ms int64)
		query string
		args  []any
	}{
		{
			func(c *Candidate, n int, _ string, ms int64) {
				c.Leads = n
				if ms > 0 {
					c.given = time.UnixMilli(ms)
				}
			},
			`SELECT owner_id, SUM(CASE WHEN state IN ('todo','working','need','proposal','negotiating') AND converted_at IS NULL THEN 1 ELSE 0 END), '', COALESCE(MAX(assigned_at), 0)
				FROM lead WHERE owner_id IS NOT NULL AND archived_at IS NULL GROUP BY owner_id`, nil,
		},
		{
			func(c *Candidate, n int, _ string, _ int64) { c.Customers = n },
			`SELECT owner_id, COUNT(*), '', 0 FROM customer WHERE owner_id IS NOT NULL AND archived_at IS NULL AND stage NOT IN ('won','lost') GROUP BY owner_id`, nil,
		},
		{
			func(c *Candidate, n int, _ string, _ int64) { c.Overdue = n },
			`SELECT owner_id, COUNT(*), '', 0 FROM obligation WHERE state = 'running' AND owner_id IS NOT NULL AND due_at < ? GROUP BY owner_id`,
			[]any{s.Tx.Now},
		},
		{
			func(c *Candidate, n int, _ string, met int64) { c.fell, c.inTime = n, float64(met)/float64(n) },
			`SELECT owner_id, COUNT(*), '', SUM(CASE WHEN state = 'met' THEN 1 ELSE 0 END) FROM obligation
				WHERE owner_id IS NOT NULL AND state <> 'cancelled' AND due_at >= ? AND due_at < ? GROUP BY owner_id`,
			[]any{since, s.Tx.Now},
		},
		{
			func(c *Candidate, n int, industry string, _ int64) { c.deals[industry] += n },
			`SELECT owner_id, COUNT(*), SUBSTR(industry, 1, 2), 0 FROM customer
				WHERE owner_id IS NOT NULL AND stage = 'won' AND industry <> '' AND archived_at IS NULL GROUP BY owner_id, SUBSTR(industry, 1, 2)`, nil,
		},
	} {
		if err := each(one.fn, one.query, one.args...); err != nil {
			return err
		}
	}
	for _, c := range st.people {
		st.most = max(st.most, c.load())
	}
	return nil
}

// Rank gives the people for a lead, the fittest by the company's rule first, and why.
func (st *Staff) Rank(ctx context.Context, s *record.Session, l *Lead) ([]*Candidate, error) {
	worked, err := whoWorked(ctx, s, l)
	if err != nil {
		return nil, err
	}
	out := make([]*Candidate, len(st.people))
	for i, c := range st.people {
		one := *c
		one.judge(s, l, worked, st.most)
		one.Full = st.rule.Capacity > 0 && one.Leads >= st.rule.Capacity
		out[i] = &one
	}
	order := assignRules[st.rule.Rule]
	slices.SortStableFunc(out, func(a, b *Candidate) int {
		full := func(c *Candidate) int {
			if c.Full {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(full(a), full(b)), order(a, b), cmp.Compare(b.Points, a.Points), cmp.Compare(a.load(), b.load()), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Assigned counts a lead that was given to somebody.
func (st *Staff) Assigned(to id.ID, at time.Time) {
	for _, c := range st.people {
		if c.ID == to {
			c.Leads, c.given = c.Leads+1, at
			st.most = max(st.most, c.load())
		}
	}
}

// reason is what speaks for somebody.
type reason struct {
	points int
	said   string
}

// judge works out what speaks for somebody as the owner of a lead.
func (c *Candidate) judge(s *record.Session, l *Lead, worked map[id.ID]string, most int) {
	var why []reason
	add := func(points int, key string, params ...any) {
		if points > 0 {
			why = append(why, reason{points, say(s, key, params...)})
		}
	}
	if name, ok := worked[c.ID]; ok {
		add(pointsWorked, "lead.why_worked", "customer", name)
	}
	if below(entity.Region, c.Regions, l.Region) {
		c.region = pointsRegion
		add(pointsRegion, "lead.why_region")
	}
	if below(entity.Industry, c.Industries, l.Industry) {
		add(pointsIndustry, "lead.why_industry")
	}
	if len(l.Industry) >= 2 {
		n := c.deals[l.Industry[:2]]
		add(min(pointsDeals, 3*n+n/2), "lead.why_deals", "n", n)
	}
	most = max(most, muchToDo)
	add(pointsLoad*(most-c.load())/most, "lead.why_load", "leads", c.Leads, "customers", c.Customers)
	if c.fell > 0 {
		add(int(c.inTime*pointsTimely), "lead.why_timely", "rate", int(c.inTime*100))
	}
	slices.SortStableFunc(why, func(a, b reason) int { return b.points - a.points })
	c.Points, c.Reasons = 0, []string{}
	for _, r := range why {
		c.Points, c.Reasons = c.Points+r.points, append(c.Reasons, r.said)
	}
}

// below reports whether a code lies below one of some codes of a tree, or is one.
func below(tree entity.Type, among []string, code string) bool {
	return code != "" && slices.ContainsFunc(among, func(top string) bool {
		return slices.ContainsFunc(tree.(entity.Tree).Below(top), func(p string) bool { return strings.HasPrefix(code, p) })
	})
}

// whoWorked gives who follows up, or owns, a customer that is likely the lead's company, with its name as far as the actor
// may know it.
func whoWorked(ctx context.Context, s *record.Session, l *Lead) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	if l.NormName == "" && l.Phone == "" {
		return out, nil
	}
	rows, err := s.Tx.IDs(ctx, `SELECT id FROM customer WHERE norm_name = ? AND norm_name <> '' AND archived_at IS NULL
		UNION SELECT customer_id FROM contact WHERE mobile = ? AND mobile <> '' AND archived_at IS NULL ORDER BY 1 LIMIT 20`, l.NormName, l.Phone)
	if err != nil {
		return nil, err
	}
	seen := map[id.ID]bool{}
	for _, x := range rows {
		seen[x] = true
	}
	names, err := s.Titles(ctx, "customer", seen)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		who, err := s.Tx.IDs(ctx, `SELECT owner_id FROM customer WHERE id = ? AND owner_id IS NOT NULL
			UNION SELECT owner_id FROM followup WHERE customer_id = ? AND state = 'done' AND owner_id IS NOT NULL`, x, x)
		if err != nil {
			return nil, err
		}
		for _, user := range who {
			out[user] = names[x]
		}
	}
	return out, nil
}

// AssignLead gives a lead to somebody, or, with zero, to whom the company's rule puts first. It gives who that is; an
// errs.Conflict when the rule finds nobody.
func AssignLead(ctx context.Context, s *record.Session, st *Staff, x, to id.ID) (id.ID, error) {
	if to == 0 {
		l, err := record.Get[Lead](ctx, s, x)
		if err != nil {
			return 0, err
		}
		ranked, err := st.Rank(ctx, s, l)
		if err != nil {
			return 0, err
		}
		if len(ranked) == 0 || ranked[0].Full {
			return 0, errs.New(errs.Conflict, "lead.nobody")
		}
		to = ranked[0].ID
	}
	err := s.UpdateOne(ctx, "lead", x, 0, record.Values{"owner_id": int64(to)})
	if err == nil {
		st.Assigned(to, s.Tx.Now)
	}
	return to, err
}
