package record

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/search"
	"genjin/internal/sqldb"
)

// Query describes a list.
type Query struct {
	Filter   *Filter
	Sort     string   // fields by comma, "-" before those in falling order; the definition's own order when empty (sorts)
	Fields   []string // what to load; everything when nil
	Limit    int      // DefaultLimit when zero, at most MaxLimit
	Cursor   string   // Page.Next of the page before
	Text     string   // as typed into the search box
	Archived bool     // the records that were put away instead of the others (away.go)
}

// Bounds of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 500
	maxSorts     = 4
)

// Page is a part of a list. Next is the cursor of the following part; "" at the end.
type Page struct {
	Rows []*Row
	Next string
}

// Row is a record as the doors show it: stored values of the fields that were asked for.
type Row struct {
	def    *entity.Def
	values []any // by field of def; what was not asked for is nil
	can    map[access.Action]bool
}

// ID gives the record's id.
func (r *Row) ID() id.ID { return r.id("id") }

// Version gives the record's version.
func (r *Row) Version() int64 {
	v, _ := r.Value("version").(int64)
	return v
}

// Value gives a stored value by the name of its field; nil for one that was not asked for.
func (r *Row) Value(field string) any {
	if i := r.def.Index(field); i >= 0 {
		return r.values[i]
	}
	return nil
}

func (r *Row) id(field string) id.ID {
	v, _ := r.Value(field).(int64)
	return id.ID(v)
}

// sortKey is one field of the order of a list.
type sortKey struct {
	field *entity.Field
	expr  string
	down  bool
}

// sorts gives the keys of an order. Of equal records their ids decide. When records were made is the order of their ids,
// too, which needs no further index; an order that names the id itself, such as "-created_at,-id", is by the moments as
// they stand, for records that were written down later than they were made.
func (c compiler) sorts(order string) ([]sortKey, error) {
	if order == "" {
		order = c.usual()
	}
	namesID := strings.HasSuffix(order, ",id") || strings.HasSuffix(order, ",-id")
	var keys []sortKey
	for name := range strings.SplitSeq(order, ",") {
		if name == "" || len(keys) == maxSorts {
			continue
		}
		down := strings.HasPrefix(name, "-")
		f, err := c.filterable(strings.TrimPrefix(name, "-"))
		if err != nil {
			return nil, err
		}
		key := sortKey{field: f, expr: c.expr(f), down: down}
		if f.SortBy != "" && !(f.SortBy == "id" && namesID) {
			key.field, key.expr = c.def.Field(f.SortBy), "t."+f.SortBy
		}
		keys = append(keys, key)
		if key.field.Name == "id" {
			return keys, nil
		}
	}
	down := len(keys) == 0 || keys[len(keys)-1].down
	return append(keys, sortKey{field: c.def.Field("id"), expr: "t.id", down: down}), nil
}

// usual gives the definition's own order, as far as the actor may sort by it.
func (c compiler) usual() string {
	open := slices.DeleteFunc(strings.Split(c.def.Sort, ","), func(name string) bool {
		_, err := c.filterable(strings.TrimPrefix(name, "-"))
		return err != nil
	})
	return strings.Join(open, ",")
}

