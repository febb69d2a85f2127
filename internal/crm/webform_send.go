package crm

import (
	"context"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// FormActor is who acts when a form is sent: the form itself, as the log names it.
func FormActor(f *WebForm) *access.Actor {
	a := access.System(i18n.T("网络表单 ", "Web form ").In(f.Lang()) + f.Name)
	a.Lang = f.Lang()
	return a
}

// OpenForm gives the form of a public name; errs.NotFound when there is none, or it takes nothing.
func OpenForm(ctx context.Context, s *record.Session, name string) (*WebForm, error) {
	if !publicName.MatchString(name) {
		return nil, errs.New(errs.NotFound, "")
	}
	found, err := s.Tx.IDs(ctx, `SELECT id FROM web_form WHERE public_name = ? AND active = 1 AND archived_at IS NULL`, name)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	return record.Get[WebForm](ctx, s, found[0])
}

// Bounds of what a visitor types: no field of a lead takes more.
const (
	mostTyped   = 10_000 // characters of one answer
	mostAnswers = 50     // of one question
)

// FormValues reads what a visitor typed, by field; what the form does not ask is left out. The problems name fields, in
// the order of the form.
func FormValues(s *record.Session, f *WebForm, typed map[string][]string) (record.Values, errs.Fields) {
	byName := map[string]*entity.Field{}
	for _, one := range Askable(s) {
		byName[one.Name] = one
	}
	values := record.Values{}
	var problems errs.Fields
	for _, ask := range f.Asks() {
		field := byName[ask.Field]
		if field == nil {
			continue // the company has put it away since
		}
		value, problem := answered(s, field, typed[ask.Field])
		switch {
		case problem != nil && !problem.Warning:
			problems = append(problems, problem.Field(ask.Field))
		case ask.Required && (entity.IsMissing(value) || field.Type == entity.Bool && value == int64(0)):
			problems.Add(ask.Field, "field.required")
		default:
			values[ask.Field] = value
		}
	}
	return values, problems
}

// answered reads the answer to one question.
func answered(s *record.Session, f *entity.Field, typed []string) (any, *entity.Problem) {
	if len(typed) > mostAnswers {
		return nil, entity.Problemf("field.too_many", "max", mostAnswers)
	}
	var list entity.List
	for _, one := range typed {
		if len(one) > 4*mostTyped || len([]rune(one)) > mostTyped {
			return nil, entity.Problemf("field.too_long", "max", mostTyped)
		}
		if one = readable(one); text.Tidy(one) != "" {
			list = append(list, one)
		}
	}
	switch {
	case f.Type == entity.Bool:
		return map[bool]any{false: int64(0), true: int64(1)}[len(list) > 0], nil
	case len(list) == 0:
		return entity.Missing(f.Type), nil
	case f.Type == entity.AnyOf || f.Type == entity.OneOf:
		return offeredOf(f, list)
	}
	value, problem := f.Type.FromCell(sheet.Cell{Kind: sheet.Text, Text: list[0]}, f, s.Env())
	if problem != nil || entity.IsMissing(value) {
		return value, problem
	}
	return f.Type.Check(value, f)
}

// readable takes out of a text what no database and no reader can do anything with.
func readable(typed string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1 // control characters, and those that turn the direction of what follows
		}
		return r
	}, strings.ToValidUTF8(typed, ""))
}

// offeredOf takes those of the choices that are offered.
func offeredOf(f *entity.Field, values entity.List) (any, *entity.Problem) {
	for _, value := range values {
		if !slices.ContainsFunc(f.Choices, func(c entity.Choice) bool { return c.Value == value && !c.Disabled }) {
			return nil, entity.Problemf("field.choice", "value", value)
		}
	}
	if f.Type == entity.OneOf {
		return values[0], nil
	}
	return f.Type.Check(values.Stored(), f)
}

// Sent is what a visitor sent.
type Sent struct {
	Values record.Values
	Agreed bool
	Token  string // of the page, which is good once
	// Digest makes of a way to reach somebody a text that does not say it; what has the same within SameFor is the same.
	Digest func(reach string) string
}

// SameFor is how long somebody who sends a form again is the same visitor with the same wish.
const SameFor = 24 * time.Hour

