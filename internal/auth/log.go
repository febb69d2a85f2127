package auth

import (
	"context"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/record"
)

// logPassword notes in the user's change log that the password changed, without a value.
func logPassword(ctx context.Context, s *record.Session, user id.ID) error {
	return audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "user", Record: user, Action: "password",
	}})
}
