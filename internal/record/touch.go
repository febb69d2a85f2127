package record

import (
	"context"
	"strings"

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
	before, after := s.stored(k, def, old), s.stored(k, def, rec)
	var set []string
	var args []any
	for i, name := range k.names {
		if before[i] != after[i] {
			set, args = append(set, name+" = ?"), append(args, after[i])
		}
	}
	if len(set) == 0 {
		return nil
	}
	if _, err := s.Tx.Exec(ctx, "UPDATE "+k.def.TableName()+" SET "+strings.Join(set, ", ")+" WHERE id = ?", append(args, int64(x))...); err != nil {
		return err
	}
	if made, ok := s.created[x].(*T); ok {
		fn(made)
	}
	return audit.Write(ctx, s.Tx, []audit.Entry{rule.entry(k, rec, "update", changed(def, before, after))})
}
