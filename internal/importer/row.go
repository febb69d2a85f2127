package importer

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/phone"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// Problem is something wrong with a cell, or with a row as a whole.
type Problem struct {
	Sheet    string      `json:"sheet"`
	Row      int         `json:"row"`    // as the spreadsheet program shows it
	Column   string      `json:"column"` // heading; "" for the row as a whole
	Value    string      `json:"value"`
	Code     string      `json:"code"`   // message key
	Reason   string      `json:"reason"` // the message in the language of the importing user
	Severity string      `json:"severity"`
	Params   i18n.Params `json:"-"`
}

// Severities of a problem.
const (
	Refused = "refused" // the row was not taken
	Warning = "warning" // the row was taken, with this reservation
)

// item is one row of the sheet, understood.
type item struct {
	row      int
	main     record.Values
	children map[string]record.Values // by entity
	follows  bool                     // its name was filled down from the row above: it belongs to the same record
	empty    bool                     // nothing that means anything: a numbered line of a form, a note

	// Of a row that an export wrote: the record, the version it had, the row as it was read, and the columns that say
	// what the record says.
	id        id.ID
	version   int64
	raw       sheet.Row
	unchanged map[int]bool

	names   []named   // references by name and new choices, to be looked up
	details []named   // texts that say more than the choice they are taken for
	remarks []string  // lines for the remark: what has no field of its own
	remark  any       // what the row itself says there; nil for nothing
	unknown []unknown // values that no dictionary knows
	unnamed []unknown // names that nobody bears

	// What was found out about it later, behind asRead, is forgotten when its batch is written anew, unless it is why.
	problems   []Problem
	asRead     int
	verdict    []Problem // why it was refused half way; nil when it was not
	refused    bool
	unreadable bool // refused by how it was read
}

// named is a reference that a cell gives by name.
type named struct {
	target *Target
	header string
	text   string
}

// reader turns rows of a sheet into items.
type reader struct {
	plan    *plan
	sheet   string
	columns []mapped
	env     *entity.Env
	lang    i18n.Lang
	values  map[string]map[string]string // target → text in the sheet → value chosen by the user

	idColumn int  // that holds ids of records; -1 for none
	named    bool // a column asks for the record's own name: where it is empty, no other name takes its place
}

type mapped struct {
	column Column
	target *Target
}

func newReader(p *plan, name string, columns []Column, env *entity.Env, opts Options) *reader {
	r := &reader{plan: p, sheet: name, env: env, lang: env.Lang, values: opts.Values, idColumn: -1}
	for _, c := range columns {
		if t := p.byName[c.Field]; t != nil {
			r.columns = append(r.columns, mapped{c, t})
			if t.Name == RecordID {
				r.idColumn = c.Index
			}
			r.named = r.named || t == p.title && strings.Contains(foldHeading(c.Header), foldHeading(p.label.ZH))
		}
	}
	return r
}

// read understands a row, unless an export wrote it: then its record must be at hand, see understand.
func (r *reader) read(row sheet.Row) *item {
	if x := r.exported(row); x != 0 {
		return &item{row: row.Number, id: x, raw: row.Clone()}
	}
	return r.understand(row, nil)
}

// exported gives the id of the record that a row was exported from; zero for none. What is no id finds no record.
func (r *reader) exported(row sheet.Row) id.ID {
	if r.idColumn < 0 {
		return 0
	}
	x, err := id.Parse(text.Clean(row.Cell(r.idColumn).String()))
	if err != nil {
		return 0
	}
	return x
}

// understand gives the meaning of the cells of a row, those in columns that are unchanged left out.
func (r *reader) understand(row sheet.Row, unchanged map[int]bool) *item {
	it := &item{row: row.Number, id: r.exported(row), unchanged: unchanged, main: record.Values{}, children: map[string]record.Values{}}
	place := map[string]string{}
	phones := map[string][]phone.Number{}
	for _, m := range r.columns {
		cell := row.Cell(m.column.Index)
		if cell.IsEmpty() || unchanged[m.column.Index] {
			continue
		}
		t := m.target
		switch {
		case t.Name == ToRemark:
			if s := text.Tidy(cell.String()); !text.IsEmpty(s) {
				it.remarks = append(it.remarks, m.column.Header+"："+s)
			}
		case t.Name == RecordID:
		case t.Name == RecordVersion:
			it.version, _ = strconv.ParseInt(text.Clean(cell.String()), 10, 64) // without it nothing is known of meanwhile
		case t.Part != "" && t.Field.Type == entity.Region:
			place[t.Part] = text.Clean(cell.String())
		case t.Part != "":
			r.readNamePart(it, t, text.Tidy(cell.String()))
		case spreads(t.Field) && (it.id == 0 || t.Via != ""): // an exported row says itself which of its numbers is which
			r.readPhones(it, m, cell, phones)
		case t.Field.Type == entity.Ref:
			r.readRef(it, m, text.Tidy(cell.String()))
		case t.Field.Type == entity.Refs:
			for _, said := range strings.FieldsFunc(cell.String(), func(c rune) bool { return strings.ContainsRune(";；、,，\n|", c) }) {
				r.readRef(it, m, text.Tidy(said))
			}
		default:
			it.remarks = append(it.remarks, r.readValue(it, m, cell)...)
		}
		it.follows = it.follows || t == r.plan.title && cell.Merged
	}
	for _, d := range it.details {
		r.keepDetail(it, d)
	}
	r.place(it, place, &it.remarks)
	r.spreadPhones(it, phones)
	r.complete(it)
	it.empty = len(it.main) == 0 && len(it.children) == 0 && len(it.problems) == 0 && len(it.names) == 0 && it.id == 0
	it.remark = it.main["remark"]
	it.asRead, it.unreadable = len(it.problems), it.refused
	return it
}

