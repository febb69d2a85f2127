package org

import (
	"context"
	"slices"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Below gives departments and all those below them.
func Below(ctx context.Context, tx *sqldb.Tx, departments ...id.ID) (map[id.ID]bool, error) {
	t, err := loadTree(ctx, tx)
	if err != nil {
		return nil, err
	}
	return t.below(departments...), nil
}

// SupervisorsOf gives who decides for somebody of a department: the active supervisors, besides themselves, of the nearest
// department upwards that has any, in the order in which they are named there; nobody when none has.
func SupervisorsOf(ctx context.Context, tx *sqldb.Tx, department, user id.ID) ([]id.ID, error) {
	t, err := loadTree(ctx, tx)
	if err != nil {
		return nil, err
	}
	return t.supervisorsOf(ctx, tx, department, user)
}

// SupervisorOf gives the first of SupervisorsOf; themselves when there is nobody else and they supervise the department, or
// one above it. Zero when nobody supervises.
func SupervisorOf(ctx context.Context, tx *sqldb.Tx, department, user id.ID) (id.ID, error) {
	t, err := loadTree(ctx, tx)
	if err != nil {
		return 0, err
	}
	found, err := t.supervisorsOf(ctx, tx, department, user)
	switch {
	case err != nil:
		return 0, err
	case len(found) > 0:
		return found[0], nil
	case slices.ContainsFunc(t.upwards(department), func(x id.ID) bool { return t.supervisors[x].Has(user.String()) }):
		return user, nil
	}
	return 0, nil
}

func (t *tree) supervisorsOf(ctx context.Context, tx *sqldb.Tx, department, user id.ID) ([]id.ID, error) {
	for _, x := range t.upwards(department) {
		found, err := activeOf(ctx, tx, t.supervisors[x], user)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

// upwards gives a department and those above it, the nearest first.
func (t *tree) upwards(department id.ID) (out []id.ID) {
	for department != 0 && !slices.Contains(out, department) {
		out = append(out, department)
		department = t.parents[department]
	}
	return out
}

// activeOf gives those of some users who are active, one of them aside, in their order.
func activeOf(ctx context.Context, tx *sqldb.Tx, users entity.List, aside id.ID) ([]id.ID, error) {
	var some []id.ID
	for _, text := range users {
		if x, err := id.Parse(text); err == nil && x != aside {
			some = append(some, x)
		}
	}
	if len(some) == 0 {
		return nil, nil
	}
	in, args := sqldb.In(tx.Dialect(), "id", some)
	active, err := tx.IDs(ctx, `SELECT id FROM account WHERE active = 1 AND `+in, args...)
	return slices.DeleteFunc(some, func(x id.ID) bool { return !slices.Contains(active, x) }), err
}

// KnownDepartments refuses a list of departments of which one is none, naming the field.
func KnownDepartments(ctx context.Context, tx *sqldb.Tx, field string, departments entity.List) error {
	return exist(ctx, tx, "department", field, "field.no_such_department", departments)
}
