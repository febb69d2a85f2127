package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// asksLeads reports whether somebody may ask for all that the reports of leads count by.
func (w *world) asksLeads(s *subject) bool {
	for _, field := range []string{"created_at", "state", "source", "reviewed_at", "passed_at", "contacted_at", "converted_at"} {
		if !w.policy.Asks(s.who, "lead", field) {
			return false
		}
	}
	return w.policy.May(s.who, "lead", "view")
}

// counted gives how many leads somebody sees that were not put away: as many as a report of all time counts.
func (w *world) counted(s *subject) int {
	n := 0
	for _, x := range w.of("lead") {
		if w.policy.Sees(s.who, x.id) && !w.isAway(x.id) {
			n++
		}
	}
	return n
}

func reportTrials(w *world, op operation) []trial {
	var out []trial
	for _, name := range []string{"lead-conversion", "lead-sources", "lead-stations"} {
		path := strings.Replace(op.path, "{name}", name, 1) + "?from=2024-01-01&to=2026-12-31"
		out = append(out, each(w, op, func(s *subject) trial {
			t := trial{about: name, call: get(path), want: orRefused(w.asksLeads(s))}
			if op.id == "export-report" {
				t.may = counting("audit_entry")
				return t
			}
			t.check = func(a answer) string {
				var table struct {
					Total struct {
						Values  []*float64
						Filters []json.RawMessage
					}
				}
				a.json(&table)
				n := int(*table.Total.Values[0])
				if name != "lead-stations" && n != w.counted(s) {
					return "counts other leads than those one sees"
				}
				var list struct{ Count int }
				s.send(get("/leads/count" + query("filter", string(table.Total.Filters[0])))).json(&list)
				if list.Count != n {
					return fmt.Sprintf("counts %d, and its list has %d", n, list.Count)
				}
				return ""
			}
			return t
		})...)
	}
	return out
}

// archiveReportTrials ask for frozen reports, of which there are none here, and freeze a month: who sees all leads and may
// export them.
func archiveReportTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		all := w.policy.Reaches(s.who, "lead", "view", "", "") && w.policy.May(s.who, "lead", "export")
		t := trial{about: "of the company", call: call{method: op.method, path: op.path}, want: works}
		switch {
		case strings.Contains(op.path, "{id}"):
			t.call.path, t.want = op.byID(neverWas), hidden
		case op.method == http.MethodPost:
			t.call.body, t.want = map[string]any{"month": "2025-01"}, orRefused(all && w.asksLeads(s))
			t.may = counting("report_archive")
		}
		return t
	})
}

func sourceCostTrials(w *world, op operation) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of the company", call: call{method: op.method, path: op.path}, want: works}
		if op.method == http.MethodPut {
			t.call.body = map[string]any{"month": "2025-01", "costs": map[string]any{"fair": 500}}
			t.want = orRefused(w.policy.Reaches(s.who, "lead", "view", "", "") && w.policy.May(s.who, "lead", "export"))
			t.may = counting("setting", "schema_version")
		}
		return t
	})
}
