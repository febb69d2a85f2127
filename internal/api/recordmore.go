package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// LogItem is one line of a record's change log.
type LogItem struct {
	ID      id.ID        `json:"id"`
	At      string       `json:"at"`
	User    Named        `json:"user"`
	Origin  audit.Origin `json:"origin"`
	Action  audit.Action `json:"action"`
	Changes []LogChange  `json:"changes" nullable:"false"`
}

// LogChange is a field's old and new value, as stored and as people say it.
type LogChange struct {
	Field   string          `json:"field"`
	Label   string          `json:"label"`
	Old     json.RawMessage `json:"old"`
	New     json.RawMessage `json:"new"`
	OldText string          `json:"old_text"`
	NewText string          `json:"new_text"`
}

// LogPage is a part of a change log, newest first.
type LogPage struct {
	Items []LogItem `json:"items" nullable:"false"`
	Next  string    `json:"next"`
}

const logPage = 50

func (d door) log(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	before, err := id.Parse(rq.HTTP.URL.Query().Get("cursor"))
	if err != nil {
		return errs.New(errs.Invalid, "list.cursor")
	}
	ctx := rq.HTTP.Context()
	var page LogPage
	err = d.read(ctx, rq, func(s *record.Session) error {
		page, err = d.logPage(ctx, s, x, before)
		rq.rows = len(page.Items)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, page)
}

func (d door) logPage(ctx context.Context, s *record.Session, x, before id.ID) (LogPage, error) {
	changes, err := s.History(ctx, d.entity, x, before, logPage+1)
	if err != nil {
		return LogPage{}, err
	}
	page := LogPage{Items: []LogItem{}}
	if len(changes) > logPage {
		changes = changes[:logPage]
		page.Next = changes[logPage-1].ID.String()
	}
	for _, c := range changes {
		page.Items = append(page.Items, logItem(s, c))
	}
	return page, nil
}

func logItem(s *record.Session, c record.Change) LogItem {
	item := LogItem{
		ID: c.ID, At: c.At.UTC().Format("2006-01-02T15:04:05.000Z"), User: Named{c.User, c.UserName},
		Origin: c.Origin, Action: c.Action, Changes: []LogChange{},
	}
	for _, f := range c.Fields {
		item.Changes = append(item.Changes, LogChange{
			Field: f.Field.Name, Label: f.Field.Label.In(s.Actor.Lang),
			Old: f.Field.Type.AppendJSON(nil, f.Old), New: f.Field.Type.AppendJSON(nil, f.New),
			OldText: f.OldText, NewText: f.NewText,
		})
	}
	return item
}

// Chosen names many records: those of ids, or all that a filter and a text find, 2,000 at most.
type Chosen struct {
	IDs    []id.ID         `json:"ids,omitempty" maxItems:"2000"`
	Filter json.RawMessage `json:"filter,omitempty"`
	Q      string          `json:"q,omitempty"`
}

// Bulk is one thing to do to many records.
type Bulk struct {
	Chosen

	Action string                     `json:"action" enum:"update,assign,tag,untag,archive,restore,plan" doc:"plan makes a planned follow-up for each of many customers"`
	Values map[string]json.RawMessage `json:"values,omitempty"`
}

// BulkDone says what became of a bulk action. Undo takes it back as a whole.
type BulkDone struct {
	Changed int          `json:"changed"`
	Failed  []BulkFailed `json:"failed" nullable:"false"`
	Undo    id.ID        `json:"undo"`
}

// BulkFailed is a record that a bulk action could not change.
type BulkFailed struct {
	ID      id.ID  `json:"id"`
	Title   string `json:"title"`
	Message string `json:"message"`
}

// mostChosen is how many records one request may change.
const mostChosen = 2000

func (d door) bulk(w http.ResponseWriter, rq *Request) error {
	var b Bulk
	if err := bodyOf(rq, &b); err != nil {
		return err
	}
	if b.Action == "archive" {
		permission := d.Store.Schema().Def(d.entity).ModuleName() + ":" + string(access.Delete)
		if err := d.confirmed(rq.HTTP.Context(), rq, permission); err != nil {
			return err
		}
	}
	return d.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		ids, err := b.find(ctx, s, d.entity, b.Action == "restore")
		if err != nil {
			return nil, err
		}
		one, err := d.bulkOne(ctx, s, b)
		if err != nil {
			return nil, err
		}
		return atOnce(ctx, s, d.entity, ids, one)
	})
}

// atOnce does something to each of some records of an entity, as one operation that can be taken back; what is refused is
// told, and the others are done.
func atOnce(ctx context.Context, s *record.Session, of string, ids []id.ID, one func(x id.ID) error) (*Answer, error) {
	s.Batch = s.Tx.NewID()
	done := BulkDone{Failed: []BulkFailed{}, Undo: s.Batch}
	for _, x := range ids {
		err := s.Try(ctx, func() error { return one(x) })
		e, expected := errs.As(err)
		switch {
		case err == nil:
			done.Changed++
		case expected:
			done.Failed = append(done.Failed, failedOf(ctx, s, of, x, e))
		default:
			return nil, err
		}
	}
	return jsonAnswer(http.StatusOK, done)
}

