package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// recordOperations registers the doors of an entity. They are the same for all: what differs is in the definition.
func (a *API) recordOperations(def *entity.Def) {
	d := door{a, def.Name}
	name, plural := def.Label.EN, def.Plural.EN
	object := def.Name
	one, body := a.recordSchema(def), a.valuesSchema(def)
	page := listSchema(one)
	guarded := func(action access.Action) string {
		if !def.Guarded {
			return ""
		}
		return def.ModuleName() + ":" + string(action)
	}

	a.raw(Op{
		Method: http.MethodGet, Path: "/" + def.Path, ID: "list-" + def.Path, Summary: plural + " that I may see",
		Does: "list", Object: object, Scope: "view", GivesSchema: page, Params: listParams(),
	}, d.list)
	a.raw(Op{
		Method: http.MethodGet, Path: "/" + def.Path + "/count", ID: "count-" + def.Path, Summary: "How many " + plural + " a list has",
		Does: "count", Object: object, Scope: "view", Gives: Count{}, Params: append(listParams()[:3:3], byParam()),
	}, d.count)
	a.raw(Op{
		Method: http.MethodGet, Path: "/" + def.Path + "/{id}", ID: "get-" + def.Name, Summary: name + " by id",
		Does: "get", Object: object, Scope: "view", GivesSchema: one, Params: idParam(),
	}, d.get)
	a.raw(Op{
		Method: http.MethodGet, Path: "/" + def.Path + "/{id}/log", ID: "log-" + def.Name, Summary: "Change log of a " + name,
		Does: "log", Object: object, Scope: "view", Gives: LogPage{}, Params: append(idParam(), cursorParam()),
	}, d.log)
	if def.Derived {
		return
	}
	a.raw(Op{
		Method: http.MethodPost, Path: "/" + def.Path, ID: "create-" + def.Name, Summary: "Create a " + name,
		Does: "create", Object: object, Scope: "create", TakesSchema: body, GivesSchema: one, Status: http.StatusCreated,
		Confirm: guarded(access.Create),
	}, d.create)
	a.raw(Op{
		Method: http.MethodPatch, Path: "/" + def.Path + "/{id}", ID: "update-" + def.Name, Summary: "Change fields of a " + name,
		Does: "update", Object: object, Scope: "edit", TakesSchema: body, GivesSchema: one, Params: append(idParam(), matchParam()),
		Confirm: guarded(access.Edit),
	}, d.update)
	a.raw(Op{
		Method: http.MethodDelete, Path: "/" + def.Path + "/{id}", ID: "archive-" + def.Name, Summary: "Put a " + name + " away",
		Does: "archive", Object: object, Scope: "delete", Status: http.StatusNoContent, Params: append(idParam(), matchParam()),
		Confirm: guarded(access.Delete),
	}, d.archive)
	a.raw(Op{
		Method: http.MethodPost, Path: "/" + def.Path + "/{id}/restore", ID: "restore-" + def.Name, Summary: "Bring a " + name + " back",
		Does: "restore", Object: object, Scope: "delete", GivesSchema: one, Params: idParam(),
		Confirm: guarded(access.Delete),
	}, d.restore)
	a.raw(Op{
		Method: http.MethodPost, Path: "/" + def.Path + "/bulk", ID: "bulk-" + def.Path, Summary: "Do one thing to many " + plural,
		Does: "bulk", Object: object, Scope: "edit", Takes: Bulk{}, Gives: BulkDone{},
		Confirm: guarded(access.Edit),
	}, d.bulk)
	a.raw(Op{
		Method: http.MethodPost, Path: "/" + def.Path + "/duplicates", ID: "duplicates-of-" + def.Name, Summary: plural + " that are likely the same",
		Does: "duplicates", Object: object, Scope: "view", TakesSchema: a.duplicatesSchema(body), Gives: items[Duplicate]{},
	}, d.duplicates)
	if def.Owned {
		a.raw(Op{
			Method: http.MethodGet, Path: "/" + def.Path + "/{id}/collaborators", ID: "collaborators-of-" + def.Name, Summary: "With whom a " + name + " is shared",
			Does: "collaborators", Object: object, Scope: "view", Gives: items[Collaborator]{}, Params: idParam(),
		}, d.collaborators)
		a.raw(Op{
			Method: http.MethodPut, Path: "/" + def.Path + "/{id}/collaborators", ID: "share-" + def.Name, Summary: "Share a " + name,
			Does: "share", Object: object, Scope: "assign", Takes: items[Collaborator]{}, Gives: items[Collaborator]{}, Params: idParam(),
		}, d.share)
	}
}

