// Package webform is the door for strangers: pages on which a visitor of a company's web site, or who scanned a code at a
// fair, fills a form in and so becomes a lead. Nobody signs in here, no cookie is set, and nothing of the company is said but
// what the form itself says: whether somebody is known, or sent it before, shows in no answer.
//
//	/f/<name>         the form; <name> is random
//	/f/<name>/thanks  what is said when it was sent
//	/f/-/…            its style, its script, and the script of pages that frame it
//
// A page works without JavaScript. With it, it does a little work before it is sent (Proof), which costs a visitor nothing
// and somebody who sends a thousand a lot; whoever has done it is let through in greater numbers.
package webform

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/record"
	"genjin/internal/seal"
)

// Prefix begins every path.
const Prefix = "/f/"

// Path gives where the form of a public name is.
func Path(name string) string { return Prefix + name }

// EmbedScript is the path of the script that gives frames the height of their forms.
const EmbedScript = Prefix + "-/embed.js"

// maxBody bounds what is sent: the longest answers fit in, and some more.
const maxBody = 256 << 10

// Deps are what the door stands on.
type Deps struct {
	Store *record.Store
	Auth  *auth.Service // says where a request comes from
	Seal  *seal.Ring
	Clock clock.Clock
	Log   *slog.Logger // no log when nil
}

// Door is the handler of everything below Prefix.
type Door struct {
	Deps
	mux    *http.ServeMux
	limits *limits
}

//go:embed assets
var assets embed.FS

// New makes the door.
func New(d Deps) *Door {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	door := &Door{Deps: d, mux: http.NewServeMux(), limits: newLimits(d.Clock)}
	door.mux.HandleFunc("GET "+Prefix+"{name}", door.show)
	door.mux.HandleFunc("POST "+Prefix+"{name}", door.send)
	door.mux.HandleFunc("GET "+Prefix+"{name}/thanks", door.thanks)
	for name, kind := range besides {
		door.mux.HandleFunc("GET "+Prefix+"-/"+name, func(w http.ResponseWriter, r *http.Request) { beside(w, r, name, kind) })
	}
	door.mux.HandleFunc(Prefix, func(w http.ResponseWriter, r *http.Request) { gone(w, r) })
	return door
}

// ServeHTTP answers a request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// open gives the form that a request names, and closes what it does not need; it answers when there is none.
func (d *Door) open(w http.ResponseWriter, r *http.Request) *crm.WebForm {
	var f *crm.WebForm
	err := d.Store.Read(r.Context(), access.System("web forms"), func(s *record.Session) (err error) {
		f, err = crm.OpenForm(r.Context(), s, r.PathValue("name"))
		return err
	})
	switch {
	case err == nil:
		admit(w.Header(), f)
		return f
	case errs.Is(err, errs.NotFound):
		gone(w, r)
	default:
		d.broken(w, r, err)
	}
	return nil
}

// admit says who may frame a form, and where it leads.
func admit(h http.Header, f *crm.WebForm) {
	ancestors, action := "'none'", "'self'"
	if len(f.Origins) > 0 {
		ancestors = strings.Join(f.Origins, " ")
		h.Del("X-Frame-Options")
	}
	if to, err := url.Parse(f.Redirect); err == nil && to.Scheme == "https" {
		action += " https://" + to.Host
	}
	h.Set("Content-Security-Policy", policy(ancestors, action))
}

func policy(ancestors, action string) string {
	return "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action " + action + "; frame-ancestors " + ancestors
}

// show gives the form to be filled in.
func (d *Door) show(w http.ResponseWriter, r *http.Request) {
	if !d.limits.looks.allow(d.network(r)) {
		refuse(w, r, http.StatusTooManyRequests, "webform.too_many")
		return
	}
	f := d.open(w, r)
	if f == nil {
		return
	}
	p, _, err := d.page(r.Context(), f, nil)
	if err != nil {
		d.broken(w, r, err)
		return
	}
	p.Token = d.newToken(f)
	d.count(r, f, "views")
	p.write(w, http.StatusOK)
}

// count counts what happens to a form, as far as that is no burden.
func (d *Door) count(r *http.Request, f *crm.WebForm, what string) {
	if r.Method == http.MethodHead || r.Header.Get("Sec-Purpose") != "" || !d.limits.counts.allow("") {
		return
	}
	err := d.Store.Write(r.Context(), crm.FormActor(f), audit.Form, func(s *record.Session) error {
		return crm.CountForm(r.Context(), s, f.ID, map[string]int{what: 1})
	})
	if err != nil && r.Context().Err() == nil {
		d.Log.Warn("a form cannot be counted", "error", err)
	}
}

// page makes the page of a form with what was typed, and reads that.
func (d *Door) page(ctx context.Context, f *crm.WebForm, typed map[string][]string) (p *Page, values record.Values, err error) {
	err = d.Store.Read(ctx, crm.FormActor(f), func(s *record.Session) error {
		p = NewPage(s, f, typed)
		if typed != nil {
			var problems errs.Fields
			values, problems = crm.FormValues(s, f, typed)
			p.mark(problems)
		}
		return nil
	})
	return p, values, err
}

