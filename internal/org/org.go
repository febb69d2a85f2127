// Package org is the company: its departments, its users and their roles, and what follows from them — which records
// each user may reach. Registering its kinds gives a cache of actors that every change of them keeps true.
package org

import (
	"context"

	"genjin/internal/id"
	"genjin/internal/record"
)

// Register adds the kinds department, user and role, and gives the cache of actors, and of working calendars, that their
// changes keep true.
func Register(reg *record.Registry) *Actors {
	actors := &Actors{known: map[id.ID]*known{}, Calendars: newCalendars()}
	registerDepartment(reg, actors)
	registerRole(reg, actors)
	registerUser(reg, actors)
	return actors
}

// changed is the rule that makes a change of people take effect.
func changed[T any](actors *Actors) record.Rule[T] {
	return func(ctx context.Context, s *record.Session, _, _ *T) error { return actors.Changed(ctx, s.Tx) }
}

// CompanyName is the setting that holds the company's name.
const CompanyName = "company"

// Watermark is the setting that has pages and exported workbooks bear their reader's name and the time: "yes", or "" for
// not.
const Watermark = "watermark"
