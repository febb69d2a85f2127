package entity

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
)

// List is the value of a field that holds several, such as tags. It is stored as a JSON array in a text column; an empty
// list is stored as "".
type List []string

// Stored gives the stored value.
func (l List) Stored() string {
	if len(l) == 0 {
		return ""
	}
	b, err := marshal([]string(l))
	if err != nil { // a list of strings always encodes
		panic(err)
	}
	return string(b)
}

// ListOf reads a stored value; what is not a list gives none.
func ListOf(stored any) List {
	text, _ := stored.(string)
	if text == "" {
		return nil
	}
	var l List
	if json.Unmarshal([]byte(text), &l) != nil {
		return nil
	}
	return l
}

// Has reports whether the list holds value.
func (l List) Has(value string) bool { return slices.Contains(l, value) }

// Value stores the list.
func (l List) Value() (driver.Value, error) { return l.Stored(), nil }

// Scan loads the list.
func (l *List) Scan(src any) error {
	text, ok := src.(string)
	if !ok && src != nil {
		return fmt.Errorf("entity: cannot load a list from %T", src)
	}
	*l = ListOf(text)
	return nil
}

// Custom holds the values of fields that the company defined, as stored values by field name. It is stored as a JSON
// object in a text column; none is "".
type Custom map[string]any

// Stored gives the stored value, with keys in order, so that equal values are equal texts.
func (c Custom) Stored() string {
	kept := make(map[string]any, len(c))
	for name, value := range c {
		if !IsMissing(value) {
			kept[name] = value
		}
	}
	if len(kept) == 0 {
		return ""
	}
	b, err := marshal(kept)
	if err != nil { // stored values always encode
		panic(err)
	}
	return string(b)
}

// CustomOf reads a stored value; what is not an object gives none.
func CustomOf(stored any) Custom {
	text, _ := stored.(string)
	if text == "" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var c Custom
	if d.Decode(&c) != nil {
		return nil
	}
	for name, value := range c {
		if n, ok := value.(json.Number); ok {
			c[name] = plainNumber(n)
		}
	}
	return c
}

func plainNumber(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return nil
	}
	return f
}

// marshal writes JSON without escaping <, > and &, so that equal texts stay as people wrote them.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
