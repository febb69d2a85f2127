package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/job"
	"genjin/internal/record"
)

// Import is a file on its way in.
type Import struct {
	ID            id.ID              `json:"id"`
	Entity        string             `json:"entity"`
	File          string             `json:"file"`
	Size          int64              `json:"size"`
	State         string             `json:"state" enum:"analysed,checking,checked,running,done,cancelled,failed,undoing,undone"`
	Job           id.ID              `json:"job" doc:"The job that works on it, or did last; empty for none"`
	User          Named              `json:"user"`
	CreatedAt     clock.Instant      `json:"created_at"`
	FinishedAt    clock.Instant      `json:"finished_at" nullable:"true"`
	Sheets        []importer.Sheet   `json:"sheets" nullable:"false"`
	Options       importer.Options   `json:"options"`
	Progress      ImportProgress     `json:"progress"`
	Result        *importer.Result   `json:"result" doc:"Of the check or the run; null before"`
	Error         string             `json:"error,omitempty"`
	Targets       []ImportTarget     `json:"targets,omitempty" doc:"What a column can mean"`
	Problems      []importer.Problem `json:"problems,omitempty" doc:"The first 200"`
	UnknownValues []importer.Unknown `json:"unknown_values,omitempty" doc:"Values that no dictionary knows"`
	Undo          ImportUndo         `json:"undo"`
}

// ImportProgress says how far an import is.
type ImportProgress struct {
	Done          int     `json:"done"`
	Total         int     `json:"total" doc:"0 while unknown"`
	RowsPerSecond float64 `json:"rows_per_second"`
	SecondsLeft   int     `json:"seconds_left"`
}

// ImportTarget is what a column can mean.
type ImportTarget struct {
	Field    string `json:"field" doc:"customer.name, contact.mobile, customer.region:city, +remark, …"`
	Label    string `json:"label"`
	Entity   string `json:"entity"`
	Required bool   `json:"required"`
}

// ImportUndo says whether an import can be taken back, and what was left when it was.
type ImportUndo struct {
	Possible  bool                `json:"possible"`
	Conflicts []importer.Conflict `json:"conflicts" nullable:"false" doc:"Records changed since, which stay as they are unless forced"`
}

// ImportPaste is a block of text in the place of a file.
type ImportPaste struct {
	Text string `json:"text" doc:"Copied from a spreadsheet, or one line for each record as people write them"`
}

// ImportForce names records that are to be taken back although somebody changed them since.
type ImportForce struct {
	Force []id.ID `json:"force,omitempty"`
}

// ImportProblems is a page of problems.
type ImportProblems struct {
	Items []importer.Problem `json:"items" nullable:"false"`
	Next  string             `json:"next" doc:"Cursor of the next page; empty at the end"`
}

const (
	firstProblems = 200
	listedImports = 50
	maxPaste      = 10 << 20
)

