package dav

import (
	"net/http"
	"slices"

	"genjin/internal/errs"
)

// below are the places in a place, but for objects.
var below = map[kind][]kind{root: {principal}, principal: {calendarHome, contactHome}, calendarHome: {plans, tasks}, contactHome: {contacts}}

// propfind tells the properties of a place and, asked to, of those in it.
func (rq *request) propfind() error {
	ask, err := readXML(rq.r.Body)
	if err != nil {
		return err
	}
	deep := rq.r.Header.Get("Depth") != "0"
	here, inside, err := rq.resources(deep)
	if err != nil {
		return err
	}
	var out multistatus
	for _, at := range append([]*resource{here}, inside...) {
		out.add(at.href(rq.who.Actor.ID), rq.asked(at, ask))
	}
	return out.send(rq, "")
}

// resources gives the place that was asked for and, asked to, those in it.
func (rq *request) resources(deep bool) (here *resource, inside []*resource, err error) {
	here = &resource{place: rq.at}
	switch rq.at.kind {
	case object:
		list, err := rq.read(rq.at.of)
		if err != nil {
			return nil, nil, err
		}
		if here.item = find(list, rq.at.name); here.item == nil {
			return nil, nil, errs.New(errs.NotFound, "")
		}
		return here, nil, nil
	case plans, tasks, contacts:
		if here.list, err = rq.read(rq.at.kind); err != nil || !deep {
			return here, nil, err
		}
		for _, i := range here.list {
			inside = append(inside, rq.resource(rq.at.kind, i))
		}
		return here, inside, nil
	case root, principal, calendarHome, contactHome:
	}
	for _, k := range below[rq.at.kind] {
		one := &resource{place: place{kind: k}}
		if _, collects := collections[k]; collects && deep {
			if one.list, err = rq.read(k); err != nil {
				return nil, nil, err
			}
		}
		inside = append(inside, one)
	}
	if !deep {
		inside = nil
	}
	return here, inside, nil
}

func (rq *request) resource(of kind, i *item) *resource {
	return &resource{place: place{kind: object, of: of, name: i.name}, item: i}
}

// asked gives the properties that a PROPFIND asks for: those it names, else all, or their names alone.
func (rq *request) asked(at *resource, ask *element) []property {
	if named := ask.child(dav("prop")); named != nil {
		return rq.named(at, named)
	}
	var out []property
	for _, n := range propsOf(at.kind) {
		p := property{name: n, found: true}
		if ask.child(dav("propname")) == nil {
			p.value = rq.value(at, n)
		}
		out = append(out, p)
	}
	return out
}

func (rq *request) named(at *resource, named *element) []property {
	var out []property
	for _, c := range named.children {
		if slices.ContainsFunc(out, func(p property) bool { return p.name == c.name }) {
			continue
		}
		value, found := rq.prop(at, c.name)
		out = append(out, property{c.name, value, found})
	}
	return out
}

// proppatch refuses every change: names and colours are a program's own affair.
func (rq *request) proppatch() error {
	ask, err := readXML(rq.r.Body)
	if err != nil || ask == nil {
		return refusal{status: http.StatusBadRequest}
	}
	props := ""
	for _, change := range ask.children {
		if p := change.child(dav("prop")); p != nil {
			for _, c := range p.children {
				props += tag(c.name, "")
			}
		}
	}
	var out multistatus
	out.b.WriteString("<D:response>" + link(rq.at.href(rq.who.Actor.ID)) + propstat(props, http.StatusForbidden) + "</D:response>")
	return out.send(rq, "")
}
