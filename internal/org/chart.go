package org

import (
	"context"

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
// department upwards that has any; nobody when none has.
func SupervisorsOf(ctx context.Context, tx *sqldb.Tx, department, user id.ID) ([]id.ID, error) {
	t, err := loadTree(ctx, tx)
	if err != nil {
		return nil, err
	}
	above := map[id.ID]id.ID{}
	for parent, children := range t.children {
		for _, child := range children {
			above[child] = parent
		}
	}
	for range len(above) + 1 {
		if department == 0 {
			break
		}
		found, err := activeOf(ctx, tx, t.supervisors[department], user)
		if err != nil || len(found) > 0 {
			return found, err
		}
		department = above[department]
	}
	return nil, nil
}

// activeOf gives those of some users who are active, one of them aside.
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
	return tx.IDs(ctx, `SELECT id FROM account WHERE active = 1 AND `+in+` ORDER BY id`, args...)
}

// KnownDepartments refuses a list of departments of which one is none, naming the field.
func KnownDepartments(ctx context.Context, tx *sqldb.Tx, field string, departments entity.List) error {
	return exist(ctx, tx, "department", field, "field.no_such_department", departments)
}