// Count is the answer of a count.
type Count struct {
	Count int64            `json:"count"`
	By    map[string]int64 `json:"by,omitempty" doc:"How many have each value of the field named by “by”; those without one under \"\""`
}

// door is the door to the records of one entity.
type door struct {
	*API
	entity string
}

// write sends an answer.
func (w *Answer) send(to http.ResponseWriter) {
	h := to.Header()
	for _, header := range [][2]string{
		{"Content-Type", w.ContentType},
		{"ETag", w.ETag},
		{"Location", w.Location},
		{"Cache-Control", w.CacheControl},
		{"Idempotent-Replay", w.Replay},
	} {
		if header[1] != "" {
			h.Set(header[0], header[1])
		}
	}
	to.WriteHeader(w.Status)
	_, _ = to.Write(w.Body) // the client is gone when this fails
}

func sendJSON(w http.ResponseWriter, v any) error {
	answer, err := jsonAnswer(http.StatusOK, v)
	if err != nil {
		return err
	}
	answer.send(w)
	return nil
}

// queryOf reads what a list is asked for.
func queryOf(values url.Values) (record.Query, error) {
	q := record.Query{
		Sort: values.Get("sort"), Cursor: values.Get("cursor"), Text: values.Get("q"), Archived: values.Get("archived") == "true",
	}
	if fields := values.Get("fields"); fields != "" {
		q.Fields = strings.Split(fields, ",")
	}
	if limit := values.Get("limit"); limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil || n < 1 {
			return q, errs.OfField("limit", "field.not_number")
		}
		q.Limit = n
	}
	var err error
	q.Filter, err = record.ParseFilter(values.Get("filter"))
	return q, err
}

func (d door) list(w http.ResponseWriter, rq *Request) error {
	q, err := queryOf(rq.HTTP.URL.Query())
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var body []byte
	err = d.read(ctx, rq, func(s *record.Session) error {
		body, err = listed(ctx, rq, s, d.entity, q)
		return err
	})
	if err != nil {
		return err
	}
	(&Answer{Status: http.StatusOK, ContentType: "application/json", CacheControl: "private, no-store", Body: body}).send(w)
	return nil
}

func (d door) count(w http.ResponseWriter, rq *Request) error {
	q, err := queryOf(rq.HTTP.URL.Query())
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	by := rq.HTTP.URL.Query().Get("by")
	var c Count
	err = d.read(ctx, rq, func(s *record.Session) error {
		if by == "" {
			c.Count, err = s.Count(ctx, d.entity, q)
			return err
		}
		c.By, err = s.Tally(ctx, d.entity, q, by)
		for _, n := range c.By {
			c.Count += n
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, c)
}

// one gives a record as an answer.
func (d door) one(ctx context.Context, s *record.Session, x id.ID, status int) (*Answer, error) {
	row, err := s.Load(ctx, d.entity, x)
	if err != nil {
		return nil, err
	}
	view, err := s.View(ctx, d.entity, []*record.Row{row}, nil)
	if err != nil {
		return nil, err
	}
	body := append(view.AppendJSON(make([]byte, 0, 4096), row), '\n')
	return &Answer{
		Status: status, ContentType: "application/json", CacheControl: "private, no-store",
		ETag: `"` + strconv.FormatInt(row.Version(), 10) + `"`, Body: body,
	}, nil
}

// shown gives a record as the answer to a change of it. Of one that the change took out of its user's sight, since they
// gave it away, say, nothing more is told than that.
func (d door) shown(ctx context.Context, s *record.Session, x id.ID, status int) (*Answer, error) {
	answer, err := d.one(ctx, s, x, status)
	if !errs.Is(err, errs.NotFound) {
		return answer, err
	}
	row, err := s.As(s.Actor.Elevated(), s.Origin).Load(ctx, d.entity, x)
	if err != nil {
		return nil, err
	}
	can := map[string]bool{"edit": false, "delete": false, "assign": false}
	return jsonAnswer(status, map[string]any{"id": x, "version": row.Version(), "_can": can})
}

func (d door) get(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var answer *Answer
	err = d.read(ctx, rq, func(s *record.Session) error {
		rq.rows = 1
		answer, err = d.one(ctx, s, x, http.StatusOK)
		return err
	})
	if err != nil {
		return err
	}
	answer.send(w)
	return nil
}

func (d door) create(w http.ResponseWriter, rq *Request) error {
	raw, err := fieldsOf(rq)
	if err != nil {
		return err
	}
	return d.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		values, err := s.ParseValues(d.entity, raw)
		if err != nil {
			return nil, err
		}
		x, err := s.CreateOne(ctx, d.entity, values)
		if err != nil {
			return nil, err
		}
		answer, err := d.shown(ctx, s, x, http.StatusCreated)
		if err == nil {
			answer.Location = rq.HTTP.URL.Path + "/" + x.String()
		}
		return answer, err
	})
}

