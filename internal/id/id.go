// Package id makes the ids of records: 63-bit numbers that grow with time, unique over all kinds and all replicas, so
// that one number names a record in every table, the search index and the log. An id is 41 bits of milliseconds since
// 2024, 10 bits of the node that made it and 12 bits of a counter. Outside the database it is written as 13 characters
// of Crockford's base 32, which sort as the numbers do.
package id

import (
	"database/sql/driver"
	"fmt"
	"sync"
	"time"
)

// ID names a record. Zero names none; it is stored as NULL.
type ID int64

const (
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	length   = 13
	nodeBits = 10
	seqBits  = 12
	// Nodes is how many replicas may make ids at the same time.
	Nodes = 1 << nodeBits
)

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// Maker makes ids. It never repeats or goes back, even if the machine's clock does.
type Maker struct {
	mu   sync.Mutex
	last int64 // milliseconds since the epoch and counter of the last id
	node int64
	now  func() time.Time
}

// NewMaker gives a maker for node, a number below Nodes that no other running replica has.
func NewMaker(node int, now func() time.Time) *Maker {
	return &Maker{node: int64(node % Nodes), now: now}
}

// Next gives a new id.
func (m *Maker) Next() ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := (m.now().UnixMilli() - epoch) << seqBits
	if next <= m.last {
		next = m.last + 1 // the same millisecond, or a clock that went back: count on
	}
	m.last = next
	ms, seq := next>>seqBits, next&(1<<seqBits-1)
	return ID(ms<<(nodeBits+seqBits) | m.node<<seqBits | seq)
}

// Time gives the moment the id was made.
func (x ID) Time() time.Time {
	return time.UnixMilli(int64(x)>>(nodeBits+seqBits) + epoch).UTC()
}

// First gives the least id that could have been made at t: ids below it were made before.
func First(t time.Time) ID { return ID((t.UnixMilli() - epoch) << (nodeBits + seqBits)) }

// String writes the id; "" for none.
func (x ID) String() string {
	if x == 0 {
		return ""
	}
	var b [length]byte
	for i, v := length-1, uint64(x); i >= 0; i, v = i-1, v>>5 {
		b[i] = alphabet[v&31]
	}
	return string(b[:])
}

// Parse reads what String writes; "" gives none.
func Parse(s string) (ID, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) != length {
		return 0, fmt.Errorf("id: %q is not an id", s)
	}
	var v uint64
	for i := range len(s) {
		d := digits[s[i]]
		if d < 0 || (i == 0 && d > 7) { // 13 × 5 bits hold 65: the first character carries the top three
			return 0, fmt.Errorf("id: %q is not an id", s)
		}
		v = v<<5 | uint64(d)
	}
	return ID(v), nil
}

var digits = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = int8(i)
	}
	return t
}()

// MarshalText writes the id in JSON and query strings.
func (x ID) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText reads the id.
func (x *ID) UnmarshalText(b []byte) (err error) {
	*x, err = Parse(string(b))
	return err
}

// Value stores the id.
func (x ID) Value() (driver.Value, error) {
	if x == 0 {
		return nil, nil
	}
	return int64(x), nil
}

// Scan loads the id.
func (x *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*x = 0
	case int64:
		*x = ID(v)
	default:
		return fmt.Errorf("id: cannot load an id from %T", src)
	}
	return nil
}
