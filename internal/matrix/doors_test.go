package matrix

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"genjin/internal/entity"
)

// operation is an operation of the served document.
type operation struct {
	id, method, path    string
	does, object, whose string
	def                 *entity.Def // of the entity that it is about; nil for others
	confirm             string      // "module:action": a token has to name it among its own
	public, hasIDInPath bool
}

// maker makes the cases of an operation.
type maker func(w *world, op operation) []trial

// operations reads the document that the program serves.
func (w *world) operations() []operation {
	w.t.Helper()
	anybody := &client{handler: w.app.API, from: "10.9.0.1"}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string                                        `json:"operationId"`
			Genjin      struct{ Does, Object, Scope, Confirm string } `json:"x-genjin"`
		}
	}
	if err := json.Unmarshal(anybody.send(get("/api/openapi.json")).body, &doc); err != nil {
		w.t.Fatal(err)
	}
	var out []operation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			o := doc.Paths[path][method]
			x := o.Genjin
			if x.Does == "" || x.Object == "" || x.Scope == "" || o.OperationID == "" {
				w.t.Errorf("%s %s does not say in x-genjin what it does, to what and for whom", method, path)
			}
			out = append(out, operation{
				id: o.OperationID, method: strings.ToUpper(method), path: path, does: x.Does, object: x.Object, whose: x.Scope, confirm: x.Confirm,
				def: w.def(x.Object), public: x.Scope == "public", hasIDInPath: strings.Contains(path, "{id}"),
			})
		}
	}
	return out
}

// ofRecords are the makers of the operations that every entity has, by what they do.
var ofRecords = map[string]maker{
	"list": listTrials, "count": countTrials, "get": getTrials, "log": logTrials, "create": createTrials, "update": updateTrials,
	"archive": archiveTrials, "restore": restoreTrials, "bulk": bulkTrials, "duplicates": duplicateTrials,
	"collaborators": collaboratorTrials, "share": shareTrials, "export": exportTrials, "template": templateTrials,
}

// isUsual reports whether an operation is one that every entity has, which their paths tell.
func (op operation) isUsual() bool {
	base := "/" + op.def.Path
	usual := map[string]string{
		"list": base, "create": base, "get": base + "/{id}", "update": base + "/{id}", "archive": base + "/{id}",
	}
	for _, more := range []string{"count", "bulk", "duplicates", "export", "template"} {
		usual[more] = base + "/" + more
	}
	for _, more := range []string{"log", "restore", "collaborators"} {
		usual[more] = base + "/{id}/" + more
	}
	usual["share"] = usual["collaborators"]
	return op.path == usual[op.does]
}

// makerOf gives the maker of an operation; nil when nobody has said yet how it is asked.
func makerOf(op operation) maker {
	if m := others[op.id]; m != nil {
		return m
	}
	if _, known := security[op.id]; known {
		return securityTrials
	}
	if op.def != nil && op.isUsual() {
		return ofRecords[op.does]
	}
	return nil
}

// guarded lets tokens do what asks to be confirmed only when they name it among what they are let.
func (op operation) guarded(all []trial) []trial {
	module, action, asks := strings.Cut(op.confirm, ":")
	if !asks {
		return all
	}
	for i, t := range all {
		if !t.by.isPerson() && !slices.Contains(t.by.who.Only[module], action) {
			all[i].want, all[i].never, all[i].may = refused, call{}, nil
		}
	}
	return all
}

// TestEveryOperationIsCovered: an operation that nobody asks is a door that nobody watches.
func TestEveryOperationIsCovered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ops := w.operations()
	if len(ops) < 50 {
		t.Fatalf("only %d operations in the document", len(ops))
	}
	known := map[string]bool{}
	for _, op := range ops {
		known[op.id] = true
		if makerOf(op) == nil {
			t.Errorf("the permission matrix does not know how to ask %s (%s %s: %s %s). Add it to others in internal/matrix/others_test.go, "+
				"with who may do it and what it may change, so that every sort of user is tried on it.", op.id, op.method, op.path, op.does, op.object)
		}
	}
	for id := range security {
		if !known[id] {
			t.Errorf("the permission matrix asks %s, which the document does not have any more", id)
		}
	}
	for id := range others {
		if !known[id] {
			t.Errorf("the permission matrix asks %s, which the document does not have any more", id)
		}
	}
}
