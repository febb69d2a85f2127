package api

import (
	"strings"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/org"
)

// TestLeadTalks: a company keeps what is said to leads; who reads a lead is told what is meant for it.
func TestLeadTalks(t *testing.T) {
	t.Parallel()
	s := newServerOf(t, crm.Register, func(*Deps) {})
	root, ann := s.setUp(), s.user("ann", org.SalesRep)
	lead := ann.make("/leads", rec{"company": "华盛精密", "contact_name": "王工", "phone": "13961234434", "source": "fair", "industry": "3421"})
	proposal := func() LeadProposal {
		t.Helper()
		return into[LeadAdvice](t, ann.want(200, "GET", "/leads/"+lead.id()+"/advice", nil)).Proposal
	}
	built := into[crm.Talks](t, ann.want(200, "GET", "/lead-talks", nil))
	if got := proposal(); !built.BuiltIn || got.Way != "call" || got.Goal == "" || len(got.Points) < 3 || got.Remind != "30" || !got.PlannedAt.After(s.clock.Now()) {
		t.Errorf("%+v of %+v", got, built)
	}
	own := rec{"remind": "60", "tracks": []rec{
		{"name": "Fairs", "sources": []string{"fair"}, "way": "visit", "goal": "A demo", "points": []string{"Case", " ", "Who decides?"}},
		{"name": "All"},
	}}
	ann.want(403, "PUT", "/lead-talks", own)
	if set := into[crm.Talks](t, root.want(200, "PUT", "/lead-talks", own)); set.BuiltIn || len(set.Tracks) != 2 || set.Tracks[1].Points == nil {
		t.Errorf("%+v", set)
	}
	got := proposal()
	if got.Track != "Fairs" || got.Way != "visit" || got.Goal != "A demo" || strings.Join(got.Points, "|") != "Case|Who decides?" || got.Remind != "60" {
		t.Errorf("%+v", got)
	}
	problem := into[Problem](t, root.want(422, "PUT", "/lead-talks", rec{"tracks": []rec{{"name": "A", "sources": []string{"moon"}}}}))
	if len(problem.Errors) != 1 || problem.Errors[0].Field != "tracks.0.sources" || !strings.Contains(problem.Errors[0].Message, "moon") {
		t.Errorf("%+v", problem)
	}
	if back := into[crm.Talks](t, root.want(200, "PUT", "/lead-talks", rec{"built_in": true})); !back.BuiltIn || len(back.Tracks) != len(built.Tracks) {
		t.Errorf("%+v", back)
	}
}
