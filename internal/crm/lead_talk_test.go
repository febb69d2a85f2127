package crm_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"genjin/internal/crm"
	"genjin/internal/i18n"
	"genjin/internal/org"
	"genjin/internal/record"
)

func (f *fair) propose(l *crm.Lead) (p crm.Proposal) {
	f.T.Helper()
	f.Read(f.rep, func(_ context.Context, s *record.Session) error {
		p = crm.ProposalFor(s, l)
		return nil
	})
	return p
}

func (f *fair) setTalks(talks crm.Talks) error {
	return f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := crm.SetTalks(ctx, s, talks)
		return err
	})
}

// TestUsualTalks: without any of the company's own there is a talk track for each built-in source, in both languages.
func TestUsualTalks(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	for what, c := range map[string]struct {
		lead             crm.Lead
		track, way, goal string // beginnings
	}{
		"a fair":              {crm.Lead{Source: "fair"}, "展会", "call", "了解采购时间表"},
		"a webinar":           {crm.Lead{Source: "webinar"}, "研讨会", "mail", "发会议资料"},
		"referred":            {crm.Lead{Source: "referral"}, "转介绍", "visit", "看现场"},
		"a source of its own": {crm.Lead{Source: "exhibition_2027"}, "其他", "call", "了解需求"},
		"none":                {crm.Lead{}, "其他", "call", "了解需求"},
		"from a competitor":   {crm.Lead{Source: "fair", LeadType: "competitor"}, "竞争对手", "call", "弄清上一家"},
		"met already":         {crm.Lead{Source: "fair", ContactedAt: after(-time.Hour)}, "", "", ""},
	} {
		p := f.propose(&c.lead)
		if !strings.HasPrefix(p.Track, c.track) || p.Way != c.way || !strings.HasPrefix(p.Goal, c.goal) || (p.Track == "") != (c.track == "") || p.Remind != "30" {
			t.Errorf("%s: %+v", what, p)
		}
		if (len(p.Points) >= 3) != (c.track != "") {
			t.Errorf("%s: to be said: %q", what, p.Points)
		}
	}
	f.Read(f.rep, func(_ context.Context, s *record.Session) error {
		english := *s.Actor
		english.Lang = i18n.EN
		here, there := crm.TalksOf(s), crm.TalksOf(s.As(&english, s.Origin))
		for i, track := range there.Tracks {
			if track.Name == here.Tracks[i].Name || track.Goal == here.Tracks[i].Goal || len(track.Points) != len(here.Tracks[i].Points) {
				t.Errorf("in English: %+v", track)
			}
		}
		for _, source := range s.Def("lead").Field("source").Choices {
			if p := crm.ProposalFor(s, &crm.Lead{Source: source.Value}); source.Value != "other" && strings.HasPrefix(p.Track, "其他") {
				t.Errorf("nothing is said to those of %s", source.Value)
			}
		}
		return nil
	})
}

