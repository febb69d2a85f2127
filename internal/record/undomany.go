package record

import (
	"context"
	"slices"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/id"
)

// family is a record that an operation made, with what hangs on it.
type family struct {
	root    id.ID
	title   string
	members map[*kind][]id.ID
	foreign bool // somebody else hung something on it, or refers to it
	touched bool // somebody changed a part of it since
}

// TakeBackMade undoes the making of records of an entity by an operation, many at once: each is deleted with all that the
// operation and rules hung on it. Where somebody has changed a part of it since, the whole is left and told, unless force
// names the record; where somebody has added to it or refers to it, always. No rule runs, since nothing remains that one
// could be about. Records that are gone already do no harm.
func (s *Session) TakeBackMade(ctx context.Context, entityName string, batch id.ID, made []id.ID, force map[id.ID]bool) ([]Left, error) {
	k := s.store.reg.kind(entityName)
	families, err := s.families(ctx, k, made)
	if err != nil || len(families) == 0 {
		return nil, err
	}
	if err := s.judge(ctx, k, batch, families); err != nil {
		return nil, err
	}
	var left []Left
	gone := map[*kind][]id.ID{}
	for _, f := range families {
		if f.foreign || f.touched && !force[f.root] {
			left = append(left, Left{Entity: entityName, ID: f.root, Title: f.title})
			continue
		}
		gone[k] = append(gone[k], f.root)
		for of, ids := range f.members {
			gone[of] = append(gone[of], ids...)
		}
	}
	return left, s.removeMany(ctx, k, gone)
}

// families loads the records that are still there and what hangs on them.
func (s *Session) families(ctx context.Context, k *kind, roots []id.ID) ([]*family, error) {
	byRoot := map[id.ID]*family{}
	var out []*family
	for chunk := range slices.Chunk(roots, 500) {
		titles, err := s.titlesOf(ctx, k, chunk)
		if err != nil {
			return nil, err
		}
		for _, x := range chunk {
			if title, there := titles[x]; there && byRoot[x] == nil {
				byRoot[x] = &family{root: x, title: entity.Clip(title, 60), members: map[*kind][]id.ID{}}
				out = append(out, byRoot[x])
			}
		}
	}
	for _, child := range s.store.reg.kinds {
		via := ParentField(child.def, k.def.Name)
		if via == "" || child.def.Derived {
			continue
		}
		for chunk := range slices.Chunk(rootsOf(out), 500) {
			pairs, err := s.pairs(ctx, "SELECT id, "+via+" FROM "+child.def.TableName()+" WHERE "+via+" IN (", chunk)
			if err != nil {
				return nil, err
			}
			for _, p := range pairs {
				f := byRoot[p[1]]
				f.members[child] = append(f.members[child], p[0])
			}
		}
	}
	return out, nil
}

func rootsOf(families []*family) []id.ID {
	out := make([]id.ID, len(families))
	for i, f := range families {
		out[i] = f.root
	}
	return out
}

// judge finds out what others did to families.
func (s *Session) judge(ctx context.Context, k *kind, batch id.ID, families []*family) error {
	of := map[id.ID]*family{}
	for _, f := range families {
		of[f.root] = f
		for _, ids := range f.members {
			for _, x := range ids {
				of[x] = f
			}
		}
	}
	all := keysOf(of)
	made := map[id.ID]bool{}
	for chunk := range slices.Chunk(all, 500) {
		entries, err := s.pairs(ctx, `SELECT record_id, batch_id FROM audit_entry WHERE origin <> 'rule' AND record_id IN (`, chunk)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e[1] == batch {
				made[e[0]] = true
			} else {
				of[e[0]].touched = true
			}
		}
	}
	for _, x := range all {
		of[x].foreign = of[x].foreign || !made[x]
	}
	return s.judgeReferences(ctx, k, of)
}

