package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Filter is a condition on the records of one entity: one of and, or, not, or a comparison of a field.
type Filter struct {
	And   []Filter        `json:"and,omitempty"`
	Or    []Filter        `json:"or,omitempty"`
	Not   *Filter         `json:"not,omitempty"`
	Field string          `json:"field,omitempty"`
	Op    entity.Op       `json:"op,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Bounds of a filter, so that no request makes a statement without end.
const (
	maxFilterBytes  = 32 << 10
	maxFilterNodes  = 200
	maxFilterDepth  = 10
	maxFilterValues = 1000
	maxBranches     = 200  // alternatives that one comparison with codes or lists may become
	maxFilterArgs   = 8000 // parameters of the statement
)

// ParseFilter reads a filter in the form of the API. An empty text is no filter.
func ParseFilter(text string) (*Filter, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil //nolint:nilnil // no filter is a value here: every record passes
	}
	if len(text) > maxFilterBytes {
		return nil, errs.New(errs.Invalid, "filter.too_large")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	var f Filter
	if err := d.Decode(&f); err != nil || d.More() {
		return nil, errs.New(errs.Invalid, "filter.malformed")
	}
	nodes := 0
	if !f.bounded(1, &nodes) {
		return nil, errs.New(errs.Invalid, "filter.too_large")
	}
	if !f.sound() {
		return nil, errs.New(errs.Invalid, "filter.malformed")
	}
	return &f, nil
}

// sound reports whether every node is one thing: a comparison, and, or, not, or nothing.
func (f *Filter) sound() bool {
	kinds := 0
	for _, has := range []bool{f.Field != "", f.And != nil, f.Or != nil, f.Not != nil} {
		if has {
			kinds++
		}
	}
	if kinds > 1 || f.Field == "" && (f.Op != "" || f.Value != nil) || f.Not != nil && !f.Not.sound() {
		return false
	}
	for _, list := range [][]Filter{f.And, f.Or} {
		for i := range list {
			if !list[i].sound() {
				return false
			}
		}
	}
	return true
}

func (f *Filter) bounded(depth int, nodes *int) bool {
	*nodes++
	if depth > maxFilterDepth || *nodes > maxFilterNodes {
		return false
	}
	for i := range f.And {
		if !f.And[i].bounded(depth+1, nodes) {
			return false
		}
	}
	for i := range f.Or {
		if !f.Or[i].bounded(depth+1, nodes) {
			return false
		}
	}
	return f.Not == nil || f.Not.bounded(depth+1, nodes)
}

// compiler turns a filter into SQL for one session and one definition.
type compiler struct {
	s   *Session
	def *entity.Def
}

func (c compiler) condition(f *Filter) (access.Condition, error) {
	switch {
	case f.Field != "":
		return c.comparison(f)
	case f.Not != nil:
		inner, err := c.condition(f.Not)
		if err != nil || inner.SQL == "" {
			return access.Never, err
		}
		return not(inner), nil
	case f.Or != nil:
		return c.joined(f.Or, " OR ")
	}
	return c.joined(f.And, " AND ")
}

// not holds wherever a condition does not, also where a missing value leaves it undecided.
func not(c access.Condition) access.Condition {
	return access.Condition{SQL: "(" + c.SQL + ") IS NOT TRUE", Args: c.Args}
}

func (c compiler) joined(filters []Filter, with string) (access.Condition, error) {
	var parts []string
	var args []any
	for i := range filters {
		one, err := c.condition(&filters[i])
		if err != nil {
			return access.Condition{}, err
		}
		if one.SQL != "" {
			parts, args = append(parts, one.SQL), append(args, one.Args...)
		}
	}
	if len(parts) == 0 {
		return access.Condition{}, nil
	}
	return access.Condition{SQL: "(" + strings.Join(parts, with) + ")", Args: args}, nil
}

// filterable gives the field of that name if the actor may filter and sort by it: whoever sees a value masked or not at
// all may not find it out by asking.
func (c compiler) filterable(name string) (*entity.Field, error) {
	f := c.def.Field(name)
	if name == "id" { // which anybody who holds it may ask for
		return f, nil
	}
	if f == nil || f.Internal || f.NoFilter || c.s.Actor.Field(c.def.Name, name) == access.FieldHidden {
		return nil, errs.OfField(name, "field.unknown", "name", name)
	}
	if !c.s.openTo(c.def, f) {
		return nil, errs.OfField(name, "field.no_filter", "label", f.Label)
	}
	return f, nil
}

// openTo reports whether the actor sees the field in full on every record they see.
func (s *Session) openTo(def *entity.Def, f *entity.Field) bool {
	if s.Actor.System {
		return true
	}
	masked := f.Private && (s.Actor.Masked || !s.Actor.SeesPrivate)
	level := s.Actor.Field(def.Name, f.Name)
	return !masked && level != access.FieldMasked && level != access.FieldHidden
}

// expr gives the SQL of a field's value, never NULL for texts and yes/no.
func (c compiler) expr(f *entity.Field) string {
	d := c.s.Tx.Dialect()
	switch {
	case !f.Custom:
		return "t." + f.Name
	case f.Type == entity.Bool:
		return "COALESCE(" + d.JSONInt("t.custom", f.Name) + ", 0)"
	case f.Type.Integer():
		return d.JSONInt("t.custom", f.Name)
	}
	return "COALESCE(" + d.JSONText("t.custom", f.Name) + ", '')"
}

// Where gives the filter that a reference field names a record.
func Where(field string, x id.ID) *Filter {
	value, err := json.Marshal(x)
	if err != nil { // an id always encodes
		panic(err)
	}
	return &Filter{Field: field, Op: entity.Is, Value: value}
}

// opBefore compares a time and the id with a place in a list. It is for the program itself: people say days.
const opBefore entity.Op = "before"

// Before gives the filter that records come before a moment and, of those of that moment, have a smaller id.
func Before(field string, at time.Time, x id.ID) Filter {
	return Filter{Field: field, Op: opBefore, Value: json.RawMessage(fmt.Sprintf("[%d,%d]", at.UnixMilli(), int64(x)))}
}

func (c compiler) before(f *entity.Field, raw json.RawMessage) (access.Condition, error) {
	var place [2]int64
	if err := json.Unmarshal(raw, &place); err != nil {
		return access.Condition{}, errs.OfField(f.Name, "filter.value", "label", f.Label)
	}
	expr := c.expr(f)
	return access.Condition{SQL: "(" + expr + " < ? OR " + expr + " = ? AND t.id < ?)", Args: []any{place[0], place[0], place[1]}}, nil
}

func (c compiler) comparison(f *Filter) (access.Condition, error) {
	if f.Field == ClocksField {
		return c.clocks(f)
	}
	field, err := c.filterable(f.Field)
	if err != nil {
		return access.Condition{}, err
	}
	if f.Op == opBefore && field.Type == entity.DateTime {
		return c.before(field, f.Value)
	}
	if !slices.Contains(field.Type.Ops(), f.Op) {
		return access.Condition{}, errs.OfField(f.Field, "filter.op", "op", string(f.Op), "label", field.Label)
	}
	expr := c.expr(field)
	switch f.Op {
	case entity.Empty:
		return access.Condition{SQL: missing(field, expr)}, nil
	case entity.NotEmpty:
		return access.Condition{SQL: "NOT (" + missing(field, expr) + ")"}, nil
	}
	values, err := c.values(field, f.Value)
	if err != nil {
		return access.Condition{}, err
	}
	if isTime(field) {
		return c.period(field, expr, f.Op, values)
	}
	if len(values) == 0 {
		return access.Condition{}, errs.OfField(f.Field, "filter.value", "label", field.Label)
	}
	switch f.Op {
	case entity.Contains, entity.Starts, entity.NotContains:
		return c.like(field, expr, f.Op, values[0])
	case entity.Is, entity.In:
		return c.among(field, expr, values)
	case entity.Not, entity.NotIn:
		in, err := c.among(field, expr, values)
		return not(in), err
	}
	return c.compared(field, expr, f.Op, values)
}

// compared gives the condition that a number lies where op and values say.
func (c compiler) compared(f *entity.Field, expr string, op entity.Op, values []any) (access.Condition, error) {
	wanted, sql := 1, expr+comparisons[op]+"?"
	if op == entity.Between {
		wanted, sql = 2, expr+" BETWEEN ? AND ?"
	}
	if len(values) != wanted || slices.ContainsFunc(values, entity.IsMissing) {
		return access.Condition{}, errs.OfField(f.Name, "filter.value", "label", f.Label)
	}
	return access.Condition{SQL: sql, Args: values}, nil
}

var comparisons = map[entity.Op]string{entity.GT: " > ", entity.GTE: " >= ", entity.LT: " < ", entity.LTE: " <= "}

func missing(f *entity.Field, expr string) string {
	if f.Type.Integer() {
		return expr + " IS NULL"
	}
	return expr + " = ''"
}

// values reads what a filter compares with: one value or an array of them, as stored values. "me" is the actor.
func (c compiler) values(f *entity.Field, raw json.RawMessage) ([]any, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var items []json.RawMessage // of their own: decoding into raw would change the filter
	if raw[0] != '[' {
		items = append(items, raw)
	} else if err := json.Unmarshal(raw, &items); err != nil || len(items) > maxFilterValues {
		return nil, errs.OfField(f.Name, "filter.value", "label", f.Label)
	}
	out := make([]any, 0, len(items))
	for _, item := range items {
		if f.Ref == "user" && string(item) == `"me"` {
			out = append(out, int64(c.s.Actor.ID))
			continue
		}
		value, ok := entity.FilterValue(f, item)
		if text, isText := value.(string); !ok || isText && !storable(text) {
			return nil, errs.OfField(f.Name, "filter.value", "label", f.Label)
		}
		out = append(out, value)
	}
	return out, nil
}

func (c compiler) like(f *entity.Field, expr string, op entity.Op, value any) (access.Condition, error) {
	text, ok := value.(string)
	if !ok {
		return access.Condition{}, errs.OfField(f.Name, "filter.value", "label", f.Label)
	}
	pattern := "%" + sqldb.LikeEscape(text) + "%"
	switch {
	case op == entity.Starts:
		pattern = pattern[1:]
	case entity.IsList(f.Type):
		pattern = listPattern(text)
	}
	sql := c.s.Tx.Dialect().Like(expr)
	if op == entity.NotContains {
		sql = "NOT (" + sql + ")"
	}
	return access.Condition{SQL: sql, Args: []any{pattern}}, nil
}

// listPattern finds a value among those of a stored list.
func listPattern(value string) string {
	quoted := entity.List{value}.Stored()
	return "%" + sqldb.LikeEscape(strings.Trim(quoted, "[]")) + "%"
}

// among gives the condition that a field has one of values; a missing value is one, too. A code of a tree stands for all
// below it; a list field has a value when it contains it.
func (c compiler) among(f *entity.Field, expr string, values []any) (access.Condition, error) {
	present := slices.DeleteFunc(slices.Clone(values), entity.IsMissing)
	var or []access.Condition
	if len(present) < len(values) {
		or = append(or, access.Condition{SQL: missing(f, expr)})
	}
	tree, isTree := f.Type.(entity.Tree)
	switch {
	case len(present) == 0:
	case isTree:
		or = append(or, below(tree, expr, present)...)
	case entity.IsList(f.Type):
		for _, v := range present {
			text, _ := v.(string)
			or = append(or, access.Condition{SQL: c.s.Tx.Dialect().Like(expr), Args: []any{listPattern(text)}})
		}
	case len(present) == 1:
		or = append(or, access.Condition{SQL: expr + " = ?", Args: present}) // lets an index give the order too
	default:
		or = append(or, access.Condition{SQL: expr + " IN (" + marks(len(present)) + ")", Args: present})
	}
	if len(or) > maxBranches {
		return access.Condition{}, errs.New(errs.Invalid, "filter.too_large")
	}
	return anyOf(or), nil
}

// below gives the conditions that a code is one of values or below one.
func below(tree entity.Tree, expr string, values []any) []access.Condition {
	var or []access.Condition
	done := map[string]bool{}
	for _, v := range values {
		text, _ := v.(string)
		for _, prefix := range tree.Below(text) {
			if !done[prefix] {
				done[prefix] = true
				or = append(or, access.Condition{SQL: expr + " >= ? AND " + expr + " < ?", Args: []any{prefix, prefix + "\U0010FFFF"}})
			}
		}
	}
	return or
}

func isTime(f *entity.Field) bool { return f.Type == entity.Date || f.Type == entity.DateTime }

// period gives the condition that a date or time lies in the days that op and values name. Days are those of the
// company's time zone.
func (c compiler) period(f *entity.Field, expr string, op entity.Op, values []any) (access.Condition, error) {
	from, to, ok := days(op, values, c.s.Today())
	if !ok {
		return access.Condition{}, errs.OfField(f.Name, "filter.value", "label", f.Label)
	}
	sql := "NOT (" + missing(f, expr) + ")"
	var args []any
	if from != "" {
		sql, args = sql+" AND "+expr+" >= ?", append(args, c.dayStart(f, from))
	}
	switch {
	case to != "" && f.Type == entity.Date:
		sql, args = sql+" AND "+expr+" <= ?", append(args, string(to))
	case to != "":
		sql, args = sql+" AND "+expr+" < ?", append(args, to.In(c.s.store.zone).AddDate(0, 0, 1).UnixMilli())
	}
	return access.Condition{SQL: "(" + sql + ")", Args: args}, nil
}

func (c compiler) dayStart(f *entity.Field, d clock.Date) any {
	if f.Type == entity.Date {
		return string(d)
	}
	return d.In(c.s.store.zone).UnixMilli()
}

// days gives the first and the last day that op means; "" is without end.
func days(op entity.Op, values []any, today clock.Date) (from, to clock.Date, ok bool) {
	switch op {
	case entity.Today:
		return today, today, true
	case entity.ThisWeek:
		monday := today.AddDays(-(int(today.In(time.UTC).Weekday()) + 6) % 7)
		return monday, monday.AddDays(6), true
	case entity.ThisMonth:
		first := today[:8] + "01"
		return first, clock.DateOf(first.In(time.UTC).AddDate(0, 1, -1)), true
	case entity.Overdue:
		return "", today.AddDays(-1), true
	case entity.Due:
		return "", today, true
	case entity.LastDays, entity.NextDays:
		n, isNumber := first(values).(int64)
		if !isNumber || n < 0 || n > 36500 {
			return "", "", false
		}
		if op == entity.LastDays {
			return today.AddDays(-int(n)), today, true
		}
		return today, today.AddDays(int(n)), true
	}
	day, isDay := first(values).(string)
	if !isDay || day == "" {
		return "", "", false
	}
	d := clock.Date(day)
	switch op {
	case entity.Is:
		return d, d, true
	case entity.LT:
		return "", d.AddDays(-1), true
	case entity.LTE:
		return "", d, true
	case entity.GT:
		if d == lastDay {
			return d, d.AddDays(-1), true // nothing comes after it
		}
		return d.AddDays(1), "", true
	case entity.GTE:
		return d, "", true
	}
	if last, isDay := values[len(values)-1].(string); isDay && len(values) == 2 && op == entity.Between {
		return d, clock.Date(last), true
	}
	return "", "", false
}

// lastDay is the last day that dates can say.
const lastDay clock.Date = "9999-12-31"

func first(values []any) any {
	if len(values) == 0 {
		return nil
	}
	return values[0]
}

// Answers reports whether the actor may filter an entity by text, a filter in the form of the API.
func (s *Session) Answers(entityName, text string) bool {
	f, err := ParseFilter(text)
	if err == nil && f != nil {
		_, err = compiler{s, s.Def(entityName)}.condition(f)
	}
	return err == nil
}

// MayAsk reports whether the actor may filter an entity by all of some fields.
func (s *Session) MayAsk(entityName string, fields ...string) bool {
	def := s.Def(entityName)
	return !slices.ContainsFunc(fields, func(name string) bool { f := def.Field(name); return f == nil || !s.Filterable(def, f) })
}

// Filterable reports whether the actor may filter and sort by a field.
func (s *Session) Filterable(def *entity.Def, f *entity.Field) bool {
	_, err := compiler{s, def}.filterable(f.Name)
	return err == nil
}
