// Package savedview keeps the named views that users make of lists: a filter, an order and a choice of columns, for
// themselves, for their department or for everybody. A view shows nobody more than they may see: it is only a question.
package savedview

import (
	"context"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// View is a named view of a list.
type View struct {
	ID       id.ID           `json:"id"`
	Version  int64           `json:"version"`
	Name     string          `json:"name"`
	Entity   string          `json:"entity"`
	Scope    Scope           `json:"scope" enum:"private,department,all"`
	Search   json.RawMessage `json:"search" doc:"What the page asks the list for: filter, sort, columns, q"`
	Position int64           `json:"position"`
	Owner    id.ID           `json:"owner_id"`
	Mine     bool            `json:"mine"`
}

// Scope says who sees a view.
type Scope string

// The scopes.
const (
	Private    Scope = "private"
	Department Scope = "department" // that of its owner
	All        Scope = "all"
)

const (
	maxName   = 40
	maxSearch = 32 << 10
	maxViews  = 200 // of one user
)

const columns = "id, version, name, entity, scope, search, position, owner_id, department_id"

// List gives the views that the actor sees and whose names fit what was typed, in the order of their positions.
func List(ctx context.Context, s *record.Session, typed string) ([]View, error) {
	rows, err := s.Tx.Query(ctx, `SELECT `+columns+` FROM saved_view
		WHERE archived_at IS NULL AND (owner_id = ? OR scope = 'all' OR (scope = 'department' AND department_id = ?)) ORDER BY position, id`,
		int64(s.Actor.ID), int64(s.Actor.Department))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []View{}
	for rows.Next() {
		v, _, err := scan(rows.Scan, s.Actor)
		if err != nil {
			return nil, err
		}
		if record.Fits(entity.SearchName, v.Name, typed) {
			out = append(out, v)
		}
	}
	return out, rows.Err()
}

func scan(scan func(dest ...any) error, actor *access.Actor) (v View, department id.ID, err error) {
	var search string
	err = scan(&v.ID, &v.Version, &v.Name, &v.Entity, &v.Scope, &search, &v.Position, &v.Owner, &department)
	v.Search, v.Mine = json.RawMessage(search), v.Owner == actor.ID
	return v, department, err
}

// Create adds a view of the actor.
func Create(ctx context.Context, s *record.Session, v *View) error {
	if err := check(s, v); err != nil {
		return err
	}
	var have int64
	if err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM saved_view WHERE owner_id = ? AND archived_at IS NULL`, int64(s.Actor.ID)).Scan(&have); err != nil {
		return err
	}
	if have >= maxViews {
		return errs.OfField("name", "field.too_many", "max", maxViews)
	}
	v.ID, v.Version, v.Owner, v.Mine = s.Tx.NewID(), 1, s.Actor.ID, true
	now := s.Tx.Now.UnixMilli()
	_, err := s.Tx.Exec(ctx, `INSERT INTO saved_view (`+columns+`, created_at, created_by, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.ID, v.Version, v.Name, v.Entity, string(v.Scope), string(v.Search), v.Position, v.Owner, s.Actor.Department, now, s.Actor.ID, now, s.Actor.ID)
	return err
}

// Update changes a view of the actor by fn. A version other than zero must be the present one.
func Update(ctx context.Context, s *record.Session, x id.ID, version int64, fn func(v *View)) (*View, error) {
	v, err := own(ctx, s, x)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != v.Version {
		return nil, errs.New(errs.Stale, "")
	}
	seen, owner, mine := v.Version, v.Owner, v.Mine
	fn(v)
	v.ID, v.Owner, v.Mine = x, owner, mine
	if err := check(s, v); err != nil {
		return nil, err
	}
	v.Version = seen + 1
	n, err := s.Tx.Exec(ctx, `UPDATE saved_view SET version = ?, name = ?, scope = ?, search = ?, position = ?, updated_at = ?, updated_by = ? WHERE id = ? AND version = ?`,
		v.Version, v.Name, string(v.Scope), string(v.Search), v.Position, s.Tx.Now.UnixMilli(), s.Actor.ID, x, seen)
	if err == nil && n == 0 {
		err = errs.New(errs.Stale, "")
	}
	return v, err
}

// Delete removes a view of the actor.
func Delete(ctx context.Context, s *record.Session, x id.ID) error {
	if _, err := own(ctx, s, x); err != nil {
		return err
	}
	_, err := s.Tx.Exec(ctx, `DELETE FROM saved_view WHERE id = ?`, x)
	return err
}

// own gives a view that the actor may change: their own, or any shared one for those who administer.
func own(ctx context.Context, s *record.Session, x id.ID) (*View, error) {
	list, err := List(ctx, s, "")
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(v View) bool { return v.ID == x })
	if at < 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	if v := &list[at]; v.Mine || s.Actor.May("setting", access.Edit) {
		return v, nil
	}
	return nil, errs.New(errs.Denied, "")
}

func check(s *record.Session, v *View) error {
	var problems errs.Fields
	v.Name = text.Tidy(v.Name)
	switch n := utf8.RuneCountInString(v.Name); {
	case n == 0:
		problems.Add("name", "field.required")
	case n > maxName:
		problems.Add("name", "field.too_long", "max", maxName)
	}
	if s.Def(v.Entity) == nil {
		problems.Add("entity", "field.choice", "value", v.Entity)
	}
	if v.Scope != Private && v.Scope != Department && v.Scope != All {
		problems.Add("scope", "field.choice", "value", v.Scope)
	}
	if len(v.Search) > maxSearch || !json.Valid(v.Search) || !utf8.Valid(v.Search) {
		problems.Add("search", "filter.malformed")
	}
	return problems.Err()
}
