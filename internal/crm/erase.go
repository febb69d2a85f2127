package crm

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// gone stands where a person's name, number or handle stood in a text.
const gone = "██"

// ErasePerson erases the person whom a contact, or a lead, names on request (个人信息保护法 §47): the record is put away
// without name, numbers, handles, birthday, address and remarks, and where these stand in the texts of what it belongs to,
// of follow-ups, reviews and comments, they are blotted out, in the log too. With a contact goes the lead that it was made
// of; of a lead that became a customer the contact is erased. Who the customer is, what was agreed, when and by whom
// remains. It cannot be undone. The actor must be allowed to delete the record; the reason stands in the log.
func ErasePerson(ctx context.Context, s *record.Session, of string, x id.ID, reason string) error {
	row, err := s.Load(ctx, of, x)
	if err != nil {
		return err
	}
	if !row.Can(access.Delete) {
		return errs.New(errs.Denied, "")
	}
	reason = text.Tidy(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > 200 {
		return errs.OfField("reason", "personal.reason", "max", 200)
	}
	e := &eraser{s: s, reason: reason, name: i18n.T("已删除的联系人", "Erased contact").In(s.Actor.Lang)}
	if of == "lead" {
		return e.lead(ctx, x)
	}
	return e.contact(ctx, x)
}

// eraser takes a person out of records, and out of their log.
type eraser struct {
	s       *record.Session
	reason  string
	name    string // that stands in the person's place
	secrets []string
}

// knows adds what names the person.
func (e *eraser) knows(secrets ...string) {
	for _, secret := range secrets {
		if utf8.RuneCountInString(secret) >= 2 && !slices.Contains(e.secrets, secret) {
			e.secrets = append(e.secrets, secret)
		}
	}
}

// blot takes what names the person out of texts.
func (e *eraser) blot(texts ...*string) {
	for _, t := range texts {
		for _, secret := range e.secrets {
			*t = strings.ReplaceAll(*t, secret, gone)
		}
	}
}

// names reports whether a change names the person.
func (e *eraser) names(c audit.Change) bool {
	for _, v := range []any{c.Old, c.New} {
		value, _ := v.(string)
		if slices.ContainsFunc(e.secrets, func(secret string) bool { return strings.Contains(value, secret) }) {
			return true
		}
	}
	return false
}

// forget takes changes out of a record's log, and says why there.
func (e *eraser) forget(ctx context.Context, of string, x id.ID, which func(c audit.Change) bool) error {
	return audit.Erase(ctx, e.s.Tx, saidOf(e.s, of, x, audit.Change{Field: "reason", New: e.reason}), which)
}

// commercial are the fields of a contact that remain in its log.
var commercial = []string{"main", "customer_id", "decision_role", "attitude", "reports_to"}

func (e *eraser) contact(ctx context.Context, x id.ID) error {
	var customer id.ID
	err := record.Touch(ctx, e.s, x, func(c *Contact) {
		customer = c.CustomerID
		e.knows(c.Name, c.Mobile, c.Landline, c.Email, c.WeChat, c.QQ, c.Address)
		e.knows(strings.Fields(strings.ReplaceAll(c.OtherPhones, "、", " "))...)
		c.Name, c.NameKey, c.Gender, c.Title, c.Department, c.Birthday, c.Address, c.Remark = e.name, pinyin.SortKey(e.name), "", "", "", "", "", ""
		c.BirthdayOn, c.GreetedAt = "", clock.Instant{}
		c.Mobile, c.Landline, c.OtherPhones, c.Email, c.WeChat, c.QQ, c.Custom, c.Main = "", "", "", "", "", "", nil, false
		if c.ArchivedAt.IsZero() {
			c.ArchivedAt = clock.At(e.s.Tx.Now)
		}
	})
	if err != nil {
		return err
	}
	err = e.forget(ctx, "contact", x, func(c audit.Change) bool { return !slices.Contains(commercial, c.Field) })
	if err != nil {
		return err
	}
	if err := showMainContact(ctx, e.s, customer); err != nil {
		return err
	}
	leads, err := e.s.Tx.IDs(ctx, `SELECT id FROM lead WHERE contact_id = ? ORDER BY id`, x)
	if err != nil {
		return err
	}
	for _, lead := range leads {
		if err := e.ofLead(ctx, lead); err != nil {
			return err
		}
	}
	err = blotEach(ctx, e, "customer", `SELECT id FROM customer WHERE id = ?`, customer, func(c *Customer) []*string {
		return []*string{&c.Need, &c.Remark, &c.StageNote}
	})
	if err != nil {
		return err
	}
	return e.around(ctx, "customer_id", customer)
}

func (e *eraser) lead(ctx context.Context, x id.ID) error {
	l, err := record.Get[Lead](ctx, e.s, x)
	if err != nil {
		return err
	}
	if l.ContactID != 0 {
		return errs.New(errs.Conflict, "personal.converted")
	}
	if l.ArchivedAt.IsZero() {
		if err := e.s.Archive(ctx, "lead", x, 0); err != nil {
			return err
		}
	}
	return e.ofLead(ctx, x)
}

// personal are the fields of a lead that tell of the person.
var personal = []string{"contact_name", "title", "phone", "phone_verified_at", "email", "wechat", "address", "remark", "decision"}

// ofLead erases the person whom a lead names.
func (e *eraser) ofLead(ctx context.Context, x id.ID) error {
	err := record.Touch(ctx, e.s, x, func(l *Lead) {
		e.knows(l.ContactName, l.Phone, l.Email, l.WeChat, l.Address)
		if l.Company == l.ContactName { // it is about nobody else
			l.Company, l.CompanyKey, l.NormName, l.CoreName = e.name, pinyin.SortKey(e.name), "", ""
		}
		l.ContactName, l.Title, l.Phone, l.Email, l.WeChat, l.Address, l.Remark, l.Decision, l.Custom = e.name, "", "", "", "", "", "", "", nil
		e.blot(&l.Need, &l.SourceDetail, &l.Opinion, &l.ClosedNote)
	})
	if err != nil {
		return err
	}
	err = e.forget(ctx, "lead", x, func(c audit.Change) bool {
		return slices.Contains(personal, c.Field) || strings.HasPrefix(c.Field, "x_") || e.names(c)
	})
	if err != nil {
		return err
	}
	err = blotEach(ctx, e, "lead_review", `SELECT id FROM lead_review WHERE lead_id = ? ORDER BY id`, x, func(r *LeadReview) []*string {
		return []*string{&r.Opinion}
	})
	if err != nil {
		return err
	}
	return e.around(ctx, "lead_id", x)
}

// around blots out the person in the follow-ups of a customer or a lead, in what is said of these, and in what was asked
// about who has whom.
func (e *eraser) around(ctx context.Context, by string, x id.ID) error {
	err := blotEach(ctx, e, "followup", `SELECT id FROM followup WHERE `+by+` = ? ORDER BY id`, x, func(f *Followup) []*string {
		return []*string{
			&f.Content, &f.Feedback, &f.NextAction, &f.Purpose, &f.Place, &f.PostponeReason, &f.CancelReason, &f.LaterReason, &f.CheckedInPlace,
		}
	})
	if err != nil {
		return err
	}
	err = blotEach(ctx, e, "comment", `SELECT c.id FROM comment c JOIN followup f ON f.id = c.followup_id WHERE f.`+by+` = ? ORDER BY c.id`, x,
		func(c *Comment) []*string { return []*string{&c.Content} })
	if err != nil {
		return err
	}
	for _, secret := range e.secrets {
		if _, err := e.s.Tx.Exec(ctx, `UPDATE clash_query SET typed = ? WHERE typed = ?`, gone, secret); err != nil {
			return err
		}
	}
	return nil
}

// blotEach blots out the person in the texts of records that a statement finds by x, and in their log.
func blotEach[T any](ctx context.Context, e *eraser, of, find string, x id.ID, texts func(rec *T) []*string) error {
	ids, err := e.s.Tx.IDs(ctx, find, x)
	if err != nil {
		return err
	}
	for _, one := range ids {
		if err := record.Touch(ctx, e.s, one, func(rec *T) { e.blot(texts(rec)...) }); err != nil {
			return err
		}
		if err := e.forget(ctx, of, one, e.names); err != nil {
			return err
		}
	}
	return nil
}
