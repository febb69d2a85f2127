package crm

import (
	"context"
	"slices"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/phone"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Conversion says into what a lead is converted.
type Conversion struct {
	Customer id.ID // the existing customer that it is; zero makes one
	Contact  id.ID // of that customer, the existing contact that its contact is; zero makes one
}

// ConvertLead makes a lead that is being worked, or was won, a customer with its contact, or joins it to a customer that is
// there already (leads.md, “Convert”). Every follow-up, file, tag, collaborator and running clock goes with it. The lead
// stays as it is, with a link. The actor must be allowed to edit the lead, and to make customers or edit the one joined.
// What was done is one operation of s.Batch, by which UnconvertLead takes it back.
func ConvertLead(ctx context.Context, s *record.Session, x id.ID, c Conversion) (*Lead, error) {
	if s.Batch == 0 {
		s.Batch = s.Tx.NewID()
	}
	if err := lockLead(ctx, s, x); err != nil {
		return nil, err
	}
	lead, err := record.Get[Lead](ctx, s, x)
	if err != nil {
		return nil, err
	}
	if err := convertible(s, lead); err != nil {
		return nil, err
	}
	customer, err := joinOrMake(ctx, s, lead, c)
	if err != nil {
		return nil, err
	}
	contact, err := contactFor(ctx, s, lead, customer, c.Contact)
	if err != nil {
		return nil, err
	}
	if err := carry(ctx, s, lead, customer, contact); err != nil {
		return nil, err
	}
	return record.Update(ctx, s, x, 0, func(l *Lead) error {
		batch := int64(s.Batch)
		l.CustomerID, l.ContactID, l.ConvertedAt, l.Conversion = customer.ID, contact, clock.At(s.Tx.Now), &batch
		if l.State == LeadTodo {
			l.State = LeadWorking
		}
		return nil
	})
}

func convertible(s *record.Session, l *Lead) error {
	switch {
	case !l.ConvertedAt.IsZero():
		return errs.New(errs.Conflict, "lead.converted")
	case !l.Open() && l.State != LeadWon:
		return notNow(s, l)
	}
	return nil
}

// joinOrMake gives the customer that a lead becomes. One that is there takes what it does not know yet.
func joinOrMake(ctx context.Context, s *record.Session, l *Lead, c Conversion) (*Customer, error) {
	seen, err := s.Titles(ctx, "customer", map[id.ID]bool{l.ReferredBy: true})
	if err != nil {
		return nil, err
	}
	refer := func(c *Customer) {
		if _, ok := seen[l.ReferredBy]; ok && c.ReferredBy == 0 && c.ID != l.ReferredBy {
			c.ReferredBy = l.ReferredBy
		}
	}
	if c.Customer != 0 {
		return record.Update(ctx, s, c.Customer, 0, func(have *Customer) error {
			fillFrom(have, l)
			refer(have)
			if l.State == LeadWon {
				have.win(s, l.ClosedNote)
			}
			return nil
		})
	}
	made := &Customer{Name: l.Company, Stage: StageInterested, Kind: "enterprise"}
	if made.OwnerID = l.OwnerID; made.OwnerID == 0 {
		made.OwnerID = s.Actor.ID
	}
	if sameName(l.Company) == "" {
		made.Kind = "person"
	}
	switch l.State {
	case LeadNegotiating, LeadProposal:
		made.Stage = StageNegotiating
	case LeadWon:
		made.Stage = StageWon
	}
	fillFrom(made, l)
	refer(made)
	return made, record.Create(ctx, owning(s, l), made)
}

// owning is the session in which what a lead becomes is made for the lead's owner: whoever may convert a lead need not be
// allowed to give customers away, but must be allowed to make them.
func owning(s *record.Session, l *Lead) *record.Session {
	if !s.Actor.May("customer", access.Create) || l.OwnerID == s.Actor.ID {
		return s
	}
	return s.As(s.Actor.Elevated(), s.Origin)
}

// fillFrom gives a customer what a lead knows and it does not.
func fillFrom(c *Customer, l *Lead) {
	for to, from := range map[*string]string{
		&c.Industry: l.Industry, &c.Region: l.Region, &c.Address: l.Address, &c.Source: l.Source, &c.SourceNote: l.SourceDetail,
		&c.Need: l.Need, &c.Remark: l.Remark,
	} {
		if *to == "" {
			*to = from
		}
	}
	if c.Expected == nil {
		c.Expected, c.ExpectedMax = l.Budget, l.BudgetMax
	}
	for _, tag := range l.Tags {
		if !slices.Contains(c.Tags, tag) {
			c.Tags = append(slices.Clone(c.Tags), tag)
		}
	}
	if c.Grade == "" {
		c.Grade, c.GradeReason = l.Grade, ""
	}
}

// contactFor gives the contact at the customer whom the lead names: the one that was chosen, one with the same number, or
// a new one. Zero when the lead names nobody.
func contactFor(ctx context.Context, s *record.Session, l *Lead, c *Customer, chosen id.ID) (id.ID, error) {
	all := s.As(s.Actor.Elevated(), s.Origin)
	if chosen != 0 {
		contact, err := record.Get[Contact](ctx, all, chosen)
		if err != nil || contact.CustomerID != c.ID {
			return 0, errs.OfField("contact_id", "field.no_such", "label", contactDef().Label)
		}
		return chosen, nil
	}
	if l.ContactName == "" {
		return 0, nil
	}
	there, err := record.Find[Contact](ctx, all, record.Query{Filter: record.Where("customer_id", c.ID), Limit: 200})
	if err != nil {
		return 0, err
	}
	for _, contact := range there {
		if l.Phone != "" && (contact.Mobile == l.Phone || contact.Landline == l.Phone) {
			return contact.ID, nil
		}
	}
	contact := &Contact{CustomerID: c.ID, Name: l.ContactName, Title: l.Title, Email: l.Email, WeChat: l.WeChat, Main: len(there) == 0}
	if n, err := phone.ParseOne(l.Phone); err == nil && n.Kind == phone.Landline {
		contact.Landline = l.Phone
	} else {
		contact.Mobile, contact.MobileProof = l.Phone, l.PhoneProof
	}
	return contact.ID, record.Create(ctx, all, contact)
}

// carry hangs what hangs on the lead on the customer, too, and shares the customer with whom the lead is shared.
func carry(ctx context.Context, s *record.Session, l *Lead, c *Customer, contact id.ID) error {
	all := s.As(s.Actor.Elevated(), s.Origin)
	followups, err := s.Tx.IDs(ctx, `SELECT id FROM followup WHERE lead_id = ? AND archived_at IS NULL ORDER BY id`, l.ID)
	if err != nil {
		return err
	}
	for _, x := range followups {
		_, err := record.Update(ctx, all, x, 0, func(f *Followup) error {
			f.CustomerID = c.ID
			if f.ContactID == 0 {
				f.ContactID = contact
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	files, err := s.Tx.IDs(ctx, `SELECT id FROM attachment WHERE lead_id = ? AND archived_at IS NULL ORDER BY id`, l.ID)
	if err != nil {
		return err
	}
	for _, x := range files {
		if _, err := record.Update(ctx, all, x, 0, func(f *Attachment) error { f.CustomerID = c.ID; return nil }); err != nil {
			return err
		}
	}
	return carryShares(ctx, all, l, c)
}

func carryShares(ctx context.Context, all *record.Session, l *Lead, c *Customer) error {
	have, err := all.Shares(ctx, "customer", c.ID)
	if err != nil {
		return err
	}
	more, err := all.Shares(ctx, "lead", l.ID)
	if err != nil {
		return err
	}
	if l.OwnerID != 0 && l.OwnerID != c.OwnerID { // who brought it in goes on working it
		more = append(more, record.Share{User: l.OwnerID, Access: record.ShareEdit})
	}
	before := len(have)
	for _, one := range more {
		if one.User != c.OwnerID && !slices.ContainsFunc(have, func(h record.Share) bool { return h.User == one.User }) {
			have = append(have, one)
		}
	}
	if len(have) == before {
		return nil
	}
	return all.SetShares(ctx, "customer", c.ID, have)
}

// UnconvertLead takes a conversion back as a whole: what it made is gone, and what it carried hangs on the lead alone. When
// somebody has worked with the customer since, it is refused with an errs.Conflict. Who converted the lead may, and
// whoever may review it.
func UnconvertLead(ctx context.Context, s *record.Session, x id.ID) error {
	if err := lockLead(ctx, s, x); err != nil {
		return err
	}
	row, err := s.Load(ctx, "lead", x)
	if err != nil {
		return err
	}
	if !row.Can(access.Edit) {
		return errs.New(errs.Denied, "")
	}
	lead, err := record.Get[Lead](ctx, s, x)
	if err != nil {
		return err
	}
	if lead.ConvertedAt.IsZero() || lead.Conversion == nil {
		return notNow(s, lead)
	}
	entries, err := audit.OfBatch(ctx, s.Tx, id.ID(*lead.Conversion), 0, mostCarried)
	if err != nil {
		return err
	}
	if len(entries) == 0 || entries[0].User != s.Actor.ID {
		if err := mayReview(s, lead); err != nil {
			return err
		}
	}
	left, err := s.As(s.Actor, audit.Undo).TakeBack(ctx, entries, nil)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return errs.New(errs.Conflict, "lead.used_since", "what", left[0].Title)
	}
	return nil
}

// mostCarried bounds what one conversion changed.
const mostCarried = 100_000
