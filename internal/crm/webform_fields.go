package crm

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/record"
)

// FormField is what a form asks: a field of the lead in the form's own words.
type FormField struct {
	Field    string `json:"field"`
	Label    string `json:"label,omitempty"` // that of the lead's field when missing
	Required bool   `json:"required,omitempty"`
}

// Bounds of what a form asks.
const (
	mostFormFields = 30
	mostFormLabel  = 60
	mostOrigins    = 20
)

// usualFormFields are those of a form for which nobody chose any.
const usualFormFields = `[{"field":"company","required":true},{"field":"contact_name","required":true},{"field":"phone","required":true},{"field":"need"}]`

func parseFormFields(stored string) ([]FormField, bool) {
	var fields []FormField
	if stored == "" {
		return nil, true
	}
	if json.Unmarshal([]byte(stored), &fields) != nil || len(fields) > mostFormFields {
		return nil, false
	}
	seen := map[string]bool{}
	for i := range fields {
		f := &fields[i]
		if f.Label = text.Tidy(f.Label); f.Field == "" || len(f.Field) > 100 || len([]rune(f.Label)) > mostFormLabel || seen[f.Field] {
			return nil, false
		}
		seen[f.Field] = true
	}
	return fields, true
}

func tidyFormFields(stored string) (string, bool) {
	fields, ok := parseFormFields(stored)
	if !ok {
		return "", false
	}
	b, err := json.Marshal(fields)
	return string(b), err == nil
}

func tidyOrigins(stored string) (string, bool) {
	var typed, origins entity.List
	if json.Unmarshal([]byte(stored), &typed) != nil || len(typed) > mostOrigins {
		return "", false
	}
	for _, one := range typed {
		origin, ok := originOf(one)
		if !ok {
			return "", false
		}
		if !origins.Has(origin) {
			origins = append(origins, origin)
		}
	}
	return origins.Stored(), true
}

var (
	formFieldsType  = entity.Document("form_fields", "webform.fields", "[]", tidyFormFields)
	formOriginsType = entity.Document("form_origins", "webform.origins", "[]", tidyOrigins)
)

// colourType is a colour as #rrggbb.
type colourType struct{ entity.Type }

// Name gives the type's name.
func (colourType) Name() string { return "colour" }

// Check reads a colour.
func (colourType) Check(stored any, _ *entity.Field) (any, *entity.Problem) {
	typed, _ := stored.(string)
	if typed = strings.ToLower(text.Clean(typed)); typed != "" && !IsColour(typed) {
		return nil, entity.Problemf("webform.colour")
	}
	return typed, nil
}

// askable are the fields of a lead that a stranger can answer; so are the company's own of askableTypes.
var askable = []string{
	"company", "contact_name", "phone", "email", "wechat", "title", "industry", "region", "address", "need", "budget", "purchase_on", "remark",
}

var askableTypes = []entity.Type{
	entity.Text, entity.LongText, entity.Int, entity.Money, entity.Date, entity.Bool, entity.OneOf, entity.AnyOf, entity.URL, entity.Email, entity.Phone,
}

// Askable gives the fields of a lead that a form may ask, as they are now.
func Askable(s *record.Session) (out []*entity.Field) {
	def := s.Def("lead")
	for _, name := range askable {
		if f := def.Field(name); f != nil && !f.Internal {
			out = append(out, f)
		}
	}
	for _, f := range def.Fields {
		if f.Custom && !f.Internal && !f.ReadOnly && slices.Contains(askableTypes, f.Type) {
			out = append(out, f)
		}
	}
	return out
}

// Reachable are the fields by which a visitor can be answered.
var Reachable = []string{"phone", "email", "wechat"}

// webFormAsks refuses a form that asks what it may not, or not enough for a lead.
func webFormAsks(_ context.Context, s *record.Session, old, next *WebForm) error {
	if old != nil && old.Fields == next.Fields && old.Source == next.Source && old.SourceDetail == next.SourceDetail {
		return nil
	}
	return FormLacks(s, next)
}

// FormLacks says what keeps a form from making leads: it must ask who somebody is, how they can be reached, and what the
// company demands of a lead. Nil when nothing does.
func FormLacks(s *record.Session, f *WebForm) error {
	known := map[string]bool{}
	for _, one := range Askable(s) {
		known[one.Name] = true
	}
	asks := map[string]FormField{}
	for _, one := range f.Asks() {
		if !known[one.Field] {
			return errs.OfField("fields", "webform.unknown_field", "field", one.Field)
		}
		asks[one.Field] = one
	}
	if !asks["company"].Required && !asks["contact_name"].Required {
		return errs.OfField("fields", "webform.who")
	}
	if !slices.ContainsFunc(Reachable, func(name string) bool { return asks[name].Required }) {
		return errs.OfField("fields", "webform.reach")
	}
	given := map[string]bool{"company": true, "owner_id": true, "source": f.Source != "", "source_detail": f.SourceDetail != "", "tags": len(f.Tags) > 0, "acquired_at": true}
	for _, one := range s.Def("lead").Fields {
		if one.Required && !one.Internal && !one.ReadOnly && !given[one.Name] && !asks[one.Name].Required {
			return errs.OfField("fields", "webform.demanded", "label", one.Label)
		}
	}
	return nil
}

// Ask has a form ask these fields; an error when they are not right in themselves.
func (f *WebForm) Ask(fields []FormField) error {
	b, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	tidy, ok := tidyFormFields(string(b))
	if !ok {
		return errs.OfField("fields", "webform.fields")
	}
	f.Fields = tidy
	return nil
}