// fills reports whether a column of the sheet fills a target.
func (r *reader) fills(target string) bool {
	return slices.ContainsFunc(r.columns, func(m mapped) bool { return m.target.Name == target })
}

// set puts a value where its target says.
func (it *item) set(t *Target, value any) {
	if entity.IsMissing(value) {
		return
	}
	if t.Via == "" {
		it.main[t.Field.Name] = value
		return
	}
	values := it.children[t.Entity]
	if values == nil {
		values = record.Values{}
		it.children[t.Entity] = values
	}
	values[t.Field.Name] = value
}

// setRef puts a record where its target says, besides the others where that takes several.
func (it *item) setRef(t *Target, x id.ID) {
	if t.Field.Type != entity.Refs {
		it.set(t, int64(x))
		return
	}
	if all := entity.ListOf(it.main[t.Field.Name]); !all.Has(x.String()) {
		it.set(t, append(all, x.String()).Stored())
	}
}

// readValue reads a cell by its target's type. What it cannot place but must not lose it gives as lines for the remark.
func (r *reader) readValue(it *item, m mapped, cell sheet.Cell) (remarks []string) {
	t, f := m.target, m.target.Field
	said := text.Tidy(cell.String())
	chosen, told := r.values[t.Name][said]
	if told {
		cell = sheet.Cell{Kind: sheet.Text, Text: chosen}
		if chosen == "" {
			return nil
		}
	}
	if f.Type == entity.Email || f.Type == entity.URL {
		cell, remarks = firstOf(m, cell)
	}
	value, problem := r.valueOf(f, cell)
	switch {
	case problem == nil:
		r.setWithRange(it, t, value, cell)
		if f.Detail != "" && entity.FindChoice(f, said) == nil {
			it.details = append(it.details, named{t, m.column.Header, said})
		}
	case !told && takenFor(f, said) != nil:
		it.set(t, takenFor(f, said).Value)
		it.unknown = append(it.unknown, unknown{t.Name, said})
		it.details = append(it.details, named{t, m.column.Header, said})
	case f.Open && (f.Type == entity.OneOf || f.Type == entity.AnyOf):
		it.unknown = append(it.unknown, unknown{t.Name, said})
		it.names = append(it.names, named{t, m.column.Header, said})
	case isTree(f) || problem.Warning && entity.IsMissing(value):
		if isTree(f) {
			it.unknown = append(it.unknown, unknown{t.Name, said})
		}
		r.warn(it, m, said, problem)
		return []string{m.column.Header + "：" + said}
	case problem.Warning:
		it.set(t, value)
		r.warn(it, m, said, problem)
	default:
		if f.Type == entity.OneOf || f.Type == entity.AnyOf {
			it.unknown = append(it.unknown, unknown{t.Name, said})
		}
		r.refuse(it, m.column.Header, said, problem.Key, problem.Params)
	}
	return remarks
}

// takenFor gives the choice for which a text is taken that no dictionary knows, unless the user says otherwise: of fields
// that keep the whole text beside, the choice that stands within it. Nil for none.
func takenFor(f *entity.Field, said string) *entity.Choice {
	if f.Detail == "" {
		return nil
	}
	return entity.ChoiceWithin(f, said)
}

// keepDetail keeps a text that says more than its choice in the field for that, or, where a column of the sheet fills it or
// it does not take the text, in the remark.
func (r *reader) keepDetail(it *item, d named) {
	detail := r.plan.byName[d.target.Entity+"."+d.target.Field.Detail]
	if detail != nil && !r.fills(detail.Name) {
		if value, problem := r.valueOf(detail.Field, sheet.Cell{Kind: sheet.Text, Text: d.text}); problem == nil {
			it.set(detail, value)
			return
		}
	}
	it.remarks = append(it.remarks, d.header+"："+d.text)
}

