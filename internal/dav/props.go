package dav

import (
	"net/http"
	"strconv"
	"strings"

	"genjin/internal/i18n"
)

// resource is a place with what is there.
type resource struct {
	place
	item *item   // of an object
	list []*item // of a collection, when its tag is wanted
}

// props are the properties of each kind of place; of an object those of its collection say what it holds.
var always = []name{
	dav("resourcetype"), dav("displayname"), dav("current-user-principal"), dav("owner"), dav("current-user-privilege-set"),
	dav("supported-report-set"), dav("principal-collection-set"),
}

var props = map[kind][]name{
	root: {},
	principal: {
		dav("principal-URL"), cal("calendar-home-set"), card("addressbook-home-set"), cal("calendar-user-address-set"), card("principal-address"),
		dav("alternate-URI-set"), dav("group-membership"),
	},
	calendarHome: {}, contactHome: {},
	plans: {
		cal("supported-calendar-component-set"), cal("supported-calendar-data"), cal("calendar-description"), cal("max-resource-size"),
		{nsCS, "getctag"},
		dav("sync-token"), dav("getetag"),
		{nsApple, "calendar-color"},
		{nsApple, "calendar-order"},
	},
	contacts: {card("supported-address-data"), card("addressbook-description"), card("max-resource-size"), {nsCS, "getctag"}, dav("sync-token"), dav("getetag")},
	object:   {dav("getetag"), dav("getcontenttype"), dav("getcontentlength"), dav("getlastmodified")},
}

func propsOf(k kind) []name {
	if k == tasks {
		k = plans
	}
	return append(append([]name{}, always...), props[k]...)
}

var titles = map[kind]i18n.Text{
	plans: i18n.T("跟进计划", "Planned follow-ups"), tasks: i18n.T("跟进任务", "Follow-up tasks"), contacts: i18n.T("我的客户联系人", "My customers' contacts"),
	calendarHome: i18n.T("日历", "Calendars"), contactHome: i18n.T("通讯录", "Address books"), root: i18n.T("Genjin", "Genjin"),
}

// prop gives the value of a property; false when the place has none of that name.
func (rq *request) prop(at *resource, n name) (string, bool) {
	for _, one := range propsOf(at.kind) {
		if one == n {
			return rq.value(at, n), true
		}
	}
	if at.kind == object && (n == cal("calendar-data") && at.of != contacts || n == card("address-data") && at.of == contacts) {
		return escape(string(at.item.file)), true
	}
	return "", false
}

func (rq *request) value(at *resource, n name) string {
	user := rq.who.Actor.ID
	me := place{kind: principal}.href(user)
	switch n.local {
	case "resourcetype":
		return resourceType(at.kind)
	case "displayname":
		return escape(rq.title(at))
	case "current-user-principal", "owner", "principal-URL":
		return link(me)
	case "principal-collection-set":
		return link(Prefix)
	case "current-user-privilege-set":
		return privileges(at)
	case "supported-report-set":
		return reportsOf(at.kind)
	case "calendar-home-set":
		return link(place{kind: calendarHome}.href(user))
	case "addressbook-home-set":
		return link(place{kind: contactHome}.href(user))
	case "calendar-user-address-set":
		return link(me)
	case "getetag":
		if at.kind == object {
			return escape(`"` + at.item.tag + `"`)
		}
		return escape(`"` + tokenOf(at.list) + `"`)
	case "getctag":
		return tokenOf(at.list)
	case "sync-token":
		return tokenPrefix + tokenOf(at.list)
	case "getcontenttype":
		return contentType(at.of)
	case "getcontentlength":
		return strconv.Itoa(len(at.item.file))
	case "getlastmodified":
		return at.item.changed.UTC().Format(http.TimeFormat)
	}
	return rq.about(at, n)
}

// about gives what a collection says of itself.
func (rq *request) about(at *resource, n name) string {
	component := map[kind]string{plans: "VEVENT", tasks: "VTODO"}[at.kind]
	switch n.local {
	case "supported-calendar-component-set":
		return `<C:comp name="` + component + `"/>`
	case "supported-calendar-data":
		return `<C:calendar-data content-type="text/calendar" version="2.0"/>`
	case "supported-address-data":
		return `<A:address-data-type content-type="text/vcard" version="3.0"/>`
	case "calendar-description", "addressbook-description":
		return escape(rq.title(at))
	case "max-resource-size":
		return strconv.Itoa(maxBody)
	case "calendar-color":
		return map[kind]string{plans: "#1456D9FF", tasks: "#18734AFF"}[at.kind]
	case "calendar-order":
		return strconv.Itoa(int(at.kind))
	}
	return ""
}

func (rq *request) title(at *resource) string {
	switch at.kind {
	case principal:
		return rq.who.Actor.Name
	case object:
		return at.name
	case root, calendarHome, contactHome, plans, tasks, contacts:
	}
	return titles[at.kind].In(rq.lang)
}

func contentType(of kind) string {
	switch of {
	case contacts:
		return "text/vcard; charset=utf-8"
	case tasks:
		return "text/calendar; charset=utf-8; component=VTODO"
	default:
		return "text/calendar; charset=utf-8; component=VEVENT"
	}
}

func resourceType(k kind) string {
	switch k {
	case principal:
		return "<D:collection/><D:principal/>"
	case plans, tasks:
		return "<D:collection/><C:calendar/>"
	case contacts:
		return "<D:collection/><A:addressbook/>"
	case object:
		return ""
	case root, calendarHome, contactHome:
	}
	return "<D:collection/>"
}

// privileges says what a program may try. Contacts are neither made nor removed in a phone, since each hangs on a customer.
func privileges(at *resource) string {
	may := []string{"read", "read-current-user-privilege-set"}
	k := at.kind
	if k == object {
		k = at.of
	}
	switch k {
	case plans, tasks:
		may = append(may, "write-content", "bind", "unbind")
	case contacts:
		may = append(may, "write-content")
	case root, principal, calendarHome, contactHome, object:
	}
	var out strings.Builder
	for _, p := range may {
		out.WriteString("<D:privilege>" + tag(dav(p), "") + "</D:privilege>")
	}
	return out.String()
}

func reportsOf(k kind) string {
	var of []name
	switch k {
	case plans, tasks:
		of = []name{cal("calendar-query"), cal("calendar-multiget"), dav("sync-collection")}
	case contacts:
		of = []name{card("addressbook-query"), card("addressbook-multiget"), dav("sync-collection")}
	case root, principal, calendarHome, contactHome, object:
	}
	var out strings.Builder
	for _, n := range of {
		out.WriteString("<D:supported-report><D:report>" + tag(n, "") + "</D:report></D:supported-report>")
	}
	return out.String()
}
