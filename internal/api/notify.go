package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"genjin/internal/clock"
	"genjin/internal/deliver"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// NoteItem is something I am told, as I may read it now.
type NoteItem struct {
	ID      id.ID      `json:"id"`
	Seq     int64      `json:"seq" doc:"Its place in the order of all notes"`
	Kind    string     `json:"kind"`
	Label   string     `json:"label" doc:"Of the kind"`
	Text    string     `json:"text"`
	Title   string     `json:"title" doc:"What the record is called; empty for none"`
	Path    string     `json:"path" doc:"Where the page shows the record; empty for nothing to open"`
	Entity  string     `json:"entity"`
	Record  id.ID      `json:"record"`
	Urgent  bool       `json:"urgent"`
	PopUp   bool       `json:"popup" doc:"I want it to pop up in an open page"`
	At      time.Time  `json:"at" doc:"When it had to be said"`
	Created time.Time  `json:"created_at" doc:"When it was said"`
	Read    *time.Time `json:"read_at"`
}

// NoteList is a page of what I am told.
type NoteList struct {
	Items  []NoteItem `json:"items" nullable:"false"`
	Next   string     `json:"next" doc:"Cursor of the next page; empty on the last"`
	Unread int        `json:"unread" doc:"How many I have not read; 100 stands for more"`
	Last   int64      `json:"last" doc:"The newest number there is: open the stream of events after it"`
}

// NoteMarks says which notes are marked.
type NoteMarks struct {
	IDs    []string `json:"ids,omitempty" maxItems:"500" doc:"These"`
	Until  int64    `json:"until,omitempty" doc:"All up to this number"`
	Unread bool     `json:"unread,omitempty" doc:"As not read, which goes with ids alone"`
}

// ListNotes is the input of list-notes.
type ListNotes struct {
	Unread bool   `query:"unread" doc:"Only those I have not read"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

const (
	mostUnread = 100
	// notesPerLook is how many notes one look at the table takes; notesLooks, how many looks one page has. So a reader who
	// lost sight of all that they were told of makes no endless work.
	notesPerLook = 100
	notesLooks   = 20
)

func (a *API) noteOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/notes", ID: "list-notes", Summary: "What I am told, the newest first",
		Does: "list", Object: "note", Scope: "self", Person: true,
	}, a.listNotes)
	handle(a, Op{
		Method: http.MethodPost, Path: "/notes/read", ID: "mark-notes", Summary: "Mark what I am told as read",
		Does: "update", Object: "note", Scope: "self", Person: true, Status: http.StatusNoContent,
	}, a.markNotes)
	a.eventOperations()
	a.notePreferenceOperations()
	a.pushOperations()
	a.robotOperations()
	a.deliveryOperations()
}

func (a *API) listNotes(ctx context.Context, rq *Request, in *ListNotes) (*struct{ Body NoteList }, error) {
	before := int64(1<<63 - 1)
	if in.Cursor != "" {
		x, err := id.Parse(in.Cursor) // written as ids are
		if err != nil {
			return nil, errs.New(badRequest, "")
		}
		before = int64(x)
	}
	out := &struct{ Body NoteList }{NoteList{Items: []NoteItem{}}}
	err := a.read(ctx, rq, func(s *record.Session) (err error) {
		if out.Body.Last, err = notify.Last(ctx, s.Tx); err != nil {
			return err
		}
		wants, err := a.wants(ctx, s)
		if err != nil {
			return err
		}
		said, next, err := a.notesBefore(ctx, s, before, in.Unread, in.Limit)
		for _, one := range said {
			out.Body.Items = append(out.Body.Items, a.noteItem(one, wants, s.Tx.Now))
		}
		if next != 0 {
			out.Body.Next = id.ID(next).String()
		}
		if err != nil {
			return err
		}
		out.Body.Unread, err = a.unread(ctx, s)
		return err
	})
	return out, err
}

// notesBefore gives as many notes as the actor may see now; next is 0 on the last page.
func (a *API) notesBefore(ctx context.Context, s *record.Session, before int64, unread bool, limit int) (out []deliver.Said, next int64, err error) {
	for range notesLooks {
		notes, err := notify.Before(ctx, s.Tx, s.Actor.ID, before, unread, notesPerLook)
		if err != nil {
			return nil, 0, err
		}
		said, err := a.Deliver.Say(ctx, s, notes)
		if err != nil {
			return nil, 0, err
		}
		for _, one := range said {
			if len(out) == limit {
				return out, out[limit-1].Seq, nil
			}
			out = append(out, one)
		}
		if len(notes) < notesPerLook {
			return out, 0, nil
		}
		before = notes[len(notes)-1].Seq
	}
	return out, before, nil
}

// unread counts the notes that the actor has not read and may see, as far as somebody would.
func (a *API) unread(ctx context.Context, s *record.Session) (int, error) {
	said, _, err := a.notesBefore(ctx, s, 1<<63-1, true, mostUnread)
	return len(said), err
}

// wants gives how the actor wants to be told.
func (a *API) wants(ctx context.Context, s *record.Session) (*notify.Preferences, error) {
	all, err := notify.PreferencesOf(ctx, s.Tx, []id.ID{s.Actor.ID})
	return all[s.Actor.ID], err
}

func (a *API) noteItem(n deliver.Said, wants *notify.Preferences, now time.Time) NoteItem {
	kind := a.Deliver.Kinds.Kind(n.Kind)
	return NoteItem{
		ID: n.ID, Seq: n.Seq, Kind: n.Kind, Label: n.Label, Text: n.Text, Title: n.Title, Path: n.Path, Entity: n.Entity, Record: n.Record,
		Urgent: n.Urgent || kind != nil && kind.Urgent, At: n.At, Created: n.Created.Time, Read: moment(n.Read),
		PopUp: slices.Contains(wants.By(kind, now), notify.PopUp),
	}
}

// moment gives an instant as it is sent; null for none.
func moment(at clock.Instant) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at.Time
}

func (a *API) markNotes(ctx context.Context, rq *Request, in *struct{ Body NoteMarks }) (*struct{}, error) {
	var ids []id.ID
	for _, text := range in.Body.IDs {
		x, err := parseID(text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, x)
	}
	err := a.Store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		if len(ids) > 0 {
			if _, err := notify.MarkRead(ctx, tx, rq.Actor.ID, ids, !in.Body.Unread); err != nil {
				return err
			}
		}
		if in.Body.Until > 0 && !in.Body.Unread {
			if _, err := notify.MarkAllRead(ctx, tx, rq.Actor.ID, in.Body.Until); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { a.Deliver.Streams.Wake(rq.Actor.ID) }) // their other pages count anew
		return nil
	})
	return nil, err
}
