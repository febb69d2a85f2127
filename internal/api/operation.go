package api

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"genjin/internal/access"
	"genjin/internal/errs"
)

// Op describes an operation. Does, Object and Scope stand in the OpenAPI document as x-genjin, from which the tests of
// permissions are generated: an operation without them does not start.
type Op struct {
	Method  string
	Path    string // below Base
	ID      string // its name in generated clients: "list-customers"
	Summary string
	Tag     string // Object when empty

	Does   string // list, get, create, update, archive, … — what it does
	Object string // the entity, or what else it is done to: session, directory, …
	Scope  string // whose: public, self (the actor's own things), everybody (same for all signed in), view, edit, …

	// Public operations need nobody to be signed in.
	Public bool
	// Person says that API tokens do not do: somebody must be signed in.
	Person bool
	// Confirm asks more of who comes than being signed in: they must have shown lately who they are, and an API token
	// must name this permission, "module:action", among its own.
	Confirm string
	// Enrol lets in who has to set up a second factor before anything else.
	Enrol bool
	// Whole says that narrowed API tokens do not do: it belongs to no module that they could be let into.
	Whole bool

	Status  int           // of success; 200, or 204 without a body, when zero
	MaxBody int64         // bytes; maxBody when zero, no bound below zero
	Timeout time.Duration // usualTimeout when zero, none below zero

	// Takes and Gives are values of the types of body and answer, for the document, where a handler reads or writes
	// them itself. TakesType and GivesType say that they are no JSON: "multipart/form-data".
	Takes, Gives         any
	TakesType, GivesType string
	GivesAlsoTypes       []string // further forms of the answer
	// TakesSchema and GivesSchema describe body and answer where no Go type does: records are described by definitions.
	TakesSchema, GivesSchema *huma.Schema
	GivesAlso                map[int]any   // further successes, by status
	Params                   []*huma.Param // query parameters that a raw handler reads
}

const (
	maxBody      = 1 << 20
	usualTimeout = 30 * time.Second
)

// handle registers an operation whose input and output are described by types, as huma has them.
func handle[I, O any](a *API, op Op, fn func(ctx context.Context, rq *Request, in *I) (*O, error)) {
	huma.Register(a.huma, *a.described(&op), func(ctx context.Context, in *I) (*O, error) {
		rq := requestOf(ctx)
		out, err := fn(ctx, rq, in)
		if err != nil {
			return nil, a.problem(ctx, rq, err)
		}
		return out, nil
	})
}

// raw registers an operation that reads the request and writes the answer itself: uploads, downloads, streams.
func (a *API) raw(op Op, fn func(w http.ResponseWriter, rq *Request) error) {
	described := a.described(&op)
	a.huma.OpenAPI().AddOperation(described)
	a.mux.HandleFunc(op.Method+" "+Base+op.Path, func(w http.ResponseWriter, r *http.Request) {
		rq := requestOf(r.Context())
		ctx, cancel := op.within(r.Context())
		defer cancel()
		rq.HTTP = r.WithContext(ctx)
		if op.Timeout > 0 { // a writer that cannot have deadlines is one of tests
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(op.Timeout)) //nolint:forbidigo // the network's time
		}
		if op.MaxBody > 0 {
			rq.HTTP.Body = http.MaxBytesReader(w, rq.HTTP.Body, op.MaxBody)
		}
		err := a.admit(ctx, rq, &op)
		if err == nil {
			err = fn(w, rq)
		}
		if err != nil {
			a.writeProblem(w, rq, err)
		}
	})
}

