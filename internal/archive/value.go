package archive

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"genjin/internal/sqldb"
)

// bytesValue is how bytes, and text that is no UTF-8, stand in a row.
type bytesValue struct {
	Base64 string `json:"base64"`
}

// outside gives a stored value as a row of an archive has it.
func outside(v any) any {
	switch x := v.(type) {
	case []byte:
		return bytesValue{base64.StdEncoding.EncodeToString(x)}
	case string:
		if !utf8.ValidString(x) {
			return bytesValue{base64.StdEncoding.EncodeToString([]byte(x))}
		}
	}
	return v
}

var errValue = errors.New("a value does not fit its column")

// inside gives the values of a row as the columns store them.
func inside(line []byte, columns []sqldb.Column) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	if len(raw) != len(columns) {
		return nil, errors.New("a row has another number of values")
	}
	row := make([]any, len(raw))
	for i, text := range raw {
		var err error
		if row[i], err = value(text, columns[i]); err != nil {
			return nil, err
		}
	}
	return row, nil
}

func value(text json.RawMessage, c sqldb.Column) (any, error) {
	if bytes.Equal(text, []byte("null")) {
		if c.NotNull {
			return nil, errValue
		}
		return nil, nil //nolint:nilnil // NULL is a value
	}
	switch c.Type {
	case "INTEGER":
		return as[int64](text)
	case "REAL":
		return as[float64](text)
	case "TEXT":
		if text[0] == '{' {
			b, err := fromBase64(text)
			return string(b), err
		}
		return as[string](text)
	case "BLOB":
		return fromBase64(text)
	}
	return nil, errValue
}

func as[T any](text json.RawMessage) (any, error) {
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, errValue
	}
	return v, nil
}

func fromBase64(text json.RawMessage) ([]byte, error) {
	var v bytesValue
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, errValue
	}
	return base64.StdEncoding.DecodeString(v.Base64)
}