// send takes what was filled in.
func (d *Door) send(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	answers, err := readAnswers(r)
	if err != nil {
		refuse(w, r, http.StatusRequestEntityTooLarge, "webform.too_large")
		return
	}
	f := d.open(w, r)
	if f == nil {
		return
	}
	if answers.trapped {
		d.count(r, f, "dropped")
		sent(w, r, f)
		return
	}
	p, values, err := d.page(r.Context(), f, answers.typed)
	if err != nil {
		d.broken(w, r, err)
		return
	}
	token, known := d.readToken(f, answers.token)
	p.Token, p.Agreed = answers.token, answers.agreed
	if !known || token.age > oldest {
		p.Token = d.newToken(f)
	}
	may, err := d.maySend(r.Context(), d.network(r), f.PublicName, known && token.proven(answers.work))
	switch {
	case err != nil:
		d.failed(w, p, f, err)
	case !may:
		p.Problem = p.say("webform.too_many")
		p.write(w, http.StatusTooManyRequests)
	case p.faulty(f):
		p.Problem = p.say("webform.problems")
		p.write(w, http.StatusUnprocessableEntity)
	case !known || token.age < youngest || token.age > oldest:
		p.Problem = p.say("webform.once_more")
		p.write(w, http.StatusUnprocessableEntity)
	default:
		d.take(w, r, p, f, crm.Sent{Values: values, Agreed: answers.agreed, Token: token.nonce, Digest: d.digest(f)})
	}
}

// take makes a lead of what was sent.
func (d *Door) take(w http.ResponseWriter, r *http.Request, p *Page, f *crm.WebForm, s crm.Sent) {
	err := d.Store.Write(r.Context(), crm.FormActor(f), audit.Form, func(session *record.Session) error {
		now, err := crm.OpenForm(r.Context(), session, f.PublicName)
		if err != nil {
			return err
		}
		again := s
		again.Values = record.Values{}
		for name, value := range s.Values { // which the gate may be handed more than once
			again.Values[name] = value
		}
		return crm.SendForm(r.Context(), session, now, again)
	})
	var told *errs.Error
	switch {
	case err == nil:
		sent(w, r, f)
	case errs.Is(err, errs.NotFound):
		gone(w, r)
	case errors.As(err, &told) && p.mark(told.Fields):
		p.Problem = p.say("webform.problems")
		p.write(w, http.StatusUnprocessableEntity)
	default:
		d.failed(w, p, f, err)
	}
}

// failed gives a visitor the page again with what was typed when the fault is here.
func (d *Door) failed(w http.ResponseWriter, p *Page, f *crm.WebForm, err error) {
	d.Log.Error("a form cannot be taken", "form", f.ID.String(), "error", err)
	p.Problem = p.say("webform.failed")
	p.write(w, http.StatusServiceUnavailable)
}

// sent leads on from a form that was sent. A page of another site does not open inside a frame: there it is offered.
func sent(w http.ResponseWriter, r *http.Request, f *crm.WebForm) {
	to := Path(f.PublicName) + "/thanks"
	if f.Redirect != "" && r.Header.Get("Sec-Fetch-Dest") != "iframe" {
		to = f.Redirect
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (d *Door) thanks(w http.ResponseWriter, r *http.Request) {
	if !d.limits.looks.allow(d.network(r)) {
		refuse(w, r, http.StatusTooManyRequests, "webform.too_many")
		return
	}
	if f := d.open(w, r); f != nil {
		p := frameOf(f)
		p.Head, p.Text, p.Next = p.say("webform.thanks_head"), f.Thanks, f.Redirect
		if p.Text == "" {
			p.Text = p.say("webform.thanks")
		}
		p.write(w, http.StatusOK)
	}
}

// network names where a request comes from, for limits.
func (d *Door) network(r *http.Request) string { return d.Auth.FromOf(r).Network() }

// gone answers for forms that there are not, and those that are off: nobody is told which.
func gone(w http.ResponseWriter, r *http.Request) { refuse(w, r, http.StatusNotFound, "webform.gone") }

func (d *Door) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		d.Log.Error("a form cannot be shown", "error", err)
	}
	refuse(w, r, http.StatusInternalServerError, "webform.failed")
}

// refuse answers where there is no form to show.
func refuse(w http.ResponseWriter, r *http.Request, status int, key string) {
	f := &crm.WebForm{Language: string(i18n.Match(r.Header.Get("Accept-Language"))), Theme: crm.ThemeAuto, Accent: "#1f5fd0"}
	w.Header().Set("Content-Security-Policy", policy("'none'", "'none'"))
	p := frameOf(f)
	p.Text = p.say(key)
	if p.Title = p.Text; status == http.StatusNotFound {
		p.Head = p.say("webform.gone_title")
	}
	p.write(w, status)
}

// kept is how long browsers keep what stands beside the pages.
const kept = time.Hour

// besides are the styles and scripts that stand beside the pages, with their types.
var besides = map[string]string{"form.css": "text/css", "theme.css": "text/css", "form.js": "text/javascript", "embed.js": "text/javascript"}

// beside gives one of them. Pages of other sites run the one that is theirs.
func beside(w http.ResponseWriter, r *http.Request, name, kind string) {
	b := theme(r.URL.Query().Get("accent"))
	if name != "theme.css" {
		b, _ = assets.ReadFile("assets/" + name) // the build put it there
	}
	h := w.Header()
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(kept/time.Second)))
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Type", kind+"; charset=utf-8")
	_, _ = w.Write(b)
}
