package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// proof says where a kind keeps a number that can be verified, and since when it is: positions in its definition.
type proof struct{ number, since int }

// keepProofs takes from a number that changed that it is verified. A rule may bring another number together with the time
// since when that is verified, and so may what is taken back, which verifies no number that was there all along.
func (s *Session) keepProofs(k *kind, old, rec any) {
	for _, p := range k.proofs {
		number, since := k.bind.value(rec, p.number), k.bind.value(rec, p.since)
		if since == nil {
			continue
		}
		if entity.IsMissing(number) {
			k.bind.set(rec, p.since, nil)
			continue
		}
		if old == nil {
			continue
		}
		was := k.bind.value(old, p.since)
		switch same := k.bind.value(old, p.number) == number; {
		case !same && since == was:
			k.bind.set(rec, p.since, nil)
		case same && since != was && s.Origin == audit.Undo:
			k.bind.set(rec, p.since, was)
		}
	}
}

// Verifiable gives the number in a field whose numbers can be verified, and since when it is. It is for whoever may change
// the record and sees the number in full; others get errs.NotFound or errs.Denied, and all errs.Conflict for an archived
// record.
func (s *Session) Verifiable(ctx context.Context, entityName string, x id.ID, field string) (number string, since clock.Instant, err error) {
	k := s.store.reg.kind(entityName)
	row, err := s.loadRow(ctx, k, x)
	if err != nil {
		return "", since, err
	}
	if !row.can[access.Edit] {
		return "", since, errs.New(errs.Denied, "")
	}
	if row.Value("archived_at") != nil {
		return "", since, errs.New(errs.Conflict, "record.archived")
	}
	f := s.Def(entityName).Field(field)
	if f == nil || f.VerifiedBy == "" {
		return "", since, fieldError("field", "field.unknown", "name", field)
	}
	v, err := s.View(ctx, entityName, []*Row{row}, []string{field})
	if err != nil {
		return "", since, err
	}
	if level := v.Access(row, f); level == access.FieldHidden || level == access.FieldMasked {
		return "", since, errs.New(errs.Denied, "")
	}
	number, _ = row.Value(field).(string)
	return number, since, since.Scan(row.Value(f.VerifiedBy))
}

// Verify writes that the number in a field is verified as of now. Whoever calls it knows that it is.
func (s *Session) Verify(ctx context.Context, entityName string, x id.ID, field string) error {
	k := s.store.reg.kind(entityName)
	_, err := s.update(ctx, k, x, 0, "verify", func(rec any) error {
		since := k.def.Index(k.def.Field(field).VerifiedBy)
		k.bind.set(rec, since, s.Tx.Now.UnixMilli())
		return nil
	})
	return err
}
