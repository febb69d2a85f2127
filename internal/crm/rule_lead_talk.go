package crm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/record"
)

// TalkTrack 话术 says how leads of a kind are first met, what for, and what there is to tell and to learn (leads.md, “Plan”).
type TalkTrack struct {
	Name       string   `json:"name"`
	Sources    []string `json:"sources" nullable:"false" doc:"Of leads that it is for; empty for any"`
	LeadTypes  []string `json:"lead_types" nullable:"false" doc:"Likewise, kinds of leads"`
	Industries []string `json:"industries" nullable:"false" doc:"Likewise, codes of industries, those below them included"`
	Way        string   `json:"way" doc:"Of a follow-up; empty for none in particular"`
	Goal       string   `json:"goal" doc:"What the first contact is to bring"`
	Points     []string `json:"points" nullable:"false" doc:"What to tell and to learn, a sentence each"`
}

// Talks are the talk tracks of a company, with how long before a plan its owner is reminded.
type Talks struct {
	Remind  string      `json:"remind" doc:"Minutes before, of those that a follow-up offers; empty for none"`
	BuiltIn bool        `json:"built_in" doc:"The tracks are the built-in ones, in the reader's language"`
	Tracks  []TalkTrack `json:"tracks" nullable:"false"`
}

const talksSetting = "lead.talks"

// usualRemind is used until a company sets its own.
const usualRemind = "30"

// TalksOf gives the company's talk tracks: those that are built in until it has its own.
func TalksOf(s *record.Session) Talks {
	own := Talks{Remind: usualRemind, BuiltIn: true}
	if stored := s.Setting(talksSetting, ""); stored != "" && json.Unmarshal([]byte(stored), &own) != nil {
		own = Talks{Remind: usualRemind, BuiltIn: true}
	}
	if own.BuiltIn {
		own.Tracks = builtInTalks(s.Actor.Lang)
	}
	return own
}

func builtInTalks(lang i18n.Lang) []TalkTrack {
	out := make([]TalkTrack, len(usualTalks))
	for i, u := range usualTalks {
		t := TalkTrack{Name: u.name.In(lang), Sources: u.sources, LeadTypes: u.leadTypes, Way: u.way, Goal: u.goal.In(lang)}
		for _, p := range u.points {
			t.Points = append(t.Points, p.In(lang))
		}
		t.tidy()
		out[i] = t
	}
	return out
}

// tidy cleans what was typed, and has lists where there are none.
func (t *TalkTrack) tidy() {
	t.Name, t.Goal = text.Tidy(t.Name), text.Tidy(t.Goal)
	points := []string{}
	for _, p := range t.Points {
		if p = text.Tidy(p); p != "" {
			points = append(points, p)
		}
	}
	t.Points = points
	for _, list := range []*[]string{&t.Sources, &t.LeadTypes, &t.Industries} {
		*list = append([]string{}, *list...)
	}
}

// Bounds of talk tracks.
const (
	mostTalks      = 60
	mostTalkPoints = 20
	mostTalkCodes  = 100
	longestTalk    = 200 // a goal or a point
	longestName    = 60
)

// SetTalks sets the company's talk tracks, and gives them as they stand then; those that are built in take the place of
// any others. Who may call it is asked by whoever does. What is wrong with a track is said at "tracks.", its number from
// zero, and its field.
func SetTalks(ctx context.Context, s *record.Session, talks Talks) (Talks, error) {
	var problems errs.Fields
	if talks.Remind != "" && !oneOf(reminders, talks.Remind) {
		problems.Add("remind", "field.choice", "value", talks.Remind)
	}
	if talks.BuiltIn {
		talks.Tracks = nil
	}
	if len(talks.Tracks) > mostTalks {
		problems.Add("tracks", "field.too_many", "max", mostTalks)
	}
	names := map[string]bool{}
	for i := range talks.Tracks {
		t := &talks.Tracks[i]
		t.tidy()
		at := fmt.Sprintf("tracks.%d.", i)
		if names[t.Name] && t.Name != "" {
			problems.Add(at+"name", "lead.talk_twice")
		}
		names[t.Name] = true
		problems = append(problems, t.check(s, at)...)
	}
	if err := problems.Err(); err != nil {
		return Talks{}, err
	}
	stored, err := json.Marshal(talks)
	if err != nil {
		return Talks{}, err
	}
	if talks.BuiltIn {
		talks.Tracks = builtInTalks(s.Actor.Lang)
	}
	return talks, s.SetSetting(ctx, talksSetting, string(stored))
}

