package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Seal is a link of the chain over the log: the hash of the seal before and of the entries that it seals. Whoever changes,
// adds or takes out a sealed entry would have to make all later seals anew, and then the newest hash is another than the
// one that was written down.
type Seal struct {
	Number  int64         `json:"number"`
	At      clock.Instant `json:"at" nullable:"true"`
	Entries int64         `json:"entries"`
	Hash    string        `json:"hash"` // SHA-256 in hex
}

// sealMost is how many entries one seal is over.
const sealMost = 1000

// SealNew seals the entries that are in the log and not sealed yet. Entries of transactions that are still under way are
// sealed the next time, whatever their ids.
func SealNew(ctx context.Context, db *sqldb.DB) error {
	for {
		var n int
		err := db.WriteAlone(ctx, func(tx *sqldb.Tx) (err error) {
			n, err = sealSome(ctx, tx)
			return err
		})
		if err != nil || n < sealMost {
			return err
		}
	}
}

func sealSome(ctx context.Context, tx *sqldb.Tx) (int, error) {
	if err := tx.Lock(ctx, "audit_seal"); err != nil {
		return 0, err
	}
	var ids []id.ID
	chain, err := Newest(ctx, tx)
	if err != nil {
		return 0, err
	}
	next := newLink(chain)
	err = eachStored(ctx, tx, func(e stored) error {
		ids = append(ids, e.id)
		return next.add(e)
	}, "WHERE seal IS NULL ORDER BY id LIMIT ?", sealMost)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	in, args := sqldb.In(tx.Dialect(), "id", ids)
	if _, err := tx.Exec(ctx, "UPDATE audit_entry SET seal = ? WHERE "+in, append([]any{chain.Number + 1}, args...)...); err != nil {
		return 0, err
	}
	return len(ids), tx.InsertMany(ctx, "audit_seal", []string{"id", "at", "entries", "hash"},
		[][]any{{chain.Number + 1, tx.Now.UnixMilli(), int64(len(ids)), next.sum()}})
}

// Newest gives the newest seal; the zero Seal when nothing is sealed.
func Newest(ctx context.Context, tx *sqldb.Tx) (s Seal, err error) {
	err = tx.QueryRow(ctx, "SELECT id, at, entries, hash FROM audit_seal ORDER BY id DESC LIMIT 1").Scan(&s.Number, &s.At, &s.Entries, &s.Hash)
	if sqldb.IsNoRows(err) {
		return Seal{}, nil
	}
	return s, err
}

// SealOf gives the seal of a number; errs.NotFound when there is none.
func SealOf(ctx context.Context, tx *sqldb.Tx, number int64) (s Seal, err error) {
	err = tx.QueryRow(ctx, "SELECT id, at, entries, hash FROM audit_seal WHERE id = ?", number).Scan(&s.Number, &s.At, &s.Entries, &s.Hash)
	if sqldb.IsNoRows(err) {
		return Seal{}, errs.New(errs.NotFound, "")
	}
	return s, err
}

// stored is an entry as it lies in the table. Changes that a person's data was erased from count with what they were.
type stored struct {
	id, user, batch, record        id.ID
	at                             int64
	userName, origin, entity, verb string
	changes, erased                string
	seal                           int64
}

