package record

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// Values are stored values by field, as a door hands them in.
type Values map[string]any

// ParseValues reads the fields of a JSON object, each by its type. All problems are told at once.
func (s *Session) ParseValues(entityName string, raw map[string]json.RawMessage) (Values, error) {
	def := s.Def(entityName)
	values := make(Values, len(raw))
	var problems errs.Fields
	for name, text := range raw {
		f := def.Field(name)
		if f == nil || f.Internal || s.Actor.Field(entityName, name) == access.FieldHidden {
			problems.Add(name, "field.unknown", "name", name)
			continue
		}
		value, problem := f.Type.FromJSON(text, f)
		if problem != nil {
			problems = append(problems, problem.Field(name))
			continue
		}
		values[name] = value
	}
	return values, problems.Err()
}

// settable refuses fields that the actor may not set through a door.
func (s *Session) settable(def *entity.Def, values Values) error {
	var problems errs.Fields
	for name := range values {
		f := def.Field(name)
		switch {
		case f == nil || f.Internal || s.Actor.Field(def.Name, name) == access.FieldHidden:
			problems.Add(name, "field.unknown", "name", name)
		case f.ReadOnly && !(f.OnImport && (s.Origin == audit.Import || s.Origin == audit.Demo)) && s.Origin != audit.Undo:
			problems.Add(name, "field.read_only")
		case s.Actor.Field(def.Name, name) != access.FieldEdit:
			problems.Add(name, "field.denied")
		}
	}
	return problems.Err()
}

// apply sets values into a record.
func (s *Session) apply(k *kind, def *entity.Def, rec any, values Values) {
	b := baseOf(rec)
	custom := maps.Clone(b.Custom)
	for name, value := range values {
		if !def.Field(name).Custom {
			k.bind.set(rec, def.Index(name), value)
			continue
		}
		if custom == nil {
			custom = entity.Custom{}
		}
		custom[name] = value
	}
	b.Custom = custom
}

// CreateOne adds a record of an entity through a door.
func (s *Session) CreateOne(ctx context.Context, entityName string, values Values) (id.ID, error) {
	made, refused, err := s.CreateMany(ctx, entityName, []Values{values})
	if err != nil {
		return 0, err
	}
	return made[0], refused[0]
}

// CreateMany adds records of an entity through a door, each with its own verdict in refused. It is the fast way in for
// many: what has to be asked of the database is asked once for all.
func (s *Session) CreateMany(ctx context.Context, entityName string, all []Values) (made []id.ID, refused []error, err error) {
	k := s.store.reg.kind(entityName)
	if k.def.Derived {
		return nil, nil, errs.New(errs.Denied, "")
	}
	def := s.Def(entityName)
	made, verdicts := make([]id.ID, len(all)), make([]error, len(all))
	var recs []any
	var positions []int
	for i, values := range all {
		if verdicts[i] = s.settable(def, values); verdicts[i] != nil {
			continue
		}
		rec := k.bind.new()
		s.apply(k, def, rec, values)
		recs, positions = append(recs, rec), append(positions, i)
	}
	problems, err := s.create(ctx, k, recs)
	if err != nil {
		return nil, nil, err
	}
	for i, at := range positions {
		verdicts[at] = problems[i]
		if problems[i] == nil {
			made[at] = baseOf(recs[i]).ID
		}
	}
	return made, verdicts, nil
}

// UpdateOne changes fields of a record through a door. A version other than zero must be the record's present one.
func (s *Session) UpdateOne(ctx context.Context, entityName string, x id.ID, version int64, values Values) error {
	k := s.store.reg.kind(entityName)
	if k.def.Derived {
		return errs.New(errs.Denied, "")
	}
	def := s.Def(entityName)
	verb := audit.Action("update")
	if _, gives := values["owner_id"]; gives && len(values) == 1 {
		verb = "assign" // giving a record to somebody needs the permission to assign, not that to edit
	}
	_, err := s.update(ctx, k, x, version, verb, func(rec any) error {
		if err := s.settable(def, values); err != nil {
			return err
		}
		s.apply(k, def, rec, values)
		return nil
	})
	return err
}

// Archive puts a record away: lists leave it out, it changes no more, and it can be restored.
func (s *Session) Archive(ctx context.Context, entityName string, x id.ID, version int64) error {
	return s.setArchived(ctx, entityName, x, version, "archive")
}

// Restore brings an archived record back.
func (s *Session) Restore(ctx context.Context, entityName string, x id.ID, version int64) error {
	return s.setArchived(ctx, entityName, x, version, "restore")
}

func (s *Session) setArchived(ctx context.Context, entityName string, x id.ID, version int64, verb audit.Action) error {
	k := s.store.reg.kind(entityName)
	if k.def.Derived {
		return errs.New(errs.Denied, "")
	}
	_, err := s.update(ctx, k, x, version, verb, func(rec any) error {
		b := baseOf(rec)
		if verb == "restore" {
			b.ArchivedAt = clock.Instant{}
			return nil
		}
		if b.ArchivedAt.IsZero() {
			b.ArchivedAt = clock.At(s.Tx.Now)
		}
		return nil
	})
	return err
}

// Load gives a visible record as the doors show it, with what the actor may do to it.
func (s *Session) Load(ctx context.Context, entityName string, x id.ID) (*Row, error) {
	k := s.store.reg.byName[entityName]
	if k == nil {
		return nil, errs.New(errs.NotFound, "")
	}
	return s.loadRow(ctx, k, x)
}

// Do runs an action of the entity on a record.
func (s *Session) Do(ctx context.Context, entityName string, x id.ID, name string, values map[string]json.RawMessage) error {
	k := s.store.reg.kind(entityName)
	for _, a := range k.actions {
		if a.name != name {
			continue
		}
		rec, err := s.loadFor(ctx, k, x, a.needs)
		if err != nil {
			return err
		}
		return a.do(ctx, s, rec, values)
	}
	return errs.OfField("action", "field.choice", "value", name)
}

// Has reports whether an entity has an action of a name.
func (reg *Registry) Has(entityName, name string) bool {
	return slices.ContainsFunc(reg.kind(entityName).actions, func(a action) bool { return a.name == name })
}
