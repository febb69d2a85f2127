// Command reports measures what the reports of leads cost over many leads, on SQLite. It compares
//
//	bare    the statements that give the same figures, written by hand, of all leads, without anybody's reach
//	report  the product's report, for an administrator and for a supervisor of half of the departments: reach, what was
//	        put away, labels, and the filters of the records behind each figure
//
//	go run ./bench/reports [-leads 200000] [-rounds 5]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/id"
	"genjin/internal/migrations"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/report"
	"genjin/internal/sqldb"
)

const goalRatio = 2.0

func main() {
	leads := flag.Int("leads", 200_000, "leads")
	rounds := flag.Int("rounds", 5, "of each measurement; the median counts")
	flag.Parse()
	if err := compare(context.Background(), *leads, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var start = time.Date(2026, 3, 31, 2, 0, 0, 0, time.UTC)

type bench struct {
	db    *sqldb.DB
	store *record.Store
	users []id.ID
	parts []id.ID // departments
}

func compare(ctx context.Context, leads, rounds int) error {
	dir, err := os.MkdirTemp("", "genjin-bench-reports")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer b.db.Close()
	if err := b.fill(ctx, leads); err != nil {
		return err
	}
	half := access.Reach{Scope: access.DepartmentTree, Departments: b.parts[:len(b.parts)/2], Wide: true}
	supervisor := &access.Actor{ID: b.users[0], Reaches: map[string]map[access.Action]access.Reach{
		"lead": {access.View: half}, "customer": {access.View: half}, "followup": {access.View: half},
	}, SeesPrivate: true}
	for _, name := range []string{"lead-conversion", "lead-stations", "lead-sources"} {
		bare, err := b.median(rounds, func() error { return b.bare(ctx, name) })
		if err != nil {
			return err
		}
		for who, actor := range map[string]*access.Actor{"all": access.System("bench"), "half": supervisor} {
			took, err := b.median(rounds, func() error { return b.report(ctx, actor, name) })
			if err != nil {
				return err
			}
			fmt.Printf("%s, %d leads, who sees %s: bare %v, report %v, ratio %.2f (goal %.1f)\n",
				name, leads, who, bare.Round(time.Millisecond), took.Round(time.Millisecond), float64(took)/float64(bare), goalRatio)
		}
	}
	return nil
}

func (b *bench) median(rounds int, fn func() error) (time.Duration, error) {
	var all []time.Duration
	for range rounds {
		began := time.Now()
		if err := fn(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

func open(ctx context.Context, dir string) (*bench, error) {
	b := &bench{}
	var err error
	if b.db, err = sqldb.Open(ctx, sqldb.Options{Dir: dir, Clock: clock.NewFake(start)}); err != nil {
		return nil, err
	}
	if err := migrations.Run(ctx, b.db); err != nil {
		return nil, err
	}
	reg := record.NewRegistry()
	org.Register(reg)
	crm.Register(reg)
	b.store = record.NewStore(b.db, reg, time.UTC)
	return b, b.store.RefreshSchema(ctx)
}

var (
	sources = []string{"fair", "website", "referral", "cold_visit", "telesales", "advertising", "webinar", "platform"}
	states  = []string{"pending", "todo", "working", "need", "won", "lost", "invalid", "parked"}
)

// fill writes leads of one month, each with two clocks.
func (b *bench) fill(ctx context.Context, leads int) error {
	err := b.db.Write(ctx, func(tx *sqldb.Tx) error {
		for i := range 40 {
			d, u := tx.NewID(), tx.NewID()
			if _, err := tx.Exec(ctx, `INSERT INTO department (id, version, name, created_at, updated_at) VALUES (?, 1, ?, ?, ?)`, d, fmt.Sprint("d", i), tx.Now, tx.Now); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO account (id, version, login, name, department_id, created_at, updated_at, active) VALUES (?, 1, ?, ?, ?, ?, ?, 1)`,
				u, fmt.Sprint("u", i), fmt.Sprint("u", i), d, tx.Now, tx.Now); err != nil {
				return err
			}
			b.users, b.parts = append(b.users, u), append(b.parts, d)
		}
		return nil
	})
	for from := 0; from < leads && err == nil; from += 2000 {
		err = b.db.Write(ctx, func(tx *sqldb.Tx) error { return b.part(ctx, tx, from, min(2000, leads-from)) })
	}
	return err
}

func (b *bench) part(ctx context.Context, tx *sqldb.Tx, from, n int) error {
	var leads, clocks [][]any
	for i := from; i < from+n; i++ {
		made := start.Add(-time.Duration(i%40_000) * time.Minute).UnixMilli()
		then := func(every int, minutes int) any {
			if i%every == 0 {
				return nil
			}
			return made + int64(minutes*(1+i%97))*60_000
		}
		x, who := int64(tx.NewID()), i%len(b.users)
		leads = append(leads, []any{
			x, int64(1), made, made, int64(b.users[who]), int64(b.parts[who]), fmt.Sprint("c", i), sources[i%len(sources)], states[i%len(states)], []string{"A", "B", "C"}[i%3],
			then(5, 7), then(4, 9), then(3, 60), then(2, 600),
		})
		for _, kind := range []string{"lead.review", "lead.first_contact"} {
			clocks = append(clocks, []any{int64(tx.NewID()), kind, "lead", x, x, int64(b.users[who]), int64(b.parts[who]), made, made + 86_400_000, []string{"met", "late", "running"}[i%3], int64(0)})
		}
	}
	err := tx.InsertMany(ctx, "lead", []string{
		"id", "version", "created_at", "updated_at", "owner_id", "department_id", "company", "source", "state", "grade", "reviewed_at", "passed_at", "contacted_at", "converted_at",
	}, leads)
	if err != nil {
		return err
	}
	return tx.InsertMany(ctx, "obligation", []string{"id", "kind", "entity", "record_id", "parent_id", "owner_id", "department_id", "started_at", "due_at", "state", "told"}, clocks)
}

func (b *bench) report(ctx context.Context, actor *access.Actor, name string) error {
	return b.store.Read(ctx, actor, func(s *record.Session) error {
		for _, d := range crm.Reports() {
			if d.Name != name {
				continue
			}
			t, err := d.Compute(ctx, s, report.Ask{From: "2026-03-01", To: "2026-03-31"})
			if err == nil && *t.Total.Values[0] == 0 {
				err = fmt.Errorf("%s counts nothing", name)
			}
			return err
		}
		return nil
	})
}

const lapses = `SELECT k, AVG(d) FROM (SELECT k, d, ROW_NUMBER() OVER (PARTITION BY k ORDER BY d) AS r, COUNT(*) OVER (PARTITION BY k) AS n FROM
	(SELECT %s AS k, %s - %s AS d FROM lead WHERE %[2]s IS NOT NULL AND created_at >= ? AND created_at < ?) AS l) AS o WHERE r IN ((n + 1) / 2, (n + 2) / 2) GROUP BY k`

// bare runs what gives the same figures, and reads the answers.
func (b *bench) bare(ctx context.Context, name string) error {
	var statements []string
	switch name {
	case "lead-conversion":
		statements = append(statements, `SELECT source, COUNT(*), SUM(reviewed_at IS NOT NULL), SUM(passed_at IS NOT NULL), SUM(contacted_at IS NOT NULL), SUM(converted_at IS NOT NULL),
			SUM(state = 'won'), SUM(state = 'lost'), SUM(state = 'invalid') FROM lead WHERE created_at >= ? AND created_at < ? GROUP BY 1`)
		for _, l := range [][2]string{{"passed_at", "created_at"}, {"contacted_at", "passed_at"}, {"converted_at", "created_at"}} {
			statements = append(statements, fmt.Sprintf(lapses, "source", l[0], l[1]), fmt.Sprintf(lapses, "''", l[0], l[1]))
		}
	case "lead-stations":
		statements = []string{`WITH w AS (SELECT t.id, o.kind, MAX(CASE o.state WHEN 'running' THEN 3 WHEN 'late' THEN 2 WHEN 'met' THEN 1 ELSE 0 END) AS place
			FROM lead t JOIN obligation o ON o.record_id = t.id WHERE t.created_at >= ? AND t.created_at < ? GROUP BY 1, 2)
			SELECT kind, place, COUNT(*) FROM w GROUP BY 1, 2 UNION ALL
			SELECT '', place, COUNT(*) FROM (SELECT MAX(place) AS place FROM w GROUP BY id) GROUP BY 2`}
	case "lead-sources":
		statements = []string{
			`SELECT source, COUNT(*), SUM(passed_at IS NOT NULL), SUM(converted_at IS NOT NULL), SUM(state = 'won'), SUM(amount) FROM lead WHERE created_at >= ? AND created_at < ? GROUP BY 1`,
			`SELECT source, COUNT(*), SUM(deal_status = 'closed') FROM customer WHERE created_at >= ? AND created_at < ? GROUP BY 1`,
		}
	}
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return b.db.Read(ctx, func(tx *sqldb.Tx) error {
		for _, query := range statements {
			rows, err := tx.Query(ctx, query, from.UnixMilli(), from.AddDate(0, 1, 0).UnixMilli())
			if err != nil {
				return err
			}
			for rows.Next() { //nolint:revive // reading is what is measured
			}
			rows.Close()
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
}
