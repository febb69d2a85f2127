// Package errs holds the one error type that travels from the rules to the user. It carries a kind (what sort of
// failure), a message key with parameters (said in the user's language at the edge) and the fields concerned. Every
// other error is internal: the edge logs it and shows only an id.
package errs

import (
	"errors"
	"strings"

	"genjin/internal/i18n"
)

// Kind sorts errors by what the caller can do about them. The edges map each to one status.
type Kind string

const (
	Invalid         Kind = "invalid"         // the input breaks a rule: mend it
	NotFound        Kind = "not_found"       // missing, or invisible to this user
	Denied          Kind = "denied"          // visible, but not allowed
	Unauthenticated Kind = "unauthenticated" // sign in first
	Unconfirmed     Kind = "reauth_required" // signed in, but show again who you are
	NotEnrolled     Kind = "enrol_required"  // signed in, but set up a second factor first
	Conflict        Kind = "conflict"        // collides with what is stored
	Stale           Kind = "stale"           // the version given is not the current one
	TooMany         Kind = "too_many"        // slow down
	TooLarge        Kind = "too_large"       // past a size limit
	Unavailable     Kind = "unavailable"     // try again later
)

// Field is one field's problem.
type Field struct {
	Name   string      // the field as the API spells it; "" for the record as a whole
	Key    string      // message key
	Params i18n.Params // what the message names
}

// Error is a failure that a user can understand.
type Error struct {
	Kind   Kind
	Key    string // message key; the kind's own when empty
	Params i18n.Params
	Fields []Field
}

// New makes an error of kind with message key ("" says the kind's own sentence) and parameters as name, value pairs. Of a
// value that is an error, its Reason is said.
func New(kind Kind, key string, pairs ...any) *Error {
	return &Error{Kind: kind, Key: key, Params: params(pairs)}
}

// OfField makes an Invalid error about one field.
func OfField(name, key string, pairs ...any) *Error {
	return &Error{Kind: Invalid, Fields: []Field{{Name: name, Key: key, Params: params(pairs)}}}
}

// Message gives the sentence in lang.
func (e *Error) Message(lang i18n.Lang) string {
	key := e.Key
	if key == "" {
		key = string(e.Kind)
	}
	return i18n.Message(lang, key, e.Params)
}

// Message gives the field's sentence in lang.
func (f Field) Message(lang i18n.Lang) string { return i18n.Message(lang, f.Key, f.Params) }

// Error is for logs: English, with fields.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message(i18n.EN))
	for _, f := range e.Fields {
		b.WriteString("; " + f.Name + ": " + f.Message(i18n.EN))
	}
	return b.String()
}

// Is reports whether err is an *Error of kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// As gives the *Error inside err, if any.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Fields collects the problems of one input so that the user sees all at once.
type Fields []Field

// Add notes a problem.
func (fs *Fields) Add(name, key string, pairs ...any) {
	*fs = append(*fs, Field{Name: name, Key: key, Params: params(pairs)})
}

// Err gives an Invalid error with all problems, or nil when there is none.
func (fs Fields) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Fields: fs}
}

func params(pairs []any) i18n.Params {
	if len(pairs) == 0 {
		return nil
	}
	p := make(i18n.Params, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		value := pairs[i+1]
		if err, ok := value.(error); ok {
			value = Reason(err)
		}
		p[pairs[i].(string)] = value
	}
	return p
}
