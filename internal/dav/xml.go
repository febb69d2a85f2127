package dav

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Namespaces with the prefixes that answers use.
const (
	nsDAV   = "DAV:"
	nsCal   = "urn:ietf:params:xml:ns:caldav"
	nsCard  = "urn:ietf:params:xml:ns:carddav"
	nsCS    = "http://calendarserver.org/ns/"
	nsApple = "http://apple.com/ns/ical/"
)

var prefixes = map[string]string{nsDAV: "D", nsCal: "C", nsCard: "A", nsCS: "S", nsApple: "I"}

// name is the name of a property, a report or a condition.
type name struct{ space, local string }

func dav(local string) name  { return name{nsDAV, local} }
func cal(local string) name  { return name{nsCal, local} }
func card(local string) name { return name{nsCard, local} }

// element is a part of a request's body.
type element struct {
	name     name
	attrs    map[string]string
	text     string
	children []*element
}

// Bounds of a request's body, beside its bytes.
const (
	mostElements = 20_000
	deepest      = 32
)

// read reads the body of a request; nil for none. What is no XML is a refusal.
func readXML(body io.Reader) (*element, error) {
	bad := refusal{status: http.StatusBadRequest}
	d := xml.NewDecoder(body)
	top := &element{}
	open := []*element{top}
	for n := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		if err != nil {
			return nil, bad
		}
		switch t := token.(type) {
		case xml.StartElement:
			if n++; n > mostElements || len(open) > deepest {
				return nil, bad
			}
			e := &element{name: name{t.Name.Space, t.Name.Local}, attrs: map[string]string{}}
			for _, a := range t.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			parent := open[len(open)-1]
			parent.children = append(parent.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			open[len(open)-1].text += string(t)
		}
	}
	if len(top.children) == 0 {
		return nil, nil //nolint:nilnil // a body that is missing is usual: it asks for everything
	}
	return top.children[0], nil
}

// child gives the first child of that name, or nil.
func (e *element) child(n name) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == n {
			return c
		}
	}
	return nil
}

// escape writes text for the inside of an element. What XML cannot hold is left out.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// tag writes an element; inner is XML already.
func tag(n name, inner string) string {
	p, known := prefixes[n.space]
	if !known {
		if inner == "" {
			return fmt.Sprintf(`<%s xmlns="%s"/>`, n.local, escape(n.space))
		}
		return fmt.Sprintf(`<%s xmlns="%s">%s</%s>`, n.local, escape(n.space), inner, n.local)
	}
	if inner == "" {
		return "<" + p + ":" + n.local + "/>"
	}
	return "<" + p + ":" + n.local + ">" + inner + "</" + p + ":" + n.local + ">"
}

// link writes an address as a property's value.
func link(href string) string { return tag(dav("href"), escape(href)) }

const xmlHead = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

// document writes the whole of an answer.
func document(n name, inner string) string {
	var spaces strings.Builder
	for _, ns := range []string{nsDAV, nsCal, nsCard, nsCS, nsApple} {
		fmt.Fprintf(&spaces, ` xmlns:%s="%s"`, prefixes[ns], ns)
	}
	p := prefixes[n.space]
	return xmlHead + "<" + p + ":" + n.local + spaces.String() + ">" + inner + "</" + p + ":" + n.local + ">\n"
}

func (rq *request) sendXML(status int, body string) {
	rq.w.Header().Set("Content-Type", `application/xml; charset="utf-8"`)
	rq.w.WriteHeader(status)
	if rq.r.Method != http.MethodHead {
		_, _ = io.WriteString(rq.w, body)
	}
}

// sendError answers with a status, the condition that was not met, and a sentence that some programs show.
func (rq *request) sendError(no refusal) {
	inner := ""
	if no.condition.local != "" {
		inner = tag(no.condition, "")
	}
	if no.say != "" {
		inner += tag(dav("responsedescription"), escape(no.say))
	}
	rq.sendXML(no.status, document(dav("error"), inner))
}

// multistatus collects the answers about many resources.
type multistatus struct{ b strings.Builder }

// property is one that was asked for: its value as XML, or not there.
type property struct {
	name  name
	value string
	found bool
}

func (m *multistatus) add(href string, props []property) {
	var found, missing strings.Builder
	for _, p := range props {
		if p.found {
			found.WriteString(tag(p.name, p.value))
		} else {
			missing.WriteString(tag(p.name, ""))
		}
	}
	m.b.WriteString("<D:response>" + link(href))
	if found.Len() > 0 || missing.Len() == 0 {
		m.b.WriteString(propstat(found.String(), http.StatusOK))
	}
	if missing.Len() > 0 {
		m.b.WriteString(propstat(missing.String(), http.StatusNotFound))
	}
	m.b.WriteString("</D:response>\n")
}

func propstat(props string, status int) string {
	return "<D:propstat><D:prop>" + props + "</D:prop>" + statusLine(status) + "</D:propstat>"
}

func statusLine(status int) string {
	return tag(dav("status"), fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status)))
}

// gone says that there is nothing at an address.
func (m *multistatus) gone(href string) {
	m.b.WriteString("<D:response>" + link(href) + statusLine(http.StatusNotFound) + "</D:response>\n")
}

// send answers; more stands after the responses.
func (m *multistatus) send(rq *request, more string) error {
	rq.sendXML(http.StatusMultiStatus, document(dav("multistatus"), m.b.String()+more))
	return nil
}
