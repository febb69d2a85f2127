package record

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/sqldb"
)

// Schema is every definition as it is at a moment: the built-in ones with the company's own fields and choices and its
// choice of which fields are required or hidden. It does not change; a new one takes its place.
type Schema struct {
	Version  int64 // grows with every change, over all replicas
	defs     map[string]*entity.Def
	order    []string
	settings map[string]string
}

func builtInSchema(reg *Registry) *Schema {
	sc := &Schema{defs: map[string]*entity.Def{}}
	for _, k := range reg.kinds {
		sc.defs[k.def.Name] = k.def
		sc.order = append(sc.order, k.def.Name)
	}
	return sc
}

// Def gives a definition, or nil.
func (sc *Schema) Def(name string) *entity.Def { return sc.defs[name] }

// Setting gives a setting of the company; "" when it is not set.
func (sc *Schema) Setting(name string) string { return sc.settings[name] }

// Defs gives all definitions in the order of registration.
func (sc *Schema) Defs() []*entity.Def {
	defs := make([]*entity.Def, len(sc.order))
	for i, name := range sc.order {
		defs[i] = sc.defs[name]
	}
	return defs
}

// Schema gives the present definitions.
func (st *Store) Schema() *Schema { return st.schema.Load() }

// SchemaChanged makes the change of definitions that s just wrote take effect: here when s commits, on other replicas
// when they next call RefreshSchema.
func (s *Session) SchemaChanged(ctx context.Context) error {
	if _, err := s.Tx.Exec(ctx, `UPDATE schema_version SET version = version + 1`); err != nil {
		return err
	}
	s.Tx.AfterCommit(func() {
		// A failure here is healed by the next RefreshSchema.
		_ = s.store.RefreshSchema(context.WithoutCancel(ctx))
	})
	return nil
}

// RefreshSchema loads the definitions anew if they changed. It costs one small read when they did not.
func (st *Store) RefreshSchema(ctx context.Context) error {
	return st.db.Read(ctx, func(tx *sqldb.Tx) error {
		var version int64
		if err := tx.QueryRow(ctx, `SELECT version FROM schema_version`).Scan(&version); err != nil {
			return err
		}
		if version == st.schema.Load().Version {
			return nil
		}
		sc, err := loadSchema(ctx, tx, st.reg)
		if err != nil {
			return err
		}
		sc.Version = version
		st.schema.Store(sc)
		return nil
	})
}

func loadSchema(ctx context.Context, tx *sqldb.Tx, reg *Registry) (*Schema, error) {
	choices, err := loadChoices(ctx, tx)
	if err != nil {
		return nil, err
	}
	custom, err := loadCustomFields(ctx, tx, choices)
	if err != nil {
		return nil, err
	}
	settings, err := loadSettings(ctx, tx)
	if err != nil {
		return nil, err
	}
	fields, err := fieldSettings(settings[settingFields])
	if err != nil {
		return nil, err
	}
	sc := builtInSchema(reg)
	sc.settings = settings
	for name, def := range sc.defs {
		overrides := map[string]*entity.Field{}
		for _, f := range def.Fields {
			if o := overridden(f, choices[name+"."+f.Name], fields[name+"."+f.Name]); o != nil {
				overrides[f.Name] = o
			}
		}
		sc.defs[name] = def.With(overrides, custom[name])
	}
	return sc, nil
}

// fieldSetting is what a company set for a built-in field.
type fieldSetting struct{ required, hidden *bool }

func overridden(f *entity.Field, added []entity.Choice, set fieldSetting) *entity.Field {
	if len(added) == 0 && set == (fieldSetting{}) {
		return nil
	}
	o := *f
	o.Choices = mergeChoices(f.Choices, added)
	if set.required != nil {
		o.Required = *set.required
	}
	if set.hidden != nil {
		o.Internal = o.Internal || *set.hidden
	}
	return &o
}

// mergeChoices puts the company's choices behind the built-in ones; one with the value of a built-in one takes its place.
func mergeChoices(builtIn, added []entity.Choice) []entity.Choice {
	out := slices.Clone(builtIn)
next:
	for _, a := range added {
		for i := range out {
			if out[i].Value == a.Value {
				a.Aliases = append(a.Aliases, out[i].Aliases...)
				out[i] = a
				continue next
			}
		}
		out = append(out, a)
	}
	return out
}

