package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/exporter"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sqldb"
)

// CompanyLogItem is one line of the company's log.
type CompanyLogItem struct {
	LogItem
	Entity      string `json:"entity" doc:"setting and field for what is no record"`
	EntityLabel string `json:"entity_label"`
	Record      Named  `json:"record" doc:"Its id is empty for what concerns no single record"`
	Batch       id.ID  `json:"batch" doc:"The import or bulk operation it belongs to"`
}

// CompanyLogPage is a part of the company's log, newest first.
type CompanyLogPage struct {
	Items []CompanyLogItem `json:"items" nullable:"false"`
	Next  string           `json:"next"`
}

// moduleLog is the module whose permissions let people read the log.
const moduleLog = "log"

func (a *API) logOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/log", ID: "list-log", Summary: "The company's log: who changed what, when and through which door",
		Does: "list", Object: moduleLog, Scope: "view", Gives: CompanyLogPage{}, Params: append(logParams(), cursorParam()),
	}, a.companyLog)
	a.raw(Op{
		Method: http.MethodGet, Path: "/log/export", ID: "export-log", Summary: "The company's log as a file, a line for each field",
		Does: "export", Object: moduleLog, Scope: "export", Confirm: "log:export", GivesType: sheetType, GivesAlsoTypes: []string{"text/csv"}, Timeout: -1,
		Params: append(logParams(), &huma.Param{Name: "format", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"xlsx", "csv"}, Default: "xlsx"}}),
	}, a.exportLog)
	a.raw(Op{
		Method: http.MethodGet, Path: "/log/seal", ID: "get-log-seal", Summary: "The newest seal over the log, to be kept elsewhere, or an older one to compare with",
		Does: "get", Object: moduleLog, Scope: "view", Gives: audit.Seal{},
		Params: []*huma.Param{{Name: "number", In: "query", Description: "Of an older seal", Schema: &huma.Schema{Type: huma.TypeInteger}}},
	}, a.logSeal)
}

func logParams() []*huma.Param {
	text := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return []*huma.Param{
		text("entity", "Only entries about these, by comma: customer, user, setting, …"),
		text("action", "create, update, archive, restore, delete, assign, share, export, erase, …"),
		text("origin", "screen, api, import, rule, cli, undo, demo"),
		text("user", "Id of who did it"), text("record", "Id of what it was done to"), text("batch", "Id of an import or bulk operation"),
		text("from", "The first day, 2006-01-02"), text("to", "The last day"),
	}
}

func (a *API) logFilter(values url.Values) (f audit.Filter, err error) {
	f = audit.Filter{Action: audit.Action(values.Get("action")), Origin: audit.Origin(values.Get("origin"))}
	if names := values.Get("entity"); names != "" {
		f.Entities = strings.Split(names, ",")
	}
	var problems errs.Fields
	for name, into := range map[string]*id.ID{"user": &f.User, "record": &f.Record, "batch": &f.Batch} {
		if *into, err = id.Parse(values.Get(name)); err != nil {
			problems.Add(name, "log.id", "value", values.Get(name))
		}
	}
	for name, into := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if values.Get(name) == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, values.Get(name), a.Store.Zone())
		if err != nil {
			problems.Add(name, "field.date", "value", values.Get(name))
			continue
		}
		if *into = day; name == "to" {
			*into = day.AddDate(0, 0, 1)
		}
	}
	return f, problems.Err()
}

// mayLog refuses those who may not do that with the log.
func mayLog(rq *Request, action access.Action) error {
	if !rq.Actor.May(moduleLog, action) {
		return errs.New(errs.Denied, "")
	}
	return nil
}

func (a *API) companyLog(w http.ResponseWriter, rq *Request) error {
	if err := mayLog(rq, access.View); err != nil {
		return err
	}
	f, err := a.logFilter(rq.HTTP.URL.Query())
	if err != nil {
		return err
	}
	before, err := id.Parse(rq.HTTP.URL.Query().Get("cursor"))
	if err != nil {
		return errs.New(errs.Invalid, "list.cursor")
	}
	ctx := rq.HTTP.Context()
	page := CompanyLogPage{Items: []CompanyLogItem{}}
	err = a.read(ctx, rq, func(s *record.Session) error {
		entries, next, err := s.Log(ctx, f, before, logPage)
		for _, e := range entries {
			page.Items = append(page.Items, companyLogItem(s, e))
		}
		page.Next, rq.rows = next.String(), len(page.Items)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, page)
}

// notRecords names what the log tells of besides records.
var notRecords = map[string]i18n.Text{
	"setting": i18n.T("系统设置", "Setting"), "field": i18n.T("字段", "Field"), moduleLog: i18n.T("日志", "Log"),
}

// notFields names what the log says of no field.
var notFields = map[string]i18n.Text{
	"rows": i18n.T("行数", "Rows"), "format": i18n.T("格式", "Format"), "fields": i18n.T("列", "Columns"),
	"working_hours": i18n.T("工作时间", "Working hours"), "weekend": i18n.T("休息日", "Days off"), "special_days": i18n.T("特殊日期", "Special days"),
	"holiday_notice": i18n.T("放假安排", "Holidays"),
	"company":        i18n.T("公司名称", "Company"), "filter": i18n.T("筛选", "Filter"), "q": i18n.T("搜索", "Search"), "archived": i18n.T("已归档", "Archived"),
}

func companyLogItem(s *record.Session, e record.LogEntry) CompanyLogItem {
	lang := s.Actor.Lang
	item := CompanyLogItem{LogItem: logItem(s, e.Change), Entity: e.Entity, EntityLabel: notRecords[e.Entity].In(lang), Batch: e.Batch}
	if e.Def != nil {
		item.EntityLabel = e.Def.Label.In(lang)
	}
	if item.EntityLabel == "" {
		item.EntityLabel = e.Entity
	}
	if e.Record != 0 {
		item.Record = Named{e.Record, e.Title}
	}
	for _, c := range e.Other {
		label := notFields[c.Field].In(lang)
		if label == "" {
			label = c.Field
		}
		change := LogChange{Field: c.Field, Label: label, Old: rawOf(c.Old), New: rawOf(c.New), OldText: textOf(c.Old), NewText: textOf(c.New)}
		if c.Field == "fields" && e.Def != nil {
			change.NewText = labels(s, e.Def, change.NewText)
		}
		item.Changes = append(item.Changes, change)
	}
	return item
}

// labels gives the labels of fields whose names stand with commas between.
func labels(s *record.Session, def *entity.Def, names string) string {
	var out []string
	for name := range strings.SplitSeq(names, ",") {
		out = append(out, s.FieldLabel(def.Name+"."+name))
	}
	return strings.Join(out, i18n.T("、", ", ").In(s.Actor.Lang))
}

func rawOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil { // numbers and texts always can be written
		return json.RawMessage("null")
	}
	return b
}

func textOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (a *API) logSeal(w http.ResponseWriter, rq *Request) error {
	if err := mayLog(rq, access.View); err != nil {
		return err
	}
	ctx, asked := rq.HTTP.Context(), rq.HTTP.URL.Query().Get("number")
	number, err := strconv.ParseInt(asked, 10, 64)
	if asked != "" && err != nil {
		return errs.OfField("number", "log.id", "value", asked)
	}
	var seal audit.Seal
	err = a.Store.DB().Read(ctx, func(tx *sqldb.Tx) (err error) {
		if asked == "" {
			seal, err = audit.Newest(ctx, tx)
		} else {
			seal, err = audit.SealOf(ctx, tx, number)
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, seal)
}

// mostLogLines is how many lines one file of the log has; a later part is asked for by its days.
const mostLogLines = 200_000

func (a *API) exportLog(w http.ResponseWriter, rq *Request) error {
	if err := mayLog(rq, access.Export); err != nil {
		return err
	}
	values := rq.HTTP.URL.Query()
	f, err := a.logFilter(values)
	if err != nil {
		return err
	}
	format, mediaType := exporter.XLSX, sheetType
	if values.Get("format") == string(exporter.CSV) {
		format, mediaType = exporter.CSV, csvType
	}
	title := notRecords[moduleLog].In(rq.Lang)
	return a.sendWhole(w, title, string(format), mediaType, func(file io.Writer) error {
		var out sheet.Writer = sheet.NewCSV(file)
		ctx, lines := rq.HTTP.Context(), 0
		err := a.read(ctx, rq, func(s *record.Session) (err error) {
			if format == exporter.XLSX {
				mark := exporter.Mark(s)
				out = sheet.NewXLSX(file, sheet.XLSXOptions{Sheet: title, Banner: mark, Footer: mark, Author: rq.Actor.Name})
			}
			lines, err = writeLog(ctx, s, f, out)
			rq.rows = lines
			return err
		})
		if err != nil {
			return err
		}
		return a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error {
			return exporter.Log(ctx, s, moduleLog, []audit.Change{
				{Field: "rows", New: int64(lines)}, {Field: "format", New: string(format)}, {Field: "filter", New: values.Encode()},
			})
		})
	})
}

func writeLog(ctx context.Context, s *record.Session, f audit.Filter, out sheet.Writer) (lines int, err error) {
	headings := []i18n.Text{
		i18n.T("时间", "Time"), i18n.T("用户", "User"), i18n.T("来源", "Through"), i18n.T("操作", "Action"), i18n.T("对象", "Object"),
		i18n.T("记录", "Record"), i18n.T("字段", "Field"), i18n.T("原值", "Before"), i18n.T("新值", "After"), i18n.T("系统编号", "System id"),
	}
	columns := make([]sheet.Column, len(headings))
	for i, h := range headings {
		columns[i] = sheet.Column{Title: h.In(s.Actor.Lang)}
	}
	columns[0].Format = sheet.AsTime
	if err := out.Header(columns); err != nil {
		return 0, err
	}
	var before id.ID
	for {
		entries, next, err := s.Log(ctx, f, before, record.MaxLimit)
		if err != nil {
			return 0, err
		}
		for _, e := range entries {
			n, err := writeLogItem(s, companyLogItem(s, e), e.At.Time, out)
			if err != nil {
				return 0, err
			}
			if lines += n; lines > mostLogLines {
				return 0, errs.New(errs.Invalid, "log.too_many", "max", mostLogLines)
			}
		}
		if before = next; before == 0 {
			return lines, out.Close()
		}
	}
}

func writeLogItem(s *record.Session, item CompanyLogItem, at time.Time, out sheet.Writer) (lines int, err error) {
	changes := item.Changes
	if len(changes) == 0 {
		changes = []LogChange{{}}
	}
	for _, c := range changes {
		err := out.Row([]sheet.Value{
			sheet.Moment(at.In(s.Store().Zone())), sheet.Str(item.User.Name), sheet.Str(string(item.Origin)), sheet.Str(string(item.Action)),
			sheet.Str(item.EntityLabel), sheet.Str(item.Record.Name), sheet.Str(c.Label), sheet.Str(c.OldText), sheet.Str(c.NewText), sheet.Str(item.Record.ID.String()),
		})
		if err != nil {
			return lines, err
		}
		lines++
	}
	return lines, nil
}
