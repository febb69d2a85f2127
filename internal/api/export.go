package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/exporter"
	"genjin/internal/i18n"
)

const (
	sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	csvType   = "text/csv; charset=utf-8"
	// longTimeout is for what reads a whole file before it answers.
	longTimeout = 5 * time.Minute
)

// exportOperations registers the way out of an entity, and the blank workbook for its way in.
func (a *API) exportOperations(def *entity.Def) {
	if def.Internal {
		return
	}
	params := listParams()
	params = append(params[:5:5],
		&huma.Param{Name: "format", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"xlsx", "csv"}, Default: "xlsx"}},
		&huma.Param{Name: "watermark", In: "query", Description: "A line above the header says who exported it, and when", Schema: &huma.Schema{Type: huma.TypeBoolean}})
	a.raw(Op{
		Method: http.MethodGet, Path: "/" + def.Path + "/export", ID: "export-" + def.Path, Summary: def.Plural.EN + " of a list as a file",
		Does: "export", Object: def.Name, Scope: "export", Confirm: def.ModuleName() + ":" + string(access.Export), GivesType: sheetType, GivesAlsoTypes: []string{"text/csv"}, Timeout: -1, Params: params,
	}, func(w http.ResponseWriter, rq *Request) error { return a.export(w, rq, def) })
	a.raw(Op{
		Method: http.MethodGet, Path: "/" + def.Path + "/template", ID: "template-of-" + def.Path, Summary: "A workbook to fill in and import",
		Does: "template", Object: def.Name, Scope: "import", GivesType: sheetType,
	}, func(w http.ResponseWriter, rq *Request) error {
		name := i18n.Message(rq.Lang, "import.template", i18n.Params{"label": def.Label}) + ".xlsx"
		d := &download{w: w, name: name, mediaType: sheetType}
		return d.end(exporter.Template(rq.HTTP.Context(), a.Importer, a.Store, rq.Actor, def.Name, d))
	})
}

func (a *API) export(w http.ResponseWriter, rq *Request, def *entity.Def) error {
	values := rq.HTTP.URL.Query()
	q, err := queryOf(values)
	if err != nil {
		return err
	}
	o := exporter.Order{
		Entity: def.Name, Query: q, Fields: q.Fields, Format: exporter.Format(values.Get("format")), Watermark: values.Get("watermark") == "true",
	}
	mediaType := sheetType
	switch o.Format {
	case "":
		o.Format = exporter.XLSX
	case exporter.CSV:
		mediaType = csvType
	}
	return a.sendWhole(w, def.Plural.In(rq.Lang), string(o.Format), mediaType, func(f io.Writer) error {
		rows, err := exporter.Export(rq.HTTP.Context(), a.Store, rq.Actor, rq.Origin(), o, f)
		if err != nil {
			return err
		}
		return a.Auth.Spend(rq.HTTP.Context(), rq.Who, rows)
	})
}

// sendWhole sends what fill writes as a file named by title and day. It goes to a file on the server first: so the
// snapshot that fill reads does not last as long as a slow client, a failure is told as one, and nothing leaves before
// fill has logged it.
func (a *API) sendWhole(w http.ResponseWriter, title, ending, mediaType string, fill func(f io.Writer) error) error {
	f, err := os.CreateTemp("", "genjin-export-*")
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }() // a file of the system's folder for such
	if err := fill(f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	today := clock.DateOf(time.Now().In(a.Store.Zone()))
	d := &download{w: w, name: fmt.Sprintf("%s-%s.%s", title, today, ending), mediaType: mediaType}
	_, err = io.Copy(d, f)
	return d.end(err)
}

// download is an answer that is a file. Its headers are sent with its first byte, so that a failure before it can still be
// told as one.
type download struct {
	w         http.ResponseWriter
	name      string
	mediaType string
	begun     bool
}

// Write sends a part of the file.
func (d *download) Write(b []byte) (int, error) {
	d.begin()
	return d.w.Write(b)
}

func (d *download) begin() {
	if d.begun {
		return
	}
	d.begun = true
	h := d.w.Header()
	h.Set("Content-Type", d.mediaType)
	h.Set("Content-Disposition", disposition(d.name))
	h.Set("Cache-Control", "private, no-store")
}

// end gives the error of writing the file when it can still be told. A file that breaks off breaks the connection off, so
// that nobody takes it for whole.
func (d *download) end(err error) error {
	if err == nil {
		d.begin()
		return nil
	}
	if d.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// disposition names the file for the browser, also in characters that only RFC 5987 can.
func disposition(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/;`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + url.PathEscape(name)
}

// refusedName names the workbook of the rows of a file that were refused.
func refusedName(lang i18n.Lang, file string) string {
	base := strings.TrimSuffix(path.Base(strings.ReplaceAll(file, `\`, "/")), path.Ext(file))
	return i18n.Message(lang, "import.refused_file", i18n.Params{"file": base}) + ".xlsx"
}
