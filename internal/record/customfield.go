package record

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// CustomField is a field that the company defined. Its values are stored with the record; it is listed, filtered,
// sorted, imported and exported like any other field. One that was taken out of use keeps its name and its values, and
// comes back with them: values of another type under the same name would be nonsense.
type CustomField struct {
	ID       id.ID
	Entity   string
	Name     string // stable; given when empty
	LabelZH  string
	LabelEN  string
	HelpZH   string
	HelpEN   string
	Type     string // one of CustomTypes
	Required bool
	Ref      string // of a reference: the entity it names
	Max      int
	Aliases  entity.List // headings in workbooks
	Group    string
	Position int
	Choices  []CustomChoice // given to AddField alone
	Removed  bool           // out of use
}

// CustomTypes are the types a company's field may have.
var CustomTypes = []string{"text", "longtext", "int", "money", "date", "datetime", "bool", "choice", "choices", "ref", "phone", "email", "url", "region", "industry"}

const (
	mostCustomFields = 100 // of one entity
	maxLabel         = 40
	maxHelp          = 200
)

// customPrefix keeps names of the company's fields apart from built-in ones, of any version.
const customPrefix = "x_"

var customName = regexp.MustCompile(`^x_[a-z0-9_]{1,40}$`)

// mayDefine refuses actors who may not change the company's fields.
func (s *Session) mayDefine() error {
	if !s.Actor.May("setting", access.Edit) {
		return errs.New(errs.Denied, "")
	}
	return nil
}

// customFields gives the fields that companies defined where a condition holds, in their order.
func customFields(ctx context.Context, tx *sqldb.Tx, where string, args ...any) ([]*CustomField, error) {
	rows, err := tx.Query(ctx, `SELECT id, entity, name, label_zh, label_en, help_zh, help_en, type, required, ref, max_length, aliases, field_group,
		position, archived_at IS NOT NULL FROM custom_field WHERE `+where+` ORDER BY position, id`, args...)
	if err != nil {
		return nil, err
	}
	var out []*CustomField
	for rows.Next() {
		f := &CustomField{}
		err := rows.Scan(&f.ID, &f.Entity, &f.Name, &f.LabelZH, &f.LabelEN, &f.HelpZH, &f.HelpEN, &f.Type, &f.Required, &f.Ref, &f.Max, &f.Aliases,
			&f.Group, &f.Position, &f.Removed)
		if err != nil {
			return nil, closing(rows, err)
		}
		out = append(out, f)
	}
	return out, closing(rows, nil)
}

// loadCustomFields gives the definitions of the fields for which a condition holds, by entity.
func loadCustomFields(ctx context.Context, tx *sqldb.Tx, where string, choices map[string][]entity.Choice) (map[string][]*entity.Field, error) {
	list, err := customFields(ctx, tx, where)
	if err != nil {
		return nil, err
	}
	out := map[string][]*entity.Field{}
	for _, f := range list {
		def, err := f.definition()
		if err != nil {
			return nil, err
		}
		def.Choices = choices[f.Entity+"."+f.Name]
		out[f.Entity] = append(out[f.Entity], def)
	}
	return out, nil
}

func (f *CustomField) definition() (*entity.Field, error) {
	typ := entity.Types[f.Type]
	if typ == nil {
		return nil, fmt.Errorf("record: field %s.%s has unknown type %q", f.Entity, f.Name, f.Type)
	}
	both := func(zh, en string) i18n.Text {
		if en == "" {
			en = zh
		}
		return i18n.T(zh, en)
	}
	return &entity.Field{
		Name: f.Name, Label: both(f.LabelZH, f.LabelEN), Help: both(f.HelpZH, f.HelpEN), Type: typ, Group: f.Group, Aliases: f.Aliases, Ref: f.Ref,
		Max: f.Max, Required: f.Required, Custom: true, Bulk: true, Open: true,
	}, nil
}