// TestTalks: the track that names most of a lead is chosen; what is set is checked, kept, and can be given up again.
func TestTalks(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	own := crm.Talks{Remind: "60", Tracks: []crm.TalkTrack{
		{Name: " 都用 ", Way: "wechat", Points: []string{"", " 甲 "}},
		{Name: "展会", Sources: []string{"fair"}},
		{Name: "展会制造业", Sources: []string{"fair"}, Industries: []string{"C"}},
		{Name: "展会通用设备", Sources: []string{"fair"}, Industries: []string{"39", "34"}},
		{Name: "制造业", Industries: []string{"C"}},
		{Name: "流失", LeadTypes: []string{"competitor"}},
		{Name: "三样", Sources: []string{"fair", "website"}, LeadTypes: []string{"competitor"}, Industries: []string{"C"}},
	}}
	f.Must(f.setTalks(own))
	for want, l := range map[string]crm.Lead{
		"都用":     {Source: "inquiry"},
		"展会":     {Source: "fair", Industry: "6513"},
		"展会制造业":  {Source: "fair", Industry: "2710"},
		"展会通用设备": {Source: "fair", Industry: "3421"},
		"制造业":    {Source: "inquiry", Industry: "3421", LeadType: "competitor"}, // as much as 流失, and narrower
		"流失":     {Source: "inquiry", LeadType: "competitor"},
		"三样":     {Source: "website", Industry: "3421", LeadType: "competitor"},
	} {
		if got := f.propose(&l); got.Track != want || got.Remind != "60" {
			t.Errorf("%+v is proposed, want %s", got, want)
		}
	}
	if got := f.propose(&crm.Lead{}); got.Way != "wechat" || len(got.Points) != 1 || got.Points[0] != "甲" {
		t.Errorf("%+v", got)
	}
	long := strings.Repeat("长", 201)
	for want, c := range map[string]crm.Talks{
		"remind: field.choice":                {Remind: "7"},
		"tracks.0.name: field.required":       {Tracks: []crm.TalkTrack{{}}},
		"tracks.1.name: lead.talk_twice":      {Tracks: []crm.TalkTrack{{Name: "甲"}, {Name: "甲 "}}},
		"tracks.0.name: field.too_long":       {Tracks: []crm.TalkTrack{{Name: long}}},
		"tracks.0.goal: field.too_long":       {Tracks: []crm.TalkTrack{{Name: "甲", Goal: long}}},
		"tracks.0.points: lead.talk_point":    {Tracks: []crm.TalkTrack{{Name: "甲", Points: []string{long}}}},
		"tracks.0.points: field.too_many":     {Tracks: []crm.TalkTrack{{Name: "甲", Points: strings.Split(strings.Repeat("一 ", 21), " ")}}},
		"tracks.0.way: field.choice":          {Tracks: []crm.TalkTrack{{Name: "甲", Way: "pigeon"}}},
		"tracks.0.sources: field.choice":      {Tracks: []crm.TalkTrack{{Name: "甲", Sources: []string{"moon"}}}},
		"tracks.0.lead_types: field.choice":   {Tracks: []crm.TalkTrack{{Name: "甲", LeadTypes: []string{"moon"}}}},
		"tracks.0.industries: field.industry": {Tracks: []crm.TalkTrack{{Name: "甲", Industries: []string{"??"}}}},
		"tracks: field.too_many":              {Tracks: make([]crm.TalkTrack, 61)},
	} {
		if got := keyOf(f.setTalks(c)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f.Must(f.setTalks(crm.Talks{Remind: "5", BuiltIn: true, Tracks: own.Tracks}))
	if got := f.propose(&crm.Lead{Source: "fair"}); got.Track != "展会线索首次联系" || got.Remind != "5" {
		t.Errorf("with those that are built in again: %+v", got)
	}
}

// TestProposalHides: who may not see where a lead comes from is not told by what is proposed.
func TestProposalHides(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	f.Must(f.Do(f.Admin, func(ctx context.Context, s *record.Session) error {
		role, err := org.RoleOf(ctx, s.Tx, org.SalesRep)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, s, role, 0, func(r *org.Role) error {
			r.Fields = `{"lead":{"source":"hidden"}}`
			return nil
		})
		return err
	}))
	f.rep = f.Actor(f.rep.ID)
	if got := f.propose(&crm.Lead{Source: "fair"}); !strings.HasPrefix(got.Track, "其他") {
		t.Errorf("%+v", got)
	}
}

// TestFirstTouch: one of grade A is met within the day's work, others when the next working day begins; but before the
// time for the first contact is over. The kit's clock stands at 10:00 on Tuesday, 10 March.
func TestFirstTouch(t *testing.T) {
	t.Parallel()
	f := newFair(t)
	for _, c := range []struct {
		what, grade   string
		passed, later time.Duration // since the kit's start, and how much later it is looked at
		want          string
	}{
		{"grade A in the morning", "A", 0, 0, "03-10 12:00"},
		{"others", "B", 0, time.Hour, "03-11 09:00"},
		{"grade A in the evening", "A", 6 * time.Hour, 2 * time.Hour, "03-11 11:00"},
		{"due early tomorrow", "A", 3*day - 2*time.Hour, 9 * time.Hour, "03-14 08:00"},
		{"grade C before a weekend", "C", 3*day + 7*time.Hour, 30 * time.Minute, "03-16 09:00"},
		{"grade A before a weekend", "A", 3*day + 7*time.Hour, 30 * time.Minute, "03-14 09:00"},
		{"overdue", "A", 6 * day, 2 * day, "03-18 12:00"},
	} {
		f.Clock.Advance(after(c.passed + c.later).Sub(f.Clock.Now()))
		l := crm.Lead{Owned: record.Owned{OwnerID: f.rep.ID, DepartmentID: f.south}, State: crm.LeadTodo, PassedAt: after(c.passed), Grade: c.grade}
		if got := f.propose(&l).At.In(f.Store.Zone()).Format("01-02 15:04"); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}