func (a *API) importOperations() {
	op := func(method, path, name, does, summary string) Op {
		return Op{Method: method, Path: path, ID: name, Summary: summary, Does: does, Object: "import", Scope: "import", Gives: Import{}}
	}
	start := op(http.MethodPost, "/imports", "start-import", "create", "Take a file in, or pasted text, and see what is in it")
	start.Status, start.TakesType, start.MaxBody, start.Timeout = http.StatusCreated, "multipart/form-data", -1, -1
	start.Params = []*huma.Param{{Name: "entity", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	a.raw(start, a.startImport)

	list := op(http.MethodGet, "/imports", "list-imports", "list", "Imports that I began, or all for who may import everything")
	list.Gives = items[Import]{}
	a.raw(list, a.listImports)

	one := op(http.MethodGet, "/imports/{id}", "get-import", "get", "An import, how far it is and what came of it")
	one.Params = idParam()
	a.raw(one, a.getImport)

	change := op(http.MethodPatch, "/imports/{id}", "change-import", "update", "Say what columns mean and how to import")
	change.Takes, change.Params, change.Timeout = importer.Change{}, idParam(), longTimeout
	a.raw(change, a.changeImport)

	for _, o := range []struct{ path, does, kind, summary string }{
		{"check", "check", importer.CheckJob, "Go through the whole file without writing, in a job"},
		{"run", "run", importer.RunJob, "Import, in a job"},
		{"undo", "undo", importer.UndoJob, "Take an import back, in a job"},
	} {
		do := op(http.MethodPost, "/imports/{id}/"+o.path, o.path+"-import", o.does, o.summary)
		do.Params = idParam()
		if o.kind == importer.UndoJob {
			do.Takes = ImportForce{}
		}
		a.raw(do, func(w http.ResponseWriter, rq *Request) error { return a.orderImport(w, rq, o.kind) })
	}
	cancel := op(http.MethodPost, "/imports/{id}/cancel", "cancel-import", "cancel", "Stop a check, or a run, which then takes back what it wrote")
	cancel.Params = idParam()
	a.raw(cancel, a.cancelImport)

	refused := op(http.MethodGet, "/imports/{id}/refused", "refused-of-import", "download", "The rows that were refused, as a workbook with the reasons beside them")
	refused.Gives, refused.GivesType, refused.Params, refused.Timeout = nil, sheetType, idParam(), -1
	a.raw(refused, a.refusedOfImport)

	problems := op(http.MethodGet, "/imports/{id}/problems", "problems-of-import", "problems", "What is wrong with the rows")
	problems.Gives = ImportProblems{}
	problems.Params = append(idParam(), cursorParam(),
		&huma.Param{Name: "severity", In: "query", Description: "refused or warning; both when missing", Schema: &huma.Schema{Type: huma.TypeString}})
	a.raw(problems, a.problemsOfImport)
}

// startImport understands the file before the transaction, in which an Idempotency-Key makes it one import.
func (a *API) startImport(w http.ResponseWriter, rq *Request) error {
	entityName := rq.HTTP.URL.Query().Get("entity")
	if entityName == "" {
		entityName = "customer"
	}
	if err := a.Importer.Allowed(rq.Actor, entityName); err != nil {
		return err // before the file is read
	}
	imp, err := a.takeIn(w, rq, entityName)
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		if err := a.Importer.Add(ctx, s.Tx, imp); err != nil {
			return nil, err
		}
		return a.importAnswer(ctx, s, imp, http.StatusCreated)
	})
}

// takeIn reads the file of a form, or the text of a JSON body.
func (a *API) takeIn(w http.ResponseWriter, rq *Request, entityName string) (*importer.Import, error) {
	ctx, r := rq.HTTP.Context(), rq.HTTP
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if mediaType != "multipart/form-data" {
		r.Body = http.MaxBytesReader(w, r.Body, maxPaste)
		var paste ImportPaste
		if err := bodyOf(rq, &paste); err != nil {
			return nil, err
		}
		if strings.TrimSpace(paste.Text) == "" {
			return nil, errs.OfField("text", "import.no_file")
		}
		return a.Importer.PreparePaste(ctx, rq.Actor, entityName, paste.Text)
	}
	const form = 1 << 20 // around the file
	r.Body = http.MaxBytesReader(w, r.Body, a.Importer.MaxFile()+form)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errs.New(badRequest, "")
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // NextPart gives it as it is
			return nil, errs.OfField("file", "import.no_file")
		}
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" {
			return a.Importer.Prepare(ctx, rq.Actor, entityName, part.FileName(), part)
		}
	}
}

func (a *API) importAnswer(ctx context.Context, s *record.Session, imp *importer.Import, status int) (*Answer, error) {
	out, err := a.importItem(ctx, s, imp)
	if err != nil {
		return nil, err
	}
	for _, t := range a.Importer.Targets(s, imp.Entity) {
		out.Targets = append(out.Targets, ImportTarget{Field: t.Name, Label: t.Label, Entity: t.Entity, Required: t.Required()})
	}
	if out.Problems, _, err = a.Importer.ProblemsIn(ctx, s.Tx, imp, "", 0, firstProblems); err != nil {
		return nil, err
	}
	if out.UnknownValues, err = a.Importer.Unknowns(ctx, s, imp); err != nil {
		return nil, err
	}
	return jsonAnswer(status, out)
}

