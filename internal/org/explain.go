package org

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// RoleReach is what one of a user's roles gives them by itself: what the user may is the sum of them.
type RoleReach struct {
	ID    id.ID
	Name  string
	Actor *access.Actor // the user, if this were their only role
}

// RolesOf gives the roles of a user, each with what it gives. A user who is missing or not active gives
// errs.Unauthenticated.
func RolesOf(ctx context.Context, tx *sqldb.Tx, user id.ID) ([]RoleReach, error) {
	b, err := loadBasis(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	out := make([]RoleReach, len(b.roles))
	for i, role := range b.roles {
		out[i] = RoleReach{role.id, role.name, b.actor([]grantedRole{role})}
	}
	return out, nil
}

// Decides gives the owner and department by which the reach of a record is decided: its own, or those of what it hangs
// on. The record must be visible to the actor.
func Decides(ctx context.Context, s *record.Session, def *entity.Def, x id.ID) (owner, department id.ID, err error) {
	row, err := s.Load(ctx, def.Name, x)
	if err != nil {
		return 0, 0, err
	}
	if def.Owned {
		return idIn(row, "owner_id"), idIn(row, "department_id"), nil
	}
	for _, via := range def.Parents {
		if parent := idIn(row, via); parent != 0 {
			return Decides(ctx, s, s.Def(def.Field(via).Ref), parent)
		}
	}
	return 0, 0, nil
}

func idIn(row *record.Row, field string) id.ID {
	x, _ := row.Value(field).(int64)
	return id.ID(x)
}
