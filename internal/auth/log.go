package auth

import (
	"context"
	"strings"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// logPassword notes in the user's change log that the password changed, without a value.
func logPassword(ctx context.Context, s *record.Session, user id.ID) error {
	return audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "user", Record: user, Action: "password",
	}})
}

// SignInFilter chooses lines of the log of signing in. Zero fields choose all.
type SignInFilter struct {
	User    id.ID
	Result  audit.SignInResult
	Method  string // lines whose method has it: "totp" finds "password+totp"
	Address string
	Login   string // the beginning of it
	From    time.Time
	Until   time.Time
	Before  id.ID // older lines than this one
	Limit   int   // 50 when 0, at most 500
}

// SignInLine is a line of the log of signing in, with names.
type SignInLine struct {
	audit.SignIn
	UserName string
	ByName   string
}

// SignIns gives lines of the log, the newest first.
func SignIns(ctx context.Context, tx *sqldb.Tx, f SignInFilter) (lines []SignInLine, err error) {
	where, args := f.where()
	limit := min(f.Limit, 500)
	if limit <= 0 {
		limit = 50
	}
	rows, err := tx.Query(ctx, `SELECT l.id, l.at, l.user_id, l.login, l.result, l.method, l.reason, l.by_id, l.address, l.agent,
			COALESCE(u.name, ''), COALESCE(b.name, '')
		FROM signin_log l LEFT JOIN account u ON u.id = l.user_id LEFT JOIN account b ON b.id = l.by_id
		WHERE `+where+` ORDER BY l.id DESC LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s SignInLine
		err := rows.Scan(&s.ID, &s.At, &s.User, &s.Login, &s.Result, &s.Method, &s.Reason, &s.By, &s.Address, &s.Agent, &s.UserName, &s.ByName)
		if err != nil {
			return nil, err
		}
		lines = append(lines, s)
	}
	return lines, rows.Err()
}

// where gives the condition of the filter; each part of it stands in the text below and nowhere else.
func (f SignInFilter) where() (string, []any) {
	parts, args := []string{"l.id < ?"}, []any{int64(1<<63 - 1)}
	if f.Before != 0 {
		args[0] = int64(f.Before)
	}
	and := func(given bool, condition string, arg any) {
		if given {
			parts, args = append(parts, condition), append(args, arg)
		}
	}
	and(f.User != 0, "l.user_id = ?", int64(f.User))
	and(f.Result != "", "l.result = ?", string(f.Result))
	and(f.Method != "", "'+' || l.method || '+' LIKE ? ESCAPE '\\'", "%+"+sqldb.LikeEscape(f.Method)+"+%")
	and(f.Address != "", "l.address = ?", f.Address)
	and(f.Login != "", "l.login LIKE ? ESCAPE '\\'", sqldb.LikeEscape(f.Login)+"%")
	and(!f.From.IsZero(), "l.at >= ?", f.From)
	and(!f.Until.IsZero(), "l.at < ?", f.Until)
	return strings.Join(parts, " AND "), args
}
