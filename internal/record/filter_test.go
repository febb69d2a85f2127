package record_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/testkit"
)

// The reference below knows records as plain values and decides with plain Go what a filter and an order mean. It shares
// no code with the product.

// row is a record by field: string, int64, []string or nil when a number is missing.
type row struct {
	id     id.ID
	owner  id.ID
	values map[string]any
}

// comparison is a filter on one field; a tree joins filters.
type comparison struct {
	And, Or []comparison `json:",omitempty"`
	Not     *comparison
	Field   string
	Op      string
	Value   any
}

// MarshalJSON writes the form of the API.
func (c comparison) MarshalJSON() ([]byte, error) {
	m := map[string]any{}
	switch {
	case c.Field != "":
		m["field"], m["op"] = c.Field, c.Op
		if c.Value != nil {
			m["value"] = c.Value
		}
	case c.Not != nil:
		m["not"] = c.Not
	case c.Or != nil:
		m["or"] = c.Or
	default:
		m["and"] = c.And
	}
	return json.Marshal(m)
}

func (c comparison) holds(r row, me id.ID) bool {
	switch {
	case c.Field != "":
		return c.compare(r, me)
	case c.Not != nil:
		return !c.Not.holds(r, me)
	case c.Or != nil:
		return slices.ContainsFunc(c.Or, func(one comparison) bool { return one.holds(r, me) })
	}
	return !slices.ContainsFunc(c.And, func(one comparison) bool { return !one.holds(r, me) })
}

// members gives what a filter's value names.
func members(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func (c comparison) compare(r row, me id.ID) bool {
	value := r.values[c.Field]
	switch c.Op {
	case "empty":
		return value == nil || value == "" || fmt.Sprint(value) == "[]"
	case "not_empty":
		return !comparison{Field: c.Field, Op: "empty"}.compare(r, me)
	case "not":
		return !comparison{Field: c.Field, Op: "is", Value: c.Value}.compare(r, me)
	case "not_in":
		return !comparison{Field: c.Field, Op: "in", Value: c.Value}.compare(r, me)
	case "not_contains":
		return !comparison{Field: c.Field, Op: "contains", Value: c.Value}.compare(r, me)
	}
	if days := timesOf[c.Field]; days {
		return c.days(value)
	}
	if list, ok := value.([]string); ok {
		return slices.ContainsFunc(members(c.Value), func(m any) bool {
			return slices.ContainsFunc(list, func(has string) bool { return lower(has) == lower(m.(string)) })
		})
	}
	if c.Op == "contains" || c.Op == "starts" {
		at := strings.Index(lower(value.(string)), lower(c.Value.(string)))
		return at == 0 || at > 0 && c.Op == "contains"
	}
	if c.Op == "is" || c.Op == "in" {
		return slices.ContainsFunc(members(c.Value), func(m any) bool { return c.equals(value, m, me) })
	}
	n, ok := value.(int64)
	if !ok {
		return false
	}
	m := members(c.Value)
	first := m[0].(int64)
	switch c.Op {
	case "gt":
		return n > first
	case "gte":
		return n >= first
	case "lt":
		return n < first
	case "lte":
		return n <= first
	}
	return n >= first && n <= m[1].(int64) // between
}

func (c comparison) equals(value, m any, me id.ID) bool {
	switch c.Field {
	case "owner_id":
		if m == "me" {
			m = me.String()
		}
		x, _ := value.(int64)
		return id.ID(x).String() == m
	case "region":
		code := value.(string)
		return code == m || len(code) == 6 && (code[:2]+"0000" == m || code[:4]+"00" == m)
	case "industry":
		code := value.(string)
		return code == m || m != "" && code != "" && (strings.HasPrefix(code, m.(string)) || sectionOf(code) == m)
	}
	if b, ok := m.(bool); ok {
		return b == (value == int64(1))
	}
	return value == m
}

// sectionOf is the section of GB/T 4754 to which the few divisions of this test belong.
func sectionOf(code string) string {
	switch {
	case len(code) >= 2 && code[:2] >= "13" && code[:2] <= "43":
		return "C"
	case len(code) >= 2 && code[:2] >= "63" && code[:2] <= "65":
		return "I"
	}
	return ""
}

// lower folds ASCII letters only.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		return r
	}, s)
}

