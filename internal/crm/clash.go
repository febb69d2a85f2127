package crm

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/cn/uscc"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Who has it? 撞单: a rep asks whether a customer or lead exists before working it. The answer is whether, since when and
// whose it is, or in which pool it lies — never what it holds. What is asked is counted and kept, so that nobody reads the
// records off by asking (customers.md, “Who has it?”).

// What somebody may ask by.
const (
	askedName   = "name"
	askedPhone  = "phone"
	askedCredit = "credit_code"
)

// How often one may ask.
const (
	clashesAnHour = 30
	clashesADay   = 120
)

// Clash is a record that there is already.
type Clash struct {
	Hit    id.ID // what it is called in requests, by who asked alone
	Entity string
	Record id.ID // zero for one that the asker does not see
	Title  string
	Since  clock.Instant
	Owner  id.ID
	Pool   id.ID
	Mine   bool
	Sure   bool // the same, and not just alike
	By     string
}

// clashKeys are the fields of each entity in which what is asked is looked for.
var clashKeys = map[string]map[string][]string{
	"customer": {
		askedName: {"customer.name"}, askedPhone: {"contact.mobile", "contact.landline"}, askedCredit: {"customer.credit_code"},
	},
	"lead": {askedName: {"lead.company"}, askedPhone: {"lead.phone"}},
}

// clashEntities are looked through together, in this order.
var clashEntities = []string{"customer", "lead"}

// WhoHas answers by a name, phone or credit code. It writes, since what is asked is kept.
func WhoHas(ctx context.Context, s *record.Session, typed string) (asked string, found []Clash, err error) {
	if !mayAskWho(s) {
		return "", nil, errs.New(errs.Denied, "")
	}
	typed = text.Tidy(typed)
	asked, value := askedBy(typed)
	if n := utf8.RuneCountInString(typed); n < 2 || n > 120 {
		return asked, nil, errs.OfField("q", "clash.too_short")
	}
	if err := countClashes(ctx, s); err != nil {
		return asked, nil, err
	}
	query := s.Tx.NewID()
	for _, of := range clashEntities {
		some, err := clashesIn(ctx, s, of, asked, value)
		if err != nil {
			return asked, nil, err
		}
		found = append(found, some...)
	}
	slices.SortStableFunc(found, func(a, b Clash) int {
		switch {
		case a.Sure == b.Sure:
			return 0
		case a.Sure:
			return -1
		}
		return 1
	})
	_, err = s.Tx.Exec(ctx, `INSERT INTO clash_query (id, user_id, at, asked, typed, found) VALUES (?, ?, ?, ?, ?, ?)`,
		query, s.Actor.ID, s.Tx.Now, asked, kept(asked, typed), len(found))
	if err != nil {
		return asked, nil, err
	}
	return asked, found, keepHits(ctx, s, query, found)
}

// mayAskWho reports whether the actor works customers or leads at all.
func mayAskWho(s *record.Session) bool {
	return slices.ContainsFunc(clashEntities, func(of string) bool { return s.Actor.May(s.Def(of).ModuleName(), access.Create) })
}

// askedBy says what was typed: a credit code, a phone, or a name.
func askedBy(typed string) (asked, value string) {
	if code := uscc.Normalize(typed); len(code) == uscc.Length && uscc.Check(code) == nil {
		return askedCredit, code
	}
	digits := 0
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" -+()（）·", r):
			return askedName, typed
		}
	}
	if digits >= 7 {
		return askedPhone, typed
	}
	return askedName, typed
}

// kept is what is written down of what was typed: of a phone the beginning and the end.
func kept(asked, typed string) string {
	if asked != askedPhone || len(typed) < 8 {
		return typed
	}
	return typed[:3] + "****" + typed[len(typed)-4:]
}

