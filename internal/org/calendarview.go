package org

import (
	"context"

	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// CalendarView is the working time of a department, or of the company, as a transaction sees it.
type CalendarView struct {
	Set         WorkingTime // by itself
	Calendar    *workcal.Calendar
	Inherits    id.ID                 // the department whose working time holds where nothing is set; zero for the company's
	Departments map[id.ID]WorkingTime // those that have set something
	Names       map[id.ID]string      // of all departments

	above []WorkingTime // what holds where Set says nothing, the nearest first; the company's at the end
}

// View gives the working time of a department; of the company for zero. errs.NotFound when there is none.
func (c *Calendars) View(ctx context.Context, s *record.Session, department id.ID) (*CalendarView, error) {
	set, err := loadWorkingTimes(ctx, s.Tx)
	if err != nil {
		return nil, err
	}
	t, err := loadTree(ctx, s.Tx)
	if err != nil {
		return nil, err
	}
	v := &CalendarView{Set: set[department], Departments: map[id.ID]WorkingTime{}}
	if v.Names, err = departmentNames(ctx, s.Tx); err != nil {
		return nil, err
	}
	if _, there := v.Names[department]; department != 0 && !there {
		return nil, errs.New(errs.NotFound, "")
	}
	all, err := makeCalendars(t, set, s.Store().Zone())
	if err != nil {
		return nil, err
	}
	v.Calendar = all.of(department)
	for x, w := range set {
		if x != 0 && !w.Empty() {
			v.Departments[x] = w
		}
	}
	for x := t.parent(department); x != 0; x = t.parent(x) {
		if w := set[x]; !w.Empty() {
			v.above = append(v.above, w)
			if v.Inherits == 0 {
				v.Inherits = x
			}
		}
	}
	if department != 0 {
		v.above = append(v.above, set[0])
	}
	return v, nil
}

// Source says where what is special about a day comes from: "program", "notice", "own" (of the company) or "department"; ""
// for a usual day.
func (v *CalendarView) Source(date clock.Date) string {
	if _, special := v.Calendar.Day(date); !special {
		return ""
	}
	levels := append([]WorkingTime{v.Set}, v.above...)
	for i, w := range levels {
		company := i == len(levels)-1
		if _, own := w.Days[date]; own && !company {
			return "department"
		} else if own {
			return fromOwn
		}
	}
	if _, read := levels[len(levels)-1].Notices[date]; read {
		return fromNotice
	}
	return "program"
}

// of gives the calendar of a department, or the company's.
func (c *calendars) of(department id.ID) *workcal.Calendar {
	if cal, ok := c.department[department]; ok {
		return cal
	}
	return c.company
}

// parent gives the department above one; zero for none.
func (t *tree) parent(department id.ID) id.ID {
	for above, children := range t.children {
		for _, x := range children {
			if x == department {
				return above
			}
		}
	}
	return 0
}

func departmentNames(ctx context.Context, tx *sqldb.Tx) (map[id.ID]string, error) {
	rows, err := tx.Query(ctx, `SELECT id, name FROM department`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[id.ID]string{}
	for rows.Next() {
		var x id.ID
		var name string
		if err := rows.Scan(&x, &name); err != nil {
			return nil, err
		}
		names[x] = name
	}
	return names, rows.Err()
}