// CustomField gives a field that the company defined, in use or not. The actor needs the permission to change settings.
func (s *Session) CustomField(ctx context.Context, entityName, name string) (*CustomField, error) {
	if err := s.mayDefine(); err != nil {
		return nil, err
	}
	list, err := customFields(ctx, s.Tx, "entity = ? AND name = ?", entityName, name)
	if err == nil && len(list) == 0 {
		err = errs.New(errs.NotFound, "")
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// UnusedFields gives, by entity, the fields that the company does without: built-in ones that it hid, and those of its
// own that it took out of use.
func (s *Session) UnusedFields(ctx context.Context) (map[string][]*entity.Field, error) {
	out := map[string][]*entity.Field{}
	for _, k := range s.store.reg.kinds {
		for _, f := range s.Def(k.def.Name).Fields {
			if built := k.def.Field(f.Name); f.Internal && built != nil && !built.Internal {
				out[k.def.Name] = append(out[k.def.Name], f)
			}
		}
	}
	choices, err := loadChoices(ctx, s.Tx)
	if err != nil {
		return nil, err
	}
	removed, err := loadCustomFields(ctx, s.Tx, "archived_at IS NOT NULL", choices)
	for name, list := range removed {
		out[name] = append(out[name], list...)
	}
	return out, err
}

// AddField defines a field. The actor needs the permission to change settings.
func (s *Session) AddField(ctx context.Context, f *CustomField) error {
	if err := s.mayDefine(); err != nil {
		return err
	}
	f.ID = s.Tx.NewID()
	if f.Name == "" {
		f.Name = customPrefix + f.ID.String()
	}
	if err := s.checkNew(ctx, f); err != nil {
		return err
	}
	_, err := s.Tx.Exec(ctx, `INSERT INTO custom_field
		(id, entity, name, label_zh, label_en, help_zh, help_en, type, required, ref, max_length, aliases, field_group, position, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		f.ID, f.Entity, f.Name, f.LabelZH, f.LabelEN, f.HelpZH, f.HelpEN, f.Type, f.Required, f.Ref, f.Max, f.Aliases, f.Group, f.Position,
		s.Tx.Now.UnixMilli(), s.Actor.ID)
	if err != nil {
		return taken(err)
	}
	if err := s.writeChoices(ctx, f.Entity, f.Name, f.Choices); err != nil {
		return err
	}
	return s.logSchema(ctx, f.ID, "create", change(f, "", "", f.LabelZH))
}

func (s *Session) checkNew(ctx context.Context, f *CustomField) error {
	var problems errs.Fields
	def := s.Def(f.Entity)
	if def == nil || def.Derived || def.Internal {
		return fieldError("entity", "field.choice", "value", f.Entity)
	}
	removed, err := customFields(ctx, s.Tx, "entity = ? AND name = ? AND archived_at IS NOT NULL", f.Entity, f.Name)
	switch {
	case err != nil:
		return err
	case !customName.MatchString(f.Name):
		problems.Add("name", "field.custom_name", "prefix", customPrefix)
	case def.Field(f.Name) != nil:
		problems.Add("name", "field.taken", "value", f.Name)
	case len(removed) > 0:
		problems.Add("name", "field.removed", "label", i18n.T(removed[0].LabelZH, removed[0].LabelEN))
	case len(def.Fields)-len(s.store.reg.kind(f.Entity).names) >= mostCustomFields:
		problems.Add("name", "field.too_many", "max", mostCustomFields)
	}
	if !slices.Contains(CustomTypes, f.Type) {
		problems.Add("type", "field.choice", "value", f.Type)
	}
	if f.Type == "ref" && s.Def(f.Ref) == nil {
		problems.Add("ref", "field.choice", "value", f.Ref)
	}
	return append(problems, f.check(def)...).Err()
}

// check tidies and checks what may be changed of a field later on.
func (f *CustomField) check(def *entity.Def) (problems errs.Fields) {
	for _, s := range []*string{&f.LabelZH, &f.LabelEN, &f.HelpZH, &f.HelpEN} {
		*s = text.Tidy(*s)
	}
	if f.LabelZH == "" {
		problems.Add("label_zh", "field.required")
	}
	for _, t := range []struct {
		name, text string
		max        int
	}{{"label_zh", f.LabelZH, maxLabel}, {"label_en", f.LabelEN, maxLabel}, {"help_zh", f.HelpZH, maxHelp}, {"help_en", f.HelpEN, maxHelp}} {
		if utf8.RuneCountInString(t.text) > t.max {
			problems.Add(t.name, "field.too_long", "max", t.max)
		} else if t.max == maxLabel && t.text != "" && f.shares(def, t.text) {
			problems.Add(t.name, "field.taken", "value", t.text) // a heading in a workbook must name one field
		}
	}
	if f.Group != "" && !slices.ContainsFunc(def.Groups, func(g entity.Group) bool { return g.Name == f.Group }) {
		problems.Add("group", "field.choice", "value", f.Group)
	}
	if f.Max < 0 || f.Max > 10_000 {
		problems.Add("max", "field.choice", "value", f.Max)
	}
	return problems
}

// shares reports whether another field in use is called the same, in either language.
func (f *CustomField) shares(def *entity.Def, label string) bool {
	folded := text.Fold(label)
	return slices.ContainsFunc(def.Fields, func(other *entity.Field) bool {
		return !other.Internal && other.Name != f.Name && (text.Fold(other.Label.ZH) == folded || text.Fold(other.Label.EN) == folded)
	})
}

// ChangeField lets fn change how a field of the company's is called, explained, grouped, bounded and required; what it
// is of, and its type, stay.
func (s *Session) ChangeField(ctx context.Context, entityName, name string, fn func(f *CustomField)) error {
	f, err := s.CustomField(ctx, entityName, name)
	if err != nil {
		return err
	}
	if f.Removed {
		return errs.New(errs.NotFound, "")
	}
	old, next := *f, *f
	fn(&next)
	f.LabelZH, f.LabelEN, f.HelpZH, f.HelpEN = next.LabelZH, next.LabelEN, next.HelpZH, next.HelpEN
	f.Required, f.Group, f.Max, f.Aliases = next.Required, next.Group, next.Max, next.Aliases
	if err := f.check(s.Def(entityName)).Err(); err != nil {
		return err
	}
	_, err = s.Tx.Exec(ctx, `UPDATE custom_field SET label_zh = ?, label_en = ?, help_zh = ?, help_en = ?, required = ?, field_group = ?, max_length = ?, aliases = ?
		WHERE id = ?`, f.LabelZH, f.LabelEN, f.HelpZH, f.HelpEN, f.Required, f.Group, f.Max, f.Aliases, f.ID)
	if err != nil {
		return err
	}
	return s.logSchema(ctx, f.ID, "update", f.against(&old)...)
}

// against gives what has changed, for the log.
func (f *CustomField) against(old *CustomField) []audit.Change {
	var out []audit.Change
	for _, c := range []struct {
		what      string
		old, next any
	}{
		{"label_zh", old.LabelZH, f.LabelZH},
		{"label_en", old.LabelEN, f.LabelEN},
		{"help_zh", old.HelpZH, f.HelpZH},
		{"help_en", old.HelpEN, f.HelpEN},
		{"required", old.Required, f.Required},
		{"group", old.Group, f.Group},
		{"max", old.Max, f.Max},
		{"aliases", strings.Join(old.Aliases, "、"), strings.Join(f.Aliases, "、")},
	} {
		if c.old != c.next {
			out = append(out, change(f, c.what, c.old, c.next))
		}
	}
	return out
}

// OrderFields puts the company's fields of an entity in the order of their names; those not named stay behind them.
func (s *Session) OrderFields(ctx context.Context, entityName string, names []string) error {
	if err := s.mayDefine(); err != nil {
		return err
	}
	list, err := customFields(ctx, s.Tx, "entity = ? AND archived_at IS NULL", entityName)
	if err != nil {
		return err
	}
	place := func(f *CustomField) int {
		if i := slices.Index(names, f.Name); i >= 0 {
			return i
		}
		return len(names)
	}
	slices.SortStableFunc(list, func(a, b *CustomField) int { return place(a) - place(b) })
	for i, f := range list {
		if _, err := s.Tx.Exec(ctx, `UPDATE custom_field SET position = ? WHERE id = ?`, i, f.ID); err != nil {
			return err
		}
	}
	return s.SchemaChanged(ctx)
}

// RemoveField takes a field of the company's out of use. The values stay with the records and come back with it.
func (s *Session) RemoveField(ctx context.Context, entityName, name string) error {
	f, err := s.CustomField(ctx, entityName, name)
	if err != nil {
		return err
	}
	if f.Removed {
		return errs.New(errs.NotFound, "")
	}
	if _, err := s.Tx.Exec(ctx, `UPDATE custom_field SET archived_at = ? WHERE id = ?`, s.Tx.Now.UnixMilli(), f.ID); err != nil {
		return err
	}
	return s.logSchema(ctx, f.ID, "archive", change(f, "", f.LabelZH, ""))
}

// restoreField takes a field of the company's into use again.
func (s *Session) restoreField(ctx context.Context, f *CustomField) error {
	if err := f.check(s.Def(f.Entity)).Err(); err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `UPDATE custom_field SET archived_at = NULL WHERE id = ?`, f.ID); err != nil {
		return err
	}
	return s.logSchema(ctx, f.ID, "restore", change(f, "", "", f.LabelZH))
}

// SetFieldUse sets whether a field must be filled in, and whether the company uses it at all. To hide a field of its own
// is to take it out of use.
func (s *Session) SetFieldUse(ctx context.Context, entityName, field string, required, hidden bool) error {
	if err := s.mayDefine(); err != nil {
		return err
	}
	if strings.HasPrefix(field, customPrefix) {
		return s.setCustomUse(ctx, entityName, field, required, hidden)
	}
	k := s.store.reg.byName[entityName]
	if k == nil || k.def.Field(field) == nil || k.def.Field(field).Internal {
		return fieldError("field", "field.unknown", "name", field)
	}
	if hidden && Needed(k.def, k.def.Field(field)) {
		return fieldError("field", "field.needed")
	}
	uses, err := fieldSettings(s.Setting(settingFields, ""))
	if err != nil {
		return err
	}
	uses[entityName+"."+field] = fieldSetting{&required, &hidden}
	encoded, err := encodeFieldSettings(uses)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, settingFields, encoded)
}

func (s *Session) setCustomUse(ctx context.Context, entityName, name string, required, hidden bool) error {
	f, err := s.CustomField(ctx, entityName, name)
	switch {
	case err != nil:
		return err
	case hidden && f.Removed:
		return nil
	case hidden:
		return s.RemoveField(ctx, entityName, name)
	case f.Removed:
		err = s.restoreField(ctx, f)
	}
	if err != nil || f.Required == required {
		return err
	}
	return s.ChangeField(ctx, entityName, name, func(f *CustomField) { f.Required = required })
}

// Needed reports whether no company can do without a built-in field of an entity: the product goes by it.
func Needed(def *entity.Def, f *entity.Field) bool {
	return f.Needed || f.Required || f.Name == def.Title || slices.Contains(def.Parents, f.Name) || strings.Contains(def.Sort, f.Name)
}

// change notes for the log what became of a field of the company's, or of one thing about it.
func change(f *CustomField, what string, old, next any) audit.Change {
	name := f.Entity + "." + f.Name
	if what != "" {
		name += "." + what
	}
	return audit.Change{Field: name, Old: old, New: next}
}

// logSchema notes a change of what is defined, and lets it take effect.
func (s *Session) logSchema(ctx context.Context, x id.ID, action audit.Action, changes ...audit.Change) error {
	if len(changes) == 0 {
		return nil
	}
	err := audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "field", Record: x, Action: action, Changes: changes,
	}})
	if err != nil {
		return err
	}
	return s.SchemaChanged(ctx)
}
