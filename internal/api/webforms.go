package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/webform"
)

// WebFormAskable is a field of the lead that a form may ask.
type WebFormAskable struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Type  string `json:"type"`
}

// WebFormUse says where a form is, and how it is used.
type WebFormUse struct {
	Address     string        `json:"address" doc:"Where visitors open it"`
	Embed       string        `json:"embed" doc:"What a page that frames it holds, as HTML"`
	Problem     string        `json:"problem" doc:"What keeps it from making leads; empty when nothing does"`
	Views       int64         `json:"views"`
	Submissions int64         `json:"submissions"`
	Duplicates  int64         `json:"duplicates" doc:"Of them, those that made no lead, since the visitor had become one"`
	Dropped     int64         `json:"dropped" doc:"Sent by programs, and thrown away"`
	Recent      []WebFormSent `json:"recent" nullable:"false" doc:"The last 20"`
}

// WebFormSent is one time that a form was sent.
type WebFormSent struct {
	At    clock.Instant `json:"at"`
	Lead  *Named        `json:"lead" doc:"null for one that its reader does not see"`
	Again bool          `json:"again" doc:"It made no lead: this one was there"`
}

// WebFormDraft is a form as it would be.
type WebFormDraft struct {
	Language  string          `json:"language,omitempty" enum:"zh,en"`
	Title     string          `json:"title,omitempty" maxLength:"80"`
	Intro     string          `json:"intro,omitempty" maxLength:"2000"`
	Fields    []crm.FormField `json:"fields" nullable:"false" maxItems:"30"`
	Theme     string          `json:"theme,omitempty" enum:"light,dark,auto"`
	Accent    string          `json:"accent,omitempty" maxLength:"7"`
	Consent   string          `json:"consent,omitempty" maxLength:"4000"`
	MustAgree bool            `json:"consent_required,omitempty"`
}

// WebFormPreview is the page of a form.
type WebFormPreview struct {
	HTML string `json:"html"`
}

func (a *API) webFormOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/web-forms/askable", ID: "web-form-askable", Summary: "What a form on the web may ask",
		Does: "list_askable", Object: "web_form", Scope: "view", Gives: items[WebFormAskable]{},
	}, a.webFormAskable)
	a.raw(Op{
		Method: http.MethodPost, Path: "/web-forms/preview", ID: "preview-web-form", Summary: "The page of a form as it would be",
		Does: "preview", Object: "web_form", Scope: "view", Takes: WebFormDraft{}, Gives: WebFormPreview{},
	}, a.previewWebForm)
	a.raw(Op{
		Method: http.MethodGet, Path: "/web-forms/{id}/use", ID: "web-form-use", Summary: "Where a form is, how it is framed, and what was sent",
		Does: "use", Object: "web_form", Scope: "view", Gives: WebFormUse{}, Params: idParam(),
	}, a.webFormUse)
	a.raw(Op{
		Method: http.MethodGet, Path: "/web-forms/{id}/qr", ID: "web-form-qr", Summary: "The code that leads to a form, to be printed",
		Does: "qr", Object: "web_form", Scope: "view", GivesType: "image/svg+xml", GivesAlsoTypes: []string{"image/png"},
		Params: append(idParam(), &huma.Param{Name: "format", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"svg", "png"}}}),
	}, a.webFormQR)
	a.raw(Op{
		Method: http.MethodPost, Path: "/web-forms/{id}/renew", ID: "renew-web-form", Summary: "Give a form another address; the old one leads nowhere any more",
		Does: "renew", Object: "web_form", Scope: "edit", Status: http.StatusNoContent, Params: idParam(),
	}, func(w http.ResponseWriter, rq *Request) error {
		x, err := idOf(rq)
		if err != nil {
			return err
		}
		return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
			_, err := crm.RenewForm(ctx, s, x)
			return noContent(), err
		})
	})
}

// readForms runs fn on behalf of somebody who looks after forms.
func (a *API) readForms(rq *Request, fn func(ctx context.Context, s *record.Session) error) error {
	ctx := rq.HTTP.Context()
	return a.read(ctx, rq, func(s *record.Session) error {
		if !s.Actor.May("web_form", access.View) {
			return errs.New(errs.Denied, "")
		}
		return fn(ctx, s)
	})
}

func (a *API) webFormAskable(w http.ResponseWriter, rq *Request) error {
	out := items[WebFormAskable]{Items: []WebFormAskable{}}
	if err := a.readForms(rq, func(_ context.Context, s *record.Session) error {
		for _, f := range crm.Askable(s) {
			out.Items = append(out.Items, WebFormAskable{f.Name, f.Label.In(rq.Lang), f.Type.Name()})
		}
		return nil
	}); err != nil {
		return err
	}
	return sendJSON(w, out)
}

func (a *API) previewWebForm(w http.ResponseWriter, rq *Request) error {
	var in WebFormDraft
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	var out WebFormPreview
	if err := a.readForms(rq, func(_ context.Context, s *record.Session) error {
		f := &crm.WebForm{
			Language: in.Language, Title: in.Title, Intro: in.Intro, Theme: in.Theme, Accent: strings.ToLower(in.Accent), Consent: in.Consent, MustAgree: in.MustAgree,
		}
		if err := f.Ask(in.Fields); err != nil {
			return err
		}
		page, err := webform.Preview(s, f)
		out.HTML = string(page)
		return err
	}); err != nil {
		return err
	}
	return sendJSON(w, out)
}