func (t *TalkTrack) check(s *record.Session, at string) (problems errs.Fields) {
	if t.Name == "" {
		problems.Add(at+"name", "field.required")
	}
	if utf8.RuneCountInString(t.Name) > longestName {
		problems.Add(at+"name", "field.too_long", "max", longestName)
	}
	if utf8.RuneCountInString(t.Goal) > longestTalk {
		problems.Add(at+"goal", "field.too_long", "max", longestTalk)
	}
	if len(t.Points) > mostTalkPoints {
		problems.Add(at+"points", "field.too_many", "max", mostTalkPoints)
	}
	if slices.ContainsFunc(t.Points, func(p string) bool { return utf8.RuneCountInString(p) > longestTalk }) {
		problems.Add(at+"points", "lead.talk_point", "max", longestTalk)
	}
	if t.Way != "" && !oneOf(s.Def("followup").Field("way").Choices, t.Way) {
		problems.Add(at+"way", "field.choice", "value", t.Way)
	}
	for _, c := range t.conditions(&Lead{}) {
		f := s.Def("lead").Field(c.field)
		if len(c.among) > mostTalkCodes {
			problems.Add(at+c.many, "field.too_many", "max", mostTalkCodes)
		}
		for _, value := range c.among {
			if _, problem := f.Type.Check(value, f); problem != nil {
				problems = append(problems, problem.Field(at+c.many))
				break
			}
		}
	}
	return problems
}

// condition is what a track wants of a field of a lead: one of some values, if any are named.
type condition struct {
	field, many string // as the lead calls it, and as the track does
	value       string // that the lead has
	among       []string
}

func (t *TalkTrack) conditions(l *Lead) [3]condition {
	return [...]condition{
		{"source", "sources", l.Source, t.Sources},
		{"lead_type", "lead_types", l.LeadType, t.LeadTypes},
		{"industry", "industries", l.Industry, t.Industries},
	}
}

// fit says how closely a track is meant for a lead: it counts what it names of it, and among the same number how narrow an
// industry; less than zero when it is for others.
func (t *TalkTrack) fit(l *Lead) int {
	const named = 10 // more than any code of an industry is long
	fit := 0
	for _, c := range t.conditions(l) {
		if len(c.among) == 0 {
			continue
		}
		closest := -1
		for _, value := range c.among {
			switch {
			case c.field == "industry" && below(entity.Industry, []string{value}, c.value):
				closest = max(closest, len(value))
			case value == c.value:
				closest = max(closest, 0)
			}
		}
		if closest < 0 {
			return -1
		}
		fit += named + closest
	}
	return fit
}

// trackFor gives the track that is most closely meant for a lead, the first of those that are equally so; nil without any.
func trackFor(tracks []TalkTrack, l *Lead) *TalkTrack {
	var best *TalkTrack
	closest := -1
	for i := range tracks {
		if fit := tracks[i].fit(l); fit > closest {
			best, closest = &tracks[i], fit
		}
	}
	return best
}

// Proposal is how the next touch of a lead could be planned.
type Proposal struct {
	Track  string // name of the talk track; "" when none is meant for it
	Way    string // "" for none in particular
	Goal   string
	Points []string
	Remind string // minutes before, "" for none
	At     time.Time
}

// ProposalFor proposes the next plan with a lead by what the actor may see of it. With whom one has talked already there is
// no first touch to be prepared.
func ProposalFor(s *record.Session, l *Lead) Proposal {
	seen := *l
	for name, value := range map[string]*string{"source": &seen.Source, "lead_type": &seen.LeadType, "industry": &seen.Industry, "grade": &seen.Grade} {
		if !s.MayAsk("lead", name) {
			*value = ""
		}
	}
	if !SeesLeadClock(s, leadContactClock.Kind.Name) {
		seen.PassedAt = clock.Instant{} // nor is told by when they are to be contacted
	}
	talks := TalksOf(s)
	out := Proposal{Remind: talks.Remind, Points: []string{}, At: firstTouch(s, &seen)}
	track := trackFor(talks.Tracks, &seen)
	if track == nil || !l.ContactedAt.IsZero() {
		return out
	}
	out.Track, out.Goal, out.Points = track.Name, track.Goal, track.Points
	if way := entity.FindChoice(s.Def("followup").Field("way"), track.Way); way != nil && !way.Disabled {
		out.Way = way.Value
	}
	return out
}

// firstTouch proposes when: one of grade A after two hours of work, others when the next working day begins; tomorrow, or
// when the time for the first contact is over, where that would be too late.
func firstTouch(s *record.Session, l *Lead) time.Time {
	now, cal := s.Tx.Now, s.Store().Calendar(l.DepartmentID)
	tomorrow := clock.DateOf(now.In(s.Store().Zone())).AddDays(1).In(s.Store().Zone())
	at := cal.Add(tomorrow, time.Second)
	if l.Grade == "A" && l.ContactedAt.IsZero() {
		at = cal.Add(now, 2*time.Hour)
	}
	due := s.DueAt(leadContactClock.Kind, leadContactClock.Due(l), l.DepartmentID)
	if due.After(now) && at.After(due) {
		if at = tomorrow.Add(time.Duration(cal.Hours()[0].From) * time.Minute); at.After(due) {
			at = due
		}
	}
	return at.Truncate(15 * time.Minute)
}
