// Package api is the door for the page and for programs: the HTTP API described by its own OpenAPI document. It reads
// requests, asks who sends them, lets the kernel do the work and says the outcome; no rule of the business lives here.
package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"genjin/internal/auth"
	"genjin/internal/deliver"
	"genjin/internal/files"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sms"
	"genjin/internal/webform"
)

// Base is where version 1 of the API lies.
const Base = "/api/v1"

// Deps are what the API stands on.
type Deps struct {
	Store    *record.Store
	Actors   *org.Actors
	Auth     *auth.Service
	Files    *files.Store
	Importer *importer.Importer
	Deliver  *deliver.Service
	SMS      *sms.Service
	Version  string       // of the program, as pages show it
	Log      *slog.Logger // no log when nil

	// Origins are other sites whose pages may send requests, such as "https://crm.example.com" when a proxy hides it.
	Origins []string
	// Page makes the handler of the web page from what gives the first view; nil serves none.
	Page func(first func(r *http.Request) First) http.Handler
	// Demo starts the job that loads the demonstration data, within the transaction of the setup; nil offers none.
	Demo func(ctx context.Context, s *record.Session) (job id.ID, err error)
	// DAV serves calendars and address books below DAVPath, and says where they are; nil serves none.
	DAV http.Handler
	// Forms serves the forms that strangers fill in, below webform.Prefix; nil serves none.
	Forms http.Handler
	// Ready says what keeps the program from working, beyond a database that does not answer; nil when nothing can.
	Ready func(ctx context.Context) error
}

// API is the handler of everything under one address: API, page and health.
type API struct {
	Deps
	mux     *http.ServeMux
	huma    huma.API
	metrics *metrics
	signIns *limiter
	people  directoryCache
	spec    []byte
	handler http.Handler
}

// New makes the API. It panics when an operation does not say what it does, since that is a mistake in the program.
func New(d Deps) *API {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{Deps: d, mux: http.NewServeMux(), metrics: newMetrics(), signIns: newLimiter()}
	a.huma = humago.NewWithPrefix(a.mux, Base, a.config())
	a.huma.UseMiddleware(a.admitted)
	a.operations()
	a.spec = a.document()
	a.outside()
	a.handler = a.wrapped(a.mux)
	return a
}

// operations registers every part of the API.
func (a *API) operations() {
	a.bootOperations()
	a.sessionOperations()
	a.factorOperations()
	a.confirmOperations()
	a.meOperations()
	a.ownFactorOperations()
	a.ownPasskeyOperations()
	a.tokenOperations()
	a.appPasswordOperations()
	a.userSecurityOperations()
	a.linkOperations()
	a.securityOperations()
	a.signInLogOperations()
	a.directoryOperations()
	a.codeOperations()
	a.metaOperations()
	a.fieldOperations()
	a.settingOperations()
	a.workingCalendarOperations()
	for _, def := range a.Store.Registry().Defs() {
		a.recordOperations(def)
		a.exportOperations(def)
	}
	a.smsOperations()
	a.undoOperations()
	a.searchOperations()
	a.timelineOperations()
	a.todoOperations()
	a.clockOperations()
	if a.Store.Registry().Def("pool") != nil {
		a.poolOperations()
		a.clashOperations()
	}
	a.leadOperations()
	if a.Store.Registry().Def("web_form") != nil {
		a.webFormOperations()
	}
	a.reportOperations()
	a.calendarOperations()
	a.workLogOperations()
	a.logOperations()
	a.personalOperations()
	a.accessOperations()
	a.handoverOperations()
	a.fileOperations()
	a.viewOperations()
	a.importOperations()
	a.jobOperations()
	a.noteOperations()
}

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Metrics gives the figures of the process and of its requests in the form of Prometheus, to be served where only
// operators reach it.
func (a *API) Metrics() http.Handler { return a.metrics.handler() }

// Registry takes further figures.
func (a *API) Registry() prometheus.Registerer { return a.metrics.registry }

// OpenAPI gives the document that describes the API.
func (a *API) OpenAPI() []byte { return a.spec }

func (a *API) config() huma.Config {
	c := huma.DefaultConfig("Genjin", "1")
	c.Info.Description = "CRM. Every operation says in x-genjin what it does, to what, and within which reach."
	c.CreateHooks = nil // no $schema in answers
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.Transformers = []huma.Transformer{problemOfHuma}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", typeName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: auth.CookieName},
		"token":   {Type: "http", Scheme: "bearer", BearerFormat: auth.TokenPrefix + "…"},
	}
	return c
}

// typeName names a type in the document. Those of an import say so: what a column or a problem is differs elsewhere.
func typeName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if strings.HasSuffix(t.PkgPath(), "/importer") {
		return "Import" + name
	}
	return name
}

// document writes the description of all operations.
func (a *API) document() []byte {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own form of a problem, which problemOfHuma replaces
	delete(schemas, "ErrorDetail")
	a.sayWhatMayBeNull()
	b, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		panic("api: the OpenAPI document cannot be written: " + err.Error())
	}
	return append(b, '\n')
}

// outside registers what is no operation: description, health and page.
func (a *API) outside() {
	a.mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(a.spec)
	})
	a.mux.HandleFunc("/api/", a.noSuchRoute)
	a.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	a.mux.HandleFunc("GET /readyz", a.ready)
	if a.DAV != nil {
		a.mux.Handle(DAVPath, a.DAV)
		a.mux.Handle("/.well-known/caldav", a.DAV)
		a.mux.Handle("/.well-known/carddav", a.DAV)
	}
	if a.Forms != nil {
		a.mux.Handle(webform.Prefix, a.Forms)
	}
	if a.Page != nil {
		a.mux.Handle("/", a.Page(a.first))
	}
}

// ready answers 200 while requests can be served.
func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := a.Store.DB().Ping(ctx)
	if err == nil && a.Deps.Ready != nil {
		err = a.Deps.Ready(ctx)
	}
	if err != nil {
		a.Log.WarnContext(ctx, "not ready", "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}
