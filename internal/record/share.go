package record

import (
	"context"
	"slices"

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
	var out []Share
	err := s.each(ctx, `SELECT user_id, access FROM share WHERE record_id = ? ORDER BY created_at, user_id`, []any{int64(x)},
		func(scan func(dest ...any) error) error {
			var one Share
			err := scan(&one.User, &one.Access)
			out = append(out, one)
			return err
		})
	return out, err
}

// SetShares sets with whom a record is shared. Its owner may do that, and whoever may assign it.
func (s *Session) SetShares(ctx context.Context, entityName string, x id.ID, shares []Share) error {
	k := s.store.reg.kind(entityName)
	row, err := s.Load(ctx, entityName, x)
	if err != nil {
		return err
	}
	if !row.can[access.Assign] && (row.id("owner_id") != s.Actor.ID || s.Actor.ID == 0) {
		return errs.New(errs.Denied, "")
	}
	if err := s.checkShares(ctx, shares); err != nil {
		return err
	}
	old, err := s.Shares(ctx, entityName, x)
	if err != nil || slices.Equal(old, shares) {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM share WHERE record_id = ?`, int64(x)); err != nil {
		return err
	}
	for _, one := range shares {
		_, err := s.Tx.Exec(ctx, `INSERT INTO share (record_id, entity, user_id, access, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)`,
			int64(x), entityName, int64(one.User), one.Access, s.Tx.Now.UnixMilli(), s.Actor.ID)
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

// said gives shares as they stand in the log.
func said(shares []Share) string {
	var list entity.List
	for _, one := range shares {
		text := one.User.String()
		if one.Access == ShareEdit {
			text += mayEdit
		}
		list = append(list, text)
	}
	return list.Stored()
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
