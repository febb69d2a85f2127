package matrix

import (
	"net/http"
	"strings"
)

// calendarTrials ask when the company works, and set it.
func calendarTrials(w *world, op operation) []trial {
	x := w.departments["s2"]
	c := call{method: op.method, path: strings.NewReplacer("{id}", x, "{year}", "2027").Replace(op.path)}
	sets := true
	switch op.id {
	case "set-working-calendar", "set-department-calendar":
		c.body = map[string]any{"version": 0, "weekend": []int{0}, "days": []any{}}
	case "take-notice":
		c.body = upload{"2027.csv": "2027-01-01,元旦,1\n"}
	case "drop-notice":
	default:
		sets = false
	}
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of the company", call: c, want: works}
		if !sets {
			return t
		}
		t.may = counting("working_time", "working_day", "calendar_version", "job")
		switch {
		case !w.policy.May(s.who, "setting", "edit"):
			t.want = refused
		case op.method == http.MethodDelete:
			t.want, t.status = refused, http.StatusNotFound // nothing was read in
		}
		return t
	})
}
