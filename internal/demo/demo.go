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
	"genjin/internal/entity"
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
	Users               []User // those who were not there yet
	Customers, Contacts int
	Followups           int // those that happened; what is planned stands besides
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
	if o.Followups > 0 {
		return l.result, nil
	}
	if err := l.keepDiaries(ctx); err != nil {
		return l.result, err
	}
	if err := l.findLeads(ctx); err != nil {
		return l.result, err
	}
	if err := l.fillPools(ctx); err != nil {
		return l.result, err
	}
	return l.result, crm.RollBirthdays(ctx, store) // those of the year that has passed
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
			if t.moved != nil {
				steps = append(steps, step{t.moved.at, func(s *record.Session) error { return l.postpone(ctx, s, c, t.moved) }})
			}
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
	made, err := createOne(ctx, s, "customer", values)
	if err != nil {
		return err
	}
	c.id = made
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

// followUp records a touch, of the plan for it where there is one, and what it brought about.
func (l *loader) followUp(ctx context.Context, s *record.Session, c *written, t *touch) error {
	s.Actor = l.rep(c.customer)
	values := l.touched(c, t)
	if t.stage != "" && t.stage != crm.StageLost {
		values["stage"] = t.stage
	}
	x, err := planOf(ctx, s, c.id)
	if err != nil {
		return err
	}
	if values["state"] = crm.FollowupDone; x != 0 {
		err = s.UpdateOne(ctx, "followup", x, 0, values)
	} else if x, err = createOne(ctx, s, "followup", values); err != nil {
		return err
	}
	if err == nil && t.after != nil {
		err = s.UpdateOne(ctx, "customer", c.id, 0, t.after)
	}
	if err == nil && t.confirmed {
		err = record.Touch(ctx, s, c.id, func(c *crm.Customer) { c.VerifiedAt = clock.At(s.Tx.Now) })
	}
	if err == nil && t.plan != nil {
		err = l.detail(ctx, s, c, t)
	}
	if err == nil && t.comment != "" {
		err = l.say(ctx, s, c, t, x)
	}
	return err
}

// planOf gives the open plan with a customer; zero for none.
func planOf(ctx context.Context, s *record.Session, customer id.ID) (id.ID, error) {
	plans, err := record.Find[crm.Followup](ctx, s, record.Query{
		Filter: &record.Filter{And: []record.Filter{
			*record.Where("customer_id", customer), crm.FilterOf("state", entity.Is, crm.FollowupPlanned),
		}}, Limit: 1,
	})
	if err != nil || len(plans) == 0 {
		return 0, err
	}
	return plans[0].ID, nil
}

// postpone moves the plan with a customer.
func (l *loader) postpone(ctx context.Context, s *record.Session, c *written, p *postponement) error {
	s.Actor = l.rep(c.customer)
	x, err := planOf(ctx, s, c.id)
	if err != nil || x == 0 {
		return err
	}
	return s.UpdateOne(ctx, "followup", x, 0, p.values)
}

// detail says more of the plan that a touch made; now and then a colleague comes along.
func (l *loader) detail(ctx context.Context, s *record.Session, c *written, t *touch) error {
	x, err := planOf(ctx, s, c.id)
	if err != nil || x == 0 {
		return err
	}
	if team := l.company.reps[c.city.team]; t.minute%3 == 0 {
		t.plan["participant_ids"] = entity.List{team[(c.rep+1)%len(team)].ID.String()}.Stored()
	}
	return s.UpdateOne(ctx, "followup", x, 0, t.plan)
}

// say lets the rep's supervisor comment on a follow-up, an hour after it was written down.
func (l *loader) say(ctx context.Context, s *record.Session, c *written, t *touch, followup id.ID) error {
	now := s.Tx.Now
	defer func() { s.Tx.Now = now }()
	s.Tx.Now, s.Actor = now.Add(time.Hour), l.company.above(c.city.team)
	_, err := createOne(ctx, s, "comment", record.Values{"followup_id": int64(followup), "content": t.comment})
	return err
}

// diaryDays is for how many working days before today there are work logs.
const diaryDays = 3

// keepDiaries writes the reps' work logs of the last days, unless there are some.
func (l *loader) keepDiaries(ctx context.Context) error {
	return l.store.WriteAlone(ctx, access.System("demo"), audit.Demo, func(s *record.Session) error {
		var there int
		if err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM work_log`).Scan(&there); err != nil || there > 0 {
			return err
		}
		d, days := newDice(l.options.Seed, -1), l.maker.calendar.days
		for _, day := range days[len(days)-diaryDays:] {
			for _, department := range departments {
				for _, rep := range l.company.reps[department.name] {
					s.Tx.Now, s.Actor = clockTime(day, workday+d.between(0, 60)), rep
					_, err := createOne(ctx, s, "work_log", record.Values{
						"day": string(clock.DateOf(day)), "owner_id": int64(rep.ID), "remark": pick(d, l.maker.words["remarks_of_day"]), "tomorrow": pick(d, l.maker.words["tomorrow"]),
					})
					if err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
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
	s.Tx.Now = l.maker.calendar.today
	if err := l.introduce(ctx, s, made); err != nil {
		return err
	}
	var touches []record.Values
	for _, c := range made {
		for k := range c.touches {
			values := l.touched(c, &c.touches[k])
			delete(values, "next_at") // the customer came with its plan
			touches = append(touches, values)
		}
	}
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

func createOne(ctx context.Context, s *record.Session, name string, values record.Values) (id.ID, error) {
	made, err := create(ctx, s, name, []record.Values{values})
	if err != nil {
		return 0, err
	}
	return made[0], nil
}

// create adds records; none may be refused.
func create(ctx context.Context, s *record.Session, name string, values []record.Values) ([]id.ID, error) {
	made, refused, err := s.CreateMany(ctx, name, values)
	if err != nil {
		return nil, err
	}
	for i, problem := range refused {
		if problem != nil {
			return nil, fmt.Errorf("demo: %s %v refused: %w", name, values[i]["name"], problem)
		}
	}
	return made, nil
}