func loadChoices(ctx context.Context, tx *sqldb.Tx) (map[string][]entity.Choice, error) {
	rows, err := tx.Query(ctx, `SELECT entity, field, value, label_zh, label_en, color, disabled FROM choice ORDER BY position, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]entity.Choice{}
	for rows.Next() {
		var of, field string
		var c entity.Choice
		if err := rows.Scan(&of, &field, &c.Value, &c.Label.ZH, &c.Label.EN, &c.Color, &c.Disabled); err != nil {
			return nil, err
		}
		out[of+"."+field] = append(out[of+"."+field], c)
	}
	return out, rows.Err()
}

func loadCustomFields(ctx context.Context, tx *sqldb.Tx, choices map[string][]entity.Choice) (map[string][]*entity.Field, error) {
	rows, err := tx.Query(ctx, `SELECT entity, name, label_zh, label_en, type, required, ref, max_length, aliases, field_group
		FROM custom_field WHERE archived_at IS NULL ORDER BY position, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]*entity.Field{}
	for rows.Next() {
		f := &entity.Field{Custom: true, Bulk: true, Open: true}
		var of, typ string
		var aliases entity.List
		if err := rows.Scan(&of, &f.Name, &f.Label.ZH, &f.Label.EN, &typ, &f.Required, &f.Ref, &f.Max, &aliases, &f.Group); err != nil {
			return nil, err
		}
		f.Type, f.Aliases, f.Choices = entity.Types[typ], aliases, choices[of+"."+f.Name]
		if f.Label.EN == "" {
			f.Label.EN = f.Label.ZH
		}
		if f.Type == nil {
			return nil, fmt.Errorf("record: field %s.%s has unknown type %q", of, f.Name, typ)
		}
		out[of] = append(out[of], f)
	}
	return out, rows.Err()
}

func loadSettings(ctx context.Context, tx *sqldb.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `SELECT name, value FROM setting`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		out[name] = value
	}
	return out, rows.Err()
}

// settingFields is the setting that holds what the company set for built-in fields.
const settingFields = "fields"

// storedFieldSetting is a fieldSetting as it is stored.
type storedFieldSetting struct {
	Required *bool `json:"required,omitempty"`
	Hidden   *bool `json:"hidden,omitempty"`
}

func encodeFieldSettings(uses map[string]fieldSetting) (string, error) {
	stored := make(map[string]storedFieldSetting, len(uses))
	for name, use := range uses {
		stored[name] = storedFieldSetting{use.required, use.hidden}
	}
	b, err := json.Marshal(stored)
	return string(b), err
}

// fieldSettings reads the setting “fields”: by entity.field, whether it is required or hidden.
func fieldSettings(text string) (map[string]fieldSetting, error) {
	out := map[string]fieldSetting{}
	if text == "" {
		return out, nil
	}
	var stored map[string]storedFieldSetting
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, fmt.Errorf("record: the setting “fields” is damaged: %w", err)
	}
	for name, set := range stored {
		out[name] = fieldSetting{set.Required, set.Hidden}
	}
	return out, nil
}

// SetSetting sets a setting of the company; it takes effect with the commit.
func (s *Session) SetSetting(ctx context.Context, name, value string) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return err
	}
	return s.SchemaChanged(ctx)
}

// Bounds of choices that people add: longer texts, and more of them, are no dictionary.
const (
	maxChoice   = 40
	mostChoices = 500
)

// AddChoice lets a field have one more choice, named label in the language of the actor, and gives its value. A choice
// that is there already is given as it is. The field must be open to new choices, and the actor one who may fill it.
func (s *Session) AddChoice(ctx context.Context, entityName, field, label string) (string, error) {
	def := s.Def(entityName)
	f := def.Field(field)
	if f == nil || !f.Open {
		return "", fieldError(field, "field.closed")
	}
	module := def.ModuleName()
	if s.Actor.Field(entityName, field) != access.FieldEdit || !s.Actor.May(module, access.Edit) && !s.Actor.May(module, access.Create) {
		return "", fieldError(field, "field.denied")
	}
	if label = text.Tidy(label); label == "" {
		return "", fieldError(field, "field.required")
	}
	if c := entity.FindChoice(f, label); c != nil {
		return c.Value, nil
	}
	if utf8.RuneCountInString(label) > maxChoice {
		return "", fieldError(field, "field.too_long", "max", maxChoice)
	}
	if len(f.Choices) >= mostChoices {
		return "", fieldError(field, "field.too_many", "max", mostChoices)
	}
	// The session itself works with the choice at once, before other sessions see it.
	override := *f
	override.Choices = append(slices.Clip(f.Choices), entity.Choice{Value: label, Label: i18n.T(label, "")})
	s.schema = s.schema.with(def.With(map[string]*entity.Field{field: &override}, nil))
	if s.Dry {
		return label, nil
	}
	_, err := s.Tx.Exec(ctx, `INSERT INTO choice (id, entity, field, value, label_zh, label_en, position) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (entity, field, value) DO NOTHING`, s.Tx.NewID(), entityName, field, label, label, "", len(f.Choices))
	if err != nil {
		return "", err
	}
	return label, s.SchemaChanged(ctx)
}

func (sc *Schema) with(def *entity.Def) *Schema {
	c := *sc
	c.defs = maps.Clone(sc.defs)
	c.defs[def.Name] = def
	return &c
}
