package entity

import "bytes"

// Document makes the type of a field that holds JSON with a meaning of its own, such as rules. Tidy reads a document and
// gives it in the one form in which it is stored; false when it means nothing, which the message named problem says. Empty
// is what doors show where there is none: "{}" or "[]".
func Document(name, problem, empty string, tidy func(text string) (string, bool)) Type {
	return &document{JSON, name, problem, empty, tidy}
}

type document struct {
	Type
	name, problem, empty string
	tidy                 func(text string) (string, bool)
}

// Name gives the type's name.
func (t *document) Name() string { return t.name }

// FromJSON takes the document as it stands; Check reads it.
func (t *document) FromJSON(raw []byte, f *Field) (any, *Problem) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	return t.Check(string(raw), f)
}

// AppendJSON writes the document.
func (t *document) AppendJSON(dst []byte, stored any) []byte {
	if text, _ := stored.(string); text != "" {
		return append(dst, text...)
	}
	return append(dst, t.empty...)
}

// Check reads the document.
func (t *document) Check(stored any, _ *Field) (any, *Problem) {
	text, _ := stored.(string)
	if text == "" {
		return "", nil
	}
	tidy, ok := t.tidy(text)
	if !ok {
		return nil, Problemf(t.problem)
	}
	return tidy, nil
}
