package api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"genjin/internal/crm"
	"genjin/internal/id"
	"genjin/internal/org"
)

// TestLeadClocks: a lead tells what was promised about it, station after station, and what became of that.
func TestLeadClocks(t *testing.T) {
	t.Parallel()
	s := newServerOf(t, crm.Register, func(*Deps) {})
	root, ann := s.setUp(), s.user("ann", org.SalesRep)
	lead := ann.make("/leads", rec{"company": "华盛精密", "contact_name": "王工", "source": "fair", "acquired_at": s.clock.Now().Add(-30 * time.Hour)})
	address := "/leads/" + lead.id()
	stations := func() string {
		t.Helper()
		var out []string
		for _, c := range into[LeadAdvice](t, ann.want(200, "GET", address+"/advice", nil)).Clocks {
			if (c.State == "running") != (c.MetAt == nil) || c.DueAt.Before(c.StartedAt.Time) || c.Label == "" {
				t.Errorf("%+v", c)
			}
			out = append(out, c.Kind+" "+c.State)
		}
		return strings.Join(out, ", ")
	}
	decide := func(decision LeadDecision) {
		t.Helper()
		s.clock.Advance(time.Hour)
		decision.IDs = []id.ID{parsed(t, lead)}
		if done := into[BulkDone](t, root.want(200, "POST", "/leads/review", decision)); done.Changed != 1 {
			t.Fatalf("%+v", done)
		}
	}
	want := "lead.register late, lead.review running"
	if got := stations(); got != want {
		t.Error(got)
	}
	decide(LeadDecision{Result: "return", Lacking: []string{"phone"}})
	want = "lead.register late, lead.review met, lead.supplement running"
	if got := stations(); got != want {
		t.Error(got)
	}
	s.clock.Advance(25 * time.Hour)
	lead = ann.want(200, "GET", address, nil).object(t)
	ann.ifMatch(lead["version"]).want(200, "PATCH", address, rec{"phone": "13961234434"})
	ann.want(204, "POST", address+"/resubmit", LeadOpinion{})
	decide(LeadDecision{Result: "pass", Grade: "A"})
	want = "lead.register late, lead.review met, lead.supplement late, lead.review met, lead.plan running, lead.first_contact running"
	if got := stations(); got != want {
		t.Error(got)
	}
	ann.want(200, "POST", address+"/move", LeadMove{State: "lost", LossReason: "budget"})
	want = strings.Replace(want, "lead.plan running, lead.first_contact running", "lead.plan cancelled, lead.first_contact cancelled", 1)
	if got := stations(); got != want {
		t.Error(got)
	}
}

// TestManyLeads: what is decided about leads may name them, or say how they are found; of what is found, only what one may
// review counts, and all of it is taken back at once.
func TestManyLeads(t *testing.T) {
	t.Parallel()
	s := newServerOf(t, crm.Register, func(*Deps) {})
	root, ann := s.setUp(), s.user("ann", org.SalesRep)
	var leads []rec
	for _, company := range []string{"华盛精密", "华盛机电", "北方电气"} {
		leads = append(leads, ann.make("/leads", rec{"company": company, "contact_name": "王工", "phone": "13961234434", "source": "fair"}))
	}
	states := func() (out []string) {
		for _, l := range leads {
			out = append(out, root.want(200, "GET", "/leads/"+l.id(), nil).object(t)["state"].(string))
		}
		return out
	}
	found := rec{"field": "company", "op": "contains", "value": "华盛"}
	done := into[BulkDone](t, root.want(200, "POST", "/leads/review", rec{"filter": found, "result": "park", "park_until": "2099-01-01"}))
	if got := states(); done.Changed != 2 || !slices.Equal(got, []string{"parked", "parked", "pending"}) {
		t.Errorf("%+v: %v", done, got)
	}
	root.want(200, "POST", "/undo", rec{"token": done.Undo})
	if got := states(); !slices.Equal(got, []string{"pending", "pending", "pending"}) {
		t.Errorf("taken back: %v", got)
	}
	done = into[BulkDone](t, root.want(200, "POST", "/leads/assign", rec{"q": "北方", "owner_id": root.want(200, "GET", "/me", nil).object(t)["id"]}))
	if done.Changed != 1 {
		t.Errorf("%+v", done)
	}
	ann.want(403, "POST", "/leads/review", rec{"filter": found, "result": "pass"})
	many := make([]string, mostChosen+1)
	for i := range many {
		many[i] = leads[0].id()
	}
	root.want(422, "POST", "/leads/review", rec{"ids": many, "result": "pass"})
}

// TestChoicesOfLeads: what a lead and a customer choose alike is one dictionary, whichever of them adds to it; the states
// and grades that the program goes by are renamed, and no more.
func TestChoicesOfLeads(t *testing.T) {
	t.Parallel()
	s := newServerOf(t, crm.Register, func(*Deps) {})
	root, ann := s.setUp(), s.user("ann", org.SalesRep)
	for field, label := range map[string]string{"source": "老乡会", "tags": "重点展会"} {
		c := into[ChoiceMeta](t, ann.want(201, "POST", "/choices", rec{"entity": "lead", "field": field, "label": label}))
		for _, of := range []string{"lead", "customer"} {
			_, fields := root.metaOf(of)
			if !slices.ContainsFunc(fields[field].Choices, func(known ChoiceMeta) bool { return known.Value == c.Value }) {
				t.Errorf("%s.%s does not know %s", of, field, c.Value)
			}
		}
	}
	lead := ann.make("/leads", rec{"company": "华盛精密", "contact_name": "王工", "source": "老乡会", "tags": []string{"重点展会"}})
	if lead["source"] != "老乡会" {
		t.Errorf("%v", lead)
	}
	root.want(422, "PUT", "/fields/lead/source/choices", rec{"choices": []rec{}})
	for _, wrong := range []rec{{"value": "hot", "label_zh": "很热"}, {"value": "pending", "label_zh": "待审", "disabled": true}} {
		root.want(422, "PUT", "/fields/lead/state/choices", rec{"choices": []rec{wrong}})
	}
	root.want(204, "PUT", "/fields/lead/state/choices", rec{"choices": []rec{{"value": "pending", "label_zh": "等主管看"}}})
	_, fields := root.metaOf("lead")
	if state := fields["state"]; !state.Fixed || len(state.Choices) != 11 || state.Choices[0].Label != "等主管看" {
		t.Errorf("%+v", state)
	}
	if shares := fields["source"].Shares; shares != "customer.source" {
		t.Error(shares)
	}
	root.want(422, "PUT", "/fields/lead/source/use", rec{"hidden": true})
}