var timesOf = map[string]bool{"founded_on": true, "next_followup_at": true, "x_day": true}

var shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return zone
}()

func (c comparison) days(value any) bool {
	day, _ := value.(string)
	if ms, ok := value.(int64); ok {
		day = time.UnixMilli(ms).In(shanghai).Format(time.DateOnly)
	}
	if day == "" {
		return false
	}
	today := testkit.Start.In(shanghai)
	of := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	switch c.Op {
	case "today":
		return day == of(0)
	case "this_week":
		return day >= "2026-03-09" && day <= "2026-03-15" // the week of Tuesday, 10 March
	case "this_month":
		return day[:7] == "2026-03"
	case "overdue":
		return day < of(0)
	case "due":
		return day <= of(0)
	case "last_days":
		return day >= of(-int(c.Value.(int64))) && day <= of(0)
	case "next_days":
		return day >= of(0) && day <= of(int(c.Value.(int64)))
	}
	m := members(c.Value)
	first := m[0].(string)
	switch c.Op {
	case "is":
		return day == first
	case "lt":
		return day < first
	case "lte":
		return day <= first
	case "gt":
		return day > first
	case "gte":
		return day >= first
	}
	return day >= first && day <= m[1].(string)
}

// before orders rows as a list does: missing numbers least, texts by their bytes, the id last.
func before(sort string) func(a, b row) int {
	return func(a, b row) int {
		down := false
		for _, name := range strings.Split(sort, ",") {
			down = name[0] == '-'
			name = strings.TrimPrefix(name, "-")
			var c int
			switch name {
			case "created_at":
				c = cmp.Compare(a.id, b.id)
			case "name":
				name = "name_key"
				fallthrough
			default:
				c = compareValues(a.values[name], b.values[name])
			}
			if down {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		if down {
			return cmp.Compare(b.id, a.id)
		}
		return cmp.Compare(a.id, b.id)
	}
}

func compareValues(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	if n, ok := a.(int64); ok {
		return cmp.Compare(n, b.(int64))
	}
	return strings.Compare(a.(string), b.(string))
}

// What values are made of: few of each, so that there are many equal ones; some that mean something to SQL or JSON.
var (
	texts    = []string{"", "甲", "乙", "重庆", "长沙", "a", "A", "ab", "Z", "é", "É", "100%", "a_b", `a\b`, "'; --", `"x"`, "🀄", "﷽"}
	gradesOf = []string{"", "A", "B", "C"}
	tagsOf   = []string{"urgent", "key", "VIP", "vip", "标签", "a%b", `q"q`, `b\s`, "a_b"}
	regions  = []string{"", "440000", "440300", "440305", "440106", "110101", "310115", "441900"}
	trades   = []string{"", "C", "13", "131", "I", "65", "651", "6511", "A"}
	numbers  = []any{nil, int64(-5), int64(0), int64(1), int64(7), int64(7), int64(9_007_199_254_740_991)}
	dates    = []string{"", "0001-01-01", "2026-02-28", "2026-03-01", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-31", "9999-12-31"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// field says how a field is filtered and what with.
type field struct {
	name  string
	ops   string
	value func(t *rapid.T) any
}

func from[T any](list []T) func(t *rapid.T) any {
	return func(t *rapid.T) any { return rapid.SampledFrom(list).Draw(t, "value") }
}

const (
	textOps = "contains not_contains is not starts in empty not_empty"
	intOps  = "is not gt gte lt lte between empty not_empty"
	dayOps  = "is lt lte gt gte between last_days next_days today this_week this_month overdue due empty not_empty"
	oneOps  = "in not_in is not empty not_empty"
	listOps = "contains not_contains in not_in empty not_empty"
)

var present = []int64{-5, 0, 1, 7, 8, 9_007_199_254_740_991}

func fieldsOf(c *company) []field {
	owners := []string{"me", c.rep.ID.String(), c.far.ID.String(), c.Admin.ID.String()}
	return []field{
		{"name", textOps, from(texts[1:])},
		{"remark", textOps, from(texts)},
		{"grade", oneOps, from(gradesOf)},
		{"tags", listOps, from(tagsOf)},
		{"employees", intOps, from(present)},
		{"expected_amount", intOps, from(present)},
		{"founded_on", dayOps, from(dates[1:])},
		{"next_followup_at", dayOps, from(dates[1:])},
		{"region", oneOps, from(regions)},
		{"industry", oneOps, from(trades)},
		{"owner_id", oneOps, from(owners)},
		{"x_words", textOps, from(texts)},
		{"x_count", intOps, from(present)},
		{"x_flag", "is", from([]bool{true, false})},
		{"x_day", dayOps, from(dates[1:])},
	}
}

// drawFilter draws a filter as people and programs may make it.
func drawFilter(t *rapid.T, fields []field, depth int) comparison {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	if depth == 0 {
		kind = 5
	}
	switch kind {
	case 0, 1, 2:
		n := rapid.IntRange(1, 3).Draw(t, "parts")
		var parts []comparison
		for range n {
			parts = append(parts, drawFilter(t, fields, depth-1))
		}
		switch kind {
		case 0:
			return comparison{And: parts}
		case 1:
			return comparison{Or: parts}
		}
		return comparison{Not: &parts[0]}
	}
	f := rapid.SampledFrom(fields).Draw(t, "field")
	c := comparison{Field: f.name, Op: rapid.SampledFrom(strings.Fields(f.ops)).Draw(t, "op")}
	switch c.Op {
	case "empty", "not_empty", "today", "this_week", "this_month", "overdue", "due":
	case "last_days", "next_days":
		c.Value = rapid.Int64Range(0, 30).Draw(t, "days")
	case "between":
		c.Value = []any{f.value(t), f.value(t)}
	case "in", "not_in":
		var list []any
		for range rapid.IntRange(1, 3).Draw(t, "values") {
			list = append(list, f.value(t))
		}
		c.Value = list
	default:
		c.Value = f.value(t)
	}
	return c
}

var sortable = []string{
	"name", "remark", "grade", "employees", "expected_amount", "founded_on", "next_followup_at", "region", "owner_id",
	"x_words", "x_count", "x_flag", "x_day", "created_at",
}

func drawSort(t *rapid.T) string {
	var parts []string
	for range rapid.IntRange(1, 3).Draw(t, "keys") {
		name := rapid.SampledFrom(sortable).Draw(t, "by")
		if rapid.Bool().Draw(t, "down") {
			name = "-" + name
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, ",")
}

// fill adds random customers and gives them as the reference knows them.
func (c *company) fill(r *rand.Rand, n int) []row {
	c.T.Helper()
	owners := []*access.Actor{c.rep, c.far, c.Admin}
	all := make([]record.Values, n)
	for i := range all {
		v := record.Values{
			"name": pick(r, texts[1:]) + pick(r, texts), "remark": pick(r, texts), "grade": pick(r, gradesOf), "employees": pick(r, numbers),
			"expected_amount": pick(r, numbers), "founded_on": pick(r, dates), "region": pick(r, regions), "industry": pick(r, trades),
			"owner_id": int64(pick(r, owners).ID), "x_words": pick(r, texts), "x_count": pick(r, numbers), "x_day": pick(r, dates),
		}
		if r.IntN(3) > 0 {
			v["x_flag"] = int64(r.IntN(2))
		}
		if day := pick(r, dates); day != "" {
			t, _ := time.ParseInLocation(time.DateOnly, day, shanghai)
			v["next_followup_at"] = t.Add(time.Duration(r.IntN(24*60)) * time.Minute).UnixMilli()
		}
		tags := []string{}
		for range r.IntN(3) {
			tags = append(tags, pick(r, tagsOf))
		}
		if len(tags) > 0 {
			b, _ := json.Marshal(slices.Compact(tags))
			v["tags"] = string(b)
		}
		all[i] = v
	}
	var made []id.ID
	c.Must(c.Store.Write(c.T.Context(), c.Admin, audit.API, func(s *record.Session) error {
		x, refused, err := s.CreateMany(c.T.Context(), "customer", all)
		for i := range refused {
			if refused[i] != nil {
				c.T.Fatalf("%v: %v", all[i], refused[i])
			}
		}
		made = x
		return err
	}))
	return c.rowsOf(made, all)
}

// rowsOf gives what was written: as it was handed in, with the texts tidied and the key by which names are sorted.
func (c *company) rowsOf(made []id.ID, all []record.Values) []row {
	rows := make([]row, len(made))
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
		for i, x := range made {
			rec, err := record.Get[crm.Customer](ctx, s, x)
			if err != nil {
				return err
			}
			v := map[string]any{"next_followup_at": nil, "x_flag": int64(0)}
			for name, value := range all[i] {
				v[name] = value
			}
			v["name"], v["name_key"], v["tags"] = rec.Name, rec.NameKey, []string(rec.Tags)
			rows[i] = row{x, rec.OwnerID, v}
		}
		return nil
	})
	return rows
}

func newFilterCompany(t *testing.T) *company {
	c := newCompany(t)
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		if err := s.SetSetting(ctx, obligation.SettingName("customer.cadence"), "{}"); err != nil { // not used: what is written is what is there
			return err
		}
		for _, f := range []record.CustomField{
			{Name: "x_words", Type: "text"}, {Name: "x_count", Type: "int"}, {Name: "x_flag", Type: "bool"}, {Name: "x_day", Type: "date"},
		} {
			f.Entity, f.LabelZH = "customer", "自定义"+f.Name
			if err := s.AddField(ctx, &f); err != nil {
				return err
			}
		}
		return nil
	}))
	return c
}

