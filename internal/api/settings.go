package api

import (
	"context"
	"net/http"

	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Settings are the company's settings.
type Settings struct {
	Company   string `json:"company"`
	CodeRule  string `json:"code_rule" doc:"How customers get their codes: {year}-{industry}-{serial:3}"`
	Watermark *bool  `json:"watermark,omitempty" doc:"Pages and exported workbooks bear their reader's name and the time; missing leaves it as it is"`
	// Hidden are not set here, but by set-field-use.
	Hidden []HiddenField `json:"hidden_fields,omitempty" doc:"Fields that the company does not use, which meta leaves out; they are not set here"`
}

// HiddenField is a field that the company does not use: a built-in one, or one of its own that it took out of use.
type HiddenField struct {
	FieldMeta
	Entity string `json:"entity"`
}

func (a *API) settingOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/settings", ID: "settings", Summary: "The company's settings",
		Does: "get", Object: "setting", Scope: "setting",
	}, a.settings)
	a.raw(Op{
		Method: http.MethodPut, Path: "/settings", ID: "set-settings", Summary: "Change the company's settings",
		Does: "update", Object: "setting", Scope: "setting", Takes: Settings{}, Gives: Settings{},
	}, a.setSettings)
}

func (a *API) settings(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body Settings }, error) {
	if !rq.Actor.May("setting", "view") {
		return nil, errs.New(errs.Denied, "")
	}
	out := &struct{ Body Settings }{}
	return out, a.read(ctx, rq, func(s *record.Session) (err error) {
		out.Body = Settings{Company: s.Setting(org.CompanyName, ""), CodeRule: s.Setting(crm.SettingCodeRule, crm.DefaultCodeRule), Watermark: watermarked(s)}
		out.Body.Hidden, err = hiddenFields(ctx, s)
		return err
	})
}

func watermarked(s *record.Session) *bool {
	on := s.Setting(org.Watermark, "") != ""
	return &on
}

func setWatermark(ctx context.Context, s *record.Session, on *bool) error {
	value := ""
	switch {
	case on == nil:
		return nil
	case *on:
		value = "yes"
	}
	return s.SetSetting(ctx, org.Watermark, value)
}

func hiddenFields(ctx context.Context, s *record.Session) ([]HiddenField, error) {
	unused, err := s.UnusedFields(ctx)
	var out []HiddenField
	for _, def := range s.Store().Schema().Defs() {
		for _, f := range unused[def.Name] {
			out = append(out, HiddenField{fieldMeta(s, def, f), def.Name})
		}
	}
	return out, err
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
		if err := setWatermark(ctx, s, in.Watermark); err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, in)
	})
}
