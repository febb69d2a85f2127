package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"genjin/internal/errs"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// maxKey is the longest Idempotency-Key.
const maxKey = 200

// keyKept is how long a retry gets the first answer: as long as a phone without a network may keep what it has to send.
const keyKept = 30 * 24 * time.Hour

// Answer is an answer that is ready to be sent, and sent again.
type Answer struct {
	Status       int
	ContentType  string   `header:"Content-Type"`
	ETag         string   `header:"ETag"`
	Location     string   `header:"Location"`
	CacheControl string   `header:"Cache-Control"`
	Cookies      []string `header:"Set-Cookie"` // never kept for a retry
	Replay       string   `header:"Idempotent-Replay"`
	Body         []byte
}

// jsonAnswer gives v as an answer.
func jsonAnswer(status int, v any) (*Answer, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return &Answer{Status: status, ContentType: "application/json", Body: b.Bytes()}, nil
}

// noContent is the answer to what needs none.
func noContent() *Answer { return &Answer{Status: http.StatusNoContent} }

// write runs fn in a transaction on behalf of the request's actor. With an Idempotency-Key the key is claimed and the
// answer kept in the same transaction, so that of many requests with one key exactly one takes effect; the others get
// its answer. What fails, and what has no answer, leaves the key free.
func (a *API) write(ctx context.Context, rq *Request, fn func(s *record.Session) (*Answer, error)) (answer *Answer, err error) {
	err = a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error {
		answer, err = a.once(ctx, rq, s, fn)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (a *API) once(ctx context.Context, rq *Request, s *record.Session, fn func(s *record.Session) (*Answer, error)) (*Answer, error) {
	if rq.key == "" {
		return fn(s)
	}
	kept, err := replay(ctx, rq, s)
	if kept != nil || err != nil {
		return kept, err
	}
	answer, err := fn(s)
	if answer == nil || err != nil {
		return nil, err
	}
	return answer, keep(ctx, rq, s, answer)
}

// replay gives the answer that was kept for the request's key; nil when there is none.
func replay(ctx context.Context, rq *Request, s *record.Session) (*Answer, error) {
	user := int64(rq.Actor.ID)
	if err := s.Tx.Lock(ctx, fmt.Sprintf("idempotency:%d:%s", user, rq.key)); err != nil {
		return nil, err
	}
	var hash, headers, body string
	answer := &Answer{Replay: "true"}
	err := s.Tx.QueryRow(ctx, `SELECT hash, status, headers, body FROM idempotency WHERE user_id = ? AND key = ? AND created_at > ?`,
		user, rq.key, s.Tx.Now.Add(-keyKept)).Scan(&hash, &answer.Status, &headers, &body)
	if sqldb.IsNoRows(err) {
		return nil, nil //nolint:nilnil // no kept answer is the usual case, and no error
	}
	if err != nil {
		return nil, err
	}
	if hash != rq.fingerprint() {
		return nil, errs.New(errs.Invalid, "api.reused_key")
	}
	answer.Body = []byte(body)
	return answer, answer.setHeaders(headers)
}

func keep(ctx context.Context, rq *Request, s *record.Session, answer *Answer) error {
	headers, err := json.Marshal([]string{answer.ContentType, answer.ETag, answer.Location})
	if err != nil {
		return err
	}
	_, err = s.Tx.Exec(ctx, `INSERT INTO idempotency (user_id, key, hash, status, headers, body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (user_id, key) DO UPDATE SET hash = excluded.hash, status = excluded.status, headers = excluded.headers,
			body = excluded.body, created_at = excluded.created_at`,
		int64(rq.Actor.ID), rq.key, rq.fingerprint(), answer.Status, string(headers), string(answer.Body), s.Tx.Now)
	return err
}

func (w *Answer) setHeaders(stored string) error {
	var h [3]string
	if err := json.Unmarshal([]byte(stored), &h); err != nil {
		return fmt.Errorf("api: damaged answer of an Idempotency-Key: %w", err)
	}
	w.ContentType, w.ETag, w.Location = h[0], h[1], h[2]
	return nil
}

// Clean forgets keys that have had their time.
func (a *API) Clean(ctx context.Context) error {
	return a.Store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE created_at <= ?`, tx.Now.Add(-keyKept))
		return err
	})
}
