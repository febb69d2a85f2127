// Package demo fills an installation with an invented sales company: its people, and customers with a year of history,
// so that every page has something to show. The same seed gives the same data, seen from the same day. Whatever could
// be taken for real is plainly not: credit codes that no authority gives out, numbers of data cards, addresses that end
// in .example.
package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Options say what is loaded. The zero value is good for a look around.
type Options struct {
	Customers int    // 200 when 0
	Seed      uint64 // another one, other data

	// Followups and Contacts are how many each customer has; 2–8 and 1–4 when 0. Customers with a fixed number of
	// follow-ups come with the stage they have, without its history, which is many times faster: for large loads.
	Followups int
	Contacts  int

	Force  bool // load although there are customers already, in addition to them
	Resume bool // go on with a load by the same options that was broken off

	// Password gives a user a password, so that they can sign in; nil leaves the users without.
	Password func(ctx context.Context, user id.ID) error
	// Progress is told how many customers of how many are loaded; may be nil.
	Progress func(done, total int)
}

// Result is what was loaded.
type Result struct {
	Users                          []User // those who were not there yet
	Customers, Contacts, Followups int
}

const (
	batch      = 100  // customers in a transaction, each with its own steps
	briefBatch = 500  // customers in a transaction, all at once
	remembered = 1000 // customers who may have sent others
)

// Load loads the company as of the day by the store's clock: everything has happened by the evening before. It passes
// the gate like any other change. An installation that has customers gives errs.Conflict unless o says otherwise.
func Load(ctx context.Context, store *record.Store, o Options) (Result, error) {
	if o.Customers <= 0 {
		o.Customers = 200
	}
	l := &loader{store: store, options: o}
	if err := l.prepare(ctx); err != nil {
		return l.result, err
	}
	for l.next < o.Customers {
		if err := l.batch(ctx); err != nil {
			return l.result, err
		}
		if o.Progress != nil {
			o.Progress(l.next, o.Customers)
		}
	}
	return l.result, nil
}

// loader writes invented customers, in the order in which they came.
type loader struct {
	store   *record.Store
	options Options
	maker   *maker
	company *company
	next    int     // the customer to be written next
	senders []id.ID // the first customers of this load
	result  Result
}