func (d door) update(w http.ResponseWriter, rq *Request) error {
	x, version, err := seenOf(rq)
	if err != nil {
		return err
	}
	raw, err := fieldsOf(rq)
	if err != nil {
		return err
	}
	return d.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		values, err := s.ParseValues(d.entity, raw)
		if err != nil {
			return nil, err
		}
		if err := s.UpdateOne(ctx, d.entity, x, version, values); err != nil {
			return nil, err
		}
		return d.shown(ctx, s, x, http.StatusOK)
	})
}

func (d door) archive(w http.ResponseWriter, rq *Request) error {
	x, version, err := seenOf(rq)
	if err != nil {
		return err
	}
	return d.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		return noContent(), s.Archive(ctx, d.entity, x, version)
	})
}

func (d door) restore(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	return d.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if err := s.Restore(ctx, d.entity, x, 0); err != nil {
			return nil, err
		}
		return d.one(ctx, s, x, http.StatusOK)
	})
}

// change runs fn in a transaction and sends its answer.
func (a *API) change(w http.ResponseWriter, rq *Request, fn func(ctx context.Context, s *record.Session) (*Answer, error)) error {
	ctx := rq.HTTP.Context()
	answer, err := a.write(ctx, rq, func(s *record.Session) (*Answer, error) { return fn(ctx, s) })
	if err != nil {
		return err
	}
	answer.send(w)
	return nil
}

func idOf(rq *Request) (id.ID, error) {
	x, err := id.Parse(rq.HTTP.PathValue("id"))
	if err != nil || x == 0 {
		return 0, errs.New(errs.NotFound, "")
	}
	return x, nil
}

// seenOf reads the record that a change is for and the version of it that its user saw.
func seenOf(rq *Request) (x id.ID, version int64, err error) {
	if x, err = idOf(rq); err != nil {
		return 0, 0, err
	}
	version, err = versionOf(rq)
	return x, version, err
}

// versionOf reads the version that If-Match names. "*" takes any.
func versionOf(rq *Request) (int64, error) {
	match := strings.TrimPrefix(strings.TrimSpace(rq.HTTP.Header.Get("If-Match")), "W/")
	switch match {
	case "":
		return 0, errs.New(preconditionRequired, "")
	case "*":
		return 0, nil
	}
	version, err := strconv.ParseInt(strings.Trim(match, `"`), 10, 64)
	if err != nil || version < 1 {
		return 0, errs.New(badRequest, "")
	}
	return version, nil
}

// fieldsOf reads the fields of a JSON object, each for its type to read.
func fieldsOf(rq *Request) (map[string]json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	return fields, bodyOf(rq, &fields)
}

// bodyOf reads a JSON body.
func bodyOf(rq *Request, v any) error {
	b, err := io.ReadAll(rq.HTTP.Body)
	if err != nil {
		return err // the body was too long, or the client went away
	}
	if err := json.Unmarshal(b, v); err != nil {
		return errs.New(badRequest, "")
	}
	return nil
}

func idParam() []*huma.Param {
	return []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
}

func matchParam() *huma.Param {
	return &huma.Param{Name: "If-Match", In: "header", Required: true, Description: "The version that was seen, as ETag gave it", Schema: &huma.Schema{Type: huma.TypeString}}
}

func cursorParam() *huma.Param {
	return &huma.Param{Name: "cursor", In: "query", Description: "next of the page before", Schema: &huma.Schema{Type: huma.TypeString}}
}

func byParam() *huma.Param {
	return &huma.Param{Name: "by", In: "query", Description: "A choice field: count its values, too", Schema: &huma.Schema{Type: huma.TypeString}}
}

func listParams() []*huma.Param {
	text := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return []*huma.Param{
		text("filter", `JSON: {"field":"stage","op":"in","value":["won"]}, {"and":[…]}, {"or":[…]} or {"not":…}`),
		text("q", "What would be typed into the search box"),
		{Name: "archived", In: "query", Description: "The archived records instead of the others", Schema: &huma.Schema{Type: huma.TypeBoolean}},
		text("sort", "Fields by comma, “-” before those in falling order"),
		text("fields", "Fields to give, by comma; all when missing"),
		{Name: "limit", In: "query", Description: "Records on a page, 50 when missing, at most 500", Schema: &huma.Schema{Type: huma.TypeInteger}},
		cursorParam(),
	}
}