// SendForm makes a lead of what a visitor sent; of what came before, whether with the same page or from the same visitor,
// it makes none. Nobody learns which of these happened.
func SendForm(ctx context.Context, s *record.Session, f *WebForm, sent Sent) error {
	if err := s.Tx.Lock(ctx, "web_form/"+f.ID.String()); err != nil {
		return err
	}
	known, err := s.Tx.IDs(ctx, `SELECT id FROM web_form_submission WHERE token = ?`, sent.Token)
	if err != nil || len(known) > 0 {
		return err
	}
	reach := reachOf(f, sent)
	lead, err := earlier(ctx, s, f, reach)
	if err != nil {
		return err
	}
	again := lead != 0
	if !again {
		if lead, err = leadOf(ctx, s, f, sent.Values); err != nil {
			return err
		}
	}
	if _, err := s.Tx.Exec(ctx, `INSERT INTO web_form_submission (id, form_id, form_version, lead_id, again, consented, token, reach, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Tx.NewID(), f.ID, f.Version, lead, again, sent.Agreed, sent.Token, reach, s.Tx.Now); err != nil {
		return err
	}
	counts := map[string]int{"submissions": 1}
	if again {
		counts["duplicates"] = 1
	}
	return CountForm(ctx, s, f.ID, counts)
}

// reachOf gives the digest of the first way to reach the visitor.
func reachOf(_ *WebForm, sent Sent) string {
	for _, name := range Reachable {
		if typed, _ := sent.Values[name].(string); typed != "" {
			return sent.Digest(name + " " + strings.ToLower(typed))
		}
	}
	return ""
}

// earlier gives the lead that the same visitor became not long ago; zero for none.
func earlier(ctx context.Context, s *record.Session, f *WebForm, reach string) (id.ID, error) {
	if reach == "" {
		return 0, nil
	}
	found, err := s.Tx.IDs(ctx, `SELECT lead_id FROM web_form_submission WHERE form_id = ? AND at > ? AND reach = ? ORDER BY at LIMIT 1`,
		f.ID, s.Tx.Now.Add(-SameFor), reach)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// leadOf makes the lead.
func leadOf(ctx context.Context, s *record.Session, f *WebForm, values record.Values) (id.ID, error) {
	owner, err := receiverOf(ctx, s, f)
	if err != nil {
		return 0, err
	}
	values["owner_id"], values["source"], values["source_detail"], values["tags"] = int64(owner), f.Source, f.SourceDetail, f.Tags.Stored()
	for _, name := range append([]string{"company", "contact_name"}, Reachable...) { // who gives no company is named by what they do give
		if company, _ := values["company"].(string); company == "" {
			values["company"] = values[name]
		}
	}
	def := s.Def("lead")
	for name := range values {
		if field := def.Field(name); field == nil || field.Internal {
			delete(values, name)
		}
	}
	return s.CreateOne(ctx, "lead", values)
}

// receiverOf gives who gets the leads of a form: when its receiver has left, their supervisor.
func receiverOf(ctx context.Context, s *record.Session, f *WebForm) (id.ID, error) {
	active, err := isActive(ctx, s, f.ReceiverID)
	if err != nil || active {
		return f.ReceiverID, err
	}
	departments, err := s.Tx.IDs(ctx, `SELECT department_id FROM account WHERE id = ? AND department_id IS NOT NULL`, f.ReceiverID)
	if err != nil || len(departments) == 0 {
		return f.ReceiverID, err
	}
	above, err := org.SupervisorsOf(ctx, s.Tx, departments[0], f.ReceiverID)
	if err != nil || len(above) == 0 {
		return f.ReceiverID, err
	}
	return slices.Min(above), nil // the same one whatever their order
}

// CountForm adds to the counts of a form: views, submissions, duplicates, dropped.
func CountForm(ctx context.Context, s *record.Session, form id.ID, by map[string]int) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO web_form_count (form_id, views, submissions, duplicates, dropped) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (form_id) DO UPDATE SET views = web_form_count.views + excluded.views, submissions = web_form_count.submissions + excluded.submissions,
		duplicates = web_form_count.duplicates + excluded.duplicates, dropped = web_form_count.dropped + excluded.dropped`,
		form, by["views"], by["submissions"], by["duplicates"], by["dropped"])
	return err
}

// FormUse says how a form is used.
type FormUse struct {
	Views, Submissions, Duplicates, Dropped int64
	Recent                                  []FormSent // the latest first
}

// FormSent is one time that a form was sent.
type FormSent struct {
	At    clock.Instant
	Lead  id.ID
	Again bool // it made no lead, this one was there
}

// mostRecent is how many submissions are listed.
const mostRecent = 20

// UseOf gives how a form that the actor sees is used.
func UseOf(ctx context.Context, s *record.Session, x id.ID) (u FormUse, err error) {
	err = s.Tx.Each(ctx, func(scan func(dest ...any) error) error {
		return scan(&u.Views, &u.Submissions, &u.Duplicates, &u.Dropped)
	}, `SELECT views, submissions, duplicates, dropped FROM web_form_count WHERE form_id = ?`, x)
	if err != nil {
		return u, err
	}
	err = s.Tx.Each(ctx, func(scan func(dest ...any) error) error {
		var one FormSent
		if err := scan(&one.At, &one.Lead, &one.Again); err != nil {
			return err
		}
		u.Recent = append(u.Recent, one)
		return nil
	}, `SELECT at, lead_id, again FROM web_form_submission WHERE form_id = ? ORDER BY at DESC, id DESC LIMIT ?`, x, mostRecent)
	return u, err
}

// ForgetVisitors takes away what told visitors apart once it does not count any more.
func ForgetVisitors(ctx context.Context, s *record.Session) error {
	_, err := s.Tx.Exec(ctx, `UPDATE web_form_submission SET reach = '' WHERE reach <> '' AND at <= ?`, s.Tx.Now.Add(-SameFor))
	return err
}
