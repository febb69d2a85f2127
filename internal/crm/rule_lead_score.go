package crm

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/money"
	"genjin/internal/record"
)

// Criterion is one of the things that a lead is scored by.
type Criterion struct {
	Kind   string      `json:"kind" enum:"industry,region,source,lead_type,urgency,budget,decision" doc:"What is looked at"`
	Weight int         `json:"weight" minimum:"0" maximum:"100" doc:"Points for meeting it in full"`
	Values []string    `json:"values,omitempty" doc:"Codes of industries or regions, those below them included, or choices; empty for any"`
	Days   int         `json:"days,omitempty" minimum:"0" maximum:"3650" doc:"Of urgency: a purchase within so many days"`
	Amount money.Minor `json:"amount,omitempty" minimum:"0" doc:"Of budget: the minimum order value"`
}

// Scoring says how leads are scored and which grade a score proposes (leads.md, “Review”, quality).
type Scoring struct {
	Criteria []Criterion `json:"criteria" nullable:"false"`
	A        int         `json:"a" minimum:"0" maximum:"100" doc:"From this share of all points on, in per cent, grade A"`
	B        int         `json:"b" minimum:"0" maximum:"100" doc:"Likewise B; below it C"`
}

// UsualScoring is what is used until a company sets its own.
func UsualScoring() Scoring {
	return Scoring{A: 70, B: 40, Criteria: []Criterion{
		{Kind: "industry", Weight: 25},
		{Kind: "urgency", Weight: 30, Days: 90},
		{Kind: "budget", Weight: 25, Amount: 50_000_00},
		{Kind: "decision", Weight: 20},
	}}
}

// Score is what a lead came to, and why.
type Score struct {
	Points int    // of 100
	Grade  string // that it proposes
	Parts  []ScorePart
}

// ScorePart is what one criterion gave.
type ScorePart struct {
	Criterion Criterion
	Points    int
	Why       string // in the reader's language
}

const scoringSetting = "lead.scoring"

// ScoringOf gives how the company scores leads.
func ScoringOf(s *record.Session) Scoring {
	scoring := UsualScoring()
	if text := s.Setting(scoringSetting, ""); text != "" {
		var own Scoring
		if json.Unmarshal([]byte(text), &own) == nil {
			return own
		}
	}
	return scoring
}

// scoreKinds are the criteria: each gives which part of its weight a lead earns, in quarters, and why.
var scoreKinds = map[string]func(s *record.Session, c Criterion, l *Lead) (quarters int, why string){
	"industry": func(s *record.Session, c Criterion, l *Lead) (int, string) {
		return chosen(s, "industry", l.Industry, c.Values)
	},
	"region": func(s *record.Session, c Criterion, l *Lead) (int, string) {
		return chosen(s, "region", l.Region, c.Values)
	},
	"source": func(s *record.Session, c Criterion, l *Lead) (int, string) {
		return chosen(s, "source", l.Source, c.Values)
	},
	"lead_type": func(s *record.Session, c Criterion, l *Lead) (int, string) {
		return chosen(s, "lead_type", l.LeadType, c.Values)
	},
	"urgency":  urgency,
	"budget":   budget,
	"decision": decisionChain,
}

// mostCriteria bounds a company's criteria.
const mostCriteria = 20

// SetScoring sets how leads are scored. Who may call it is asked by whoever does. Those that were scored before keep their score.
func SetScoring(ctx context.Context, s *record.Session, scoring Scoring) error {
	var problems errs.Fields
	if len(scoring.Criteria) > mostCriteria {
		problems.Add("criteria", "field.too_many", "max", mostCriteria)
	}
	total := 0
	for _, c := range scoring.Criteria {
		total += c.Weight
		if scoreKinds[c.Kind] == nil {
			problems.Add("criteria", "field.choice", "value", c.Kind)
		}
		if c.Weight < 0 || c.Weight > 100 || c.Days < 0 || c.Days > 3650 || c.Amount < 0 || len(c.Values) > 200 {
			problems.Add("criteria", "lead.criterion")
		}
		if f := s.Def("lead").Field(c.Kind); f != nil {
			for _, value := range c.Values {
				if _, problem := f.Type.Check(value, f); problem != nil && !problem.Warning {
					problems = append(problems, problem.Field("criteria"))
				}
			}
		}
	}
	if total == 0 {
		problems.Add("criteria", "lead.no_weight")
	}
	if scoring.B < 0 || scoring.A > 100 || scoring.B > scoring.A {
		problems.Add("a", "lead.thresholds")
	}
	if err := problems.Err(); err != nil {
		return err
	}
	text, err := json.Marshal(scoring)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, scoringSetting, string(text))
}

