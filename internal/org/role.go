package org

import (
	"context"

	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Role is a set of permissions that users are given.
type Role struct {
	record.Base
	Name        string `field:"name"`
	BuiltIn     string `field:"built_in"`     // the stable name of a role that comes with the product
	Permissions string `field:"permissions"`  // Permissions as JSON
	Fields      string `field:"fields"`       // FieldRules as JSON
	SeesPrivate bool   `field:"sees_private"` // personal data of every record they see shows in full
	Masked      bool   `field:"masked"`       // personal data is masked even on one's own records
	// SecondFactor makes who has the role set up a second factor when they sign in next, before anything else.
	SecondFactor bool   `field:"second_factor"`
	Remark       string `field:"remark"`
}

func registerRole(reg *record.Registry, actors *Actors) {
	record.Register(reg, record.Kind[Role]{
		Def: &entity.Def{
			Name: "role", Path: "roles", SearchTag: "5", Aside: true,
			Label: i18n.T("角色", "Role"), Plural: i18n.T("角色", "Roles"), Title: "name", Known: builtInNames(), Guarded: true,
			Fields: []*entity.Field{
				{Name: "name", Label: i18n.T("名称", "Name"), Type: entity.Text, Max: 40, Required: true, Unique: true, Search: entity.SearchName, Width: 160},
				{Name: "built_in", Label: i18n.T("内置", "Built in"), Type: entity.Text, ReadOnly: true, Width: 100},
				{Name: "permissions", Label: i18n.T("权限", "Permissions"), Type: permissionsType, NoFilter: true},
				{Name: "fields", Label: i18n.T("字段权限", "Field rules"), Type: fieldRulesType, NoFilter: true},
				{Name: "sees_private", Label: i18n.T("可见完整联系方式", "Sees contact data in full"), Type: entity.Bool, Width: 120},
				{Name: "masked", Label: i18n.T("联系方式一律脱敏", "Contact data always masked"), Type: entity.Bool, Width: 120},
				{Name: "second_factor", Label: i18n.T("必须使用两步验证", "Second factor required"), Type: entity.Bool, Width: 120},
				{Name: "remark", Label: i18n.T("说明", "Remark"), Type: entity.Text, Width: 240},
			},
			Columns: []string{"name", "remark", "sees_private"},
			Card:    []string{"remark"},
			Sort:    "created_at",
		},
		Check: []record.Rule[Role]{roleAdminFixed, roleUnusedToArchive},
		After: []record.Rule[Role]{changed[Role](actors)},
	})
}

// roleAdminFixed keeps the administrator's role as it is, since it grants everything that there is.
func roleAdminFixed(_ context.Context, _ *record.Session, old, next *Role) error {
	if old == nil || old.BuiltIn != Admin {
		return nil
	}
	if old.Permissions != next.Permissions || old.Fields != next.Fields || old.Masked != next.Masked || !next.ArchivedAt.IsZero() {
		return errs.New(errs.Conflict, "role.admin_fixed")
	}
	return nil
}

// roleUnusedToArchive keeps a role that somebody has from being put away.
func roleUnusedToArchive(ctx context.Context, s *record.Session, old, next *Role) error {
	if old == nil || next.ArchivedAt.IsZero() || !old.ArchivedAt.IsZero() {
		return nil
	}
	n, err := activeWith(ctx, s.Tx, next.ID, 0)
	if err == nil && n > 0 {
		return errs.New(errs.Conflict, "role.in_use", "count", n)
	}
	return err
}

// activeWith counts the active users who have a role, one of them aside.
func activeWith(ctx context.Context, tx *sqldb.Tx, role, aside id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM account WHERE active = 1 AND id <> ? AND `+tx.Dialect().JSONHas("role_ids"),
		int64(aside), role.String()).Scan(&n)
	return n, err
}

// RoleNames gives what programs know roles by: the stable names of built-in ones, the names of others.
func RoleNames(ctx context.Context, tx *sqldb.Tx, ids entity.List) ([]string, error) {
	names := make([]string, 0, len(ids))
	for _, text := range ids {
		x, err := id.Parse(text)
		if err != nil {
			continue
		}
		var name string
		err = tx.QueryRow(ctx, `SELECT CASE WHEN built_in <> '' THEN built_in ELSE name END FROM role WHERE id = ?`, x).Scan(&name)
		if err != nil && !sqldb.IsNoRows(err) {
			return nil, err
		}
		if err == nil {
			names = append(names, name)
		}
	}
	return names, nil
}

// NeedsSecondFactor reports whether one of the roles demands a second factor.
func NeedsSecondFactor(ctx context.Context, tx *sqldb.Tx, roles entity.List) (bool, error) {
	var ids []id.ID
	for _, text := range roles {
		if x, err := id.Parse(text); err == nil {
			ids = append(ids, x)
		}
	}
	in, args := sqldb.In(tx.Dialect(), "id", ids)
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM role WHERE second_factor = 1 AND archived_at IS NULL AND `+in, args...).Scan(&n)
	return n > 0, err
}
