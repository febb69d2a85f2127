package api

import (
	"context"
	"net/http"

	"genjin/internal/cn/codes"
	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// CodeItem is an entry of a table of codes.
type CodeItem struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Path  string `json:"path" doc:"广东省 / 深圳市 / 南山区"`
	Level int    `json:"level" doc:"1 at the top"`
	Leaf  bool   `json:"leaf" doc:"Nothing lies below it"`
}

// CodeSet names a table of codes.
type CodeSet struct {
	Set string `path:"set" enum:"gbt2260,gbt4754,countries"`
}

type codeQuery struct {
	CodeSet
	Q      string `query:"q" maxLength:"100" doc:"By code, name, pinyin or initials"`
	Parent string `query:"parent" maxLength:"20" doc:"Those below this code; those at the top without it"`
	Limit  int    `query:"limit" minimum:"0" maximum:"1000"`
}

func (a *API) codeOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/codes/{set}", ID: "list-codes", Summary: "Regions (GB/T 2260), industries (GB/T 4754) and countries (ISO 3166-1)",
		Does: "list", Object: "code", Scope: "everybody",
	}, listCodes)
	handle(a, Op{
		Method: http.MethodGet, Path: "/codes/{set}/{code}", ID: "get-code", Summary: "A region, industry or country",
		Does: "get", Object: "code", Scope: "everybody",
	}, getCode)
}

// cached lets browsers keep what changes only with the program, for each language.
const (
	cached   = "private, max-age=3600"
	cachedBy = "Accept-Language"
)

type codeList struct {
	CacheControl string `header:"Cache-Control"`
	Vary         string `header:"Vary"`
	Body         items[CodeItem]
}

func (c CodeSet) table() *codes.Set {
	switch c.Set {
	case "gbt4754":
		return codes.Industries().Set
	case "countries":
		return codes.Countries().Set
	}
	return codes.Regions().Set
}

func listCodes(_ context.Context, rq *Request, in *codeQuery) (*codeList, error) {
	set := in.table()
	var found []codes.Code
	if in.Q != "" {
		found = set.Search(in.Q, in.Limit)
	} else {
		found = set.Children(in.Parent)
	}
	if in.Limit > 0 && len(found) > in.Limit {
		found = found[:in.Limit]
	}
	out := &codeList{cached, cachedBy, items[CodeItem]{make([]CodeItem, len(found))}}
	for i, c := range found {
		out.Body.Items[i] = codeItem(set, c, rq.Lang)
	}
	return out, nil
}

func codeItem(set *codes.Set, c codes.Code, lang i18n.Lang) CodeItem {
	return CodeItem{Code: c.Code, Name: c.Said(lang), Path: set.PathIn(c.Code, lang), Level: c.Level, Leaf: c.Leaf}
}

type oneCode struct {
	CacheControl string `header:"Cache-Control"`
	Vary         string `header:"Vary"`
	Body         CodeItem
}

func getCode(_ context.Context, rq *Request, in *struct {
	CodeSet
	Code string `path:"code" maxLength:"20"`
},
) (*oneCode, error) {
	set := in.table()
	c, ok := set.Get(in.Code)
	if !ok {
		return nil, errs.New(errs.NotFound, "")
	}
	return &oneCode{cached, cachedBy, codeItem(set, c, rq.Lang)}, nil
}
