package record

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
)

// Base is what every record has. Entity structs embed it.
type Base struct {
	ID         id.ID         `field:"id"`
	Version    int64         `field:"version"` // counts changes; whoever changes a record names the version they saw
	CreatedAt  clock.Instant `field:"created_at"`
	CreatedBy  id.ID         `field:"created_by"`
	UpdatedAt  clock.Instant `field:"updated_at"`
	UpdatedBy  id.ID         `field:"updated_by"`
	ArchivedAt clock.Instant `field:"archived_at"` // set when the record was put away; lists leave it out
	Custom     entity.Custom `field:"custom"`
}

func (b *Base) base() *Base { return b }

// Owned is what records with an owner have in addition. A record without an owner lies in a pool.
type Owned struct {
	OwnerID      id.ID `field:"owner_id"`
	DepartmentID id.ID `field:"department_id"`
}

func (o *Owned) owned() *Owned { return o }

type (
	hasBase  interface{ base() *Base }
	hasOwner interface{ owned() *Owned }
)

func baseOf(rec any) *Base { return rec.(hasBase).base() }

func ownedOf(rec any) *Owned {
	if o, ok := rec.(hasOwner); ok {
		return o.owned()
	}
	return nil
}

// Rule is a step of a write. On a create old is nil. It may change next (in Fill) or refuse with an error, best an
// *errs.Error that names fields.
type Rule[T any] func(ctx context.Context, s *Session, old, next *T) error

// Kind binds a struct to its definition and its rules. Every write of the entity, wherever it comes from, runs them:
// Fill derives values, then all values are checked against their types, then Check refuses what breaks a rule, and
// after the row is written After does what follows from it in the same transaction.
type Kind[T any] struct {
	Def     *entity.Def
	Fill    []Rule[T]
	Check   []Rule[T]
	After   []Rule[T]
	Clocks  []Clock[T]
	Actions []Action[T]
}

// Action is something that can be done to many records at once besides changing their fields.
type Action[T any] struct {
	Name string
	// Needs is the permission, and the reach, that the action demands on each record.
	Needs access.Action
	// Do does it to one of them. Values are what the caller sent, by field of whatever it makes.
	Do func(ctx context.Context, s *Session, rec *T, values map[string]json.RawMessage) error
}

// kind is a Kind without its type parameter, as the doors use it.
type kind struct {
	def     *entity.Def
	bind    *binding
	fill    []rule
	check   []rule
	after   []rule
	clocks  []kindClock
	actions []action
	proofs  []proof
	columns string // all columns, in the order of the definition, each prefixed "t."
	names   []string
}

type rule func(ctx context.Context, s *Session, old, next any) error

type action struct {
	name  string
	needs access.Action
	do    func(ctx context.Context, s *Session, rec any, values map[string]json.RawMessage) error
}

// Registry holds the kinds of the product. It is filled once, at the start, in one visible list.
type Registry struct {
	kinds  []*kind
	byName map[string]*kind
	byType map[reflect.Type]*kind
	keys   sync.Map // *kind → []matchKey, made when first asked for
}

// NewRegistry gives an empty registry.
func NewRegistry() *Registry {
	return &Registry{byName: map[string]*kind{}, byType: map[reflect.Type]*kind{}}
}

// Register adds a kind. It panics when struct and definition disagree, since both are part of the program.
func Register[T any](reg *Registry, k Kind[T]) {
	t := reflect.TypeFor[T]()
	if reg.byName[k.Def.Name] != nil {
		panic("record: two kinds named " + k.Def.Name)
	}
	k.Def.Fields = append(k.Def.Fields, systemFields(k.Def)...)
	k.Def.Init()
	plain := &kind{
		def: k.Def, bind: bind(t, k.Def),
		fill: untyped(k.Fill), check: untyped(k.Check), after: untyped(k.After), clocks: untypedClocks(k.Clocks),
	}
	for _, a := range k.Actions {
		plain.actions = append(plain.actions, action{a.Name, a.Needs, func(ctx context.Context, s *Session, rec any, values map[string]json.RawMessage) error {
			return a.Do(ctx, s, rec.(*T), values)
		}})
	}
	for i, f := range k.Def.Fields {
		if i > 0 {
			plain.columns += ", "
		}
		plain.columns += "t." + f.Name
		plain.names = append(plain.names, f.Name)
		if f.VerifiedBy != "" {
			plain.proofs = append(plain.proofs, proof{i, k.Def.Index(f.VerifiedBy)})
		}
	}
	reg.kinds = append(reg.kinds, plain)
	reg.byName[k.Def.Name] = plain
	reg.byType[t] = plain
}

