package api

import (
	"context"
	"net/http"
	"time"

	"genjin/internal/clock"
	"genjin/internal/deliver"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// NotePreferences are how I want to be told.
type NotePreferences struct {
	Kinds  []KindPreference `json:"kinds" nullable:"false" doc:"Those that are missing in a change are told as is usual"`
	Quiet  QuietHours       `json:"quiet"`
	Digest DigestTime       `json:"digest"`
	Mail   string           `json:"mail,omitempty" readOnly:"true" doc:"Where letters go; empty when there is no mail server or I have no address"`
}

// KindPreference is how I want to be told of one kind.
type KindPreference struct {
	Kind     string           `json:"kind"`
	Label    string           `json:"label,omitempty" readOnly:"true"`
	Urgent   bool             `json:"urgent,omitempty" readOnly:"true" doc:"Quiet hours do not hold it back"`
	Channels []notify.Channel `json:"channels" nullable:"false" enum:"popup,push,mail"`
	Usual    []notify.Channel `json:"usual,omitempty" readOnly:"true" doc:"The channels of who has not chosen"`
	Muted    *time.Time       `json:"muted_until" required:"false" doc:"Until when it is only listed"`
}

// QuietHours are hours in which only what is urgent goes out; empty for none.
type QuietHours struct {
	From  string `json:"from" doc:"22:00"`
	Until string `json:"until" doc:"08:00, on the next day when that is earlier"`
}

// DigestTime says when the day's digest comes.
type DigestTime struct {
	At       string `json:"at" doc:"08:30; empty for none"`
	Workdays bool   `json:"workdays" doc:"Only on days on which I work"`
}

type preferencesAnswer struct{ Body NotePreferences }

func (a *API) notePreferenceOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/notifications", ID: "note-preferences", Summary: "How I want to be told",
		Does: "get", Object: "note_preference", Scope: "self", Person: true,
	}, func(ctx context.Context, rq *Request, _ *struct{}) (*preferencesAnswer, error) {
		return a.notePreferences(ctx, rq)
	})
	handle(a, Op{
		Method: http.MethodPut, Path: "/me/notifications", ID: "set-note-preferences", Summary: "Change how I want to be told",
		Does: "update", Object: "note_preference", Scope: "self", Person: true,
	}, a.setNotePreferences)
}

func (a *API) notePreferences(ctx context.Context, rq *Request) (*preferencesAnswer, error) {
	out := &preferencesAnswer{NotePreferences{Kinds: []KindPreference{}}}
	_, server, err := a.Auth.MailServer(ctx)
	if err != nil {
		return nil, err
	}
	err = a.read(ctx, rq, func(s *record.Session) error {
		p, err := a.wants(ctx, s)
		if err != nil {
			return err
		}
		out.Body.Quiet = QuietHours{string(p.Quiet.From), string(p.Quiet.Until)}
		out.Body.Digest = DigestTime{string(p.Digest.At), p.Digest.Workdays}
		for _, k := range a.Deliver.Kinds.Kinds() {
			one := KindPreference{Kind: k.Name, Label: k.Label.In(rq.Lang), Urgent: k.Urgent, Channels: []notify.Channel{}, Usual: k.By}
			chosen, ok := p.Channels[k.Name]
			if !ok {
				chosen = k.By
			}
			one.Channels = append(one.Channels, chosen...)
			if until := p.Muted[k.Name]; until.After(s.Tx.Now) {
				one.Muted = &until.Time
			}
			out.Body.Kinds = append(out.Body.Kinds, one)
		}
		if !server {
			return nil
		}
		return s.Tx.QueryRow(ctx, `SELECT email FROM account WHERE id = ?`, rq.Actor.ID).Scan(&out.Body.Mail)
	})
	return out, err
}

func (a *API) setNotePreferences(ctx context.Context, rq *Request, in *struct{ Body NotePreferences }) (*preferencesAnswer, error) {
	b := in.Body
	p := notify.Preferences{
		Channels: map[string][]notify.Channel{}, Muted: map[string]clock.Instant{},
		Quiet:  notify.Hours{From: notify.TimeOfDay(b.Quiet.From), Until: notify.TimeOfDay(b.Quiet.Until)},
		Digest: notify.Digest{At: notify.TimeOfDay(b.Digest.At), Workdays: b.Digest.Workdays},
	}
	for _, k := range b.Kinds {
		p.Channels[k.Kind] = k.Channels
		if k.Muted != nil {
			p.Muted[k.Kind] = clock.At(*k.Muted)
		}
	}
	if err := p.Check(a.Deliver.Kinds); err != nil {
		return nil, err
	}
	err := a.Store.DB().Write(ctx, func(tx *sqldb.Tx) error { return notify.SetPreferences(ctx, tx, rq.Actor.ID, p) })
	if err != nil {
		return nil, err
	}
	return a.notePreferences(ctx, rq)
}

// PushState says how my browsers are pushed to.
type PushState struct {
	Key   string        `json:"key" doc:"The applicationServerKey that a browser asks for"`
	Items []BrowserItem `json:"items" nullable:"false"`
}

// BrowserItem is one of my browsers that are pushed to.
type BrowserItem struct {
	ID      id.ID      `json:"id"`
	Name    string     `json:"name"`
	Current bool       `json:"current" doc:"It was set up with the session that asks"`
	Created time.Time  `json:"created_at"`
	Sent    *time.Time `json:"sent_at" doc:"When it was last pushed to"`
}

