package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/search"
	"genjin/internal/sqldb"
)

// docs are what the index of the tests holds, by id.
var docs = []search.Doc{
	{ID: 1, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "深圳市华为技术有限公司"}, {Way: entity.SearchCode, Value: "2026-Tech-001"}, {Way: entity.SearchText, Value: "龙岗区坂田路12号"}}},
	{ID: 2, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "58同城"}, {Way: entity.SearchCode, Value: "K-58"}}},
	{ID: 3, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "IBM中国"}, {Way: entity.SearchCode, Value: "91440300708461136T"}}},
	{ID: 4, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "Émile Öztürk & Söhne GmbH"}}},
	{ID: 5, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "重庆长江长城重工"}}},
	{ID: 6, Tag: "2", Texts: []search.Text{{Way: entity.SearchPerson, Value: "单雄信"}, {Way: entity.SearchDigits, Value: "138 0013 8000"}, {Way: entity.SearchHandle, Value: "shan.xx@example.com"}}},
	{ID: 7, Tag: "2", Texts: []search.Text{{Way: entity.SearchPerson, Value: "Anna Маркова"}, {Way: entity.SearchDigits, Value: "010-62345678、+49 30 1234"}}},
	{ID: 8, Tag: "2", Texts: []search.Text{{Way: entity.SearchPerson, Value: "…!?"}}},
	{ID: 9, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: strings.Repeat("长", 200)}}},
}

func filled(t *testing.T) *sqldb.DB {
	t.Helper()
	db := dbtest.Open(t)
	change(t, db, func(index *search.Pending) { index.Add(docs) })
	return db
}

