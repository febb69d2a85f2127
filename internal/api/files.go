package api

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Uploaded is what became of an upload.
type Uploaded struct {
	Items []FileItem `json:"items" nullable:"false"`
}

// FileItem is a stored file.
type FileItem struct {
	ID      id.ID  `json:"id"`
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	Type    string `json:"type"`
	Preview bool   `json:"preview" doc:"Can be shown in the page"`
}

// Bounds of uploads.
const (
	maxFile   = 100 << 20
	maxUpload = 500 << 20
	maxFiles  = 50
)

func (a *API) fileOperations() {
	for of, op := range map[string]Op{
		"customer": {Path: "/customers/{id}/files", ID: "upload", Summary: "Attach files to a customer"},
		"lead":     {Path: "/leads/{id}/files", ID: "upload-to-lead", Summary: "Attach files to a lead"},
	} {
		op.Method, op.Does, op.Object, op.Scope, op.Status, op.Params = http.MethodPost, "upload", "file", "edit", http.StatusCreated, idParam()
		op.TakesType, op.Gives, op.MaxBody, op.Timeout = "multipart/form-data", Uploaded{}, maxUpload, -1
		a.raw(op, func(w http.ResponseWriter, rq *Request) error { return a.upload(w, rq, of) })
	}
	a.raw(Op{
		Method: http.MethodGet, Path: "/files/{id}/content", ID: "download", Summary: "A file's content",
		Does: "download", Object: "file", Scope: "view", GivesType: "application/octet-stream", Timeout: -1, Params: idParam(),
	}, func(w http.ResponseWriter, rq *Request) error { return a.serveFile(w, rq, a.Files.Serve) })
	a.raw(Op{
		Method: http.MethodGet, Path: "/files/{id}/preview", ID: "preview", Summary: "A file to be shown in the page",
		Does: "preview", Object: "file", Scope: "view", GivesType: "*/*", Timeout: -1, Params: idParam(),
	}, func(w http.ResponseWriter, rq *Request) error { return a.serveFile(w, rq, a.Files.ServePreview) })
}

// upload stores each file as it arrives and writes the records of all in one transaction.
func (a *API) upload(w http.ResponseWriter, rq *Request, of string) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	// Nobody fills the disk for a record that is not theirs.
	if err := a.read(ctx, rq, func(s *record.Session) error { return mayAttach(ctx, s, of, x) }); err != nil {
		return err
	}
	attachments, err := a.store(ctx, rq)
	if err != nil {
		return err
	}
	for _, f := range attachments {
		f.CustomerID = x
		if of == "lead" {
			f.CustomerID, f.LeadID = 0, x
		}
	}
	return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		out := Uploaded{Items: []FileItem{}}
		for _, f := range attachments {
			if err := record.Create(ctx, s, f); err != nil {
				return nil, err
			}
			out.Items = append(out.Items, FileItem{f.ID, f.Name, f.Size, f.MediaType, files.CanPreview(f.MediaType)})
		}
		return jsonAnswer(http.StatusCreated, out)
	})
}

func mayAttach(ctx context.Context, s *record.Session, of string, x id.ID) error {
	row, err := s.Load(ctx, of, x)
	if err != nil {
		return err
	}
	if !row.Can("edit") {
		return errs.New(errs.Denied, "")
	}
	return nil
}

func (a *API) store(ctx context.Context, rq *Request) ([]*crm.Attachment, error) {
	parts, err := rq.HTTP.MultipartReader()
	if err != nil {
		return nil, errs.New(badRequest, "")
	}
	var out []*crm.Attachment
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errs.New(badRequest, "")
		}
		if part.FileName() == "" {
			continue
		}
		if len(out) == maxFiles {
			return nil, errs.OfField("file", "field.too_many", "max", maxFiles)
		}
		f, err := a.storePart(ctx, part)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, errs.OfField("file", "field.required")
	}
	return out, nil
}

func (a *API) storePart(ctx context.Context, part *multipart.Part) (*crm.Attachment, error) {
	o, err := a.Files.Put(ctx, part, maxFile)
	if err != nil {
		return nil, err
	}
	name := files.CleanName(part.FileName())
	return &crm.Attachment{Name: name, Size: o.Size, SHA256: o.SHA256, MediaType: files.TypeOf(name, o.Type)}, nil
}

// serveFile hands out the content of a file whose record the actor may see, under its name if they see that.
func (a *API) serveFile(w http.ResponseWriter, rq *Request, how func(w http.ResponseWriter, r *http.Request, sum, name string) error) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var f *crm.Attachment
	var names map[id.ID]string
	err = a.read(ctx, rq, func(s *record.Session) error {
		if f, err = record.Get[crm.Attachment](ctx, s, x); err != nil {
			return err
		}
		rq.rows = 1
		names, err = s.Titles(ctx, "file", map[id.ID]bool{x: true})
		return err
	})
	if err != nil {
		return err
	}
	return how(w, rq.HTTP, f.SHA256, cmp.Or(names[x], x.String()))
}
