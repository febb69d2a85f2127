package record

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/obligation"
	"genjin/internal/sqldb"
)

// Schema is every definition as it is at a moment: the built-in ones with the company's own fields and choices and its
// choice of which fields are required or hidden. It does not change; a new one takes its place.
type Schema struct {
	Version  int64 // grows with every change, over all replicas
	defs     map[string]*entity.Def
	order    []string
	settings map[string]string
	clocks   map[string]*obligation.ClockSettings // by kind
}

func builtInSchema(reg *Registry) *Schema {
	sc := &Schema{defs: map[string]*entity.Def{}, clocks: map[string]*obligation.ClockSettings{}}
	for _, k := range reg.kinds {
		for _, c := range k.clocks {
			sc.clocks[c.kind.Name] = &c.kind.Defaults
		}
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
	custom, err := loadCustomFields(ctx, tx, "archived_at IS NULL", choices)
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
	kinds, _ := reg.ClockKinds()
	for _, k := range kinds {
		st, err := k.Parse(settings[obligation.SettingName(k.Name)])
		if err != nil {
			return nil, err
		}
		sc.clocks[k.Name] = &st
	}
	for name, def := range sc.defs {
		overrides := map[string]*entity.Field{}
		for _, f := range def.Fields {
			if o := overridden(f, choices[cmp.Or(f.Shares, name+"."+f.Name)], fields[name+"."+f.Name]); o != nil {
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
	if set.hidden != nil && *set.hidden {
		o.Internal, o.Required = true, false
	}
	return &o
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

// SetSetting sets a setting of the company; it takes effect with the commit, and is logged.
func (s *Session) SetSetting(ctx context.Context, name, value string) error {
	old := s.Setting(name, "")
	if old == value {
		return nil
	}
	err := audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "setting", Action: "update", Changes: []audit.Change{{Field: name, Old: old, New: value}},
	}})
	if err != nil {
		return err
	}
	_, err = s.Tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return err
	}
	return s.SchemaChanged(ctx)
}

func (sc *Schema) with(def *entity.Def) *Schema {
	c := *sc
	c.defs = maps.Clone(sc.defs)
	c.defs[def.Name] = def
	return &c
}
