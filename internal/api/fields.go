package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
)

// NewField describes a field that a company adds.
type NewField struct {
	Entity   string      `json:"entity"`
	Name     string      `json:"name,omitempty" doc:"Begins with x_; given when missing"`
	LabelZH  string      `json:"label_zh"`
	LabelEN  string      `json:"label_en,omitempty"`
	Type     string      `json:"type" enum:"text,longtext,int,money,date,datetime,bool,choice,choices,ref,phone,email,url,region,industry"`
	Required bool        `json:"required,omitempty"`
	Ref      string      `json:"ref,omitempty"`
	Max      int         `json:"max,omitempty"`
	Aliases  []string    `json:"aliases,omitempty" doc:"Headings in workbooks"`
	Group    string      `json:"group,omitempty"`
	Position int         `json:"position,omitempty"`
	Choices  []NewChoice `json:"choices,omitempty"`
}

// NewChoice is a choice of a field.
type NewChoice struct {
	Value    string `json:"value,omitempty" doc:"The Chinese label when missing"`
	LabelZH  string `json:"label_zh"`
	LabelEN  string `json:"label_en,omitempty"`
	Color    string `json:"color,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// FieldChoices are the choices that a company adds to a field.
type FieldChoices struct {
	Choices []NewChoice `json:"choices" nullable:"false"`
}

// FieldUse says whether a company uses a built-in field.
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

// Settings are the company's settings.
type Settings struct {
	Company  string `json:"company"`
	CodeRule string `json:"code_rule" doc:"How customers get their codes: {year}-{industry}-{serial:3}"`
}

func (a *API) fieldOperations() {
	a.raw(Op{
		Method: http.MethodPost, Path: "/fields", ID: "create-field", Summary: "Add a field to an entity",
		Does: "create", Object: "field", Scope: "setting", Takes: NewField{}, Gives: MadeField{}, Status: http.StatusCreated,
	}, a.createField)
	a.raw(Op{
		Method: http.MethodDelete, Path: "/fields/{entity}/{field}", ID: "archive-field", Summary: "Take a field of the company's out of use",
		Does: "archive", Object: "field", Scope: "setting", Status: http.StatusNoContent, Params: fieldParams(),
	}, a.archiveField)
	a.raw(Op{
		Method: http.MethodPut, Path: "/fields/{entity}/{field}/choices", ID: "set-choices", Summary: "Set the company's choices of a field",
		Does: "update", Object: "field", Scope: "setting", Takes: FieldChoices{}, Status: http.StatusNoContent, Params: fieldParams(),
	}, a.setChoices)
	a.raw(Op{
		Method: http.MethodPut, Path: "/fields/{entity}/{field}/use", ID: "set-field-use", Summary: "Require or hide a built-in field",
		Does: "update", Object: "field", Scope: "setting", Takes: FieldUse{}, Status: http.StatusNoContent, Params: fieldParams(),
	}, a.setFieldUse)
	a.raw(Op{
		Method: http.MethodPost, Path: "/choices", ID: "add-choice", Summary: "Add a choice to a field that is open to new ones",
		Does: "create", Object: "choice", Scope: "edit", Takes: AddedChoice{}, Gives: ChoiceMeta{}, Status: http.StatusCreated,
	}, a.addChoice)
	handle(a, Op{
		Method: http.MethodGet, Path: "/settings", ID: "settings", Summary: "The company's settings",
		Does: "get", Object: "setting", Scope: "setting",
	}, a.settings)
	a.raw(Op{
		Method: http.MethodPut, Path: "/settings", ID: "set-settings", Summary: "Change the company's settings",
		Does: "update", Object: "setting", Scope: "setting", Takes: Settings{}, Gives: Settings{},
	}, a.setSettings)
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
			Entity: in.Entity, Name: in.Name, LabelZH: in.LabelZH, LabelEN: in.LabelEN, Type: in.Type, Required: in.Required,
			Ref: in.Ref, Max: in.Max, Aliases: in.Aliases, Group: in.Group, Position: in.Position, Choices: choicesOf(in.Choices),
		}
		if err := s.AddField(ctx, f); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusCreated, MadeField{f.Entity, f.Name})
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

func (a *API) settings(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body Settings }, error) {
	if !rq.Actor.May("setting", "view") {
		return nil, errs.New(errs.Denied, "")
	}
	out := &struct{ Body Settings }{}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		out.Body = settingsOf(s)
		return nil
	})
}

func settingsOf(s *record.Session) Settings {
	return Settings{
		Company:  s.Setting(org.CompanyName, ""),
		CodeRule: s.Setting(crm.SettingCodeRule, crm.DefaultCodeRule),
	}
}

func (a *API) setSettings(w http.ResponseWriter, rq *Request) error {
	var in Settings
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if !s.Actor.May("setting", "edit") {
			return nil, errs.New(errs.Denied, "")
		}
		if in.Company == "" {
			return nil, errs.OfField("company", "field.required")
		}
		if err := crm.CheckCodeRule(in.CodeRule); err != nil {
			return nil, err
		}
		if err := s.SetSetting(ctx, org.CompanyName, in.Company); err != nil {
			return nil, err
		}
		if err := s.SetSetting(ctx, crm.SettingCodeRule, in.CodeRule); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, in)
	})
}
