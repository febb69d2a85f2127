package record

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/sheet"
)

// View is what one actor may see of some rows of one entity: which fields, which of them masked, and the names of the
// records that they refer to.
type View struct {
	s      *Session
	k      *kind
	def    *entity.Def
	fields []int // positions of the visible fields, in the order of the definition
	names  map[string]map[id.ID]string
	owners map[id.ID]id.ID // owner of the parent, for records without an owner of their own
}

// View prepares rows of an entity to be shown; names says which fields, nil all that are visible.
func (s *Session) View(ctx context.Context, entityName string, rows []*Row, names []string) (*View, error) {
	k := s.store.reg.kind(entityName)
	v := &View{s: s, k: k, def: s.Def(entityName), names: map[string]map[id.ID]string{}}
	for i, f := range v.def.Fields {
		if s.visible(v.def, f) && (names == nil || slices.Contains(names, f.Name)) {
			v.fields = append(v.fields, i)
		}
	}
	if err := v.loadOwners(ctx, rows); err != nil {
		return nil, err
	}
	return v, v.loadNames(ctx, rows)
}

// visible reports whether the actor may see the field at all, masked or not.
func (s *Session) visible(def *entity.Def, f *entity.Field) bool {
	return !f.Internal && s.Actor.Field(def.Name, f.Name) != access.FieldHidden
}

// Visible gives the fields of an entity that the actor may see, masked or not.
func (s *Session) Visible(entityName string) []*entity.Field {
	def := s.Def(entityName)
	var out []*entity.Field
	for _, f := range def.Fields {
		if s.visible(def, f) {
			out = append(out, f)
		}
	}
	return out
}

