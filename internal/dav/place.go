package dav

import (
	"net/url"
	"strings"

	"genjin/internal/id"
)

// kind is what lies at a place.
type kind int

const (
	root kind = iota
	principal
	calendarHome
	contactHome
	plans
	tasks
	contacts
	object // in one of the three collections
)

// place is an address below Prefix.
type place struct {
	kind kind
	of   kind   // the collection of an object
	name string // of an object, with its ending
}

// collections by their path below the user's.
var collections = map[kind]string{plans: "calendars/plans/", tasks: "calendars/tasks/", contacts: "contacts/customers/"}

// endings of the names of objects.
var endings = map[kind]string{plans: ".ics", tasks: ".ics", contacts: ".vcf"}

// longestName bounds the names that programs give.
const longestName = 200

// placeOf reads a path; false for what is not there, which includes all that is somebody else's.
func placeOf(path string, user id.ID) (place, bool) {
	below, ok := strings.CutPrefix(path, Prefix)
	if !ok {
		return place{}, false
	}
	if below == "" {
		return place{kind: root}, true
	}
	whose, below, _ := strings.Cut(below, "/")
	if whose != user.String() {
		return place{}, false
	}
	switch below {
	case "":
		return place{kind: principal}, true
	case "calendars", "calendars/":
		return place{kind: calendarHome}, true
	case "contacts", "contacts/":
		return place{kind: contactHome}, true
	}
	for k, under := range collections {
		if below+"/" == under {
			return place{kind: k}, true
		}
		if name, inside := strings.CutPrefix(below, under); inside {
			switch {
			case name == "":
				return place{kind: k}, true
			case strings.Contains(name, "/") || len(name) > longestName:
				return place{}, false
			}
			return place{kind: object, of: k, name: name}, true
		}
	}
	return place{}, false
}

// href gives the address of a place.
func (p place) href(user id.ID) string {
	base := Prefix + user.String() + "/"
	switch p.kind {
	case root:
		return Prefix
	case principal:
		return base
	case calendarHome:
		return base + "calendars/"
	case contactHome:
		return base + "contacts/"
	case object:
		return base + collections[p.of] + url.PathEscape(p.name)
	case plans, tasks, contacts:
	}
	return base + collections[p.kind]
}
