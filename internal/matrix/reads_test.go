package matrix

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/matrix/policy"
	"genjin/internal/obligation"
	"genjin/internal/record"
)

// of gives the records of an entity, the ones that were made for the matrix and the others.
func (w *world) of(name string) []*thing {
	var out []*thing
	for _, t := range w.things {
		if t.entity == name {
			out = append(out, t)
		}
	}
	return out
}

// byID fills the id into the path of an operation.
func (op operation) byID(x string) string { return strings.Replace(op.path, "{id}", x, 1) }

// onEach gives a case for each subject and record of the entity of an operation.
func onEach(w *world, op operation, plan func(s *subject, x *thing) trial) []trial {
	var out []trial
	for _, s := range w.subjects {
		for _, x := range w.of(op.def.Name) {
			t := plan(s, x)
			t.door, t.by, t.about, t.of = op.id, s, x.String(), x.id
			out = append(out, t)
		}
	}
	return out
}

// seen gives how a request for a record must end that whoever sees it may make.
func (w *world) seen(s *subject, x string) want {
	if w.policy.Sees(s.who, x) {
		return works
	}
	return hidden
}

func getTrials(w *world, op operation) []trial {
	out := onEach(w, op, func(s *subject, x *thing) trial {
		return trial{
			call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas)),
			check: func(a answer) string { return w.wrongRecord(s.who, a.body, x.id, nil, true) },
		}
	})
	return append(out, crossTrials(w, op)...)
}

// crossTrials ask for records by the ids of what is something else.
func crossTrials(w *world, op operation) []trial {
	var out []trial
	for _, s := range w.subjects {
		for _, def := range w.defs() {
			others := w.of(def.Name)
			if def.Name == op.def.Name || len(others) == 0 {
				continue
			}
			x := others[len(others)/2]
			out = append(out, trial{
				door: op.id, by: s, about: "by the id of " + x.String(), call: get(op.byID(x.id)), want: hidden, never: get(op.byID(neverWas)),
			})
		}
	}
	return out
}

// wrongRecord says how a record is not as somebody is to see it: which fields there are, which are masked, what they hold.
// Fields says which were asked for; nil all.
func (w *world) wrongRecord(who policy.Who, raw json.RawMessage, x string, fields []string, alone bool) string {
	var got map[string]json.RawMessage
	var masked []string
	if err := json.Unmarshal(raw, &got); err != nil {
		return err.Error()
	}
	_ = json.Unmarshal(got["_masked"], &masked) // there may be none
	rec := w.stored[x]
	def := w.def(rec.entity)
	for _, f := range def.Fields {
		if f.Internal {
			if _, there := got[f.Name]; there && f.Name != "id" && f.Name != "version" {
				return "shows the internal field " + f.Name
			}
			continue
		}
		value, there := got[f.Name]
		asked := fields == nil || slices.Contains(fields, f.Name)
		reading := w.policy.Reads(who, x, f.Name)
		if there != (asked && reading != policy.Nothing) {
			return fmt.Sprintf("the field %s is there: %v, but it reads %d", f.Name, there, reading)
		}
		if !there {
			continue
		}
		if what := wrongField(f, rec.values[f.Name], value, reading, slices.Contains(masked, f.Name)); what != "" {
			return what
		}
	}
	for _, meanings := range []string{"_refs", "_text"} {
		var said map[string]json.RawMessage
		_ = json.Unmarshal(got[meanings], &said) // there may be none
		for name := range said {
			if w.policy.Reads(who, x, name) != policy.Full {
				return meanings + " says what the field " + name + " means, which is not to be read"
			}
		}
	}
	for name := range got {
		if def.Field(name) == nil && !slices.Contains([]string{"_refs", "_text", "_masked", "_can", "_archived"}, name) {
			return "shows what is no field: " + name
		}
	}
	if alone {
		return w.wrongCan(who, got["_can"], x)
	}
	return ""
}

