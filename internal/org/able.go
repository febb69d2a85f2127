package org

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Person is an active user, as far as work is shared out by it.
type Person struct {
	ID         id.ID
	Name       string
	Department id.ID
	Regions    entity.List // provinces they are good at, by code
	Industries entity.List // sections of industry, likewise
}

// Able gives the active users whose roles allow an action in a module, by name.
func Able(ctx context.Context, tx *sqldb.Tx, module string, action access.Action) (out []Person, err error) {
	able := map[string]bool{}
	err = tx.Each(ctx, func(scan func(...any) error) error {
		var x id.ID
		var builtIn, text string
		if err := scan(&x, &builtIn, &text); err != nil {
			return err
		}
		p, err := parsePermissions(text)
		able[x.String()] = builtIn == Admin || err == nil && p[module][action].Scope != access.None
		return nil //nolint:nilerr // a role that cannot be read allows nothing
	}, `SELECT id, built_in, permissions FROM role WHERE archived_at IS NULL`)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, func(scan func(...any) error) error {
		var p Person
		var roles entity.List
		if err := scan(&p.ID, &p.Name, &p.Department, &roles, &p.Regions, &p.Industries); err != nil {
			return err
		}
		for _, role := range roles {
			if able[role] {
				out = append(out, p)
				break
			}
		}
		return nil
	}, `SELECT id, name, department_id, role_ids, regions, industries FROM account WHERE active = 1 ORDER BY name_key, id`)
	return out, err
}
