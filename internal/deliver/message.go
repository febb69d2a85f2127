package deliver

import (
	"context"
	"slices"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
)

// message is what a parcel says.
type message struct {
	key    string // the same with every attempt
	lang   i18n.Lang
	title  string
	lines  []string
	path   string // what it opens, below the address of the page
	link   string // the same as a whole address; "" when nobody has said how browsers reach the program
	urgent bool
}

// mostLines is how many notes are told one by one.
const mostLines = 12

// reader gives a user as they read what is sent to them; errNothing when they are not there any more.
func (d *Service) reader(ctx context.Context, user id.ID) (*access.Actor, error) {
	actor, err := d.actors.Get(ctx, d.db, user)
	if errs.Is(err, errs.Unauthenticated) {
		return nil, errNothing
	}
	if err != nil {
		return nil, err
	}
	reader := *actor
	if reader.Lang == "" {
		reader.Lang = i18n.ZH
	}
	return &reader, nil
}

// compose writes what a parcel says to its user. What they have read meanwhile, or may not see any more, is left out.
func (d *Service) compose(ctx context.Context, p *parcel) (*message, error) {
	reader, err := d.reader(ctx, p.user)
	if err != nil {
		return nil, err
	}
	notes := slices.DeleteFunc(slices.Clone(p.notes), func(n *notify.Told) bool { return !n.Read.IsZero() })
	var said []Said
	err = d.store.Read(ctx, reader, func(s *record.Session) (err error) {
		said, err = d.Say(ctx, s, notes)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(said) == 0 {
		return nil, errNothing
	}
	m := &message{key: p.id.String(), lang: reader.Lang, path: "/"}
	for _, one := range said {
		m.lines = append(m.lines, one.Text)
		kind := d.Kinds.Kind(one.Kind)
		m.urgent = m.urgent || one.Urgent || kind != nil && kind.Urgent
	}
	m.title = said[0].Label
	if len(said) == 1 && said[0].Path != "" {
		m.path = said[0].Path
	} else if len(said) > 1 {
		m.title = i18n.Message(m.lang, "notify.several", i18n.Params{"count": len(said)})
	}
	m.finish(d.Origin)
	return m, nil
}

// finish bounds the lines and makes the link.
func (m *message) finish(origin string) {
	if more := len(m.lines) - mostLines; more > 0 {
		m.lines = append(m.lines[:mostLines:mostLines], i18n.Message(m.lang, "notify.more", i18n.Params{"count": more}))
	}
	if origin != "" {
		m.link = origin + m.path
	}
}

// clip bounds a text by its bytes, at a character.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	cut := 0
	for i := range text {
		if i > most-3 {
			break
		}
		cut = i
	}
	return text[:cut] + "…"
}