func wrongField(f *entity.Field, value any, got json.RawMessage, reading policy.Reading, masked bool) string {
	if value == nil {
		value = entity.Missing(f.Type)
	}
	full := string(f.Type.AppendJSON(nil, value))
	none := string(f.Type.AppendJSON(nil, entity.Missing(f.Type)))
	missing := entity.IsMissing(value)
	switch {
	case reading == policy.Full && (string(got) != full || masked):
		return fmt.Sprintf("the field %s is %s (masked: %v) but may be read: %s", f.Name, got, masked, full)
	case reading == policy.Masked && !missing && (string(got) == full && full != none || !masked):
		return fmt.Sprintf("the field %s is %s (masked: %v) but is to be masked", f.Name, got, masked)
	}
	return ""
}

// wrongCan says how what a record says its reader may do is not so.
func (w *world) wrongCan(who policy.Who, raw json.RawMessage, x string) string {
	if w.policy.Records[x].Archived || w.policy.Records[x].Admin {
		return "" // what may be done to it is told when it is tried
	}
	var can map[string]bool
	if err := json.Unmarshal(raw, &can); err != nil {
		return "says nothing of what may be done"
	}
	for action, may := range can {
		if derived := w.policy.Entities[w.stored[x].entity].Derived; !derived && may != w.policy.Does(who, action, x) {
			return fmt.Sprintf("says that one can %s: %v", action, may)
		}
	}
	return ""
}

