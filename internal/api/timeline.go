package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/crm"
	"genjin/internal/id"
	"genjin/internal/record"
)

// TimelineItem is something that happened with a customer or a lead.
type TimelineItem struct {
	Type   string          `json:"type" enum:"followup,stage,review,file,log"`
	At     time.Time       `json:"at"`
	Record json.RawMessage `json:"record,omitempty" doc:"The follow-up, change of stage, review or file"`
	Log    *LogItem        `json:"log,omitempty"`
}

// TimelinePage is a part of a timeline, newest first.
type TimelinePage struct {
	Items []TimelineItem `json:"items" nullable:"false"`
	Next  string         `json:"next"`
}

const timelinePage = 30

func (a *API) timelineOperations() {
	types := &huma.Param{Name: "types", In: "query", Description: "followup, stage, review, file, log by comma; all when missing", Schema: &huma.Schema{Type: huma.TypeString}}
	a.raw(Op{
		Method: http.MethodGet, Path: "/customers/{id}/timeline", ID: "timeline", Summary: "What happened with a customer",
		Does: "timeline", Object: "customer", Scope: "view", Gives: TimelinePage{}, Params: append(idParam(), cursorParam(), types),
	}, a.timeline("customer"))
	a.raw(Op{
		Method: http.MethodGet, Path: "/leads/{id}/timeline", ID: "lead-timeline", Summary: "What happened with a lead",
		Does: "timeline", Object: "lead", Scope: "view", Gives: TimelinePage{}, Params: append(idParam(), cursorParam(), types),
	}, a.timeline("lead"))
}

func (a *API) timeline(of string) func(w http.ResponseWriter, rq *Request) error {
	return func(w http.ResponseWriter, rq *Request) error { return a.sendTimeline(w, rq, of) }
}

func (a *API) sendTimeline(w http.ResponseWriter, rq *Request, of string) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	q := rq.HTTP.URL.Query()
	types := crm.TimelineTypes
	if wanted := q.Get("types"); wanted != "" {
		types = strings.Split(wanted, ",")
	}
	below, err := crm.ParsePlace(q.Get("cursor"))
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var page TimelinePage
	err = a.read(ctx, rq, func(s *record.Session) error {
		page, err = timelineOf(ctx, s, of, x, below, types)
		rq.rows = len(page.Items)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, page)
}

func timelineOf(ctx context.Context, s *record.Session, of string, x id.ID, below crm.Place, types []string) (TimelinePage, error) {
	page := TimelinePage{Items: []TimelineItem{}}
	events, err := crm.Timeline(ctx, s, of, x, below, types, timelinePage+1)
	if err != nil {
		return page, err
	}
	if len(events) > timelinePage {
		events = events[:timelinePage]
		page.Next = events[timelinePage-1].Place.String()
	}
	views, err := viewsOf(ctx, s, events)
	if err != nil {
		return page, err
	}
	for _, e := range events {
		item := TimelineItem{Type: e.Type, At: e.At}
		if e.Row != nil {
			item.Record = views[e.Row.Entity()].AppendJSON(nil, e.Row)
		} else {
			log := logItem(s, *e.Change)
			item.Log = &log
		}
		page.Items = append(page.Items, item)
	}
	return page, nil
}

// viewsOf prepares the records among events to be shown, all of an entity at once.
func viewsOf(ctx context.Context, s *record.Session, events []crm.Event) (map[string]*record.View, error) {
	rows := map[string][]*record.Row{}
	var names []string
	for _, e := range events {
		if e.Row == nil {
			continue
		}
		name := e.Row.Entity()
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		rows[name] = append(rows[name], e.Row)
	}
	out := map[string]*record.View{}
	for _, name := range names {
		view, err := s.View(ctx, name, rows[name], nil)
		if err != nil {
			return nil, err
		}
		out[name] = view
	}
	return out, nil
}
