package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/id"
)

// Touch changes values that rules keep, such as when a customer was last followed up, on behalf of whoever did what the
// rule follows. It asks for no permission, leaves the version alone, so that nobody who is editing the record is
// disturbed, and logs the change as a rule's.
func Touch[T any](ctx context.Context, s *Session, x id.ID, fn func(rec *T)) error {
	k := kindOf[T](s.store.reg)
	def := s.Def(k.def.Name)
	rule := s.As(s.Actor.Elevated(), audit.Rule)
	old, err := rule.loadFor(ctx, k, x, access.View)
	if err != nil {
		return err
	}
	rec := k.bind.clone(old)
	fn(rec.(*T))
	s.keepProofs(k, old, rec)
	before, after := s.stored(k, def, old), s.stored(k, def, rec)
	if n, err := s.put(ctx, k, before, after, "id = ?", int64(x)); err != nil || n == 0 {
		return err
	}
	s.reindex(def, before, after, x)
	if err := s.moveClocks(ctx, k, old, rec); err != nil {
		return err
	}
	if made, ok := s.created[x].(*T); ok {
		fn(made)
	}
	return audit.Write(ctx, s.Tx, []audit.Entry{rule.entry(k, rec, "update", changed(def, before, after))})
}
