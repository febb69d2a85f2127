package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/errs"
	"genjin/internal/record"
)

// NewField describes a field that a company adds.
type NewField struct {
	Entity   string      `json:"entity"`
	Name     string      `json:"name,omitempty" doc:"Begins with x_; given when missing"`
	LabelZH  string      `json:"label_zh"`
	LabelEN  string      `json:"label_en,omitempty"`
	HelpZH   string      `json:"help_zh,omitempty"`
	HelpEN   string      `json:"help_en,omitempty"`
	Type     string      `json:"type" enum:"text,longtext,int,money,date,datetime,bool,choice,choices,ref,phone,email,url,region,industry"`
	Required bool        `json:"required,omitempty"`
	Ref      string      `json:"ref,omitempty"`
	Max      int         `json:"max,omitempty"`
	Aliases  []string    `json:"aliases,omitempty" doc:"Headings in workbooks"`
	Group    string      `json:"group,omitempty"`
	Position int         `json:"position,omitempty"`
	Choices  []NewChoice `json:"choices,omitempty"`
}

// FieldChange is what changes of a field that the company added; what is missing stays.
type FieldChange struct {
	LabelZH  *string   `json:"label_zh,omitempty"`
	LabelEN  *string   `json:"label_en,omitempty"`
	HelpZH   *string   `json:"help_zh,omitempty"`
	HelpEN   *string   `json:"help_en,omitempty"`
	Required *bool     `json:"required,omitempty"`
	Max      *int      `json:"max,omitempty"`
	Aliases  *[]string `json:"aliases,omitempty" doc:"Headings in workbooks"`
	Group    *string   `json:"group,omitempty"`
}

func (c FieldChange) apply(f *record.CustomField) {
	set(&f.LabelZH, c.LabelZH)
	set(&f.LabelEN, c.LabelEN)
	set(&f.HelpZH, c.HelpZH)
	set(&f.HelpEN, c.HelpEN)
	set(&f.Required, c.Required)
	set(&f.Max, c.Max)
	set(&f.Group, c.Group)
	if c.Aliases != nil {
		f.Aliases = *c.Aliases
	}
}

// set puts a value in its place, if there is one.
func set[T any](place, value *T) {
	if value != nil {
		*place = *value
	}
}

// FieldOrder is the company's fields of an entity in their order.
type FieldOrder struct {
	Fields []string `json:"fields" nullable:"false"`
}

