// Package org is the company: its departments, its users and their roles, and what follows from them — which records
// each user may reach. Registering its kinds gives a cache of actors that every change of them keeps true.
package org

import (
	"context"

	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Register adds the kinds department, user and role, and gives the cache of actors that their changes keep true.
func Register(reg *record.Registry) *Actors {
	actors := &Actors{known: map[id.ID]*known{}}
	registerDepartment(reg, actors)
	registerRole(reg, actors)
	registerUser(reg, actors)
	return actors
}

// changed is the rule that makes a change of people take effect.
func changed[T any](actors *Actors) record.Rule[T] {
	return func(ctx context.Context, s *record.Session, _, _ *T) error { return actors.Changed(ctx, s.Tx) }
}

// Settings of the company, by name.
const (
	CompanyName = "company" // the company's name
)

// Setting gives a setting of the company; "" for one that was never set.
func Setting(ctx context.Context, tx *sqldb.Tx, name string) (string, error) {
	var value string
	err := tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = ?`, name).Scan(&value)
	if sqldb.IsNoRows(err) {
		return "", nil
	}
	return value, err
}

// SetSetting stores a setting of the company.
func SetSetting(ctx context.Context, tx *sqldb.Tx, name, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}
