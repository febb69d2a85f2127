package record

import (
	"context"
	"maps"
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
	Sure    bool     // a field of the record itself is equal, or a loose one together with something that hangs on it
	Child   bool     // something that hangs on it is equal
	record  id.ID
	loose   bool // a loose key of the record itself is equal
}

// Record gives the id of the record, visible or not, for the program alone: nobody is told it who does not see the record.
func (f *Found) Record() id.ID { return f.record }

// matchKey is one way in which records of an entity are found to be the same.
type matchKey struct {
	name   string // of entity and field, with a dot between
	of     string // the entity
	field  string
	match  entity.Match
	column string
	query  string // gives key and id of the entity's record, up to the condition on the key
	record string // the column that names the entity's record
	child  bool   // of something that hangs on the record
}

// matchKeys gives the ways for an entity: its own fields and those of what hangs on it, in the order of the
// definitions, with the unique ones first.
func (s *Session) matchKeys(k *kind) []matchKey {
	if known, ok := s.store.reg.keys.Load(k); ok {
		return known.([]matchKey)
	}
	keys := s.store.reg.matchKeys(k)
	s.store.reg.keys.Store(k, keys)
	return keys
}

func (reg *Registry) matchKeys(k *kind) []matchKey {
	var unique, others []matchKey
	for _, f := range k.def.Fields {
		for _, m := range f.Match {
			key := reg.newMatchKey(k, f, m, "id")
			if f.Unique {
				unique = append(unique, key)
			} else {
				others = append(others, key)
			}
		}
	}
	for _, child := range reg.kinds {
		via := ParentField(child.def, k.def.Name)
		if via == "" {
			continue
		}
		for _, f := range child.def.Fields {
			for _, m := range f.Match {
				key := reg.newMatchKey(child, f, m, via)
				key.child = true
				others = append(others, key)
			}
		}
	}
	return append(unique, others...)
}

func (reg *Registry) newMatchKey(k *kind, f *entity.Field, m entity.Match, record string) matchKey {
	column := m.Column
	if column == "" {
		column = f.Name
	}
	return matchKey{
		name: k.def.Name + "." + f.Name, of: k.def.Name, field: f.Name, match: m, column: "t." + column, record: record,
		query: "SELECT t." + column + ", t." + record + " FROM " + k.def.TableName() + " t WHERE t." + column + " <> '' AND " +
			reg.present(k, "t", k.def.Parents, false) + " AND ",
	}
}

// keyOf gives the key of a value; "" for none.
func keyOf(m entity.Match, value any) string {
	text, _ := value.(string)
	if m.Key != nil && text != "" {
		text = m.Key(text)
	}
	if !storable(text) {
		return "" // no stored text is equal to it
	}
	return text
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
	return s.MatchKeys(ctx, entityName, s.KeysOf(entityName, candidates))
}

// Keys are what tells that a candidate is the same as another record: a key for each way, "" where it has none.
type Keys []string

// KeysOf gives the keys of candidates.
func (s *Session) KeysOf(entityName string, candidates []Candidate) []Keys {
	ways := s.matchKeys(s.store.reg.kind(entityName))
	out := make([]Keys, len(candidates))
	all := make(Keys, len(candidates)*len(ways))
	for i, c := range candidates {
		out[i], all = all[:len(ways):len(ways)], all[len(ways):]
		for w, way := range ways {
			out[i][w] = keyOf(way.match, c[way.name])
		}
	}
	return out
}

// MatchKeys is Match for the keys of candidates.
func (s *Session) MatchKeys(ctx context.Context, entityName string, keys []Keys) ([][]Found, error) {
	k := s.store.reg.kind(entityName)
	out := make([][]Found, len(keys))
	for w, way := range s.matchKeys(k) {
		if def := s.Def(way.of); !s.openTo(def, def.Field(way.field)) {
			continue // who may not see the value may not find out by asking who else has it
		}
		byValue := map[string][]int{}
		for i := range keys {
			if value := keys[i][w]; value != "" {
				byValue[value] = append(byValue[value], i)
			}
		}
		if err := s.matchBy(ctx, k, way, byValue, out); err != nil {
			return nil, err
		}
	}
	return out, s.describe(ctx, k, out)
}

const mostMatches = 5 // told of one candidate

// matchBy notes the records that have one of the values of a key, the oldest first.
func (s *Session) matchBy(ctx context.Context, k *kind, key matchKey, byValue map[string][]int, out [][]Found) error {
	if len(byValue) == 0 {
		return nil
	}
	where := access.And(in(s, key.column, slices.Collect(maps.Keys(byValue))), s.unlessHidden(k, key))
	return s.each(ctx, key.query+where.SQL+" ORDER BY t.id", where.Args, func(scan func(dest ...any) error) error {
		var value string
		var x id.ID
		if err := scan(&value, &x); err != nil {
			return err
		}
		for _, i := range byValue[value] {
			out[i] = noted(out[i], x, key)
		}
		return nil
	})
}

func noted(found []Found, x id.ID, key matchKey) []Found {
	at := slices.IndexFunc(found, func(f Found) bool { return f.record == x })
	if at < 0 {
		if len(found) == mostMatches {
			return found
		}
		at, found = len(found), append(found, Found{record: x})
	}
	f := &found[at]
	f.loose = f.loose || !key.child && key.match.Loose
	f.Child = f.Child || key.child
	f.Sure = f.Sure || !key.child && !key.match.Loose || f.loose && f.Child
	if !slices.Contains(f.Why, key.name) {
		f.Why = append(f.Why, key.name)
	}
	return found
}

// describe adds the titles of what the actor may see, and who owns the rest.
func (s *Session) describe(ctx context.Context, k *kind, found [][]Found) error {
	set := map[id.ID]bool{}
	for _, list := range found {
		for _, f := range list {
			set[f.record] = true
		}
	}
	if len(set) == 0 {
		return nil
	}
	titles, err := s.Titles(ctx, k.def.Name, set)
	if err != nil {
		return err
	}
	owners, err := s.ownersOf(ctx, k, set)
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

// ownersOf gives the owners of a set of records, visible or not, to an actor who sees owners at all.
func (s *Session) ownersOf(ctx context.Context, k *kind, set map[id.ID]bool) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	if !k.def.Owned || !s.openTo(s.Def(k.def.Name), k.def.Field("owner_id")) {
		return out, nil
	}
	where := in(s, "id", ids(set))
	err := s.each(ctx, "SELECT id, owner_id FROM "+k.def.TableName()+" WHERE "+where.SQL, where.Args, func(scan func(dest ...any) error) error {
		var x, owner id.ID
		err := scan(&x, &owner)
		out[x] = owner
		return err
	})
	return out, err
}
