package api

import (
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