// ScoreOf scores a lead by the company's criteria: a pure function of both and of today.
func ScoreOf(s *record.Session, l *Lead) Score {
	scoring := ScoringOf(s)
	var out Score
	total, earned := 0, 0
	for _, c := range scoring.Criteria {
		quarters, why := scoreKinds[c.Kind](s, c, l)
		points := (c.Weight*quarters + 2) / 4
		total, earned = total+c.Weight, earned+points
		out.Parts = append(out.Parts, ScorePart{c, points, why})
	}
	if total > 0 {
		out.Points = (earned*100 + total/2) / total
	}
	switch {
	case out.Points >= scoring.A:
		out.Grade = "A"
	case out.Points >= scoring.B:
		out.Grade = "B"
	default:
		out.Grade = "C"
	}
	return out
}

// looksAt are the fields that a criterion looks at, where they go by another name.
var looksAt = map[string][]string{"urgency": {"purchase_on"}, "budget": {"budget", "budget_max"}, "decision": {"decision", "title"}}

// ScoreFor is ScoreOf without the parts that would tell the actor what they may not see.
func ScoreFor(s *record.Session, l *Lead) Score {
	score := ScoreOf(s, l)
	if !s.MayAsk("lead", "score") {
		return Score{}
	}
	score.Parts = slices.DeleteFunc(score.Parts, func(p ScorePart) bool {
		fields, other := looksAt[p.Criterion.Kind]
		if !other {
			fields = []string{p.Criterion.Kind}
		}
		return !s.MayAsk("lead", fields...)
	})
	return score
}

// chosen looks whether a field holds one of some values, or one below them; any value when there are none.
func chosen(s *record.Session, field, value string, among []string) (int, string) {
	f := s.Def("lead").Field(field)
	if value == "" {
		return 0, say(s, "lead.why_missing", "field", f.Label.In(s.Actor.Lang))
	}
	params := []any{"field", f.Label.In(s.Actor.Lang), "value", f.Type.Text(value, f, s.Env())}
	if len(among) == 0 {
		return 4, say(s, "lead.why_known", params...)
	}
	_, nested := f.Type.(entity.Tree)
	if slices.Contains(among, value) || nested && below(f.Type, among, value) {
		return 4, say(s, "lead.why_key", params...)
	}
	return 0, say(s, "lead.why_not_key", params...)
}

func urgency(s *record.Session, c Criterion, l *Lead) (int, string) {
	if l.PurchaseOn == "" {
		return 0, say(s, "lead.why_missing", "field", s.FieldLabel("lead.purchase_on"))
	}
	today := s.Today()
	switch {
	case l.PurchaseOn <= today.AddDays(c.Days):
		return 4, say(s, "lead.why_soon", "on", string(l.PurchaseOn), "days", c.Days)
	case l.PurchaseOn <= today.AddDays(2*c.Days):
		return 2, say(s, "lead.why_later", "on", string(l.PurchaseOn), "days", c.Days)
	}
	return 0, say(s, "lead.why_later", "on", string(l.PurchaseOn), "days", c.Days)
}

func budget(s *record.Session, c Criterion, l *Lead) (int, string) {
	most := l.Budget
	if l.BudgetMax != nil {
		most = l.BudgetMax
	}
	if most == nil {
		return 0, say(s, "lead.why_missing", "field", s.FieldLabel("lead.budget"))
	}
	params := []any{"budget", "¥" + most.Said(), "least", "¥" + c.Amount.Said()}
	switch {
	case *most >= c.Amount:
		return 4, say(s, "lead.why_enough", params...)
	case 2**most >= c.Amount:
		return 2, say(s, "lead.why_short", params...)
	}
	return 0, say(s, "lead.why_short", params...)
}

// decisionChain counts the steps that are known of who decides: three make it whole.
func decisionChain(s *record.Session, _ Criterion, l *Lead) (int, string) {
	steps := DecisionSteps(l.Decision)
	switch n := len(steps); {
	case n >= 3:
		return 4, say(s, "lead.why_chain", "n", n)
	case n == 2:
		return 3, say(s, "lead.why_chain", "n", n)
	case n == 1:
		return 2, say(s, "lead.why_chain", "n", n)
	case l.Title != "":
		return 1, say(s, "lead.why_title", "title", l.Title)
	}
	return 0, say(s, "lead.why_missing", "field", s.FieldLabel("lead.decision"))
}

// DecisionSteps gives the steps of a decision chain as it is typed: 技术评估 → 财务审批 → 老板确认.
func DecisionSteps(chain string) []string {
	var out []string
	for step := range strings.FieldsFuncSeq(strings.ReplaceAll(chain, "->", "→"), func(r rune) bool { return strings.ContainsRune("→>＞、,，;；", r) }) {
		if step = strings.TrimSpace(step); step != "" {
			out = append(out, step)
		}
	}
	return out
}

// say gives a sentence in the actor's language.
func say(s *record.Session, key string, params ...any) string {
	p := i18n.Params{}
	for i := 0; i+1 < len(params); i += 2 {
		p[params[i].(string)] = params[i+1]
	}
	return i18n.Message(s.Actor.Lang, key, p)
}
