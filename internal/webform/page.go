package webform

import (
	"bytes"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"genjin/internal/cn/codes"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/record"
)

// Page is what a visitor sees: the form, or what is said in its place.
type Page struct {
	Lang, Theme, Accent string
	Title, Intro        string
	Action              string // where it is sent; none in a preview
	Questions           []*Question
	Consent             string
	MustAgree, Agreed   bool
	ConsentError        string
	Token               string
	Bits                int
	Problem             string // above the form

	Head, Text, Next string // in place of the form
}

// Question is a field of the form.
type Question struct {
	ID, Name, Label, Error string
	Kind                   string // text, area, one, many, yes
	Input, Mode, Auto      string // of a text: type, inputmode, autocomplete
	Required               bool
	Value                  string
	Groups                 []Group
	field                  string
}

// Group is a part of what is offered, without a label when there are no parts.
type Group struct {
	Label   string
	Options []Option
}

// Option is one of what is offered.
type Option struct {
	ID, Value, Label string
	Chosen           bool
}

func frameOf(f *crm.WebForm) *Page {
	p := &Page{Lang: f.Language, Theme: f.Theme, Accent: f.Accent, Title: f.Title, Bits: workBits}
	if p.Lang != string(i18n.EN) {
		p.Lang = string(i18n.ZH)
	}
	return p
}

// NewPage makes the page of a form with what was typed.
func NewPage(s *record.Session, f *crm.WebForm, typed map[string][]string) *Page {
	p := frameOf(f)
	p.Intro, p.Action, p.Consent, p.MustAgree = f.Intro, Path(f.PublicName), f.Consent, f.MustAgree
	fields := map[string]*entity.Field{}
	for _, one := range crm.Askable(s) {
		fields[one.Name] = one
	}
	for i, ask := range f.Asks() {
		if field := fields[ask.Field]; field != nil {
			p.Questions = append(p.Questions, p.question(i, ask, field, typed[ask.Field]))
		}
	}
	return p
}

// Preview gives the page of a form as it would be, which cannot be sent.
func Preview(s *record.Session, f *crm.WebForm) ([]byte, error) {
	p := NewPage(s, f, nil)
	p.Action = ""
	return p.html()
}

// autos say to browsers what is asked, so that they fill it in.
var autos = map[string]string{
	"company": "organization", "contact_name": "name", "phone": "tel", "email": "email", "title": "organization-title", "address": "street-address",
}

func (p *Page) question(i int, ask crm.FormField, field *entity.Field, typed []string) *Question {
	q := &Question{ID: "q" + strconv.Itoa(i), Name: namePrefix + ask.Field, Label: ask.Label, Required: ask.Required, Auto: autos[ask.Field], field: ask.Field}
	lang := i18n.Lang(p.Lang)
	if q.Label == "" {
		q.Label = field.Label.In(lang)
	}
	if len(typed) > 0 {
		q.Value = typed[0]
	}
	q.Kind, q.Input = "text", "text"
	switch field.Type {
	case entity.LongText:
		q.Kind = "area"
	case entity.Phone:
		q.Input = "tel"
	case entity.Email:
		q.Input = "email"
	case entity.URL:
		q.Mode = "url"
	case entity.Int, entity.Money:
		q.Mode = "decimal"
	case entity.Date:
		q.Input = "date"
	case entity.Bool:
		q.Kind = "yes"
	case entity.OneOf:
		q.Kind, q.Groups = "one", []Group{{Options: choicesOf(field, lang)}}
	case entity.AnyOf:
		q.Kind, q.Groups = "many", []Group{{Options: choicesOf(field, lang)}}
	case entity.Region:
		q.Kind, q.Groups = "one", below(codes.Regions().Set, lang)
	case entity.Industry:
		q.Kind, q.Groups = "one", below(codes.Industries().Set, lang)
	}
	q.choose(typed)
	return q
}

// choose marks what was chosen.
func (q *Question) choose(typed []string) {
	n := 0
	for g := range q.Groups {
		for o := range q.Groups[g].Options {
			option := &q.Groups[g].Options[o]
			option.ID, option.Chosen = q.ID+"-"+strconv.Itoa(n), slices.Contains(typed, option.Value)
			n++
		}
	}
}

func choicesOf(f *entity.Field, lang i18n.Lang) (out []Option) {
	for _, c := range f.Choices {
		if !c.Disabled {
			out = append(out, Option{Value: c.Value, Label: c.Label.In(lang)})
		}
	}
	return out
}

// below gives the first two levels of a table: provinces and cities, sections and divisions. Where the second has no third,
// as the districts of Beijing, the first is enough.
func below(set *codes.Set, lang i18n.Lang) (out []Group) {
	for _, top := range set.Children("") {
		g := Group{Label: top.Said(lang), Options: []Option{{Value: top.Code, Label: top.Said(lang)}}}
		children := set.Children(top.Code)
		if slices.ContainsFunc(children, func(c codes.Code) bool { return len(set.Children(c.Code)) > 0 }) {
			for _, child := range children {
				g.Options = append(g.Options, Option{Value: child.Code, Label: child.Said(lang)})
			}
		}
		out = append(out, g)
	}
	return out
}

func (p *Page) say(key string) string { return i18n.Message(i18n.Lang(p.Lang), key, nil) }

// mark puts problems beside the fields that they are about, and reports whether each was asked.
func (p *Page) mark(problems errs.Fields) bool {
	all := len(problems) > 0
	for _, one := range problems {
		i := slices.IndexFunc(p.Questions, func(q *Question) bool { return q.field == one.Name })
		if i < 0 {
			all = false
			continue
		}
		p.Questions[i].Error = i18n.Message(i18n.Lang(p.Lang), one.Key, one.Params)
	}
	return all
}

// faulty reports whether something has to be mended before the form can be taken.
func (p *Page) faulty(f *crm.WebForm) bool {
	if f.Consent != "" && f.MustAgree && !p.Agreed {
		p.ConsentError = p.say("webform.must_agree")
	}
	return p.ConsentError != "" || slices.ContainsFunc(p.Questions, func(q *Question) bool { return q.Error != "" })
}

// words are what the page says beside what the form does.
func words(p *Page) map[string]string {
	return map[string]string{
		"send": p.say("webform.send"), "required": p.say("webform.required"), "choose": p.say("webform.choose"), "agree": p.say("webform.agree"),
		"trap": p.say("webform.trap"), "go_on": p.say("webform.go_on"),
	}
}

var pages = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"words": words,
	"plain": func(colour string) string { return strings.TrimPrefix(colour, "#") },
}).ParseFS(assets, "assets/page.html"))

func (p *Page) html() ([]byte, error) {
	var b bytes.Buffer
	err := pages.Execute(&b, p)
	return b.Bytes(), err
}

func (p *Page) write(w http.ResponseWriter, status int) {
	b, err := p.html()
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client is gone if this fails
}

// theme gives the style of a colour, with letters on it that can be read.
func theme(accent string) []byte {
	accent = "#" + accent
	if !crm.IsColour(accent) {
		return nil
	}
	on := "#fff"
	if l := luminance(accent); (l+0.05)/0.05 > 1.05/(l+0.05) {
		on = "#111"
	}
	return fmt.Appendf(nil, ":root{--accent:%s;--on-accent:%s}\n", accent, on)
}

// luminance is the relative luminance of a colour (WCAG 2.2).
func luminance(colour string) float64 {
	out := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8) // it is a colour
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		out += weight * c
	}
	return out
}
