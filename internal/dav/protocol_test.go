package dav_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/emersion/go-webdav"
	"github.com/emersion/go-webdav/caldav"
	"github.com/emersion/go-webdav/carddav"

	"genjin/internal/clock"
	"genjin/internal/crm"
)

// client gives the user's login to every request of the library's clients.
func (p *phone) client() webdav.HTTPClient {
	return webdav.HTTPClientWithBasicAuth(http.DefaultClient, p.user.Login, p.secret)
}

// TestLibraryFindsCalendars goes the way of a program that knows the server's address alone.
func TestLibraryFindsCalendars(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	ctx := t.Context()
	c := k.rep.customer("甲公司")
	soon, far := k.rep.planned(c, nil), k.rep.planned(c, func(f *crm.Followup) { f.PlannedAt = clock.At(f.PlannedAt.AddDate(0, 2, 0)) })
	cal, err := caldav.NewClient(k.rep.client(), k.server.URL+"/.well-known/caldav")
	k.Must(err)
	principal, err := cal.FindCurrentUserPrincipal(ctx)
	k.Must(err)
	home, err := cal.FindCalendarHomeSet(ctx, principal)
	k.Must(err)
	calendars, err := cal.FindCalendars(ctx, home)
	k.Must(err)
	if len(calendars) != 2 || calendars[0].Path != k.rep.plans() || calendars[0].Name != "跟进计划" || calendars[1].SupportedComponentSet[0] != "VTODO" {
		t.Fatalf("calendars: %+v", calendars)
	}
	found, err := cal.QueryCalendar(ctx, k.rep.plans(), &caldav.CalendarQuery{
		CompRequest: caldav.CalendarCompRequest{Name: ical.CompCalendar, AllProps: true, AllComps: true},
		CompFilter: caldav.CompFilter{Name: ical.CompCalendar, Comps: []caldav.CompFilter{{
			Name: ical.CompEvent, Start: soon.PlannedAt.Add(-time.Hour), End: soon.PlannedAt.Add(time.Hour),
		}}},
	})
	k.Must(err)
	if len(found) != 1 || found[0].Path != k.rep.plans()+soon.ID.String()+".ics" || found[0].ETag == "" || len(found[0].Data.Events()) != 1 {
		t.Errorf("found %+v", found)
	}
	got, err := cal.MultiGetCalendar(ctx, k.rep.plans(), &caldav.CalendarMultiGet{
		Paths:       []string{k.rep.plans() + far.ID.String() + ".ics"},
		CompRequest: caldav.CalendarCompRequest{Name: ical.CompCalendar, AllProps: true, AllComps: true},
	})
	k.Must(err)
	if len(got) != 1 || got[0].Data.Events()[0].Props.Get(ical.PropUID).Value != far.ID.String()+"@genjin" {
		t.Errorf("got %+v", got)
	}
}

func TestLibraryFindsContacts(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	ctx := t.Context()
	c := k.rep.contact(k.rep.customer("甲公司"), nil)
	card, err := carddav.NewClient(k.rep.client(), k.server.URL+"/.well-known/carddav")
	k.Must(err)
	k.Must(card.HasSupport(ctx))
	principal, err := card.FindCurrentUserPrincipal(ctx)
	k.Must(err)
	home, err := card.FindAddressBookHomeSet(ctx, principal)
	k.Must(err)
	books, err := card.FindAddressBooks(ctx, home)
	k.Must(err)
	if len(books) != 1 || books[0].Path != k.rep.contacts() {
		t.Fatalf("address books: %+v", books)
	}
	for text, want := range map[string]int{"欧阳": 1, "司马": 0} {
		found, err := card.QueryAddressBook(ctx, k.rep.contacts(), &carddav.AddressBookQuery{
			DataRequest: carddav.AddressDataRequest{AllProp: true},
			PropFilters: []carddav.PropFilter{{Name: "FN", TextMatches: []carddav.TextMatch{{Text: text}}}},
		})
		k.Must(err)
		if len(found) != want {
			t.Errorf("%s: found %+v", text, found)
		}
	}
	first, err := card.SyncCollection(ctx, k.rep.contacts(), &carddav.SyncQuery{})
	k.Must(err)
	if len(first.Updated) != 1 || first.Updated[0].Path != k.rep.contacts()+c.ID.String()+".vcf" || first.SyncToken == "" {
		t.Errorf("synchronised: %+v", first)
	}
	again, err := card.SyncCollection(ctx, k.rep.contacts(), &carddav.SyncQuery{SyncToken: first.SyncToken})
	k.Must(err)
	if len(again.Updated) != 0 || again.SyncToken != first.SyncToken {
		t.Errorf("synchronised when nothing changed: %+v", again)
	}
}

