package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// Problem is a failure as RFC 9457 has it, said in the language of the request.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title" doc:"What sort of failure it is, for people"`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"What failed, for people"`
	Code   string         `json:"code" doc:"What sort of failure it is, for programs" enum:"invalid,not_found,denied,unauthenticated,conflict,stale,too_many,too_large,unavailable,internal,bad_request,precondition_required"`
	Key    string         `json:"key" doc:"The sentence in detail, for programs"`
	Params map[string]any `json:"params" doc:"What the sentence names"`
	ID     string         `json:"id" doc:"Names the request in the server's log"`
	Errors []ProblemField `json:"errors,omitempty" nullable:"false"`
}

// ProblemField is what is wrong with one field.
type ProblemField struct {
	Field   string         `json:"field" doc:"Empty for the record as a whole"`
	Key     string         `json:"key"`
	Message string         `json:"message" doc:"For people"`
	Params  map[string]any `json:"params"`
}

// Kinds of failure that only this door knows.
const (
	badRequest           errs.Kind = "bad_request"
	preconditionRequired errs.Kind = "precondition_required"
	internal             errs.Kind = "internal"
)

var statuses = map[errs.Kind]int{
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.NotFound:        http.StatusNotFound,
	errs.Denied:          http.StatusForbidden,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Unconfirmed:     http.StatusForbidden,
	errs.NotEnrolled:     http.StatusForbidden,
	errs.Conflict:        http.StatusConflict,
	errs.Stale:           http.StatusPreconditionFailed,
	errs.TooMany:         http.StatusTooManyRequests,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Unavailable:     http.StatusServiceUnavailable,
	badRequest:           http.StatusBadRequest,
	preconditionRequired: http.StatusPreconditionRequired,
	internal:             http.StatusInternalServerError,
}

// Error makes a problem an error for huma to write.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives huma the media type.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives huma the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch seconds, known := p.Params["seconds"].(int); {
	case known && p.Status == http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(seconds))
	case p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests:
		h.Set("Retry-After", "5")
	case p.Status == http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// problem says an error to who sent the request. What is not meant for people is logged, and only the request's id is
// said.
func (a *API) problem(ctx context.Context, rq *Request, err error) *Problem {
	e := expected(err)
	if e == nil {
		a.Log.ErrorContext(ctx, "request failed", "request", rq.ID, "route", rq.route, "error", err)
		e = errs.New(internal, "", "id", rq.ID)
	} else if e.Kind == errs.Unavailable {
		a.Log.WarnContext(ctx, "unavailable", "request", rq.ID, "route", rq.route, "error", err)
	}
	return problemOf(rq, e)
}

// expected gives the error that people are told; nil for one that nobody foresaw.
func expected(err error) *errs.Error {
	if e, ok := errs.As(err); ok {
		return e
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errs.New(errs.TooLarge, "")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return errs.New(errs.Unavailable, "")
	}
	return nil
}

func problemOf(rq *Request, e *errs.Error) *Problem {
	p := &Problem{
		Type: "about:blank", Status: statuses[e.Kind], Code: string(e.Kind), Key: e.Key, ID: rq.ID,
		Title: i18n.Message(rq.Lang, string(e.Kind), e.Params), Detail: e.Message(rq.Lang), Params: said(rq.Lang, e.Params),
	}
	if p.Key == "" {
		p.Key = p.Code
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, ProblemField{Field: f.Name, Key: f.Key, Message: f.Message(rq.Lang), Params: said(rq.Lang, f.Params)})
	}
	return p
}

// said gives parameters as JSON can say them.
func said(lang i18n.Lang, params i18n.Params) map[string]any {
	out := make(map[string]any, len(params))
	for name, value := range params {
		switch v := value.(type) {
		case i18n.Text:
			out[name] = v.In(lang)
		case string, int, int64, float64, bool:
			out[name] = v
		default:
			out[name] = fmt.Sprint(v)
		}
	}
	return out
}

// writeProblem answers with an error.
func (a *API) writeProblem(w http.ResponseWriter, rq *Request, err error) {
	p := a.problem(rq.HTTP.Context(), rq, err)
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // who hung up hears nothing
}

// problemOfHuma turns what huma itself finds wrong with a request into a problem of ours.
func problemOfHuma(hc huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	e := &errs.Error{Kind: kindOfStatus(model.Status)}
	if e.Kind == badRequest {
		e.Key = "api.body"
	}
	if model.Status == http.StatusUnsupportedMediaType {
		e.Key = "api.media_type"
	}
	for _, d := range model.Errors {
		e.Fields = append(e.Fields, fieldOfHuma(d))
	}
	rq := requestOf(hc.Context())
	p := problemOf(rq, e)
	p.Status = model.Status
	return p, nil
}

func kindOfStatus(status int) errs.Kind {
	switch status {
	case http.StatusUnprocessableEntity:
		return errs.Invalid
	case http.StatusRequestEntityTooLarge:
		return errs.TooLarge
	case http.StatusRequestTimeout:
		return errs.Unavailable
	}
	if status >= 500 {
		return internal
	}
	return badRequest
}

// fieldOfHuma names the field as the API spells it: "body.name" is name.
func fieldOfHuma(d *huma.ErrorDetail) errs.Field {
	name := d.Location
	if _, after, ok := strings.Cut(name, "."); ok {
		name = after
	} else if name == "body" {
		name = ""
	}
	if of, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		of, _, _ = strings.Cut(of, " ")
		return errs.Field{Name: strings.TrimPrefix(name+"."+of, "."), Key: "field.required"}
	}
	if d.Message == "unexpected property" {
		return errs.Field{Name: name, Key: "field.unknown", Params: i18n.Params{"name": name}}
	}
	return errs.Field{Name: name, Key: "api.field"}
}

// noSuchRoute answers for addresses of the API that nothing lies at.
func (a *API) noSuchRoute(w http.ResponseWriter, r *http.Request) {
	rq := requestOf(r.Context())
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := a.mux.Handler(other); pattern != "/api/" && method != r.Method {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		a.writeProblem(w, rq, errs.New(errs.NotFound, "api.no_such_route"))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	p := problemOf(rq, errs.New(badRequest, "api.method", "method", r.Method))
	p.Status = http.StatusMethodNotAllowed
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
