package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/klauspost/compress/gzhttp"

	"genjin/internal/deliver"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/notify"
	"genjin/internal/record"
)

const (
	// heartbeat keeps proxies from closing a stream in which nothing happens, and finds out that a page has gone.
	heartbeat = 20 * time.Second
	// slowest is how long one event may take to be sent: a page that takes longer is let go, and comes again.
	slowest       = 10 * time.Second
	eventsPerLook = 50
	longestAsked  = 24 * 3600 // seconds
)

func (a *API) eventOperations() {
	number := &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
	a.raw(Op{
		Method: http.MethodGet, Path: "/events", ID: "events", Summary: "A stream of what I am told, while it happens",
		Does: "list", Object: "note", Scope: "self", Person: true, GivesType: "text/event-stream", Timeout: -1,
		Params: []*huma.Param{
			{Name: "after", In: "query", Description: "Begin after the note with this number; with what is told from now on when missing", Schema: number},
			{Name: "Last-Event-ID", In: "header", Description: "The same, as a browser says it when it comes again", Schema: number},
			{Name: "lang", In: "query", Description: "zh or en, since a browser cannot ask in a header", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "seconds", In: "query", Description: "How long the stream stays open; as long as it can when missing", Schema: number},
		},
		GivesSchema: &huma.Schema{Type: huma.TypeString, Description: "Events: note (a NoteItem, with its number as id) and unread (how many are)"},
	}, a.events)
}

// feed is one open stream.
type feed struct {
	a      *API
	rq     *Request
	w      http.ResponseWriter
	out    *http.ResponseController
	last   int64 // the newest note that was looked at
	unread int   // as it was told; -1 before
}

// events tells until the page goes, the session ends or the program stops. Who reads is asked anew for each event, so
// that nothing is told of what they may not see any more.
func (a *API) events(w http.ResponseWriter, rq *Request) error {
	ctx, end := a.Auth.Hold(rq.HTTP.Context(), rq.Who)
	defer end()
	query := rq.HTTP.URL.Query()
	if lang := query.Get("lang"); lang != "" {
		rq.Lang = i18n.Match(lang)
	}
	var over <-chan time.Time
	if seconds, err := strconv.Atoi(query.Get("seconds")); err == nil && seconds >= 0 {
		over = time.After(time.Duration(min(seconds, longestAsked)) * time.Second)
	}
	stream, err := a.Deliver.Streams.Join(rq.Actor.ID)
	if err != nil {
		return err
	}
	defer stream.Leave()
	f := &feed{a: a, rq: rq, w: w, out: http.NewResponseController(w), unread: -1}
	if err := f.begin(ctx); err != nil {
		return err
	}
	f.run(ctx, stream, over)
	return nil
}

// begin finds out after which note to begin and sends the header.
func (f *feed) begin(ctx context.Context) error {
	err := f.a.read(ctx, f.rq, func(s *record.Session) (err error) {
		f.last, err = notify.Last(ctx, s.Tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, text := range []string{f.rq.HTTP.Header.Get("Last-Event-ID"), f.rq.HTTP.URL.Query().Get("after")} {
		if text == "" {
			continue
		}
		after, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errs.New(badRequest, "")
		}
		f.last = min(f.last, max(after, 0)) // a backup may have been restored since
		break
	}
	h := f.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events back
	h.Set(gzhttp.HeaderNoCompression, "1")
	f.w.WriteHeader(http.StatusOK)
	return nil
}

// run tells what there is, and then what comes until over. An error is one of the way to the page: nobody can be told of it.
func (f *feed) run(ctx context.Context, stream *deliver.Stream, over <-chan time.Time) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		if err := f.look(ctx); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-over:
			return
		case <-stream.Ended:
			return
		case <-stream.Woken:
		case <-beat.C:
			if err := f.send([]byte(": still here\n\n")); err != nil {
				return
			}
		}
	}
}

// look sends what was told since the last look, and how many are unread when that has changed.
func (f *feed) look(ctx context.Context) error {
	who, err := f.a.Auth.Again(ctx, f.rq.Who)
	if err != nil {
		return err
	}
	actor := *who.Actor
	actor.Lang = f.rq.Lang
	var events bytes.Buffer
	err = f.a.Store.Read(ctx, &actor, func(s *record.Session) error {
		events.Reset()
		if err := f.notes(ctx, s, &events); err != nil {
			return err
		}
		n, err := f.a.unread(ctx, s)
		if err == nil && n != f.unread {
			f.unread = n
			fmt.Fprintf(&events, "id: %d\nevent: unread\ndata: {\"unread\":%d,\"last\":%d}\n\n", f.last, n, f.last)
		}
		return err
	})
	if err != nil || events.Len() == 0 {
		return err
	}
	return f.send(events.Bytes())
}

func (f *feed) notes(ctx context.Context, s *record.Session, into *bytes.Buffer) error {
	wants, err := f.a.wants(ctx, s)
	if err != nil {
		return err
	}
	for {
		notes, err := notify.Since(ctx, s.Tx, s.Actor.ID, f.last, eventsPerLook)
		if err != nil || len(notes) == 0 {
			return err
		}
		said, err := f.a.Deliver.Say(ctx, s, notes)
		if err != nil {
			return err
		}
		for _, one := range said {
			data, err := json.Marshal(f.a.noteItem(one, wants, s.Tx.Now))
			if err != nil {
				return fmt.Errorf("api: %w", err)
			}
			fmt.Fprintf(into, "id: %d\nevent: note\ndata: %s\n\n", one.Seq, data)
		}
		f.last = notes[len(notes)-1].Seq
	}
}

// send gives the page some seconds to take it.
func (f *feed) send(b []byte) error {
	_ = f.out.SetWriteDeadline(time.Now().Add(slowest)) //nolint:forbidigo // the network's time; a writer that cannot have deadlines is one of tests
	if _, err := f.w.Write(b); err != nil {
		return err
	}
	return f.out.Flush()
}
