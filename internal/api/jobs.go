package api

import (
	"context"
	"encoding/json"
	"net/http"

	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/record"
)

// Job is work in the background.
type Job struct {
	ID       id.ID           `json:"id"`
	Kind     string          `json:"kind"`
	State    string          `json:"state" enum:"waiting,running,done,failed,cancelled"`
	Progress JobProgress     `json:"progress"`
	Result   json.RawMessage `json:"result" doc:"What came of it; null before, or when nothing is to be said"`
	Error    string          `json:"error" doc:"Why it failed, for people; empty when it did not"`
}

// JobProgress says how far a job is.
type JobProgress struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total" doc:"0 while unknown"`
}

func (a *API) jobOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/jobs/{id}", ID: "get-job", Summary: "A job that I asked for",
		Does: "get", Object: "job", Scope: "self",
	}, a.job)
}

// job gives a job to whoever asked for it; for others there is none.
func (a *API) job(ctx context.Context, rq *Request, in *ByID) (*struct{ Body Job }, error) {
	x, err := in.id()
	if err != nil {
		return nil, err
	}
	out := &struct{ Body Job }{}
	err = a.read(ctx, rq, func(s *record.Session) error {
		st, err := job.Get(ctx, s.Tx, x)
		if err != nil {
			return err
		}
		if st.By != rq.Actor.ID || st.By == 0 {
			return errs.New(errs.NotFound, "")
		}
		out.Body = Job{ID: st.ID, Kind: st.Kind, State: string(st.State), Progress: JobProgress{st.Done, st.Total}, Result: st.Result}
		if st.Err != nil {
			out.Body.Error = st.Err.Message(rq.Lang)
		}
		return nil
	})
	return out, err
}
