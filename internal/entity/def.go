// Package entity describes the records the product keeps: which fields they have, what type each is of, and how they
// are named in both languages. A definition is data; everything generic — storage, lists, forms, import, export,
// permission, change log — reads it, so that a new entity or field is written down once.
package entity

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"genjin/internal/i18n"
)

// Def describes one entity.
type Def struct {
	Name   string    // stable name: "customer"
	Table  string    // its table; Name when empty
	Path   string    // the plural as it stands in addresses: "customers"
	Module string    // whose permissions hold; Name when empty. A contact, say, belongs to the module customer
	Label  i18n.Text // one: 客户, Customer
	Plural i18n.Text // many: 客户, Customers
	Title  string    // the field that names a record to people
	// Known are the names of records that come with the product: each reader sees them in their own language, as long as
	// nobody has renamed the record.
	Known []i18n.Text

	// Owned records have an owner and a department, and data scopes apply to them.
	Owned bool
	// Parents are reference fields; whoever may see one of the records they name may see this one.
	Parents []string
	// Through is a reference field that names the group in which a record without an owner lies. Some see the records of a
	// group through it alone, without the fields that the group's field “hidden” lists (record.Session.Through).
	Through string
	// AlsoThrough lets who sees a record through its group see what of this hangs on it, too. Of a group that hides something
	// they see no words of it, which may repeat what is hidden.
	AlsoThrough bool
	// ParentNeeds is what the creation of a record demands on its parents: access.Edit unless said otherwise.
	ParentNeeds string
	// Common records, such as departments, are seen by everybody who is signed in; permissions govern changes only.
	Common bool
	// Internal entities have no pages, import or export of their own; they come through their parents.
	Internal bool
	// Guarded records decide what people may do: whoever changes them must have shown lately who they are.
	Guarded bool
	// Authored records are changed by who made them alone, as far as they may change what they hang on.
	Authored bool
	// Derived records are written by rules alone: no door creates, changes or archives them.
	Derived bool

	Fields  []*Field
	Groups  []Group  // sections of the form, in order
	Views   []View   // built-in views, in order
	Columns []string // columns of the list unless a view chooses others
	Card    []string // what a card on a phone shows below the title
	Sort    string   // order of the list unless a view chooses another: "-created_at"
	// SearchTag keeps the terms of the entity apart from others' in the search index: letters and digits, short, and never
	// changed. Name when empty.
	SearchTag string
	// Aside leaves the records out of the search box of every page; the one above their own list finds them.
	Aside bool

	index map[string]int
}

// Group is a section of a form.
type Group struct {
	Name  string
	Label i18n.Text
}

// View is a built-in view: a named filter, order and choice of columns. Filter is in the form of the API.
type View struct {
	Name    string
	Label   i18n.Text
	Filter  string
	Sort    string
	Columns []string
}

// Choice is one value of a choice field. Value is stored and never changes; labels are for people.
type Choice struct {
	Value    string
	Label    i18n.Text
	Color    string   // a name of the page's palette: gray, blue, green, orange, red, violet
	Aliases  []string // other spellings that workbooks hold
	Disabled bool     // kept by old records, no longer offered
}

// Field describes one field.
type Field struct {
	Name     string // column, JSON key and name on the page
	Label    i18n.Text
	Help     i18n.Text
	Type     Type
	Group    string
	Aliases  []string // headings that workbooks use for it
	Choices  []Choice
	Shares   string // the field, as “customer.stage”, whose choices are also this one's, as the company has set them
	Ref      string // for references: the entity they name
	Max      int    // most characters of a text; DefaultMax when zero
	Required bool
	Unique   bool // no two records share a value; missing values do not count
	ReadOnly bool // kept by rules; no door sets it
	// OnImport lets an import set a field that is otherwise ReadOnly, such as the time of the last follow-up.
	OnImport bool
	Private  bool    // personal data: masked for roles that may not see it in full
	Open     bool    // people may add choices
	Fixed    bool    // the program goes by its choices: companies rename and colour them, and add or drop none
	Needed   bool    // the product does not work without it: no company can hide it
	Bulk     bool    // may be set for many records at once
	Inline   bool    // may be edited in the list
	NoFilter bool    // neither filter nor sort
	Handed   bool    // it names a user who answers for the record, and hands that over when they leave
	Internal bool    // never leaves the server: sort keys and the like
	SortBy   string  // the column to sort by in its stead
	Search   Search  // whether and how the search box finds it
	Match    []Match // equal values make two records the same, or likely so
	Custom   bool    // defined by the company; stored in the column custom
	// Detail names, of a OneOf, the field that keeps a text which says more than its choice does: 展会 of 2026年行业展会.
	Detail string
	// VerifiedBy names, of a Phone, the field that tells since when its number is verified: a DateTime that is ReadOnly. The
	// gate clears it when the number changes.
	VerifiedBy string
	Width      int // pixels of its column in lists
}