// countClashes refuses to answer who asks too often.
func countClashes(ctx context.Context, s *record.Session) error {
	if err := s.Tx.Lock(ctx, "clash:"+s.Actor.ID.String()); err != nil {
		return err
	}
	for _, limit := range []struct {
		most int
		of   time.Duration
	}{{clashesAnHour, time.Hour}, {clashesADay, 24 * time.Hour}} {
		var n int
		err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM clash_query WHERE user_id = ? AND at > ?`, s.Actor.ID, s.Tx.Now.Add(-limit.of)).Scan(&n)
		if err != nil {
			return err
		}
		if n >= limit.most {
			return errs.New(errs.TooMany, "clash.too_many", "max", limit.most, "hours", int(limit.of/time.Hour))
		}
	}
	return nil
}

func clashesIn(ctx context.Context, s *record.Session, of, asked, value string) ([]Clash, error) {
	candidate := record.Candidate{}
	for _, name := range clashKeys[of][asked] {
		entityName, field, _ := strings.Cut(name, ".")
		f := s.Def(entityName).Field(field)
		candidate[name] = value
		if tidy, problem := f.Type.Check(value, f); problem == nil || problem.Warning {
			candidate[name] = tidy
		}
	}
	lists, err := s.Match(ctx, of, []record.Candidate{candidate})
	if err != nil {
		return nil, err
	}
	var out []Clash
	for i := range lists[0] {
		f := &lists[0][i]
		c := Clash{Entity: of, Owner: f.Owner, Title: f.Title, Record: f.ID, Hit: f.Record(), Sure: f.Sure || f.Child, By: asked}
		h, err := holdingOf(ctx, s.As(s.Actor.Elevated(), s.Origin), of, f.Record())
		if err != nil {
			return nil, err
		}
		if h.became {
			continue
		}
		c.Since, c.Pool, c.Mine = h.CreatedAt, h.PoolID, h.OwnerID == s.Actor.ID
		out = append(out, c)
	}
	return out, nil
}

// keepHits names each record that was found for who asked: an id of its own, which says nothing to anybody else.
func keepHits(ctx context.Context, s *record.Session, query id.ID, found []Clash) error {
	for i := range found {
		x := found[i].Hit
		found[i].Hit = s.Tx.NewID()
		_, err := s.Tx.Exec(ctx, `INSERT INTO clash_hit (id, query_id, entity, record_id) VALUES (?, ?, ?, ?)`, found[i].Hit, query, found[i].Entity, x)
		if err != nil {
			return err
		}
	}
	return nil
}

// hitKept is how long one may go on from an answer.
const hitKept = 24 * time.Hour

// hit gives the record that an answer to the actor named.
func hit(ctx context.Context, s *record.Session, x id.ID) (of string, rec id.ID, err error) {
	err = s.Tx.QueryRow(ctx, `SELECT h.entity, h.record_id FROM clash_hit h JOIN clash_query q ON q.id = h.query_id WHERE h.id = ? AND q.user_id = ? AND q.at > ?`,
		x, s.Actor.ID, s.Tx.Now.Add(-hitKept)).Scan(&of, &rec)
	if sqldb.IsNoRows(err) {
		return "", 0, errs.New(errs.NotFound, "")
	}
	return of, rec, err
}

// Asked is a question that somebody asked.
type Asked struct {
	ID    id.ID
	User  id.ID
	At    clock.Instant
	By    string
	Typed string
	Found int64
}

// mostAsked is how many questions one answer lists.
const mostAsked = 100

// AskedBefore gives the questions that were asked before one, zero for the last, to who reads logs.
func AskedBefore(ctx context.Context, s *record.Session, before id.ID) (out []Asked, err error) {
	if !s.Actor.May("log", access.View) {
		return nil, errs.New(errs.Denied, "")
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	err = s.Tx.Each(ctx, func(scan func(dest ...any) error) error {
		var a Asked
		err := scan(&a.ID, &a.User, &a.At, &a.By, &a.Typed, &a.Found)
		out = append(out, a)
		return err
	}, `SELECT id, user_id, at, asked, typed, found FROM clash_query WHERE id < ? ORDER BY id DESC LIMIT ?`, before, mostAsked)
	return out, err
}
