package house

import (
	"slices"
	"testing"
	"unicode"

	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

// TestDefinitionsAgreeWithTables: a field is written down in a struct, a definition and a table; whoever forgets one of
// them shall hear of it here. That struct and definition agree is checked when a kind is registered.
func TestDefinitionsAgreeWithTables(t *testing.T) {
	k := testkit.New(t)
	for _, d := range k.Store.Registry().Defs() {
		var columns []sqldb.Column
		err := k.Store.DB().Read(t.Context(), func(tx *sqldb.Tx) (err error) {
			columns, err = tx.Columns(t.Context(), d.TableName())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(columns) == 0 {
			t.Errorf("%s: there is no table %s; a migration is missing", d.Name, d.TableName())
			continue
		}
		for _, c := range columns {
			if d.Field(c.Name) == nil {
				t.Errorf("%s: the table %s has a column %s, which is no field: nobody reads or writes it", d.Name, d.TableName(), c.Name)
			}
		}
		for _, f := range d.Fields {
			at := slices.IndexFunc(columns, func(c sqldb.Column) bool { return c.Name == f.Name })
			if at < 0 {
				t.Errorf("%s.%s: the table %s has no such column; a migration is missing", d.Name, f.Name, d.TableName())
				continue
			}
			agrees(t, d, f, columns[at])
		}
	}
}

func agrees(t *testing.T, d *entity.Def, f *entity.Field, c sqldb.Column) {
	t.Helper()
	want := "TEXT"
	if f.Type.Integer() {
		want = "INTEGER"
	}
	switch {
	case c.Type != want:
		t.Errorf("%s.%s is %s, whose values are stored as %s, but its column is %s", d.Name, f.Name, f.Type.Name(), want, c.Type)
	case want == "TEXT" && !c.NotNull:
		t.Errorf("%s.%s: a text column is NOT NULL, since '' is missing; else there are two ways to be missing", d.Name, f.Name)
	case f.Type == entity.Bool && !c.NotNull:
		t.Errorf("%s.%s: yes and no are never missing, so the column is NOT NULL", d.Name, f.Name)
	case f.Type == entity.Ref && c.NotNull && !f.Required && f.Name != "id" && !d.Derived:
		t.Errorf("%s.%s: the column demands a value and the definition does not: saving without one would fail with an error nobody understands", d.Name, f.Name)
	}
}

// TestReferencesAreIndexed: whatever asks what refers to a record, such as taking an import back or a database that is told
// to delete one, reads the whole table otherwise. Nobody asks who wrote a row.
func TestReferencesAreIndexed(t *testing.T) {
	k := testkit.New(t)
	for _, d := range k.Store.Registry().Defs() {
		first := leading(t, k.Store.DB(), d.TableName())
		for _, f := range d.Fields {
			if f.Type == entity.Ref && f.Name != "created_by" && f.Name != "updated_by" && !first[f.Name] {
				t.Errorf("%s.%s: no index of %s begins with it; add one to a migration, with WHERE %s IS NOT NULL if most have none", d.Name, f.Name, d.TableName(), f.Name)
			}
		}
	}
}

// leading gives the columns that indexes of a table begin with.
func leading(t *testing.T, db *sqldb.DB, table string) map[string]bool {
	t.Helper()
	first := map[string]bool{"id": true} // the primary key
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		query := `SELECT c.name FROM pragma_index_list(?) i, pragma_index_info(i.name) c WHERE c.seqno = 0`
		if tx.Dialect() == sqldb.Postgres {
			query = `SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
				WHERE i.indrelid = CAST(? AS text)::regclass`
		}
		rows, err := tx.Query(t.Context(), query, table)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			first[name] = true
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// TestDefinitionsSayWhatTheyAre: the page, exports, imports and messages show what a definition says.
func TestDefinitionsSayWhatTheyAre(t *testing.T) {
	k := testkit.New(t)
	reg := k.Store.Registry()
	tags := map[string]string{}
	for _, d := range reg.Defs() {
		says(t, d.Name, d.Label, d.Plural)
		if other := tags[d.Tag()]; other != "" {
			t.Errorf("%s and %s share the search tag %q: each would find the other's records", d.Name, other, d.Tag())
		}
		tags[d.Tag()] = d.Name
		for _, g := range d.Groups {
			says(t, d.Name+", group "+g.Name, g.Label)
		}
		for _, v := range d.Views {
			says(t, d.Name+", view "+v.Name, v.Label)
		}
		for _, f := range d.Fields {
			says(t, d.Name+"."+f.Name, f.Label)
			chosen(t, d.Name+"."+f.Name, f)
			if f.Ref != "" && reg.Def(f.Ref) == nil {
				t.Errorf("%s.%s refers to %s, which is no entity", d.Name, f.Name, f.Ref)
			}
			if f.SortBy != "" && d.Field(f.SortBy) == nil {
				t.Errorf("%s.%s is sorted by %s, which is no field", d.Name, f.Name, f.SortBy)
			}
			for _, m := range f.Match {
				if m.Column != "" && (d.Field(m.Column) == nil || !d.Field(m.Column).Internal) {
					t.Errorf("%s.%s is matched by %s, which is no internal field", d.Name, f.Name, m.Column)
				}
			}
		}
		if !slices.ContainsFunc(d.Fields, func(f *entity.Field) bool { return f.Search != entity.NotSearched }) {
			t.Errorf("%s: nothing typed into the search box above its list finds anything", d.Name)
		}
		for _, name := range d.Parents {
			// Of several, each record has one, as a rule of the entity sees to.
			if f := d.Field(name); f.Type != entity.Ref || f.Ref == "" || !f.Required && !d.Derived && len(d.Parents) == 1 {
				t.Errorf("%s hangs on its %s, which is no reference that every record has", d.Name, name)
			}
		}
	}
}

// says reports texts that lack a language or are in the wrong one.
func says(t *testing.T, what string, texts ...i18n.Text) {
	t.Helper()
	for _, text := range texts {
		han := func(s string) bool {
			return slices.ContainsFunc([]rune(s), func(r rune) bool { return unicode.Is(unicode.Han, r) })
		}
		if text.ZH == "" || text.EN == "" {
			t.Errorf("%s: %q / %q lacks a language", what, text.ZH, text.EN)
		} else if han(text.EN) {
			t.Errorf("%s: the English label is %q", what, text.EN)
		}
	}
}

// chosen reports choices that cannot be told apart.
func chosen(t *testing.T, what string, f *entity.Field) {
	t.Helper()
	values, labels := map[string]bool{}, map[string]bool{}
	for _, c := range f.Choices {
		if c.Value == "" || values[c.Value] {
			t.Errorf("%s has two choices %q, or one without a value", what, c.Value)
		}
		if c.Label.ZH == "" || labels[c.Label.ZH] {
			t.Errorf("%s has two choices that people read as %q, or one they cannot read", what, c.Label.ZH)
		}
		values[c.Value], labels[c.Label.ZH] = true, true
		if found := entity.FindChoice(f, c.Label.ZH); found == nil || found.Value != c.Value {
			t.Errorf("%s: the label %q does not lead to the choice %q", what, c.Label.ZH, c.Value)
		}
	}
	if len(f.Choices) > 0 && f.Type != entity.OneOf && f.Type != entity.AnyOf && f.Type != entity.Tags {
		t.Errorf("%s has choices, which %s does not use", what, f.Type.Name())
	}
	if len(f.Choices) == 0 && !f.Open && (f.Type == entity.OneOf || f.Type == entity.AnyOf) {
		t.Errorf("%s has no choice to choose", what)
	}
}
