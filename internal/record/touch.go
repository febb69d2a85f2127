package record

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
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

// Where gives the filter that a reference field names a record.
func Where(field string, x id.ID) *Filter {
	value, err := json.Marshal(x)
	if err != nil { // an id always encodes
		panic(err)
	}
	return &Filter{Field: field, Op: entity.Is, Value: value}
}

// Before gives the filter that records come before a moment and, of those of that moment, have a smaller id. Of fields
// whose order is that of the ids the moment is when the id was made.
func Before(field string, at time.Time, x id.ID) Filter {
	return Filter{Field: field, Op: opBefore, Value: json.RawMessage(fmt.Sprintf("[%d,%d]", at.UnixMilli(), int64(x)))}
}