// change changes the index in a transaction of its own.
func change(t *testing.T, db *sqldb.DB, fn func(index *search.Pending)) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		var index search.Pending
		fn(&index)
		return index.Write(t.Context(), tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// found gives the ids of the docs of a tag that text finds; nil when the text says nothing.
func found(t *testing.T, db *sqldb.DB, tag, text string, private bool) (out []id.ID) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		where, ok := search.Condition(tx.Dialect(), tag, text, private)
		if !ok {
			return nil
		}
		rows, err := tx.Query(t.Context(), "SELECT "+search.ID(tx.Dialect())+" FROM search f WHERE "+where.SQL, where.Args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x id.ID
			if err := rows.Scan(&x); err != nil {
				return err
			}
			out = append(out, x)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	slices.Sort(out)
	return out
}

func TestWhatIsTypedFindsWhatIsMeant(t *testing.T) {
	t.Parallel()
	db := filled(t)
	for _, c := range []struct {
		tag, text string
		want      []id.ID
	}{
		{"1", "华", []id.ID{1}},
		{"1", "华为", []id.ID{1}},
		{"1", "为华", nil},
		{"1", "华为技术有限公司", []id.ID{1}},
		{"1", "坂田", []id.ID{1}},
		{"1", "hwjs", []id.ID{1}},
		{"1", "HWJS", []id.ID{1}},
		{"1", "ｈｗ", []id.ID{1}},
		{"1", "szshwjsyxgs", []id.ID{1}},
		{"1", "huawei", []id.ID{1}},
		{"1", "shenzhenshihua", []id.ID{1}},
		{"1", "h", []id.ID{1}},
		{"1", "华为js", []id.ID{1}},
		{"1", "华为 hw", []id.ID{1}},
		{"1", "华为 xx", nil},
		{"1", "2026-Tech", []id.ID{1}},
		{"1", "tech001", []id.ID{1}},
		{"1", "001", []id.ID{1}},
		{"1", "58", []id.ID{2}},
		{"1", "58同城", []id.ID{2}},
		{"1", "tc", []id.ID{2}},
		{"1", "ibm", []id.ID{3}},
		{"1", "ibm中国", []id.ID{3}},
		{"1", "914403", []id.ID{3}},
		{"1", "émile", []id.ID{4}},
		{"1", "cq", []id.ID{5}},
		{"1", "zq", nil},
		{"1", "cjcc", []id.ID{5}},
		{"1", "长", []id.ID{5, 9}},
		{"1", strings.Repeat("长", 100), []id.ID{9}},
		{"1", "13800138000", nil},
		{"2", "13800138000", []id.ID{6}},
		{"2", "8000", []id.ID{6}},
		{"2", "0138", []id.ID{6}},
		{"2", "00", nil},
		{"2", "5678", []id.ID{7}},
		{"2", "shan", []id.ID{6}},
		{"2", "shanxiongxin", []id.ID{6}},
		{"2", "danxiongxin", []id.ID{6}}, // as a word it is read so
		{"2", "sxx", []id.ID{6}},
		{"2", "shan.xx@example", []id.ID{6}},
		{"2", "маркова", nil}, // words are found from the beginning of a run of letters
		{"2", "anna", []id.ID{7}},
		{"2", "annaмаркова", []id.ID{7}},
		{"1", "shan", nil},
	} {
		if got := found(t, db, c.tag, c.text, true); !slices.Equal(got, c.want) {
			t.Errorf("%s %q finds %v, want %v", c.tag, c.text, got, c.want)
		}
	}
	for _, nothing := range []string{"", "  ", "!?", "%_", "\x00", "\u200b", `"`, "'", "*"} {
		if got := found(t, db, "1", nothing, true); got != nil {
			t.Errorf("%q finds %v", nothing, got)
		}
	}
}

func TestPersonalDataIsNotLookedInto(t *testing.T) {
	t.Parallel()
	db := filled(t)
	for text, want := range map[string][]id.ID{"13800138000": nil, "8000": nil, "shanxxexample": nil, "examplecom": nil, "单": {6}, "sxx": {6}} {
		if got := found(t, db, "2", text, false); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	db := filled(t)
	for _, x := range []id.ID{1, 1, 4711} {
		change(t, db, func(index *search.Pending) { index.Remove(x) })
	}
	if got := found(t, db, "1", "华为", true); got != nil {
		t.Errorf("found after it was removed: %v", got)
	}
	change(t, db, func(index *search.Pending) { index.Add(docs[:1]) })
	if got := found(t, db, "1", "华为", true); !slices.Equal(got, []id.ID{1}) {
		t.Errorf("added again: %v", got)
	}
}

// TestTogether: of several changes of a record in one transaction the last counts, whatever the order of the ids.
func TestTogether(t *testing.T) {
	t.Parallel()
	db := filled(t)
	renamed, again := docs[0], docs[1]
	renamed.Texts = []search.Text{{Way: entity.SearchName, Value: "荣耀终端"}}
	fresh := search.Doc{ID: 20, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "中兴通讯"}}}
	gone := search.Doc{ID: 19, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: "大唐电信"}}}
	change(t, db, func(index *search.Pending) {
		index.Add([]search.Doc{fresh, gone})
		index.Replace(renamed)
		index.Remove(again.ID)
		index.Replace(again)
		before := *index
		index.Remove(fresh.ID, docs[2].ID)
		*index = before
		index.Remove(gone.ID)
	})
	for text, want := range map[string][]id.ID{"华为": nil, "荣耀": {1}, "同城": {2}, "IBM": {3}, "中兴": {20}, "大唐": nil} {
		if got := found(t, db, "1", text, true); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}

// FuzzSearch: no text makes the database refuse it, and whatever a name is, all of it finds it.
func FuzzSearch(f *testing.F) {
	for _, d := range docs {
		for _, text := range d.Texts {
			f.Add(text.Value)
		}
	}
	for _, s := range []string{"'", `\`, "a:*", "!a & b", "NEAR(a b)", "\xff\xfe", "éééééééééééééé", "aéééééééééééééé", "🀄🀄", "ﬁ", "İ"} {
		f.Add(s)
	}
	db := dbtest.Open(f)
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
		}
		doc := search.Doc{ID: 1, Tag: "1", Texts: []search.Text{{Way: entity.SearchName, Value: s}, {Way: entity.SearchPerson, Value: s}, {Way: entity.SearchCode, Value: s}, {Way: entity.SearchDigits, Value: s}, {Way: entity.SearchHandle, Value: s}}}
		change(t, db, func(index *search.Pending) { index.Replace(doc) })
		found(t, db, "1", s, true)
		found(t, db, "1", s, false)
	})
}