// order gives the ORDER BY. Missing numbers come first in rising order on both databases, as SQLite has it.
func order(keys []sortKey, postgres bool) string {
	var parts []string
	for _, k := range keys {
		part := k.expr
		if k.down {
			part += " DESC"
		}
		if postgres && k.field.Type.Integer() && k.field.Name != "id" {
			if k.down {
				part += " NULLS LAST"
			} else {
				part += " NULLS FIRST"
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// after gives the condition that a row comes after the one whose sort values are given.
func after(keys []sortKey, values []any) access.Condition {
	var or []string
	var args []any
	for i, k := range keys {
		var and []string
		var list []any
		for j := range i {
			if values[j] == nil {
				and = append(and, keys[j].expr+" IS NULL")
			} else {
				and, list = append(and, keys[j].expr+" = ?"), append(list, values[j])
			}
		}
		switch {
		case values[i] == nil && k.down:
			continue // missing ones are last: nothing comes after them but by the later keys
		case values[i] == nil:
			and = append(and, k.expr+" IS NOT NULL")
		case k.down && k.field.Type.Integer() && k.field.Name != "id":
			and, list = append(and, "("+k.expr+" < ? OR "+k.expr+" IS NULL)"), append(list, values[i])
		case k.down:
			and, list = append(and, k.expr+" < ?"), append(list, values[i])
		default:
			and, list = append(and, k.expr+" > ?"), append(list, values[i])
		}
		or, args = append(or, strings.Join(and, " AND ")), append(args, list...)
	}
	if len(or) == 1 {
		return access.Condition{SQL: or[0], Args: args}
	}
	return access.Condition{SQL: "(" + strings.Join(or, " OR ") + ")", Args: args}
}

func encodeCursor(values []any) string {
	b, err := json.Marshal(values)
	if err != nil { // stored values always encode
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads a cursor, whose values must be such as the fields of the order have.
func decodeCursor(cursor string, keys []sortKey) ([]any, error) {
	bad := errs.New(errs.Invalid, "list.cursor")
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, bad
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var values []any
	if d.Decode(&values) != nil || len(values) != len(keys) {
		return nil, bad
	}
	for i, v := range values {
		whole := keys[i].field.Type.Integer()
		switch v := v.(type) {
		case nil:
			if !whole || keys[i].field.Name == "id" {
				return nil, bad
			}
		case string:
			if whole || !storable(v) {
				return nil, bad
			}
		case json.Number:
			n, err := v.Int64()
			if err != nil || !whole {
				return nil, bad
			}
			values[i] = n
		default:
			return nil, bad
		}
	}
	return values, nil
}

// List gives a page of the records of an entity within the actor's reach.
func (s *Session) List(ctx context.Context, entityName string, q Query) (*Page, error) {
	k := s.store.reg.byName[entityName]
	if k == nil {
		return nil, errs.New(errs.NotFound, "")
	}
	return s.list(ctx, k, q)
}

// Count gives how many records a list has in all its pages.
func (s *Session) Count(ctx context.Context, entityName string, q Query) (int64, error) {
	k := s.store.reg.byName[entityName]
	if k == nil {
		return 0, errs.New(errs.NotFound, "")
	}
	where, err := s.listed(ctx, k, q, true)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.Tx.QueryRow(ctx, "SELECT COUNT(*) FROM "+k.def.TableName()+" t WHERE "+where.SQL, where.Args...).Scan(&n)
	return n, err
}

// listed gives the condition of a list: the actor's reach, the filter and the text searched for. Many says that all of it
// is asked for, and not a page.
func (s *Session) listed(ctx context.Context, k *kind, q Query, many bool) (access.Condition, error) {
	state := access.Condition{SQL: s.state(k, q, many)}
	var filter access.Condition
	if q.Filter != nil {
		var err error
		if filter, err = (compiler{s, s.Def(k.def.Name)}).condition(q.Filter); err != nil {
			return access.Condition{}, err
		}
		if len(filter.Args) > maxFilterArgs {
			return access.Condition{}, errs.New(errs.Invalid, "filter.too_large")
		}
	}
	matching, err := s.matching(ctx, k, q.Text, state.SQL)
	return access.And(filter, matching, s.where(k, "t", access.View), state), err
}

// matching gives the condition that a record in a state, or one that hangs on it, is found by text.
func (s *Session) matching(ctx context.Context, k *kind, typed, state string) (access.Condition, error) {
	if strings.TrimSpace(typed) == "" {
		return access.Condition{}, nil
	}
	or := []access.Condition{compiler{s, s.Def(k.def.Name)}.inside(typed)}
	if k.def.Indexed() {
		own, err := s.found(ctx, k, typed, state)
		if err != nil {
			return access.Never, err
		}
		or = append(or, access.Condition{SQL: "t.id IN (" + own.SQL + ")", Args: own.Args})
	}
	for _, child := range s.store.reg.kinds {
		via := ParentField(child.def, k.def.Name)
		if via == "" || child.def.Aside || !child.def.Indexed() || s.Actor.Within != nil {
			continue
		}
		of, err := s.found(ctx, child, typed, "t.archived_at IS NULL")
		if err != nil {
			return access.Never, err
		}
		or = append(or, access.Condition{
			SQL:  "t.id IN (SELECT " + via + " FROM " + child.def.TableName() + " WHERE archived_at IS NULL AND id IN (" + of.SQL + "))",
			Args: of.Args,
		})
	}
	return anyOf(or), nil
}

// mostWords is how many words of what was typed are looked for.
const mostWords = 6

// inside gives the condition that each word typed stands in a field that is looked through and that the actor sees in
// full; that nothing is found when there is none.
func (c compiler) inside(typed string) access.Condition {
	var all []access.Condition
	for word := range strings.FieldsSeq(typed) {
		var or []access.Condition
		for _, f := range c.def.Fields {
			if f.Search == entity.SearchInside && c.s.openTo(c.def, f) && storable(word) {
				or = append(or, access.Condition{SQL: c.s.Tx.Dialect().Like(c.expr(f)), Args: []any{"%" + sqldb.LikeEscape(word) + "%"}})
			}
		}
		if all = append(all, anyOf(or)); len(or) == 0 || len(all) == mostWords {
			break
		}
	}
	return access.And(all...)
}

// found gives the query for the ids of the records of a kind that text finds by what the actor sees in full. It may leave
// out records that are in another state.
func (s *Session) found(ctx context.Context, k *kind, typed, state string) (access.Condition, error) {
	if err := s.writeIndex(ctx); err != nil {
		return access.Never, err
	}
	if s.ruled(k.def) {
		return s.verified(ctx, k, typed, state)
	}
	private := s.Actor.System || s.Actor.SeesPrivate && !s.Actor.Masked
	where, ok := search.Condition(s.Tx.Dialect(), k.def.Tag(), typed, private)
	if !ok {
		where = access.Never
	}
	where.SQL = "SELECT " + search.ID(s.Tx.Dialect()) + " FROM search f WHERE " + where.SQL
	return where, nil
}

// ruled reports whether a field rule keeps the actor from seeing a field that text is searched in.
func (s *Session) ruled(def *entity.Def) bool {
	return slices.ContainsFunc(def.Fields, func(f *entity.Field) bool {
		level := s.Actor.Field(def.Name, f.Name)
		return f.Search.Indexed() && (level == access.FieldHidden || level == access.FieldMasked)
	})
}

// mostVerified is how many records found by text are looked at for an actor who may not see all of the fields.
const mostVerified = 2000

// verified is found for those whom field rules keep from some fields: the index does not know by which field it found a
// record, so the newest are looked at one by one.
func (s *Session) verified(ctx context.Context, k *kind, typed, state string) (access.Condition, error) {
	hits, err := s.searchIn(ctx, k, text.Fold(typed), state, mostVerified)
	set := map[id.ID]bool{}
	for _, h := range hits {
		set[h.ID] = true
	}
	where := in(s, "v.id", ids(set))
	where.SQL = "SELECT v.id FROM " + k.def.TableName() + " v WHERE " + where.SQL
	return where, err
}

func (s *Session) list(ctx context.Context, k *kind, q Query) (*Page, error) {
	c := compiler{s, s.Def(k.def.Name)}
	keys, err := c.sorts(q.Sort)
	if err != nil {
		return nil, err
	}
	where, err := s.listed(ctx, k, q, false)
	if err != nil {
		return nil, err
	}
	if q.Cursor != "" {
		values, err := decodeCursor(q.Cursor, keys)
		if err != nil {
			return nil, err
		}
		where = access.And(where, after(keys, values))
	}
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	limit = min(limit, MaxLimit)
	picked := s.picked(c.def, q.Fields, keys)
	columns, positions := s.columns(k, c.def, picked)
	statement := "SELECT " + columns + " FROM " + k.def.TableName() + " t WHERE " + where.SQL +
		" ORDER BY " + order(keys, s.Tx.Dialect() == "postgres") + " LIMIT ?"
	rows, err := s.Tx.Query(ctx, statement, append(where.Args, limit+1)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	page := &Page{}
	for rows.Next() {
		row, err := scanRow(rows.Scan, c.def, positions)
		if err != nil {
			return nil, err
		}
		row.expandCustom(len(k.names))
		page.Rows = append(page.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = encodeCursor(sortValues(page.Rows[limit-1], keys))
	}
	return page, nil
}

// scanRow reads a row whose columns go to positions of the definition.
func scanRow(scan func(dest ...any) error, def *entity.Def, positions []int) (*Row, error) {
	row := &Row{def: def, values: make([]any, len(def.Fields))}
	dest := make([]any, len(positions))
	for i, at := range positions {
		dest[i] = &row.values[at]
	}
	return row, scan(dest...)
}

func sortValues(row *Row, keys []sortKey) []any {
	values := make([]any, len(keys))
	for i, k := range keys {
		values[i] = row.Value(k.field.Name)
	}
	return values
}

// picked gives the fields to load: those asked for and visible, and those the page needs itself.
func (s *Session) picked(def *entity.Def, names []string, keys []sortKey) []bool {
	pick := make([]bool, len(def.Fields))
	if names == nil {
		for i := range pick {
			pick[i] = true
		}
		return pick
	}
	for _, name := range append([]string{"id", "version", def.Title, "owner_id"}, names...) {
		if i := def.Index(name); i >= 0 {
			pick[i] = true
		}
	}
	for _, k := range keys {
		pick[def.Index(k.field.Name)] = true
	}
	if !def.Owned && s.masks(def) {
		for _, name := range def.Parents { // the parent's owner decides what shows in full
			pick[def.Index(name)] = true
		}
	}
	return pick
}

// columns gives the SQL of the picked fields and where in a row each goes. Fields of the company's own come in one
// column.
func (s *Session) columns(k *kind, def *entity.Def, pick []bool) (string, []int) {
	own := len(k.names)
	for i := own; i < len(pick); i++ {
		if pick[i] {
			pick[def.Index("custom")] = true
		}
	}
	var names []string
	var positions []int
	for i, name := range k.names {
		if pick[i] {
			names, positions = append(names, "t."+name), append(positions, i)
		}
	}
	return strings.Join(names, ", "), positions
}

// expandCustom puts the values of the company's fields in their places.
func (r *Row) expandCustom(own int) {
	if len(r.values) > own {
		r.values = extend(r.values[:own], r.def, entity.CustomOf(r.Value("custom")))
	}
}

// Entity gives the name of the entity.
func (r *Row) Entity() string { return r.def.Name }

// Can reports whether the actor may do an action to the record; it is known of rows that Load gave.
func (r *Row) Can(action access.Action) bool { return r.can[action] }