// listed gives the records that a list of an entity shows somebody: put away ones, with what hangs on those, or the others.
func (w *world) listed(who policy.Who, name string, away bool) []string {
	var out []string
	for _, x := range w.of(name) {
		if w.policy.Sees(who, x.id) && w.isAway(x.id) == away {
			out = append(out, x.id)
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) isAway(x string) bool {
	r := w.policy.Records[x]
	hosts := slices.ContainsFunc(r.Parents, func(p string) bool { return !w.isAway(p) })
	return r.Archived || len(r.Parents) > 0 && !hosts
}

// wrongList says how a list does not show exactly these records, or not as they are to be seen.
func (w *world) wrongList(who policy.Who, a answer, want []string, fields []string) string {
	var page struct{ Items []json.RawMessage }
	a.json(&page)
	var got []string
	for _, item := range page.Items {
		var one struct{ ID string }
		if err := json.Unmarshal(item, &one); err != nil {
			return err.Error()
		}
		got = append(got, one.ID)
		if what := w.wrongRecord(who, item, one.ID, fields, false); what != "" {
			return w.describe(source{id: one.ID}) + ": " + what
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Sprintf("lists %d records, not %d: %s", len(got), len(want), w.difference(got, want))
	}
	return ""
}

// difference names the records that are in one list alone.
func (w *world) difference(got, want []string) string {
	var parts []string
	for _, x := range got {
		if !slices.Contains(want, x) {
			parts = append(parts, "has "+w.describe(source{id: x}))
		}
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			parts = append(parts, "lacks "+w.describe(source{id: x}))
		}
	}
	return strings.Join(parts[:min(len(parts), 5)], ", ")
}

// query writes a query of names and values in turn.
func query(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return "?" + values.Encode()
}

func listTrials(w *world, op operation) []trial {
	var out []trial
	for _, s := range w.subjects {
		for _, away := range []bool{false, true} {
			want := w.listed(s.who, op.def.Name, away)
			out = append(out, trial{
				door: op.id, by: s, about: fmt.Sprintf("all, put away: %v", away),
				call: get(op.path + query("limit", "500", "archived", fmt.Sprint(away))), want: works,
				check: func(a answer) string { return w.wrongList(s.who, a, want, nil) },
			})
		}
		all := w.listed(s.who, op.def.Name, false)
		out = append(out, trial{
			door: op.id, by: s, about: "from where somebody else is", call: get(op.path), want: open,
			first: []step{{w.subject("admin"), get(op.path + query("limit", "3")), cursorTo}},
			check: func(a answer) string {
				for _, x := range idsIn(a) {
					if !slices.Contains(all, x) {
						return "has " + w.describe(source{id: x})
					}
				}
				return ""
			},
		})
		out = append(out, fieldTrials(w, op, s)...)
		out = append(out, findTrials(w, op, s)...)
	}
	return out
}

// cursorTo goes on where a list of somebody else goes on.
func cursorTo(a answer, t *trial) {
	var page struct{ Next string }
	a.json(&page)
	t.call.path += query("limit", "500", "cursor", page.Next)
}

// fieldTrials ask for each field alone, and sort and filter by it.
func fieldTrials(w *world, op operation, s *subject) []trial {
	var out []trial
	all := w.listed(s.who, op.def.Name, false)
	for _, f := range w.def(op.def.Name).Fields {
		asks := refused
		if w.policy.Asks(s.who, op.def.Name, f.Name) {
			asks = works
		}
		add := func(about, query string, ends want, check func(a answer) string) {
			out = append(out, trial{door: op.id, by: s, about: about + " " + f.Name, call: get(op.path + query), want: ends, check: check})
		}
		if f.Internal {
			if f.Name != "id" {
				add("sorted by", query("sort", f.Name), refused, nil)
				add("filtered by", query("filter", `{"field":"`+f.Name+`","op":"not_empty"}`), refused, nil)
			}
			continue
		}
		add("with", query("limit", "500", "fields", f.Name), works, func(a answer) string { return w.wrongList(s.who, a, all, []string{f.Name}) })
		for _, order := range []string{"", "-"} {
			add("sorted by "+order, query("limit", "500", "sort", order+f.Name), asks, func(a answer) string { return w.wrongList(s.who, a, all, nil) })
		}
		filter := map[string]any{"field": f.Name, "op": firstOp(f), "value": w.sample(f, firstOp(f))}
		add("filtered by", query("limit", "500", "filter", jsonText(filter)), asks, nil)
		inside := map[string]any{"not": map[string]any{"or": []any{filter}}}
		add("filtered by what is not so of", query("limit", "500", "filter", jsonText(inside)), asks, nil)
	}
	for _, k := range w.clocksOf(op.def.Name) { // nobody learns by a deadline what they do not see
		asks := works
		for _, told := range append(slices.Clone(k.Reveals), k.Tells) {
			if told != "" && !w.policy.Asks(s.who, op.def.Name, told) {
				asks = refused
			}
		}
		filter := map[string]any{"field": record.ClocksField, "op": entity.NotIn, "value": []string{record.Stood(k.Name, obligation.Standings[0])}}
		out = append(out, trial{door: op.id, by: s, about: "filtered by " + k.Name, call: get(op.path + query("limit", "500", "filter", jsonText(filter))), want: asks})
	}
	return out
}

// clocksOf gives the kinds of clocks about an entity.
func (w *world) clocksOf(name string) (out []*obligation.Kind) {
	kinds, about := w.app.Store.Registry().ClockKinds()
	for i, k := range kinds {
		if about[i] == name {
			out = append(out, k)
		}
	}
	return out
}

func jsonText(v any) string {
	b, err := json.Marshal(v)
	must(err)
	return string(b)
}

func firstOp(f *entity.Field) entity.Op {
	if ops := f.Type.Ops(); len(ops) > 0 {
		return ops[0]
	}
	return entity.NotEmpty
}

// sample gives a value that a field of some record has, as a filter takes it.
func (w *world) sample(f *entity.Field, op entity.Op) any {
	switch {
	case op == entity.NotEmpty || op == entity.Empty:
		return nil
	case f.Type == entity.Date || f.Type == entity.DateTime:
		return "2001-01-01"
	case f.Type == entity.Int || f.Type == entity.Money:
		return 1
	case f.Type == entity.Bool:
		return true
	case f.Ref != "" || f.Name == "id":
		return []string{w.users["rep"]}
	}
	return "x"
}

// findTrials search a list for words that stand in one record each.
func findTrials(w *world, op operation, s *subject) []trial {
	var out []trial
	def := w.def(op.def.Name)
	for i, x := range w.of(op.def.Name) {
		for j, f := range def.Fields {
			text, _ := w.stored[x.id].values[f.Name].(string)
			if f.Search == entity.NotSearched || text == "" || (i+j)%4 != 0 {
				continue
			}
			// Whoever sees a value masked on any record does not find by it, not even their own.
			finds := w.policy.Sees(s.who, x.id) && !w.isAway(x.id) && w.policy.Asks(s.who, def.Name, f.Name)
			out = append(out, trial{
				door: op.id, by: s, about: "with what stands in " + f.Name + " of " + x.String(),
				call: get(op.path + query("q", text, "fields", def.Title)), want: works,
				check: func(a answer) string {
					got := strings.Contains(string(a.body), `"id":"`+x.id+`"`)
					if got && w.policy.Reads(s.who, x.id, f.Name) != policy.Full || finds && !got {
						return fmt.Sprintf("finds it: %v", got)
					}
					return ""
				},
			})
		}
	}
	return out
}

func countTrials(w *world, op operation) []trial {
	var out []trial
	for _, s := range w.subjects {
		for _, away := range []bool{false, true} {
			want := len(w.listed(s.who, op.def.Name, away))
			out = append(out, trial{
				door: op.id, by: s, about: fmt.Sprintf("all, put away: %v", away), call: get(op.path + query("archived", fmt.Sprint(away))), want: works,
				check: func(a answer) string {
					var got struct{ Count int }
					if a.json(&got); got.Count != want {
						return fmt.Sprintf("counts %d, not %d", got.Count, want)
					}
					return ""
				},
			})
		}
		for _, f := range w.def(op.def.Name).Fields {
			want := refused
			if w.policy.Asks(s.who, op.def.Name, f.Name) && f.Type == entity.OneOf {
				want = works
			}
			total := len(w.listed(s.who, op.def.Name, false))
			out = append(out, trial{
				door: op.id, by: s, about: "by " + f.Name, call: get(op.path + query("by", f.Name)), want: want,
				check: func(a answer) string {
					var got struct {
						Count int
						By    map[string]int
					}
					a.json(&got)
					sum := 0
					for _, n := range got.By {
						sum += n
					}
					if got.Count != total || sum != total {
						return fmt.Sprintf("counts %d in %v, not %d", got.Count, got.By, total)
					}
					return ""
				},
			})
		}
	}
	return out
}

func logTrials(w *world, op operation) []trial {
	return onEach(w, op, func(s *subject, x *thing) trial {
		return trial{
			call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas)),
			check: func(a answer) string { return w.wrongLog(s.who, a, x.id) },
		}
	})
}

