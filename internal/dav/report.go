package dav

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"genjin/internal/errs"
)

// report answers the questions about collections.
func (rq *request) report() error {
	ask, err := readXML(rq.r.Body)
	if err != nil {
		return err
	}
	if ask == nil {
		return refusal{status: http.StatusBadRequest}
	}
	of := rq.at.kind
	if of == object { // some programs ask an object instead of its collection
		of = rq.at.of
	}
	isCalendar := of == plans || of == tasks
	switch {
	case isCalendar && ask.name == cal("calendar-multiget"), of == contacts && ask.name == card("addressbook-multiget"):
		return rq.multiget(of, ask)
	case isCalendar && ask.name == cal("calendar-query"), of == contacts && ask.name == card("addressbook-query"):
		return rq.query(of, ask)
	case (isCalendar || of == contacts) && ask.name == dav("sync-collection"):
		return rq.sync(of, ask)
	}
	return refusal{status: http.StatusForbidden, condition: dav("supported-report")}
}

// answer adds what a report wants to know of an object.
func (rq *request) answer(out *multistatus, of kind, i *item, ask *element) {
	at := rq.resource(of, i)
	out.add(at.href(rq.who.Actor.ID), rq.asked(at, ask))
}

// multiget gives the objects that a program names.
func (rq *request) multiget(of kind, ask *element) error {
	list, err := rq.read(of)
	if err != nil {
		return err
	}
	var out multistatus
	for _, c := range ask.children {
		if c.name != dav("href") {
			continue
		}
		href := strings.TrimSpace(c.text)
		if i := rq.itemAt(list, of, href); i != nil {
			rq.answer(&out, of, i, ask)
		} else {
			out.gone(href)
		}
	}
	return out.send(rq, "")
}

// itemAt gives the object at an address, which may be a whole one; nil when there is none in the collection.
func (rq *request) itemAt(list []*item, of kind, href string) *item {
	u, err := url.Parse(href)
	if err != nil {
		return nil
	}
	at, found := placeOf(u.Path, rq.who.Actor.ID)
	if !found || at.kind != object || at.of != of {
		return nil
	}
	return find(list, at.name)
}

// query gives the objects that a filter finds.
func (rq *request) query(of kind, ask *element) error {
	list, err := rq.read(of)
	if err != nil {
		return err
	}
	most := len(list)
	if limit := ask.child(card("limit")).child(card("nresults")); limit != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(limit.text)); err == nil && n >= 0 {
			most = min(most, n)
		}
	}
	var out multistatus
	for _, i := range list {
		var fits bool
		if of == contacts {
			fits, err = matchCard(i, ask.child(card("filter")))
		} else {
			fits, err = matchCalendar(i, of, ask.child(cal("filter")))
		}
		if err != nil {
			return err
		}
		if fits && most > 0 {
			most--
			rq.answer(&out, of, i, ask)
		}
	}
	return out.send(rq, "")
}

// sync tells all objects to a program that knows nothing, and that nothing changed to one that is up to date. Of another
// token nothing is known any more: the program asks for all tags, and fetches what differs (RFC 6578, 3.2).
func (rq *request) sync(of kind, ask *element) error {
	list, err := rq.read(of)
	if err != nil {
		return err
	}
	token := tokenPrefix + tokenOf(list)
	known := ""
	if t := ask.child(dav("sync-token")); t != nil {
		known = strings.TrimSpace(t.text)
	}
	var out multistatus
	switch known {
	case "":
		for _, i := range list {
			rq.answer(&out, of, i, ask)
		}
	case token:
	default:
		return refusal{status: http.StatusForbidden, condition: dav("valid-sync-token")}
	}
	return out.send(rq, tag(dav("sync-token"), escape(token)))
}

// get gives an object.
func (rq *request) get() error {
	if rq.at.kind != object {
		rq.w.Header().Set("Allow", methods)
		return refusal{status: http.StatusMethodNotAllowed}
	}
	list, err := rq.read(rq.at.of)
	if err != nil {
		return err
	}
	i := find(list, rq.at.name)
	if i == nil {
		return errs.New(errs.NotFound, "")
	}
	h := rq.w.Header()
	h.Set("ETag", `"`+i.tag+`"`)
	h.Set("Content-Type", contentType(rq.at.of))
	h.Set("Last-Modified", i.changed.UTC().Format(http.TimeFormat))
	if matches(rq.r.Header.Get("If-None-Match"), i.tag) {
		rq.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Length", strconv.Itoa(len(i.file)))
	rq.w.WriteHeader(http.StatusOK)
	if rq.r.Method == http.MethodGet {
		_, _ = rq.w.Write(i.file)
	}
	return nil
}

// matches reports whether a header such as If-Match names a tag, or any. A proxy may have marked it as weak.
func matches(header, tag string) bool {
	return slices.ContainsFunc(strings.Split(header, ","), func(one string) bool {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		return one == "*" || one == `"`+tag+`"`
	})
}