const askTags = `<D:propfind xmlns:D="DAV:" xmlns:S="http://calendarserver.org/ns/"><D:prop><S:getctag/><D:sync-token/><D:nothing/></D:prop></D:propfind>`

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// TestTagsChangeWithWhatIsSeen: tags of a collection change when and only when something in it does.
func TestTagsChangeWithWhatIsSeen(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.customer("甲公司")
	f := k.rep.planned(c, nil)
	tags := func() (ctag, token string) {
		a := k.rep.want(http.StatusMultiStatus, "PROPFIND", k.rep.plans(), askTags, "Depth", "0")
		return between(a.body, "<S:getctag>", "<"), between(a.body, "<D:sync-token>", "<")
	}
	ctag, token := tags()
	if other, _ := tags(); ctag == "" || other != ctag {
		t.Errorf("the tag changed by itself: %q, %q", ctag, other)
	}
	ask := func(token string) answer {
		return k.rep.send("REPORT", k.rep.plans(), `<D:sync-collection xmlns:D="DAV:"><D:sync-token>`+token+`</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`)
	}
	if a := ask(token); a.StatusCode != http.StatusMultiStatus || strings.Contains(a.body, f.ID.String()+".ics") {
		t.Errorf("nothing changed: %d %s", a.StatusCode, a.body)
	}
	k.Must(change(k, c.ID, func(c *crm.Customer) { c.Name = "乙公司" })) // stands in the title of the event
	if now, _ := tags(); now == ctag {
		t.Error("the tag stayed")
	}
	if a := ask(token); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "<D:valid-sync-token/>") {
		t.Errorf("an old token: %d %s", a.StatusCode, a.body)
	}
	if a := ask(""); a.StatusCode != http.StatusMultiStatus || !strings.Contains(a.body, f.ID.String()+".ics") {
		t.Errorf("from the beginning: %d %s", a.StatusCode, a.body)
	}
}

// TestOddRequests: what makes no sense is refused, and nothing fails.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	f := k.rep.planned(k.rep.customer("甲公司"), nil)
	object := k.rep.plans() + f.ID.String() + ".ics"
	for _, x := range []struct {
		method, path, body string
		want               int
	}{
		{"PROPFIND", k.rep.plans(), "<no xml", 400},
		{"PROPFIND", k.rep.plans(), strings.Repeat("<a>", 100), 400},
		{"PROPFIND", object, "", 207},
		{"PROPFIND", k.rep.plans() + "none.ics", "", 404},
		{"PROPFIND", "/dav/nobody/", "", 404},
		{"REPORT", k.rep.plans(), "", 400},
		{"REPORT", k.rep.plans(), `<x xmlns="DAV:"/>`, 403},
		{"REPORT", k.rep.contacts(), `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"/>`, 403},
		{"REPORT", k.rep.plans(), `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="x"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`, 403},
		{"PUT", k.rep.plans(), "x", 405},
		{"GET", k.rep.plans(), "", 405},
		{"DELETE", k.rep.plans(), "", 403},
		{"PUT", object, "x", 403},
		{"PUT", k.rep.tasks() + f.ID.String() + ".ics", newEvent, 403},
		{"PUT", k.rep.plans() + "a/b.ics", "x", 404},
		{"PUT", k.rep.plans() + strings.Repeat("a", 300), "x", 404},
		{"MKCALENDAR", k.rep.plans() + "new/", "", 405},
		{"MOVE", object, "", 405},
		{"LOCK", object, "", 405},
		{"POST", k.rep.plans(), "", 405},
		{"PUT", object, strings.Repeat("x", 2<<20), 413},
	} {
		if a := k.rep.send(x.method, x.path, x.body); a.StatusCode != x.want {
			t.Errorf("%s %s %.60s: %d, want %d: %.200s", x.method, x.path, x.body, a.StatusCode, x.want, a.body)
		}
	}
	a := k.rep.want(207, "PROPPATCH", k.rep.plans(), `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>`)
	if !strings.Contains(a.body, "403") {
		t.Errorf("a calendar is renamed: %s", a.body)
	}
	a = k.rep.want(207, "REPORT", k.rep.plans(), `<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/></D:prop><D:href>`+object+`</D:href><D:href>/dav/x</D:href><D:href>%zz</D:href></C:calendar-multiget>`)
	if strings.Count(a.body, "404 Not Found") != 2 || !strings.Contains(a.body, object) {
		t.Errorf("some of which are not there: %s", a.body)
	}
}