func eachStored(ctx context.Context, tx *sqldb.Tx, fn func(e stored) error, where string, args ...any) error {
	rows, err := tx.Query(ctx, "SELECT "+selected+", erased, COALESCE(seal, 0) FROM audit_entry "+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e stored
		err := rows.Scan(&e.id, &e.at, &e.user, &e.userName, &e.origin, &e.batch, &e.entity, &e.record, &e.verb, &e.changes, &e.erased, &e.seal)
		if err != nil {
			return err
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return rows.Err()
}

// link is a seal in the making.
type link struct{ hash []byte }

func newLink(before Seal) *link {
	h := sha256.Sum256([]byte(before.Hash))
	return &link{h[:]}
}

func (l *link) add(e stored) error {
	changes := e.erased
	if changes == "" {
		changes = sum(e.changes)
	}
	line, err := json.Marshal([]any{
		int64(e.id), e.at, int64(e.user), e.userName, e.origin, int64(e.batch), e.entity, int64(e.record), e.verb, changes,
	})
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	h := sha256.New()
	h.Write(l.hash)
	h.Write(line)
	l.hash = h.Sum(nil)
	return nil
}

func (l *link) sum() string { return hex.EncodeToString(l.hash) }

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// Verified is what Verify found.
type Verified struct {
	Newest   Seal
	Sealed   int64
	Unsealed int64 // written since the newest seal
}

// Verify reads the whole log and tells of every seal that does not fit it.
func Verify(ctx context.Context, tx *sqldb.Tx, tell func(problem string)) (v Verified, err error) {
	seals, err := allSeals(ctx, tx)
	if err != nil {
		return v, err
	}
	var before Seal
	var next *link
	at, entries := 0, int64(0) // the seal whose entries are being read, and how many there were
	end := func() {
		s := seals[at]
		if next == nil {
			next = newLink(before)
		}
		if entries != s.Entries || next.sum() != s.Hash {
			tell(fmt.Sprintf("#%d %s: %d / %d", s.Number, s.At.UTC().Format("2006-01-02 15:04"), entries, s.Entries))
		}
		before, next, entries = s, nil, 0
		at++
	}
	err = eachStored(ctx, tx, func(e stored) error {
		for at < len(seals) && seals[at].Number < e.seal {
			end()
		}
		if at == len(seals) || seals[at].Number != e.seal {
			tell(fmt.Sprintf("%v: #%d ✗", e.id, e.seal))
			return nil
		}
		if next == nil {
			next = newLink(before)
		}
		entries++
		v.Sealed++
		return next.add(e)
	}, "WHERE seal IS NOT NULL ORDER BY seal, id")
	if err != nil {
		return v, err
	}
	for at < len(seals) {
		end()
	}
	for i, s := range seals {
		if s.Number != int64(i+1) {
			tell(fmt.Sprintf("#%d ✗", i+1))
			break
		}
	}
	v.Newest = before
	if err := erasedUnsaid(ctx, tx, tell); err != nil {
		return v, err
	}
	return v, tx.QueryRow(ctx, "SELECT COUNT(*) FROM audit_entry WHERE seal IS NULL").Scan(&v.Unsealed)
}

// erasedUnsaid tells of entries that something was erased from though no entry says so.
func erasedUnsaid(ctx context.Context, tx *sqldb.Tx, tell func(problem string)) error {
	return eachStored(ctx, tx, func(e stored) error {
		tell(fmt.Sprintf("%v: %s %v ✗", e.id, e.entity, e.record))
		return nil
	}, "WHERE erased <> '' AND record_id NOT IN (SELECT record_id FROM audit_entry WHERE action = ?)", string(Erased))
}

func allSeals(ctx context.Context, tx *sqldb.Tx) (seals []Seal, err error) {
	rows, err := tx.Query(ctx, "SELECT id, at, entries, hash FROM audit_seal ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s Seal
		if err := rows.Scan(&s.Number, &s.At, &s.Entries, &s.Hash); err != nil {
			return nil, err
		}
		seals = append(seals, s)
	}
	return seals, rows.Err()
}

// Erase takes the values of the changes that of tells out of a record's entries, as the law on personal data demands
// (个人信息保护法 §47): that and when they changed remains. The entries keep the hash of what they were, so that their seals
// still hold. Said is the entry that says so; it is not written when there was nothing to take out.
func Erase(ctx context.Context, tx *sqldb.Tx, said Entry, of func(c Change) bool) error {
	said.Action = Erased
	n, err := eraseRecord(ctx, tx, said.Record, of)
	if err != nil || n == 0 {
		return err
	}
	return Write(ctx, tx, []Entry{said})
}

// Erased is the action of entries that say that a person's data was erased from a record and its log.
const Erased Action = "erase"

func eraseRecord(ctx context.Context, tx *sqldb.Tx, record id.ID, of func(c Change) bool) (n int, err error) {
	var all []stored
	err = eachStored(ctx, tx, func(e stored) error {
		all = append(all, e)
		return nil
	}, "WHERE record_id = ? AND changes <> ''", int64(record))
	if err != nil {
		return 0, err
	}
	for _, e := range all {
		changes, err := decode(e.changes)
		if err != nil {
			return 0, err
		}
		found := false
		for i, c := range changes {
			if (c.Old != nil || c.New != nil) && of(c) {
				changes[i].Old, changes[i].New, found = nil, nil, true
			}
		}
		if !found {
			continue
		}
		text, err := encode(changes)
		if err != nil {
			return 0, err
		}
		if e.erased == "" {
			e.erased = sum(e.changes)
		}
		if _, err := tx.Exec(ctx, "UPDATE audit_entry SET changes = ?, erased = ? WHERE id = ?", text, e.erased, int64(e.id)); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
