package org

import (
	"context"
	"slices"

	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Department is a part of the company. Departments form a tree.
type Department struct {
	record.Base
	Name          string      `field:"name"`
	ParentID      id.ID       `field:"parent_id"`
	SupervisorIDs entity.List `field:"supervisor_ids"`
	Position      int64       `field:"position"`
}

func registerDepartment(reg *record.Registry, actors *Actors) {
	record.Register(reg, record.Kind[Department]{
		Def: &entity.Def{
			Name: "department", Path: "departments", Module: "user", Common: true, SearchTag: "3", Aside: true,
			Label: i18n.T("部门", "Department"), Plural: i18n.T("部门", "Departments"), Title: "name",
			Fields: []*entity.Field{
				{
					Name: "name", Label: i18n.T("名称", "Name"), Type: entity.Text, Max: 60, Required: true, Search: entity.SearchName, Width: 200,
					Aliases: []string{"部门", "部门名称"},
				},
				{Name: "parent_id", Label: i18n.T("上级部门", "Part of"), Type: entity.Ref, Ref: "department", Width: 160},
				{Name: "supervisor_ids", Label: i18n.T("主管", "Supervisors"), Type: entity.Refs, Ref: "user", Width: 160},
				{Name: "position", Label: i18n.T("顺序", "Position"), Type: entity.Int, Width: 80},
			},
			Columns: []string{"name", "parent_id", "supervisor_ids"},
			Card:    []string{"parent_id"},
			Sort:    "position,name",
		},
		Check: []record.Rule[Department]{record.NoCircle[Department]("parent_id"), departmentNameFree, departmentSupervisors, departmentEmptyToArchive},
		After: []record.Rule[Department]{changed[Department](actors), actors.Calendars.moved},
	})
}

// departmentNameFree refuses two departments of one name side by side.
func departmentNameFree(ctx context.Context, s *record.Session, old, next *Department) error {
	if old != nil && old.Name == next.Name && old.ParentID == next.ParentID {
		return nil
	}
	var n int
	err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM department
		WHERE name = ? AND COALESCE(parent_id, 0) = ? AND id <> ? AND archived_at IS NULL`,
		next.Name, int64(next.ParentID), next.ID).Scan(&n)
	if err == nil && n > 0 {
		return refuse("name", "field.taken", "value", next.Name)
	}
	return err
}

func departmentSupervisors(ctx context.Context, s *record.Session, _, next *Department) error {
	return exist(ctx, s.Tx, "account", "supervisor_ids", "field.no_such_user", next.SupervisorIDs)
}

// departmentEmptyToArchive keeps a department in which somebody works, or below which there is another, from being put
// away.
func departmentEmptyToArchive(ctx context.Context, s *record.Session, old, next *Department) error {
	if old == nil || next.ArchivedAt.IsZero() || !old.ArchivedAt.IsZero() {
		return nil
	}
	var n int
	err := s.Tx.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM account WHERE department_id = ? AND active = 1)
		+ (SELECT COUNT(*) FROM department WHERE parent_id = ? AND archived_at IS NULL)`, next.ID, next.ID).Scan(&n)
	if err == nil && n > 0 {
		return refuse("", "department.in_use")
	}
	return err
}

// KnownUsers refuses a list of users of whom one is none, naming the field.
func KnownUsers(ctx context.Context, tx *sqldb.Tx, field string, users entity.List) error {
	return exist(ctx, tx, "account", field, "field.no_such_user", users)
}

// exist refuses a list of ids of which one is in no row of table.
func exist(ctx context.Context, tx *sqldb.Tx, table, field, key string, ids entity.List) error {
	for _, text := range ids {
		x, err := id.Parse(text)
		if err != nil {
			return refuse(field, key)
		}
		var n int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+table+` WHERE id = ?`, x).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return refuse(field, key)
		}
	}
	return nil
}

// tree is the departments, archived ones too, since records still name them.
type tree struct {
	parents     map[id.ID]id.ID
	children    map[id.ID][]id.ID
	supervisors map[id.ID]entity.List
}

func loadTree(ctx context.Context, tx *sqldb.Tx) (*tree, error) {
	rows, err := tx.Query(ctx, `SELECT id, parent_id, supervisor_ids FROM department`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := &tree{parents: map[id.ID]id.ID{}, children: map[id.ID][]id.ID{}, supervisors: map[id.ID]entity.List{}}
	for rows.Next() {
		var x, parent id.ID
		var supervisors entity.List
		if err := rows.Scan(&x, &parent, &supervisors); err != nil {
			return nil, err
		}
		t.parents[x] = parent
		t.children[parent] = append(t.children[parent], x)
		t.supervisors[x] = supervisors
	}
	return t, rows.Err()
}

// below gives departments and all those below them.
func (t *tree) below(departments ...id.ID) map[id.ID]bool {
	all := map[id.ID]bool{}
	for len(departments) > 0 {
		x := departments[len(departments)-1]
		departments = departments[:len(departments)-1]
		if x != 0 && !all[x] {
			all[x] = true
			departments = append(departments, t.children[x]...)
		}
	}
	return all
}

// SupervisedBy gives the departments that a user supervises themselves.
func SupervisedBy(ctx context.Context, tx *sqldb.Tx, user id.ID) ([]id.ID, error) {
	t, err := loadTree(ctx, tx)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(slices.Values(t.supervisedBy(user))), nil
}

// supervisedBy gives the departments that a user supervises.
func (t *tree) supervisedBy(user id.ID) []id.ID {
	var out []id.ID
	for x, supervisors := range t.supervisors {
		if supervisors.Has(user.String()) {
			out = append(out, x)
		}
	}
	return out
}