// described gives the operation as it stands in the document.
func (a *API) described(op *Op) *huma.Operation {
	if op.Does == "" || op.Object == "" || op.Scope == "" || op.ID == "" || op.Public != (op.Scope == "public") {
		panic("api: " + op.Method + " " + op.Path + " does not say what it does, to what and for whom")
	}
	if op.MaxBody == 0 {
		op.MaxBody = maxBody
	}
	if op.Timeout == 0 {
		op.Timeout = usualTimeout
	}
	if op.Tag == "" {
		op.Tag = op.Object
	}
	o := &huma.Operation{
		Method: op.Method, Path: op.Path, OperationID: op.ID, Summary: op.Summary, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody, BodyReadTimeout: op.Timeout, Parameters: op.Params,
		Metadata:   map[string]any{"op": op},
		Extensions: map[string]any{"x-genjin": op.says()},
		Responses:  map[string]*huma.Response{"default": {Description: "Problem", Content: a.content("application/problem+json", Problem{}, nil)}},
	}
	if !op.Public {
		o.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	if op.Method == http.MethodPost {
		o.Parameters = append(o.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"},
			Description: "A retry with the same key gets the first answer and does nothing again.",
		})
	}
	if op.Takes != nil || op.TakesType != "" || op.TakesSchema != nil {
		o.RequestBody = &huma.RequestBody{Required: true, Content: a.content(op.TakesType, op.Takes, op.TakesSchema)}
	}
	if op.Gives != nil || op.GivesType != "" || op.GivesSchema != nil {
		status := op.Status
		if status == 0 {
			status = http.StatusOK
		}
		content := a.content(op.GivesType, op.Gives, op.GivesSchema)
		for _, mediaType := range op.GivesAlsoTypes {
			content[mediaType] = &huma.MediaType{}
		}
		o.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: content}
	} else if op.Status == http.StatusFound {
		o.Responses[strconv.Itoa(op.Status)] = &huma.Response{Description: "To another page"}
	}
	for status, v := range op.GivesAlso {
		o.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: a.content("", v, nil)}
	}
	return o
}

// says gives what the document tells of an operation beyond its form.
func (op *Op) says() map[string]string {
	says := map[string]string{"does": op.Does, "object": op.Object, "scope": op.Scope}
	if op.Confirm != "" {
		says["confirm"] = op.Confirm
	}
	return says
}

func (a *API) content(mediaType string, v any, schema *huma.Schema) map[string]*huma.MediaType {
	if mediaType == "" {
		mediaType = "application/json"
	}
	m := &huma.MediaType{Schema: schema}
	if v != nil {
		m.Schema = a.schemaOf(v)
	}
	return map[string]*huma.MediaType{mediaType: m}
}

// schemaOf describes the type of v.
func (a *API) schemaOf(v any) *huma.Schema {
	t := reflect.TypeOf(v)
	return a.huma.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
}

// admitted is huma's middleware: it admits the request before its body is read.
func (a *API) admitted(hc huma.Context, next func(huma.Context)) {
	op := hc.Operation().Metadata["op"].(*Op)
	rq := requestOf(hc.Context())
	ctx, cancel := op.within(hc.Context())
	defer cancel()
	if err := a.admit(ctx, rq, op); err != nil {
		_, w := humago.Unwrap(hc)
		a.writeProblem(w, rq, err)
		return
	}
	next(huma.WithContext(hc, ctx))
}

func (op *Op) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if op.Timeout < 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, op.Timeout)
}

// readable reports whether all that a query says is text that both databases can compare with: PostgreSQL knows no zero
// byte, and no bytes that are no characters.
func readable(query string) bool {
	if !strings.Contains(query, "%") && utf8.ValidString(query) {
		return true
	}
	values, _ := url.ParseQuery(query) // what cannot be read is left out, as it is by who asks for values
	for _, list := range values {
		for _, text := range list {
			if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
				return false
			}
		}
	}
	return true
}

// admit lets a request in to an operation.
func (a *API) admit(ctx context.Context, rq *Request, op *Op) error {
	rq.route = op.Path
	if !readable(rq.HTTP.URL.RawQuery) {
		return errs.New(badRequest, "")
	}
	if len(rq.key) > maxKey {
		return errs.OfField("Idempotency-Key", "api.key_too_long", "max", maxKey)
	}
	if op.Public {
		return nil
	}
	if err := a.identify(ctx, rq, op.Enrol); err != nil {
		return err
	}
	if op.Person && rq.Who.Session == 0 {
		return errs.New(errs.Denied, "token.cookie")
	}
	if op.Whole && rq.Actor.Only != nil {
		return errs.New(errs.Denied, "")
	}
	if err := a.Auth.Solvent(ctx, rq.Who); err != nil {
		return err
	}
	return a.confirmed(ctx, rq, op.Confirm)
}

// confirmed refuses what is guarded to who has not shown lately who they are, and to API tokens that do not name the
// permission, "module:action".
func (a *API) confirmed(ctx context.Context, rq *Request, permission string) error {
	if permission == "" {
		return nil
	}
	if rq.Who.Token == 0 {
		return a.Auth.Confirmed(ctx, rq.Who)
	}
	module, action, _ := strings.Cut(permission, ":")
	if !rq.Who.Carries(module, access.Action(action)) {
		return errs.New(errs.Denied, "token.scope", "scope", permission)
	}
	return nil
}