// judgeReferences finds records outside a family that refer to a part of it.
func (s *Session) judgeReferences(ctx context.Context, k *kind, of map[id.ID]*family) error {
	for _, other := range s.store.reg.kinds {
		for _, f := range other.def.Fields {
			if f.Type != entity.Ref || f.Ref == "" || f.Name == ParentField(other.def, k.def.Name) || !refersTo(f.Ref, k, s.store.reg) {
				continue
			}
			for chunk := range slices.Chunk(keysOf(of), 500) {
				pairs, err := s.pairs(ctx, "SELECT id, "+f.Name+" FROM "+other.def.TableName()+" WHERE "+f.Name+" IN (", chunk)
				if err != nil {
					return err
				}
				for _, p := range pairs {
					if of[p[0]] != of[p[1]] {
						of[p[1]].foreign = true
					}
				}
			}
		}
	}
	return nil
}

// refersTo reports whether a reference to an entity may name a part of a family of k.
func refersTo(ref string, k *kind, reg *Registry) bool {
	target := reg.byName[ref]
	return target != nil && (target == k || ParentField(target.def, k.def.Name) != "")
}

func keysOf(of map[id.ID]*family) []id.ID {
	out := make([]id.ID, 0, len(of))
	for x := range of {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}

// removeMany deletes records for good, with what rules derived from those of k. The log keeps what they were.
func (s *Session) removeMany(ctx context.Context, k *kind, gone map[*kind][]id.ID) error {
	for _, child := range s.store.reg.kinds {
		via := ParentField(child.def, k.def.Name)
		if via == "" || !child.def.Derived {
			continue
		}
		if err := s.deleteIn(ctx, child.def.TableName(), via, gone[k]); err != nil {
			return err
		}
	}
	var all []id.ID
	var entries []audit.Entry
	for _, of := range slices.Backward(s.store.reg.kinds) { // what refers to another kind is registered after it
		if err := s.deleteIn(ctx, of.def.TableName(), "id", gone[of]); err != nil {
			return err
		}
		for _, x := range gone[of] {
			all = append(all, x)
			entries = append(entries, audit.Entry{
				ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin, Batch: s.Batch,
				Entity: of.def.Name, Record: x, Action: "delete",
			})
		}
	}
	if err := s.deleteIn(ctx, "share", "record_id", all); err != nil {
		return err
	}
	if err := s.deleteIn(ctx, "obligation", "record_id", all); err != nil {
		return err
	}
	s.index().Remove(all...)
	return audit.Write(ctx, s.Tx, entries)
}

func (s *Session) deleteIn(ctx context.Context, table, column string, ids []id.ID) error {
	for chunk := range slices.Chunk(ids, 500) {
		if _, err := s.Tx.Exec(ctx, "DELETE FROM "+table+" WHERE "+column+" IN ("+marks(len(chunk))+")", anys(chunk)...); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) titlesOf(ctx context.Context, k *kind, ids []id.ID) (map[id.ID]string, error) {
	return s.As(s.Actor.Elevated(), s.Origin).Titles(ctx, k.def.Name, setOf(ids))
}

func setOf(ids []id.ID) map[id.ID]bool {
	out := make(map[id.ID]bool, len(ids))
	for _, x := range ids {
		out[x] = true
	}
	return out
}

// pairs runs a query for two numbers, up to IN (, for ids.
func (s *Session) pairs(ctx context.Context, query string, ids []id.ID) (out [][2]id.ID, err error) {
	rows, err := s.Tx.Query(ctx, query+marks(len(ids))+")", anys(ids)...)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var p [2]id.ID
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			return nil, closing(rows, err)
		}
		out = append(out, p)
	}
	return out, closing(rows, nil)
}

func anys(ids []id.ID) []any {
	out := make([]any, len(ids))
	for i, x := range ids {
		out[i] = int64(x)
	}
	return out
}

// ParentsOf gives, of the records that hang on one of an entity, which that is; those that are gone are left out.
func (s *Session) ParentsOf(ctx context.Context, entityName string, children []id.ID) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	for _, k := range s.store.reg.kinds {
		via := ParentField(k.def, entityName)
		if via == "" || k.def.Derived {
			continue
		}
		for chunk := range slices.Chunk(children, 500) {
			pairs, err := s.pairs(ctx, "SELECT id, "+via+" FROM "+k.def.TableName()+" WHERE id IN (", chunk)
			if err != nil {
				return nil, err
			}
			for _, p := range pairs {
				out[p[0]] = p[1]
			}
		}
	}
	return out, nil
}