// wrongLog says how a log tells of fields that its reader does not see.
func (w *world) wrongLog(who policy.Who, a answer, x string) string {
	var page struct {
		Items []struct{ Changes []struct{ Field string } }
	}
	a.json(&page)
	for _, item := range page.Items {
		for _, c := range item.Changes {
			if c.Field != "collaborators" && w.policy.Reads(who, x, c.Field) == policy.Nothing {
				return "tells of the field " + c.Field
			}
		}
	}
	return ""
}

func collaboratorTrials(w *world, op operation) []trial {
	return onEach(w, op, func(s *subject, x *thing) trial {
		return trial{
			call: get(op.byID(x.id)), want: w.seen(s, x.id), never: get(op.byID(neverWas)),
			check: func(a answer) string {
				var list struct {
					Items []struct {
						User string `json:"user_id"`
					}
				}
				a.json(&list)
				if want := w.policy.Records[x.id].Shares; len(list.Items) != len(want) {
					return fmt.Sprintf("names %d collaborators, not %d", len(list.Items), len(want))
				}
				return ""
			},
		}
	})
}

func exportTrials(w *world, op operation) []trial {
	var out []trial
	for _, s := range w.subjects {
		may := w.policy.May(s.who, w.policy.Entities[op.def.Name].Module, "export")
		var wanted []string
		for _, x := range w.listed(s.who, op.def.Name, false) {
			if w.policy.Exports(s.who, x) {
				wanted = append(wanted, x)
			}
		}
		ends := refused
		if may {
			ends = works
		}
		for _, format := range []string{"csv", "xlsx"} {
			out = append(out, trial{
				door: op.id, by: s, about: "everything as " + format, call: get(op.path + query("format", format)), want: ends, may: &may0,
				check: func(a answer) string { return w.wrongExport(a, format, op.def.Name, wanted) },
			})
		}
		for _, f := range w.def(op.def.Name).Fields {
			want := refused
			if may && !f.Internal && len(wanted) >= 0 && w.policy.Level(s.who, op.def.Name, f.Name) != "hidden" {
				want = works
			}
			out = append(out, trial{door: op.id, by: s, about: "the field " + f.Name, call: get(op.path + query("format", "csv", "fields", f.Name)), want: want, may: &may0})
		}
	}
	return out
}