func untyped[T any](rules []Rule[T]) []rule {
	out := make([]rule, len(rules))
	for i, r := range rules {
		out[i] = func(ctx context.Context, s *Session, old, next any) error {
			was, _ := old.(*T)
			return r(ctx, s, was, next.(*T))
		}
	}
	return out
}

// Defs gives the built-in definitions in the order of registration.
func (reg *Registry) Defs() []*entity.Def {
	defs := make([]*entity.Def, len(reg.kinds))
	for i, k := range reg.kinds {
		defs[i] = k.def
	}
	return defs
}

// Def gives the built-in definition of an entity, or nil.
func (reg *Registry) Def(name string) *entity.Def {
	if k := reg.byName[name]; k != nil {
		return k.def
	}
	return nil
}

func (reg *Registry) kind(name string) *kind {
	k := reg.byName[name]
	if k == nil {
		panic("record: no kind " + name)
	}
	return k
}

func kindOf[T any](reg *Registry) *kind {
	k := reg.byType[reflect.TypeFor[T]()]
	if k == nil {
		panic(fmt.Sprintf("record: %s is not registered", reflect.TypeFor[T]()))
	}
	return k
}

// systemFields are the fields that every definition gets for Base and Owned.
func systemFields(d *entity.Def) []*entity.Field {
	var fields []*entity.Field
	if d.Owned {
		fields = append(fields,
			&entity.Field{
				Name: "owner_id", Label: i18n.T("负责人", "Owner"), Type: entity.Ref, Ref: "user", Needed: true, Width: 100,
				Aliases: []string{"销售", "销售员", "销售人员", "业务员", "跟进人", "客户经理", "所有人", "归属人", "第一负责人", "owner", "sales", "sales rep", "account manager"},
			},
			&entity.Field{Name: "department_id", Label: i18n.T("所属部门", "Department"), Type: entity.Ref, Ref: "department", ReadOnly: true, Needed: true, Width: 110})
	}
	return append(fields,
		&entity.Field{Name: "created_at", Label: i18n.T("创建时间", "Created"), Type: entity.DateTime, ReadOnly: true, Needed: true, SortBy: "id", Width: 150},
		&entity.Field{Name: "created_by", Label: i18n.T("创建人", "Created by"), Type: entity.Ref, Ref: "user", ReadOnly: true, Needed: true, Width: 100},
		&entity.Field{Name: "updated_at", Label: i18n.T("更新时间", "Updated"), Type: entity.DateTime, ReadOnly: true, Needed: true, Width: 150},
		&entity.Field{Name: "updated_by", Label: i18n.T("更新人", "Updated by"), Type: entity.Ref, Ref: "user", ReadOnly: true, Needed: true, Width: 100},
		&entity.Field{Name: "id", Label: i18n.T("系统编号", "System id"), Type: entity.Ref, ReadOnly: true, Internal: true},
		&entity.Field{Name: "version", Label: i18n.T("版本", "Version"), Type: entity.Int, ReadOnly: true, Internal: true},
		&entity.Field{Name: "archived_at", Label: i18n.T("归档时间", "Archived"), Type: entity.DateTime, ReadOnly: true, Internal: true},
		&entity.Field{Name: "custom", Label: i18n.T("自定义字段", "Custom fields"), Type: entity.JSON, ReadOnly: true, Internal: true},
	)
}
