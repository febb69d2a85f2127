package dav

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"genjin/internal/entity"
	"genjin/internal/i18n"
)

func FuzzReadPlan(f *testing.F) {
	f.Add([]byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Asia/Shanghai:20270301T093000\r\nDURATION:PT1H\r\nBEGIN:VALARM\r\nTRIGGER:-P1D\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"))
	f.Add([]byte("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nDUE;VALUE=DATE:20270301\r\nSTATUS:COMPLETED\r\nCOMPLETED:20270301T093000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Nowhere:x\nEND:VEVENT"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, of := range []kind{plans, tasks} {
			w, err := readPlan(&request{lang: i18n.ZH}, of, file, time.UTC)
			if err == nil && (w.uid == "" || w.minutes < 0 || !w.at.IsZero() && w.at.Year() > 2200) {
				t.Fatalf("took %+v", w)
			}
		}
	})
}

func FuzzReadCard(f *testing.F) {
	f.Add([]byte("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:欧阳\r\nTEL;TYPE=CELL:13612345678\r\nitem1.EMAIL:a@example.com\r\nEND:VCARD\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := readCard(file)
		if err != nil {
			return
		}
		p := &person{mobile: "13612345678", others: []string{"0755-26770002"}}
		for field, value := range p.changes(c) {
			if _, text := value.(string); !text {
				t.Fatalf("%s became %v", field, value)
			}
		}
	})
}

// FuzzFolded: folding is taken back by unfolding, and breaks no character.
func FuzzFolded(f *testing.F) {
	f.Add("SUMMARY:" + strings.Repeat("拜访深圳市华盛精密设备有限公司", 9))
	f.Add(strings.Repeat("a", 200) + "\n" + strings.Repeat("é", 75))
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\r") {
			return
		}
		out := folded([]byte(text))
		for line := range bytes.Lines(out) {
			if !utf8.Valid(line) || len(bytes.TrimRight(line, "\r\n")) > longestLine {
				t.Fatalf("a line is %q", line)
			}
		}
		back := strings.ReplaceAll(strings.ReplaceAll(string(out), "\r\n ", ""), "\r\n", "\n")
		if want := strings.TrimSuffix(text, "\n"); !strings.Contains(text, "\n ") && strings.TrimSuffix(back, "\n") != want {
			t.Fatalf("%q became %q", want, back)
		}
	})
}

func FuzzReadXML(f *testing.F) {
	f.Add([]byte(`<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := readXML(bytes.NewReader(body))
		if err == nil && e != nil {
			e.child(dav("prop")).child(dav("getetag"))
		}
	})
}

func FuzzPlaceOf(f *testing.F) {
	f.Add("/dav/0000000000001/calendars/plans/a.ics")
	f.Add("/dav/0000000000001/contacts/customers/%2e%2e")
	f.Fuzz(func(t *testing.T, path string) {
		const user = 1
		at, found := placeOf(path, user)
		if !found {
			return
		}
		if again, ok := placeOf(at.href(user), user); at.kind != object && (!ok || again != at) {
			t.Fatalf("%q is %+v, whose address is %q", path, at, at.href(user))
		}
	})
}

func FuzzNamed(f *testing.F) {
	f.Add("拜访华盛精密设备：看新厂房", "华盛精密")
	f.Fuzz(func(t *testing.T, sentence, word string) {
		c, found := named([]called{{id: 1, words: []string{word}}}, sentence)
		if found && c.hit != word {
			t.Fatalf("found %q", c.hit)
		}
		c.without(sentence)
		wayIn(&entity.Field{Choices: []entity.Choice{{Value: "visit", Label: i18n.T("拜访", "Visit")}}}, sentence)
	})
}
