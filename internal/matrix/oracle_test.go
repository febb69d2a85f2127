package matrix

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/matrix/policy"
	"genjin/internal/record"
)

// TestInvisibleValuesChangeNoAnswer: somebody asks everything they can think of; then every value that they may not see
// is changed; then they ask again and get the same answers. No order, filter, count or search tells a value that does not
// show.
func TestInvisibleValuesChangeNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("invisible values change no answer", w.kind())
	subjects := []*subject{w.subject("blinda"), w.subject("dima"), w.subject("rep"), w.subject("finance")}
	if full() {
		subjects = w.subjects
	}
	for _, s := range subjects {
		var asks []trial
		for _, one := range w.readings(s, 400) {
			if !strings.Contains(one.call.path, "/export") && !strings.HasPrefix(one.call.path, "page:") && !w.tellsByDesign(s, one) {
				asks = append(asks, one)
			}
		}
		before := make([]answer, len(asks))
		for i, one := range asks {
			before[i] = s.send(one.call)
		}
		mark := w.state.mark()
		changed := w.changeInvisible(s)
		t.Logf("%s: %d questions, %d values changed", s.name, len(asks), changed)
		if changed == 0 && s.name != "admin" && s.name != "ops" {
			r.found(finding{"setting up", s.name + " sees every value: nothing was changed"})
		}
		for i, one := range asks {
			r.count(one.door)
			now := s.send(one.call)
			before[i].header, now.header = nil, nil // a tag may tell that people changed, not what
			if plain(now, one.call) != plain(before[i], one.call) {
				r.found(finding{one.door, fmt.Sprintf("%s: %d values were changed that do not show, and the answer changed: %s", one, changed, firstDifference(before[i], now))})
			}
		}
		w.state.reset(w.state.since(mark))
	}
	r.print(t, "")
}

// tellsByDesign reports whether a case asks for what is told of records that do not show: that they exist, to who names
// them as a duplicate.
func (w *world) tellsByDesign(s *subject, t trial) bool {
	if t.theirs != "" { // what lies in a pool of theirs
		return true
	}
	return strings.HasSuffix(t.call.path, "/duplicates") && t.of != "" && !w.policy.Sees(s.who, t.of)
}

func firstDifference(a, b answer) string {
	x, y := string(a.body), string(b.body)
	at := 0
	for at < len(x) && at < len(y) && x[at] == y[at] {
		at++
	}
	part := func(s string) string { return s[max(0, min(at-80, len(s))):min(len(s), at+120)] }
	return fmt.Sprintf("%d …%s… then %d …%s…", a.status, part(x), b.status, part(y))
}

// changeInvisible changes every value that a subject may not see, as far as that is possible without changing what they
// see: through the gate, but so that neither version nor log tells. It gives how many it changed.
func (w *world) changeInvisible(s *subject) int {
	w.t.Helper()
	n := 0
	for _, x := range w.things {
		values := record.Values{}
		for _, f := range w.def(x.entity).Fields {
			if v, ok := w.otherValue(s, x, f); ok {
				values[f.Name] = v
			}
		}
		if len(values) > 0 && w.quietly(x, values) {
			n += len(values)
		}
	}
	return n
}

// copies are fields of a record that rules copy from what hangs on it.
var copies = map[string][]string{
	"contact.name": {"main_contact"}, "contact.mobile": {"main_phone"}, "contact.landline": {"main_phone"}, "contact.main": {"main_phone"},
	"followup.happened_at": {"last_followup_at", "next_followup_at"}, "followup.next_at": {"next_followup_at"},
}