// list collects all pages of a list.
func list(ctx context.Context, s *record.Session, q record.Query) ([]id.ID, error) {
	var out []id.ID
	for {
		page, err := s.List(ctx, "customer", q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			out = append(out, r.ID())
		}
		if q.Cursor = page.Next; q.Cursor == "" || len(out) > 1000 {
			return out, nil
		}
	}
}

func TestFiltersSortsAndPagesAgreeWithAReference(t *testing.T) {
	t.Parallel()
	c := newFilterCompany(t)
	rows := c.fill(rand.New(rand.NewPCG(1, 2)), 100)
	fields := fieldsOf(c)
	rapid.Check(t, func(rt *rapid.T) {
		actor := rapid.SampledFrom([]*access.Actor{c.Admin, c.rep}).Draw(rt, "actor")
		filter, sort := drawFilter(rt, fields, 3), drawSort(rt)
		limit := rapid.SampledFrom([]int{1, 5, 20, 50}).Draw(rt, "limit")
		var want []id.ID
		matching := slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
			return !filter.holds(r, actor.ID) || actor == c.rep && r.owner != c.rep.ID
		})
		slices.SortFunc(matching, before(sort))
		for _, r := range matching {
			want = append(want, r.id)
		}
		text, err := json.Marshal(filter)
		if err != nil {
			rt.Fatal(err)
		}
		parsed, err := record.ParseFilter(string(text))
		if err != nil {
			rt.Fatalf("%s: %v", text, err)
		}
		if limit == 1 && len(want) > 10 {
			limit = 7
		}
		err = c.Store.Read(rt.Context(), actor, func(s *record.Session) error {
			got, err := list(rt.Context(), s, record.Query{Filter: parsed, Sort: sort, Limit: limit, Fields: []string{"name"}})
			if err != nil {
				return err
			}
			if !slices.Equal(got, want) {
				rt.Errorf("%s by %s in pages of %d:\n got %s\nwant %s", text, sort, limit, say(rows, got, sort), say(rows, want, sort))
			}
			n, err := s.Count(rt.Context(), "customer", record.Query{Filter: parsed})
			if int(n) != len(want) {
				rt.Errorf("%s: counted %d, want %d", text, n, len(want))
			}
			return err
		})
		if err != nil {
			rt.Fatalf("%s by %s: %v", text, sort, err)
		}
	})
}

