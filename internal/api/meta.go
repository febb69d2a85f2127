package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// Meta is every entity as the page needs it to make lists and forms.
type Meta struct {
	Entities []EntityMeta `json:"entities" nullable:"false"`
}

// EntityMeta describes an entity to a user: what they may see and do.
type EntityMeta struct {
	Name        string          `json:"name"`
	Path        string          `json:"path"`
	Label       string          `json:"label"`
	Plural      string          `json:"label_plural"`
	Title       string          `json:"title" doc:"The field that names a record"`
	Parents     []string        `json:"parents" nullable:"false"`
	Internal    bool            `json:"internal" doc:"Has no page of its own"`
	Worked      bool            `json:"worked" doc:"Of records that people work with day by day: somebody owns them, or what they hang on"`
	Permissions map[string]bool `json:"permissions"`
	Fields      []FieldMeta     `json:"fields" nullable:"false"`
	Filters     []FieldMeta     `json:"filters" nullable:"false" doc:"What lists are filtered by besides fields"`
	Groups      []GroupMeta     `json:"groups" nullable:"false"`
	Views       []ViewMeta      `json:"views" nullable:"false"`
	Columns     []string        `json:"columns" nullable:"false"`
	Card        []string        `json:"card" nullable:"false"`
	Sort        string          `json:"sort"`
	Children    []ChildMeta     `json:"children" nullable:"false"`
}

// FieldMeta describes a field to a user.
type FieldMeta struct {
	Name     string       `json:"name"`
	Label    string       `json:"label"`
	Help     string       `json:"help,omitempty"`
	Type     string       `json:"type"`
	Group    string       `json:"group"`
	Required bool         `json:"required"`
	ReadOnly bool         `json:"read_only"`
	Access   string       `json:"access" enum:"edit,see,masked"`
	Max      int          `json:"max,omitempty"`
	Choices  []ChoiceMeta `json:"choices,omitempty" nullable:"false"`
	Open     bool         `json:"open"`
	Fixed    bool         `json:"fixed" doc:"The program goes by its choices: they are renamed and coloured, and no more"`
	Shares   string       `json:"shares,omitempty" doc:"The field whose choices it offers, as customer.source"`
	Ref      string       `json:"ref,omitempty"`
	Multiple bool         `json:"multiple"`
	Filter   bool         `json:"filter"`
	Sort     bool         `json:"sort"`
	Ops      []entity.Op  `json:"ops" nullable:"false"`
	Bulk     bool         `json:"bulk"`
	Inline   bool         `json:"inline"`
	Custom   bool         `json:"custom"`
	Needed   bool         `json:"needed" doc:"No company can hide it"`
	Private  bool         `json:"private"`
	Verified string       `json:"verified_by,omitempty" doc:"The field that tells since when a number is verified by a code, while codes can be sent"`
	Proves   string       `json:"proves,omitempty" doc:"The field since when whose number is verified it tells"`
	Width    int          `json:"width,omitempty"`
}