func (l *loader) prepare(ctx context.Context) error {
	var there int
	var today clock.Date
	err := l.store.Read(ctx, access.System("demo"), func(s *record.Session) error {
		today = s.Today()
		return s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM customer`).Scan(&there)
	})
	if err != nil {
		return err
	}
	if there > 0 && !l.options.Force && !l.options.Resume {
		return errs.New(errs.Conflict, "demo.not_empty", "count", there)
	}
	w, err := newWorld()
	if err != nil {
		return err
	}
	l.maker = &maker{
		world: w, seed: l.options.Seed, calendar: newCalendar(today.In(l.store.Zone())), count: l.options.Customers,
		touches: l.options.Followups, contacts: l.options.Contacts,
	}
	if l.options.Resume {
		l.next = min(there, l.options.Customers)
	} else {
		l.maker.offset = there
	}
	return l.hire(ctx)
}

func (l *loader) hire(ctx context.Context) (err error) {
	l.company, err = hire(ctx, l.store, l.maker.calendar.days[0])
	if err != nil {
		return err
	}
	l.result.Users = l.company.users
	for _, u := range l.company.users {
		if l.options.Password == nil {
			break
		}
		if err := l.options.Password(ctx, u.ID); err != nil {
			return err
		}
	}
	return nil
}

// batch writes the next customers in one transaction.
func (l *loader) batch(ctx context.Context) error {
	size, write := batch, l.stepByStep
	if l.options.Followups > 0 {
		size, write = briefBatch, l.atOnce
	}
	made := make([]*written, min(size, l.options.Customers-l.next))
	for i := range made {
		made[i] = &written{customer: l.maker.make(l.next + i)}
	}
	err := l.store.WriteAlone(ctx, access.System("demo"), audit.Demo, func(s *record.Session) error { return write(ctx, s, made) })
	if err != nil {
		return err
	}
	for _, c := range made {
		l.result.Contacts += len(c.customer.people)
		l.result.Followups += len(c.touches)
		if len(l.senders) < remembered {
			l.senders = append(l.senders, c.id)
		}
	}
	l.next += len(made)
	l.result.Customers += len(made)
	return nil
}

// written is a customer on its way into the database.
type written struct {
	*customer
	id       id.ID
	contacts []id.ID
}

// step is something that happened.
type step struct {
	at time.Time
	do func(s *record.Session) error
}

// stepByStep writes customers as if the year passed once more: each step at its time and by who took it, so that rules,
// history and log say what they would have said.
func (l *loader) stepByStep(ctx context.Context, s *record.Session, made []*written) error {
	var steps []step
	for i, c := range made {
		steps = append(steps, step{l.maker.calendar.at(c.registered), func(s *record.Session) error {
			return l.register(ctx, s, c, made[:i])
		}})
		for k := range c.touches {
			t := &c.touches[k]
			at := l.maker.calendar.at(t.minute).Add(time.Duration(t.written) * time.Minute)
			steps = append(steps, step{at, func(s *record.Session) error { return l.followUp(ctx, s, c, t) }})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, step := range steps {
		s.Tx.Now = step.at
		if err := step.do(s); err != nil {
			return err
		}
	}
	return nil
}

// register adds a customer with its contacts. Earlier are the customers of the same batch before it.
func (l *loader) register(ctx context.Context, s *record.Session, c *written, earlier []*written) error {
	s.Actor = l.rep(c.customer)
	values := l.owned(c.customer, c.values)
	if sender := l.sender(c.customer, earlier); sender != 0 {
		values["referred_by"] = int64(sender)
	}
	made, err := create(ctx, s, "customer", []record.Values{values})
	if err != nil {
		return err
	}
	c.id = made[0]
	return l.introduce(ctx, s, []*written{c})
}

// introduce adds the contacts of customers: first those at the top, then those who report to them, and so on.
func (l *loader) introduce(ctx context.Context, s *record.Session, made []*written) error {
	for _, c := range made {
		c.contacts = make([]id.ID, len(c.people))
	}
	for {
		var all []record.Values
		var places []*id.ID
		for _, c := range made {
			for k, p := range c.people {
				if c.contacts[k] != 0 || p.boss >= 0 && c.contacts[p.boss] == 0 {
					continue
				}
				p.values["customer_id"] = int64(c.id)
				if p.boss >= 0 {
					p.values["reports_to"] = int64(c.contacts[p.boss])
				}
				all, places = append(all, p.values), append(places, &c.contacts[k])
			}
		}
		if len(all) == 0 {
			return nil
		}
		ids, err := create(ctx, s, "contact", all)
		if err != nil {
			return err
		}
		for i, place := range places {
			*place = ids[i]
		}
	}
}

// followUp adds a follow-up and what it brought about.
func (l *loader) followUp(ctx context.Context, s *record.Session, c *written, t *touch) error {
	s.Actor = l.rep(c.customer)
	values := l.touched(c, t)
	if t.stage != "" && t.stage != crm.StageLost {
		values["stage"] = t.stage
	}
	if _, err := create(ctx, s, "followup", []record.Values{values}); err != nil || t.after == nil {
		return err
	}
	return s.UpdateOne(ctx, "customer", c.id, 0, t.after)
}

// atOnce writes customers as they stand at the end of the story.
func (l *loader) atOnce(ctx context.Context, s *record.Session, made []*written) error {
	customers := make([]record.Values, len(made))
	for i, c := range made {
		customers[i] = l.owned(c.customer, c.brief(l.maker.calendar))
		if sender := l.sender(c.customer, nil); sender != 0 {
			customers[i]["referred_by"] = int64(sender)
		}
	}
	s.Tx.Now = l.maker.calendar.at(made[0].registered)
	ids, err := create(ctx, s, "customer", customers)
	if err != nil {
		return err
	}
	for i, c := range made {
		c.id = ids[i]
	}
	if err := l.introduce(ctx, s, made); err != nil {
		return err
	}
	var touches []record.Values
	for _, c := range made {
		for k := range c.touches {
			touches = append(touches, l.touched(c, &c.touches[k]))
		}
	}
	s.Tx.Now = l.maker.calendar.today
	_, err = create(ctx, s, "followup", touches)
	return err
}

// touched gives the values of a follow-up.
func (l *loader) touched(c *written, t *touch) record.Values {
	t.values["customer_id"], t.values["contact_id"] = int64(c.id), int64(c.contacts[t.person])
	t.values["happened_at"] = l.maker.calendar.at(t.minute).UnixMilli()
	return l.owned(c.customer, t.values)
}

// owned adds the owner to values.
func (l *loader) owned(c *customer, values record.Values) record.Values {
	values["owner_id"] = int64(l.rep(c).ID)
	return values
}

// rep gives who looks after a customer.
func (l *loader) rep(c *customer) *access.Actor {
	team := l.company.reps[c.city.team]
	return team[c.rep%len(team)]
}

// sender gives the customer who sent this one; zero for nobody, or when it is not known.
func (l *loader) sender(c *customer, earlier []*written) id.ID {
	at := c.sender - l.maker.offset
	if at < 0 {
		return 0
	}
	if at < len(l.senders) {
		return l.senders[at]
	}
	for _, other := range earlier {
		if other.number == c.sender {
			return other.id
		}
	}
	return 0
}

// create adds records; none may be refused.
func create(ctx context.Context, s *record.Session, entity string, values []record.Values) ([]id.ID, error) {
	made, refused, err := s.CreateMany(ctx, entity, values)
	if err != nil {
		return nil, err
	}
	for i, problem := range refused {
		if problem != nil {
			return nil, fmt.Errorf("demo: %s %v refused: %w", entity, values[i]["name"], problem)
		}
	}
	return made, nil
}