// loadOwners finds whose the rows are where only their parents have owners and that decides what shows in full.
func (v *View) loadOwners(ctx context.Context, rows []*Row) error {
	if v.def.Owned || len(v.def.Parents) == 0 || !v.s.masks(v.def) {
		return nil
	}
	v.owners = map[id.ID]id.ID{}
	for _, name := range v.def.Parents {
		parent := v.s.store.reg.kind(v.def.Field(name).Ref)
		if !parent.def.Owned {
			continue
		}
		where := in(v.s, "id", distinct(rows, name))
		err := v.s.each(ctx, "SELECT id, owner_id FROM "+parent.def.TableName()+" WHERE "+where.SQL, where.Args, func(scan func(dest ...any) error) error {
			var x, owner id.ID
			err := scan(&x, &owner)
			v.owners[x] = owner
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// masks reports whether the actor sees fields of the entity masked on the records of others.
func (s *Session) masks(def *entity.Def) bool {
	return !s.Actor.System && slices.ContainsFunc(def.Fields, func(f *entity.Field) bool {
		return f.Private && !s.Actor.SeesPrivate || s.Actor.Field(def.Name, f.Name) == access.FieldMasked
	})
}

func distinct(rows []*Row, field string) []id.ID {
	set := map[id.ID]bool{}
	for _, row := range rows {
		set[row.id(field)] = true
	}
	return ids(set)
}

// loadNames finds the titles of the records that the rows refer to, as far as the actor may see them.
func (v *View) loadNames(ctx context.Context, rows []*Row) error {
	wanted := map[string]map[id.ID]bool{}
	for _, i := range v.fields {
		f := v.def.Fields[i]
		if f.Ref == "" {
			continue
		}
		for _, row := range rows {
			for _, x := range refs(row.values[i]) {
				if wanted[f.Ref] == nil {
					wanted[f.Ref] = map[id.ID]bool{}
				}
				wanted[f.Ref][x] = true
			}
		}
	}
	for ref, ids := range wanted {
		names, err := v.s.Titles(ctx, ref, ids)
		if err != nil {
			return err
		}
		v.names[ref] = names
	}
	return nil
}

// refs gives the ids that a stored value of a Ref or Refs, or the log of shares, names.
func refs(stored any) []id.ID {
	switch x := stored.(type) {
	case int64:
		return []id.ID{id.ID(x)}
	case string:
		var out []id.ID
		for _, text := range entity.ListOf(x) {
			if one, err := id.Parse(strings.TrimSuffix(text, mayEdit)); err == nil && one != 0 {
				out = append(out, one)
			}
		}
		return out
	}
	return nil
}

// Titles gives the names of those of a set of records that the actor may see. A record without a name of its own goes by
// that of the one on which it hangs.
func (s *Session) Titles(ctx context.Context, entityName string, set map[id.ID]bool) (map[id.ID]string, error) {
	k := s.store.reg.kind(entityName)
	if len(set) == 0 {
		return map[id.ID]string{}, nil
	}
	out, err := s.titles(ctx, k, access.And(in(s, "t.id", ids(set)), s.where(k, "t", access.View)), "")
	if err != nil || len(k.def.Parents) == 0 {
		return out, err
	}
	return out, s.titlesOfParents(ctx, k, out)
}

// titlesOfParents fills in the names that are empty though the actor may see the field that names the records.
func (s *Session) titlesOfParents(ctx context.Context, k *kind, titles map[id.ID]string) error {
	if s.Actor.Field(k.def.Name, k.def.Title) == access.FieldHidden {
		return nil
	}
	for _, via := range k.def.Parents {
		if err := s.titlesVia(ctx, k, via, titles); err != nil {
			return err
		}
	}
	return nil
}

// titlesVia is titlesOfParents for one of the parent fields.
func (s *Session) titlesVia(ctx context.Context, k *kind, via string, titles map[id.ID]string) error {
	var nameless []id.ID
	for x, title := range titles {
		if title == "" {
			nameless = append(nameless, x)
		}
	}
	pairs := map[id.ID]id.ID{}
	parents := map[id.ID]bool{}
	for chunk := range slices.Chunk(nameless, 500) {
		found, err := s.pairs(ctx, "SELECT id, "+via+" FROM "+k.def.TableName()+" WHERE "+via+" IS NOT NULL AND id IN (", chunk)
		if err != nil {
			return err
		}
		for _, p := range found {
			pairs[p[0]], parents[p[1]] = p[1], true
		}
	}
	names, err := s.Titles(ctx, k.def.Field(via).Ref, parents)
	for x, parent := range pairs {
		titles[x] = names[parent]
	}
	return err
}

// titles gives the names of the records for which a condition holds, as far as the actor sees the field that names them.
func (s *Session) titles(ctx context.Context, k *kind, where access.Condition, tail string) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	err := s.each(ctx, "SELECT t.id, t."+k.def.Title+" FROM "+k.def.TableName()+" t WHERE "+where.SQL+tail, where.Args, func(scan func(dest ...any) error) error {
		var x id.ID
		var title string
		err := scan(&x, &title)
		out[x] = s.titled(k.def, title)
		return err
	})
	return out, err
}

// titled gives a title as the actor sees it: not at all, or masked, when a field rule says so.
func (s *Session) titled(def *entity.Def, title string) string {
	switch s.Actor.Field(def.Name, def.Title) {
	case access.FieldHidden:
		return ""
	case access.FieldMasked:
		masked, _ := entity.Mask(def.TitleField(), title).(string)
		return masked
	}
	return def.Said(title, s.Actor.Lang)
}

// Fields gives the visible fields.
func (v *View) Fields() []*entity.Field {
	out := make([]*entity.Field, len(v.fields))
	for i, at := range v.fields {
		out[i] = v.def.Fields[at]
	}
	return out
}

// masked reports whether the actor sees the field of this row masked: by a field rule or, for personal data, because
// they may not see that of others. One's own records show in full unless the role masks everything.
func (v *View) masked(row *Row, f *entity.Field) bool {
	a := v.s.Actor
	if a.System || !f.Private && a.Field(v.def.Name, f.Name) != access.FieldMasked {
		return false
	}
	owner := row.id("owner_id")
	for _, name := range v.def.Parents {
		if owner == 0 {
			owner = v.owners[row.id(name)]
		}
	}
	if owner == a.ID && !a.Masked {
		return false
	}
	return a.Field(v.def.Name, f.Name) == access.FieldMasked || f.Private && !a.SeesInFull(owner)
}

// Access says how the actor sees a field of a row, apart from whether they may edit the row.
func (v *View) Access(row *Row, f *entity.Field) access.FieldAccess {
	switch {
	case !v.s.visible(v.def, f):
		return access.FieldHidden
	case v.masked(row, f):
		return access.FieldMasked
	case f.ReadOnly:
		return access.FieldSee
	}
	return v.s.Actor.Field(v.def.Name, f.Name)
}

// Value gives the stored value of a visible field as the actor sees it, masked where due.
func (v *View) Value(row *Row, f *entity.Field) any {
	value := row.Value(f.Name)
	if v.masked(row, f) {
		return entity.Mask(f, value)
	}
	return v.said(f, value)
}

// said gives the value of the field that names records in the reader's language.
func (v *View) said(f *entity.Field, value any) any {
	if name, ok := value.(string); ok && f.Name == v.def.Title {
		return v.def.Said(name, v.s.Actor.Lang)
	}
	return value
}

// Cell gives a value as an export writes it, so that an import reads the same value: references by name.
func (v *View) Cell(row *Row, f *entity.Field) sheet.Value {
	if f.Ref != "" {
		return sheet.Str(v.Text(row, f))
	}
	return f.Type.ToCell(v.Value(row, f), f, v.s.Env())
}

// Text says a value to a person: choices, codes and references by name.
func (v *View) Text(row *Row, f *entity.Field) string { return v.say(f, v.Value(row, f)) }

func (v *View) say(f *entity.Field, value any) string {
	if f.Ref != "" {
		text := ""
		for _, x := range refs(value) {
			if name := v.names[f.Ref][x]; name != "" && text != "" {
				text += "、" + name
			} else {
				text += name
			}
		}
		return text
	}
	return f.Type.Text(value, f, v.s.Env())
}

// AppendJSON writes a row as the API shows it. Loaded with Load it also says what its reader may do with it.
func (v *View) AppendJSON(dst []byte, row *Row) []byte {
	dst = append(dst, `{"id":`...)
	dst = entity.AppendString(dst, row.ID().String())
	dst = append(dst, `,"version":`...)
	dst = strconv.AppendInt(dst, row.Version(), 10)
	var masked []string
	for _, i := range v.fields {
		f := v.def.Fields[i]
		value := row.values[i]
		if v.masked(row, f) && !entity.IsMissing(value) {
			value = entity.Mask(f, value)
			masked = append(masked, f.Name)
		}
		value = v.said(f, value)
		dst = append(dst, ',')
		dst = append(entity.AppendString(dst, f.Name), ':')
		dst = f.Type.AppendJSON(dst, value)
	}
	dst = v.appendRefs(dst, row)
	dst = v.appendTexts(dst, row)
	if masked != nil {
		dst = append(dst, `,"_masked":`...)
		dst = appendStrings(dst, masked)
	}
	if archived := row.Value("archived_at"); archived != nil {
		dst = append(dst, `,"_archived":true`...)
	}
	if row.can != nil {
		dst = append(dst, `,"_can":{"edit":`...)
		dst = strconv.AppendBool(dst, row.can[access.Edit])
		dst = append(dst, `,"delete":`...)
		dst = strconv.AppendBool(dst, row.can[access.Delete])
		dst = append(dst, `,"assign":`...)
		dst = strconv.AppendBool(dst, row.can[access.Assign])
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func appendStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = entity.AppendString(dst, s)
	}
	return append(dst, ']')
}

// appendRefs writes the names of the records referred to; those the reader may not see have none, and a masked field
// refers to none.
func (v *View) appendRefs(dst []byte, row *Row) []byte {
	open := false
	for _, i := range v.fields {
		f := v.def.Fields[i]
		x, ok := row.values[i].(int64)
		if f.Type != entity.Ref || f.Ref == "" || !ok || v.masked(row, f) {
			continue
		}
		if open {
			dst = append(dst, ',')
		} else {
			dst, open = append(dst, `,"_refs":{`...), true
		}
		dst = append(entity.AppendString(dst, f.Name), `:{"id":`...)
		dst = entity.AppendString(dst, id.ID(x).String())
		dst = append(dst, `,"name":`...)
		dst = append(entity.AppendString(dst, v.names[f.Ref][id.ID(x)]), '}')
	}
	if open {
		dst = append(dst, '}')
	}
	return dst
}

// appendTexts writes what codes and lists of references mean, but for masked ones.
func (v *View) appendTexts(dst []byte, row *Row) []byte {
	open := false
	for _, i := range v.fields {
		f := v.def.Fields[i]
		if _, tree := f.Type.(entity.Tree); !tree && f.Type != entity.Refs || entity.IsMissing(row.values[i]) || v.masked(row, f) {
			continue
		}
		if open {
			dst = append(dst, ',')
		} else {
			dst, open = append(dst, `,"_text":{`...), true
		}
		dst = append(entity.AppendString(dst, f.Name), ':')
		dst = entity.AppendString(dst, v.say(f, row.values[i]))
	}
	if open {
		dst = append(dst, '}')
	}
	return dst
}