// valueOf reads a cell by a field's type. A choice may have its explanation behind it: A（重点客户）.
func (r *reader) valueOf(f *entity.Field, cell sheet.Cell) (any, *entity.Problem) {
	value, problem := f.Type.FromCell(cell, f, r.env)
	if said := cell.String(); problem != nil && f.Type == entity.OneOf && strings.ContainsAny(said, "（(") {
		if short := entity.FindChoice(f, said[:strings.IndexAny(said, "（(")]); short != nil {
			return short.Value, nil
		}
	}
	if problem == nil && !entity.IsMissing(value) {
		value, problem = f.Type.Check(value, f)
	}
	return value, problem
}

// readNamePart puts a person's name together from its parts: 张 and 三 are 张三, Smith and John are John Smith.
func (r *reader) readNamePart(it *item, t *Target, part string) {
	if text.IsEmpty(part) {
		return
	}
	said, _ := it.children[t.Entity][t.Field.Name].(string)
	family, given := part, said
	if t.Part == givenName {
		family, given = said, part
	}
	name := strings.TrimSpace(given + " " + family)
	if strings.ContainsFunc(name, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
		name = family + given
	}
	it.set(t, name)
}

// firstOf keeps the first of several addresses in a cell; the others go to the remark.
func firstOf(m mapped, cell sheet.Cell) (sheet.Cell, []string) {
	parts := strings.FieldsFunc(strings.ReplaceAll(cell.String(), ":::", ";"), func(r rune) bool { return strings.ContainsRune(";；、,，\n \t|", r) })
	if len(parts) < 2 {
		return cell, nil
	}
	return sheet.Cell{Kind: sheet.Text, Text: parts[0]}, []string{m.column.Header + "：" + strings.Join(parts[1:], "、")}
}

func isTree(f *entity.Field) bool {
	_, ok := f.Type.(entity.Tree)
	return ok
}

// setWithRange sets a value, and of an amount such as 8-12万 the upper end too.
func (r *reader) setWithRange(it *item, t *Target, value any, cell sheet.Cell) {
	it.set(t, value)
	upper := r.plan.byName[t.Name+"_max"]
	if t.Field.Type != entity.Money || upper == nil {
		return
	}
	if amount, problem := entity.AmountOf(cell); problem == nil && amount.Known && amount.High > amount.Low {
		it.set(upper, int64(amount.High))
	}
}

func (r *reader) readRef(it *item, m mapped, said string) {
	if text.IsEmpty(said) {
		return
	}
	if chosen, ok := r.values[m.target.Name][said]; ok {
		if chosen == "" {
			return
		}
		if x, err := id.Parse(chosen); err == nil {
			it.setRef(m.target, x)
			return
		}
		said = chosen
	}
	it.names = append(it.names, named{m.target, m.column.Header, said})
}

// spreads reports whether numbers in a column of a field may belong to another: people have one column for them all. A
// field of the company's own means what it says.
func spreads(f *entity.Field) bool {
	return (f.Type == entity.Phone || f.Type == entity.Phones) && !f.Custom
}

// readPhones collects the numbers of a cell; spreadPhones says which field each belongs to.
func (r *reader) readPhones(it *item, m mapped, cell sheet.Cell, phones map[string][]phone.Number) {
	numbers, problem := entity.PhonesOf(cell)
	if problem != nil {
		r.refuse(it, m.column.Header, text.Tidy(cell.String()), problem.Key, problem.Params)
		return
	}
	for _, n := range numbers {
		if n.Kind == phone.Masked {
			r.warn(it, m, n.Display(), entity.Problemf("field.phone_masked", "value", n.Display()))
		}
	}
	phones[m.target.Entity] = append(phones[m.target.Entity], numbers...)
}

// spreadPhones gives the numbers of a row to the telephone fields of each entity: the first mobile to the first field,
// the first landline to the second, the rest to the one that takes several.
func (r *reader) spreadPhones(it *item, phones map[string][]phone.Number) {
	for name, numbers := range phones {
		var fields []*Target
		var several *Target
		for _, t := range r.plan.targets {
			switch {
			case t.Entity != name || t.Field == nil || !spreads(t.Field):
			case t.Field.Type == entity.Phone:
				fields = append(fields, t)
			case t.Field.Type == entity.Phones:
				several = t
			}
		}
		var rest []string
		taken := make([]bool, len(fields))
		for _, n := range numbers {
			at := 0
			if n.Kind == phone.Landline || n.Kind == phone.Service {
				at = len(fields) - 1
			}
			if at < 0 || taken[at] {
				rest = append(rest, n.Display())
				continue
			}
			it.set(fields[at], n.Display())
			taken[at] = true
		}
		if several != nil && len(rest) > 0 {
			it.set(several, strings.Join(slices.Compact(rest), "、"))
		}
	}
}

