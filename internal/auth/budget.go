package auth

import (
	"context"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/sqldb"
)

// Carries reports whether who may do, without a person showing again who they are, what is guarded: a token whose scopes
// name the action of the module. A token without scopes names none.
func (w Who) Carries(module string, action access.Action) bool {
	return w.Token != 0 && w.shown != nil && w.shown.limits != nil && slices.Contains(w.shown.limits[module], action)
}

// day is the date by which budgets count: in the company's time zone.
func (a *Service) day(now time.Time) clock.Date { return clock.DateOf(now.In(a.store.Zone())) }

// Spend counts records that a token is about to take out, and refuses with errs.TooMany, counting nothing, when they are
// more than its budget leaves for the day. It costs nothing for who has no budget.
func (a *Service) Spend(ctx context.Context, who Who, rows int) error {
	if who.shown == nil || who.shown.rowsADay == 0 {
		return nil
	}
	return a.db.Write(ctx, func(tx *sqldb.Tx) error {
		var taken int
		err := tx.QueryRow(ctx, `INSERT INTO api_token_use (token_id, day, taken) VALUES (?, ?, ?)
			ON CONFLICT (token_id, day) DO UPDATE SET taken = api_token_use.taken + excluded.taken RETURNING taken`,
			who.Token, string(a.day(tx.Now)), rows).Scan(&taken)
		if err == nil && taken > who.shown.rowsADay {
			return errBudget(who)
		}
		return err
	})
}

// Solvent refuses with errs.TooMany a token that has spent its budget of the day.
func (a *Service) Solvent(ctx context.Context, who Who) error {
	if who.shown == nil || who.shown.rowsADay == 0 {
		return nil
	}
	var taken int
	err := a.db.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `SELECT taken FROM api_token_use WHERE token_id = ? AND day = ?`,
			who.Token, string(a.day(tx.Now))).Scan(&taken)
	})
	if sqldb.IsNoRows(err) {
		return nil
	}
	if err == nil && taken >= who.shown.rowsADay {
		return errBudget(who)
	}
	return err
}

func errBudget(who Who) error {
	return errs.New(errs.TooMany, "token.budget", "rows", who.shown.rowsADay)
}
