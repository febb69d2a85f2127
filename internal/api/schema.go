package api

import (
	"bytes"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/entity"
)

// recordSchema describes the records of an entity as the API gives them.
func (a *API) recordSchema(def *entity.Def) *huma.Schema {
	properties := map[string]*huma.Schema{
		"id":        {Type: huma.TypeString},
		"version":   {Type: huma.TypeInteger},
		"_refs":     {Type: huma.TypeObject, Description: "Names of the records referred to", AdditionalProperties: a.schemaOf(Named{})},
		"_text":     {Type: huma.TypeObject, Description: "What codes mean", AdditionalProperties: &huma.Schema{Type: huma.TypeString}},
		"_masked":   {Type: huma.TypeArray, Description: "Fields that are shown masked", Items: &huma.Schema{Type: huma.TypeString}},
		"_archived": {Type: huma.TypeBoolean},
		"_can": {Type: huma.TypeObject, Description: "What the reader may do with the record", Properties: map[string]*huma.Schema{
			"edit": {Type: huma.TypeBoolean}, "delete": {Type: huma.TypeBoolean}, "assign": {Type: huma.TypeBoolean},
		}},
	}
	for _, f := range def.Fields {
		if !f.Internal {
			properties[f.Name] = fieldSchema(f)
			properties[f.Name].Enum = nil // a masked one is none of them
		}
	}
	return a.named(schemaName(def.Name), &huma.Schema{Type: huma.TypeObject, Properties: properties, Required: []string{"id", "version"}, AdditionalProperties: true})
}

// valuesSchema describes what is sent to create or change a record.
func (a *API) valuesSchema(def *entity.Def) *huma.Schema {
	properties := map[string]*huma.Schema{}
	for _, f := range def.Fields {
		if !f.Internal && !f.ReadOnly {
			properties[f.Name] = fieldSchema(f)
		}
	}
	return a.named(schemaName(def.Name)+"Values", &huma.Schema{Type: huma.TypeObject, Properties: properties, AdditionalProperties: true})
}

// sayWhatMayBeNull lets what is a pointer in an answer be null, for which huma has no word, where the field is not left out
// then. Instants that may be missing say so by the tag nullable.
func (a *API) sayWhatMayBeNull() {
	registry := a.huma.OpenAPI().Components.Schemas
	for name, schema := range registry.Map() {
		t := registry.TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue // of a record, which definitions describe
		}
		for _, f := range reflect.VisibleFields(t) {
			key, more, _ := strings.Cut(f.Tag.Get("json"), ",")
			property := schema.Properties[key]
			if f.Type.Kind() == reflect.Pointer && property != nil && property.Ref != "" && !strings.Contains(more, "omit") {
				schema.Properties[key] = &huma.Schema{OneOf: []*huma.Schema{property, {Type: "null"}}}
			}
		}
	}
}

func fieldSchema(f *entity.Field) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Title: f.Label.EN, Description: f.Help.EN}
	if bytes.HasPrefix(f.Type.AppendJSON(nil, ""), []byte("{")) {
		s.Type, s.AdditionalProperties = huma.TypeObject, true
		return s
	}
	if bytes.HasPrefix(f.Type.AppendJSON(nil, ""), []byte("[")) && !entity.IsList(f.Type) {
		s.Type, s.Items = huma.TypeArray, &huma.Schema{}
		return s
	}
	switch f.Type {
	case entity.Int, entity.Money:
		s.Type, s.Nullable = huma.TypeInteger, true
	case entity.Bool:
		s.Type = huma.TypeBoolean
	case entity.DateTime:
		s.Format, s.Nullable = "date-time", true
	case entity.OneOf:
		for _, c := range f.Choices {
			if !f.Open {
				s.Enum = append(s.Enum, c.Value)
			}
		}
		if len(s.Enum) > 0 {
			s.Enum = append(s.Enum, "")
		}
	}
	if entity.IsList(f.Type) {
		s.Type, s.Items = huma.TypeArray, &huma.Schema{Type: huma.TypeString}
	}
	return s
}

func listSchema(one *huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: []string{"items", "next"}, Properties: map[string]*huma.Schema{
		"items": {Type: huma.TypeArray, Items: one},
		"next":  {Type: huma.TypeString, Description: "Cursor of the next page; empty at the end"},
	}}
}

func (a *API) duplicatesSchema(values *huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: []string{"values"}, Properties: map[string]*huma.Schema{
		"values": values,
		"id":     {Type: huma.TypeString, Description: "The record itself, when it exists already"},
		"also":   {Type: huma.TypeObject, Description: "Values of what hangs on it, by entity.field", AdditionalProperties: &huma.Schema{Type: huma.TypeString}},
	}}
}

// named puts a schema among the components, so that generated types have a name.
func (a *API) named(name string, s *huma.Schema) *huma.Schema {
	a.huma.OpenAPI().Components.Schemas.Map()[name] = s
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// schemaName makes a type's name of an entity's: stage_change → StageChange.
func schemaName(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
