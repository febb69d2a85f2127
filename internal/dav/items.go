package dav

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"genjin/internal/record"
)

// item is an object of a collection: what a program fetches.
type item struct {
	name    string
	file    []byte
	tag     string // of the file, without quotes
	changed time.Time
	plan    *plan   // of calendars and tasks
	person  *person // of contacts
}

// items gives a collection as the reader may see it.
func (rq *request) items(s *record.Session, of kind) (out []*item, err error) {
	if of == contacts {
		people, err := loadContacts(rq.ctx, s)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			file, err := p.file(rq)
			if err != nil {
				return nil, err
			}
			out = append(out, &item{name: p.id.String() + endings[of], file: file, tag: tagOf(file), changed: p.changed, person: p})
		}
		return out, nil
	}
	list, err := loadPlans(rq.ctx, s, of)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		file, err := p.file(rq, of, s.Store().Zone())
		if err != nil {
			return nil, err
		}
		name := p.fileName
		if name == "" {
			name = p.id.String() + endings[of]
		}
		out = append(out, &item{name: name, file: file, tag: tagOf(file), changed: p.changed, plan: p})
	}
	return out, nil
}

// read gives a collection in a transaction of its own.
func (rq *request) read(of kind) (out []*item, err error) {
	err = rq.Store.Read(rq.ctx, rq.who.Actor, func(s *record.Session) error {
		out, err = rq.items(s, of)
		return err
	})
	return out, err
}

func tagOf(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:12])
}

// tokenOf gives the tag of a collection.
func tokenOf(list []*item) string {
	h := sha256.New()
	for _, i := range list {
		fmt.Fprintf(h, "%s %s\n", i.name, i.tag)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// tokenPrefix makes an address of a tag, as sync-tokens are.
const tokenPrefix = "urn:genjin:sync:" //nolint:gosec // no secret

func find(list []*item, name string) *item {
	for _, i := range list {
		if i.name == name {
			return i
		}
	}
	return nil
}