// NewBrowser is what a browser gives to be pushed to: PushSubscription.toJSON(), and its name.
type NewBrowser struct {
	Endpoint string `json:"endpoint" maxLength:"1000"`
	Keys     struct {
		P256dh string `json:"p256dh" maxLength:"200"`
		Auth   string `json:"auth" maxLength:"100"`
	} `json:"keys"`
	Name    string `json:"name,omitempty" maxLength:"100"`
	Expires *int64 `json:"expirationTime,omitempty" nullable:"true"`
}

func (a *API) pushOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/me/push", ID: "push", Summary: "My browsers that are pushed to",
		Does: "list", Object: "push", Scope: "self", Person: true,
	}, a.push)
	handle(a, Op{
		Method: http.MethodPost, Path: "/me/push", ID: "add-push", Summary: "Have this browser pushed to, as long as I am signed in on it",
		Does: "create", Object: "push", Scope: "self", Person: true, Status: http.StatusCreated,
	}, func(ctx context.Context, rq *Request, in *struct{ Body NewBrowser }) (*struct{ Body Made }, error) {
		x, err := a.Deliver.Subscribe(ctx, rq.Actor.ID, rq.Who.Session, deliver.Subscription{
			Endpoint: in.Body.Endpoint, P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth, Name: in.Body.Name,
		})
		return &struct{ Body Made }{Made{x}}, err
	})
	handle(a, Op{
		Method: http.MethodDelete, Path: "/me/push/{id}", ID: "remove-push", Summary: "Push to one of my browsers no more",
		Does: "delete", Object: "push", Scope: "self", Person: true, Status: http.StatusNoContent,
	}, func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
		x, err := in.id()
		if err != nil {
			return nil, err
		}
		return nil, a.Deliver.Unsubscribe(ctx, rq.Actor.ID, x)
	})
}

// Made names what was made.
type Made struct {
	ID id.ID `json:"id"`
}

func (a *API) push(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body PushState }, error) {
	out := &struct{ Body PushState }{PushState{Items: []BrowserItem{}}}
	key, err := a.Deliver.PushKey(ctx)
	if err != nil {
		return nil, err
	}
	out.Body.Key = key
	browsers, err := a.Deliver.Browsers(ctx, rq.Actor.ID)
	for _, b := range browsers {
		out.Body.Items = append(out.Body.Items, BrowserItem{b.ID, b.Name, b.Session == rq.Who.Session, b.Created.Time, moment(b.Sent)})
	}
	return out, err
}

// FailedDelivery is something that could not be brought to its place.
type FailedDelivery struct {
	ID       id.ID     `json:"id"`
	Channel  string    `json:"channel" enum:"push,mail,robot"`
	To       string    `json:"to" doc:"The user, or the robot"`
	Kinds    []string  `json:"kinds" nullable:"false" doc:"What sort of notes it says, by their labels"`
	Notes    int       `json:"notes" doc:"How many"`
	Attempts int       `json:"attempts"`
	Problem  string    `json:"problem" doc:"Why the last attempt failed"`
	Created  time.Time `json:"created_at"`
	At       time.Time `json:"at" doc:"Of the last attempt"`
}

// FailedList is a page of them.
type FailedList struct {
	Items []FailedDelivery `json:"items" nullable:"false"`
	Next  string           `json:"next"`
}

// RetryDelivery says what is tried again.
type RetryDelivery struct {
	ID string `json:"id,omitempty" doc:"All when missing"`
}

// Retried says how many deliveries are tried again.
type Retried struct {
	Retried int64 `json:"retried"`
}

const failedPerPage = 50

func (a *API) deliveryOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/deliveries/failed", ID: "failed-deliveries", Summary: "What could not be brought to its place",
		Does: "list", Object: "delivery", Scope: "setting",
	}, a.failedDeliveries)
	handle(a, Op{
		Method: http.MethodPost, Path: "/deliveries/retry", ID: "retry-deliveries", Summary: "Try again what could not be brought to its place",
		Does: "update", Object: "delivery", Scope: "setting", Gives: Retried{},
	}, func(ctx context.Context, rq *Request, in *struct{ Body RetryDelivery }) (*Answer, error) {
		return a.write(ctx, rq, func(s *record.Session) (*Answer, error) {
			x, err := id.Parse(in.Body.ID)
			if err != nil {
				return nil, errs.New(errs.NotFound, "")
			}
			n, err := a.Deliver.Retry(ctx, s, x)
			if err != nil {
				return nil, err
			}
			return jsonAnswer(http.StatusOK, Retried{n})
		})
	})
}

func (a *API) failedDeliveries(ctx context.Context, rq *Request, in *struct {
	Cursor string `query:"cursor" doc:"next of the page before"`
},
) (*struct{ Body FailedList }, error) {
	before, err := id.Parse(in.Cursor)
	if err != nil {
		return nil, errs.New(badRequest, "")
	}
	out := &struct{ Body FailedList }{FailedList{Items: []FailedDelivery{}}}
	err = a.read(ctx, rq, func(s *record.Session) error {
		failed, err := a.Deliver.Failures(ctx, s, before, failedPerPage)
		for _, f := range failed {
			out.Body.Items = append(out.Body.Items, FailedDelivery{f.ID, f.Channel, f.To, f.Kinds, f.Notes, f.Attempts, f.Problem, f.Created.Time, f.At.Time})
		}
		if len(failed) == failedPerPage {
			out.Body.Next = failed[failedPerPage-1].ID.String()
		}
		return err
	})
	return out, err
}