// ChoiceMeta is one value of a choice field.
type ChoiceMeta struct {
	Value    string `json:"value"`
	Label    string `json:"label"`
	Color    string `json:"color,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// GroupMeta is a section of a form.
type GroupMeta struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// ViewMeta is a built-in view.
type ViewMeta struct {
	Name    string   `json:"name"`
	Label   string   `json:"label"`
	Filter  string   `json:"filter"`
	Sort    string   `json:"sort"`
	Columns []string `json:"columns,omitempty"`
}

// ChildMeta is an entity whose records hang on those of another.
type ChildMeta struct {
	Entity string `json:"entity"`
	Via    string `json:"via"`
}

func (a *API) metaOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/meta", ID: "meta", Summary: "Entities and fields as I may see and use them",
		Does: "get", Object: "meta", Scope: "self", Gives: Meta{},
	}, a.meta)
}

func (a *API) meta(ctx context.Context, rq *Request, in *conditional) (*Answer, error) {
	var m Meta
	err := a.read(ctx, rq, func(s *record.Session) error {
		m = metaOf(s)
		return a.sayVerifiable(ctx, s, &m)
	})
	if err != nil {
		return nil, err
	}
	answer, err := jsonAnswer(http.StatusOK, m)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(answer.Body)
	answer.ETag, answer.CacheControl = `"`+hex.EncodeToString(sum[:12])+`"`, revalidate
	if in.has(answer.ETag) {
		return &Answer{Status: http.StatusNotModified, ETag: answer.ETag, CacheControl: revalidate}, nil
	}
	return answer, nil
}

func metaOf(s *record.Session) Meta {
	m := Meta{Entities: []EntityMeta{}}
	defs := s.Store().Schema().Defs()
	for _, def := range defs {
		if !def.Common && !s.Actor.May(def.ModuleName(), access.View) {
			continue
		}
		e := entityMeta(s, def)
		for _, child := range defs {
			if via := record.ParentField(child, def.Name); via != "" {
				e.Children = append(e.Children, ChildMeta{child.Name, via})
			}
		}
		m.Entities = append(m.Entities, e)
	}
	return m
}

func entityMeta(s *record.Session, def *entity.Def) EntityMeta {
	lang := s.Actor.Lang
	e := EntityMeta{
		Name: def.Name, Path: def.Path, Label: def.Label.In(lang), Plural: def.Plural.In(lang), Title: def.Title,
		Parents: list(def.Parents), Internal: def.Internal, Worked: !def.Internal && (def.Owned || len(def.Parents) > 0), Permissions: map[string]bool{}, Fields: []FieldMeta{}, Filters: []FieldMeta{},
		Groups: []GroupMeta{}, Views: []ViewMeta{}, Sort: def.Sort, Children: []ChildMeta{},
	}
	for _, action := range access.Actions {
		e.Permissions[string(action)] = s.Actor.May(def.ModuleName(), action) && (!def.Derived || action == access.View)
	}
	visible := map[string]bool{}
	for _, f := range s.Visible(def.Name) {
		visible[f.Name] = true
		e.Fields = append(e.Fields, fieldMeta(s, def, f))
	}
	if f := s.Clocks(def); f != nil {
		m := fieldMeta(s, def, f)
		m.Filter, m.Ops = true, record.ClocksOps
		e.Filters = append(e.Filters, m)
	}
	e.Columns, e.Card = among(def.Columns, visible), among(def.Card, visible)
	for _, g := range def.Groups {
		e.Groups = append(e.Groups, GroupMeta{g.Name, g.Label.In(lang)})
	}
	for _, v := range def.Views {
		if !s.Answers(def.Name, v.Filter) {
			continue // it asks for a field that the company hides, or that this user does not see
		}
		e.Views = append(e.Views, ViewMeta{v.Name, v.Label.In(lang), v.Filter, v.Sort, v.Columns})
	}
	return e
}

func fieldMeta(s *record.Session, def *entity.Def, f *entity.Field) FieldMeta {
	lang := s.Actor.Lang
	m := FieldMeta{
		Name: f.Name, Label: f.Label.In(lang), Help: f.Help.In(lang), Type: f.Type.Name(), Group: f.Group,
		Required: f.Required, ReadOnly: f.ReadOnly || def.Derived, Access: string(s.Actor.Field(def.Name, f.Name)), Max: f.Max,
		Open: f.Open, Fixed: f.Fixed, Shares: f.Shares, Ref: f.Ref, Multiple: entity.IsList(f.Type), Bulk: f.Bulk, Inline: f.Inline, Custom: f.Custom,
		Needed: record.Needed(def, f), Private: f.Private, Width: f.Width, Ops: []entity.Op{},
	}
	if s.Filterable(def, f) {
		m.Filter, m.Sort, m.Ops = true, !entity.IsList(f.Type), f.Type.Ops()
	}
	for _, number := range def.Fields {
		if number.VerifiedBy == f.Name {
			m.Proves = number.Name
		}
	}
	for _, c := range f.Choices {
		m.Choices = append(m.Choices, ChoiceMeta{c.Value, c.Label.In(lang), c.Color, c.Disabled})
	}
	return m
}

// list gives an empty list for none.
func list(names []string) []string { return append([]string{}, names...) }

func among(names []string, wanted map[string]bool) []string {
	out := []string{}
	for _, name := range names {
		if wanted[name] {
			out = append(out, name)
		}
	}
	return out
}
