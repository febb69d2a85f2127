package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"genjin/internal/id"
	"genjin/internal/record"
)

// SearchHit is a record that the search box found.
type SearchHit struct {
	Entity   string `json:"entity"`
	ID       id.ID  `json:"id"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle" doc:"The record it hangs on"`
	Parent   id.ID  `json:"parent_id"`
	Matched  string `json:"matched" doc:"The field that was found"`
	Label    string `json:"label" doc:"The field's label"`
}

func (a *API) searchOperations() {
	a.raw(Op{
		Method: http.MethodGet, Path: "/search", ID: "search", Summary: "Records by name, pinyin, number or code",
		Does: "search", Object: "record", Scope: "view", Gives: items[SearchHit]{},
		Params: []*huma.Param{
			{Name: "q", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "limit", In: "query", Schema: &huma.Schema{Type: huma.TypeInteger}},
		},
	}, func(w http.ResponseWriter, rq *Request) error {
		q := rq.HTTP.URL.Query()
		limit, err := strconv.Atoi(q.Get("limit"))
		if err != nil || limit < 1 {
			limit = 20
		}
		ctx := rq.HTTP.Context()
		out := items[SearchHit]{[]SearchHit{}}
		err = a.read(ctx, rq, func(s *record.Session) error {
			out.Items, err = searchHits(ctx, s, clipText(q.Get("q"), 100), limit)
			rq.rows = len(out.Items)
			return err
		})
		if err != nil {
			return err
		}
		return sendJSON(w, out)
	})
}

func searchHits(ctx context.Context, s *record.Session, typed string, limit int) ([]SearchHit, error) {
	hits, err := s.Search(ctx, typed, limit)
	out := make([]SearchHit, 0, len(hits))
	for _, h := range hits {
		out = append(out, SearchHit{h.Entity, h.ID, h.Title, h.Subtitle, h.Parent, h.Matched, s.FieldLabel(h.Entity + "." + h.Matched)})
	}
	return out, err
}

func clipText(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