// may0 changes nothing but what every change adds to: the log.
var may0 = may{}

// wrongExport says how a file does not have exactly these records.
func (w *world) wrongExport(a answer, format, of string, want []string) string {
	text := string(a.body)
	if format == "xlsx" {
		var err error
		if text, err = unzipped(a.body); err != nil {
			return err.Error()
		}
	} else if rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll(); err != nil || len(rows) != len(want)+1 {
		return fmt.Sprintf("has %d rows, not %d: %v", len(rows)-1, len(want), err)
	}
	var got []string
	for _, x := range w.of(of) {
		if strings.Contains(text, x.id) {
			got = append(got, x.id)
		}
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			return "lacks " + w.describe(source{id: x})
		}
	}
	return ""
}

func templateTrials(w *world, op operation) []trial {
	var out []trial
	for _, s := range w.subjects {
		ends := refused
		if w.policy.May(s.who, w.policy.Entities[op.def.Name].Module, "import") {
			ends = works
		}
		out = append(out, trial{door: op.id, by: s, about: "to fill in", call: get(op.path), want: ends})
	}
	return out
}

// duplicateTrials ask who else has what a record has, in all its fields at once and in each that tells.
func duplicateTrials(w *world, op operation) []trial {
	var out []trial
	def := w.def(op.def.Name)
	for _, s := range w.subjects {
		for _, x := range w.of(op.def.Name) {
			values := map[string]any{}
			for _, f := range def.Fields {
				if len(f.Match) > 0 && !entity.IsMissing(w.stored[x.id].values[f.Name]) {
					values[f.Name] = w.stored[x.id].values[f.Name]
				}
			}
			all := maps.Clone(values)
			for name, v := range values {
				out = append(out, w.duplicateTrial(op, s, x, map[string]any{name: v}))
			}
			out = append(out, w.duplicateTrial(op, s, x, all))
		}
	}
	return out
}

func (w *world) duplicateTrial(op operation, s *subject, x *thing, values map[string]any) trial {
	return trial{
		door: op.id, by: s, about: fmt.Sprintf("of %d fields of %s", len(values), x), of: x.id,
		call: post(op.path, map[string]any{"values": values}), want: works,
		check: func(a answer) string {
			var list struct {
				Items []struct {
					ID, Title string
					Why       []string
					Visible   bool
				}
			}
			a.json(&list)
			for _, item := range list.Items {
				if !item.Visible && (item.ID != "" || item.Title != "") || item.Visible && !w.policy.Sees(s.who, item.ID) {
					return fmt.Sprintf("tells %+v", item)
				}
				for _, why := range item.Why {
					of, field, _ := strings.Cut(why, ".")
					if !w.policy.Asks(s.who, of, field) {
						return "tells that a value of " + why + " is the same"
					}
				}
			}
			return ""
		},
	}
}

// ofMethod says what a request of an operation looks like.
func (op operation) ofMethod(path string, body any) call {
	c := call{method: op.method, path: path, body: body}
	if op.method == http.MethodPatch || op.method == http.MethodDelete {
		return c.with("If-Match", "*")
	}
	return c
}
