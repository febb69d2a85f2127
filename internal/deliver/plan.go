package deliver

import (
	"context"
	"slices"
	"time"

	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

const (
	planBatch = 300
	// lateAfter is how long past its time a note is one that was missed, because nothing ran: those go out together.
	lateAfter = time.Hour
	// settle is how long the first of those waits for the others.
	settle = 30 * time.Second
	// groupSettle does the same for chat groups, whose robots may say some twenty things a minute.
	groupSettle = 3 * time.Second
)

// Bundles that are open take further notes for the same place until somebody begins to send them.
const (
	bundleLate  = "late"
	bundleQuiet = "quiet"
	bundleGroup = "group"
)

// plan turns all notes that were told since the last time into deliveries.
func (d *Service) plan(ctx context.Context) error {
	for {
		var behind bool
		err := d.db.Read(ctx, func(tx *sqldb.Tx) error {
			return tx.QueryRow(ctx, `SELECT CASE WHEN f.last > p.planned THEN 1 ELSE 0 END FROM note_feed f, delivery_plan p`).Scan(&behind)
		})
		if err != nil || !behind {
			return err
		}
		if err := d.db.Write(ctx, func(tx *sqldb.Tx) error { return d.planSome(ctx, tx) }); err != nil {
			return err
		}
	}
}

// planSome does so with the next of them. The bookmark is locked until the commit.
func (d *Service) planSome(ctx context.Context, tx *sqldb.Tx) error {
	var planned int64
	if err := tx.QueryRow(ctx, `SELECT planned FROM delivery_plan`+tx.Dialect().ForUpdate()).Scan(&planned); err != nil {
		return err
	}
	last, err := notify.Last(ctx, tx)
	if err != nil {
		return err
	}
	notes, err := notify.Since(ctx, tx, 0, planned, planBatch)
	if err != nil {
		return err
	}
	if len(notes) == planBatch {
		last = notes[len(notes)-1].Seq
	}
	if len(notes) > 0 {
		p, err := d.newPlanner(ctx, tx, notes)
		if err != nil {
			return err
		}
		for _, n := range notes {
			p.note(n)
		}
		if err := p.write(ctx); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE delivery_plan SET planned = ? WHERE planned < ?`, last, last)
	return err
}

// place is where a delivery goes.
type place struct {
	channel string
	target  id.ID
}

// planner knows what decides where notes go.
type planner struct {
	d      *Service
	tx     *sqldb.Tx
	people map[id.ID]*person
	robots []*Robot
	above  map[id.ID][]id.ID         // of each department, itself and those it is part of
	said   map[place]map[string]bool // what a place has been told before, among the keys of these notes
	open   map[place]map[string]id.ID

	deliveries, notes [][]any
}

// person is somebody who is told.
type person struct {
	department id.ID
	wants      *notify.Preferences
	mail       bool
	browsers   []id.ID
}

func (d *Service) newPlanner(ctx context.Context, tx *sqldb.Tx, notes []*notify.Told) (*planner, error) {
	p := &planner{d: d, tx: tx, people: map[id.ID]*person{}, above: map[id.ID][]id.ID{}, said: map[place]map[string]bool{}, open: map[place]map[string]id.ID{}}
	var users []id.ID
	var keys []string
	for _, n := range notes {
		if !slices.Contains(users, n.To) {
			users = append(users, n.To)
		}
		keys = append(keys, n.Key)
	}
	for _, load := range []func() error{
		func() error { return p.loadPeople(ctx, users) },
		func() error { return p.loadBrowsers(ctx, users) },
		func() (err error) { p.robots, err = listRobots(ctx, tx, true); return err },
		func() error { return p.loadDepartments(ctx) },
		func() error { return p.loadSaid(ctx, keys) },
		func() error { return p.loadOpen(ctx) },
	} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// loadPeople finds those of the users who are there, with how they want to be told. Letters need a mail server.
func (p *planner) loadPeople(ctx context.Context, users []id.ID) error {
	wants, err := notify.PreferencesOf(ctx, p.tx, users)
	if err != nil {
		return err
	}
	var server int
	if err := p.tx.QueryRow(ctx, `SELECT COUNT(*) FROM sealed_setting WHERE name = 'mail'`).Scan(&server); err != nil {
		return err
	}
	where, args := sqldb.In(p.tx.Dialect(), "id", users)
	return p.tx.Each(ctx, func(scan func(...any) error) error {
		var x id.ID
		var email string
		one := &person{}
		err := scan(&x, &one.department, &email)
		one.wants, one.mail = wants[x], email != "" && server > 0 && p.d.Mail != nil
		p.people[x] = one
		return err
	}, `SELECT id, department_id, email FROM account WHERE active = 1 AND archived_at IS NULL AND `+where, args...)
}

func (p *planner) loadBrowsers(ctx context.Context, users []id.ID) error {
	where, args := sqldb.In(p.tx.Dialect(), "user_id", users)
	return p.tx.Each(ctx, func(scan func(...any) error) error {
		var x, user id.ID
		err := scan(&x, &user)
		if one := p.people[user]; one != nil {
			one.browsers = append(one.browsers, x)
		}
		return err
	}, `SELECT id, user_id FROM push_subscription WHERE `+where, args...)
}

func (p *planner) loadDepartments(ctx context.Context) error {
	if len(p.robots) == 0 {
		return nil
	}
	parents := map[id.ID]id.ID{}
	err := p.tx.Each(ctx, func(scan func(...any) error) error {
		var x, parent id.ID
		err := scan(&x, &parent)
		parents[x] = parent
		return err
	}, `SELECT id, parent_id FROM department`)
	for x := range parents {
		for up := x; up != 0 && !slices.Contains(p.above[x], up); up = parents[up] {
			p.above[x] = append(p.above[x], up)
		}
	}
	return err
}

func (p *planner) loadSaid(ctx context.Context, keys []string) error {
	where, args := sqldb.In(p.tx.Dialect(), "key", keys)
	return p.tx.Each(ctx, func(scan func(...any) error) error {
		var at place
		var key string
		err := scan(&at.channel, &at.target, &key)
		p.say(at, key)
		return err
	}, `SELECT channel, target_id, key FROM delivery_note WHERE `+where, args...)
}

func (p *planner) loadOpen(ctx context.Context) error {
	return p.tx.Each(ctx, func(scan func(...any) error) error {
		var at place
		var bundle string
		var x id.ID
		err := scan(&x, &at.channel, &at.target, &bundle)
		p.opened(at, bundle, x)
		return err
	}, `SELECT id, channel, target_id, bundle FROM delivery WHERE bundle <> ''`+p.tx.Dialect().ForUpdate())
}

// say remembers that a place is told something, and reports whether it was before.
func (p *planner) say(at place, key string) (before bool) {
	if p.said[at] == nil {
		p.said[at] = map[string]bool{}
	}
	before = p.said[at][key]
	p.said[at][key] = true
	return before
}

func (p *planner) opened(at place, bundle string, x id.ID) {
	if p.open[at] == nil {
		p.open[at] = map[string]id.ID{}
	}
	p.open[at][bundle] = x
}

// note plans one note.
func (p *planner) note(n *notify.Told) {
	one := p.people[n.To]
	if one == nil {
		return // gone, or not working here any more
	}
	kind := p.d.Kinds.Kind(n.Kind)
	now := p.tx.Now
	bundle, due := "", now
	if now.Sub(n.At) > lateAfter {
		bundle, due = bundleLate, now.Add(settle)
	}
	urgent := n.Urgent || kind != nil && kind.Urgent
	if ends := one.wants.Quiet.Ends(now.In(p.d.store.Zone())); !ends.IsZero() && !urgent {
		bundle, due = bundleQuiet, ends
	}
	for _, channel := range one.wants.By(kind, now) {
		switch {
		case channel == notify.Mail && one.mail:
			p.add(place{channelMail, n.To}, n, bundle, due)
		case channel == notify.Push:
			for _, browser := range one.browsers {
				p.add(place{channelPush, browser}, n, bundle, due)
			}
		}
	}
	for _, r := range p.robots {
		if slices.Contains(r.Kinds, n.Kind) && (r.Department == 0 || slices.Contains(p.above[one.department], r.Department)) {
			p.add(place{channelRobot, r.ID}, n, bundleGroup, now.Add(groupSettle))
		}
	}
}

// add puts a note into an open bundle for the place, or into a delivery of its own.
func (p *planner) add(at place, n *notify.Told, bundle string, due time.Time) {
	if p.say(at, n.Key) {
		return
	}
	x := p.open[at][bundle]
	if x == 0 {
		x = p.tx.NewID()
		var user any = n.To
		if at.channel == channelRobot {
			user = nil
		}
		p.deliveries = append(p.deliveries, []any{x, at.channel, at.target, user, bundle, stateWaiting, due, p.tx.Now, p.tx.Now})
		if bundle != "" {
			p.opened(at, bundle, x)
		}
	}
	p.notes = append(p.notes, []any{n.Key, at.channel, at.target, n.ID, x})
}

func (p *planner) write(ctx context.Context) error {
	err := p.tx.InsertMany(ctx, "delivery", []string{"id", "channel", "target_id", "user_id", "bundle", "state", "due_at", "set_at", "created_at"}, p.deliveries)
	if err != nil {
		return err
	}
	return p.tx.InsertMany(ctx, "delivery_note", []string{"key", "channel", "target_id", "note_id", "delivery_id"}, p.notes)
}