// NewChoice is a choice of a field.
type NewChoice struct {
	Value    string `json:"value,omitempty" doc:"The Chinese label when missing"`
	LabelZH  string `json:"label_zh"`
	LabelEN  string `json:"label_en,omitempty"`
	Color    string `json:"color,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// FieldChoices are the choices of a field, in the company's order.
type FieldChoices struct {
	Choices []NewChoice `json:"choices" nullable:"false"`
}

// FieldUse says whether a company uses a field.
type FieldUse struct {
	Required bool `json:"required"`
	Hidden   bool `json:"hidden"`
}

// AddedChoice is a choice that somebody adds while filling in a form.
type AddedChoice struct {
	Entity string `json:"entity"`
	Field  string `json:"field"`
	Label  string `json:"label"`
}

func (a *API) fieldOperations() {
	a.raw(Op{
		Method: http.MethodPost, Path: "/fields", ID: "create-field", Summary: "Add a field to an entity",
		Does: "create", Object: "field", Scope: "setting", Takes: NewField{}, Gives: MadeField{}, Status: http.StatusCreated,
	}, a.createField)
	a.raw(Op{
		Method: http.MethodGet, Path: "/fields/{entity}/{field}", ID: "get-field", Summary: "A field of the company's as it was defined",
		Does: "get", Object: "field", Scope: "setting", Gives: NewField{}, Params: fieldParams(),
	}, a.getField)
	a.raw(Op{
		Method: http.MethodPatch, Path: "/fields/{entity}/{field}", ID: "update-field", Summary: "Change a field of the company's",
		Does: "update", Object: "field", Scope: "setting", Takes: FieldChange{}, Status: http.StatusNoContent, Params: fieldParams(),
	}, a.changeField)
	a.raw(Op{
		Method: http.MethodPut, Path: "/fields/{entity}/order", ID: "order-fields", Summary: "Put the company's fields of an entity in order",
		Does: "update", Object: "field", Scope: "setting", Takes: FieldOrder{}, Status: http.StatusNoContent, Params: fieldParams()[:1],
	}, a.orderFields)
	a.raw(Op{
		Method: http.MethodDelete, Path: "/fields/{entity}/{field}", ID: "archive-field", Summary: "Take a field of the company's out of use",
		Does: "archive", Object: "field", Scope: "setting", Status: http.StatusNoContent, Params: fieldParams(),
	}, a.archiveField)
	a.raw(Op{
		Method: http.MethodPut, Path: "/fields/{entity}/{field}/choices", ID: "set-choices", Summary: "Set the choices of a field, in order",
		Does: "update", Object: "field", Scope: "dictionary", Takes: FieldChoices{}, Status: http.StatusNoContent, Params: fieldParams(),
	}, a.setChoices)
	a.raw(Op{
		Method: http.MethodPut, Path: "/fields/{entity}/{field}/use", ID: "set-field-use", Summary: "Require a field, or take it out of use and back",
		Does: "update", Object: "field", Scope: "setting", Takes: FieldUse{}, Status: http.StatusNoContent, Params: fieldParams(),
	}, a.setFieldUse)
	a.raw(Op{
		Method: http.MethodPost, Path: "/choices", ID: "add-choice", Summary: "Add a choice to a field that is open to new ones",
		Does: "create", Object: "choice", Scope: "edit", Takes: AddedChoice{}, Gives: ChoiceMeta{}, Status: http.StatusCreated,
	}, a.addChoice)
}

func fieldParams() []*huma.Param {
	text := &huma.Schema{Type: huma.TypeString}
	return []*huma.Param{{Name: "entity", In: "path", Required: true, Schema: text}, {Name: "field", In: "path", Required: true, Schema: text}}
}

// MadeField names a field that was added.
type MadeField struct {
	Entity string `json:"entity"`
	Name   string `json:"name"`
}

func (a *API) createField(w http.ResponseWriter, rq *Request) error {
	var in NewField
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		f := &record.CustomField{
			Entity: in.Entity, Name: in.Name, LabelZH: in.LabelZH, LabelEN: in.LabelEN, HelpZH: in.HelpZH, HelpEN: in.HelpEN, Type: in.Type, Required: in.Required,
			Ref: in.Ref, Max: in.Max, Aliases: in.Aliases, Group: in.Group, Position: in.Position, Choices: choicesOf(in.Choices),
		}
		if err := s.AddField(ctx, f); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusCreated, MadeField{f.Entity, f.Name})
	})
}

// getField leaves the choices to meta, which has them as the company set them.
func (a *API) getField(w http.ResponseWriter, rq *Request) error {
	ctx := rq.HTTP.Context()
	var f *record.CustomField
	err := a.read(ctx, rq, func(s *record.Session) (err error) {
		f, err = s.CustomField(ctx, rq.HTTP.PathValue("entity"), rq.HTTP.PathValue("field"))
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, NewField{
		Entity: f.Entity, Name: f.Name, LabelZH: f.LabelZH, LabelEN: f.LabelEN, HelpZH: f.HelpZH, HelpEN: f.HelpEN, Type: f.Type, Required: f.Required,
		Ref: f.Ref, Max: f.Max, Aliases: f.Aliases, Group: f.Group, Position: f.Position,
	})
}

func (a *API) changeField(w http.ResponseWriter, rq *Request) error {
	var in FieldChange
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), s.ChangeField(ctx, rq.HTTP.PathValue("entity"), rq.HTTP.PathValue("field"), in.apply)
	})
}

func (a *API) orderFields(w http.ResponseWriter, rq *Request) error {
	var in FieldOrder
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), s.OrderFields(ctx, rq.HTTP.PathValue("entity"), in.Fields)
	})
}

func choicesOf(list []NewChoice) []record.CustomChoice {
	out := make([]record.CustomChoice, len(list))
	for i, c := range list {
		out[i] = record.CustomChoice(c)
	}
	return out
}

func (a *API) archiveField(w http.ResponseWriter, rq *Request) error {
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), s.RemoveField(ctx, rq.HTTP.PathValue("entity"), rq.HTTP.PathValue("field"))
	})
}

func (a *API) setChoices(w http.ResponseWriter, rq *Request) error {
	var in FieldChoices
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	entityName, field := rq.HTTP.PathValue("entity"), rq.HTTP.PathValue("field")
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		def := s.Def(entityName)
		if def == nil || def.Field(field) == nil {
			return nil, errs.New(errs.NotFound, "")
		}
		return noContent(), s.SetChoices(ctx, entityName, field, choicesOf(in.Choices))
	})
}

func (a *API) setFieldUse(w http.ResponseWriter, rq *Request) error {
	var in FieldUse
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), s.SetFieldUse(ctx, rq.HTTP.PathValue("entity"), rq.HTTP.PathValue("field"), in.Required, in.Hidden)
	})
}

func (a *API) addChoice(w http.ResponseWriter, rq *Request) error {
	var in AddedChoice
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		def := s.Def(in.Entity)
		if def == nil || def.Field(in.Field) == nil {
			return nil, errs.New(errs.NotFound, "")
		}
		value, err := s.AddChoice(ctx, in.Entity, in.Field, in.Label)
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusCreated, ChoiceMeta{Value: value, Label: in.Label})
	})
}
