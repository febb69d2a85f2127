package record

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// CustomField is a field that the company defined. Its values are stored with the record; it is listed, filtered,
// sorted, imported and exported like any other field.
type CustomField struct {
	ID       id.ID
	Entity   string
	Name     string // stable; given when empty
	LabelZH  string
	LabelEN  string
	Type     string // one of CustomTypes
	Required bool
	Ref      string // of a reference: the entity it names
	Max      int
	Aliases  entity.List // headings in workbooks
	Group    string
	Position int
	Choices  []CustomChoice
}

// CustomChoice is a choice of a field: of one the company defined, or added to a built-in one.
type CustomChoice struct {
	Value, LabelZH, LabelEN, Color string
	Disabled                       bool
}

// CustomTypes are the types a company's field may have.
var CustomTypes = []string{"text", "longtext", "int", "money", "date", "datetime", "bool", "choice", "choices", "ref", "phone", "email", "url", "region", "industry"}

const (
	mostCustomFields  = 100 // of one entity
	mostCustomChoices = 500 // of one field
	maxLabel          = 40
)

// customPrefix keeps names of the company's fields apart from built-in ones, of any version.
const customPrefix = "x_"

var customName = regexp.MustCompile(`^x_[a-z0-9_]{1,40}$`)

// mayDefine refuses actors who may not change the company's fields and choices.
func (s *Session) mayDefine() error {
	if !s.Actor.May("setting", access.Edit) {
		return errs.New(errs.Denied, "")
	}
	return nil
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
	if err := s.checkField(f); err != nil {
		return err
	}
	_, err := s.Tx.Exec(ctx, `INSERT INTO custom_field
		(id, entity, name, label_zh, label_en, type, required, ref, max_length, aliases, field_group, position, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		f.ID, f.Entity, f.Name, f.LabelZH, f.LabelEN, f.Type, f.Required, f.Ref, f.Max, f.Aliases, f.Group, f.Position, s.Tx.Now.UnixMilli(), s.Actor.ID)
	if err != nil {
		return taken(err)
	}
	if err := s.SetChoices(ctx, f.Entity, f.Name, f.Choices); err != nil {
		return err
	}
	return s.logSchema(ctx, f.ID, "create", f.Entity+"."+f.Name, "", f.LabelZH)
}

func (s *Session) checkField(f *CustomField) error {
	var problems errs.Fields
	def := s.Def(f.Entity)
	switch {
	case def == nil || def.Derived || def.Internal:
		problems.Add("entity", "field.choice", "value", f.Entity)
		return problems.Err()
	case !customName.MatchString(f.Name):
		problems.Add("name", "field.custom_name", "prefix", customPrefix)
	case def.Field(f.Name) != nil:
		problems.Add("name", "field.taken", "value", f.Name)
	case len(def.Fields)-len(s.store.reg.kind(f.Entity).names) >= mostCustomFields:
		problems.Add("name", "field.too_many", "max", mostCustomFields)
	}
	f.LabelZH, f.LabelEN = text.Tidy(f.LabelZH), text.Tidy(f.LabelEN)
	if f.LabelZH == "" {
		problems.Add("label_zh", "field.required")
	}
	if utf8.RuneCountInString(f.LabelZH) > maxLabel || utf8.RuneCountInString(f.LabelEN) > maxLabel {
		problems.Add("label_zh", "field.too_long", "max", maxLabel)
	}
	if !strings.Contains(" "+strings.Join(CustomTypes, " ")+" ", " "+f.Type+" ") {
		problems.Add("type", "field.choice", "value", f.Type)
	}
	if f.Type == "ref" && s.Def(f.Ref) == nil {
		problems.Add("ref", "field.choice", "value", f.Ref)
	}
	if f.Max < 0 || f.Max > 10_000 {
		problems.Add("max", "field.choice", "value", f.Max)
	}
	return problems.Err()
}

// RemoveField takes a field of the company's out of use. The values stay with the records and come back with it.
func (s *Session) RemoveField(ctx context.Context, entityName, name string) error {
	if err := s.mayDefine(); err != nil {
		return err
	}
	var x id.ID
	err := s.Tx.QueryRow(ctx, `SELECT id FROM custom_field WHERE entity = ? AND name = ? AND archived_at IS NULL`, entityName, name).Scan(&x)
	if err != nil {
		if sqldb.IsNoRows(err) {
			return errs.New(errs.NotFound, "")
		}
		return err
	}
	if _, err := s.Tx.Exec(ctx, `UPDATE custom_field SET archived_at = ? WHERE id = ?`, s.Tx.Now.UnixMilli(), x); err != nil {
		return err
	}
	return s.logSchema(ctx, x, "archive", entityName+"."+name, "", "")
}

// SetChoices sets the choices that the company adds to a field, in order. One with the value of a built-in choice takes
// its place: to name it otherwise, colour it, or offer it no longer.
func (s *Session) SetChoices(ctx context.Context, entityName, field string, choices []CustomChoice) error {
	if err := s.mayDefine(); err != nil {
		return err
	}
	if len(choices) > mostCustomChoices {
		return fieldError("choices", "field.too_many", "max", mostCustomChoices)
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM choice WHERE entity = ? AND field = ?`, entityName, field); err != nil {
		return err
	}
	for i, c := range choices {
		c.LabelZH = text.Tidy(c.LabelZH)
		if c.Value == "" {
			c.Value = c.LabelZH
		}
		if c.LabelZH == "" || utf8.RuneCountInString(c.LabelZH) > maxLabel || utf8.RuneCountInString(c.Value) > maxLabel {
			return fieldError("choices", "field.too_long", "max", maxLabel)
		}
		_, err := s.Tx.Exec(ctx, `INSERT INTO choice (id, entity, field, value, label_zh, label_en, color, disabled, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			s.Tx.NewID(), entityName, field, c.Value, c.LabelZH, c.LabelEN, c.Color, c.Disabled, i)
		if err != nil {
			return taken(err)
		}
	}
	return s.SchemaChanged(ctx)
}

// SetFieldUse sets whether a built-in field must be filled in, and whether the company uses it at all.
func (s *Session) SetFieldUse(ctx context.Context, entityName, field string, required, hidden bool) error {
	if err := s.mayDefine(); err != nil {
		return err
	}
	k := s.store.reg.byName[entityName]
	if k == nil || k.def.Field(field) == nil || k.def.Field(field).Internal {
		return fieldError("field", "field.unknown", "name", field)
	}
	if hidden && (k.def.Field(field).Required || field == k.def.Title) {
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

// logSchema notes a change of what is defined, and lets it take effect.
func (s *Session) logSchema(ctx context.Context, x id.ID, action audit.Action, what string, old, next any) error {
	err := audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "field", Record: x, Action: action, Changes: []audit.Change{{Field: what, Old: old, New: next}},
	}})
	if err != nil {
		return err
	}
	return s.SchemaChanged(ctx)
}