// place finds the region that province, city and county, or else the beginning of the address, name.
func (r *reader) place(it *item, parts map[string]string, remarks *[]string) {
	for _, t := range r.plan.targets {
		if t.Field == nil || t.Field.Type != entity.Region || t.Part != "" || t.Via != "" || it.main[t.Field.Name] != nil {
			continue
		}
		if len(parts) > 0 {
			if m := codes.Regions().ResolveParts(parts["province"], parts["city"], parts["county"]); m.OK() {
				it.main[t.Field.Name] = m.Code
				return
			}
			said := strings.TrimSpace(parts["province"] + parts["city"] + parts["county"])
			if text.IsEmpty(said) {
				return
			}
			*remarks = append(*remarks, t.Label+"："+said)
			p := entity.Problemf("field.region", "value", said)
			r.problem(it, Warning, t.Label, said, p.Key, p.Params)
			return
		}
		if address, _ := it.main["address"].(string); address != "" {
			if m := codes.Regions().FromAddress(address); m.OK() {
				it.main[t.Field.Name] = m.Code
			}
		}
	}
}

// complete fills in what a row means without saying it: a person who is a customer is named by the contact, as in an
// address book where 公司 is empty, and a contact with nothing but a number bears the customer's name.
func (r *reader) complete(it *item) {
	title := r.plan.title.Field.Name
	for _, t := range r.plan.targets {
		values := it.children[t.Entity]
		if !t.Title || t.Via == "" || values == nil {
			continue
		}
		if it.main[title] == nil && values[t.Field.Name] != nil && namesSomebody(t.Field) && !r.named {
			it.main[title] = values[t.Field.Name]
		}
		if values[t.Field.Name] == nil && it.main[title] != nil && namesSomebody(t.Field) {
			values[t.Field.Name] = it.main[title]
		}
	}
}

// namesSomebody reports whether a title is a name, and not the text of a follow-up.
func namesSomebody(f *entity.Field) bool {
	return f.Search == entity.SearchName || f.Search == entity.SearchPerson
}

// setRemarks gives the remark of a new record: what the row says there, and what has no field of its own.
func (it *item) setRemarks(lines []string) {
	it.remarks = lines
	if len(lines) == 0 {
		return
	}
	if said, ok := it.remark.(string); ok {
		lines = append([]string{said}, lines...)
	}
	it.main["remark"] = strings.Join(lines, "\n")
}

func (r *reader) warn(it *item, m mapped, value string, p *entity.Problem) {
	r.problem(it, Warning, m.column.Header, value, p.Key, p.Params)
}

func (r *reader) refuse(it *item, column, value, key string, params i18n.Params) {
	r.problem(it, Refused, column, value, key, params)
	it.refused = true
}

func (r *reader) problem(it *item, severity, column, value, key string, params i18n.Params) {
	it.problems = append(it.problems, Problem{
		Sheet: r.sheet, Row: it.row, Column: column, Value: value, Code: key, Reason: i18n.Message(r.lang, key, params),
		Severity: severity, Params: params,
	})
}

// refuseError refuses a row for what the gate said of the records it makes.
func (r *reader) refuseError(it *item, entityName string, values record.Values, err error) bool {
	e, ok := errs.As(err)
	if !ok {
		return false
	}
	if len(e.Fields) == 0 {
		key := e.Key
		if key == "" {
			key = string(e.Kind)
		}
		r.refuse(it, "", "", key, e.Params)
		return true
	}
	for _, f := range e.Fields {
		header, said := r.heading(entityName, f.Name), ""
		if v, isText := values[f.Name].(string); isText {
			said = v
		}
		for _, n := range it.names {
			if n.target.Entity == entityName && n.target.Field.Name == f.Name {
				said = n.text
			}
		}
		r.refuse(it, header, said, f.Key, f.Params)
	}
	return true
}

// heading gives the heading of the column that fills a field, or the field's label when no column does.
func (r *reader) heading(entityName, field string) string {
	for _, m := range r.columns {
		if m.target.Entity == entityName && m.target.Field != nil && m.target.Field.Name == field {
			return m.column.Header
		}
	}
	if t := r.plan.byName[entityName+"."+field]; t != nil {
		return t.Label
	}
	return field
}
