package job

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
)

// failure is an error as it is stored.
type failure struct {
	Kind   errs.Kind       `json:"kind,omitempty"` // "" for an internal error
	Key    string          `json:"key,omitempty"`
	Params i18n.Params     `json:"params,omitempty"`
	Fields []failedInField `json:"fields,omitempty"`
	Detail string          `json:"detail,omitempty"`
}

type failedInField struct {
	Name   string      `json:"name"`
	Key    string      `json:"key"`
	Params i18n.Params `json:"params,omitempty"`
}

// encodeError gives err for storing. What a user cannot understand becomes a sentence with the job's id, under which
// the log has the rest.
func encodeError(err error, x id.ID) (string, error) {
	f := failure{Detail: err.Error()}
	if e, ok := errs.As(err); ok {
		f.Kind, f.Key, f.Params = e.Kind, e.Key, plain(e.Params)
		for _, field := range e.Fields {
			f.Fields = append(f.Fields, failedInField{field.Name, field.Key, plain(field.Params)})
		}
	} else {
		f.Key, f.Params = "internal", i18n.Params{"id": x.String()}
	}
	return encode(f)
}

func decodeError(text string) (e *errs.Error, detail string, err error) {
	if text == "" {
		return nil, "", nil
	}
	var f failure
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&f); err != nil {
		return nil, "", fmt.Errorf("job: damaged error: %w", err)
	}
	e = &errs.Error{Kind: f.Kind, Key: f.Key, Params: texts(f.Params)}
	for _, field := range f.Fields {
		e.Fields = append(e.Fields, errs.Field{Name: field.Name, Key: field.Key, Params: texts(field.Params)})
	}
	return e, f.Detail, nil
}

// plain gives the parameters as JSON keeps them: texts in both languages as they are, the rest as it would be said.
func plain(params i18n.Params) i18n.Params {
	out := make(i18n.Params, len(params))
	for name, value := range params {
		switch value.(type) {
		case i18n.Text, string, int, int64:
		default:
			value = fmt.Sprint(value)
		}
		out[name] = value
	}
	return out
}

// texts gives texts in both languages their type back.
func texts(params i18n.Params) i18n.Params {
	for name, value := range params {
		if t, ok := value.(map[string]any); ok {
			zh, _ := t["zh"].(string)
			en, _ := t["en"].(string)
			params[name] = i18n.T(zh, en)
		}
	}
	return params
}

// lasting reports whether another attempt would fail in the same way: the input breaks a rule.
func lasting(err error) bool {
	var e *errs.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case errs.Unavailable, errs.TooMany, errs.Stale:
		return false
	default:
		return true
	}
}

// backoff gives the wait after a number of failures in a row: none, 1 s, 2 s, 4 s … 1 h.
func backoff(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	return min(time.Second<<min(failures-1, 20), time.Hour)
}