// formOf gives the form that a request names, as its actor sees it.
func formOf(ctx context.Context, s *record.Session, rq *Request) (*crm.WebForm, error) {
	x, err := idOf(rq)
	if err != nil {
		return nil, err
	}
	return record.Get[crm.WebForm](ctx, s, x)
}

// site is how browsers reach the program: as the operator says, else as this one did. Nobody else is told what it says.
func (a *API) site(rq *Request) string {
	if len(a.Origins) > 0 {
		return strings.TrimSuffix(a.Origins[0], "/")
	}
	scheme := "http://"
	if a.Auth.Secure(rq.HTTP) {
		scheme = "https://"
	}
	return scheme + rq.HTTP.Host
}

func (a *API) webFormUse(w http.ResponseWriter, rq *Request) error {
	out := WebFormUse{Recent: []WebFormSent{}}
	ctx := rq.HTTP.Context()
	if err := a.read(ctx, rq, func(s *record.Session) error {
		f, err := formOf(ctx, s, rq)
		if err != nil {
			return err
		}
		site := a.site(rq)
		out.Address, out.Embed = site+webform.Path(f.PublicName), embedOf(site, f)
		if lacks := crm.FormLacks(s, f); lacks != nil {
			var told *errs.Error
			if !errors.As(lacks, &told) || len(told.Fields) == 0 {
				return lacks
			}
			out.Problem = told.Fields[0].Message(rq.Lang)
		}
		use, err := crm.UseOf(ctx, s, f.ID)
		if err != nil {
			return err
		}
		out.Views, out.Submissions, out.Duplicates, out.Dropped = use.Views, use.Submissions, use.Duplicates, use.Dropped
		return out.fill(ctx, s, use.Recent)
	}); err != nil {
		return err
	}
	return sendJSON(w, out)
}

// fill lists what was sent lately, with the leads that its reader sees.
func (out *WebFormUse) fill(ctx context.Context, s *record.Session, recent []crm.FormSent) error {
	leads := map[id.ID]bool{}
	for _, one := range recent {
		leads[one.Lead] = true
	}
	names := map[id.ID]string{}
	if s.Actor.May("lead", access.View) {
		var err error
		if names, err = s.Titles(ctx, "lead", leads); err != nil {
			return err
		}
	}
	for _, one := range recent {
		sent := WebFormSent{At: one.At, Again: one.Again}
		if name, seen := names[one.Lead]; seen {
			sent.Lead = &Named{ID: one.Lead, Name: name}
		}
		out.Recent = append(out.Recent, sent)
	}
	return nil
}

// embedOf gives what a page that frames a form holds.
func embedOf(site string, f *crm.WebForm) string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" style="width:100%%;border:0" height="640" loading="lazy"></iframe>`+"\n"+`<script src="%s" async></script>`,
		html.EscapeString(site+webform.Path(f.PublicName)), html.EscapeString(f.Title), html.EscapeString(site+webform.EmbedScript))
}

func (a *API) webFormQR(w http.ResponseWriter, rq *Request) error {
	var code []byte
	format := rq.HTTP.URL.Query().Get("format")
	if format == "" {
		format = "svg"
	}
	if format != "svg" && format != "png" {
		return errs.OfField("format", "field.choice", "value", format)
	}
	ctx := rq.HTTP.Context()
	if err := a.read(ctx, rq, func(s *record.Session) error {
		f, err := formOf(ctx, s, rq)
		if err != nil {
			return err
		}
		code, err = drawQR(a.site(rq)+webform.Path(f.PublicName), format)
		return err
	}); err != nil {
		return err
	}
	types := map[string]string{"svg": "image/svg+xml", "png": "image/png"}
	w.Header().Set("Content-Disposition", `attachment; filename="form.`+format+`"`)
	(&Answer{Status: http.StatusOK, ContentType: types[format], CacheControl: "private, no-store", Body: code}).send(w)
	return nil
}

const (
	quiet = 4  // modules of white around a code (ISO/IEC 18004)
	dot   = 16 // pixels of a module
)

// drawQR draws a code that survives that an eighth of it cannot be read.
func drawQR(content, format string) ([]byte, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	if format == "svg" {
		return svgOf(code), nil
	}
	side := (code.Bounds().Dx() + 2*quiet) * dot
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if isDark(code, x/dot-quiet, y/dot-quiet) {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	err = png.Encode(&b, picture)
	return b.Bytes(), err
}

func isDark(code barcode.Barcode, x, y int) bool {
	return image.Pt(x, y).In(code.Bounds()) && color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128
}

func svgOf(code barcode.Barcode) []byte {
	side := code.Bounds().Dx()
	out := fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="`, side+2*quiet)
	for y := range side {
		for x := range side {
			if isDark(code, x, y) {
				out = fmt.Appendf(out, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return append(out, `"/></svg>`...)
}
