package matrix

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is the served OpenAPI document, against which requests are made and answers are held.
type document struct {
	root     map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // compiled, by where they stand
	ops      []described
}

// described is an operation with what the document says of its requests and answers.
type described struct {
	id, method, path string
	entity           string
	parameters       []parameter
	body             map[string]any // schema; nil for none
	isUpload         bool
	responses        map[string]any
}

// parameter is one of a path, a query or a header.
type parameter struct {
	in, name string
	required bool
	schema   map[string]any
}

const documentURL = "https://crm.example.com/openapi.json"

// document reads the document that the program serves.
func (w *world) document() *document {
	w.t.Helper()
	anybody := &client{handler: w.app.API, from: "10.9.0.2"}
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(anybody.send(get("/api/openapi.json")).body))
	w.must(err)
	d := &document{root: of(raw), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.closeRecords()
	d.compiler.AssertFormat()
	w.must(d.compiler.AddResource(documentURL, raw))
	for path, methods := range of(d.root["paths"]) {
		for method, op := range of(methods) {
			d.ops = append(d.ops, describe(path, method, of(op)))
		}
	}
	slices.SortFunc(d.ops, func(a, b described) int { return strings.Compare(a.id, b.id) })
	return d
}

// of gives an object of the document; an empty one for anything else.
func of(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func textIn(v any) string {
	s, _ := v.(string)
	return s
}

// closeRecords lets records have, beside their fields, those that the company has added, which begin with x_, and nothing
// else.
func (d *document) closeRecords() {
	for _, s := range of(of(d.root["components"])["schemas"]) {
		if schema := of(s); schema["additionalProperties"] == true {
			schema["additionalProperties"] = false
			schema["patternProperties"] = map[string]any{"^x_": map[string]any{}}
		}
	}
}

func describe(path, method string, op map[string]any) described {
	out := described{
		id: textIn(op["operationId"]), method: strings.ToUpper(method), path: path,
		entity: textIn(of(op["x-genjin"])["object"]), responses: of(op["responses"]),
	}
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		one := of(p)
		out.parameters = append(out.parameters, parameter{textIn(one["in"]), textIn(one["name"]), one["required"] == true, of(one["schema"])})
	}
	content := of(of(op["requestBody"])["content"])
	_, out.isUpload = content["multipart/form-data"]
	if sent, ok := content["application/json"]; ok {
		out.body = of(of(sent)["schema"])
	}
	return out
}

// resolved follows references to other schemas.
func (d *document) resolved(schema map[string]any) map[string]any {
	for schema["$ref"] != nil {
		schema = of(of(of(d.root["components"])["schemas"])[textIn(schema["$ref"])[len("#/components/schemas/"):]])
	}
	return schema
}

// escaped makes a name part of a JSON pointer in an address.
func escaped(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(name)
}

// schemaAt gives the schema of an answer.
func (d *document) schemaAt(op described, status, mediaType string) (*jsonschema.Schema, error) {
	var at strings.Builder
	at.WriteString(documentURL + "#")
	for _, part := range []string{"paths", op.path, strings.ToLower(op.method), "responses", status, "content", mediaType, "schema"} {
		at.WriteString("/" + escaped(part))
	}
	if s := d.schemas[at.String()]; s != nil {
		return s, nil
	}
	s, err := d.compiler.Compile(at.String())
	d.schemas[at.String()] = s
	return s, err
}

// wrongAnswer says in what an answer is not what the document says; "" when it is.
func (d *document) wrongAnswer(op described, a answer) string {
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	status := strconv.Itoa(a.status)
	response, known := op.responses[status]
	switch {
	case a.status == http.StatusNoContent && !known && !op.answers(), a.status == http.StatusNotModified:
		if len(a.body) > 0 {
			return "has a body where there is none"
		}
		return ""
	case !known && a.status < 400:
		return fmt.Sprintf("ends with %d, of which the document does not know", a.status)
	case !known:
		status, response = "default", op.responses["default"]
	}
	contents := of(of(response)["content"])
	content, listed := contents[mediaType]
	if _, any := contents["*/*"]; any {
		listed = true
	}
	switch {
	case len(contents) == 0 && len(a.body) > 0:
		return fmt.Sprintf("has a body of %q where the document has none", mediaType)
	case len(contents) == 0:
		return ""
	case !listed:
		return fmt.Sprintf("is %q and not %v", mediaType, slices.Sorted(maps.Keys(contents)))
	case of(content)["schema"] == nil || !strings.HasSuffix(mediaType, "json"):
		return ""
	}
	schema, err := d.schemaAt(op, status, mediaType)
	if err != nil {
		return err.Error()
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
	if err != nil {
		return err.Error()
	}
	if err := schema.Validate(value); err != nil {
		return err.Error()
	}
	return ""
}

// isStream reports whether an operation answers for as long as somebody listens.
func (op described) isStream() bool {
	return of(of(op.responses["200"])["content"])["text/event-stream"] != nil
}

// answers reports whether the document says what success gives.
func (op described) answers() bool {
	for status := range op.responses {
		if strings.HasPrefix(status, "2") {
			return true
		}
	}
	return false
}
