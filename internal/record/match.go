package record

import (
	"context"
	"slices"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/id"
)

// Candidate is what is known of a record that is about to be made: stored values by "entity.field", of the entity
// itself and of those that hang on it, such as "contact.mobile".
type Candidate map[string]any

// Found is a stored record that is likely the same as a candidate. Of records that the actor may not see, only that they
// exist and who owns them is told.
type Found struct {
	ID      id.ID // zero when not visible
	Title   string
	Visible bool
	Owner   id.ID
	Why     []string // "entity.field" of what is equal, the surest first
	record  id.ID
}

// matchKey is one way in which records of an entity are found to be the same.
type matchKey struct {
	name   string // "customer.name"
	match  *entity.Match
	query  string // gives key and id of the entity's record, up to IN (
	suffix string
}

// matchKeys gives the ways for an entity: its own fields and those of what hangs on it, in the order of the
// definitions, with the unique ones first.
func (s *Session) matchKeys(k *kind) []matchKey {
	var unique, others []matchKey
	for _, f := range k.def.Fields {
		if f.Match == nil {
			continue
		}
		column := f.Name
		if f.Match.Column != "" {
			column = f.Match.Column
		}
		key := matchKey{k.def.Name + "." + f.Name, f.Match, "SELECT " + column + ", id FROM " + k.def.TableName() + " WHERE " + column + " IN (", " AND " + column + " <> '' AND archived_at IS NULL"}
		if f.Unique {
			unique = append(unique, key)
		} else {
			others = append(others, key)
		}
	}
	for _, child := range s.store.reg.kinds {
		via := ParentField(child.def, k.def.Name)
		if via == "" {
			continue
		}
		for _, f := range child.def.Fields {
			if f.Match != nil {
				others = append(others, matchKey{
					child.def.Name + "." + f.Name, f.Match,
					"SELECT " + f.Name + ", " + via + " FROM " + child.def.TableName() + " WHERE " + f.Name + " IN (",
					" AND " + f.Name + " <> '' AND archived_at IS NULL",
				})
			}
		}
	}
	return append(unique, others...)
}

// ParentField gives the field by which records of def hang on those of parent; "" when they do not.
func ParentField(def *entity.Def, parent string) string {
	for _, name := range def.Parents {
		if def.Field(name).Ref == parent {
			return name
		}
	}
	return ""
}

// Match finds for each candidate the stored records that are likely the same, the surest first.
func (s *Session) Match(ctx context.Context, entityName string, candidates []Candidate) ([][]Found, error) {
	k := s.store.reg.kind(entityName)
	out := make([][]Found, len(candidates))
	for _, key := range s.matchKeys(k) {
		byValue := map[string][]int{}
		for i, c := range candidates {
			value, _ := c[key.name].(string)
			if key.match.Key != nil && value != "" {
				value = key.match.Key(value)
			}
			if value != "" {
				byValue[value] = append(byValue[value], i)
			}
		}
		if err := s.matchBy(ctx, key, byValue, out); err != nil {
			return nil, err
		}
	}
	return out, s.describe(ctx, k, out)
}

const mostMatches = 5 // told of one candidate

func (s *Session) matchBy(ctx context.Context, key matchKey, byValue map[string][]int, out [][]Found) error {
	values := make([]any, 0, len(byValue))
	for value := range byValue {
		values = append(values, value)
	}
	for chunk := range slices.Chunk(values, 500) {
		rows, err := s.Tx.Query(ctx, key.query+marks(len(chunk))+")"+key.suffix, chunk...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var value string
			var x id.ID
			if err := rows.Scan(&value, &x); err != nil {
				return closing(rows, err)
			}
			for _, i := range byValue[value] {
				out[i] = noted(out[i], x, key.name)
			}
		}
		if err := closing(rows, nil); err != nil {
			return err
		}
	}
	return nil
}

func noted(found []Found, x id.ID, why string) []Found {
	for i := range found {
		if found[i].record == x {
			if !slices.Contains(found[i].Why, why) {
				found[i].Why = append(found[i].Why, why)
			}
			return found
		}
	}
	if len(found) == mostMatches {
		return found
	}
	return append(found, Found{record: x, Why: []string{why}})
}

// describe adds the titles of what the actor may see, and who owns the rest.
func (s *Session) describe(ctx context.Context, k *kind, found [][]Found) error {
	ids := map[id.ID]bool{}
	for _, list := range found {
		for _, f := range list {
			ids[f.record] = true
		}
	}
	if len(ids) == 0 {
		return nil
	}
	titles, err := s.Titles(ctx, k.def.Name, ids)
	if err != nil {
		return err
	}
	owners, err := s.ownersOf(ctx, k, ids)
	if err != nil {
		return err
	}
	for _, list := range found {
		for i := range list {
			f := &list[i]
			f.Owner = owners[f.record]
			if f.Title, f.Visible = titles[f.record]; f.Visible {
				f.ID = f.record
			}
		}
	}
	return nil
}

func (s *Session) ownersOf(ctx context.Context, k *kind, ids map[id.ID]bool) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	if !k.def.Owned {
		return out, nil
	}
	elevated := s.As(s.Actor.Elevated(), s.Origin)
	var where access.Condition
	all := make([]any, 0, len(ids))
	for x := range ids {
		all = append(all, int64(x))
	}
	for chunk := range slices.Chunk(all, 500) {
		where = access.Condition{SQL: "id IN (" + marks(len(chunk)) + ")", Args: chunk}
		rows, err := elevated.Tx.Query(ctx, "SELECT id, owner_id FROM "+k.def.TableName()+" WHERE "+where.SQL, where.Args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var x, owner id.ID
			if err := rows.Scan(&x, &owner); err != nil {
				return nil, closing(rows, err)
			}
			out[x] = owner
		}
		if err := closing(rows, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}
