package report

import (
	"context"
	"encoding/json"
	"fmt"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Archived is a report of a month as it was when it was frozen. It never changes (leads.md, “Archive”).
type Archived struct {
	ID         id.ID
	Month      string // 2026-11
	ComputedAt clock.Instant
	ComputedBy id.ID
	Table      *Table // nil in a list
	Report     string
	Title      string // JSON of an i18n.Text
}

// mayArchive says whether the actor may freeze a report, or open a frozen one: it holds the figures of the whole company, so
// that it takes the sight of all; freezing takes the permission to export, too.
func mayArchive(s *record.Session, d *Def, freeze bool) error {
	if !s.Actor.System && (!s.Actor.Reach(d.Module, access.View).Everything || freeze && !s.Actor.May(d.Module, access.Export)) {
		return errs.New(errs.Denied, "")
	}
	return nil
}

// Freeze computes reports of a month that is over and keeps them. A month is frozen once: a second time gives an
// errs.Conflict.
func Freeze(ctx context.Context, s *record.Session, defs []*Def, month string) ([]id.ID, error) {
	first, err := clock.ParseDate(month + "-01")
	if err != nil || len(month) != 7 {
		return nil, errs.OfField("month", "report.month")
	}
	last := clock.DateOf(first.In(s.Store().Zone()).AddDate(0, 1, -1))
	if last >= s.Today() {
		return nil, errs.OfField("month", "report.not_over")
	}
	var out []id.ID
	for _, d := range defs {
		if err := mayArchive(s, d, true); err != nil {
			return nil, err
		}
		t, err := d.Compute(ctx, s, Ask{From: first, To: last, Compare: true})
		if err != nil {
			return nil, err
		}
		x, err := keep(ctx, s, t, month)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin, Entity: "report", Action: "freeze",
		Changes: []audit.Change{{Field: "month", New: month}},
	}})
}

func keep(ctx context.Context, s *record.Session, t *Table, month string) (id.ID, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return 0, fmt.Errorf("report: %w", err)
	}
	title, err := json.Marshal(t.Title)
	if err != nil {
		return 0, fmt.Errorf("report: %w", err)
	}
	x := s.Tx.NewID()
	n, err := s.Tx.Exec(ctx, `INSERT INTO report_archive (id, month, report, title, data, computed_at, computed_by) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (month, report) DO NOTHING`, x, month, t.Report, string(title), string(data), s.Tx.Now, s.Actor.ID)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, errs.New(errs.Conflict, "report.frozen", "month", month)
	}
	return x, nil
}

// Archives gives the frozen reports that the actor may open, the latest month first, without their tables.
func Archives(ctx context.Context, s *record.Session, defs []*Def) (out []Archived, err error) {
	may := map[string]bool{}
	for _, d := range defs {
		may[d.Name] = mayArchive(s, d, false) == nil
	}
	err = s.Tx.Each(ctx, func(scan func(...any) error) error {
		var a Archived
		err := scan(&a.ID, &a.Month, &a.Report, &a.Title, &a.ComputedAt, &a.ComputedBy)
		if may[a.Report] {
			out = append(out, a)
		}
		return err
	}, `SELECT id, month, report, title, computed_at, computed_by FROM report_archive ORDER BY month DESC, id`)
	return out, err
}

// Archive opens a frozen report; errs.NotFound when there is none that the actor may open.
func Archive(ctx context.Context, s *record.Session, defs []*Def, x id.ID) (*Archived, error) {
	a := &Archived{}
	var data string
	err := s.Tx.QueryRow(ctx, `SELECT id, month, report, title, computed_at, computed_by, data FROM report_archive WHERE id = ?`, x).
		Scan(&a.ID, &a.Month, &a.Report, &a.Title, &a.ComputedAt, &a.ComputedBy, &data)
	if sqldb.IsNoRows(err) {
		return nil, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return nil, err
	}
	for _, d := range defs {
		if d.Name == a.Report && mayArchive(s, d, false) == nil {
			return a, json.Unmarshal([]byte(data), &a.Table)
		}
	}
	return nil, errs.New(errs.NotFound, "")
}
