package record

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// Share lets a user read or edit a record, whatever their scope.
type Share struct {
	User   id.ID
	Access string // ShareRead or ShareEdit
}

// What a share allows.
const (
	ShareRead = "read"
	ShareEdit = "edit"
)

// mostShares of one record; a record for everybody is a matter of scopes.
const mostShares = 100

// Shares gives with whom a record is shared. The actor must see the record.
func (s *Session) Shares(ctx context.Context, entityName string, x id.ID) ([]Share, error) {
	if _, err := s.Load(ctx, entityName, x); err != nil {
		return nil, err
	}
	return s.sharesOf(ctx, x)
}

func (s *Session) sharesOf(ctx context.Context, x id.ID) (out []Share, err error) {
	err = s.each(ctx, `SELECT user_id, access FROM share WHERE record_id = ? ORDER BY created_at, user_id`, []any{int64(x)},
		func(scan func(dest ...any) error) error {
			var one Share
			err := scan(&one.User, &one.Access)
			out = append(out, one)
			return err
		})
	return out, err
}

// SetShares sets with whom a record is shared. Its owner may do that, if they may edit it, and whoever may assign it.
func (s *Session) SetShares(ctx context.Context, entityName string, x id.ID, shares []Share) error {
	row, err := s.Load(ctx, entityName, x)
	if err != nil {
		return err
	}
	owns := row.id("owner_id") == s.Actor.ID && s.Actor.ID != 0
	if !row.can[access.Assign] && !(owns && row.can[access.Edit]) {
		return errs.New(errs.Denied, "")
	}
	if err := s.checkShares(ctx, shares); err != nil {
		return err
	}
	old, err := s.sharesOf(ctx, x)
	if err != nil || slices.Equal(old, shares) {
		return err
	}
	return s.writeShares(ctx, row, old, shares)
}

// writeShares shares a record with others than before, and logs it.
func (s *Session) writeShares(ctx context.Context, row *Row, old, shares []Share) error {
	k, x := s.store.reg.kind(row.Entity()), row.ID()
	if _, err := s.Tx.Exec(ctx, `DELETE FROM share WHERE record_id = ?`, int64(x)); err != nil {
		return err
	}
	for _, one := range shares {
		_, err := s.Tx.Exec(ctx, `INSERT INTO share (record_id, entity, user_id, access, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)`,
			int64(x), row.Entity(), int64(one.User), one.Access, s.Tx.Now.UnixMilli(), s.Actor.ID)
		if err != nil {
			return err
		}
	}
	rec := k.bind.new()
	k.bind.fill(rec, row.values[:len(k.names)])
	entry := s.entry(k, rec, "share", []audit.Change{{Field: "collaborators", Old: said(old), New: said(shares)}})
	return audit.Write(ctx, s.Tx, []audit.Entry{entry})
}

// mayEdit stands in the log behind the ids of those who may edit what is shared with them.
const mayEdit = "+"

// said gives shares as they stand in the log, in the order of the users.
func said(shares []Share) string {
	var list entity.List
	for _, one := range slices.SortedFunc(slices.Values(shares), func(a, b Share) int { return cmp.Compare(a.User, b.User) }) {
		text := one.User.String()
		if one.Access == ShareEdit {
			text += mayEdit
		}
		list = append(list, text)
	}
	return list.Stored()
}

// unsaid reads shares as they stand in the log.
func unsaid(stored any) (shares []Share) {
	for _, text := range entity.ListOf(stored) {
		one := Share{Access: ShareRead}
		text, edits := strings.CutSuffix(text, mayEdit)
		if edits {
			one.Access = ShareEdit
		}
		var err error
		if one.User, err = id.Parse(text); err == nil && one.User != 0 {
			shares = append(shares, one)
		}
	}
	return shares
}

// takeBackShare shares a record with those again with whom it was shared before an entry, unless that changed since.
func (s *Session) takeBackShare(ctx context.Context, e audit.Entry, force bool) (*Left, error) {
	elevated := s.As(s.Actor.Elevated(), s.Origin)
	row, err := elevated.Load(ctx, e.Entity, e.Record)
	if errs.Is(err, errs.NotFound) {
		return nil, nil //nolint:nilnil // gone, so nothing was left
	}
	if err != nil || len(e.Changes) != 1 {
		return nil, err
	}
	now, err := s.sharesOf(ctx, e.Record)
	if err != nil {
		return nil, err
	}
	was := unsaid(e.Changes[0].Old)
	switch said(now) {
	case said(was):
		return nil, nil //nolint:nilnil // taken back already
	case said(unsaid(e.Changes[0].New)):
	default:
		if !force {
			title, _ := row.Value(row.def.Title).(string)
			return &Left{Entity: e.Entity, ID: e.Record, Title: entity.Clip(title, 60)}, nil
		}
	}
	return nil, elevated.writeShares(ctx, row, now, was)
}

func (s *Session) checkShares(ctx context.Context, shares []Share) error {
	if len(shares) > mostShares {
		return fieldError("items", "field.too_many", "max", mostShares)
	}
	seen := map[id.ID]bool{}
	for _, one := range shares {
		if one.Access != ShareRead && one.Access != ShareEdit {
			return fieldError("access", "field.choice", "value", one.Access)
		}
		owner, found, err := s.owner(ctx, one.User)
		if err != nil {
			return err
		}
		if !found || !owner.active || seen[one.User] {
			return fieldError("user_id", "field.no_such_user")
		}
		seen[one.User] = true
	}
	return nil
}