// otherValue gives another value for a field that a subject may not see; false when they do, or when it decides more than
// what it says.
func (w *world) otherValue(s *subject, x *thing, f *entity.Field) (any, bool) {
	reading := w.policy.Reads(s.who, x.id, f.Name)
	if w.isOf(s.who, source{entity: x.entity, id: x.id}) || w.policy.Records[x.id].Archived && rules[x.entity] != nil {
		return nil, false // to change what was put away brings it back for a moment, which rules would see
	}
	isText := f.Type == entity.Text || f.Type == entity.LongText || f.Type == entity.Email || f.Type == entity.Phone || f.Type == entity.Phones || f.Type == entity.URL
	is := isText || f.Type == entity.Int || f.Type == entity.Money || f.Type == entity.Date || f.Type == entity.DateTime || f.Type == entity.Tags ||
		f.Type == entity.Region || f.Type == entity.Industry || f.Type == entity.Country || f.Type == entity.CreditCode || f.Type == entity.Birthday
	old := w.stored[x.id].values[f.Name]
	if reading == policy.Full || f.Internal || !is || entity.IsMissing(old) || f.Name == "login" || f.Name == "media_type" || f.Name == "sha256" || strings.HasSuffix(f.Name, "_at") && f.ReadOnly || w.of(x.entity) == nil {
		return nil, false
	}
	for _, copied := range copies[x.entity+"."+f.Name] {
		if slices.ContainsFunc(w.policy.Records[x.id].Parents, func(p string) bool { return w.policy.Reads(s.who, p, copied) != policy.Nothing }) {
			return nil, false
		}
	}
	if f.Name == "planned_at" || f.Name == "comment" || f.Name == "stage_since" || f.Name == "main_contact" || f.Name == "main_phone" || f.Name == "built_in" || x.entity == "role" || x.entity == "department" {
		return nil, false
	}
	if reading == policy.Masked {
		return maskedAlike(f, old)
	}
	raw := w.gen.of(f)
	if raw == nil {
		return nil, false
	}
	v, problem := f.Type.FromJSON([]byte(jsonText(raw)), f)
	return v, problem == nil
}

// maskedAlike gives a value that differs from another where a mask hides it.
func maskedAlike(f *entity.Field, old any) (any, bool) {
	text, isText := old.(string)
	if !isText {
		n, isNumber := old.(int64)
		return n + 86_400_000, isNumber
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil, false // a sentence of the program's
	}
	switch {
	case f.Type == entity.Date || f.Type == entity.Birthday || f.Type == entity.Region || f.Type == entity.Industry || f.Type == entity.Country || f.Type == entity.CreditCode || f.Type == entity.Tags:
		return nil, false
	case utf8.RuneCountInString(text) < 9:
		text = text[:3] + other(text[3:min(4, len(text))]) + text[min(4, len(text)):]
		return text, true
	}
	return text[:4] + other(text[4:5]) + text[5:], true
}

// other gives another letter, or digit.
func other(s string) string {
	if s == "" {
		return ""
	}
	if digit(s[0]) {
		return string('0' + (s[0]-'0'+1)%10)
	}
	if s == "z" {
		return "a"
	}
	return string(s[0] + 1)
}

// quietly changes a record through the gate, so that index and keys follow, and takes back what tells of it.
func (w *world) quietly(x *thing, values record.Values) bool {
	w.t.Helper()
	ctx := w.t.Context()
	number, err := id.Parse(x.id)
	w.must(err)
	wrote := false
	w.must(w.app.Store.Write(ctx, access.System("matrix"), audit.Undo, func(s *record.Session) error {
		from := s.Tx.NewID()
		if err := s.Try(ctx, func() error { return w.set(ctx, s, x, number, values) }); err != nil {
			return nil //nolint:nilerr // a value that a rule refuses stays as it was
		}
		wrote = true
		def := w.def(x.entity)
		old := w.stored[x.id].values
		_, err := s.Tx.Exec(ctx, "UPDATE "+def.TableName()+" SET version = ?, updated_at = ?, updated_by = ?, archived_at = ? WHERE id = ?",
			old["version"], old["updated_at"], old["updated_by"], old["archived_at"], int64(number))
		if err != nil {
			return err
		}
		tables := []string{"audit_entry"}
		for _, def := range w.defs() {
			if def.Derived {
				tables = append(tables, def.TableName())
			}
		}
		for _, table := range tables {
			if _, err := s.Tx.Exec(ctx, "DELETE FROM "+table+" WHERE id > ?", from); err != nil {
				return err
			}
		}
		return nil
	}))
	return wrote
}

// set changes a record, also one that was put away, or that rules alone write.
func (w *world) set(ctx context.Context, s *record.Session, x *thing, number id.ID, values record.Values) error {
	def := w.def(x.entity)
	if w.policy.Records[x.id].Archived {
		if _, err := s.Tx.Exec(ctx, "UPDATE "+def.TableName()+" SET archived_at = NULL WHERE id = ?", int64(number)); err != nil {
			return err
		}
	}
	if !def.Derived {
		return s.UpdateOne(ctx, x.entity, number, 0, values)
	}
	for name, v := range values {
		if _, err := s.Tx.Exec(ctx, "UPDATE "+def.TableName()+" SET "+name+" = ? WHERE id = ?", v, int64(number)); err != nil {
			return err
		}
	}
	return nil
}
