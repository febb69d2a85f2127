package record

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/sqldb"
)

// CustomChoice is a choice of a field: of one the company defined, or added to a built-in one.
type CustomChoice struct {
	Value, LabelZH, LabelEN, Color string
	Disabled                       bool
}

// Bounds of choices: longer texts, and more of them, are no dictionary.
const (
	maxChoice   = 40
	mostChoices = 500
)

func loadChoices(ctx context.Context, tx *sqldb.Tx) (map[string][]entity.Choice, error) {
	rows, err := tx.Query(ctx, `SELECT entity, field, value, label_zh, label_en, color, disabled FROM choice ORDER BY position, id`)
	if err != nil {
		return nil, err
	}
	out := map[string][]entity.Choice{}
	for rows.Next() {
		var of, field string
		var c entity.Choice
		if err := rows.Scan(&of, &field, &c.Value, &c.Label.ZH, &c.Label.EN, &c.Color, &c.Disabled); err != nil {
			return nil, closing(rows, err)
		}
		out[of+"."+field] = append(out[of+"."+field], c)
	}
	return out, closing(rows, nil)
}

// mergeChoices puts the company's choices in its order. One with the value of a built-in one takes its place, and keeps
// what workbooks call it. A built-in one that the company says nothing of follows the one it was made to follow.
func mergeChoices(builtIn, own []entity.Choice) []entity.Choice {
	out := slices.Clone(own)
	next := 0
	for _, b := range builtIn {
		if i := slices.IndexFunc(out, func(c entity.Choice) bool { return c.Value == b.Value }); i >= 0 {
			out[i].Aliases = append(out[i].Aliases, b.Aliases...)
			next = i + 1
			continue
		}
		out = slices.Insert(out, next, b)
		next++
	}
	return out
}

// chosen reports whether values of the field are chosen among choices.
func chosen(f *entity.Field) bool {
	return f.Type == entity.OneOf || f.Type == entity.AnyOf || f.Type == entity.Tags
}

// SetChoices sets the choices of a field, in order. One with the value of a built-in choice takes its place: to name it
// otherwise, colour it, or offer it no longer; of a Fixed field there are no others, and all are offered. The actor needs the permission to edit dictionaries.
func (s *Session) SetChoices(ctx context.Context, entityName, field string, choices []CustomChoice) error {
	if !s.Actor.May("dictionary", access.Edit) {
		return errs.New(errs.Denied, "")
	}
	f := s.Def(entityName).Field(field)
	switch {
	case f == nil:
		return fieldError("field", "field.unknown", "name", field)
	case !chosen(f):
		return fieldError("choices", "field.closed")
	case f.Shares != "":
		return fieldError("choices", "field.shares", "label", s.sharedBy(f))
	case f.Fixed && slices.ContainsFunc(choices, func(c CustomChoice) bool { return c.Disabled || !knows(f, c.Value) }):
		return fieldError("choices", "field.fixed")
	}
	if err := s.writeChoices(ctx, entityName, field, choices); err != nil {
		return err
	}
	old, next := make([]string, len(f.Choices)), make([]string, len(choices))
	for i, c := range f.Choices {
		old[i] = c.Label.ZH
	}
	for i, c := range choices {
		next[i] = c.LabelZH
	}
	return s.logSchema(ctx, 0, "update", audit.Change{Field: entityName + "." + field + ".choices", Old: strings.Join(old, "、"), New: strings.Join(next, "、")})
}

// sharedBy names the field whose choices another offers: 客户 · 来源.
func (s *Session) sharedBy(f *entity.Field) i18n.Text {
	of, name, _ := strings.Cut(f.Shares, ".")
	def := s.Def(of)
	return i18n.T(def.Label.ZH+" · "+def.Field(name).Label.ZH, def.Label.EN+" · "+def.Field(name).Label.EN)
}

// knows reports whether a value is among a field's choices.
func knows(f *entity.Field, value string) bool {
	return slices.ContainsFunc(f.Choices, func(c entity.Choice) bool { return c.Value == value })
}

func (s *Session) writeChoices(ctx context.Context, entityName, field string, choices []CustomChoice) error {
	if len(choices) > mostChoices {
		return fieldError("choices", "field.too_many", "max", mostChoices)
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM choice WHERE entity = ? AND field = ?`, entityName, field); err != nil {
		return err
	}
	for i, c := range choices {
		c.LabelZH = text.Tidy(c.LabelZH)
		if c.Value == "" {
			c.Value = c.LabelZH
		}
		if c.LabelZH == "" || utf8.RuneCountInString(c.LabelZH) > maxChoice || utf8.RuneCountInString(c.Value) > maxChoice {
			return fieldError("choices", "field.too_long", "max", maxChoice)
		}
		_, err := s.Tx.Exec(ctx, `INSERT INTO choice (id, entity, field, value, label_zh, label_en, color, disabled, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			s.Tx.NewID(), entityName, field, c.Value, c.LabelZH, c.LabelEN, c.Color, c.Disabled, i)
		if err != nil {
			return taken(err)
		}
	}
	return nil
}

// AddChoice lets a field have one more choice, named label in the language of the actor, and gives its value; so do the
// fields that share its choices. A choice that is there already is given as it is. The field must be open to new choices, and the actor one who may fill it.
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
	if of, name, shared := strings.Cut(f.Shares, "."); shared {
		entityName, field = of, name
	}
	_, err := s.Tx.Exec(ctx, `INSERT INTO choice (id, entity, field, value, label_zh, label_en, position) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (entity, field, value) DO NOTHING`, s.Tx.NewID(), entityName, field, label, label, "", len(f.Choices))
	if err != nil {
		return "", err
	}
	return label, s.SchemaChanged(ctx)
}
