package notify

import (
	"slices"

	"genjin/internal/i18n"
)

// Channel is a way outside the list of notes by which people are told.
type Channel string

// The channels that people choose among.
const (
	PopUp Channel = "popup" // in a page that is open
	Push  Channel = "push"  // by the browser, when no page is
	Mail  Channel = "mail"
)

// Channels is every channel, in the order in which they are shown.
var Channels = []Channel{PopUp, Push, Mail}

// Kind is a sort of notes, for which people choose the channels.
type Kind struct {
	Name   string
	Label  i18n.Text
	Urgent bool      // quiet hours do not hold its notes back
	By     []Channel // the channels of who has not chosen
}

// Registry holds the kinds there are, in the order in which they are shown.
type Registry struct{ kinds []*Kind }

// NewRegistry gives a registry of these kinds. It panics when two have one name, since that is a mistake in the program.
func NewRegistry(kinds ...Kind) *Registry {
	r := &Registry{}
	for _, k := range kinds {
		if k.Name == "" || k.Label.ZH == "" || k.Label.EN == "" || r.Kind(k.Name) != nil {
			panic("notify: a kind without name or label, or told twice: " + k.Name)
		}
		r.kinds = append(r.kinds, &k)
	}
	return r
}

// Kinds gives all of them.
func (r *Registry) Kinds() []*Kind { return r.kinds }

// Kind gives one by its name, or nil.
func (r *Registry) Kind(name string) *Kind {
	i := slices.IndexFunc(r.kinds, func(k *Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return r.kinds[i]
}