// importItem gives an import as lists show it.
func (a *API) importItem(ctx context.Context, s *record.Session, imp *importer.Import) (*Import, error) {
	names, err := s.Titles(ctx, "user", map[id.ID]bool{imp.CreatedBy: true})
	if err != nil {
		return nil, err
	}
	p := imp.Progress
	out := &Import{
		ID: imp.ID, Entity: imp.Entity, File: imp.File, Size: imp.Size, State: string(imp.State), Job: imp.Job,
		User: Named{imp.CreatedBy, names[imp.CreatedBy]}, CreatedAt: imp.CreatedAt, FinishedAt: imp.FinishedAt,
		Sheets: imp.Sheets, Options: imp.Options, Progress: ImportProgress{p.Done, p.Total, p.RowsPerSecond, p.SecondsLeft},
		Error: imp.Error, Undo: ImportUndo{Possible: imp.Undoable()},
	}
	if out.Undo.Conflicts, err = importer.Conflicts(ctx, s, imp); err != nil {
		return nil, err
	}
	if imp.State != importer.Analysed {
		out.Result = &imp.Result
	}
	if imp.State == importer.Undoing && imp.Job != 0 {
		st, err := job.Get(ctx, s.Tx, imp.Job)
		if err != nil {
			return nil, err
		}
		out.Progress = ImportProgress{Done: int(st.Done), Total: int(st.Total)}
	}
	return out, nil
}

func (a *API) listImports(w http.ResponseWriter, rq *Request) error {
	ctx := rq.HTTP.Context()
	out := items[*Import]{Items: []*Import{}}
	err := a.read(ctx, rq, func(s *record.Session) error {
		list, err := a.Importer.List(ctx, s.Tx, rq.Actor, listedImports)
		if err != nil {
			return err
		}
		for _, imp := range list {
			item, err := a.importItem(ctx, s, imp)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, item)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func (a *API) getImport(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	return a.sendImport(w, rq, x)
}

func (a *API) sendImport(w http.ResponseWriter, rq *Request, x id.ID) error {
	ctx := rq.HTTP.Context()
	var answer *Answer
	err := a.read(ctx, rq, func(s *record.Session) error {
		imp, err := a.Importer.GetIn(ctx, s.Tx, rq.Actor, x)
		if err != nil {
			return err
		}
		answer, err = a.importAnswer(ctx, s, imp, http.StatusOK)
		return err
	})
	if err != nil {
		return err
	}
	answer.send(w)
	return nil
}

func (a *API) changeImport(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var change importer.Change
	if err := bodyOf(rq, &change); err != nil {
		return err
	}
	if _, err := a.Importer.Change(rq.HTTP.Context(), rq.Actor, x, change); err != nil {
		return err
	}
	return a.sendImport(w, rq, x)
}

func (a *API) orderImport(w http.ResponseWriter, rq *Request, kind string) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var force ImportForce
	if rq.HTTP.ContentLength != 0 {
		if err := bodyOf(rq, &force); err != nil {
			return err
		}
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		imp, err := a.Importer.Order(ctx, s, x, kind, force.Force)
		if err != nil {
			return nil, err
		}
		return a.importAnswer(ctx, s, imp, http.StatusOK)
	})
}

func (a *API) cancelImport(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		imp, err := a.Importer.Cancel(ctx, s, x)
		if err != nil {
			return nil, err
		}
		return a.importAnswer(ctx, s, imp, http.StatusOK)
	})
}

func (a *API) refusedOfImport(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	imp, err := a.Importer.Get(ctx, rq.Actor, x)
	if err != nil {
		return err
	}
	d := &download{w: w, name: refusedName(rq.Lang, imp.File), mediaType: sheetType}
	return d.end(a.Importer.WriteRefused(ctx, rq.Actor, x, d))
}

func (a *API) problemsOfImport(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	values, seq := rq.HTTP.URL.Query(), 0
	if cursor := values.Get("cursor"); cursor != "" {
		if seq, err = strconv.Atoi(cursor); err != nil || seq < 0 {
			return errs.New(errs.Invalid, "list.cursor")
		}
	}
	list, next, err := a.Importer.Problems(rq.HTTP.Context(), rq.Actor, x, values.Get("severity"), seq, firstProblems)
	if err != nil {
		return err
	}
	out := ImportProblems{Items: list}
	if next > 0 {
		out.Next = strconv.Itoa(next)
	}
	return sendJSON(w, out)
}
