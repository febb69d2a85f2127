package dav

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-vcard"

	"genjin/internal/id"
	"genjin/internal/record"
)

// person is a contact as its reader may see it: what they see masked is not there.
type person struct {
	id                                       id.ID
	name, customer, department, title        string
	mobile, landline, email, address, wechat string
	others                                   []string // other phones
	changed                                  time.Time
}

// Bounds of the address book: what phones take.
const (
	mostCustomers = 5000
	mostContacts  = 5000
	inOneFilter   = 500
)

// loadContacts gives the contacts of the reader's own customers, of those changed lately first.
func loadContacts(ctx context.Context, s *record.Session) ([]*person, error) {
	if !askable(s, "customer", "owner_id", "updated_at") || !askable(s, "contact", "customer_id") {
		return nil, nil
	}
	filter, err := filterOf(is("owner_id", "me"))
	if err != nil {
		return nil, err
	}
	customers, err := all(ctx, s, "customer", record.Query{Filter: filter, Fields: []string{"name"}, Sort: "-updated_at"}, mostCustomers)
	if err != nil {
		return nil, err
	}
	var out []*person
	for len(customers) > 0 && len(out) < mostContacts {
		n := min(len(customers), inOneFilter)
		ids := make([]string, n)
		for i, row := range customers[:n] {
			ids[i] = row.ID().String()
		}
		customers = customers[n:]
		if filter, err = filterOf(map[string]any{"field": "customer_id", "op": "in", "value": ids}); err != nil {
			return nil, err
		}
		rows, err := all(ctx, s, "contact", record.Query{Filter: filter}, mostContacts-len(out))
		if err != nil {
			return nil, err
		}
		v, err := look(ctx, s, "contact", rows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out = append(out, v.person(row))
		}
	}
	return out, nil
}

// all gives at most that many rows.
func all(ctx context.Context, s *record.Session, entityName string, q record.Query, most int) (rows []*record.Row, err error) {
	q.Limit = record.MaxLimit
	for len(rows) < most {
		page, err := s.List(ctx, entityName, q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	return rows[:min(len(rows), most)], nil
}

func (v *seen) person(row *record.Row) *person {
	p := &person{
		id: row.ID(), name: v.text(row, "name"), customer: v.said(row, "customer_id"), department: v.text(row, "department"), title: v.text(row, "title"),
		mobile: v.text(row, "mobile"), landline: v.text(row, "landline"), email: v.text(row, "email"), address: v.text(row, "address"),
		wechat: v.text(row, "wechat"), changed: v.time(row, "updated_at"),
	}
	for number := range strings.SplitSeq(v.text(row, "other_phones"), "、") {
		if number != "" {
			p.others = append(p.others, number)
		}
	}
	return p
}

// file writes the contact as a vCard 3.0, which every program reads.
func (p *person) file(rq *request) ([]byte, error) {
	c := vcard.Card{}
	c.SetValue(vcard.FieldVersion, "3.0")
	c.SetValue(vcard.FieldUID, p.id.String())
	c.SetValue("PRODID", product)
	name := p.name
	if name == "" {
		name = p.customer
	}
	c.SetValue(vcard.FieldFormattedName, name)
	c.SetName(&vcard.Name{FamilyName: name})
	if p.customer != "" {
		c.SetValue(vcard.FieldOrganization, joined(p.customer, p.department))
	}
	add := func(field, value string, types ...string) {
		if value != "" {
			c.Add(field, &vcard.Field{Value: value, Params: vcard.Params{vcard.ParamType: types}})
		}
	}
	add(vcard.FieldTelephone, p.mobile, "CELL")
	add(vcard.FieldTelephone, p.landline, "WORK", "VOICE")
	for _, number := range p.others {
		add(vcard.FieldTelephone, number, "VOICE")
	}
	add(vcard.FieldEmail, p.email, "INTERNET", "WORK")
	if p.title != "" {
		c.SetValue(vcard.FieldTitle, p.title)
	}
	if p.address != "" {
		c.Add(vcard.FieldAddress, &vcard.Field{Value: ";;" + component(p.address) + ";;;;", Params: vcard.Params{vcard.ParamType: {"WORK"}}})
	}
	if p.wechat != "" {
		c.Add("X-WECHAT", &vcard.Field{Value: p.wechat})
	}
	if rq.Origin != "" {
		c.SetValue(vcard.FieldURL, rq.Origin+"/contacts/"+p.id.String())
	}
	c.SetValue(vcard.FieldRevision, p.changed.UTC().Format("20060102T150405Z"))
	var out bytes.Buffer
	if err := vcard.NewEncoder(&out).Encode(c); err != nil {
		return nil, fmt.Errorf("dav: %w", err)
	}
	return folded(out.Bytes()), nil
}

func joined(parts ...string) string {
	var out []string
	for _, part := range parts {
		if part != "" {
			out = append(out, component(part))
		}
	}
	return strings.Join(out, ";")
}

// component keeps a part of a value from being taken for several.
func component(s string) string { return strings.ReplaceAll(s, ";", "；") }

// readCard reads what a program sent of a contact.
func readCard(file []byte) (c vcard.Card, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("dav: damaged card: %v", p)
		}
	}()
	if !utf8.Valid(file) || bytes.IndexByte(file, 0) >= 0 {
		return nil, fmt.Errorf("dav: no text")
	}
	return vcard.NewDecoder(bytes.NewReader(file)).Decode()
}

// changes gives the fields of a contact that a card says otherwise: how to reach them, and their title. A field that the
// card leaves out is cleared, if the reader saw it.
func (p *person) changes(c vcard.Card) record.Values {
	values := record.Values{}
	set := func(field, was, now string) {
		if now = strings.TrimSpace(now); now != was {
			values[field] = now
		}
	}
	mobile, landline := p.phones(c)
	set("mobile", p.mobile, mobile)
	set("landline", p.landline, landline)
	set("email", p.email, c.PreferredValue(vcard.FieldEmail))
	set("title", p.title, c.PreferredValue(vcard.FieldTitle))
	return values
}

// phones gives the mobile and the landline of a card, apart from the other numbers of the contact.
func (p *person) phones(c vcard.Card) (mobile, landline string) {
	known := map[string]bool{}
	for _, number := range p.others {
		known[digits(number)] = true
	}
	for _, field := range c[vcard.FieldTelephone] {
		number := strings.TrimPrefix(field.Value, "tel:")
		cell := false
		for _, t := range field.Params.Types() {
			t = strings.ToUpper(t)
			cell = cell || t == "CELL" || t == "IPHONE" || t == "MOBILE"
		}
		switch {
		case known[digits(number)]:
		case mobile == "" && cell:
			mobile = number
		case landline == "" && !cell:
			landline = number
		}
	}
	return same(p.mobile, mobile), same(p.landline, landline)
}

// same gives a number as it was when only its spelling differs.
func same(was, now string) string {
	if digits(was) == digits(now) {
		return was
	}
	return now
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