// Match says how a field tells that two records are likely the same.
type Match struct {
	// Column is where the key is stored when it is not the field itself: an internal field of the entity.
	Column string
	// Key makes the key of a value; nil takes the value as it is. An empty key matches nothing.
	Key func(value string) string
	// Loose keys make two records likely the same: people are shown both, but no program takes one for the other.
	Loose bool
}

// Search says how the search box finds a field.
type Search uint8

// Indexed reports whether the values of the field are in the search index.
func (s Search) Indexed() bool { return s != NotSearched && s != SearchInside }

// The ways of being found.
const (
	NotSearched  Search = iota
	SearchName          // names: by characters, full pinyin and initials
	SearchPerson        // names of people, whose surnames are read in their own way: 单 as shan
	SearchText          // by characters
	SearchCode          // codes and Latin abbreviations: by beginnings
	SearchDigits        // numbers: by any run of their digits
	SearchHandle        // codes that are personal data, such as e-mail addresses: as codes, by those who see them in full
	SearchInside        // long texts: by anything in them. They are in no index but looked through, in their own list alone
)

// DefaultMax bounds texts whose field names no bound.
const DefaultMax = 200

// ModuleName is the permission module.
func (d *Def) ModuleName() string {
	if d.Module != "" {
		return d.Module
	}
	return d.Name
}

// TableName is the table that holds the records.
func (d *Def) TableName() string {
	if d.Table != "" {
		return d.Table
	}
	return d.Name
}

// Tag gives the SearchTag.
func (d *Def) Tag() string {
	if d.SearchTag != "" {
		return d.SearchTag
	}
	return d.Name
}

// Indexed reports whether records of the entity are in the search index.
func (d *Def) Indexed() bool {
	return slices.ContainsFunc(d.Fields, func(f *Field) bool { return f.Search.Indexed() })
}

// Field gives the field of that name, or nil.
func (d *Def) Field(name string) *Field {
	if i, ok := d.index[name]; ok {
		return d.Fields[i]
	}
	return nil
}

// Index gives the position of the field of that name in Fields, or -1.
func (d *Def) Index(name string) int {
	if i, ok := d.index[name]; ok {
		return i
	}
	return -1
}

// Said gives the name of a record as a reader of lang sees it.
func (d *Def) Said(name string, lang i18n.Lang) string {
	for _, known := range d.Known {
		if name == known.ZH || name == known.EN {
			return known.In(lang)
		}
	}
	return name
}

// TitleField gives the field that names a record.
func (d *Def) TitleField() *Field { return d.Field(d.Title) }

// Init completes a definition and checks that it holds together. It panics on a mistake, since a definition is part of
// the program.
func (d *Def) Init() {
	d.reindex()
	for _, f := range d.Fields {
		if f.Type == nil || f.Label.ZH == "" || f.Label.EN == "" {
			panic(fmt.Sprintf("entity: %s.%s needs a type and labels in both languages", d.Name, f.Name))
		}
		if f.Private && f.Search != NotSearched && f.Search != SearchDigits && f.Search != SearchHandle {
			panic(fmt.Sprintf("entity: %s.%s is personal data that would be found by those who may not see it", d.Name, f.Name))
		}
		if f.Unique && f.Type.Integer() {
			panic(fmt.Sprintf("entity: %s.%s is unique, which only texts can be", d.Name, f.Name))
		}
		if since := d.Field(f.VerifiedBy); f.VerifiedBy != "" && (f.Type != Phone || since == nil || since.Type != DateTime || !since.ReadOnly || since.OnImport) {
			panic(fmt.Sprintf("entity: %s.%s is no phone, or %q is no read-only time", d.Name, f.Name, f.VerifiedBy))
		}
		if f.Group != "" && !slices.ContainsFunc(d.Groups, func(g Group) bool { return g.Name == f.Group }) {
			panic(fmt.Sprintf("entity: %s.%s is in group %q, which %s does not have", d.Name, f.Name, f.Group, d.Name))
		}
	}
	if strings.ContainsFunc(d.Tag(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) && d.Indexed() {
		panic(fmt.Sprintf("entity: the search tag %q of %s would be several words", d.Tag(), d.Name))
	}
	named := slices.Concat([]string{d.Title}, d.Parents, d.Columns, d.Card)
	if d.Through != "" {
		named = append(named, d.Through)
	}
	for _, name := range named {
		if d.Field(name) == nil {
			panic(fmt.Sprintf("entity: %s has no field %q", d.Name, name))
		}
	}
}

func (d *Def) reindex() {
	d.index = make(map[string]int, len(d.Fields))
	for i, f := range d.Fields {
		if _, twice := d.index[f.Name]; twice {
			panic(fmt.Sprintf("entity: %s has two fields %q", d.Name, f.Name))
		}
		d.index[f.Name] = i
	}
}

// With gives a copy of the definition in which fields of the company follow the built-in ones and overrides stand in
// the place of the fields they name.
func (d *Def) With(overrides map[string]*Field, custom []*Field) *Def {
	c := *d
	c.Fields = slices.Concat(d.Fields, custom)
	for i, f := range c.Fields {
		if o := overrides[f.Name]; o != nil {
			c.Fields[i] = o
		}
	}
	c.reindex()
	return &c
}