func failedOf(ctx context.Context, s *record.Session, of string, x id.ID, e *errs.Error) BulkFailed {
	f := BulkFailed{ID: x, Message: e.Message(s.Actor.Lang)}
	if len(e.Fields) > 0 {
		f.Message = e.Fields[0].Message(s.Actor.Lang)
	}
	if titles, err := s.Titles(ctx, of, map[id.ID]bool{x: true}); err == nil {
		f.Title = titles[x]
	}
	return f
}

// find gives the records of an entity that were chosen: of those that a filter finds, the archived ones or the others.
func (c *Chosen) find(ctx context.Context, s *record.Session, of string, archived bool) ([]id.ID, error) {
	if len(c.IDs) > mostChosen {
		return nil, errs.OfField("ids", "field.too_many", "max", mostChosen)
	}
	if len(c.Filter) == 0 && c.Q == "" {
		return c.IDs, nil
	}
	filter, err := record.ParseFilter(string(c.Filter))
	if err != nil {
		return nil, err
	}
	var ids []id.ID
	q := record.Query{Filter: filter, Text: c.Q, Fields: []string{}, Limit: record.MaxLimit, Archived: archived}
	for {
		page, err := s.List(ctx, of, q)
		if err != nil {
			return nil, err
		}
		for _, row := range page.Rows {
			ids = append(ids, row.ID())
		}
		if len(ids) > mostChosen {
			return nil, errs.OfField("filter", "field.too_many", "max", mostChosen)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return ids, nil
		}
	}
}

// bulkOne gives what a bulk action does to one record.
func (d door) bulkOne(ctx context.Context, s *record.Session, b Bulk) (func(x id.ID) error, error) {
	if s.Store().Registry().Has(d.entity, b.Action) {
		return func(x id.ID) error { return s.Do(ctx, d.entity, x, b.Action, b.Values) }, nil
	}
	values, err := s.ParseValues(d.entity, b.Values)
	if err != nil {
		return nil, err
	}
	return map[string]func(x id.ID) error{
		"update":  func(x id.ID) error { return s.UpdateOne(ctx, d.entity, x, 0, values) },
		"assign":  func(x id.ID) error { return s.UpdateOne(ctx, d.entity, x, 0, values) },
		"archive": func(x id.ID) error { return s.Archive(ctx, d.entity, x, 0) },
		"restore": func(x id.ID) error { return s.Restore(ctx, d.entity, x, 0) },
		"tag":     func(x id.ID) error { return d.tagOne(ctx, s, x, true, values) },
		"untag":   func(x id.ID) error { return d.tagOne(ctx, s, x, false, values) },
	}[b.Action], known(b.Action)
}

// known refuses what is no bulk action.
func known(action string) error {
	if !slices.Contains([]string{"update", "assign", "archive", "restore", "tag", "untag"}, action) {
		return errs.OfField("action", "field.choice", "value", action)
	}
	return nil
}

// tagOne adds values to the lists of a record, or takes them out.
func (d door) tagOne(ctx context.Context, s *record.Session, x id.ID, add bool, values record.Values) error {
	row, err := s.Load(ctx, d.entity, x)
	if err != nil {
		return err
	}
	changed := record.Values{}
	for name, value := range values {
		f := s.Def(d.entity).Field(name)
		if f == nil || !entity.IsList(f.Type) {
			return errs.OfField(name, "field.not_list")
		}
		list := entity.ListOf(row.Value(name))
		for _, tag := range entity.ListOf(value) {
			at := slices.Index(list, tag)
			switch {
			case add && at < 0:
				list = append(list, tag)
			case !add && at >= 0:
				list = slices.Delete(list, at, at+1)
			}
		}
		changed[name] = list.Stored()
	}
	return s.UpdateOne(ctx, d.entity, x, 0, changed)
}

// UndoToken names what is to be taken back.
type UndoToken struct {
	Token id.ID `json:"token"`
}

// Undone says what was taken back, and how much was left because somebody changed it since.
type Undone struct {
	Left []Named `json:"left" nullable:"false"`
}

func (a *API) undoOperations() {
	a.raw(Op{
		Method: http.MethodPost, Path: "/undo", ID: "undo", Summary: "Take one of my bulk actions back",
		Does: "undo", Object: "bulk", Scope: "self", Takes: UndoToken{}, Gives: Undone{},
	}, func(w http.ResponseWriter, rq *Request) error {
		var token UndoToken
		if err := bodyOf(rq, &token); err != nil {
			return err
		}
		return a.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
			left, err := s.Undo(ctx, token.Token)
			if err != nil {
				return nil, err
			}
			done := Undone{Left: []Named{}}
			for _, l := range left {
				if l.Title == "" { // it is out of sight
					l.ID = 0
				}
				done.Left = append(done.Left, Named{l.ID, l.Title})
			}
			return jsonAnswer(http.StatusOK, done)
		})
	})
}

