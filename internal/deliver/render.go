package deliver

import (
	"context"
	"strings"
	"time"

	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
)

// Said is a note as its reader may see it now.
type Said struct {
	*notify.Told
	Label string // of the kind
	Text  string // the sentence
	Title string // what the record is called; "" for none
	Who   string // the name of whose doing it is; "" for the program's
	Path  string // where the page shows the record, "/customers/…"; "" for nothing to open
}

// Say says notes in the language and under the permissions of the session's actor. Those about records that the actor
// may not see, or not any more, are left out.
func (d *Service) Say(ctx context.Context, s *record.Session, notes []*notify.Told) ([]Said, error) {
	titles, err := titlesOf(ctx, s, notes)
	if err != nil {
		return nil, err
	}
	out := make([]Said, 0, len(notes))
	for _, n := range notes {
		said, visible := d.say(s, n, titles)
		if visible {
			out = append(out, said)
		}
	}
	return out, nil
}

const userEntity = "user"

// titlesOf finds what the notes speak of, as far as the actor may see it, by entity.
func titlesOf(ctx context.Context, s *record.Session, notes []*notify.Told) (map[string]map[id.ID]string, error) {
	wanted := map[string]map[id.ID]bool{userEntity: {}}
	for _, n := range notes {
		if n.By != 0 {
			wanted[userEntity][n.By] = true
		}
		if n.Record == 0 || s.Def(n.Entity) == nil {
			continue
		}
		if wanted[n.Entity] == nil {
			wanted[n.Entity] = map[id.ID]bool{}
		}
		wanted[n.Entity][n.Record] = true
	}
	titles := map[string]map[id.ID]string{}
	for entity, set := range wanted {
		found, err := s.Titles(ctx, entity, set)
		if err != nil {
			return nil, err
		}
		titles[entity] = found
	}
	return titles, nil
}

func (d *Service) say(s *record.Session, n *notify.Told, titles map[string]map[id.ID]string) (Said, bool) {
	lang := s.Actor.Lang
	said := Said{Told: n, Who: titles[userEntity][n.By], Label: n.Kind}
	if kind := d.Kinds.Kind(n.Kind); kind != nil {
		said.Label = kind.Label.In(lang)
	}
	if n.Entity != "" {
		title, visible := titles[n.Entity][n.Record]
		if !visible {
			return said, false
		}
		def := s.Def(n.Entity)
		said.Path = "/" + def.Path + "/" + n.Record.String()
		if said.Title = title; title == "" { // a field rule hides it, or the record has none
			said.Title = def.Label.In(lang)
		}
	}
	if n.Page != "" {
		said.Path = n.Page
	}
	params := i18n.Params{"title": said.Title, "who": said.Who, "kind": said.Label}
	if said.Who == "" {
		params["who"] = i18n.Message(lang, "notify.somebody", nil)
	}
	for name, value := range n.Params {
		params[name] = shown(name, value, lang, s.Store().Zone())
	}
	said.Text = i18n.Message(lang, n.Text, params)
	return said, true
}

// shown gives a parameter of a note as people read it.
func shown(name string, value any, lang i18n.Lang, zone *time.Location) any {
	switch v := value.(type) {
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.In(zone).Format("2006-01-02 15:04")
		}
	case float64:
		if strings.HasSuffix(name, "minutes") {
			return Span(time.Duration(v)*time.Minute, lang)
		}
	}
	return value
}

// Span says a length of time by its two largest units, rounded down: 2 天 3 小时.
func Span(length time.Duration, lang i18n.Lang) string {
	minutes := max(int(length.Minutes()), -int(length.Minutes()))
	var parts []string
	for _, unit := range []struct {
		minutes int
		key     string
	}{{24 * 60, "notify.days"}, {60, "notify.hours_long"}, {1, "notify.minutes"}} {
		n := minutes / unit.minutes
		minutes %= unit.minutes
		if n > 0 && len(parts) < 2 {
			parts = append(parts, i18n.Message(lang, unit.key, i18n.Params{"n": n}))
		} else if len(parts) > 0 {
			break
		}
	}
	if len(parts) == 0 {
		return i18n.Message(lang, "notify.minutes", i18n.Params{"n": 0})
	}
	return strings.Join(parts, " ")
}