// say shows rows with the values they are sorted by.
func say(rows []row, which []id.ID, sort string) string {
	var b strings.Builder
	for _, x := range which {
		at := slices.IndexFunc(rows, func(r row) bool { return r.id == x })
		fmt.Fprintf(&b, " %d", at)
		for _, name := range strings.Split(sort, ",") {
			if at >= 0 && len(which) < 20 {
				fmt.Fprintf(&b, ":%v", rows[at].values[strings.TrimPrefix(name, "-")])
			}
		}
	}
	return b.String()
}

func TestPagesLoseNothingWhileRowsAreAdded(t *testing.T) {
	t.Parallel()
	c := newFilterCompany(t)
	r := rand.New(rand.NewPCG(3, 4))
	for _, sort := range []string{"name", "-employees", "x_count,-x_words", "-created_at", "created_at", "grade,-next_followup_at"} {
		old := c.fill(r, 20)
		seen := map[id.ID]int{}
		q := record.Query{Sort: sort, Limit: 7, Fields: []string{}}
		for {
			var page *record.Page
			c.Read(c.Admin, func(ctx context.Context, s *record.Session) (err error) {
				page, err = s.List(ctx, "customer", q)
				return err
			})
			for _, row := range page.Rows {
				seen[row.ID()]++
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
			if len(seen) < 60 { // else a list that grows at its end would have none
				c.fill(r, 3)
			}
		}
		for _, o := range old {
			if seen[o.id] != 1 {
				t.Errorf("%s: a record was listed %d times", sort, seen[o.id])
			}
		}
		for x, n := range seen {
			if n > 1 {
				t.Errorf("%s: %s was listed %d times", sort, x, n)
			}
		}
	}
}

// hostile are texts that mean something to SQL, JSON, LIKE, full-text queries or C.
var hostile = []string{
	"' OR '1'='1", `" OR ""="`, "1; DROP TABLE customer; --", "id) --", "(SELECT 1)", "name)", "t.name", "-", "--", ",", "-,", "name_key", "custom",
	"archived_at", "version", "password", "x_words'", "x_words\") --", "%", "_", `\`, "\x00", "a\x00b", "\xff\xfe", "\u2028", "${x}", "{{x}}",
	strings.Repeat("a", 5000), "NULL", "null", "true", "-1", "1e999", "9223372036854775808", "0x10", "MATCH", `"`, `'`, "* AND", "NEAR(a b)", "a:*", "!a", "&", "|", "<->",
}

func TestHostileQueriesAreRefusedAndFindNothingMore(t *testing.T) {
	t.Parallel()
	c := newFilterCompany(t)
	r := rand.New(rand.NewPCG(5, 6))
	mine := map[id.ID]bool{}
	for _, row := range c.fill(r, 60) {
		mine[row.id] = row.owner == c.rep.ID
	}
	try := func(what string, q record.Query) {
		t.Helper()
		err := c.Store.Read(t.Context(), c.rep, func(s *record.Session) error {
			page, err := s.List(t.Context(), "customer", q)
			if err != nil {
				return err
			}
			for _, row := range page.Rows {
				if !mine[row.ID()] {
					t.Errorf("%s shows a record of somebody else", what)
				}
			}
			_, err = s.Count(t.Context(), "customer", q)
			return err
		})
		if e, known := asKnown(err); err != nil && !known {
			t.Errorf("%s: %v", what, e)
		}
	}
	parsed := func(what, text string, q record.Query) {
		filter, err := record.ParseFilter(text)
		if err == nil {
			q.Filter = filter
			try(what, q)
		} else if _, known := asKnown(err); !known {
			t.Errorf("%s: %v", what, err)
		}
	}
	quoted := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for n, h := range hostile {
		try("sort "+quoted(h), record.Query{Sort: h})
		try("sort name,"+quoted(h), record.Query{Sort: "name," + h})
		try("cursor "+quoted(h), record.Query{Cursor: h})
		try("text "+quoted(h), record.Query{Text: h})
		try("text with "+quoted(h), record.Query{Text: "甲 " + h + " a"})
		try("fields "+quoted(h), record.Query{Fields: []string{h, "name"}})
		parsed("filter "+quoted(h), h, record.Query{})
		parsed("field "+quoted(h), `{"field":`+quoted(h)+`,"op":"is","value":"x"}`, record.Query{})
		parsed("op "+quoted(h), `{"field":"name","op":`+quoted(h)+`,"value":"x"}`, record.Query{})
		for i, f := range fieldsOf(c) { // each text meets each field, with one operator of the field after the other
			ops := strings.Fields(f.ops + " before like")
			for _, value := range []string{quoted(h), "[" + quoted(h) + ",null]"} {
				op := ops[(n+i)%len(ops)]
				parsed(f.name+" "+op+" "+value, fmt.Sprintf(`{"field":%q,"op":%q,"value":%s}`, f.name, op, value), record.Query{})
			}
		}
		c.Read(c.rep, func(ctx context.Context, s *record.Session) error {
			hits, err := s.Search(ctx, h, 20)
			for _, hit := range hits {
				if !mine[hit.ID] {
					t.Errorf("search %q shows a record of somebody else", h)
				}
			}
			if _, err := s.Named(ctx, "customer", h); err != nil {
				t.Errorf("named %q: %v", h, err)
			}
			if _, err := s.Match(ctx, "customer", []record.Candidate{{"customer.name": h, "customer.code": h, "contact.mobile": h}}); err != nil {
				t.Errorf("match %q: %v", h, err)
			}
			return err
		})
	}
	for what, text := range map[string]string{
		"one thousand tags":       `{"field":"tags","op":"in","value":[` + strings.Repeat(`"a",`, 999) + `"b"]}`,
		"one thousand sections":   `{"field":"industry","op":"in","value":[` + strings.Repeat(`"C",`, 999) + `"I"]}`,
		"all sections many times": `{"and":[` + strings.Repeat(`{"field":"industry","op":"in","value":["A","B","C","D","E","F","G","H","I","J"]},`, 150) + `{"field":"grade","op":"empty"}]}`,
		"deep":                    strings.Repeat(`{"not":`, 300) + `{"field":"name","op":"empty"}` + strings.Repeat(`}`, 300),
		"two things at once":      `{"field":"name","op":"empty","or":[{"field":"name","op":"not_empty"}]}`,
		"no field":                `{"op":"is","value":"x"}`,
		"after the filter":        `{"field":"name","op":"empty"} {"field":"name"}`,
	} {
		parsed(what, text, record.Query{})
	}
	for _, cursor := range [][]any{{"x", 1}, {1, "x"}, {nil, nil}, {1.5, 1}, {true, 1}, {[]int{1}, 1}, {1}, {1, 2, 3}, {"a\x00", 1}, {nil, 1}} {
		b, _ := json.Marshal(cursor)
		for _, sort := range []string{"name", "-employees", "x_count"} {
			try(fmt.Sprintf("cursor %s by %s", b, sort), record.Query{Sort: sort, Cursor: base64url(b)})
		}
	}
}

func TestValuesAFieldRuleHidesCannotBeFoundOut(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	secret := c.customer("神秘客户有限公司", c.rep, func(x *crm.Customer) {
		x.CreditCode, x.Address, x.Remark = "91440300708461136T", "秘密路一号", "机密"
	})
	add(c.Kit, &crm.Contact{CustomerID: secret.ID, Name: "赵钱", Mobile: "13900139000", Email: "zhao.secret@example.com", WeChat: "wx_secret"})
	rules := org.FieldRules{"customer": {"credit_code": access.FieldHidden, "address": access.FieldMasked, "remark": access.FieldSee}, "contact": {"name": access.FieldHidden}}
	all := grants(org.Grant{Scope: access.All})
	hidden := c.with(c.subject, c.role(org.Role{Name: "隐藏", SeesPrivate: true}, all, rules))
	masked := c.with(c.far, c.role(org.Role{Name: "掩码", Masked: true}, all, nil))
	partly := c.with(c.below, c.role(org.Role{Name: "他人掩码"}, all, nil))
	found := func(actor *access.Actor, text string) (n int) {
		c.Read(actor, func(ctx context.Context, s *record.Session) error {
			for _, of := range []string{"customer", "contact"} {
				page, err := s.List(ctx, of, record.Query{Text: text})
				if err != nil {
					return err
				}
				count, err := s.Count(ctx, of, record.Query{Text: text})
				if int(count) != len(page.Rows) || err != nil {
					t.Errorf("%s by %q: %d rows, counted %d", of, text, len(page.Rows), count)
				}
				n += len(page.Rows)
			}
			hits, err := s.Search(ctx, text, 20)
			n += len(hits)
			return err
		})
		return n
	}
	for _, q := range []string{"神秘", "91440300", "秘密路", "赵钱", "zhaoqian", "13900139000", "zhao.secret", "wx_secret", "0139"} {
		if found(c.Admin, q) == 0 {
			t.Errorf("the administrator does not find %q", q)
		}
	}
	for _, q := range []string{"91440300", "秘密路", "赵钱", "zhaoqian", "zq"} {
		if n := found(hidden, q); n > 0 {
			t.Errorf("a hidden or masked value is found %d times by %q", n, q)
		}
	}
	for _, actor := range []*access.Actor{masked, partly} {
		for _, q := range []string{"13900139000", "0139", "zhao.secret", "zhao", "wx_secret", "wxsecret"} {
			if n := found(actor, q); n > 0 && q != "zhao" {
				t.Errorf("a masked value is found %d times by %q", n, q)
			}
		}
	}
	for _, q := range []string{"神秘", "smkh"} {
		if found(hidden, q) == 0 || found(masked, q) == 0 {
			t.Errorf("what may be seen is not found by %q", q)
		}
	}
	hides := func(actor *access.Actor, of, name string) {
		t.Helper()
		c.Read(actor, func(ctx context.Context, s *record.Session) error {
			for _, q := range []record.Query{
				{Sort: name},
				{Filter: &record.Filter{Field: name, Op: "not_empty"}},
				{Filter: &record.Filter{Not: &record.Filter{Or: []record.Filter{{Field: name, Op: "empty"}}}}},
			} {
				if _, err := s.List(ctx, of, q); err == nil {
					t.Errorf("%s may be asked by %s", of, name)
				}
			}
			return nil
		})
	}
	hides(hidden, "customer", "credit_code")
	hides(hidden, "customer", "address")
	hides(hidden, "contact", "name")
	hides(masked, "contact", "mobile")
	hides(partly, "contact", "wechat")
	hides(partly, "customer", "main_phone")

	c.Read(hidden, func(ctx context.Context, s *record.Session) error {
		shown := shownOf(t, s, "customer", secret.ID)
		for _, text := range []string{"credit_code", "91440300", "秘密路"} {
			if strings.Contains(shown, text) {
				t.Errorf("%q shows in %s", text, shown)
			}
		}
		if !strings.Contains(shown, "机密") {
			t.Errorf("a field that may be seen does not show in %s", shown)
		}
		titles, err := s.Labels(ctx, "contact")
		for _, title := range titles {
			if title != "" {
				t.Errorf("the hidden name %q is a label", title)
			}
		}
		return err
	})
	for name, value := range map[string]any{"credit_code": "x", "address": "x", "remark": "x"} {
		err := c.Do(hidden, func(ctx context.Context, s *record.Session) error {
			return s.UpdateOne(ctx, "customer", secret.ID, 0, record.Values{name: value})
		})
		want := "field.denied"
		if name == "credit_code" {
			want = "field.unknown"
		}
		if !refusedFor(err, name, want) {
			t.Errorf("setting %s: %v", name, err)
		}
	}
}

// shownOf gives all that is shown of a record: itself and its log.
func shownOf(t *testing.T, s *record.Session, of string, x id.ID) string {
	t.Helper()
	row, err := s.Load(t.Context(), of, x)
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.View(t.Context(), of, []*record.Row{row}, nil)
	if err != nil {
		t.Fatal(err)
	}
	history, err := s.History(t.Context(), of, x, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	out := string(v.AppendJSON(nil, row))
	for _, c := range history {
		for _, f := range c.Fields {
			out += fmt.Sprintf(" %s %v %v %s %s", f.Field.Name, f.Old, f.New, f.OldText, f.NewText)
		}
	}
	return out
}