// Duplicate is a record that is likely the same as another.
type Duplicate struct {
	Entity  string   `json:"entity"`
	ID      id.ID    `json:"id" doc:"Empty when it is not yours to see"`
	Title   string   `json:"title"`
	Owner   *Named   `json:"owner"`
	Why     []string `json:"why" nullable:"false" doc:"Fields that are equal"`
	Labels  []string `json:"labels" nullable:"false" doc:"The same for people"`
	Visible bool     `json:"visible"`
	Sure    bool     `json:"sure"`
}

func (d door) duplicates(w http.ResponseWriter, rq *Request) error {
	var in struct {
		Values map[string]json.RawMessage `json:"values"`
		Also   map[string]string          `json:"also"`
		ID     id.ID                      `json:"id"`
	}
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	out := items[Duplicate]{[]Duplicate{}}
	err := d.read(ctx, rq, func(s *record.Session) error {
		candidate := record.Candidate{}
		for name, raw := range in.Values {
			if f := s.Def(d.entity).Field(name); f != nil {
				if value, problem := f.Type.FromJSON(raw, f); problem == nil {
					candidate[d.entity+"."+name] = tidied(f, value)
				}
			}
		}
		for name, value := range in.Also {
			candidate[name] = value
		}
		found, err := s.Match(ctx, d.entity, []record.Candidate{candidate})
		if err != nil {
			return err
		}
		rq.rows = len(found[0])
		for _, f := range found[0] {
			if f.ID == in.ID && in.ID != 0 {
				continue
			}
			one, err := duplicate(ctx, s, d.entity, f)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, one)
		}
		twins, err := crm.Twins(ctx, s, d.entity, candidate)
		if err != nil {
			return err
		}
		rq.rows += len(twins)
		for _, f := range twins {
			one, err := duplicate(ctx, s, f.Entity, f.Found)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, one)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

// tidied gives a value as it would be stored, or as it is when it is not valid yet.
func tidied(f *entity.Field, value any) any {
	if entity.IsMissing(value) {
		return value
	}
	if tidy, problem := f.Type.Check(value, f); problem == nil || problem.Warning {
		return tidy
	}
	return value
}

func duplicate(ctx context.Context, s *record.Session, of string, f record.Found) (Duplicate, error) {
	one := Duplicate{Entity: of, ID: f.ID, Title: f.Title, Why: f.Why, Labels: []string{}, Visible: f.Visible, Sure: f.Sure}
	for _, why := range f.Why {
		one.Labels = append(one.Labels, s.FieldLabel(why))
	}
	if f.Owner == 0 {
		return one, nil
	}
	names, err := s.Titles(ctx, "user", map[id.ID]bool{f.Owner: true})
	one.Owner = &Named{f.Owner, names[f.Owner]}
	return one, err
}

// Collaborator is a user with whom a record is shared.
type Collaborator struct {
	User   id.ID  `json:"user_id"`
	Name   string `json:"name,omitempty"`
	Access string `json:"access" enum:"read,edit"`
}

func (d door) collaborators(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	ctx := rq.HTTP.Context()
	var out items[Collaborator]
	err = d.read(ctx, rq, func(s *record.Session) error {
		out, err = d.sharedWith(ctx, s, x)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}

func (d door) sharedWith(ctx context.Context, s *record.Session, x id.ID) (items[Collaborator], error) {
	out := items[Collaborator]{[]Collaborator{}}
	shares, err := s.Shares(ctx, d.entity, x)
	if err != nil {
		return out, err
	}
	users := map[id.ID]bool{}
	for _, one := range shares {
		users[one.User] = true
	}
	names, err := s.Titles(ctx, "user", users)
	for _, one := range shares {
		out.Items = append(out.Items, Collaborator{one.User, names[one.User], one.Access})
	}
	return out, err
}

func (d door) share(w http.ResponseWriter, rq *Request) error {
	x, err := idOf(rq)
	if err != nil {
		return err
	}
	var in items[Collaborator]
	if err := bodyOf(rq, &in); err != nil {
		return err
	}
	return d.change(w, rq, func(ctx context.Context, s *record.Session) (*Answer, error) {
		shares := make([]record.Share, len(in.Items))
		for i, one := range in.Items {
			shares[i] = record.Share{User: one.User, Access: one.Access}
		}
		if err := s.SetShares(ctx, d.entity, x, shares); err != nil {
			return nil, err
		}
		// Who took their own part away is told what became of it all the same.
		out, err := d.sharedWith(ctx, s.As(s.Actor.Elevated(), s.Origin), x)
		if err != nil {
			return nil, err
		}
		return jsonAnswer(http.StatusOK, out)
	})
}
