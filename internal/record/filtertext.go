package record

import "encoding/json"

// String gives the filter in the form of the API; "" for none.
func (f *Filter) String() (string, error) {
	if f == nil {
		return "", nil
	}
	b, err := json.Marshal(f)
	return string(b), err
}
