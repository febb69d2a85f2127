package importer

import (
	"hash/maphash"

	"genjin/internal/id"
)

// shadow remembers what a check would have written, in place of the database: which records there would be, by what they
// would be found again, and what their fields would hold. It keeps hashes, so that it stays small.
type shadow struct {
	seed    maphash.Seed
	below   *shadow            // what was there before the batch; nil at the bottom
	records map[uint64]id.ID   // by a sure key
	hanging map[uint64]id.ID   // by what they hang on and what tells that they are the same
	values  map[uint64]uint32  // by record and field
	made    map[id.ID]struct{} // records of the entity
}

func newShadow(below *shadow) *shadow {
	s := &shadow{
		seed: maphash.MakeSeed(), below: below, records: map[uint64]id.ID{}, hanging: map[uint64]id.ID{}, values: map[uint64]uint32{},
		made: map[id.ID]struct{}{},
	}
	if below != nil {
		s.seed = below.seed
	}
	return s
}

// settle adds what a batch would have written to what was there before it.
func (s *shadow) settle() {
	for k, v := range s.records {
		s.below.records[k] = v
	}
	for k, v := range s.hanging {
		s.below.hanging[k] = v
	}
	for k, v := range s.values {
		s.below.values[k] = v
	}
	for k := range s.made {
		s.below.made[k] = struct{}{}
	}
}

func (s *shadow) key(parts ...any) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, p := range parts {
		maphash.WriteComparable(&h, p)
	}
	return h.Sum64()
}

// record gives the record that would be found by a sure key.
func (s *shadow) record(key string) (id.ID, bool) {
	for k := s.key(key); s != nil; s = s.below {
		if x, ok := s.records[k]; ok {
			return x, true
		}
	}
	return 0, false
}

// child gives what would hang on a record and be the same by a field's value.
func (s *shadow) child(parent id.ID, entityName, field string, value any) (id.ID, bool) {
	for k := s.key(parent, entityName, field, value); s != nil; s = s.below {
		if x, ok := s.hanging[k]; ok {
			return x, true
		}
	}
	return 0, false
}

// value gives a sum of the value that a field would have been given; false when it would not have been written.
func (s *shadow) value(x id.ID, field string) (uint32, bool) {
	for k := s.key(x, field); s != nil; s = s.below {
		if v, ok := s.values[k]; ok {
			return v, true
		}
	}
	return 0, false
}

// sum gives a sum of a value, 0 for a missing one.
func (s *shadow) sum(value any) uint32 {
	if missing(value) {
		return 0
	}
	return uint32(s.key(value)) | 1
}

func (s *shadow) set(x id.ID, field string, value any) { s.values[s.key(x, field)] = s.sum(value) }

func (s *shadow) isMade(x id.ID) bool {
	for ; s != nil; s = s.below {
		if _, ok := s.made[x]; ok {
			return true
		}
	}
	return false
}
